//! The node that runs transactions on a store folder.

use super::record::{Record, Transaction, amount};
use crate::args::NodeArgs;
use crate::load;
use crate::report::Failure;
use ruint::aliases::U256;
use selfsame_hostabi::calldata::{Address, Value, decode};
use selfsame_hostabi::host::{Host, HostError};
use selfsame_hostabi::result::Report;
use selfsame_hostabi::services::http::{Config, HttpServices};
use selfsame_hostabi::services::{NoServices, Services};
use selfsame_hostabi::storage::{SlotId, StorageView};
use selfsame_hostabi::store::{Block, Committed, NodeStore, Snapshot, StoreError};
use selfsame_hostabi::vm::{Done, Node, NodeConfig, Run};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// The file in a store's folder.
const FILE: &str = "store.redb";

/// A node with the runners that are installed with it.
pub struct Machine {
    node: Node,
    runners: Arc<BTreeMap<String, Arc<[u8]>>>,
}

/// A state, with the runners of the node.
struct State {
    snapshot: Arc<Snapshot>,
    runners: Arc<BTreeMap<String, Arc<[u8]>>>,
}

impl Host for State {
    fn storage_read(
        &self,
        view: StorageView,
        address: &Address,
        slot: &SlotId,
        index: u32,
        buf: &mut [u8],
    ) -> Result<(), HostError> {
        self.snapshot.storage_read(view, address, slot, index, buf)
    }

    fn balance(&self, address: &Address) -> Result<U256, HostError> {
        self.snapshot.balance(address)
    }

    fn packaged_runner(&self, id: &str) -> Result<Option<Arc<[u8]>>, HostError> {
        Ok(self.runners.get(id).cloned())
    }
}

/// Opens a store, which has to be there already unless it may be `new`.
pub fn open(folder: &Path, new: bool) -> Result<NodeStore, Failure> {
    if !new && !folder.join(FILE).is_file() {
        return Err(Failure::new(format!(
            "{}: there is no store in this folder; `selfsame contract deploy` makes one",
            folder.display()
        )));
    }
    NodeStore::open(folder).map_err(|error| Failure::new(format!("{}: {error}", folder.display())))
}

/// The failure of a store.
pub fn at_fault(error: StoreError) -> Failure {
    Failure::new(error.to_string())
}

/// What non-deterministic blocks may reach, as a configuration has it.
pub fn services(config: Option<&Path>) -> Result<Arc<dyn Services>, Failure> {
    let Some(path) = config else { return Ok(Arc::new(NoServices)) };
    let octets = load::read(path)?;
    let wrong = |what: String| Failure::new(format!("{}: {what}", path.display()));
    let text = String::from_utf8(octets).map_err(|_| wrong("a configuration is text".into()))?;
    let config = Config::parse(&text).map_err(|error| wrong(error.to_string()))?;
    Ok(Arc::new(HttpServices::new(config)))
}

impl Machine {
    /// A node as the arguments describe it.
    pub fn new(args: &NodeArgs, config: Option<&Path>) -> Result<Self, Failure> {
        let services = services(config)?;
        let mut runners = BTreeMap::new();
        for runner in &args.runner {
            let (id, file) = runner
                .split_once('=')
                .ok_or_else(|| Failure::new(format!("--runner {runner}: write ID=FILE")))?;
            runners.insert(id.to_owned(), load::read(Path::new(file))?.into());
        }
        let config = NodeConfig { tier: args.tier.into(), ..NodeConfig::default() };
        Ok(Machine { node: Node::new(&config, services), runners: Arc::new(runners) })
    }

    /// Runs a request on a state.
    pub fn execute(&self, snapshot: &Arc<Snapshot>, run: Run) -> Done {
        let state = State { snapshot: Arc::clone(snapshot), runners: Arc::clone(&self.runners) };
        self.node.execute(Arc::new(state), run)
    }
}

/// Commits a return, and makes it final: in a folder nobody appeals.
pub fn commit(
    store: &NodeStore,
    snapshot: &Snapshot,
    record: &Record,
    report: &Report,
) -> Result<Committed, StoreError> {
    let committed = store.commit_after(snapshot.accepted(), &block(snapshot, record, report)?)?;
    store.finalise(committed.number)?;
    Ok(committed)
}

fn block(snapshot: &Snapshot, record: &Record, report: &Report) -> Result<Block, StoreError> {
    let Transaction { message, .. } = &record.transaction;
    let parent = snapshot.head(snapshot.accepted())?.chain_hash;
    let emissions: Vec<Value> =
        report.emissions.iter().filter_map(|emission| decode(emission.octets()).ok()).collect();
    let contract = message.contract_address;
    let before = snapshot.balance(&contract).map_err(|error| StoreError::Database(error.to_string()))?;
    let spent = emissions.iter().fold(U256::ZERO, |sum, emission| sum.saturating_add(spent(emission)));
    let after = before.saturating_add(message.value).saturating_sub(spent);
    let is_event = |emission: &Value| matches!(emission, Value::Map(map) if map.get("type") == Some(&Value::from("EmitEvent")));
    let waiting = report.emissions.iter().zip(&emissions).filter(|(_, emission)| !is_event(emission));
    Ok(Block {
        tx_hash: record.transaction.hash(&parent),
        contract,
        changes: report.storage_changes.clone(),
        balances: if after == before { BTreeMap::new() } else { [(contract, after)].into() },
        result: record.encode(),
        execution_hash: report.execution_hash().copied().unwrap_or_default(),
        messages: waiting.map(|(octets, _)| octets.octets().to_vec()).collect(),
        delivered: Vec::new(),
    })
}

/// What an emission takes from the balance: its value, and its fee where the contract pays.
fn spent(emission: &Value) -> U256 {
    let Value::Map(fields) = emission else { return U256::ZERO };
    let fee = match fields.get("use_balance") {
        Some(Value::Bool(true)) => amount(fields.get("message_fee")),
        _ => U256::ZERO,
    };
    amount(fields.get("value")).saturating_add(fee)
}
