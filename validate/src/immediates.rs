//! Immediates of instructions in validated code. Spec: Core 3.0, 5.4 Instructions.

use crate::leb;
use crate::opcode::Opcode;

/// The immediate of loads and stores. Spec: Core 3.0, 5.4.6, `memarg`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MemArg {
    /// Index of the memory.
    pub memory: u32,
    /// Added to the address.
    pub offset: u64,
}

/// Set in the alignment field where the memory's index follows.
const HAS_MEMORY: u32 = 1 << 6;

impl MemArg {
    /// Reads it at `pc`; returns where it ends too.
    #[must_use]
    #[inline(always)]
    pub fn read(code: &[u8], pc: usize) -> (MemArg, usize) {
        let (align, pc) = leb::u32(code, pc);
        let (memory, pc) = if align & HAS_MEMORY == 0 { (0, pc) } else { leb::u32(code, pc) };
        let (offset, pc) = leb::u64(code, pc);
        (MemArg { memory, offset }, pc)
    }
}

/// The codes behind which a heap type follows: `(ref null ht)` and `(ref ht)`.
const REF_NULL: i64 = -29;
const REF: i64 = -28;

/// Reads a block type or a value type at `pc`: its code, and where it ends. A code from 0 up is a `typeidx`; others are
/// bytes of the binary format as signed numbers of seven bits. Spec: Core 3.0, 5.4.1, `blocktype`, and 5.3.5.
#[must_use]
#[inline(always)]
pub fn block_type(code: &[u8], pc: usize) -> (i64, usize) {
    // A byte without the bit that says that another follows is all of the code: nearly always.
    let (ty, pc) = match code.get(pc) {
        Some(&byte) if byte & 0x80 == 0 => (i64::from(((byte << 1) as i8) >> 1), pc + 1),
        _ => leb::i33(code, pc),
    };
    let pc = if matches!(ty, REF_NULL | REF) { HeapCode::read(code, pc).1 } else { pc };
    (ty, pc)
}

/// A clause of a `try_table`, as it stands there. What it means is in [`crate::Catch`]. Spec: Core 3.0, 5.4.1, `catch`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CatchClause {
    /// How many constructs around the `try_table` the label is away.
    pub depth: u32,
}

/// Kinds of clauses that name a tag: `catch` and `catch_ref`. The others catch all.
const WITH_TAG: [u8; 2] = [0, 1];

impl CatchClause {
    /// Reads it at `pc`; returns where it ends too.
    #[must_use]
    pub fn read(code: &[u8], pc: usize) -> (CatchClause, usize) {
        let with_tag = code.get(pc).is_some_and(|kind| WITH_TAG.contains(kind));
        let pc = if with_tag { leb::u32(code, pc + 1).1 } else { pc + 1 };
        let (depth, pc) = leb::u32(code, pc);
        (CatchClause { depth }, pc)
    }
}

/// The code behind which a `typeidx` follows: `(exact x)`.
const EXACT: i64 = -30;

/// A heap type as an immediate. Spec: Core 3.0, 5.3.3.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HeapCode {
    /// A `typeidx`, or an abstract type by its code, which is negative.
    pub code: i32,
    /// Whether subtypes of the defined type are left out. Custom descriptors.
    pub exact: bool,
}

impl HeapCode {
    /// Reads it at `pc`; returns where it ends too.
    #[must_use]
    #[inline(always)]
    pub fn read(code: &[u8], pc: usize) -> (HeapCode, usize) {
        match leb::i33(code, pc) {
            (EXACT, pc) => {
                let (index, pc) = leb::u32(code, pc);
                (HeapCode { code: index as i32, exact: true }, pc)
            }
            (code, pc) => (HeapCode { code: code as i32, exact: false }, pc),
        }
    }
}

/// What `ref.test`, `ref.cast` and their like ask about a reference: what it is to be, and whether null is such.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CastTarget {
    /// Whether null passes.
    pub nullable: bool,
    /// The type.
    pub heap: HeapCode,
}

/// The immediate of `br_on_cast`, `br_on_cast_fail` and of those that compare descriptors. Spec: Core 3.0, 5.4.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BrOnCast {
    /// How many constructs the label is away.
    pub depth: u32,
    /// What is asked.
    pub target: CastTarget,
}

impl BrOnCast {
    /// Reads it at `pc`; returns where it ends too.
    #[must_use]
    pub fn read(code: &[u8], pc: usize) -> (BrOnCast, usize) {
        // Bit 0: whether the operand can be null; bit 1: whether null passes.
        let flags = code.get(pc).copied().unwrap_or_default();
        let (depth, pc) = leb::u32(code, pc + 1);
        let (_, pc) = HeapCode::read(code, pc);
        let (heap, pc) = HeapCode::read(code, pc);
        (BrOnCast { depth, target: CastTarget { nullable: flags & 2 != 0, heap } }, pc)
    }
}

/// Where `count` items end that start at `pc`, or the code, if that is first.
fn repeat(count: u64, code: &[u8], pc: usize, item: impl Fn(usize) -> usize) -> usize {
    (0..count)
        .try_fold(pc, |pc, _| if pc < code.len() { Ok(item(pc)) } else { Err(pc) })
        .unwrap_or_else(|pc| pc)
}

impl Opcode {
    /// Where the instruction ends whose immediates start at `pc`.
    #[must_use]
    pub fn skip_immediates(self, code: &[u8], pc: usize) -> usize {
        use Opcode as O;
        let index = |pc| leb::u32(code, pc).1;
        match self {
            O::Block | O::Loop | O::If => block_type(code, pc).1,
            O::TryTable => {
                let (count, pc) = leb::u32(code, block_type(code, pc).1);
                repeat(count.into(), code, pc, |pc| CatchClause::read(code, pc).1)
            }
            O::Br | O::BrIf | O::BrOnNull | O::BrOnNonNull | O::Throw => index(pc),
            O::Call | O::ReturnCall | O::CallRef | O::ReturnCallRef | O::RefFunc => index(pc),
            O::LocalGet | O::LocalSet | O::LocalTee | O::GlobalGet | O::GlobalSet => index(pc),
            O::TableGet | O::TableSet | O::TableGrow | O::TableSize | O::TableFill => index(pc),
            O::MemorySize | O::MemoryGrow | O::MemoryFill | O::DataDrop | O::ElemDrop => index(pc),
            O::CallIndirect | O::ReturnCallIndirect | O::MemoryInit | O::MemoryCopy => index(index(pc)),
            O::TableInit | O::TableCopy => index(index(pc)),
            O::BrTable => {
                let (count, pc) = leb::u32(code, pc);
                repeat(u64::from(count) + 1, code, pc, |pc| leb::u32(code, pc).1)
            }
            O::TypedSelect => {
                let (count, pc) = leb::u32(code, pc);
                repeat(count.into(), code, pc, |pc| block_type(code, pc).1)
            }
            O::RefNull
            | O::RefTest
            | O::RefTestNull
            | O::RefCast
            | O::RefCastNull
            | O::RefCastDescEq
            | O::RefCastDescEqNull => HeapCode::read(code, pc).1,
            O::StructNew
            | O::StructNewDefault
            | O::StructNewDesc
            | O::StructNewDefaultDesc
            | O::RefGetDesc
            | O::ArrayNew
            | O::ArrayNewDefault
            | O::ArrayGet
            | O::ArrayGetS
            | O::ArrayGetU
            | O::ArraySet
            | O::ArrayFill => index(pc),
            O::BrOnCast | O::BrOnCastFail | O::BrOnCastDescEq | O::BrOnCastDescEqFail => {
                BrOnCast::read(code, pc).1
            }
            O::I32Const => leb::i32(code, pc).1,
            O::I64Const => leb::i64(code, pc).1,
            O::F32Const => pc + 4,
            O::F64Const => pc + 8,
            O::V128Const | O::I8x16Shuffle => pc + 16,
            _ if self.takes_field_or_segment() => index(index(pc)),
            _ if self.takes_mem_arg() => {
                let (_, pc) = MemArg::read(code, pc);
                pc + usize::from(self.takes_lane())
            }
            _ => pc + usize::from(self.takes_lane()),
        }
    }

    /// Whether the instruction is one of structs or arrays whose type is followed by another index: of a field, a segment or
    /// a second type, or how many elements.
    #[must_use]
    pub fn takes_field_or_segment(self) -> bool {
        use Opcode as O;
        matches!(
            self,
            O::StructGet
                | O::StructGetS
                | O::StructGetU
                | O::StructSet
                | O::ArrayNewFixed
                | O::ArrayNewData
                | O::ArrayNewElem
                | O::ArrayCopy
                | O::ArrayInitData
                | O::ArrayInitElem
        )
    }

    /// Whether the instruction is a load or store.
    #[must_use]
    pub fn takes_mem_arg(self) -> bool {
        let code = self.code();
        matches!(code, 0x28..=0x3e | 0xfd_0000..=0xfd_000b | 0xfd_0054..=0xfd_005d)
    }

    /// Whether the instruction has the index of a lane as its last immediate.
    #[must_use]
    pub fn takes_lane(self) -> bool {
        matches!(self.code(), 0xfd_0015..=0xfd_0022 | 0xfd_0054..=0xfd_005b)
    }
}

#[cfg(test)]
mod tests {
    use crate::{Features, Module, Opcode, ValidateConfig};

    #[test]
    fn walking_a_function_ends_at_its_end() {
        let text = "(module (memory 1) (memory 1) (table 3 funcref) (type $t (func (param i32) (result i32)))
            (type $s (struct (field (mut i32)) (field i64))) (type $a (array (mut i8))) (type $r (array (mut funcref)))
            (data $d \"x\") (elem $e2 funcref (ref.null func)) (elem declare func $f) (tag $e) (tag $i (param i32))
            (func $f (param i32) (result i32)
                (block $a (block $b (br_table $a $b $a (local.get 0))))
                (drop (i64.const -5000000000)) (drop (f32.const 1)) (drop (f64.const 1))
                (drop (v128.const i64x2 1 2)) (drop (i32.load 1 offset=70000 (i32.const 4)))
                (drop (v128.load8_lane 1 offset=3 5 (i32.const 0) (v128.const i64x2 0 0)))
                (drop (i8x16.extract_lane_s 3 (v128.const i64x2 0 0)))
                (drop (select (result i32) (i32.const 1) (i32.const 2) (i32.const 3)))
                (drop (ref.null func)) (drop (ref.null $t))
                (drop (call_ref $t (i32.const 1) (ref.as_non_null (ref.func $f))))
                (drop (select (result (ref null $t)) (ref.func $f) (ref.null $t) (i32.const 3)))
                (drop (block $a (result (ref $t)) (loop (br_on_non_null $a (ref.null $t))) (ref.func $f)))
                (block $a (drop (br_on_null $a (ref.null $t))))
                (block $a (try_table (catch $e $a) (catch_all $a) (throw $e)))
                (block $b (block $a (result i32 exnref) (try_table (catch_ref $i $a) (nop)) (br $b)) (throw_ref))
                (drop (struct.get $s 1 (struct.new $s (i32.const 1) (i64.const 2))))
                (struct.set $s 0 (struct.new_default $s) (i32.const 1))
                (drop (array.get_u $a (array.new_fixed $a 2 (i32.const 1) (i32.const 2)) (i32.const 0)))
                (array.set $a (array.new $a (i32.const 1) (i32.const 2)) (i32.const 0) (i32.const 1))
                (drop (array.len (array.new_data $a $d (i32.const 0) (i32.const 1))))
                (drop (array.new_elem $r $e2 (i32.const 0) (i32.const 1)))
                (array.copy $a $a (array.new_default $a (i32.const 1)) (i32.const 0) (array.new_default $a (i32.const 1)) (i32.const 0) (i32.const 1))
                (array.fill $a (array.new_default $a (i32.const 1)) (i32.const 0) (i32.const 0) (i32.const 1))
                (array.init_data $a $d (array.new_default $a (i32.const 1)) (i32.const 0) (i32.const 0) (i32.const 1))
                (array.init_elem $r $e2 (array.new_default $r (i32.const 1)) (i32.const 0) (i32.const 0) (i32.const 1))
                (drop (ref.test (ref $s) (ref.null any))) (drop (ref.cast (ref null $s) (ref.null any)))
                (drop (ref.test i31ref (ref.i31 (i32.const 1)))) (drop (i31.get_s (ref.cast (ref i31) (ref.null any))))
                (drop (block $c (result (ref $s)) (drop (br_on_cast $c anyref (ref $s) (ref.null any))) (struct.new_default $s)))
                (drop (block $c (result anyref) (br_on_cast_fail $c anyref (ref null $s) (ref.null any))))
                (drop (extern.convert_any (any.convert_extern (ref.null extern)))) (drop (ref.eq (ref.null eq) (ref.null eq)))
                (memory.copy 1 0 (i32.const 0) (i32.const 0) (i32.const 0))
                (call_indirect (type $t) (i32.const 1) (i32.const 0))))";
        walk(text, &Default::default());
    }

    #[test]
    fn walking_a_function_of_exact_types_and_descriptors_ends_at_its_end() {
        // Numbers of types whose last octet is an instruction of its own where it is taken for one.
        let many = "(type (struct))".repeat(0x41);
        let text = std::format!(
            "(module {many} (rec (type $s (descriptor $d) (struct (field i32))) (type $d (describes $s) (struct)))
            (func (param anyref (ref null (exact $d)) (ref null $s)) (result i32) (local (ref null (exact $s)))
                (block $a (result anyref)
                    (br_on_cast $a anyref (ref null (exact $s)) (local.get 0))
                    (br_on_cast_fail $a anyref (ref (exact $s)))
                    (drop) (drop (ref.null (exact $s)))
                    (br_on_cast_desc_eq $a anyref (ref null (exact $s)) (local.get 0) (local.get 1))
                    (br_on_cast_desc_eq_fail $a anyref (ref $s) (local.get 1)))
                (drop)
                (block (result (ref null (exact $s))) (local.get 3)) (drop)
                (drop (select (result (ref null (exact $s))) (local.get 3) (local.get 3) (i32.const 0)))
                (drop (struct.new_desc $s (i32.const 1) (local.get 1)))
                (drop (ref.get_desc $s (struct.new_default_desc $s (local.get 1))))
                (drop (ref.cast_desc_eq (ref null $s) (local.get 0) (local.get 1)))
                (drop (ref.cast_desc_eq (ref (exact $s)) (local.get 0) (local.get 1)))
                (drop (ref.cast (ref null (exact $s)) (local.get 0)))
                (ref.test (ref (exact $s)) (local.get 0))))"
        );
        let features = Features { custom_descriptors: true, ..Features::ALL };
        walk(&text, &ValidateConfig { features, ..ValidateConfig::default() });
    }

    fn walk(text: &str, config: &ValidateConfig) {
        let bytes = wat::parse_str(text).expect("the text is right");
        let module = Module::new(bytes, config).expect("the module is valid");
        let body = &module.bodies()[0];
        let mut pc = body.code as usize;
        let mut last = Opcode::Nop;
        while pc < body.end as usize {
            let (opcode, next) = Opcode::decode(module.bytes(), pc);
            last = opcode;
            pc = opcode.skip_immediates(module.bytes(), next);
        }
        assert_eq!((last, pc), (Opcode::End, body.end as usize));
    }
}
