//! Interleaved rounds: in each of them every contender runs once, so that what disturbs the machine disturbs
//! all alike.

use crate::clock::of_thread;
use crate::engines::{Contender, Program};
use crate::stats::Spread;
use crate::workloads::Workload;
use indicatif::ProgressBar;
use std::error::Error;
use std::time::Duration;

/// How much is measured.
pub struct Plan {
    /// How often each contender runs.
    pub rounds: usize,
    /// A run is repeated until it has taken so long.
    pub sample: Duration,
    /// The parameter of every workload, instead of its own.
    pub n: Option<i32>,
}

/// What came of one workload.
pub struct Row {
    pub workload: &'static Workload,
    /// Bits of the result, the same for all.
    pub result: u64,
    /// For each contender, the seconds of processor time that a run took in each round; or why it cannot run it.
    pub times: Vec<Result<Vec<f64>, String>>,
}

impl Row {
    /// Seconds of a run.
    pub fn time(&self, contender: usize) -> Option<Spread> {
        Spread::of(self.times[contender].as_ref().ok()?.iter().copied())
    }

    /// How many times longer `a` takes than `b`, round by round.
    pub fn ratio(&self, a: usize, b: usize) -> Option<Spread> {
        let (a, b) = (self.times[a].as_ref().ok()?, self.times[b].as_ref().ok()?);
        Spread::of(a.iter().zip(b).map(|(a, b)| a / b))
    }
}

/// A contender that can run the workload.
struct Entrant {
    contender: usize,
    program: Box<dyn Program>,
    /// Runs a sample.
    repeats: u32,
    times: Vec<f64>,
}

/// Runs a workload on all contenders.
///
/// # Errors
/// If one of ours cannot run it, or two results differ.
pub fn measure(
    workload: &'static Workload,
    contenders: &[&Contender],
    plan: &Plan,
    progress: &ProgressBar,
) -> Result<Row, Box<dyn Error>> {
    let bytes = workload.bytes()?;
    let n = plan.n.unwrap_or(workload.n);
    let mut times: Vec<Result<Vec<f64>, String>> = Vec::new();
    let mut entrants = Vec::new();
    let mut expected: Option<(u64, &str)> = None;
    for (index, contender) in contenders.iter().enumerate() {
        progress.set_message(format!("{}: {}", workload.name, contender.name));
        match first_run(contender, &bytes, n) {
            Ok((program, result, taken)) => {
                let &mut (same, by) = expected.get_or_insert((result, contender.name));
                if same != result {
                    let (name, other) = (workload.name, contender.name);
                    return Err(format!("{name}: {other} gives {result:#x}, {by} {same:#x}").into());
                }
                let repeats = plan.sample.as_secs_f64() / taken.as_secs_f64().max(1e-9);
                entrants.push(Entrant {
                    contender: index,
                    program,
                    repeats: repeats.ceil().clamp(1.0, 1e6) as u32,
                    times: Vec::new(),
                });
                times.push(Ok(Vec::new()));
            }
            Err(error) if contender.is_ours() => {
                return Err(format!("{}: {}: {error}", workload.name, contender.name).into());
            }
            Err(error) => times.push(Err(error.to_string())),
        }
    }
    let (result, _) = expected.ok_or("no contender")?;
    for round in 0..plan.rounds {
        // Each round begins with another, so that nobody always follows the same one.
        let count = entrants.len();
        for turn in 0..count {
            let entrant = &mut entrants[(round + turn) % count];
            progress.set_message(format!("{}: {}", workload.name, contenders[entrant.contender].name));
            let (taken, outcome) =
                of_thread(|| (0..entrant.repeats).try_for_each(|_| entrant.program.run(n).map(drop)));
            outcome?;
            entrant.times.push(taken.as_secs_f64() / f64::from(entrant.repeats));
        }
        progress.inc(1);
    }
    for entrant in entrants {
        times[entrant.contender] = Ok(entrant.times);
    }
    Ok(Row { workload, result, times })
}

type FirstRun = (Box<dyn Program>, u64, Duration);

/// Loads the program and runs it twice: the first run translates what is translated lazily, the second tells how
/// often a sample repeats it.
fn first_run(contender: &Contender, bytes: &[u8], n: i32) -> Result<FirstRun, Box<dyn Error>> {
    let mut program = (contender.load)(bytes)?;
    let result = program.run(n)?;
    let (taken, again) = of_thread(|| program.run(n));
    if again? != result {
        return Err("the second run gives another result than the first".into());
    }
    Ok((program, result, taken))
}
