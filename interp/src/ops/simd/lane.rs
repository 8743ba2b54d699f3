//! Lanes put in, taken out and moved about.

use core::array::from_fn;

use super::{Lane, V128};

#[inline(always)]
fn splat<T: Lane<N>, const N: usize>(lane: T) -> V128 {
    V128::from_lanes([lane; N])
}

#[inline(always)]
fn extract<T: Lane<N>, const N: usize>(a: V128, lane: u8) -> T {
    a.lanes()[index::<N>(lane)]
}

#[inline(always)]
fn replace<T: Lane<N>, const N: usize>(a: V128, value: T, lane: u8) -> V128 {
    let mut lanes = a.lanes();
    lanes[index::<N>(lane)] = value;
    V128::from_lanes(lanes)
}

/// Validation bounds a lane immediate; the mask (`N` is a power of two) only frees this code of a panic.
#[inline(always)]
fn index<const N: usize>(lane: u8) -> usize {
    usize::from(lane) & (N - 1)
}

/// The low bits of a scalar, as `i8x16` and `i16x8` lanes take them.
#[inline(always)]
fn low8(scalar: u32) -> u8 {
    let [low, ..] = scalar.to_le_bytes();
    low
}

#[inline(always)]
fn low16(scalar: u32) -> u16 {
    let [low, high, ..] = scalar.to_le_bytes();
    u16::from_le_bytes([low, high])
}

#[inline(always)]
fn low32(scalar: u64) -> u32 {
    let [a, b, c, d, ..] = scalar.to_le_bytes();
    u32::from_le_bytes([a, b, c, d])
}

#[inline(always)]
fn bits(signed: i32) -> u32 {
    u32::from_le_bytes(signed.to_le_bytes())
}

/// `i8x16.splat`.
#[inline(always)]
pub(crate) fn i8x16_splat(scalar: u32) -> V128 {
    splat(low8(scalar))
}

/// `i16x8.splat`.
#[inline(always)]
pub(crate) fn i16x8_splat(scalar: u32) -> V128 {
    splat(low16(scalar))
}

/// `i32x4.splat`.
#[inline(always)]
pub(crate) fn i32x4_splat(scalar: u32) -> V128 {
    splat(scalar)
}

/// `i64x2.splat`.
#[inline(always)]
pub(crate) fn i64x2_splat(scalar: u64) -> V128 {
    splat(scalar)
}

/// `i8x16.extract_lane_s`: sign-extended.
#[inline(always)]
pub(crate) fn i8x16_extract_lane_s(a: V128, lane: u8) -> u32 {
    bits(i32::from(extract::<i8, 16>(a, lane)))
}

/// `i8x16.extract_lane_u`: zero-extended.
#[inline(always)]
pub(crate) fn i8x16_extract_lane_u(a: V128, lane: u8) -> u32 {
    u32::from(extract::<u8, 16>(a, lane))
}

/// `i16x8.extract_lane_s`: sign-extended.
#[inline(always)]
pub(crate) fn i16x8_extract_lane_s(a: V128, lane: u8) -> u32 {
    bits(i32::from(extract::<i16, 8>(a, lane)))
}

/// `i16x8.extract_lane_u`: zero-extended.
#[inline(always)]
pub(crate) fn i16x8_extract_lane_u(a: V128, lane: u8) -> u32 {
    u32::from(extract::<u16, 8>(a, lane))
}

/// `i32x4.extract_lane`.
#[inline(always)]
pub(crate) fn i32x4_extract_lane(a: V128, lane: u8) -> u32 {
    extract(a, lane)
}

/// `i64x2.extract_lane`.
#[inline(always)]
pub(crate) fn i64x2_extract_lane(a: V128, lane: u8) -> u64 {
    extract(a, lane)
}

/// `i8x16.replace_lane`: the scalar wraps to 8 bits.
#[inline(always)]
pub(crate) fn i8x16_replace_lane(a: V128, scalar: u32, lane: u8) -> V128 {
    replace(a, low8(scalar), lane)
}

/// `i16x8.replace_lane`: the scalar wraps to 16 bits.
#[inline(always)]
pub(crate) fn i16x8_replace_lane(a: V128, scalar: u32, lane: u8) -> V128 {
    replace(a, low16(scalar), lane)
}

/// `i32x4.replace_lane`.
#[inline(always)]
pub(crate) fn i32x4_replace_lane(a: V128, scalar: u32, lane: u8) -> V128 {
    replace(a, scalar, lane)
}

/// `i64x2.replace_lane`.
#[inline(always)]
pub(crate) fn i64x2_replace_lane(a: V128, scalar: u64, lane: u8) -> V128 {
    replace(a, scalar, lane)
}

/// Float lanes move as the bits they are, signalling NaN included.
pub(crate) use {
    i32x4_extract_lane as f32x4_extract_lane, i32x4_replace_lane as f32x4_replace_lane,
    i32x4_splat as f32x4_splat, i64x2_extract_lane as f64x2_extract_lane,
    i64x2_replace_lane as f64x2_replace_lane, i64x2_splat as f64x2_splat,
};

/// `i8x16.swizzle`: lanes of `a` picked by the lanes of `s`; 16 and above pick zero.
#[inline(always)]
pub(crate) fn i8x16_swizzle(a: V128, s: V128) -> V128 {
    let (a, s) = (a.to_bytes(), s.to_bytes());
    let table: [u8; 32] = from_fn(|i| if i < 16 { a[i] } else { 0 });
    V128::from_bytes(s.map(|pick| table[index::<32>(pick.min(16))]))
}

/// `i8x16.shuffle`: lanes picked from those of `a` followed by those of `b`. Each pick is validated to
/// be below 32; higher bits are ignored.
#[inline(always)]
pub(crate) fn i8x16_shuffle(a: V128, b: V128, lanes: [u8; 16]) -> V128 {
    let (a, b) = (a.to_bytes(), b.to_bytes());
    let both: [u8; 32] = from_fn(|i| if i < 16 { a[i] } else { b[i - 16] });
    V128::from_bytes(lanes.map(|lane| both[index::<32>(lane)]))
}

/// `v128.load8_splat`, from the value read.
#[inline(always)]
pub(crate) fn v128_load8_splat(raw: u64) -> V128 {
    splat(low8(low32(raw)))
}

/// `v128.load16_splat`, from the value read.
#[inline(always)]
pub(crate) fn v128_load16_splat(raw: u64) -> V128 {
    splat(low16(low32(raw)))
}

/// `v128.load32_splat`, from the value read.
#[inline(always)]
pub(crate) fn v128_load32_splat(raw: u64) -> V128 {
    splat(low32(raw))
}

/// `v128.load64_splat`, from the value read.
#[inline(always)]
pub(crate) fn v128_load64_splat(raw: u64) -> V128 {
    splat(raw)
}

/// `v128.load32_zero`, from the value read.
#[inline(always)]
pub(crate) fn v128_load32_zero(raw: u64) -> V128 {
    V128::from_cells(u64::from(low32(raw)), 0)
}

/// `v128.load64_zero`, from the value read.
#[inline(always)]
pub(crate) fn v128_load64_zero(raw: u64) -> V128 {
    V128::from_cells(raw, 0)
}
