//! WASI, call by call, with any arguments.

#![allow(dead_code, reason = "the harness is that of the tests")]

#[path = "../../../hostabi/tests/wasi/harness.rs"]
mod harness;

use crate::Numbers;
use crate::generate::seed;
use harness::{FUNCTIONS, Guest, MEMORY, tree};
use selfsame_hostabi::{Output, RamBudget, WasiCtx};
use selfsame_interp::{Fingerprint, Tier};

/// Calls of a session.
const CALLS: usize = 80;

/// Random calls on both tiers: answers, gas, memory and output are the same.
///
/// # Panics
/// If not.
pub fn wasi(data: &[u8]) {
    let [exact, fast] = [Tier::Exact, Tier::Fast].map(|tier| session(tier, data));
    assert_eq!(exact, fast, "exact, then fast");
}

/// What came of each call, and what was left behind.
fn session(tier: Tier, data: &[u8]) -> (Vec<String>, u64, Fingerprint, Vec<u8>) {
    let mut numbers = Numbers(seed(data));
    let ram = 65_536 + 300 + numbers.one_of(&[0, 96 * 3, 96 * 20, 1 << 20]);
    let ctx = WasiCtx::builder().vfs(tree()).args(["one", "two"]).env("A", "1").stdin([5; 300]);
    let ctx = ctx.stdout(Output::capture(1 << 16)).ram(RamBudget::new(ram)).build();
    let mut guest = Guest::new(tier, ctx.expect("there is room for what it starts with"));
    for (index, text) in ["b", "a/in", "a/deep", "..", "a//deep/../in", "nothing", "b/x"].iter().enumerate() {
        guest.write(index as u32 * 16, text.as_bytes());
    }
    // Octets of the input where any call may read them.
    guest.write(0x4000, &data[..data.len().min(0x4000)]);
    let list: Vec<(u32, u32)> =
        (0..64).map(|_| (argument(&mut numbers) as u32, numbers.below(3000) as u32)).collect();
    guest.write_iovecs(0x200, &list);
    let mut answers = Vec::new();
    for _ in 0..CALLS {
        let (name, params) = numbers.one_of(&FUNCTIONS);
        let mut args: Vec<i64> = params.chars().map(|_| argument(&mut numbers)).collect();
        // Help the more interesting functions to get somewhere.
        match name {
            "fd_read" | "fd_pread" | "fd_write" if numbers.below(2) == 0 => {
                args[1] = 0x200;
                args[2] = numbers.below(6) as i64;
            }
            "path_open" if numbers.below(2) == 0 => {
                let path = [numbers.below(7) as i64 * 16, 1 + numbers.below(6) as i64];
                args = vec![3, 0, path[0], path[1], 0, 0, 0, 0, 0x1000];
            }
            _ => {}
        }
        answers.push(match guest.try_call(name, &args) {
            Ok(errno) => format!("{name}{args:?} = {errno}"),
            Err(error) => format!("{name}{args:?}: {:?} {error}", selfsame_hostabi::code(&error)),
        });
    }
    let (gas, fingerprint) = (guest.store.gas_consumed(), guest.store.fingerprint());
    (answers, gas, fingerprint, guest.store.data().stdout().octets().to_vec())
}

/// An argument: mostly something that could make sense.
fn argument(numbers: &mut Numbers) -> i64 {
    let end = u64::from(MEMORY);
    let argument = match numbers.below(12) {
        0..=3 => numbers.below(8),
        4 => numbers.below(64),
        5 | 6 => numbers.below(end) & !7,
        7 => numbers.below(end),
        8 => end - numbers.below(70),
        9 => u64::from(u32::MAX) - numbers.below(20),
        10 => 1 << numbers.below(64),
        _ => numbers.any(),
    };
    argument as i64
}
