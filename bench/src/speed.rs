//! The benchmark of speed: all workloads on all contenders, with tables, files and a verdict.

use crate::board::Board;
use crate::engines::{CONTENDERS, Contender, REFERENCE};
use crate::rounds::{Plan, measure};
use crate::workloads::WORKLOADS;
use crate::{goals, plot, report, table};
use indicatif::{ProgressBar, ProgressStyle};
use std::error::Error;
use std::path::PathBuf;
use std::time::Duration;

/// What is measured and where it goes.
#[derive(clap::Args)]
pub struct Options {
    /// Workloads whose name or family contains this; all without it.
    filter: Option<String>,
    /// Contenders whose name contains this, besides the reference; may be given several times.
    #[arg(long)]
    engine: Vec<String>,
    /// Interleaved rounds.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,
    /// A run is repeated for so many milliseconds.
    #[arg(long, default_value_t = 50)]
    sample: u64,
    /// One round of the shortest runs: shows that everything works, and that all results are the same.
    #[arg(long)]
    smoke: bool,
    /// Prints the times of every contender too.
    #[arg(long)]
    details: bool,
    /// Writes all times of all rounds to this file.
    #[arg(long)]
    json: Option<PathBuf>,
    /// Writes plots into this folder.
    #[arg(long)]
    svg: Option<PathBuf>,
}

impl Options {
    fn wants(&self, contender: &Contender) -> bool {
        contender.role == REFERENCE
            || self.engine.is_empty()
            || self.engine.iter().any(|engine| contender.name.contains(engine.as_str()))
    }
}

/// Measures and prints.
///
/// # Errors
/// If a workload does not run on Selfsame, results differ, or a file cannot be written.
pub fn run(options: &Options) -> Result<(), Box<dyn Error>> {
    let plan = if options.smoke {
        Plan { rounds: 1, sample: Duration::ZERO, n: Some(2) }
    } else {
        Plan { rounds: options.rounds as usize, sample: Duration::from_millis(options.sample), n: None }
    };
    let filter = options.filter.as_deref().unwrap_or("");
    let chosen = WORKLOADS
        .iter()
        .filter(|workload| workload.name.contains(filter) || workload.family.name().contains(filter));
    let chosen: Vec<_> = chosen.collect();
    let contenders: Vec<&Contender> =
        CONTENDERS.iter().filter(|contender| options.wants(contender)).collect();
    let mut board = Board { contenders, rows: Vec::new() };
    let progress = ProgressBar::new((chosen.len() * plan.rounds) as u64);
    progress.set_style(ProgressStyle::with_template("{bar:30} {elapsed} of some {duration}  {msg}")?);
    for workload in chosen {
        board.rows.push(measure(workload, &board.contenders, &plan, &progress)?);
    }
    progress.finish_and_clear();
    if options.details {
        table::details(&board);
    }
    table::print(&board);
    let verdict = goals::all(&board);
    if !options.smoke {
        goals::print(&verdict);
    }
    if let Some(file) = &options.json {
        std::fs::write(file, serde_json::to_string_pretty(&report::of(&board, &plan, &verdict))?)?;
    }
    if let Some(folder) = &options.svg {
        std::fs::create_dir_all(folder)?;
        plot::all(&board, folder)?;
    }
    Ok(())
}
