//! What decoding, validating and translating a module whole takes in memory: never more than 20 times its
//! size and 1 MiB. Counted by the allocator, hence a test binary with nothing else in it.

use peak_alloc::PeakAlloc;
use selfsame_interp::{Engine, Module};

#[global_allocator]
static ALLOCATED: PeakAlloc = PeakAlloc;

/// Larger modules are for optimised builds.
const LARGEST: usize = if cfg!(debug_assertions) { 70_000 } else { 1 << 30 };
const TIMES: usize = 20;
const FREE: usize = 1 << 20;

#[test]
fn no_module_takes_20_times_its_size() {
    let engine = Engine::default();
    let mut wrong = Vec::new();
    let mut accepted = 0;
    selfsame_hostile::each(|case| {
        let size = case.bytes.len();
        if size > LARGEST {
            return;
        }
        let before = ALLOCATED.current_usage() - size;
        ALLOCATED.reset_peak_usage();
        if let Ok(module) = Module::new(&engine, case.bytes) {
            module.translate_all();
            accepted += 1;
        }
        let taken = ALLOCATED.peak_usage() - before;
        if taken > TIMES * size + FREE {
            wrong.push(format!("{}: {taken} bytes for {size}", case.name));
        }
    });
    assert!(accepted >= 200, "only {accepted} modules were translated");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
