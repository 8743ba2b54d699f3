//! Why a module was refused.

use alloc::string::String;
use core::fmt;

/// A refused module: where and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValidateError {
    /// Offset in the module's bytes, where there is one.
    pub offset: Option<u64>,
    /// The reason.
    pub kind: ErrorKind,
}

/// The reasons for which a module is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The bytes do not start like a WebAssembly module.
    NotWasm(NotWasm),
    /// The bytes are malformed or the module is invalid; the text says how.
    Invalid(String),
    /// A published limit is exceeded.
    Limit {
        /// What is limited, in the words of [`crate::Limits`].
        what: &'static str,
        /// The greatest value accepted.
        limit: u64,
        /// The module's value.
        found: u64,
    },
}

/// What the bytes seem to be instead of a module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotWasm {
    /// No bytes at all.
    Empty,
    /// A component of the component model.
    Component,
    /// Text, perhaps the WebAssembly text format.
    Text,
    /// None of these.
    Unknown,
}

impl ValidateError {
    pub(crate) fn limit(offset: u64, what: &'static str, limit: u64, found: u64) -> Self {
        ValidateError { offset: Some(offset), kind: ErrorKind::Limit { what, limit, found } }
    }

    pub(crate) fn invalid(offset: u64, text: &str) -> Self {
        ValidateError { offset: Some(offset), kind: ErrorKind::Invalid(text.into()) }
    }
}

impl From<wasmparser::Error> for ValidateError {
    fn from(error: wasmparser::Error) -> Self {
        ValidateError::invalid(error.offset(), error.message())
    }
}

impl fmt::Display for ValidateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            ErrorKind::NotWasm(NotWasm::Empty) => f.write_str("not a WebAssembly module: there are no bytes"),
            ErrorKind::NotWasm(NotWasm::Component) => f.write_str(
                "this is a component, not a core WebAssembly module: build for a core target \
                 (for example wasm32-wasip1), or extract the core module from it",
            ),
            ErrorKind::NotWasm(NotWasm::Text) => f.write_str(
                "this is text, not a WebAssembly binary: if it is the text format, translate it first \
                 (the command does so for files that end in .wat)",
            ),
            ErrorKind::NotWasm(NotWasm::Unknown) => {
                f.write_str("not a WebAssembly module: the first four bytes are not \"\\0asm\"")
            }
            ErrorKind::Invalid(text) => write!(f, "invalid module: {text}"),
            ErrorKind::Limit { what, limit, found } => {
                write!(f, "the module has {found} {what}; the limit is {limit}")
            }
        }?;
        match self.offset {
            Some(offset) => write!(f, " (at offset {offset:#x})"),
            None => Ok(()),
        }
    }
}

impl core::error::Error for ValidateError {}
