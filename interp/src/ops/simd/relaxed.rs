//! Relaxed SIMD. Every choice the specification leaves open is taken as its deterministic profile takes
//! it, in both float modes, so a relaxed instruction has one result.
//! Spec: Core 3.0, 4.3.6 Relaxed Operations (every parameter is 0), and Appendix, Profiles.

use core::array::from_fn;

use super::map::zip3;
use super::{V128, int, widen};
use crate::ops::floats::Floats;

// Choice 0 of these is the instruction without `relaxed`.
pub(crate) use super::float::{
    f32x4_max as f32x4_relaxed_max, f32x4_min as f32x4_relaxed_min, f64x2_max as f64x2_relaxed_max,
    f64x2_min as f64x2_relaxed_min, i32x4_trunc_sat_f32x4_s as i32x4_relaxed_trunc_f32x4_s,
    i32x4_trunc_sat_f32x4_u as i32x4_relaxed_trunc_f32x4_u,
    i32x4_trunc_sat_f64x2_s_zero as i32x4_relaxed_trunc_f64x2_s_zero,
    i32x4_trunc_sat_f64x2_u_zero as i32x4_relaxed_trunc_f64x2_u_zero,
};
pub(crate) use super::int::{
    i16x8_q15mulr_sat_s as i16x8_relaxed_q15mulr_s, v128_bitselect as i8x16_relaxed_laneselect,
    v128_bitselect as i16x8_relaxed_laneselect, v128_bitselect as i32x4_relaxed_laneselect,
    v128_bitselect as i64x2_relaxed_laneselect,
};
pub(crate) use super::lane::i8x16_swizzle as i8x16_relaxed_swizzle;

/// Rows: `name, name of the negated form (bits of a lane) = scalar product, scalar sum;`.
/// `a * b + c` is rounded twice, never fused; the negated form negates `a`.
macro_rules! madd {
    ($($madd:ident, $nmadd:ident($bits:ident) = $mul:ident, $add:ident;)*) => { $(
        #[inline(always)]
        pub(crate) fn $madd<M: Floats>(a: V128, b: V128, c: V128) -> V128 {
            zip3(a, b, c, |a: $bits, b, c| M::$add(M::$mul(a, b), c))
        }

        #[inline(always)]
        pub(crate) fn $nmadd<M: Floats>(a: V128, b: V128, c: V128) -> V128 {
            zip3(a, b, c, |a: $bits, b, c| M::$add(M::$mul(a ^ !($bits::MAX >> 1), b), c))
        }
    )* };
}

madd! {
    f32x4_relaxed_madd, f32x4_relaxed_nmadd(u32) = f32_mul, f32_add;
    f64x2_relaxed_madd, f64x2_relaxed_nmadd(u64) = f64_mul, f64_add;
}

/// `i16x8.relaxed_dot_i8x16_i7x16_s`: both operands signed, each sum of two products wrapped.
///
/// The sum leaves the range of 16 bits only for four factors of -128. The text of the specification
/// saturates there, the official suite accepts only what wraps, and WebAssembly/spec#2228 proposes to
/// accept either: wrapping is right by all but the text, and what other deterministic engines give.
#[inline(always)]
pub(crate) fn i16x8_relaxed_dot_i8x16_i7x16_s(a: V128, b: V128) -> V128 {
    let (a, b): ([i8; 16], [i8; 16]) = (a.lanes(), b.lanes());
    let product = |i: usize| i16::from(a[i]) * i16::from(b[i]);
    V128::from_lanes::<i16, 8>(from_fn(|i| product(2 * i).wrapping_add(product(2 * i + 1))))
}

/// `i32x4.relaxed_dot_i8x16_i7x16_add_s`: the dot product above, its neighbours added, then `c`.
#[inline(always)]
pub(crate) fn i32x4_relaxed_dot_i8x16_i7x16_add_s(a: V128, b: V128, c: V128) -> V128 {
    let dot = i16x8_relaxed_dot_i8x16_i7x16_s(a, b);
    int::i32x4_add(widen::i32x4_extadd_pairwise_i16x8_s(dot), c)
}
