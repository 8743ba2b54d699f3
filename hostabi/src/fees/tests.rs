use super::allocation::tests::{external, internal};
use super::params::tests::{num, params};
use super::*;
use proptest::prelude::*;
use selfsame_calldata::{decode, encode};

const A: Address = Address([0xaa; 20]);
const B: Address = Address([0xbb; 20]);

/// Rounds of 5 and 11 validators and a price of 10: an internal message costs 10*998 + 3*46.
fn config() -> FeesConfig {
    let formula = FormulaConfig {
        validators_per_round: vec![5, 11],
        price_per_time_unit: num(10),
        ..FormulaConfig::default()
    };
    FeesConfig { formula, ..FeesConfig::default() }
}

const FEE: u64 = 10_118;

/// Of a message without calldata and with no children: 64, two words of subtree, two rotations.
const RECEIPT: u64 = 64 + 64 + 64;

fn fees(totals: [u64; 3], nodes: Vec<Node>) -> Fees {
    Fees::new(&config(), totals.map(num).to_vec(), nodes).unwrap()
}

fn post(recipient: Address, value: u64) -> InternalMessage {
    InternalMessage {
        recipient,
        call_key: [0; 32],
        on: On::Finalized,
        calldata_len: 0,
        code_len: 0,
        value: num(value),
    }
}

fn send(recipient: Address, calldata: &[u8]) -> ExternalMessage<'_> {
    ExternalMessage { recipient, calldata, value: num(0) }
}

fn remaining(fees: &Fees) -> Vec<u64> {
    fees.buckets().remaining().iter().map(|left| left.to()).collect()
}

#[test]
fn reports_have_the_shapes_of_the_hashed_result() {
    let mut fees = fees([10, 1000, 7], vec![]);
    fees.start().unwrap();
    fees.charge_storage_page().unwrap();
    fees.charge_nondet_output(20).unwrap();
    assert_eq!(fees.charge_event(2, 6), Ok(num(70)));
    let consumed = Value::map([
        ("storage", 1.into()),
        ("message_receipt", 0.into()),
        ("nondet_output", 20.into()),
        ("message_fee", 0.into()),
        ("event", 70.into()),
    ]);
    assert_eq!(fees.consumed(), consumed);
    assert_eq!(fees.remaining(), Value::Array(vec![9.into(), 910.into(), 7.into()]));
    let big = Fees::new(&config(), vec![U256::MAX; 3], vec![]).unwrap();
    assert_eq!(encode(&big.remaining())[1..38], encode(&int(U256::MAX)));
    assert_eq!(encode(&int(U256::MAX))[36], 0x7f);
    assert_eq!(Fees::free().remaining(), Value::Array(vec![]));
    assert_eq!(decode(&encode(&Fees::free().consumed())), Ok(Fees::free().consumed()));
}

#[test]
fn free_fees_charge_nothing() {
    let mut fees = Fees::free();
    fees.start().unwrap();
    fees.charge_storage_page().unwrap();
    fees.charge_nondet_output(u64::MAX).unwrap();
    assert_eq!(fees.charge_event(4, u64::MAX), Ok(num(0)));
    assert_eq!(fees.charge_internal(&post(A, 0)), Err(codes::NO_MATCHING_NODE));
}

#[test]
fn pages_outputs_and_events_run_out_at_the_exact_number() {
    let mut pages = fees([2, 0, 0], vec![]);
    assert_eq!([(); 3].map(|()| pages.charge_storage_page()), [Ok(()), Ok(()), Err("out_of storage")]);
    assert_eq!(fees([0, 9, 0], vec![]).charge_nondet_output(9), Ok(()));
    assert_eq!(fees([0, 8, 0], vec![]).charge_nondet_output(9), Err("out_of receipt nondet_output"));
    assert_eq!(fees([0, 134, 0], vec![]).charge_event(4, 6), Ok(num(134)));
    assert_eq!(fees([0, 133, 0], vec![]).charge_event(4, 6), Err("out_of receipt event"));
}

#[test]
fn an_internal_message_is_charged_to_the_last_unit_or_not_at_all() {
    let run = |receipt, fee, budget| {
        let mut fees = fees([0, receipt, fee], vec![internal(budget)]);
        let result = fees.charge_internal(&post(A, 5)).map(|fee| (fee.message_fee, fee.receipt_fee));
        if result.is_err() {
            assert_eq!(remaining(&fees), [0, receipt, fee]);
            assert_eq!(fees.balance_consumed(), num(0));
        }
        result
    };
    assert_eq!(run(RECEIPT, FEE, FEE), Ok((num(FEE), num(RECEIPT))));
    assert_eq!(run(RECEIPT, FEE, FEE - 1), Err("out_of message_fee node"));
    assert_eq!(run(RECEIPT, FEE - 1, FEE), Err("out_of message_fee total"));
    assert_eq!(run(RECEIPT - 1, FEE, FEE), Err("out_of receipt message"));
    // The order in which they are reported.
    assert_eq!(run(0, 0, 0), Err("out_of message_fee node"));
    assert_eq!(run(0, 0, FEE), Err("out_of message_fee total"));
}

#[test]
fn what_a_message_carries_is_in_its_receipt() {
    let node = Node { children: vec![external(1, 1, 1)], ..internal(FEE) };
    let subtree = subtree::encode(&node.children);
    let mut fees = fees([0, 10_000, FEE], vec![node]);
    let message = InternalMessage { calldata_len: 100, code_len: 1000, ..post(A, 0) };
    let fee = fees.charge_internal(&message).unwrap();
    assert_eq!(fee.receipt_fee, num(64 + 100 + 1000 + 64) + U256::from(subtree.len()));
    assert_eq!((&*fee.subtree, fee.use_balance), (&*subtree, false));
    assert_eq!(*fee.params, params());
}

#[test]
fn a_budget_is_used_up_by_all_messages_together() {
    let mut fees = fees([0, 10_000, 5 * FEE], vec![internal(2 * FEE + 1)]);
    fees.charge_internal(&post(A, 0)).unwrap();
    fees.charge_internal(&post(B, 0)).unwrap();
    assert_eq!(fees.charge_internal(&post(A, 0)), Err("out_of message_fee node"));
    assert_eq!(remaining(&fees), [0, 10_000 - 2 * RECEIPT, 3 * FEE]);
}

#[test]
fn a_charge_that_fails_leaves_the_budget() {
    let mut fees = fees([0, RECEIPT, FEE], vec![internal(FEE)]);
    let long = InternalMessage { calldata_len: 1, ..post(A, 0) };
    assert_eq!(fees.charge_internal(&long), Err("out_of receipt message"));
    assert!(fees.charge_internal(&post(A, 0)).is_ok());
}

#[test]
fn the_first_matching_node_wins_even_when_it_is_empty() {
    let empty = Node { recipient: Some(A), ..internal(FEE - 1) };
    let full = internal(9 * FEE);
    let mut first = fees([0, 10_000, 9 * FEE], vec![empty.clone(), full.clone()]);
    assert_eq!(first.charge_internal(&post(A, 0)), Err("out_of message_fee node"));
    assert!(first.charge_internal(&post(B, 0)).is_ok(), "the second node");
    let mut last = fees([0, 10_000, 9 * FEE], vec![full, empty]);
    assert!(last.charge_internal(&post(A, 0)).is_ok());
}

#[test]
fn messages_need_a_node_of_their_kind_release_recipient_and_key() {
    let key = CallKey::of_eth_send(&[1, 2, 3, 4]).0;
    let nodes = vec![
        Node { recipient: Some(A), call_key: Some(key), ..internal(FEE) },
        Node { recipient: Some(A), call_key: Some(key), ..external(6, 2, 3) },
    ];
    let mut fees = fees([0, 10_000, 10 * FEE], nodes);
    let none = Err(codes::NO_MATCHING_NODE);
    let right = InternalMessage { call_key: key, ..post(A, 0) };
    assert_eq!(fees.charge_internal(&post(A, 0)), none);
    assert_eq!(fees.charge_internal(&InternalMessage { recipient: B, ..right }), none);
    assert_eq!(fees.charge_internal(&InternalMessage { on: On::Accepted, ..right }), none);
    assert!(fees.charge_internal(&right).is_ok());
    let none = Err(codes::NO_MATCHING_NODE);
    assert_eq!(fees.charge_external(&send(A, &[1, 2, 3])), none);
    assert_eq!(fees.charge_external(&send(B, &[1, 2, 3, 4])), none);
    let fee = fees.charge_external(&send(A, &[1, 2, 3, 4, 5])).unwrap();
    assert_eq!((fee.message_fee, fee.receipt_fee), (num(6), num(64 + 5)));
    assert_eq!(fees.charge_external(&send(A, &[1, 2, 3, 4])), Err("out_of message_fee node"));
}

#[test]
fn an_external_message_is_charged_to_the_last_unit_or_not_at_all() {
    let run = |receipt, fee, budget| {
        fees([0, receipt, fee], vec![external(budget, 2, 3)]).charge_external(&send(A, b"12345"))
    };
    assert!(run(69, 6, 6).is_ok());
    assert_eq!(run(68, 6, 6), Err("out_of receipt message"));
    assert_eq!(run(69, 5, 6), Err("out_of message_fee total"));
    assert_eq!(run(69, 6, 5), Err("out_of message_fee node"));
    let dear = ExternalParams { gas_limit: U256::MAX, max_gas_price: num(2) };
    let node = Node { params: NodeParams::External(dear), budget: U256::MAX, ..external(0, 0, 0) };
    let mut fees = Fees::new(&config(), vec![U256::MAX; 3], vec![node]).unwrap();
    assert_eq!(fees.charge_external(&send(A, b"")), Err("out_of message_fee node"), "no 256 bits hold it");
}

#[test]
fn floors_apply_to_the_matching_node_before_its_cost() {
    let mut config = config();
    config.formula.min_leader_timeunits = num(2);
    let mut fees = Fees::new(&config, vec![num(0); 3], vec![internal(0)]).unwrap();
    assert_eq!(fees.charge_internal(&post(A, 0)), Err("fee below_minimum"));
    config.formula = FormulaConfig { validators_per_round: vec![5], ..FormulaConfig::default() };
    let mut fees = Fees::new(&config, vec![num(0); 3], vec![internal(0)]).unwrap();
    assert_eq!(fees.charge_internal(&post(A, 0)), Err("fee too_many_rounds"));
}

#[test]
fn a_message_from_the_balance_leaves_nodes_and_fee_bucket_alone() {
    let mut fees = fees([0, 300, 0], vec![]);
    let fee = 5 * 998 + 3 * 46;
    assert_eq!(fees.meter_from_balance(&params(), num(7), num(7 + fee)), Ok(num(fee)));
    let charged = fees.charge_from_balance(&post(A, 7), params(), num(fee)).unwrap();
    assert_eq!((charged.message_fee, charged.use_balance), (num(fee), true));
    assert_eq!((charged.receipt_fee, charged.subtree.len()), (num(64 + 64), 0));
    assert_eq!(remaining(&fees), [0, 300 - 128, 0]);
    assert_eq!(fees.balance_consumed(), num(7 + fee));
    // What is consumed counts for the next.
    assert_eq!(fees.meter_from_balance(&params(), num(0), num(7 + 2 * fee)), Ok(num(fee)));
    let short = fees.meter_from_balance(&params(), num(1), num(7 + 2 * fee));
    assert_eq!(short, Err(Refusal::Inbalance));
    assert_eq!(fees.check_value(num(3), num(10 + fee)), Ok(()));
    assert_eq!(fees.check_value(num(4), num(10 + fee)), Err(Refusal::Inbalance));
    // Row 10.
    let message = InternalMessage { calldata_len: 45, ..post(A, 7) };
    let over = fees.charge_from_balance(&message, params(), num(fee));
    assert_eq!(over, Err("out_of receipt message"));
    assert_eq!(fees.balance_consumed(), num(7 + fee));
    let message = InternalMessage { calldata_len: 44, ..post(A, 7) };
    assert!(fees.charge_from_balance(&message, params(), num(fee)).is_ok());
}

#[test]
fn nodes_without_rotations_are_an_error_of_the_host() {
    let bare = Node { params: NodeParams::Internal(FeeParams::default()), ..internal(0) };
    let node = Node { children: vec![bare], ..external(0, 1, 1) };
    let error = Fees::new(&config(), vec![num(0); 3], vec![node]).map(|_| ());
    assert_eq!(error, Err(ConfigError::NoRotations));
}

#[test]
fn a_configuration_has_fewer_rounds_than_parameters_keep() {
    let new = |rounds| {
        let mut config = config();
        config.formula.validators_per_round = vec![1; rounds];
        Fees::new(&config, vec![num(0); 3], vec![]).map(|_| ())
    };
    assert_eq!(new(params::MAX_ROTATIONS - 1), Ok(()));
    assert_eq!(new(params::MAX_ROTATIONS), Err(ConfigError::Rounds));
}

proptest! {
    #[test]
    fn whatever_is_charged_adds_up(
        totals in proptest::array::uniform3(0..60_000_u64),
        budgets in proptest::array::uniform2(0..60_000_u64),
        steps in proptest::collection::vec((0..5_u8, 0..300_u64), 0..60),
    ) {
        let nodes = vec![
            Node { recipient: Some(A), ..internal(budgets[0]) },
            external(budgets[1], 30, 40),
        ];
        let mut fees = fees(totals, nodes);
        let (mut paid, mut consumed) = (num(0), num(0));
        for (step, number) in steps {
            let before = (fees.consumed(), fees.remaining(), fees.balance_consumed());
            let failed = match step {
                0 => fees.charge_storage_page().is_err(),
                1 => fees.charge_nondet_output(number).is_err(),
                2 => fees.charge_event(number % 5, number).is_err(),
                3 => match fees.charge_internal(&InternalMessage { calldata_len: number, ..post(A, number) }) {
                    Ok(fee) => {
                        paid += fee.message_fee;
                        consumed += num(number);
                        false
                    }
                    Err(_) => true,
                },
                _ => match fees.charge_external(&send(B, &vec![0; number as usize])) {
                    Ok(fee) => {
                        paid += fee.message_fee;
                        false
                    }
                    Err(_) => true,
                },
            };
            if failed {
                prop_assert_eq!(before, (fees.consumed(), fees.remaining(), fees.balance_consumed()));
            }
        }
        let total: U256 = totals.map(num).into_iter().sum();
        let left: U256 = fees.buckets().remaining().iter().copied().sum();
        let spent: U256 = Class::ALL.map(|class| fees.buckets().consumed(class)).into_iter().sum();
        prop_assert_eq!(spent + left, total);
        prop_assert_eq!(fees.buckets().consumed(Class::MessageFee), paid);
        prop_assert_eq!(fees.balance_consumed(), consumed);
        prop_assert!(paid <= num(budgets[0]) + num(budgets[1]));
    }
}
