//! What an execution has changed, as it is reported. Spec: storage-and-contract.md 1.4.

use super::{Overlay, PAGE, PAGES, Page, PageKey, SlotId};
use crate::calldata::typed::Read;
use crate::calldata::{Items, Ref, Writer};
use std::fmt;

/// A run of pages of one slot with consecutive indices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delta {
    /// The slot.
    pub slot: SlotId,
    /// The index of the first page.
    pub first_page: u32,
    /// What the pages hold: a positive multiple of 32 octets.
    pub octets: Vec<u8>,
}

impl Delta {
    /// The pages, ascending.
    pub fn pages(&self) -> impl Iterator<Item = (PageKey, Page)> + '_ {
        (self.first_page..).zip(self.octets.chunks_exact(PAGE)).map(|(page, octets)| {
            let mut content = [0; PAGE];
            content.copy_from_slice(octets);
            (PageKey { slot: self.slot, page }, content)
        })
    }
}

/// Cuts pages in ascending order into runs: for each, how many pages it has.
fn runs<'a>(mut pages: impl Iterator<Item = &'a PageKey>) -> Vec<usize> {
    let Some(mut last) = pages.next() else { return Vec::new() };
    let mut runs = vec![1];
    for key in pages {
        if key.slot == last.slot && Some(key.page) == last.page.checked_add(1) {
            if let Some(run) = runs.last_mut() {
                *run += 1;
            }
        } else {
            runs.push(1);
        }
        last = key;
    }
    runs
}

/// The changes that an overlay amounts to: every page of it, changed or not, ascending, consecutive ones merged.
pub fn changes(overlay: &Overlay) -> impl Iterator<Item = Delta> + '_ {
    let mut pages = overlay.pages();
    runs(overlay.pages().map(|(key, _)| key)).into_iter().map_while(move |run| {
        let (key, page) = pages.next()?;
        let mut octets = Vec::with_capacity(run * PAGE);
        octets.extend_from_slice(page);
        pages.by_ref().take(run - 1).for_each(|(_, page)| octets.extend_from_slice(page));
        Some(Delta { slot: key.slot, first_page: key.page, octets })
    })
}

/// Writes `storage_changes`: an array of pairs of the key (the slot and the first page's index as big-endian u32) and
/// what the pages hold.
pub fn write_changes(overlay: &Overlay, writer: &mut Writer) {
    writer.array(runs(overlay.pages().map(|(key, _)| key)).len());
    changes(overlay).for_each(|delta| write_delta(&delta, writer));
}

/// Writes one pair of `storage_changes`.
pub fn write_delta(delta: &Delta, writer: &mut Writer) {
    let mut key = [0; 36];
    key[..32].copy_from_slice(&delta.slot.0);
    key[32..].copy_from_slice(&delta.first_page.to_be_bytes());
    writer.array(2);
    writer.bytes(&key);
    writer.bytes(&delta.octets);
}

/// Calldata that is no list of changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangesError {
    /// Not an array of pairs of 36 octets and a positive multiple of 32 octets.
    Shape,
    /// Pages past the end of a slot.
    OutOfBounds,
    /// Not ascending, or two runs that ought to be one.
    Order,
}

impl fmt::Display for ChangesError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ChangesError::Shape => "the storage changes are not pairs of a 36-octet key and whole pages",
            ChangesError::OutOfBounds => "a storage change goes past the end of its slot",
            ChangesError::Order => "the storage changes are not in order, or not merged",
        })
    }
}

impl std::error::Error for ChangesError {}

/// Reads `storage_changes`: exactly what [`write_changes`] can write.
///
/// # Errors
/// [`ChangesError`].
pub fn read_changes(value: Ref<'_>) -> Result<Vec<Delta>, ChangesError> {
    let items = Items::read(value).map_err(|_| ChangesError::Shape)?;
    let deltas = items.map(read_delta).collect::<Result<Vec<_>, _>>()?;
    check_changes(&deltas)?;
    Ok(deltas)
}

/// Checks that changes are such as an execution reports: whole pages inside their slots, ascending, and merged.
///
/// # Errors
/// [`ChangesError`].
pub fn check_changes(deltas: &[Delta]) -> Result<(), ChangesError> {
    // The slot of the run before, and the index behind its last page.
    let mut before: Option<(SlotId, u32)> = None;
    for delta in deltas {
        if delta.octets.is_empty() || delta.octets.len() % PAGE != 0 {
            return Err(ChangesError::Shape);
        }
        // Calldata has no run of 2^32 octets, a whole slot; nor has any RAM budget.
        let len = u32::try_from(delta.octets.len()).map_err(|_| ChangesError::OutOfBounds)?;
        let end = delta.first_page.checked_add(len / PAGE as u32).filter(|end| *end <= PAGES);
        let end = end.ok_or(ChangesError::OutOfBounds)?;
        // Of one slot, a run that starts where another ends would have been merged with it.
        if before
            .is_some_and(|(slot, end)| delta.slot < slot || (delta.slot == slot && delta.first_page <= end))
        {
            return Err(ChangesError::Order);
        }
        before = Some((delta.slot, end));
    }
    Ok(())
}

fn read_delta(value: Ref<'_>) -> Result<Delta, ChangesError> {
    let shape = |_| ChangesError::Shape;
    let mut pair = Items::read(value).map_err(shape)?;
    let (Some(key), Some(octets), None) = (pair.next(), pair.next(), pair.next()) else {
        return Err(ChangesError::Shape);
    };
    let key = <[u8; 36]>::read(key).map_err(shape)?;
    let octets = <&[u8]>::read(octets).map_err(shape)?;
    let (slot, page) = key.split_first_chunk::<32>().ok_or(ChangesError::Shape)?;
    let first_page = page.iter().fold(0_u32, |number, octet| number << 8 | u32::from(*octet));
    Ok(Delta { slot: SlotId(*slot), first_page, octets: octets.to_vec() })
}

#[cfg(test)]
#[path = "delta_tests.rs"]
mod tests;
