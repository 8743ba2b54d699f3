use super::*;
use proptest::prelude::*;

fn num(number: u64) -> U256 {
    U256::from(number)
}

fn nums(numbers: &[u64]) -> Vec<U256> {
    numbers.iter().copied().map(U256::from).collect()
}

fn config(buckets: &[usize], start: &[u64], price: &[u64]) -> ClassConfig {
    let cost = |numbers: &[u64]| match numbers {
        [one] => Cost::Scalar(num(*one)),
        many => Cost::PerBucket(nums(many)),
    };
    ClassConfig { buckets: buckets.to_vec(), start: cost(start), price: cost(price) }
}

#[test]
fn the_codes_are_those_of_the_classes() {
    let rows = Class::ALL.map(|class| (class.name(), class.code()));
    assert_eq!(
        rows,
        [
            ("storage", "out_of storage"),
            ("message_receipt", "out_of receipt message"),
            ("nondet_output", "out_of receipt nondet_output"),
            ("message_fee", "out_of message_fee total"),
            ("event", "out_of receipt event"),
        ]
    );
}

#[test]
fn the_default_classes_use_three_buckets_at_a_price_of_one() {
    let mut buckets = Buckets::new(Classes::default(), nums(&[10, 20, 30])).unwrap();
    buckets.start().unwrap();
    for (class, units) in Class::ALL.into_iter().zip(1..) {
        assert_eq!(buckets.charge([(class, num(units))]), Ok([num(units)]));
    }
    // 1 from bucket 0; 2 + 3 + 5 from bucket 1; 4 from bucket 2.
    assert_eq!(buckets.remaining(), nums(&[9, 10, 26]));
    assert_eq!(Class::ALL.map(|class| buckets.consumed(class)).to_vec(), nums(&[1, 2, 3, 4, 5]));
}

#[test]
fn each_class_runs_out_behind_its_last_unit() {
    for class in Class::ALL {
        let mut buckets = Buckets::new(Classes::default(), nums(&[3, 3, 3])).unwrap();
        assert_eq!(buckets.charge([(class, num(4))]), Err(class));
        for _ in 0..3 {
            buckets.charge([(class, num(1))]).unwrap();
        }
        assert_eq!(buckets.charge([(class, num(1))]), Err(class));
        assert_eq!(buckets.charge([(class, num(0))]), Ok([num(0)]));
        assert_eq!(buckets.consumed(class), num(3));
    }
}

#[test]
fn scalars_apply_to_every_bucket_and_lists_element_by_element() {
    let classes = Classes {
        storage: config(&[0, 1], &[0], &[3]),
        event: config(&[2, 0], &[0], &[1, 10]),
        ..Classes::free()
    };
    let mut buckets = Buckets::new(classes, nums(&[100, 100, 100])).unwrap();
    assert_eq!(buckets.charge([(Class::Storage, num(2))]), Ok([num(12)]));
    assert_eq!(buckets.remaining(), nums(&[94, 94, 100]));
    assert_eq!(buckets.charge([(Class::Event, num(4))]), Ok([num(44)]));
    assert_eq!(buckets.remaining(), nums(&[54, 94, 96]));
    assert_eq!(buckets.consumed(Class::Storage), num(12));
}

#[test]
fn costs_of_a_bucket_named_twice_add_up() {
    let classes = Classes { storage: config(&[0, 0], &[0], &[2, 3]), ..Classes::free() };
    let mut buckets = Buckets::new(classes, nums(&[9])).unwrap();
    assert_eq!(buckets.charge([(Class::Storage, num(2))]), Err(Class::Storage));
    assert_eq!(buckets.remaining(), nums(&[9]));
    assert_eq!(buckets.charge([(Class::Storage, num(1))]), Ok([num(5)]));
    assert_eq!(buckets.remaining(), nums(&[4]));
}

#[test]
fn start_costs_come_off_in_order_and_count_as_consumed() {
    let classes = Classes {
        storage: config(&[0], &[1], &[1]),
        message_receipt: config(&[0], &[2], &[1]),
        nondet_output: config(&[0], &[4], &[1]),
        message_fee: config(&[0], &[8], &[1]),
        event: config(&[0], &[16], &[1]),
    };
    let mut buckets = Buckets::new(classes.clone(), nums(&[31])).unwrap();
    buckets.start().unwrap();
    assert_eq!(buckets.remaining(), nums(&[0]));
    assert_eq!(Class::ALL.map(|class| buckets.consumed(class)).to_vec(), nums(&[1, 2, 4, 8, 16]));
    // The greatest total with which each class is the one that fails.
    for (class, total) in Class::ALL.into_iter().zip([0, 2, 6, 14, 30]) {
        let mut buckets = Buckets::new(classes.clone(), nums(&[total])).unwrap();
        assert_eq!(buckets.start(), Err(class));
        let consumed: U256 = Class::ALL.map(|class| buckets.consumed(class)).into_iter().sum();
        assert_eq!(consumed + buckets.remaining()[0], num(total), "what came before stays consumed");
        assert_eq!(buckets.consumed(class), num(0));
    }
}

#[test]
fn a_charge_of_several_classes_names_the_first_that_fails_and_takes_nothing() {
    let mut buckets = Buckets::new(Classes::default(), nums(&[0, 5, 7])).unwrap();
    let both = |fee, octets| [(Class::MessageFee, num(fee)), (Class::MessageReceipt, num(octets))];
    assert_eq!(buckets.charge(both(8, 6)), Err(Class::MessageFee));
    assert_eq!(buckets.charge(both(7, 6)), Err(Class::MessageReceipt));
    assert_eq!(buckets.charge(both(8, 5)), Err(Class::MessageFee));
    assert_eq!(buckets.remaining(), nums(&[0, 5, 7]));
    assert_eq!(buckets.charge(both(7, 5)), Ok([num(7), num(5)]));
    assert_eq!(buckets.remaining(), nums(&[0, 0, 0]));
    // From one bucket: each fits alone, not both.
    let classes = Classes {
        message_fee: ClassConfig::of_bucket(0),
        message_receipt: ClassConfig::of_bucket(0),
        ..Classes::free()
    };
    let mut buckets = Buckets::new(classes, nums(&[10])).unwrap();
    assert_eq!(buckets.charge(both(6, 6)), Err(Class::MessageReceipt));
    assert_eq!(buckets.remaining(), nums(&[10]));
    assert_eq!(buckets.consumed(Class::MessageFee), num(0));
}

#[test]
fn nothing_wraps() {
    let mut classes = Classes { storage: config(&[0], &[0], &[2]), ..Classes::free() };
    let mut buckets = Buckets::new(classes.clone(), vec![U256::MAX]).unwrap();
    assert_eq!(buckets.charge([(Class::Storage, U256::MAX)]), Err(Class::Storage));
    assert_eq!(buckets.charge([(Class::Storage, U256::MAX >> 1)]), Ok([U256::MAX - num(1)]));
    assert_eq!(buckets.charge([(Class::Storage, num(1))]), Err(Class::Storage));
    // What a class takes from two buckets must be a number of 256 bits too.
    classes.storage = config(&[0, 1], &[0], &[1]);
    let mut buckets = Buckets::new(classes, vec![U256::MAX, U256::MAX]).unwrap();
    assert_eq!(buckets.charge([(Class::Storage, U256::MAX)]), Err(Class::Storage));
    buckets.charge([(Class::Storage, U256::MAX >> 1)]).unwrap();
    assert_eq!(buckets.charge([(Class::Storage, num(1))]), Err(Class::Storage));
}

#[test]
fn a_configuration_that_does_not_fit_is_refused() {
    let new = |storage| Buckets::new(Classes { storage, ..Classes::free() }, nums(&[1, 1])).map(|_| ());
    assert_eq!(new(config(&[0, 1], &[0], &[1])), Ok(()));
    assert_eq!(new(config(&[2], &[0], &[1])), Err(ConfigError::NoSuchBucket(Class::Storage)));
    assert_eq!(new(config(&[0], &[1, 1], &[1])), Err(ConfigError::CostLength(Class::Storage)));
    assert_eq!(new(config(&[0], &[1], &[1, 1])), Err(ConfigError::CostLength(Class::Storage)));
    assert!(Buckets::new(Classes::default(), nums(&[1, 1])).is_err());
    assert!(Buckets::new(Classes::free(), Vec::new()).is_ok());
}

const BUCKETS: usize = 3;

fn class_config() -> impl Strategy<Value = ClassConfig> {
    let cost = |len: usize| {
        prop_oneof![
            (0..9_u64).prop_map(|cost| Cost::Scalar(num(cost))),
            proptest::collection::vec(0..9_u64, len).prop_map(|costs| Cost::PerBucket(nums(&costs))),
        ]
    };
    proptest::collection::vec(0..BUCKETS, 0..4).prop_flat_map(move |buckets| {
        let len = buckets.len();
        (Just(buckets), cost(len), cost(len)).prop_map(|(buckets, start, price)| ClassConfig {
            buckets,
            start,
            price,
        })
    })
}

proptest! {
    #[test]
    fn what_is_consumed_is_what_is_missing_and_a_failed_charge_changes_nothing(
        classes in proptest::array::uniform5(class_config()),
        totals in proptest::collection::vec(0..400_u64, BUCKETS),
        charges in proptest::collection::vec((0..5_usize, 0..5_usize, 0..9_u64, 0..9_u64), 0..40),
    ) {
        let [storage, message_receipt, nondet_output, message_fee, event] = classes;
        let classes = Classes { storage, message_receipt, nondet_output, message_fee, event };
        let mut buckets = Buckets::new(classes, nums(&totals)).unwrap();
        let _ = buckets.start();
        let total: U256 = nums(&totals).into_iter().sum();
        for (first, second, units, more) in charges {
            let before = (buckets.remaining().to_vec(), Class::ALL.map(|class| buckets.consumed(class)));
            let result = buckets.charge([(Class::ALL[first], num(units)), (Class::ALL[second], num(more))]);
            let after = (buckets.remaining().to_vec(), Class::ALL.map(|class| buckets.consumed(class)));
            match result {
                Ok([a, b]) => {
                    let sum = |state: &(Vec<U256>, _)| state.0.iter().copied().sum::<U256>();
                    prop_assert_eq!(sum(&before) - sum(&after), a + b);
                }
                Err(_) => prop_assert_eq!(before, after),
            }
            let consumed: U256 = Class::ALL.map(|class| buckets.consumed(class)).into_iter().sum();
            let left: U256 = buckets.remaining().iter().copied().sum();
            prop_assert_eq!(consumed + left, total);
        }
    }
}
