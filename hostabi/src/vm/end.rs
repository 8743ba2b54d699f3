//! How a sub-VM ends before its entry point returns.

use crate::error::{Exit, NoEntryPoint, OutOf, code};
use crate::host::HostError;
use crate::result::{Encoded, InternalError};
use crate::runner::RunnerError;
use selfsame_interp::{Error, ErrorKind};
use std::borrow::Cow;
use std::fmt;

/// Why a sub-VM ends. Travels through the engine as [`Error::host`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// With a value.
    Return(Encoded),
    /// With an error of the contract's own.
    UserError(Encoded),
    /// With an error of the virtual machine; a fatal one ends the caller too.
    VmError { code: Cow<'static, str>, fatal: bool },
    /// This node is at fault: the whole run is an internal error. The text is for its operator alone.
    Internal(String),
}

impl End {
    /// An error of the virtual machine that is not fatal.
    pub(crate) fn code(code: impl Into<Cow<'static, str>>) -> Self {
        End::VmError { code: code.into(), fatal: false }
    }

    /// As an error of a host function.
    pub(crate) fn into_error(self) -> Error {
        Error::host(self)
    }
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            End::Return(_) => f.write_str("the contract returned"),
            End::UserError(_) => f.write_str("the contract ended with an error of its own"),
            End::VmError { code, .. } => f.write_str(code),
            End::Internal(what) => f.write_str(what),
        }
    }
}

impl std::error::Error for End {}

impl From<OutOf> for End {
    fn from(out: OutOf) -> Self {
        End::code(out.code())
    }
}

impl From<RunnerError> for End {
    fn from(error: RunnerError) -> Self {
        End::code(error.code())
    }
}

impl From<HostError> for End {
    fn from(error: HostError) -> Self {
        match error {
            HostError::Reverted => End::code("evm reverted"),
            HostError::Forbidden => End::code("forbidden"),
            HostError::Fault(what) => End::Internal(what),
        }
    }
}

/// What stopped the engine, as the end of the sub-VM.
impl From<&Error> for End {
    fn from(error: &Error) -> Self {
        if let Some(end) = error.downcast_ref::<End>() {
            return end.clone();
        }
        match error.downcast_ref() {
            Some(Exit(0)) => return End::Return(Encoded::null()),
            Some(Exit(code)) => return End::code(format!("exit_code {code}")),
            None => {}
        }
        if let Some(out) = error.downcast_ref::<OutOf>() {
            return End::from(*out);
        }
        if error.downcast_ref::<NoEntryPoint>().is_some() {
            return End::code(NoEntryPoint::CODE);
        }
        match (error.kind(), code(error)) {
            (ErrorKind::Interrupted, _) => End::Internal(InternalError::TIME_OUT.into()),
            (_, Some(code)) => End::code(code),
            (_, None) => End::Internal(error.to_string()),
        }
    }
}
