//! The corpus against a validator that others wrote: what we say is invalid is
//! invalid, what we say runs is valid, and there are no two cases of one name.

use std::collections::BTreeSet;

use selfsame_hostile::{Expect, each};
use wasmparser::{Validator, WasmFeatures};

#[test]
fn the_corpus_is_what_it_says() {
    let features = WasmFeatures::WASM2
        | WasmFeatures::TAIL_CALL
        | WasmFeatures::EXTENDED_CONST
        | WasmFeatures::MULTI_MEMORY
        | WasmFeatures::FUNCTION_REFERENCES
        | WasmFeatures::EXCEPTIONS
        | WasmFeatures::MEMORY64
        | WasmFeatures::CUSTOM_PAGE_SIZES
        | WasmFeatures::WIDE_ARITHMETIC
        | WasmFeatures::GC
        | WasmFeatures::RELAXED_SIMD;
    let (mut names, mut wrong, mut octets, mut counts) = (BTreeSet::new(), Vec::new(), 0, [0; 3]);
    each(|case| {
        octets += case.bytes.len();
        counts[case.expect as usize] += 1;
        assert!(names.insert(case.name.clone()), "two cases are called {}", case.name);
        if case.expect == Expect::Either || (cfg!(debug_assertions) && case.bytes.len() > 50_000) {
            return; // nothing to say, or too slow in a debug build
        }
        let verdict = Validator::new_with_features(features).validate_all(&case.bytes);
        match (case.expect, verdict) {
            (Expect::Invalid, Ok(_)) => wrong.push(format!("{}: valid", case.name)),
            (Expect::Runs, Err(e)) => wrong.push(format!("{}: {e}", case.name)),
            _ => {}
        }
    });
    println!("{} cases ({counts:?} invalid, run, either), {octets} octets", names.len());
    assert!(names.len() >= 200);
    assert!(wrong.is_empty(), "{} expectations are wrong:\n{}", wrong.len(), wrong.join("\n"));
}
