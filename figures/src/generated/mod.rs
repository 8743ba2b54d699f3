//! Modules that were generated, each with a plan of what to do with it.

mod host;
mod pack;
mod plan;
mod run;

pub use pack::{pack, unpack};
pub use plan::{Case, Numbers, Plan};
pub use run::{Event, Program, run};

use crate::digest::Digest;
use selfsame_interp::Tier;

/// Takes into account all that can be seen of a case on both tiers, with the gas in one piece and in slices; once,
/// where the tiers agree. Returns whether the engine took the module; it may be over one of the engine's limits.
///
/// # Panics
/// If the engine refuses the module for another reason.
pub fn add(digest: &mut Digest, case: &Case) -> bool {
    let [Some(exact), Some(fast)] = [Tier::Exact, Tier::Fast].map(|tier| case.program(tier)) else {
        return false;
    };
    for slices in [false, true] {
        let [exact, fast] = [&exact, &fast].map(|program| run(case, program, slices));
        exact.iter().for_each(|event| digest.add(event));
        if exact != fast {
            digest.add(&("the tiers differ", fast));
        }
    }
    true
}
