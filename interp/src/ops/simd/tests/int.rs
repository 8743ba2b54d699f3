use std::vec;
use std::vec::Vec;

use super::lists::{complete_and_distinct, shifts, tests};
use super::{Model, join, row, samples, split, v};

/// A row computed lane by lane.
macro_rules! lane_wise {
    ($name:ident, $bits:literal, $signed:literal, |$a:ident| $f:expr) => {
        Model {
            name: stringify!($name),
            from: $bits,
            signed: $signed,
            to: $bits,
            f: |a, _| a.iter().map(|&$a| $f).collect(),
        }
    };
    ($name:ident, $bits:literal, $signed:literal, |$a:ident, $b:ident| $f:expr) => {
        Model {
            name: stringify!($name),
            from: $bits,
            signed: $signed,
            to: $bits,
            f: |a, b| a.iter().zip(b).map(|(&$a, &$b)| $f).collect(),
        }
    };
}

/// A comparison's answer as a lane: all bits or none.
fn mask(yes: bool) -> i128 {
    if yes { -1 } else { 0 }
}

pub(super) fn unary() -> Vec<Model> {
    vec![
        lane_wise!(V128Not, 64, false, |a| !a),
        lane_wise!(I8x16Abs, 8, true, |a| a.abs()),
        lane_wise!(I8x16Neg, 8, true, |a| -a),
        lane_wise!(I8x16Popcnt, 8, false, |a| (0..8).map(|bit| a >> bit & 1).sum()),
        lane_wise!(I16x8Abs, 16, true, |a| a.abs()),
        lane_wise!(I16x8Neg, 16, true, |a| -a),
        lane_wise!(I32x4Abs, 32, true, |a| a.abs()),
        lane_wise!(I32x4Neg, 32, true, |a| -a),
        lane_wise!(I64x2Abs, 64, true, |a| a.abs()),
        lane_wise!(I64x2Neg, 64, true, |a| -a),
        lane_wise!(F32x4Abs, 32, false, |a| a % (1 << 31)),
        lane_wise!(F32x4Neg, 32, false, |a| a + (1 << 31)),
        lane_wise!(F64x2Abs, 64, false, |a| a % (1 << 63)),
        lane_wise!(F64x2Neg, 64, false, |a| a + (1 << 63)),
    ]
}

pub(super) fn binary() -> Vec<Model> {
    let mut models = vec![
        lane_wise!(V128And, 64, false, |a, b| a & b),
        lane_wise!(V128AndNot, 64, false, |a, b| a & !b),
        lane_wise!(V128Or, 64, false, |a, b| a | b),
        lane_wise!(V128Xor, 64, false, |a, b| a ^ b),
    ];
    models.extend(arithmetic());
    models.extend(comparisons());
    models
}

fn arithmetic() -> Vec<Model> {
    vec![
        lane_wise!(I8x16Add, 8, false, |a, b| a + b),
        lane_wise!(I8x16Sub, 8, false, |a, b| a - b),
        lane_wise!(I8x16AddSatS, 8, true, |a, b| (a + b).clamp(-128, 127)),
        lane_wise!(I8x16AddSatU, 8, false, |a, b| (a + b).clamp(0, 255)),
        lane_wise!(I8x16SubSatS, 8, true, |a, b| (a - b).clamp(-128, 127)),
        lane_wise!(I8x16SubSatU, 8, false, |a, b| (a - b).clamp(0, 255)),
        lane_wise!(I8x16AvgrU, 8, false, |a, b| (a + b + 1) / 2),
        lane_wise!(I8x16MinS, 8, true, |a, b| a.min(b)),
        lane_wise!(I8x16MinU, 8, false, |a, b| a.min(b)),
        lane_wise!(I8x16MaxS, 8, true, |a, b| a.max(b)),
        lane_wise!(I8x16MaxU, 8, false, |a, b| a.max(b)),
        lane_wise!(I16x8Add, 16, false, |a, b| a + b),
        lane_wise!(I16x8Sub, 16, false, |a, b| a - b),
        lane_wise!(I16x8Mul, 16, false, |a, b| a * b),
        lane_wise!(I16x8AddSatS, 16, true, |a, b| (a + b).clamp(-32768, 32767)),
        lane_wise!(I16x8AddSatU, 16, false, |a, b| (a + b).clamp(0, 65535)),
        lane_wise!(I16x8SubSatS, 16, true, |a, b| (a - b).clamp(-32768, 32767)),
        lane_wise!(I16x8SubSatU, 16, false, |a, b| (a - b).clamp(0, 65535)),
        lane_wise!(I16x8AvgrU, 16, false, |a, b| (a + b + 1) / 2),
        lane_wise!(I16x8Q15MulrSatS, 16, true, |a, b| ((a * b + 0x4000) >> 15).clamp(-32768, 32767)),
        lane_wise!(I16x8MinS, 16, true, |a, b| a.min(b)),
        lane_wise!(I16x8MinU, 16, false, |a, b| a.min(b)),
        lane_wise!(I16x8MaxS, 16, true, |a, b| a.max(b)),
        lane_wise!(I16x8MaxU, 16, false, |a, b| a.max(b)),
        lane_wise!(I32x4Add, 32, false, |a, b| a + b),
        lane_wise!(I32x4Sub, 32, false, |a, b| a - b),
        lane_wise!(I32x4Mul, 32, false, |a, b| a * b),
        lane_wise!(I32x4MinS, 32, true, |a, b| a.min(b)),
        lane_wise!(I32x4MinU, 32, false, |a, b| a.min(b)),
        lane_wise!(I32x4MaxS, 32, true, |a, b| a.max(b)),
        lane_wise!(I32x4MaxU, 32, false, |a, b| a.max(b)),
        lane_wise!(I64x2Add, 64, false, |a, b| a + b),
        lane_wise!(I64x2Sub, 64, false, |a, b| a - b),
        lane_wise!(I64x2Mul, 64, true, |a, b| a * b),
    ]
}

fn comparisons() -> Vec<Model> {
    vec![
        lane_wise!(I8x16Eq, 8, false, |a, b| mask(a == b)),
        lane_wise!(I8x16Ne, 8, false, |a, b| mask(a != b)),
        lane_wise!(I8x16LtS, 8, true, |a, b| mask(a < b)),
        lane_wise!(I8x16LtU, 8, false, |a, b| mask(a < b)),
        lane_wise!(I8x16GtS, 8, true, |a, b| mask(a > b)),
        lane_wise!(I8x16GtU, 8, false, |a, b| mask(a > b)),
        lane_wise!(I8x16LeS, 8, true, |a, b| mask(a <= b)),
        lane_wise!(I8x16LeU, 8, false, |a, b| mask(a <= b)),
        lane_wise!(I8x16GeS, 8, true, |a, b| mask(a >= b)),
        lane_wise!(I8x16GeU, 8, false, |a, b| mask(a >= b)),
        lane_wise!(I16x8Eq, 16, false, |a, b| mask(a == b)),
        lane_wise!(I16x8Ne, 16, false, |a, b| mask(a != b)),
        lane_wise!(I16x8LtS, 16, true, |a, b| mask(a < b)),
        lane_wise!(I16x8LtU, 16, false, |a, b| mask(a < b)),
        lane_wise!(I16x8GtS, 16, true, |a, b| mask(a > b)),
        lane_wise!(I16x8GtU, 16, false, |a, b| mask(a > b)),
        lane_wise!(I16x8LeS, 16, true, |a, b| mask(a <= b)),
        lane_wise!(I16x8LeU, 16, false, |a, b| mask(a <= b)),
        lane_wise!(I16x8GeS, 16, true, |a, b| mask(a >= b)),
        lane_wise!(I16x8GeU, 16, false, |a, b| mask(a >= b)),
        lane_wise!(I32x4Eq, 32, false, |a, b| mask(a == b)),
        lane_wise!(I32x4Ne, 32, false, |a, b| mask(a != b)),
        lane_wise!(I32x4LtS, 32, true, |a, b| mask(a < b)),
        lane_wise!(I32x4LtU, 32, false, |a, b| mask(a < b)),
        lane_wise!(I32x4GtS, 32, true, |a, b| mask(a > b)),
        lane_wise!(I32x4GtU, 32, false, |a, b| mask(a > b)),
        lane_wise!(I32x4LeS, 32, true, |a, b| mask(a <= b)),
        lane_wise!(I32x4LeU, 32, false, |a, b| mask(a <= b)),
        lane_wise!(I32x4GeS, 32, true, |a, b| mask(a >= b)),
        lane_wise!(I32x4GeU, 32, false, |a, b| mask(a >= b)),
        lane_wise!(I64x2Eq, 64, false, |a, b| mask(a == b)),
        lane_wise!(I64x2Ne, 64, false, |a, b| mask(a != b)),
        lane_wise!(I64x2LtS, 64, true, |a, b| mask(a < b)),
        lane_wise!(I64x2GtS, 64, true, |a, b| mask(a > b)),
        lane_wise!(I64x2LeS, 64, true, |a, b| mask(a <= b)),
        lane_wise!(I64x2GeS, 64, true, |a, b| mask(a >= b)),
    ]
}

type LaneShift = fn(i128, u32) -> i128;

/// Name, lane width, whether lanes are signed, and what a count below the width does to a lane.
const SHIFTS: [(&str, u32, bool, LaneShift); 12] = [
    ("I8x16Shl", 8, false, |a, n| a << n),
    ("I8x16ShrS", 8, true, |a, n| a >> n),
    ("I8x16ShrU", 8, false, |a, n| a >> n),
    ("I16x8Shl", 16, false, |a, n| a << n),
    ("I16x8ShrS", 16, true, |a, n| a >> n),
    ("I16x8ShrU", 16, false, |a, n| a >> n),
    ("I32x4Shl", 32, false, |a, n| a << n),
    ("I32x4ShrS", 32, true, |a, n| a >> n),
    ("I32x4ShrU", 32, false, |a, n| a >> n),
    ("I64x2Shl", 64, false, |a, n| a << n),
    ("I64x2ShrS", 64, true, |a, n| a >> n),
    ("I64x2ShrU", 64, false, |a, n| a >> n),
];

#[test]
fn shifts_meet_their_models_and_take_the_count_modulo_the_width() {
    const COUNTS: [u32; 13] = [0, 1, 3, 7, 8, 15, 16, 31, 32, 63, 64, 65, u32::MAX];
    for (name, bits, signed, f) in SHIFTS {
        let eval = row(&shifts(), name);
        for a in samples() {
            for count in COUNTS {
                let lanes: Vec<_> = split(a, bits, signed).iter().map(|&a| f(a, count % bits)).collect();
                assert_eq!(eval(a, count), join(&lanes, bits), "{name} of {a:x?} by {count}");
            }
        }
    }
    complete_and_distinct(&shifts(), &SHIFTS.map(|model| model.0), &[], |f| {
        samples().into_iter().map(|a| f(a, 1)).collect()
    });
}

type LaneTest = fn(&[i128]) -> u32;

/// Name, lane width, and the answer.
const TESTS: [(&str, u32, LaneTest); 9] = [
    ("V128AnyTrue", 64, |a| u32::from(a != [0, 0])),
    ("I8x16AllTrue", 8, |a| u32::from(!a.contains(&0))),
    ("I8x16Bitmask", 8, bitmask),
    ("I16x8AllTrue", 16, |a| u32::from(!a.contains(&0))),
    ("I16x8Bitmask", 16, bitmask),
    ("I32x4AllTrue", 32, |a| u32::from(!a.contains(&0))),
    ("I32x4Bitmask", 32, bitmask),
    ("I64x2AllTrue", 64, |a| u32::from(!a.contains(&0))),
    ("I64x2Bitmask", 64, bitmask),
];

fn bitmask(lanes: &[i128]) -> u32 {
    lanes.iter().enumerate().map(|(i, &lane)| if lane < 0 { 1 << i } else { 0 }).sum()
}

#[test]
fn tests_meet_their_models() {
    let mut vectors = samples();
    // One bit set, and one byte clear, at every place.
    vectors.extend((0..128).map(|bit| join(&[1 << (bit % 64), 0], 64)));
    vectors.extend((0..128).map(|bit| super::V128::from_u128(1 << bit)));
    vectors.extend((0..16).map(|byte| super::V128::from_u128(!(0xff << (8 * byte)))));
    vectors.extend((0..8).map(|lane| super::V128::from_u128(!(0xffff << (16 * lane)))));
    vectors.extend((0..4).map(|lane| super::V128::from_u128(!(0xffff_ffff << (32 * lane)))));
    for (name, bits, f) in TESTS {
        let eval = row(&tests(), name);
        for &a in &vectors {
            assert_eq!(eval(a), f(&split(a, bits, true)), "{name} of {a:x?}");
        }
    }
    complete_and_distinct(&tests(), &TESTS.map(|model| model.0), &[], |f| {
        vectors.iter().map(|&a| f(a)).collect()
    });
}

#[test]
fn hand_values() {
    use super::super::int::*;
    let a = v([127, -128, -1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    let b = v([1, -1, -1, 0, -1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    assert_eq!(i8x16_add(a, b), v([-128, 127, -2, 0, 0, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24]));
    assert_eq!(i8x16_add_sat_s(a, b), v([127, -128, -2, 0, 0, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24]));
    assert_eq!(i8x16_add_sat_u(a, b), v([128, 255, 255, 0, 255, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24]));
    assert_eq!(i8x16_sub_sat_u(a, b), v([126, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]));
    assert_eq!(i8x16_avgr_u(a, b), v([64, 192, 255, 0, 128, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]));
    let least = v([-0x8000, -0x8000, 0x7fff, 0x4000, 1, 0, 0, 0]);
    let most = v([-0x8000, 0x7fff, 0x7fff, 1, 0x4000, 0, 0, 0]);
    assert_eq!(i16x8_q15mulr_sat_s(least, most), v([0x7fff, -0x7fff, 0x7ffe, 1, 1, 0, 0, 0]));
    assert_eq!(i32x4_abs(v([-0x8000_0000, -1, 0, 1])), v([-0x8000_0000, 1, 0, 1]));
    assert_eq!(v128_andnot(v([0b1100, 0]), v([0b1010, 0])), v([0b0100, 0]));
    assert_eq!(v128_bitselect(v([0b1100, 1]), v([0b0011, 2]), v([0b1010, -1])), v([0b1001, 1]));
    assert_eq!(i8x16_bitmask(a), 0b110);
}
