//! The bodies of the targets.

mod calldata;
mod contracts;
mod engine;
mod floats;
mod protocol;
mod requests;
mod results;
mod runners;
mod wasi;
pub(crate) mod world;

pub use calldata::calldata;
pub use contracts::contracts;
pub(crate) use contracts::{METHODS, argument};
#[cfg(feature = "wasmtime")]
pub use engine::wasmtime;
pub use engine::{module, tiers, wasmi};
pub use floats::floats;
pub use protocol::protocol;
pub use requests::requests;
pub use results::results;
pub use runners::runners;
pub use wasi::wasi;
