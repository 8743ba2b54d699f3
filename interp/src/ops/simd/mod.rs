//! Vectors: one pure function for each fixed-width and relaxed SIMD instruction, and the lists of them.
//!
//! As with the scalar lists, a list is called with the name of a macro that takes its rows, and hands on
//! whatever follows a comma; a row's name is the operator's in `wasmparser`. Each row also becomes a type
//! of that name, in `shape`. The lists hold every instruction of the 0xFD prefix except those that need no
//! function here: `v128.const`, `v128.load`, `v128.store`, the lane loads and stores (a plain load or
//! store around a replace or an extract), and `i8x16.shuffle`, which is the function [`i8x16_shuffle`]
//! because its immediate is as large as an operand.
//!
//! Spec: Core 3.0, 4.3.5 Vector Operations and 4.3.6 Relaxed Operations.

pub(crate) mod float;
pub(crate) mod int;
pub(crate) mod lane;
mod map;
pub(crate) mod relaxed;
mod shape;
mod v128;
pub(crate) mod widen;

#[cfg(test)]
mod tests;

pub(crate) use lane::i8x16_shuffle;
pub(super) use map::zip;
pub(crate) use shape::*;
pub(crate) use v128::{Lane, V128};

/// Vector to vector, the same in every float mode (`abs` and `neg` of floats only move bits): `Name = function;`.
macro_rules! simd_unops {
    ($use:ident $(, $($with:tt)*)?) => {
        $use! { $($($with)*)?
            V128Not = int::v128_not;
            I8x16Abs = int::i8x16_abs;
            I8x16Neg = int::i8x16_neg;
            I8x16Popcnt = int::i8x16_popcnt;
            I16x8ExtAddPairwiseI8x16S = widen::i16x8_extadd_pairwise_i8x16_s;
            I16x8ExtAddPairwiseI8x16U = widen::i16x8_extadd_pairwise_i8x16_u;
            I16x8Abs = int::i16x8_abs;
            I16x8Neg = int::i16x8_neg;
            I16x8ExtendLowI8x16S = widen::i16x8_extend_low_i8x16_s;
            I16x8ExtendHighI8x16S = widen::i16x8_extend_high_i8x16_s;
            I16x8ExtendLowI8x16U = widen::i16x8_extend_low_i8x16_u;
            I16x8ExtendHighI8x16U = widen::i16x8_extend_high_i8x16_u;
            I32x4ExtAddPairwiseI16x8S = widen::i32x4_extadd_pairwise_i16x8_s;
            I32x4ExtAddPairwiseI16x8U = widen::i32x4_extadd_pairwise_i16x8_u;
            I32x4Abs = int::i32x4_abs;
            I32x4Neg = int::i32x4_neg;
            I32x4ExtendLowI16x8S = widen::i32x4_extend_low_i16x8_s;
            I32x4ExtendHighI16x8S = widen::i32x4_extend_high_i16x8_s;
            I32x4ExtendLowI16x8U = widen::i32x4_extend_low_i16x8_u;
            I32x4ExtendHighI16x8U = widen::i32x4_extend_high_i16x8_u;
            I64x2Abs = int::i64x2_abs;
            I64x2Neg = int::i64x2_neg;
            I64x2ExtendLowI32x4S = widen::i64x2_extend_low_i32x4_s;
            I64x2ExtendHighI32x4S = widen::i64x2_extend_high_i32x4_s;
            I64x2ExtendLowI32x4U = widen::i64x2_extend_low_i32x4_u;
            I64x2ExtendHighI32x4U = widen::i64x2_extend_high_i32x4_u;
            F32x4Abs = float::f32x4_abs;
            F32x4Neg = float::f32x4_neg;
            F64x2Abs = float::f64x2_abs;
            F64x2Neg = float::f64x2_neg;
        }
    };
}
pub(crate) use simd_unops;

/// Two vectors to one, the same in every float mode: `Name = function;`.
macro_rules! simd_binops {
    ($use:ident $(, $($with:tt)*)?) => {
        $use! { $($($with)*)?
            I8x16Swizzle = lane::i8x16_swizzle;
            I8x16Eq = int::i8x16_eq;
            I8x16Ne = int::i8x16_ne;
            I8x16LtS = int::i8x16_lt_s;
            I8x16LtU = int::i8x16_lt_u;
            I8x16GtS = int::i8x16_gt_s;
            I8x16GtU = int::i8x16_gt_u;
            I8x16LeS = int::i8x16_le_s;
            I8x16LeU = int::i8x16_le_u;
            I8x16GeS = int::i8x16_ge_s;
            I8x16GeU = int::i8x16_ge_u;
            I16x8Eq = int::i16x8_eq;
            I16x8Ne = int::i16x8_ne;
            I16x8LtS = int::i16x8_lt_s;
            I16x8LtU = int::i16x8_lt_u;
            I16x8GtS = int::i16x8_gt_s;
            I16x8GtU = int::i16x8_gt_u;
            I16x8LeS = int::i16x8_le_s;
            I16x8LeU = int::i16x8_le_u;
            I16x8GeS = int::i16x8_ge_s;
            I16x8GeU = int::i16x8_ge_u;
            I32x4Eq = int::i32x4_eq;
            I32x4Ne = int::i32x4_ne;
            I32x4LtS = int::i32x4_lt_s;
            I32x4LtU = int::i32x4_lt_u;
            I32x4GtS = int::i32x4_gt_s;
            I32x4GtU = int::i32x4_gt_u;
            I32x4LeS = int::i32x4_le_s;
            I32x4LeU = int::i32x4_le_u;
            I32x4GeS = int::i32x4_ge_s;
            I32x4GeU = int::i32x4_ge_u;
            I64x2Eq = int::i64x2_eq;
            I64x2Ne = int::i64x2_ne;
            I64x2LtS = int::i64x2_lt_s;
            I64x2GtS = int::i64x2_gt_s;
            I64x2LeS = int::i64x2_le_s;
            I64x2GeS = int::i64x2_ge_s;
            V128And = int::v128_and;
            V128AndNot = int::v128_andnot;
            V128Or = int::v128_or;
            V128Xor = int::v128_xor;
            I8x16NarrowI16x8S = widen::i8x16_narrow_i16x8_s;
            I8x16NarrowI16x8U = widen::i8x16_narrow_i16x8_u;
            I8x16Add = int::i8x16_add;
            I8x16AddSatS = int::i8x16_add_sat_s;
            I8x16AddSatU = int::i8x16_add_sat_u;
            I8x16Sub = int::i8x16_sub;
            I8x16SubSatS = int::i8x16_sub_sat_s;
            I8x16SubSatU = int::i8x16_sub_sat_u;
            I8x16MinS = int::i8x16_min_s;
            I8x16MinU = int::i8x16_min_u;
            I8x16MaxS = int::i8x16_max_s;
            I8x16MaxU = int::i8x16_max_u;
            I8x16AvgrU = int::i8x16_avgr_u;
            I16x8Q15MulrSatS = int::i16x8_q15mulr_sat_s;
            I16x8NarrowI32x4S = widen::i16x8_narrow_i32x4_s;
            I16x8NarrowI32x4U = widen::i16x8_narrow_i32x4_u;
            I16x8Add = int::i16x8_add;
            I16x8AddSatS = int::i16x8_add_sat_s;
            I16x8AddSatU = int::i16x8_add_sat_u;
            I16x8Sub = int::i16x8_sub;
            I16x8SubSatS = int::i16x8_sub_sat_s;
            I16x8SubSatU = int::i16x8_sub_sat_u;
            I16x8Mul = int::i16x8_mul;
            I16x8MinS = int::i16x8_min_s;
            I16x8MinU = int::i16x8_min_u;
            I16x8MaxS = int::i16x8_max_s;
            I16x8MaxU = int::i16x8_max_u;
            I16x8AvgrU = int::i16x8_avgr_u;
            I16x8ExtMulLowI8x16S = widen::i16x8_extmul_low_i8x16_s;
            I16x8ExtMulHighI8x16S = widen::i16x8_extmul_high_i8x16_s;
            I16x8ExtMulLowI8x16U = widen::i16x8_extmul_low_i8x16_u;
            I16x8ExtMulHighI8x16U = widen::i16x8_extmul_high_i8x16_u;
            I32x4Add = int::i32x4_add;
            I32x4Sub = int::i32x4_sub;
            I32x4Mul = int::i32x4_mul;
            I32x4MinS = int::i32x4_min_s;
            I32x4MinU = int::i32x4_min_u;
            I32x4MaxS = int::i32x4_max_s;
            I32x4MaxU = int::i32x4_max_u;
            I32x4DotI16x8S = widen::i32x4_dot_i16x8_s;
            I32x4ExtMulLowI16x8S = widen::i32x4_extmul_low_i16x8_s;
            I32x4ExtMulHighI16x8S = widen::i32x4_extmul_high_i16x8_s;
            I32x4ExtMulLowI16x8U = widen::i32x4_extmul_low_i16x8_u;
            I32x4ExtMulHighI16x8U = widen::i32x4_extmul_high_i16x8_u;
            I64x2Add = int::i64x2_add;
            I64x2Sub = int::i64x2_sub;
            I64x2Mul = int::i64x2_mul;
            I64x2ExtMulLowI32x4S = widen::i64x2_extmul_low_i32x4_s;
            I64x2ExtMulHighI32x4S = widen::i64x2_extmul_high_i32x4_s;
            I64x2ExtMulLowI32x4U = widen::i64x2_extmul_low_i32x4_u;
            I64x2ExtMulHighI32x4U = widen::i64x2_extmul_high_i32x4_u;
            I8x16RelaxedSwizzle = relaxed::i8x16_relaxed_swizzle;
            I16x8RelaxedQ15mulrS = relaxed::i16x8_relaxed_q15mulr_s;
            I16x8RelaxedDotI8x16I7x16S = relaxed::i16x8_relaxed_dot_i8x16_i7x16_s;
        }
    };
}
pub(crate) use simd_binops;

/// Three vectors to one, the same in every float mode: `Name = function;`.
macro_rules! simd_ternops {
    ($use:ident $(, $($with:tt)*)?) => {
        $use! { $($($with)*)?
            V128Bitselect = int::v128_bitselect;
            I8x16RelaxedLaneselect = relaxed::i8x16_relaxed_laneselect;
            I16x8RelaxedLaneselect = relaxed::i16x8_relaxed_laneselect;
            I32x4RelaxedLaneselect = relaxed::i32x4_relaxed_laneselect;
            I64x2RelaxedLaneselect = relaxed::i64x2_relaxed_laneselect;
            I32x4RelaxedDotI8x16I7x16AddS = relaxed::i32x4_relaxed_dot_i8x16_i7x16_add_s;
        }
    };
}
pub(crate) use simd_ternops;

/// Vector and `i32` count to vector: `Name = function;`.
macro_rules! simd_shifts {
    ($use:ident $(, $($with:tt)*)?) => {
        $use! { $($($with)*)?
            I8x16Shl = int::i8x16_shl;
            I8x16ShrS = int::i8x16_shr_s;
            I8x16ShrU = int::i8x16_shr_u;
            I16x8Shl = int::i16x8_shl;
            I16x8ShrS = int::i16x8_shr_s;
            I16x8ShrU = int::i16x8_shr_u;
            I32x4Shl = int::i32x4_shl;
            I32x4ShrS = int::i32x4_shr_s;
            I32x4ShrU = int::i32x4_shr_u;
            I64x2Shl = int::i64x2_shl;
            I64x2ShrS = int::i64x2_shr_s;
            I64x2ShrU = int::i64x2_shr_u;
        }
    };
}
pub(crate) use simd_shifts;

/// Vector to `i32`: `Name = function;`.
macro_rules! simd_tests {
    ($use:ident $(, $($with:tt)*)?) => {
        $use! { $($($with)*)?
            V128AnyTrue = int::v128_any_true;
            I8x16AllTrue = int::i8x16_all_true;
            I8x16Bitmask = int::i8x16_bitmask;
            I16x8AllTrue = int::i16x8_all_true;
            I16x8Bitmask = int::i16x8_bitmask;
            I32x4AllTrue = int::i32x4_all_true;
            I32x4Bitmask = int::i32x4_bitmask;
            I64x2AllTrue = int::i64x2_all_true;
            I64x2Bitmask = int::i64x2_bitmask;
        }
    };
}
pub(crate) use simd_tests;

/// Scalar to vector: `Name(scalar) = function;`.
macro_rules! simd_splats {
    ($use:ident $(, $($with:tt)*)?) => {
        $use! { $($($with)*)?
            I8x16Splat(u32) = lane::i8x16_splat;
            I16x8Splat(u32) = lane::i16x8_splat;
            I32x4Splat(u32) = lane::i32x4_splat;
            I64x2Splat(u64) = lane::i64x2_splat;
            F32x4Splat(u32) = lane::f32x4_splat;
            F64x2Splat(u64) = lane::f64x2_splat;
        }
    };
}
pub(crate) use simd_splats;

/// Vector and lane immediate to scalar: `Name -> scalar = function;`.
macro_rules! simd_extracts {
    ($use:ident $(, $($with:tt)*)?) => {
        $use! { $($($with)*)?
            I8x16ExtractLaneS -> u32 = lane::i8x16_extract_lane_s;
            I8x16ExtractLaneU -> u32 = lane::i8x16_extract_lane_u;
            I16x8ExtractLaneS -> u32 = lane::i16x8_extract_lane_s;
            I16x8ExtractLaneU -> u32 = lane::i16x8_extract_lane_u;
            I32x4ExtractLane -> u32 = lane::i32x4_extract_lane;
            I64x2ExtractLane -> u64 = lane::i64x2_extract_lane;
            F32x4ExtractLane -> u32 = lane::f32x4_extract_lane;
            F64x2ExtractLane -> u64 = lane::f64x2_extract_lane;
        }
    };
}
pub(crate) use simd_extracts;

/// Vector, scalar and lane immediate to vector: `Name(scalar) = function;`.
macro_rules! simd_replaces {
    ($use:ident $(, $($with:tt)*)?) => {
        $use! { $($($with)*)?
            I8x16ReplaceLane(u32) = lane::i8x16_replace_lane;
            I16x8ReplaceLane(u32) = lane::i16x8_replace_lane;
            I32x4ReplaceLane(u32) = lane::i32x4_replace_lane;
            I64x2ReplaceLane(u64) = lane::i64x2_replace_lane;
            F32x4ReplaceLane(u32) = lane::f32x4_replace_lane;
            F64x2ReplaceLane(u64) = lane::f64x2_replace_lane;
        }
    };
}
pub(crate) use simd_replaces;

/// Loads that widen, splat or zero-fill: `Name(memory type) = function of the u64 read;`.
macro_rules! simd_load_ext {
    ($use:ident $(, $($with:tt)*)?) => {
        $use! { $($($with)*)?
            V128Load8x8S(u64) = widen::v128_load8x8_s;
            V128Load8x8U(u64) = widen::v128_load8x8_u;
            V128Load16x4S(u64) = widen::v128_load16x4_s;
            V128Load16x4U(u64) = widen::v128_load16x4_u;
            V128Load32x2S(u64) = widen::v128_load32x2_s;
            V128Load32x2U(u64) = widen::v128_load32x2_u;
            V128Load8Splat(u8) = lane::v128_load8_splat;
            V128Load16Splat(u16) = lane::v128_load16_splat;
            V128Load32Splat(u32) = lane::v128_load32_splat;
            V128Load64Splat(u64) = lane::v128_load64_splat;
            V128Load32Zero(u32) = lane::v128_load32_zero;
            V128Load64Zero(u64) = lane::v128_load64_zero;
        }
    };
}
pub(crate) use simd_load_ext;

/// Vector to vector, by float mode: `Name = function;`, the function generic over the mode.
macro_rules! simd_float_unops {
    ($use:ident $(, $($with:tt)*)?) => {
        $use! { $($($with)*)?
            F32x4Ceil = float::f32x4_ceil;
            F32x4Floor = float::f32x4_floor;
            F32x4Trunc = float::f32x4_trunc;
            F32x4Nearest = float::f32x4_nearest;
            F32x4Sqrt = float::f32x4_sqrt;
            F64x2Ceil = float::f64x2_ceil;
            F64x2Floor = float::f64x2_floor;
            F64x2Trunc = float::f64x2_trunc;
            F64x2Nearest = float::f64x2_nearest;
            F64x2Sqrt = float::f64x2_sqrt;
            I32x4TruncSatF32x4S = float::i32x4_trunc_sat_f32x4_s;
            I32x4TruncSatF32x4U = float::i32x4_trunc_sat_f32x4_u;
            F32x4ConvertI32x4S = float::f32x4_convert_i32x4_s;
            F32x4ConvertI32x4U = float::f32x4_convert_i32x4_u;
            I32x4TruncSatF64x2SZero = float::i32x4_trunc_sat_f64x2_s_zero;
            I32x4TruncSatF64x2UZero = float::i32x4_trunc_sat_f64x2_u_zero;
            F64x2ConvertLowI32x4S = float::f64x2_convert_low_i32x4_s;
            F64x2ConvertLowI32x4U = float::f64x2_convert_low_i32x4_u;
            F32x4DemoteF64x2Zero = float::f32x4_demote_f64x2_zero;
            F64x2PromoteLowF32x4 = float::f64x2_promote_low_f32x4;
            I32x4RelaxedTruncF32x4S = relaxed::i32x4_relaxed_trunc_f32x4_s;
            I32x4RelaxedTruncF32x4U = relaxed::i32x4_relaxed_trunc_f32x4_u;
            I32x4RelaxedTruncF64x2SZero = relaxed::i32x4_relaxed_trunc_f64x2_s_zero;
            I32x4RelaxedTruncF64x2UZero = relaxed::i32x4_relaxed_trunc_f64x2_u_zero;
        }
    };
}
pub(crate) use simd_float_unops;

/// Two vectors to one, by float mode: `Name = function;`, the function generic over the mode.
macro_rules! simd_float_binops {
    ($use:ident $(, $($with:tt)*)?) => {
        $use! { $($($with)*)?
            F32x4Eq = float::f32x4_eq;
            F32x4Ne = float::f32x4_ne;
            F32x4Lt = float::f32x4_lt;
            F32x4Gt = float::f32x4_gt;
            F32x4Le = float::f32x4_le;
            F32x4Ge = float::f32x4_ge;
            F64x2Eq = float::f64x2_eq;
            F64x2Ne = float::f64x2_ne;
            F64x2Lt = float::f64x2_lt;
            F64x2Gt = float::f64x2_gt;
            F64x2Le = float::f64x2_le;
            F64x2Ge = float::f64x2_ge;
            F32x4Add = float::f32x4_add;
            F32x4Sub = float::f32x4_sub;
            F32x4Mul = float::f32x4_mul;
            F32x4Div = float::f32x4_div;
            F32x4Min = float::f32x4_min;
            F32x4Max = float::f32x4_max;
            F32x4PMin = float::f32x4_pmin;
            F32x4PMax = float::f32x4_pmax;
            F64x2Add = float::f64x2_add;
            F64x2Sub = float::f64x2_sub;
            F64x2Mul = float::f64x2_mul;
            F64x2Div = float::f64x2_div;
            F64x2Min = float::f64x2_min;
            F64x2Max = float::f64x2_max;
            F64x2PMin = float::f64x2_pmin;
            F64x2PMax = float::f64x2_pmax;
            F32x4RelaxedMin = relaxed::f32x4_relaxed_min;
            F32x4RelaxedMax = relaxed::f32x4_relaxed_max;
            F64x2RelaxedMin = relaxed::f64x2_relaxed_min;
            F64x2RelaxedMax = relaxed::f64x2_relaxed_max;
        }
    };
}
pub(crate) use simd_float_binops;

/// Three vectors to one, by float mode: `Name = function;`, the function generic over the mode.
macro_rules! simd_float_ternops {
    ($use:ident $(, $($with:tt)*)?) => {
        $use! { $($($with)*)?
            F32x4RelaxedMadd = relaxed::f32x4_relaxed_madd;
            F32x4RelaxedNmadd = relaxed::f32x4_relaxed_nmadd;
            F64x2RelaxedMadd = relaxed::f64x2_relaxed_madd;
            F64x2RelaxedNmadd = relaxed::f64x2_relaxed_nmadd;
        }
    };
}
pub(crate) use simd_float_ternops;
