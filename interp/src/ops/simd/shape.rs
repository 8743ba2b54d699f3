//! One trait for each operand shape, and one marker type for each row of the lists.
//!
//! A tier writes one generic body for each trait and names rows by their marker: `binop::<I8x16Add>`.
//! Markers of float rows take the float mode: `binop::<F32x4Add<M>>`.

use core::marker::PhantomData;

use super::{V128, float, int, lane, relaxed, widen};
use crate::ops::Slot;
use crate::ops::floats::Floats;

/// One vector in, one out.
pub(crate) trait VUnOp {
    /// The operation's meaning.
    fn eval(a: V128) -> V128;
}

/// Two vectors in, one out; `b` was pushed last.
pub(crate) trait VBinOp {
    /// The operation's meaning.
    fn eval(a: V128, b: V128) -> V128;
}

/// Three vectors in, one out; `c` was pushed last.
pub(crate) trait VTernOp {
    /// The operation's meaning.
    fn eval(a: V128, b: V128, c: V128) -> V128;
}

/// A vector and an `i32` shift count in, a vector out. Any count is valid: it wraps at the lane width.
pub(crate) trait VShift {
    /// The operation's meaning.
    fn eval(a: V128, count: u32) -> V128;
}

/// A vector in, an `i32` out.
pub(crate) trait VTest {
    /// The operation's meaning.
    fn eval(a: V128) -> u32;
}

/// A scalar in, a vector out.
pub(crate) trait VSplat {
    /// The scalar: `u32` for `i32` and `f32`, `u64` for `i64` and `f64`.
    type S: Slot;
    /// The operation's meaning.
    fn eval(scalar: Self::S) -> V128;
}

/// A vector and a lane immediate in, a scalar out.
pub(crate) trait VExtract {
    /// The scalar: `u32` for `i32` and `f32`, `u64` for `i64` and `f64`.
    type S: Slot;
    /// The operation's meaning. `lane` is validated; bits beyond the lane count are ignored.
    fn eval(a: V128, lane: u8) -> Self::S;
}

/// A vector, a scalar and a lane immediate in, a vector out.
pub(crate) trait VReplace {
    /// The scalar: `u32` for `i32` and `f32`, `u64` for `i64` and `f64`.
    type S: Slot;
    /// The operation's meaning. `lane` is validated; bits beyond the lane count are ignored.
    fn eval(a: V128, scalar: Self::S, lane: u8) -> V128;
}

/// A load that widens, splats or zero-fills what it read.
pub(crate) trait VLoadExt {
    /// What is read from memory: `u8`, `u16`, `u32` or `u64`.
    type M;
    /// The vector made from the value read, given zero-extended to 64 bits.
    fn eval(raw: u64) -> V128;
}

macro_rules! marker {
    ($name:ident) => {
        #[doc = concat!("Marker of the instruction `", stringify!($name), "`.")]
        #[allow(dead_code, reason = "a name at the type level, never a value")]
        pub(crate) struct $name;
    };
    ($name:ident<M>) => {
        #[doc = concat!("Marker of the instruction `", stringify!($name), "` in float mode `M`.")]
        #[allow(dead_code, reason = "a name at the type level, never a value")]
        pub(crate) struct $name<M>(PhantomData<M>);
    };
}

macro_rules! unops {
    ($($name:ident = $eval:path;)*) => { $(
        marker!($name);
        impl VUnOp for $name {
            #[inline(always)]
            fn eval(a: V128) -> V128 { $eval(a) }
        }
    )* };
}

macro_rules! binops {
    ($($name:ident = $eval:path;)*) => { $(
        marker!($name);
        impl VBinOp for $name {
            #[inline(always)]
            fn eval(a: V128, b: V128) -> V128 { $eval(a, b) }
        }
    )* };
}

macro_rules! ternops {
    ($($name:ident = $eval:path;)*) => { $(
        marker!($name);
        impl VTernOp for $name {
            #[inline(always)]
            fn eval(a: V128, b: V128, c: V128) -> V128 { $eval(a, b, c) }
        }
    )* };
}

macro_rules! shifts {
    ($($name:ident = $eval:path;)*) => { $(
        marker!($name);
        impl VShift for $name {
            #[inline(always)]
            fn eval(a: V128, count: u32) -> V128 { $eval(a, count) }
        }
    )* };
}

macro_rules! tests {
    ($($name:ident = $eval:path;)*) => { $(
        marker!($name);
        impl VTest for $name {
            #[inline(always)]
            fn eval(a: V128) -> u32 { $eval(a) }
        }
    )* };
}

macro_rules! splats {
    ($($name:ident($scalar:ty) = $eval:path;)*) => { $(
        marker!($name);
        impl VSplat for $name {
            type S = $scalar;
            #[inline(always)]
            fn eval(scalar: $scalar) -> V128 { $eval(scalar) }
        }
    )* };
}

macro_rules! extracts {
    ($($name:ident -> $scalar:ty = $eval:path;)*) => { $(
        marker!($name);
        impl VExtract for $name {
            type S = $scalar;
            #[inline(always)]
            fn eval(a: V128, lane: u8) -> $scalar { $eval(a, lane) }
        }
    )* };
}

macro_rules! replaces {
    ($($name:ident($scalar:ty) = $eval:path;)*) => { $(
        marker!($name);
        impl VReplace for $name {
            type S = $scalar;
            #[inline(always)]
            fn eval(a: V128, scalar: $scalar, lane: u8) -> V128 { $eval(a, scalar, lane) }
        }
    )* };
}

macro_rules! load_ext {
    ($($name:ident($memory:ty) = $eval:path;)*) => { $(
        marker!($name);
        impl VLoadExt for $name {
            type M = $memory;
            #[inline(always)]
            fn eval(raw: u64) -> V128 { $eval(raw) }
        }
    )* };
}

macro_rules! float_unops {
    ($($name:ident = $module:ident::$function:ident;)*) => { $(
        marker!($name<M>);
        impl<M: Floats> VUnOp for $name<M> {
            #[inline(always)]
            fn eval(a: V128) -> V128 { $module::$function::<M>(a) }
        }
    )* };
}

macro_rules! float_binops {
    ($($name:ident = $module:ident::$function:ident;)*) => { $(
        marker!($name<M>);
        impl<M: Floats> VBinOp for $name<M> {
            #[inline(always)]
            fn eval(a: V128, b: V128) -> V128 { $module::$function::<M>(a, b) }
        }
    )* };
}

macro_rules! float_ternops {
    ($($name:ident = $module:ident::$function:ident;)*) => { $(
        marker!($name<M>);
        impl<M: Floats> VTernOp for $name<M> {
            #[inline(always)]
            fn eval(a: V128, b: V128, c: V128) -> V128 { $module::$function::<M>(a, b, c) }
        }
    )* };
}

super::simd_unops!(unops);
super::simd_binops!(binops);
super::simd_ternops!(ternops);
super::simd_shifts!(shifts);
super::simd_tests!(tests);
super::simd_splats!(splats);
super::simd_extracts!(extracts);
super::simd_replaces!(replaces);
super::simd_load_ext!(load_ext);
super::simd_float_unops!(float_unops);
super::simd_float_binops!(float_binops);
super::simd_float_ternops!(float_ternops);
