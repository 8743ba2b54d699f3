//! The short ways: sums, products and quotients of ordinary numbers in few instructions, without a call.
//!
//! Each asks first whether the exponents are such that nothing can overflow or become subnormal on the way, and
//! gives `None` if not: [`arith`](super::arith) then finds the result, whatever the operands are. The sign and the
//! exponent field below it are carried as one number, the head, so that neither has to be put apart and together:
//! the sum of two heads has the sign of a product, and what rounding carries goes into the head.

use super::arith::{QUOTIENT_BITS, quotient};
use super::{Format, fraction};

/// The sign and the exponent field.
#[inline(always)]
fn head<F: Format>(a: u64) -> u64 {
    a >> F::FRACTION_BITS
}

/// The exponent field of a head; of a difference of heads, that of the fields.
#[inline(always)]
fn field<F: Format>(head: u64) -> u64 {
    head & ((1 << F::EXPONENT_BITS) - 1)
}

/// Whether the exponent field of this head lies from `least` to `most`, both of finite numbers.
#[inline(always)]
fn is_within<F: Format>(head: u64, least: u64, most: u64) -> bool {
    // one comparison: what is below wraps to something above
    field::<F>(head.wrapping_sub(least)) <= most - least
}

/// Whether the product and the quotient with another such number are normal, be they rounded up.
#[inline(always)]
fn is_central<F: Format>(head: u64) -> bool {
    let bias = F::BIAS.unsigned_abs();
    let least = bias.div_ceil(2);
    is_within::<F>(head, least, least + bias - 2)
}

/// The number with the head `head` + 1, and as its significand the nearest to this one, which has `cut` bits more than
/// the format: ties to even.
#[inline(always)]
fn nearest<F: Format>(head: u64, significand: u64, cut: u32) -> u64 {
    let odd = (significand >> cut) & 1;
    let rounded = (significand + ((1 << (cut - 1)) - 1) + odd) >> cut;
    // The hidden bit adds 1 to the head, and so does a carry.
    (head << F::FRACTION_BITS).wrapping_add(rounded) & (F::SIGN | (F::SIGN - 1))
}

/// The sum, unless it is zero, or an operand is far from the other or near the ends of the format.
#[inline(always)]
pub(super) fn try_add<F: Format>(a: u64, b: u64) -> Option<u64> {
    let top = |x: u64| x << (65 - F::BITS);
    let (big, small) = if top(a) >= top(b) { (a, b) } else { (b, a) };
    let (big_head, small_head) = (head::<F>(big), head::<F>(small));
    let distance = field::<F>(big_head.wrapping_sub(small_head));
    // The lesser is then normal too, and so is a difference, which is no less than the lesser's last place.
    let (least, most) = (F::REACH + 1, F::MAX_EXPONENT.unsigned_abs() - 2);
    if distance > F::REACH || !is_within::<F>(big_head, least, most) {
        return None;
    }
    let unlike = (((big ^ small) << (64 - F::BITS)) as i64 >> 63) as u64; // a mask
    // The leading one at the top of the word. That of the greater then goes to the place below `SUM_LEADING`, where
    // it stays unless there is a carry.
    let significand = |x: u64| (x << (63 - F::FRACTION_BITS)) | (1 << 63);
    let places = 64 - F::SUM_LEADING;
    let (big, small) = (significand(big) >> places, significand(small));
    let distance = big_head.wrapping_sub(small_head).wrapping_add(u64::from(places)) & 63; // no more than that
    let mut aligned = small >> distance;
    if F::STICKY {
        // Stands for a borrow in a difference, which is odd either way.
        aligned |= u64::from(small & !(u64::MAX << distance) != 0);
    }
    // With all bits turned round before and after, an addition subtracts.
    let total = (big ^ unlike).wrapping_add(aligned) ^ unlike;
    if total == 0 {
        return None;
    }
    let up = total.leading_zeros() - (63 - F::SUM_LEADING);
    let head = big_head.wrapping_sub(u64::from(up));
    Some(nearest::<F>(head, total << up, F::SUM_LEADING - F::FRACTION_BITS))
}

/// The difference: the sum with the negated operand.
#[inline(always)]
pub(super) fn try_sub<F: Format>(a: u64, b: u64) -> Option<u64> {
    try_add::<F>(a, b ^ F::SIGN)
}

/// The product, if neither operand is near the ends of the format.
#[inline(always)]
pub(super) fn try_mul<F: Format>(a: u64, b: u64) -> Option<u64> {
    let (a_head, b_head) = (head::<F>(a), head::<F>(b));
    if !is_central::<F>(a_head) || !is_central::<F>(b_head) {
        return None;
    }
    let (a, b) = (fraction::<F>(a) | F::HIDDEN, fraction::<F>(b) | F::HIDDEN);
    // The leading one at the bit `leading`, or at the one below.
    let (product, leading) = if 2 * F::FRACTION_BITS < 63 {
        (a * b, 2 * F::FRACTION_BITS + 1)
    } else {
        let spare = 63 - F::FRACTION_BITS;
        let wide = u128::from(a << spare) * u128::from(b << (spare - 1));
        let (high, low) = ((wide >> 64) as u64, wide as u64); // its two halves
        (high | u64::from(low != 0), 62) // sticky
    };
    let long = product >> leading != 0;
    let heads = a_head.wrapping_add(b_head).wrapping_sub(F::BIAS.unsigned_abs() + 1);
    let significand = if long { product } else { product << 1 };
    Some(nearest::<F>(heads.wrapping_add(u64::from(long)), significand, leading - F::FRACTION_BITS))
}

/// The quotient, if neither operand is near the ends of the format.
#[inline(always)]
pub(super) fn try_div<F: Format>(a: u64, b: u64) -> Option<u64> {
    let (a_head, b_head) = (head::<F>(a), head::<F>(b));
    if !is_central::<F>(a_head) || !is_central::<F>(b_head) {
        return None;
    }
    let (a, b) = (fraction::<F>(a) | F::HIDDEN, fraction::<F>(b) | F::HIDDEN);
    let (quotient, _) = quotient::<F>(a, b);
    let leading = F::FRACTION_BITS + QUOTIENT_BITS;
    let long = quotient >> leading; // 0 or 1
    let heads = a_head.wrapping_sub(b_head).wrapping_add(F::BIAS.unsigned_abs() - 2);
    // No quotient lies in the middle between two numbers: its product with the divisor would have more digits than a
    // dividend can. So what looks like the middle is above it, and a sticky bit moves nothing else over it.
    Some(nearest::<F>(heads.wrapping_add(long), (quotient << (long ^ 1)) | 1, QUOTIENT_BITS))
}
