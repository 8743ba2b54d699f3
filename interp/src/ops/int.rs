//! Integer instructions, one function each, named as in the specification with `.` as `_`.
//!
//! Spec: Core 3.0, 4.3.2 Integer Operations, and the integer part of 4.3.4 Conversions. Operands are
//! unsigned; a signed operation reads them as two's complement. Casts with `as` here are of three kinds, all
//! meant: between signed and unsigned of one width (the same bits), to a narrower type (`wrap`, `extend8_s`:
//! the low bits), and from signed to wider (sign extension).

use crate::trap::Trap;

/// Writes what is the same for `i32` and `i64`, given the unsigned and the signed type of that width.
macro_rules! same_for_each_width {
    ($u:ty, $s:ty, {
        $add:ident $sub:ident $mul:ident $and:ident $or:ident $xor:ident
        $shl:ident $shr_s:ident $shr_u:ident $rotl:ident $rotr:ident
        $div_s:ident $div_u:ident $rem_s:ident $rem_u:ident
        $eqz:ident $eq:ident $ne:ident $lt_s:ident $lt_u:ident $gt_s:ident $gt_u:ident
        $le_s:ident $le_u:ident $ge_s:ident $ge_u:ident
        $clz:ident $ctz:ident $popcnt:ident $extend8_s:ident $extend16_s:ident
    }) => {
        /// `iadd`: the sum, modulo 2^N.
        #[inline(always)]
        pub(crate) fn $add(a: $u, b: $u) -> $u {
            a.wrapping_add(b)
        }

        /// `isub`: the difference, modulo 2^N.
        #[inline(always)]
        pub(crate) fn $sub(a: $u, b: $u) -> $u {
            a.wrapping_sub(b)
        }

        /// `imul`: the product, modulo 2^N.
        #[inline(always)]
        pub(crate) fn $mul(a: $u, b: $u) -> $u {
            a.wrapping_mul(b)
        }

        /// `iand`: bitwise and.
        #[inline(always)]
        pub(crate) fn $and(a: $u, b: $u) -> $u {
            a & b
        }

        /// `ior`: bitwise or.
        #[inline(always)]
        pub(crate) fn $or(a: $u, b: $u) -> $u {
            a | b
        }

        /// `ixor`: bitwise exclusive or.
        #[inline(always)]
        pub(crate) fn $xor(a: $u, b: $u) -> $u {
            a ^ b
        }

        /// `ishl`: shift left by `b` modulo N.
        #[inline(always)]
        pub(crate) fn $shl(a: $u, b: $u) -> $u {
            a.wrapping_shl(b as u32) // the shift counts modulo N, so the low bits are enough
        }

        /// `ishr_s`: shift right by `b` modulo N, filling with the sign.
        #[inline(always)]
        pub(crate) fn $shr_s(a: $u, b: $u) -> $u {
            (a as $s).wrapping_shr(b as u32) as $u
        }

        /// `ishr_u`: shift right by `b` modulo N, filling with zeros.
        #[inline(always)]
        pub(crate) fn $shr_u(a: $u, b: $u) -> $u {
            a.wrapping_shr(b as u32)
        }

        /// `irotl`: rotate left by `b` modulo N.
        #[inline(always)]
        pub(crate) fn $rotl(a: $u, b: $u) -> $u {
            a.rotate_left((b % <$u>::BITS as $u) as u32)
        }

        /// `irotr`: rotate right by `b` modulo N.
        #[inline(always)]
        pub(crate) fn $rotr(a: $u, b: $u) -> $u {
            a.rotate_right((b % <$u>::BITS as $u) as u32)
        }

        /// `idiv_s`: the signed quotient, towards zero.
        ///
        /// # Errors
        /// [`Trap::IntegerDivideByZero`], and [`Trap::IntegerOverflow`] for the least number by -1.
        #[inline(always)]
        pub(crate) fn $div_s(a: $u, b: $u) -> Result<$u, Trap> {
            if b == 0 {
                return Err(Trap::IntegerDivideByZero);
            }
            (a as $s).checked_div(b as $s).map(|q| q as $u).ok_or(Trap::IntegerOverflow)
        }

        /// `idiv_u`: the unsigned quotient, towards zero.
        ///
        /// # Errors
        /// [`Trap::IntegerDivideByZero`].
        #[inline(always)]
        pub(crate) fn $div_u(a: $u, b: $u) -> Result<$u, Trap> {
            a.checked_div(b).ok_or(Trap::IntegerDivideByZero)
        }

        /// `irem_s`: the remainder with the sign of `a`; 0 for the least number by -1.
        ///
        /// # Errors
        /// [`Trap::IntegerDivideByZero`].
        #[inline(always)]
        pub(crate) fn $rem_s(a: $u, b: $u) -> Result<$u, Trap> {
            if b == 0 {
                return Err(Trap::IntegerDivideByZero);
            }
            Ok((a as $s).wrapping_rem(b as $s) as $u)
        }

        /// `irem_u`: the unsigned remainder.
        ///
        /// # Errors
        /// [`Trap::IntegerDivideByZero`].
        #[inline(always)]
        pub(crate) fn $rem_u(a: $u, b: $u) -> Result<$u, Trap> {
            a.checked_rem(b).ok_or(Trap::IntegerDivideByZero)
        }

        /// `ieqz`: whether it is zero.
        #[inline(always)]
        pub(crate) fn $eqz(a: $u) -> bool {
            a == 0
        }

        /// `ieq`: equal.
        #[inline(always)]
        pub(crate) fn $eq(a: $u, b: $u) -> bool {
            a == b
        }

        /// `ine`: not equal.
        #[inline(always)]
        pub(crate) fn $ne(a: $u, b: $u) -> bool {
            a != b
        }

        /// `ilt_s`: less, signed.
        #[inline(always)]
        pub(crate) fn $lt_s(a: $u, b: $u) -> bool {
            (a as $s) < b as $s
        }

        /// `ilt_u`: less, unsigned.
        #[inline(always)]
        pub(crate) fn $lt_u(a: $u, b: $u) -> bool {
            a < b
        }

        /// `igt_s`: greater, signed.
        #[inline(always)]
        pub(crate) fn $gt_s(a: $u, b: $u) -> bool {
            a as $s > b as $s
        }

        /// `igt_u`: greater, unsigned.
        #[inline(always)]
        pub(crate) fn $gt_u(a: $u, b: $u) -> bool {
            a > b
        }

        /// `ile_s`: less or equal, signed.
        #[inline(always)]
        pub(crate) fn $le_s(a: $u, b: $u) -> bool {
            a as $s <= b as $s
        }

        /// `ile_u`: less or equal, unsigned.
        #[inline(always)]
        pub(crate) fn $le_u(a: $u, b: $u) -> bool {
            a <= b
        }

        /// `ige_s`: greater or equal, signed.
        #[inline(always)]
        pub(crate) fn $ge_s(a: $u, b: $u) -> bool {
            a as $s >= b as $s
        }

        /// `ige_u`: greater or equal, unsigned.
        #[inline(always)]
        pub(crate) fn $ge_u(a: $u, b: $u) -> bool {
            a >= b
        }

        /// `iclz`: the number of leading zeros; N for zero.
        #[inline(always)]
        pub(crate) fn $clz(a: $u) -> $u {
            a.leading_zeros().into()
        }

        /// `ictz`: the number of trailing zeros; N for zero.
        #[inline(always)]
        pub(crate) fn $ctz(a: $u) -> $u {
            a.trailing_zeros().into()
        }

        /// `ipopcnt`: the number of one bits.
        #[inline(always)]
        pub(crate) fn $popcnt(a: $u) -> $u {
            a.count_ones().into()
        }

        /// `iextend8_s`: the low 8 bits, sign-extended.
        #[inline(always)]
        pub(crate) fn $extend8_s(a: $u) -> $u {
            a as i8 as $s as $u
        }

        /// `iextend16_s`: the low 16 bits, sign-extended.
        #[inline(always)]
        pub(crate) fn $extend16_s(a: $u) -> $u {
            a as i16 as $s as $u
        }
    };
}

same_for_each_width!(u32, i32, {
    i32_add i32_sub i32_mul i32_and i32_or i32_xor
    i32_shl i32_shr_s i32_shr_u i32_rotl i32_rotr
    i32_div_s i32_div_u i32_rem_s i32_rem_u
    i32_eqz i32_eq i32_ne i32_lt_s i32_lt_u i32_gt_s i32_gt_u
    i32_le_s i32_le_u i32_ge_s i32_ge_u
    i32_clz i32_ctz i32_popcnt i32_extend8_s i32_extend16_s
});

same_for_each_width!(u64, i64, {
    i64_add i64_sub i64_mul i64_and i64_or i64_xor
    i64_shl i64_shr_s i64_shr_u i64_rotl i64_rotr
    i64_div_s i64_div_u i64_rem_s i64_rem_u
    i64_eqz i64_eq i64_ne i64_lt_s i64_lt_u i64_gt_s i64_gt_u
    i64_le_s i64_le_u i64_ge_s i64_ge_u
    i64_clz i64_ctz i64_popcnt i64_extend8_s i64_extend16_s
});

/// `iextend32_s`: the low 32 bits, sign-extended.
#[inline(always)]
pub(crate) fn i64_extend32_s(a: u64) -> u64 {
    a as i32 as i64 as u64
}

/// `wrap`: the low 32 bits.
#[inline(always)]
pub(crate) fn i32_wrap_i64(a: u64) -> u32 {
    a as u32
}

/// `extend_s`: sign-extended from 32 to 64 bits.
#[inline(always)]
pub(crate) fn i64_extend_i32_s(a: u32) -> u64 {
    a as i32 as i64 as u64
}

/// `extend_u`: zero-extended from 32 to 64 bits.
#[inline(always)]
pub(crate) fn i64_extend_i32_u(a: u32) -> u64 {
    a.into()
}

/// `reinterpret`: the bits of an `f32`, which is what it is held as.
#[inline(always)]
pub(crate) fn i32_reinterpret_f32(a: u32) -> u32 {
    a
}

/// `reinterpret`: the bits of an `f64`, which is what it is held as.
#[inline(always)]
pub(crate) fn i64_reinterpret_f64(a: u64) -> u64 {
    a
}

/// `reinterpret`: the `f32` of these bits, NaN or not.
#[inline(always)]
pub(crate) fn f32_reinterpret_i32(a: u32) -> u32 {
    a
}

/// `reinterpret`: the `f64` of these bits, NaN or not.
#[inline(always)]
pub(crate) fn f64_reinterpret_i64(a: u64) -> u64 {
    a
}
