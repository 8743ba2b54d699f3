//! `selfsame contract verify`: the log, or a proposal, is run again.

use crate::args::VerifyArgs;
use crate::contract::machine::{Machine, at_fault, commit, open};
use crate::contract::record::{Proposal, Record};
use crate::contract::result::{ContractReport, FAILED};
use crate::load;
use crate::report::{self, Failure, INVALID};
use crate::simulate::print::{hex, outcome};
use selfsame_hostabi::result::Outcome;
use selfsame_hostabi::store::{NodeStore, Snapshot};
use selfsame_hostabi::vm::{Role, Run};
use serde::Serialize;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

#[derive(Serialize)]
struct VerifyReport {
    checked: Vec<Checked>,
    ok: bool,
}

#[derive(Serialize)]
struct Checked {
    /// Of the log; none for a proposal.
    block: Option<u64>,
    outcome: String,
    execution_hash: String,
    /// What is not as it was.
    differences: Vec<String>,
}

pub fn run(args: &VerifyArgs) -> ExitCode {
    let checked = Machine::new(&args.node, None).and_then(|machine| {
        let store = open(&args.node.store, false)?;
        let snapshot = Arc::new(store.snapshot().map_err(at_fault)?);
        match &args.proposal {
            Some(path) => proposal(&machine, &snapshot, path).map(|checked| vec![checked]),
            None => log(&machine, &snapshot, args.block),
        }
    });
    let checked = match checked {
        Ok(checked) => checked,
        Err(failure) => {
            if args.node.json {
                report::print_json(&ContractReport::invalid(&failure));
            } else {
                failure.print();
            }
            return ExitCode::from(INVALID);
        }
    };
    let ok = checked.iter().all(|checked| checked.differences.is_empty());
    if args.node.json {
        report::print_json(&VerifyReport { checked, ok });
    } else {
        report::print(&checked.iter().map(line).collect::<String>());
    }
    ExitCode::from(if ok { 0 } else { FAILED })
}

fn line(checked: &Checked) -> String {
    let what = checked.block.map_or_else(|| "proposal".into(), |block| format!("block {block}"));
    let found = match &*checked.differences.join("; ") {
        "" => "the same".to_owned(),
        differences => format!("DIFFERENT: {differences}"),
    };
    format!(
        "{what}: {found}: {}, execution hash {}\n",
        report::clean(&checked.outcome),
        checked.execution_hash
    )
}

/// Runs a record as sync and says what differs from the claimed hash.
fn again(
    machine: &Machine,
    snapshot: &Arc<Snapshot>,
    record: &Record,
    claimed: &[u8; 32],
) -> Result<(Checked, selfsame_hostabi::vm::Done), Failure> {
    let role = Role::Sync(record.results.clone());
    let done = machine.execute(snapshot, Run { role, ..record.transaction.run()? });
    let mut differences = Vec::new();
    if done.report.execution_hash() != Some(claimed) {
        differences.push(format!("the execution hash was {}", hex(claimed)));
    }
    let checked = Checked {
        block: None,
        outcome: outcome(&done.report),
        execution_hash: done.report.execution_hash().map_or_else(|| "none".into(), |hash| hex(hash)),
        differences,
    };
    Ok((checked, done))
}

fn proposal(machine: &Machine, snapshot: &Arc<Snapshot>, path: &Path) -> Result<Checked, Failure> {
    let octets = load::read(path)?;
    let wrong = |what: &str| Failure::new(format!("{}: {what}", path.display()));
    let proposal = Proposal::decode(&octets).ok_or_else(|| wrong("this is no proposal"))?;
    if proposal.parent != snapshot.head(snapshot.accepted()).map_err(at_fault)?.chain_hash {
        return Err(wrong("the proposal is for another state than that of this store"));
    }
    again(machine, snapshot, &proposal.record, &proposal.execution_hash).map(|(checked, _)| checked)
}

/// Replays the log into memory, and compares what comes of each block.
fn log(machine: &Machine, snapshot: &Snapshot, only: Option<u64>) -> Result<Vec<Checked>, Failure> {
    let last = match only {
        Some(number) if number == 0 || number > snapshot.accepted() => {
            return Err(Failure::new(format!(
                "there is no block {number}: the log has blocks 1 to {}",
                snapshot.accepted()
            )));
        }
        Some(number) => number,
        None => snapshot.accepted(),
    };
    let replay = NodeStore::in_memory().map_err(at_fault)?;
    let mut all = Vec::new();
    for number in 1..=last {
        let block = snapshot.block(number).map_err(at_fault)?;
        if only.is_some_and(|only| only != number) {
            replay.commit(&block).map_err(at_fault)?;
            replay.finalise(number).map_err(at_fault)?;
            continue;
        }
        let record = Record::decode(&block.result)
            .ok_or_else(|| Failure::new(format!("block {number}: no transaction of this command")))?;
        let before = Arc::new(replay.snapshot().map_err(at_fault)?);
        let (mut checked, done) = again(machine, &before, &record, &block.execution_hash)?;
        checked.block = Some(number);
        if matches!(done.report.outcome(), Some(Outcome::Return(_))) {
            let committed = commit(&replay, &before, &record, &done.report).map_err(at_fault)?;
            let head = snapshot.head(number).map_err(at_fault)?;
            if committed.state_hash != head.state_hash {
                checked.differences.push(format!("the state was {}", hex(&head.state_hash)));
            }
            if committed.chain_hash != head.chain_hash {
                checked.differences.push(format!("the chain hash was {}", hex(&head.chain_hash)));
            }
        } else {
            checked.differences.push("it had returned".into());
        }
        let differs = !checked.differences.is_empty();
        all.push(checked);
        if differs {
            // What comes after it stands on another state.
            break;
        }
    }
    Ok(all)
}
