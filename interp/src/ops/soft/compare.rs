//! Comparisons, minimum and maximum, by comparing integers.
//!
//! Spec: Core 3.0, 4.3.3, `feq` to `fge`, `fmin`, `fmax`; IEEE 754-2019, 5.11. Positive numbers are in the
//! order of their bits, and negative ones in the opposite order.

use super::{Format, is_negative, magnitude};

/// A signed integer that is in order with the number, the same for both zeros. Not for NaNs.
#[inline(always)]
fn key<F: Format>(a: u64) -> i64 {
    let magnitude = magnitude::<F>(a) as i64; // without the sign it is at most 63 bits
    if is_negative::<F>(a) { -magnitude } else { magnitude }
}

/// As [`key`], but one less for negative numbers, so that -0 is below +0.
#[inline(always)]
fn key_with_zeros_apart<F: Format>(a: u64) -> i64 {
    let magnitude = magnitude::<F>(a) as i64; // as above
    if is_negative::<F>(a) { !magnitude } else { magnitude }
}

/// Whether either is a NaN.
#[inline(always)]
fn unordered<F: Format>(a: u64, b: u64) -> bool {
    magnitude::<F>(a).max(magnitude::<F>(b)) > F::INFINITY
}

/// `feq`; `fne` is its opposite.
#[inline(always)]
pub(super) fn eq<F: Format>(a: u64, b: u64) -> bool {
    (key::<F>(a) == key::<F>(b)) & !unordered::<F>(a, b)
}

/// `flt`; `fgt` is the same with the operands exchanged.
#[inline(always)]
pub(super) fn lt<F: Format>(a: u64, b: u64) -> bool {
    (key::<F>(a) < key::<F>(b)) & !unordered::<F>(a, b)
}

/// `fle`; `fge` is the same with the operands exchanged.
#[inline(always)]
pub(super) fn le<F: Format>(a: u64, b: u64) -> bool {
    (key::<F>(a) <= key::<F>(b)) & !unordered::<F>(a, b)
}

/// `fmin`.
#[inline(always)]
pub(super) fn min<F: Format>(a: u64, b: u64) -> u64 {
    if unordered::<F>(a, b) {
        return F::NAN;
    }
    if key_with_zeros_apart::<F>(a) < key_with_zeros_apart::<F>(b) { a } else { b }
}

/// `fmax`.
#[inline(always)]
pub(super) fn max<F: Format>(a: u64, b: u64) -> u64 {
    if unordered::<F>(a, b) {
        return F::NAN;
    }
    if key_with_zeros_apart::<F>(a) < key_with_zeros_apart::<F>(b) { b } else { a }
}
