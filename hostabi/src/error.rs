//! How a guest ends other than by returning or trapping, and the codes of it.

use crate::result::VmErrorCode;
use selfsame_interp::{Error, ErrorKind};
use std::borrow::Cow;
use std::fmt;

/// The program called `proc_exit`. Travels as [`Error::host`]; get it with [`Error::downcast_ref`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exit(pub i32);

impl fmt::Display for Exit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the program exited with code {}", self.0)
    }
}

impl std::error::Error for Exit {}

/// Something that a guest has only so much of is used up. Ends the guest; travels as [`Error::host`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutOf {
    /// 1,024 descriptors are open.
    Fds,
    /// The RAM budget.
    Memory,
}

impl OutOf {
    /// The stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            OutOf::Fds => "out_of fds",
            OutOf::Memory => "out_of memory",
        }
    }
}

impl fmt::Display for OutOf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            OutOf::Fds => "the program has too many open descriptors",
            OutOf::Memory => "the program's RAM budget is used up",
        })
    }
}

impl std::error::Error for OutOf {}

/// A command has nothing to start. Travels as [`Error::host`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoEntryPoint;

impl NoEntryPoint {
    /// The stable code.
    pub const CODE: &'static str = "invalid_contract wasm entrypoint";
}

impl fmt::Display for NoEntryPoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "the module is no command: it exports no function `_start` without parameters and results",
        )
    }
}

impl std::error::Error for NoEntryPoint {}

/// The stable code of an error that is a result of the program, the engine's codes and ours; `None` for
/// errors of the machine or the embedder. It never depends on the host.
#[must_use]
pub fn code(error: &Error) -> Option<Cow<'static, str>> {
    if let Some(Exit(code)) = error.downcast_ref() {
        return Some(format!("exit_code {code}").into());
    }
    if let Some(out) = error.downcast_ref::<OutOf>() {
        return Some(out.code().into());
    }
    if error.downcast_ref::<NoEntryPoint>().is_some() {
        return Some(NoEntryPoint::CODE.into());
    }
    if let ErrorKind::Exception(_) = error.kind() {
        // The list of codes has no name for it.
        return Some(VmErrorCode::TRAP.as_str().to_owned().into());
    }
    error.code().map(Cow::Borrowed)
}
