//! What SDK functions answer. Not WASI's numbers. Spec: sdk.md 1.

/// The answer of an SDK function that did not succeed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i32)]
pub enum SdkErrno {
    /// A length or count does not fit.
    Overflow = 1,
    /// The request cannot be decoded or is invalid; a bad range.
    Inval = 2,
    /// The calling module exports no memory.
    Fault = 3,
    /// A raw text is not UTF-8.
    Ilseq = 4,
    /// Reserved.
    Io = 5,
    /// The mode or a permission does not allow it; the slot is locked.
    Forbidden = 6,
    /// The balance does not cover it.
    Inbalance = 7,
}
