//! What a guest of Selfsame sees of the world: for now, WASI preview 1 over a file system in memory.
//!
//! Everything a guest can observe is a function of what the embedder put in, never of the machine.
//!
//! ```
//! use selfsame_hostabi::{CommandOutcome, Output, WasiCtx, run_command, wasi};
//! use selfsame_interp::{Config, Engine, Error, Linker, Module, Store};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let engine = Engine::new(&Config::new());
//! let module = Module::new(&engine, wat::parse_str(r#"(module
//!     (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
//!     (memory (export "memory") 1)
//!     (func (export "_start") (call $exit (i32.const 7))))"#)?)?;
//!
//! let ctx = WasiCtx::builder().arg("prog").stdout(Output::capture(1 << 20)).build()?;
//! let mut store = Store::new(&engine, ctx);
//! store.set_gas(1_000_000);
//! store.limiter(|ctx: &mut WasiCtx| ctx.ram_mut());
//! let mut linker = Linker::new();
//! wasi::add_to_linker(&mut linker, |ctx: &mut WasiCtx| ctx);
//! let instance = linker.instantiate(&mut store, &module)?;
//! assert!(matches!(run_command(&mut store, instance), CommandOutcome::Exited(7)));
//! # Ok(())
//! # }
//! ```
#![forbid(unsafe_code)]

pub mod contract;
pub mod emission;
pub mod fees;
pub mod gas;
pub mod host;
pub mod message;
pub mod protocol;
pub mod result;
pub mod runner;
pub mod sdk;
pub mod services;
pub mod storage;
#[cfg(feature = "store")]
pub mod store;
pub mod vfs;
pub mod vm;
pub mod wasi;

mod command;
mod error;
mod ram;

pub use command::{CommandOutcome, entry_point, run_command};
pub use selfsame_calldata as calldata;

pub use error::{Exit, NoEntryPoint, OutOf, code};
pub use ram::{RamBudget, TABLE_ELEMENT};
pub use vfs::Vfs;
pub use wasi::{Output, RandomMode, WasiCtx, WasiCtxBuilder};
