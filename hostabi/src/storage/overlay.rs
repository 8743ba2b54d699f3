//! Writes that are not committed yet.

use super::{PAGE, Page, PageKey, SlotId};
use std::collections::BTreeMap;
use std::fmt;

/// Whether `len` octets from `index` on lie in a slot: their end may be 2^32, computed in 64 bits.
/// Spec: storage-and-contract.md 1.5.
#[must_use]
pub fn in_bounds(index: u32, len: u64) -> bool {
    u64::from(index).checked_add(len).is_some_and(|end| end <= 1 << 32)
}

/// Why an access failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AccessError<E> {
    /// It goes past the end of the slot: `error_inval`. Nothing was read, charged or written.
    OutOfBounds,
    /// The caller's charge or fetch failed. Pages before the failing one are written, no other.
    Failed(E),
}

impl<E: fmt::Display> fmt::Display for AccessError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            AccessError::OutOfBounds => f.write_str("the access goes past the end of the slot"),
            AccessError::Failed(cause) => cause.fmt(f),
        }
    }
}

impl<E: std::error::Error + 'static> std::error::Error for AccessError<E> {}

/// The pages that a sub-VM has written or has inherited already written. Spec: storage-and-contract.md 1.
///
/// Pages never leave an overlay, so two numbers tell what a sub-VM is charged for: how many there were when it
/// started ([`Overlay::inherited`], 128 octets of RAM each) and how many came since ([`Overlay::first_written`],
/// 256 each).
///
/// While a sandbox runs, its caller stands still: so the caller's pages are lent to it ([`Overlay::lend`]) and
/// given back ([`Overlay::take_back`]), at no cost however many there are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Overlay {
    pages: BTreeMap<PageKey, Page>,
    inherited: usize,
}

impl Overlay {
    /// Without a page.
    #[must_use]
    pub fn new() -> Self {
        Overlay::default()
    }

    /// How many pages it holds.
    #[must_use]
    pub fn len(&self) -> usize {
        self.pages.len()
    }

    /// Whether nothing has been written.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.pages.is_empty()
    }

    /// How many pages this sub-VM has got from its caller.
    #[must_use]
    pub fn inherited(&self) -> usize {
        self.inherited
    }

    /// How many pages this sub-VM and the sandboxes that it has taken back were the first to write.
    #[must_use]
    pub fn first_written(&self) -> usize {
        self.pages.len().saturating_sub(self.inherited)
    }

    /// The pages, ascending by slot and index.
    pub fn pages(&self) -> impl Iterator<Item = (&PageKey, &Page)> {
        self.pages.iter()
    }

    /// A page that has been written.
    #[must_use]
    pub fn page(&self, key: &PageKey) -> Option<&Page> {
        self.pages.get(key)
    }

    /// The overlay of a sandbox: all pages, inherited. This overlay is without a page until it gets them back.
    #[must_use]
    pub fn lend(&mut self) -> Overlay {
        let pages = std::mem::take(&mut self.pages);
        let inherited = pages.len();
        Overlay { pages, inherited }
    }

    /// Takes the pages of a sandbox that has ended, however it has ended.
    pub fn take_back(&mut self, sandbox: Overlay) {
        self.pages = sandbox.pages;
    }

    /// Fills `buf` with what this overlay's owner sees from octet `index` of a slot on. `fetch` is asked, from left to
    /// right, for the stretches that have not been written: the offset of the first octet, and where to put them.
    ///
    /// # Errors
    /// [`AccessError::OutOfBounds`], or the first error of `fetch`; then `buf` holds anything.
    pub fn read<E>(
        &self,
        slot: &SlotId,
        index: u32,
        buf: &mut [u8],
        mut fetch: impl FnMut(&SlotId, u32, &mut [u8]) -> Result<(), E>,
    ) -> Result<(), AccessError<E>> {
        if !in_bounds(index, buf.len() as u64) {
            return Err(AccessError::OutOfBounds);
        }
        let Some(last) = buf.len().checked_sub(1) else { return Ok(()) };
        let first_page = index / PAGE_U32;
        // In bounds, so the last octet's offset has 32 bits.
        let last_page = (u64::from(index) + last as u64) as u32 / PAGE_U32;
        let keys = PageKey { slot: *slot, page: first_page }..=PageKey { slot: *slot, page: last_page };
        let mut done = 0;
        for (key, page) in self.pages.range(keys) {
            // Offsets in `buf` of the part of the page that was asked for.
            let (from, skipped) = match (key.page * PAGE_U32).checked_sub(index) {
                Some(from) => (from as usize, 0),
                None => (0, (index % PAGE_U32) as usize),
            };
            let to = (from + PAGE - skipped).min(buf.len());
            if from > done {
                fetch(slot, index + done as u32, &mut buf[done..from]).map_err(AccessError::Failed)?;
            }
            buf[from..to].copy_from_slice(&page[skipped..skipped + (to - from)]);
            done = to;
        }
        if done < buf.len() {
            fetch(slot, index + done as u32, &mut buf[done..]).map_err(AccessError::Failed)?;
        }
        Ok(())
    }

    /// Writes `data` from octet `index` of a slot on, page by page, ascending. For a page that is not in the overlay yet,
    /// `charge` is asked first; then, if the page is written in part, `fetch` reads what is there: the offset of the
    /// page's first octet, and its 32 octets. Then the page is stored. Spec: storage-and-contract.md 1.2.
    ///
    /// # Errors
    /// [`AccessError::OutOfBounds`], or the first error of `charge` or `fetch`: that page and all later ones stay
    /// as they were, pages before it are written.
    pub fn write<E>(
        &mut self,
        slot: &SlotId,
        index: u32,
        data: &[u8],
        mut fetch: impl FnMut(&SlotId, u32, &mut [u8]) -> Result<(), E>,
        mut charge: impl FnMut(&PageKey) -> Result<(), E>,
    ) -> Result<(), AccessError<E>> {
        if !in_bounds(index, data.len() as u64) {
            return Err(AccessError::OutOfBounds);
        }
        let mut skipped = (index % PAGE_U32) as usize;
        let mut key = PageKey { slot: *slot, page: index / PAGE_U32 };
        let mut rest = data;
        while !rest.is_empty() {
            let (part, after) = rest.split_at(rest.len().min(PAGE - skipped));
            if let Some(page) = self.pages.get_mut(&key) {
                page[skipped..skipped + part.len()].copy_from_slice(part);
            } else {
                charge(&key).map_err(AccessError::Failed)?;
                let mut page = [0; PAGE];
                if part.len() < PAGE {
                    fetch(slot, key.page * PAGE_U32, &mut page).map_err(AccessError::Failed)?;
                }
                page[skipped..skipped + part.len()].copy_from_slice(part);
                self.pages.insert(key, page);
            }
            rest = after;
            skipped = 0;
            key.page += 1; // at most 2^27: in bounds
        }
        Ok(())
    }
}

const PAGE_U32: u32 = PAGE as u32;

#[cfg(test)]
#[path = "overlay_tests.rs"]
mod tests;
