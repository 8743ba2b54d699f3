//! The float instructions as a trait, so that the tiers are written once and the mode is a type parameter.
//!
//! Spec: Core 3.0, 4.3.3 Floating-Point Operations and 4.3.4 Conversions. All rounding is to nearest, ties to
//! even. A value is its bits: `u32` for an `f32`, `u64` for an `f64`, and likewise for integers.
//!
//! | | [`Soft`](super::Soft) | [`Hard`](super::Hard) |
//! |---|---|---|
//! | computed with | integer arithmetic | the floats of the host |
//! | a NaN that an operation makes | the canonical NaN, positive | quiet; sign and payload are the host's |
//! | `abs`, `neg`, `copysign` | move bits | move bits |
//! | everything else | the same bits | the same bits |

use crate::trap::Trap;

/// The canonical NaN of an `f32`: positive, quiet, no payload. Spec: Core 3.0, 4.3.3, NaN Propagation.
pub const F32_CANONICAL_NAN: u32 = 0x7fc0_0000;

/// The canonical NaN of an `f64`: positive, quiet, no payload. Spec: Core 3.0, 4.3.3, NaN Propagation.
pub const F64_CANONICAL_NAN: u64 = 0x7ff8_0000_0000_0000;

/// One function for each scalar float instruction, named as in the specification with `.` as `_`.
pub trait Floats: 'static + Copy {
    /// `fadd`: the sum.
    fn f32_add(a: u32, b: u32) -> u32;
    /// `fsub`: the difference.
    fn f32_sub(a: u32, b: u32) -> u32;
    /// `fmul`: the product.
    fn f32_mul(a: u32, b: u32) -> u32;
    /// `fdiv`: the quotient; of a number by zero an infinity.
    fn f32_div(a: u32, b: u32) -> u32;
    /// `fmin`: the lesser, -0 below +0; a NaN if either is one.
    fn f32_min(a: u32, b: u32) -> u32;
    /// `fmax`: the greater, +0 above -0; a NaN if either is one.
    fn f32_max(a: u32, b: u32) -> u32;

    /// `fcopysign`: `a` with the sign of `b`. Moves bits, NaN or not.
    #[inline(always)]
    fn f32_copysign(a: u32, b: u32) -> u32 {
        (a & !0x8000_0000) | (b & 0x8000_0000)
    }

    /// `feq`: equal; zeros are, whatever their sign.
    fn f32_eq(a: u32, b: u32) -> bool;
    /// `fne`: not equal; true if either is a NaN.
    fn f32_ne(a: u32, b: u32) -> bool;
    /// `flt`: less.
    fn f32_lt(a: u32, b: u32) -> bool;
    /// `fgt`: greater.
    fn f32_gt(a: u32, b: u32) -> bool;
    /// `fle`: less or equal.
    fn f32_le(a: u32, b: u32) -> bool;
    /// `fge`: greater or equal.
    fn f32_ge(a: u32, b: u32) -> bool;

    /// `fabs`: with a positive sign. Moves bits, NaN or not.
    #[inline(always)]
    fn f32_abs(a: u32) -> u32 {
        a & !0x8000_0000
    }

    /// `fneg`: with the other sign. Moves bits, NaN or not.
    #[inline(always)]
    fn f32_neg(a: u32) -> u32 {
        a ^ 0x8000_0000
    }

    /// `fceil`: the least integer not below; keeps the sign of a zero or fraction.
    fn f32_ceil(a: u32) -> u32;
    /// `ffloor`: the greatest integer not above; keeps the sign of zero.
    fn f32_floor(a: u32) -> u32;
    /// `ftrunc`: the integer towards zero; keeps the sign.
    fn f32_trunc(a: u32) -> u32;
    /// `fnearest`: the nearest integer, ties to even; keeps the sign.
    fn f32_nearest(a: u32) -> u32;
    /// `fsqrt`: the square root; -0 for -0, a NaN below that.
    fn f32_sqrt(a: u32) -> u32;

    /// `fadd`: the sum.
    fn f64_add(a: u64, b: u64) -> u64;
    /// `fsub`: the difference.
    fn f64_sub(a: u64, b: u64) -> u64;
    /// `fmul`: the product.
    fn f64_mul(a: u64, b: u64) -> u64;
    /// `fdiv`: the quotient; of a number by zero an infinity.
    fn f64_div(a: u64, b: u64) -> u64;
    /// `fmin`: the lesser, -0 below +0; a NaN if either is one.
    fn f64_min(a: u64, b: u64) -> u64;
    /// `fmax`: the greater, +0 above -0; a NaN if either is one.
    fn f64_max(a: u64, b: u64) -> u64;

    /// `fcopysign`: `a` with the sign of `b`. Moves bits, NaN or not.
    #[inline(always)]
    fn f64_copysign(a: u64, b: u64) -> u64 {
        (a & !0x8000_0000_0000_0000) | (b & 0x8000_0000_0000_0000)
    }

    /// `feq`: equal; zeros are, whatever their sign.
    fn f64_eq(a: u64, b: u64) -> bool;
    /// `fne`: not equal; true if either is a NaN.
    fn f64_ne(a: u64, b: u64) -> bool;
    /// `flt`: less.
    fn f64_lt(a: u64, b: u64) -> bool;
    /// `fgt`: greater.
    fn f64_gt(a: u64, b: u64) -> bool;
    /// `fle`: less or equal.
    fn f64_le(a: u64, b: u64) -> bool;
    /// `fge`: greater or equal.
    fn f64_ge(a: u64, b: u64) -> bool;

    /// `fabs`: with a positive sign. Moves bits, NaN or not.
    #[inline(always)]
    fn f64_abs(a: u64) -> u64 {
        a & !0x8000_0000_0000_0000
    }

    /// `fneg`: with the other sign. Moves bits, NaN or not.
    #[inline(always)]
    fn f64_neg(a: u64) -> u64 {
        a ^ 0x8000_0000_0000_0000
    }

    /// `fceil`: the least integer not below; keeps the sign of a zero or fraction.
    fn f64_ceil(a: u64) -> u64;
    /// `ffloor`: the greatest integer not above; keeps the sign of zero.
    fn f64_floor(a: u64) -> u64;
    /// `ftrunc`: the integer towards zero; keeps the sign.
    fn f64_trunc(a: u64) -> u64;
    /// `fnearest`: the nearest integer, ties to even; keeps the sign.
    fn f64_nearest(a: u64) -> u64;
    /// `fsqrt`: the square root; -0 for -0, a NaN below that.
    fn f64_sqrt(a: u64) -> u64;

    /// `convert_s`: the nearest `f32`, rounded once.
    fn f32_convert_i32_s(a: u32) -> u32;
    /// `convert_u`: the nearest `f32`, rounded once.
    fn f32_convert_i32_u(a: u32) -> u32;
    /// `convert_s`: the nearest `f32`, rounded once.
    fn f32_convert_i64_s(a: u64) -> u32;
    /// `convert_u`: the nearest `f32`, rounded once.
    fn f32_convert_i64_u(a: u64) -> u32;
    /// `convert_s`: the nearest `f64`, rounded once.
    fn f64_convert_i32_s(a: u32) -> u64;
    /// `convert_u`: the nearest `f64`, rounded once.
    fn f64_convert_i32_u(a: u32) -> u64;
    /// `convert_s`: the nearest `f64`, rounded once.
    fn f64_convert_i64_s(a: u64) -> u64;
    /// `convert_u`: the nearest `f64`, rounded once.
    fn f64_convert_i64_u(a: u64) -> u64;
    /// `demote`: the nearest `f32`, rounded once.
    fn f32_demote_f64(a: u64) -> u32;
    /// `promote`: the same number.
    fn f64_promote_f32(a: u32) -> u64;

    /// `trunc_sat_s`: towards zero; the nearest bound if out of range, 0 for a NaN.
    fn i32_trunc_sat_f32_s(a: u32) -> u32;
    /// `trunc_sat_u`: towards zero; the nearest bound if out of range, 0 for a NaN.
    fn i32_trunc_sat_f32_u(a: u32) -> u32;
    /// `trunc_sat_s`: towards zero; the nearest bound if out of range, 0 for a NaN.
    fn i32_trunc_sat_f64_s(a: u64) -> u32;
    /// `trunc_sat_u`: towards zero; the nearest bound if out of range, 0 for a NaN.
    fn i32_trunc_sat_f64_u(a: u64) -> u32;
    /// `trunc_sat_s`: towards zero; the nearest bound if out of range, 0 for a NaN.
    fn i64_trunc_sat_f32_s(a: u32) -> u64;
    /// `trunc_sat_u`: towards zero; the nearest bound if out of range, 0 for a NaN.
    fn i64_trunc_sat_f32_u(a: u32) -> u64;
    /// `trunc_sat_s`: towards zero; the nearest bound if out of range, 0 for a NaN.
    fn i64_trunc_sat_f64_s(a: u64) -> u64;
    /// `trunc_sat_u`: towards zero; the nearest bound if out of range, 0 for a NaN.
    fn i64_trunc_sat_f64_u(a: u64) -> u64;

    /// `trunc_s`: towards zero.
    ///
    /// # Errors
    /// [`Trap::BadConversionToInteger`] for a NaN, [`Trap::IntegerOverflow`] if out of range.
    fn i32_trunc_f32_s(a: u32) -> Result<u32, Trap>;
    /// `trunc_u`: towards zero.
    ///
    /// # Errors
    /// [`Trap::BadConversionToInteger`] for a NaN, [`Trap::IntegerOverflow`] if out of range.
    fn i32_trunc_f32_u(a: u32) -> Result<u32, Trap>;
    /// `trunc_s`: towards zero.
    ///
    /// # Errors
    /// [`Trap::BadConversionToInteger`] for a NaN, [`Trap::IntegerOverflow`] if out of range.
    fn i32_trunc_f64_s(a: u64) -> Result<u32, Trap>;
    /// `trunc_u`: towards zero.
    ///
    /// # Errors
    /// [`Trap::BadConversionToInteger`] for a NaN, [`Trap::IntegerOverflow`] if out of range.
    fn i32_trunc_f64_u(a: u64) -> Result<u32, Trap>;
    /// `trunc_s`: towards zero.
    ///
    /// # Errors
    /// [`Trap::BadConversionToInteger`] for a NaN, [`Trap::IntegerOverflow`] if out of range.
    fn i64_trunc_f32_s(a: u32) -> Result<u64, Trap>;
    /// `trunc_u`: towards zero.
    ///
    /// # Errors
    /// [`Trap::BadConversionToInteger`] for a NaN, [`Trap::IntegerOverflow`] if out of range.
    fn i64_trunc_f32_u(a: u32) -> Result<u64, Trap>;
    /// `trunc_s`: towards zero.
    ///
    /// # Errors
    /// [`Trap::BadConversionToInteger`] for a NaN, [`Trap::IntegerOverflow`] if out of range.
    fn i64_trunc_f64_s(a: u64) -> Result<u64, Trap>;
    /// `trunc_u`: towards zero.
    ///
    /// # Errors
    /// [`Trap::BadConversionToInteger`] for a NaN, [`Trap::IntegerOverflow`] if out of range.
    fn i64_trunc_f64_u(a: u64) -> Result<u64, Trap>;
}
