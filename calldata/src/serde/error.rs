//! What can go wrong between values and types.

use crate::error::DecodeError;
use alloc::string::{String, ToString};
use core::fmt;

/// Why a value is not of a type, or something has no value.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// The octets are no calldata.
    Decode(DecodeError),
    /// A float: values have none.
    Float,
    /// A key of a map that is no text.
    Key,
    /// A map has a key twice.
    DuplicateKey,
    /// More than 128 containers inside one another.
    TooDeep,
    /// What the type says is wrong.
    Type(String),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Decode(error) => fmt::Display::fmt(error, f),
            Error::Float => f.write_str("calldata has no floats"),
            Error::Key => f.write_str("a key of a map is a text"),
            Error::DuplicateKey => f.write_str("a map has a key twice"),
            Error::TooDeep => f.write_str("more than 128 containers inside one another"),
            Error::Type(message) => f.write_str(message),
        }
    }
}

impl core::error::Error for Error {}

impl From<DecodeError> for Error {
    fn from(error: DecodeError) -> Self {
        Error::Decode(error)
    }
}

impl ::serde::ser::Error for Error {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Error::Type(message.to_string())
    }
}

impl ::serde::de::Error for Error {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Error::Type(message.to_string())
    }
}
