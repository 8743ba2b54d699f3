//! Why a call, an instantiation or a request of the embedder did not succeed.

use crate::exception::Exception;
use crate::trap::Trap;
use alloc::boxed::Box;
use alloc::string::String;
use core::fmt;
use selfsame_validate::ValidateError;

/// An error of the engine. Small; the kind is behind a box.
#[derive(Debug)]
pub struct Error(Box<ErrorKind>);

/// The kinds of error.
#[derive(Debug)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The module was refused.
    Validate(ValidateError),
    /// An import is missing or does not fit; the text says which.
    Link(String),
    /// Execution stopped at a trap.
    Trap(Trap),
    /// Nothing has caught an exception. The frames are those of the throw.
    Exception(Exception),
    /// The gas that was left did not cover the next step.
    OutOfGas {
        /// What the next step costs, or how much of that has been found not to be covered.
        required: u64,
    },
    /// An interrupt handle was used.
    Interrupted,
    /// A memory or table cannot have the size that it must start with, or an exception or an object has no room.
    OutOfMemory(MemoryKind),
    /// A host function failed in its own way; see [`Error::downcast_ref`].
    Host(Box<dyn core::error::Error + Send + Sync>),
    /// This machine could not provide what the program is entitled to: never a result of the program.
    NoRoom(&'static str),
    /// The engine was asked for something that does not exist or does not fit; the text says what to do.
    Misuse(String),
}

/// What could not have the size that it must have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MemoryKind {
    /// A linear memory.
    Memory,
    /// A table.
    Table,
    /// The exceptions that code has references to.
    Exceptions,
    /// Structs and arrays.
    Heap,
}

impl Error {
    /// An error of a host function, handed through to whoever called the Wasm function.
    pub fn host(error: impl core::error::Error + Send + Sync + 'static) -> Self {
        Error::from(ErrorKind::Host(Box::new(error)))
    }

    pub(crate) fn misuse(text: impl Into<String>) -> Self {
        Error::from(ErrorKind::Misuse(text.into()))
    }

    pub(crate) fn link(text: impl Into<String>) -> Self {
        Error::from(ErrorKind::Link(text.into()))
    }

    /// What kind of error it is.
    #[must_use]
    pub fn kind(&self) -> &ErrorKind {
        &self.0
    }

    /// The kind, by value.
    #[must_use]
    pub fn into_kind(self) -> ErrorKind {
        *self.0
    }

    /// The trap, if it is one.
    #[must_use]
    pub fn trap(&self) -> Option<Trap> {
        match self.kind() {
            ErrorKind::Trap(trap) => Some(*trap),
            _ => None,
        }
    }

    /// The error of a host function, if it is one of this type.
    #[must_use]
    pub fn downcast_ref<E: core::error::Error + 'static>(&self) -> Option<&E> {
        match self.kind() {
            ErrorKind::Host(error) => error.downcast_ref::<E>(),
            _ => None,
        }
    }

    /// The stable code, for errors that are results of a program. It never depends on the host.
    #[must_use]
    pub fn code(&self) -> Option<&'static str> {
        match self.kind() {
            ErrorKind::Validate(_) => Some("invalid_contract wasm validating"),
            ErrorKind::Link(_) => Some("invalid_contract wasm linking"),
            ErrorKind::Trap(trap) => Some(trap.code()),
            ErrorKind::Exception(_) => Some("wasm_trap uncaught_exception"),
            ErrorKind::OutOfGas { .. } => Some("wasm_trap out_of_fuel"),
            ErrorKind::Interrupted => Some("wasm_trap interrupt"),
            ErrorKind::OutOfMemory(MemoryKind::Memory) => Some("out_of memory wasm_memory"),
            ErrorKind::OutOfMemory(MemoryKind::Table) => Some("out_of memory wasm_table"),
            ErrorKind::OutOfMemory(MemoryKind::Exceptions | MemoryKind::Heap) => Some("out_of memory"),
            ErrorKind::Host(_) | ErrorKind::NoRoom(_) | ErrorKind::Misuse(_) => None,
        }
    }
}

impl From<ErrorKind> for Error {
    fn from(kind: ErrorKind) -> Self {
        Error(Box::new(kind))
    }
}

impl From<Trap> for Error {
    fn from(trap: Trap) -> Self {
        Error::from(ErrorKind::Trap(trap))
    }
}

impl From<ValidateError> for Error {
    fn from(error: ValidateError) -> Self {
        Error::from(ErrorKind::Validate(error))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind() {
            ErrorKind::Validate(error) => error.fmt(f),
            ErrorKind::Link(text) | ErrorKind::Misuse(text) => f.write_str(text),
            ErrorKind::Trap(trap) => trap.fmt(f),
            ErrorKind::Exception(_) => f.write_str("an exception was not caught"),
            ErrorKind::OutOfGas { required } => {
                write!(f, "out of gas: the next step costs {required}, which is more than is left")
            }
            ErrorKind::Interrupted => f.write_str("interrupted"),
            ErrorKind::OutOfMemory(MemoryKind::Memory) => {
                f.write_str("a memory is larger at its start than is allowed")
            }
            ErrorKind::OutOfMemory(MemoryKind::Table) => {
                f.write_str("a table is larger at its start than is allowed")
            }
            ErrorKind::OutOfMemory(MemoryKind::Exceptions) => {
                f.write_str("an exception cannot be kept: there are more than is allowed")
            }
            ErrorKind::OutOfMemory(MemoryKind::Heap) => {
                f.write_str("an object cannot be made: structs and arrays take more than is allowed")
            }
            ErrorKind::Host(error) => error.fmt(f),
            ErrorKind::NoRoom(what) => write!(f, "this machine has no room for {what}"),
        }
    }
}

impl core::error::Error for Error {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self.kind() {
            ErrorKind::Validate(error) => Some(error),
            ErrorKind::Trap(trap) => Some(trap),
            ErrorKind::Host(error) => Some(&**error),
            _ => None,
        }
    }
}
