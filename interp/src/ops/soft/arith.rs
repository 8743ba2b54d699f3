//! Addition, subtraction, multiplication, division and the square root.
//!
//! Spec: Core 3.0, 4.3.3, `fadd` to `fdiv` and `fsqrt`; IEEE 754-2019, 5.4.1. Each works out the significand
//! to more bits than the format holds, with a sticky bit for the rest, and rounds it once.
//!
//! Those of two operands have a short way (`try_add` and so on) with few branches and no call, for normal
//! numbers and most zeros; where it gives `None`, a cold function finds the result, whatever the operands are.

use super::quick;
use super::round::{LEADING, round, shift_right_sticky};
use super::{Format, exponent, fraction, is_nan, magnitude};

/// `fadd`.
#[inline(always)]
pub(super) fn add<F: Format>(a: u64, b: u64) -> u64 {
    match quick::try_add::<F>(a, b) {
        Some(sum) => sum,
        None => add_unusual::<F>(a, b),
    }
}

/// The sum of any two numbers.
#[cold]
#[inline(never)]
pub(super) fn add_unusual<F: Format>(a: u64, b: u64) -> u64 {
    let (big, small) = if magnitude::<F>(a) >= magnitude::<F>(b) { (a, b) } else { (b, a) };
    if magnitude::<F>(big) < F::HIDDEN {
        // Multiples of the least number, as their bits say: the sum is exact, a carry into the exponent too.
        let total =
            if (a ^ b) & F::SIGN == 0 { big + magnitude::<F>(small) } else { big - magnitude::<F>(small) };
        return if magnitude::<F>(total) == 0 { a & b & F::SIGN } else { total }; // -0 only as the sum of two of them
    }
    if magnitude::<F>(big) >= F::INFINITY {
        return if is_nan::<F>(big) || big ^ small == F::SIGN { F::NAN } else { big };
    }
    if magnitude::<F>(small) == 0 {
        return big;
    }
    let (big_field, small_field) = (exponent::<F>(big), exponent::<F>(small));
    let spare = LEADING - 1 - F::FRACTION_BITS;
    let big_significand = with_hidden::<F>(big, big_field) << spare;
    let small_significand = with_hidden::<F>(small, small_field) << spare;
    let big_exponent = big_field.max(1);
    let distance = (big_exponent - small_field.max(1)).unsigned_abs();
    let aligned = shift_right_sticky(small_significand, distance.min(63));
    let unlike = (a ^ b) & F::SIGN != 0;
    add_significands::<F>(big & F::SIGN, big_exponent, big_significand, aligned, unlike)
}

/// Rounds the sum of two significands, or the difference if the signs are unlike.
///
/// The leading one of `big` is at bit 61 if it has the exponent `exponent`, and never above. That leaves room
/// for a carry, and bits below for what alignment moved out of `small`, with a sticky bit 0.
#[inline(always)]
fn add_significands<F: Format>(sign: u64, exponent: i64, big: u64, small: u64, unlike: bool) -> u64 {
    // In a difference the sticky bit stands for a borrow, and the result is odd either way.
    let total = if unlike { big - small } else { big + small };
    if total == 0 {
        return 0;
    }
    let zeros = total.leading_zeros();
    round::<F>(sign, exponent + 2 - i64::from(zeros), total << (zeros - 1))
}

/// `fsub`: the sum with the negated operand. A NaN's sign does not matter.
#[inline(always)]
pub(super) fn sub<F: Format>(a: u64, b: u64) -> u64 {
    add::<F>(a, b ^ F::SIGN)
}

/// As [`add_unusual`].
#[inline(always)]
pub(super) fn sub_unusual<F: Format>(a: u64, b: u64) -> u64 {
    add_unusual::<F>(a, b ^ F::SIGN)
}

/// `fmul`.
#[inline(always)]
pub(super) fn mul<F: Format>(a: u64, b: u64) -> u64 {
    match quick::try_mul::<F>(a, b) {
        Some(product) => product,
        None => mul_unusual::<F>(a, b),
    }
}

/// The product of any two numbers.
#[cold]
#[inline(never)]
pub(super) fn mul_unusual<F: Format>(a: u64, b: u64) -> u64 {
    let sign = (a ^ b) & F::SIGN;
    let (a_magnitude, b_magnitude) = (magnitude::<F>(a), magnitude::<F>(b));
    let (big, small) = (a_magnitude.max(b_magnitude), a_magnitude.min(b_magnitude));
    if big > F::INFINITY || (big == F::INFINITY && small == 0) {
        return F::NAN;
    }
    if small == 0 {
        return sign;
    }
    if big == F::INFINITY {
        return sign | F::INFINITY;
    }
    let (a_exponent, a_significand) = normalized::<F>(a);
    let (b_exponent, b_significand) = normalized::<F>(b);
    mul_significands::<F>(sign, a_exponent + b_exponent, a_significand, b_significand)
}

/// Rounds the product of two significands with their hidden bits; `exponents` is the sum of theirs.
#[inline(always)]
fn mul_significands<F: Format>(sign: u64, exponents: i64, a: u64, b: u64) -> u64 {
    // in [2^61, 2^63)
    let product = if 2 * F::FRACTION_BITS + 2 <= LEADING {
        (a * b) << (LEADING - 1 - 2 * F::FRACTION_BITS)
    } else {
        let spare = 63 - F::FRACTION_BITS;
        let wide = u128::from(a << spare) * u128::from(b << (spare - 1));
        let (high, low) = ((wide >> 64) as u64, wide as u64); // its two halves
        high | u64::from(low != 0)
    };
    normalize_and_round::<F>(sign, exponents - F::BIAS + 1, product)
}

/// Rounds a significand in `[2^61, 2^63)` that has `exponent` if in the upper half of that range.
#[inline(always)]
fn normalize_and_round<F: Format>(sign: u64, exponent: i64, significand: u64) -> u64 {
    let short = (significand >> LEADING) ^ 1;
    round::<F>(sign, exponent - (short as i64), significand << short) // 0 or 1
}

/// `fdiv`.
#[inline(always)]
pub(super) fn div<F: Format>(a: u64, b: u64) -> u64 {
    match quick::try_div::<F>(a, b) {
        Some(quotient) => quotient,
        None => div_unusual::<F>(a, b),
    }
}

/// The quotient of any two numbers.
#[cold]
#[inline(never)]
pub(super) fn div_unusual<F: Format>(a: u64, b: u64) -> u64 {
    let sign = (a ^ b) & F::SIGN;
    let (a_magnitude, b_magnitude) = (magnitude::<F>(a), magnitude::<F>(b));
    if a_magnitude > F::INFINITY || b_magnitude > F::INFINITY {
        return F::NAN;
    }
    if a_magnitude == b_magnitude && (a_magnitude == 0 || a_magnitude == F::INFINITY) {
        return F::NAN;
    }
    if a_magnitude == F::INFINITY || b_magnitude == 0 {
        return sign | F::INFINITY;
    }
    if b_magnitude == F::INFINITY || a_magnitude == 0 {
        return sign;
    }
    let (a_exponent, a_significand) = normalized::<F>(a);
    let (b_exponent, b_significand) = normalized::<F>(b);
    div_significands::<F>(sign, a_exponent - b_exponent, a_significand, b_significand)
}

/// Rounds the quotient of two significands with their hidden bits; `exponents` is the difference of theirs.
#[inline(always)]
fn div_significands<F: Format>(sign: u64, exponents: i64, a: u64, b: u64) -> u64 {
    let (quotient, exact) = quotient::<F>(a, b);
    let significand = (quotient | u64::from(!exact)) << (LEADING - F::FRACTION_BITS - QUOTIENT_BITS);
    normalize_and_round::<F>(sign, exponents + F::BIAS, significand)
}

/// Bits of a quotient below those of the format: two are enough to round by, where it is below one and loses a bit
/// to normalisation.
pub(super) const QUOTIENT_BITS: u32 = 3;

/// The quotient of two significands with their hidden bits, between a half and two, as a multiple of
/// `2^-(FRACTION_BITS + QUOTIENT_BITS)`; and whether nothing is left over.
#[inline(always)]
pub(super) fn quotient<F: Format>(a: u64, b: u64) -> (u64, bool) {
    let more = F::FRACTION_BITS + QUOTIENT_BITS;
    if F::FRACTION_BITS + 1 + more <= 64 {
        let quotient = (a << more) / b;
        (quotient, quotient * b == a << more)
    } else {
        div_wide(a, b, more)
    }
}

/// The whole part of `a * 2^more / b`, and whether nothing is left over.
///
/// `a` and `b` have 53 bits with the leading one set, and `more` is 55. Division of 128 bits is slow, so this
/// multiplies by the reciprocal of `b`. Every step rounds down, so that no estimate is above the truth.
#[inline(always)]
fn div_wide(a: u64, b: u64, more: u32) -> (u64, bool) {
    let divisor = b << 11; // in [2^63, 2^64)
    // 2^96 / divisor, short by less than one part in 2^30.6; what `miss` is the top of is below 2^65.4
    let rough = u64::MAX / ((divisor >> 32) + 1);
    let miss = (((1 << 96) - u128::from(rough) * u128::from(divisor)) >> 35) as u64; // below 2^31
    // 2^127 / divisor by one step of Newton's method: short by less than 6.4 for the square of the error,
    // 8 for the bits cut from `miss`, 1 for those cut from the product: by less than 16
    let reciprocal = (rough << 31) + ((rough * miss) >> 30);
    // 2^62 * a / b, short by less than 8 + 1, so that the quotient is right or one too small
    let estimate = high_half(a << 10, reciprocal);
    let quotient = estimate >> (62 - more);
    // Below 2 * b, so that arithmetic modulo 2^64 gives it in full.
    let rest = (a << more).wrapping_sub(quotient.wrapping_mul(b));
    let one_more = rest >= b;
    (quotient + u64::from(one_more), rest == if one_more { b } else { 0 })
}

/// The upper 64 bits of the product.
#[inline(always)]
fn high_half(a: u64, b: u64) -> u64 {
    ((u128::from(a) * u128::from(b)) >> 64) as u64 // what is left has 64 bits
}

/// `fsqrt`.
#[inline(always)]
pub(super) fn sqrt<F: Format>(a: u64) -> u64 {
    let field = exponent::<F>(a);
    if !is_normal_field::<F>(field) || a & F::SIGN != 0 {
        return sqrt_special::<F>(a);
    }
    sqrt_significand::<F>(field, fraction::<F>(a) | F::HIDDEN)
}

/// The square root of what is not a positive normal number.
#[cold]
#[inline(never)]
fn sqrt_special<F: Format>(a: u64) -> u64 {
    if magnitude::<F>(a) == 0 || a == F::INFINITY {
        return a;
    }
    if is_nan::<F>(a) || a & F::SIGN != 0 {
        return F::NAN;
    }
    let (exponent, significand) = normalized::<F>(a);
    sqrt_significand::<F>(exponent, significand)
}

/// Rounds the square root of a number with this exponent field and this significand with its hidden bit.
#[inline(always)]
fn sqrt_significand<F: Format>(exponent: i64, significand: u64) -> u64 {
    // The number is x * 4^n, x in [1/4, 1) a fraction of 2^64: halve the exponent, rounding up.
    let unbiased = exponent - F::BIAS;
    let half = (unbiased >> 1) + 1;
    let odd = unbiased & 1;
    let x = significand << (LEADING - F::FRACTION_BITS) << odd;

    // The root of x, rounded down to one bit more than the format holds. That is enough to round by: no
    // root lies in the middle between two numbers, as the square of such a middle has too many digits.
    let bits = F::FRACTION_BITS + 2;
    let reciprocal = reciprocal_sqrt(x);
    let (estimate, square) = if 2 * bits <= 64 {
        // 2^30 * sqrt(x), wrong by less than 4; then made less than the truth by 4 to 12.
        let root = ((x >> 32) * reciprocal) >> 32;
        ((root - 8) >> (30 - bits), x >> (64 - 2 * bits))
    } else {
        // 2^32 * sqrt(x), wrong by less than 10, and 2^59 * sqrt(x) from it by one step of Newton's method,
        // wrong by less than 4 upwards and 7 downwards; then made less than the truth by up to 15.
        let first = ((u128::from(x) * u128::from(reciprocal)) >> 62) as u64; // at most 2^32
        let miss = x.wrapping_sub(first.wrapping_mul(first)) as i64; // below 2^37, of either sign
        let step = ((miss >> 6) * reciprocal as i64) >> 30;
        let root = (first << 27).wrapping_add_signed(step);
        ((root - 8) >> (59 - bits), x << (2 * bits - 64))
    };
    // The estimate is right or one too small. The rest is below 4 * root, so that arithmetic modulo 2^64
    // gives it in full.
    let rest = square.wrapping_sub(estimate.wrapping_mul(estimate));
    let root = estimate + u64::from(rest > 2 * estimate);
    round::<F>(0, half - 1 + F::BIAS, ((root << 1) | 1) << (LEADING - bits))
}

/// 2^30 / sqrt(x / 2^64), at most one part in 2^29 too small or one in 2^30 too great. `x` is at least 2^62.
#[inline(always)]
fn reciprocal_sqrt(x: u64) -> u64 {
    let high = x >> 32;
    // 16 bits, wrong by less than one part in 2^7.9; each step of Newton's method, r * (3 - x * r^2) / 2,
    // squares that and adds a half. None of the products reaches 2^64.
    let r = u64::from(RECIPROCAL_SQRT[usize::from((x >> 56) as u8)]); // the 8 leading bits
    let r = (r * (((3 << 62) - high * (r * r)) >> 32)) >> 16;
    (r * (((3 << 62) - high * ((r * r) >> 30)) >> 32)) >> 31
}

/// 2^15 / sqrt(x) for the middle of each interval of x between i/256 and (i + 1)/256; from 1/4 upwards.
static RECIPROCAL_SQRT: [u16; 256] = {
    let mut table = [0; 256];
    let mut i = 64;
    while i < 256 {
        table[i] = ((1_u64 << 39) / (2 * i as u64 + 1)).isqrt() as u16; // at most 2^16 * sqrt(64 / 64.5)
        i += 1;
    }
    table
};

/// The significand with its hidden bit, which is 0 if the exponent field is.
#[inline(always)]
fn with_hidden<F: Format>(a: u64, field: i64) -> u64 {
    fraction::<F>(a) | (u64::from(field != 0) << F::FRACTION_BITS)
}

/// Whether a number with this exponent field is normal: no zero, subnormal number, infinity or NaN.
#[inline(always)]
fn is_normal_field<F: Format>(field: i64) -> bool {
    // one comparison: 0 wraps to something huge
    ((field - 1) as u64) < (F::MAX_EXPONENT - 1) as u64
}

/// The exponent and the significand with its leading one at the hidden bit, of a finite number but zero.
#[inline(always)]
fn normalized<F: Format>(a: u64) -> (i64, u64) {
    let field = exponent::<F>(a);
    let significand = with_hidden::<F>(a, field);
    let shift = significand.leading_zeros() - (63 - F::FRACTION_BITS);
    (field.max(1) - i64::from(shift), significand << shift)
}
