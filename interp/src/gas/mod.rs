//! Gas: what each source instruction costs, and nothing else.
//!
//! An instruction is charged before it runs. Where the rest does not cover it, execution stops in front
//! of it. Both tiers take their prices from the [`Schedule`]; the exact tier charges instruction by
//! instruction, the fast tier by edges (`fast`), and the sums are the same.

mod prices;
mod schedule;

pub use schedule::{Schedule, UnitPrices};
