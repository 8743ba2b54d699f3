//! Floats by integer arithmetic: the same bits on every machine.
//!
//! Written from IEEE 754-2019 (the binary32 and binary64 formats; round to nearest, ties to even; no flags)
//! and Core 3.0, 4.3.3 and 4.3.4 with the deterministic profile: every NaN that an operation makes is the
//! canonical one. [`round`] turns an exact or sticky result into bits; [`arith`], [`compare`] and [`convert`]
//! hold the operations, written once for both formats; a value is carried in the low bits of a `u64`.
//! Tests and `examples/prove_floats.rs` compare every operation with hardware and with Berkeley SoftFloat.

mod arith;
mod compare;
mod convert;
mod lanes;
mod quick;
mod round;

use convert::{Range, Towards};

use super::floats::{F32_CANONICAL_NAN, F64_CANONICAL_NAN, Floats};
use crate::trap::Trap;

/// Deterministic mode: our own soft-float.
#[derive(Clone, Copy, Debug)]
pub struct Soft;

/// A binary interchange format. Spec: IEEE 754-2019, 3.4; Core 3.0, 4.3.3, Representations.
trait Format {
    /// Width of the trailing significand field.
    const FRACTION_BITS: u32;
    /// The exponent field of 1.0.
    const BIAS: i64;
    /// The canonical NaN.
    const NAN: u64;
    /// Where a sum's leading one stands while it is rounded the short way.
    const SUM_LEADING: u32;
    /// How far apart the exponents of two numbers may be for the short way to add them.
    const REACH: u64;
    /// Whether the short way of sums needs a sticky bit.
    const STICKY: bool;

    /// The exponent field of infinities and NaNs, all ones.
    const MAX_EXPONENT: i64 = 2 * Self::BIAS + 1;
    /// The hidden bit of a normal number, just above the fraction field.
    const HIDDEN: u64 = 1 << Self::FRACTION_BITS;
    /// The bits of positive infinity; a magnitude above this is a NaN.
    const INFINITY: u64 = Self::MAX_EXPONENT.unsigned_abs() << Self::FRACTION_BITS;
    /// The sign bit.
    const SIGN: u64 = Self::INFINITY + Self::HIDDEN;
    /// Width of the format.
    const BITS: u32 = Self::SIGN.trailing_zeros() + 1;
    /// Width of the exponent field.
    const EXPONENT_BITS: u32 = Self::BITS - 1 - Self::FRACTION_BITS;
}

/// The format of `f32`.
enum Binary32 {}

impl Format for Binary32 {
    const FRACTION_BITS: u32 = 23;
    const BIAS: i64 = 127;
    const NAN: u64 = F32_CANONICAL_NAN as u64; // wider
    const SUM_LEADING: u32 = 53; // what rounds it has no more than 32 bits
    const REACH: u64 = 40;
    const STICKY: bool = false; // by 29 places nothing is cut off, and beyond that nothing is near a tie
}

/// The format of `f64`.
enum Binary64 {}

impl Format for Binary64 {
    const FRACTION_BITS: u32 = 52;
    const BIAS: i64 = 1023;
    const NAN: u64 = F64_CANONICAL_NAN;
    const SUM_LEADING: u32 = 62;
    const REACH: u64 = 61;
    const STICKY: bool = true;
}

/// The exponent field.
#[inline(always)]
fn exponent<F: Format>(a: u64) -> i64 {
    ((a & F::INFINITY) >> F::FRACTION_BITS) as i64 // at most 11 bits
}

/// The fraction field.
#[inline(always)]
fn fraction<F: Format>(a: u64) -> u64 {
    a & (F::HIDDEN - 1)
}

/// Everything but the sign.
#[inline(always)]
fn magnitude<F: Format>(a: u64) -> u64 {
    a & (F::SIGN - 1)
}

/// Whether it is a NaN, of any kind.
#[inline(always)]
fn is_nan<F: Format>(a: u64) -> bool {
    magnitude::<F>(a) > F::INFINITY
}

/// Whether the sign bit is set.
#[inline(always)]
fn is_negative<F: Format>(a: u64) -> bool {
    a & F::SIGN != 0
}

/// Functions of one format: the operands widened, the result narrowed, which has no bit above the format's.
macro_rules! same_format {
    ($bits:ty, $($name:ident($($operand:ident)+) = $function:path $(, $argument:expr)?;)*) => { $(
        #[inline(always)]
        fn $name($($operand: $bits),+) -> $bits {
            $function($(u64::from($operand)),+ $(, $argument)?) as $bits
        }
    )* };
}

/// Comparisons of one format.
macro_rules! comparisons {
    ($bits:ty, $($name:ident($a:ident $b:ident) = $is:literal, $function:path, $first:ident $second:ident;)*) => { $(
        #[inline(always)]
        fn $name($a: $bits, $b: $bits) -> bool {
            $function(u64::from($first), u64::from($second)) == $is
        }
    )* };
}

/// Conversions from integers, from the signed type by sign and magnitude.
macro_rules! converts {
    ($($name:ident($a:ident: $int:ty) -> $bits:ty = $format:ty, $parts:expr;)*) => { $(
        #[inline(always)]
        fn $name($a: $int) -> $bits {
            let (sign, magnitude) = $parts;
            convert::from_integer::<$format>(sign, magnitude) as $bits // as in `same_format`
        }
    )* };
}

/// Conversions to integers, saturating and trapping; the low bits of the result are the integer.
macro_rules! truncates {
    ($($sat:ident $trap:ident($bits:ty) -> $int:ty = $format:ty, $range:expr;)*) => { $(
        #[inline(always)]
        fn $sat(a: $bits) -> $int {
            convert::trunc_sat::<$format>(u64::from(a), $range) as $int
        }

        #[inline(always)]
        fn $trap(a: $bits) -> Result<$int, Trap> {
            convert::trunc::<$format>(u64::from(a), $range).map(|integer| integer as $int)
        }
    )* };
}

/// Operations of two operands in two parts: the short way, `None` where it does not find the result, and the long
/// way, which finds any.
macro_rules! two_ways {
    ($bits:ty, $($short:ident $long:ident = $try:path, $unusual:path;)*) => { $(
        #[inline(always)]
        pub(crate) fn $short(a: $bits, b: $bits) -> Option<$bits> {
            $try(u64::from(a), u64::from(b)).map(|bits| bits as $bits) // as in `same_format`
        }

        #[inline(always)]
        pub(crate) fn $long(a: $bits, b: $bits) -> $bits {
            $unusual(u64::from(a), u64::from(b)) as $bits
        }
    )* };
}

/// What ordinary numbers come to, without a call: of the operation of that name, where it is `Some`.
impl Soft {
    two_ways! { u32,
        try_f32_add long_f32_add = quick::try_add::<Binary32>, arith::add_unusual::<Binary32>;
        try_f32_sub long_f32_sub = quick::try_sub::<Binary32>, arith::sub_unusual::<Binary32>;
        try_f32_mul long_f32_mul = quick::try_mul::<Binary32>, arith::mul_unusual::<Binary32>;
        try_f32_div long_f32_div = quick::try_div::<Binary32>, arith::div_unusual::<Binary32>;
    }
    two_ways! { u64,
        try_f64_add long_f64_add = quick::try_add::<Binary64>, arith::add_unusual::<Binary64>;
        try_f64_sub long_f64_sub = quick::try_sub::<Binary64>, arith::sub_unusual::<Binary64>;
        try_f64_mul long_f64_mul = quick::try_mul::<Binary64>, arith::mul_unusual::<Binary64>;
        try_f64_div long_f64_div = quick::try_div::<Binary64>, arith::div_unusual::<Binary64>;
    }

    #[inline(always)]
    pub(crate) fn try_f32x4_add(a: [u32; 4], b: [u32; 4]) -> Option<[u32; 4]> {
        lanes::try_add(a, b)
    }

    #[inline(always)]
    pub(crate) fn try_f32x4_mul(a: [u32; 4], b: [u32; 4]) -> Option<[u32; 4]> {
        lanes::try_mul(a, b)
    }

    #[inline(always)]
    pub(crate) fn try_f32x4_mul_add(a: [u32; 4], b: [u32; 4], c: [u32; 4]) -> Option<[u32; 4]> {
        lanes::try_mul_add(a, b, c)
    }
}

impl Floats for Soft {
    same_format! { u32,
        f32_add(a b) = arith::add::<Binary32>;
        f32_sub(a b) = arith::sub::<Binary32>;
        f32_mul(a b) = arith::mul::<Binary32>;
        f32_div(a b) = arith::div::<Binary32>;
        f32_min(a b) = compare::min::<Binary32>;
        f32_max(a b) = compare::max::<Binary32>;
        f32_ceil(a) = convert::to_integral::<Binary32>, Towards::Positive;
        f32_floor(a) = convert::to_integral::<Binary32>, Towards::Negative;
        f32_trunc(a) = convert::to_integral::<Binary32>, Towards::Zero;
        f32_nearest(a) = convert::to_integral::<Binary32>, Towards::Nearest;
        f32_sqrt(a) = arith::sqrt::<Binary32>;
    }
    comparisons! { u32,
        f32_eq(a b) = true, compare::eq::<Binary32>, a b;
        f32_ne(a b) = false, compare::eq::<Binary32>, a b;
        f32_lt(a b) = true, compare::lt::<Binary32>, a b;
        f32_gt(a b) = true, compare::lt::<Binary32>, b a;
        f32_le(a b) = true, compare::le::<Binary32>, a b;
        f32_ge(a b) = true, compare::le::<Binary32>, b a;
    }

    same_format! { u64,
        f64_add(a b) = arith::add::<Binary64>;
        f64_sub(a b) = arith::sub::<Binary64>;
        f64_mul(a b) = arith::mul::<Binary64>;
        f64_div(a b) = arith::div::<Binary64>;
        f64_min(a b) = compare::min::<Binary64>;
        f64_max(a b) = compare::max::<Binary64>;
        f64_ceil(a) = convert::to_integral::<Binary64>, Towards::Positive;
        f64_floor(a) = convert::to_integral::<Binary64>, Towards::Negative;
        f64_trunc(a) = convert::to_integral::<Binary64>, Towards::Zero;
        f64_nearest(a) = convert::to_integral::<Binary64>, Towards::Nearest;
        f64_sqrt(a) = arith::sqrt::<Binary64>;
    }
    comparisons! { u64,
        f64_eq(a b) = true, compare::eq::<Binary64>, a b;
        f64_ne(a b) = false, compare::eq::<Binary64>, a b;
        f64_lt(a b) = true, compare::lt::<Binary64>, a b;
        f64_gt(a b) = true, compare::lt::<Binary64>, b a;
        f64_le(a b) = true, compare::le::<Binary64>, a b;
        f64_ge(a b) = true, compare::le::<Binary64>, b a;
    }

    converts! {
        f32_convert_i32_s(a: u32) -> u32 = Binary32, convert::split::<Binary32>((a as i32).into());
        f32_convert_i32_u(a: u32) -> u32 = Binary32, (0, u64::from(a));
        f32_convert_i64_s(a: u64) -> u32 = Binary32, convert::split::<Binary32>(a as i64);
        f32_convert_i64_u(a: u64) -> u32 = Binary32, (0, a);
        f64_convert_i32_s(a: u32) -> u64 = Binary64, convert::split::<Binary64>((a as i32).into());
        f64_convert_i32_u(a: u32) -> u64 = Binary64, (0, u64::from(a));
        f64_convert_i64_s(a: u64) -> u64 = Binary64, convert::split::<Binary64>(a as i64);
        f64_convert_i64_u(a: u64) -> u64 = Binary64, (0, a);
    }

    #[inline(always)]
    fn f32_demote_f64(a: u64) -> u32 {
        convert::demote(a) as u32 // as in `same_format`
    }

    #[inline(always)]
    fn f64_promote_f32(a: u32) -> u64 {
        convert::promote(u64::from(a))
    }

    truncates! {
        i32_trunc_sat_f32_s i32_trunc_f32_s(u32) -> u32 = Binary32, Range::I32_S;
        i32_trunc_sat_f32_u i32_trunc_f32_u(u32) -> u32 = Binary32, Range::I32_U;
        i32_trunc_sat_f64_s i32_trunc_f64_s(u64) -> u32 = Binary64, Range::I32_S;
        i32_trunc_sat_f64_u i32_trunc_f64_u(u64) -> u32 = Binary64, Range::I32_U;
        i64_trunc_sat_f32_s i64_trunc_f32_s(u32) -> u64 = Binary32, Range::I64_S;
        i64_trunc_sat_f32_u i64_trunc_f32_u(u32) -> u64 = Binary32, Range::I64_U;
        i64_trunc_sat_f64_s i64_trunc_f64_s(u64) -> u64 = Binary64, Range::I64_S;
        i64_trunc_sat_f64_u i64_trunc_f64_u(u64) -> u64 = Binary64, Range::I64_U;
    }
}
