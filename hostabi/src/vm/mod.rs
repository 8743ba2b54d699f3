//! The virtual machine of contracts: a supervisor, its sub-VMs, and the roles of a node. Spec: vm.md.
//!
//! A run is a stack of sub-VMs, of which the one on top runs. A sub-VM that asks for another is suspended, so the
//! depth of the tree takes no native stack.

mod cache;
mod cancel;
mod end;
mod limits;
pub(crate) mod load;
mod meta;
mod node;
mod run;
mod spawn;
mod state;
mod subvm;
mod supervisor;

pub use cancel::CancelHandle;
pub use limits::VmLimits;
pub use meta::{Allow, Meta, Permissions, VmKind};
pub use node::{Node, NodeConfig};
pub use run::{Done, Role, Run};
pub use state::Diagnostics;

pub(crate) use end::End;
pub(crate) use spawn::{NondetData, Pending, Reply, Spawn, Target};
pub(crate) use state::{Execution, Runner, VmData, VmState};
