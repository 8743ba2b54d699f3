//! What the tests of this crate share: the tables of the specification, and random values.

mod codec;
pub mod linear;
mod oracle;

use crate::{Address, BigInt, Value};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use proptest::prelude::*;

/// Octets in hex.
pub fn hex(digits: &str) -> Vec<u8> {
    let digits: Vec<u8> = digits.chars().map(|digit| digit.to_digit(16).unwrap() as u8).collect();
    assert_eq!(digits.len() % 2, 0);
    digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect()
}

/// Every row of section 8: the value in the textual notation, and its encoding.
pub fn rows() -> Vec<(String, Vec<u8>)> {
    const ADDRESS: &str = "addr#0102030405060708090a0b0c0d0e0f1011121314";
    let mut rows: Vec<(String, String)> = [
        ("null", "00"),
        ("false", "08"),
        ("true", "10"),
        ("0", "01"),
        ("1", "09"),
        ("-1", "02"),
        ("15", "79"),
        ("16", "8101"),
        ("-16", "7a"),
        ("-17", "8201"),
        ("127", "f907"),
        ("128", "8108"),
        ("4294967296", "818080808001"),
        ("18446744073709551615", "f9ffffffffffffffff0f"),
        ("-9223372036854775808", "faffffffffffffffff07"),
        ("b#", "03"),
        ("b#00ff", "1300ff"),
        ("\"\"", "04"),
        ("\"a\"", "0c61"),
        ("\"é\"", "14c3a9"),
        ("\"日本\"", "34e697a5e69cac"),
        ("\"\u{1f600}\"", "24f09f9880"),
        ("\"#get-schema\"", "5c236765742d736368656d61"),
        (ADDRESS, "180102030405060708090a0b0c0d0e0f1011121314"),
        ("[]", "05"),
        ("[null]", "0d00"),
        ("[1,-1,true]", "1d090210"),
        ("[[],[[]]]", "15050d05"),
        ("{}", "06"),
        (r#"{"":null}"#, "0e0000"),
        (r#"{"a":1,"b":2}"#, "16016109016211"),
        (r#"{"a":3,"aa":1,"b":2}"#, "1e01611902616109016211"),
        (r#"{"args":[1,2]}"#, "0e0461726773150911"),
        (r#"{"":"foo"}"#, "0e001c666f6f"),
        (r#"{"":"foo","args":[1]}"#, "16001c666f6f04617267730d09"),
        ("{\"\u{e000}\":1,\"\u{10000}\":2}", "1603ee80800904f090808011"),
        (r#"{"GetTimestamp":null}"#, "0e0c47657454696d657374616d7000"),
        (r#"{"ok":{"text":"hi"}}"#, "0e026f6b0e0474657874146869"),
    ]
    .map(|(text, octets)| (text.to_string(), octets.to_string()))
    .to_vec();
    rows.extend([
        (
            format!(r#"{{"":"transfer","args":[{ADDRESS},100]}}"#),
            "1600447472616e73666572046172677315180102030405060708090a0b0c0d0e0f1011121314a106".to_string(),
        ),
        (
            format!(r#"{{"args":[],"kwargs":{{"to":{ADDRESS}}}}}"#),
            "16046172677305066b77617267730e02746f180102030405060708090a0b0c0d0e0f1011121314".to_string(),
        ),
        (format!("b#{}", "00".repeat(16)), format!("8301{}", "00".repeat(16))),
        (((BigInt::from(1) << 256_u32) - 1_u32).to_string(), format!("f9{}7f", "ff".repeat(35))),
    ]);
    assert_eq!(rows.len(), 42);
    rows.into_iter().map(|(text, octets)| (text, hex(&octets))).collect()
}

/// Any value, of a moderate size.
pub fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i128>().prop_map(Value::from),
        (-70_000_i32..70_000).prop_map(Value::from),
        prop::collection::vec(any::<u32>(), 0..20).prop_map(|digits| {
            let sign = if digits.len() % 2 == 0 { num_bigint::Sign::Plus } else { num_bigint::Sign::Minus };
            Value::Int(BigInt::from_slice(sign, &digits))
        }),
        prop::collection::vec(any::<u8>(), 0..80).prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        any::<[u8; 20]>().prop_map(|octets| Value::Address(Address(octets))),
    ];
    leaf.prop_recursive(6, 60, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::Array),
            prop::collection::btree_map(".{0,4}", inner, 0..6).prop_map(Value::Map),
        ]
    })
}
