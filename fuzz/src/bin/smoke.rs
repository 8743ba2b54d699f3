//! `smoke COUNT [FIRST]`: compares the tiers on COUNT generated modules, from seed FIRST (0) on.

use selfsame_fuzz::{Case, compare};
use std::panic::catch_unwind;

fn main() {
    let mut args = std::env::args().skip(1).map(|arg| arg.parse::<u64>().expect("a number"));
    let (count, first) = (args.next().unwrap_or(2000), args.next().unwrap_or(0));
    let (mut modules, mut calls, mut bad) = (0, 0, Vec::new());
    for seed in first..first + count {
        let outcome = catch_unwind(|| {
            let case = Case::generate(&bytes(seed))?;
            Some(compare(&case))
        });
        match outcome {
            Ok(compared) => {
                modules += u64::from(compared.is_some());
                calls += compared.unwrap_or(0);
            }
            Err(_) => {
                eprintln!("seed {seed} failed");
                bad.push(seed);
            }
        }
    }
    println!("{modules} modules, {calls} stops compared, {} seeds failed: {bad:?}", bad.len());
    std::process::exit(i32::from(!bad.is_empty()));
}

/// The bytes that a seed stands for.
fn bytes(seed: u64) -> Vec<u8> {
    let mut numbers = selfsame_fuzz::Numbers(seed);
    let len = 512 << numbers.below(8);
    (0..len).map(|_| numbers.any() as u8).collect()
}
