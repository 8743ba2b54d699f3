//! The RAM budget: what a guest may make the host hold.

use crate::error::OutOf;
use selfsame_interp::ResourceLimiter;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// Octets that one element of a table counts.
pub const TABLE_ELEMENT: u64 = 64;

/// An account with a counter of octets. Several accounts can draw on one counter ([`RamBudget::share`]);
/// what an account holds goes back to the counter when it is dropped.
///
/// It is a [`ResourceLimiter`] too: memories count their size, tables 64 octets an element.
#[derive(Debug)]
pub struct RamBudget {
    left: Arc<AtomicU32>,
    held: u32,
}

impl Default for RamBudget {
    fn default() -> Self {
        RamBudget::new(u32::MAX)
    }
}

impl RamBudget {
    /// A counter of its own, with `octets` in it. The largest, 4,294,967,295, is the default.
    #[must_use]
    pub fn new(octets: u32) -> Self {
        RamBudget { left: Arc::new(AtomicU32::new(octets)), held: 0 }
    }

    /// Another account with the same counter. It holds nothing yet.
    #[must_use]
    pub fn share(&self) -> Self {
        RamBudget { left: Arc::clone(&self.left), held: 0 }
    }

    /// Octets left in the counter.
    #[must_use]
    pub fn left(&self) -> u32 {
        self.left.load(Ordering::Relaxed)
    }

    /// Octets that this account holds.
    #[must_use]
    pub fn held(&self) -> u32 {
        self.held
    }

    /// Takes octets from the counter.
    ///
    /// # Errors
    /// [`OutOf::Memory`] if there are fewer; nothing is taken.
    pub fn charge(&mut self, octets: u64) -> Result<(), OutOf> {
        let octets = u32::try_from(octets).map_err(|_| OutOf::Memory)?;
        let taken =
            self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(octets));
        taken.map_err(|_| OutOf::Memory)?;
        self.held += octets;
        Ok(())
    }

    /// Puts octets back; never more than this account holds.
    pub fn release(&mut self, octets: u32) {
        let octets = octets.min(self.held);
        self.held -= octets;
        self.left.fetch_add(octets, Ordering::Relaxed);
    }
}

impl Drop for RamBudget {
    fn drop(&mut self) {
        self.release(self.held);
    }
}

impl ResourceLimiter for RamBudget {
    fn memory_growing(&mut self, current: u64, desired: u64, _max: Option<u64>) -> bool {
        self.charge(desired.saturating_sub(current)).is_ok()
    }

    fn table_growing(&mut self, current: u64, desired: u64, _max: Option<u64>) -> bool {
        self.charge(desired.saturating_sub(current).saturating_mul(TABLE_ELEMENT)).is_ok()
    }

    fn exceptions_growing(&mut self, current: u64, desired: u64) -> bool {
        self.charge(desired.saturating_sub(current)).is_ok()
    }

    fn heap_growing(&mut self, current: u64, desired: u64) -> bool {
        self.charge(desired.saturating_sub(current)).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_charge_beyond_the_remainder_takes_nothing() {
        let mut ram = RamBudget::new(10);
        assert_eq!(ram.charge(11), Err(OutOf::Memory));
        assert_eq!(ram.charge(u64::from(u32::MAX) + 1), Err(OutOf::Memory));
        assert_eq!((ram.left(), ram.held()), (10, 0));
        assert_eq!(ram.charge(10), Ok(()));
        assert_eq!((ram.left(), ram.held()), (0, 10));
        ram.release(4);
        assert_eq!((ram.left(), ram.held()), (4, 6));
    }

    #[test]
    fn what_a_sharer_holds_comes_back_when_it_ends() {
        let mut ram = RamBudget::new(100);
        ram.charge(10).expect("it fits");
        let mut child = ram.share();
        child.charge(90).expect("it fits");
        assert_eq!((ram.left(), child.left()), (0, 0));
        drop(child);
        assert_eq!((ram.left(), ram.held()), (90, 10));
    }

    #[test]
    fn memories_count_octets_and_tables_64_an_element() {
        let mut ram = RamBudget::new(65536 + 64);
        assert!(ram.memory_growing(0, 65536, None));
        assert!(!ram.table_growing(3, 5, None));
        assert!(ram.table_growing(3, 4, None));
        assert!(!ram.memory_growing(65536, 131_072, None));
        assert!(ram.memory_growing(65536, 65536, None));
        assert!(!RamBudget::default().memory_growing(0, 1 << 32, None));
        assert!(!RamBudget::default().table_growing(0, u64::MAX, None));
    }
}
