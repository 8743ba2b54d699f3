//! From a sign, an exponent and a significand to the bits of the nearest number.
//!
//! Spec: Core 3.0, 4.3.3, Rounding: to nearest, ties to even; IEEE 754-2019, 4.3.1.

use super::Format;

/// Where the leading one of a significand stands when it comes here. The bit above it is free, so that
/// rounding up cannot overflow.
pub(super) const LEADING: u32 = 62;

/// The bits of the number nearest to `significand * 2^(exponent - BIAS - 62)`, with the sign `sign`.
///
/// The leading one of `significand` is at bit 62, and its bit 0 may be sticky: set if anything below was
/// cut off. `sign` is a sign bit in place. `exponent` may lie outside what the format holds: the result is
/// then an infinity, a subnormal number or zero, each rounded once.
#[inline(always)]
pub(super) fn round<F: Format>(sign: u64, exponent: i64, significand: u64) -> u64 {
    // one comparison for 1 <= exponent < MAX_EXPONENT: below 1 it wraps to something huge
    if (exponent - 1) as u64 >= (F::MAX_EXPONENT - 1) as u64 {
        return round_edge::<F>(sign, exponent, significand);
    }
    // The hidden bit adds the 1 missing in the exponent field; so does a carry, up to infinity.
    sign | ((((exponent - 1) as u64) << F::FRACTION_BITS) + nearest::<F>(significand))
}

/// [`round`] for exponents outside those of normal numbers.
#[cold]
#[inline(never)]
fn round_edge<F: Format>(sign: u64, exponent: i64, significand: u64) -> u64 {
    if exponent >= F::MAX_EXPONENT {
        return sign | F::INFINITY;
    }
    // The exponent field 0 means the exponent 1 without a hidden bit. A carry into the hidden bit makes
    // the least normal number, as it should. A move by more than 63 places has the effect of one by 63.
    sign | nearest::<F>(shift_right_sticky(significand, (1 - exponent).unsigned_abs().min(63)))
}

/// The significand in the format's width, hidden bit included: to nearest, ties to even.
#[inline(always)]
fn nearest<F: Format>(significand: u64) -> u64 {
    let cut = LEADING - F::FRACTION_BITS;
    let odd = (significand >> cut) & 1;
    (significand + ((1 << (cut - 1)) - 1) + odd) >> cut
}

/// Shifts right by at most 63 places. Bit 0 of the result is sticky.
#[inline(always)]
pub(super) fn shift_right_sticky(value: u64, distance: u64) -> u64 {
    let lost = (value << 1) << (63 - distance); // in two steps, as the distance may be 0
    (value >> distance) | u64::from(lost != 0)
}
