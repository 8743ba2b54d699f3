//! Constant expressions: initial values and offsets. Spec: Core 3.0, 3.4.10 Constant Expressions.

use crate::error::ValidateError;
use crate::module::{Module, Span};
use crate::ref_types::RefType;

/// One instruction of a constant expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConstOp {
    /// `i32.const`
    I32(u32),
    /// `i64.const`
    I64(u64),
    /// `f32.const`, as bits.
    F32(u32),
    /// `f64.const`, as bits.
    F64(u64),
    /// `v128.const`, bytes in memory order.
    V128([u8; 16]),
    /// `ref.null`
    RefNull,
    /// `ref.func`
    RefFunc(u32),
    /// `global.get`
    GlobalGet(u32),
    /// `i32.add`
    I32Add,
    /// `i32.sub`
    I32Sub,
    /// `i32.mul`
    I32Mul,
    /// `i64.add`
    I64Add,
    /// `i64.sub`
    I64Sub,
    /// `i64.mul`
    I64Mul,
    /// `struct.new` and `array.new`, of the type with this `typeidx`.
    New(u32),
    /// `struct.new_default` and `array.new_default`.
    NewDefault(u32),
    /// `struct.new_desc`
    NewDesc(u32),
    /// `struct.new_default_desc`
    NewDefaultDesc(u32),
    /// `array.new_fixed`, with so many elements.
    NewFixed(u32, u32),
    /// `ref.i31`
    RefI31,
    /// `any.convert_extern` and `extern.convert_any`, which change nothing.
    Convert,
}

/// A validated constant expression, for a stack machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConstExpr(Kind);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// One instruction, which leaves the value.
    One(ConstOp),
    /// Several: where they are in the module's bytes. They are short, and decoded when they are wanted.
    Many(Span),
}

impl ConstExpr {
    /// The instruction, if it is the only one: most expressions are one constant.
    #[must_use]
    pub fn single(self) -> Option<ConstOp> {
        match self.0 {
            Kind::One(op) => Some(op),
            Kind::Many(_) => None,
        }
    }

    /// The instructions, in order; one value is left. `module` is the expression's.
    pub fn ops(self, module: &Module) -> impl Iterator<Item = ConstOp> + '_ {
        let (one, many) = match self.0 {
            Kind::One(op) => (Some(op), Span::default()),
            Kind::Many(span) => (None, span),
        };
        let bytes = module.bytes.get(many.range()).unwrap_or_default();
        let mut reader = wasmparser::OperatorsReader::new(wasmparser::BinaryReader::new(bytes, 0));
        // Reading has succeeded once, in `read`, and ends in front of the `end`.
        one.into_iter().chain(core::iter::from_fn(move || next(&mut reader).ok().flatten()))
    }

    /// The default value of a type: zero or null.
    #[must_use]
    pub fn default_of(ty: RefType) -> Self {
        debug_assert!(ty.nullable, "validated: tables of non-null type have an initial value");
        ConstExpr(Kind::One(ConstOp::RefNull))
    }

    pub(crate) fn read(expr: &wasmparser::ConstExpr<'_>) -> Result<Self, ValidateError> {
        let mut reader = expr.get_operators_reader();
        let start = reader.original_position();
        let first = next(&mut reader)?;
        let mut end = reader.original_position();
        let mut count = 1;
        while next(&mut reader)?.is_some() {
            end = reader.original_position();
            count += 1;
        }
        Ok(ConstExpr(match first {
            Some(op) if count == 1 => Kind::One(op),
            _ => Kind::Many(Span { start: start as u32, end: end as u32 }),
        }))
    }
}

/// The next instruction of a constant expression; `None` at its end.
fn next(reader: &mut wasmparser::OperatorsReader<'_>) -> Result<Option<ConstOp>, ValidateError> {
    use wasmparser::Operator as O;
    let offset = reader.original_position();
    Ok(Some(match reader.read()? {
        O::I32Const { value } => ConstOp::I32(value as u32),
        O::I64Const { value } => ConstOp::I64(value as u64),
        O::F32Const { value } => ConstOp::F32(value.bits()),
        O::F64Const { value } => ConstOp::F64(value.bits()),
        O::V128Const { value } => ConstOp::V128(*value.bytes()),
        O::RefNull { .. } => ConstOp::RefNull,
        O::RefFunc { function_index } => ConstOp::RefFunc(function_index),
        O::GlobalGet { global_index } => ConstOp::GlobalGet(global_index),
        O::I32Add => ConstOp::I32Add,
        O::I32Sub => ConstOp::I32Sub,
        O::I32Mul => ConstOp::I32Mul,
        O::I64Add => ConstOp::I64Add,
        O::I64Sub => ConstOp::I64Sub,
        O::I64Mul => ConstOp::I64Mul,
        O::StructNew { struct_type_index: ty } | O::ArrayNew { array_type_index: ty } => ConstOp::New(ty),
        O::StructNewDefault { struct_type_index: ty } | O::ArrayNewDefault { array_type_index: ty } => {
            ConstOp::NewDefault(ty)
        }
        O::StructNewDesc { struct_type_index: ty } => ConstOp::NewDesc(ty),
        O::StructNewDefaultDesc { struct_type_index: ty } => ConstOp::NewDefaultDesc(ty),
        O::ArrayNewFixed { array_type_index, array_size } => ConstOp::NewFixed(array_type_index, array_size),
        O::RefI31 => ConstOp::RefI31,
        O::AnyConvertExtern | O::ExternConvertAny => ConstOp::Convert,
        O::End => return Ok(None),
        _ => return Err(ValidateError::invalid(offset, "constant expression required")),
    }))
}
