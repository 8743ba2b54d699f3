//! Integer instructions, by examples that tell each from its neighbours in the list.

use crate::ops::int::*;
use crate::trap::Trap;

const MINUS_1: u32 = u32::MAX;
const MIN_32: u32 = 1 << 31;
const MAX_32: u32 = MIN_32 - 1;
const MINUS_1L: u64 = u64::MAX;
const MIN_64: u64 = 1 << 63;
const MAX_64: u64 = MIN_64 - 1;

mod arithmetic {
    use super::*;

    #[test]
    fn add_sub_and_mul_wrap_around() {
        assert_eq!((i32_add(MAX_32, 1), i64_add(MAX_64, 1)), (MIN_32, MIN_64));
        assert_eq!((i32_sub(0, 1), i64_sub(0, 1)), (MINUS_1, MINUS_1L));
        assert_eq!((i32_sub(5, 3), i64_sub(5, 3)), (2, 2));
        assert_eq!(
            (i32_mul(0x1_0001, 0x1_0001), i64_mul(0x1_0000_0001, 0x1_0000_0001)),
            (0x2_0001, 0x2_0000_0001)
        );
    }

    #[test]
    fn and_or_and_xor_work_bit_by_bit() {
        assert_eq!((i32_and(0b1100, 0b1010), i64_and(0b1100, 0b1010)), (0b1000, 0b1000));
        assert_eq!((i32_or(0b1100, 0b1010), i64_or(0b1100, 0b1010)), (0b1110, 0b1110));
        assert_eq!((i32_xor(0b1100, 0b1010), i64_xor(0b1100, 0b1010)), (0b0110, 0b0110));
    }
}

mod shifts {
    use super::*;

    #[test]
    fn count_modulo_the_width() {
        assert_eq!((i32_shl(1, 33), i64_shl(1, 65)), (2, 2));
        assert_eq!((i32_shr_u(4, 33), i64_shr_u(4, 65)), (2, 2));
        assert_eq!((i32_shr_s(4, 33), i64_shr_s(4, 65)), (2, 2));
        assert_eq!((i32_rotl(4, 33), i64_rotl(4, 65)), (8, 8));
        assert_eq!((i32_rotr(4, 33), i64_rotr(4, 65)), (2, 2));
        assert_eq!((i32_shl(1, MINUS_1), i64_shl(1, MINUS_1L)), (MIN_32, MIN_64));
        assert_eq!((i32_rotl(1, MINUS_1), i64_rotl(1, MINUS_1L)), (MIN_32, MIN_64));
    }

    #[test]
    fn of_64_bits_count_by_the_low_bits_alone() {
        let count = (1 << 32) | 1;
        assert_eq!((i64_shl(2, count), i64_shr_u(2, count), i64_shr_s(2, count)), (4, 1, 1));
        assert_eq!((i64_rotl(2, count), i64_rotr(2, count)), (4, 1));
    }

    #[test]
    fn to_the_right_fill_with_the_sign_or_with_zeros() {
        assert_eq!((i32_shr_s(MIN_32, 31), i64_shr_s(MIN_64, 63)), (MINUS_1, MINUS_1L));
        assert_eq!((i32_shr_u(MIN_32, 31), i64_shr_u(MIN_64, 63)), (1, 1));
    }

    #[test]
    fn rotations_bring_the_bits_back() {
        assert_eq!((i32_rotl(MIN_32 | 2, 1), i64_rotl(MIN_64 | 2, 1)), (5, 5));
        assert_eq!((i32_rotr(5, 1), i64_rotr(5, 1)), (MIN_32 | 2, MIN_64 | 2));
        assert_eq!((i32_rotr(5, 0), i64_rotr(5, 0)), (5, 5));
    }
}

mod division {
    use super::*;

    #[test]
    fn by_zero_traps() {
        for f in [i32_div_s, i32_div_u, i32_rem_s, i32_rem_u] {
            assert_eq!(
                (f(7, 0), f(MIN_32, 0)),
                (Err(Trap::IntegerDivideByZero), Err(Trap::IntegerDivideByZero))
            );
        }
        for f in [i64_div_s, i64_div_u, i64_rem_s, i64_rem_u] {
            assert_eq!(
                (f(7, 0), f(MIN_64, 0)),
                (Err(Trap::IntegerDivideByZero), Err(Trap::IntegerDivideByZero))
            );
        }
    }

    #[test]
    fn div_s_of_min_by_minus_one_traps_integer_overflow() {
        assert_eq!(i32_div_s(MIN_32, MINUS_1), Err(Trap::IntegerOverflow));
        assert_eq!(i64_div_s(MIN_64, MINUS_1L), Err(Trap::IntegerOverflow));
    }

    #[test]
    fn rem_s_of_min_by_minus_one_is_zero() {
        assert_eq!((i32_rem_s(MIN_32, MINUS_1), i64_rem_s(MIN_64, MINUS_1L)), (Ok(0), Ok(0)));
    }

    #[test]
    fn unsigned_takes_min_and_minus_one_as_they_are() {
        assert_eq!((i32_div_u(MIN_32, MINUS_1), i64_div_u(MIN_64, MINUS_1L)), (Ok(0), Ok(0)));
        assert_eq!((i32_rem_u(MIN_32, MINUS_1), i64_rem_u(MIN_64, MINUS_1L)), (Ok(MIN_32), Ok(MIN_64)));
        assert_eq!((i32_div_u(MINUS_1, 2), i64_div_u(MINUS_1L, 2)), (Ok(MAX_32), Ok(MAX_64)));
        assert_eq!((i32_rem_u(MINUS_1, 4), i64_rem_u(MINUS_1L, 4)), (Ok(3), Ok(3)));
    }

    #[test]
    fn signed_goes_towards_zero_and_the_remainder_has_the_sign_of_the_dividend() {
        let minus = u32::wrapping_neg;
        assert_eq!((i32_div_s(minus(7), 2), i32_rem_s(minus(7), 2)), (Ok(minus(3)), Ok(minus(1))));
        assert_eq!((i32_div_s(7, minus(2)), i32_rem_s(7, minus(2))), (Ok(minus(3)), Ok(1)));
        let minus = u64::wrapping_neg;
        assert_eq!((i64_div_s(minus(7), 2), i64_rem_s(minus(7), 2)), (Ok(minus(3)), Ok(minus(1))));
        assert_eq!((i64_div_s(7, minus(2)), i64_rem_s(7, minus(2))), (Ok(minus(3)), Ok(1)));
    }
}

mod comparison {
    use super::*;

    /// Each function on (1, 2), (2, 2), (2, 1), and on (-1, 1), where signed and unsigned part.
    #[test]
    fn each_holds_where_its_name_says() {
        let on_32 = |f: fn(u32, u32) -> bool| [f(1, 2), f(2, 2), f(2, 1), f(MINUS_1, 1)];
        let on_64 = |f: fn(u64, u64) -> bool| [f(1, 2), f(2, 2), f(2, 1), f(MINUS_1L, 1)];
        let (yes, no) = (true, false);
        for (name, f, g, holds) in [
            ("eq", i32_eq as fn(u32, u32) -> bool, i64_eq as fn(u64, u64) -> bool, [no, yes, no, no]),
            ("ne", i32_ne, i64_ne, [yes, no, yes, yes]),
            ("lt_s", i32_lt_s, i64_lt_s, [yes, no, no, yes]),
            ("lt_u", i32_lt_u, i64_lt_u, [yes, no, no, no]),
            ("gt_s", i32_gt_s, i64_gt_s, [no, no, yes, no]),
            ("gt_u", i32_gt_u, i64_gt_u, [no, no, yes, yes]),
            ("le_s", i32_le_s, i64_le_s, [yes, yes, no, yes]),
            ("le_u", i32_le_u, i64_le_u, [yes, yes, no, no]),
            ("ge_s", i32_ge_s, i64_ge_s, [no, yes, yes, no]),
            ("ge_u", i32_ge_u, i64_ge_u, [no, yes, yes, yes]),
        ] {
            assert_eq!((on_32(f), on_64(g)), (holds, holds), "{name}");
        }
    }

    #[test]
    fn all_bits_count() {
        assert!(i64_ne(1 << 32, 0) && !i64_eq(1 << 32, 0) && !i64_eqz(1 << 32));
        assert!(i32_eqz(0) && i64_eqz(0) && !i32_eqz(MIN_32));
    }
}

mod unary {
    use super::*;

    #[test]
    fn clz_ctz_and_popcnt_count() {
        assert_eq!((i32_clz(0), i32_ctz(0), i32_popcnt(0)), (32, 32, 0));
        assert_eq!((i64_clz(0), i64_ctz(0), i64_popcnt(0)), (64, 64, 0));
        assert_eq!((i32_clz(0b1010), i32_ctz(0b1000), i32_popcnt(0b1010)), (28, 3, 2));
        assert_eq!((i64_clz(0b1010), i64_ctz(0b1000), i64_popcnt(0b1011)), (60, 3, 3));
        assert_eq!((i32_popcnt(MINUS_1), i64_popcnt(MINUS_1L)), (32, 64));
    }

    #[test]
    fn extensions_copy_the_sign_of_the_low_part() {
        assert_eq!((i32_extend8_s(0x1280), i64_extend8_s(0x1280)), (0xffff_ff80, 0xffff_ffff_ffff_ff80));
        assert_eq!((i32_extend8_s(0xff7f), i64_extend8_s(0xff7f)), (0x7f, 0x7f));
        assert_eq!(
            (i32_extend16_s(0x1_8000), i64_extend16_s(0x1_8000)),
            (0xffff_8000, 0xffff_ffff_ffff_8000)
        );
        assert_eq!((i32_extend16_s(0xff_7fff), i64_extend16_s(0xff_7fff)), (0x7fff, 0x7fff));
        assert_eq!(i64_extend32_s(0x1_8000_0000), 0xffff_ffff_8000_0000);
        assert_eq!(i64_extend32_s(0xff_7fff_ffff), 0x7fff_ffff);
    }

    #[test]
    fn conversions_between_widths() {
        assert_eq!(i32_wrap_i64(0xdead_beef_8000_0001), 0x8000_0001);
        assert_eq!(
            (i64_extend_i32_s(MIN_32), i64_extend_i32_u(MIN_32)),
            (0xffff_ffff_8000_0000, 0x8000_0000)
        );
    }

    #[test]
    fn reinterpretations_keep_every_bit() {
        let signalling = (0xffa0_0001, 0xfff4_0000_0000_0001);
        assert_eq!((i32_reinterpret_f32(signalling.0), i64_reinterpret_f64(signalling.1)), signalling);
        assert_eq!((f32_reinterpret_i32(signalling.0), f64_reinterpret_i64(signalling.1)), signalling);
    }
}
