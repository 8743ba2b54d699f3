//! Calls from outside: the loop that lets the tiers, host functions and the store's growth take turns.

use crate::config::{StackLimits, Tier};
use crate::error::{Error, ErrorKind};
use crate::frame::FrameKind;
use crate::func::{Func, HOST, check_owner, to_cells, to_values};
use crate::host::{Caller, Host, HostClosure, Suspend};
use crate::inspect;
use crate::store::{AsContextMut, StoreInner, StoreMut};
use crate::trap::Trap;
use crate::value::Val;
use crate::{exact, fast, heap, unwind};
use alloc::format;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::any::Any;

/// Why a tier hands control back.
#[derive(Debug)]
pub(crate) enum Exit {
    /// The running frame is another one now, or could go on in the other tier.
    Switch,
    /// The gas does not cover what the fast tier runs at a stretch: the exact tier must go on.
    HandOver,
    /// A host function is called; its arguments are at cell `base`.
    HostCall {
        /// The function, by number in the store.
        func: u32,
        /// Cell of the first argument, and of the first result.
        base: u32,
        /// The calling instance. After a tail call the frame on top is not its.
        instance: u32,
    },
    /// A memory or table is to grow. The exact tier has charged nothing, the fast one the static cost.
    Grow(Grow),
    /// A trap; the running frame stands at its instruction.
    Trap(Trap),
    /// An exception is thrown: the running frame stands in front of the instruction, of which nothing has been paid.
    Throw,
    /// An object is to be made that counts so many bytes, and there is no room: the running frame stands in front of the
    /// instruction, of which nothing has been paid.
    MakeRoom {
        /// What it counts.
        bytes: u64,
    },
    /// The gas does not cover the next step; the running frame stands in front of it.
    OutOfGas {
        /// What it costs.
        required: u64,
    },
    /// An interrupt handle was used; the running frame stands between two instructions.
    Interrupted,
    /// A host function that the fast tier called did not finish: [`StoreInner::host_stop`].
    HostStopped,
}

/// A request of `memory.grow` or `table.grow`, by numbers of the store.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Grow {
    /// Pages to add.
    Memory { memory: u32, delta: u64 },
    /// Elements to add.
    Table { table: u32, delta: u64, value: u64 },
}

/// Why an execution stopped, inside the engine.
pub(crate) enum Stop {
    Error(Error),
    /// A host function did not finish: it suspended, or could not pay.
    Host {
        error: Error,
        call: HostCall,
    },
}

/// A host call that has not come to its end.
#[derive(Clone, Copy, Debug)]
pub(crate) struct HostCall {
    /// The function, by number in the store.
    pub func: u32,
    /// Cell of the first argument, and of the first result.
    pub base: u32,
    /// The calling instance; `None` if the embedder calls.
    pub instance: Option<u32>,
}

impl From<Trap> for Stop {
    fn from(trap: Trap) -> Self {
        Stop::Error(trap.into())
    }
}

impl From<ErrorKind> for Stop {
    fn from(kind: ErrorKind) -> Self {
        Stop::Error(kind.into())
    }
}

/// A height of the stack to come back to.
#[derive(Clone, Copy)]
pub(crate) struct Mark {
    top: usize,
    slots_left: u64,
    host_frames: u32,
}

impl Mark {
    /// The empty stack.
    pub fn bottom(limits: &StackLimits) -> Mark {
        Mark { top: 0, slots_left: limits.value_slots.into(), host_frames: 0 }
    }
}

impl StoreInner {
    fn mark(&self) -> Mark {
        let stack = &self.stack;
        Mark { top: stack.top, slots_left: stack.slots_left, host_frames: stack.host_frames }
    }

    fn unwind(&mut self, mark: Mark) {
        self.stack.top = mark.top;
        self.stack.slots_left = mark.slots_left;
        self.stack.host_frames = mark.host_frames;
    }

    /// Closes the execution that is open for resumption, if there is one: what the running host function,
    /// or the embedder, has left. A host function's own caller is below, and stays.
    fn close_open_execution(&mut self) {
        if self.open_execution.take().is_some() {
            self.unwind(self.floor);
        }
    }

    /// An outermost call begins: exceptions of earlier ones go, as far as nothing can refer to them.
    fn begin_outermost(&mut self, func: u32) {
        let StoreInner { exceptions, types, funcs, .. } = self;
        exceptions.begin(types.func(funcs[func as usize].ty));
    }

    /// First cell above everything that is in use.
    fn free_cell(&self) -> u32 {
        let frame = self.stack.frame();
        match frame.kind {
            FrameKind::Host => frame.base,
            _ => {
                let code = &self.instances[frame.instance as usize].module.code()[frame.func as usize];
                frame.base + code.frame_cells
            }
        }
    }

    /// Puts a call of a function on the stack: arguments, a record of the embedder, the function's frame.
    /// A host function gets no frame.
    fn begin(&mut self, func: u32, args: &[u64]) -> Result<u32, Trap> {
        if self.stack.host_frames > self.stack.limits().host_reentry {
            return Err(Trap::StackOverflow);
        }
        let base = self.free_cell();
        let results = self.func_type(func).result_cells() as usize;
        let end = base as usize + args.len().max(results);
        self.stack.reserve_cells(end);
        self.stack.push_host(base);
        self.stack.cells[base as usize..base as usize + args.len()].copy_from_slice(args);
        let entity = &self.funcs[func as usize];
        if entity.instance != HOST {
            let (instance, func) = (entity.instance, entity.func);
            self.enter(instance, func, base)?;
        }
        Ok(base)
    }

    /// Pushes the frame of a function whose arguments are at cell `base`. If the stack does not allow it,
    /// the function is noted as the innermost one of the stop.
    pub(crate) fn enter(&mut self, instance: u32, func: u32, base: u32) -> Result<(), Trap> {
        let module = &self.instances[instance as usize].module;
        let start = module.validated().bodies()[func as usize].start;
        let code = &module.code()[func as usize];
        self.stack.push(instance, func, code, start, base).inspect_err(|_| {
            self.vm.refused = Some((instance, func));
        })
    }
}

/// Calls a function and closes the execution, however it ends. `args` and results are cells.
pub(crate) fn call<T>(store: &mut StoreMut<'_, T>, func: u32, args: &[u64]) -> Result<Vec<u64>, Error> {
    let outcome = begin_and_run(store, func, args);
    match outcome {
        Ok(results) => Ok(results),
        Err((mark, Stop::Error(error) | Stop::Host { error, .. })) => {
            store.inner.unwind(mark);
            Err(error)
        }
    }
}

fn begin_and_run<T>(store: &mut StoreMut<'_, T>, func: u32, args: &[u64]) -> Result<Vec<u64>, (Mark, Stop)> {
    store.inner.close_open_execution();
    let mark = store.inner.mark();
    if mark.top == 0 {
        store.inner.begin_outermost(func);
    }
    let base = match store.inner.begin(func, args) {
        Ok(base) => base,
        Err(trap) => {
            store.inner.stopped = inspect::take_down(store.inner);
            store.inner.vm.refused = None;
            return Err((mark, trap.into()));
        }
    };
    let is_host = store.inner.funcs[func as usize].instance == HOST;
    let call = is_host.then_some(HostCall { func, base, instance: None });
    run(store, call).map_err(|stop| (mark, stop))?;
    Ok(finish(store.inner, func, mark))
}

/// Takes the results of a function that has returned to the embedder, and clears the stack.
fn finish(store: &mut StoreInner, func: u32, mark: Mark) -> Vec<u64> {
    let base = store.stack.frame().base as usize;
    let results = store.func_type(func).result_cells() as usize;
    let out = store.stack.cells[base..base + results].to_vec();
    store.unwind(mark);
    out
}

/// Runs until control is back at the embedder. `pending` is a host call to be made first. At a stop the
/// stack is left as it is, and the frames are taken down.
fn run<T>(store: &mut StoreMut<'_, T>, pending: Option<HostCall>) -> Result<(), Stop> {
    store.inner.stopped = inspect::TakenDown::default();
    let outcome = run_frames(store, pending);
    if outcome.is_err() {
        store.inner.stopped = inspect::take_down(store.inner);
        store.inner.vm.refused = None;
    }
    outcome
}

fn run_frames<T>(store: &mut StoreMut<'_, T>, pending: Option<HostCall>) -> Result<(), Stop> {
    let hosts = fast::Hosts::of(store.outer);
    let outer_hosts = core::mem::replace(&mut store.inner.vm.hosts, hosts);
    let outcome = take_turns(store, pending);
    store.inner.vm.hosts = outer_hosts;
    outcome
}

fn take_turns<T>(store: &mut StoreMut<'_, T>, pending: Option<HostCall>) -> Result<(), Stop> {
    if let Some(call) = pending {
        call_host(store, call)?;
    }
    let exact_only = store.inner.engine.tier() == Tier::Exact;
    let mut hand_over = false;
    loop {
        let exit = match store.inner.stack.frame().kind {
            FrameKind::Host => return Ok(()),
            FrameKind::Fast => fast::resume(store.inner),
            FrameKind::Exact if exact_only => exact::run(store.inner, false),
            FrameKind::Exact => {
                let entered = if hand_over { None } else { fast::enter(store.inner) };
                hand_over = false;
                match entered {
                    Some(exit) => exit,
                    None => exact::run(store.inner, true),
                }
            }
        };
        match exit {
            Exit::Switch => {}
            Exit::HandOver => hand_over = true,
            Exit::HostCall { func, base, instance } => {
                call_host(store, HostCall { func, base, instance: Some(instance) })?;
            }
            Exit::Grow(request) => grow(store, request)?,
            Exit::Throw => unwind::throw(store)?,
            Exit::MakeRoom { bytes } => heap::collect::for_frame(store, bytes).map_err(Stop::Error)?,
            Exit::Trap(trap) => return Err(trap.into()),
            Exit::OutOfGas { required } => return Err(ErrorKind::OutOfGas { required }.into()),
            Exit::Interrupted => return Err(ErrorKind::Interrupted.into()),
            Exit::HostStopped => {
                if let Some(stop) = store.inner.host_stop.take() {
                    return Err(stop);
                }
            }
        }
    }
}

/// Calls a host function and puts its results in the place of its arguments.
fn call_host<T>(store: &mut StoreMut<'_, T>, call: HostCall) -> Result<(), Stop> {
    let number = store.inner.funcs[call.func as usize].func;
    let &Host { ref func, params, results } = &store.outer.hosts[number as usize];
    let func = Arc::clone(func);
    run_host(store, call, &*func, params, results)
}

/// Calls `func`, the host function that `call` names, which has so many cells of arguments and results.
#[inline]
pub(crate) fn run_host<T>(
    store: &mut StoreMut<'_, T>,
    call: HostCall,
    func: &HostClosure<T>,
    params: usize,
    results: usize,
) -> Result<(), Stop> {
    let base = call.base as usize;
    // Not in the stack itself, which the host function may make longer by calling back.
    let mut few = [0; 16];
    let mut many;
    let cells = match few.get_mut(..params.max(results)) {
        Some(few) => few,
        None => {
            many = alloc::vec![0; params.max(results)];
            &mut many
        }
    };
    copy(cells, &store.inner.stack.cells[base..base + params]);
    let mark = store.inner.mark();
    let floor = core::mem::replace(&mut store.inner.floor, mark);
    let outcome = func(Caller { store: store.reborrow(), instance: call.instance }, cells);
    // Whatever the host function left open is closed.
    store.inner.unwind(mark);
    store.inner.open_execution = None;
    store.inner.floor = floor;
    match outcome {
        Ok(()) => {
            finish_host_call(store.inner, call, &cells[..results]);
            Ok(())
        }
        Err(error) => Err(Stop::Host { error, call }),
    }
}

/// Copies cells to the start of others: mostly one or two, for which a call would take longer than the copy.
#[inline(always)]
pub(crate) fn copy(to: &mut [u64], from: &[u64]) {
    match (to, from) {
        (_, []) => {}
        ([to, ..], [from]) => *to = *from,
        ([to, second, ..], [from, also]) => (*to, *second) = (*from, *also),
        (to, from) => to[..from.len()].copy_from_slice(from),
    }
}

/// Puts the results of a host function where the caller expects them.
#[inline]
fn finish_host_call(store: &mut StoreInner, call: HostCall, results: &[u64]) {
    let base = call.base as usize;
    let end = base + results.len();
    // They are there: a frame has room for what its calls yield, and `begin` makes room.
    copy(&mut store.stack.cells[base..end], results);
    if store.stack.frame().kind == FrameKind::Exact {
        exact::after_call(store, end as u32);
    }
}

impl Grow {
    /// Of a memory, by what the operand's cell says.
    pub(crate) fn of_memory(store: &StoreInner, memory: u32, delta: u64) -> Grow {
        let delta = store.memories[memory as usize].ty().address.of_cell(delta);
        Grow::Memory { memory, delta }
    }

    /// Of a table, by what the operands' cells say.
    pub(crate) fn of_table(store: &StoreInner, table: u32, delta: u64, value: u64) -> Grow {
        let delta = store.tables[table as usize].ty().address.of_cell(delta);
        Grow::Table { table, delta, value }
    }

    /// The result where it is refused: -1.
    fn refused(&self, store: &StoreInner) -> u64 {
        let address = match *self {
            Grow::Memory { memory, .. } => store.memories[memory as usize].ty().address,
            Grow::Table { table, .. } => store.tables[table as usize].ty().address,
        };
        address.of_cell(u64::MAX)
    }

    /// Size now, how much is to be added, and the memory's or table's own limit, in pages or elements.
    fn sizes(&self, store: &StoreInner) -> (u64, u64, u64) {
        match *self {
            Grow::Memory { memory, delta } => {
                let memory = &store.memories[memory as usize];
                (memory.pages(), delta, memory.max_pages())
            }
            Grow::Table { table, delta, .. } => {
                let table = &store.tables[table as usize];
                (table.len(), delta, table.max_elements())
            }
        }
    }

    /// What the growth comes to for its static cost alone, without asking the embedder: the old size for a growth
    /// by nothing, -1 beyond the memory's or table's own limit. `None` if the embedder has a say.
    pub(crate) fn settled(&self, store: &StoreInner) -> Option<u64> {
        let (old, delta, max) = self.sizes(store);
        if delta == 0 {
            Some(old)
        } else if old.saturating_add(delta) > max {
            Some(self.refused(store))
        } else {
            None
        }
    }

    /// Cost of what is to be added, beyond the static cost.
    pub(crate) fn units(&self, store: &StoreInner) -> u64 {
        let schedule = &store.engine.config().schedule;
        match *self {
            Grow::Memory { memory, delta } => {
                let page = store.memories[memory as usize].ty().page_size.bytes();
                schedule.grow_bytes(delta.saturating_mul(page))
            }
            Grow::Table { delta, .. } => schedule.table_elements(delta),
        }
    }
}

/// Carries out a growth: for the static cost where it is settled or refused, otherwise paid by amount. The fast
/// tier has paid the static cost before.
/// Spec: Core 3.0, 4.6.6 `memory.grow`, 4.6.5 `table.grow`.
fn grow<T>(store: &mut StoreMut<'_, T>, request: Grow) -> Result<(), Stop> {
    use selfsame_validate::Opcode;
    let is_fast = store.inner.stack.frame().kind == FrameKind::Fast;
    let after_grow = if is_fast { fast::after_grow } else { exact::after_grow };
    let schedule = &store.inner.engine.config().schedule;
    let base_cost = match request {
        _ if is_fast => 0,
        Grow::Memory { .. } => schedule.cost(Opcode::MemoryGrow).into(),
        Grow::Table { .. } => schedule.cost(Opcode::TableGrow).into(),
    };
    let settled = request.settled(store.inner);
    let units = if settled.is_none() { request.units(store.inner) } else { 0 };
    let cost = units.saturating_add(base_cost);
    if store.inner.vm.gas_left() < cost {
        return Err(ErrorKind::OutOfGas { required: cost }.into());
    }
    if let Some(result) = settled {
        store.inner.vm.charge(base_cost);
        after_grow(store.inner, result);
        return Ok(());
    }
    let (old, delta, _) = request.sizes(store.inner);
    let new = old + delta;
    let granted = match request {
        Grow::Memory { memory, .. } => {
            let ty = store.inner.memories[memory as usize].ty();
            let page = ty.page_size.bytes();
            store.outer.memory_may_grow(old * page, new * page, ty.max_bytes())
        }
        Grow::Table { table, .. } => {
            let declared = store.inner.tables[table as usize].ty().max;
            store.outer.table_may_grow(old, new, declared)
        }
    };
    let result = if granted {
        let grown = match request {
            Grow::Memory { memory, .. } => store.inner.memories[memory as usize].grow(delta).ok(),
            Grow::Table { table, value, .. } => store.inner.tables[table as usize].grow(delta, value),
        };
        grown.ok_or(ErrorKind::NoRoom("a memory or table to grow"))?;
        store.inner.vm.charge(cost);
        old
    } else {
        store.inner.vm.charge(base_cost);
        request.refused(store.inner)
    };
    after_grow(store.inner, result);
    Ok(())
}

/// How a resumable call stands.
#[derive(Debug)]
pub enum Resumable {
    /// It has returned these values.
    Done(Vec<Val>),
    /// It has stopped, and is open for inspection.
    Stopped(Stopped),
}

/// An execution that has stopped and is open: frames and memories can be looked at, and after out-of-gas,
/// an interrupt or a suspension it can go on. The store's next call closes it.
#[derive(Debug)]
pub struct Stopped {
    /// Why it stopped.
    pub error: Error,
    execution: u64,
    func: u32,
    store: u32,
    pending: Option<HostCall>,
}

/// Starts a resumable call.
pub(crate) fn start<T>(store: &mut StoreMut<'_, T>, func: u32, args: &[u64]) -> Resumable {
    match begin_and_run(store, func, args) {
        Ok(results) => done(store.inner, func, &results),
        Err((_, stop)) => stopped(store.inner, func, stop),
    }
}

fn done(store: &StoreInner, func: u32, results: &[u64]) -> Resumable {
    Resumable::Done(to_values(store.func_type(func).results(), results, store.id))
}

fn stopped(store: &mut StoreInner, func: u32, stop: Stop) -> Resumable {
    store.executions += 1;
    store.open_execution = Some(store.executions);
    let (error, pending) = match stop {
        Stop::Error(error) => (error, None),
        Stop::Host { error, call } => (error, Some(call)),
    };
    Resumable::Stopped(Stopped { error, execution: store.executions, func, store: store.id, pending })
}

impl Stopped {
    /// Whether the execution can go on: after out-of-gas, an interrupt or a suspension.
    #[must_use]
    pub fn can_resume(&self) -> bool {
        match self.error.kind() {
            ErrorKind::OutOfGas { .. } | ErrorKind::Interrupted => true,
            ErrorKind::Host(_) => self.error.downcast_ref::<Suspend>().is_some(),
            _ => false,
        }
    }

    /// What a host function handed over when it suspended the execution.
    #[must_use]
    pub fn payload(&self) -> Option<&(dyn Any + Send + Sync)> {
        self.error.downcast_ref::<Suspend>().map(|suspend| &*suspend.payload)
    }

    /// The function that was called.
    #[must_use]
    pub fn func(&self) -> Func {
        Func { store: self.store, index: self.func }
    }

    /// Goes on. `values` are the results of the host function that suspended the execution; none in the
    /// other cases. A host function that could not pay is called again.
    ///
    /// # Errors
    /// [`ErrorKind::Misuse`] if the execution cannot go on, is not open any more, or the values do not fit.
    ///
    /// # Panics
    /// If the execution belongs to another store.
    pub fn resume(self, mut store: impl AsContextMut, values: &[Val]) -> Result<Resumable, Error> {
        let mut store = store.context_mut();
        store.inner.check(self.store);
        if store.inner.open_execution != Some(self.execution) {
            return Err(Error::misuse("the execution is closed: the store has run something else since"));
        }
        if !self.can_resume() {
            return Err(Error::misuse("the execution has ended and cannot be resumed"));
        }
        let suspended = self.payload().is_some();
        let wanted = match self.pending {
            Some(call) if suspended => store.inner.func_type(call.func).results().to_vec(),
            _ => Vec::new(),
        };
        for value in values {
            check_owner(*value, self.store)?;
        }
        let fits = wanted.len() == values.len()
            && values.iter().zip(&wanted).all(|(value, ty)| value.is_of(store.inner, *ty));
        if !fits {
            let need = wanted.len();
            return Err(Error::misuse(format!(
                "the host function that suspended has {need} results, and they must be given here"
            )));
        }
        store.inner.open_execution = None;
        let again = match self.pending {
            Some(call) if suspended => {
                finish_host_call(store.inner, call, &to_cells(values));
                None
            }
            again => again,
        };
        match run(&mut store, again) {
            Ok(()) => {
                let floor = store.inner.floor;
                let results = finish(store.inner, self.func, floor);
                Ok(done(store.inner, self.func, &results))
            }
            Err(stop) => Ok(stopped(store.inner, self.func, stop)),
        }
    }
}
