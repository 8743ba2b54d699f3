//! How a script is run.

use selfsame_interp::{Config, Engine, Features, Limits, Mode, ResourceLimiter, Tier};
use std::fmt;

/// The edition of WebAssembly that a script was written for. It says which features are on: a script of
/// 1.0 asserts that what came with 2.0 is invalid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Edition {
    /// WebAssembly 1.0.
    V1,
    /// WebAssembly 2.0.
    V2,
    /// Everything that the engine implements by default. Directives that need more are skipped, by feature.
    Latest,
    /// The same with custom descriptors, a proposal beyond 3.0.
    CustomDescriptors,
    /// Everything that the engine implements by default but several memories: what drafts stand on that are older than them.
    OneMemory,
}

impl Edition {
    /// The features of the edition, as far as the engine implements them.
    #[must_use]
    pub fn features(self) -> Features {
        match self {
            Edition::V1 => Features::MVP,
            Edition::V2 => Features::WASM2,
            Edition::Latest => Features::ALL,
            Edition::CustomDescriptors => Features { custom_descriptors: true, ..Features::ALL },
            Edition::OneMemory => Features { multi_memory: false, ..Features::ALL },
        }
    }
}

/// `WebAssembly 1.0` and so on.
impl fmt::Display for Edition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Edition::V1 => "WebAssembly 1.0",
            Edition::V2 => "WebAssembly 2.0",
            Edition::Latest => "WebAssembly with all that is built",
            Edition::CustomDescriptors => "WebAssembly with custom descriptors",
            Edition::OneMemory => "WebAssembly without several memories",
        })
    }
}

/// How a script is run.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// Which interpreter.
    pub tier: Tier,
    /// How floats behave.
    pub mode: Mode,
    /// Which edition of WebAssembly the script is about. If it is not given, it is [`Edition::Latest`],
    /// unless the script says otherwise: it asserts that a module is invalid which only later proposals
    /// have made valid, and all of it passes in an earlier edition or without several memories; or it needs custom
    /// descriptors, and all of it passes with them.
    pub edition: Option<Edition>,
}

/// An engine for these options, with metering on. What a module may ask for is left to instantiation: the
/// suite has modules, never instantiated, with all the elements that a table can have.
pub(crate) fn engine(options: &Options, edition: Edition) -> Engine {
    let mut config = Config::new();
    let limits = Limits { table_elements: u64::MAX, ..Limits::default() };
    config.tier(options.tier).mode(options.mode).features(edition.features()).limits(limits);
    Engine::new(&config)
}

/// What instances may take: memories of any size, since untouched pages cost nothing; tables as large as a
/// module may declare them by default.
pub(crate) struct Budget;

impl ResourceLimiter for Budget {
    fn memory_growing(&mut self, _: u64, _: u64, _: Option<u64>) -> bool {
        true
    }

    fn table_growing(&mut self, _: u64, desired: u64, _: Option<u64>) -> bool {
        desired <= Limits::default().table_elements
    }
}
