//! `selfsame simulate`: the transactions of a scenario, each in rounds until a leader is accepted.

use crate::args::SimulateArgs;
use crate::report::{self, Failure, INVALID, clean};
use crate::simulate::print::{self, RoundReport, hex};
use crate::simulate::round;
use crate::simulate::scenario::{Leader, Scenario, Transaction};
use crate::simulate::world::World;
use serde::Serialize;
use std::path::Path;
use std::process::ExitCode;

/// Something went otherwise than it should.
const FAILED: u8 = 1;

#[derive(Debug, Serialize)]
struct SimulationReport {
    title: String,
    transactions: Vec<TransactionReport>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    ok: bool,
}

#[derive(Debug, Serialize)]
struct TransactionReport {
    what: String,
    hash: String,
    rounds: Vec<RoundReport>,
    block: Option<u64>,
    state_hash: Option<String>,
    failures: Vec<String>,
}

pub fn run(args: &SimulateArgs) -> ExitCode {
    let mut report =
        SimulationReport { title: String::new(), transactions: Vec::new(), error: None, ok: false };
    let ended = simulate(args, &mut report);
    let status = match &ended {
        Ok(()) => {
            report.ok = report.transactions.iter().all(|transaction| transaction.failures.is_empty());
            if report.ok { 0 } else { FAILED }
        }
        Err(_) => INVALID,
    };
    if args.json {
        report.error = ended.err().map(|failure| failure.message().to_owned());
        report::print_json(&report);
    } else {
        match ended {
            Ok(()) if report.ok => {
                report::print("every honest majority agreed, and every cheat was named\n");
            }
            Ok(()) => report::print("FAILED\n"),
            Err(failure) => failure.print(),
        }
    }
    ExitCode::from(status)
}

fn simulate(args: &SimulateArgs, report: &mut SimulationReport) -> Result<(), Failure> {
    let scenario = Scenario::read(&args.scenario)?;
    let folder = args.scenario.parent().unwrap_or(Path::new(""));
    let world = World::new(&scenario)?;
    let say = |text: String| {
        if !args.json {
            report::print(&text);
        }
    };
    report.title.clone_from(&scenario.title);
    say(format!("{}\n", clean(&scenario.title)));
    if let Some(url) = world.site.url() {
        say(format!("web and model: {url}\n"));
    }
    for (number, wanted) in (1..).zip(&scenario.transactions) {
        let done = transaction(&world, &scenario, number, wanted, folder, &say)?;
        report.transactions.push(done);
    }
    Ok(())
}

fn transaction(
    world: &World,
    scenario: &Scenario,
    number: usize,
    wanted: &Transaction,
    folder: &Path,
    say: &dyn Fn(String),
) -> Result<TransactionReport, Failure> {
    let job = world.job(number, wanted, folder)?;
    let what = match &wanted.call {
        Some(method) => format!("{}.{method} {}", wanted.contract, wanted.args),
        None => format!("deploy {} {}", wanted.contract, wanted.args),
    };
    say(format!("\ntransaction {number}: {}\n", clean(&what)));
    let mut done = TransactionReport {
        what,
        hash: hex(&job.hash),
        rounds: Vec::new(),
        block: None,
        state_hash: None,
        failures: Vec::new(),
    };
    let mut accepted = None;
    // A leader that is rejected is followed by the next node, which is honest.
    for leader in 0..=scenario.validators {
        let lie = if leader == 0 { wanted.leader } else { Leader::Honest };
        let round = round::hold(world, &job, wanted, scenario.validators, leader, lie)?;
        let report = print::report(&round);
        say(print::table(&report));
        done.failures.extend(report.failures.iter().cloned());
        done.rounds.push(report);
        if round.rejected.is_none() {
            accepted = Some(round);
            break;
        }
    }
    match accepted.as_ref().filter(|round| round.is_accepted()).and_then(|round| round.result()) {
        Some(result) => {
            let committed = world.commit(&job, &result.report)?;
            say(format!("  block {}, state {}\n", committed.number, &hex(&committed.state_hash)[..16]));
            done.block = Some(committed.number);
            done.state_hash = Some(hex(&committed.state_hash));
            let outcome = print::outcome(&result.report);
            if let Some(expected) = wanted.expect.as_ref().filter(|expected| **expected != outcome) {
                done.failures.push(format!("expected `{expected}`, got `{outcome}`"));
            }
        }
        None => done.failures.push("no majority accepted a result".into()),
    }
    for failure in &done.failures {
        say(format!("  FAILED: {}\n", clean(failure)));
    }
    Ok(done)
}
