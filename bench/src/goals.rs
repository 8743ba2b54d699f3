//! What must hold, and whether it does in this run.

use crate::board::Board;
use crate::rounds::Row;
use selfsame_interp::{Mode, Tier};
use serde::Serialize;

/// A goal with what was measured.
#[derive(Serialize)]
pub struct Goal {
    /// What must hold.
    pub goal: &'static str,
    /// Whether it does; `None` where not all that it needs was measured.
    pub holds: Option<bool>,
    /// The numbers.
    pub measured: String,
}

const NOT_MEASURED: &str = "not all of it was measured in this run";

impl Goal {
    fn new(goal: &'static str, outcome: Option<(bool, String)>) -> Goal {
        match outcome {
            Some((holds, measured)) => Goal { goal, holds: Some(holds), measured },
            None => Goal { goal, holds: None, measured: String::from(NOT_MEASURED) },
        }
    }
}

/// All goals of a run.
pub fn all(board: &Board<'_>) -> Vec<Goal> {
    let coremark = |peer: &str, least: f64| {
        let row = board.rows.iter().find(|row| row.workload.name == "coremark_like")?;
        let ratio = row.ratio(board.named(peer)?, board.reference()?)?;
        let text = format!("{:.2} ({:.2} to {:.2})", ratio.median, ratio.min, ratio.max);
        Some((ratio.median >= least, text))
    };
    vec![
        Goal::new("coremark_like: 1.25 times as fast as wasmi without fuel", coremark("wasmi", 1.25)),
        Goal::new("coremark_like: 1.35 times as fast as Stitch", coremark("stitch", 1.35)),
        Goal::new(
            "all: 1.2 times as fast as the best other interpreter of each, none below 0.9",
            best(board),
        ),
        Goal::new("gas costs at most 5%", gas(board)),
        Goal::new("soft floats: at most 4 times slower", soft_floats(board)),
        Goal::new("soft floats: everything else within 1%", soft_others(board)),
        Goal::new("exact: at most 30 times slower than fast", exact(board)),
    ]
}

fn best(board: &Board<'_>) -> Option<(bool, String)> {
    let mean = board.geomean_of_best(None)?;
    let mut below = Vec::new();
    let mut least: Option<(f64, String)> = None;
    for row in &board.rows {
        let (ratio, other) = board.best_other(row)?;
        let text = format!("{} {:.2} ({other})", row.workload.name, ratio.median);
        if ratio.median < 0.9 {
            below.push(text.clone());
        }
        if least.as_ref().is_none_or(|(before, _)| ratio.median < *before) {
            least = Some((ratio.median, text));
        }
    }
    let below_text = if below.is_empty() { String::from("none") } else { below.join(", ") };
    Some((
        mean >= 1.2 && below.is_empty(),
        format!("geometric mean {mean:.2}; below 0.9: {below_text}; least: {}", least?.1),
    ))
}

/// The row in which `a` takes the most times longer than `b`.
fn worst<'a>(board: &'a Board<'_>, a: usize, b: usize, of: impl Fn(&Row) -> bool) -> Option<(f64, &'a Row)> {
    let rows = board.rows.iter().filter(|row| of(row));
    rows.filter_map(|row| Some((row.ratio(a, b)?.median, row))).max_by(|x, y| x.0.total_cmp(&y.0))
}

fn gas(board: &Board<'_>) -> Option<(bool, String)> {
    let mut holds = true;
    let mut texts = Vec::new();
    for (mode, name) in [(Mode::NonDeterministic, "host floats"), (Mode::Deterministic, "soft floats")] {
        let (on, off) = (board.ours(Tier::Fast, true, mode)?, board.ours(Tier::Fast, false, mode)?);
        let mean = board.geomean(on, off, |_| true)?;
        let (most, row) = worst(board, on, off, |_| true)?;
        holds &= mean <= 1.05;
        texts.push(format!("{name}: geometric mean {mean:.3}, most {most:.2} ({})", row.workload.name));
    }
    Some((holds, texts.join("; ")))
}

fn modes(board: &Board<'_>) -> Option<(usize, usize)> {
    Some((
        board.ours(Tier::Fast, true, Mode::Deterministic)?,
        board.ours(Tier::Fast, true, Mode::NonDeterministic)?,
    ))
}

fn soft_floats(board: &Board<'_>) -> Option<(bool, String)> {
    let (soft, host) = modes(board)?;
    let mean = board.geomean(soft, host, |row| row.workload.floats)?;
    let (most, row) = worst(board, soft, host, |row| row.workload.floats)?;
    Some((most <= 4.0, format!("geometric mean {mean:.2}, most {most:.2} ({})", row.workload.name)))
}

/// A workload fails where even its least ratio is beyond 1%: the noise of a round is larger than that.
fn soft_others(board: &Board<'_>) -> Option<(bool, String)> {
    let (soft, host) = modes(board)?;
    let mean = board.geomean(soft, host, |row| !row.workload.floats)?;
    let (most, row) = worst(board, soft, host, |row| !row.workload.floats)?;
    let slower: Vec<&str> = board
        .rows
        .iter()
        .filter(|row| !row.workload.floats && row.ratio(soft, host).is_some_and(|ratio| ratio.min > 1.01))
        .map(|row| row.workload.name)
        .collect();
    let slower_text = if slower.is_empty() { String::from("none") } else { slower.join(", ") };
    Some((
        mean <= 1.01 && slower.is_empty(),
        format!(
            "geometric mean {mean:.3}, most {most:.3} ({}), slower in every round: {slower_text}",
            row.workload.name
        ),
    ))
}

fn exact(board: &Board<'_>) -> Option<(bool, String)> {
    let mode = Mode::NonDeterministic;
    let (exact, fast) = (board.ours(Tier::Exact, true, mode)?, board.ours(Tier::Fast, true, mode)?);
    let mean = board.geomean(exact, fast, |_| true)?;
    let (most, row) = worst(board, exact, fast, |_| true)?;
    Some((most <= 30.0, format!("geometric mean {mean:.1}, most {most:.1} ({})", row.workload.name)))
}

/// Prints a line for each.
pub fn print(goals: &[Goal]) {
    println!();
    for goal in goals {
        let mark = goal.holds.map_or("    ", |holds| if holds { "pass" } else { "FAIL" });
        println!("{mark}  {}: {}", goal.goal, goal.measured);
    }
}
