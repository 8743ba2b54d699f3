//! From bytes to modules, and plans of what to do with them.

use crate::nans::canonical;
use arbitrary::{Arbitrary, Unstructured};
use selfsame_figures::generated::{Case, Numbers, Plan};
use selfsame_interp::{Mode, StackLimits};

/// The first number whose bytes may be an odd number of them: corpora were made of those below.
pub const FIRST_ODD: u64 = 1_000;

/// The first number from which on each stands for a module that may have all that came with WebAssembly 3.0.
const FIRST_NEW: u64 = 1 << 32;

/// The bytes that a number stands for: as many as a generator may want. From [`FIRST_ODD`] on every other number stands
/// for an odd number of them, from [`FIRST_NEW`] on each does.
#[must_use]
pub fn bytes(seed: u64) -> Vec<u8> {
    let mut numbers = Numbers(seed);
    let more = match seed {
        ..FIRST_ODD => 0,
        FIRST_ODD..FIRST_NEW => [0, 3, 0, 1][seed as usize % 4],
        FIRST_NEW.. => 3,
    };
    let len = (512 << numbers.below(8)) + more;
    (0..len).map(|_| numbers.any() as u8).collect()
}

/// The number that bytes stand for (FNV-1a).
#[must_use]
pub fn seed(data: &[u8]) -> u64 {
    let start = 0xcbf2_9ce4_8422_2325;
    data.iter().fold(start, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

/// The case that bytes stand for; `None` if they are too few.
#[must_use]
pub fn case(data: &[u8]) -> Option<Case> {
    let mut numbers = Numbers(seed(data));
    let mut u = Unstructured::new(data);
    let mut config = wasm_smith::Config::arbitrary(&mut u).ok()?;
    restrict(&mut config, &mut numbers, data);
    let mode = match numbers.below(8) {
        0 => Mode::NoFloats,
        // Which NaN the host makes is its own affair, so the module must hide it.
        1 => Mode::NonDeterministic,
        _ => Mode::Deterministic,
    };
    config.canonicalize_nans = mode == Mode::NonDeterministic;
    let bytes = wasm_smith::Module::new(config, &mut u).ok()?.to_bytes();
    let stack = StackLimits {
        call_depth: numbers.one_of(&[2, 20, 200, 1024, 1024]),
        value_slots: numbers.one_of(&[60, 2000, 65_535, 65_535, 65_535]),
        host_reentry: numbers.one_of(&[0, 1, 4]),
    };
    let gas = numbers.one_of(&[20, 500, 5_000, 30_000, 200_000]);
    let plan = Plan { seed: numbers.any(), mode, gas, stack, reenter: numbers.below(4) == 0 };
    Some(Case { bytes, plan })
}

/// Takes out what the engine does not have, and keeps sizes such that many modules can be run. What came last is in
/// where the bytes are an odd number, objects where that divided by four leaves three: so that others stand for the
/// modules that they always stood for.
fn restrict(config: &mut wasm_smith::Config, numbers: &mut Numbers, data: &[u8]) {
    config.gc_enabled = data.len() % 4 == 3;
    config.threads_enabled = false;
    let odd = data.len() % 2 == 1;
    config.memory64_enabled = odd;
    config.custom_page_sizes_enabled = odd;
    config.wide_arithmetic_enabled = odd;
    config.compact_imports_enabled = odd;
    config.min_tags = 1;
    config.max_tags = config.max_tags.clamp(1, 5);
    // Most of them small: they are hashed at every stop.
    config.max_memory32_bytes = numbers.one_of(&[1 << 16, 1 << 16, 1 << 17, 1 << 20]);
    config.max_memory64_bytes = config.max_memory32_bytes.into();
    config.max_table_elements = 1000;
    config.max_memories = config.max_memories.min(numbers.one_of(&[1, 1, 3]));
    config.max_tables = config.max_tables.min(4);
    config.min_funcs = 1;
    config.max_funcs = config.max_funcs.clamp(1, 20);
    config.max_types = config.max_types.clamp(1, 20);
    config.max_type_size = 200;
    config.max_globals = config.max_globals.min(20);
    config.max_imports = config.max_imports.min(6);
    config.max_elements = config.max_elements.min(60);
    config.max_data_segments = config.max_data_segments.min(10);
    config.max_element_segments = config.max_element_segments.min(10);
    config.max_instructions = config.max_instructions.max(20);
    config.min_uleb_size = config.min_uleb_size.max(1);
    config.export_everything = true;
    config.max_exports = 200;
    // Most code that is generated at random traps at once.
    config.disallow_traps = numbers.below(4) != 0;
}

/// A module without imports whose entry point is generated too: a contract. `None` if the bytes are too few.
///
/// # Panics
/// Never: the text of what it exports is a module.
#[must_use]
pub fn contract(data: &[u8]) -> Option<Vec<u8>> {
    let mut numbers = Numbers(seed(data));
    let mut u = Unstructured::new(data);
    let mut config = wasm_smith::Config::arbitrary(&mut u).ok()?;
    restrict(&mut config, &mut numbers, data);
    config.max_imports = 0;
    config.min_imports = 0;
    config.export_everything = false;
    let entry = wat::parse_str(r#"(module (func (export "_start")))"#).expect("a module");
    config.exports = Some(entry);
    Some(wasm_smith::Module::new(config, &mut u).ok()?.to_bytes())
}

/// A module without imports that ends by itself, whose memories are bounded and whose NaNs are canonical: for
/// engines of others, which count gas in their own ways. `None` if the bytes are too few.
#[must_use]
pub fn closed(data: &[u8]) -> Option<Vec<u8>> {
    let mut numbers = Numbers(seed(data));
    let mut u = Unstructured::new(data);
    let mut config = wasm_smith::Config::arbitrary(&mut u).ok()?;
    restrict(&mut config, &mut numbers, data);
    config.max_imports = 0;
    config.min_imports = 0;
    config.canonicalize_nans = true;
    // wasmi has none, nor objects.
    config.exceptions_enabled = data.len() % 4 == 3;
    // Its results are left open by the specification.
    config.relaxed_simd_enabled = false;
    // What guards against traps meets a mistake of wasmi, and the module would be left out.
    config.disallow_traps = config.disallow_traps && numbers.below(4) == 0;
    config.memory_max_size_required = true;
    config.table_max_size_required = true;
    let mut module = wasm_smith::Module::new(config, &mut u).ok()?;
    module.ensure_termination(1000).ok()?;
    Some(canonical(module.to_bytes()))
}
