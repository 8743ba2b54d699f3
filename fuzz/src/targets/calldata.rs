//! Calldata, both ways.

use crate::Numbers;
use crate::values::value;
use selfsame_calldata::{Value, check, decode, encode, gvm32, text};

/// Octets to a value and back; a value to octets, to its text, and back.
///
/// # Panics
/// If something else comes back, or if the readers disagree on what is calldata.
pub fn calldata(data: &[u8]) {
    match (decode(data), check(data)) {
        (Ok(value), Ok(view)) => {
            assert_eq!(encode(&value), data, "the encoding of what was decoded");
            assert_eq!(view.to_value(), value, "the value of the view");
            in_text(&value);
        }
        (Err(decoded), Err(checked)) => assert_eq!(decoded, checked),
        (decoded, checked) => panic!("decode: {decoded:?}; check: {checked:?}"),
    }
    if let Ok(written) = std::str::from_utf8(data) {
        if let Ok(value) = text::parse(written) {
            both_ways(&value);
        }
        if let Ok(octets) = gvm32::decode(written) {
            // There are several texts for the same octets, of which one is written.
            assert_eq!(gvm32::decode(&gvm32::encode(&octets)), Ok(octets));
        }
    }
    assert_eq!(gvm32::decode(&gvm32::encode(data)).as_deref(), Ok(data));
    both_ways(&value(&mut Numbers(crate::generate::seed(data)), 4));
}

fn both_ways(value: &Value) {
    let octets = encode(value);
    assert_eq!(decode(&octets).as_ref(), Ok(value), "{octets:x?}");
    in_text(value);
}

fn in_text(value: &Value) {
    let written = value.to_string();
    assert_eq!(text::parse(&written).as_ref(), Ok(value), "{written}");
}
