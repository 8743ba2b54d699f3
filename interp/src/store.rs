//! The store: everything that exists at run time, owned. Spec: Core 3.0, 4.2.3 Store.

use crate::call::{Mark, Stop};
use crate::engine::Engine;
use crate::error::Error;
use crate::exception::{EXCEPTION_BYTES, Exceptions};
use crate::frame::Stack;
use crate::func::{FuncEntity, HOST};
use crate::heap::{AnyRef, Heap};
use crate::host::{Host, ResourceLimiter};
use crate::inspect::TakenDown;
use crate::instance::InstanceData;
use crate::memory::LinearMemory;
use crate::table::{Global, Table};
use crate::tag::TagEntity;
use crate::types::Types;
use crate::vm::Vm;
use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::any::Any;
use core::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use selfsame_validate::SubType;

/// Everything of a store that does not depend on the embedder's data.
pub(crate) struct StoreInner {
    pub id: u32,
    pub engine: Engine,
    pub vm: Vm,
    pub stack: Stack,
    pub instances: Vec<InstanceData>,
    pub memories: Vec<LinearMemory>,
    pub tables: Vec<Table>,
    pub globals: Vec<Global>,
    pub funcs: Vec<FuncEntity>,
    pub tags: Vec<TagEntity>,
    pub exceptions: Exceptions,
    pub heap: Heap,
    pub types: Types,
    pub externs: Vec<Box<dyn Any + Send + Sync>>,
    /// Of the last stop.
    pub stopped: TakenDown,
    /// Number of the execution that is open for resumption; each has a new one.
    pub open_execution: Option<u64>,
    /// The stack as the running host function found it, or empty: what is above belongs to calls from here.
    pub floor: Mark,
    pub executions: u64,
    /// How often host functions have had the store in their hands: what is in it may have moved each time.
    pub touches: u64,
    /// Why a host function that the fast tier called did not finish.
    pub host_stop: Option<Stop>,
}

// SAFETY: needs    no part of a store is used by two threads at once.
//         given by ownership: the raw pointers in `vm`, `stack`, `instances` and `funcs` point into this
//         store, or into code that `instances` keep alive and that is itself shareable.
#[allow(unsafe_code, reason = "raw pointers into the store itself")]
unsafe impl Send for StoreInner {}
// SAFETY: needs    shared access changes nothing.
//         given by all changes going through `&mut`; globals are `Cell`s that `&StoreInner` only reads.
#[allow(unsafe_code, reason = "raw pointers into the store itself")]
unsafe impl Sync for StoreInner {}

impl StoreInner {
    /// Checks that a handle belongs to this store.
    ///
    /// # Panics
    /// If it does not: handles of two stores were mixed up.
    pub fn check(&self, store: u32) {
        assert!(store == self.id, "a handle was used with a store that it does not belong to");
    }

    /// The number of a function of an instance, by `funcidx`; numbers are given out at the first use.
    pub fn func_of_instance(&mut self, instance: u32, func: u32) -> u32 {
        let data = &self.instances[instance as usize];
        if let Some(index) = data.funcs[func as usize].checked_sub(1) {
            return index;
        }
        let module = data.module.validated();
        let defined = func - module.imported_funcs();
        let ty = data.types[module.funcs()[func as usize] as usize];
        let code = &raw const data.module.code()[defined as usize];
        let index = self.funcs.len() as u32;
        self.funcs.push(FuncEntity { ty, instance, func: defined, code });
        self.instances[instance as usize].funcs[func as usize] = index + 1;
        index
    }

    /// Adds a host function; `host` is its number in the store's list.
    pub fn add_host_func(&mut self, ty: &SubType, host: u32) -> u32 {
        let ty = self.types.group(core::slice::from_ref(ty));
        self.funcs.push(FuncEntity { ty, instance: HOST, func: host, code: core::ptr::null() });
        self.funcs.len() as u32 - 1
    }
}

/// A host value that Wasm code can hold but not look into. A handle; cheap to copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ExternRef {
    pub(crate) store: u32,
    pub(crate) cell: u64,
}

impl ExternRef {
    /// Puts a value into the store. It stays until the store is dropped.
    pub fn new(mut store: impl AsContextMut, value: impl Any + Send + Sync) -> Self {
        let inner = store.context_mut().inner;
        inner.externs.push(Box::new(value));
        ExternRef { store: inner.id, cell: inner.externs.len() as u64 }
    }

    /// The host value; `None` if it is none: code can make such references of its own objects too, which
    /// [`ExternRef::to_any`] has.
    ///
    /// # Panics
    /// If the reference belongs to another store.
    pub fn data<'a, T: 'a>(&self, store: &'a Store<T>) -> Option<&'a (dyn Any + Send + Sync)> {
        store.inner.check(self.store);
        let index = usize::try_from(self.cell - 1).ok()?;
        Some(&**store.inner.externs.get(index)?)
    }

    /// The same reference of the type `any`: what `any.convert_extern` makes of it.
    #[must_use]
    pub fn to_any(&self) -> AnyRef {
        AnyRef { store: self.store, cell: self.cell }
    }

    pub(crate) fn from_cell(cell: u64, store: u32) -> Option<Self> {
        (cell != 0).then_some(ExternRef { store, cell })
    }

    pub(crate) fn to_cell(self) -> u64 {
        self.cell
    }
}

type LimiterFn<T> = Box<dyn FnMut(&mut T) -> &mut (dyn ResourceLimiter) + Send>;

/// All that exists at run time, with the embedder's data `T`.
pub struct Store<T> {
    pub(crate) inner: Box<StoreInner>,
    pub(crate) outer: Outer<T>,
}

/// The embedder's part of a store.
pub(crate) struct Outer<T> {
    pub data: T,
    /// Only ever added to: the fast tier counts on that while one runs.
    pub hosts: Vec<Host<T>>,
    pub limiter: Option<LimiterFn<T>>,
}

/// Numbers of stores, so that handles can be told apart. Never observable in a result.
static NEXT_STORE: AtomicU32 = AtomicU32::new(0);

impl<T> Store<T> {
    /// An empty store. It has no gas: see [`Store::set_gas`].
    pub fn new(engine: &Engine, data: T) -> Self {
        let config = engine.config();
        let stack = Stack::new(config.stack);
        let inner = StoreInner {
            id: NEXT_STORE.fetch_add(1, Ordering::Relaxed),
            engine: engine.clone(),
            vm: Vm::new(config.metering, config.schedule.units().bulk_bytes_per_gas, stack.slots_left),
            stack,
            instances: Vec::new(),
            memories: Vec::new(),
            tables: Vec::new(),
            globals: Vec::new(),
            funcs: Vec::new(),
            tags: Vec::new(),
            exceptions: Exceptions::default(),
            heap: Heap::default(),
            types: Types::default(),
            externs: Vec::new(),
            stopped: TakenDown::default(),
            open_execution: None,
            floor: Mark::bottom(&config.stack),
            executions: 0,
            touches: 0,
            host_stop: None,
        };
        Store { inner: Box::new(inner), outer: Outer { data, hosts: Vec::new(), limiter: None } }
    }

    /// The embedder's data.
    pub fn data(&self) -> &T {
        &self.outer.data
    }

    /// The embedder's data.
    pub fn data_mut(&mut self) -> &mut T {
        &mut self.outer.data
    }

    /// The embedder's data, taken out; the store is gone.
    pub fn into_data(self) -> T {
        self.outer.data
    }

    /// The engine.
    pub fn engine(&self) -> &Engine {
        &self.inner.engine
    }

    /// Sets the gas that can be spent from now on; what has been consumed starts at zero.
    pub fn set_gas(&mut self, gas: u64) {
        self.inner.vm.set_gas(gas);
    }

    /// Adds gas, for example before a resumption.
    pub fn add_gas(&mut self, gas: u64) {
        self.inner.vm.add_gas(gas);
    }

    /// Gas left. `u64::MAX` less what has been consumed, where metering is off.
    pub fn gas_left(&self) -> u64 {
        self.inner.vm.gas_left()
    }

    /// Gas consumed since it was last set.
    pub fn gas_consumed(&self) -> u64 {
        self.inner.vm.gas_consumed()
    }

    /// Has somebody asked before each growth of a memory or table.
    pub fn limiter(&mut self, limiter: impl FnMut(&mut T) -> &mut (dyn ResourceLimiter) + Send + 'static) {
        self.outer.limiter = Some(Box::new(limiter));
    }

    /// Takes away all structs and arrays that nobody can reach: neither the store's tables, globals, segments and kept
    /// exceptions, nor the frames of a stopped execution. It takes time in proportion to the objects and to what can
    /// refer to them, and nobody has paid gas for it. A program makes room by itself once it has added enough; this is
    /// for a store whose last call ended with `OutOfMemory` and which then dropped what it held.
    pub fn gc(&mut self) {
        crate::heap::collect::collect(&mut self.inner);
    }

    /// A handle that stops this store's execution from another thread.
    pub fn interrupt_handle(&self) -> InterruptHandle {
        InterruptHandle { flag: self.inner.vm.interrupt_flag() }
    }
}

/// Stops an execution from another thread, soon: within about a million units of gas. The execution can
/// be resumed. Used while nothing runs, it stops the next call at its start.
#[derive(Clone, Debug)]
pub struct InterruptHandle {
    flag: Arc<AtomicBool>,
}

impl InterruptHandle {
    /// Asks for the stop.
    pub fn interrupt(&self) {
        self.flag.store(true, Ordering::Relaxed);
    }
}

/// A store, borrowed for a change. What host functions get, behind [`crate::Caller`].
pub struct StoreMut<'a, T> {
    pub(crate) inner: &'a mut StoreInner,
    pub(crate) outer: &'a mut Outer<T>,
}

impl<T> StoreMut<'_, T> {
    pub(crate) fn reborrow(&mut self) -> StoreMut<'_, T> {
        StoreMut { inner: self.inner, outer: self.outer }
    }
}

mod sealed {
    pub trait Sealed {}
    impl<T> Sealed for super::Store<T> {}
    impl<T> Sealed for super::StoreMut<'_, T> {}
    impl<T> Sealed for crate::Caller<'_, T> {}
    impl<S: Sealed> Sealed for &S {}
    impl<S: Sealed> Sealed for &mut S {}
}

/// What gives a look at a store: `&Store<T>`, `&Caller<T>`.
pub trait AsContext: sealed::Sealed {
    #[doc(hidden)]
    #[expect(private_interfaces, reason = "the trait is sealed")]
    fn inner(&self) -> &StoreInner;
}

/// What gives a store for a change: `&mut Store<T>`, `&mut Caller<T>`.
pub trait AsContextMut: AsContext {
    /// The embedder's data.
    type Data;
    #[doc(hidden)]
    fn context_mut(&mut self) -> StoreMut<'_, Self::Data>;
}

#[expect(private_interfaces, reason = "the trait is sealed")]
impl<T> AsContext for Store<T> {
    fn inner(&self) -> &StoreInner {
        &self.inner
    }
}

impl<T> AsContextMut for Store<T> {
    type Data = T;
    fn context_mut(&mut self) -> StoreMut<'_, T> {
        StoreMut { inner: &mut self.inner, outer: &mut self.outer }
    }
}

#[expect(private_interfaces, reason = "the trait is sealed")]
impl<T> AsContext for StoreMut<'_, T> {
    fn inner(&self) -> &StoreInner {
        self.inner
    }
}

impl<T> AsContextMut for StoreMut<'_, T> {
    type Data = T;
    fn context_mut(&mut self) -> StoreMut<'_, T> {
        self.reborrow()
    }
}

#[expect(private_interfaces, reason = "the trait is sealed")]
impl<S: AsContext> AsContext for &S {
    fn inner(&self) -> &StoreInner {
        S::inner(self)
    }
}

#[expect(private_interfaces, reason = "the trait is sealed")]
impl<S: AsContext> AsContext for &mut S {
    fn inner(&self) -> &StoreInner {
        S::inner(self)
    }
}

impl<S: AsContextMut> AsContextMut for &mut S {
    type Data = S::Data;
    fn context_mut(&mut self) -> StoreMut<'_, S::Data> {
        S::context_mut(self)
    }
}

impl<T> Outer<T> {
    /// Asks the limiter, if there is one, whether a memory may grow.
    pub fn memory_may_grow(&mut self, current: u64, desired: u64, max: Option<u64>) -> bool {
        match &mut self.limiter {
            Some(limiter) => limiter(&mut self.data).memory_growing(current, desired, max),
            None => true,
        }
    }

    /// Asks the limiter, if there is one, whether a table may grow.
    pub fn table_may_grow(&mut self, current: u64, desired: u64, max: Option<u64>) -> bool {
        match &mut self.limiter {
            Some(limiter) => limiter(&mut self.data).table_growing(current, desired, max),
            None => true,
        }
    }

    /// Asks the limiter, if there is one, whether kept exceptions may count so many bytes.
    pub fn exceptions_may_grow(&mut self, current: u64, desired: u64) -> bool {
        match &mut self.limiter {
            Some(limiter) => limiter(&mut self.data).exceptions_growing(current, desired),
            None => desired <= EXCEPTION_BYTES,
        }
    }
}

/// The error for a module that meets a store of another engine.
pub(crate) fn wrong_engine() -> Error {
    Error::misuse("the module was made for another engine: create both from the same `Engine`")
}
