//! Tests of the numeric instructions.
