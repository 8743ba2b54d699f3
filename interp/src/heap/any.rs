//! References of the heap for the embedder.

use super::object::Slot;
use super::{Object, cell};
use crate::store::{AsContext, ExternRef, StoreInner};
use crate::value::Val;
use alloc::vec::Vec;
use selfsame_validate::{HeapType, Scope, SubType, TypeIndex};

/// A reference that is not null of the type `any`: to a struct, an array, a small integer, or a host value that was made
/// such. A handle; cheap to copy. A struct or array is there as long as the store can reach it, or nothing has been made
/// since: the handle keeps nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AnyRef {
    pub(crate) store: u32,
    pub(crate) cell: u64,
}

impl AnyRef {
    /// The reference in a cell of a store; `None` if it is null.
    pub(crate) fn from_cell(cell: u64, store: u32) -> Option<AnyRef> {
        (cell != 0).then_some(AnyRef { store, cell })
    }

    /// A small integer: the lower 31 bits of `value`.
    pub fn new_i31(store: impl AsContext, value: i32) -> AnyRef {
        AnyRef { store: store.inner().id, cell: cell::of_i31(value as u32) }
    }

    /// The small integer that it is, if it is one.
    #[must_use]
    pub fn i31(&self) -> Option<i32> {
        cell::signed_i31(self.cell)
    }

    /// The host value that it is, if it is one.
    #[must_use]
    pub fn host(&self) -> Option<ExternRef> {
        let is_host = cell::i31(self.cell).is_none() && cell::object(self.cell).is_none();
        if is_host { ExternRef::from_cell(self.cell, self.store) } else { None }
    }

    /// The type of the struct or array, which names others by their numbers in the store; `None` if it is neither, or is
    /// not there any more.
    ///
    /// # Panics
    /// If the reference belongs to another store.
    pub fn ty(&self, store: impl AsContext) -> Option<SubType> {
        let store = store.inner();
        Some(store.types.get(self.object(store)?.ty).clone())
    }

    /// The fields of the struct or the elements of the array; `None` as for [`AnyRef::ty`].
    ///
    /// # Panics
    /// If the reference belongs to another store.
    pub fn fields(&self, store: impl AsContext) -> Option<Vec<Val>> {
        let store = store.inner();
        let object = self.object(store)?;
        let layout = store.types.layout(object.ty);
        let slots = (0..object.len).map(|index| layout.slot(index));
        let value = |slot: Slot| {
            let [low, high] = slot.read(&object.bytes);
            Val::from_cells(slot.storage.unpacked(), low, high, store.id)
        };
        Some(slots.map(value).collect())
    }

    fn object<'a>(&self, store: &'a StoreInner) -> Option<&'a Object> {
        store.check(self.store);
        store.heap.get(self.cell)
    }

    /// The smallest heap type that it is of; `None` if it is an object that is not there any more.
    pub(crate) fn heap_type(&self, store: &StoreInner) -> Option<HeapType> {
        if cell::i31(self.cell).is_some() {
            return Some(HeapType::I31);
        }
        if cell::object(self.cell).is_none() {
            return Some(HeapType::Any);
        }
        let number = self.object(store)?.ty;
        let heap = store.types.get(number).composite.heap_type(TypeIndex::new(Scope::Store, number));
        Some(heap.exact())
    }
}
