//! Finding and loading runners. Spec: runners.md 1.1, 7.

use super::end::End;
use super::state::{Execution, Runner, VmData, VmState};
use crate::host::Host;
use crate::runner::{Archive, CanonicalId, RunnerError, RunnerId, View};
use crate::storage::{HostStorage, SlotId, StorageView, code_slot};
use selfsame_calldata::Address;
use std::sync::Arc;

/// The ABI that this machine runs; octet 0 of a contract's root slot. Spec: storage-and-contract.md 3.3.
pub(crate) const MAJOR: u8 = 0;

/// The state that a chain runner is read from.
fn storage_view(view: View) -> StorageView {
    if view == View::Final { StorageView::LatestFinal } else { StorageView::Default }
}

/// The runner of a contract's own code, in the state that `view` shows.
pub(crate) fn contract_runner(
    host: &dyn Host,
    address: Address,
    view: StorageView,
) -> Result<CanonicalId, End> {
    let runner_view = if view == StorageView::LatestFinal { View::Final } else { View::Accepted };
    chain_id(host, address, runner_view, None)
}

fn chain_id(host: &dyn Host, address: Address, view: View, slot: Option<SlotId>) -> Result<CanonicalId, End> {
    let slot = match slot {
        Some(slot) => slot,
        None => code_slot(&HostStorage { host, view: storage_view(view), address })?,
    };
    Ok(CanonicalId::Chain { address, view, slot })
}

/// Checks that a contract is of the ABI that this machine runs.
pub(crate) fn check_major(host: &dyn Host, address: &Address, view: StorageView) -> Result<(), End> {
    let mut major = [0];
    host.storage_read(view, address, &SlotId::ROOT, 0, &mut major)?;
    if major[0] == MAJOR { Ok(()) } else { Err(End::code("invalid_contract major_mismatch")) }
}

/// What an identifier means to a sub-VM.
pub(crate) fn resolve(exec: &Execution, vm: &VmState, id: &RunnerId) -> Result<CanonicalId, End> {
    match id {
        RunnerId::Contract => Ok(vm.topmost.clone()),
        RunnerId::Chain(chain) => chain_id(&*exec.host, chain.address, chain.view, chain.slot),
        RunnerId::Custom(hash) => Ok(CanonicalId::Custom(*hash)),
        RunnerId::Packaged { name, hash } => Ok(CanonicalId::Packaged { name: name.clone(), hash: *hash }),
    }
}

impl VmData {
    /// The load action: free if it has been done, else charged before anything is read.
    pub(crate) fn load(&mut self, id: &CanonicalId) -> Result<Runner, End> {
        let (exec, vm, wasi) = self.parts()?;
        if let Some(runner) = vm.loaded.get(id) {
            return Ok(runner.clone());
        }
        let base = u64::from(exec.node.limits.runner);
        let mut charge = |size: u64| wasi.ram_mut().charge(base.saturating_add(size)).map_err(End::from);
        let runner = match id {
            CanonicalId::Custom(_) => {
                return Err(RunnerError::Malformed("a custom runner must be registered or granted").into());
            }
            CanonicalId::Packaged { hash, .. } => {
                let octets = exec.host.packaged_runner(&id.to_string())?.ok_or(RunnerError::Absent)?;
                charge(octets.len() as u64)?;
                parse(exec, octets, *hash)?
            }
            CanonicalId::Chain { .. } if exec.chain_runners.contains_key(id) => {
                let runner = exec.chain_runners[id].clone();
                charge(runner.archive.size())?;
                runner
            }
            CanonicalId::Chain { address, view, slot } => {
                let state = storage_view(*view);
                check_major(&*exec.host, address, state)?;
                let mut len = [0; 4];
                exec.host.storage_read(state, address, slot, 0, &mut len)?;
                let len = u32::from_le_bytes(len);
                if len == 0 {
                    return Err(RunnerError::Absent.into());
                }
                charge(len.into())?;
                // The last octet must be inside the slot.
                if len > u32::MAX - 4 {
                    return Err(RunnerError::Malformed("the code is longer than a slot").into());
                }
                let mut octets = vec![0; len as usize];
                exec.host.storage_read(state, address, slot, 4, &mut octets)?;
                let hash = blake3::hash(&octets).into();
                let runner = parse(exec, octets.into(), hash)?;
                exec.chain_runners.insert(id.clone(), runner.clone());
                runner
            }
        };
        self.keep(id, runner.clone());
        Ok(runner)
    }

    /// A load action for a runner whose octets are here: one that is granted, or deployed.
    pub(crate) fn load_given(&mut self, id: &CanonicalId, runner: Runner) -> Result<(), End> {
        let (exec, vm, wasi) = self.parts()?;
        if vm.loaded.contains_key(id) {
            return Ok(());
        }
        let base = u64::from(exec.node.limits.runner);
        wasi.ram_mut().charge(base.saturating_add(runner.archive.size()))?;
        self.keep(id, runner);
        Ok(())
    }

    pub(crate) fn keep(&mut self, id: &CanonicalId, runner: Runner) {
        if self.vm.meta.deterministic {
            self.vm.hash.fold_load(&id.to_string());
        }
        self.vm.loaded.insert(id.clone(), runner);
    }
}

/// Parses an archive, or takes it from those that have been.
pub(crate) fn parse(exec: &Execution, octets: Arc<[u8]>, hash: [u8; 32]) -> Result<Runner, End> {
    let size = octets.len();
    let archive = exec.node.archives.get(hash, size, || Archive::parse(octets))?;
    Ok(Runner { archive, hash })
}
