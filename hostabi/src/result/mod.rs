//! Results of executions: their octets, codes, acceptance, hashes, fingerprints and reports. Spec: vm.md 7 to 12.

pub mod accept;
pub mod code;
mod error;
pub mod frames;
pub mod hashes;
pub mod outcome;
pub mod personal;
pub mod report;

pub use accept::{Accepted, accept, agrees, published, surplus};
pub use code::{VmErrorCode, is_valid_code, public_part};
pub use error::ReadError;
pub use frames::{Frame, StoreHashes};
pub use hashes::{Execution, FeesConsumed, SubVmHashes, small_hash};
pub use outcome::{Encoded, InternalError, Outcome, OutcomeError};
pub use personal::{Position, Ran, Recomputed, Vote, VoteFault};
pub use report::{End, Report};
