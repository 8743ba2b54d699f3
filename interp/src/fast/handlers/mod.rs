//! What the fast tier's instructions do. One file a family; each says how its operands lie.
//!
//! In all of them the handler's address takes bytes 0 to 8 of the instruction. A scalar result goes to the
//! cell named by the 16 bits at offset 8, and to the accumulator.

pub(super) mod call;
pub(super) mod control;
pub(super) mod fused;
pub(super) mod heap;
pub(super) mod memory;
pub(super) mod numeric;
pub(super) mod object;
#[cfg(all(target_arch = "x86_64", feature = "std"))]
pub(super) mod shuffle;
pub(super) mod simd;
pub(super) mod soft;
pub(super) mod table;
pub(super) mod variable;
pub(super) mod wide;
