use super::*;
use selfsame_calldata::{Value, decode, encode};
use sha3::{Digest, Sha3_256};

const CONTRACT: Address = Address([0x11; 20]);
const SENDER: Address = Address([0x22; 20]);

fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}

fn example() -> StartupMessage {
    let call = encode(&Value::map([("", "foo".into())]));
    StartupMessage::main(U256::from(1), CONTRACT, SENDER, call)
}

/// A main message in which no field has the value that it would have by default.
fn parent() -> StartupMessage {
    StartupMessage {
        datetime: "2001-02-03T04:05:06Z".parse().unwrap(),
        is_init: true,
        origin_address: Address([3; 20]),
        signer_address: Address([4; 20]),
        stack: vec![Address([5; 20])],
        value: U256::from(6),
        entry_stage_data: StageData::LeadersResult([7].into()),
        ..example()
    }
}

#[test]
fn the_example_has_the_octets_of_the_specification() {
    let octets = example().encode();
    assert_eq!(octets.len(), 266);
    assert_eq!(
        hex(&Sha3_256::digest(&octets)),
        "9dc10f61b3c7670d3cb04e3b8f2eebaf50d8663a0f37418cfb326a8c2282339f"
    );
    let (one, two) = ("11".repeat(20), "22".repeat(20));
    let expected = [
        "6608636861696e5f69640910636f6e74726163745f6164647265737318",
        &one,
        "086461746574696d65dc01323032342d31312d32365430363a34323a34322e3432343234325a0a656e7472795f64617461330e001c666f6f0a656e7472795f6b696e640110656e7472795f73746167655f64617461000769735f696e6974080e6f726967696e5f6164647265737318",
        &two,
        "0e73656e6465725f6164647265737318",
        &two,
        "0e7369676e65725f6164647265737318",
        &two,
        "05737461636b050576616c756501",
    ];
    assert_eq!(hex(&octets), expected.concat());
    assert_eq!(StartupMessage::decode(&octets), Ok(example()));
}

/// The table of the specification, column by column: what differs from a copy.
#[test]
fn children_differ_from_their_parent_as_in_the_table() {
    let callee = Address([9; 20]);
    let base = StartupMessage {
        entry_data: [8].into(),
        entry_stage_data: StageData::None,
        is_init: false,
        ..parent()
    };
    assert_eq!(
        parent().contract_call(callee, [8]),
        StartupMessage {
            contract_address: callee,
            entry_kind: EntryKind::Main,
            stack: vec![Address([5; 20]), CONTRACT],
            value: U256::ZERO,
            ..base.clone()
        }
    );
    assert_eq!(parent().sandbox([8]), StartupMessage { entry_kind: EntryKind::Sandbox, ..base.clone() });
    let block = StartupMessage { entry_kind: EntryKind::ConsensusStage, ..base };
    assert_eq!(parent().nondet_leader([8]), block);
    assert_eq!(
        parent().nondet_validator([8], [0, 16]),
        StartupMessage { entry_stage_data: StageData::LeadersResult([0, 16].into()), ..block }
    );
}

#[test]
fn every_kind_comes_back_and_has_its_octets() {
    let main = parent();
    let messages = [
        (example(), 0, Value::Null),
        (main.contract_call(CONTRACT, [0]), 0, Value::Null),
        (main.sandbox(vec![]), 1, Value::Null),
        (main.nondet_leader(vec![1; 300]), 2, Value::Null),
        (main.nondet_validator([1], [0, 0]), 2, Value::map([("leaders_result", Value::Bytes(vec![0, 0]))])),
    ];
    for (message, kind, stage) in messages {
        let octets = message.encode();
        let Value::Map(map) = decode(&octets).unwrap() else { panic!("a map") };
        assert_eq!(map.keys().collect::<Vec<_>>(), KEYS);
        assert_eq!(map["entry_kind"], kind.into());
        assert_eq!(map["entry_stage_data"], stage);
        assert_eq!(StartupMessage::decode(&octets), Ok(message));
    }
}

#[test]
fn other_shapes_are_refused() {
    let Value::Map(map) = decode(&example().encode()).unwrap() else { panic!("a map") };
    for (key, value) in [
        ("chain_id", (-1).into()),
        ("contract_address", Value::Bytes(vec![0; 20])),
        ("datetime", "yesterday".into()),
        ("datetime", 0.into()),
        ("entry_data", Value::Null),
        ("entry_kind", 3.into()),
        ("entry_stage_data", Value::map([("x", Value::Null)])),
        ("is_init", 0.into()),
        ("stack", Value::Array(vec![Value::Null])),
        ("value", Value::Null),
        ("unknown", Value::Null),
    ] {
        let mut changed = map.clone();
        changed.insert(key.into(), value);
        assert!(StartupMessage::decode(&encode(&Value::Map(changed))).is_err(), "{key}");
    }
    for key in KEYS {
        let mut changed = map.clone();
        changed.remove(key);
        assert!(StartupMessage::decode(&encode(&Value::Map(changed))).is_err(), "{key}");
    }
}
