//! The textual notation, for logs, tests and documents; nothing that is hashed has this form.
//! Spec: calldata.md 7.
//!
//! `Display` prints it, for [`Value`] and for [`Ref`]: without spaces, the keys of maps in order. `{:#}` is for
//! logs: octets beyond 64 are shortened to the first 32, `...` and the last 32. [`parse`] reads it; it also takes
//! white space between the parts, and entries in any order.
//!
//! An integer of more than [`MAX_DECIMAL_BITS`] bits is written as `0x` and hex digits, since its decimals would
//! take time that grows with their square.
//!
//! ```
//! use selfsame_calldata::{Value, text};
//!
//! let value = text::parse(r#"{"args": [1, b#00ff], "": "pay"}"#).unwrap();
//! assert_eq!(value.to_string(), r#"{"":"pay","args":[1,b#00ff]}"#);
//! ```

mod parse;
mod print;
#[cfg(test)]
mod tests;

pub use parse::{ParseError, ParseErrorKind, parse};

#[cfg(doc)]
use crate::{Ref, Value};

/// Bits of the largest integer that is written in decimals: 4,095 digits hold any number of so many bits.
pub const MAX_DECIMAL_BITS: u64 = 13_600;

/// Decimal digits that are read as a number.
pub const MAX_DECIMAL_DIGITS: usize = 4_095;
