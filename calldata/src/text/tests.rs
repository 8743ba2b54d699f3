use super::*;
use crate::tests::{rows, value};
use crate::{Address, BigInt, MAX_DEPTH, Value, check, encode};
use alloc::string::{String, ToString};
use alloc::{format, vec};
use proptest::prelude::*;

fn fails(text: &str, offset: usize, kind: ParseErrorKind) {
    assert_eq!(parse(text), Err(ParseError { offset, kind }), "{text}");
}

#[test]
fn every_row_of_the_examples_is_printed_and_read() {
    for (text, octets) in rows() {
        let checked = check(&octets).unwrap();
        assert_eq!(checked.to_string(), text);
        assert_eq!(checked.to_value().to_string(), text);
        assert_eq!(parse(&text).map(|value| encode(&value)), Ok(octets), "{text}");
    }
}

#[test]
fn white_space_and_the_order_of_entries_do_not_matter() {
    let spaced = " { \"b\" : [ 1 ,\n2 ] ,\t\"a\" :\r null } ";
    assert_eq!(parse(spaced).unwrap().to_string(), r#"{"a":null,"b":[1,2]}"#);
    assert_eq!(parse("[ ]").unwrap().to_string(), "[]");
    assert_eq!(parse("{ }").unwrap().to_string(), "{}");
}

#[test]
fn escapes_are_those_of_json() {
    assert_eq!(parse(r#""\"\\\/\b\f\n\r\t\u0041\u00E9\ud83d\ude00""#), Ok("\"\\/\x08\x0c\n\r\tAé😀".into()));
    assert_eq!(
        Value::from("\"\\/\x08\n\r\t\u{85}\x7f\0é").to_string(),
        r#""\"\\/\u0008\n\r\t\u0085\u007f\u0000é""#
    );
    fails(r#""\x""#, 1, ParseErrorKind::Escape);
    fails(r#""\u00g0""#, 1, ParseErrorKind::Escape);
    fails(r#""\ud800""#, 1, ParseErrorKind::Surrogate);
    fails(r#""\udc00""#, 1, ParseErrorKind::Surrogate);
    fails(r#""\ud800\ud800""#, 1, ParseErrorKind::Surrogate);
    fails(r#""\ud800\u12""#, 7, ParseErrorKind::End);
    fails("\"\\ué0000\"", 1, ParseErrorKind::Escape);
    fails("\"a\nb\"", 2, ParseErrorKind::Control);
    fails("\"ab", 3, ParseErrorKind::End);
    fails("\"ab\\", 3, ParseErrorKind::End);
}

#[test]
fn what_is_no_value_says_where() {
    fails("", 0, ParseErrorKind::End);
    fails(" ", 1, ParseErrorKind::End);
    fails("nul", 0, ParseErrorKind::Value);
    fails("None", 0, ParseErrorKind::Value);
    fails("é", 0, ParseErrorKind::Value);
    for number in ["01", "-0", "-", "1.5", "1e3", "0b1", "1_000", "-a"] {
        fails(number, 0, ParseErrorKind::Number);
    }
    fails("+1", 0, ParseErrorKind::Value);
    fails("b#0", 2, ParseErrorKind::HalfOctet);
    fails("b#0G", 3, ParseErrorKind::Expected("a lowercase hex digit"));
    fails("addr#00", 0, ParseErrorKind::AddressLength);
    fails(&format!("addr#{}", "00".repeat(21)), 0, ParseErrorKind::AddressLength);
    fails("[1 2]", 3, ParseErrorKind::Expected("`,` or `]`"));
    fails("[1,]", 3, ParseErrorKind::Value);
    fails("[1", 2, ParseErrorKind::End);
    fails("{1:2}", 1, ParseErrorKind::Expected("a key in quotes"));
    fails(r#"{"a" 1}"#, 5, ParseErrorKind::Expected("`:`"));
    fails(r#"{"a":1,"a":2}"#, 7, ParseErrorKind::DuplicateKey);
    fails(r#"{"a":1,}"#, 7, ParseErrorKind::Expected("a key in quotes"));
    fails("1 2", 2, ParseErrorKind::Trailing);
    // Which address was meant cannot be told from an integer.
    for hex in ["0x", "0x01", "0xA", "-0x1", "0x5B38Da6a701c568545dCfcB03FcB875f56beddC4"] {
        fails(hex, 0, ParseErrorKind::ShortHex);
    }
    let error = parse("[nil]").unwrap_err();
    assert!(error.to_string().ends_with("at octet 1"), "{error}");
}

#[test]
fn depth_ends_at_128() {
    let nested = |open: &str, inner: &str, close: &str, depth: usize| {
        parse(&format!("{}{inner}{}", open.repeat(depth), close.repeat(depth)))
    };
    for (open, close) in [("[", "]"), ("{\"\":", "}")] {
        assert!(nested(open, "null", close, MAX_DEPTH).is_ok());
        assert_eq!(nested(open, "null", close, 129).unwrap_err().kind, ParseErrorKind::TooDeep);
        assert_eq!(nested(open, "[]", close, 128).unwrap_err().kind, ParseErrorKind::TooDeep);
    }
    assert_eq!(parse(&"[".repeat(1 << 20)).unwrap_err().kind, ParseErrorKind::TooDeep);
}

#[test]
fn large_integers_are_written_in_hex() {
    let largest = (BigInt::from(1) << 13_600_u32) - 1_u32;
    let decimals = Value::Int(largest.clone()).to_string();
    assert_eq!(decimals.len(), MAX_DECIMAL_DIGITS);
    assert_eq!(parse(&decimals), Ok(Value::Int(largest.clone())));
    let next: Value = (largest + 1_u32).into();
    assert_eq!(next.to_string(), format!("0x1{}", "0".repeat(3_400)));
    assert_eq!(parse(&next.to_string()), Ok(next));
    fails(&"9".repeat(MAX_DECIMAL_DIGITS), 0, ParseErrorKind::TooManyDigits);
    fails(&"9".repeat(MAX_DECIMAL_DIGITS + 1), 0, ParseErrorKind::TooManyDigits);
    fails(&format!("0x0{}", "0".repeat(3_400)), 0, ParseErrorKind::Number);
    fails(&format!("0x{}", "f".repeat(3_400)), 0, ParseErrorKind::ShortHex);
    // Large ones are read and printed at once.
    let huge = format!("-0x{}", "f".repeat(1 << 20));
    assert_eq!(parse(&huge).map(|value| value.to_string()), Ok(huge));
}

#[test]
fn long_octets_are_shortened_in_logs_only() {
    let long = Value::Array(vec![vec![7; 65].into(), vec![7; 64].into()]);
    let (end, all) = ("07".repeat(32), "07".repeat(64));
    assert_eq!(format!("{long:#}"), format!("[b#{end}...{end},b#{all}]"));
    assert_eq!(format!("{:#}", check(&encode(&long)).unwrap()), format!("{long:#}"));
    assert_eq!(parse(&long.to_string()), Ok(long));
}

#[test]
fn an_address_has_its_own_notation() {
    assert_eq!(parse(&Address([0xab; 20]).to_string()), Ok(Address([0xab; 20]).into()));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]
    #[test]
    fn what_is_printed_comes_back(value in value()) {
        let text = value.to_string();
        let octets = encode(&value);
        prop_assert_eq!(check(&octets).unwrap().to_string(), text.clone());
        prop_assert_eq!(parse(&text), Ok(value));
    }

    #[test]
    fn any_text_is_read_or_refused(text: String, near in r#"[\[\]{}",:0-9a-f#x \\un-]{0,40}"#) {
        for text in [text, near] {
            match parse(&text) {
                Ok(value) => prop_assert_eq!(parse(&value.to_string()), Ok(value)),
                Err(error) => prop_assert!(error.offset <= text.len()),
            }
        }
    }
}
