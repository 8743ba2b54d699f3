//! A chain of one process: contracts in memory, run by leader, validator and sync nodes that must agree.

use ruint::aliases::U256;
use selfsame_hostabi::calldata::{Address, Value, decode, encode};
use selfsame_hostabi::host::{Host, HostError};
use selfsame_hostabi::message::StartupMessage;
use selfsame_hostabi::result::{Outcome, Report};
use selfsame_hostabi::services::{NoServices, Services};
use selfsame_hostabi::storage::{Delta, PAGE, Page, PageKey, SlotId, StorageView, root};
use selfsame_hostabi::vm::{Done, Node, NodeConfig, Permissions, Role, Run};
use selfsame_interp::Tier;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Deterministic time that every run of the tests gets.
pub const TIME: u64 = 100_000_000;

pub const OWNER: Address = Address([0x22; 20]);

pub fn address(number: u8) -> Address {
    Address([number; 20])
}

/// The state of all contracts.
#[derive(Clone, Default)]
pub struct Chain {
    pages: BTreeMap<(Address, PageKey), Page>,
    pub balances: BTreeMap<Address, U256>,
    pub runners: BTreeMap<String, Arc<[u8]>>,
    /// What every EVM call answers; without it, it is forbidden.
    pub evm: Option<Vec<u8>>,
}

impl Host for Chain {
    fn storage_read(
        &self,
        _: StorageView,
        address: &Address,
        slot: &SlotId,
        index: u32,
        buf: &mut [u8],
    ) -> Result<(), HostError> {
        let (mut at, mut rest) = (index as usize, buf);
        while !rest.is_empty() {
            let (page, from) = (at / PAGE, at % PAGE);
            let (part, behind) = rest.split_at_mut(rest.len().min(PAGE - from));
            let key = PageKey { slot: *slot, page: u32::try_from(page).expect("an index has 32 bits") };
            match self.pages.get(&(*address, key)) {
                Some(page) => part.copy_from_slice(&page[from..from + part.len()]),
                None => part.fill(0),
            }
            at += part.len();
            rest = behind;
        }
        Ok(())
    }

    fn balance(&self, address: &Address) -> Result<U256, HostError> {
        Ok(self.balances.get(address).copied().unwrap_or_default())
    }

    fn eth_call(&self, _: &Address, _: &[u8]) -> Result<Vec<u8>, HostError> {
        self.evm.clone().ok_or(HostError::Forbidden)
    }

    fn packaged_runner(&self, id: &str) -> Result<Option<Arc<[u8]>>, HostError> {
        Ok(self.runners.get(id).cloned())
    }
}

impl Chain {
    /// Puts code where a deployment would.
    pub fn write_code(&mut self, address: Address, code: &[u8]) {
        let mut octets = u32::try_from(code.len()).expect("it fits").to_le_bytes().to_vec();
        octets.extend(code);
        octets.resize(octets.len().next_multiple_of(PAGE), 0);
        self.write(address, root::code(), octets);
    }

    /// Writes the first pages of a slot, as no contract could.
    pub fn write(&mut self, address: Address, slot: SlotId, octets: Vec<u8>) {
        let delta = Delta { slot, first_page: 0, octets };
        self.pages.extend(delta.pages().map(|(key, page)| ((address, key), page)));
    }

    pub fn commit(&mut self, address: Address, report: &Report) {
        for delta in &report.storage_changes {
            self.pages.extend(delta.pages().map(|(key, page)| ((address, key), page)));
        }
    }
}

/// A chain with a node for each tier.
pub struct World {
    pub chain: Chain,
    pub fast: Node,
    pub exact: Node,
}

/// The module of an example contract.
pub fn module(name: &str) -> Arc<[u8]> {
    let path = format!("{}/../contracts/{name}/{name}.wasm", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}")).into()
}

pub fn call(method: &str, args: Vec<Value>) -> Vec<u8> {
    encode(&Value::map([("", method.into()), ("args", Value::Array(args))]))
}

impl World {
    pub fn new(services: Arc<dyn Services>) -> Self {
        World::with(services, &NodeConfig::default())
    }

    pub fn with(services: Arc<dyn Services>, config: &NodeConfig) -> Self {
        let node = |tier| Node::new(&NodeConfig { tier, ..config.clone() }, Arc::clone(&services));
        World { chain: Chain::default(), fast: node(Tier::Fast), exact: node(Tier::Exact) }
    }

    pub fn offline() -> Self {
        World::new(Arc::new(NoServices))
    }

    pub fn host(&self) -> Arc<dyn Host> {
        Arc::new(self.chain.clone())
    }

    pub fn message(&self, to: Address, entry: Vec<u8>) -> StartupMessage {
        StartupMessage::main(U256::from(1), to, OWNER, entry)
    }

    /// Runs as leader, on both tiers, then as validator and sync with the leader's results. All must agree.
    pub fn run(&self, run: &Run) -> Done {
        let leader = self.fast.execute(self.host(), Run { role: Role::Leader, ..run.clone() });
        assert!(leader.report.outcome().is_some(), "{:?}", leader.report.end);
        let results = leader.report.nondet_results.clone();
        for (node, role) in [
            (&self.exact, Role::Sync(results.clone())),
            (&self.fast, Role::Sync(results.clone())),
            (&self.fast, Role::Validator(results)),
        ] {
            let other = node.execute(self.host(), Run { role: role.clone(), ..run.clone() });
            assert_eq!(other.report.execution_hash(), leader.report.execution_hash(), "{role:?}");
            assert_eq!(other.time_used, leader.time_used, "{role:?}");
            assert_eq!(other.fingerprint(), leader.fingerprint(), "{role:?}");
        }
        leader
    }

    pub fn deploy(&mut self, to: Address, code: Arc<[u8]>, args: Vec<Value>) -> Done {
        let entry = encode(&Value::map([("args", Value::Array(args))]));
        let mut message = self.message(to, entry);
        message.is_init = true;
        let done = self.run(&Run { code: Some(code), ..Run::new(message, TIME) });
        self.chain.commit(to, &done.report);
        done
    }

    /// Calls a method; what it returned, or the code or value of the error as a text.
    pub fn call(&mut self, to: Address, method: &str, args: Vec<Value>) -> Result<Value, String> {
        let done = self.call_done(to, method, args);
        self.chain.commit(to, &done.report);
        outcome(&done)
    }

    pub fn call_done(&self, to: Address, method: &str, args: Vec<Value>) -> Done {
        self.run(&Run::new(self.message(to, call(method, args)), TIME))
    }

    pub fn view(&self, to: Address, method: &str, args: Vec<Value>) -> Result<Value, String> {
        let run =
            Run { permissions: Permissions::VIEW, ..Run::new(self.message(to, call(method, args)), TIME) };
        outcome(&self.run(&run))
    }
}

/// A result in short.
pub fn outcome(done: &Done) -> Result<Value, String> {
    match done.report.outcome() {
        Some(Outcome::Return(value)) => Ok(decode(value.octets()).expect("a checked value")),
        Some(Outcome::UserError(value)) => {
            Err(format!("user: {:?}", decode(value.octets()).expect("a checked value")))
        }
        Some(Outcome::VmError { code, .. }) => Err(code.clone()),
        None => panic!("internal: {:?}", done.report.end),
    }
}
