//! The list of instructions: name, code, text. One row an instruction; nothing else in the project
//! spells an opcode. Spec: Core 3.0, 5.4 Instructions.

/// Calls a macro with every instruction as `Name = 0xPPSSSS "text";`, where `PP` is the prefix byte
/// (0 for none) and `SSSS` the opcode or, behind a prefix, the sub-opcode.
macro_rules! for_each_opcode {
    ($use:ident) => {
        $use! {
            Unreachable = 0x000000 "unreachable";
            Nop = 0x000001 "nop";
            Block = 0x000002 "block";
            Loop = 0x000003 "loop";
            If = 0x000004 "if";
            Else = 0x000005 "else";
            Throw = 0x000008 "throw";
            ThrowRef = 0x00000a "throw_ref";
            End = 0x00000b "end";
            Br = 0x00000c "br";
            BrIf = 0x00000d "br_if";
            BrTable = 0x00000e "br_table";
            Return = 0x00000f "return";
            Call = 0x000010 "call";
            CallIndirect = 0x000011 "call_indirect";
            ReturnCall = 0x000012 "return_call";
            ReturnCallIndirect = 0x000013 "return_call_indirect";
            CallRef = 0x000014 "call_ref";
            ReturnCallRef = 0x000015 "return_call_ref";
            Drop = 0x00001a "drop";
            Select = 0x00001b "select";
            TypedSelect = 0x00001c "select t";
            TryTable = 0x00001f "try_table";
            LocalGet = 0x000020 "local.get";
            LocalSet = 0x000021 "local.set";
            LocalTee = 0x000022 "local.tee";
            GlobalGet = 0x000023 "global.get";
            GlobalSet = 0x000024 "global.set";
            TableGet = 0x000025 "table.get";
            TableSet = 0x000026 "table.set";
            I32Load = 0x000028 "i32.load";
            I64Load = 0x000029 "i64.load";
            F32Load = 0x00002a "f32.load";
            F64Load = 0x00002b "f64.load";
            I32Load8S = 0x00002c "i32.load8_s";
            I32Load8U = 0x00002d "i32.load8_u";
            I32Load16S = 0x00002e "i32.load16_s";
            I32Load16U = 0x00002f "i32.load16_u";
            I64Load8S = 0x000030 "i64.load8_s";
            I64Load8U = 0x000031 "i64.load8_u";
            I64Load16S = 0x000032 "i64.load16_s";
            I64Load16U = 0x000033 "i64.load16_u";
            I64Load32S = 0x000034 "i64.load32_s";
            I64Load32U = 0x000035 "i64.load32_u";
            I32Store = 0x000036 "i32.store";
            I64Store = 0x000037 "i64.store";
            F32Store = 0x000038 "f32.store";
            F64Store = 0x000039 "f64.store";
            I32Store8 = 0x00003a "i32.store8";
            I32Store16 = 0x00003b "i32.store16";
            I64Store8 = 0x00003c "i64.store8";
            I64Store16 = 0x00003d "i64.store16";
            I64Store32 = 0x00003e "i64.store32";
            MemorySize = 0x00003f "memory.size";
            MemoryGrow = 0x000040 "memory.grow";
            I32Const = 0x000041 "i32.const";
            I64Const = 0x000042 "i64.const";
            F32Const = 0x000043 "f32.const";
            F64Const = 0x000044 "f64.const";
            I32Eqz = 0x000045 "i32.eqz";
            I32Eq = 0x000046 "i32.eq";
            I32Ne = 0x000047 "i32.ne";
            I32LtS = 0x000048 "i32.lt_s";
            I32LtU = 0x000049 "i32.lt_u";
            I32GtS = 0x00004a "i32.gt_s";
            I32GtU = 0x00004b "i32.gt_u";
            I32LeS = 0x00004c "i32.le_s";
            I32LeU = 0x00004d "i32.le_u";
            I32GeS = 0x00004e "i32.ge_s";
            I32GeU = 0x00004f "i32.ge_u";
            I64Eqz = 0x000050 "i64.eqz";
            I64Eq = 0x000051 "i64.eq";
            I64Ne = 0x000052 "i64.ne";
            I64LtS = 0x000053 "i64.lt_s";
            I64LtU = 0x000054 "i64.lt_u";
            I64GtS = 0x000055 "i64.gt_s";
            I64GtU = 0x000056 "i64.gt_u";
            I64LeS = 0x000057 "i64.le_s";
            I64LeU = 0x000058 "i64.le_u";
            I64GeS = 0x000059 "i64.ge_s";
            I64GeU = 0x00005a "i64.ge_u";
            F32Eq = 0x00005b "f32.eq";
            F32Ne = 0x00005c "f32.ne";
            F32Lt = 0x00005d "f32.lt";
            F32Gt = 0x00005e "f32.gt";
            F32Le = 0x00005f "f32.le";
            F32Ge = 0x000060 "f32.ge";
            F64Eq = 0x000061 "f64.eq";
            F64Ne = 0x000062 "f64.ne";
            F64Lt = 0x000063 "f64.lt";
            F64Gt = 0x000064 "f64.gt";
            F64Le = 0x000065 "f64.le";
            F64Ge = 0x000066 "f64.ge";
            I32Clz = 0x000067 "i32.clz";
            I32Ctz = 0x000068 "i32.ctz";
            I32Popcnt = 0x000069 "i32.popcnt";
            I32Add = 0x00006a "i32.add";
            I32Sub = 0x00006b "i32.sub";
            I32Mul = 0x00006c "i32.mul";
            I32DivS = 0x00006d "i32.div_s";
            I32DivU = 0x00006e "i32.div_u";
            I32RemS = 0x00006f "i32.rem_s";
            I32RemU = 0x000070 "i32.rem_u";
            I32And = 0x000071 "i32.and";
            I32Or = 0x000072 "i32.or";
            I32Xor = 0x000073 "i32.xor";
            I32Shl = 0x000074 "i32.shl";
            I32ShrS = 0x000075 "i32.shr_s";
            I32ShrU = 0x000076 "i32.shr_u";
            I32Rotl = 0x000077 "i32.rotl";
            I32Rotr = 0x000078 "i32.rotr";
            I64Clz = 0x000079 "i64.clz";
            I64Ctz = 0x00007a "i64.ctz";
            I64Popcnt = 0x00007b "i64.popcnt";
            I64Add = 0x00007c "i64.add";
            I64Sub = 0x00007d "i64.sub";
            I64Mul = 0x00007e "i64.mul";
            I64DivS = 0x00007f "i64.div_s";
            I64DivU = 0x000080 "i64.div_u";
            I64RemS = 0x000081 "i64.rem_s";
            I64RemU = 0x000082 "i64.rem_u";
            I64And = 0x000083 "i64.and";
            I64Or = 0x000084 "i64.or";
            I64Xor = 0x000085 "i64.xor";
            I64Shl = 0x000086 "i64.shl";
            I64ShrS = 0x000087 "i64.shr_s";
            I64ShrU = 0x000088 "i64.shr_u";
            I64Rotl = 0x000089 "i64.rotl";
            I64Rotr = 0x00008a "i64.rotr";
            F32Abs = 0x00008b "f32.abs";
            F32Neg = 0x00008c "f32.neg";
            F32Ceil = 0x00008d "f32.ceil";
            F32Floor = 0x00008e "f32.floor";
            F32Trunc = 0x00008f "f32.trunc";
            F32Nearest = 0x000090 "f32.nearest";
            F32Sqrt = 0x000091 "f32.sqrt";
            F32Add = 0x000092 "f32.add";
            F32Sub = 0x000093 "f32.sub";
            F32Mul = 0x000094 "f32.mul";
            F32Div = 0x000095 "f32.div";
            F32Min = 0x000096 "f32.min";
            F32Max = 0x000097 "f32.max";
            F32Copysign = 0x000098 "f32.copysign";
            F64Abs = 0x000099 "f64.abs";
            F64Neg = 0x00009a "f64.neg";
            F64Ceil = 0x00009b "f64.ceil";
            F64Floor = 0x00009c "f64.floor";
            F64Trunc = 0x00009d "f64.trunc";
            F64Nearest = 0x00009e "f64.nearest";
            F64Sqrt = 0x00009f "f64.sqrt";
            F64Add = 0x0000a0 "f64.add";
            F64Sub = 0x0000a1 "f64.sub";
            F64Mul = 0x0000a2 "f64.mul";
            F64Div = 0x0000a3 "f64.div";
            F64Min = 0x0000a4 "f64.min";
            F64Max = 0x0000a5 "f64.max";
            F64Copysign = 0x0000a6 "f64.copysign";
            I32WrapI64 = 0x0000a7 "i32.wrap_i64";
            I32TruncF32S = 0x0000a8 "i32.trunc_f32_s";
            I32TruncF32U = 0x0000a9 "i32.trunc_f32_u";
            I32TruncF64S = 0x0000aa "i32.trunc_f64_s";
            I32TruncF64U = 0x0000ab "i32.trunc_f64_u";
            I64ExtendI32S = 0x0000ac "i64.extend_i32_s";
            I64ExtendI32U = 0x0000ad "i64.extend_i32_u";
            I64TruncF32S = 0x0000ae "i64.trunc_f32_s";
            I64TruncF32U = 0x0000af "i64.trunc_f32_u";
            I64TruncF64S = 0x0000b0 "i64.trunc_f64_s";
            I64TruncF64U = 0x0000b1 "i64.trunc_f64_u";
            F32ConvertI32S = 0x0000b2 "f32.convert_i32_s";
            F32ConvertI32U = 0x0000b3 "f32.convert_i32_u";
            F32ConvertI64S = 0x0000b4 "f32.convert_i64_s";
            F32ConvertI64U = 0x0000b5 "f32.convert_i64_u";
            F32DemoteF64 = 0x0000b6 "f32.demote_f64";
            F64ConvertI32S = 0x0000b7 "f64.convert_i32_s";
            F64ConvertI32U = 0x0000b8 "f64.convert_i32_u";
            F64ConvertI64S = 0x0000b9 "f64.convert_i64_s";
            F64ConvertI64U = 0x0000ba "f64.convert_i64_u";
            F64PromoteF32 = 0x0000bb "f64.promote_f32";
            I32ReinterpretF32 = 0x0000bc "i32.reinterpret_f32";
            I64ReinterpretF64 = 0x0000bd "i64.reinterpret_f64";
            F32ReinterpretI32 = 0x0000be "f32.reinterpret_i32";
            F64ReinterpretI64 = 0x0000bf "f64.reinterpret_i64";
            I32Extend8S = 0x0000c0 "i32.extend8_s";
            I32Extend16S = 0x0000c1 "i32.extend16_s";
            I64Extend8S = 0x0000c2 "i64.extend8_s";
            I64Extend16S = 0x0000c3 "i64.extend16_s";
            I64Extend32S = 0x0000c4 "i64.extend32_s";
            RefNull = 0x0000d0 "ref.null";
            RefIsNull = 0x0000d1 "ref.is_null";
            RefFunc = 0x0000d2 "ref.func";
            RefEq = 0x0000d3 "ref.eq";
            RefAsNonNull = 0x0000d4 "ref.as_non_null";
            BrOnNull = 0x0000d5 "br_on_null";
            BrOnNonNull = 0x0000d6 "br_on_non_null";
            StructNew = 0xfb0000 "struct.new";
            StructNewDefault = 0xfb0001 "struct.new_default";
            StructGet = 0xfb0002 "struct.get";
            StructGetS = 0xfb0003 "struct.get_s";
            StructGetU = 0xfb0004 "struct.get_u";
            StructSet = 0xfb0005 "struct.set";
            ArrayNew = 0xfb0006 "array.new";
            ArrayNewDefault = 0xfb0007 "array.new_default";
            ArrayNewFixed = 0xfb0008 "array.new_fixed";
            ArrayNewData = 0xfb0009 "array.new_data";
            ArrayNewElem = 0xfb000a "array.new_elem";
            ArrayGet = 0xfb000b "array.get";
            ArrayGetS = 0xfb000c "array.get_s";
            ArrayGetU = 0xfb000d "array.get_u";
            ArraySet = 0xfb000e "array.set";
            ArrayLen = 0xfb000f "array.len";
            ArrayFill = 0xfb0010 "array.fill";
            ArrayCopy = 0xfb0011 "array.copy";
            ArrayInitData = 0xfb0012 "array.init_data";
            ArrayInitElem = 0xfb0013 "array.init_elem";
            RefTest = 0xfb0014 "ref.test";
            RefTestNull = 0xfb0015 "ref.test null";
            RefCast = 0xfb0016 "ref.cast";
            RefCastNull = 0xfb0017 "ref.cast null";
            BrOnCast = 0xfb0018 "br_on_cast";
            BrOnCastFail = 0xfb0019 "br_on_cast_fail";
            AnyConvertExtern = 0xfb001a "any.convert_extern";
            ExternConvertAny = 0xfb001b "extern.convert_any";
            RefI31 = 0xfb001c "ref.i31";
            I31GetS = 0xfb001d "i31.get_s";
            I31GetU = 0xfb001e "i31.get_u";
            StructNewDesc = 0xfb0020 "struct.new_desc";
            StructNewDefaultDesc = 0xfb0021 "struct.new_default_desc";
            RefGetDesc = 0xfb0022 "ref.get_desc";
            RefCastDescEq = 0xfb0023 "ref.cast_desc_eq";
            RefCastDescEqNull = 0xfb0024 "ref.cast_desc_eq null";
            BrOnCastDescEq = 0xfb0025 "br_on_cast_desc_eq";
            BrOnCastDescEqFail = 0xfb0026 "br_on_cast_desc_eq_fail";
            I32TruncSatF32S = 0xfc0000 "i32.trunc_sat_f32_s";
            I32TruncSatF32U = 0xfc0001 "i32.trunc_sat_f32_u";
            I32TruncSatF64S = 0xfc0002 "i32.trunc_sat_f64_s";
            I32TruncSatF64U = 0xfc0003 "i32.trunc_sat_f64_u";
            I64TruncSatF32S = 0xfc0004 "i64.trunc_sat_f32_s";
            I64TruncSatF32U = 0xfc0005 "i64.trunc_sat_f32_u";
            I64TruncSatF64S = 0xfc0006 "i64.trunc_sat_f64_s";
            I64TruncSatF64U = 0xfc0007 "i64.trunc_sat_f64_u";
            MemoryInit = 0xfc0008 "memory.init";
            DataDrop = 0xfc0009 "data.drop";
            MemoryCopy = 0xfc000a "memory.copy";
            MemoryFill = 0xfc000b "memory.fill";
            TableInit = 0xfc000c "table.init";
            ElemDrop = 0xfc000d "elem.drop";
            TableCopy = 0xfc000e "table.copy";
            TableGrow = 0xfc000f "table.grow";
            TableSize = 0xfc0010 "table.size";
            TableFill = 0xfc0011 "table.fill";
            I64Add128 = 0xfc0013 "i64.add128";
            I64Sub128 = 0xfc0014 "i64.sub128";
            I64MulWideS = 0xfc0015 "i64.mul_wide_s";
            I64MulWideU = 0xfc0016 "i64.mul_wide_u";
            V128Load = 0xfd0000 "v128.load";
            V128Load8x8S = 0xfd0001 "v128.load8x8_s";
            V128Load8x8U = 0xfd0002 "v128.load8x8_u";
            V128Load16x4S = 0xfd0003 "v128.load16x4_s";
            V128Load16x4U = 0xfd0004 "v128.load16x4_u";
            V128Load32x2S = 0xfd0005 "v128.load32x2_s";
            V128Load32x2U = 0xfd0006 "v128.load32x2_u";
            V128Load8Splat = 0xfd0007 "v128.load8_splat";
            V128Load16Splat = 0xfd0008 "v128.load16_splat";
            V128Load32Splat = 0xfd0009 "v128.load32_splat";
            V128Load64Splat = 0xfd000a "v128.load64_splat";
            V128Store = 0xfd000b "v128.store";
            V128Const = 0xfd000c "v128.const";
            I8x16Shuffle = 0xfd000d "i8x16.shuffle";
            I8x16Swizzle = 0xfd000e "i8x16.swizzle";
            I8x16Splat = 0xfd000f "i8x16.splat";
            I16x8Splat = 0xfd0010 "i16x8.splat";
            I32x4Splat = 0xfd0011 "i32x4.splat";
            I64x2Splat = 0xfd0012 "i64x2.splat";
            F32x4Splat = 0xfd0013 "f32x4.splat";
            F64x2Splat = 0xfd0014 "f64x2.splat";
            I8x16ExtractLaneS = 0xfd0015 "i8x16.extract_lane_s";
            I8x16ExtractLaneU = 0xfd0016 "i8x16.extract_lane_u";
            I8x16ReplaceLane = 0xfd0017 "i8x16.replace_lane";
            I16x8ExtractLaneS = 0xfd0018 "i16x8.extract_lane_s";
            I16x8ExtractLaneU = 0xfd0019 "i16x8.extract_lane_u";
            I16x8ReplaceLane = 0xfd001a "i16x8.replace_lane";
            I32x4ExtractLane = 0xfd001b "i32x4.extract_lane";
            I32x4ReplaceLane = 0xfd001c "i32x4.replace_lane";
            I64x2ExtractLane = 0xfd001d "i64x2.extract_lane";
            I64x2ReplaceLane = 0xfd001e "i64x2.replace_lane";
            F32x4ExtractLane = 0xfd001f "f32x4.extract_lane";
            F32x4ReplaceLane = 0xfd0020 "f32x4.replace_lane";
            F64x2ExtractLane = 0xfd0021 "f64x2.extract_lane";
            F64x2ReplaceLane = 0xfd0022 "f64x2.replace_lane";
            I8x16Eq = 0xfd0023 "i8x16.eq";
            I8x16Ne = 0xfd0024 "i8x16.ne";
            I8x16LtS = 0xfd0025 "i8x16.lt_s";
            I8x16LtU = 0xfd0026 "i8x16.lt_u";
            I8x16GtS = 0xfd0027 "i8x16.gt_s";
            I8x16GtU = 0xfd0028 "i8x16.gt_u";
            I8x16LeS = 0xfd0029 "i8x16.le_s";
            I8x16LeU = 0xfd002a "i8x16.le_u";
            I8x16GeS = 0xfd002b "i8x16.ge_s";
            I8x16GeU = 0xfd002c "i8x16.ge_u";
            I16x8Eq = 0xfd002d "i16x8.eq";
            I16x8Ne = 0xfd002e "i16x8.ne";
            I16x8LtS = 0xfd002f "i16x8.lt_s";
            I16x8LtU = 0xfd0030 "i16x8.lt_u";
            I16x8GtS = 0xfd0031 "i16x8.gt_s";
            I16x8GtU = 0xfd0032 "i16x8.gt_u";
            I16x8LeS = 0xfd0033 "i16x8.le_s";
            I16x8LeU = 0xfd0034 "i16x8.le_u";
            I16x8GeS = 0xfd0035 "i16x8.ge_s";
            I16x8GeU = 0xfd0036 "i16x8.ge_u";
            I32x4Eq = 0xfd0037 "i32x4.eq";
            I32x4Ne = 0xfd0038 "i32x4.ne";
            I32x4LtS = 0xfd0039 "i32x4.lt_s";
            I32x4LtU = 0xfd003a "i32x4.lt_u";
            I32x4GtS = 0xfd003b "i32x4.gt_s";
            I32x4GtU = 0xfd003c "i32x4.gt_u";
            I32x4LeS = 0xfd003d "i32x4.le_s";
            I32x4LeU = 0xfd003e "i32x4.le_u";
            I32x4GeS = 0xfd003f "i32x4.ge_s";
            I32x4GeU = 0xfd0040 "i32x4.ge_u";
            F32x4Eq = 0xfd0041 "f32x4.eq";
            F32x4Ne = 0xfd0042 "f32x4.ne";
            F32x4Lt = 0xfd0043 "f32x4.lt";
            F32x4Gt = 0xfd0044 "f32x4.gt";
            F32x4Le = 0xfd0045 "f32x4.le";
            F32x4Ge = 0xfd0046 "f32x4.ge";
            F64x2Eq = 0xfd0047 "f64x2.eq";
            F64x2Ne = 0xfd0048 "f64x2.ne";
            F64x2Lt = 0xfd0049 "f64x2.lt";
            F64x2Gt = 0xfd004a "f64x2.gt";
            F64x2Le = 0xfd004b "f64x2.le";
            F64x2Ge = 0xfd004c "f64x2.ge";
            V128Not = 0xfd004d "v128.not";
            V128And = 0xfd004e "v128.and";
            V128AndNot = 0xfd004f "v128.andnot";
            V128Or = 0xfd0050 "v128.or";
            V128Xor = 0xfd0051 "v128.xor";
            V128Bitselect = 0xfd0052 "v128.bitselect";
            V128AnyTrue = 0xfd0053 "v128.any_true";
            V128Load8Lane = 0xfd0054 "v128.load8_lane";
            V128Load16Lane = 0xfd0055 "v128.load16_lane";
            V128Load32Lane = 0xfd0056 "v128.load32_lane";
            V128Load64Lane = 0xfd0057 "v128.load64_lane";
            V128Store8Lane = 0xfd0058 "v128.store8_lane";
            V128Store16Lane = 0xfd0059 "v128.store16_lane";
            V128Store32Lane = 0xfd005a "v128.store32_lane";
            V128Store64Lane = 0xfd005b "v128.store64_lane";
            V128Load32Zero = 0xfd005c "v128.load32_zero";
            V128Load64Zero = 0xfd005d "v128.load64_zero";
            F32x4DemoteF64x2Zero = 0xfd005e "f32x4.demote_f64x2_zero";
            F64x2PromoteLowF32x4 = 0xfd005f "f64x2.promote_low_f32x4";
            I8x16Abs = 0xfd0060 "i8x16.abs";
            I8x16Neg = 0xfd0061 "i8x16.neg";
            I8x16Popcnt = 0xfd0062 "i8x16.popcnt";
            I8x16AllTrue = 0xfd0063 "i8x16.all_true";
            I8x16Bitmask = 0xfd0064 "i8x16.bitmask";
            I8x16NarrowI16x8S = 0xfd0065 "i8x16.narrow_i16x8_s";
            I8x16NarrowI16x8U = 0xfd0066 "i8x16.narrow_i16x8_u";
            F32x4Ceil = 0xfd0067 "f32x4.ceil";
            F32x4Floor = 0xfd0068 "f32x4.floor";
            F32x4Trunc = 0xfd0069 "f32x4.trunc";
            F32x4Nearest = 0xfd006a "f32x4.nearest";
            I8x16Shl = 0xfd006b "i8x16.shl";
            I8x16ShrS = 0xfd006c "i8x16.shr_s";
            I8x16ShrU = 0xfd006d "i8x16.shr_u";
            I8x16Add = 0xfd006e "i8x16.add";
            I8x16AddSatS = 0xfd006f "i8x16.add_sat_s";
            I8x16AddSatU = 0xfd0070 "i8x16.add_sat_u";
            I8x16Sub = 0xfd0071 "i8x16.sub";
            I8x16SubSatS = 0xfd0072 "i8x16.sub_sat_s";
            I8x16SubSatU = 0xfd0073 "i8x16.sub_sat_u";
            F64x2Ceil = 0xfd0074 "f64x2.ceil";
            F64x2Floor = 0xfd0075 "f64x2.floor";
            I8x16MinS = 0xfd0076 "i8x16.min_s";
            I8x16MinU = 0xfd0077 "i8x16.min_u";
            I8x16MaxS = 0xfd0078 "i8x16.max_s";
            I8x16MaxU = 0xfd0079 "i8x16.max_u";
            F64x2Trunc = 0xfd007a "f64x2.trunc";
            I8x16AvgrU = 0xfd007b "i8x16.avgr_u";
            I16x8ExtAddPairwiseI8x16S = 0xfd007c "i16x8.extadd_pairwise_i8x16_s";
            I16x8ExtAddPairwiseI8x16U = 0xfd007d "i16x8.extadd_pairwise_i8x16_u";
            I32x4ExtAddPairwiseI16x8S = 0xfd007e "i32x4.extadd_pairwise_i16x8_s";
            I32x4ExtAddPairwiseI16x8U = 0xfd007f "i32x4.extadd_pairwise_i16x8_u";
            I16x8Abs = 0xfd0080 "i16x8.abs";
            I16x8Neg = 0xfd0081 "i16x8.neg";
            I16x8Q15MulrSatS = 0xfd0082 "i16x8.q15mulr_sat_s";
            I16x8AllTrue = 0xfd0083 "i16x8.all_true";
            I16x8Bitmask = 0xfd0084 "i16x8.bitmask";
            I16x8NarrowI32x4S = 0xfd0085 "i16x8.narrow_i32x4_s";
            I16x8NarrowI32x4U = 0xfd0086 "i16x8.narrow_i32x4_u";
            I16x8ExtendLowI8x16S = 0xfd0087 "i16x8.extend_low_i8x16_s";
            I16x8ExtendHighI8x16S = 0xfd0088 "i16x8.extend_high_i8x16_s";
            I16x8ExtendLowI8x16U = 0xfd0089 "i16x8.extend_low_i8x16_u";
            I16x8ExtendHighI8x16U = 0xfd008a "i16x8.extend_high_i8x16_u";
            I16x8Shl = 0xfd008b "i16x8.shl";
            I16x8ShrS = 0xfd008c "i16x8.shr_s";
            I16x8ShrU = 0xfd008d "i16x8.shr_u";
            I16x8Add = 0xfd008e "i16x8.add";
            I16x8AddSatS = 0xfd008f "i16x8.add_sat_s";
            I16x8AddSatU = 0xfd0090 "i16x8.add_sat_u";
            I16x8Sub = 0xfd0091 "i16x8.sub";
            I16x8SubSatS = 0xfd0092 "i16x8.sub_sat_s";
            I16x8SubSatU = 0xfd0093 "i16x8.sub_sat_u";
            F64x2Nearest = 0xfd0094 "f64x2.nearest";
            I16x8Mul = 0xfd0095 "i16x8.mul";
            I16x8MinS = 0xfd0096 "i16x8.min_s";
            I16x8MinU = 0xfd0097 "i16x8.min_u";
            I16x8MaxS = 0xfd0098 "i16x8.max_s";
            I16x8MaxU = 0xfd0099 "i16x8.max_u";
            I16x8AvgrU = 0xfd009b "i16x8.avgr_u";
            I16x8ExtMulLowI8x16S = 0xfd009c "i16x8.extmul_low_i8x16_s";
            I16x8ExtMulHighI8x16S = 0xfd009d "i16x8.extmul_high_i8x16_s";
            I16x8ExtMulLowI8x16U = 0xfd009e "i16x8.extmul_low_i8x16_u";
            I16x8ExtMulHighI8x16U = 0xfd009f "i16x8.extmul_high_i8x16_u";
            I32x4Abs = 0xfd00a0 "i32x4.abs";
            I32x4Neg = 0xfd00a1 "i32x4.neg";
            I32x4AllTrue = 0xfd00a3 "i32x4.all_true";
            I32x4Bitmask = 0xfd00a4 "i32x4.bitmask";
            I32x4ExtendLowI16x8S = 0xfd00a7 "i32x4.extend_low_i16x8_s";
            I32x4ExtendHighI16x8S = 0xfd00a8 "i32x4.extend_high_i16x8_s";
            I32x4ExtendLowI16x8U = 0xfd00a9 "i32x4.extend_low_i16x8_u";
            I32x4ExtendHighI16x8U = 0xfd00aa "i32x4.extend_high_i16x8_u";
            I32x4Shl = 0xfd00ab "i32x4.shl";
            I32x4ShrS = 0xfd00ac "i32x4.shr_s";
            I32x4ShrU = 0xfd00ad "i32x4.shr_u";
            I32x4Add = 0xfd00ae "i32x4.add";
            I32x4Sub = 0xfd00b1 "i32x4.sub";
            I32x4Mul = 0xfd00b5 "i32x4.mul";
            I32x4MinS = 0xfd00b6 "i32x4.min_s";
            I32x4MinU = 0xfd00b7 "i32x4.min_u";
            I32x4MaxS = 0xfd00b8 "i32x4.max_s";
            I32x4MaxU = 0xfd00b9 "i32x4.max_u";
            I32x4DotI16x8S = 0xfd00ba "i32x4.dot_i16x8_s";
            I32x4ExtMulLowI16x8S = 0xfd00bc "i32x4.extmul_low_i16x8_s";
            I32x4ExtMulHighI16x8S = 0xfd00bd "i32x4.extmul_high_i16x8_s";
            I32x4ExtMulLowI16x8U = 0xfd00be "i32x4.extmul_low_i16x8_u";
            I32x4ExtMulHighI16x8U = 0xfd00bf "i32x4.extmul_high_i16x8_u";
            I64x2Abs = 0xfd00c0 "i64x2.abs";
            I64x2Neg = 0xfd00c1 "i64x2.neg";
            I64x2AllTrue = 0xfd00c3 "i64x2.all_true";
            I64x2Bitmask = 0xfd00c4 "i64x2.bitmask";
            I64x2ExtendLowI32x4S = 0xfd00c7 "i64x2.extend_low_i32x4_s";
            I64x2ExtendHighI32x4S = 0xfd00c8 "i64x2.extend_high_i32x4_s";
            I64x2ExtendLowI32x4U = 0xfd00c9 "i64x2.extend_low_i32x4_u";
            I64x2ExtendHighI32x4U = 0xfd00ca "i64x2.extend_high_i32x4_u";
            I64x2Shl = 0xfd00cb "i64x2.shl";
            I64x2ShrS = 0xfd00cc "i64x2.shr_s";
            I64x2ShrU = 0xfd00cd "i64x2.shr_u";
            I64x2Add = 0xfd00ce "i64x2.add";
            I64x2Sub = 0xfd00d1 "i64x2.sub";
            I64x2Mul = 0xfd00d5 "i64x2.mul";
            I64x2Eq = 0xfd00d6 "i64x2.eq";
            I64x2Ne = 0xfd00d7 "i64x2.ne";
            I64x2LtS = 0xfd00d8 "i64x2.lt_s";
            I64x2GtS = 0xfd00d9 "i64x2.gt_s";
            I64x2LeS = 0xfd00da "i64x2.le_s";
            I64x2GeS = 0xfd00db "i64x2.ge_s";
            I64x2ExtMulLowI32x4S = 0xfd00dc "i64x2.extmul_low_i32x4_s";
            I64x2ExtMulHighI32x4S = 0xfd00dd "i64x2.extmul_high_i32x4_s";
            I64x2ExtMulLowI32x4U = 0xfd00de "i64x2.extmul_low_i32x4_u";
            I64x2ExtMulHighI32x4U = 0xfd00df "i64x2.extmul_high_i32x4_u";
            F32x4Abs = 0xfd00e0 "f32x4.abs";
            F32x4Neg = 0xfd00e1 "f32x4.neg";
            F32x4Sqrt = 0xfd00e3 "f32x4.sqrt";
            F32x4Add = 0xfd00e4 "f32x4.add";
            F32x4Sub = 0xfd00e5 "f32x4.sub";
            F32x4Mul = 0xfd00e6 "f32x4.mul";
            F32x4Div = 0xfd00e7 "f32x4.div";
            F32x4Min = 0xfd00e8 "f32x4.min";
            F32x4Max = 0xfd00e9 "f32x4.max";
            F32x4PMin = 0xfd00ea "f32x4.pmin";
            F32x4PMax = 0xfd00eb "f32x4.pmax";
            F64x2Abs = 0xfd00ec "f64x2.abs";
            F64x2Neg = 0xfd00ed "f64x2.neg";
            F64x2Sqrt = 0xfd00ef "f64x2.sqrt";
            F64x2Add = 0xfd00f0 "f64x2.add";
            F64x2Sub = 0xfd00f1 "f64x2.sub";
            F64x2Mul = 0xfd00f2 "f64x2.mul";
            F64x2Div = 0xfd00f3 "f64x2.div";
            F64x2Min = 0xfd00f4 "f64x2.min";
            F64x2Max = 0xfd00f5 "f64x2.max";
            F64x2PMin = 0xfd00f6 "f64x2.pmin";
            F64x2PMax = 0xfd00f7 "f64x2.pmax";
            I32x4TruncSatF32x4S = 0xfd00f8 "i32x4.trunc_sat_f32x4_s";
            I32x4TruncSatF32x4U = 0xfd00f9 "i32x4.trunc_sat_f32x4_u";
            F32x4ConvertI32x4S = 0xfd00fa "f32x4.convert_i32x4_s";
            F32x4ConvertI32x4U = 0xfd00fb "f32x4.convert_i32x4_u";
            I32x4TruncSatF64x2SZero = 0xfd00fc "i32x4.trunc_sat_f64x2_s_zero";
            I32x4TruncSatF64x2UZero = 0xfd00fd "i32x4.trunc_sat_f64x2_u_zero";
            F64x2ConvertLowI32x4S = 0xfd00fe "f64x2.convert_low_i32x4_s";
            F64x2ConvertLowI32x4U = 0xfd00ff "f64x2.convert_low_i32x4_u";
            I8x16RelaxedSwizzle = 0xfd0100 "i8x16.relaxed_swizzle";
            I32x4RelaxedTruncF32x4S = 0xfd0101 "i32x4.relaxed_trunc_f32x4_s";
            I32x4RelaxedTruncF32x4U = 0xfd0102 "i32x4.relaxed_trunc_f32x4_u";
            I32x4RelaxedTruncF64x2SZero = 0xfd0103 "i32x4.relaxed_trunc_f64x2_s_zero";
            I32x4RelaxedTruncF64x2UZero = 0xfd0104 "i32x4.relaxed_trunc_f64x2_u_zero";
            F32x4RelaxedMadd = 0xfd0105 "f32x4.relaxed_madd";
            F32x4RelaxedNmadd = 0xfd0106 "f32x4.relaxed_nmadd";
            F64x2RelaxedMadd = 0xfd0107 "f64x2.relaxed_madd";
            F64x2RelaxedNmadd = 0xfd0108 "f64x2.relaxed_nmadd";
            I8x16RelaxedLaneselect = 0xfd0109 "i8x16.relaxed_laneselect";
            I16x8RelaxedLaneselect = 0xfd010a "i16x8.relaxed_laneselect";
            I32x4RelaxedLaneselect = 0xfd010b "i32x4.relaxed_laneselect";
            I64x2RelaxedLaneselect = 0xfd010c "i64x2.relaxed_laneselect";
            F32x4RelaxedMin = 0xfd010d "f32x4.relaxed_min";
            F32x4RelaxedMax = 0xfd010e "f32x4.relaxed_max";
            F64x2RelaxedMin = 0xfd010f "f64x2.relaxed_min";
            F64x2RelaxedMax = 0xfd0110 "f64x2.relaxed_max";
            I16x8RelaxedQ15mulrS = 0xfd0111 "i16x8.relaxed_q15mulr_s";
            I16x8RelaxedDotI8x16I7x16S = 0xfd0112 "i16x8.relaxed_dot_i8x16_i7x16_s";
            I32x4RelaxedDotI8x16I7x16AddS = 0xfd0113 "i32x4.relaxed_dot_i8x16_i7x16_add_s";
        }
    };
}

macro_rules! define_opcode {
    ($($name:ident = $code:literal $text:literal;)*) => {
        /// An instruction, without its immediates. The order is that of the binary format.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u16)]
        pub enum Opcode {
            $(#[doc = concat!("`", $text, "`")] $name,)*
        }

        impl Opcode {
            /// Every instruction, in the order of the binary format.
            pub const ALL: &'static [Opcode] = &[$(Opcode::$name,)*];
            /// How many instructions there are.
            pub const COUNT: usize = Self::ALL.len();
            const CODES: &'static [u32] = &[$($code,)*];
            const TEXTS: &'static [&'static str] = &[$($text,)*];
        }
    };
}

for_each_opcode!(define_opcode);

/// Prefix of the instructions of the heap.
const PREFIX_GC: u8 = 0xfb;
/// Prefix of saturating truncations, bulk operations and wide arithmetic.
pub(crate) const PREFIX_MISC: u8 = 0xfc;
/// Prefix of SIMD instructions.
const PREFIX_SIMD: u8 = 0xfd;

/// Instructions of one prefix, by sub-opcode; holes are `Unreachable` and never met in validated code.
const fn table<const N: usize>(prefix: u32) -> [Opcode; N] {
    let mut table = [Opcode::Unreachable; N];
    let mut i = 0;
    while i < Opcode::COUNT {
        let code = Opcode::CODES[i];
        if code >> 16 == prefix {
            table[(code & 0xffff) as usize] = Opcode::ALL[i];
        }
        i += 1;
    }
    table
}

static PLAIN: [Opcode; 256] = table(0);
static GC: [Opcode; 64] = table(PREFIX_GC as u32);
static MISC: [Opcode; 32] = table(PREFIX_MISC as u32);
static SIMD: [Opcode; 512] = table(PREFIX_SIMD as u32);

impl Opcode {
    /// The instruction's name in the text format.
    #[must_use]
    pub fn text(self) -> &'static str {
        Self::TEXTS[self as usize]
    }

    /// Prefix byte (0 for none) in bits 16 and up, opcode or sub-opcode below.
    #[must_use]
    pub const fn code(self) -> u32 {
        Self::CODES[self as usize]
    }

    /// Whether a float type stands in the instruction's name: these are what a `Config` can ban.
    #[must_use]
    pub fn names_a_float(self) -> bool {
        let text = self.text();
        text.contains("f32") || text.contains("f64")
    }

    /// The instruction behind the prefix of saturating truncations and bulk operations, by its sub-opcode.
    pub(crate) fn misc(sub: u8) -> Option<Opcode> {
        MISC.get(usize::from(sub)).copied().filter(|opcode| opcode.code() >> 16 != 0)
    }

    /// Reads the instruction at `pc` of validated code; returns it and where its immediates start.
    /// Past the end, or at an unknown opcode (neither is in validated code), the answer is `Unreachable`.
    #[must_use]
    #[inline(always)]
    pub fn decode(code: &[u8], pc: usize) -> (Opcode, usize) {
        let Some(&byte) = code.get(pc) else { return (Opcode::Unreachable, pc) };
        if byte < PREFIX_GC {
            return (PLAIN[usize::from(byte)], pc + 1);
        }
        let (sub, next) = crate::leb::u32(code, pc + 1);
        let table: &[Opcode] = match byte {
            PREFIX_GC => &GC,
            PREFIX_MISC => &MISC,
            _ => &SIMD,
        };
        (table.get(sub as usize).copied().unwrap_or(Opcode::Unreachable), next)
    }
}

#[cfg(test)]
mod tests {
    use super::Opcode;
    use alloc::vec;

    #[test]
    fn every_instruction_decodes_to_itself() {
        for &opcode in Opcode::ALL {
            let code = opcode.code();
            let bytes = match code >> 16 {
                0 => vec![code as u8],
                prefix => vec![prefix as u8, (code & 0x7f) as u8 | 0x80, ((code & 0xffff) >> 7) as u8],
            };
            assert_eq!(Opcode::decode(&bytes, 0), (opcode, bytes.len()), "{}", opcode.text());
        }
    }

    #[test]
    fn codes_are_in_ascending_order_and_unique() {
        assert!(Opcode::ALL.windows(2).all(|pair| pair[0].code() < pair[1].code()));
    }
}
