//! Lane-by-lane application, and the lane masks that comparisons give.

use core::array::from_fn;

use super::{Lane, V128};

/// Applies `f` to each lane. `T` and `U` fill a vector with the same number of lanes.
#[inline(always)]
pub(super) fn map<T: Lane<N>, U: Lane<N>, const N: usize>(a: V128, f: impl Fn(T) -> U) -> V128 {
    let a = a.lanes();
    V128::from_lanes(from_fn(|i| f(a[i])))
}

/// Applies `f` to each pair of lanes at the same place.
#[inline(always)]
pub(in crate::ops) fn zip<T: Lane<N>, U: Lane<N>, const N: usize>(
    a: V128,
    b: V128,
    f: impl Fn(T, T) -> U,
) -> V128 {
    let (a, b) = (a.lanes(), b.lanes());
    V128::from_lanes(from_fn(|i| f(a[i], b[i])))
}

/// Applies `f` to each triple of lanes at the same place.
#[inline(always)]
pub(super) fn zip3<T: Lane<N>, const N: usize>(a: V128, b: V128, c: V128, f: impl Fn(T, T, T) -> T) -> V128 {
    let (a, b, c) = (a.lanes(), b.lanes(), c.lanes());
    V128::from_lanes(from_fn(|i| f(a[i], b[i], c[i])))
}

/// A lane that can hold the answer of a comparison.
pub(super) trait Mask: Copy {
    /// All bits set when `yes`, all clear otherwise.
    fn mask(yes: bool) -> Self;
}

macro_rules! mask {
    ($($int:ty)*) => { $(
        impl Mask for $int {
            #[inline(always)]
            fn mask(yes: bool) -> Self {
                if yes { !0 } else { 0 }
            }
        }
    )* };
}

mask! { u8 i8 u16 i16 u32 i32 u64 i64 }

/// Defines vector functions that apply a lane function: `name = lane function;`. The type of lane that
/// the function takes picks the shape.
macro_rules! lane_wise {
    (unary; $($name:ident = $f:expr;)*) => { $(
        #[inline(always)]
        pub(crate) fn $name(a: V128) -> V128 {
            $crate::ops::simd::map::map(a, $f)
        }
    )* };
    (binary; $($name:ident = $f:expr;)*) => { $(
        #[inline(always)]
        pub(crate) fn $name(a: V128, b: V128) -> V128 {
            $crate::ops::simd::map::zip(a, b, $f)
        }
    )* };
    (shift; $($name:ident = $f:expr;)*) => { $(
        #[inline(always)]
        pub(crate) fn $name(a: V128, count: u32) -> V128 {
            $crate::ops::simd::map::map(a, |lane| $f(lane, count))
        }
    )* };
}
pub(super) use lane_wise;
