//! What a script lets be seen beyond its assertions.

use selfsame_interp::Fingerprint;

/// What came of an instantiation or a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The function with its arguments, or `instance`.
    pub what: String,
    /// The values, or the code of the error and its text.
    pub outcome: String,
    /// Gas that it consumed.
    pub gas: u64,
    /// Frames and memories of the whole store, where it did not end well and the memories have 16 MiB at most.
    pub fingerprint: Option<Fingerprint>,
}
