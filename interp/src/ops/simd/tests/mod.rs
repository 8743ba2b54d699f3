//! Tests of the vector operations.
