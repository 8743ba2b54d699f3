//! The meaning of every scalar numeric instruction, as pure functions, and the lists that name them.
//!
//! The lists below are the only place where the name of an instruction and its meaning meet. A row names
//! the instruction as `wasmparser::Operator` does, gives the types of its operands and result, and the
//! function that computes it; both tiers make their handlers from these rows. Here, each row also becomes
//! a type of that name, so that `binop::<I32Add>` is a handler.
//!
//! A list is called with the name of a macro that takes its rows, and hands on whatever follows a comma:
//!
//! ```ignore
//! macro_rules! arms {
//!     ($($name:ident ($a:ty, $b:ty) -> $r:ty = $f:path;)*) => { /* ... */ };
//! }
//! int_binops!(arms);
//! ```
//!
//! No function here takes or returns a host float: an `f32` is the `u32` of its bits and an `f64` the
//! `u64`, so that nothing between two instructions can change a NaN. Integers are unsigned likewise.
//! What a float instruction computes depends on the mode, [`Floats`]; its type takes the mode as parameter.

use core::marker::PhantomData;

use crate::trap::Trap;
use selfsame_validate::Opcode;

#[cfg(all(target_arch = "x86_64", target_os = "linux", any(test, feature = "berkeley", feature = "prove")))]
mod berkeley;
pub(crate) mod floats;
mod hard;
pub(crate) mod int;
#[cfg(any(test, feature = "prove"))]
pub mod prove;
pub(crate) mod short;
pub(crate) mod simd;
#[cfg_attr(feature = "berkeley", allow(dead_code, reason = "the C reference stands in for it"))]
mod soft;
#[cfg(test)]
mod tests;
pub(crate) mod wide;

pub(crate) use floats::Floats;
pub(crate) use hard::Hard;
#[cfg_attr(feature = "berkeley", allow(unused_imports, reason = "the C reference stands in for it"))]
pub(crate) use soft::Soft;

/// The floats of deterministic execution: [`Soft`], unless the feature `berkeley` puts the C reference there.
#[cfg(not(all(feature = "berkeley", target_arch = "x86_64", target_os = "linux")))]
pub(crate) type DefaultSoft = Soft;
/// Whether the short ways of [`short`] are those of [`DefaultSoft`].
#[cfg(not(all(feature = "berkeley", target_arch = "x86_64", target_os = "linux")))]
pub(crate) const SHORT_WAYS: bool = true;
/// The floats of deterministic execution: the C reference, by the feature `berkeley`.
#[cfg(all(feature = "berkeley", target_arch = "x86_64", target_os = "linux"))]
pub(crate) type DefaultSoft = berkeley::Berkeley;
/// Whether the short ways of [`short`] are those of [`DefaultSoft`].
#[cfg(all(feature = "berkeley", target_arch = "x86_64", target_os = "linux"))]
pub(crate) const SHORT_WAYS: bool = false;

/// A value that lives in one 64-bit slot. 32-bit values are zero-extended; floats are their bits.
pub(crate) trait Slot: Copy {
    /// The value in `slot`; bits above its width are ignored.
    fn from_slot(slot: u64) -> Self;
    /// The slot that holds this value.
    fn to_slot(self) -> u64;
}

impl Slot for u32 {
    #[inline(always)]
    fn from_slot(slot: u64) -> Self {
        slot as u32 // keeps the low half, which holds the value
    }

    #[inline(always)]
    fn to_slot(self) -> u64 {
        u64::from(self)
    }
}

impl Slot for u64 {
    #[inline(always)]
    fn from_slot(slot: u64) -> Self {
        slot
    }

    #[inline(always)]
    fn to_slot(self) -> u64 {
        self
    }
}

/// A truth value is the `i32` 1 or 0. Spec: Core 3.0, 4.3.1, `bool`.
impl Slot for bool {
    #[inline(always)]
    fn from_slot(slot: u64) -> Self {
        u32::from_slot(slot) != 0
    }

    #[inline(always)]
    fn to_slot(self) -> u64 {
        u64::from(self)
    }
}

/// An instruction of one operand.
pub(crate) trait UnOp {
    /// The operand.
    type A: Slot;
    /// The result.
    type R: Slot;
    /// Computes the result.
    fn eval(a: Self::A) -> Result<Self::R, Trap>;
}

/// An instruction of two operands, `a` below `b` on the stack.
pub(crate) trait BinOp {
    /// The first operand.
    type A: Slot;
    /// The second operand.
    type B: Slot;
    /// The result.
    type R: Slot;
    /// Computes the result.
    fn eval(a: Self::A, b: Self::B) -> Result<Self::R, Trap>;
}

/// A comparison of two operands, `a` below `b` on the stack.
pub(crate) trait CmpOp {
    /// Both operands.
    type A: Slot;
    /// Whether the comparison holds.
    fn eval(a: Self::A, b: Self::A) -> bool;
}

/// Total integer operators of two operands. Spec: Core 3.0, 4.3.2 Integer Operations.
macro_rules! int_binops {
    ($use:ident $(, $($with:tt)*)?) => {
        $use! { $($($with)*)?
            I32Add  (u32, u32) -> u32 = int::i32_add;
            I32Sub  (u32, u32) -> u32 = int::i32_sub;
            I32Mul  (u32, u32) -> u32 = int::i32_mul;
            I32And  (u32, u32) -> u32 = int::i32_and;
            I32Or   (u32, u32) -> u32 = int::i32_or;
            I32Xor  (u32, u32) -> u32 = int::i32_xor;
            I32Shl  (u32, u32) -> u32 = int::i32_shl;
            I32ShrS (u32, u32) -> u32 = int::i32_shr_s;
            I32ShrU (u32, u32) -> u32 = int::i32_shr_u;
            I32Rotl (u32, u32) -> u32 = int::i32_rotl;
            I32Rotr (u32, u32) -> u32 = int::i32_rotr;
            I64Add  (u64, u64) -> u64 = int::i64_add;
            I64Sub  (u64, u64) -> u64 = int::i64_sub;
            I64Mul  (u64, u64) -> u64 = int::i64_mul;
            I64And  (u64, u64) -> u64 = int::i64_and;
            I64Or   (u64, u64) -> u64 = int::i64_or;
            I64Xor  (u64, u64) -> u64 = int::i64_xor;
            I64Shl  (u64, u64) -> u64 = int::i64_shl;
            I64ShrS (u64, u64) -> u64 = int::i64_shr_s;
            I64ShrU (u64, u64) -> u64 = int::i64_shr_u;
            I64Rotl (u64, u64) -> u64 = int::i64_rotl;
            I64Rotr (u64, u64) -> u64 = int::i64_rotr;
        }
    };
}
pub(crate) use int_binops;

/// Integer division and remainder, which can trap. Spec: Core 3.0, 4.3.2, `idiv` and `irem`.
macro_rules! int_divs {
    ($use:ident $(, $($with:tt)*)?) => {
        $use! { $($($with)*)?
            I32DivS (u32, u32) -> u32 = int::i32_div_s;
            I32DivU (u32, u32) -> u32 = int::i32_div_u;
            I32RemS (u32, u32) -> u32 = int::i32_rem_s;
            I32RemU (u32, u32) -> u32 = int::i32_rem_u;
            I64DivS (u64, u64) -> u64 = int::i64_div_s;
            I64DivU (u64, u64) -> u64 = int::i64_div_u;
            I64RemS (u64, u64) -> u64 = int::i64_rem_s;
            I64RemU (u64, u64) -> u64 = int::i64_rem_u;
        }
    };
}
pub(crate) use int_divs;

/// Integer comparisons. Spec: Core 3.0, 4.3.2, `ieq` to `ige_s`.
macro_rules! int_cmps {
    ($use:ident $(, $($with:tt)*)?) => {
        $use! { $($($with)*)?
            I32Eq  (u32) = int::i32_eq;
            I32Ne  (u32) = int::i32_ne;
            I32LtS (u32) = int::i32_lt_s;
            I32LtU (u32) = int::i32_lt_u;
            I32GtS (u32) = int::i32_gt_s;
            I32GtU (u32) = int::i32_gt_u;
            I32LeS (u32) = int::i32_le_s;
            I32LeU (u32) = int::i32_le_u;
            I32GeS (u32) = int::i32_ge_s;
            I32GeU (u32) = int::i32_ge_u;
            I64Eq  (u64) = int::i64_eq;
            I64Ne  (u64) = int::i64_ne;
            I64LtS (u64) = int::i64_lt_s;
            I64LtU (u64) = int::i64_lt_u;
            I64GtS (u64) = int::i64_gt_s;
            I64GtU (u64) = int::i64_gt_u;
            I64LeS (u64) = int::i64_le_s;
            I64LeU (u64) = int::i64_le_u;
            I64GeS (u64) = int::i64_ge_s;
            I64GeU (u64) = int::i64_ge_u;
        }
    };
}
pub(crate) use int_cmps;

/// Operators of one operand that no float mode changes: integer ones, and moves of bits between types.
/// Spec: Core 3.0, 4.3.2 Integer Operations and 4.3.4 Conversions (`wrap`, `extend`, `reinterpret`).
macro_rules! int_unops {
    ($use:ident $(, $($with:tt)*)?) => {
        $use! { $($($with)*)?
            I32Clz            (u32) -> u32  = int::i32_clz;
            I32Ctz            (u32) -> u32  = int::i32_ctz;
            I32Popcnt         (u32) -> u32  = int::i32_popcnt;
            I32Eqz            (u32) -> bool = int::i32_eqz;
            I32Extend8S       (u32) -> u32  = int::i32_extend8_s;
            I32Extend16S      (u32) -> u32  = int::i32_extend16_s;
            I64Clz            (u64) -> u64  = int::i64_clz;
            I64Ctz            (u64) -> u64  = int::i64_ctz;
            I64Popcnt         (u64) -> u64  = int::i64_popcnt;
            I64Eqz            (u64) -> bool = int::i64_eqz;
            I64Extend8S       (u64) -> u64  = int::i64_extend8_s;
            I64Extend16S      (u64) -> u64  = int::i64_extend16_s;
            I64Extend32S      (u64) -> u64  = int::i64_extend32_s;
            I32WrapI64        (u64) -> u32  = int::i32_wrap_i64;
            I64ExtendI32S     (u32) -> u64  = int::i64_extend_i32_s;
            I64ExtendI32U     (u32) -> u64  = int::i64_extend_i32_u;
            I32ReinterpretF32 (u32) -> u32  = int::i32_reinterpret_f32;
            I64ReinterpretF64 (u64) -> u64  = int::i64_reinterpret_f64;
            F32ReinterpretI32 (u32) -> u32  = int::f32_reinterpret_i32;
            F64ReinterpretI64 (u64) -> u64  = int::f64_reinterpret_i64;
        }
    };
}
pub(crate) use int_unops;

/// Float operators of two operands. Spec: Core 3.0, 4.3.3 Floating-Point Operations.
macro_rules! float_binops {
    ($use:ident $(, $($with:tt)*)?) => {
        $use! { $($($with)*)?
            F32Add      (u32, u32) -> u32 = f32_add;
            F32Sub      (u32, u32) -> u32 = f32_sub;
            F32Mul      (u32, u32) -> u32 = f32_mul;
            F32Div      (u32, u32) -> u32 = f32_div;
            F32Min      (u32, u32) -> u32 = f32_min;
            F32Max      (u32, u32) -> u32 = f32_max;
            F32Copysign (u32, u32) -> u32 = f32_copysign;
            F64Add      (u64, u64) -> u64 = f64_add;
            F64Sub      (u64, u64) -> u64 = f64_sub;
            F64Mul      (u64, u64) -> u64 = f64_mul;
            F64Div      (u64, u64) -> u64 = f64_div;
            F64Min      (u64, u64) -> u64 = f64_min;
            F64Max      (u64, u64) -> u64 = f64_max;
            F64Copysign (u64, u64) -> u64 = f64_copysign;
        }
    };
}
pub(crate) use float_binops;

/// Float comparisons; every one but `ne` is false on a NaN. Spec: Core 3.0, 4.3.3, `feq` to `fge`.
macro_rules! float_cmps {
    ($use:ident $(, $($with:tt)*)?) => {
        $use! { $($($with)*)?
            F32Eq (u32) = f32_eq;
            F32Ne (u32) = f32_ne;
            F32Lt (u32) = f32_lt;
            F32Gt (u32) = f32_gt;
            F32Le (u32) = f32_le;
            F32Ge (u32) = f32_ge;
            F64Eq (u64) = f64_eq;
            F64Ne (u64) = f64_ne;
            F64Lt (u64) = f64_lt;
            F64Gt (u64) = f64_gt;
            F64Le (u64) = f64_le;
            F64Ge (u64) = f64_ge;
        }
    };
}
pub(crate) use float_cmps;

/// Float operators of one operand. Spec: Core 3.0, 4.3.3 Floating-Point Operations.
macro_rules! float_unops {
    ($use:ident $(, $($with:tt)*)?) => {
        $use! { $($($with)*)?
            F32Abs     (u32) -> u32 = f32_abs;
            F32Neg     (u32) -> u32 = f32_neg;
            F32Ceil    (u32) -> u32 = f32_ceil;
            F32Floor   (u32) -> u32 = f32_floor;
            F32Trunc   (u32) -> u32 = f32_trunc;
            F32Nearest (u32) -> u32 = f32_nearest;
            F32Sqrt    (u32) -> u32 = f32_sqrt;
            F64Abs     (u64) -> u64 = f64_abs;
            F64Neg     (u64) -> u64 = f64_neg;
            F64Ceil    (u64) -> u64 = f64_ceil;
            F64Floor   (u64) -> u64 = f64_floor;
            F64Trunc   (u64) -> u64 = f64_trunc;
            F64Nearest (u64) -> u64 = f64_nearest;
            F64Sqrt    (u64) -> u64 = f64_sqrt;
        }
    };
}
pub(crate) use float_unops;

/// Total conversions from or to floats. Spec: Core 3.0, 4.3.4, `convert`, `demote`, `promote`, `trunc_sat`.
macro_rules! float_conversions {
    ($use:ident $(, $($with:tt)*)?) => {
        $use! { $($($with)*)?
            F32ConvertI32S  (u32) -> u32 = f32_convert_i32_s;
            F32ConvertI32U  (u32) -> u32 = f32_convert_i32_u;
            F32ConvertI64S  (u64) -> u32 = f32_convert_i64_s;
            F32ConvertI64U  (u64) -> u32 = f32_convert_i64_u;
            F64ConvertI32S  (u32) -> u64 = f64_convert_i32_s;
            F64ConvertI32U  (u32) -> u64 = f64_convert_i32_u;
            F64ConvertI64S  (u64) -> u64 = f64_convert_i64_s;
            F64ConvertI64U  (u64) -> u64 = f64_convert_i64_u;
            F32DemoteF64    (u64) -> u32 = f32_demote_f64;
            F64PromoteF32   (u32) -> u64 = f64_promote_f32;
            I32TruncSatF32S (u32) -> u32 = i32_trunc_sat_f32_s;
            I32TruncSatF32U (u32) -> u32 = i32_trunc_sat_f32_u;
            I32TruncSatF64S (u64) -> u32 = i32_trunc_sat_f64_s;
            I32TruncSatF64U (u64) -> u32 = i32_trunc_sat_f64_u;
            I64TruncSatF32S (u32) -> u64 = i64_trunc_sat_f32_s;
            I64TruncSatF32U (u32) -> u64 = i64_trunc_sat_f32_u;
            I64TruncSatF64S (u64) -> u64 = i64_trunc_sat_f64_s;
            I64TruncSatF64U (u64) -> u64 = i64_trunc_sat_f64_u;
        }
    };
}
pub(crate) use float_conversions;

/// Conversions from floats to integers that can trap. Spec: Core 3.0, 4.3.4, `trunc_u` and `trunc_s`.
macro_rules! float_truncs {
    ($use:ident $(, $($with:tt)*)?) => {
        $use! { $($($with)*)?
            I32TruncF32S (u32) -> u32 = i32_trunc_f32_s;
            I32TruncF32U (u32) -> u32 = i32_trunc_f32_u;
            I32TruncF64S (u64) -> u32 = i32_trunc_f64_s;
            I32TruncF64U (u64) -> u32 = i32_trunc_f64_u;
            I64TruncF32S (u32) -> u64 = i64_trunc_f32_s;
            I64TruncF32U (u32) -> u64 = i64_trunc_f32_u;
            I64TruncF64S (u64) -> u64 = i64_trunc_f64_s;
            I64TruncF64U (u64) -> u64 = i64_trunc_f64_u;
        }
    };
}
pub(crate) use float_truncs;

/// Makes the types of a list of total integer operators of two operands.
macro_rules! define_binops {
    ($($name:ident ($a:ty, $b:ty) -> $r:ty = $f:path;)*) => { $(
        #[doc = concat!("See `", stringify!($f), "`.")]
        #[allow(dead_code, reason = "a name at the type level, never a value")]
        pub(crate) struct $name;

        impl BinOp for $name {
            type A = $a;
            type B = $b;
            type R = $r;

            #[inline(always)]
            fn eval(a: $a, b: $b) -> Result<$r, Trap> {
                Ok($f(a, b))
            }
        }
    )* };
}
int_binops!(define_binops);

/// Makes the types of a list of integer operators of two operands that can trap.
macro_rules! define_divs {
    ($($name:ident ($a:ty, $b:ty) -> $r:ty = $f:path;)*) => { $(
        #[doc = concat!("See `", stringify!($f), "`.")]
        #[allow(dead_code, reason = "a name at the type level, never a value")]
        pub(crate) struct $name;

        impl BinOp for $name {
            type A = $a;
            type B = $b;
            type R = $r;

            #[inline(always)]
            fn eval(a: $a, b: $b) -> Result<$r, Trap> {
                $f(a, b)
            }
        }
    )* };
}
int_divs!(define_divs);

/// Makes the types of a list of integer comparisons.
macro_rules! define_cmps {
    ($($name:ident ($a:ty) = $f:path;)*) => { $(
        #[doc = concat!("See `", stringify!($f), "`.")]
        #[allow(dead_code, reason = "a name at the type level, never a value")]
        pub(crate) struct $name;

        impl CmpOp for $name {
            type A = $a;

            #[inline(always)]
            fn eval(a: $a, b: $a) -> bool {
                $f(a, b)
            }
        }
    )* };
}
int_cmps!(define_cmps);

/// Makes the types of a list of operators of one operand that no mode changes.
macro_rules! define_unops {
    ($($name:ident ($a:ty) -> $r:ty = $f:path;)*) => { $(
        #[doc = concat!("See `", stringify!($f), "`.")]
        #[allow(dead_code, reason = "a name at the type level, never a value")]
        pub(crate) struct $name;

        impl UnOp for $name {
            type A = $a;
            type R = $r;

            #[inline(always)]
            fn eval(a: $a) -> Result<$r, Trap> {
                Ok($f(a))
            }
        }
    )* };
}
int_unops!(define_unops);

/// Makes the types of a list of float operators of two operands.
macro_rules! define_float_binops {
    ($($name:ident ($a:ty, $b:ty) -> $r:ty = $f:ident;)*) => { $(
        #[doc = concat!("See [`Floats::", stringify!($f), "`].")]
        #[allow(dead_code, reason = "a name at the type level, never a value")]
        pub(crate) struct $name<M>(PhantomData<M>);

        impl<M: Floats> BinOp for $name<M> {
            type A = $a;
            type B = $b;
            type R = $r;

            #[inline(always)]
            fn eval(a: $a, b: $b) -> Result<$r, Trap> {
                Ok(M::$f(a, b))
            }
        }
    )* };
}
float_binops!(define_float_binops);

/// Makes the types of a list of float comparisons.
macro_rules! define_float_cmps {
    ($($name:ident ($a:ty) = $f:ident;)*) => { $(
        #[doc = concat!("See [`Floats::", stringify!($f), "`].")]
        #[allow(dead_code, reason = "a name at the type level, never a value")]
        pub(crate) struct $name<M>(PhantomData<M>);

        impl<M: Floats> CmpOp for $name<M> {
            type A = $a;

            #[inline(always)]
            fn eval(a: $a, b: $a) -> bool {
                M::$f(a, b)
            }
        }
    )* };
}
float_cmps!(define_float_cmps);

/// Makes the types of a list of total float operators of one operand.
macro_rules! define_float_unops {
    ($($name:ident ($a:ty) -> $r:ty = $f:ident;)*) => { $(
        #[doc = concat!("See [`Floats::", stringify!($f), "`].")]
        #[allow(dead_code, reason = "a name at the type level, never a value")]
        pub(crate) struct $name<M>(PhantomData<M>);

        impl<M: Floats> UnOp for $name<M> {
            type A = $a;
            type R = $r;

            #[inline(always)]
            fn eval(a: $a) -> Result<$r, Trap> {
                Ok(M::$f(a))
            }
        }
    )* };
}
float_unops!(define_float_unops);
float_conversions!(define_float_unops);

/// Makes the types of a list of operators of one float that can trap.
macro_rules! define_float_truncs {
    ($($name:ident ($a:ty) -> $r:ty = $f:ident;)*) => { $(
        #[doc = concat!("See [`Floats::", stringify!($f), "`].")]
        #[allow(dead_code, reason = "a name at the type level, never a value")]
        pub(crate) struct $name<M>(PhantomData<M>);

        impl<M: Floats> UnOp for $name<M> {
            type A = $a;
            type R = $r;

            #[inline(always)]
            fn eval(a: $a) -> Result<$r, Trap> {
                M::$f(a)
            }
        }
    )* };
}
float_truncs!(define_float_truncs);

/// Whether the mode without floats bans an instruction: those that compute with floats, rather than moving
/// their bits to and from memory, lanes and integers.
pub(crate) const fn banned_without_floats(opcode: Opcode) -> bool {
    macro_rules! is_one_of {
        ($($name:ident $(($($operand:ty),*))? $(-> $result:ty)? = $f:path;)*) => {
            matches!(opcode, $(Opcode::$name)|*)
        };
    }
    float_unops!(is_one_of)
        || float_binops!(is_one_of)
        || float_cmps!(is_one_of)
        || float_conversions!(is_one_of)
        || float_truncs!(is_one_of)
        || simd::simd_float_unops!(is_one_of)
        || simd::simd_float_binops!(is_one_of)
        || simd::simd_float_ternops!(is_one_of)
        || matches!(opcode, Opcode::F32x4Abs | Opcode::F32x4Neg | Opcode::F64x2Abs | Opcode::F64x2Neg)
}
