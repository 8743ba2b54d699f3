use std::vec;
use std::vec::Vec;

use super::lists::{complete_and_distinct, ternops};
use super::{Model, row, samples, split, v};

/// Rows that mean the same: a relaxed one and the plain one that choice 0 makes of it.
pub(super) const ALIASES: &[&[&str]] = &[
    &["I8x16Swizzle", "I8x16RelaxedSwizzle"],
    &["I16x8Q15MulrSatS", "I16x8RelaxedQ15mulrS"],
    &["F32x4Min", "F32x4RelaxedMin"],
    &["F32x4Max", "F32x4RelaxedMax"],
    &["F64x2Min", "F64x2RelaxedMin"],
    &["F64x2Max", "F64x2RelaxedMax"],
    &["I32x4TruncSatF32x4S", "I32x4RelaxedTruncF32x4S"],
    &["I32x4TruncSatF32x4U", "I32x4RelaxedTruncF32x4U"],
    &["I32x4TruncSatF64x2SZero", "I32x4RelaxedTruncF64x2SZero"],
    &["I32x4TruncSatF64x2UZero", "I32x4RelaxedTruncF64x2UZero"],
    SELECTS,
];

const SELECTS: &[&str] = &[
    "V128Bitselect",
    "I8x16RelaxedLaneselect",
    "I16x8RelaxedLaneselect",
    "I32x4RelaxedLaneselect",
    "I64x2RelaxedLaneselect",
];

fn dot(a: &[i128], b: &[i128]) -> Vec<i128> {
    let pairs = a.chunks(2).zip(b.chunks(2));
    let wrap = |sum: i128| if sum > 32767 { sum - 65536 } else { sum };
    pairs.map(|(a, b)| wrap(a[0] * b[0] + a[1] * b[1])).collect()
}

pub(super) fn binary() -> Vec<Model> {
    fn q15mulr(a: &[i128], b: &[i128]) -> Vec<i128> {
        a.iter().zip(b).map(|(a, b)| ((a * b + 0x4000) >> 15).min(0x7fff)).collect()
    }
    vec![
        Model { name: "I16x8RelaxedQ15mulrS", from: 16, signed: true, to: 16, f: q15mulr },
        Model { name: "I16x8RelaxedDotI8x16I7x16S", from: 8, signed: true, to: 16, f: dot },
    ]
}

#[test]
fn selects_take_each_bit_from_one_operand() {
    for name in SELECTS {
        let select = row(&ternops(), name);
        for a in samples() {
            for b in samples() {
                for mask in samples().into_iter().step_by(5) {
                    let (got, mask) = (select(a, b, mask).to_u128(), mask.to_u128());
                    assert_eq!(got & mask, a.to_u128() & mask, "{name}");
                    assert_eq!(got & !mask, b.to_u128() & !mask, "{name}");
                }
            }
        }
    }
    let mut names = SELECTS.to_vec();
    names.push("I32x4RelaxedDotI8x16I7x16AddS");
    complete_and_distinct(&ternops(), &names, ALIASES, |f| {
        samples().into_iter().map(|a| f(a, samples()[3], samples()[9])).collect()
    });
}

#[test]
fn dot_add_adds_neighbours_of_the_dot_and_then_the_last_operand() {
    let dot_add = row(&ternops(), "I32x4RelaxedDotI8x16I7x16AddS");
    for a in samples() {
        for b in samples() {
            for c in samples().into_iter().step_by(5) {
                let dots = dot(&split(a, 8, true), &split(b, 8, true));
                let sums = dots.chunks(2).zip(split(c, 32, true)).map(|(dots, c)| dots[0] + dots[1] + c);
                assert_eq!(dot_add(a, b, c), super::join(&sums.collect::<Vec<_>>(), 32));
            }
        }
    }
}

#[test]
fn dot_of_the_least_bytes_wraps() {
    use super::super::relaxed::*;
    let least = v([-128; 16]);
    assert_eq!(i16x8_relaxed_dot_i8x16_i7x16_s(least, least), v([-32768; 8]));
    assert_eq!(
        i32x4_relaxed_dot_i8x16_i7x16_add_s(least, least, v([1, 0, -1, 2])),
        v([-65535, -65536, -65537, -65534])
    );
    let a = v([-128, -128, 127, 127, 0, 1, 2, 3, 0, 0, 0, 0, 0, 0, 0, 0]);
    let b = v([-127, -127, 127, 127, 0, 1, 2, 3, 0, 0, 0, 0, 0, 0, 0, 0]);
    assert_eq!(i16x8_relaxed_dot_i8x16_i7x16_s(a, b), v([32512, 32258, 1, 13, 0, 0, 0, 0]));
}
