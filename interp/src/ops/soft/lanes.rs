//! Four `f32` at once: sums and products of normal numbers and zeros, without a branch between the lanes.
//!
//! Written so that the compiler can make each step one instruction for all lanes: lanes are `u32` throughout,
//! and a choice is a mask, all bits set or none. What a lane comes to is what [`arith`](super::arith) gives.

/// The sign bit.
const SIGN: u32 = 1 << 31;
/// The hidden bit of a normal number.
const HIDDEN: u32 = 1 << 23;
/// The exponent field of infinities and NaNs.
const MAX_FIELD: u32 = 255;
/// Bits below the format's when the leading one of a significand stands at bit 30. The bit above it is free,
/// so that rounding up cannot overflow.
const CUT: u32 = 7;

/// All bits set if `yes`.
#[inline(always)]
fn mask(yes: bool) -> u32 {
    if yes { !0 } else { 0 }
}

/// The bits of the number nearest to a significand with its leading one at bit 30, bit 0 sticky, and with
/// `field` + 1 as exponent field: to nearest, ties to even. A carry goes to the exponent field.
#[inline(always)]
fn nearest(field: u32, significand: u32) -> u32 {
    let odd = (significand >> CUT) & 1;
    (field << 23).wrapping_add((significand + ((1 << (CUT - 1)) - 1) + odd) >> CUT)
}

/// The upper bit set if [`nearest`] cannot round to a normal number with this `field`, or might come to infinity.
#[inline(always)]
fn beyond(field: u32) -> u32 {
    field | (MAX_FIELD - 2).wrapping_sub(field)
}

/// The upper bit set if this exponent field is that of infinities and NaNs.
#[inline(always)]
fn unordered(field: u32) -> u32 {
    (field + 1) << 23
}

/// The results, unless a lane is out of the ordinary: has the upper bit of `out` set.
#[inline(always)]
fn ordinary(results: [u32; 4], out: [u32; 4]) -> Option<[u32; 4]> {
    if (out[0] | out[1] | out[2] | out[3]) & SIGN == 0 { Some(results) } else { None }
}

/// The sums, if all are normal numbers or zeros and no lane holds an infinity or NaN; else `None`.
#[inline(always)]
pub(super) fn try_add(a: [u32; 4], b: [u32; 4]) -> Option<[u32; 4]> {
    let (mut results, mut out) = ([0; 4], [0; 4]);
    for i in 0..4 {
        let (a, b) = (a[i], b[i]);
        let (a_magnitude, b_magnitude) = (a & !SIGN, b & !SIGN);
        let swap = mask(b_magnitude as i32 > a_magnitude as i32); // neither has its upper bit set
        let (big, small) = (a_magnitude.max(b_magnitude), a_magnitude.min(b_magnitude));
        let sign = (((a ^ b) & swap) ^ a) & SIGN;
        // The exponent field 0 means the exponent 1 without a hidden bit.
        let (big_tiny, small_tiny) = (mask(big >> 23 == 0), mask(small >> 23 == 0));
        let (big_field, small_field) = ((big >> 23).max(1), (small >> 23).max(1));
        // Leading ones at bit 29: room for a carry, and six bits for what alignment moves out.
        let big = ((big & (HIDDEN - 1)) | (HIDDEN & !big_tiny)) << (CUT - 1);
        let small = ((small & (HIDDEN - 1)) | (HIDDEN & !small_tiny)) << (CUT - 1);
        let distance = (big_field - small_field).min(31);
        let kept = small >> distance;
        let aligned = kept | (mask(kept << distance != small) & 1); // sticky
        let unlike = ((a ^ b) as i32 >> 31) as u32; // a mask
        let total = big.wrapping_add((aligned ^ unlike).wrapping_sub(unlike));
        let zero = mask(total == 0);
        let up = total.leading_zeros().wrapping_sub(1);
        let field = big_field.wrapping_sub(up);
        let value = nearest(field, total << (up & 31)) | sign;
        results[i] = (value & !zero) | (a & b & SIGN & zero); // -0 only as the sum of two of them
        out[i] = (beyond(field) & !zero) | unordered(big_field);
    }
    ordinary(results, out)
}

/// The products, if all are normal numbers or zeros and no lane holds an infinity or NaN; else `None`. Also
/// `None` where a lane is subnormal and its product is not zero.
#[inline(always)]
pub(super) fn try_mul(a: [u32; 4], b: [u32; 4]) -> Option<[u32; 4]> {
    let (mut results, mut out) = ([0; 4], [0; 4]);
    for i in 0..4 {
        let (a, b) = (a[i], b[i]);
        let (a_magnitude, b_magnitude) = (a << 1, b << 1);
        let (a_field, b_field) = (a_magnitude >> 24, b_magnitude >> 24);
        let zero = mask(a_magnitude.min(b_magnitude) == 0);
        // Leading ones at bits 31 and 30: that of the product is at bit 61 or 62.
        let (a_significand, b_significand) = ((a << 8) | SIGN, ((b << 7) | (SIGN >> 1)) & !SIGN);
        let product = u64::from(a_significand) * u64::from(b_significand);
        let (high, low) = ((product >> 32) as u32, product as u32); // its two halves
        // The lower half has its 15 lower bits clear: half of it, and a carry unless it is 0, for the sticky bit.
        let wide = high | (((low >> 1) + (SIGN - 1)) >> 31);
        let long = mask(wide as i32 >= 1 << 30); // the upper bit is clear
        let significand = wide + (wide & !long);
        let field = (a_field + b_field).wrapping_sub(128).wrapping_sub(long);
        results[i] = (nearest(field, significand) & !zero) | ((a ^ b) & SIGN);
        let tiny = mask(a_field.min(b_field) == 0);
        out[i] = unordered(a_field.max(b_field)) | ((tiny | beyond(field)) & !zero);
    }
    ordinary(results, out)
}
