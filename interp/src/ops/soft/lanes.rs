//! Four `f32` at once: sums and products of ordinary numbers and zeros, without a branch between the lanes.
//!
//! Written so that the compiler can make each step one instruction for all lanes: lanes are `u32` throughout but for
//! products, and a choice is a mask, all bits set or none. What a lane comes to is what [`arith`](super::arith) gives.

use core::array::from_fn;

/// The sign bit.
const SIGN: u32 = 1 << 31;
/// The hidden bit of a normal number, and the unit of the exponent field.
const HIDDEN: u32 = 1 << 23;
/// Bits below the format's when the leading one of a sum stands at bit 30. The bit above it is free, so that
/// rounding up cannot overflow.
const CUT: u32 = 7;

/// All bits set if `yes`.
#[inline(always)]
fn mask(yes: bool) -> u32 {
    if yes { !0 } else { 0 }
}

/// Has its upper bit set if the exponent field of this magnitude is below `least`.
#[inline(always)]
fn below(magnitude: u32, least: u32) -> u32 {
    magnitude.wrapping_sub(least * HIDDEN)
}

/// Has its upper bit set if the exponent field of this magnitude is above `most`.
#[inline(always)]
fn above(magnitude: u32, most: u32) -> u32 {
    magnitude.wrapping_add((255 - most) * HIDDEN)
}

/// The results, unless a lane is out of the ordinary: has the upper bit of `out` set.
#[inline(always)]
fn ordinary(results: [u32; 4], out: [u32; 4]) -> Option<[u32; 4]> {
    if (out[0] | out[1] | out[2] | out[3]) & SIGN == 0 { Some(results) } else { None }
}

/// The sums, unless a lane is near the ends of the format and not zero.
#[inline(always)]
pub(super) fn try_add(a: [u32; 4], b: [u32; 4]) -> Option<[u32; 4]> {
    let (sums, out) = add(a, b);
    ordinary(sums, out)
}

/// The products, unless a lane or an operand is near the ends of the format and not zero.
#[inline(always)]
pub(super) fn try_mul(a: [u32; 4], b: [u32; 4]) -> Option<[u32; 4]> {
    let (products, out) = mul(a, b);
    ordinary(products, out)
}

/// The sums of products, each rounded twice, as by [`try_mul`] and [`try_add`].
#[inline(always)]
pub(super) fn try_mul_add(a: [u32; 4], b: [u32; 4], c: [u32; 4]) -> Option<[u32; 4]> {
    let (products, mul_out) = mul(a, b);
    let (sums, add_out) = add(products, c);
    // The lesser has its upper bit set if one of them has.
    ordinary(sums, from_fn(|i| (mul_out[i] as i32).min(add_out[i] as i32) as u32))
}

/// The sums, and which of them are out of the ordinary: see [`ordinary`].
#[inline(always)]
fn add(a: [u32; 4], b: [u32; 4]) -> ([u32; 4], [u32; 4]) {
    let (mut results, mut out) = ([0; 4], [0; 4]);
    for i in 0..4 {
        let (a, b) = (a[i], b[i]);
        let (a_magnitude, b_magnitude) = (a & !SIGN, b & !SIGN);
        let swap = mask(b_magnitude as i32 > a_magnitude as i32); // neither has its upper bit set
        let (big, small) = (a_magnitude.max(b_magnitude), a_magnitude.min(b_magnitude));
        let of_big = (a & !swap) | (b & swap);
        // If the lesser is subnormal or zero, nothing but a sticky bit is left of it, as the greater is not that small;
        // then the result comes to the greater, whatever the sticky bit stands for.
        let distance = ((big >> 23) - (small >> 23)).min(31);
        // Leading ones at bit 29: room for a carry, and six bits for what alignment moves out.
        let big_significand = ((big & (HIDDEN - 1)) | HIDDEN) << (CUT - 1);
        let small_significand = ((small & (HIDDEN - 1)) | HIDDEN) << (CUT - 1);
        let kept = small_significand >> distance;
        let aligned = kept | (mask(kept << distance != small_significand) & 1); // sticky
        let unlike = ((a ^ b) as i32 >> 31) as u32; // a mask
        let total = (aligned ^ unlike).wrapping_add(big_significand.wrapping_sub(unlike));
        let up = total.leading_zeros().wrapping_sub(1);
        let significand = total << (up & 31); // 31 where it is 0
        let odd = (significand >> CUT) & 1;
        let rounded = significand.wrapping_add((1 << (CUT - 1)) - 1 + odd) >> CUT;
        let head = (of_big & !(HIDDEN - 1)).wrapping_sub(up << 23);
        let zero = mask(total == 0) | mask(big == 0);
        results[i] = (head.wrapping_add(rounded) & !zero) | (a & b & SIGN & zero); // -0 only as the sum of two of them
        out[i] = (below(big, 33) & !zero) | above(big, 253);
    }
    (results, out)
}

/// As [`add`], the products.
#[inline(always)]
fn mul(a: [u32; 4], b: [u32; 4]) -> ([u32; 4], [u32; 4]) {
    let (mut results, mut out) = ([0; 4], [0; 4]);
    for i in 0..4 {
        let (a, b) = (a[i], b[i]);
        let (a_magnitude, b_magnitude) = (a & !SIGN, b & !SIGN);
        let (big, small) = (a_magnitude.max(b_magnitude), a_magnitude.min(b_magnitude));
        let zero = mask(small == 0);
        let (a_significand, b_significand) = ((a & (HIDDEN - 1)) | HIDDEN, (b & (HIDDEN - 1)) | HIDDEN);
        // The leading one at bit 46 or 47.
        let product = u64::from(a_significand) * u64::from(b_significand);
        let long = product >> 47; // 0 or 1
        let significand = product << (long ^ 1);
        let odd = (significand >> 24) & 1;
        let rounded = ((significand + ((1 << 23) - 1) + odd) >> 24) + (long << 23);
        // The exponent field of the product, less the 1 that the hidden bit adds.
        let field = (a_magnitude >> 23).wrapping_add(b_magnitude >> 23).wrapping_sub(128);
        let value = (field << 23).wrapping_add(rounded as u32); // 25 bits
        results[i] = (value & !zero) | ((a ^ b) & SIGN);
        // The product of the least is normal, and so is that of the greatest.
        out[i] = ((below(small, 64) | above(big, 189)) & !zero) | above(big, 253);
    }
    (results, out)
}
