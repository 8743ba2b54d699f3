//! Runs the same modules on Selfsame and on its peers in interleaved rounds, and prints medians and
//! ratios.
#![allow(clippy::disallowed_types, reason = "it measures time")]

mod contracts;
mod engines;
mod hostile;
mod memory;

use clap::Parser;
use engines::{CONTENDERS, Program};
use std::error::Error;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// Times programs on Selfsame and on its peers, in the same run.
#[derive(Parser)]
#[command(args_conflicts_with_subcommands = true)]
struct Options {
    #[command(subcommand)]
    command: Option<Command>,
    /// Programs whose name contains this; all without it.
    filter: Option<String>,
    /// Contenders whose name contains this, and the first.
    #[arg(long)]
    engine: Option<String>,
    /// Interleaved rounds; the medians are shown.
    #[arg(long, default_value_t = 7)]
    rounds: usize,
    /// One round of short runs: shows that everything works.
    #[arg(long)]
    smoke: bool,
    /// Prints JSON instead of a table.
    #[arg(long)]
    json: bool,
    /// Folder with the compiled programs.
    #[arg(long, default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/../programs/wasm"))]
    programs: PathBuf,
}

#[derive(clap::Subcommand)]
enum Command {
    /// Time and memory that each hostile module takes.
    Hostile,
    /// Memory of an instance, of a thousand, and of CPython.
    Memory,
    /// Calls a second of a contract, and the start of a sub-VM.
    Contracts {
        /// Folder with the example contracts.
        #[arg(long, default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/../contracts"))]
        contracts: PathBuf,
        /// CPython's runner, made by `sdk/python/pack.py runner DIR`.
        #[arg(long)]
        python: Option<PathBuf>,
    },
}

/// Counts what the engines allocate; mapped memories are not among it.
#[global_allocator]
static ALLOCATED: peak_alloc::PeakAlloc = peak_alloc::PeakAlloc;

/// A program and the parameter for a run of some tenths of a second.
const WORKLOADS: &[(&str, i32)] = &[
    ("coremark_like", 100),
    ("sort", 100_000),
    ("sha256", 4_000),
    ("blake2s", 4_000),
    ("bigint", 20),
    ("mix", 500_000),
    ("sieve", 1_000_000),
    ("lz", 200_000),
    ("bulk", 2_000),
    ("nbody", 20_000),
    ("matmul", 60),
    ("mandelbrot", 60),
    ("json", 200),
    ("regex", 200),
    ("fib", 27),
    ("vm_indirect", 2_000),
    ("vm_switch", 100_000),
    ("arena", 20_000),
    ("simd", 2_000),
];

fn main() -> Result<(), Box<dyn Error>> {
    let options = Options::parse();
    match &options.command {
        Some(Command::Contracts { contracts, python }) => {
            return contracts::run(contracts, python.as_deref(), options.smoke);
        }
        Some(Command::Hostile) => return hostile::run(&ALLOCATED),
        Some(Command::Memory) => return memory::run(&options.programs),
        None => {}
    }
    let rounds = if options.smoke { 1 } else { options.rounds.max(1) };
    let mut rows = Vec::new();
    for &(name, n) in WORKLOADS {
        if options.filter.as_deref().is_some_and(|filter| !name.contains(filter)) {
            continue;
        }
        let n = if options.smoke { 2 } else { n };
        let bytes = std::fs::read(options.programs.join(name).with_extension("wasm"))
            .map_err(|error| format!("{name}: {error}; see programs/README.md"))?;
        rows.push(measure(name, &bytes, n, rounds, options.engine.as_deref())?);
        if !options.json {
            print_row(rows.last().ok_or("no row")?);
        }
    }
    if options.json {
        let rows: Vec<_> = rows.iter().map(Row::json).collect();
        println!("{}", serde_json::to_string_pretty(&rows)?);
    }
    Ok(())
}

/// Medians of one program.
struct Row {
    program: &'static str,
    /// Contender, median, least, greatest.
    times: Vec<(&'static str, Duration, Duration, Duration)>,
}

fn measure(
    program: &'static str,
    bytes: &[u8],
    n: i32,
    rounds: usize,
    engine: Option<&str>,
) -> Result<Row, Box<dyn Error>> {
    let mut contenders: Vec<(&'static str, Box<dyn Program>, Vec<Duration>)> = Vec::new();
    for (i, contender) in CONTENDERS.iter().enumerate() {
        if i == 0 || engine.is_none_or(|wanted| contender.name.contains(wanted)) {
            contenders.push((contender.name, (contender.load)(bytes)?, Vec::new()));
        }
    }
    let mut expected = None;
    for (name, runner, _) in &mut contenders {
        let result = runner.run(n)?;
        if *expected.get_or_insert(result) != result {
            return Err(format!("{program}: {name} gives {result:#x}, not {expected:#x?}").into());
        }
    }
    for _ in 0..rounds {
        for (_, runner, times) in &mut contenders {
            let start = Instant::now();
            runner.run(n)?;
            times.push(start.elapsed());
        }
    }
    let times = contenders.into_iter().map(|(name, _, mut times)| {
        times.sort();
        (name, times[times.len() / 2], times[0], times[times.len() - 1])
    });
    Ok(Row { program, times: times.collect() })
}

fn print_row(row: &Row) {
    println!("{}", row.program);
    let first = row.times[0].1.as_secs_f64();
    for (name, median, least, greatest) in &row.times {
        let ms = |time: &Duration| time.as_secs_f64() * 1e3;
        let ratio = median.as_secs_f64() / first;
        println!(
            "  {name:24} {:10.3} ms  ({:.3} to {:.3})  x{ratio:.2}",
            ms(median),
            ms(least),
            ms(greatest)
        );
    }
}

impl Row {
    fn json(&self) -> serde_json::Value {
        let times = self.times.iter().map(|(name, median, least, greatest)| {
            serde_json::json!({
                "engine": name,
                "median_s": median.as_secs_f64(),
                "min_s": least.as_secs_f64(),
                "max_s": greatest.as_secs_f64(),
            })
        });
        serde_json::json!({ "program": self.program, "times": times.collect::<Vec<_>>() })
    }
}
