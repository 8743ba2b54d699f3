//! Wide arithmetic: numbers of 128 bits in two of 64.

use super::check;
use crate::Val;
use std::vec::Vec;

const EDGES: [u64; 7] = [0, 1, 2, u64::MAX, u64::MAX - 1, 1 << 63, 0x0123_4567_89ab_cdef];

fn cells(values: &[u64]) -> Vec<Val> {
    values.iter().map(|value| Val::I64(*value as i64)).collect()
}

#[test]
fn sums_and_differences() {
    let whole = |low: u64, high: u64| u128::from(low) | u128::from(high) << 64;
    let halves = |value: u128| cells(&[value as u64, (value >> 64) as u64]);
    for (a, b) in EDGES.iter().flat_map(|a| EDGES.map(|b| (*a, b))) {
        let (c, d) = (b.wrapping_add(a), a.rotate_left(7));
        for (name, result) in [
            ("add128", whole(a, b).wrapping_add(whole(c, d))),
            ("sub128", whole(a, b).wrapping_sub(whole(c, d))),
        ] {
            let text = std::format!(
                "(module (func (export \"f\") (param i64 i64 i64 i64) (result i64 i64)
                    (i64.{name} (local.get 0) (local.get 1) (local.get 2) (local.get 3))))"
            );
            check(&text, &cells(&[a, b, c, d]), &halves(result), 6);
        }
    }
}

#[test]
fn products() {
    for (a, b) in EDGES.iter().flat_map(|a| EDGES.map(|b| (*a, b))) {
        let signed = (i128::from(a as i64) * i128::from(b as i64)) as u128;
        for (name, result) in [("s", signed), ("u", u128::from(a) * u128::from(b))] {
            let text = std::format!(
                "(module (func (export \"f\") (param i64 i64) (result i64 i64)
                    (i64.mul_wide_{name} (local.get 0) (local.get 1))))"
            );
            check(&text, &cells(&[a, b]), &cells(&[result as u64, (result >> 64) as u64]), 4);
        }
    }
}

/// Operands from constants, locals and other instructions, above others; results to locals and instructions.
#[test]
fn operands_and_results_of_every_kind() {
    let text = "(module (func (export \"f\") (param i64 i64) (result i64 i64 i64 i64) (local i64 i64)
        (local.get 0)
        (i64.const 3)
        (i64.mul_wide_u (local.get 0) (i64.add (local.get 1) (i64.const 1)))
        (i64.add128 (i64.const -1) (local.get 1))
        (local.set 3)
        (local.tee 2)
        (i64.sub128 (local.get 3) (i64.const -5) (local.get 2))
        (local.set 0)
        (local.get 0)))";
    // 6 * 8 is 48; (48, 0) and (-1, 7) are (47, 8); without (-5, 47) that is (52, -40).
    check(text, &cells(&[6, 7]), &cells(&[6, 3, 52, -40_i64 as u64]), 22);
}

/// Where the operands are in the way of the results, and in a loop.
#[test]
fn a_factorial_of_128_bits() {
    let text =
        "(module (func (export \"f\") (param $n i64) (result i64 i64) (local $low i64) (local $high i64)
        (local.set $low (i64.const 1))
        (loop $l
            (i64.mul_wide_u (local.get $low) (local.get $n))
            (i64.const 0) (i64.mul (local.get $high) (local.get $n))
            (i64.add128)
            (local.set $high) (local.set $low)
            (local.set $n (i64.sub (local.get $n) (i64.const 1)))
            (br_if $l (i64.ne (local.get $n) (i64.const 0))))
        (local.get $low) (local.get $high)))";
    for n in [1, 5, 21, 34] {
        let product: u128 = (1..=n).product();
        let turn = 2 + 2 + 1 + 3 + 2 + 2 + 4 + 4;
        let gas = 2 + n as u64 * turn + 2 + 1;
        check(text, &cells(&[n as u64]), &cells(&[product as u64, (product >> 64) as u64]), gas);
    }
}
