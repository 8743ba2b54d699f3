//! The 128-bit vector value, and how it splits into lanes.

/// A `v128`, as the sixteen bytes it has in linear memory: lane 0 first, each lane little-endian.
///
/// The order is the same on every host. Reading lanes with `from_le_bytes` costs nothing on a
/// little-endian host (LLVM folds it to a register move) and swaps bytes on a big-endian one, so no
/// operation has to know which kind of host it runs on.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
#[repr(transparent)]
pub(crate) struct V128([u8; 16]);

impl V128 {
    /// All bits clear.
    #[cfg(test)]
    pub(crate) const ZERO: Self = Self([0; 16]);

    /// From two stack cells: `lo` holds bytes 0 to 7, `hi` bytes 8 to 15.
    ///
    /// The slow way in: LLVM never joins two scalars into a vector register, so most operations are then
    /// computed lane by lane. Where cells lie side by side, [`V128::from_pair`] of a copied array is
    /// mostly as fast as [`V128::from_bytes`], which always is: measured in instructions on x86-64 with
    /// Rust 1.95, `i8x16.add_sat_s` takes 104, 5 and 5.
    #[inline(always)]
    pub(crate) fn from_cells(lo: u64, hi: u64) -> Self {
        Self::from_pair([lo, hi])
    }

    /// Two stack cells, low half first.
    #[cfg(test)]
    pub(crate) fn to_cells(self) -> (u64, u64) {
        let [lo, hi] = self.to_pair();
        (lo, hi)
    }

    /// From two stack cells side by side, low half first.
    #[inline(always)]
    pub(crate) fn from_pair(cells: [u64; 2]) -> Self {
        let cells = cells.map(u64::to_le_bytes);
        Self(core::array::from_fn(|i| cells[i / 8][i % 8]))
    }

    /// Two stack cells side by side, low half first.
    #[inline(always)]
    pub(crate) fn to_pair(self) -> [u64; 2] {
        self.lanes()
    }

    /// From bytes in memory order.
    #[inline(always)]
    pub(crate) const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The bytes in memory order.
    #[inline(always)]
    pub(crate) const fn to_bytes(self) -> [u8; 16] {
        self.0
    }

    /// From a number whose low bits are lane 0.
    #[cfg(test)]
    pub(crate) const fn from_u128(bits: u128) -> Self {
        Self(bits.to_le_bytes())
    }

    /// As a number whose low bits are lane 0.
    #[inline(always)]
    pub(crate) const fn to_u128(self) -> u128 {
        u128::from_le_bytes(self.0)
    }

    /// Splits into lanes; the type asked for says how: `let [a, b, c, d]: [i32; 4] = v.lanes();`.
    #[inline(always)]
    pub(crate) fn lanes<T: Lane<N>, const N: usize>(self) -> [T; N] {
        T::unpack(self.0)
    }

    /// Joins lanes: the inverse of [`V128::lanes`].
    #[inline(always)]
    pub(crate) fn from_lanes<T: Lane<N>, const N: usize>(lanes: [T; N]) -> Self {
        Self(T::pack(lanes))
    }
}

/// An integer of which `N` fill a vector. Float lanes are carried as the unsigned integer of their bits.
pub(crate) trait Lane<const N: usize>: Copy {
    /// Reads the `N` lanes of a vector's bytes.
    fn unpack(bytes: [u8; 16]) -> [Self; N];
    /// Writes `N` lanes as a vector's bytes.
    fn pack(lanes: [Self; N]) -> [u8; 16];
}

macro_rules! lanes {
    ($($int:ident x $count:literal;)*) => { $(
        impl Lane<$count> for $int {
            #[inline(always)]
            fn unpack(bytes: [u8; 16]) -> [Self; $count] {
                core::array::from_fn(|i| {
                    Self::from_le_bytes(core::array::from_fn(|byte| bytes[i * size_of::<Self>() + byte]))
                })
            }

            #[inline(always)]
            fn pack(lanes: [Self; $count]) -> [u8; 16] {
                core::array::from_fn(|i| lanes[i / size_of::<Self>()].to_le_bytes()[i % size_of::<Self>()])
            }
        }
    )* };
}

lanes! {
    u8 x 16;
    i8 x 16;
    u16 x 8;
    i16 x 8;
    u32 x 4;
    i32 x 4;
    u64 x 2;
    i64 x 2;
}
