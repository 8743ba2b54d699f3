//! What hostile modules cost: decoding, validation, translation of every function, and a run.

use peak_alloc::PeakAlloc;
use selfsame_interp::{Engine, Instance, Module, Store};
use std::error::Error;
use std::time::{Duration, Instant};

/// A module may take so long, all in all.
const LONGEST: Duration = Duration::from_secs(2);
/// And so many times its size in memory, beyond this.
const TIMES: usize = 20;
/// What small modules may take in any case: the engine's own tables.
const FREE: usize = 1 << 20;

/// Runs the corpus and prints the worst; an error if a bound is broken.
pub fn run(allocated: &PeakAlloc) -> Result<(), Box<dyn Error>> {
    let engine = Engine::default();
    let mut rows = Vec::new();
    selfsame_hostile::each(|case| {
        let size = case.bytes.len();
        let bytes = case.bytes;
        allocated.reset_peak_usage();
        let before = allocated.current_usage();
        let start = Instant::now();
        let memory;
        let outcome = match Module::new(&engine, bytes) {
            Ok(module) => {
                module.translate_all();
                memory = allocated.peak_usage();
                call(&module)
            }
            Err(error) => {
                memory = allocated.peak_usage();
                error.to_string()
            }
        };
        let time = start.elapsed();
        // The bytes were there before, and belong to the module's memory. What the module then asks for,
        // tables and memories, is bounded by limits and limiters of its own.
        let memory = (memory + size).saturating_sub(before);
        rows.push((case.name, size, time, memory, outcome));
    });
    let ratio = |memory: usize, size: usize| memory.saturating_sub(FREE) as f64 / size.max(1) as f64;
    println!("{} modules", rows.len());
    rows.sort_by_key(|row| std::cmp::Reverse(row.2));
    println!("slowest:");
    for (name, size, time, _, outcome) in rows.iter().take(10) {
        println!("  {time:10.1?}  {size:9} bytes  {name}: {outcome}");
    }
    let broken_time = rows.iter().filter(|row| row.2 > LONGEST).count();
    rows.sort_by(|a, b| ratio(b.3, b.1).total_cmp(&ratio(a.3, a.1)));
    println!("largest, in times their size (beyond {} KiB):", FREE >> 10);
    for (name, size, _, memory, outcome) in rows.iter().take(10) {
        println!("  {:6.1} x  {size:9} bytes  {name}: {outcome}", ratio(*memory, *size));
    }
    let broken_memory = rows.iter().filter(|row| ratio(row.3, row.1) > TIMES as f64).count();
    println!("{broken_time} over {LONGEST:?}, {broken_memory} over {TIMES} times their size");
    if broken_time + broken_memory > 0 { Err("a bound is broken".into()) } else { Ok(()) }
}

fn call(module: &Module) -> String {
    let mut store = Store::new(module.engine(), ());
    store.set_gas(1_000_000);
    let outcome = Instance::new(&mut store, module, &[]).and_then(|instance| {
        let run = instance.get_func(&mut store, "run");
        run.map_or(Ok(()), |run| run.call(&mut store, &[], &mut []))
    });
    outcome.map_or_else(|error| error.to_string(), |()| String::from("ran"))
}
