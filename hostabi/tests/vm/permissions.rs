//! Who may do what: `docs/permissions.md` has the tables, and this reads them.

use crate::harness::{OWNER, TIME, World, module};
use selfsame_hostabi::calldata::{Address, Value, decode, encode};
use selfsame_hostabi::host::Host;
use selfsame_hostabi::result::Outcome;
use selfsame_hostabi::services::{Answer, LlmAnswer, ScriptedServices};
use selfsame_hostabi::storage::{SlotId, StorageView, root};
use selfsame_hostabi::vm::{Done, Permissions, Role, Run};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A contract whose messages its balance may pay for, and one without that.
const AT: Address = Address([0x11; 20]);
const BARE: Address = Address([0x12; 20]);

fn record<const N: usize>(fields: [(&str, Value); N]) -> Value {
    Value::map(fields)
}

/// What a message that the balance pays for says of its fee: the least that is valid.
fn fee_params() -> Value {
    record([
        ("execution_budget_per_round", 0.into()),
        ("leader_timeunits_allocation", 0.into()),
        ("max_price_gen_per_time_unit", 1.into()),
        ("receipt_fee_max_gas_price", 1.into()),
        ("rotations", Value::Array(vec![0.into()])),
        ("storage_fee_max_gas_price", 1.into()),
        ("validator_timeunits_allocation", 0.into()),
    ])
}

/// The rows: each request as a call of the contract `probe`.
pub fn requests() -> Vec<(&'static str, Value)> {
    let gl = |name: &'static str, payload: Value| {
        let request = Value::Bytes(encode(&Value::map([(name, payload)])));
        (name, record([("", "send".into()), ("args", Value::Array(vec![request]))]))
    };
    let import = |name: &'static str, method: &str, args: Vec<Value>| {
        (name, record([("", method.into()), ("args", Value::Array(args))]))
    };
    let empty = || Value::Map(BTreeMap::new());
    let slot = || Value::Bytes(vec![7; 32]);
    let to = || Value::Address(AT);
    let sent = |extra: &[(&str, Value)]| {
        let mut fields: Vec<(&str, Value)> =
            vec![("calldata", empty()), ("value", 0.into()), ("on", "accepted".into())];
        fields.extend(extra.iter().cloned());
        Value::map(fields)
    };
    let named = |name: &'static str, (_, request): (&'static str, Value)| (name, request);
    vec![
        import("storage_read", "read", vec![slot(), 0.into(), 1.into()]),
        import("storage_write", "write", vec![slot(), 0.into(), vec![1_u8].into()]),
        import("get_balance", "balance", vec![OWNER.into()]),
        import("get_self_balance", "self_balance", vec![]),
        gl("EthSend", record([("address", to()), ("calldata", Value::Bytes(vec![])), ("value", 0.into())])),
        gl("EthCall", record([("address", to()), ("calldata", Value::Bytes(vec![]))])),
        gl("CallContract", record([("address", to()), ("calldata", empty()), ("state", 0.into())])),
        gl("PostMessage", sent(&[("address", to())])),
        named(
            "PostMessage, use_balance",
            gl(
                "PostMessage",
                sent(&[("address", to()), ("use_balance", true.into()), ("fee_params", fee_params())]),
            ),
        ),
        gl("DeployContract", sent(&[("code", vec![1_u8].into()), ("salt_nonce", 0.into())])),
        gl("RunNondet", record([("data_leader", vec![0_u8].into()), ("data_validator", vec![0_u8].into())])),
        gl(
            "Sandbox",
            record([
                ("data", vec![0_u8].into()),
                ("runner", "contract".into()),
                ("allow_write_storage", false.into()),
                ("allow_send_messages", false.into()),
                ("allow_register_runners", false.into()),
            ]),
        ),
        gl("RegisterRunner", record([("code", Value::Bytes(b"# {}".to_vec()))])),
        gl(
            "MapFile",
            record([
                ("runner", "contract".into()),
                ("path_in_runner", "file".into()),
                ("path_in_vfs", "/x".into()),
            ]),
        ),
        gl(
            "WebRender",
            record([("mode", "text".into()), ("url", "u".into()), ("wait_after_loaded", "0s".into())]),
        ),
        gl("WebRequest", record([("method", "GET".into()), ("url", "u".into()), ("headers", empty())])),
        gl("ExecPrompt", record([("prompt", "p".into()), ("images", Value::Array(vec![]))])),
        gl(
            "ExecPromptTemplate",
            record([
                ("template", "EqNonComparativeLeader".into()),
                ("task", "t".into()),
                ("criteria", "c".into()),
                ("input", "i".into()),
            ]),
        ),
        gl("EmitEvent", record([("topics", Value::Array(vec![])), ("blob", empty())])),
        gl("Trace", "RuntimeMicroSec".into()),
        gl("Yield", Value::Null),
        gl("GetTimestamp", Value::Null),
    ]
}

/// The place of which only a vote is seen.
const VALIDATOR: &str = "block of a validator";

/// A step from a sub-VM to one that it starts.
#[derive(Clone, Copy)]
enum Step {
    Call,
    /// With what it allows: 1 writes, 2 messages, 4 runners.
    Sandbox(u32),
    Block,
}

/// A column: where a request is made.
struct Place {
    name: &'static str,
    contract: Address,
    permissions: Permissions,
    /// From the main sub-VM to the place.
    steps: &'static [Step],
}

const ALL: Permissions = Permissions::TRANSACTION;
const NONE: Permissions = Permissions {
    write_storage: false,
    send_messages: false,
    call_others: false,
    spawn_nondet: false,
    register_runners: false,
    balance_pays_fees: false,
};

fn place(name: &'static str, permissions: Permissions, steps: &'static [Step]) -> Place {
    Place { name, contract: AT, permissions, steps }
}

/// In a contract whose balance pays for nothing.
fn bare(name: &'static str, permissions: Permissions) -> Place {
    Place { name, contract: BARE, permissions, steps: &[] }
}

/// A call as it is made at the end of these steps. The validator of a block judges the leader by the same call.
fn at_the_end_of(steps: &[Step], request: &Value) -> Value {
    let calling =
        |method: &str, args: Vec<Value>| record([("", method.into()), ("args", Value::Array(args))]);
    steps.iter().rev().fold(request.clone(), |inner, step| match step {
        Step::Call => calling("in_call", vec![inner]),
        Step::Sandbox(allow) => calling("in_sandbox", vec![inner, (*allow).into()]),
        Step::Block => {
            let judge = calling("judge", vec![inner.clone()]);
            calling("in_block", vec![inner, judge])
        }
    })
}

/// The name of an errno, as the tables have it.
fn errno(number: &Value) -> String {
    match (0..8_u32).find(|errno| *number == Value::from(*errno)) {
        Some(0) => "ok".into(),
        Some(6) => "`forbidden`".into(),
        other => format!("errno {other:?}"),
    }
}

/// What came of it, through so many steps: `ok`, the errno's name, or the code of a VM error.
fn shown(outcome: &Outcome, steps: usize) -> String {
    let mut value = match outcome {
        Outcome::VmError { code, .. } => return format!("ends: {code}"),
        Outcome::UserError(value) => return format!("{value:?}"),
        Outcome::Return(value) => decode(value.octets()).expect("a checked value"),
    };
    for _ in 0..steps {
        let Value::Bytes(octets) = &value else { return format!("{value:?}") };
        value = match octets.split_first() {
            Some((0, octets)) => decode(octets).expect("a checked value"),
            Some((2, code)) => return format!("ends: {}", String::from_utf8_lossy(code)),
            _ => return format!("{octets:?}"),
        };
    }
    match &value {
        Value::Array(pair) if pair.len() == 2 => errno(&pair[0]),
        other => format!("{other:?}"),
    }
}

fn world() -> (World, Arc<ScriptedServices>) {
    let services = Arc::new(ScriptedServices::by(|_, _| Ok(LlmAnswer::new(Answer::Ok("x".into()), 0))));
    let mut world = World::new(Arc::clone(&services) as _);
    world.chain.evm = Some(vec![7]);
    for contract in [AT, BARE] {
        world.deploy(contract, module("probe"), vec![]);
    }
    let mut octets = vec![0; 64];
    world
        .chain
        .storage_read(StorageView::Default, &AT, &SlotId::ROOT, 0, &mut octets)
        .expect("it is in memory");
    octets[root::PERMISSIONS as usize] |= 1;
    world.chain.write(AT, SlotId::ROOT, octets);
    (world, services)
}

fn run(world: &World, place: &Place, request: &Value) -> Run {
    let entry = encode(&at_the_end_of(place.steps, request));
    Run { permissions: place.permissions, ..Run::new(world.message(place.contract, entry), TIME) }
}

fn outcome(done: &Done) -> &Outcome {
    done.report.outcome().expect("a result")
}

/// What the validator of a block finds: the errno that a leader must have had for it to agree.
fn judged(world: &World, services: &ScriptedServices, run: &Run) -> String {
    let mut agreed = Vec::new();
    for number in 0..8_u32 {
        let pair = encode(&Value::Array(vec![number.into(), Value::Null]));
        let results = vec![[&[0], &pair[..]].concat()];
        let asked = services.requests().len();
        let sync = world.fast.execute(world.host(), Run { role: Role::Sync(results.clone()), ..run.clone() });
        assert_eq!(services.requests().len(), asked, "a sync node runs no block");
        let role = Role::Validator(results);
        let validator = world.fast.execute(world.host(), Run { role, ..run.clone() });
        for done in [&sync, &validator] {
            assert_eq!(shown(outcome(done), 1), errno(&number.into()), "what was proposed is taken");
        }
        assert_eq!(sync.report.nondet_disagreement, None);
        match validator.report.nondet_disagreement {
            None => agreed.push(errno(&number.into())),
            block => assert_eq!(block, Some(0)),
        }
    }
    agreed.join(", ")
}

const PAGE: &str = include_str!("../../../docs/permissions.md");

/// The cells of the table under a heading of the page: column and row, then what stands there.
fn cells(heading: &str) -> BTreeMap<(String, String), String> {
    let row = |line: &str| -> Vec<String> {
        line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect()
    };
    let section = PAGE.split("\n## ").find_map(|section| section.strip_prefix(heading)).expect("the heading");
    let mut lines = section.lines().filter(|line| line.starts_with('|'));
    let columns = row(lines.next().expect("a table"));
    let mut cells = BTreeMap::new();
    for line in lines.filter(|line| !line.starts_with("|---")) {
        let found = row(line);
        assert_eq!(found.len(), columns.len(), "{line}");
        for (column, cell) in columns.iter().zip(&found).skip(1) {
            let twice = cells.insert((column.clone(), found[0].clone()), cell.clone());
            assert_eq!(twice, None, "{column}, {}", found[0]);
        }
    }
    cells
}

/// Makes every request at every place, by leader, validator and sync node, on both tiers: what happens is what the
/// table under this heading says, cell by cell, and it has no others.
fn holds(heading: &str, places: &[Place]) {
    let (world, services) = world();
    let mut happens = BTreeMap::new();
    for place in places {
        for (name, request) in requests() {
            let run = run(&world, place, &request);
            let found = if place.name == VALIDATOR {
                judged(&world, &services, &run)
            } else {
                shown(outcome(&world.run(&run)), place.steps.len())
            };
            happens.insert((place.name.to_owned(), format!("`{name}`")), found);
        }
    }
    let stands = cells(heading);
    let keys: BTreeSet<_> = happens.keys().chain(stands.keys()).collect();
    let wrong: Vec<_> = keys
        .into_iter()
        .filter(|key| happens.get(key) != stands.get(key))
        .map(|key| format!("{key:?}: happens {:?}, stands {:?}", happens.get(key), stands.get(key)))
        .collect();
    assert!(wrong.is_empty(), "{heading}:\n{}", wrong.join("\n"));
}

#[test]
fn kinds_are_as_the_table_says() {
    use Step::{Block, Call};
    holds(
        "Kinds of sub-VM",
        &[
            place("main", ALL, &[]),
            place("view", Permissions::VIEW, &[]),
            place("call", ALL, &[Call]),
            place("block of a leader", ALL, &[Block]),
            place(VALIDATOR, ALL, &[Block]),
        ],
    );
}

#[test]
fn sandboxes_are_as_the_table_says() {
    use Step::{Block, Call, Sandbox};
    holds(
        "Sandboxes, by what they are allowed",
        &[
            place("nothing", ALL, &[Sandbox(0)]),
            place("writes", ALL, &[Sandbox(1)]),
            place("messages", ALL, &[Sandbox(2)]),
            place("runners", ALL, &[Sandbox(4)]),
            place("all", ALL, &[Sandbox(7)]),
            place("all, in a view", Permissions::VIEW, &[Sandbox(7)]),
            place("all, in a call", ALL, &[Call, Sandbox(7)]),
            place("all, in one of nothing", ALL, &[Sandbox(0), Sandbox(7)]),
            place("all, in a block", ALL, &[Block, Sandbox(7)]),
        ],
    );
}

#[test]
fn one_permission_allows_what_the_table_says() {
    holds(
        "With one permission",
        &[
            bare("only `write_storage`", Permissions { write_storage: true, ..NONE }),
            bare("only `send_messages`", Permissions { send_messages: true, ..NONE }),
            bare("only `call_others`", Permissions { call_others: true, ..NONE }),
            bare("only `spawn_nondet`", Permissions { spawn_nondet: true, ..NONE }),
            bare("only `register_runners`", Permissions { register_runners: true, ..NONE }),
            place("only the balance", NONE, &[]),
        ],
    );
}

#[test]
fn all_but_one_permission_allow_what_the_table_says() {
    holds(
        "Without one permission",
        &[
            place("no `write_storage`", Permissions { write_storage: false, ..ALL }, &[]),
            place("no `send_messages`", Permissions { send_messages: false, ..ALL }, &[]),
            place("no `call_others`", Permissions { call_others: false, ..ALL }, &[]),
            place("no `spawn_nondet`", Permissions { spawn_nondet: false, ..ALL }, &[]),
            place("no `register_runners`", Permissions { register_runners: false, ..ALL }, &[]),
            bare("not the balance", ALL),
        ],
    );
}

#[test]
fn the_page_has_no_other_tables() {
    assert_eq!(PAGE.lines().filter(|line| line.starts_with("|---")).count(), 4);
}
