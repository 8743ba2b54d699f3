//! Why a runner cannot be had.

use std::fmt;

/// Why a runner was not found, not read or not prepared. Always the contract's doing, so always a result.
/// Spec: runners.md 7.
///
/// The reason inside [`RunnerError::Malformed`] is for people; it is no part of the code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunnerError {
    /// There is no runner: a text without a comment header, no code in the slot, a packaged runner that is
    /// not installed.
    Absent,
    /// An identifier, archive, document or action that breaks a rule; the rule.
    Malformed(&'static str),
    /// The octets are neither ZIP nor wasm nor UTF-8.
    NotUtf8,
    /// Anything else, such as a file where a directory is needed.
    Other,
}

impl RunnerError {
    /// The stable code. Spec: vm.md 10.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            RunnerError::Absent => "invalid_contract runner absent",
            RunnerError::Malformed(_) => "invalid_contract runner malformed",
            RunnerError::NotUtf8 => "invalid_contract not_utf8_text",
            RunnerError::Other => "invalid_contract",
        }
    }
}

impl fmt::Display for RunnerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RunnerError::Absent => f.write_str("there is no runner"),
            RunnerError::Malformed(reason) => write!(f, "the runner is malformed: {reason}"),
            RunnerError::NotUtf8 => f.write_str("the runner is neither a ZIP archive nor wasm nor text"),
            RunnerError::Other => f.write_str("the runner could not be prepared"),
        }
    }
}

impl std::error::Error for RunnerError {}
