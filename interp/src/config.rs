//! The choices that an embedder makes once, for an [`crate::Engine`].

use crate::gas::Schedule;
use selfsame_validate::{Features, Limits, ValidateConfig};

/// How floats behave.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Mode {
    /// Integer-only soft floats with canonical NaNs: the same bits on every machine. Spec: Core 3.0,
    /// Appendix A.5, deterministic profile.
    #[default]
    Deterministic,
    /// The host's floats.
    NonDeterministic,
    /// Float instructions other than moves trap with [`crate::Trap::NondetInstruction`] when they run.
    NoFloats,
}

/// Which interpreter runs the code. Results, gas and fingerprints are the same in both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Tier {
    /// Internal code made once per function; the exact tier finishes what the gas cannot pay for whole.
    #[default]
    Fast,
    /// The original bytes in place, one instruction a step.
    Exact,
}

/// What decides how modules are accepted and run. All but [`Config::tier`] is consensus-critical.
#[derive(Clone, Debug)]
pub struct Config {
    pub(crate) validate: ValidateConfig,
    pub(crate) mode: Mode,
    pub(crate) tier: Tier,
    pub(crate) schedule: Schedule,
    pub(crate) metering: bool,
    pub(crate) stack: StackLimits,
}

/// Limits of the call stack, counted and never taken from the native stack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StackLimits {
    /// Frames of Wasm functions.
    pub call_depth: u32,
    /// Sum over all frames of declared locals plus greatest operand height; a `v128` counts as one.
    pub value_slots: u32,
    /// Calls from a host function back into Wasm that may be open at once.
    pub host_reentry: u32,
}

impl Default for StackLimits {
    fn default() -> Self {
        StackLimits { call_depth: 1024, value_slots: 65_535, host_reentry: 64 }
    }
}

impl Default for Config {
    fn default() -> Self {
        Config::new()
    }
}

impl Config {
    /// Deterministic mode, fast tier, all features, default limits, metering on.
    #[must_use]
    pub fn new() -> Self {
        Config {
            validate: ValidateConfig::default(),
            mode: Mode::default(),
            tier: Tier::default(),
            schedule: Schedule::default(),
            metering: true,
            stack: StackLimits::default(),
        }
    }

    /// What a chain takes that has no other wishes: deterministic mode, [`Features::WASM3`], version 2 of the gas schedule,
    /// and the limits as they are written down in `docs/limits.md`. Fixed for good: what a later release adds it leaves out,
    /// and a later set gets a name of its own.
    #[must_use]
    pub fn consensus() -> Self {
        Config {
            validate: ValidateConfig { features: Features::WASM3, limits: Limits::default() },
            mode: Mode::Deterministic,
            tier: Tier::default(),
            schedule: Schedule::v2(),
            metering: true,
            stack: StackLimits::default(),
        }
    }

    /// Sets how floats behave.
    pub fn mode(&mut self, mode: Mode) -> &mut Self {
        self.mode = mode;
        self
    }

    /// Sets which interpreter runs the code.
    pub fn tier(&mut self, tier: Tier) -> &mut Self {
        self.tier = tier;
        self
    }

    /// Switches the limit on gas. Without it gas is still counted, but never runs out.
    pub fn metering(&mut self, on: bool) -> &mut Self {
        self.metering = on;
        self
    }

    /// Sets the features that modules may use.
    pub fn features(&mut self, features: Features) -> &mut Self {
        self.validate.features = features;
        self
    }

    /// Sets the limits that modules must keep.
    pub fn limits(&mut self, limits: Limits) -> &mut Self {
        self.validate.limits = limits;
        self
    }

    /// Sets the limits of the call stack.
    pub fn stack(&mut self, limits: StackLimits) -> &mut Self {
        self.stack = limits;
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A change of any of this is a change of consensus, and needs another preset.
    #[test]
    fn the_preset_for_chains_is_fixed() {
        let Config { validate: ValidateConfig { features, limits }, mode, schedule, metering, stack, .. } =
            Config::consensus();
        let Features {
            mutable_globals,
            saturating_float_to_int,
            sign_extension,
            multi_value,
            bulk_memory,
            reference_types,
            simd,
            relaxed_simd,
            tail_call,
            extended_const,
            multi_memory,
            function_references,
            exceptions,
            memory64,
            custom_page_sizes,
            wide_arithmetic,
            gc,
            compact_imports,
            custom_descriptors,
        } = features;
        assert!(mutable_globals && saturating_float_to_int && sign_extension && multi_value && bulk_memory);
        assert!(reference_types && simd && relaxed_simd && tail_call && extended_const && multi_memory);
        assert!(function_references && exceptions && memory64 && gc);
        assert!(!custom_page_sizes && !wide_arithmetic && !compact_imports && !custom_descriptors);
        let Limits { module_bytes, types, functions, value_slots, table_elements } = limits;
        assert_eq!((module_bytes, types, functions), (1 << 30, 1_000_000, 1_000_000));
        assert_eq!((value_slots, table_elements), (65_535, 10_000_000));
        assert_eq!((mode, schedule.version(), metering), (Mode::Deterministic, 2, true));
        let StackLimits { call_depth, value_slots, host_reentry } = stack;
        assert_eq!((call_depth, value_slots, host_reentry), (1024, 65_535, 64));
    }
}
