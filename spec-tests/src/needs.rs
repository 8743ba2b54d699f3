//! Which feature, not built here, a refused module would need.
//!
//! A module can be refused for what it is, or for what this engine lacks; only the first is a pass of an
//! `assert_invalid` or `assert_malformed`, and only the second excuses a `module`. The question is put to
//! `wasmparser`, which knows every proposal of the suite: what does it say of the module with our features
//! alone, and what with all the others on as well? If the answers are the same, to the offset and the
//! message, then no missing feature plays a part. If they differ, features are taken away one after the
//! other as long as the answer stays, and what is left is what the module needs.

use wasmparser::{Validator, WasmFeatures};

/// Features of the suite that the engine does not have. Those further down are parts of those further up:
/// a module that needs several is counted under the first.
const UNBUILT: &[(&str, WasmFeatures)] = &[
    ("stack-switching", WasmFeatures::STACK_SWITCHING),
    ("shared-everything-threads", WasmFeatures::SHARED_EVERYTHING_THREADS),
    ("custom-descriptors", WasmFeatures::CUSTOM_DESCRIPTORS),
    ("compact-import-section", WasmFeatures::COMPACT_IMPORTS),
    ("custom-page-sizes", WasmFeatures::CUSTOM_PAGE_SIZES),
    ("wide-arithmetic", WasmFeatures::WIDE_ARITHMETIC),
    ("threads", WasmFeatures::THREADS),
    ("memory64", WasmFeatures::MEMORY64),
    ("legacy-exceptions", WasmFeatures::LEGACY_EXCEPTIONS),
    ("exceptions", WasmFeatures::EXCEPTIONS),
    ("gc", WasmFeatures::GC),
    ("function-references", WasmFeatures::FUNCTION_REFERENCES),
];

/// What the engine has: the features of the edition that runs where no edition is chosen.
const BUILT: WasmFeatures = WasmFeatures::WASM2
    .union(WasmFeatures::RELAXED_SIMD)
    .union(WasmFeatures::TAIL_CALL)
    .union(WasmFeatures::EXTENDED_CONST)
    .union(WasmFeatures::MULTI_MEMORY);

type Verdict = Result<(), (usize, String)>;

fn verdict(bytes: &[u8], features: WasmFeatures) -> Verdict {
    match Validator::new_with_features(features).validate_all(bytes) {
        Ok(_) => Ok(()),
        Err(error) => Err((error.offset(), error.message().into())),
    }
}

/// The feature whose absence decides what becomes of the module, or `None` if none does.
pub(crate) fn missing(bytes: &[u8]) -> Option<&'static str> {
    let alone = verdict(bytes, BUILT);
    let mut features = UNBUILT.iter().fold(BUILT, |all, (_, feature)| all | *feature);
    let full = verdict(bytes, features);
    if alone == full {
        return None;
    }
    for (_, feature) in UNBUILT {
        let fewer = features - *feature;
        if verdict(bytes, fewer) == full {
            features = fewer;
        }
    }
    UNBUILT.iter().find(|(_, feature)| features.contains(*feature)).map(|(name, _)| *name)
}
