//! Handles to memories, tables and globals, and how imports match them. Spec: Core 3.0, 4.7.1 External
//! Typing and 3.3.6 Import Matching.

use crate::error::{Error, ErrorKind};
use crate::exception::holds_exceptions;
use crate::func::{Func, check_owner};
use crate::instance::{new_memory, new_table};
use crate::module::Module;
use crate::store::{AsContext, AsContextMut, Store, StoreInner};
use crate::table::Global;
use crate::tag::Tag;
use crate::types::{global_in_store, table_in_store};
use crate::value::Val;
use alloc::format;
use alloc::vec::Vec;
use selfsame_validate::{ExternType, GlobalType, Import, ImportType, MemoryType, TableType, ValType};

/// A memory of a store. A handle; cheap to copy. Methods panic if the store is another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Memory {
    pub(crate) store: u32,
    pub(crate) index: u32,
}

/// A table of a store. A handle; cheap to copy. Methods panic if the store is another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TableRef {
    pub(crate) store: u32,
    pub(crate) index: u32,
}

/// A global of a store. A handle; cheap to copy. Methods panic if the store is another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct GlobalRef {
    pub(crate) store: u32,
    pub(crate) index: u32,
}

/// What can be imported and exported. Spec: Core 3.0, 4.2.13 External Values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Extern {
    /// A function.
    Func(Func),
    /// A table.
    Table(TableRef),
    /// A memory.
    Memory(Memory),
    /// A global.
    Global(GlobalRef),
    /// A tag.
    Tag(Tag),
}

impl Extern {
    /// The function, if it is one.
    #[must_use]
    pub fn into_func(self) -> Option<Func> {
        if let Extern::Func(func) = self { Some(func) } else { None }
    }

    /// The memory, if it is one.
    #[must_use]
    pub fn into_memory(self) -> Option<Memory> {
        if let Extern::Memory(memory) = self { Some(memory) } else { None }
    }

    /// The table, if it is one.
    #[must_use]
    pub fn into_table(self) -> Option<TableRef> {
        if let Extern::Table(table) = self { Some(table) } else { None }
    }

    /// The global, if it is one.
    #[must_use]
    pub fn into_global(self) -> Option<GlobalRef> {
        if let Extern::Global(global) = self { Some(global) } else { None }
    }

    /// The tag, if it is one.
    #[must_use]
    pub fn into_tag(self) -> Option<Tag> {
        if let Extern::Tag(tag) = self { Some(tag) } else { None }
    }

    fn owner(&self) -> u32 {
        match self {
            Extern::Func(func) => func.store,
            Extern::Table(table) => table.store,
            Extern::Memory(memory) => memory.store,
            Extern::Global(global) => global.store,
            Extern::Tag(tag) => tag.store,
        }
    }

    /// The type now: sizes are the current ones, as import matching wants them.
    fn ty<'a>(&self, store: &'a StoreInner) -> ExternType<'a> {
        match self {
            Extern::Func(func) => ExternType::Func(store.func_type(func.index)),
            Extern::Table(table) => {
                let table = &store.tables[table.index as usize];
                ExternType::Table(TableType { min: table.len(), ..table.ty() })
            }
            Extern::Memory(memory) => {
                let memory = &store.memories[memory.index as usize];
                ExternType::Memory(MemoryType { min: memory.pages(), ..memory.ty() })
            }
            Extern::Global(global) => ExternType::Global(store.globals[global.index as usize].ty()),
            Extern::Tag(tag) => ExternType::Tag(store.tag_type(tag.index)),
        }
    }
}

/// Checks that imports are as many and of such types as the module asks for, whose types have the numbers `types`.
pub(crate) fn check_imports(
    store: &StoreInner,
    module: &Module,
    types: &[u32],
    imports: &[Extern],
) -> Result<(), Error> {
    let wanted = module.validated().imports();
    if wanted.len() != imports.len() {
        let (need, got) = (wanted.len(), imports.len());
        return Err(Error::link(format!("the module has {need} imports, but {got} were given")));
    }
    for (Import { module, name, ty }, import) in wanted.zip(imports) {
        if import.owner() != store.id {
            return Err(Error::misuse(format!("import `{module}` `{name}` belongs to another store")));
        }
        if !matches(store, import, ty, types) {
            let (given, wanted) = (import.ty(store), import_type(store, ty, types));
            return Err(Error::link(format!(
                "import `{module}` `{name}` does not fit: the module asks for {wanted}, given is {given}"
            )));
        }
    }
    Ok(())
}

/// The type asked of an import, with the store's numbers of types.
fn import_type<'a>(store: &'a StoreInner, ty: ImportType, types: &[u32]) -> ExternType<'a> {
    match ty {
        ImportType::Func(index) | ImportType::FuncExact(index) => {
            ExternType::Func(store.types.func(types[index as usize]))
        }
        ImportType::Table(ty) => ExternType::Table(table_in_store(ty, types)),
        ImportType::Memory(ty) => ExternType::Memory(ty),
        ImportType::Global(ty) => ExternType::Global(global_in_store(ty, types)),
        ImportType::Tag(index) => ExternType::Tag(store.types.func(types[index as usize])),
    }
}

/// Whether an import is what is asked for. Spec: Core 3.0, 3.3.6 External Types (matching).
fn matches(store: &StoreInner, import: &Extern, wanted: ImportType, types: &[u32]) -> bool {
    if let (Extern::Func(func), ImportType::Func(index)) = (import, wanted) {
        return store.types.is_subtype(store.funcs[func.index as usize].ty, types[index as usize]);
    }
    if let (Extern::Func(func), ImportType::FuncExact(index)) = (import, wanted) {
        return store.funcs[func.index as usize].ty == types[index as usize];
    }
    if let (Extern::Tag(tag), ImportType::Tag(index)) = (import, wanted) {
        return store.tags[tag.index as usize].ty == types[index as usize];
    }
    match (import.ty(store), import_type(store, wanted, types)) {
        (ExternType::Table(given), ExternType::Table(wanted)) => {
            given.element == wanted.element
                && given.address == wanted.address
                && limits((given.min, given.max), (wanted.min, wanted.max))
        }
        (ExternType::Memory(given), ExternType::Memory(wanted)) => {
            (given.address, given.page_size) == (wanted.address, wanted.page_size)
                && limits((given.min, given.max), (wanted.min, wanted.max))
        }
        (ExternType::Global(given), ExternType::Global(wanted)) if !wanted.mutable => {
            !given.mutable && store.types.val_matches(given.content, wanted.content)
        }
        (ExternType::Global(given), ExternType::Global(wanted)) => given == wanted,
        _ => false,
    }
}

/// Limits matching. Spec: Core 3.0, 3.3.6.
fn limits(given: (u64, Option<u64>), wanted: (u64, Option<u64>)) -> bool {
    given.0 >= wanted.0
        && match (given.1, wanted.1) {
            (_, None) => true,
            (Some(given), Some(wanted)) => given <= wanted,
            (None, Some(_)) => false,
        }
}

impl Memory {
    /// A memory of the host. Sizes in pages.
    ///
    /// # Errors
    /// [`ErrorKind::OutOfMemory`] if the limiter refuses its least size.
    pub fn new(mut store: impl AsContextMut, ty: MemoryType) -> Result<Self, Error> {
        let mut store = store.context_mut();
        let index = new_memory(&mut store, ty)?;
        Ok(Memory { store: store.inner.id, index })
    }

    /// Size in pages.
    pub fn size(&self, store: impl AsContext) -> u64 {
        let store = store.inner();
        store.check(self.store);
        store.memories[self.index as usize].pages()
    }

    /// The contents.
    pub fn data<'a, S: AsContext>(&self, store: &'a S) -> &'a [u8] {
        let store = store.inner();
        store.check(self.store);
        store.memories[self.index as usize].bytes()
    }

    /// The contents, to be changed.
    pub fn data_mut<'a, S: AsContextMut>(&self, store: &'a mut S) -> &'a mut [u8]
    where
        S::Data: 'a,
    {
        let store = store.context_mut().inner;
        store.check(self.store);
        store.memories[self.index as usize].bytes_mut()
    }

    /// The memory's bytes together with the embedder's data, both to be changed.
    ///
    /// # Panics
    /// If the memory belongs to another store.
    pub fn data_and_store_mut<'a, T>(&self, store: &'a mut Store<T>) -> (&'a mut [u8], &'a mut T) {
        store.inner.check(self.store);
        (store.inner.memories[self.index as usize].bytes_mut(), &mut store.outer.data)
    }

    /// Adds pages; returns the size before. Costs no gas.
    ///
    /// # Errors
    /// [`ErrorKind::Misuse`] if the memory's limit or the limiter refuses.
    pub fn grow(&self, mut store: impl AsContextMut, delta: u64) -> Result<u64, Error> {
        let store = store.context_mut();
        store.inner.check(self.store);
        let memory = &mut store.inner.memories[self.index as usize];
        let (old, max) = (memory.pages(), memory.max_pages());
        let new = old.saturating_add(delta);
        let (page, declared) = (memory.ty().page_size.bytes(), memory.ty().max_bytes());
        if new > max || !store.outer.memory_may_grow(old * page, new.saturating_mul(page), declared) {
            return Err(Error::misuse(format!("the memory may not grow from {old} to {new} pages")));
        }
        memory.grow(delta).map_err(|_| Error::from(ErrorKind::NoRoom("a memory")))?;
        Ok(old)
    }
}

impl TableRef {
    /// A table of the host, each element `init`.
    ///
    /// # Errors
    /// [`ErrorKind::OutOfMemory`] if the limiter refuses its least size; [`ErrorKind::Misuse`] if `init`
    /// is of another type.
    pub fn new(mut store: impl AsContextMut, ty: TableType, init: Val) -> Result<Self, Error> {
        let mut store = store.context_mut();
        check_value(store.inner, init, ValType::Ref(ty.element))?;
        let index = new_table(&mut store, ty, init.to_cells().0)?;
        Ok(TableRef { store: store.inner.id, index })
    }

    /// Elements now.
    pub fn size(&self, store: impl AsContext) -> u64 {
        let store = store.inner();
        store.check(self.store);
        store.tables[self.index as usize].len()
    }

    /// An element; `None` past the end.
    pub fn get(&self, store: impl AsContext, index: u64) -> Option<Val> {
        let store = store.inner();
        store.check(self.store);
        let table = &store.tables[self.index as usize];
        let cell = table.get(index).ok()?;
        Some(Val::from_cells(ValType::Ref(table.ty().element), cell, 0, store.id))
    }

    /// Sets an element.
    ///
    /// # Errors
    /// [`ErrorKind::Misuse`] if the index is past the end or the value is of another type.
    pub fn set(&self, mut store: impl AsContextMut, index: u64, value: Val) -> Result<(), Error> {
        let store = store.context_mut().inner;
        store.check(self.store);
        let ty = store.tables[self.index as usize].ty().element;
        check_value(store, value, ValType::Ref(ty))?;
        let table = &mut store.tables[self.index as usize];
        table.set(index, value.to_cells().0).map_err(|_| Error::misuse("the index is past the table's end"))
    }
}

impl GlobalRef {
    /// A global of the host.
    ///
    /// # Errors
    /// [`ErrorKind::Misuse`] if the value is of another type.
    pub fn new(mut store: impl AsContextMut, ty: GlobalType, value: Val) -> Result<Self, Error> {
        let store = store.context_mut().inner;
        check_value(store, value, ty.content)?;
        let (low, high) = value.to_cells();
        Ok(GlobalRef { store: store.id, index: store.add_global(ty, low, high) })
    }

    /// The type.
    pub fn ty(&self, store: impl AsContext) -> GlobalType {
        let store = store.inner();
        store.check(self.store);
        store.globals[self.index as usize].ty()
    }

    /// The value.
    pub fn get(&self, store: impl AsContext) -> Val {
        let store = store.inner();
        store.check(self.store);
        let global = &store.globals[self.index as usize];
        let [low, high] = global.get();
        Val::from_cells(global.ty().content, low, high, store.id)
    }

    /// Sets the value.
    ///
    /// # Errors
    /// [`ErrorKind::Misuse`] if the global is immutable or the value is of another type.
    pub fn set(&self, mut store: impl AsContextMut, value: Val) -> Result<(), Error> {
        let store = store.context_mut().inner;
        store.check(self.store);
        let ty = store.globals[self.index as usize].ty();
        if !ty.mutable {
            return Err(Error::misuse("the global is immutable"));
        }
        check_value(store, value, ty.content)?;
        let (low, high) = value.to_cells();
        store.globals[self.index as usize].set([low, high]);
        Ok(())
    }
}

impl StoreInner {
    /// Adds a global; its number.
    pub(crate) fn add_global(&mut self, ty: GlobalType, low: u64, high: u64) -> u32 {
        self.exceptions.held |= holds_exceptions(ty.content);
        self.globals.push(Global::new(ty, low, high));
        self.globals.len() as u32 - 1
    }
}

fn check_value(store: &StoreInner, value: Val, wanted: ValType) -> Result<(), Error> {
    check_owner(value, store.id)?;
    if value.is_of(store, wanted) {
        Ok(())
    } else {
        Err(Error::misuse(format!("the value is {}, but {wanted} is wanted", value.ty())))
    }
}

/// Every memory, table and global of a store, by number: a coherent look while an execution is stopped.
#[derive(Clone, Debug)]
pub struct StoreObjects {
    /// The memories.
    pub memories: Vec<Memory>,
    /// The tables.
    pub tables: Vec<TableRef>,
    /// The globals.
    pub globals: Vec<GlobalRef>,
    /// The functions that have a number: imported, exported or referenced.
    pub funcs: Vec<Func>,
}

impl<T> crate::Store<T> {
    /// Handles to all that the store holds.
    pub fn objects(&self) -> StoreObjects {
        let store = self.inner.id;
        let numbers = |count: usize| 0..count as u32;
        StoreObjects {
            memories: numbers(self.inner.memories.len()).map(|index| Memory { store, index }).collect(),
            tables: numbers(self.inner.tables.len()).map(|index| TableRef { store, index }).collect(),
            globals: numbers(self.inner.globals.len()).map(|index| GlobalRef { store, index }).collect(),
            funcs: numbers(self.inner.funcs.len()).map(|index| Func { store, index }).collect(),
        }
    }
}
