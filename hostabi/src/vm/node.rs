//! What a node keeps from one execution to the next.

use super::cache::Cache;
use super::limits::VmLimits;
use super::state::VmData;
use crate::runner::Archive;
use crate::services::Services;
use selfsame_interp::{Config, Engine, Error, Linker, Mode, Module, Tier};
use std::sync::Arc;

/// Octets of modules, and of archives, that a node keeps ready.
const CACHE: usize = 256 << 20;

/// How a node is set up. All but `tier` is consensus-critical.
#[derive(Clone, Debug, Default)]
pub struct NodeConfig {
    /// Limits and charges of the virtual machine.
    pub limits: VmLimits,
    /// Which interpreter runs the code.
    pub tier: Tier,
}

/// A node's virtual machine: engines, host functions, checked modules. Executions of several threads can share it.
/// Cheap to clone.
#[derive(Clone)]
pub struct Node(pub(crate) Arc<NodeInner>);

pub(crate) struct NodeInner {
    pub limits: VmLimits,
    pub det: Engine,
    pub nondet: Engine,
    pub linker: Linker<VmData>,
    pub services: Arc<dyn Services>,
    pub archives: Cache<Archive>,
    modules: Cache<Compiled>,
}

/// A module, bound to the engine of each mode.
#[derive(Clone)]
struct Compiled {
    det: Module,
    nondet: Module,
}

impl Node {
    /// A node whose non-deterministic blocks reach the world through `services`.
    #[must_use]
    pub fn new(config: &NodeConfig, services: Arc<dyn Services>) -> Self {
        let engine = |mode| Engine::new(Config::consensus().mode(mode).tier(config.tier));
        let mut linker = Linker::new();
        crate::wasi::add_to_linker(&mut linker, |data: &mut VmData| &mut data.wasi);
        crate::sdk::add_to_linker(&mut linker);
        Node(Arc::new(NodeInner {
            limits: config.limits,
            det: engine(Mode::Deterministic),
            nondet: engine(Mode::NonDeterministic),
            linker,
            services,
            archives: Cache::new(CACHE),
            modules: Cache::new(CACHE),
        }))
    }

    /// The limits that it was set up with.
    #[must_use]
    pub fn limits(&self) -> &VmLimits {
        &self.0.limits
    }
}

impl NodeInner {
    /// The engine of a mode.
    pub(crate) fn engine(&self, deterministic: bool) -> &Engine {
        if deterministic { &self.det } else { &self.nondet }
    }

    /// A checked module: `file` of the runner whose octets have the hash `runner`.
    pub(crate) fn module(
        &self,
        deterministic: bool,
        runner: &[u8; 32],
        file: &str,
        octets: &[u8],
    ) -> Result<Module, Error> {
        let mut hasher = blake3::Hasher::new();
        hasher.update(runner).update(file.as_bytes());
        let compiled = self.modules.get(*hasher.finalize().as_bytes(), octets.len(), || {
            let det = Module::new(&self.det, octets)?;
            let nondet = Module::from_validated(&self.nondet, Arc::clone(det.shared()));
            Ok::<_, Error>(Compiled { det, nondet })
        })?;
        Ok(if deterministic { compiled.det } else { compiled.nondet })
    }
}
