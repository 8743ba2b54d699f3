//! Tags: what exceptions are told apart by. Spec: Core 3.0, 4.2.10 Tag Instances.

use crate::error::Error;
use crate::func::HOST;
use crate::store::{AsContext, AsContextMut, StoreInner};
use selfsame_validate::FuncType;

/// A tag of a store: from an instance, or of the host. A handle; cheap to copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Tag {
    pub(crate) store: u32,
    pub(crate) index: u32,
}

/// A tag of a store, as the engine sees it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TagEntity {
    /// Its type, by number in the store.
    pub ty: u32,
    /// The instance that defines it, by number in the store; [`HOST`] for one of the host.
    pub instance: u32,
    /// By `tagidx` of its instance.
    pub tag: u32,
}

impl Tag {
    /// A tag of the host, which modules can import. Exceptions with it hold the parameters of `ty`.
    ///
    /// # Errors
    /// [`crate::ErrorKind::Misuse`] if the type has results.
    pub fn new(mut store: impl AsContextMut, ty: FuncType) -> Result<Tag, Error> {
        if !ty.results().is_empty() {
            return Err(Error::misuse("the type of a tag has no results"));
        }
        let store = store.context_mut().inner;
        let ty = store.types.group(&[ty.into()]);
        store.tags.push(TagEntity { ty, instance: HOST, tag: 0 });
        Ok(Tag { store: store.id, index: store.tags.len() as u32 - 1 })
    }

    /// The type: exceptions with the tag hold its parameters.
    ///
    /// # Panics
    /// If the tag belongs to another store.
    pub fn ty(&self, store: impl AsContext) -> FuncType {
        let store = store.inner();
        store.check(self.store);
        store.tag_type(self.index).clone()
    }
}

impl StoreInner {
    pub(crate) fn tag_type(&self, tag: u32) -> &FuncType {
        self.types.func(self.tags[tag as usize].ty)
    }
}
