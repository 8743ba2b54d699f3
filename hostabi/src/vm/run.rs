//! An execution from its request to its report. Spec: vm.md 2.1, 7.4, 8; storage-and-contract.md 3, 9.

use super::cancel::CancelHandle;
use super::end::End;
use super::load::{self, MAJOR};
use super::meta::{Meta, Permissions, VmKind};
use super::node::Node;
use super::spawn::Target;
use super::state::{Diagnostics, Execution, Runner};
use super::subvm::Launch;
use super::supervisor::{self, Ended};
use crate::contract::check_entry;
use crate::fees::{Class, Fees};
use crate::host::Host;
use crate::message::StartupMessage;
use crate::ram::RamBudget;
use crate::result::{self, Encoded, FeesConsumed, InternalError, Outcome, Report, StoreHashes, surplus};
use crate::runner::CanonicalId;
use crate::storage::{
    AccessError, HostStorage, LockedSlots, Overlay, StorageView, can_use_balance_for_message_fees, changes,
    locked_slots, root, write_deployment,
};
use ruint::aliases::U256;
use selfsame_interp::Fingerprint;
use std::sync::Arc;

/// What a node is in an execution.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Role {
    /// It runs everything, and publishes the results of the blocks.
    Leader,
    /// It takes the published results, and judges each.
    Validator(Vec<Vec<u8>>),
    /// It takes the published results.
    Sync(Vec<Vec<u8>>),
}

/// A request for an execution.
#[derive(Clone)]
pub struct Run {
    /// What the contract is told; `entry_data` is the encoded call.
    pub message: StartupMessage,
    /// The code, for a deployment.
    pub code: Option<Arc<[u8]>>,
    /// What this node is.
    pub role: Role,
    /// What the node allows. Whether the balance pays fees is the contract's to say, not the node's.
    pub permissions: Permissions,
    /// The state that the run reads; with another than the default it must not write.
    pub view: StorageView,
    /// Deterministic time, in gas.
    pub time: u64,
    /// Buckets and allocations.
    pub fees: Fees,
    /// The key of this node's personal fingerprint, if it is to make one.
    pub personal_key: Option<[u8; 32]>,
    /// Stops the run from outside.
    pub cancel: CancelHandle,
    /// Gets what contracts write to standard output and standard error.
    pub diagnostics: Option<Diagnostics>,
}

impl Run {
    /// A transaction with all permissions, run as the leader, that pays no fees.
    #[must_use]
    pub fn new(message: StartupMessage, time: u64) -> Self {
        Run {
            message,
            code: None,
            role: Role::Leader,
            permissions: Permissions::TRANSACTION,
            view: StorageView::Default,
            time,
            fees: Fees::free(),
            personal_key: None,
            cancel: CancelHandle::new(),
            diagnostics: None,
        }
    }
}

/// What came of an execution.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Done {
    /// What is reported, and lasts.
    pub report: Report,
    /// Deterministic time that was used, in gas.
    pub time_used: u64,
    /// The frames and memories at the end under the key of this node, where one was given.
    pub personal: Option<StoreHashes>,
}

impl Done {
    /// Nothing, by the fault of this node.
    pub(crate) fn internal(reason: impl Into<String>) -> Self {
        Done { report: Report::internal(InternalError::new(reason)), time_used: 0, personal: None }
    }

    /// What other nodes can compare: the frames, and the memories' hashes.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint {
            frames: self.report.backtrace.clone().unwrap_or_default(),
            module_instances: self.report.wasm_store_hashes.clone(),
        }
    }
}

impl Node {
    /// Runs a request to its end, on a state that `host` shows. Equal requests get equal results: on every node,
    /// and as often as they are run.
    #[must_use]
    pub fn execute(&self, host: Arc<dyn Host>, run: Run) -> Done {
        let proposed = match &run.role {
            Role::Leader => None,
            Role::Validator(results) | Role::Sync(results) => Some(results.len()),
        };
        let (time, key) = (run.time, run.personal_key);
        let mut exec = Box::new(Execution {
            node: Arc::clone(&self.0),
            host,
            cancel: run.cancel.clone(),
            role: run.role.clone(),
            fees: run.fees.clone(),
            emissions: Vec::new(),
            chain_runners: std::collections::BTreeMap::new(),
            locked: LockedSlots::none(),
            blocks: 0,
            nondet_results: Vec::new(),
            disagreement: None,
            llm_consumption: U256::ZERO,
            value: run.message.value,
            diagnostics: run.diagnostics.clone(),
        });
        let started = match prepare(&run, &mut exec) {
            Ok(launch) => supervisor::run(launch, exec, key.as_ref()),
            Err(End::Internal(what)) => Err(what),
            Err(end) => return refused(&end, &exec, proposed),
        };
        match started {
            Ok((ended, exec)) => finish(ended, *exec, time, proposed),
            Err(what) => Done::internal(what),
        }
    }
}

/// Steps 1 to 6, and the writes of a deployment.
fn prepare(run: &Run, exec: &mut Execution) -> Result<Launch, End> {
    let message = &run.message;
    exec.fees.start().map_err(End::code)?;
    check_entry(&message.entry_data, message.is_init).map_err(|_| End::code("malformed_entry"))?;

    let mut ram = RamBudget::new(exec.node.limits.ram);
    let address = message.contract_address;
    let host = Arc::clone(&exec.host);
    let storage = HostStorage { host: &*host, view: run.view, address };
    if run.permissions.write_storage {
        let charge = |octets| ram.charge(octets).is_ok();
        exec.locked = locked_slots(&storage, &message.sender_address, charge).map_err(|error| {
            match (error.code(), error) {
                (Some(code), _) => End::code(code),
                (None, error) => End::Internal(error.to_string()),
            }
        })?;
    }
    let mut overlay = Overlay::new();
    let (id, given) = match &run.code {
        Some(code) => deploy(run, exec, &mut overlay, &mut ram, code)?,
        None => {
            load::check_major(&*host, &address, run.view)?;
            (load::contract_runner(&*host, address, run.view)?, None)
        }
    };
    let balance_pays_fees = can_use_balance_for_message_fees(&storage)?;
    let permissions = Permissions { balance_pays_fees, ..run.permissions };
    Ok(Launch {
        meta: Meta { state_mode: run.view, ..Meta::main(permissions) },
        message: message.clone(),
        ram,
        gas: run.time,
        overlay,
        inherited: 0,
        target: Target { id, grants: Vec::new() },
        given,
        own_balance: true,
    })
}

/// Writes the code and its major, charged like writes of a contract.
fn deploy(
    run: &Run,
    exec: &mut Execution,
    overlay: &mut Overlay,
    ram: &mut RamBudget,
    code: &Arc<[u8]>,
) -> Result<(CanonicalId, Option<Runner>), End> {
    let address = run.message.contract_address;
    if code.is_empty() {
        return Err(End::code("invalid_contract runner absent"));
    }
    let runner = load::parse(exec, Arc::clone(code), blake3::hash(code).into())?;
    let major = runner.archive.version()?.major_octet()?;
    if major != MAJOR {
        return Err(End::code("invalid_contract major_mismatch"));
    }
    let (host, fees, page) = (&exec.host, &mut exec.fees, exec.node.limits.page);
    let fetch = |slot: &_, index, buf: &mut [u8]| {
        host.storage_read(StorageView::Default, &address, slot, index, buf).map_err(End::from)
    };
    let charge = |_: &_| {
        ram.charge(page.into())?;
        fees.charge_storage_page().map_err(End::code)
    };
    write_deployment(overlay, code, major, fetch, charge).map_err(|error| match error {
        AccessError::OutOfBounds => End::code("out_of storage"),
        AccessError::Failed(end) => end,
    })?;
    let id = CanonicalId::deployed(address, root::code());
    // What the constructor starts finds it here: storage does not have it before the transaction is over.
    exec.chain_runners.insert(id.clone(), runner.clone());
    Ok((id, Some(runner)))
}

/// The report of a run that no sub-VM was started for.
fn refused(end: &End, exec: &Execution, proposed: Option<usize>) -> Done {
    let outcome = match end {
        End::VmError { code, .. } => Outcome::vm_error(code.clone()),
        End::Return(value) => Outcome::Return(value.clone()),
        End::UserError(value) => Outcome::UserError(value.clone()),
        End::Internal(what) => {
            return Done::internal(what.clone());
        }
    };
    let outcome = proposed.and_then(|count| surplus(count, 0, &outcome)).unwrap_or(outcome);
    let remaining = exec.fees.buckets().remaining().to_vec();
    let execution = result::Execution::before_start(outcome, consumed(&exec.fees), remaining);
    Done { report: Report::of(execution), time_used: 0, personal: None }
}

fn consumed(fees: &Fees) -> FeesConsumed {
    let of = |class| fees.buckets().consumed(class);
    FeesConsumed {
        event: of(Class::Event),
        message_fee: of(Class::MessageFee),
        message_receipt: of(Class::MessageReceipt),
        nondet_output: of(Class::NondetOutput),
        storage: of(Class::Storage),
    }
}

/// The report of a run whose main sub-VM has ended.
fn finish(ended: Ended, exec: Execution, time: u64, proposed: Option<usize>) -> Done {
    // Results that no block has asked for are the leader's fault.
    let blocks = exec.blocks as usize;
    let surplus = proposed.and_then(|count| surplus(count, blocks, &ended.outcome));
    let disagreement = if surplus.is_some() { None } else { exec.disagreement };
    let emissions = exec.emissions.iter().map(|emission| Encoded::new(emission.encode()));
    let emissions = match emissions.collect::<Result<Vec<_>, _>>() {
        Ok(emissions) => emissions,
        Err(error) => {
            return Done::internal(error.to_string());
        }
    };
    let execution = result::Execution {
        outcome: surplus.unwrap_or(ended.outcome),
        backtrace: ended.backtrace,
        wasm_store_hashes: ended.store_hashes,
        storage_changes: changes(&ended.overlay).collect(),
        emissions,
        data_fees_consumed: consumed(&exec.fees),
        data_fees_remaining: exec.fees.buckets().remaining().to_vec(),
        subvm_hashes: ended.subvm_hashes,
    };
    let mut report = Report::of(execution);
    report.nondet_disagreement = disagreement;
    report.nondet_results = exec.nondet_results;
    report.llm_consumption = exec.llm_consumption;
    Done { report, time_used: time.saturating_sub(ended.time_left), personal: ended.personal }
}

impl Meta {
    /// Whether a failure shows its frames: that of the main sub-VM or of a contract call. Spec: vm.md 11.
    pub(crate) fn has_backtrace(&self) -> bool {
        matches!(self.kind, VmKind::Main | VmKind::Call)
    }
}
