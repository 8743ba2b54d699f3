//! What each instruction costs, by family: the static part. Amounts come on top ([`super::UnitPrices`]).
//!
//! Prices follow measured time (`selfsame-bench gas`), in the mode and with the operands that make an instruction
//! slowest. There is no wildcard: a new instruction has no price until somebody gives it one.

use selfsame_validate::Opcode;

/// The static cost of an instruction.
#[rustfmt::skip]
#[allow(clippy::too_many_lines, clippy::match_same_arms, reason = "a table, in families")]
pub(super) fn cost(opcode: Opcode) -> u32 {
    use Opcode as O;
    match opcode {
        // Markers of structure do nothing.
        O::Block | O::Loop | O::Else | O::End => 0,
        // Who catches is looked for; frames and clauses come on top.
        O::Throw | O::ThrowRef => 1000,
        // A frame is made.
        O::Call | O::ReturnCall => 5,
        // And a function is looked up.
        O::CallIndirect | O::ReturnCallIndirect | O::CallRef | O::ReturnCallRef => 7,
        // The embedder may be asked; units come on top.
        O::MemoryGrow | O::TableGrow => 100,
        // Bounds are checked, a part of the store is looked up; units come on top.
        O::MemoryInit | O::MemoryCopy | O::MemoryFill | O::TableInit | O::TableCopy | O::TableFill => 12,
        // The store is looked up.
        O::TableGet | O::TableSet | O::RefFunc | O::DataDrop | O::ElemDrop => 4,
        // An object is made; what it counts comes on top.
        O::StructNew | O::StructNewDefault | O::StructNewDesc | O::StructNewDefaultDesc | O::ArrayNew | O::ArrayNewDefault | O::ArrayNewFixed | O::ArrayNewData
        | O::ArrayNewElem => 20,
        // Bounds are checked, objects are looked up; units come on top.
        O::ArrayFill | O::ArrayCopy | O::ArrayInitData | O::ArrayInitElem => 12,
        // An object is looked up, its type perhaps.
        O::StructGet | O::StructGetS | O::StructGetU | O::StructSet | O::ArrayGet | O::ArrayGetS | O::ArrayGetU
        | O::ArraySet | O::ArrayLen | O::RefTest | O::RefTestNull | O::RefCast | O::RefCastNull | O::BrOnCast
        | O::BrOnCastFail | O::RefGetDesc | O::RefCastDescEq | O::RefCastDescEqNull | O::BrOnCastDescEq
        | O::BrOnCastDescEqFail => 6,
        // A jump that depends on data.
        O::BrTable => 2,
        // Numbers of 128 bits: up to four operands, two results.
        O::I64Add128 | O::I64Sub128 | O::I64MulWideS | O::I64MulWideU => 2,
        // Division of integers.
        O::I32DivS | O::I32DivU | O::I32RemS | O::I32RemU | O::I64DivS | O::I64DivU | O::I64RemS | O::I64RemU => 2,
        // Scalar floats: comparisons, roundings, from and to integers.
        O::F32Eq | O::F32Ne | O::F32Lt | O::F32Gt | O::F32Le | O::F32Ge | O::F64Eq | O::F64Ne | O::F64Lt
        | O::F64Gt | O::F64Le | O::F64Ge | O::F32Ceil | O::F32Floor | O::F32Trunc | O::F32Nearest | O::F32Min
        | O::F32Max | O::F64Ceil | O::F64Floor | O::F64Trunc | O::F64Nearest | O::F64Min | O::F64Max
        | O::I32TruncF32S | O::I32TruncF32U | O::I32TruncF64S | O::I32TruncF64U | O::I64TruncF32S
        | O::I64TruncF32U | O::I64TruncF64S | O::I64TruncF64U | O::F32ConvertI32S | O::F32ConvertI32U
        | O::F32ConvertI64S | O::F32ConvertI64U | O::F64ConvertI32S | O::F64ConvertI32U | O::F64ConvertI64S
        | O::F64ConvertI64U | O::I32TruncSatF32S | O::I32TruncSatF32U | O::I32TruncSatF64S | O::I32TruncSatF64U
        | O::I64TruncSatF32S | O::I64TruncSatF32U | O::I64TruncSatF64S | O::I64TruncSatF64U => 2,
        // Sums, products, other formats: significands are aligned and rounded.
        O::F32Add | O::F32Sub | O::F32Mul | O::F64Add | O::F64Sub | O::F64Mul | O::F32DemoteF64
        | O::F64PromoteF32 => 3,
        // Quotients.
        O::F32Div | O::F64Div => 6,
        // Roots.
        O::F32Sqrt | O::F64Sqrt => 8,
        // Vectors of floats: each lane costs about what the scalar does. Two lanes;
        O::F64x2Eq | O::F64x2Ne | O::F64x2Lt | O::F64x2Gt | O::F64x2Le | O::F64x2Ge | O::F64x2Ceil
        | O::F64x2Floor | O::F64x2Trunc | O::F64x2Nearest | O::F64x2Min | O::F64x2Max | O::F64x2PMin
        | O::F64x2PMax | O::I32x4TruncSatF64x2SZero | O::I32x4TruncSatF64x2UZero | O::F64x2ConvertLowI32x4S
        | O::F64x2ConvertLowI32x4U | O::I32x4RelaxedTruncF64x2SZero | O::I32x4RelaxedTruncF64x2UZero
        | O::F64x2RelaxedMin | O::F64x2RelaxedMax => 4,
        // four.
        O::F32x4Eq | O::F32x4Ne | O::F32x4Lt | O::F32x4Gt | O::F32x4Le | O::F32x4Ge | O::F32x4Ceil
        | O::F32x4Floor | O::F32x4Trunc | O::F32x4Nearest | O::F32x4Min | O::F32x4Max | O::F32x4PMin
        | O::F32x4PMax | O::I32x4TruncSatF32x4S | O::I32x4TruncSatF32x4U | O::F32x4ConvertI32x4S
        | O::F32x4ConvertI32x4U | O::I32x4RelaxedTruncF32x4S | O::I32x4RelaxedTruncF32x4U | O::F32x4RelaxedMin
        | O::F32x4RelaxedMax => 8,
        // From one format to the other, two lanes.
        O::F32x4DemoteF64x2Zero | O::F64x2PromoteLowF32x4 => 6,
        // Sums and products of two lanes;
        O::F64x2Add | O::F64x2Sub | O::F64x2Mul => 8,
        // of four.
        O::F32x4Add | O::F32x4Sub | O::F32x4Mul => 16,
        // Quotients of two lanes;
        O::F64x2Div => 12,
        // of four.
        O::F32x4Div => 24,
        // Roots of two lanes;
        O::F64x2Sqrt => 16,
        // of four.
        O::F32x4Sqrt => 32,
        // A product and a sum, two lanes;
        O::F64x2RelaxedMadd | O::F64x2RelaxedNmadd => 20,
        // four.
        O::F32x4RelaxedMadd | O::F32x4RelaxedNmadd => 32,
        // Lanes moved by data: sixteen lookups where no instruction of the processor does it.
        O::I8x16Shuffle | O::I8x16Swizzle | O::I8x16RelaxedSwizzle => 3,
        // Vectors of integers that take several steps.
        O::V128Load8x8S | O::V128Load8x8U | O::V128Load16x4S | O::V128Load16x4U | O::V128Load32x2S
        | O::V128Load32x2U | O::I8x16ReplaceLane | O::I16x8ReplaceLane | O::I32x4ReplaceLane | O::I64x2ReplaceLane
        | O::F32x4ReplaceLane | O::F64x2ReplaceLane | O::I8x16Popcnt | O::I8x16Bitmask | O::I16x8Q15MulrSatS
        | O::I16x8Bitmask | O::I32x4Bitmask | O::I64x2Bitmask | O::I16x8RelaxedQ15mulrS
        | O::I16x8RelaxedDotI8x16I7x16S => 2,
        // Products, their sums, and a sum again.
        O::I32x4RelaxedDotI8x16I7x16AddS => 4,
        // Control that does not depend on data.
        O::Unreachable | O::Nop | O::If | O::TryTable | O::Br | O::BrIf | O::BrOnNull | O::BrOnNonNull | O::Return | O::Drop
        | O::Select | O::TypedSelect => 1,
        // Locals, globals, references.
        O::LocalGet | O::LocalSet | O::LocalTee | O::GlobalGet | O::GlobalSet | O::RefNull | O::RefIsNull
        | O::RefAsNonNull | O::TableSize | O::RefEq | O::AnyConvertExtern | O::ExternConvertAny => 1,
        // Small integers, checked for null where they are read.
        O::RefI31 | O::I31GetS | O::I31GetU => 2,
        // Loads, stores and the size of a memory, vectors too: one access.
        O::I32Load | O::I64Load | O::F32Load | O::F64Load | O::I32Load8S | O::I32Load8U | O::I32Load16S
        | O::I32Load16U | O::I64Load8S | O::I64Load8U | O::I64Load16S | O::I64Load16U | O::I64Load32S
        | O::I64Load32U | O::I32Store | O::I64Store | O::F32Store | O::F64Store | O::I32Store8 | O::I32Store16
        | O::I64Store8 | O::I64Store16 | O::I64Store32 | O::MemorySize | O::V128Load | O::V128Load8Splat
        | O::V128Load16Splat | O::V128Load32Splat | O::V128Load64Splat | O::V128Store | O::V128Load8Lane
        | O::V128Load16Lane | O::V128Load32Lane | O::V128Load64Lane | O::V128Store8Lane | O::V128Store16Lane
        | O::V128Store32Lane | O::V128Store64Lane | O::V128Load32Zero | O::V128Load64Zero => 1,
        // Constants.
        O::I32Const | O::I64Const | O::F32Const | O::F64Const | O::V128Const => 1,
        // Integers: one step or few.
        O::I32Eqz | O::I32Eq | O::I32Ne | O::I32LtS | O::I32LtU | O::I32GtS | O::I32GtU | O::I32LeS | O::I32LeU
        | O::I32GeS | O::I32GeU | O::I64Eqz | O::I64Eq | O::I64Ne | O::I64LtS | O::I64LtU | O::I64GtS
        | O::I64GtU | O::I64LeS | O::I64LeU | O::I64GeS | O::I64GeU | O::I32Clz | O::I32Ctz | O::I32Popcnt
        | O::I32Add | O::I32Sub | O::I32Mul | O::I32And | O::I32Or | O::I32Xor | O::I32Shl | O::I32ShrS
        | O::I32ShrU | O::I32Rotl | O::I32Rotr | O::I64Clz | O::I64Ctz | O::I64Popcnt | O::I64Add | O::I64Sub
        | O::I64Mul | O::I64And | O::I64Or | O::I64Xor | O::I64Shl | O::I64ShrS | O::I64ShrU | O::I64Rotl
        | O::I64Rotr | O::I32WrapI64 | O::I64ExtendI32S | O::I64ExtendI32U | O::I32Extend8S | O::I32Extend16S
        | O::I64Extend8S | O::I64Extend16S | O::I64Extend32S => 1,
        // Bits of floats, which nothing computes with.
        O::F32Abs | O::F32Neg | O::F32Copysign | O::F64Abs | O::F64Neg | O::F64Copysign | O::I32ReinterpretF32
        | O::I64ReinterpretF64 | O::F32ReinterpretI32 | O::F64ReinterpretI64 => 1,
        // Vectors of integers, and bits of vectors: one step or few for all lanes.
        O::I8x16Splat | O::I16x8Splat | O::I32x4Splat | O::I64x2Splat | O::F32x4Splat | O::F64x2Splat
        | O::I8x16ExtractLaneS | O::I8x16ExtractLaneU | O::I16x8ExtractLaneS | O::I16x8ExtractLaneU
        | O::I32x4ExtractLane | O::I64x2ExtractLane | O::F32x4ExtractLane | O::F64x2ExtractLane | O::I8x16Eq
        | O::I8x16Ne | O::I8x16LtS | O::I8x16LtU | O::I8x16GtS | O::I8x16GtU | O::I8x16LeS | O::I8x16LeU
        | O::I8x16GeS | O::I8x16GeU | O::I16x8Eq | O::I16x8Ne | O::I16x8LtS | O::I16x8LtU | O::I16x8GtS
        | O::I16x8GtU | O::I16x8LeS | O::I16x8LeU | O::I16x8GeS | O::I16x8GeU | O::I32x4Eq | O::I32x4Ne
        | O::I32x4LtS | O::I32x4LtU | O::I32x4GtS | O::I32x4GtU | O::I32x4LeS | O::I32x4LeU | O::I32x4GeS
        | O::I32x4GeU | O::V128Not | O::V128And | O::V128AndNot | O::V128Or | O::V128Xor | O::V128Bitselect
        | O::V128AnyTrue | O::I8x16Abs | O::I8x16Neg | O::I8x16AllTrue | O::I8x16NarrowI16x8S
        | O::I8x16NarrowI16x8U | O::I8x16Shl | O::I8x16ShrS | O::I8x16ShrU | O::I8x16Add | O::I8x16AddSatS
        | O::I8x16AddSatU | O::I8x16Sub | O::I8x16SubSatS | O::I8x16SubSatU | O::I8x16MinS | O::I8x16MinU
        | O::I8x16MaxS | O::I8x16MaxU | O::I8x16AvgrU | O::I16x8ExtAddPairwiseI8x16S
        | O::I16x8ExtAddPairwiseI8x16U | O::I32x4ExtAddPairwiseI16x8S | O::I32x4ExtAddPairwiseI16x8U | O::I16x8Abs
        | O::I16x8Neg | O::I16x8AllTrue | O::I16x8NarrowI32x4S | O::I16x8NarrowI32x4U | O::I16x8ExtendLowI8x16S
        | O::I16x8ExtendHighI8x16S | O::I16x8ExtendLowI8x16U | O::I16x8ExtendHighI8x16U | O::I16x8Shl
        | O::I16x8ShrS | O::I16x8ShrU | O::I16x8Add | O::I16x8AddSatS | O::I16x8AddSatU | O::I16x8Sub
        | O::I16x8SubSatS | O::I16x8SubSatU | O::I16x8Mul | O::I16x8MinS | O::I16x8MinU | O::I16x8MaxS
        | O::I16x8MaxU | O::I16x8AvgrU | O::I16x8ExtMulLowI8x16S | O::I16x8ExtMulHighI8x16S
        | O::I16x8ExtMulLowI8x16U | O::I16x8ExtMulHighI8x16U | O::I32x4Abs | O::I32x4Neg | O::I32x4AllTrue
        | O::I32x4ExtendLowI16x8S | O::I32x4ExtendHighI16x8S | O::I32x4ExtendLowI16x8U | O::I32x4ExtendHighI16x8U
        | O::I32x4Shl | O::I32x4ShrS | O::I32x4ShrU | O::I32x4Add | O::I32x4Sub | O::I32x4Mul | O::I32x4MinS
        | O::I32x4MinU | O::I32x4MaxS | O::I32x4MaxU | O::I32x4DotI16x8S | O::I32x4ExtMulLowI16x8S
        | O::I32x4ExtMulHighI16x8S | O::I32x4ExtMulLowI16x8U | O::I32x4ExtMulHighI16x8U | O::I64x2Abs
        | O::I64x2Neg | O::I64x2AllTrue | O::I64x2ExtendLowI32x4S | O::I64x2ExtendHighI32x4S
        | O::I64x2ExtendLowI32x4U | O::I64x2ExtendHighI32x4U | O::I64x2Shl | O::I64x2ShrS | O::I64x2ShrU
        | O::I64x2Add | O::I64x2Sub | O::I64x2Mul | O::I64x2Eq | O::I64x2Ne | O::I64x2LtS | O::I64x2GtS
        | O::I64x2LeS | O::I64x2GeS | O::I64x2ExtMulLowI32x4S | O::I64x2ExtMulHighI32x4S | O::I64x2ExtMulLowI32x4U
        | O::I64x2ExtMulHighI32x4U | O::F32x4Abs | O::F32x4Neg | O::F64x2Abs | O::F64x2Neg
        | O::I8x16RelaxedLaneselect | O::I16x8RelaxedLaneselect | O::I32x4RelaxedLaneselect
        | O::I64x2RelaxedLaneselect => 1,
    }
}
