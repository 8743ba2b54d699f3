//! What a guest of Selfsame sees of the world: WASI preview 1 over a file system in memory, and for contracts a
//! virtual machine with storage, messages, and blocks that reach the web and language models.
//!
//! Outside of such blocks, everything a guest can observe is a function of what the embedder put in, never of the
//! machine. `docs/architecture.md` has the parts and the life of a transaction.
//!
//! # A contract
//!
//! A [`vm::Node`] runs a [`vm::Run`] on the state that a [`host::Host`] shows, here a store in memory:
//!
//! ```
//! use ruint::aliases::U256;
//! use selfsame_hostabi::calldata::{Address, Value, decode, encode};
//! use selfsame_hostabi::message::StartupMessage;
//! use selfsame_hostabi::services::NoServices;
//! use selfsame_hostabi::vm::{Node, NodeConfig, Role, Run};
//! # #[cfg(feature = "store")]
//! use selfsame_hostabi::store::{Block, NodeStore};
//! use std::sync::Arc;
//!
//! # #[cfg(feature = "store")]
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let code = include_bytes!("../../contracts/counter/counter.wasm");
//! let node = Node::new(&NodeConfig::default(), Arc::new(NoServices));
//! let store = NodeStore::in_memory()?;
//! let (contract, sender) = (Address([0x11; 20]), Address([0x22; 20]));
//! let gas = 10_000_000;
//!
//! // A deployment: the constructor's arguments, and the code.
//! let entry = encode(&Value::map([("args", Value::Array(Vec::new()))]));
//! let mut message = StartupMessage::main(U256::from(1), contract, sender, entry);
//! message.is_init = true;
//! let run = Run { code: Some(Arc::from(&code[..])), ..Run::new(message, gas) };
//! let done = node.execute(Arc::new(store.snapshot()?), run);
//! let block = Block { tx_hash: [1; 32], contract, changes: done.report.storage_changes, ..Block::default() };
//! store.commit(&block)?;
//!
//! // A call, by the leader.
//! let entry = encode(&Value::map([("", "increment".into()), ("args", Value::Array(vec![5.into()]))]));
//! let run = Run::new(StartupMessage::main(U256::from(1), contract, sender, entry), gas);
//! let led = node.execute(Arc::new(store.snapshot()?), run.clone());
//! let value = led.report.value().ok_or("no value")?;
//! assert_eq!(decode(value.octets())?, Value::from(5));
//!
//! // A validator gets the results of the leader's blocks, here none, and comes to the same.
//! let role = Role::Validator(led.report.nondet_results.clone());
//! let judged = node.execute(Arc::new(store.snapshot()?), Run { role, ..run });
//! assert_eq!(judged.report.execution_hash(), led.report.execution_hash());
//! assert_eq!(judged.time_used, led.time_used);
//! assert_eq!(judged.report.nondet_disagreement, None);
//! # Ok(())
//! # }
//! # #[cfg(not(feature = "store"))]
//! # fn main() {}
//! ```
//!
//! # A WASI program
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
