//! Fuzz targets as plain functions: cargo-fuzz calls them, and so do the binary `smoke` and the replay of the
//! corpora, which need no more than a stable compiler. A target panics where something is wrong.
#![forbid(unsafe_code)]

pub mod generate;
pub mod mutate;
pub mod seeds;
pub mod soak;
pub mod targets;

mod compare;
mod nans;
mod peers;
mod values;

pub use compare::compare;
pub use selfsame_figures::generated::{Case, Numbers, Plan};

/// A target.
pub struct Target {
    /// Its name: that of its binary and of its folder in `corpus`.
    pub name: &'static str,
    run: Run,
    /// Whether inputs are formats, which are worth more when they are made by changing good ones; else they
    /// are decisions of a generator.
    pub format: bool,
}

/// What is done with an input.
#[derive(Clone, Copy)]
enum Run {
    /// Every input is worked on.
    All(fn(&[u8])),
    /// Some inputs come to nothing; returns whether this one was compared.
    Some(fn(&[u8]) -> bool),
}

impl Target {
    /// Runs an input; returns whether it was of use: for engines, whether a module ran and was compared.
    ///
    /// # Panics
    /// If something is wrong.
    #[must_use]
    pub fn run(&self, input: &[u8]) -> bool {
        match self.run {
            Run::All(run) => {
                run(input);
                true
            }
            Run::Some(run) => run(input),
        }
    }
}

const fn all(name: &'static str, format: bool, run: fn(&[u8])) -> Target {
    Target { name, run: Run::All(run), format }
}

const fn some(name: &'static str, format: bool, run: fn(&[u8]) -> bool) -> Target {
    Target { name, run: Run::Some(run), format }
}

/// All targets.
pub const TARGETS: &[Target] = &[
    some("module", true, targets::module),
    some("tiers", false, targets::tiers),
    some("wasmi", false, targets::wasmi),
    #[cfg(feature = "wasmtime")]
    some("wasmtime", false, targets::wasmtime),
    all("floats", false, targets::floats),
    all("calldata", true, targets::calldata),
    all("runners", true, targets::runners),
    all("wasi", false, targets::wasi),
    all("requests", true, targets::requests),
    all("results", true, targets::results),
    all("protocol", true, targets::protocol),
    all("contracts", false, targets::contracts),
];

/// The target with this name.
#[must_use]
pub fn target_of(name: &str) -> Option<&'static Target> {
    TARGETS.iter().find(|target| target.name == name)
}
