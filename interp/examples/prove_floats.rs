//! Proves the soft-float: every float instruction against the hardware and, on x86-64 Linux, Berkeley SoftFloat.
//!
//! ```text
//! cargo run --release -p selfsame-interp --features prove --example prove_floats [-- --quick]
//! ```
//!
//! Instructions of one 32-bit operand run on all 2^32 of them. The others run on 2^30 pairs, a little more
//! than a billion, which are random but lean towards what is hard: see `ops/prove/inputs.rs`. The inputs do
//! not depend on the machine or the number of threads. `--quick` takes a 256th of each.
//!
//! Prints a line for each instruction; the exit code is 1 if any input gave a mismatch.

use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::time::{Duration, Instant};
use std::{env, thread};

use selfsame_interp::prove::{Inputs, Operand, Row, reference, rows};

/// Inputs worked on at a time; small enough for the first cache.
const BLOCK: u64 = 1024;
/// Blocks taken by a thread at a time.
const BATCH: u64 = 256;
/// Mismatches shown in full.
const SHOWN: usize = 20;

/// Instructions that run on the same inputs.
struct Phase {
    title: &'static str,
    operand: Operand,
    /// All 2^32 operands, or pairs made by [`Inputs`].
    exhaustive: bool,
    rows: Vec<Row>,
    /// For each row, the number of blocks in which it went wrong.
    bad_blocks: Vec<AtomicU64>,
}

impl Phase {
    fn new(title: &'static str, operand: Operand, exhaustive: bool) -> Self {
        let narrow = matches!(operand, Operand::F32 | Operand::I32);
        let belongs = |row: &Row| row.operand == operand && (narrow && !row.binary) == exhaustive;
        let rows: Vec<Row> = rows().filter(belongs).collect();
        let bad_blocks = rows.iter().map(|_| AtomicU64::new(0)).collect();
        Self { title, operand, exhaustive, rows, bad_blocks }
    }

    /// The number of inputs.
    fn inputs(&self) -> u64 {
        if self.exhaustive { 1 << 32 } else { 1 << 30 }
    }

    /// Fills `pairs` with the inputs of a block.
    fn fill(&self, block: u64, pairs: &mut Vec<(u64, u64)>) {
        pairs.clear();
        if self.exhaustive {
            pairs.extend((block * BLOCK..(block + 1) * BLOCK).map(|bits| (bits, 0)));
        } else {
            let mut inputs = Inputs::new(block);
            pairs.extend((0..BLOCK).map(|_| inputs.pair(self.operand)));
        }
    }

    /// Runs all blocks, or with `step` above 1 only every so many, and returns the time it took.
    fn run(&self, step: u64, threads: usize, shown: &AtomicUsize) -> Duration {
        let start = Instant::now();
        let blocks = self.inputs() / BLOCK / step;
        let next = AtomicU64::new(0);
        let running = AtomicBool::new(true);
        let work = || {
            let mut pairs = Vec::new();
            loop {
                let first = next.fetch_add(BATCH, Relaxed);
                if first >= blocks {
                    return;
                }
                for block in first..blocks.min(first + BATCH) {
                    // With a step take another of its blocks each time, not always the first.
                    self.fill(block * step + block % step, &mut pairs);
                    for (row, bad_blocks) in self.rows.iter().zip(&self.bad_blocks) {
                        if let Err(mismatch) = (row.check)(&pairs) {
                            bad_blocks.fetch_add(1, Relaxed);
                            if shown.fetch_add(1, Relaxed) < SHOWN {
                                eprintln!("MISMATCH {mismatch}");
                            }
                        }
                    }
                }
            }
        };
        thread::scope(|scope| {
            let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
            let progress = scope.spawn(|| {
                while running.load(Relaxed) {
                    thread::park_timeout(Duration::from_secs(10));
                    let done = next.load(Relaxed).min(blocks) as f64 * 100.0 / blocks as f64;
                    eprintln!("{}: {done:.1} % after {:.0?}", self.title, start.elapsed());
                }
            });
            for worker in workers {
                if worker.join().is_err() {
                    shown.fetch_add(1, Relaxed); // it has reported its panic
                }
            }
            running.store(false, Relaxed);
            progress.thread().unpark();
        });
        start.elapsed()
    }
}

fn main() -> ExitCode {
    let step = match env::args().skip(1).collect::<Vec<_>>().as_slice() {
        [] => 1,
        [quick] if quick == "--quick" => 256,
        _ => {
            eprintln!("usage: prove_floats [--quick]");
            return ExitCode::from(2);
        }
    };
    let threads = thread::available_parallelism().map_or(1, |threads| threads.get());
    let start = Instant::now();
    let mismatches = AtomicUsize::new(0);
    eprintln!("soft against hardware and {} on {threads} threads", reference());
    for phase in [
        Phase::new("all f32", Operand::F32, true),
        Phase::new("all i32", Operand::I32, true),
        Phase::new("pairs of f32", Operand::F32, false),
        Phase::new("pairs of f64", Operand::F64, false),
        Phase::new("i64", Operand::I64, false),
    ] {
        let took = phase.run(step, threads, &mismatches);
        let inputs = phase.inputs() / step;
        eprintln!("{}: {} instructions on {inputs} inputs in {took:.0?}", phase.title, phase.rows.len());
        for (row, bad_blocks) in phase.rows.iter().zip(&phase.bad_blocks) {
            let verdict = match bad_blocks.load(Relaxed) {
                0 => "agrees".into(),
                bad => format!("MISMATCHES in {bad} blocks of {BLOCK}"),
            };
            let which = if phase.exhaustive && step == 1 { "all" } else { "   " };
            println!("{:<16} {which} {inputs:>10} inputs {verdict}", row.name);
        }
    }
    let mismatches = mismatches.into_inner();
    let verdict = if mismatches == 0 { "no mismatch" } else { "MISMATCHES" };
    println!(
        "{verdict} on {} instructions against hardware and {}, in {:.0?}",
        rows().count(),
        reference(),
        start.elapsed()
    );
    if mismatches == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
