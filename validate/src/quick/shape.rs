//! What each one-byte instruction takes, gives and has as immediates, as a table by its byte.

use crate::opcode::{Opcode, PREFIX_MISC};
use crate::ref_types::{HeapType, RefType};
use crate::types::{AddressType, ValType};

/// A value type that the quick pass knows, in a byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    I32,
    I64,
    F32,
    F64,
    Funcref,
    Externref,
}

impl Kind {
    /// `None` for a type that the quick pass does not know: those of two cells.
    #[inline(always)]
    pub fn of(ty: ValType) -> Option<Kind> {
        Some(match ty {
            ValType::I32 => Kind::I32,
            ValType::I64 => Kind::I64,
            ValType::F32 => Kind::F32,
            ValType::F64 => Kind::F64,
            ValType::Ref(RefType { nullable: true, heap: HeapType::Func }) => Kind::Funcref,
            ValType::Ref(RefType { nullable: true, heap: HeapType::Extern }) => Kind::Externref,
            ValType::V128 | ValType::Ref(_) => return None,
        })
    }

    /// Of an address.
    pub fn of_address(ty: AddressType) -> Kind {
        match ty {
            AddressType::I32 => Kind::I32,
            AddressType::I64 => Kind::I64,
        }
    }

    /// Whether `select` without a type takes it.
    pub fn is_number(self) -> bool {
        !matches!(self, Kind::Funcref | Kind::Externref)
    }
}

/// Code of `i32` in the binary format; those of the other number types follow downwards.
const CODE_OF_I32: u8 = 0x7f;

/// A number type, by its code.
pub(super) fn number_type(code: u8) -> Option<ValType> {
    const NUMBERS: [ValType; 4] = [ValType::I32, ValType::I64, ValType::F32, ValType::F64];
    NUMBERS.get(usize::from(CODE_OF_I32.wrapping_sub(code))).copied()
}

/// What the quick pass does for an instruction.
#[derive(Clone, Copy, Debug)]
pub(super) enum Shape {
    /// Left to the thorough pass.
    Other,
    /// One operand and one result.
    Unary(Kind, Kind),
    /// The same, if sign extension is switched on.
    Extend(Kind),
    /// Two operands of a type and one result.
    Binary(Kind, Kind),
    /// Logarithm of the natural alignment, and the type of the value.
    Load(u8, Kind),
    Store(u8, Kind),
    LocalGet,
    LocalSet,
    LocalTee,
    GlobalGet,
    GlobalSet,
    I32Const,
    I64Const,
    F32Const,
    F64Const,
    MemorySize,
    MemoryGrow,
    Drop,
    Select,
    Nop,
    Unreachable,
    Block,
    Loop,
    If,
    Else,
    End,
    Br,
    BrIf,
    BrTable,
    Return,
    Call,
    CallIndirect,
    /// The prefix of saturating truncations, bulk operations and wide arithmetic.
    Misc,
}

/// Neighbours in the list of instructions with the same shape: the first, the last.
type Row = (Opcode, Opcode, Shape);

const ROWS: &[Row] = {
    use Kind::{F32, F64, I32, I64};
    use Opcode as O;
    use Shape as S;
    &[
        (O::I32Eqz, O::I32Eqz, S::Unary(I32, I32)),
        (O::I32Eq, O::I32GeU, S::Binary(I32, I32)),
        (O::I64Eqz, O::I64Eqz, S::Unary(I64, I32)),
        (O::I64Eq, O::I64GeU, S::Binary(I64, I32)),
        (O::F32Eq, O::F32Ge, S::Binary(F32, I32)),
        (O::F64Eq, O::F64Ge, S::Binary(F64, I32)),
        (O::I32Clz, O::I32Popcnt, S::Unary(I32, I32)),
        (O::I32Add, O::I32Rotr, S::Binary(I32, I32)),
        (O::I64Clz, O::I64Popcnt, S::Unary(I64, I64)),
        (O::I64Add, O::I64Rotr, S::Binary(I64, I64)),
        (O::F32Abs, O::F32Sqrt, S::Unary(F32, F32)),
        (O::F32Add, O::F32Copysign, S::Binary(F32, F32)),
        (O::F64Abs, O::F64Sqrt, S::Unary(F64, F64)),
        (O::F64Add, O::F64Copysign, S::Binary(F64, F64)),
        (O::I32WrapI64, O::I32WrapI64, S::Unary(I64, I32)),
        (O::I32TruncF32S, O::I32TruncF32U, S::Unary(F32, I32)),
        (O::I32TruncF64S, O::I32TruncF64U, S::Unary(F64, I32)),
        (O::I64ExtendI32S, O::I64ExtendI32U, S::Unary(I32, I64)),
        (O::I64TruncF32S, O::I64TruncF32U, S::Unary(F32, I64)),
        (O::I64TruncF64S, O::I64TruncF64U, S::Unary(F64, I64)),
        (O::F32ConvertI32S, O::F32ConvertI32U, S::Unary(I32, F32)),
        (O::F32ConvertI64S, O::F32ConvertI64U, S::Unary(I64, F32)),
        (O::F32DemoteF64, O::F32DemoteF64, S::Unary(F64, F32)),
        (O::F64ConvertI32S, O::F64ConvertI32U, S::Unary(I32, F64)),
        (O::F64ConvertI64S, O::F64ConvertI64U, S::Unary(I64, F64)),
        (O::F64PromoteF32, O::F64PromoteF32, S::Unary(F32, F64)),
        (O::I32ReinterpretF32, O::I32ReinterpretF32, S::Unary(F32, I32)),
        (O::I64ReinterpretF64, O::I64ReinterpretF64, S::Unary(F64, I64)),
        (O::F32ReinterpretI32, O::F32ReinterpretI32, S::Unary(I32, F32)),
        (O::F64ReinterpretI64, O::F64ReinterpretI64, S::Unary(I64, F64)),
        (O::I32Extend8S, O::I32Extend16S, S::Extend(I32)),
        (O::I64Extend8S, O::I64Extend32S, S::Extend(I64)),
        (O::I32Load, O::I32Load, S::Load(2, I32)),
        (O::I64Load, O::I64Load, S::Load(3, I64)),
        (O::F32Load, O::F32Load, S::Load(2, F32)),
        (O::F64Load, O::F64Load, S::Load(3, F64)),
        (O::I32Load8S, O::I32Load8U, S::Load(0, I32)),
        (O::I32Load16S, O::I32Load16U, S::Load(1, I32)),
        (O::I64Load8S, O::I64Load8U, S::Load(0, I64)),
        (O::I64Load16S, O::I64Load16U, S::Load(1, I64)),
        (O::I64Load32S, O::I64Load32U, S::Load(2, I64)),
        (O::I32Store, O::I32Store, S::Store(2, I32)),
        (O::I64Store, O::I64Store, S::Store(3, I64)),
        (O::F32Store, O::F32Store, S::Store(2, F32)),
        (O::F64Store, O::F64Store, S::Store(3, F64)),
        (O::I32Store8, O::I32Store8, S::Store(0, I32)),
        (O::I32Store16, O::I32Store16, S::Store(1, I32)),
        (O::I64Store8, O::I64Store8, S::Store(0, I64)),
        (O::I64Store16, O::I64Store16, S::Store(1, I64)),
        (O::I64Store32, O::I64Store32, S::Store(2, I64)),
        (O::LocalGet, O::LocalGet, S::LocalGet),
        (O::LocalSet, O::LocalSet, S::LocalSet),
        (O::LocalTee, O::LocalTee, S::LocalTee),
        (O::GlobalGet, O::GlobalGet, S::GlobalGet),
        (O::GlobalSet, O::GlobalSet, S::GlobalSet),
        (O::I32Const, O::I32Const, S::I32Const),
        (O::I64Const, O::I64Const, S::I64Const),
        (O::F32Const, O::F32Const, S::F32Const),
        (O::F64Const, O::F64Const, S::F64Const),
        (O::MemorySize, O::MemorySize, S::MemorySize),
        (O::MemoryGrow, O::MemoryGrow, S::MemoryGrow),
        (O::Drop, O::Drop, S::Drop),
        (O::Select, O::Select, S::Select),
        (O::Nop, O::Nop, S::Nop),
        (O::Unreachable, O::Unreachable, S::Unreachable),
        (O::Block, O::Block, S::Block),
        (O::Loop, O::Loop, S::Loop),
        (O::If, O::If, S::If),
        (O::Else, O::Else, S::Else),
        (O::End, O::End, S::End),
        (O::Br, O::Br, S::Br),
        (O::BrIf, O::BrIf, S::BrIf),
        (O::BrTable, O::BrTable, S::BrTable),
        (O::Return, O::Return, S::Return),
        (O::Call, O::Call, S::Call),
        (O::CallIndirect, O::CallIndirect, S::CallIndirect),
    ]
};

/// The shapes by the instruction's byte.
pub(super) static SHAPES: [Shape; 256] = {
    let mut shapes = [Shape::Other; 256];
    let mut row = 0;
    while row < ROWS.len() {
        let (first, last, shape) = ROWS[row];
        // The order of the list is that of the binary format.
        let mut index = first as usize;
        while index <= last as usize {
            shapes[Opcode::ALL[index].code() as usize] = shape;
            index += 1;
        }
        row += 1;
    }
    shapes[PREFIX_MISC as usize] = Shape::Misc;
    shapes
};

/// Operand and result of a saturating truncation.
pub(super) fn saturating(opcode: Opcode) -> Option<(Kind, Kind)> {
    use Opcode as O;
    Some(match opcode {
        O::I32TruncSatF32S | O::I32TruncSatF32U => (Kind::F32, Kind::I32),
        O::I32TruncSatF64S | O::I32TruncSatF64U => (Kind::F64, Kind::I32),
        O::I64TruncSatF32S | O::I64TruncSatF32U => (Kind::F32, Kind::I64),
        O::I64TruncSatF64S | O::I64TruncSatF64U => (Kind::F64, Kind::I64),
        _ => return None,
    })
}

/// How many operands of `i64` an instruction has that gives two of them.
pub(super) fn wide(opcode: Opcode) -> Option<usize> {
    use Opcode as O;
    match opcode {
        O::I64Add128 | O::I64Sub128 => Some(4),
        O::I64MulWideS | O::I64MulWideU => Some(2),
        _ => None,
    }
}
