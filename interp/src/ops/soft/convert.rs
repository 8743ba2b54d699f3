//! Rounding to integers, and conversions between floats and integers and between the formats.
//!
//! Spec: Core 3.0, 4.3.3, `fceil` to `fnearest`, and 4.3.4 Conversions.

use super::round::{LEADING, round, shift_right_sticky};
use super::{Binary32, Binary64, Format, exponent, fraction, is_nan, is_negative, magnitude};
use crate::trap::Trap;

/// Which integer near a number is meant.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Towards {
    /// The one not below: `fceil`.
    Positive,
    /// The one not above: `ffloor`.
    Negative,
    /// The one not further from zero: `ftrunc`.
    Zero,
    /// The nearest, of two the even one: `fnearest`.
    Nearest,
}

/// `fceil`, `ffloor`, `ftrunc`, `fnearest`. `towards` is a constant at every call.
#[inline(always)]
pub(super) fn to_integral<F: Format>(a: u64, towards: Towards) -> u64 {
    let power = exponent::<F>(a) - F::BIAS;
    if power >= i64::from(F::FRACTION_BITS) {
        return if is_nan::<F>(a) { F::NAN } else { a }; // an integer or an infinity
    }
    // Whether a fraction moves the number away from zero, where that hangs on the sign alone.
    let away = (towards == Towards::Positive && !is_negative::<F>(a))
        || (towards == Towards::Negative && is_negative::<F>(a));
    if power < 0 {
        // below 1 in magnitude
        let one = F::BIAS.unsigned_abs() << F::FRACTION_BITS;
        let half = one - F::HIDDEN;
        let to_one = match towards {
            Towards::Nearest => magnitude::<F>(a) > half,
            _ => away && magnitude::<F>(a) != 0,
        };
        return (a & F::SIGN) | if to_one { one } else { 0 };
    }
    // The bits below the binary point. What is added above them may carry into the exponent, rightly: the
    // next greater magnitude has the next greater bits.
    let below = (F::HIDDEN - 1) >> power;
    let added = match towards {
        // One less than a half, and one more if the integer part is odd. Its last bit is above the point; for
        // 1.x that is the last bit of the exponent field, which is 1 there like the hidden bit it stands for.
        Towards::Nearest => (below >> 1) + u64::from(a & (below + 1) != 0),
        _ if away => below,
        _ => 0,
    };
    (a + added) & !below
}

/// `convert_u`, and `convert_s` of the magnitude, with the sign bit in place.
#[inline(always)]
pub(super) fn from_integer<F: Format>(sign: u64, magnitude: u64) -> u64 {
    if magnitude == 0 {
        return 0;
    }
    let zeros = magnitude.leading_zeros();
    let significand = shift_right_sticky(magnitude << zeros, u64::from(63 - LEADING));
    round::<F>(sign, F::BIAS + 63 - i64::from(zeros), significand)
}

/// The sign bit in place and the magnitude of a signed integer.
#[inline(always)]
pub(super) fn split<F: Format>(a: i64) -> (u64, u64) {
    (if a < 0 { F::SIGN } else { 0 }, a.unsigned_abs())
}

/// `promote`: exact.
#[inline(always)]
pub(super) fn promote(a: u64) -> u64 {
    let field = exponent::<Binary32>(a);
    if field == 0 || field == Binary32::MAX_EXPONENT {
        return promote_special(a);
    }
    // The exponent field is moved and gains the difference of the biases.
    let sign = (a & Binary32::SIGN) << 32;
    let moved = (a & (Binary32::SIGN - 1)) << (Binary64::FRACTION_BITS - Binary32::FRACTION_BITS);
    sign | (moved + (((Binary64::BIAS - Binary32::BIAS) as u64) << Binary64::FRACTION_BITS))
}

/// [`promote`] of a zero, a subnormal number, an infinity or a NaN.
#[cold]
#[inline(never)]
fn promote_special(a: u64) -> u64 {
    let sign = (a & Binary32::SIGN) << 32;
    if is_nan::<Binary32>(a) {
        return Binary64::NAN;
    }
    if exponent::<Binary32>(a) != 0 {
        return sign | Binary64::INFINITY;
    }
    // A fraction of 2^-149; the integer's exponent is right but for that.
    let fraction = fraction::<Binary32>(a);
    if fraction == 0 {
        return sign;
    }
    sign | (from_integer::<Binary64>(0, fraction) - (149 << Binary64::FRACTION_BITS))
}

/// `demote`: rounded once.
#[inline(always)]
pub(super) fn demote(a: u64) -> u64 {
    let sign = (a & Binary64::SIGN) >> 32;
    let field = exponent::<Binary64>(a);
    if field == Binary64::MAX_EXPONENT {
        return if is_nan::<Binary64>(a) { Binary32::NAN } else { sign | Binary32::INFINITY };
    }
    // Zero and subnormal numbers have no hidden bit, but with one they are as far below half of the least
    // `f32`, and become zero likewise.
    let significand = (fraction::<Binary64>(a) | Binary64::HIDDEN) << (LEADING - Binary64::FRACTION_BITS);
    round::<Binary32>(sign, field - Binary64::BIAS + Binary32::BIAS, significand)
}

/// The range of an integer type, as the greatest magnitude of either sign.
#[derive(Clone, Copy)]
pub(super) struct Range {
    positive: u64,
    negative: u64,
}

impl Range {
    /// `i32`, signed.
    pub(super) const I32_S: Self = Self { positive: (1 << 31) - 1, negative: 1 << 31 };
    /// `i32`, unsigned.
    pub(super) const I32_U: Self = Self { positive: (1 << 32) - 1, negative: 0 };
    /// `i64`, signed.
    pub(super) const I64_S: Self = Self { positive: (1 << 63) - 1, negative: 1 << 63 };
    /// `i64`, unsigned.
    pub(super) const I64_U: Self = Self { positive: u64::MAX, negative: 0 };
}

/// The integer towards zero, as two's complement, if it is in the range. A NaN is not.
#[inline(always)]
fn integer_within<F: Format>(a: u64, range: Range) -> Option<u64> {
    let power = exponent::<F>(a) - F::BIAS;
    if power < 0 {
        return Some(0);
    }
    if power > 63 {
        return None;
    }
    let significand = (fraction::<F>(a) | F::HIDDEN) << (63 - F::FRACTION_BITS);
    let magnitude = significand >> (63 - power);
    if is_negative::<F>(a) {
        (magnitude <= range.negative).then_some(magnitude.wrapping_neg())
    } else {
        (magnitude <= range.positive).then_some(magnitude)
    }
}

/// `trunc_s`, `trunc_u`.
///
/// # Errors
/// [`Trap::BadConversionToInteger`] for a NaN, [`Trap::IntegerOverflow`] if out of range.
#[inline(always)]
pub(super) fn trunc<F: Format>(a: u64, range: Range) -> Result<u64, Trap> {
    match integer_within::<F>(a, range) {
        Some(integer) => Ok(integer),
        None if is_nan::<F>(a) => Err(Trap::BadConversionToInteger),
        None => Err(Trap::IntegerOverflow),
    }
}

/// `trunc_sat_s`, `trunc_sat_u`.
#[inline(always)]
pub(super) fn trunc_sat<F: Format>(a: u64, range: Range) -> u64 {
    match integer_within::<F>(a, range) {
        Some(integer) => integer,
        None if is_nan::<F>(a) => 0,
        None if is_negative::<F>(a) => range.negative.wrapping_neg(),
        None => range.positive,
    }
}
