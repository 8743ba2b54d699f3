//! A case on both tiers, which must agree.

use selfsame_figures::generated::{Case, Event, Program, run};
use selfsame_interp::Tier;

/// Runs a case on both tiers: values, traps, gas, frames, fingerprints, globals, tables and what host functions
/// see must be equal, with the gas in one piece and in slices. Returns how many stops were compared.
///
/// # Panics
/// If the tiers differ, or if the engine refuses a module that is valid.
pub fn compare(case: &Case) -> usize {
    let programs: Option<Vec<Program>> =
        [Tier::Exact, Tier::Fast].into_iter().map(|tier| case.program(tier)).collect();
    let Some(programs) = programs else { return 0 };
    let both = |slices: bool| {
        let [exact, fast] = [0, 1].map(|tier| run(case, &programs[tier], slices));
        for (exact, fast) in exact.iter().zip(&fast) {
            assert_eq!(exact, fast, "slices: {slices}; exact, then fast");
        }
        assert_eq!(exact.len(), fast.len(), "slices: {slices}; exact, then fast");
        exact
    };
    let (whole, slices) = (both(false), both(true));
    // A host function that calls back is called anew where the gas ran out inside.
    if !case.plan.reenter {
        check_ends(&whole, &slices);
    }
    whole.len() + slices.len()
}

/// However the gas was handed out, each call must end alike.
fn check_ends(whole: &[Event], slices: &[Event]) {
    let ends = |events: &[Event]| -> Vec<Event> {
        let mut ends: Vec<_> = events.iter().filter(|event| event.last).cloned().collect();
        // Host functions see how much gas is left.
        ends.iter_mut().for_each(|end| end.log.clear());
        ends
    };
    for (whole, slices) in ends(whole).iter().zip(&ends(slices)) {
        assert_eq!(whole, slices, "gas in one piece, then in slices");
    }
}
