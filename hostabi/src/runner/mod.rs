//! Runners: how a contract names code, what archives are, and what is done to prepare a sub-VM. Spec:
//! runners.md; decisions: `docs/runners.md`. A pure library: nothing here charges, reads storage or runs code.
//!
//! A supervisor drives it like this:
//!
//! ```
//! use selfsame_hostabi::runner::{self, Archive, CanonicalId, Env, Mode, RunnerError, Step, Walker};
//! use selfsame_hostabi::Vfs;
//! use std::collections::BTreeMap;
//!
//! # fn main() -> Result<(), RunnerError> {
//! let library = runner::build::zip([("runner.json", r#"{"MapFile": {"file": "py/", "to": "/lib"}}"#), ("py/os", "…")]);
//! let library = library.expect("good names");
//! let library_id = runner::packaged_id("lib", &library)?;
//! let contract = format!("# v0.1.0\n# {{\"Seq\": [{{\"Depends\": \"{library_id}\"}},\n# {{\"StartWasm\": \"file\"}}]}}\n");
//! let contract_id = runner::custom_id(contract.as_bytes());
//! let store = BTreeMap::from([(library_id, library), (contract_id.clone(), contract.clone().into_bytes())]);
//!
//! // What a sub-VM has: a RAM budget, the runners it loaded, files and variables.
//! let (mut ram, mut loaded) = (1_000_000_u64, BTreeMap::<CanonicalId, Archive>::new());
//! let (mut vfs, mut env, mut args, mut linked) = (Vfs::new(), Env::new(), Vec::new(), Vec::new());
//! let mut charge = |octets: u64| { ram -= octets }; // or `out_of memory`
//! let mut load = |id: &CanonicalId, charge: &mut dyn FnMut(u64)| -> Result<Archive, RunnerError> {
//!     if let Some(archive) = loaded.get(id) {
//!         return Ok(archive.clone());
//!     }
//!     let octets = store.get(id).ok_or(RunnerError::Absent)?;
//!     charge(runner::load_charge(octets.len() as u64));
//!     let archive = Archive::parse(octets.clone().into())?;
//!     loaded.insert(id.clone(), archive.clone());
//!     Ok(archive)
//! };
//!
//! let entry = load(&contract_id, &mut charge)?;
//! let mut walker = Walker::new(Mode::Det, contract_id.clone(), entry)?;
//! let start = loop {
//!     match walker.step()? {
//!         Step::AddEnv { name, val } => {
//!             let var = env.prepare(&name, &val)?;
//!             charge(var.charge());
//!             env.set(var);
//!         }
//!         Step::MapFile { runner, file, to } => {
//!             for mapping in runner::mappings(&runner.archive, &file, &to)? {
//!                 mapping.check_place()?;
//!                 charge(mapping.charge());
//!                 mapping.check_name()?;
//!                 vfs.insert_file(&mapping.destination, mapping.contents)?;
//!             }
//!         }
//!         Step::AddArg(arg) => args.push(arg),
//!         Step::LinkWasm(module) => linked.push(module), // to be compiled and linked in this order
//!         Step::StartWasm(module) => break module,
//!         Step::Load(id) => {
//!             // `contract` is the topmost runner; the slot of a chain runner may have to be read.
//!             let id = id.resolve(&contract_id, |_chain| Err(RunnerError::Absent))?;
//!             walker.supply(id, |id| load(id, &mut charge))?;
//!         }
//!     }
//! };
//! assert_eq!(*start.wasm, *contract.as_bytes());
//! assert!(vfs.resolve("/", "lib/os").is_ok());
//! # Ok(())
//! # }
//! ```

pub mod build;

mod archive;
mod crc;
mod env;
mod error;
mod grants;
mod header;
mod id;
mod json;
mod map;
mod plan;
mod script;
mod version;
mod zip;

pub use archive::{Archive, Files, Layout};
pub use env::{Env, MAX_NAME, MAX_VALUE, Var};
pub use error::RunnerError;
pub use grants::grants;
pub use id::{CanonicalId, ChainRef, RunnerId, View, checksummed, custom_id, packaged_id};
pub use map::{FILE_CHARGE, Mapping, Mappings, mappings};
pub use plan::{Loaded, ModuleFile, Step, Walker};
pub use script::{MAX_LEVEL, Mode, Script};
pub use version::Version;

/// The octets of RAM that a load costs beside those of the runner. Spec: runners.md 7.
pub const LOAD_CHARGE: u64 = 4096;

/// The octets of RAM to charge for loading a runner of `size` octets, before its octets are fetched.
#[must_use]
pub fn load_charge(size: u64) -> u64 {
    LOAD_CHARGE.saturating_add(size)
}
