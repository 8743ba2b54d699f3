//! What a sub-VM has while it runs, and what all sub-VMs of an execution share.

use super::cancel::CancelHandle;
use super::end::End;
use super::meta::Meta;
use super::node::NodeInner;
use crate::emission::Emission;
use crate::fees::Fees;
use crate::host::Host;
use crate::message::StartupMessage;
use crate::result::{InternalError, SubVmHashes};
use crate::runner::{Archive, CanonicalId};
use crate::storage::{AccessError, LockedSlots, Overlay, SlotId, StorageView};
use crate::wasi::{Output, WasiCtx};
use ruint::aliases::U256;
use selfsame_interp::ResourceLimiter;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The data of a sub-VM's store. What the execution shares travels with the sub-VM that runs: there is never more
/// than one.
pub(crate) struct VmData {
    pub wasi: WasiCtx,
    pub vm: VmState,
    pub exec: Option<Box<Execution>>,
}

/// What is a sub-VM's own.
pub(crate) struct VmState {
    pub meta: Meta,
    pub message: StartupMessage,
    /// Pages written in this execution, as far as they are visible here.
    pub overlay: Overlay,
    /// Runners that have been loaded, and paid.
    pub loaded: BTreeMap<CanonicalId, Runner>,
    /// What `contract` means.
    pub topmost: CanonicalId,
    pub hash: SubVmHashes,
    /// RAM that stays charged after the end: that of emissions.
    pub kept_ram: u64,
    /// Whether value and emissions are those of the transaction's own contract.
    pub own_balance: bool,
    /// When a non-deterministic sub-VM was started.
    pub started: Started,
}

/// A runner that has been loaded.
#[derive(Clone, Debug)]
pub(crate) struct Runner {
    pub archive: Archive,
    /// Of its octets; finds its checked modules.
    pub hash: [u8; 32],
}

/// What all sub-VMs of an execution share.
pub(crate) struct Execution {
    pub node: Arc<NodeInner>,
    pub host: Arc<dyn Host>,
    pub cancel: CancelHandle,
    pub role: super::run::Role,
    pub fees: Fees,
    pub emissions: Vec<Emission>,
    /// Runners that were read from storage: the state that they come from is fixed for the execution, so that they
    /// are read once.
    pub chain_runners: BTreeMap<CanonicalId, Runner>,
    /// Slots that cannot be written.
    pub locked: LockedSlots,
    /// Non-deterministic blocks so far.
    pub blocks: u32,
    /// The results of the blocks, where this node leads.
    pub nondet_results: Vec<Vec<u8>>,
    /// The first block whose result this validator rejects.
    pub disagreement: Option<u32>,
    pub llm_consumption: U256,
    /// The value that came with the transaction.
    pub value: U256,
    pub diagnostics: Option<Diagnostics>,
}

type Sink = dyn Fn(&[u8]) + Send + Sync;

/// Gets what contracts write to standard output and standard error. No result depends on it.
#[derive(Clone)]
pub struct Diagnostics(Arc<Sink>);

impl Diagnostics {
    /// Hands everything to a function, in the pieces that contracts write.
    #[must_use]
    pub fn new(sink: impl Fn(&[u8]) + Send + Sync + 'static) -> Self {
        Diagnostics(Arc::new(sink))
    }
}

impl Execution {
    /// A sink for what a sub-VM writes.
    pub(crate) fn diagnostics(&self) -> Output {
        match self.diagnostics.clone() {
            Some(Diagnostics(sink)) => Output::callback(move |octets| sink(octets)),
            None => Output::discard(),
        }
    }

    /// The number of the next non-deterministic block.
    pub(crate) fn next_block(&mut self) -> Result<u32, End> {
        let block = self.blocks;
        if block >= self.node.limits.nondet_blocks {
            return Err(End::code("out_of nondet_blocks"));
        }
        self.blocks += 1;
        Ok(block)
    }
}

impl VmData {
    /// The execution, and the rest: whatever asks the host or a service comes by here. A run that is cancelled asks
    /// for nothing any more, though an interrupt is seen only where a slice of gas ends.
    pub(crate) fn parts(&mut self) -> Result<(&mut Execution, &mut VmState, &mut WasiCtx), End> {
        let exec = self.exec.as_deref_mut().ok_or_else(|| End::Internal("a sub-VM runs outside".into()))?;
        if exec.cancel.is_cancelled() {
            return Err(End::Internal(InternalError::TIME_OUT.into()));
        }
        Ok((exec, &mut self.vm, &mut self.wasi))
    }

    /// Reads storage as this sub-VM sees it. Spec: storage-and-contract.md 1.1.
    pub(crate) fn read_storage(&mut self, slot: &SlotId, index: u32, buf: &mut [u8]) -> Result<(), End> {
        let (exec, vm, _) = self.parts()?;
        let address = vm.message.contract_address;
        if vm.meta.state_mode == StorageView::Default {
            let read = vm.overlay.read(slot, index, buf, |slot, index, buf| {
                exec.host.storage_read(StorageView::Default, &address, slot, index, buf)
            });
            read.map_err(access)?;
        } else {
            exec.host.storage_read(vm.meta.state_mode, &address, slot, index, buf)?;
        }
        Ok(())
    }

    /// Writes storage, page by page: each that is new is paid before it is kept. Spec: storage-and-contract.md 1.2.
    pub(crate) fn write_storage(&mut self, slot: &SlotId, index: u32, octets: &[u8]) -> Result<(), End> {
        let (exec, vm, wasi) = self.parts()?;
        let address = vm.message.contract_address;
        let (host, fees) = (&exec.host, &mut exec.fees);
        let page_ram = exec.node.limits.page;
        let written = vm.overlay.write(
            slot,
            index,
            octets,
            |slot, index, buf| {
                host.storage_read(StorageView::Default, &address, slot, index, buf).map_err(End::from)
            },
            |_| {
                wasi.ram_mut().charge(page_ram.into())?;
                fees.charge_storage_page().map_err(End::code)
            },
        );
        written.map_err(access)
    }

    /// The balance that can still be spent. Spec: sdk.md 1.1.
    pub(crate) fn self_balance(&mut self) -> Result<U256, End> {
        let (exec, vm, _) = self.parts()?;
        let balance = exec.host.balance(&vm.message.contract_address)?;
        if !vm.own_balance {
            return Ok(balance);
        }
        Ok(balance.saturating_add(exec.value).saturating_sub(exec.fees.balance_consumed()))
    }
}

/// Bounds are checked before an access, so only what it asks for can fail.
fn access<E: Into<End>>(error: AccessError<E>) -> End {
    match error {
        AccessError::OutOfBounds => End::Internal("an access to storage was not checked".into()),
        AccessError::Failed(cause) => cause.into(),
    }
}

#[expect(clippy::disallowed_types, reason = "only non-deterministic mode can see it")]
mod clock {
    use std::time::{Instant, SystemTime};

    /// When a non-deterministic sub-VM was started; nothing in deterministic mode.
    #[derive(Clone, Copy, Debug)]
    pub(crate) struct Started(Option<Instant>);

    impl Started {
        pub(crate) fn now(deterministic: bool) -> Self {
            Started((!deterministic).then(Instant::now))
        }

        /// Microseconds since then; 0 in deterministic mode.
        pub(crate) fn micros(self) -> u64 {
            self.0.map_or(0, |started| u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX))
        }
    }

    /// The machine's time, seconds since 1970.
    pub(crate) fn seconds() -> u64 {
        SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |time| time.as_secs())
    }
}

pub(crate) use clock::Started;

impl VmState {
    /// Seconds since 1970: the transaction's in deterministic mode, the machine's otherwise. Spec: sdk.md 3.12.
    pub(crate) fn timestamp(&self) -> i64 {
        if self.meta.deterministic {
            self.message.datetime.seconds()
        } else {
            i64::try_from(clock::seconds()).unwrap_or(i64::MAX)
        }
    }
}

/// Memories and tables of a sub-VM grow by its RAM budget.
pub(crate) fn limiter(data: &mut VmData) -> &mut dyn ResourceLimiter {
    data.wasi.ram_mut()
}
