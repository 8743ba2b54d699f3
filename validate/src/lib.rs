//! WebAssembly bytes to a checked, immutable [`Module`] that holds what an interpreter needs.
//!
//! Decoding and validation are `wasmparser`'s; what is added here is per-function metadata: cells of a
//! frame, greatest operand height, and the side table that makes the original bytes executable in place. A
//! pass of our own goes first over functions of common instructions, since it is several times faster.
//!
//! ```
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let bytes = wat::parse_str("(module (func (export \"f\") (result i32) i32.const 42))")?;
//! let module = selfsame_validate::Module::new(bytes, &Default::default())?;
//! assert_eq!(module.exports().count(), 1);
//! # Ok(()) }
//! ```
#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;
#[cfg(any(feature = "std", test))]
extern crate std;

mod catches;
mod config;
mod const_expr;
mod convert;
mod declared;
mod error;
mod func;
mod immediates;
pub mod leb;
mod locals;
mod module;
mod opcode;
mod operand_types;
mod quick;
mod ref_types;
mod sections;
mod side_table;
mod sub_types;
mod types;

pub use catches::Catch;
pub use config::{Features, Limits, ValidateConfig};
pub use const_expr::{ConstExpr, ConstOp};
pub use error::{ErrorKind, NotWasm, ValidateError};
pub use func::FuncBody;
pub use immediates::{BrOnCast, CastTarget, CatchClause, HeapCode, MemArg, block_type};
pub use locals::{LocalLayout, LocalPlace};
pub use module::{
    Data, Element, ElementItems, Export, ExternIndex, Global, Import, ImportType, Module, SegmentMode, Table,
};
pub use opcode::Opcode;
pub use ref_types::{HeapType, RefType, Scope, TypeIndex};
pub use side_table::Label;
pub use sub_types::{CompositeType, FieldType, StorageType, SubType};
pub use types::{
    AddressType, ExternType, FuncType, GlobalType, MemoryType, PAGE_SIZE, PageSize, TableType, ValType,
};
