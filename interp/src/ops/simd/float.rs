//! Float arithmetic, comparisons and conversions, lane by lane, in float mode `M`.
//!
//! Lanes are bits; what a mode does with a NaN it makes is decided in [`Floats`] alone.

use super::V128;
use super::map::{Mask, map, zip};
use crate::ops::floats::Floats;

/// Rows: `name(bits of a lane) = the scalar operation;`.
macro_rules! unary {
    ($($name:ident($bits:ident) = $scalar:ident;)*) => { $(
        #[inline(always)]
        pub(crate) fn $name<M: Floats>(a: V128) -> V128 {
            map(a, |a: $bits| -> $bits { M::$scalar(a) })
        }
    )* };
}

macro_rules! binary {
    ($($name:ident($bits:ident) = $scalar:ident;)*) => { $(
        #[inline(always)]
        pub(crate) fn $name<M: Floats>(a: V128, b: V128) -> V128 {
            zip(a, b, |a: $bits, b| -> $bits { M::$scalar(a, b) })
        }
    )* };
}

macro_rules! compare {
    ($($name:ident($bits:ident) = $scalar:ident;)*) => { $(
        #[inline(always)]
        pub(crate) fn $name<M: Floats>(a: V128, b: V128) -> V128 {
            zip(a, b, |a: $bits, b| $bits::mask(M::$scalar(a, b)))
        }
    )* };
}

unary! {
    f32x4_ceil(u32) = f32_ceil;
    f32x4_floor(u32) = f32_floor;
    f32x4_trunc(u32) = f32_trunc;
    f32x4_nearest(u32) = f32_nearest;
    f32x4_sqrt(u32) = f32_sqrt;

    f64x2_ceil(u64) = f64_ceil;
    f64x2_floor(u64) = f64_floor;
    f64x2_trunc(u64) = f64_trunc;
    f64x2_nearest(u64) = f64_nearest;
    f64x2_sqrt(u64) = f64_sqrt;
}

binary! {
    f32x4_add(u32) = f32_add;
    f32x4_sub(u32) = f32_sub;
    f32x4_mul(u32) = f32_mul;
    f32x4_div(u32) = f32_div;
    f32x4_min(u32) = f32_min;
    f32x4_max(u32) = f32_max;

    f64x2_add(u64) = f64_add;
    f64x2_sub(u64) = f64_sub;
    f64x2_mul(u64) = f64_mul;
    f64x2_div(u64) = f64_div;
    f64x2_min(u64) = f64_min;
    f64x2_max(u64) = f64_max;
}

compare! {
    f32x4_eq(u32) = f32_eq;
    f32x4_ne(u32) = f32_ne;
    f32x4_lt(u32) = f32_lt;
    f32x4_gt(u32) = f32_gt;
    f32x4_le(u32) = f32_le;
    f32x4_ge(u32) = f32_ge;

    f64x2_eq(u64) = f64_eq;
    f64x2_ne(u64) = f64_ne;
    f64x2_lt(u64) = f64_lt;
    f64x2_gt(u64) = f64_gt;
    f64x2_le(u64) = f64_le;
    f64x2_ge(u64) = f64_ge;
}

// Same width on both sides. An `i32` lane is its bits.
unary! {
    i32x4_trunc_sat_f32x4_s(u32) = i32_trunc_sat_f32_s;
    i32x4_trunc_sat_f32x4_u(u32) = i32_trunc_sat_f32_u;
    f32x4_convert_i32x4_s(u32) = f32_convert_i32_s;
    f32x4_convert_i32x4_u(u32) = f32_convert_i32_u;
}

/// Rows: `name = the scalar operation from 64 to 32 bits;`. The two upper lanes are zero.
macro_rules! shorten {
    ($($name:ident = $scalar:ident;)*) => { $(
        #[inline(always)]
        pub(crate) fn $name<M: Floats>(a: V128) -> V128 {
            let [a, b]: [u64; 2] = a.lanes();
            V128::from_lanes::<u32, 4>([M::$scalar(a), M::$scalar(b), 0, 0])
        }
    )* };
}

shorten! {
    i32x4_trunc_sat_f64x2_s_zero = i32_trunc_sat_f64_s;
    i32x4_trunc_sat_f64x2_u_zero = i32_trunc_sat_f64_u;
    f32x4_demote_f64x2_zero = f32_demote_f64;
}

/// Rows: `name = the scalar operation from 32 to 64 bits;`. The two upper lanes are not read.
macro_rules! lengthen {
    ($($name:ident = $scalar:ident;)*) => { $(
        #[inline(always)]
        pub(crate) fn $name<M: Floats>(a: V128) -> V128 {
            let [a, b, _, _]: [u32; 4] = a.lanes();
            V128::from_lanes::<u64, 2>([M::$scalar(a), M::$scalar(b)])
        }
    )* };
}

lengthen! {
    f64x2_convert_low_i32x4_s = f64_convert_i32_s;
    f64x2_convert_low_i32x4_u = f64_convert_i32_u;
    f64x2_promote_low_f32x4 = f64_promote_f32;
}

/// `f32x4.abs`: clears the sign bit and nothing else, of a NaN too.
#[inline(always)]
pub(crate) fn f32x4_abs(a: V128) -> V128 {
    map(a, |a: u32| a & (u32::MAX >> 1))
}

/// `f32x4.neg`: flips the sign bit and nothing else, of a NaN too.
#[inline(always)]
pub(crate) fn f32x4_neg(a: V128) -> V128 {
    map(a, |a: u32| a ^ !(u32::MAX >> 1))
}

/// `f32x4.pmin`: `b < a ? b : a`, an operand's very bits. A NaN or equal zeros give `a`.
#[inline(always)]
pub(crate) fn f32x4_pmin<M: Floats>(a: V128, b: V128) -> V128 {
    zip(a, b, |a: u32, b| if M::f32_lt(b, a) { b } else { a })
}

/// `f32x4.pmax`: `a < b ? b : a`, an operand's very bits. A NaN or equal zeros give `a`.
#[inline(always)]
pub(crate) fn f32x4_pmax<M: Floats>(a: V128, b: V128) -> V128 {
    zip(a, b, |a: u32, b| if M::f32_lt(a, b) { b } else { a })
}

/// `f64x2.abs`: clears the sign bit and nothing else, of a NaN too.
#[inline(always)]
pub(crate) fn f64x2_abs(a: V128) -> V128 {
    map(a, |a: u64| a & (u64::MAX >> 1))
}

/// `f64x2.neg`: flips the sign bit and nothing else, of a NaN too.
#[inline(always)]
pub(crate) fn f64x2_neg(a: V128) -> V128 {
    map(a, |a: u64| a ^ !(u64::MAX >> 1))
}

/// `f64x2.pmin`: `b < a ? b : a`, an operand's very bits. A NaN or equal zeros give `a`.
#[inline(always)]
pub(crate) fn f64x2_pmin<M: Floats>(a: V128, b: V128) -> V128 {
    zip(a, b, |a: u64, b| if M::f64_lt(b, a) { b } else { a })
}

/// `f64x2.pmax`: `a < b ? b : a`, an operand's very bits. A NaN or equal zeros give `a`.
#[inline(always)]
pub(crate) fn f64x2_pmax<M: Floats>(a: V128, b: V128) -> V128 {
    zip(a, b, |a: u64, b| if M::f64_lt(a, b) { b } else { a })
}
