//! What decoding, validating and translating a module whole, and running it to a stop, takes in memory: never
//! more than 20 times its size and 1 MiB. Counted by the allocator, hence a test binary with nothing else in it.
//! Left out are the stack, which has limits of its own, and tables, memories, exceptions and objects, which the
//! embedder's limiter bounds.

use peak_alloc::PeakAlloc;
use selfsame_interp::{Engine, Instance, Module, ResourceLimiter, Store, Val};

#[global_allocator]
static ALLOCATED: PeakAlloc = PeakAlloc;

const TIMES: usize = 20;
const FREE: usize = 1 << 20;
/// The gas of each run. With little, a function is left soon after its entry, for the exact tier, which wants
/// the way back from its code to its bytes.
const GAS: [u64; 4] = [10, 100, 5_000, 1_000_000];

#[test]
#[cfg_attr(debug_assertions, ignore = "the decoder keeps a log of every operand in builds with assertions")]
fn no_module_takes_20_times_its_size() {
    let engine = Engine::default();
    let filler = stack_filler(&engine);
    let mut wrong = Vec::new();
    let mut accepted = 0;
    selfsame_hostile::each(|case| {
        let size = case.bytes.len();
        let before = ALLOCATED.current_usage() - size;
        ALLOCATED.reset_peak_usage();
        let module = Module::new(&engine, case.bytes).inspect(Module::translate_all);
        let mut taken = ALLOCATED.peak_usage() - before;
        if let Ok(module) = module {
            accepted += 1;
            for gas in GAS {
                let usage = ALLOCATED.current_usage();
                let mut store = Store::new(&engine, Granted(0));
                store.limiter(|granted| granted);
                store.set_gas(u64::MAX);
                run(&mut store, &filler);
                let stack = ALLOCATED.current_usage() - usage;
                ALLOCATED.reset_peak_usage();
                store.set_gas(gas);
                run(&mut store, &module);
                let besides = before + stack + stopped(&store) + store.data().0;
                taken = taken.max(ALLOCATED.peak_usage().saturating_sub(besides));
            }
        }
        if taken > TIMES * size + FREE {
            wrong.push(format!("{}: {taken} bytes for {size}", case.name));
        }
    });
    assert!(accepted >= 200, "only {accepted} modules were translated");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A module whose run fills the stack to its limits: three frames of 21,000 vectors, of 65,535 slots in all.
/// What the stack takes is then there in front of the run that is measured.
fn stack_filler(engine: &Engine) -> Module {
    let locals = "v128 ".repeat(21_000);
    let module = format!(
        "(module (func $f (export \"run\") (local {locals}) (if (i32.lt_u (global.get 0) (i32.const 2)) (then
           (global.set 0 (i32.add (global.get 0) (i32.const 1))) (call $f))))
           (global (mut i32) (i32.const 0)))"
    );
    Module::new(engine, wat::parse_str(module).expect("the text above")).expect("a valid module")
}

/// Runs a module to a stop. However it ends: what counts is the memory.
fn run(store: &mut Store<Granted>, module: &Module) {
    if let Ok(instance) = Instance::new(&mut *store, module, &[])
        && let Some(run) = instance.get_func(&mut *store, "run")
    {
        let _ = run.call(&mut *store, &[], &mut []);
    }
}

/// Bytes of the values in the frames of the last stop: the stack's limits bound how many there are.
fn stopped(store: &Store<Granted>) -> usize {
    let locals: usize = store.frames().iter().map(|frame| frame.locals.len()).sum();
    locals * size_of::<Val>()
}

/// Bytes of the tables, exceptions and objects that a module was granted, twice, since a list is there twice while it is moved.
/// Memories are not the allocator's.
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
        let granted = desired <= selfsame_interp::EXCEPTION_BYTES;
        self.0 += if granted { 2 * (desired - current) as usize } else { 0 };
        granted
    }

    fn heap_growing(&mut self, current: u64, desired: u64) -> bool {
        let granted = desired <= 1 << 24;
        self.0 += if granted { 2 * (desired - current) as usize } else { 0 };
        granted
    }
}
