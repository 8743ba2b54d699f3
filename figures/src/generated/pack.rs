//! Cases in a file: modules are generated on one machine, since the generator is not the same on all of them.

use super::plan::{Case, Plan};
use crate::fields;
use selfsame_interp::{Mode, StackLimits};
use std::io::{self, Read, Write};

/// Appends a case.
///
/// # Errors
/// Of the writer.
pub fn pack(out: &mut impl Write, case: &Case) -> io::Result<()> {
    let Plan { seed, mode, gas, stack, reenter } = &case.plan;
    let mode = match mode {
        Mode::Deterministic => 0,
        Mode::NonDeterministic => 1,
        Mode::NoFloats => 2,
    };
    let stack = [stack.call_depth, stack.value_slots, stack.host_reentry].map(u64::from);
    let numbers = [*seed, mode, *gas, stack[0], stack[1], stack[2], u64::from(*reenter)];
    fields::write(out, &numbers.map(u64::to_le_bytes).concat())?;
    fields::write(out, &case.bytes)
}

/// The next case; `None` where the file ends.
///
/// # Errors
/// Of the reader, and if the file is not one of [`pack`].
pub fn unpack(input: &mut impl Read) -> io::Result<Option<Case>> {
    let Some(plan) = fields::read(input)? else { return Ok(None) };
    let plan = plan_of(&plan).ok_or_else(|| io::Error::other("this is no file of cases"))?;
    Ok(Some(Case { plan, bytes: fields::expect(input)? }))
}

fn plan_of(field: &[u8]) -> Option<Plan> {
    let mut numbers = field.chunks_exact(8).map(|number| {
        // Chunks of eight octets have eight octets.
        number.iter().rev().fold(0_u64, |value, octet| value << 8 | u64::from(*octet))
    });
    let mut next = || numbers.next();
    Some(Plan {
        seed: next()?,
        mode: match next()? {
            0 => Mode::Deterministic,
            1 => Mode::NonDeterministic,
            2 => Mode::NoFloats,
            _ => return None,
        },
        gas: next()?,
        stack: StackLimits {
            call_depth: u32::try_from(next()?).ok()?,
            value_slots: u32::try_from(next()?).ok()?,
            host_reentry: u32::try_from(next()?).ok()?,
        },
        reenter: next()? != 0,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_comes_back() {
        let case = Case {
            bytes: vec![1, 2, 3],
            plan: Plan {
                seed: u64::MAX - 1,
                mode: Mode::NoFloats,
                gas: 1 << 40,
                stack: StackLimits { call_depth: 2, value_slots: 3, host_reentry: 4 },
                reenter: true,
            },
        };
        let mut file = Vec::new();
        pack(&mut file, &case).expect("a vector takes all");
        pack(&mut file, &case).expect("a vector takes all");
        let mut input = file.as_slice();
        assert_eq!(unpack(&mut input).expect("a case"), Some(case.clone()));
        assert_eq!(unpack(&mut input).expect("a case"), Some(case));
        assert_eq!(unpack(&mut input).expect("the end"), None);
        assert!(unpack(&mut &file[..file.len() / 2 - 1]).is_err());
    }
}
