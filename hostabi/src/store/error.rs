//! Why a store did not do what it was asked.

use crate::host::HostError;
use crate::storage::ChangesError;
use std::fmt;

/// Why a store did not do what it was asked. Nothing has changed then, except that after [`StoreError::Database`]
/// a commit may have happened or not: open the store again and look.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StoreError {
    /// The file could not be read or written, or another process has it open.
    Database(String),
    /// The file has the format of another version.
    Format(u32),
    /// The file holds something that this store does not write.
    Damaged(&'static str),
    /// There is no such block, or it cannot be finalised because a later one is.
    UnknownBlock(u64),
    /// The transaction is in this block already.
    AlreadyCommitted(u64),
    /// The block was meant to follow another one than this, the latest.
    Moved(u64),
    /// The block consumes a message that is not waiting.
    UnknownMessage(u64),
    /// The result or a message has 2^32 octets or more.
    TooLarge,
    /// The block's storage changes are not what an execution reports.
    Changes(ChangesError),
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StoreError::Database(what) => write!(f, "the store cannot be used: {what}"),
            StoreError::Format(found) => {
                write!(f, "the store has format {found}, not {}", super::tables::FORMAT)
            }
            StoreError::Damaged(what) => write!(f, "the store is damaged: {what}"),
            StoreError::UnknownBlock(number) => {
                write!(f, "block {number} is not there, or a later one is final")
            }
            StoreError::AlreadyCommitted(number) => write!(f, "the transaction is in block {number} already"),
            StoreError::Moved(latest) => write!(f, "the latest block is {latest} by now"),
            StoreError::UnknownMessage(id) => write!(f, "no message {id} is waiting"),
            StoreError::TooLarge => f.write_str("a result or message of 2^32 octets or more"),
            StoreError::Changes(cause) => cause.fmt(f),
        }
    }
}

impl std::error::Error for StoreError {}

impl From<ChangesError> for StoreError {
    fn from(cause: ChangesError) -> Self {
        StoreError::Changes(cause)
    }
}

impl From<StoreError> for HostError {
    fn from(cause: StoreError) -> Self {
        HostError::Fault(cause.to_string())
    }
}

macro_rules! from_database {
    ($($cause:ident)*) => {$(
        impl From<redb::$cause> for StoreError {
            fn from(cause: redb::$cause) -> Self {
                StoreError::Database(cause.to_string())
            }
        }
    )*};
}

from_database! { DatabaseError TransactionError TableError StorageError CommitError }

impl From<std::io::Error> for StoreError {
    fn from(cause: std::io::Error) -> Self {
        StoreError::Database(cause.to_string())
    }
}
