//! The engine: a configuration that modules and stores share.

use crate::config::{Config, Tier};
use alloc::sync::Arc;

/// A configuration, ready for use. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Engine {
    config: Arc<Config>,
}

impl Default for Engine {
    fn default() -> Self {
        Engine::new(&Config::new())
    }
}

impl Engine {
    /// An engine with this configuration.
    #[must_use]
    pub fn new(config: &Config) -> Self {
        Engine { config: Arc::new(config.clone()) }
    }

    /// The configuration.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The tier that runs the code.
    #[must_use]
    pub fn tier(&self) -> Tier {
        self.config.tier
    }

    /// Whether two engines are the same one: modules go with the stores of their engine.
    pub(crate) fn same(&self, other: &Engine) -> bool {
        Arc::ptr_eq(&self.config, &other.config)
    }
}
