//! Executions for nodes at the other end of a stream: one in Python, and those that do everything wrong.
#![allow(clippy::unwrap_used, reason = "a test may end in a panic")]

mod example;
#[path = "../vm/harness.rs"]
#[allow(dead_code, reason = "a part of it is used here")]
mod harness;
mod hostile;
mod python;
