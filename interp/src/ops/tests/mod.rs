//! Tests of the numeric instructions.

mod floats;
mod int;
mod proof;
mod short;
mod slots;
