//! A WebAssembly interpreter for execution that every machine must agree on: exact gas for each source
//! instruction, soft floats, frames and memories open to inspection, and fingerprints of a stop.
//!
//! The names are those of the wasmtime family: [`Engine`], [`Module`], [`Store`], [`Linker`],
//! [`Instance`], [`Func`], [`Caller`].
#![no_std]
#![deny(unsafe_code)]

extern crate alloc;
#[cfg(any(feature = "std", test))]
extern crate std;

mod bulk;
mod call;
mod config;
mod engine;
mod error;
mod exact;
mod exception;
mod extern_types;
#[allow(unsafe_code, reason = "the fast tier's handlers work on raw pointers; docs/unsafe.md")]
mod fast;
mod fingerprint;
mod frame;
mod func;
mod gas;
mod heap;
mod host;
mod inspect;
mod instance;
mod linker;
mod memory;
mod module;
mod once;
mod ops;
#[cfg(feature = "prove")]
#[doc(hidden)]
pub mod prove;
mod segments;
mod store;
mod table;
mod tag;
mod trap;
mod types;
mod unwind;
mod value;
mod vm;

pub use call::{Resumable, Stopped};
pub use config::{Config, Mode, StackLimits, Tier};
pub use engine::Engine;
pub use error::{Error, ErrorKind, MemoryKind};
pub use exception::{EXCEPTION_BYTES, Exception, ExnRef};
pub use extern_types::{Extern, GlobalRef as Global, Memory, StoreObjects, TableRef as Table};
pub use func::{Func, TypedFunc, WasmTypes};
pub use gas::{Schedule, UnitPrices};
pub use heap::{AnyRef, HEAP_BYTES};
pub use host::{Caller, HostResult, IntoFunc, ResourceLimiter, Suspend};
pub use inspect::{Fingerprint, FingerprintFrame, FrameInfo};
pub use instance::Instance;
pub use linker::Linker;
pub use module::Module;
pub use selfsame_validate::{
    AddressType, CompositeType, ExternType, Features, FieldType, FuncType, GlobalType, HeapType, Limits,
    MemoryType, Opcode, PAGE_SIZE, PageSize, RefType, Scope, StorageType, SubType, TableType, TypeIndex,
    ValType, ValidateError,
};
pub use store::{AsContext, AsContextMut, ExternRef, InterruptHandle, Store, StoreMut};
pub use tag::Tag;
pub use trap::Trap;
pub use types::ModuleTypes;
pub use value::{Val, WasmTy};

/// The example of the README, compiled and run as a test.
#[cfg(all(doctest, feature = "std"))]
#[doc = include_str!("../../README.md")]
pub struct ReadmeDoctests;
