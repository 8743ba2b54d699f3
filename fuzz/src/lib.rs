//! Fuzz targets as plain functions: cargo-fuzz calls them, and so do the binary `smoke` and the replay of the
//! corpora, which need no more than a stable compiler. A target panics where something is wrong.
#![forbid(unsafe_code)]

pub mod generate;
pub mod mutate;
pub mod seeds;
pub mod soak;
pub mod targets;

mod compare;
mod peers;
mod values;

pub use compare::compare;
pub use selfsame_figures::generated::{Case, Numbers, Plan};

/// A target.
pub struct Target {
    /// Its name: that of its binary and of its folder in `corpus`.
    pub name: &'static str,
    /// What it does with an input. Panics if something is wrong.
    pub run: fn(&[u8]),
    /// Whether inputs are formats, which are worth more when they are made by changing good ones; else they
    /// are decisions of a generator.
    pub format: bool,
}

const fn target(name: &'static str, format: bool, run: fn(&[u8])) -> Target {
    Target { name, run, format }
}

/// All targets.
pub const TARGETS: &[Target] = &[
    target("module", true, targets::module),
    target("tiers", false, targets::tiers),
    target("wasmi", false, targets::wasmi),
    #[cfg(feature = "wasmtime")]
    target("wasmtime", false, targets::wasmtime),
    target("floats", false, targets::floats),
    target("calldata", true, targets::calldata),
    target("runners", true, targets::runners),
    target("wasi", false, targets::wasi),
    target("requests", true, targets::requests),
    target("results", true, targets::results),
    target("protocol", true, targets::protocol),
    target("contracts", false, targets::contracts),
];

/// The target with this name.
#[must_use]
pub fn target_of(name: &str) -> Option<&'static Target> {
    TARGETS.iter().find(|target| target.name == name)
}
