use super::*;
use crate::tests::{rows, value};
use crate::{Address, BigInt, DecodeErrorKind, text};
use ::serde::{Deserialize, Serialize};
use alloc::collections::BTreeMap;
use alloc::string::{String, ToString};
use alloc::{format, vec};
use core::fmt::Debug;
use proptest::prelude::*;

#[derive(Debug, PartialEq, Serialize, Deserialize)]
enum Shape {
    Point,
    Circle(u8),
    Line(i8, i8),
    Square { side: u16 },
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Unit;

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Meters(u64);

/// Its value is this text, and comes back from it.
fn is<T: Serialize + DeserializeOwned + PartialEq + Debug>(value: T, wanted: &str) {
    let octets = to_vec(&value).unwrap();
    assert_eq!(crate::decode(&octets).unwrap().to_string(), wanted);
    assert_eq!(from_slice::<T>(&octets).unwrap(), value);
}

fn reads<T: DeserializeOwned>(text: &str) -> Result<T, Error> {
    from_value(&text::parse(text).unwrap())
}

#[test]
fn types_have_the_values_of_the_table() {
    is((), "null");
    is(Unit, "null");
    is(None::<u8>, "null");
    is(Some(5_u8), "5");
    is(true, "true");
    is(i128::MIN, "-170141183460469231731687303715884105728");
    is(u128::MAX, "340282366920938463463374607431768211455");
    is(i64::MIN, "-9223372036854775808");
    is('é', "\"é\"");
    is(String::from("a"), "\"a\"");
    is(vec![1_u8, 2], "[1,2]");
    is((1_u8, String::from("a"), [true; 2]), "[1,\"a\",[true,true]]");
    is(BTreeMap::from([(String::from("b"), 1), (String::from("a"), 2)]), r#"{"a":2,"b":1}"#);
    is(Meters(7), "7");
    is(Address([1; 20]), "addr#0101010101010101010101010101010101010101");
    is(Some(Address([1; 20])), "addr#0101010101010101010101010101010101010101");
    is(Shape::Point, "\"Point\"");
    is(Shape::Circle(1), r#"{"Circle":1}"#);
    is(Shape::Line(1, -1), r#"{"Line":[1,-1]}"#);
    is(Shape::Square { side: 2 }, r#"{"Square":{"side":2}}"#);
}

#[test]
fn what_has_no_value_is_an_error() {
    assert_eq!(to_value(&1.5_f64), Err(Error::Float));
    assert_eq!(to_value(&[1.5_f32]), Err(Error::Float));
    assert_eq!(to_value(&BTreeMap::from([(1, 2)])), Err(Error::Key));
}

#[test]
fn what_a_type_refuses_is_an_error() {
    assert!(reads::<u8>("256").is_err());
    assert!(reads::<u64>("-1").is_err());
    assert!(reads::<u128>("340282366920938463463374607431768211456").is_err());
    assert!(reads::<f64>("\"1\"").is_err());
    assert!(reads::<Address>("b#0101010101010101010101010101010101010101").is_err());
    assert!(reads::<[u8; 2]>("[1]").is_err());
    assert!(reads::<[u8; 2]>("[1,2,3]").is_err());
    assert_eq!(reads::<Shape>(r#"{"Point":null}"#), Ok(Shape::Point));
    for text in [r#"{"Point":1}"#, "\"Circle\"", "\"Cube\"", "{}", r#"{"Circle":1,"Point":null}"#, "1"] {
        assert!(reads::<Shape>(text).is_err(), "{text}");
    }
    let Err(Error::Decode(error)) = from_slice::<()>(&[0, 0]) else { panic!("trailing octets") };
    assert_eq!(error.kind, DecodeErrorKind::Trailing);
}

#[test]
fn values_go_through_unchanged() {
    for (_, octets) in rows() {
        assert_eq!(to_vec(&from_slice::<Value>(&octets).unwrap()), Ok(octets));
    }
    let huge = Value::Int(BigInt::from(-1) << 300_u32);
    is(vec![Some(huge)], &format!("[-{}]", BigInt::from(1) << 300_u32));
}

#[test]
fn depth_ends_at_128() {
    let nested = |depth| (0..depth).fold(Value::Null, |inner, _| Value::Array(vec![inner]));
    assert!(to_value(&nested(128)).is_ok());
    assert_eq!(to_value(&nested(129)), Err(Error::TooDeep));
    assert!(to_value(&Some(nested(127))).is_ok());
    assert_eq!(to_value(&BTreeMap::from([("a", nested(128))])), Err(Error::TooDeep));
}

#[test]
fn other_formats_can_hold_values() {
    let text = r#"{"a":[1,-1,null,true,"x",18446744073709551615]}"#;
    let value: Value = serde_json::from_str(text).unwrap();
    assert_eq!(value.to_string(), text);
    assert_eq!(serde_json::to_string(&value).unwrap(), text);
    let float = serde_json::from_str::<Value>("1.5").unwrap_err().to_string();
    assert!(float.contains("expected a value without floats"), "{float}");
    assert!(serde_json::from_str::<Value>(r#"{"a":1,"a":2}"#).is_err());
    let address = serde_json::to_string(&Address([1; 20])).unwrap();
    assert_eq!(address, "\"addr#0101010101010101010101010101010101010101\"");
    assert_eq!(serde_json::from_str::<Address>(&address).unwrap(), Address([1; 20]));
    assert!(serde_json::from_str::<Address>("\"addr#01\"").is_err());
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]
    #[test]
    fn any_value_goes_through_unchanged(value in value()) {
        prop_assert_eq!(to_value(&value), Ok(value.clone()));
        prop_assert_eq!(from_value::<Value>(&value), Ok(value));
    }
}
