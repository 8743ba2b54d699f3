//! A hash of the whole state that a block changes in proportion to what it changes.
//!
//! Each entry is hashed to 1,024 numbers of 16 bits; the sum of a state is the sum of its entries, number by number.
//! So entries come and go in any order, and equal states have equal sums whatever their history. (This is the
//! homomorphic hash LtHash, with BLAKE3; finding two states with one sum is a lattice problem of over 200 bits.)

use crate::calldata::Address;
use crate::storage::{Page, PageKey};
use ruint::aliases::U256;

const LANES: usize = 1024;

/// Octets of a sum as it is stored.
pub(super) const SUM_LEN: usize = LANES * 2;

/// One entry of a state. Zero pages and zero balances are none: they are as good as absent.
#[derive(Clone, Copy, Debug)]
pub(super) enum Entry<'a> {
    Page(&'a Address, &'a PageKey, &'a Page),
    Balance(&'a Address, &'a U256),
}

impl Entry<'_> {
    /// 2,048 octets: BLAKE3's extended output over the kind, the key and the content, all of fixed length.
    fn expand(&self) -> [u8; SUM_LEN] {
        let mut hasher = blake3::Hasher::new_derive_key("selfsame state entry v1");
        match self {
            Entry::Page(address, key, page) => {
                hasher.update(&[1]).update(&address.0).update(&key.slot.0);
                hasher.update(&key.page.to_be_bytes()).update(*page);
            }
            Entry::Balance(address, amount) => {
                hasher.update(&[2]).update(&address.0).update(&amount.to_le_bytes::<32>());
            }
        }
        let mut octets = [0; SUM_LEN];
        hasher.finalize_xof().fill(&mut octets);
        octets
    }
}

/// The sum of a state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct StateSum([u16; LANES]);

impl Default for StateSum {
    fn default() -> Self {
        StateSum([0; LANES])
    }
}

impl StateSum {
    pub(super) fn add(&mut self, entry: Entry<'_>) {
        self.apply(entry, u16::wrapping_add);
    }

    pub(super) fn remove(&mut self, entry: Entry<'_>) {
        self.apply(entry, u16::wrapping_sub);
    }

    fn apply(&mut self, entry: Entry<'_>, op: fn(u16, u16) -> u16) {
        for (lane, number) in self.0.iter_mut().zip(lanes(&entry.expand())) {
            *lane = op(*lane, number);
        }
    }

    /// The state hash.
    pub(super) fn hash(&self) -> [u8; 32] {
        blake3::derive_key("selfsame state v1", &self.to_octets())
    }

    pub(super) fn to_octets(&self) -> Vec<u8> {
        self.0.iter().flat_map(|lane| lane.to_le_bytes()).collect()
    }

    pub(super) fn from_octets(octets: &[u8]) -> Option<Self> {
        let mut sum = StateSum::default();
        sum.0.iter_mut().zip(lanes(octets)).for_each(|(lane, number)| *lane = number);
        (octets.len() == SUM_LEN).then_some(sum)
    }
}

fn lanes(octets: &[u8]) -> impl Iterator<Item = u16> + '_ {
    octets.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::storage::SlotId;

    const A: Address = Address([1; 20]);
    const B: Address = Address([2; 20]);
    const KEY: PageKey = PageKey { slot: SlotId([3; 32]), page: 4 };

    #[test]
    fn entries_come_and_go_in_any_order() {
        let page = [5; 32];
        let amount = U256::from(6);
        let entries =
            [Entry::Page(&A, &KEY, &page), Entry::Balance(&A, &amount), Entry::Balance(&B, &amount)];
        let mut one = StateSum::default();
        entries.iter().for_each(|entry| one.add(*entry));
        let mut other = StateSum::default();
        entries.iter().rev().for_each(|entry| other.add(*entry));
        assert_eq!(one, other);
        assert_ne!(one.hash(), StateSum::default().hash());
        entries.iter().for_each(|entry| other.remove(*entry));
        assert_eq!(other, StateSum::default());
    }

    #[test]
    fn everything_in_an_entry_counts() {
        let (page, other_page) = ([5; 32], [6; 32]);
        let amount = U256::from(6);
        let sum = |entry| {
            let mut sum = StateSum::default();
            sum.add(entry);
            sum.hash()
        };
        let hashes = [
            sum(Entry::Page(&A, &KEY, &page)),
            sum(Entry::Page(&B, &KEY, &page)),
            sum(Entry::Page(&A, &PageKey { page: 5, ..KEY }, &page)),
            sum(Entry::Page(&A, &PageKey { slot: SlotId::ROOT, ..KEY }, &page)),
            sum(Entry::Page(&A, &KEY, &other_page)),
            sum(Entry::Balance(&A, &amount)),
            sum(Entry::Balance(&B, &amount)),
            sum(Entry::Balance(&A, &U256::from(7))),
        ];
        let different: std::collections::BTreeSet<_> = hashes.iter().collect();
        assert_eq!(different.len(), hashes.len());
    }

    #[test]
    fn a_sum_is_stored_as_its_numbers() {
        let mut sum = StateSum::default();
        sum.add(Entry::Balance(&A, &U256::from(1)));
        assert_eq!(StateSum::from_octets(&sum.to_octets()), Some(sum.clone()));
        assert_eq!(StateSum::from_octets(&sum.to_octets()[1..]), None);
    }
}
