//! Which state a read sees.

/// Which state of a contract's storage a read sees. Spec: storage-and-contract.md 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum StorageView {
    /// The accepted state before the transaction, under the writes of this execution.
    #[default]
    Default = 0,
    /// The latest final state.
    LatestFinal = 1,
    /// The latest accepted state.
    LatestNonFinal = 2,
}

impl StorageView {
    /// By its number on the wire.
    #[must_use]
    pub fn from_u8(number: u8) -> Option<Self> {
        [StorageView::Default, StorageView::LatestFinal, StorageView::LatestNonFinal]
            .into_iter()
            .find(|view| *view as u8 == number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn views_are_numbered_0_to_2() {
        let rows = [StorageView::Default, StorageView::LatestFinal, StorageView::LatestNonFinal];
        for (number, view) in (0..).zip(rows) {
            assert_eq!(view as u8, number);
            assert_eq!(StorageView::from_u8(number), Some(view));
        }
        assert_eq!(StorageView::from_u8(3), None);
        assert_eq!(StorageView::from_u8(255), None);
    }
}
