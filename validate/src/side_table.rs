//! The side table, which makes the original bytes executable in place.
//!
//! It has two parts. A [`Label`] stands for a place that branches go to; a *branch site* is an entry, in code
//! order, that names a label by its number: one for each `br`, `br_if`, `if` (where the false arm starts) and
//! `else` (where the then-arm continues), and one for each target of a `br_table`, the default last. An
//! interpreter keeps an index into the branch sites beside its program counter: it steps over the entries of
//! branches that are not taken and reads its new value from the label of one that is. Unreachable code has no
//! entries.

use alloc::vec::Vec;
use core::ops::Range;

/// A place that branches go to. Heights count cells (64 bits; a `v128` takes two).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Label {
    /// Offset in the module's bytes at which execution continues.
    pub pc: u32,
    /// Number of the first branch site at or behind `pc`, counted in the function.
    pub branch: u32,
    /// Height and arity, in [`HEIGHT_BITS`] and the rest.
    cells: u32,
}

/// Bits of a label's height. Arities are at most 1,000 values of two cells.
const HEIGHT_BITS: u32 = 20;

/// Most value slots that a function can have, whatever the limit: of two cells each, they fit in [`HEIGHT_BITS`].
pub(crate) const MOST_SLOTS: u32 = (1 << (HEIGHT_BITS - 1)) - 1;

impl Label {
    /// A height that does not fit is that of a function that will be refused.
    pub(crate) fn new(pc: u32, branch: u32, arity: u32, height: u32) -> Self {
        let most = (1 << HEIGHT_BITS) - 1;
        Label { pc, branch, cells: arity << HEIGHT_BITS | height.min(most) }
    }

    /// Cells on the operand stack that a branch here carries along.
    #[must_use]
    pub fn arity(self) -> u32 {
        self.cells >> HEIGHT_BITS
    }

    /// Height of the operand stack below them, in cells above the locals.
    #[must_use]
    pub fn height(self) -> u32 {
        self.cells & ((1 << HEIGHT_BITS) - 1)
    }
}

/// The side tables of a module's functions, one behind the other; the last is the one in the making.
#[derive(Debug, Default)]
pub(crate) struct SideTable {
    pub labels: Vec<Label>,
    pub branches: Vec<u32>,
    /// Where those of the last function start.
    first_label: usize,
    first_branch: usize,
}

/// Adds to a list that grows by a quarter: with a few bytes of code for each item, twice the room would be
/// too much.
pub(crate) fn push_tightly<T>(list: &mut Vec<T>, item: T) {
    if list.len() == list.capacity() {
        list.reserve_exact(list.len() / 4 + 16);
    }
    list.push(item);
}

impl SideTable {
    /// Begins that of the next function.
    pub fn begin(&mut self) {
        self.first_label = self.labels.len();
        self.first_branch = self.branches.len();
    }

    /// Forgets what the function in the making has.
    pub fn restart(&mut self) {
        self.labels.truncate(self.first_label);
        self.branches.truncate(self.first_branch);
    }

    /// Gives back room that is not used.
    pub fn shrink_to_fit(&mut self) {
        self.labels.shrink_to_fit();
        self.branches.shrink_to_fit();
    }

    /// Where the labels of the function in the making stand, and where its branch sites.
    pub fn ranges(&self) -> (Range<u32>, Range<u32>) {
        let range = |start: usize, end: usize| start as u32..end as u32;
        (range(self.first_label, self.labels.len()), range(self.first_branch, self.branches.len()))
    }

    /// The number in the function that the next label will have.
    pub fn next_label(&self) -> u32 {
        (self.labels.len() - self.first_label) as u32
    }

    /// The number in the function that the next branch site will have.
    pub fn next_branch(&self) -> u32 {
        (self.branches.len() - self.first_branch) as u32
    }

    /// Adds a label.
    pub fn add_label(&mut self, label: Label) {
        push_tightly(&mut self.labels, label);
    }

    /// Adds a branch site that goes to the label with this number.
    pub fn add_branch(&mut self, label: u32) {
        push_tightly(&mut self.branches, label);
    }

    /// Says where a label is: at `pc`, with the branch sites that follow.
    pub fn set_target(&mut self, label: u32, pc: u32) {
        let branch = self.next_branch();
        if let Some(label) = self.labels.get_mut(self.first_label + label as usize) {
            label.pc = pc;
            label.branch = branch;
        }
    }
}
