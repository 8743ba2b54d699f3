//! The value format of contracts: call payloads, requests, results and what is hashed. Each value has exactly
//! one encoding, and a decoder rejects everything else: `encode(decode(octets)) == octets`.
//!
//! ```
//! use selfsame_calldata::{Kind, Value, check, decode, encode};
//!
//! let call = Value::map([("", "transfer".into()), ("args", Value::Array(vec![1.into(), (-1).into()]))]);
//! let octets = encode(&call);
//! assert_eq!(decode(&octets), Ok(call));
//! // Without a copy, for octets that somebody else has chosen:
//! let Kind::Map(entries) = check(&octets).unwrap().kind() else { panic!("a map") };
//! assert!(matches!(entries.get("").unwrap().kind(), Kind::Str("transfer")));
//! ```
#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;
#[cfg(test)]
extern crate std;

mod address;
mod error;
pub mod gvm32;
mod scan;
#[cfg(feature = "serde")]
pub mod serde;
#[cfg(test)]
mod tests;
pub mod text;
pub mod typed;
mod uleb;
mod value;
mod view;
mod writer;

pub use address::Address;
pub use error::{DecodeError, DecodeErrorKind};
pub use num_bigint::BigInt;
pub use scan::{MAX_DEPTH, check, check_to_depth};
pub use value::{Value, decode, encode};
pub use view::{Entries, IntRef, Items, Kind, Ref};
pub use writer::Writer;
