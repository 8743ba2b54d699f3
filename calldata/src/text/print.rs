//! Printing the textual notation.

use super::MAX_DECIMAL_BITS;
use crate::value::Value;
use crate::view::{Kind, Ref};
use core::fmt::{self, Display, Formatter, Write};
use num_bigint::BigInt;

/// Octets that are printed in full even where they may be shortened, and the octets at either end of more.
const LONG: usize = 64;
const END: usize = 32;

impl Display for Value {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Value::Null => f.write_str("null"),
            Value::Bool(value) => write!(f, "{value}"),
            Value::Int(value) => int(f, value),
            Value::Bytes(octets) => bytes(f, octets),
            Value::Str(text) => string(f, text),
            Value::Array(items) => array(f, items.iter()),
            Value::Map(entries) => map(f, entries.iter().map(|(key, value)| (&**key, value))),
            Value::Address(address) => write!(f, "{address}"),
        }
    }
}

impl Display for Ref<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.kind() {
            Kind::Null => f.write_str("null"),
            Kind::Bool(value) => write!(f, "{value}"),
            Kind::Int(value) => int(f, &value.to_bigint()),
            Kind::Bytes(octets) => bytes(f, octets),
            Kind::Str(text) => string(f, text),
            Kind::Array(items) => array(f, items),
            Kind::Map(entries) => map(f, entries),
            Kind::Address(address) => write!(f, "{address}"),
        }
    }
}

fn int(f: &mut Formatter<'_>, value: &BigInt) -> fmt::Result {
    if value.bits() > MAX_DECIMAL_BITS { write!(f, "{value:#x}") } else { write!(f, "{value}") }
}

fn bytes(f: &mut Formatter<'_>, octets: &[u8]) -> fmt::Result {
    f.write_str("b#")?;
    if f.alternate() && octets.len() > LONG {
        hex(f, &octets[..END])?;
        f.write_str("...")?;
        return hex(f, &octets[octets.len() - END..]);
    }
    hex(f, octets)
}

fn hex(f: &mut Formatter<'_>, octets: &[u8]) -> fmt::Result {
    octets.iter().try_for_each(|octet| write!(f, "{octet:02x}"))
}

/// With the escapes of JSON. Control characters are never printed as they are.
fn string(f: &mut Formatter<'_>, text: &str) -> fmt::Result {
    f.write_char('"')?;
    for character in text.chars() {
        match character {
            '"' => f.write_str("\\\"")?,
            '\\' => f.write_str("\\\\")?,
            '\n' => f.write_str("\\n")?,
            '\r' => f.write_str("\\r")?,
            '\t' => f.write_str("\\t")?,
            '\0'..='\x1f' | '\x7f'..='\u{9f}' => write!(f, "\\u{:04x}", u32::from(character))?,
            _ => f.write_char(character)?,
        }
    }
    f.write_char('"')
}

fn array(f: &mut Formatter<'_>, items: impl Iterator<Item = impl Display>) -> fmt::Result {
    f.write_char('[')?;
    for (index, item) in items.enumerate() {
        if index > 0 {
            f.write_char(',')?;
        }
        // Handed on with its flags.
        item.fmt(f)?;
    }
    f.write_char(']')
}

fn map<'a>(f: &mut Formatter<'_>, entries: impl Iterator<Item = (&'a str, impl Display)>) -> fmt::Result {
    f.write_char('{')?;
    for (index, (key, value)) in entries.enumerate() {
        if index > 0 {
            f.write_char(',')?;
        }
        string(f, key)?;
        f.write_char(':')?;
        value.fmt(f)?;
    }
    f.write_char('}')
}
