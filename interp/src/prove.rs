//! The float instructions and their proof, for `examples/prove_floats.rs`. No part of the interface.

pub use crate::ops::prove::*;
