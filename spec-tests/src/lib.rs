//! Runs the official WebAssembly test scripts (`.wast`) on Selfsame, directive by directive.
//!
//! ```
//! use selfsame_spec_tests::{Options, run_script};
//!
//! let script = r#"
//!     (module (func (export "f") (result i32) i32.const 42))
//!     (assert_return (invoke "f") (i32.const 42))
//! "#;
//! let report = run_script("answer.wast", script, &Options::default());
//! assert_eq!((report.passed, report.failed, report.skipped()), (2, 0, 0));
//! ```
#![forbid(unsafe_code)]

mod names;
mod needs;
mod options;
mod report;
mod runner;
mod script;
mod seen;
mod spectest;
#[cfg(feature = "suite")]
pub mod suite;
mod traps;
mod values;

pub use options::{Edition, Options};
pub use report::Report;
pub use script::{run_script, run_script_seen};
pub use seen::Seen;
