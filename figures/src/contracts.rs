//! The example contracts: leader, validator and syncing node, on both tiers.

use crate::digest::Digest;
use ruint::aliases::U256;
use selfsame_hostabi::calldata::{Address, Value, encode};
use selfsame_hostabi::host::{Host, HostError};
use selfsame_hostabi::message::StartupMessage;
use selfsame_hostabi::services::{
    Answer, LlmAnswer, PromptTemplate, Response, ScriptedRequest, ScriptedServices, ServiceFault,
};
use selfsame_hostabi::storage::{PAGE, Page, PageKey, SlotId, StorageView};
use selfsame_hostabi::vm::{Done, Node, NodeConfig, Role, Run};
use selfsame_interp::Tier;
use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::sync::Arc;

/// What was seen of a transaction.
pub struct Line {
    /// Contract, method, role and tier.
    pub name: String,
    /// The execution hash; none where the run is no result.
    pub execution: Option<[u8; 32]>,
    /// Report, time and hashes.
    pub digest: Digest,
}

/// Storage and nothing else.
#[derive(Clone, Default)]
struct Chain(BTreeMap<(Address, PageKey), Page>);

impl Host for Chain {
    fn storage_read(
        &self,
        _: StorageView,
        address: &Address,
        slot: &SlotId,
        index: u32,
        buf: &mut [u8],
    ) -> Result<(), HostError> {
        for (offset, octet) in (u64::from(index)..).zip(buf) {
            let key = PageKey { slot: *slot, page: (offset / PAGE as u64) as u32 };
            *octet = self.0.get(&(*address, key)).map_or(0, |page| page[(offset % PAGE as u64) as usize]);
        }
        Ok(())
    }

    fn balance(&self, _: &Address) -> Result<U256, HostError> {
        Ok(U256::from(1000))
    }
}

/// A web and a model that answer every question the same way.
fn services() -> ScriptedServices {
    ScriptedServices::by(|request, _| {
        let answer: Value = match request {
            ScriptedRequest::Prompt(prompt) if prompt.prompt.starts_with("Answer with") => "yes".into(),
            ScriptedRequest::Prompt(_) => "Paris".into(),
            ScriptedRequest::Template(PromptTemplate::EqNonComparativeLeader { .. }) => "short".into(),
            ScriptedRequest::Template(_) => true.into(),
            ScriptedRequest::Request(_) | ScriptedRequest::Render(_) => {
                let body = "price 100.25".into();
                Response { status: 200, headers: BTreeMap::new(), body }.into_value()
            }
        };
        Ok::<_, ServiceFault>(LlmAnswer::new(Answer::Ok(answer), 5))
    })
}

const TIME: u64 = 100_000_000;
const OWNER: Address = Address([0x22; 20]);
const OTHER: Address = Address([0x33; 20]);
const AT: Address = Address([0x11; 20]);

/// A contract: the arguments of its constructor, and the calls that follow, each with its time.
struct Story {
    name: &'static str,
    init: Vec<Value>,
    calls: Vec<(&'static str, Vec<Value>, u64)>,
}

fn story(name: &'static str, init: Vec<Value>, calls: Vec<(&'static str, Vec<Value>)>) -> Story {
    Story { name, init, calls: calls.into_iter().map(|(method, args)| (method, args, TIME)).collect() }
}

fn stories() -> Vec<Story> {
    let faults = [
        "trap",
        "memory_out_of_bounds",
        "table_out_of_bounds",
        "null_call",
        "bad_signature",
        "stack_overflow",
        "divide_by_zero",
        "integer_overflow",
        "bad_conversion",
        "bad_pointer",
        "misaligned_fd",
        "fd_leak",
        "user_error",
        "write_then_trap",
        "bad_calldata",
        "bad_return",
        "bad_range",
        "write",
        "read",
        "post",
    ];
    let mut misbehave = story("misbehave", vec![], faults.map(|method| (method, vec![])).into());
    // Where the time runs out, in the middle of everything.
    misbehave.calls.extend((0..60_u64).map(|i| ("loop", vec![], 7 + i * i * 97)));
    let mut token = story(
        "token",
        vec![100.into()],
        vec![
            ("transfer", vec![OTHER.into(), 30.into()]),
            ("transfer", vec![OTHER.into(), 71.into()]),
            ("mint", vec![OTHER.into(), 1000.into()]),
            ("burn", vec![5.into()]),
            ("balance_of", vec![OTHER.into()]),
            ("total_supply", vec![]),
            ("owner", vec![]),
        ],
    );
    token.calls.extend((0..60_u64).map(|i| ("transfer", vec![OTHER.into(), 1.into()], 1 + i * 613)));
    let echoed = Value::map([("", "add".into()), ("args", Value::Array(vec![8.into()]))]);
    vec![
        story("echo", vec![], vec![("echo", vec![1.into(), "two".into()]), ("message", vec![])]),
        token,
        story("counter", vec![true.into()], vec![("increment", vec![]), ("increment", vec![5.into()])]),
        misbehave,
        story(
            "composer",
            vec![],
            vec![
                ("call", vec![AT.into(), echoed]),
                ("sandbox_add", vec![3.into(), 0.into()]),
                ("sandbox_add", vec![3.into(), 1.into()]),
                ("blocks", vec![5.into()]),
                ("call_depth", vec![40.into()]),
                ("sandbox_depth", vec![40.into()]),
            ],
        ),
        story(
            "oracle",
            vec!["http://prices.example/".into(), 10.into()],
            vec![("update", vec![]), ("update_strict", vec![]), ("get", vec![])],
        ),
        story(
            "judge",
            vec![],
            vec![
                ("ask", vec!["What is the capital of France?".into(), "the same city".into()]),
                ("summarise", vec!["a long text".into()]),
                ("classify", vec!["hello".into()]),
                ("last", vec![]),
            ],
        ),
        story("probe", vec![], vec![("balance", vec![AT.into()]), ("self_balance", vec![])]),
    ]
}

/// Runs all contracts of the folder `contracts`.
///
/// # Errors
/// If a contract cannot be read.
pub fn run(folder: &Path, each: &mut dyn FnMut(Line)) -> io::Result<()> {
    let services = Arc::new(services());
    let nodes = [Tier::Exact, Tier::Fast].map(|tier| {
        (tier, Node::new(&NodeConfig { tier, ..NodeConfig::default() }, Arc::clone(&services) as _))
    });
    for story in stories() {
        let name = story.name;
        let code = std::fs::read(folder.join(name).join(format!("{name}.wasm")))?;
        let mut chain = Chain::default();
        let init = encode(&Value::map([("args", Value::Array(story.init))]));
        let mut message = StartupMessage::main(U256::from(1), AT, OWNER, init);
        message.is_init = true;
        let deploy = Run { code: Some(code.into()), ..Run::new(message, TIME) };
        transaction(&nodes, &mut chain, &format!("{name} deployed"), &deploy, each);
        for (method, args, time) in story.calls {
            let entry = encode(&Value::map([("", method.into()), ("args", Value::Array(args))]));
            let run = Run::new(StartupMessage::main(U256::from(1), AT, OWNER, entry), time);
            transaction(&nodes, &mut chain, &format!("{name} {method} {time}"), &run, each);
        }
    }
    Ok(())
}

/// Runs a transaction in each role on each tier, and commits what the leader wrote.
fn transaction(nodes: &[(Tier, Node)], chain: &mut Chain, name: &str, run: &Run, each: &mut dyn FnMut(Line)) {
    let mut results = Vec::new();
    let mut written = Vec::new();
    for (tier, node) in nodes {
        let mut by = |role: &str, run: Run| {
            let done = node.execute(Arc::new(chain.clone()), run);
            each(line(format!("{name} {role} {tier:?}"), &done));
            done.report
        };
        let leader = by("leader", run.clone());
        results.clone_from(&leader.nondet_results);
        written = leader.storage_changes;
        by("sync", Run { role: Role::Sync(results.clone()), ..run.clone() });
        by("validator", Run { role: Role::Validator(results.clone()), ..run.clone() });
    }
    for delta in &written {
        chain.0.extend(delta.pages().map(|(key, page)| ((AT, key), page)));
    }
}

fn line(name: String, done: &Done) -> Line {
    let mut digest = Digest::default();
    digest.add(done);
    Line { name, execution: done.report.execution_hash().copied(), digest }
}
