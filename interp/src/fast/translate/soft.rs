//! Soft floats the short way: the choice of handlers.

use super::Opcode;
use super::emit::Form;
use crate::fast::handlers::fused::Word;
use crate::fast::handlers::numeric::{Acc, Cell, Place};
use crate::fast::handlers::soft;
use crate::fast::regs::Handler;
use crate::ops::short::{
    Short, VShortBin, VShortTern, short_binops, short_vector_binops, short_vector_ternops,
};
use crate::ops::{self, Soft};

/// The handler of a name, or its twin where this machine's processor has what that is compiled for.
macro_rules! twin {
    ($handler:ident, $recent:ident, $($generic:ty),*) => {{
        #[cfg(all(target_arch = "x86_64", feature = "std"))]
        if super::recent::has_wide_vectors() {
            return soft::$recent::<$($generic),*>;
        }
        soft::$handler::<$($generic),*>
    }};
}

fn pick_at<O: Short, A: Place, B: Place>() -> Handler {
    twin!(binop, binop_recent, O, A, B)
}

fn pick_binop<O: Short>(a: Form, b: Form) -> Handler {
    match (a, b) {
        (Form::Imm, Form::Acc) => pick_at::<O, Word, Acc>(),
        (Form::Imm, _) => pick_at::<O, Word, Cell<12>>(),
        (Form::Acc, Form::Imm) => pick_at::<O, Acc, Word>(),
        (_, Form::Imm) => pick_at::<O, Cell<10>, Word>(),
        (Form::Acc, _) => pick_at::<O, Acc, Cell<12>>(),
        (_, Form::Acc) => pick_at::<O, Cell<10>, Acc>(),
        _ => pick_at::<O, Cell<10>, Cell<12>>(),
    }
}

fn pick_vector_binop<O: VShortBin>() -> Handler {
    twin!(vector_binop, vector_binop_recent, O)
}

fn pick_vector_ternop<O: VShortTern>() -> Handler {
    twin!(vector_ternop, vector_ternop_recent, O)
}

/// The handler of an instruction, if it is in the list; none where other soft floats stand in for ours.
macro_rules! select_from {
    ($pick:ident $args:tt $types:path, $opcode:expr; $($name:ident = $short:path $(, $long:path)?;)*) => {{
        use $types as types;
        match $opcode {
            _ if !ops::SHORT_WAYS => None,
            $(Opcode::$name => Some($pick::<types::$name<Soft>> $args),)*
            _ => None,
        }
    }};
}

/// Of a scalar instruction.
pub(super) fn binop(opcode: Opcode, a: Form, b: Form) -> Option<Handler> {
    short_binops!(select_from, pick_binop(a, b) crate::ops, opcode;)
}

/// Of a vector instruction of two operands.
pub(super) fn vector_binop(opcode: Opcode) -> Option<Handler> {
    short_vector_binops!(select_from, pick_vector_binop() crate::ops::simd, opcode;)
}

/// Of a vector instruction of three operands.
pub(super) fn vector_ternop(opcode: Opcode) -> Option<Handler> {
    short_vector_ternops!(select_from, pick_vector_ternop() crate::ops::simd, opcode;)
}
