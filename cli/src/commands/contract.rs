//! `selfsame contract`: transactions on a store folder.

use super::contract_verify;
use crate::args::{
    CallArgs, ContractArgs, ContractCommand, DeployArgs, RequestArgs, RoleArg, StorageArgs, TransactionArgs,
    ViewArgs,
};
use crate::contract::machine::{Machine, at_fault, commit, open};
use crate::contract::record::{Proposal, Record, Transaction};
use crate::contract::result::{ContractReport, shown};
use crate::load;
use crate::report::{self, Failure, INVALID};
use crate::simulate::print::hex;
use ruint::aliases::U256;
use selfsame_hostabi::calldata::{Address, Value, encode, text};
use selfsame_hostabi::message::StartupMessage;
use selfsame_hostabi::result::Outcome;
use selfsame_hostabi::storage::{HostStorage, PageKey, SlotId, StorageView, code_location};
use selfsame_hostabi::store::Snapshot;
use selfsame_hostabi::vm::{Diagnostics, Done, Permissions, Role, Run};
use serde::Serialize;
use std::path::Path;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};

/// The number of the chain in a folder.
const CHAIN: u64 = 1;
/// Octets of a contract's own output that are shown.
const OUTPUT: usize = 1 << 20;

pub fn run(args: &ContractArgs) -> ExitCode {
    let (json, report) = match &args.command {
        ContractCommand::Deploy(args) => (args.run.node.json, deploy(args)),
        ContractCommand::Call(args) => (args.run.node.json, call(args)),
        ContractCommand::View(args) => (args.node.json, view(args)),
        ContractCommand::Storage(args) => return storage(args),
        ContractCommand::Verify(args) => return contract_verify::run(args),
    };
    let report = report.unwrap_or_else(|failure| ContractReport::invalid(&failure));
    if json {
        report::print_json(&report);
    } else {
        report.print();
    }
    report.status()
}

fn deploy(args: &DeployArgs) -> Result<ContractReport, Failure> {
    let code: Arc<[u8]> = if args.code.extension().is_some_and(|extension| extension == "wat") {
        load::bytes(&args.code)?.into()
    } else {
        load::read(&args.code)?.into()
    };
    let entry = entry(None, &args.args)?;
    let machine = Machine::new(&args.run.node, args.run.config.as_deref())?;
    let store = open(&args.run.node.store, true)?;
    let snapshot = Arc::new(store.snapshot().map_err(at_fault)?);
    let address = match args.address {
        Some(address) => address,
        None => fresh(&snapshot, &args.run.request.sender, &code)?,
    };
    if has_code(&snapshot, address)? {
        return Err(Failure::new(format!("{} has a contract already", shown(&address))));
    }
    let mut transaction = transaction(&args.run.request, address, entry, args.run.value);
    transaction.message.is_init = true;
    transaction.code = Some(code);
    let mut report = execute(&args.run, &machine, &store, &snapshot, transaction)?;
    report.address = Some(shown(&address));
    Ok(report)
}

fn call(args: &CallArgs) -> Result<ContractReport, Failure> {
    let entry = entry(Some(&args.method), &args.args)?;
    let machine = Machine::new(&args.run.node, args.run.config.as_deref())?;
    let store = open(&args.run.node.store, false)?;
    let snapshot = Arc::new(store.snapshot().map_err(at_fault)?);
    check_deployed(&snapshot, args.address)?;
    let transaction = transaction(&args.run.request, args.address, entry, args.run.value);
    execute(&args.run, &machine, &store, &snapshot, transaction)
}

fn view(args: &ViewArgs) -> Result<ContractReport, Failure> {
    let entry = entry(Some(&args.method), &args.args)?;
    let machine = Machine::new(&args.node, None)?;
    let snapshot = Arc::new(open(&args.node.store, false)?.snapshot().map_err(at_fault)?);
    check_deployed(&snapshot, args.address)?;
    let transaction = transaction(&args.request, args.address, entry, U256::ZERO);
    let run = Run { permissions: Permissions::VIEW, ..transaction.run()? };
    let (done, output) = with_output(&machine, &snapshot, run);
    Ok(ContractReport { output, ..ContractReport::of(&done) })
}

/// The encoded call.
fn entry(method: Option<&str>, args: &str) -> Result<Vec<u8>, Failure> {
    let wrong = |what: &dyn std::fmt::Display| {
        Failure::new(format!("arguments `{args}`: {what}; write for example '[1, \"a\"]'"))
    };
    let args = text::parse(args).map_err(|error| wrong(&error))?;
    let args = match args {
        Value::Array(_) => ("args", args),
        Value::Map(_) => ("kwargs", args),
        _ => return Err(wrong(&"neither an array nor a map")),
    };
    let method = method.map(|method| ("", Value::from(method)));
    Ok(encode(&Value::map(method.into_iter().chain([args]))))
}

fn transaction(request: &RequestArgs, to: Address, entry: Vec<u8>, value: U256) -> Transaction {
    let message = StartupMessage::main(U256::from(CHAIN), to, request.sender, entry);
    Transaction {
        message: StartupMessage { datetime: request.datetime, value, ..message },
        code: None,
        gas: request.gas,
        storage_gas: request.storage_gas,
        receipt_gas: request.receipt_gas,
    }
}

/// An address that no other deployment gets.
fn fresh(snapshot: &Snapshot, sender: &Address, code: &[u8]) -> Result<Address, Failure> {
    let parent = snapshot.head(snapshot.accepted()).map_err(at_fault)?.chain_hash;
    let mut hasher = blake3::Hasher::new_derive_key("selfsame cli address v1");
    hasher.update(&parent).update(&sender.0).update(code);
    let mut address = [0; 20];
    address.copy_from_slice(&hasher.finalize().as_bytes()[..20]);
    Ok(Address(address))
}

fn has_code(snapshot: &Snapshot, address: Address) -> Result<bool, Failure> {
    let storage = HostStorage { host: snapshot, view: StorageView::Default, address };
    let found = code_location(&storage).map_err(|error| Failure::new(error.to_string()))?;
    Ok(found.is_some())
}

fn check_deployed(snapshot: &Snapshot, address: Address) -> Result<(), Failure> {
    if has_code(snapshot, address)? {
        return Ok(());
    }
    Err(Failure::new(format!("no contract has been deployed at {}", shown(&address))))
}

fn with_output(machine: &Machine, snapshot: &Arc<Snapshot>, run: Run) -> (Done, String) {
    let output = Arc::new(Mutex::new(Vec::new()));
    let sink = Arc::clone(&output);
    let diagnostics = Diagnostics::new(move |octets| {
        let mut output = sink.lock().unwrap_or_else(PoisonError::into_inner);
        let room = OUTPUT.saturating_sub(output.len());
        output.extend_from_slice(&octets[..octets.len().min(room)]);
    });
    let done = machine.execute(snapshot, Run { diagnostics: Some(diagnostics), ..run });
    let output = output.lock().unwrap_or_else(PoisonError::into_inner);
    let text = String::from_utf8_lossy(&output);
    // Contracts do not steer terminals.
    (done, text.chars().filter(|c| *c == '\n' || !c.is_control()).collect())
}

/// Runs a transaction in its role, and commits it if it returns and this node accepts it.
fn execute(
    args: &TransactionArgs,
    machine: &Machine,
    store: &selfsame_hostabi::store::NodeStore,
    snapshot: &Arc<Snapshot>,
    transaction: Transaction,
) -> Result<ContractReport, Failure> {
    let parent = snapshot.head(snapshot.accepted()).map_err(at_fault)?.chain_hash;
    let proposal = match (args.role, &args.proposal) {
        (RoleArg::Leader, _) => None,
        (_, Some(path)) => Some(read_proposal(path, &parent, &transaction)?),
        (_, None) => {
            return Err(Failure::new(
                "a validator or sync needs --proposal FILE, as a leader has written it",
            ));
        }
    };
    let results = proposal.as_ref().map(|proposal| proposal.record.results.clone()).unwrap_or_default();
    let role = match args.role {
        RoleArg::Leader => Role::Leader,
        RoleArg::Validator => Role::Validator(results),
        RoleArg::Sync => Role::Sync(results),
    };
    let (done, output) = with_output(machine, snapshot, Run { role, ..transaction.run()? });
    let mut report = ContractReport { output, ..ContractReport::of(&done) };
    report.transaction = Some(hex(&transaction.hash(&parent)));
    let Some(execution_hash) = done.report.execution_hash().copied() else { return Ok(report) };
    let record = match proposal {
        Some(proposal) => {
            if let Some(block) = done.report.nondet_disagreement {
                report.rejected = Some(format!("this node rejects the result of block {block}"));
            } else if proposal.execution_hash != execution_hash {
                report.rejected =
                    Some(format!("the leader has execution hash {}", hex(&proposal.execution_hash)));
            }
            proposal.record
        }
        None => {
            let record = Record { transaction, results: done.report.nondet_results.clone() };
            if let Some(path) = &args.proposal {
                let proposal = Proposal { record: record.clone(), parent, execution_hash };
                std::fs::write(path, proposal.encode()).map_err(|error| {
                    Failure::new(format!("{}: this file cannot be written: {error}", path.display()))
                })?;
            }
            record
        }
    };
    let returned = matches!(done.report.outcome(), Some(Outcome::Return(_)));
    if returned && report.rejected.is_none() && !args.dry_run {
        let committed = commit(store, snapshot, &record, &done.report).map_err(at_fault)?;
        report.block = Some(committed.number);
        report.state_hash = Some(hex(&committed.state_hash));
    }
    Ok(report)
}

fn read_proposal(path: &Path, parent: &[u8; 32], own: &Transaction) -> Result<Proposal, Failure> {
    let octets = load::read(path)?;
    let wrong = |what: &str| Failure::new(format!("{}: {what}", path.display()));
    let proposal = Proposal::decode(&octets).ok_or_else(|| wrong("this is no proposal"))?;
    if proposal.parent != *parent {
        return Err(wrong("the proposal is for another state than that of this store"));
    }
    if proposal.record.transaction != *own {
        return Err(wrong("the proposal is for another transaction: give the arguments that the leader had"));
    }
    Ok(proposal)
}

#[derive(Serialize)]
struct StorageReport {
    address: String,
    balance: String,
    pages: Vec<PageReport>,
    /// Whether there are more pages than are shown.
    truncated: bool,
}

#[derive(Serialize)]
struct PageReport {
    slot: String,
    offset: u64,
    octets: String,
}

fn storage(args: &StorageArgs) -> ExitCode {
    match storage_report(args) {
        Ok(report) if args.json => report::print_json(&report),
        Ok(StorageReport { pages, truncated, .. }) => {
            let lines =
                pages.iter().map(|page| format!("{} {:>10} {}\n", page.slot, page.offset, page.octets));
            report::print(&lines.collect::<String>());
            if truncated {
                report::print_error("note: there are more pages; see --max\n");
            }
        }
        Err(failure) => {
            if args.json {
                report::print_json(&ContractReport::invalid(&failure));
            } else {
                failure.print();
            }
            return ExitCode::from(INVALID);
        }
    }
    ExitCode::SUCCESS
}

fn storage_report(args: &StorageArgs) -> Result<StorageReport, Failure> {
    use selfsame_hostabi::host::Host as _;
    let snapshot = open(&args.store, false)?.snapshot().map_err(at_fault)?;
    check_deployed(&snapshot, args.address)?;
    let first = PageKey { slot: SlotId([0; 32]), page: 0 };
    let asked = args.max.saturating_add(1);
    let mut pages = snapshot.pages(StorageView::Default, &args.address, first, asked).map_err(at_fault)?;
    let truncated = pages.len() > args.max;
    pages.truncate(args.max);
    let balance = snapshot.balance(&args.address).map_err(|error| Failure::new(error.to_string()))?;
    let page = |(key, octets): (PageKey, [u8; 32])| PageReport {
        slot: key.slot.to_string(),
        offset: u64::from(key.page) * 32,
        octets: hex(&octets),
    };
    Ok(StorageReport {
        address: shown(&args.address),
        balance: balance.to_string(),
        pages: pages.into_iter().map(page).collect(),
        truncated,
    })
}
