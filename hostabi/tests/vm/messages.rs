//! Messages: what they cost, what they leave, and how each budget runs out.

use crate::harness::{TIME, World, call, module, outcome};
use ruint::aliases::U256;
use selfsame_hostabi::calldata::{Address, Value, decode, encode};
use selfsame_hostabi::contract::CallKey;
use selfsame_hostabi::fees::{ExternalParams, FeeParams, Fees, FeesConfig, Node, NodeParams, On};
use selfsame_hostabi::vm::{Done, Run};

const AT: Address = Address([0x11; 20]);
const TO: Address = Address([0x33; 20]);

fn world() -> World {
    let mut world = World::offline();
    world.deploy(AT, module("composer"), vec![]);
    world.chain.balances.insert(AT, U256::from(100));
    world
}

/// One leader and five validators with a time unit each, one round: a fee of 6.
const FEE: u64 = 6;

fn node(budget: u64) -> Node {
    let params = FeeParams {
        leader_timeunits_allocation: U256::from(1),
        validator_timeunits_allocation: U256::from(1),
        rotations: vec![U256::ZERO],
        ..FeeParams::default()
    };
    Node {
        recipient: Some(TO),
        call_key: Some(CallKey::of_method("go").0),
        budget: U256::from(budget),
        on: On::Accepted,
        params: NodeParams::Internal(params),
        children: Vec::new(),
    }
}

fn go() -> Value {
    Value::map([("", "go".into())])
}

/// Posts a message with these budgets: the node's, that of receipts, that of fees.
fn post(world: &World, to: Address, value: u64, budgets: [u64; 3]) -> Done {
    let [budget, receipts, fees] = budgets;
    let args = vec![to.into(), go(), value.into(), "accepted".into()];
    let totals = [1000, receipts, fees].map(U256::from).to_vec();
    let fees = Fees::new(&FeesConfig::default(), totals, vec![node(budget)]).expect("they fit together");
    world.run(&Run { fees, ..Run::new(world.message(AT, call("post", args)), TIME) })
}

/// The receipt: a base, the call map, the empty subtree of two words, one rotation.
fn receipt() -> u64 {
    64 + encode(&go()).len() as u64 + 64 + 32
}

#[test]
fn a_message_is_reported_with_what_it_was_charged() {
    let done = post(&world(), TO, 7, [FEE, receipt(), FEE]);
    assert_eq!(outcome(&done), Ok(Value::Null));
    let [emission] = &done.report.emissions[..] else { panic!("one message") };
    let Ok(Value::Map(record)) = decode(emission.octets()) else { panic!("a record") };
    let expected = [
        ("address", Value::Address(TO)),
        ("call_key", Value::Bytes(CallKey::of_method("go").0.to_vec())),
        ("calldata", go()),
        ("message_fee", FEE.into()),
        ("on", "accepted".into()),
        ("receipt_fee", receipt().into()),
        ("type", "PostMessage".into()),
        ("use_balance", false.into()),
        ("value", 7.into()),
    ];
    for (key, value) in expected {
        assert_eq!(record[key], value, "{key}");
    }
}

#[test]
fn each_budget_runs_out_at_its_last_unit() {
    let world = world();
    let code = |budgets| outcome(&post(&world, TO, 0, budgets));
    assert_eq!(code([FEE, receipt(), FEE]), Ok(Value::Null));
    assert_eq!(code([FEE - 1, receipt(), FEE]), Err("out_of message_fee node".into()));
    assert_eq!(code([FEE, receipt(), FEE - 1]), Err("out_of message_fee total".into()));
    assert_eq!(code([FEE, receipt() - 1, FEE]), Err("out_of receipt message".into()));
    let elsewhere = outcome(&post(&world, AT, 0, [FEE, receipt(), FEE]));
    assert_eq!(elsewhere, Err("fee no_matching_node".into()));
}

#[test]
fn the_balance_must_cover_the_value() {
    let world = world();
    assert_eq!(outcome(&post(&world, TO, 100, [FEE, receipt(), FEE])), Ok(Value::Null));
    let refused = outcome(&post(&world, TO, 101, [FEE, receipt(), FEE]));
    assert_eq!(refused, Err("user: Str(\"inbalance\")".into()));
}

#[test]
fn a_run_that_fails_sends_nothing() {
    let done = post(&world(), AT, 0, [FEE, receipt(), FEE]);
    assert!(done.report.emissions.is_empty());
    assert!(done.report.storage_changes.is_empty());
}

/// Makes a request, with one node of this budget; budgets as in [`post`].
fn request(name: &'static str, payload: Value, node: Node, [receipts, fees]: [u64; 2]) -> Done {
    let mut world = World::offline();
    world.deploy(AT, module("probe"), vec![]);
    world.chain.balances.insert(AT, U256::from(100));
    let octets = encode(&Value::map([(name, payload)]));
    let totals = [1000, receipts, fees].map(U256::from).to_vec();
    let fees = Fees::new(&FeesConfig::default(), totals, vec![node]).expect("they fit together");
    world.run(&Run { fees, ..Run::new(world.message(AT, call("send", vec![octets.into()])), TIME) })
}

/// The fields of the only message.
#[track_caller]
fn only(done: &Done) -> std::collections::BTreeMap<String, Value> {
    assert!(outcome(done).is_ok(), "{:?}", outcome(done));
    let [emission] = &done.report.emissions[..] else { panic!("{:?}", done.report.emissions) };
    let Ok(Value::Map(record)) = decode(emission.octets()) else { panic!("a record") };
    record
}

#[test]
fn a_message_to_an_evm_contract_costs_its_gas_and_its_octets() {
    let send = |calldata: &[u8], value: u64, budgets: [u64; 3]| {
        let payload = Value::map([
            ("address", TO.into()),
            ("calldata", Value::Bytes(calldata.to_vec())),
            ("value", value.into()),
        ]);
        let params = ExternalParams { gas_limit: U256::from(21), max_gas_price: U256::from(2) };
        let node = Node {
            call_key: None,
            budget: U256::from(budgets[0]),
            params: NodeParams::External(params),
            ..node(0)
        };
        request("EthSend", payload, node, [budgets[1], budgets[2]])
    };
    // A base of 64 octets.
    let (fee, receipt) = (42, 64 + 5);
    let record = only(&send(b"hello", 100, [fee, receipt, fee]));
    let params = Value::map([("gas_limit", 21.into()), ("max_gas_price", 2.into())]);
    for (key, value) in [
        ("address", Value::Address(TO)),
        ("calldata", Value::Bytes(b"hello".to_vec())),
        ("fee_params", params),
        ("message_fee", fee.into()),
        ("receipt_fee", receipt.into()),
        ("type", "EthSend".into()),
        ("value", 100.into()),
    ] {
        assert_eq!(record[key], value, "{key}");
    }
    assert_eq!(record.len(), 7);
    let code = |budgets| outcome(&send(b"hello", 0, budgets));
    assert_eq!(code([fee - 1, receipt, fee]), Err("out_of message_fee node".into()));
    assert_eq!(code([fee, receipt, fee - 1]), Err("out_of message_fee total".into()));
    assert_eq!(code([fee, receipt - 1, fee]), Err("out_of receipt message".into()));
    assert!(send(b"hello", 101, [fee, receipt, fee]).report.emissions.is_empty(), "more than the balance");
}

#[test]
fn a_deployment_is_reported_with_its_code_and_pays_for_both() {
    let code = b"some code".to_vec();
    let start = Value::map([("args", Value::Array(vec![1.into()]))]);
    let payload = Value::map([
        ("calldata", start.clone()),
        ("code", code.clone().into()),
        ("value", 3.into()),
        ("on", "accepted".into()),
        ("salt_nonce", 9.into()),
    ]);
    let receipt = 64 + encode(&start).len() as u64 + code.len() as u64 + 64 + 32;
    let node = || Node { recipient: None, call_key: None, ..node(FEE) };
    let record = only(&request("DeployContract", payload.clone(), node(), [receipt, FEE]));
    for (key, value) in [
        ("calldata", start),
        ("code", code.into()),
        ("message_fee", FEE.into()),
        ("on", "accepted".into()),
        ("receipt_fee", receipt.into()),
        ("salt_nonce", 9.into()),
        ("type", "DeployContract".into()),
        ("use_balance", false.into()),
        ("value", 3.into()),
    ] {
        assert_eq!(record[key], value, "{key}");
    }
    let refused = outcome(&request("DeployContract", payload, node(), [receipt - 1, FEE]));
    assert_eq!(refused, Err("out_of receipt message".into()));
}
