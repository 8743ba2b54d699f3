//! The same work on Selfsame and on its peers, side by side: speed, memory, start-up, gas.
#![forbid(unsafe_code)]
#![allow(clippy::disallowed_types, reason = "it measures time")]
#![allow(clippy::disallowed_methods, reason = "logarithms of ratios, which decide nothing")]

mod board;
mod clock;
mod code_cache;
mod collections;
mod contracts;
mod counts;
mod engines;
mod fingerprint;
mod gas;
mod goals;
mod hostile;
mod linear;
mod memory;
mod plot;
mod report;
mod rounds;
mod signatures;
mod speed;
mod startup;
mod startup_memory;
mod stats;
mod table;
mod workloads;

use clap::Parser;
use std::error::Error;
use std::path::PathBuf;

/// Times programs on Selfsame and on its peers, in the same run.
#[derive(Parser)]
#[command(args_conflicts_with_subcommands = true)]
struct Options {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    speed: speed::Options,
}

#[derive(clap::Subcommand)]
enum Command {
    /// Time and memory that each hostile module takes.
    Hostile,
    /// Memory of an instance, of a thousand, and of CPython.
    Memory,
    /// Time and memory from bytes to code, time to the first instruction, instantiation.
    Startup,
    /// Nanoseconds that each instruction takes for the gas it costs.
    Gas {
        /// Writes all of them to this file.
        #[arg(long)]
        json: Option<PathBuf>,
    },
    /// Instructions of a few small pieces of work, against the committed counts; needs valgrind.
    Counts {
        /// Writes the counts of now, to be committed.
        #[arg(long)]
        accept: bool,
        /// Does one piece of work and counts nothing.
        #[arg(long, hide = true)]
        only: Option<String>,
    },
    /// How time grows with instructions, pages, calls and functions.
    Linear {
        /// Writes a plot into this folder.
        #[arg(long)]
        svg: Option<PathBuf>,
    },
    /// Throughput of the fingerprint of a memory, beside that of BLAKE3 alone.
    Fingerprint {
        /// Size of the memory.
        #[arg(long, default_value_t = 1024)]
        mib: u32,
    },
    /// How long a program stands still while objects are taken away.
    Collections,
    /// Calls a second of a contract, and the start of a sub-VM.
    Contracts {
        /// Folder with the example contracts.
        #[arg(long, default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/../contracts"))]
        contracts: PathBuf,
        /// CPython's runner, made by `sdk/python/pack.py runner DIR`.
        #[arg(long)]
        python: Option<PathBuf>,
        /// A few calls: shows that everything works.
        #[arg(long)]
        smoke: bool,
    },
}

/// Counts what the engines allocate; mapped memories are not among it.
#[global_allocator]
static ALLOCATED: peak_alloc::PeakAlloc = peak_alloc::PeakAlloc;

/// The folder of guest programs.
const PROGRAMS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../programs");

fn main() -> Result<(), Box<dyn Error>> {
    let options = Options::parse();
    match options.command {
        Some(Command::Contracts { contracts, python, smoke }) => {
            contracts::run(&contracts, python.as_deref(), smoke)
        }
        Some(Command::Counts { only: Some(name), .. }) => counts::only(&name),
        Some(Command::Counts { accept, only: None }) => counts::run(accept),
        Some(Command::Startup) => startup::run(&PathBuf::from(PROGRAMS), &ALLOCATED),
        Some(Command::Gas { json }) => gas::run(json.as_deref()),
        Some(Command::Linear { svg }) => linear::run(svg.as_deref()),
        Some(Command::Fingerprint { mib }) => fingerprint::run(mib),
        Some(Command::Collections) => collections::run(),
        Some(Command::Hostile) => hostile::run(&ALLOCATED),
        Some(Command::Memory) => memory::run(&PathBuf::from(PROGRAMS)),
        None => speed::run(&options.speed),
    }
}
