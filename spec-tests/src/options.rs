//! How a script is run.

use selfsame_interp::{Config, Engine, Features, Mode, Tier};

/// The edition of WebAssembly that a script was written for. It says which features are on: a script of
/// 1.0 asserts that what came with 2.0 is invalid.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Edition {
    /// WebAssembly 1.0.
    V1,
    /// WebAssembly 2.0.
    V2,
    /// Everything that the engine implements. Directives that need more are skipped, by feature.
    #[default]
    Latest,
}

impl Edition {
    /// The features of the edition, as far as the engine implements them.
    #[must_use]
    pub fn features(self) -> Features {
        match self {
            Edition::V1 => Features::MVP,
            Edition::V2 => Features::WASM2,
            Edition::Latest => Features::ALL,
        }
    }
}

/// How a script is run.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// Which interpreter.
    pub tier: Tier,
    /// How floats behave.
    pub mode: Mode,
    /// Which edition of WebAssembly the script is about.
    pub edition: Edition,
}

impl Options {
    /// An engine for these options, with metering on.
    pub(crate) fn engine(&self) -> Engine {
        let mut config = Config::new();
        config.tier(self.tier).mode(self.mode).features(self.edition.features());
        Engine::new(&config)
    }
}
