//! What hostile modules cost: decoding, validation, translation of every function, and runs.

use peak_alloc::PeakAlloc;
use selfsame_interp::{EXCEPTION_BYTES, Engine, HEAP_BYTES, Instance, Module, ResourceLimiter, Store, Val};
use std::error::Error;
use std::time::{Duration, Instant};

/// A module may take so long, all in all.
const LONGEST: Duration = Duration::from_secs(2);
/// And so many times its size in memory, beyond this.
const TIMES: usize = 20;
/// What small modules may take in any case: the engine's own tables.
const FREE: usize = 1 << 20;
/// The gas of each run. With little, a function is left soon after its entry, for the exact tier, which wants
/// the way back from its code to its bytes.
const GAS: [u64; 4] = [10, 100, 5_000, 1_000_000];

/// Runs the corpus and prints the worst; an error if a bound is broken.
pub fn run(allocated: &PeakAlloc) -> Result<(), Box<dyn Error>> {
    let engine = Engine::default();
    let filler = stack_filler(&engine)?;
    let mut rows = Vec::new();
    selfsame_hostile::each(|case| {
        let size = case.bytes.len();
        let bytes = case.bytes;
        allocated.reset_peak_usage();
        let before = allocated.current_usage();
        let start = Instant::now();
        let (outcome, memory) = match Module::new(&engine, bytes) {
            Ok(module) => {
                module.translate_all();
                // The bytes were there before, and belong to the module's memory.
                let mut memory = (allocated.peak_usage() + size).saturating_sub(before);
                let mut outcome = String::new();
                for gas in GAS {
                    let usage = allocated.current_usage();
                    let mut store = store(&engine, &filler);
                    store.set_gas(gas);
                    // The stack, filled to its limits, is there before.
                    let stack = allocated.current_usage() - usage;
                    allocated.reset_peak_usage();
                    outcome = call(&mut store, &module);
                    let besides = before + stack + stopped(&store) + store.data().0;
                    memory = memory.max((allocated.peak_usage() + size).saturating_sub(besides));
                }
                (outcome, memory)
            }
            Err(error) => (error.to_string(), (allocated.peak_usage() + size).saturating_sub(before)),
        };
        rows.push((case.name, size, start.elapsed(), memory, outcome));
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

/// A module whose run fills the stack to its limits: three frames of 21,000 vectors, of 65,535 slots in all.
/// What the stack takes is then there in front of the run that is measured.
fn stack_filler(engine: &Engine) -> Result<Module, Box<dyn Error>> {
    let locals = "v128 ".repeat(21_000);
    let module = format!(
        "(module (func $f (export \"run\") (local {locals}) (if (i32.lt_u (global.get 0) (i32.const 2)) (then
           (global.set 0 (i32.add (global.get 0) (i32.const 1))) (call $f))))
           (global (mut i32) (i32.const 0)))"
    );
    Ok(Module::new(engine, wat::parse_str(module)?)?)
}

/// A store whose stack is as large as it gets.
fn store(engine: &Engine, filler: &Module) -> Store<Granted> {
    let mut store = Store::new(engine, Granted(0));
    store.limiter(|granted| granted);
    store.set_gas(u64::MAX);
    call(&mut store, filler);
    store
}

fn call(store: &mut Store<Granted>, module: &Module) -> String {
    let outcome = Instance::new(&mut *store, module, &[]).and_then(|instance| {
        let run = instance.get_func(&mut *store, "run");
        run.map_or(Ok(()), |run| run.call(&mut *store, &[], &mut []))
    });
    outcome.map_or_else(|error| error.to_string(), |()| String::from("ran"))
}

/// Bytes of the values in the frames of the last stop: the stack's limits bound how many there are.
fn stopped(store: &Store<Granted>) -> usize {
    let locals: usize = store.frames().iter().map(|frame| frame.locals.len()).sum();
    locals * size_of::<Val>()
}

/// Bytes of the tables, exceptions and objects that a module was granted, twice, since a list is there twice while it is
/// moved: the embedder's limiter bounds them. So it does memories, which are not the allocator's.
struct Granted(usize);

impl ResourceLimiter for Granted {
    fn memory_growing(&mut self, _: u64, _: u64, _: Option<u64>) -> bool {
        true
    }

    fn table_growing(&mut self, current: u64, desired: u64, _: Option<u64>) -> bool {
        self.0 += 2 * 8 * (desired - current) as usize;
        true
    }

    fn exceptions_growing(&mut self, current: u64, desired: u64) -> bool {
        let granted = desired <= EXCEPTION_BYTES;
        self.0 += if granted { 2 * (desired - current) as usize } else { 0 };
        granted
    }

    fn heap_growing(&mut self, current: u64, desired: u64) -> bool {
        let granted = desired <= HEAP_BYTES;
        self.0 += if granted { 2 * (desired - current) as usize } else { 0 };
        granted
    }
}
