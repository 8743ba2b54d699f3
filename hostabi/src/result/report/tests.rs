use super::*;
use crate::result::code::VmErrorCode;
use crate::storage::SlotId;
use proptest::prelude::*;
use selfsame_calldata::{Value, check, decode, encode};

fn returned() -> Report {
    let change = |slot: u8, first_page: u32, pages: usize| Delta {
        slot: SlotId([slot; 32]),
        first_page,
        octets: vec![slot; pages * 32],
    };
    let mut execution = Execution::before_start(
        Outcome::Return(Encoded::from_value(&5.into()).unwrap()),
        FeesConsumed { storage: U256::from(3), ..FeesConsumed::default() },
        vec![U256::MAX, U256::ZERO],
    );
    execution.storage_changes = vec![change(1, 0, 2), change(1, 3, 1), change(2, (1 << 27) - 1, 1)];
    execution.emissions = vec![Encoded::from_value(&Value::map([("type", "EthSend".into())])).unwrap()];
    execution.wasm_store_hashes.insert("main".into(), vec![[9; 32]]);
    let mut report = Report::of(execution);
    report.nondet_results = vec![vec![0, 0], b"\x02timeout".to_vec()];
    report.nondet_disagreement = Some(4095);
    report.llm_consumption = U256::from(7);
    report
}

fn failed(outcome: Outcome) -> Report {
    let mut execution = Execution::before_start(outcome, FeesConsumed::default(), vec![]);
    execution.backtrace = Some(vec![Frame { func: 3, module_name: "main".into() }]);
    Report::of(execution)
}

/// The map of a report, changed and written again.
fn with(report: &Report, key: &str, value: Value) -> Vec<u8> {
    let octets = report.encode();
    let Value::Map(mut map) = decode(&octets[1..]).unwrap() else { panic!("a map") };
    map.insert(key.into(), value);
    let mut out = vec![octets[0]];
    Value::Map(map).encode_into(&mut out);
    out
}

#[test]
fn a_report_is_the_kind_and_a_map_of_all_keys() {
    let report = returned();
    let octets = report.encode();
    assert_eq!(octets[0], 0);
    let Value::Map(map) = decode(&octets[1..]).unwrap() else { panic!("a map") };
    assert_eq!(map.keys().collect::<Vec<_>>(), KEYS);
    assert_eq!(map["kind"], 0.into());
    assert_eq!(map["data"], 5.into());
    assert_eq!(map["backtrace"], Value::Null);
    assert_eq!(map["nondet_disagreement"], 4095.into());
    assert_eq!(map["llm_consumption"], 7.into());
    let Value::Bytes(hash) = &map["execution_hash"] else { panic!("octets") };
    assert_eq!(Some(&hash[..]), report.execution_hash().map(|hash| &hash[..]));
    let Value::Array(changes) = &map["storage_changes"] else { panic!("an array") };
    let Value::Array(pair) = &changes[1] else { panic!("a pair") };
    assert_eq!(pair[0], Value::Bytes([vec![1; 32], vec![0, 0, 0, 3]].concat()));
    assert_eq!(Report::decode(&octets), Ok(report));
}

#[test]
fn every_kind_comes_back() {
    let reports = [
        returned(),
        failed(Outcome::UserError(Encoded::from_value(&"no".into()).unwrap())),
        failed(Outcome::vm_error("exit_code 7")),
        failed(Outcome::vm_error("forbidden # internal")),
        failed(VmErrorCode::TIMEOUT.into()),
        Report::internal(InternalError::time_out()),
        Report::internal(InternalError::new("the disk is full")),
    ];
    let names = ["Return", "UserError", "VMError", "VMError", "VMError", "InternalError", "InternalError"];
    for (report, name) in reports.into_iter().zip(names) {
        let octets = report.encode();
        assert_eq!(octets[0], report.kind());
        assert_eq!(report.kind_name(), name);
        assert_eq!(Report::decode(&octets), Ok(report));
    }
}

#[test]
fn an_internal_error_has_a_reason_and_empty_hashes() {
    let octets = Report::internal(InternalError::time_out()).encode();
    let Value::Map(map) = decode(&octets[1..]).unwrap() else { panic!("a map") };
    assert_eq!((octets[0], &map["kind"]), (3, &3.into()));
    assert_eq!(map["data"], "time-out".into());
    assert_eq!(map["execution_hash"], Value::Bytes(vec![]));
    assert_eq!(map["small_hash"], Value::Bytes(vec![]));
    let Ok(Report { end: End::Internal(error), .. }) = Report::decode(&octets) else { panic!("internal") };
    assert!(error.is_time_out());
}

#[test]
fn a_fatal_error_is_a_plain_one_at_the_top() {
    let report = failed(VmErrorCode::TIMEOUT.into());
    assert_eq!(report.kind(), 2);
    assert_eq!(report.code(), Some("timeout"));
    assert_eq!(report.outcome(), Some(&Outcome::vm_error("timeout")));
}

#[test]
fn errors_have_no_effects() {
    let mut execution =
        Execution::before_start(Outcome::vm_error("timeout"), FeesConsumed::default(), vec![]);
    execution.emissions = vec![Encoded::null()];
    execution.storage_changes = vec![Delta { slot: SlotId::ROOT, first_page: 0, octets: vec![0; 32] }];
    let report = Report::of(execution);
    assert!(report.emissions.is_empty() && report.storage_changes.is_empty());
    let forged = with(&report, "emissions", Value::Array(vec![Value::Null]));
    assert_eq!(Report::decode(&forged), Err(ReadError::Shape("effects of an error")));
}

#[test]
fn a_value_at_the_full_depth_of_a_contract_is_reported() {
    let nested = |depth: usize| (0..depth).fold(Value::Null, |inner, _| Value::Array(vec![inner]));
    let value = Encoded::from_value(&nested(128)).unwrap();
    let mut execution =
        Execution::before_start(Outcome::Return(value.clone()), FeesConsumed::default(), vec![]);
    execution.emissions = vec![value];
    let report = Report::of(execution);
    let octets = report.encode();
    assert!(check(&octets[1..]).is_err());
    assert_eq!(Report::decode(&octets), Ok(report));
}

#[test]
fn other_shapes_are_refused() {
    let report = returned();
    let bytes = |len| Value::Bytes(vec![0; len]);
    let pair = |key: Vec<u8>, len| Value::Array(vec![Value::Bytes(key), bytes(len)]);
    let key = |slot: u8, page: u32| [vec![slot; 32], page.to_be_bytes().to_vec()].concat();
    let changes = |pairs: Vec<Value>| with(&report, "storage_changes", Value::Array(pairs));
    for octets in [
        vec![],
        vec![0],
        report.encode()[1..].to_vec(),
        [report.encode(), vec![0]].concat(),
        [vec![1], report.encode()[1..].to_vec()].concat(),
        [vec![4], with(&report, "kind", 4.into())[1..].to_vec()].concat(),
        with(&report, "kind", "Return".into()),
        with(&report, "unknown", Value::Null),
        with(&report, "execution_hash", bytes(31)),
        with(&report, "execution_hash", bytes(0)),
        with(&report, "small_hash", bytes(33)),
        with(&report, "backtrace", Value::Array(vec![])),
        with(&report, "nondet_disagreement", (1_u64 << 32).into()),
        with(&report, "nondet_results", Value::Array(vec![Value::Null])),
        with(&report, "llm_consumption", (-1).into()),
        with(&report, "data_fees_consumed", Value::map([("event", 0.into())])),
        changes(vec![pair(key(1, 0), 0)]),
        changes(vec![pair(key(1, 0), 33)]),
        changes(vec![pair(vec![0; 35], 32)]),
        changes(vec![pair(key(1, 1 << 27), 32)]),
        changes(vec![pair(key(1, (1 << 27) - 1), 64)]),
        changes(vec![pair(key(2, 0), 32), pair(key(1, 0), 32)]),
        changes(vec![pair(key(1, 0), 32), pair(key(1, 0), 32)]),
        changes(vec![pair(key(1, 0), 64), pair(key(1, 1), 32)]),
        // Adjacent runs are one.
        changes(vec![pair(key(1, 0), 32), pair(key(1, 1), 32)]),
        with(&failed(Outcome::vm_error("timeout")), "data", "OOM".into()),
        with(&failed(Outcome::vm_error("timeout")), "data", 1.into()),
        with(&Report::internal(InternalError::new("")), "execution_hash", bytes(32)),
        with(&Report::internal(InternalError::new("")), "backtrace", Value::Array(vec![])),
    ] {
        assert!(Report::decode(&octets).is_err(), "{octets:?}");
    }
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![any::<i64>().prop_map(Value::from), ".{0,6}".prop_map(Value::Str)];
    leaf.prop_recursive(3, 12, 3, |inner| prop::collection::vec(inner, 0..3).prop_map(Value::Array))
}

fn outcome() -> impl Strategy<Value = Outcome> {
    prop_oneof![
        value().prop_map(|value| Outcome::Return(Encoded::from_value(&value).unwrap())),
        value().prop_map(|value| Outcome::UserError(Encoded::from_value(&value).unwrap())),
        any::<i32>().prop_map(|code| VmErrorCode::exit_code(code).into()),
    ]
}

fn amount() -> impl Strategy<Value = U256> {
    any::<[u64; 4]>().prop_map(U256::from_limbs)
}

prop_compose! {
    fn report()(
        outcome in outcome(),
        consumed in prop::array::uniform5(amount()),
        remaining in prop::collection::vec(amount(), 0..4),
        frames in prop::option::of(prop::collection::vec((any::<u32>(), ".{0,5}"), 0..5)),
        hashes in prop::collection::btree_map(".{0,5}", prop::collection::vec(any::<[u8; 32]>(), 0..3), 0..3),
        emissions in prop::collection::vec(value(), 0..3),
        pages in prop::collection::btree_map(any::<[u8; 32]>(), (0..1_u32 << 20, 1..4_usize), 0..4),
        results in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..5), 0..3),
        (disagreement, llm, internal) in (any::<Option<u32>>(), amount(), prop::option::weighted(0.1, ".{0,5}")),
    ) -> Report {
        let [event, message_fee, message_receipt, nondet_output, storage] = consumed;
        let consumed = FeesConsumed { event, message_fee, message_receipt, nondet_output, storage };
        if let Some(reason) = internal {
            let error = InternalError::new(reason);
            return Report { llm_consumption: llm, data_fees_consumed: consumed, ..Report::internal(error) };
        }
        let mut execution = Execution::before_start(outcome, consumed, remaining);
        let frame = |(func, module_name)| Frame { func, module_name };
        execution.backtrace = frames.map(|frames| frames.into_iter().map(frame).collect());
        execution.wasm_store_hashes = hashes;
        execution.emissions = emissions.iter().map(|value| Encoded::from_value(value).unwrap()).collect();
        execution.storage_changes = pages
            .into_iter()
            .map(|(slot, (first_page, count))| Delta { slot: SlotId(slot), first_page, octets: vec![1; count * 32] })
            .collect();
        let mut report = Report::of(execution);
        (report.nondet_results, report.nondet_disagreement, report.llm_consumption) = (results, disagreement, llm);
        report
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]
    #[test]
    fn reports_come_back(report in report()) {
        prop_assert_eq!(Report::decode(&report.encode()), Ok(report));
    }

    #[test]
    fn decoding_is_total_and_accepts_encodings_only(report in report(), at in any::<prop::sample::Index>(), bit in 0..8) {
        let mut octets = report.encode();
        let at = at.index(octets.len());
        octets[at] ^= 1_u8 << bit;
        if let Ok(other) = Report::decode(&octets) {
            prop_assert_eq!(&other.encode(), &octets);
        }
        // Every prefix is refused too.
        prop_assert!(Report::decode(&octets[..at]).is_err());
    }
}

#[test]
fn the_encoding_of_a_report_does_not_change() {
    let report = Report::of(Execution::before_start(
        Outcome::Return(Encoded::null()),
        FeesConsumed::default(),
        vec![],
    ));
    let zero: Value = 0.into();
    let hash = |hash: Option<&[u8; 32]>| Value::Bytes(hash.unwrap().to_vec());
    let expected = Value::map([
        ("backtrace", Value::Null),
        ("data", Value::Null),
        ("data_fees_consumed", Value::map(FeesConsumed::CLASSES.map(|class| (class, zero.clone())))),
        ("data_fees_remaining", Value::Array(vec![])),
        ("emissions", Value::Array(vec![])),
        ("execution_hash", hash(report.execution_hash())),
        ("kind", zero),
        ("llm_consumption", 0.into()),
        ("nondet_disagreement", Value::Null),
        ("nondet_results", Value::Array(vec![])),
        ("small_hash", hash(report.small_hash())),
        ("storage_changes", Value::Array(vec![])),
        ("wasm_store_hashes", Value::map::<&str>([])),
    ]);
    assert_eq!(report.encode(), [vec![0], encode(&expected)].concat());
}
