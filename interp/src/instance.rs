//! Instances, and making them. Spec: Core 3.0, 4.7.2 Instantiation.

use crate::call::{self, Resumable};
use crate::error::{Error, ErrorKind, MemoryKind};
use crate::exception::holds_exceptions;
use crate::extern_types::{self, Extern, GlobalRef, Memory, TableRef};
use crate::func::{Func, TypedFunc, WasmTypes};
use crate::heap::{self, constant};
use crate::memory::{LinearMemory, RawMemory, max_pages};
use crate::module::Module;
use crate::segments;
use crate::store::{AsContext, AsContextMut, StoreInner, StoreMut, wrong_engine};
use crate::table::{RawTable, Table};
use crate::tag::{Tag, TagEntity};
use crate::types;
use alloc::boxed::Box;
use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use selfsame_validate::{ConstExpr, ConstOp, ElementItems, ExternIndex, MemoryType, TableType, ValType};

/// What one instance sees; numbers are those of the store.
pub(crate) struct InstanceData {
    pub module: Module,
    pub name: String,
    pub types: Box<[u32]>,
    /// By `funcidx`: number of the function in the store plus one, or 0 if it has none yet.
    pub funcs: Box<[u32]>,
    pub tables: Box<[u32]>,
    pub memories: Box<[u32]>,
    pub globals: Vec<u32>,
    pub tags: Box<[u32]>,
    /// Values of the element segments; those that were dropped are empty.
    pub elements: Box<[Box<[u64]>]>,
    /// Whether each data segment was dropped.
    pub dropped_data: Box<[bool]>,
    /// For the fast tier.
    pub raw_tables: Box<[*const RawTable]>,
    /// For the fast tier.
    pub raw_memories: Box<[*const RawMemory]>,
    /// For the fast tier.
    pub raw_globals: Box<[*mut [u64; 2]]>,
}

impl InstanceData {
    /// The bytes of a data segment; none if it was dropped.
    pub fn data_segment(&self, index: u32) -> &[u8] {
        let module = self.module.validated();
        if self.dropped_data[index as usize] {
            return &[];
        }
        module.bytes().get(module.data()[index as usize].range()).unwrap_or_default()
    }
}

/// An instance of a module. A handle; cheap to copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Instance {
    pub(crate) store: u32,
    pub(crate) index: u32,
}

impl Instance {
    /// Instantiates a module with the given imports, in order, and runs its start function. The instance
    /// is named `main`, or `main.2` and so on if the store has one of that name.
    ///
    /// # Errors
    /// [`ErrorKind::Link`] if the imports do not fit; [`ErrorKind::OutOfMemory`] if memories or tables
    /// may not have their least size; [`ErrorKind::Trap`] if a segment does not fit or the start function
    /// traps; whatever else stops the start function.
    pub fn new(mut store: impl AsContextMut, module: &Module, imports: &[Extern]) -> Result<Self, Error> {
        let mut store = store.context_mut();
        let instance = Instance::without_start(&mut store, "main", module, imports)?;
        if let Some(start) = instance.start_func(&mut store) {
            start.call(&mut store, &[], &mut [])?;
        }
        Ok(instance)
    }

    /// Instantiates a module under a name of its own, but does not run its start function:
    /// [`Instance::start`] does.
    ///
    /// # Errors
    /// As [`Instance::new`], the start function aside.
    pub fn without_start(
        mut store: impl AsContextMut,
        name: &str,
        module: &Module,
        imports: &[Extern],
    ) -> Result<Self, Error> {
        instantiate(&mut store.context_mut(), name, module, imports)
    }

    /// Runs the module's start function, so that it can be resumed where it stops. `None` if there is none.
    pub fn start(&self, mut store: impl AsContextMut) -> Option<Resumable> {
        let mut store = store.context_mut();
        let start = self.start_func(&mut store)?;
        Some(call::start(&mut store, start.index, &[]))
    }

    fn start_func<T>(&self, store: &mut StoreMut<'_, T>) -> Option<Func> {
        let start = self.data(store.inner).module.validated().start()?;
        Some(Func { store: self.store, index: store.inner.func_of_instance(self.index, start) })
    }

    fn data<'a>(&self, store: &'a StoreInner) -> &'a InstanceData {
        store.check(self.store);
        &store.instances[self.index as usize]
    }

    /// The name by which frames and fingerprints know the instance.
    ///
    /// # Panics
    /// If the instance belongs to another store; so do all methods here.
    pub fn name(&self, store: impl AsContext) -> String {
        self.data(store.inner()).name.clone()
    }

    /// The module.
    pub fn module(&self, store: impl AsContext) -> Module {
        self.data(store.inner()).module.clone()
    }

    /// An export.
    pub fn get_export(&self, mut store: impl AsContextMut, name: &str) -> Option<Extern> {
        let store = store.context_mut().inner;
        let index = self.data(store).module.validated().export(name)?;
        Some(self.entity(store, index))
    }

    /// The exports, in order.
    pub fn exports(&self, mut store: impl AsContextMut) -> Vec<(String, Extern)> {
        let store = store.context_mut().inner;
        let module = self.data(store).module.clone();
        module.validated().exports().map(|e| (e.name.into(), self.entity(store, e.index))).collect()
    }

    fn entity(&self, store: &mut StoreInner, index: ExternIndex) -> Extern {
        let data = &store.instances[self.index as usize];
        match index {
            ExternIndex::Func(i) => {
                let index = store.func_of_instance(self.index, i);
                Extern::Func(Func { store: self.store, index })
            }
            ExternIndex::Table(i) => {
                Extern::Table(TableRef { store: self.store, index: data.tables[i as usize] })
            }
            ExternIndex::Memory(i) => {
                Extern::Memory(Memory { store: self.store, index: data.memories[i as usize] })
            }
            ExternIndex::Tag(i) => Extern::Tag(Tag { store: self.store, index: data.tags[i as usize] }),
            ExternIndex::Global(i) => {
                Extern::Global(GlobalRef { store: self.store, index: data.globals[i as usize] })
            }
        }
    }

    /// An exported function.
    pub fn get_func(&self, store: impl AsContextMut, name: &str) -> Option<Func> {
        self.get_export(store, name)?.into_func()
    }

    /// An exported function with native types.
    ///
    /// # Errors
    /// [`ErrorKind::Misuse`] if there is no such function or its type is another one; the text names the
    /// exports there are.
    pub fn get_typed_func<P: WasmTypes, R: WasmTypes>(
        &self,
        mut store: impl AsContextMut,
        name: &str,
    ) -> Result<TypedFunc<P, R>, Error> {
        let mut store = store.context_mut();
        match self.get_func(&mut store, name) {
            Some(func) => func.typed(&store),
            None => Err(no_such_func(&self.module(&store), name)),
        }
    }

    /// An exported memory.
    pub fn get_memory(&self, store: impl AsContextMut, name: &str) -> Option<Memory> {
        self.get_export(store, name)?.into_memory()
    }

    /// The instance's memories, imported ones first.
    pub fn memories(&self, store: impl AsContext) -> Vec<Memory> {
        let data = self.data(store.inner());
        data.memories.iter().map(|index| Memory { store: self.store, index: *index }).collect()
    }
}

/// The error for a function that is not exported; names those that are.
pub(crate) fn no_such_func(module: &Module, name: &str) -> Error {
    let mut names: Vec<&str> = module
        .exports()
        .filter(|(_, ty)| matches!(ty, selfsame_validate::ExternType::Func(_)))
        .map(|(name, _)| name)
        .take(21)
        .collect();
    let more = if names.len() > 20 { ", ..." } else { "" };
    names.truncate(20);
    let list = if names.is_empty() { "none".into() } else { names.join(", ") + more };
    Error::misuse(format!("no function `{name}` is exported; exported functions: {list}"))
}

fn instantiate<T>(
    store: &mut StoreMut<'_, T>,
    name: &str,
    module: &Module,
    imports: &[Extern],
) -> Result<Instance, Error> {
    if !module.engine().same(&store.inner.engine) {
        return Err(wrong_engine());
    }
    let validated = module.validated();
    let types = store.inner.types.of_module(validated);
    let mut fields = validated.types().iter().flat_map(|ty| ty.fields());
    store.inner.exceptions.held |= fields.any(|field| holds_exceptions(field.storage.unpacked()));
    extern_types::check_imports(store.inner, module, &types, imports)?;

    let mut data = InstanceData {
        module: module.clone(),
        name: unique_name(store.inner, name),
        types,
        funcs: alloc::vec![0; validated.funcs().len()].into_boxed_slice(),
        tables: Box::default(),
        memories: Box::default(),
        globals: Vec::new(),
        tags: Box::default(),
        elements: Box::default(),
        dropped_data: alloc::vec![false; validated.data().len()].into_boxed_slice(),
        raw_tables: Box::default(),
        raw_memories: Box::default(),
        raw_globals: Box::default(),
    };
    let (mut tables, mut memories, mut globals, mut tags) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut imported_funcs = 0;
    for import in imports {
        match import {
            Extern::Func(func) => {
                data.funcs[imported_funcs] = func.index + 1;
                imported_funcs += 1;
            }
            Extern::Table(table) => tables.push(table.index),
            Extern::Memory(memory) => memories.push(memory.index),
            Extern::Global(global) => globals.push(global.index),
            Extern::Tag(tag) => tags.push(tag.index),
        }
    }
    for ty in &validated.memories()[memories.len()..] {
        memories.push(new_memory(store, *ty)?);
    }
    data.memories = memories.into();
    globals.reserve_exact(validated.defined_globals().len());
    data.globals = globals;
    let index = store.inner.instances.len() as u32;
    data.tags = with_own_tags(store.inner, index, validated, &data.types, tags);
    store.inner.instances.push(data);

    // Initial values can name functions of the instance and globals that come before.
    for global in validated.defined_globals() {
        let ty = types::global_in_store(global.ty, &store.inner.instances[index as usize].types);
        let [low, high] = eval(store, index, validated, global.init)?;
        let global = store.inner.add_global(ty, low, high);
        store.inner.instances[index as usize].globals.push(global);
    }
    for table in validated.defined_tables() {
        let ty = types::table_in_store(table.ty, &store.inner.instances[index as usize].types);
        let [init, _] = eval(store, index, validated, table.init)?;
        tables.push(new_table(store, ty, init)?);
    }
    let elements = element_segments(store, index, validated)?;
    let inner = &mut *store.inner;
    let raw_tables = tables.iter().map(|table| inner.tables[*table as usize].raw()).collect();
    let data = &mut inner.instances[index as usize];
    let raw_memories = data.memories.iter().map(|memory| inner.memories[*memory as usize].raw()).collect();
    let raw_globals = data.globals.iter().map(|global| inner.globals[*global as usize].raw()).collect();
    data.tables = tables.into();
    data.elements = elements;
    data.raw_tables = raw_tables;
    data.raw_memories = raw_memories;
    data.raw_globals = raw_globals;

    segments::apply(inner, index)?;
    Ok(Instance { store: inner.id, index })
}

/// The tags of a new instance, from those that it imports.
fn with_own_tags(
    store: &mut StoreInner,
    instance: u32,
    module: &selfsame_validate::Module,
    types: &[u32],
    mut tags: Vec<u32>,
) -> Box<[u32]> {
    for tag in module.imported_tags()..module.tags().len() as u32 {
        let ty = types[module.tags()[tag as usize] as usize];
        tags.push(store.tags.len() as u32);
        store.tags.push(TagEntity { ty, instance, tag });
    }
    tags.into()
}

/// `name`, or `name.2` and so on if the store has an instance of that name.
fn unique_name(store: &StoreInner, name: &str) -> String {
    let taken: BTreeSet<&str> = store.instances.iter().map(|instance| instance.name.as_str()).collect();
    let mut unique = String::from(name);
    let mut number = 1;
    while taken.contains(unique.as_str()) {
        number += 1;
        unique = format!("{name}.{number}");
    }
    unique
}

/// The references of each element segment.
fn element_segments<T>(
    store: &mut StoreMut<'_, T>,
    index: u32,
    validated: &selfsame_validate::Module,
) -> Result<Box<[Box<[u64]>]>, Error> {
    let mut elements = Vec::with_capacity(validated.elements().len());
    for segment in validated.elements() {
        let items: Result<Box<[u64]>, Error> = match &segment.items {
            ElementItems::Funcs(funcs) => {
                let cells =
                    funcs.iter().map(|func| u64::from(store.inner.func_of_instance(index, *func)) + 1);
                Ok(cells.collect())
            }
            ElementItems::Exprs(exprs) => {
                exprs.iter().map(|expr| Ok(eval(store, index, validated, *expr)?[0])).collect()
            }
        };
        elements.push(items?);
    }
    Ok(elements.into())
}

/// Creates a memory, if the limiter allows its least size.
pub(crate) fn new_memory<T>(store: &mut StoreMut<'_, T>, ty: MemoryType) -> Result<u32, Error> {
    let bytes = ty.min.saturating_mul(ty.page_size.bytes());
    if ty.min > max_pages(ty) || !store.outer.memory_may_grow(0, bytes, ty.max_bytes()) {
        return Err(ErrorKind::OutOfMemory(MemoryKind::Memory).into());
    }
    let memory = LinearMemory::new(ty).map_err(|_| Error::from(ErrorKind::NoRoom("a memory")))?;
    store.inner.memories.push(memory);
    Ok(store.inner.memories.len() as u32 - 1)
}

/// Creates a table, if the limiter allows its least size.
pub(crate) fn new_table<T>(store: &mut StoreMut<'_, T>, ty: TableType, init: u64) -> Result<u32, Error> {
    if !store.outer.table_may_grow(0, ty.min, ty.max) {
        return Err(ErrorKind::OutOfMemory(MemoryKind::Table).into());
    }
    let table = Table::new(ty, init).ok_or_else(|| Error::from(ErrorKind::NoRoom("a table")))?;
    store.inner.exceptions.held |= holds_exceptions(ValType::Ref(ty.element));
    store.inner.tables.push(table);
    Ok(store.inner.tables.len() as u32 - 1)
}

/// Evaluates a constant expression of the instance's module. Spec: Core 3.0, 4.6.13 Expressions.
///
/// # Errors
/// [`ErrorKind::OutOfMemory`] if an object has no room; a trap if its descriptor is null.
fn eval<T>(
    store: &mut StoreMut<'_, T>,
    instance: u32,
    module: &selfsame_validate::Module,
    expr: ConstExpr,
) -> Result<[u64; 2], Error> {
    // A module can have tens of thousands of segments, and most expressions are one constant.
    if let Some(op) = expr.single().filter(|op| !constant::makes_object(*op)) {
        return Ok(eval_op(store.inner, instance, op, &mut Vec::new()));
    }
    let mut stack = Vec::new();
    for op in expr.ops(module) {
        if let Some(bytes) = constant::counted(store.inner, instance, op, &stack)? {
            heap::collect::for_constant(store, bytes)?;
        }
        let value = eval_op(store.inner, instance, op, &mut stack);
        stack.push(value);
    }
    Ok(stack.pop().unwrap_or_default())
}

/// Evaluates the offset of a segment, which makes no objects.
pub(crate) fn eval_offset(
    store: &mut StoreInner,
    instance: u32,
    module: &selfsame_validate::Module,
    expr: ConstExpr,
) -> u64 {
    if let Some(op) = expr.single() {
        return eval_op(store, instance, op, &mut Vec::new())[0];
    }
    let mut stack = Vec::new();
    for op in expr.ops(module) {
        let value = eval_op(store, instance, op, &mut stack);
        stack.push(value);
    }
    stack.pop().unwrap_or_default()[0]
}

/// The value of an instruction of a constant expression; its operands are taken off the stack.
fn eval_op(store: &mut StoreInner, instance: u32, op: ConstOp, stack: &mut Vec<[u64; 2]>) -> [u64; 2] {
    match op {
        ConstOp::I32(bits) | ConstOp::F32(bits) => [u64::from(bits), 0],
        ConstOp::I64(bits) | ConstOp::F64(bits) => [bits, 0],
        ConstOp::V128(bytes) => {
            let bits = u128::from_le_bytes(bytes);
            [bits as u64, (bits >> 64) as u64]
        }
        ConstOp::RefNull => [0, 0],
        ConstOp::RefFunc(func) => [u64::from(store.func_of_instance(instance, func)) + 1, 0],
        ConstOp::GlobalGet(global) => {
            store.globals[store.instances[instance as usize].globals[global as usize] as usize].get()
        }
        ConstOp::I32Add | ConstOp::I32Sub | ConstOp::I32Mul => {
            let (a, b) = pop_two(stack);
            let (a, b) = (a as u32, b as u32);
            let value = match op {
                ConstOp::I32Add => a.wrapping_add(b),
                ConstOp::I32Sub => a.wrapping_sub(b),
                _ => a.wrapping_mul(b),
            };
            [u64::from(value), 0]
        }
        ConstOp::I64Add | ConstOp::I64Sub | ConstOp::I64Mul => {
            let (a, b) = pop_two(stack);
            let value = match op {
                ConstOp::I64Add => a.wrapping_add(b),
                ConstOp::I64Sub => a.wrapping_sub(b),
                _ => a.wrapping_mul(b),
            };
            [value, 0]
        }
        ConstOp::RefI31 => [heap::cell::of_i31(stack.pop().unwrap_or_default()[0] as u32), 0],
        ConstOp::Convert => stack.pop().unwrap_or_default(),
        ConstOp::New(_)
        | ConstOp::NewDefault(_)
        | ConstOp::NewDesc(_)
        | ConstOp::NewDefaultDesc(_)
        | ConstOp::NewFixed(..) => [constant::make(store, instance, op, stack), 0],
    }
}

/// The two operands on top, the lower one first.
fn pop_two(stack: &mut Vec<[u64; 2]>) -> (u64, u64) {
    let b = stack.pop().unwrap_or_default();
    let a = stack.pop().unwrap_or_default();
    (a[0], b[0])
}
