//! A module, and what to do with it.

use super::run::Program;
use selfsame_interp::{Config, Engine, ErrorKind, Mode, Module, StackLimits, Tier};
use selfsame_validate::ErrorKind as Refusal;

/// A module and what to do with it.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// The module, valid.
    pub bytes: Vec<u8>,
    /// What to do with it.
    pub plan: Plan,
}

/// What to do with a module.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// Decides arguments, slices and what host functions do.
    pub seed: u64,
    /// How floats behave.
    pub mode: Mode,
    /// Gas of each call.
    pub gas: u64,
    /// Limits of the stack.
    pub stack: StackLimits,
    /// Whether host functions call back.
    pub reenter: bool,
}

/// Numbers that depend on nothing but a seed (SplitMix64).
#[derive(Clone, Debug)]
pub struct Numbers(pub u64);

impl Numbers {
    /// The next one, any of all.
    pub fn any(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// The next one, below `end`.
    ///
    /// # Panics
    /// If `end` is zero.
    pub fn below(&mut self, end: u64) -> u64 {
        self.any() % end
    }

    /// One of these.
    ///
    /// # Panics
    /// If there is none.
    pub fn one_of<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.below(items.len() as u64) as usize]
    }
}

impl Case {
    /// The module, ready for a tier; `None` if it is over one of the engine's limits.
    ///
    /// # Panics
    /// If the engine refuses the module for another reason: it is valid.
    #[must_use]
    pub fn program(&self, tier: Tier) -> Option<Program> {
        let mut config = Config::new();
        config.tier(tier).mode(self.plan.mode).stack(self.plan.stack);
        let engine = Engine::new(&config);
        match Module::new(&engine, self.bytes.clone()) {
            Ok(module) => Some(Program { engine, module }),
            Err(error) => match error.kind() {
                ErrorKind::Validate(error) if matches!(error.kind, Refusal::Limit { .. }) => None,
                _ => panic!("a valid module was refused: {error}"),
            },
        }
    }
}
