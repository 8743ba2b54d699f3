//! The tree of sub-VMs of one execution, as a stack: the one on top runs, those below wait. Spec: vm.md 2, 7, 8, 12.

use super::end::End;
use super::run::Role;
use super::spawn::Spawn;
use super::state::Execution;
use super::subvm::{Event, Launch, SubVm};
use crate::ram::RamBudget;
use crate::result::{Frame, Outcome, StoreHashes, SubVmHashes, accept, agrees, published, small_hash};
use crate::storage::Overlay;

/// What a sub-VM is for, and so what becomes of its result.
enum Purpose {
    Main,
    /// A contract call or a sandbox: its caller reads the result.
    Child,
    /// A block's program, where this node leads.
    Leader,
    /// A validator's comparison. Its result is a vote; the caller reads what was accepted.
    Comparison {
        block: u32,
        accepted: Vec<u8>,
    },
}

/// What is left of a sub-VM that has ended.
pub(crate) struct Ended {
    pub outcome: Outcome,
    /// The frames at the failure.
    pub backtrace: Option<Vec<Frame>>,
    /// At its end; empty if it is not deterministic.
    pub store_hashes: StoreHashes,
    pub subvm_hashes: [u8; 32],
    pub overlay: Overlay,
    /// Deterministic time that is left.
    pub time_left: u64,
    /// The memories under the voter's key, where one was given.
    pub personal: Option<StoreHashes>,
    deterministic: bool,
    sandbox: bool,
    kept_ram: u64,
}

impl Ended {
    /// A sub-VM that was refused before it started.
    fn before_start(
        outcome: Outcome,
        overlay: Overlay,
        deterministic: bool,
        sandbox: bool,
        gas: u64,
    ) -> Self {
        Ended {
            outcome,
            backtrace: None,
            store_hashes: StoreHashes::new(),
            subvm_hashes: SubVmHashes::new().finalised(),
            overlay,
            time_left: gas,
            personal: None,
            deterministic,
            sandbox,
            kept_ram: 0,
        }
    }

    /// Takes down what counts of a sub-VM; the rest is dropped, and its RAM given back.
    fn of(mut vm: SubVm, outcome: Outcome, personal: Option<&[u8; 32]>) -> Self {
        let state = vm.state();
        let (meta, kept_ram) = (state.meta, state.kept_ram);
        let subvm_hashes = state.hash.finalised();
        let with_backtrace = meta.has_backtrace() && !matches!(outcome, Outcome::Return(_));
        let fingerprint = if meta.deterministic { Some(vm.store.fingerprint()) } else { None };
        let (frames, store_hashes) =
            fingerprint.map(|print| (print.frames, print.module_instances)).unwrap_or_default();
        Ended {
            outcome,
            backtrace: with_backtrace.then_some(frames),
            store_hashes,
            subvm_hashes,
            time_left: vm.store.gas_left(),
            personal: personal.map(|key| vm.store.keyed_fingerprint(key).module_instances),
            overlay: std::mem::take(&mut vm.state_mut().overlay),
            deterministic: meta.deterministic,
            sandbox: meta.kind == super::VmKind::Sandbox,
            kept_ram,
        }
    }
}

/// The outcome that an end is, unless this node is at fault.
fn outcome(end: End) -> Result<Outcome, String> {
    match end {
        End::Return(value) => Ok(Outcome::Return(value)),
        End::UserError(value) => Ok(Outcome::UserError(value)),
        End::VmError { code, fatal } => Ok(Outcome::VmError { code: code.into(), fatal }),
        End::Internal(what) => Err(what),
    }
}

struct Running {
    vm: SubVm,
    purpose: Purpose,
}

/// What becomes of a request for a sub-VM.
enum Begun {
    /// It is on top of the stack.
    Pushed,
    /// It could not start.
    Refused(Box<Ended>, Purpose),
    /// The result is known already.
    Known(Vec<u8>),
}

/// Runs the main sub-VM to its end, with all below it. An error is this node's fault.
pub(crate) fn run(
    main: Launch,
    exec: Box<Execution>,
    personal: Option<&[u8; 32]>,
) -> Result<(Ended, Box<Execution>), String> {
    let gas = main.gas;
    let vm = match SubVm::start(main, &exec) {
        Ok(vm) => vm,
        Err((end, overlay)) => {
            return Ok((Ended::before_start(outcome(end)?, overlay, true, false, gas), exec));
        }
    };
    let mut stack = vec![Running { vm, purpose: Purpose::Main }];
    let mut exec = exec;
    loop {
        let Some(top) = stack.last_mut() else { return Err("no sub-VM is left".into()) };
        let (event, back) = top.vm.run(exec);
        exec = back.ok_or("an execution was lost")?;
        let (ended, purpose) = match event {
            Event::Spawn(spawn) => match spawn_child(&mut stack, *spawn, &mut exec)? {
                Begun::Pushed => continue,
                Begun::Refused(ended, purpose) => (*ended, purpose),
                Begun::Known(buffer) => {
                    answer_block(&mut stack, buffer, &mut exec);
                    continue;
                }
            },
            Event::Ended(end) => {
                let Some(top) = stack.pop() else { return Err("no sub-VM is left".into()) };
                let key = if matches!(top.purpose, Purpose::Main) { personal } else { None };
                (Ended::of(top.vm, outcome(end)?, key), top.purpose)
            }
        };
        if matches!(purpose, Purpose::Main) {
            return Ok((ended, exec));
        }
        child_ended(&mut stack, ended, purpose, &mut exec)?;
    }
}

/// Starts a child of the sub-VM on top.
fn spawn_child(stack: &mut Vec<Running>, spawn: Spawn, exec: &mut Execution) -> Result<Begun, String> {
    let Some(parent) = stack.last_mut() else { return Err("a request without a sub-VM".into()) };
    let (launch, purpose) = match launch(&mut parent.vm, spawn, exec) {
        Prepared::Known(buffer) => return Ok(Begun::Known(buffer)),
        Prepared::Launch(launch, purpose) => (*launch, purpose),
    };
    let (deterministic, gas) = (launch.meta.deterministic, launch.gas);
    let sandbox = launch.meta.kind == super::VmKind::Sandbox;
    match SubVm::start(launch, exec) {
        Ok(vm) => {
            stack.push(Running { vm, purpose });
            Ok(Begun::Pushed)
        }
        Err((end, overlay)) => {
            let ended = Ended::before_start(outcome(end)?, overlay, deterministic, sandbox, gas);
            Ok(Begun::Refused(Box::new(ended), purpose))
        }
    }
}

enum Prepared {
    Launch(Box<Launch>, Purpose),
    Known(Vec<u8>),
}

/// What a child starts with. Spec: vm.md 4.
fn launch(parent: &mut SubVm, spawn: Spawn, exec: &mut Execution) -> Prepared {
    let shared = parent.store.data().wasi.ram().share();
    let gas = parent.store.gas_left();
    let state = parent.state_mut();
    let (launch, purpose) = match spawn {
        Spawn::Call { address, view, target, calldata } => (
            Launch {
                meta: state.meta.call(view),
                message: state.message.contract_call(address, calldata.octets()),
                ram: shared,
                gas,
                overlay: Overlay::new(),
                inherited: 0,
                target: super::spawn::Target { id: target, grants: custom_runners(state) },
                given: None,
                own_balance: false,
            },
            Purpose::Child,
        ),
        Spawn::Sandbox { target, allow, entry } => {
            let inherited = state.overlay.len();
            let launch = Launch {
                meta: state.meta.sandbox(allow),
                message: state.message.sandbox(entry),
                ram: shared,
                gas,
                overlay: state.overlay.lend(),
                inherited,
                target,
                given: None,
                own_balance: state.own_balance,
            };
            (launch, Purpose::Child)
        }
        Spawn::Nondet { target, programs, block, ram, time } => {
            let (message, purpose) = match &exec.role {
                Role::Leader => (state.message.nondet_leader(programs.leader), Purpose::Leader),
                Role::Sync(results) => return Prepared::Known(accepted(results, block)),
                Role::Validator(results) => {
                    let accepted = accepted(results, block);
                    if exec.disagreement.is_some() {
                        return Prepared::Known(accepted);
                    }
                    let message = state.message.nondet_validator(programs.validator, accepted.as_slice());
                    (message, Purpose::Comparison { block, accepted })
                }
            };
            let launch = Launch {
                meta: state.meta.nondet(),
                message,
                ram: RamBudget::new(ram),
                gas: time,
                overlay: Overlay::new(),
                inherited: state.overlay.len(),
                target,
                given: None,
                own_balance: false,
            };
            (launch, purpose)
        }
    };
    Prepared::Launch(Box::new(launch), purpose)
}

/// All custom runners of a caller, ascending: what a contract call is granted. Spec: vm.md 4.
fn custom_runners(state: &super::state::VmState) -> Vec<(crate::runner::CanonicalId, super::state::Runner)> {
    let custom = state.loaded.iter().filter(|(id, _)| id.is_custom());
    custom.map(|(id, runner)| (id.clone(), runner.clone())).collect()
}

/// The result of a block that this node has not made.
fn accepted(results: &[Vec<u8>], block: u32) -> Vec<u8> {
    accept(results.get(block as usize).map(Vec::as_slice)).buffer.to_vec()
}

/// What becomes of a child's result.
fn child_ended(
    stack: &mut [Running],
    ended: Ended,
    purpose: Purpose,
    exec: &mut Execution,
) -> Result<(), String> {
    let Some(parent) = stack.last_mut() else { return Err("a child without a caller".into()) };
    let parent = &mut parent.vm;
    if ended.sandbox {
        let first_written = ended.overlay.first_written() as u64;
        let state = parent.state_mut();
        state.overlay.take_back(ended.overlay);
        state.kept_ram = state.kept_ram.saturating_add(ended.kept_ram);
        // The child has just given back as much.
        let pages = first_written.saturating_mul(exec.node.limits.page.into());
        let kept = pages.saturating_add(ended.kept_ram);
        let ram = parent.store.data_mut().wasi.ram_mut();
        ram.charge(kept).map_err(|_| "RAM that a sandbox held was lost")?;
    }
    if ended.deterministic {
        let hash = small_hash(&ended.outcome, &ended.subvm_hashes, &ended.store_hashes);
        parent.state_mut().hash.fold_child(&hash);
        parent.store.set_gas(ended.time_left);
    }
    match purpose {
        Purpose::Main => return Err("the main sub-VM has a caller".into()),
        Purpose::Child => parent.answer(result(&ended.outcome)),
        Purpose::Leader => match published(&ended.outcome) {
            Some(buffer) => {
                // Recorded before it is charged: validators fail at the same point.
                exec.nondet_results.push(buffer.clone());
                answer_block(stack, buffer, exec);
            }
            None => parent.answer(result(&ended.outcome)),
        },
        Purpose::Comparison { block, accepted } => {
            if !agrees(&ended.outcome) {
                exec.disagreement = Some(block);
                exec.host.notify_nondet_disagreement(block);
            }
            answer_block(stack, accepted, exec);
        }
    }
    Ok(())
}

/// What the caller reads; a fatal error ends it.
fn result(outcome: &Outcome) -> Result<Vec<u8>, End> {
    match outcome {
        Outcome::VmError { code, fatal: true } => {
            Err(End::VmError { code: code.clone().into(), fatal: true })
        }
        other => Ok(other.buffer()),
    }
}

/// Charges the published or accepted result of a block, and gives it to the caller.
fn answer_block(stack: &mut [Running], buffer: Vec<u8>, exec: &mut Execution) {
    let charged = exec.fees.charge_nondet_output(buffer.len() as u64);
    if let Some(caller) = stack.last_mut() {
        caller.vm.answer(charged.map(|()| buffer).map_err(End::code));
    }
}
