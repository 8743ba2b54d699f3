//! Reading records strictly: exactly the keys, exactly the types. Spec: calldata.md 9.

use crate::storage::ChangesError;
use ruint::aliases::U256;
use selfsame_calldata::{Address, DecodeError, Items, Kind, Ref};
use std::fmt;

/// Why octets are not the record that they should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadError {
    /// They are no calldata.
    Calldata(DecodeError),
    /// The storage changes are none.
    Changes(ChangesError),
    /// The named part has another shape, another type, or a value that it cannot have.
    Shape(&'static str),
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ReadError::Calldata(error) => error.fmt(f),
            ReadError::Changes(error) => error.fmt(f),
            ReadError::Shape(part) => write!(f, "not as it should be: {part}"),
        }
    }
}

impl std::error::Error for ReadError {}

impl From<DecodeError> for ReadError {
    fn from(error: DecodeError) -> Self {
        ReadError::Calldata(error)
    }
}

/// The values of a record's keys, which are given in ascending order.
pub(crate) fn record<'a, const N: usize>(
    value: Ref<'a>,
    part: &'static str,
    keys: [&str; N],
) -> Result<[Ref<'a>; N], ReadError> {
    let Kind::Map(entries) = value.kind() else { return Err(ReadError::Shape(part)) };
    let mut values = [value; N];
    if entries.len() != N as u64 {
        return Err(ReadError::Shape(part));
    }
    for (((key, value), expected), slot) in entries.zip(keys).zip(&mut values) {
        if key != expected {
            return Err(ReadError::Shape(part));
        }
        *slot = value;
    }
    Ok(values)
}

/// The value, or nothing for Null.
pub(crate) fn or_null(value: Ref<'_>) -> Option<Ref<'_>> {
    (!matches!(value.kind(), Kind::Null)).then_some(value)
}

macro_rules! scalars {
    ($($(#[$doc:meta])* $name:ident -> $ty:ty { $pattern:pat => $result:expr })*) => {
        $($(#[$doc])* pub(crate) fn $name<'a>(value: Ref<'a>, part: &'static str) -> Result<$ty, ReadError> {
            let result = match value.kind() {
                $pattern => $result,
                _ => None,
            };
            result.ok_or(ReadError::Shape(part))
        })*
    };
}

scalars! {
    bool -> bool { Kind::Bool(value) => Some(value) }
    int_u32 -> u32 { Kind::Int(int) => int.to_u64().and_then(|int| u32::try_from(int).ok()) }
    u256 -> U256 { Kind::Int(int) => int.to_u256_le().map(U256::from_le_bytes::<32>) }
    address -> Address { Kind::Address(address) => Some(address) }
    str -> &'a str { Kind::Str(text) => Some(text) }
    bytes -> &'a [u8] { Kind::Bytes(octets) => Some(octets) }
    bytes32 -> [u8; 32] { Kind::Bytes(octets) => octets.try_into().ok() }
    array -> Items<'a> { Kind::Array(items) => Some(items) }
    map -> selfsame_calldata::Entries<'a> { Kind::Map(entries) => Some(entries) }
}
