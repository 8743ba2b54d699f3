//! Why the engine refused a module: for what the module is, or for a feature that is not built.
//!
//! Only the first is a pass of an `assert_invalid` or `assert_malformed`, and only the second excuses a
//! `module`. The question is put to `wasmparser`, which knows every proposal of the suite: what does it say
//! of the module with the engine's features, and what with all the others on as well?
//!
//! - It accepts the module with the others on: their absence is why the module was refused.
//! - It refuses it either way at the same place, in the same words or without a word of a feature: no missing
//!   feature plays a part.
//! - It refuses it either way, but differently: the first refusal is for a missing feature.
//!
//! The feature's name is found by taking features away from all, one after the other, as long as the
//! module fares as before; what is left is what it needs.

use crate::options::Edition;
use wasmparser::{Parser, Payload, TypeRef, Validator, WasmFeatures};

/// Proposals that the engine does not have.
const UNBUILT: &[(&str, WasmFeatures)] = &[("threads", WasmFeatures::THREADS)];

/// Proposals that no test of the suite is written for: the suite's tests rightly take their instructions
/// for malformed, but a module of somebody else may need them.
const OUTSIDE: &[(&str, WasmFeatures)] = &[
    ("stack-switching", WasmFeatures::STACK_SWITCHING),
    ("shared-everything-threads", WasmFeatures::SHARED_EVERYTHING_THREADS),
    ("legacy-exceptions", WasmFeatures::LEGACY_EXCEPTIONS),
];

/// Proposals that the engine has, but not in every edition: a script of another is right that what needs them is invalid.
const OPTIONAL: &[(&str, WasmFeatures)] = &[(CUSTOM_DESCRIPTORS, WasmFeatures::CUSTOM_DESCRIPTORS)];
/// The name of that.
pub(crate) const CUSTOM_DESCRIPTORS: &str = "custom-descriptors";

/// Everything that the engine has by default.
const BUILT: WasmFeatures = WasmFeatures::WASM2
    .union(WasmFeatures::RELAXED_SIMD)
    .union(WasmFeatures::TAIL_CALL)
    .union(WasmFeatures::EXTENDED_CONST)
    .union(WasmFeatures::MULTI_MEMORY)
    .union(WasmFeatures::FUNCTION_REFERENCES)
    .union(WasmFeatures::EXCEPTIONS)
    .union(WasmFeatures::MEMORY64)
    .union(WasmFeatures::CUSTOM_PAGE_SIZES)
    .union(WasmFeatures::WIDE_ARITHMETIC)
    .union(WasmFeatures::COMPACT_IMPORTS)
    .union(WasmFeatures::GC);

/// The same with custom descriptors.
const WITH_DESCRIPTORS: WasmFeatures = BUILT.union(WasmFeatures::CUSTOM_DESCRIPTORS);

/// The same without several memories.
const WITH_ONE_MEMORY: WasmFeatures = BUILT.difference(WasmFeatures::MULTI_MEMORY);

/// Why a module was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reason {
    /// It uses this feature, which is not built; with it, it is valid or it is not.
    Feature { name: &'static str, valid: bool },
    /// It breaks a rule of the edition.
    Rule,
    /// The engine alone refuses it.
    Unknown,
}

/// Why the engine refused a module of an edition. With `must_be_valid` a module of any proposal is excused.
///
/// A script of an earlier edition is judged by that edition alone, and all of it is built.
pub(crate) fn reason(bytes: &[u8], edition: Edition, must_be_valid: bool) -> Reason {
    let (built, others): (_, &[&[_]]) = match edition {
        Edition::V1 => (WasmFeatures::WASM1, &[]),
        Edition::V2 => (WasmFeatures::WASM2, &[]),
        Edition::Latest if must_be_valid => (BUILT, &[OPTIONAL, OUTSIDE, UNBUILT]),
        Edition::Latest => (BUILT, &[UNBUILT]),
        Edition::CustomDescriptors if must_be_valid => (WITH_DESCRIPTORS, &[OUTSIDE, UNBUILT]),
        Edition::CustomDescriptors => (WITH_DESCRIPTORS, &[UNBUILT]),
        Edition::OneMemory if must_be_valid => (WITH_ONE_MEMORY, &[OPTIONAL, OUTSIDE, UNBUILT]),
        Edition::OneMemory => (WITH_ONE_MEMORY, &[UNBUILT]),
    };
    let others: Vec<(&str, WasmFeatures)> = others.iter().copied().flatten().copied().collect();
    let alone = verdict(bytes, built);
    let Err(refusal) = &alone else { return Reason::Unknown };
    let all = others.iter().fold(built, |all, (_, feature)| all | *feature);
    let full = verdict(bytes, all);
    let alike = |other: &Refusal| other.message == refusal.message || refusal.missing.is_none();
    if matches!(&full, Err(error) if error.offset == refusal.offset && alike(error)) {
        return Reason::Rule;
    }
    let mut needed = all;
    for (_, feature) in &others {
        let fewer = needed - *feature;
        if fares_alike(&verdict(bytes, fewer), &full) {
            needed = fewer;
        }
    }
    let named = |features: WasmFeatures| others.iter().find(|(_, feature)| features.contains(*feature));
    let feature = named(needed).or_else(|| named(refusal.missing.unwrap_or(WasmFeatures::empty())));
    Reason::Feature { name: feature.map_or("unknown feature", |(name, _)| name), valid: full.is_ok() }
}

struct Refusal {
    offset: u64,
    message: String,
    missing: Option<WasmFeatures>,
}

fn verdict(bytes: &[u8], features: WasmFeatures) -> Result<(), Refusal> {
    match Validator::new_with_features(features).validate_all(bytes) {
        Ok(_) => Ok(()),
        Err(error) => Err(Refusal {
            offset: error.offset(),
            message: error.message().into(),
            missing: error.missing_wasm_feature(),
        }),
    }
}

/// Accepted both, or refused at the same place.
fn fares_alike(one: &Result<(), Refusal>, other: &Result<(), Refusal>) -> bool {
    match (one, other) {
        (Ok(()), Ok(())) => true,
        (Err(one), Err(other)) => one.offset == other.offset,
        _ => false,
    }
}

/// The module names of a module's imports that it could change: all but immutable globals. For a module
/// that the engine cannot read.
pub(crate) fn reaches(bytes: &[u8]) -> Vec<String> {
    let mut names = Vec::new();
    for payload in Parser::new(0).parse_all(bytes).map_while(Result::ok) {
        if let Payload::ImportSection(section) = payload {
            for import in section.into_imports().map_while(Result::ok) {
                if !matches!(import.ty, TypeRef::Global(ty) if !ty.mutable) {
                    names.push(import.module.into());
                }
            }
        }
    }
    names
}
