//! Tables and globals. Spec: Core 3.0, 4.2.7 Table Instances and 4.2.9 Global Instances.
//!
//! A reference is a cell: 0 is null, otherwise the number of the function or host value in the store,
//! plus one.

use crate::memory::range;
use crate::trap::Trap;
use alloc::boxed::Box;
use alloc::vec::Vec;
use core::cell::Cell;
use selfsame_validate::{GlobalType, TableType};

/// Most elements that a table can have.
pub(crate) const MAX_ELEMENTS: u64 = 10_000_000;

/// Where a table's elements are, for the fast tier. Its address does not change while the store lives.
#[repr(C)]
pub(crate) struct RawTable {
    pub base: *const u64,
    pub len: usize,
}

/// A table of a store.
pub(crate) struct Table {
    ty: TableType,
    elements: Vec<u64>,
    raw: Box<Cell<RawTable>>,
}

impl Table {
    /// A table of the type's least size, each element `init`. `None` if the host has no room for it.
    pub fn new(ty: TableType, init: u64) -> Option<Self> {
        let raw = Box::new(Cell::new(RawTable { base: core::ptr::null(), len: 0 }));
        let mut table = Table { ty, elements: Vec::new(), raw };
        if init == 0 {
            // Null elements that nobody touches cost no memory: the allocation is zero as it comes.
            table.elements = zeroed(usize::try_from(ty.min).ok()?)?;
            table.grow(0, 0)?;
        } else {
            table.grow(ty.min, init)?;
        }
        Some(table)
    }

    /// The declared type.
    pub fn ty(&self) -> TableType {
        self.ty
    }

    /// Elements now.
    pub fn len(&self) -> u64 {
        self.elements.len() as u64
    }

    /// The elements.
    pub fn elements(&self) -> &[u64] {
        &self.elements
    }

    /// Most elements that it may ever have.
    pub fn max_elements(&self) -> u64 {
        self.ty.max.unwrap_or(MAX_ELEMENTS).min(MAX_ELEMENTS)
    }

    /// Where the elements are; the address stays valid and up to date.
    pub fn raw(&self) -> *const RawTable {
        self.raw.as_ptr()
    }

    pub fn get(&self, index: u64) -> Result<u64, Trap> {
        usize::try_from(index)
            .ok()
            .and_then(|index| self.elements.get(index))
            .copied()
            .ok_or(Trap::TableOutOfBounds)
    }

    pub fn set(&mut self, index: u64, value: u64) -> Result<(), Trap> {
        self.range_mut(index, 1)?.fill(value);
        Ok(())
    }

    /// Adds elements. The caller has checked `max_elements`. `None` if the host has no room.
    pub fn grow(&mut self, delta: u64, value: u64) -> Option<()> {
        let delta = usize::try_from(delta).ok()?;
        if delta > self.elements.capacity() - self.elements.len() {
            // An eighth more than there is, or a guest that grows one by one would have the table copied as often.
            let room = delta.max(self.elements.len() / 8);
            self.elements.try_reserve_exact(room).or_else(|_| self.elements.try_reserve_exact(delta)).ok()?;
        }
        self.elements.resize(self.elements.len() + delta, value);
        self.raw.set(RawTable { base: self.elements.as_ptr(), len: self.elements.len() });
        Some(())
    }

    /// `table.fill`. Nothing is written unless all of it is in bounds.
    pub fn fill(&mut self, at: u64, value: u64, len: u64) -> Result<(), Trap> {
        self.range_mut(at, len)?.fill(value);
        Ok(())
    }

    /// `table.init` and active segments: writes a part of `items`.
    pub fn init(&mut self, at: u64, items: &[u64], from: u64, len: u64) -> Result<(), Trap> {
        let source = range(from, len).and_then(|range| items.get(range)).ok_or(Trap::TableOutOfBounds)?;
        self.range_mut(at, len)?.copy_from_slice(source);
        Ok(())
    }

    /// `table.copy` within one table; the ranges may overlap.
    pub fn copy_within(&mut self, to: u64, from: u64, len: u64) -> Result<(), Trap> {
        self.range_mut(to, len)?;
        let source = range(from, len).filter(|range| range.end <= self.elements.len());
        self.elements.copy_within(source.ok_or(Trap::TableOutOfBounds)?, to as usize); // in bounds, as just found
        Ok(())
    }

    /// `table.copy` between two tables.
    pub fn copy_from(&mut self, to: u64, source: &Table, from: u64, len: u64) -> Result<(), Trap> {
        self.init(to, &source.elements, from, len)
    }

    fn range_mut(&mut self, at: u64, len: u64) -> Result<&mut [u64], Trap> {
        range(at, len).and_then(|range| self.elements.get_mut(range)).ok_or(Trap::TableOutOfBounds)
    }
}

/// A vector of null references; `None` if there are too many.
fn zeroed(len: usize) -> Option<Vec<u64>> {
    (len as u64 <= MAX_ELEMENTS).then(|| alloc::vec![0; len])
}

/// A global of a store: one or two cells at an address that does not change while the store lives.
pub(crate) struct Global {
    ty: GlobalType,
    cells: Box<Cell<[u64; 2]>>,
}

impl Global {
    pub fn new(ty: GlobalType, low: u64, high: u64) -> Self {
        Global { ty, cells: Box::new(Cell::new([low, high])) }
    }

    /// The declared type.
    pub fn ty(&self) -> GlobalType {
        self.ty
    }

    pub fn get(&self) -> [u64; 2] {
        self.cells.get()
    }

    pub fn set(&self, cells: [u64; 2]) {
        self.cells.set(cells);
    }

    /// Where the cells are.
    pub fn raw(&self) -> *mut [u64; 2] {
        self.cells.as_ptr()
    }
}

#[cfg(test)]
mod tests {
    use super::Table;
    use selfsame_validate::{RefType, TableType};

    /// One table.grow costs a few gas, whatever the table's size: were all elements copied each time, ten million
    /// would take hours.
    #[test]
    fn growing_one_by_one_copies_seldom() {
        let ty = TableType::new(RefType::FUNCREF, 0, None);
        let mut table = Table::new(ty, 0).unwrap();
        let mut capacities = alloc::collections::BTreeSet::new();
        for len in 1..=100_000 {
            table.grow(1, 0).unwrap();
            capacities.insert(table.elements.capacity());
            assert_eq!(table.len(), len);
        }
        assert!(capacities.len() < 100, "{capacities:?}");
    }
}
