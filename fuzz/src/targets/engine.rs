//! The engine: modules as octets, generated modules on both tiers and on engines of others.

use crate::compare;
use crate::generate;
use crate::peers::{self, Seen, same};
use selfsame_figures::generated::{Case, Numbers, Plan};
use selfsame_interp::{Engine, ErrorKind, Mode, Module, StackLimits, Tier};
use selfsame_validate::{ErrorKind as Refusal, ValidateConfig};
use wasmparser::{Validator, WasmFeatures};

/// Everything that the engine has.
const BUILT: WasmFeatures = WasmFeatures::WASM2
    .union(WasmFeatures::RELAXED_SIMD)
    .union(WasmFeatures::TAIL_CALL)
    .union(WasmFeatures::EXTENDED_CONST)
    .union(WasmFeatures::MULTI_MEMORY)
    .union(WasmFeatures::FUNCTION_REFERENCES)
    .union(WasmFeatures::EXCEPTIONS)
    .union(WasmFeatures::GC)
    .union(WasmFeatures::MEMORY64)
    .union(WasmFeatures::CUSTOM_PAGE_SIZES)
    .union(WasmFeatures::WIDE_ARITHMETIC)
    .union(WasmFeatures::COMPACT_IMPORTS);

/// Octets as a module: it is accepted if `wasmparser` accepts it and it is within the limits, and both passes of
/// validation come to the same; if it is, it runs on both tiers alike.
///
/// # Panics
/// If not.
pub fn module(data: &[u8]) -> bool {
    passes(data);
    let valid = Validator::new_with_features(BUILT).validate_all(data).map(drop);
    match Module::new(&Engine::default(), data) {
        Ok(_) => assert!(valid.is_ok(), "accepted, but {valid:?}"),
        Err(error) => {
            let ErrorKind::Validate(refusal) = error.kind() else { panic!("no refusal: {error}") };
            let limit = matches!(refusal.kind, Refusal::Limit { .. });
            assert!(limit || valid.is_err(), "a valid module was refused: {error}");
            return false;
        }
    }
    let mut numbers = Numbers(generate::seed(data));
    let plan = Plan {
        seed: numbers.any(),
        mode: Mode::Deterministic,
        gas: 5_000,
        stack: StackLimits { call_depth: 200, ..StackLimits::default() },
        reenter: numbers.below(4) == 0,
    };
    compare(&Case { bytes: data.to_vec(), plan }) > 0
}

/// The quick pass of validation leaves out nothing that the thorough one finds.
fn passes(bytes: &[u8]) {
    use selfsame_validate::Module;
    let config = ValidateConfig::default();
    match (Module::new(bytes, &config), Module::new_thoroughly(bytes, &config)) {
        (Ok(quick), Ok(thorough)) => {
            assert_eq!(quick.bodies(), thorough.bodies());
            for body in quick.bodies() {
                assert_eq!(quick.branches(body), thorough.branches(body), "{body:?}");
                assert_eq!(quick.labels(body), thorough.labels(body), "{body:?}");
                assert_eq!(quick.locals(body), thorough.locals(body), "{body:?}");
                assert_eq!(quick.wide_sites(body), thorough.wide_sites(body), "{body:?}");
            }
        }
        (Err(quick), Err(thorough)) => assert_eq!(quick, thorough),
        (quick, thorough) => panic!("with the quick pass {quick:?}, without it {thorough:?}"),
    }
}

/// A generated module, by both passes of validation and on both tiers: see [`compare`].
///
/// # Panics
/// If the passes or the tiers differ.
pub fn tiers(data: &[u8]) -> bool {
    let Some(case) = generate::case(data) else { return false };
    passes(&case.bytes);
    compare(&case) > 0
}

/// A generated module on both tiers and on wasmi: results, traps, memories and globals. Where they differ and wasmtime is
/// built in, it says who is mistaken.
///
/// # Panics
/// If they differ.
pub fn wasmi(data: &[u8]) -> bool {
    let Some(bytes) = generate::closed(data) else { return false };
    if is_mistaken(&bytes) {
        return false;
    }
    let Some(other) = peers::wasmi(data, &bytes) else { return false };
    let Some(ours) = peers::ours(data, &bytes, Tier::Exact) else { return false };
    let differs = ours != other && !ours.limited() && !other.limited();
    if differs && third(data, &bytes).as_ref() == Some(&ours) {
        eprintln!("wasmi alone differs: ours {ours:?}, wasmi {other:?}");
        return false;
    }
    both_tiers(data, &bytes, &other)
}

#[cfg(feature = "wasmtime")]
use peers::wasmtime as third;

/// No engine is there that could decide.
#[cfg(not(feature = "wasmtime"))]
fn third(_: &[u8], _: &[u8]) -> Option<Seen> {
    None
}

/// A generated module on both tiers and on wasmtime: results, traps, memories and globals.
///
/// # Panics
/// If they differ.
#[cfg(feature = "wasmtime")]
pub fn wasmtime(data: &[u8]) -> bool {
    let Some(bytes) = generate::closed(data) else { return false };
    peers::wasmtime(data, &bytes).is_some_and(|other| both_tiers(data, &bytes, &other))
}

/// Whether both tiers could be compared with what was seen of a module elsewhere.
fn both_tiers(data: &[u8], bytes: &[u8], other: &Seen) -> bool {
    let compared = |tier| peers::ours(data, bytes, tier).is_some_and(|ours| same(&ours, other));
    compared(Tier::Exact) & compared(Tier::Fast)
}

/// What wasmi 2.0.0 makes something else of than the specification, once an `if` has gone before: with local 0 being
/// zero, `i32.const 1 local.get 0 local.get 0 i32.eqz select` comes to 0 there. The octets of the last two
/// instructions: `i32.eqz`, `i64.eqz` or `ref.is_null`, and `select` without or with a type.
const WASMI_MISTAKES: [&[u8]; 6] =
    [&[0x45, 0x1b], &[0x50, 0x1b], &[0xd1, 0x1b], &[0x45, 0x1c], &[0x50, 0x1c], &[0xd1, 0x1c]];

fn is_mistaken(bytes: &[u8]) -> bool {
    WASMI_MISTAKES.iter().any(|mistake| bytes.windows(mistake.len()).any(|octets| octets == *mistake))
}
