//! Float instructions of deterministic mode that have a short way: straight code without a call for ordinary
//! numbers. Where it gives `None`, the long way finds the result; where it gives one, it is that of the
//! instruction's `eval`, which the tests compare.
//!
//! The fast tier puts the short way into a handler of its own, which then saves no registers, and goes on to
//! another one for the rest.

use super::simd::{self, V128, VBinOp, VTernOp, zip};
use super::{BinOp, Soft};

/// A scalar instruction with a short way.
pub(crate) trait Short: BinOp {
    /// The result, if the short way finds it.
    fn short(a: Self::A, b: Self::B) -> Option<Self::R>;
    /// The result, whatever the operands are, by the way for what the short way does not find.
    fn long(a: Self::A, b: Self::B) -> Self::R;
}

/// A vector instruction of two operands with a short way.
pub(crate) trait VShortBin: VBinOp {
    /// The result, if the short way finds it.
    fn short(a: V128, b: V128) -> Option<V128>;
    /// The result, whatever the operands are.
    fn long(a: V128, b: V128) -> V128;
}

/// A vector instruction of three operands with a short way.
pub(crate) trait VShortTern: VTernOp {
    /// The result, if the short way finds it.
    fn short(a: V128, b: V128, c: V128) -> Option<V128>;
    /// The result, whatever the operands are.
    fn long(a: V128, b: V128, c: V128) -> V128;
}

/// Scalar instructions: `Name = short way, long way;`.
macro_rules! short_binops {
    ($use:ident $(, $($with:tt)*)?) => {
        $use! { $($($with)*)?
            F32Add = Soft::try_f32_add, Soft::long_f32_add;
            F32Sub = Soft::try_f32_sub, Soft::long_f32_sub;
            F32Mul = Soft::try_f32_mul, Soft::long_f32_mul;
            F32Div = Soft::try_f32_div, Soft::long_f32_div;
            F64Add = Soft::try_f64_add, Soft::long_f64_add;
            F64Sub = Soft::try_f64_sub, Soft::long_f64_sub;
            F64Mul = Soft::try_f64_mul, Soft::long_f64_mul;
            F64Div = Soft::try_f64_div, Soft::long_f64_div;
        }
    };
}
pub(crate) use short_binops;

/// Vector instructions of two operands: `Name = short way, long way;`.
macro_rules! short_vector_binops {
    ($use:ident $(, $($with:tt)*)?) => {
        $use! { $($($with)*)?
            F32x4Add = f32x4_add, long_f32x4_add;
            F32x4Sub = f32x4_sub, long_f32x4_sub;
            F32x4Mul = f32x4_mul, long_f32x4_mul;
            F64x2Add = f64x2_add, long_f64x2_add;
            F64x2Sub = f64x2_sub, long_f64x2_sub;
            F64x2Mul = f64x2_mul, long_f64x2_mul;
        }
    };
}
pub(crate) use short_vector_binops;

/// Vector instructions of three operands: `Name = short way, long way;`.
macro_rules! short_vector_ternops {
    ($use:ident $(, $($with:tt)*)?) => {
        $use! { $($($with)*)?
            F32x4RelaxedMadd = f32x4_madd, long_f32x4_madd;
            F32x4RelaxedNmadd = f32x4_nmadd, long_f32x4_nmadd;
            F64x2RelaxedMadd = f64x2_madd, long_f64x2_madd;
            F64x2RelaxedNmadd = f64x2_nmadd, long_f64x2_nmadd;
        }
    };
}
pub(crate) use short_vector_ternops;

macro_rules! impl_short {
    ($($name:ident = $short:path, $long:path;)*) => { $(
        impl Short for super::$name<Soft> {
            #[inline(always)]
            fn short(a: Self::A, b: Self::B) -> Option<Self::R> {
                $short(a, b)
            }

            #[inline(always)]
            fn long(a: Self::A, b: Self::B) -> Self::R {
                $long(a, b)
            }
        }
    )* };
}
short_binops!(impl_short);

macro_rules! impl_short_vector_bin {
    ($($name:ident = $short:ident, $long:ident;)*) => { $(
        impl VShortBin for simd::$name<Soft> {
            #[inline(always)]
            fn short(a: V128, b: V128) -> Option<V128> {
                $short(a, b)
            }

            #[inline(always)]
            fn long(a: V128, b: V128) -> V128 {
                $long(a, b)
            }
        }
    )* };
}
short_vector_binops!(impl_short_vector_bin);

macro_rules! impl_short_vector_tern {
    ($($name:ident = $short:ident, $long:ident;)*) => { $(
        impl VShortTern for simd::$name<Soft> {
            #[inline(always)]
            fn short(a: V128, b: V128, c: V128) -> Option<V128> {
                $short(a, b, c)
            }

            #[inline(always)]
            fn long(a: V128, b: V128, c: V128) -> V128 {
                $long(a, b, c)
            }
        }
    )* };
}
short_vector_ternops!(impl_short_vector_tern);

#[inline(always)]
fn f32x4_add(a: V128, b: V128) -> Option<V128> {
    Soft::try_f32x4_add(a.lanes(), b.lanes()).map(V128::from_lanes)
}

#[inline(always)]
fn f32x4_sub(a: V128, b: V128) -> Option<V128> {
    f32x4_add(a, simd::float::f32x4_neg(b))
}

#[inline(always)]
fn f32x4_mul(a: V128, b: V128) -> Option<V128> {
    Soft::try_f32x4_mul(a.lanes(), b.lanes()).map(V128::from_lanes)
}

/// Each lane of two by itself.
#[inline(always)]
fn two(a: V128, b: V128, lane: impl Fn(u64, u64) -> Option<u64>) -> Option<V128> {
    let ([a0, a1], [b0, b1]): ([u64; 2], [u64; 2]) = (a.lanes(), b.lanes());
    Some(V128::from_lanes([lane(a0, b0)?, lane(a1, b1)?]))
}

#[inline(always)]
fn f64x2_add(a: V128, b: V128) -> Option<V128> {
    two(a, b, Soft::try_f64_add)
}

#[inline(always)]
fn f64x2_sub(a: V128, b: V128) -> Option<V128> {
    two(a, b, Soft::try_f64_sub)
}

#[inline(always)]
fn f64x2_mul(a: V128, b: V128) -> Option<V128> {
    two(a, b, Soft::try_f64_mul)
}

#[inline(always)]
fn f32x4_madd(a: V128, b: V128, c: V128) -> Option<V128> {
    Soft::try_f32x4_mul_add(a.lanes(), b.lanes(), c.lanes()).map(V128::from_lanes)
}

#[inline(always)]
fn f32x4_nmadd(a: V128, b: V128, c: V128) -> Option<V128> {
    f32x4_madd(simd::float::f32x4_neg(a), b, c)
}

#[inline(always)]
fn f64x2_madd(a: V128, b: V128, c: V128) -> Option<V128> {
    let lane = |a, b, c| Soft::try_f64_add(Soft::try_f64_mul(a, b)?, c);
    let [a0, a1]: [u64; 2] = a.lanes();
    let ([b0, b1], [c0, c1]) = (b.lanes(), c.lanes());
    Some(V128::from_lanes([lane(a0, b0, c0)?, lane(a1, b1, c1)?]))
}

#[inline(always)]
fn f64x2_nmadd(a: V128, b: V128, c: V128) -> Option<V128> {
    f64x2_madd(simd::float::f64x2_neg(a), b, c)
}

/// The long ways, lane by lane: `name = the long ways of scalars;`.
macro_rules! long_ways {
    ($($bin:ident($lane:ident) = $long:path;)*) => { $(
        fn $bin(a: V128, b: V128) -> V128 {
            zip(a, b, |a: $lane, b: $lane| $long(a, b))
        }
    )* };
}

long_ways! {
    long_f32x4_add(u32) = Soft::long_f32_add;
    long_f32x4_sub(u32) = Soft::long_f32_sub;
    long_f32x4_mul(u32) = Soft::long_f32_mul;
    long_f64x2_add(u64) = Soft::long_f64_add;
    long_f64x2_sub(u64) = Soft::long_f64_sub;
    long_f64x2_mul(u64) = Soft::long_f64_mul;
}

fn long_f32x4_madd(a: V128, b: V128, c: V128) -> V128 {
    long_f32x4_add(long_f32x4_mul(a, b), c)
}

fn long_f32x4_nmadd(a: V128, b: V128, c: V128) -> V128 {
    long_f32x4_madd(simd::float::f32x4_neg(a), b, c)
}

fn long_f64x2_madd(a: V128, b: V128, c: V128) -> V128 {
    long_f64x2_add(long_f64x2_mul(a, b), c)
}

fn long_f64x2_nmadd(a: V128, b: V128, c: V128) -> V128 {
    long_f64x2_madd(simd::float::f64x2_neg(a), b, c)
}
