//! A round as a table for people and as an object for machines.

use super::round::{Part, Round, Seat};
use super::scenario::Leader;
use selfsame_hostabi::calldata::decode;
use selfsame_hostabi::result::{End, Outcome, Position, Report, StoreHashes};
use selfsame_interp::Tier;
use serde::Serialize;
use std::fmt::Write as _;

/// Gas in its dimensions.
#[derive(Debug, Serialize)]
pub struct Gas {
    pub time: u64,
    pub storage: String,
    pub receipt: String,
}

/// A node in a round.
#[derive(Debug, Serialize)]
pub struct SeatReport {
    pub node: String,
    pub part: &'static str,
    pub tier: Option<&'static str>,
    pub vote: String,
    pub gas: Option<Gas>,
    pub execution_hash: Option<String>,
    /// The hash of each memory, as published.
    pub memories: Vec<String>,
    /// The hash of each memory with the node's own key.
    pub personal: Vec<String>,
    pub named_by: usize,
    pub fault: Option<String>,
}

/// A round.
#[derive(Debug, Serialize)]
pub struct RoundReport {
    pub nodes: Vec<SeatReport>,
    pub judges: usize,
    pub agreeing: usize,
    pub rejected: Option<String>,
    pub outcome: String,
    pub backtrace: Vec<String>,
    pub failures: Vec<String>,
}

/// Octets as hex digits.
pub fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}

/// A result in one line: `Return 5`, `VMError wasm_trap unreachable`.
pub fn outcome(report: &Report) -> String {
    match &report.end {
        End::Internal(error) => format!("InternalError {}", error.reason),
        End::Result { outcome, .. } => match outcome {
            Outcome::VmError { code, .. } => format!("VMError {code}"),
            Outcome::Return(value) | Outcome::UserError(value) => match decode(value.octets()) {
                Ok(value) => format!("{} {value}", outcome.kind_name()),
                Err(error) => format!("{} {error}", outcome.kind_name()),
            },
        },
    }
}

/// Storage and receipts: of messages, events and blocks.
pub fn gas(report: &Report, time: u64) -> Gas {
    let consumed = &report.data_fees_consumed;
    let receipt = [consumed.message_receipt, consumed.nondet_output, consumed.event]
        .into_iter()
        .fold(ruint::aliases::U256::ZERO, |sum, amount| sum.saturating_add(amount));
    Gas { time, storage: consumed.storage.to_string(), receipt: receipt.to_string() }
}

fn memories(hashes: &StoreHashes) -> Vec<String> {
    hashes.values().flatten().map(|hash| hex(hash)).collect()
}

fn seat(seat: &Seat) -> SeatReport {
    let part = match seat.part {
        Part::Leader(Leader::Honest) => "leader",
        Part::Leader(lie) => lie.name(),
        Part::Validator => "validator",
        Part::Cheat(cheat) => cheat.name(),
    };
    let (vote, ran) = match &seat.vote.position {
        Position::TimeOut => ("timeout".to_owned(), None),
        Position::Ran(ran) => match ran.disagreement {
            None => ("agree".to_owned(), Some(ran)),
            Some(block) => (format!("disagree {block}"), Some(ran)),
        },
    };
    SeatReport {
        node: seat.name.clone(),
        part,
        tier: seat.tier.map(|tier| if tier == Tier::Fast { "fast" } else { "exact" }),
        vote,
        gas: seat.done.as_ref().map(|done| gas(&done.report, done.time_used)),
        execution_hash: ran.map(|ran| hex(&ran.execution_hash)),
        memories: ran.map(|ran| memories(&ran.public)).unwrap_or_default(),
        personal: ran.map(|ran| memories(&ran.personal)).unwrap_or_default(),
        named_by: seat.faults.len(),
        fault: seat.faults.first().map(ToString::to_string),
    }
}

/// The object of a round.
pub fn report(round: &Round) -> RoundReport {
    let result = round.result().map(|done| &done.report);
    let backtrace = result.and_then(|report| report.backtrace.as_deref()).unwrap_or_default();
    RoundReport {
        nodes: round.seats.iter().map(seat).collect(),
        judges: round.judges,
        agreeing: round.agreeing,
        rejected: round.rejected.clone(),
        outcome: result.map(outcome).unwrap_or_default(),
        backtrace: backtrace
            .iter()
            .map(|frame| format!("{} func {}", frame.module_name, frame.func))
            .collect(),
        failures: round.failures(),
    }
}

/// The first digits of a hash.
fn short(hash: Option<&String>) -> String {
    hash.map_or_else(|| "-".into(), |hash| hash.chars().take(8).collect())
}

/// The table of a round.
pub fn table(round: &RoundReport) -> String {
    let mut out = String::new();
    let _ = writeln!(
        out,
        "  {:<9}{:<18}{:<7}{:<12}{:>12}{:>9}{:>9}  {:<11}{:<10}personal",
        "node", "part", "tier", "vote", "gas: time", "storage", "receipt", "execution", "memory"
    );
    for seat in &round.nodes {
        let (time, storage, receipt) = match &seat.gas {
            Some(gas) => (gas.time.to_string(), &*gas.storage, &*gas.receipt),
            None => ("-".into(), "-", "-"),
        };
        let _ = write!(
            out,
            "  {:<9}{:<18}{:<7}{:<12}{time:>12}{storage:>9}{receipt:>9}  {:<11}{:<10}{:<10}",
            seat.node,
            seat.part,
            seat.tier.unwrap_or("-"),
            seat.vote,
            short(seat.execution_hash.as_ref()),
            short(seat.memories.first()),
            short(seat.personal.first()),
        );
        if let Some(fault) = &seat.fault {
            let _ = write!(out, "named by {} of {}: {fault}", seat.named_by, round.judges);
        }
        let trimmed = out.trim_end().len();
        out.truncate(trimmed);
        out.push('\n');
    }
    let _ = writeln!(out, "  outcome: {}", round.outcome);
    for (depth, frame) in round.backtrace.iter().take(8).enumerate() {
        let _ = writeln!(out, "  {depth:>4}: {frame}");
    }
    if round.backtrace.len() > 8 {
        let _ = writeln!(out, "        ({} more frames)", round.backtrace.len() - 8);
    }
    match &round.rejected {
        Some(why) => {
            let _ = writeln!(out, "  the leader is rejected: {why}");
        }
        None => {
            let _ = writeln!(out, "  {} of {} nodes agree", round.agreeing, round.nodes.len());
        }
    }
    out
}
