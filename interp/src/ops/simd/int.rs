//! Integer arithmetic lane by lane, bitwise operations, shifts and tests.
//! Spec: Core 3.0, 4.3.2 Integer Operations, lifted to vectors.

use super::map::{Mask, lane_wise, zip3};
use super::widen::i16_sat;
use super::{Lane, V128};

lane_wise! { unary;
    i8x16_abs = i8::wrapping_abs;
    i8x16_neg = i8::wrapping_neg;
    i8x16_popcnt = popcnt;
    i16x8_abs = i16::wrapping_abs;
    i16x8_neg = i16::wrapping_neg;
    i32x4_abs = i32::wrapping_abs;
    i32x4_neg = i32::wrapping_neg;
    i64x2_abs = i64::wrapping_abs;
    i64x2_neg = i64::wrapping_neg;
    v128_not = <u64 as core::ops::Not>::not;
}

lane_wise! { binary;
    i8x16_add = u8::wrapping_add;
    i8x16_sub = u8::wrapping_sub;
    i8x16_add_sat_s = i8::saturating_add;
    i8x16_add_sat_u = u8::saturating_add;
    i8x16_sub_sat_s = i8::saturating_sub;
    i8x16_sub_sat_u = u8::saturating_sub;
    i8x16_min_s = i8::min;
    i8x16_min_u = u8::min;
    i8x16_max_s = i8::max;
    i8x16_max_u = u8::max;
    i8x16_avgr_u = avgr_u8;

    i16x8_add = u16::wrapping_add;
    i16x8_sub = u16::wrapping_sub;
    i16x8_mul = u16::wrapping_mul;
    i16x8_add_sat_s = i16::saturating_add;
    i16x8_add_sat_u = u16::saturating_add;
    i16x8_sub_sat_s = i16::saturating_sub;
    i16x8_sub_sat_u = u16::saturating_sub;
    i16x8_min_s = i16::min;
    i16x8_min_u = u16::min;
    i16x8_max_s = i16::max;
    i16x8_max_u = u16::max;
    i16x8_avgr_u = avgr_u16;
    i16x8_q15mulr_sat_s = q15mulr_sat_s;

    i32x4_add = u32::wrapping_add;
    i32x4_sub = u32::wrapping_sub;
    i32x4_mul = u32::wrapping_mul;
    i32x4_min_s = i32::min;
    i32x4_min_u = u32::min;
    i32x4_max_s = i32::max;
    i32x4_max_u = u32::max;

    i64x2_add = u64::wrapping_add;
    i64x2_sub = u64::wrapping_sub;
    i64x2_mul = u64::wrapping_mul;
}

lane_wise! { binary;
    i8x16_eq = eq::<u8>;
    i8x16_ne = ne::<u8>;
    i8x16_lt_s = lt::<i8>;
    i8x16_lt_u = lt::<u8>;
    i8x16_gt_s = gt::<i8>;
    i8x16_gt_u = gt::<u8>;
    i8x16_le_s = le::<i8>;
    i8x16_le_u = le::<u8>;
    i8x16_ge_s = ge::<i8>;
    i8x16_ge_u = ge::<u8>;

    i16x8_eq = eq::<u16>;
    i16x8_ne = ne::<u16>;
    i16x8_lt_s = lt::<i16>;
    i16x8_lt_u = lt::<u16>;
    i16x8_gt_s = gt::<i16>;
    i16x8_gt_u = gt::<u16>;
    i16x8_le_s = le::<i16>;
    i16x8_le_u = le::<u16>;
    i16x8_ge_s = ge::<i16>;
    i16x8_ge_u = ge::<u16>;

    i32x4_eq = eq::<u32>;
    i32x4_ne = ne::<u32>;
    i32x4_lt_s = lt::<i32>;
    i32x4_lt_u = lt::<u32>;
    i32x4_gt_s = gt::<i32>;
    i32x4_gt_u = gt::<u32>;
    i32x4_le_s = le::<i32>;
    i32x4_le_u = le::<u32>;
    i32x4_ge_s = ge::<i32>;
    i32x4_ge_u = ge::<u32>;

    i64x2_eq = eq::<u64>;
    i64x2_ne = ne::<u64>;
    i64x2_lt_s = lt::<i64>;
    i64x2_gt_s = gt::<i64>;
    i64x2_le_s = le::<i64>;
    i64x2_ge_s = ge::<i64>;
}

lane_wise! { binary;
    v128_and = <u64 as core::ops::BitAnd>::bitand;
    v128_andnot = |a: u64, b: u64| a & !b;
    v128_or = <u64 as core::ops::BitOr>::bitor;
    v128_xor = <u64 as core::ops::BitXor>::bitxor;
}

// Rust's wrapping shifts take the count modulo the width, as WebAssembly does.
lane_wise! { shift;
    i8x16_shl = u8::wrapping_shl;
    i8x16_shr_s = i8::wrapping_shr;
    i8x16_shr_u = u8::wrapping_shr;
    i16x8_shl = u16::wrapping_shl;
    i16x8_shr_s = i16::wrapping_shr;
    i16x8_shr_u = u16::wrapping_shr;
    i32x4_shl = u32::wrapping_shl;
    i32x4_shr_s = i32::wrapping_shr;
    i32x4_shr_u = u32::wrapping_shr;
    i64x2_shl = u64::wrapping_shl;
    i64x2_shr_s = i64::wrapping_shr;
    i64x2_shr_u = u64::wrapping_shr;
}

/// `v128.bitselect`: bits of `a` where `mask` is set, of `b` where it is clear.
#[inline(always)]
pub(crate) fn v128_bitselect(a: V128, b: V128, mask: V128) -> V128 {
    zip3(a, b, mask, |a: u64, b, mask| (a & mask) | (b & !mask))
}

/// `v128.any_true`: 1 when any bit is set.
#[inline(always)]
pub(crate) fn v128_any_true(a: V128) -> u32 {
    u32::from(a.to_u128() != 0)
}

/// `i8x16.all_true`: 1 when no lane is zero.
#[inline(always)]
pub(crate) fn i8x16_all_true(a: V128) -> u32 {
    all_true::<u8, 16>(a)
}

/// `i8x16.bitmask`: the top bit of each lane, lane 0 lowest.
#[inline(always)]
pub(crate) fn i8x16_bitmask(a: V128) -> u32 {
    let [lo, hi]: [u64; 2] = a.lanes();
    u32::from_le_bytes([top_bits(lo), top_bits(hi), 0, 0])
}

/// `i16x8.all_true`: 1 when no lane is zero.
#[inline(always)]
pub(crate) fn i16x8_all_true(a: V128) -> u32 {
    all_true::<u16, 8>(a)
}

/// `i16x8.bitmask`: the top bit of each lane, lane 0 lowest.
#[inline(always)]
pub(crate) fn i16x8_bitmask(a: V128) -> u32 {
    bitmask::<i16, 8>(a)
}

/// `i32x4.all_true`: 1 when no lane is zero.
#[inline(always)]
pub(crate) fn i32x4_all_true(a: V128) -> u32 {
    all_true::<u32, 4>(a)
}

/// `i32x4.bitmask`: the top bit of each lane, lane 0 lowest.
#[inline(always)]
pub(crate) fn i32x4_bitmask(a: V128) -> u32 {
    bitmask::<i32, 4>(a)
}

/// `i64x2.all_true`: 1 when no lane is zero.
#[inline(always)]
pub(crate) fn i64x2_all_true(a: V128) -> u32 {
    all_true::<u64, 2>(a)
}

/// `i64x2.bitmask`: the top bit of each lane, lane 0 lowest.
#[inline(always)]
pub(crate) fn i64x2_bitmask(a: V128) -> u32 {
    bitmask::<i64, 2>(a)
}

#[inline(always)]
fn all_true<T: Lane<N> + Default + PartialEq, const N: usize>(a: V128) -> u32 {
    let lanes: [T; N] = a.lanes();
    u32::from(lanes.into_iter().all(|lane| lane != T::default()))
}

#[inline(always)]
fn bitmask<T: Lane<N> + Default + PartialOrd, const N: usize>(a: V128) -> u32 {
    let lanes: [T; N] = a.lanes();
    lanes.into_iter().rev().fold(0, |mask, lane| mask << 1 | u32::from(lane < T::default()))
}

/// The top bits of eight bytes. The factor moves the top bit of byte `i` to bit `56 + i`, and no two
/// partial products meet in one bit, so nothing is carried.
#[inline(always)]
fn top_bits(bytes: u64) -> u8 {
    let [.., top] = (bytes & 0x8080_8080_8080_8080).wrapping_mul(0x0002_0408_1020_4081).to_le_bytes();
    top
}

#[inline(always)]
fn popcnt(a: u8) -> u8 {
    let [count, ..] = a.count_ones().to_le_bytes();
    count
}

/// The mean, rounded up, without a 17th bit: bits set in both, and half of those set in one.
#[inline(always)]
fn avgr_u16(a: u16, b: u16) -> u16 {
    (a | b) - ((a ^ b) >> 1)
}

#[inline(always)]
fn avgr_u8(a: u8, b: u8) -> u8 {
    (a | b) - ((a ^ b) >> 1)
}

/// Product of two numbers with 15 fraction bits, rounded half up. Only -1 times -1 overflows.
#[inline(always)]
fn q15mulr_sat_s(a: i16, b: i16) -> i16 {
    i16_sat((i32::from(a) * i32::from(b) + 0x4000) >> 15)
}

#[inline(always)]
fn eq<T: Mask + PartialEq>(a: T, b: T) -> T {
    T::mask(a == b)
}

#[inline(always)]
fn ne<T: Mask + PartialEq>(a: T, b: T) -> T {
    T::mask(a != b)
}

#[inline(always)]
fn lt<T: Mask + PartialOrd>(a: T, b: T) -> T {
    T::mask(a < b)
}

#[inline(always)]
fn gt<T: Mask + PartialOrd>(a: T, b: T) -> T {
    T::mask(a > b)
}

#[inline(always)]
fn le<T: Mask + PartialOrd>(a: T, b: T) -> T {
    T::mask(a <= b)
}

#[inline(always)]
fn ge<T: Mask + PartialOrd>(a: T, b: T) -> T {
    T::mask(a >= b)
}
