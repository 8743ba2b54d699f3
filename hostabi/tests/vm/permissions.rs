//! Who may do what: `docs/permissions.md` is the table, and this reads it.

use crate::harness::{OWNER, TIME, World, call, module};
use selfsame_hostabi::calldata::{Address, Value, decode, encode};
use selfsame_hostabi::result::Outcome;
use selfsame_hostabi::services::{Answer, LlmAnswer, ScriptedServices};
use selfsame_hostabi::vm::{Permissions, Run};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Arc;

const AT: Address = Address([0x11; 20]);

/// The columns: where a request is made.
const PLACES: [&str; 6] =
    ["main", "view", "call", "sandbox, allowed all", "sandbox, allowed nothing", "block"];

fn record<const N: usize>(fields: [(&str, Value); N]) -> Value {
    Value::map(fields)
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
    vec![
        import("storage_read", "read", vec![slot(), 0.into(), 1.into()]),
        import("storage_write", "write", vec![slot(), 0.into(), vec![1_u8].into()]),
        import("get_balance", "balance", vec![OWNER.into()]),
        import("get_self_balance", "self_balance", vec![]),
        gl("EthSend", record([("address", to()), ("calldata", Value::Bytes(vec![])), ("value", 0.into())])),
        gl("EthCall", record([("address", to()), ("calldata", Value::Bytes(vec![]))])),
        gl("CallContract", record([("address", to()), ("calldata", empty()), ("state", 0.into())])),
        gl("PostMessage", sent(&[("address", to())])),
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

/// A call as it is made in one of the places.
fn placed(place: &str, request: &Value) -> Vec<u8> {
    let nested = |method: &str, args: Vec<Value>| call(method, args);
    match place {
        "main" | "view" => encode(request),
        "call" => nested("in_call", vec![request.clone()]),
        "sandbox, allowed all" => nested("in_sandbox", vec![request.clone(), 7.into()]),
        "sandbox, allowed nothing" => nested("in_sandbox", vec![request.clone(), 0.into()]),
        _ => nested("in_block", vec![request.clone(), record([])]),
    }
}

/// What came of it: `ok`, the errno's name, or the code of a VM error.
fn shown(outcome: &Outcome, nested: bool) -> String {
    let pair = |octets: &[u8]| match decode(octets) {
        Ok(Value::Array(pair)) if pair.first() == Some(&Value::from(0)) => "ok".to_owned(),
        Ok(Value::Array(pair)) if pair.first() == Some(&Value::from(6)) => "`forbidden`".to_owned(),
        other => format!("{other:?}"),
    };
    match outcome {
        Outcome::VmError { code, .. } => format!("ends: {code}"),
        Outcome::UserError(value) => format!("{value:?}"),
        Outcome::Return(value) if !nested => pair(value.octets()),
        Outcome::Return(value) => match decode(value.octets()) {
            Ok(Value::Bytes(octets)) if octets[0] == 0 => pair(&octets[1..]),
            Ok(Value::Bytes(octets)) if octets[0] == 2 => {
                format!("ends: {}", String::from_utf8_lossy(&octets[1..]))
            }
            other => format!("{other:?}"),
        },
    }
}

#[test]
fn the_table_is_what_happens() {
    let services = ScriptedServices::by(|_, _| Ok(LlmAnswer::new(Answer::Ok("x".into()), 0)));
    let mut world = World::new(Arc::new(services));
    world.deploy(AT, module("probe"), vec![]);
    let mut table = format!("| | {} |\n|---|{}\n", PLACES.join(" | "), "---|".repeat(PLACES.len()));
    for (name, request) in requests() {
        write!(table, "| `{name}` |").expect("a string");
        for place in PLACES {
            let permissions = if place == "view" { Permissions::VIEW } else { Permissions::TRANSACTION };
            let run = Run { permissions, ..Run::new(world.message(AT, placed(place, &request)), TIME) };
            let done = world.fast.execute(world.host(), run);
            let outcome = done.report.outcome().expect("a result");
            write!(table, " {} |", shown(outcome, !matches!(place, "main" | "view"))).expect("a string");
        }
        table.push('\n');
    }
    let page = include_str!("../../../docs/permissions.md");
    assert!(page.contains(&table), "the table should be:\n{table}");
}
