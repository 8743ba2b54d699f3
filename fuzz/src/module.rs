//! From bytes to a module, a configuration and a plan of what to do with them.

use crate::run::Program;
use arbitrary::{Arbitrary, Unstructured};
use selfsame_interp::{Config, Engine, ErrorKind, Mode, Module, StackLimits, Tier};
use selfsame_validate::ErrorKind as Refusal;

/// A module and what to do with it.
#[derive(Debug)]
pub struct Case {
    /// The module, valid.
    pub bytes: Vec<u8>,
    /// What to do with it.
    pub plan: Plan,
}

/// What to do with a module.
#[derive(Clone, Debug)]
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
    pub fn below(&mut self, end: u64) -> u64 {
        self.any() % end
    }

    /// One of these.
    pub fn one_of<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.below(items.len() as u64) as usize]
    }
}

impl Case {
    /// The case that bytes stand for; `None` if they are too few.
    #[must_use]
    pub fn generate(data: &[u8]) -> Option<Case> {
        let seed = data.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
            (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
        });
        let mut numbers = Numbers(seed);
        let mut u = Unstructured::new(data);
        let mut config = wasm_smith::Config::arbitrary(&mut u).ok()?;
        restrict(&mut config, &mut numbers);
        let mode = match numbers.below(8) {
            0 => Mode::NoFloats,
            // Which NaN the host makes is its own affair, so the module must hide it.
            1 => Mode::NonDeterministic,
            _ => Mode::Deterministic,
        };
        config.canonicalize_nans = mode == Mode::NonDeterministic;
        let bytes = wasm_smith::Module::new(config, &mut u).ok()?.to_bytes();
        let stack = StackLimits {
            call_depth: numbers.one_of(&[2, 20, 200, 1024, 1024]),
            value_slots: numbers.one_of(&[60, 2000, 65_535, 65_535, 65_535]),
            host_reentry: numbers.one_of(&[0, 1, 4]),
        };
        let gas = numbers.one_of(&[20, 500, 5_000, 30_000, 200_000]);
        let plan = Plan { seed: numbers.any(), mode, gas, stack, reenter: numbers.below(4) == 0 };
        Some(Case { bytes, plan })
    }

    /// The module, ready for a tier; `None` if it is over one of the engine's limits.
    ///
    /// # Panics
    /// If the engine refuses the module for another reason: it is valid.
    pub(crate) fn program(&self, tier: Tier) -> Option<Program> {
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

/// Takes out what the engine does not have, and keeps sizes such that many modules can be run.
fn restrict(config: &mut wasm_smith::Config, numbers: &mut Numbers) {
    config.gc_enabled = false;
    config.exceptions_enabled = false;
    config.threads_enabled = false;
    config.memory64_enabled = false;
    config.max_tags = 0;
    config.max_memory32_bytes = 1 << 20;
    config.max_table_elements = 1000;
    config.max_memories = config.max_memories.min(numbers.one_of(&[1, 1, 3]));
    config.max_tables = config.max_tables.min(4);
    config.min_funcs = 1;
    config.max_funcs = config.max_funcs.clamp(1, 20);
    config.max_types = config.max_types.clamp(1, 20);
    config.max_type_size = 200;
    config.max_globals = config.max_globals.min(20);
    config.max_imports = config.max_imports.min(6);
    config.max_elements = config.max_elements.min(60);
    config.max_data_segments = config.max_data_segments.min(10);
    config.max_element_segments = config.max_element_segments.min(10);
    config.max_instructions = config.max_instructions.max(20);
    config.min_uleb_size = config.min_uleb_size.max(1);
    config.export_everything = true;
    config.max_exports = 200;
    // Most code that is generated at random traps at once.
    config.disallow_traps = numbers.below(4) != 0;
}
