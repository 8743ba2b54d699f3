//! One sub-VM, from its first load to its end. It is a machine that the supervisor advances: native code never
//! waits for a child inside it. Spec: vm.md 2.2.

use super::end::End;
use super::load::resolve;
use super::meta::Meta;
use super::spawn::{Pending, Reply, Spawn, Target};
use super::state::{Execution, Runner, Started, VmData, VmState, limiter};
use crate::command::entry_point;
use crate::error::NoEntryPoint;
use crate::message::StartupMessage;
use crate::ram::RamBudget;
use crate::result::SubVmHashes;
use crate::runner::{CanonicalId, Env, Mode, ModuleFile, Step, Walker};
use crate::storage::Overlay;
use crate::wasi::{RandomMode, WasiCtx};
use crate::{gas, sdk, wasi};
use selfsame_interp::{Error, FuncType, Instance, Linker, Resumable, Stopped, Store, Val};
use std::collections::{BTreeMap, BTreeSet};

/// What a sub-VM starts with.
pub(crate) struct Launch {
    pub meta: Meta,
    pub message: StartupMessage,
    pub ram: RamBudget,
    pub gas: u64,
    pub overlay: Overlay,
    /// Pages that its caller had written, whether or not they can be seen.
    pub inherited: usize,
    /// What `contract` means; the caller's for a block without a runner of its own.
    pub target: Target,
    /// The entry runner, where its octets came with the request.
    pub given: Option<Runner>,
    pub own_balance: bool,
}

/// What happened.
pub(crate) enum Event {
    /// A request must be carried out before it goes on.
    Spawn(Box<Spawn>),
    /// It has ended.
    Ended(End),
}

/// A sub-VM.
pub(crate) struct SubVm {
    pub store: Store<VmData>,
    /// With what has been linked, once something has.
    linker: Option<Linker<VmData>>,
    walker: Option<Walker>,
    phase: Phase,
    names: BTreeSet<String>,
    env: Env,
    target: Target,
    given: Option<Runner>,
    /// How the guest gets the result that it waits for.
    reply: Option<Reply>,
}

/// What comes next.
enum Phase {
    /// Loading the entry runner.
    Boot,
    /// The actions of runners.
    Acting,
    /// Waiting for the result of a request.
    Waiting(Stopped, Then),
    /// Going on with the results of a host function.
    Resuming(Stopped, Then, Val),
    /// Ending.
    Ending(End),
}

/// What follows a function's return.
#[derive(Clone, Copy)]
enum Then {
    /// A linked module has started.
    Linked(Instance),
    /// It is initialised.
    Initialised,
    /// The last module has started.
    Started(Instance),
    /// The entry point has returned.
    Entered,
}

impl SubVm {
    /// Steps 1, 3 and 4: depth, RAM, standard input. The overlay comes back from what cannot start.
    pub(crate) fn start(launch: Launch, exec: &Execution) -> Result<Self, (End, Overlay)> {
        let Launch { meta, message, mut ram, gas, overlay, inherited, target, given, own_balance } = launch;
        let started = Started::now(meta.deterministic);
        let limits = &exec.node.limits;
        if meta.depth >= limits.depth {
            return Err((End::code("out_of vm_recursion"), overlay));
        }
        let pages = (inherited as u64).saturating_mul(limits.inherited_page.into());
        if let Err(out) = ram.charge(pages.saturating_add(limits.subvm.into())) {
            return Err((out.into(), overlay));
        }
        let random = if meta.deterministic { RandomMode::Deterministic } else { RandomMode::OperatingSystem };
        // A time before 1970 is no time of a transaction.
        let seconds = u64::try_from(message.datetime.seconds()).unwrap_or(0);
        let wasi = WasiCtx::builder()
            .stdin(message.encode())
            .time(seconds, message.datetime.nanos())
            .random(random)
            .stdout(exec.diagnostics())
            .stderr(exec.diagnostics())
            .ram(ram)
            .build();
        let mut wasi = match wasi {
            Ok(wasi) => wasi,
            Err(out) => return Err((out.into(), overlay)),
        };
        wasi.add_device();
        let vm = VmState {
            meta,
            message,
            overlay,
            loaded: BTreeMap::new(),
            topmost: target.id.clone(),
            hash: SubVmHashes::new(),
            kept_ram: 0,
            own_balance,
            started,
        };
        let mut store = Store::new(exec.node.engine(meta.deterministic), VmData { wasi, vm, exec: None });
        store.set_gas(gas);
        store.limiter(limiter);
        Ok(SubVm {
            store,
            linker: None,
            walker: None,
            phase: Phase::Boot,
            names: BTreeSet::new(),
            env: Env::new(),
            target,
            given,
            reply: None,
        })
    }

    pub(crate) fn state(&self) -> &VmState {
        &self.store.data().vm
    }

    pub(crate) fn state_mut(&mut self) -> &mut VmState {
        &mut self.store.data_mut().vm
    }

    /// Lets it run until something happens. The execution goes with it.
    pub(crate) fn run(&mut self, exec: Box<Execution>) -> (Event, Option<Box<Execution>>) {
        exec.cancel.running(self.store.interrupt_handle());
        self.store.data_mut().exec = Some(exec);
        let event = loop {
            match self.advance() {
                Ok(None) => {}
                Ok(Some(event)) => break event,
                Err(end) => break Event::Ended(end),
            }
        };
        (event, self.store.data_mut().exec.take())
    }

    fn advance(&mut self) -> Result<Option<Event>, End> {
        match std::mem::replace(&mut self.phase, Phase::Acting) {
            Phase::Boot => self.boot().map(|()| None),
            Phase::Acting => self.act(),
            Phase::Resuming(stopped, then, value) => {
                let resumed = stopped.resume(&mut self.store, &[value]).map_err(|error| End::from(&error))?;
                self.ran(resumed, then)
            }
            Phase::Waiting(..) => Err(End::Internal("a sub-VM that waits was told to run".into())),
            Phase::Ending(end) => Err(end),
        }
    }

    /// Steps 5 and 6: grants, then the entry runner.
    fn boot(&mut self) -> Result<(), End> {
        let data = self.store.data_mut();
        for (id, runner) in std::mem::take(&mut self.target.grants) {
            data.load_given(&id, runner)?;
        }
        let id = &self.target.id;
        if let Some(runner) = self.given.take() {
            data.load_given(id, runner)?;
        }
        let runner = data.load(id)?;
        let mode = if data.vm.meta.deterministic { Mode::Det } else { Mode::Nondet };
        self.walker = Some(Walker::new(mode, id.clone(), runner.archive)?);
        Ok(())
    }

    /// Step 7: one action.
    fn act(&mut self) -> Result<Option<Event>, End> {
        let walker = self.walker.as_mut().ok_or_else(|| End::Internal("no runner is loaded".into()))?;
        let data = self.store.data_mut();
        match walker.step()? {
            Step::AddEnv { name, val } => {
                let variable = self.env.prepare(&name, &val)?;
                data.wasi.ram_mut().charge(variable.charge())?;
                self.env.set(variable);
            }
            Step::AddArg(arg) => data.wasi.push_arg(&arg),
            Step::MapFile { runner, file, to } => data.map(&runner.archive, &file, &to)?,
            Step::Load(id) => {
                let (exec, vm, _) = data.parts()?;
                let id = resolve(exec, vm, &id)?;
                walker.supply(id, |id: &CanonicalId| data.load(id).map(|runner| runner.archive))?;
            }
            Step::LinkWasm(module) => return self.link(&module),
            Step::StartWasm(module) => return self.start_module(&module),
        }
        Ok(None)
    }

    /// Charges time for work of the host.
    fn charge(&mut self, cost: u64) -> Result<(), End> {
        let left = self.store.gas_left().checked_sub(cost);
        self.store.set_gas(left.ok_or_else(|| End::code("wasm_trap out_of_fuel"))?);
        Ok(())
    }

    /// Checks and instantiates a module under a name that nothing has yet.
    fn instantiate(&mut self, module: &ModuleFile, named: bool) -> Result<(Instance, String), End> {
        self.charge(gas::instantiation(module.wasm.len() as u64))?;
        let data = self.store.data_mut();
        let hash = data.load(&module.runner)?.hash;
        let deterministic = data.vm.meta.deterministic;
        let node = data.parts()?.0.node.clone();
        let ready = node.module(deterministic, &hash, &module.file, &module.wasm);
        let ready = ready.map_err(|error| End::from(&error))?;
        let name = ready.validated().name().unwrap_or_default().to_owned();
        let taken = [wasi::MODULE, sdk::MODULE].contains(&&*name) || !self.names.insert(name.clone());
        if taken || (named && name.is_empty()) || self.names.len() > node.limits.instances as usize {
            return Err(End::code("invalid_contract wasm linking"));
        }
        let linker = self.linker.as_ref().unwrap_or(&node.linker);
        let instance = linker.instantiate_without_start(&mut self.store, &name, &ready);
        Ok((instance.map_err(|error| End::from(&error))?, name))
    }

    fn link(&mut self, module: &ModuleFile) -> Result<Option<Event>, End> {
        let (instance, name) = self.instantiate(module, true)?;
        let mut linker = match self.linker.take() {
            Some(linker) => linker,
            None => self.store.data_mut().parts()?.0.node.linker.clone(),
        };
        linker.instance(&mut self.store, &name, instance);
        self.linker = Some(linker);
        self.start_func(instance, Then::Linked(instance))
    }

    fn start_module(&mut self, module: &ModuleFile) -> Result<Option<Event>, End> {
        // Only now does the environment become visible.
        let variables = self.env.iter().map(|(name, value)| (name.into(), value.into())).collect();
        self.store.data_mut().wasi.set_env(&variables);
        let (instance, _) = self.instantiate(module, false)?;
        self.start_func(instance, Then::Started(instance))
    }

    /// Runs a module's start function, if it has one.
    fn start_func(&mut self, instance: Instance, then: Then) -> Result<Option<Event>, End> {
        match instance.start(&mut self.store) {
            Some(ran) => self.ran(ran, then),
            None => self.follow(then),
        }
    }

    /// What follows a call that has come to a stop.
    fn ran(&mut self, ran: Resumable, then: Then) -> Result<Option<Event>, End> {
        let stopped = match ran {
            Resumable::Done(_) => return self.follow(then),
            Resumable::Stopped(stopped) => stopped,
        };
        let request = stopped.payload().and_then(|payload| payload.downcast_ref::<Pending>());
        let Some((spawn, reply)) = request.and_then(Pending::take) else {
            return Err(End::from(&stopped.error));
        };
        self.reply = Some(reply);
        self.phase = Phase::Waiting(stopped, then);
        Ok(Some(Event::Spawn(Box::new(spawn))))
    }

    fn follow(&mut self, then: Then) -> Result<Option<Event>, End> {
        let (func, then) = match then {
            Then::Linked(instance) => {
                let wanted = FuncType::new([], []);
                let func = instance.get_func(&mut self.store, "_initialize");
                match func.filter(|func| func.ty(&self.store) == wanted) {
                    Some(func) => (func, Then::Initialised),
                    None => return Ok(None),
                }
            }
            Then::Initialised => return Ok(None),
            Then::Started(instance) => {
                let entry = entry_point(&mut self.store, instance);
                (entry.ok_or_else(|| End::code(NoEntryPoint::CODE))?, Then::Entered)
            }
            Then::Entered => return Err(End::Return(crate::result::Encoded::null())),
        };
        let ran = func.call_resumable(&mut self.store, &[]).map_err(|error: Error| End::from(&error))?;
        self.ran(ran, then)
    }

    /// Gives the guest the result that it waits for, or ends it.
    pub(crate) fn answer(&mut self, result: Result<Vec<u8>, End>) {
        let phase = std::mem::replace(&mut self.phase, Phase::Acting);
        let answered = result.and_then(|buffer| match phase {
            Phase::Waiting(stopped, then) => Ok(Phase::Resuming(stopped, then, self.deliver(buffer)?)),
            _ => Err(End::Internal("a sub-VM was answered that asked nothing".into())),
        });
        self.phase = answered.unwrap_or_else(Phase::Ending);
    }

    /// Puts a result where the guest looks for it; what the host function that waits returns.
    fn deliver(&mut self, buffer: Vec<u8>) -> Result<Val, End> {
        let lost = || End::Internal("a result has nowhere to go".into());
        let errno = match self.reply.take().ok_or_else(lost)? {
            Reply::Call { memory, fd_out } => {
                let (octets, data) = memory.data_and_store_mut(&mut self.store);
                let fd = data.wasi.open_file(buffer)?;
                // The place was checked before the request; memories do not shrink.
                let place = octets.get_mut(fd_out as usize..).and_then(|rest| rest.get_mut(..4));
                place.ok_or_else(lost)?.copy_from_slice(&fd.to_le_bytes());
                0
            }
            Reply::Device { memory, fd, iovs, out } => {
                let wasi = &mut self.store.data_mut().wasi;
                wasi.answer_device(fd, sdk::device_answer(0, &sdk::Data::Bytes(buffer)))?;
                let (octets, data) = memory.data_and_store_mut(&mut self.store);
                let price = wasi::read_price(&data.wasi, octets, fd, iovs);
                self.charge(price)?;
                let (octets, data) = memory.data_and_store_mut(&mut self.store);
                wasi::read(&mut data.wasi, octets, fd, iovs, out).map_err(|error| End::from(&error))?
            }
        };
        Ok(Val::I32(errno))
    }
}
