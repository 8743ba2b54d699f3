//! Values of calldata from decisions.

use crate::Numbers;
use selfsame_calldata::{Address, BigInt, Value};

/// Any value, not deep and not large.
pub fn value(numbers: &mut Numbers, depth: u32) -> Value {
    let kinds = if depth == 0 { 6 } else { 8 };
    match numbers.below(kinds) {
        0 => Value::Null,
        1 => Value::Bool(numbers.below(2) == 0),
        2 => Value::Int(integer(numbers)),
        3 => Value::Address(Address([numbers.any() as u8; 20])),
        4 => {
            let len = numbers.one_of(&[0, 1, 2, 20, 31, 32, 33, 200]);
            Value::Bytes((0..len).map(|_| numbers.any() as u8).collect())
        }
        5 => Value::Str(text(numbers)),
        6 => Value::Array((0..numbers.below(6)).map(|_| value(numbers, depth - 1)).collect()),
        _ => Value::Map((0..numbers.below(6)).map(|_| (text(numbers), value(numbers, depth - 1))).collect()),
    }
}

fn integer(numbers: &mut Numbers) -> BigInt {
    let magnitude = match numbers.below(4) {
        0 => BigInt::from(numbers.below(300)),
        1 => BigInt::from(numbers.any()),
        2 => BigInt::from(1) << numbers.below(600),
        _ => (BigInt::from(1) << numbers.below(300)) - 1,
    };
    if numbers.below(3) == 0 { -magnitude } else { magnitude }
}

fn text(numbers: &mut Numbers) -> String {
    let words = ["", "args", "a", "methods", "value", "ü", "\u{10ffff}", "0", "addr#", "\"\\\n"];
    let mut text = String::from(numbers.one_of(&words));
    for _ in 0..numbers.below(3) {
        text.push(char::from_u32(numbers.below(0x11_0000) as u32).unwrap_or('x'));
    }
    text
}
