//! What all nodes of a simulation start from: the state, the contracts' addresses, and the transaction.

use super::scenario::{Scenario, Transaction};
use super::site::Running;
use crate::load;
use crate::report::Failure;
use ruint::aliases::U256;
use selfsame_hostabi::calldata::{Address, Value, encode};
use selfsame_hostabi::fees::{Fees, FeesConfig};
use selfsame_hostabi::message::StartupMessage;
use selfsame_hostabi::result::Report;
use selfsame_hostabi::store::{Block, Committed, NodeStore, Snapshot, StoreError};
use selfsame_hostabi::vm::{Node, NodeConfig, Run};
use selfsame_interp::Tier;
use std::path::Path;
use std::sync::Arc;

/// The chain's number.
const CHAIN: u64 = 1;
/// Units of each bucket of data fees: more than any transaction here takes.
const FEES: u64 = 1 << 40;

/// The state of the chain, and the machines on it.
pub struct World {
    store: NodeStore,
    nodes: [(Tier, Node); 2],
    gas: u64,
    pub site: Running,
}

/// A transaction that can be run.
pub struct Job {
    /// Names it.
    pub hash: [u8; 32],
    /// The request, with the role of a leader.
    pub run: Run,
    /// The state before it.
    pub state: Arc<Snapshot>,
}

impl World {
    pub fn new(scenario: &Scenario) -> Result<Self, Failure> {
        let site = Running::start(scenario.site.as_ref())?;
        let node = |tier| {
            let config = NodeConfig { tier, ..NodeConfig::default() };
            (tier, Node::new(&config, Arc::clone(&site.services)))
        };
        let nodes = [node(Tier::Fast), node(Tier::Exact)];
        Ok(World { store: NodeStore::in_memory().map_err(at_fault)?, nodes, gas: scenario.gas, site })
    }

    /// The machine of the node with this number: every other one interprets the original bytes.
    pub fn machine(&self, number: usize) -> (Tier, &Node) {
        let (tier, node) = &self.nodes[number % self.nodes.len()];
        (*tier, node)
    }

    /// A machine of a node whose hardware fails: it shares no checked module with the others.
    pub fn machine_apart(&self) -> Node {
        Node::new(&NodeConfig::default(), Arc::clone(&self.site.services))
    }

    /// What a transaction of the scenario asks for.
    pub fn job(&self, number: usize, wanted: &Transaction, folder: &Path) -> Result<Job, Failure> {
        let site = self.site.url().unwrap_or_default();
        let args = wanted.arguments(&site).map_err(|error| Failure::new(format!("args: {error}")))?;
        let call = match &wanted.call {
            Some(method) => Value::map([("", method.as_str().into()), ("args", args)]),
            None => Value::map([("args", args)]),
        };
        let contract = address(&format!("contract {}", wanted.contract));
        let mut message = StartupMessage::main(U256::from(CHAIN), contract, address("sender"), encode(&call));
        message.is_init = wanted.deploy.is_some();
        let code: Option<Arc<[u8]>> = match &wanted.deploy {
            Some(file) => Some(load::read(&folder.join(file))?.into()),
            None => None,
        };
        let mut hasher = blake3::Hasher::new();
        hasher.update(&(number as u64).to_le_bytes()).update(&message.encode());
        hasher.update(code.as_deref().unwrap_or_default());
        let fees = Fees::new(&FeesConfig::default(), vec![U256::from(FEES); 3], Vec::new())
            .map_err(|error| Failure::new(error.to_string()))?;
        Ok(Job {
            hash: *hasher.finalize().as_bytes(),
            run: Run { code, fees, ..Run::new(message, self.gas) },
            state: Arc::new(self.store.snapshot().map_err(at_fault)?),
        })
    }

    /// Makes a result part of the chain.
    pub fn commit(&self, job: &Job, report: &Report) -> Result<Committed, Failure> {
        let block = Block {
            tx_hash: job.hash,
            contract: job.run.message.contract_address,
            changes: report.storage_changes.clone(),
            result: report.encode(),
            execution_hash: report.execution_hash().copied().unwrap_or_default(),
            ..Block::default()
        };
        self.store.commit_after(job.state.accepted(), &block).map_err(at_fault)
    }
}

fn at_fault(error: StoreError) -> Failure {
    Failure::new(error.to_string())
}

/// An address for a name.
pub fn address(name: &str) -> Address {
    let hash = blake3::hash(name.as_bytes());
    let mut address = [0; 20];
    address.copy_from_slice(&hash.as_bytes()[..20]);
    Address(address)
}
