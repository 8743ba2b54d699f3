//! Arithmetic with numbers of 128 bits: each is two of 64, the low half first. Spec: the proposal of wide arithmetic.

/// An instruction that makes a number of 128 bits of `N` of 64.
pub(crate) trait WideOp<const N: usize> {
    /// The halves of the result, from the operands, lowest on the stack first.
    fn eval(operands: [u64; N]) -> [u64; 2];
}

/// `i64.add128`
pub(crate) struct I64Add128;
/// `i64.sub128`
pub(crate) struct I64Sub128;
/// `i64.mul_wide_s`
pub(crate) struct I64MulWideS;
/// `i64.mul_wide_u`
pub(crate) struct I64MulWideU;

fn whole(low: u64, high: u64) -> u128 {
    u128::from(high) << 64 | u128::from(low)
}

fn halves(whole: u128) -> [u64; 2] {
    [whole as u64, (whole >> 64) as u64]
}

impl WideOp<4> for I64Add128 {
    #[inline(always)]
    fn eval([a, b, c, d]: [u64; 4]) -> [u64; 2] {
        halves(whole(a, b).wrapping_add(whole(c, d)))
    }
}

impl WideOp<4> for I64Sub128 {
    #[inline(always)]
    fn eval([a, b, c, d]: [u64; 4]) -> [u64; 2] {
        halves(whole(a, b).wrapping_sub(whole(c, d)))
    }
}

impl WideOp<2> for I64MulWideS {
    #[inline(always)]
    fn eval([a, b]: [u64; 2]) -> [u64; 2] {
        halves((i128::from(a as i64) * i128::from(b as i64)) as u128)
    }
}

impl WideOp<2> for I64MulWideU {
    #[inline(always)]
    fn eval([a, b]: [u64; 2]) -> [u64; 2] {
        halves(u128::from(a) * u128::from(b))
    }
}
