//! `i8x16.swizzle` and `i8x16.shuffle` by the instruction of x86-64 that moves bytes about; elsewhere, and where
//! the processor lacks it, [`simd`](super::simd) has them. Operands as there.

use crate::fast::regs::{handler, step};
use core::arch::x86_64::{
    _mm_add_epi8, _mm_adds_epu8, _mm_loadu_si128, _mm_or_si128, _mm_set1_epi8, _mm_shuffle_epi8,
    _mm_storeu_si128, _mm_sub_epi8,
};

handler! {
    /// A pick of 16 or above gets its upper bit set, which picks zero.
    #[target_feature(enable = "ssse3")]
    pub(in crate::fast) fn swizzle(r) {
        let a = _mm_loadu_si128(r.cell(10).cast());
        let picks = _mm_loadu_si128(r.cell(12).cast());
        let picks = _mm_adds_epu8(picks, _mm_set1_epi8(0x70));
        _mm_storeu_si128(r.cell(8).cast(), _mm_shuffle_epi8(a, picks));
        step(r, 2)
    }

    /// Picks are below 32: below 16 for the first vector, where others get their upper bit set; less 16 for the
    /// second, where the upper bit of those of the first is set then. What is not picked is zero.
    #[target_feature(enable = "ssse3")]
    pub(in crate::fast) fn shuffle(r) {
        let a = _mm_loadu_si128(r.cell(10).cast());
        let b = _mm_loadu_si128(r.cell(12).cast());
        let picks = _mm_loadu_si128(r.ip.add(2).cast());
        let of_a = _mm_shuffle_epi8(a, _mm_add_epi8(picks, _mm_set1_epi8(0x70)));
        let of_b = _mm_shuffle_epi8(b, _mm_sub_epi8(picks, _mm_set1_epi8(16)));
        _mm_storeu_si128(r.cell(8).cast(), _mm_or_si128(of_a, of_b));
        step(r, 4)
    }
}
