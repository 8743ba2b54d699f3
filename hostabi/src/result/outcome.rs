//! How a sub-VM ends, and the octets of it. Spec: vm.md 8, sdk.md 4.

use super::code::VmErrorCode;
use selfsame_calldata::{DecodeError, Ref, Value, Writer, check, encode};
use std::fmt;
use std::sync::Arc;

/// One value in its only encoding: owned, checked, cheap to clone.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Encoded(Arc<[u8]>);

impl Encoded {
    /// Of octets that are one value.
    ///
    /// # Errors
    /// [`DecodeError`] if they are not.
    pub fn new(octets: impl Into<Arc<[u8]>>) -> Result<Self, DecodeError> {
        let octets = octets.into();
        check(&octets)?;
        Ok(Encoded(octets))
    }

    /// Of a value.
    ///
    /// # Errors
    /// [`DecodeError`] if it is nested too deeply.
    pub fn from_value(value: &Value) -> Result<Self, DecodeError> {
        Encoded::new(encode(value))
    }

    /// Null.
    #[must_use]
    pub fn null() -> Self {
        Encoded(Arc::from([0]))
    }

    /// The encoding.
    #[must_use]
    pub fn octets(&self) -> &[u8] {
        &self.0
    }

    /// The value, in place. Takes time in proportion to its length.
    ///
    /// # Panics
    /// Never: the octets have been checked.
    #[must_use]
    pub fn view(&self) -> Ref<'_> {
        check(&self.0).expect("only checked octets get in here")
    }
}

impl From<Ref<'_>> for Encoded {
    /// A copy.
    fn from(value: Ref<'_>) -> Self {
        Encoded(value.bytes().into())
    }
}

impl fmt::Debug for Encoded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Encoded(")?;
        self.0.iter().try_for_each(|octet| write!(f, "{octet:02x}"))?;
        f.write_str(")")
    }
}

/// First octets of a result's buffer, and the kinds of a report.
pub mod kind {
    /// The sub-VM returned a value.
    pub const RETURN: u8 = 0;
    /// The contract raised a value.
    pub const USER_ERROR: u8 = 1;
    /// The machine stopped it with a code.
    pub const VM_ERROR: u8 = 2;
    /// This node could not tell. Never seen by contracts.
    pub const INTERNAL_ERROR: u8 = 3;
    /// A VM error that ends every caller too; between executors only.
    pub const FATAL_VM_ERROR: u8 = 4;
}

/// How a sub-VM ends, as consensus sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It returned a value.
    Return(Encoded),
    /// The contract raised a value.
    UserError(Encoded),
    /// The machine stopped it.
    VmError {
        /// The code, with its detail if there is one.
        code: String,
        /// Whether it ends every caller too.
        fatal: bool,
    },
}

/// Why octets are no result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutcomeError {
    /// No octet at all.
    Empty,
    /// The first octet is of no outcome.
    Kind(u8),
    /// The value is none.
    Value(DecodeError),
    /// The code is not UTF-8.
    Code,
}

impl fmt::Display for OutcomeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            OutcomeError::Empty => f.write_str("a result has at least one octet"),
            OutcomeError::Kind(kind) => write!(f, "{kind} is no kind of result"),
            OutcomeError::Value(error) => error.fmt(f),
            OutcomeError::Code => f.write_str("the code of a VM error is not UTF-8"),
        }
    }
}

impl std::error::Error for OutcomeError {}

impl From<VmErrorCode> for Outcome {
    /// Fatal if it is `timeout`, the one code that is.
    fn from(code: VmErrorCode) -> Self {
        let fatal = code == VmErrorCode::TIMEOUT;
        Outcome::VmError { code: code.into(), fatal }
    }
}

impl Outcome {
    /// A VM error that the caller may read.
    #[must_use]
    pub fn vm_error(code: impl Into<String>) -> Self {
        Outcome::VmError { code: code.into(), fatal: false }
    }

    /// Whether it ends the caller too.
    #[must_use]
    pub fn is_fatal(&self) -> bool {
        matches!(self, Outcome::VmError { fatal: true, .. })
    }

    /// What it is where nobody is left to end: at the topmost boundary a fatal error is a plain one.
    #[must_use]
    pub fn topmost(self) -> Self {
        match self {
            Outcome::VmError { code, .. } => Outcome::vm_error(code),
            other => other,
        }
    }

    /// 0, 1 or 2: fatal counts as 2.
    #[must_use]
    pub fn kind(&self) -> u8 {
        match self {
            Outcome::Return(_) => kind::RETURN,
            Outcome::UserError(_) => kind::USER_ERROR,
            Outcome::VmError { .. } => kind::VM_ERROR,
        }
    }

    /// The name of the kind in the small hash.
    #[must_use]
    pub fn kind_name(&self) -> &'static str {
        match self {
            Outcome::Return(_) => "Return",
            Outcome::UserError(_) => "UserError",
            Outcome::VmError { .. } => "VMError",
        }
    }

    /// The octets that a caller reads, `[kind][value or code]`: the first one is 0, 1 or 2.
    #[must_use]
    pub fn buffer(&self) -> Vec<u8> {
        self.buffer_as(self.kind())
    }

    /// Like [`Outcome::buffer`], for another executor: a fatal VM error starts with 4.
    #[must_use]
    pub fn nested_buffer(&self) -> Vec<u8> {
        self.buffer_as(if self.is_fatal() { kind::FATAL_VM_ERROR } else { self.kind() })
    }

    fn buffer_as(&self, kind: u8) -> Vec<u8> {
        let data = match self {
            Outcome::Return(value) | Outcome::UserError(value) => value.octets(),
            Outcome::VmError { code, .. } => code.as_bytes(),
        };
        let mut buffer = Vec::with_capacity(1 + data.len());
        buffer.push(kind);
        buffer.extend_from_slice(data);
        buffer
    }

    /// The outcome that `buffer` stands for, a fatal one included. Codes are not looked up in the list.
    ///
    /// # Errors
    /// [`OutcomeError`] if it stands for none; the internal error is none.
    pub fn parse(buffer: &[u8]) -> Result<Self, OutcomeError> {
        let (kind, data) = buffer.split_first().ok_or(OutcomeError::Empty)?;
        let value = || Encoded::new(data).map_err(OutcomeError::Value);
        match *kind {
            kind::RETURN => value().map(Outcome::Return),
            kind::USER_ERROR => value().map(Outcome::UserError),
            kind::VM_ERROR | kind::FATAL_VM_ERROR => {
                let code = std::str::from_utf8(data).map_err(|_| OutcomeError::Code)?;
                Ok(Outcome::VmError { code: code.into(), fatal: *kind == kind::FATAL_VM_ERROR })
            }
            other => Err(OutcomeError::Kind(other)),
        }
    }

    /// Writes the value, or the code as a text.
    pub(super) fn write_data(&self, writer: &mut Writer) {
        match self {
            Outcome::Return(value) | Outcome::UserError(value) => writer.raw(value.view()),
            Outcome::VmError { code, .. } => writer.str(code),
        }
    }
}

/// This node could not tell how the run ends: it votes time-out. Never an [`Outcome`], never seen by a contract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InternalError {
    /// For the operator of this node; part of no hash.
    pub reason: String,
}

impl InternalError {
    /// The reason of a run that this node's deadline ended.
    pub const TIME_OUT: &'static str = "time-out";

    /// With a reason.
    #[must_use]
    pub fn new(reason: impl Into<String>) -> Self {
        InternalError { reason: reason.into() }
    }

    /// This node's deadline ended the run.
    #[must_use]
    pub fn time_out() -> Self {
        InternalError::new(Self::TIME_OUT)
    }

    /// Whether this node's deadline ended the run.
    #[must_use]
    pub fn is_time_out(&self) -> bool {
        self.reason == Self::TIME_OUT
    }
}

impl fmt::Display for InternalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "internal error: {}", self.reason)
    }
}

impl std::error::Error for InternalError {}

#[cfg(test)]
mod tests {
    use super::*;
    use selfsame_calldata::DecodeErrorKind;

    fn encoded(value: impl Into<Value>) -> Encoded {
        Encoded::from_value(&value.into()).unwrap()
    }

    #[test]
    fn buffers_are_those_of_the_specification() {
        let rows: [(Outcome, &[u8]); 6] = [
            (Outcome::Return(Encoded::null()), b"\0\0"),
            (Outcome::Return(encoded(true)), b"\0\x10"),
            (Outcome::Return(encoded(5)), b"\0\x29"),
            (Outcome::UserError(encoded("boom")), b"\x01\x24boom"),
            (Outcome::UserError(encoded("no")), b"\x01\x14no"),
            (Outcome::vm_error("out_of memory"), b"\x02out_of memory"),
        ];
        for (outcome, buffer) in rows {
            assert_eq!(outcome.buffer(), buffer);
            assert_eq!(outcome.nested_buffer(), buffer);
            assert_eq!(Outcome::parse(buffer), Ok(outcome.clone()));
            assert_eq!(outcome.kind(), buffer[0]);
        }
    }

    #[test]
    fn fatal_shows_between_executors_only() {
        let fatal = Outcome::from(VmErrorCode::TIMEOUT);
        assert!(fatal.is_fatal());
        assert_eq!(fatal.buffer(), b"\x02timeout");
        assert_eq!(fatal.nested_buffer(), b"\x04timeout");
        assert_eq!(Outcome::parse(b"\x04timeout"), Ok(fatal.clone()));
        assert_eq!(fatal.topmost(), Outcome::vm_error("timeout"));
        for text in VmErrorCode::PLAIN {
            let outcome = Outcome::from(VmErrorCode::parse(text).unwrap());
            assert_eq!(outcome.is_fatal(), *text == "timeout");
        }
    }

    #[test]
    fn what_is_no_result_is_refused() {
        let value = |offset, kind| Err(OutcomeError::Value(DecodeError { offset, kind }));
        assert_eq!(Outcome::parse(b""), Err(OutcomeError::Empty));
        assert_eq!(Outcome::parse(b"\x03"), Err(OutcomeError::Kind(3)));
        assert_eq!(Outcome::parse(b"\x05\0"), Err(OutcomeError::Kind(5)));
        assert_eq!(Outcome::parse(b"\0"), value(0, DecodeErrorKind::Truncated));
        assert_eq!(Outcome::parse(b"\x01\0\0"), value(1, DecodeErrorKind::Trailing));
        assert_eq!(Outcome::parse(b"\x02\xff"), Err(OutcomeError::Code));
    }

    #[test]
    fn a_value_nested_too_deeply_is_no_encoded_one() {
        let nested = |depth: usize| (0..depth).fold(Value::Null, |inner, _| Value::Array(vec![inner]));
        assert!(Encoded::from_value(&nested(128)).is_ok());
        assert!(Encoded::from_value(&nested(129)).is_err());
    }
}
