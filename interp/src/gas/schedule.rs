//! The gas schedule: prices as data, with a version.

use super::prices;
use alloc::boxed::Box;
use selfsame_validate::{Opcode, PAGE_SIZE};

/// Prices of work whose amount is only known at run time. Divisors are in units per gas.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnitPrices {
    /// Bytes that `memory.copy`, `memory.fill` and `memory.init` move for one gas.
    pub bulk_bytes_per_gas: u64,
    /// Elements that `table.copy`, `table.fill`, `table.init` and `table.grow` move for one gas.
    pub table_elements_per_gas: u64,
    /// Gas for each [`PAGE_SIZE`] bytes that `memory.grow` adds, whatever the memory's own pages are.
    pub grow_page: u64,
    /// Cells of declared locals and results that entering a function prepares for one gas.
    pub entry_cells_per_gas: u64,
    /// Cells that a branch or a throw moves for one gas.
    pub branch_cells_per_gas: u64,
    /// Gas for each frame that a throw looks at.
    pub unwound_frame: u64,
    /// Gas for each catch clause that a throw looks at.
    pub catch_clause: u64,
    /// Bytes that an object counts for one gas.
    pub heap_bytes_per_gas: u64,
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
        Schedule::v2()
    }
}

impl Schedule {
    /// Version 2, the first that a release holds: version 1 was a draft, whose prices no longer exist.
    #[must_use]
    pub fn v2() -> Self {
        let mut costs = Box::new([0; Opcode::COUNT]);
        for &opcode in Opcode::ALL {
            costs[opcode as usize] = prices::cost(opcode);
        }
        let units = UnitPrices {
            bulk_bytes_per_gas: 8,
            table_elements_per_gas: 1,
            grow_page: 1024,
            entry_cells_per_gas: 4,
            branch_cells_per_gas: 4,
            unwound_frame: 300,
            catch_clause: 2,
            heap_bytes_per_gas: 1,
        };
        Schedule { version: 2, costs, units }
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

    /// Cost of `br`, `br_if` and their like that carry `cells` to their label, or of a throw of so many, static part
    /// included.
    #[must_use]
    pub fn branch(&self, opcode: Opcode, cells: u32) -> u32 {
        self.cost(opcode) + (u64::from(cells) / self.units.branch_cells_per_gas) as u32
    }

    /// Cost of moving `bytes` by a bulk memory operation, beyond its static cost.
    #[must_use]
    pub fn bulk_bytes(&self, bytes: u64) -> u64 {
        bytes / self.units.bulk_bytes_per_gas
    }

    /// Cost of making an object that counts `bytes`, beyond its static cost.
    #[must_use]
    pub fn heap_bytes(&self, bytes: u64) -> u64 {
        bytes / self.units.heap_bytes_per_gas
    }

    /// Cost of moving `elements` by a bulk table operation, beyond its static cost.
    #[must_use]
    pub fn table_elements(&self, elements: u64) -> u64 {
        elements / self.units.table_elements_per_gas
    }

    /// Cost of adding `bytes` to a memory, beyond the static cost of `memory.grow`: the part of a page's price that they
    /// are of a page, rounded down.
    #[must_use]
    pub fn grow_bytes(&self, bytes: u64) -> u64 {
        let (pages, rest) = (bytes / PAGE_SIZE, bytes % PAGE_SIZE);
        let whole = pages.saturating_mul(self.units.grow_page);
        // The rest is less than a page.
        let part = u128::from(rest) * u128::from(self.units.grow_page) / u128::from(PAGE_SIZE);
        whole.saturating_add(part as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::Schedule;
    use selfsame_validate::Opcode;

    #[test]
    fn pages_of_bytes_cost_what_they_are_of_a_page() {
        let schedule = Schedule::default();
        for (bytes, gas) in
            [(0, 0), (63, 0), (64, 1), (65_535, 1023), (65_536, 1024), (10 * 65_536 + 127, 10_241)]
        {
            assert_eq!(schedule.grow_bytes(bytes), gas, "{bytes}");
        }
        assert_eq!(schedule.grow_bytes(u64::MAX), (u64::MAX >> 16) * 1024 + 1023);
    }

    #[test]
    fn only_structural_markers_are_free() {
        let schedule = Schedule::default();
        for &opcode in Opcode::ALL {
            let free = matches!(opcode, Opcode::Block | Opcode::Loop | Opcode::Else | Opcode::End);
            assert_eq!(schedule.cost(opcode) == 0, free, "{}", opcode.text());
        }
    }
}
