//! Why octets are no calldata.

use core::fmt;

/// Why octets were rejected, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DecodeError {
    /// Offset of the header or map key that was rejected.
    pub offset: usize,
    /// What is wrong with it.
    pub kind: DecodeErrorKind,
}

/// The reasons for a rejection. Spec: calldata.md 6.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DecodeErrorKind {
    /// The octets end inside a value (R1, R2, R6, R7, R9).
    Truncated,
    /// A number is written with more octets than it needs (R3).
    OverlongNumber,
    /// A reserved atom or tag (R4, R5).
    Reserved,
    /// A text or map key is not UTF-8 (R8, R12).
    NotUtf8,
    /// A length or count of 2^32 or more (R10).
    TooLarge,
    /// A map key that is not greater than the one before it (R11).
    KeyOrder,
    /// More than [`crate::MAX_DEPTH`] containers inside one another (R13).
    TooDeep,
    /// Octets behind the value (R14).
    Trailing,
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.kind {
            DecodeErrorKind::Truncated => "the octets end inside a value",
            DecodeErrorKind::OverlongNumber => "a number has more octets than it needs",
            DecodeErrorKind::Reserved => "a reserved kind of value",
            DecodeErrorKind::NotUtf8 => "a text is not UTF-8",
            DecodeErrorKind::TooLarge => "a length or count of 2^32 or more",
            DecodeErrorKind::KeyOrder => "a map key is not greater than the one before it",
            DecodeErrorKind::TooDeep => "more than 128 containers inside one another",
            DecodeErrorKind::Trailing => "octets behind the value",
        };
        write!(f, "not calldata: {what}, at octet {}", self.offset)
    }
}

impl core::error::Error for DecodeError {}
