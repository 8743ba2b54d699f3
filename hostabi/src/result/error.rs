//! Why octets are not the record that they should be. Spec: calldata.md 9.

use crate::storage::ChangesError;
use selfsame_calldata::DecodeError;
use selfsame_calldata::typed::Mismatch;
use std::fmt;

/// Why octets are not the record that they should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadError {
    /// They are no calldata.
    Calldata(DecodeError),
    /// The storage changes are none.
    Changes(ChangesError),
    /// A key is missing or unknown, or a value of another type.
    Type(Mismatch),
    /// The named part has a value that it cannot have.
    Shape(&'static str),
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ReadError::Calldata(error) => error.fmt(f),
            ReadError::Changes(error) => error.fmt(f),
            ReadError::Type(error) => error.fmt(f),
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

impl From<Mismatch> for ReadError {
    fn from(error: Mismatch) -> Self {
        ReadError::Type(error)
    }
}
