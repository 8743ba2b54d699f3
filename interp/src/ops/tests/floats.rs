//! Float instructions, by examples: what every mode must do, and what deterministic mode adds about NaNs.

use crate::ops::floats::{F32_CANONICAL_NAN, F64_CANONICAL_NAN};
use crate::ops::{DefaultSoft, Floats, Hard, Soft};
use crate::trap::Trap;

/// Signalling, negative, with a payload.
const SIGNALLING_32: u32 = 0xffa0_1234;
const SIGNALLING_64: u64 = 0xfff4_0000_0000_1234;
/// Quiet, with a payload.
const QUIET_32: u32 = 0x7fc0_1234;
const QUIET_64: u64 = 0x7ff8_0000_0000_1234;

/// The bits of a number.
fn s(x: f32) -> u32 {
    x.to_bits()
}

/// The bits of a number.
fn d(x: f64) -> u64 {
    x.to_bits()
}

/// Makes one test of each body for each mode.
macro_rules! each_mode {
    ($(fn $name:ident<$M:ident>() $body:block)*) => {
        mod every_mode {
            use super::*;

            $(
                fn $name<$M: Floats>() $body
            )*

            mod soft {
                $(
                    #[test]
                    fn $name() {
                        super::$name::<super::Soft>();
                    }
                )*
            }

            mod hard {
                $(
                    #[test]
                    fn $name() {
                        super::$name::<super::Hard>();
                    }
                )*
            }

            mod default {
                $(
                    #[test]
                    fn $name() {
                        super::$name::<super::DefaultSoft>();
                    }
                )*
            }
        }
    };
}

each_mode! {
    fn abs_neg_and_copysign_move_bits_of_nans_too<M>() {
        assert_eq!((M::f32_abs(SIGNALLING_32), M::f64_abs(SIGNALLING_64)), (0x7fa0_1234, 0x7ff4_0000_0000_1234));
        assert_eq!((M::f32_neg(SIGNALLING_32), M::f64_neg(SIGNALLING_64)), (0x7fa0_1234, 0x7ff4_0000_0000_1234));
        assert_eq!(M::f32_copysign(SIGNALLING_32, s(1.0)), 0x7fa0_1234);
        assert_eq!(M::f64_copysign(d(1.0), SIGNALLING_64), d(-1.0));
    }

    fn min_and_max_put_negative_zero_below_zero<M>() {
        assert_eq!((M::f32_min(s(0.0), s(-0.0)), M::f32_min(s(-0.0), s(0.0))), (s(-0.0), s(-0.0)));
        assert_eq!((M::f32_max(s(0.0), s(-0.0)), M::f32_max(s(-0.0), s(0.0))), (s(0.0), s(0.0)));
        assert_eq!((M::f64_min(d(0.0), d(-0.0)), M::f64_min(d(-0.0), d(0.0))), (d(-0.0), d(-0.0)));
        assert_eq!((M::f64_max(d(0.0), d(-0.0)), M::f64_max(d(-0.0), d(0.0))), (d(0.0), d(0.0)));
        assert_eq!((M::f64_min(d(-2.0), d(-3.0)), M::f64_max(d(-2.0), d(-3.0))), (d(-3.0), d(-2.0)));
    }

    fn min_and_max_give_a_quiet_nan_if_either_is_one<M>() {
        for (a, b) in [(SIGNALLING_32, s(1.0)), (s(1.0), SIGNALLING_32), (QUIET_32, s(-1.0)), (s(0.0), QUIET_32)] {
            for nan in [M::f32_min(a, b), M::f32_max(a, b)] {
                assert_eq!(nan & F32_CANONICAL_NAN, F32_CANONICAL_NAN);
            }
        }
        for (a, b) in [(SIGNALLING_64, d(1.0)), (d(1.0), SIGNALLING_64), (QUIET_64, d(-1.0)), (d(0.0), QUIET_64)] {
            for nan in [M::f64_min(a, b), M::f64_max(a, b)] {
                assert_eq!(nan & F64_CANONICAL_NAN, F64_CANONICAL_NAN);
            }
        }
    }

    fn roundings_roots_and_conversions_make_a_nan_quiet<M>() {
        for nan in [
            M::f32_ceil(SIGNALLING_32),
            M::f32_floor(SIGNALLING_32),
            M::f32_trunc(SIGNALLING_32),
            M::f32_nearest(SIGNALLING_32),
            M::f32_sqrt(SIGNALLING_32),
            M::f32_demote_f64(SIGNALLING_64),
        ] {
            assert_eq!(nan & F32_CANONICAL_NAN, F32_CANONICAL_NAN);
        }
        for nan in [
            M::f64_ceil(SIGNALLING_64),
            M::f64_floor(SIGNALLING_64),
            M::f64_trunc(SIGNALLING_64),
            M::f64_nearest(SIGNALLING_64),
            M::f64_sqrt(SIGNALLING_64),
            M::f64_promote_f32(SIGNALLING_32),
        ] {
            assert_eq!(nan & F64_CANONICAL_NAN, F64_CANONICAL_NAN);
        }
    }

    fn every_comparison_but_ne_is_false_on_a_nan<M>() {
        for (a, b) in [(QUIET_32, s(1.0)), (s(1.0), SIGNALLING_32), (QUIET_32, QUIET_32)] {
            assert!(M::f32_ne(a, b));
            assert!(!M::f32_eq(a, b) && !M::f32_lt(a, b) && !M::f32_gt(a, b) && !M::f32_le(a, b) && !M::f32_ge(a, b));
        }
        for (a, b) in [(QUIET_64, d(1.0)), (d(1.0), SIGNALLING_64), (QUIET_64, QUIET_64)] {
            assert!(M::f64_ne(a, b));
            assert!(!M::f64_eq(a, b) && !M::f64_lt(a, b) && !M::f64_gt(a, b) && !M::f64_le(a, b) && !M::f64_ge(a, b));
        }
    }

    fn zeros_compare_equal<M>() {
        assert!(M::f32_eq(s(0.0), s(-0.0)) && M::f32_le(s(0.0), s(-0.0)) && !M::f32_lt(s(-0.0), s(0.0)));
        assert!(M::f64_eq(d(0.0), d(-0.0)) && M::f64_ge(d(-0.0), d(0.0)) && !M::f64_gt(d(0.0), d(-0.0)));
        assert!(!M::f64_ne(d(0.0), d(-0.0)));
    }

    fn roundings_keep_the_sign_of_zero<M>() {
        assert_eq!((M::f32_ceil(s(-0.5)), M::f32_trunc(s(-0.5)), M::f32_nearest(s(-0.5))), (s(-0.0), s(-0.0), s(-0.0)));
        assert_eq!((M::f64_ceil(d(-0.5)), M::f64_trunc(d(-0.5)), M::f64_nearest(d(-0.5))), (d(-0.0), d(-0.0), d(-0.0)));
        assert_eq!((M::f64_floor(d(-0.0)), M::f64_floor(d(-0.5)), M::f64_ceil(d(0.25))), (d(-0.0), d(-1.0), d(1.0)));
    }

    fn nearest_goes_to_the_even_integer_on_a_tie<M>() {
        for (from, to) in [(0.5, 0.0), (1.5, 2.0), (2.5, 2.0), (3.5, 4.0), (-1.5, -2.0), (-2.5, -2.0), (8388607.5, 8388608.0)] {
            assert_eq!(M::f32_nearest(s(from)), s(to), "{from}");
            assert_eq!(M::f64_nearest(d(from.into())), d(to.into()), "{from}");
        }
        assert_eq!(M::f64_nearest(d(4503599627370495.5)), d(4503599627370496.0));
    }

    fn a_sum_that_cancels_is_positive_zero<M>() {
        assert_eq!((M::f32_sub(s(1.5), s(1.5)), M::f32_add(s(-1.5), s(1.5))), (s(0.0), s(0.0)));
        assert_eq!((M::f64_add(d(-0.0), d(0.0)), M::f64_add(d(-0.0), d(-0.0))), (d(0.0), d(-0.0)));
        assert_eq!((M::f64_sub(d(-0.0), d(0.0)), M::f64_sub(d(0.0), d(0.0))), (d(-0.0), d(0.0)));
    }

    fn division_by_zero_is_an_infinity<M>() {
        assert_eq!((M::f32_div(s(1.0), s(-0.0)), M::f64_div(d(-1.0), d(-0.0))), (s(f32::NEG_INFINITY), d(f64::INFINITY)));
    }

    fn subnormal_numbers_are_kept<M>() {
        assert_eq!((M::f32_add(1, 1), M::f64_add(1, 1)), (2, 2));
        assert_eq!((M::f32_div(0x0080_0000, s(2.0)), M::f64_mul(0x0010_0000_0000_0000, d(0.5))), (0x0040_0000, 0x0008_0000_0000_0000));
        assert_eq!((M::f32_demote_f64(d(1e-45)), M::f64_promote_f32(1)), (1, 0x36a0_0000_0000_0000));
    }

    fn the_square_root_of_negative_zero_is_itself<M>() {
        assert_eq!((M::f32_sqrt(s(-0.0)), M::f64_sqrt(d(-0.0))), (s(-0.0), d(-0.0)));
        assert_eq!((M::f32_sqrt(s(2.25)), M::f64_sqrt(d(2.25))), (s(1.5), d(1.5)));
    }

    fn conversions_from_64_bits_round_once<M>() {
        // Through f64 this would first become the tie 2^61 + 2^37, and then 2^61.
        let above_tie = (1 << 61) + (1 << 37) + 1;
        assert_eq!(M::f32_convert_i64_u(above_tie), s(2305843284091600896.0));
        assert_eq!(M::f32_convert_i64_s(above_tie.wrapping_neg()), s(-2305843284091600896.0));
        assert_eq!((M::f64_convert_i64_u(u64::MAX), M::f64_convert_i64_s(u64::MAX)), (d(18446744073709551616.0), d(-1.0)));
        assert_eq!((M::f32_convert_i32_u(u32::MAX), M::f32_convert_i32_s(u32::MAX)), (s(4294967296.0), s(-1.0)));
        assert_eq!((M::f64_convert_i32_u(1 << 31), M::f64_convert_i32_s(1 << 31)), (d(2147483648.0), d(-2147483648.0)));
    }

    fn trunc_traps_by_its_cause<M>() {
        use Trap::{BadConversionToInteger, IntegerOverflow};
        for nan in [QUIET_32, SIGNALLING_32] {
            assert_eq!((M::i32_trunc_f32_s(nan), M::i32_trunc_f32_u(nan)), (Err(BadConversionToInteger), Err(BadConversionToInteger)));
            assert_eq!((M::i64_trunc_f32_s(nan), M::i64_trunc_f32_u(nan)), (Err(BadConversionToInteger), Err(BadConversionToInteger)));
        }
        for nan in [QUIET_64, SIGNALLING_64] {
            assert_eq!((M::i32_trunc_f64_s(nan), M::i32_trunc_f64_u(nan)), (Err(BadConversionToInteger), Err(BadConversionToInteger)));
            assert_eq!((M::i64_trunc_f64_s(nan), M::i64_trunc_f64_u(nan)), (Err(BadConversionToInteger), Err(BadConversionToInteger)));
        }
        for infinity in [f32::INFINITY, f32::NEG_INFINITY] {
            assert_eq!((M::i32_trunc_f32_s(s(infinity)), M::i64_trunc_f32_u(s(infinity))), (Err(IntegerOverflow), Err(IntegerOverflow)));
        }
    }

    fn trunc_takes_exactly_what_the_type_holds<M>() {
        let overflow = Trap::IntegerOverflow;
        assert_eq!(M::i32_trunc_f64_s(d(2147483647.9)), Ok(0x7fff_ffff));
        assert_eq!(M::i32_trunc_f64_s(d(2147483648.0)), Err(overflow));
        assert_eq!(M::i32_trunc_f64_s(d(-2147483648.9)), Ok(0x8000_0000));
        assert_eq!(M::i32_trunc_f64_s(d(-2147483649.0)), Err(overflow));
        assert_eq!(M::i32_trunc_f64_u(d(4294967295.9)), Ok(u32::MAX));
        assert_eq!(M::i32_trunc_f64_u(d(4294967296.0)), Err(overflow));
        assert_eq!((M::i32_trunc_f64_u(d(-0.9)), M::i32_trunc_f64_u(d(-1.0))), (Ok(0), Err(overflow)));
        assert_eq!((M::i32_trunc_f32_s(s(-2147483648.0)), M::i32_trunc_f32_s(s(2147483648.0))), (Ok(1 << 31), Err(overflow)));
        assert_eq!((M::i32_trunc_f32_u(s(4294967040.0)), M::i32_trunc_f32_u(s(4294967296.0))), (Ok(0xffff_ff00), Err(overflow)));
        assert_eq!((M::i64_trunc_f64_s(d(-9223372036854775808.0)), M::i64_trunc_f64_s(d(9223372036854775808.0))), (Ok(1 << 63), Err(overflow)));
        assert_eq!((M::i64_trunc_f64_u(d(18446744073709549568.0)), M::i64_trunc_f64_u(d(18446744073709551616.0))), (Ok(0xffff_ffff_ffff_f800), Err(overflow)));
        assert_eq!((M::i64_trunc_f32_s(s(-1.9)), M::i64_trunc_f32_u(s(-0.9))), (Ok(u64::MAX), Ok(0)));
    }

    fn trunc_sat_gives_the_nearest_bound_and_zero_for_a_nan<M>() {
        assert_eq!((M::i32_trunc_sat_f32_s(s(3e9)), M::i32_trunc_sat_f32_u(s(5e9))), (0x7fff_ffff, u32::MAX));
        assert_eq!((M::i32_trunc_sat_f32_s(s(-3e9)), M::i32_trunc_sat_f32_u(s(-3e9))), (0x8000_0000, 0));
        assert_eq!((M::i64_trunc_sat_f64_s(d(1e19)), M::i64_trunc_sat_f64_u(d(1e20))), (i64::MAX as u64, u64::MAX));
        assert_eq!((M::i64_trunc_sat_f64_s(d(f64::NEG_INFINITY)), M::i64_trunc_sat_f64_u(d(f64::NEG_INFINITY))), (1 << 63, 0));
        assert_eq!((M::i32_trunc_sat_f64_s(SIGNALLING_64), M::i32_trunc_sat_f64_u(QUIET_64)), (0, 0));
        assert_eq!((M::i64_trunc_sat_f32_s(SIGNALLING_32), M::i64_trunc_sat_f32_u(QUIET_32)), (0, 0));
        assert_eq!((M::i32_trunc_sat_f64_s(d(-1.9)), M::i64_trunc_sat_f32_u(s(1.9))), (u32::MAX, 1));
    }
}

#[test]
fn in_deterministic_mode_every_nan_that_is_made_is_the_canonical_one() {
    fn check<M: Floats>() {
        for nan in [SIGNALLING_32, QUIET_32, 0xffc0_0000, F32_CANONICAL_NAN] {
            let one = s(1.0);
            for f in [M::f32_add, M::f32_sub, M::f32_mul, M::f32_div, M::f32_min, M::f32_max] {
                assert_eq!(
                    (f(nan, one), f(one, nan), f(nan, nan)),
                    (F32_CANONICAL_NAN, F32_CANONICAL_NAN, F32_CANONICAL_NAN)
                );
            }
            for f in [M::f32_ceil, M::f32_floor, M::f32_trunc, M::f32_nearest, M::f32_sqrt] {
                assert_eq!(f(nan), F32_CANONICAL_NAN);
            }
            assert_eq!(M::f64_promote_f32(nan), F64_CANONICAL_NAN);
        }
        for nan in [SIGNALLING_64, QUIET_64, 0xfff8_0000_0000_0000, F64_CANONICAL_NAN] {
            let one = d(1.0);
            for f in [M::f64_add, M::f64_sub, M::f64_mul, M::f64_div, M::f64_min, M::f64_max] {
                assert_eq!(
                    (f(nan, one), f(one, nan), f(nan, nan)),
                    (F64_CANONICAL_NAN, F64_CANONICAL_NAN, F64_CANONICAL_NAN)
                );
            }
            for f in [M::f64_ceil, M::f64_floor, M::f64_trunc, M::f64_nearest, M::f64_sqrt] {
                assert_eq!(f(nan), F64_CANONICAL_NAN);
            }
            assert_eq!(M::f32_demote_f64(nan), F32_CANONICAL_NAN);
        }
        let infinity = d(f64::INFINITY);
        assert_eq!(M::f64_sub(infinity, infinity), F64_CANONICAL_NAN);
        assert_eq!(M::f64_mul(infinity, d(-0.0)), F64_CANONICAL_NAN);
        assert_eq!(
            (M::f64_div(infinity, infinity), M::f64_div(0, 0)),
            (F64_CANONICAL_NAN, F64_CANONICAL_NAN)
        );
        assert_eq!(M::f64_sqrt(d(-1.0)), F64_CANONICAL_NAN);
    }
    check::<Soft>();
    check::<DefaultSoft>();
}
