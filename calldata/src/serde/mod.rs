//! Values for types that have serde's `Serialize` and `Deserialize`, with feature `serde`. Spec: calldata.md 9.
//!
//! | in Rust | value |
//! |---|---|
//! | `()`, unit structs, `None` | null; `Some` is what is inside it |
//! | `bool`, integers of up to 128 bits, `&str`, `char` | themselves |
//! | [`Value`], [`Address`](crate::Address) | themselves |
//! | what serde calls bytes | octets; a `Vec<u8>` is an array to serde, unless it is told otherwise |
//! | sequences, tuples, arrays | arrays |
//! | maps whose keys are texts, structs | maps |
//! | enums | `"Name"` without a payload, `{"Name": payload}` with one; `{"Name": null}` is read as `"Name"` |
//! | floats | an error |
//!
//! Unknown keys are ignored unless the type has `#[serde(deny_unknown_fields)]`, which every type that a contract's
//! callers reach should have.
//!
//! ```
//! use selfsame_calldata::serde::{from_slice, to_value, to_vec};
//! use selfsame_calldata::Address;
//! use serde::{Deserialize, Serialize};
//!
//! #[derive(Debug, PartialEq, Serialize, Deserialize)]
//! #[serde(deny_unknown_fields)]
//! struct Transfer<'a> {
//!     to: Address,
//!     amount: u128,
//!     memo: Option<&'a str>,
//! }
//!
//! let transfer = Transfer { to: Address([1; 20]), amount: 5, memo: Some("rent") };
//! let octets = to_vec(&transfer).unwrap();
//! assert_eq!(from_slice::<Transfer>(&octets).unwrap(), transfer);
//! assert_eq!(
//!     to_value(&transfer).unwrap().to_string(),
//!     r#"{"amount":5,"memo":"rent","to":addr#0101010101010101010101010101010101010101}"#,
//! );
//! ```

mod de;
mod error;
mod impls;
mod ser;
#[cfg(test)]
mod tests;

pub use error::Error;

use crate::value::{Value, encode};
use ::serde::Serialize;
use ::serde::de::{Deserialize, DeserializeOwned};
use alloc::vec::Vec;

/// The name under which an address goes through serde: a newtype of its 20 octets.
const ADDRESS: &str = "selfsame_calldata::Address";
/// The name under which an integer beyond 128 bits goes through serde: a newtype of its encoding.
const INT: &str = "selfsame_calldata::Int";
/// The name under which a value is asked for: a newtype of whatever it is, or of its encoding.
const VALUE: &str = "selfsame_calldata::Value";

/// The value of something.
///
/// # Errors
/// [`Error`] for floats, for keys that are no texts, for equal keys, and for what is nested too deep.
pub fn to_value<T: Serialize + ?Sized>(value: &T) -> Result<Value, Error> {
    value.serialize(ser::Serializer { depth: 0 })
}

/// The encoding of something.
///
/// # Errors
/// As [`to_value`].
pub fn to_vec<T: Serialize + ?Sized>(value: &T) -> Result<Vec<u8>, Error> {
    to_value(value).map(|value| encode(&value))
}

/// Reads an encoding. Texts and octets can be borrowed from it.
///
/// # Errors
/// [`Error`] for octets that are no calldata and values that the type refuses.
pub fn from_slice<'a, T: Deserialize<'a>>(octets: &'a [u8]) -> Result<T, Error> {
    T::deserialize(de::Deserializer(crate::check(octets)?))
}

/// Reads a value.
///
/// # Errors
/// [`Error`] for values that the type refuses.
pub fn from_value<T: DeserializeOwned>(value: &Value) -> Result<T, Error> {
    from_slice(&encode(value))
}
