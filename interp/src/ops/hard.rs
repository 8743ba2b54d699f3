//! The floats of the host: fast, but the sign and payload of a NaN are whatever the machine gives.
//!
//! Spec: Core 3.0, 4.3.3 and 4.3.4, where every NaN result but those of the sign operations is any
//! arithmetic NaN. Without `std` there is no rounding and no square root: [`Soft`](super::Soft) stands in.

use super::floats::Floats;
#[cfg(feature = "std")]
use super::floats::{F32_CANONICAL_NAN, F64_CANONICAL_NAN};
#[cfg(not(feature = "std"))]
use super::soft::Soft;
use crate::trap::Trap;

/// Non-deterministic mode: host arithmetic.
#[derive(Clone, Copy, Debug)]
pub struct Hard;

/// Operators that Rust's operator on floats carries out as IEEE 754 says.
macro_rules! arithmetic {
    ($float:ty, $bits:ty, $($name:ident $operator:tt)*) => { $(
        #[inline(always)]
        fn $name(a: $bits, b: $bits) -> $bits {
            (<$float>::from_bits(a) $operator <$float>::from_bits(b)).to_bits()
        }
    )* };
}

/// Comparisons that Rust's operator on floats carries out as IEEE 754 says.
macro_rules! comparisons {
    ($float:ty, $bits:ty, $($name:ident $operator:tt)*) => { $(
        #[inline(always)]
        fn $name(a: $bits, b: $bits) -> bool {
            <$float>::from_bits(a) $operator <$float>::from_bits(b)
        }
    )* };
}

/// `min` and `max`: not those of Rust, which pass over a NaN and leave open the order of zeros.
macro_rules! extremes {
    ($float:ty, $bits:ty, $($name:ident $operator:tt $zeros:tt)*) => { $(
        #[inline(always)]
        fn $name(a: $bits, b: $bits) -> $bits {
            let (x, y) = (<$float>::from_bits(a), <$float>::from_bits(b));
            if x $operator y {
                a
            } else if y $operator x {
                b
            } else if x == y {
                a $zeros b // the same bits, or zeros, where the sign decides
            } else {
                (x + y).to_bits() // a NaN is among them, and this makes it quiet
            }
        }
    )* };
}

/// Roundings and the square root. The functions behind some of them hand on a signalling NaN as it is, so
/// NaNs are made quiet here: all bits of the canonical NaN are set in a quiet one.
macro_rules! unary {
    ($float:ty, $bits:ty, $quiet:expr, $($name:ident $method:ident)*) => { $(
        #[cfg(feature = "std")]
        #[inline(always)]
        fn $name(a: $bits) -> $bits {
            let x = <$float>::from_bits(a);
            if x.is_nan() { a | $quiet } else { x.$method().to_bits() }
        }

        #[cfg(not(feature = "std"))]
        #[inline(always)]
        fn $name(a: $bits) -> $bits {
            Soft::$name(a)
        }
    )* };
}

/// Integers to floats: `as` rounds to nearest, ties to even.
macro_rules! converts {
    ($($name:ident ($unsigned:ty as $int:ty) -> $float:ty = $bits:ty;)*) => { $(
        #[inline(always)]
        fn $name(a: $unsigned) -> $bits {
            (a as $int as $float).to_bits()
        }
    )* };
}

/// Floats to integers: `as` saturates and turns a NaN into 0, as `trunc_sat` does. The trapping form first
/// asks whether the number lies between two floats, the nearest that are out of range if cut to an integer.
macro_rules! truncates {
    ($($sat:ident $trap:ident($bits:ty = $float:ty) -> $int:ty as $unsigned:ty,
       if $low:literal < x < $high:literal;)*) => { $(
        #[inline(always)]
        fn $sat(a: $bits) -> $unsigned {
            <$float>::from_bits(a) as $int as $unsigned
        }

        #[inline(always)]
        fn $trap(a: $bits) -> Result<$unsigned, Trap> {
            let x = <$float>::from_bits(a);
            if $low < x && x < $high {
                Ok(x as $int as $unsigned)
            } else if x.is_nan() {
                Err(Trap::BadConversionToInteger)
            } else {
                Err(Trap::IntegerOverflow)
            }
        }
    )* };
}

impl Floats for Hard {
    arithmetic!(f32, u32, f32_add + f32_sub - f32_mul * f32_div /);
    extremes!(f32, u32, f32_min < | f32_max > &);
    comparisons!(f32, u32, f32_eq == f32_ne != f32_lt < f32_gt > f32_le <= f32_ge >=);
    unary! { f32, u32, F32_CANONICAL_NAN,
        f32_ceil ceil f32_floor floor f32_trunc trunc f32_nearest round_ties_even f32_sqrt sqrt
    }

    arithmetic!(f64, u64, f64_add + f64_sub - f64_mul * f64_div /);
    extremes!(f64, u64, f64_min < | f64_max > &);
    comparisons!(f64, u64, f64_eq == f64_ne != f64_lt < f64_gt > f64_le <= f64_ge >=);
    unary! { f64, u64, F64_CANONICAL_NAN,
        f64_ceil ceil f64_floor floor f64_trunc trunc f64_nearest round_ties_even f64_sqrt sqrt
    }

    converts! {
        f32_convert_i32_s (u32 as i32) -> f32 = u32;
        f32_convert_i32_u (u32 as u32) -> f32 = u32;
        f32_convert_i64_s (u64 as i64) -> f32 = u32;
        f32_convert_i64_u (u64 as u64) -> f32 = u32;
        f64_convert_i32_s (u32 as i32) -> f64 = u64;
        f64_convert_i32_u (u32 as u32) -> f64 = u64;
        f64_convert_i64_s (u64 as i64) -> f64 = u64;
        f64_convert_i64_u (u64 as u64) -> f64 = u64;
    }

    #[inline(always)]
    fn f32_demote_f64(a: u64) -> u32 {
        (f64::from_bits(a) as f32).to_bits()
    }

    #[inline(always)]
    fn f64_promote_f32(a: u32) -> u64 {
        f64::from(f32::from_bits(a)).to_bits()
    }

    truncates! {
        i32_trunc_sat_f32_s i32_trunc_f32_s(u32 = f32) -> i32 as u32,
            if -2_147_483_904.0 < x < 2_147_483_648.0;
        i32_trunc_sat_f32_u i32_trunc_f32_u(u32 = f32) -> u32 as u32,
            if -1.0 < x < 4_294_967_296.0;
        i32_trunc_sat_f64_s i32_trunc_f64_s(u64 = f64) -> i32 as u32,
            if -2_147_483_649.0 < x < 2_147_483_648.0;
        i32_trunc_sat_f64_u i32_trunc_f64_u(u64 = f64) -> u32 as u32,
            if -1.0 < x < 4_294_967_296.0;
        i64_trunc_sat_f32_s i64_trunc_f32_s(u32 = f32) -> i64 as u64,
            if -9_223_373_136_366_403_584.0 < x < 9_223_372_036_854_775_808.0;
        i64_trunc_sat_f32_u i64_trunc_f32_u(u32 = f32) -> u64 as u64,
            if -1.0 < x < 18_446_744_073_709_551_616.0;
        i64_trunc_sat_f64_s i64_trunc_f64_s(u64 = f64) -> i64 as u64,
            if -9_223_372_036_854_777_856.0 < x < 9_223_372_036_854_775_808.0;
        i64_trunc_sat_f64_u i64_trunc_f64_u(u64 = f64) -> u64 as u64,
            if -1.0 < x < 18_446_744_073_709_551_616.0;
    }
}
