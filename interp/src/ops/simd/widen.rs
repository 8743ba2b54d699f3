//! Operations whose result lanes are wider or narrower than their operands' lanes.
//! Spec: Core 3.0, 4.3.5 Vector Operations.

use core::array::from_fn;

use super::{Lane, V128};

/// Which half of the narrow lanes an operation reads.
const LOW: usize = 0;
const HIGH: usize = 1;

/// Applies `f` to the lanes of one half.
#[inline(always)]
fn map_half<T, U, const N: usize, const M: usize>(a: V128, half: usize, f: impl Fn(T) -> U) -> V128
where
    T: Lane<N>,
    U: Lane<M>,
{
    let a: [T; N] = a.lanes();
    V128::from_lanes::<U, M>(from_fn(|i| f(a[half * M + i])))
}

/// Applies `f` to the pairs of lanes of one half.
#[inline(always)]
fn zip_half<T, U, const N: usize, const M: usize>(
    a: V128,
    b: V128,
    half: usize,
    f: impl Fn(T, T) -> U,
) -> V128
where
    T: Lane<N>,
    U: Lane<M>,
{
    let (a, b): ([T; N], [T; N]) = (a.lanes(), b.lanes());
    V128::from_lanes::<U, M>(from_fn(|i| f(a[half * M + i], b[half * M + i])))
}

/// Applies `f` to each two neighbours.
#[inline(always)]
fn pairwise<T, U, const N: usize, const M: usize>(a: V128, f: impl Fn(T, T) -> U) -> V128
where
    T: Lane<N>,
    U: Lane<M>,
{
    let a: [T; N] = a.lanes();
    V128::from_lanes::<U, M>(from_fn(|i| f(a[2 * i], a[2 * i + 1])))
}

/// Applies `f` to the lanes of `a`, then to those of `b`.
#[inline(always)]
fn narrow<T, U, const N: usize, const M: usize>(a: V128, b: V128, f: impl Fn(T) -> U) -> V128
where
    T: Lane<N>,
    U: Lane<M>,
{
    let (a, b): ([T; N], [T; N]) = (a.lanes(), b.lanes());
    V128::from_lanes::<U, M>(from_fn(|i| f(if i < N { a[i] } else { b[i - N] })))
}

/// Rows: `name = narrow lane to wide lane, half;`.
macro_rules! extends {
    ($($name:ident = $narrow:ident to $wide:ident, $half:ident;)*) => { $(
        #[inline(always)]
        pub(crate) fn $name(a: V128) -> V128 {
            map_half(a, $half, |lane: $narrow| $wide::from(lane))
        }
    )* };
}

extends! {
    i16x8_extend_low_i8x16_s = i8 to i16, LOW;
    i16x8_extend_high_i8x16_s = i8 to i16, HIGH;
    i16x8_extend_low_i8x16_u = u8 to u16, LOW;
    i16x8_extend_high_i8x16_u = u8 to u16, HIGH;
    i32x4_extend_low_i16x8_s = i16 to i32, LOW;
    i32x4_extend_high_i16x8_s = i16 to i32, HIGH;
    i32x4_extend_low_i16x8_u = u16 to u32, LOW;
    i32x4_extend_high_i16x8_u = u16 to u32, HIGH;
    i64x2_extend_low_i32x4_s = i32 to i64, LOW;
    i64x2_extend_high_i32x4_s = i32 to i64, HIGH;
    i64x2_extend_low_i32x4_u = u32 to u64, LOW;
    i64x2_extend_high_i32x4_u = u32 to u64, HIGH;
}

/// Rows as above. A product cannot overflow: it has twice the bits of its factors.
macro_rules! extmuls {
    ($($name:ident = $narrow:ident to $wide:ident, $half:ident;)*) => { $(
        #[inline(always)]
        pub(crate) fn $name(a: V128, b: V128) -> V128 {
            zip_half(a, b, $half, |a: $narrow, b| $wide::from(a) * $wide::from(b))
        }
    )* };
}

extmuls! {
    i16x8_extmul_low_i8x16_s = i8 to i16, LOW;
    i16x8_extmul_high_i8x16_s = i8 to i16, HIGH;
    i16x8_extmul_low_i8x16_u = u8 to u16, LOW;
    i16x8_extmul_high_i8x16_u = u8 to u16, HIGH;
    i32x4_extmul_low_i16x8_s = i16 to i32, LOW;
    i32x4_extmul_high_i16x8_s = i16 to i32, HIGH;
    i32x4_extmul_low_i16x8_u = u16 to u32, LOW;
    i32x4_extmul_high_i16x8_u = u16 to u32, HIGH;
    i64x2_extmul_low_i32x4_s = i32 to i64, LOW;
    i64x2_extmul_high_i32x4_s = i32 to i64, HIGH;
    i64x2_extmul_low_i32x4_u = u32 to u64, LOW;
    i64x2_extmul_high_i32x4_u = u32 to u64, HIGH;
}

/// Rows: `name = narrow lane to wide lane;`. A sum cannot overflow: it needs one bit more than its terms.
macro_rules! extadds {
    ($($name:ident = $narrow:ident to $wide:ident;)*) => { $(
        #[inline(always)]
        pub(crate) fn $name(a: V128) -> V128 {
            pairwise(a, |a: $narrow, b| $wide::from(a) + $wide::from(b))
        }
    )* };
}

extadds! {
    i16x8_extadd_pairwise_i8x16_s = i8 to i16;
    i16x8_extadd_pairwise_i8x16_u = u8 to u16;
    i32x4_extadd_pairwise_i16x8_s = i16 to i32;
    i32x4_extadd_pairwise_i16x8_u = u16 to u32;
}

/// `i32x4.dot_i16x8_s`. Only four factors of -32768 overflow, and wrap.
#[inline(always)]
pub(crate) fn i32x4_dot_i16x8_s(a: V128, b: V128) -> V128 {
    let (a, b): ([i16; 8], [i16; 8]) = (a.lanes(), b.lanes());
    let product: [i32; 8] = from_fn(|i| i32::from(a[i]) * i32::from(b[i]));
    V128::from_lanes::<i32, 4>(from_fn(|i| product[2 * i].wrapping_add(product[2 * i + 1])))
}

/// `i8x16.narrow_i16x8_s`.
#[inline(always)]
pub(crate) fn i8x16_narrow_i16x8_s(a: V128, b: V128) -> V128 {
    narrow(a, b, i8_sat)
}

/// `i8x16.narrow_i16x8_u`: the operands are signed, the result unsigned.
#[inline(always)]
pub(crate) fn i8x16_narrow_i16x8_u(a: V128, b: V128) -> V128 {
    narrow(a, b, u8_sat)
}

/// `i16x8.narrow_i32x4_s`.
#[inline(always)]
pub(crate) fn i16x8_narrow_i32x4_s(a: V128, b: V128) -> V128 {
    narrow(a, b, i16_sat)
}

/// `i16x8.narrow_i32x4_u`: the operands are signed, the result unsigned.
#[inline(always)]
pub(crate) fn i16x8_narrow_i32x4_u(a: V128, b: V128) -> V128 {
    narrow(a, b, u16_sat)
}

#[inline(always)]
fn i8_sat(a: i16) -> i8 {
    let [low, _] = a.clamp(i8::MIN.into(), i8::MAX.into()).to_le_bytes();
    i8::from_le_bytes([low])
}

#[inline(always)]
fn u8_sat(a: i16) -> u8 {
    let [low, _] = a.clamp(0, u8::MAX.into()).to_le_bytes();
    low
}

#[inline(always)]
pub(super) fn i16_sat(a: i32) -> i16 {
    let [low, high, ..] = a.clamp(i16::MIN.into(), i16::MAX.into()).to_le_bytes();
    i16::from_le_bytes([low, high])
}

#[inline(always)]
fn u16_sat(a: i32) -> u16 {
    let [low, high, ..] = a.clamp(0, u16::MAX.into()).to_le_bytes();
    u16::from_le_bytes([low, high])
}

/// Loads of eight bytes that extend each lane: the eight bytes are the low half of a vector.
macro_rules! loads {
    ($($name:ident = $extend:ident;)*) => { $(
        #[inline(always)]
        pub(crate) fn $name(raw: u64) -> V128 {
            $extend(V128::from_cells(raw, 0))
        }
    )* };
}

loads! {
    v128_load8x8_s = i16x8_extend_low_i8x16_s;
    v128_load8x8_u = i16x8_extend_low_i8x16_u;
    v128_load16x4_s = i32x4_extend_low_i16x8_s;
    v128_load16x4_u = i32x4_extend_low_i16x8_u;
    v128_load32x2_s = i64x2_extend_low_i32x4_s;
    v128_load32x2_u = i64x2_extend_low_i32x4_u;
}
