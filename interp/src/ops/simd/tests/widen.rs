use std::vec;
use std::vec::Vec;

use super::{Model, v};

macro_rules! model {
    ($name:ident, $from:literal to $to:literal, $signed:literal, $f:expr) => {
        Model { name: stringify!($name), from: $from, signed: $signed, to: $to, f: $f }
    };
}

fn low(a: &[i128]) -> &[i128] {
    &a[..a.len() / 2]
}

fn high(a: &[i128]) -> &[i128] {
    &a[a.len() / 2..]
}

fn product(a: &[i128], b: &[i128]) -> Vec<i128> {
    a.iter().zip(b).map(|(a, b)| a * b).collect()
}

fn sums(a: &[i128]) -> Vec<i128> {
    a.chunks(2).map(|pair| pair[0] + pair[1]).collect()
}

/// Lanes of `a` then of `b`, forced into a range.
fn both(a: &[i128], b: &[i128], least: i128, most: i128) -> Vec<i128> {
    a.iter().chain(b).map(|&lane| lane.clamp(least, most)).collect()
}

pub(super) fn unary() -> Vec<Model> {
    vec![
        model!(I16x8ExtAddPairwiseI8x16S, 8 to 16, true, |a, _| sums(a)),
        model!(I16x8ExtendLowI8x16S, 8 to 16, true, |a, _| low(a).to_vec()),
        model!(I16x8ExtendHighI8x16S, 8 to 16, true, |a, _| high(a).to_vec()),
        model!(I16x8ExtAddPairwiseI8x16U, 8 to 16, false, |a, _| sums(a)),
        model!(I16x8ExtendLowI8x16U, 8 to 16, false, |a, _| low(a).to_vec()),
        model!(I16x8ExtendHighI8x16U, 8 to 16, false, |a, _| high(a).to_vec()),
        model!(I32x4ExtAddPairwiseI16x8S, 16 to 32, true, |a, _| sums(a)),
        model!(I32x4ExtendLowI16x8S, 16 to 32, true, |a, _| low(a).to_vec()),
        model!(I32x4ExtendHighI16x8S, 16 to 32, true, |a, _| high(a).to_vec()),
        model!(I32x4ExtAddPairwiseI16x8U, 16 to 32, false, |a, _| sums(a)),
        model!(I32x4ExtendLowI16x8U, 16 to 32, false, |a, _| low(a).to_vec()),
        model!(I32x4ExtendHighI16x8U, 16 to 32, false, |a, _| high(a).to_vec()),
        model!(I64x2ExtendLowI32x4S, 32 to 64, true, |a, _| low(a).to_vec()),
        model!(I64x2ExtendHighI32x4S, 32 to 64, true, |a, _| high(a).to_vec()),
        model!(I64x2ExtendLowI32x4U, 32 to 64, false, |a, _| low(a).to_vec()),
        model!(I64x2ExtendHighI32x4U, 32 to 64, false, |a, _| high(a).to_vec()),
    ]
}

pub(super) fn binary() -> Vec<Model> {
    vec![
        model!(I16x8ExtMulLowI8x16S, 8 to 16, true, |a, b| product(low(a), low(b))),
        model!(I16x8ExtMulHighI8x16S, 8 to 16, true, |a, b| product(high(a), high(b))),
        model!(I16x8ExtMulLowI8x16U, 8 to 16, false, |a, b| product(low(a), low(b))),
        model!(I16x8ExtMulHighI8x16U, 8 to 16, false, |a, b| product(high(a), high(b))),
        model!(I32x4ExtMulLowI16x8S, 16 to 32, true, |a, b| product(low(a), low(b))),
        model!(I32x4ExtMulHighI16x8S, 16 to 32, true, |a, b| product(high(a), high(b))),
        model!(I32x4ExtMulLowI16x8U, 16 to 32, false, |a, b| product(low(a), low(b))),
        model!(I32x4ExtMulHighI16x8U, 16 to 32, false, |a, b| product(high(a), high(b))),
        model!(I64x2ExtMulLowI32x4S, 32 to 64, true, |a, b| product(low(a), low(b))),
        model!(I64x2ExtMulHighI32x4S, 32 to 64, true, |a, b| product(high(a), high(b))),
        model!(I64x2ExtMulLowI32x4U, 32 to 64, false, |a, b| product(low(a), low(b))),
        model!(I64x2ExtMulHighI32x4U, 32 to 64, false, |a, b| product(high(a), high(b))),
        model!(I32x4DotI16x8S, 16 to 32, true, |a, b| sums(&product(a, b))),
        model!(I8x16NarrowI16x8S, 16 to 8, true, |a, b| both(a, b, -128, 127)),
        model!(I8x16NarrowI16x8U, 16 to 8, true, |a, b| both(a, b, 0, 255)),
        model!(I16x8NarrowI32x4S, 32 to 16, true, |a, b| both(a, b, -32768, 32767)),
        model!(I16x8NarrowI32x4U, 32 to 16, true, |a, b| both(a, b, 0, 65535)),
    ]
}

#[test]
fn hand_values() {
    use super::super::widen::*;
    let a = v([0, 1, -1, -128, 4, 5, 6, 7, 127, -127, -2, 3, 12, 13, 14, -1]);
    assert_eq!(i16x8_extend_low_i8x16_s(a), v([0, 1, -1, -128, 4, 5, 6, 7]));
    assert_eq!(i16x8_extend_low_i8x16_u(a), v([0, 1, 255, 128, 4, 5, 6, 7]));
    assert_eq!(i16x8_extend_high_i8x16_s(a), v([127, -127, -2, 3, 12, 13, 14, -1]));
    assert_eq!(i16x8_extadd_pairwise_i8x16_s(a), v([1, -129, 9, 13, 0, 1, 25, 13]));
    assert_eq!(i16x8_extadd_pairwise_i8x16_u(a), v([1, 383, 9, 13, 256, 257, 25, 269]));
    let min = v([-32768; 8]);
    assert_eq!(i32x4_dot_i16x8_s(min, min), v([-0x8000_0000; 4]));
    assert_eq!(
        i32x4_dot_i16x8_s(v([1, 2, 3, 4, 5, 6, 7, 8]), v([1, 1, 2, 2, 3, 3, -1, 1])),
        v([3, 14, 33, 1])
    );
    let wide = v([300, -300, -1, 127, 128, -128, -129, 0]);
    let zero = v([0; 8]);
    assert_eq!(
        i8x16_narrow_i16x8_s(wide, zero),
        v([127, -128, -1, 127, 127, -128, -128, 0, 0, 0, 0, 0, 0, 0, 0, 0])
    );
    assert_eq!(i8x16_narrow_i16x8_u(zero, wide), v([0, 0, 0, 0, 0, 0, 0, 0, 255, 0, 0, 127, 128, 0, 0, 0]));
}
