//! Exceptions that are kept: those that code has got a reference to. Spec: Core 3.0, 4.2.11 Exception Instances.
//!
//! They are kept until the store's next outermost call begins, or for good if a table, a global or an object of the store
//! can hold one: nothing that refers to an exception lives longer. Numbers are never given out again, so that a handle that is
//! too old is known for one.

use crate::store::{AsContext, StoreInner};
use crate::tag::Tag;
use crate::value::Val;
use alloc::boxed::Box;
use alloc::vec::Vec;
use selfsame_validate::{FuncType, HeapType, ValType};

/// Bytes of kept exceptions that a store may have if no [`crate::ResourceLimiter`] says otherwise.
pub const EXCEPTION_BYTES: u64 = 16 << 20;

/// Bytes that an exception counts besides 8 for each cell of its fields.
const EXCEPTION: u64 = 64;

/// An exception, taken out of its store: what nothing has caught.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exception {
    /// Its tag.
    pub tag: Tag,
    /// What it holds, as the tag's type says.
    pub fields: Vec<Val>,
}

/// A reference to an exception. A handle; cheap to copy. Good until the store's next outermost call begins, or, if a
/// table or global of the store can hold references to exceptions, as long as the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ExnRef {
    pub(crate) store: u32,
    pub(crate) number: u64,
}

impl ExnRef {
    pub(crate) fn from_cell(cell: u64, store: u32) -> Option<Self> {
        Some(ExnRef { store, number: cell.checked_sub(1)? })
    }

    pub(crate) fn to_cell(self) -> u64 {
        self.number + 1
    }

    /// The exception; `None` if it is not kept any more.
    ///
    /// # Panics
    /// If the reference belongs to another store.
    pub fn get(&self, store: impl AsContext) -> Option<Exception> {
        let store = store.inner();
        store.check(self.store);
        let kept = store.exceptions.get(self.to_cell())?;
        Some(store.exception(kept.tag, &kept.cells))
    }
}

/// An exception as a store keeps it.
pub(crate) struct Kept {
    /// Its tag, by number in the store.
    pub tag: u32,
    /// Its fields.
    pub cells: Box<[u64]>,
}

/// The kept exceptions of a store.
#[derive(Default)]
pub(crate) struct Exceptions {
    kept: Vec<Kept>,
    /// Number of the first.
    first: u64,
    bytes: u64,
    /// Whether a table, a global or an object of the store can hold references to them.
    pub held: bool,
}

impl Exceptions {
    /// The exception that a cell which is not null refers to, if it is kept.
    pub fn get(&self, cell: u64) -> Option<&Kept> {
        let at = cell.checked_sub(1)?.checked_sub(self.first)?;
        self.kept.get(usize::try_from(at).ok()?)
    }

    /// Those that are kept, in the order in which they were caught.
    pub fn iter(&self) -> impl Iterator<Item = &Kept> {
        self.kept.iter()
    }

    /// The place of an exception among those, by a cell that is not null.
    pub fn place(&self, cell: u64) -> u64 {
        cell - 1 - self.first
    }

    /// Bytes that they count.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Bytes that they count with one more, of so many cells.
    pub fn bytes_with(&self, cells: usize) -> u64 {
        self.bytes + EXCEPTION + 8 * cells as u64
    }

    /// Keeps an exception; the cell that refers to it.
    pub fn keep(&mut self, tag: u32, cells: &[u64]) -> u64 {
        self.bytes = self.bytes_with(cells.len());
        self.kept.push(Kept { tag, cells: cells.into() });
        self.first + self.kept.len() as u64
    }

    /// An outermost call of a function begins: what nothing can refer to any more goes.
    pub fn begin(&mut self, ty: &FuncType) {
        if self.held || self.kept.is_empty() || ty.params().iter().any(|ty| holds_exceptions(*ty)) {
            return;
        }
        self.first += self.kept.len() as u64;
        self.kept = Vec::new();
        self.bytes = 0;
    }
}

/// Whether references to exceptions are values of a type.
pub(crate) fn holds_exceptions(ty: ValType) -> bool {
    matches!(ty, ValType::Ref(ty) if ty.heap.top() == HeapType::Exn)
}

impl StoreInner {
    /// An exception for the embedder, by its tag's number and the cells of its fields.
    pub(crate) fn exception(&self, tag: u32, cells: &[u64]) -> Exception {
        let fields = crate::func::to_values(self.tag_type(tag).params(), cells, self.id);
        Exception { tag: Tag { store: self.id, index: tag }, fields }
    }
}
