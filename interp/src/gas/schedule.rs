//! The gas schedule: prices as data, with a version.

use alloc::boxed::Box;
use selfsame_validate::Opcode;

/// Prices of work whose amount is only known at run time. Divisors are in units per gas.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnitPrices {
    /// Bytes that `memory.copy`, `memory.fill` and `memory.init` move for one gas.
    pub bulk_bytes_per_gas: u64,
    /// Elements that `table.copy`, `table.fill`, `table.init` and `table.grow` move for one gas.
    pub table_elements_per_gas: u64,
    /// Gas for each page that `memory.grow` adds.
    pub grow_page: u64,
    /// Cells of declared locals and results that entering a function prepares for one gas.
    pub entry_cells_per_gas: u64,
    /// Cells that a branch moves for one gas.
    pub branch_cells_per_gas: u64,
}

/// What each instruction costs. The version names the prices: equal versions, equal bills.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule {
    version: u32,
    costs: Box<[u32; Opcode::COUNT]>,
    units: UnitPrices,
}

impl Default for Schedule {
    fn default() -> Self {
        Schedule::v1()
    }
}

impl Schedule {
    /// Version 1.
    #[must_use]
    pub fn v1() -> Self {
        let mut costs = Box::new([0; Opcode::COUNT]);
        for &opcode in Opcode::ALL {
            costs[opcode as usize] = cost_v1(opcode);
        }
        let units = UnitPrices {
            bulk_bytes_per_gas: 8,
            table_elements_per_gas: 1,
            grow_page: 1024,
            entry_cells_per_gas: 4,
            branch_cells_per_gas: 4,
        };
        Schedule { version: 1, costs, units }
    }

    /// The version of the prices.
    #[must_use]
    pub fn version(&self) -> u32 {
        self.version
    }

    /// The static cost of an instruction; what depends on amounts comes on top ([`UnitPrices`]).
    #[must_use]
    #[inline(always)]
    pub fn cost(&self, opcode: Opcode) -> u32 {
        self.costs[opcode as usize]
    }

    /// Prices of amounts.
    #[must_use]
    pub fn units(&self) -> &UnitPrices {
        &self.units
    }

    /// Cost of entering a function: `cells` of declared locals to clear and of results to hand back.
    /// Charged in front of its first instruction.
    #[must_use]
    pub fn entry(&self, cells: u32) -> u32 {
        (u64::from(cells) / self.units.entry_cells_per_gas) as u32
    }

    /// Cost of `br`, `br_if` and `br_table` that carry `cells` to their label, static part included.
    #[must_use]
    pub fn branch(&self, opcode: Opcode, cells: u32) -> u32 {
        self.cost(opcode) + (u64::from(cells) / self.units.branch_cells_per_gas) as u32
    }

    /// Cost of moving `bytes` by a bulk memory operation, beyond its static cost.
    #[must_use]
    pub fn bulk_bytes(&self, bytes: u64) -> u64 {
        bytes / self.units.bulk_bytes_per_gas
    }

    /// Cost of moving `elements` by a bulk table operation, beyond its static cost.
    #[must_use]
    pub fn table_elements(&self, elements: u64) -> u64 {
        elements / self.units.table_elements_per_gas
    }

    /// Cost of adding `pages` to a memory, beyond the static cost of `memory.grow`.
    #[must_use]
    pub fn grow_pages(&self, pages: u64) -> u64 {
        pages.saturating_mul(self.units.grow_page)
    }
}

/// Static costs of version 1.
fn cost_v1(opcode: Opcode) -> u32 {
    use Opcode as O;
    match opcode {
        O::Block | O::Loop | O::Else | O::End => 0,
        O::Call | O::ReturnCall => 5,
        O::CallIndirect | O::ReturnCallIndirect => 7,
        O::MemoryGrow => 100,
        O::TableGrow => 20,
        O::MemoryCopy | O::MemoryFill | O::MemoryInit | O::TableCopy | O::TableFill | O::TableInit => 5,
        O::DataDrop | O::ElemDrop | O::RefFunc | O::TableGet | O::TableSet => 2,
        O::I32DivS | O::I32DivU | O::I32RemS | O::I32RemU => 2,
        O::I64DivS | O::I64DivU | O::I64RemS | O::I64RemU => 2,
        _ if is_float_work(opcode) => float_cost_v1(opcode),
        _ => 1,
    }
}

/// Whether an instruction computes with floats, rather than moving their bits.
fn is_float_work(opcode: Opcode) -> bool {
    let text = opcode.text();
    let moves = ["load", "store", "const", "splat", "lane", "reinterpret", "abs", "neg", "copysign"];
    opcode.names_a_float() && !moves.iter().any(|word| text.contains(word) && !text.contains("negate"))
}

fn float_cost_v1(opcode: Opcode) -> u32 {
    let text = opcode.text();
    let heavy = text.contains("div") || text.contains("sqrt");
    let lanes = if text.contains("f32x4") {
        4
    } else if text.contains("f64x2") {
        2
    } else {
        1
    };
    lanes * if heavy { 4 } else { 2 }
}

#[cfg(test)]
mod tests {
    use super::Schedule;
    use selfsame_validate::Opcode;

    #[test]
    fn only_structural_markers_are_free() {
        let schedule = Schedule::default();
        for &opcode in Opcode::ALL {
            let free = matches!(opcode, Opcode::Block | Opcode::Loop | Opcode::Else | Opcode::End);
            assert_eq!(schedule.cost(opcode) == 0, free, "{}", opcode.text());
        }
    }
}
