//! The floats of Berkeley SoftFloat 3, in C: the reference that [`Soft`](super::Soft) is proven against.
//!
//! For x86-64 Linux alone: the crate does not build elsewhere. Its feature `riscv` makes every NaN result
//! canonical. What the library has no function for, or answers in another way than WebAssembly does, is put
//! together here from what it has: `min`, `max`, and which floats an integer type holds.

use softfloat_wrapper::{F32, F64, Float, RoundingMode};

use super::floats::{F32_CANONICAL_NAN, F64_CANONICAL_NAN, Floats};
use crate::trap::Trap;

/// Deterministic mode by the C reference. Nothing here is inlined: the wrapper passes pointers to its own
/// stack to C, and a handler that holds such a pointer cannot end in a sibling call.
#[derive(Clone, Copy, Debug)]
pub struct Berkeley;

/// The one rounding of WebAssembly.
const NEAREST: RoundingMode = RoundingMode::TiesToEven;

/// Operators that round.
macro_rules! arithmetic {
    ($float:ty, $bits:ty, $($name:ident $method:ident)*) => { $(
        #[inline(never)]
        fn $name(a: $bits, b: $bits) -> $bits {
            <$float>::from_bits(a).$method(<$float>::from_bits(b), NEAREST).to_bits()
        }
    )* };
}

/// Quiet comparisons.
macro_rules! comparisons {
    ($float:ty, $bits:ty, $($name:ident($a:ident $b:ident) = $is:literal, $first:ident $method:ident $second:ident;)*) => { $(
        #[inline(never)]
        fn $name($a: $bits, $b: $bits) -> bool {
            <$float>::from_bits($first).$method(<$float>::from_bits($second)) == $is
        }
    )* };
}

/// `min` and `max`, from the comparison.
macro_rules! extremes {
    ($float:ty, $bits:ty, $nan:expr, $min:ident $max:ident) => {
        #[inline(never)]
        fn $min(a: $bits, b: $bits) -> $bits {
            let (x, y) = (<$float>::from_bits(a), <$float>::from_bits(b));
            if x.lt_quiet(y) {
                a
            } else if y.lt_quiet(x) {
                b
            } else if x.eq(y) {
                a | b // the same bits, or zeros, where the sign decides
            } else {
                $nan
            }
        }

        #[inline(never)]
        fn $max(a: $bits, b: $bits) -> $bits {
            let (x, y) = (<$float>::from_bits(a), <$float>::from_bits(b));
            if x.lt_quiet(y) {
                b
            } else if y.lt_quiet(x) {
                a
            } else if x.eq(y) {
                a & b // as above
            } else {
                $nan
            }
        }
    };
}

/// Roundings to an integer, and the square root.
macro_rules! unary {
    ($float:ty, $bits:ty, $sqrt:ident, $($name:ident $mode:ident)*) => {
        #[inline(never)]
        fn $sqrt(a: $bits) -> $bits {
            <$float>::from_bits(a).sqrt(NEAREST).to_bits()
        }

        $(
            #[inline(never)]
            fn $name(a: $bits) -> $bits {
                <$float>::from_bits(a).round_to_integral(RoundingMode::$mode).to_bits()
            }
        )*
    };
}

/// Integers to floats.
macro_rules! converts {
    ($($name:ident($unsigned:ty as $int:ty) -> $bits:ty = $float:ident $method:ident;)*) => { $(
        #[inline(never)]
        fn $name(a: $unsigned) -> $bits {
            $float::$method(a as $int, NEAREST).to_bits()
        }
    )* };
}

/// Floats to integers. The library saturates in a way of its own, so it is only asked about numbers between
/// two floats that are out of range, compared as `f64`, which holds every `f32`.
macro_rules! truncates {
    ($($sat:ident $trap:ident($bits:ty = $float:ident $widen:ident) -> $int:ty as $unsigned:ty, $method:ident,
       if $low:literal < x < $high:literal;)*) => { $(
        #[inline(never)]
        fn $trap(a: $bits) -> Result<$unsigned, Trap> {
            let (low, high) = (F64::from_bits(f64::to_bits($low)), F64::from_bits(f64::to_bits($high)));
            let x = $float::from_bits(a);
            let wide = $widen(x);
            if low.lt_quiet(wide) && wide.lt_quiet(high) {
                Ok(x.$method(RoundingMode::TowardZero, false) as $unsigned)
            } else if x.is_nan() {
                Err(Trap::BadConversionToInteger)
            } else {
                Err(Trap::IntegerOverflow)
            }
        }

        #[inline(never)]
        fn $sat(a: $bits) -> $unsigned {
            match Self::$trap(a) {
                Ok(integer) => integer,
                Err(Trap::BadConversionToInteger) => 0,
                Err(_) if $float::from_bits(a).is_negative() => <$int>::MIN as $unsigned,
                Err(_) => <$int>::MAX as $unsigned,
            }
        }
    )* };
}

/// An `f32` as the `f64` of the same number.
#[inline(never)]
fn widen(a: F32) -> F64 {
    a.to_f64(NEAREST)
}

/// An `f64` as it is.
#[inline(never)]
fn same(a: F64) -> F64 {
    a
}

impl Floats for Berkeley {
    arithmetic!(F32, u32, f32_add add f32_sub sub f32_mul mul f32_div div);
    extremes!(F32, u32, F32_CANONICAL_NAN, f32_min f32_max);
    comparisons! { F32, u32,
        f32_eq(a b) = true, a eq b;
        f32_ne(a b) = false, a eq b;
        f32_lt(a b) = true, a lt_quiet b;
        f32_gt(a b) = true, b lt_quiet a;
        f32_le(a b) = true, a le_quiet b;
        f32_ge(a b) = true, b le_quiet a;
    }
    unary! { F32, u32, f32_sqrt,
        f32_ceil TowardPositive f32_floor TowardNegative f32_trunc TowardZero f32_nearest TiesToEven
    }

    arithmetic!(F64, u64, f64_add add f64_sub sub f64_mul mul f64_div div);
    extremes!(F64, u64, F64_CANONICAL_NAN, f64_min f64_max);
    comparisons! { F64, u64,
        f64_eq(a b) = true, a eq b;
        f64_ne(a b) = false, a eq b;
        f64_lt(a b) = true, a lt_quiet b;
        f64_gt(a b) = true, b lt_quiet a;
        f64_le(a b) = true, a le_quiet b;
        f64_ge(a b) = true, b le_quiet a;
    }
    unary! { F64, u64, f64_sqrt,
        f64_ceil TowardPositive f64_floor TowardNegative f64_trunc TowardZero f64_nearest TiesToEven
    }

    converts! {
        f32_convert_i32_s(u32 as i32) -> u32 = F32 from_i32;
        f32_convert_i32_u(u32 as u32) -> u32 = F32 from_u32;
        f32_convert_i64_s(u64 as i64) -> u32 = F32 from_i64;
        f32_convert_i64_u(u64 as u64) -> u32 = F32 from_u64;
        f64_convert_i32_s(u32 as i32) -> u64 = F64 from_i32;
        f64_convert_i32_u(u32 as u32) -> u64 = F64 from_u32;
        f64_convert_i64_s(u64 as i64) -> u64 = F64 from_i64;
        f64_convert_i64_u(u64 as u64) -> u64 = F64 from_u64;
    }

    #[inline(never)]
    fn f32_demote_f64(a: u64) -> u32 {
        F64::from_bits(a).to_f32(NEAREST).to_bits()
    }

    #[inline(never)]
    fn f64_promote_f32(a: u32) -> u64 {
        widen(F32::from_bits(a)).to_bits()
    }

    truncates! {
        i32_trunc_sat_f32_s i32_trunc_f32_s(u32 = F32 widen) -> i32 as u32, to_i32,
            if -2_147_483_649.0 < x < 2_147_483_648.0;
        i32_trunc_sat_f32_u i32_trunc_f32_u(u32 = F32 widen) -> u32 as u32, to_u32,
            if -1.0 < x < 4_294_967_296.0;
        i32_trunc_sat_f64_s i32_trunc_f64_s(u64 = F64 same) -> i32 as u32, to_i32,
            if -2_147_483_649.0 < x < 2_147_483_648.0;
        i32_trunc_sat_f64_u i32_trunc_f64_u(u64 = F64 same) -> u32 as u32, to_u32,
            if -1.0 < x < 4_294_967_296.0;
        i64_trunc_sat_f32_s i64_trunc_f32_s(u32 = F32 widen) -> i64 as u64, to_i64,
            if -9_223_372_036_854_777_856.0 < x < 9_223_372_036_854_775_808.0;
        i64_trunc_sat_f32_u i64_trunc_f32_u(u32 = F32 widen) -> u64 as u64, to_u64,
            if -1.0 < x < 18_446_744_073_709_551_616.0;
        i64_trunc_sat_f64_s i64_trunc_f64_s(u64 = F64 same) -> i64 as u64, to_i64,
            if -9_223_372_036_854_777_856.0 < x < 9_223_372_036_854_775_808.0;
        i64_trunc_sat_f64_u i64_trunc_f64_u(u64 = F64 same) -> u64 as u64, to_u64,
            if -1.0 < x < 18_446_744_073_709_551_616.0;
    }
}
