//! The contract's own imports, `genlayer_sdk`: storage, balances, and `gl_call` with its requests. The device
//! `/vm/sdk` answers the same requests by the same code. Spec: sdk.md.

mod device;
mod errno;
mod imports;
mod messages;
mod perform;
mod request;
mod services;

pub use errno::SdkErrno;
pub use imports::MODULE;
pub use request::{MAX_TOPICS, Message, Request, Template};

pub(crate) use device::{Data, answer as device_answer};
pub(crate) use imports::add_to_linker;
