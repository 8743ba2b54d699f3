//! The engines that are compared, behind one interface.

pub mod ours;
#[cfg(feature = "peers")]
mod stitch;
#[cfg(feature = "peers")]
mod tinywasm;
mod wasmi;
#[cfg(feature = "peers")]
mod wasmtime;

use selfsame_interp::{Mode, Tier};
use std::error::Error;

/// A program that is ready to run: `run(n)` of an instance.
pub trait Program {
    /// Runs it once; the result as bits.
    fn run(&mut self, n: i32) -> Result<u64, Box<dyn Error>>;
}

/// Makes a program of a module's bytes. What it may import is [`step`], as `host.step`.
pub type Load = fn(&[u8]) -> Result<Box<dyn Program>, Box<dyn Error>>;

/// What a contender is to us.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Selfsame with these settings.
    Ours {
        /// Which tier runs the code.
        tier: Tier,
        /// Whether gas is charged.
        gas: bool,
        /// Soft floats or the host's.
        mode: Mode,
    },
    /// Another interpreter.
    Interpreter,
    /// A compiler to machine code: another kind of engine, shown to know how far away it is.
    #[cfg(feature = "peers")]
    Compiler,
}

/// An engine with its settings.
pub struct Contender {
    /// How it is shown.
    pub name: &'static str,
    /// What it is to us.
    pub role: Role,
    /// Loads a module.
    pub load: Load,
}

impl Contender {
    /// Whether it is Selfsame.
    pub fn is_ours(&self) -> bool {
        matches!(self.role, Role::Ours { .. })
    }
}

/// Exact gas and the host's floats, as the peers have them: what the others are compared with.
pub const REFERENCE: Role = ours::role(Tier::Fast, true, Mode::NonDeterministic);

/// All of them. The first is the reference.
pub const CONTENDERS: &[Contender] = &[
    ours::contender!("selfsame", Fast, true, NonDeterministic),
    ours::contender!("no gas", Fast, false, NonDeterministic),
    ours::contender!("soft", Fast, true, Deterministic),
    ours::contender!("soft, no gas", Fast, false, Deterministic),
    ours::contender!("exact", Exact, true, NonDeterministic),
    ours::contender!("exact, no gas", Exact, false, NonDeterministic),
    ours::contender!("exact, soft", Exact, true, Deterministic),
    ours::contender!("exact, soft, no gas", Exact, false, Deterministic),
    Contender { name: "wasmi", role: Role::Interpreter, load: |bytes| wasmi::load(bytes, false) },
    Contender { name: "wasmi fuel", role: Role::Interpreter, load: |bytes| wasmi::load(bytes, true) },
    #[cfg(feature = "peers")]
    Contender { name: "stitch", role: Role::Interpreter, load: stitch::load },
    #[cfg(feature = "peers")]
    Contender { name: "tinywasm", role: Role::Interpreter, load: tinywasm::load },
    #[cfg(feature = "peers")]
    Contender { name: "pulley", role: Role::Interpreter, load: |bytes| wasmtime::load(bytes, true, false) },
    #[cfg(feature = "peers")]
    Contender {
        name: "pulley fuel",
        role: Role::Interpreter,
        load: |bytes| wasmtime::load(bytes, true, true),
    },
    #[cfg(feature = "peers")]
    Contender { name: "cranelift", role: Role::Compiler, load: |bytes| wasmtime::load(bytes, false, false) },
    #[cfg(feature = "peers")]
    Contender {
        name: "cranelift fuel",
        role: Role::Compiler,
        load: |bytes| wasmtime::load(bytes, false, true),
    },
];

/// What a host function does whose call is measured: a step of a congruential generator.
pub fn step(x: i32) -> i32 {
    x.wrapping_mul(1_664_525).wrapping_add(1_013_904_223)
}
