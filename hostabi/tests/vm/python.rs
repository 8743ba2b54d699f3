//! A contract in Python, on a CPython that knows WASI alone: it reaches the contract system through `/vm/sdk`.

use crate::harness::{World, call, outcome};
use selfsame_hostabi::calldata::{Address, Value, encode};
use selfsame_hostabi::services::{Answer, LlmAnswer, Response, ScriptedServices};
use selfsame_hostabi::vm::{Role, Run};
use std::collections::BTreeMap;
use std::process::Command;
use std::sync::Arc;

const AT: Address = Address([0x11; 20]);

/// Gas for a sub-VM that starts CPython, and for what it does then.
const TIME: u64 = 4_000_000_000;

fn pack(args: &[&str]) -> String {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../sdk/python/pack.py");
    let output = Command::new("python3").arg(script).args(args).output().expect("python3 runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text").trim().to_owned()
}

/// A world with CPython installed, and the contract's archive.
fn world(folder: &str) -> (World, Arc<[u8]>) {
    let page = Response { status: 200, headers: BTreeMap::new(), body: b"price 12.5".to_vec() };
    let mut world = World::new(Arc::new(ScriptedServices::by(move |_, _| {
        Ok(LlmAnswer::new(Answer::Ok(page.clone().into_value()), 0))
    })));
    let id = pack(&["runner", folder]);
    let archive = format!("{folder}/{}.zip", id.replace(':', "-"));
    world.chain.runners.insert(id, std::fs::read(archive).expect("the runner's archive").into());
    let contract = concat!(env!("CARGO_MANIFEST_DIR"), "/../contracts/python_oracle/contract.py");
    let packed = format!("{folder}/contract.zip");
    pack(&["contract", contract, &packed]);
    (world, std::fs::read(packed).expect("the contract's archive").into())
}

#[test]
#[ignore = "needs programs/fetch_cpython.sh and an optimised build; .ci/run runs it"]
fn floats_storage_and_a_judged_page_come_to_one_hash() {
    let folder = std::env::temp_dir().join(format!("selfsame-python-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let (mut world, code) = world(folder.to_str().expect("a path in UTF-8"));
    std::fs::remove_dir_all(&folder).expect("the folder was made here");

    let entry =
        encode(&Value::map([("args", Value::Array(vec!["http://prices.example/".into(), "0.01".into()]))]));
    let mut message = world.message(AT, entry);
    message.is_init = true;
    let deployed = world.fast.execute(world.host(), Run { code: Some(code), ..Run::new(message, TIME) });
    assert_eq!(outcome(&deployed), Ok(Value::Null));
    world.chain.commit(AT, &deployed.report);

    let run = Run::new(world.message(AT, call("update", vec![])), TIME);
    let leader = world.fast.execute(world.host(), run.clone());
    outcome(&leader).expect("a price");
    assert_eq!(leader.report.nondet_results.len(), 1);
    let results = leader.report.nondet_results.clone();
    let validator =
        world.fast.execute(world.host(), Run { role: Role::Validator(results.clone()), ..run.clone() });
    assert_eq!(validator.report.nondet_disagreement, None);
    let sync = world.exact.execute(world.host(), Run { role: Role::Sync(results), ..run });
    for other in [&validator, &sync] {
        assert_eq!(other.report.execution_hash(), leader.report.execution_hash());
        assert_eq!((other.time_used, other.fingerprint()), (leader.time_used, leader.fingerprint()));
    }
    world.chain.commit(AT, &leader.report);
    let mean = world.fast.execute(world.host(), Run::new(world.message(AT, call("mean", vec![])), TIME));
    assert_eq!(outcome(&mean), Ok("12.5".into()));
}
