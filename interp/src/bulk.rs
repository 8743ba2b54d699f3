//! Bulk operations on memories and tables: what they cost, whether they are in bounds, what they do. Both
//! tiers come here. Spec: Core 3.0, 4.6.6 Memory Instructions and 4.6.5 Table Instructions.
//!
//! The order is: bounds, then gas, then the work. A trap costs the static part only, and where the gas
//! does not cover the units nothing is charged at all.

use crate::gas::Schedule;
use crate::instance::InstanceData;
use crate::store::StoreInner;
use crate::trap::Trap;
use selfsame_validate::{AddressType, Opcode};

/// A bulk operation of an instance, ready to be carried out.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bulk {
    /// One of the six instructions.
    pub opcode: Opcode,
    /// Its first immediate: memory or table that is written; segment for `init`.
    pub first: u32,
    /// Its second immediate: memory or table that is read (`copy`), or that is written (`init`).
    pub second: u32,
    /// Its operands, lowest first.
    pub operands: [u64; 3],
}

impl Bulk {
    /// The operands as numbers: where to, where from or what with, how many. Of 64-bit addresses all bits count, of
    /// others the low 32; of two memories or tables with different ones the smaller is the type of the size.
    fn numbers(&self, store: &StoreInner, data: &InstanceData) -> [u64; 3] {
        use AddressType::{I32, I64};
        let memory = |index: u32| store.memories[data.memories[index as usize] as usize].ty().address;
        let table = |index: u32| store.tables[data.tables[index as usize] as usize].ty().address;
        let (to, from) = match self.opcode {
            Opcode::MemoryFill => (memory(self.first), I64),
            Opcode::MemoryCopy => (memory(self.first), memory(self.second)),
            Opcode::MemoryInit => (memory(self.second), I32),
            Opcode::TableFill => (table(self.first), I64),
            Opcode::TableCopy => (table(self.first), table(self.second)),
            _ => (table(self.second), I32),
        };
        let [first, second, third] = self.operands;
        [to.of_cell(first), from.of_cell(second), to.min(from).of_cell(third)]
    }

    /// Checks the bounds and prices the units, beyond the static cost.
    pub fn price(&self, store: &StoreInner, instance: u32, schedule: &Schedule) -> Result<u64, Trap> {
        let data = &store.instances[instance as usize];
        let [to, from, len] = self.numbers(store, data);
        let memory = |index: u32| store.memories[data.memories[index as usize] as usize].bytes().len() as u64;
        let table = |index: u32| store.tables[data.tables[index as usize] as usize].len();
        let (target, source, is_memory) = match self.opcode {
            Opcode::MemoryFill => (memory(self.first), None, true),
            Opcode::MemoryCopy => (memory(self.first), Some(memory(self.second)), true),
            Opcode::MemoryInit => {
                (memory(self.second), Some(data.data_segment(self.first).len() as u64), true)
            }
            Opcode::TableFill => (table(self.first), None, false),
            Opcode::TableCopy => (table(self.first), Some(table(self.second)), false),
            _ => (table(self.second), Some(data.elements[self.first as usize].len() as u64), false),
        };
        let beyond = |at: u64, size: u64| at.checked_add(len).is_none_or(|end| end > size);
        if beyond(to, target) || source.is_some_and(|source| beyond(from, source)) {
            return Err(if is_memory { Trap::MemoryOutOfBounds } else { Trap::TableOutOfBounds });
        }
        Ok(if is_memory { schedule.bulk_bytes(len) } else { schedule.table_elements(len) })
    }

    /// Carries it out. The bounds are checked once more.
    pub fn apply(&self, store: &mut StoreInner, instance: u32) -> Result<(), Trap> {
        let [to, from, len] = self.numbers(store, &store.instances[instance as usize]);
        let StoreInner { instances, memories, tables, .. } = store;
        let data = &instances[instance as usize];
        let memory = |index: u32| data.memories[index as usize] as usize;
        let table = |index: u32| data.tables[index as usize] as usize;
        match self.opcode {
            Opcode::MemoryFill => memories[memory(self.first)].fill(to, from as u8, len),
            Opcode::MemoryCopy => match two(memories, memory(self.first), memory(self.second)) {
                Ok((target, source)) => target.copy_from(to, source, from, len),
                Err(one) => one.copy_within(to, from, len),
            },
            Opcode::MemoryInit => {
                memories[memory(self.second)].init(to, data.data_segment(self.first), from, len)
            }
            Opcode::TableFill => tables[table(self.first)].fill(to, from, len),
            Opcode::TableCopy => match two(tables, table(self.first), table(self.second)) {
                Ok((target, source)) => target.copy_from(to, source, from, len),
                Err(one) => one.copy_within(to, from, len),
            },
            _ => tables[table(self.second)].init(to, &data.elements[self.first as usize], from, len),
        }
    }
}

/// Two different items, the second to be read only; or the one that both indices name.
fn two<T>(items: &mut [T], first: usize, second: usize) -> Result<(&mut T, &T), &mut T> {
    if first == second {
        return Err(&mut items[first]);
    }
    if first < second {
        let (low, high) = items.split_at_mut(second);
        Ok((&mut low[first], &high[0]))
    } else {
        let (low, high) = items.split_at_mut(first);
        Ok((&mut high[0], &low[second]))
    }
}
