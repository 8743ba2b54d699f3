//! All that can be seen of a fixed set of runs, as digests. They are equal on every machine, or there is a bug:
//! `programs/architectures.sh` compares them between architectures, `docs/determinism.md` says what was compared.
#![forbid(unsafe_code)]

pub mod contracts;
pub mod fields;
pub mod generated;
pub mod programs;
pub mod suite;

mod digest;

pub use digest::Digest;
