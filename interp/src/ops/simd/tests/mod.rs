//! Tests of the vector operations, against a model that shares nothing with them.
//!
//! A model takes a vector apart with shifts of a `u128` and computes on `i128` or on the host's floats. Each
//! family keeps a table from the names of its rows to their models; [`lists`] demands that every row of the
//! lists is in a table, and that the samples tell every row from every other of its shape.

use std::vec::Vec;

use super::V128;

mod float;
mod int;
mod lane;
mod lists;
mod relaxed;
mod v128;
mod widen;

/// The lanes of a vector as numbers.
fn split(v: V128, bits: u32, signed: bool) -> Vec<i128> {
    let whole = v.to_bytes().iter().rev().fold(0u128, |whole, &byte| whole << 8 | u128::from(byte));
    let lane = |i| (whole >> (i * bits)) as i128 & ((1 << bits) - 1);
    let sign = |lane: i128| if signed && lane >> (bits - 1) == 1 { lane - (1 << bits) } else { lane };
    (0..128 / bits).map(lane).map(sign).collect()
}

/// The vector whose lanes are `lanes` modulo two to the `bits`.
fn join(lanes: &[i128], bits: u32) -> V128 {
    assert_eq!(lanes.len() * bits as usize, 128);
    let whole =
        lanes.iter().rev().fold(0u128, |whole, &lane| whole << bits | (lane as u128 & ((1 << bits) - 1)));
    V128::from_bytes(core::array::from_fn(|i| (whole >> (8 * i)) as u8))
}

/// A vector from its lanes as they are written in text, such as `v(8, [1, -2, ...])`.
fn v<const N: usize>(lanes: [i128; N]) -> V128 {
    join(&lanes, 128 / N as u32)
}

/// Vectors that reach the corners of every lane width, and some with nothing in common.
fn samples() -> Vec<V128> {
    const CORNERS: [u64; 12] = [
        0,
        u64::MAX,
        0x8000_0000_0000_0000,
        0x7fff_ffff_ffff_ffff,
        0x8000_0000_8000_0000,
        0x7fff_ffff_7fff_ffff,
        0x8000_8000_8000_8000,
        0x7fff_8001_7fff_8001,
        0x8080_8080_8080_8080,
        0x7f80_ff00_0180_817f,
        0x0000_0001_0001_0100,
        0x0706_0504_0302_0100,
    ];
    let mut vectors = Vec::new();
    for (i, &lo) in CORNERS.iter().enumerate() {
        vectors.push(V128::from_cells(lo, CORNERS[(i + 5) % CORNERS.len()]));
        vectors.push(V128::from_cells(lo, lo));
    }
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = || {
        state = state.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(0x1405_7b7e_f767_814f);
        state ^ state >> 29
    };
    vectors.extend((0..24).map(|_| V128::from_cells(next(), next())));
    vectors
}

/// A row of a model table for integers: lanes of `from` bits are computed on, lanes of `to` bits result.
struct Model {
    name: &'static str,
    from: u32,
    signed: bool,
    to: u32,
    f: fn(&[i128], &[i128]) -> Vec<i128>,
}

impl Model {
    fn eval(&self, a: V128, b: V128) -> V128 {
        let lanes = |v| split(v, self.from, self.signed);
        join(&(self.f)(&lanes(a), &lanes(b)), self.to)
    }
}

/// Every pair of samples through an operation and its model.
fn check(model: &Model, eval: impl Fn(V128, V128) -> V128) {
    for &a in &samples() {
        for &b in &samples() {
            assert_eq!(eval(a, b), model.eval(a, b), "{} of {a:x?} and {b:x?}", model.name);
        }
    }
}

/// The row called `name`.
fn row<F: Copy>(rows: &[(&'static str, F)], name: &str) -> F {
    rows.iter().find(|row| row.0 == name).unwrap_or_else(|| std::panic!("no row {name}")).1
}
