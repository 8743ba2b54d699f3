//! Carrying out requests. Each checks in the order of the specification. Spec: sdk.md 2, 3.

use super::errno::SdkErrno;
use super::request::Request;
use super::{messages, services};
use crate::contract::check_call;
use crate::runner::{Archive, CanonicalId, RunnerError, RunnerId, custom_id, grants, mappings};
use crate::vm::load::{self, resolve};
use crate::vm::{End, Execution, NondetData, Runner, Spawn, Target, VmData, VmState};
use selfsame_calldata::Value;
use std::collections::BTreeSet;
use std::sync::Arc;

/// What came of a request.
pub(crate) enum Answer {
    /// Nothing to read.
    Nothing,
    /// The contents of a file.
    File(Arc<[u8]>),
    /// A sub-VM must run first.
    Spawn(Box<Spawn>),
}

impl Answer {
    /// A file with an encoded value.
    pub(super) fn value(value: &Value) -> Self {
        Answer::File(selfsame_calldata::encode(value).into())
    }
}

/// Why a call of the SDK does not succeed.
#[derive(Debug)]
pub(crate) enum Stop {
    /// The contract is told.
    Errno(SdkErrno),
    /// A bad pointer: a trap.
    Fault,
    /// The sub-VM ends.
    End(End),
}

impl From<SdkErrno> for Stop {
    fn from(errno: SdkErrno) -> Self {
        Stop::Errno(errno)
    }
}

impl<E: Into<End>> From<E> for Stop {
    fn from(end: E) -> Self {
        Stop::End(end.into())
    }
}

/// In deterministic mode only.
pub(super) fn deterministic(data: &VmData) -> Result<(), Stop> {
    need(data.vm.meta.deterministic)
}

/// Something that must be allowed.
pub(super) fn need(allowed: bool) -> Result<(), Stop> {
    if allowed { Ok(()) } else { Err(SdkErrno::Forbidden.into()) }
}

/// Carries out a request; `gas` is what is left to the sub-VM.
pub(crate) fn perform(data: &mut VmData, gas: u64, octets: &[u8]) -> Result<Answer, Stop> {
    let request = Request::decode(octets).ok_or(SdkErrno::Inval)?;
    let permissions = data.vm.meta.permissions;
    match request {
        Request::EthSend { address, calldata, value } => messages::eth_send(data, address, calldata, value),
        Request::EthCall { address, calldata } => {
            deterministic(data)?;
            need(permissions.call_others)?;
            let (exec, _, wasi) = data.parts()?;
            let answer = exec.host.eth_call(&address, calldata)?;
            if answer.len() as u64 > u64::from(wasi.ram().left()) {
                return Err(End::code("out_of memory").into());
            }
            Ok(Answer::File(answer.into()))
        }
        Request::CallContract { address, calldata, state } => {
            check_call(calldata).map_err(|_| SdkErrno::Inval)?;
            deterministic(data)?;
            need(permissions.call_others)?;
            let view = data.vm.meta.view(state);
            let (exec, ..) = data.parts()?;
            load::check_major(&*exec.host, &address, view)?;
            let target = load::contract_runner(&*exec.host, address, view)?;
            Ok(Answer::Spawn(Box::new(Spawn::Call { address, view, target, calldata: calldata.into() })))
        }
        Request::PostMessage(message, address) => messages::post_message(data, &message, address),
        Request::DeployContract { message, code, salt_nonce } => {
            messages::deploy_contract(data, &message, code, salt_nonce)
        }
        Request::RunNondet { data_leader, data_validator, runner, custom_runners } => {
            need(permissions.spawn_nondet && data.vm.meta.deterministic)?;
            let (exec, vm, wasi) = data.parts()?;
            let target = target(exec, vm, runner, custom_runners.as_deref())?;
            let block = exec.next_block()?;
            let (ram, time) = (wasi.ram().left(), gas);
            let programs = NondetData { leader: data_leader.into(), validator: data_validator.into() };
            Ok(Answer::Spawn(Box::new(Spawn::Nondet { target, programs, block, ram, time })))
        }
        Request::Sandbox { data: entry, runner, allow, custom_runners } => {
            let (exec, vm, _) = data.parts()?;
            let target = target(exec, vm, Some(runner), custom_runners.as_deref())?;
            Ok(Answer::Spawn(Box::new(Spawn::Sandbox { target, allow, entry: entry.into() })))
        }
        Request::RegisterRunner { code } => register_runner(data, code),
        Request::MapFile { runner, path_in_runner, path_in_vfs } => {
            map_file(data, runner, path_in_runner, path_in_vfs)
        }
        Request::WebRender { .. }
        | Request::WebRequest { .. }
        | Request::ExecPrompt { .. }
        | Request::ExecPromptTemplate(_) => services::ask(data, request),
        Request::EmitEvent { topics, blob } => messages::emit_event(data, &topics, blob),
        Request::UserError(value) => Err(End::UserError(value.into()).into()),
        Request::Return(value) => Err(End::Return(value.into()).into()),
        Request::TraceMessage(text) => {
            data.wasi.trace(text);
            Ok(Answer::Nothing)
        }
        Request::TraceRuntime => Ok(Answer::value(&data.vm.started.micros().into())),
        Request::Yield => Ok(Answer::Nothing),
        Request::GetTimestamp => Ok(Answer::value(&data.vm.timestamp().into())),
    }
}

/// The runner of a new sub-VM, and the custom ones that it is granted. Spec: vm.md 4.1.
fn target(
    exec: &Execution,
    vm: &VmState,
    runner: Option<&str>,
    custom_runners: Option<&[&str]>,
) -> Result<Target, Stop> {
    let id = match runner {
        Some(text) => resolve(exec, vm, &RunnerId::parse(text)?)?,
        None => vm.topmost.clone(),
    };
    let loaded: BTreeSet<_> = vm.loaded.keys().cloned().collect();
    let granted = grants(&loaded, custom_runners, Some(&id))?;
    let runner_of = |id| vm.loaded.get(&id).cloned().map(|runner| (id, runner));
    Ok(Target { id, grants: granted.into_iter().filter_map(runner_of).collect() })
}

fn register_runner(data: &mut VmData, code: &[u8]) -> Result<Answer, Stop> {
    deterministic(data)?;
    need(data.vm.meta.permissions.register_runners)?;
    let id = custom_id(code);
    if !data.vm.loaded.contains_key(&id) {
        let (exec, _, wasi) = data.parts()?;
        let base = u64::from(exec.node.limits.runner);
        wasi.ram_mut().charge(base.saturating_add(code.len() as u64))?;
        let CanonicalId::Custom(hash) = id else {
            return Err(End::Internal("a custom runner has another id".into()).into());
        };
        let runner = load::parse(exec, code.into(), hash)?;
        data.keep(&id, runner);
    }
    Ok(Answer::value(&id.to_string().into()))
}

fn map_file(data: &mut VmData, runner: &str, file: &str, to: &str) -> Result<Answer, Stop> {
    let (exec, vm, _) = data.parts()?;
    let id = resolve(exec, vm, &RunnerId::parse(runner)?)?;
    let from_storage = matches!(id, CanonicalId::Chain { .. });
    if from_storage && !vm.meta.deterministic && !vm.loaded.contains_key(&id) {
        return Err(End::code("forbidden").into());
    }
    let runner: Runner = data.load(&id)?;
    data.map(&runner.archive, file, to)?;
    Ok(Answer::Nothing)
}

impl VmData {
    /// Maps files of an archive. Spec: runners.md 6.2.
    pub(crate) fn map(&mut self, archive: &Archive, file: &str, to: &str) -> Result<(), End> {
        for mapping in mappings(archive, file, to)? {
            mapping.check_place()?;
            self.wasi.ram_mut().charge(mapping.charge())?;
            mapping.check_name()?;
            let inserted = self.wasi.vfs_mut().insert_file(&mapping.destination, mapping.contents);
            inserted.map_err(RunnerError::from)?;
        }
        Ok(())
    }
}
