//! A memory as a vector, where address space cannot be reserved. Growth may copy.

use super::NoRoom;
use alloc::vec::Vec;

pub(super) struct Heap(Vec<u8>);

impl Heap {
    pub fn new(len: usize) -> Result<Self, NoRoom> {
        let mut heap = Heap(Vec::new());
        heap.grow(len)?;
        Ok(heap)
    }

    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    pub fn bytes_mut(&mut self) -> &mut [u8] {
        &mut self.0
    }

    pub fn grow(&mut self, new_len: usize) -> Result<(), NoRoom> {
        let more = new_len.checked_sub(self.0.len()).ok_or(NoRoom)?;
        // More than is needed, or a guest that grows page by page would have the memory copied as often.
        self.0.try_reserve(more).or_else(|_| self.0.try_reserve_exact(more)).map_err(|_| NoRoom)?;
        self.0.resize(new_len, 0);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Heap;

    #[test]
    fn growing_little_by_little_copies_seldom() {
        let mut heap = Heap::new(0).unwrap();
        let mut capacities = alloc::collections::BTreeSet::new();
        for len in 1..=100_000 {
            heap.grow(len).unwrap();
            capacities.insert(heap.0.capacity());
        }
        assert_eq!(heap.bytes().len(), 100_000);
        assert!(capacities.len() < 20, "{capacities:?}");
    }
}
