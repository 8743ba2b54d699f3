//! What decoding, validating and translating a module whole takes in memory: never more than 20 times its
//! size and 1 MiB. Counted by the allocator, hence a test binary with nothing else in it.

use peak_alloc::PeakAlloc;
use selfsame_interp::{Engine, Module};

#[global_allocator]
static ALLOCATED: PeakAlloc = PeakAlloc;

const TIMES: usize = 20;
const FREE: usize = 1 << 20;

#[test]
#[cfg_attr(debug_assertions, ignore = "the decoder keeps a log of every operand in builds with assertions")]
fn no_module_takes_20_times_its_size() {
    let engine = Engine::default();
    let mut wrong = Vec::new();
    let mut accepted = 0;
    selfsame_hostile::each(|case| {
        let size = case.bytes.len();
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
