//! Scalar numeric instructions: the choice of handlers. Spec: Core 3.0, 4.6.1 Numeric Instructions.

use super::emit::{Binary, CellOrImm, Form, Last, Made, fields, fields32};
use super::floats::select_from as select_float_from;
use super::fused::commutes;
use super::operands::{Operand, Place};
use super::{Opcode, Translator};
use crate::fast::handlers::control::{self, br_cmp as branch};
use crate::fast::handlers::numeric::{Acc, Cell, Imm, binop, cmp, unop};
use crate::fast::regs::Handler;
use crate::ops::{
    self, BinOp, CmpOp, DefaultSoft, Floats, Hard, UnOp, float_conversions, float_truncs, float_unops,
    int_binops, int_cmps, int_divs, int_unops,
};

/// A handler for each way in which operands come; a first operand that is no immediate.
fn pick_binop<O: BinOp>(a: Form, b: Form) -> Handler {
    match (a, b) {
        (Form::Acc, Form::Imm) => binop::<O, Acc, Imm>,
        (_, Form::Imm) => binop::<O, Cell<10>, Imm>,
        (Form::Acc, _) => binop::<O, Acc, Cell<12>>,
        (_, Form::Acc) => binop::<O, Cell<10>, Acc>,
        _ => binop::<O, Cell<10>, Cell<12>>,
    }
}

fn pick_cmp<O: CmpOp>(a: Form, b: Form) -> Handler {
    match (a, b) {
        (Form::Acc, Form::Imm) => cmp::<O, Acc, Imm>,
        (_, Form::Imm) => cmp::<O, Cell<10>, Imm>,
        (Form::Acc, _) => cmp::<O, Acc, Cell<12>>,
        (_, Form::Acc) => cmp::<O, Cell<10>, Acc>,
        _ => cmp::<O, Cell<10>, Cell<12>>,
    }
}

fn pick_branch<O: CmpOp>(a: Form, b: Form) -> Handler {
    match (a, b) {
        (Form::Acc, Form::Imm) => branch::<O, Acc, Imm>,
        (_, Form::Imm) => branch::<O, Cell<10>, Imm>,
        (Form::Acc, _) => branch::<O, Acc, Cell<12>>,
        (_, Form::Acc) => branch::<O, Cell<10>, Acc>,
        _ => branch::<O, Cell<10>, Cell<12>>,
    }
}

pub(super) fn pick_unop<O: UnOp>(a: Form) -> Handler {
    if a == Form::Acc { unop::<O, Acc> } else { unop::<O, Cell<10>> }
}

/// Makes a function from a list: the handler of an instruction, if it is in the list.
macro_rules! select_from {
    ($pick:ident $args:tt $opcode:expr; $($name:ident ($($a:ty),*) $(-> $r:ty)? = $f:path;)*) => {
        match $opcode {
            $(Opcode::$name => Some($pick::<ops::$name> $args),)*
            _ => None,
        }
    };
}

fn int_binop(opcode: Opcode, a: Form, b: Form) -> Option<Handler> {
    int_binops!(select_from, pick_binop(a, b) opcode;)
}

fn int_div(opcode: Opcode, a: Form, b: Form) -> Option<Handler> {
    int_divs!(select_from, pick_binop(a, b) opcode;)
}

fn int_cmp(opcode: Opcode, a: Form, b: Form) -> Option<Handler> {
    int_cmps!(select_from, pick_cmp(a, b) opcode;)
}

fn int_unop(opcode: Opcode, a: Form) -> Option<Handler> {
    int_unops!(select_from, pick_unop(a) opcode;)
}

fn float_unop<M: Floats>(opcode: Opcode, a: Form) -> Option<Handler> {
    float_unops!(select_float_from, pick_unop(a) opcode;)
        .or_else(|| float_conversions!(select_float_from, pick_unop(a) opcode;))
}

fn float_trunc<M: Floats>(opcode: Opcode, a: Form) -> Option<Handler> {
    float_truncs!(select_float_from, pick_unop(a) opcode;)
}

/// The handler of a branch that is taken if an integer comparison holds.
pub(super) fn br_cmp(opcode: Opcode, a: Form, b: Form) -> Handler {
    let handler = int_cmps!(select_from, pick_branch(a, b) opcode;);
    handler.unwrap_or(control::unreachable)
}

/// How an instruction's operands come, by its place in the binary format.
enum Shape {
    Eqz,
    Cmp,
    FloatCmp,
    Unary,
    Binary,
    Div,
    FloatBinary,
}

fn shape(opcode: Opcode) -> Shape {
    match opcode.code() {
        0x45 | 0x50 => Shape::Eqz,
        0x46..=0x4f | 0x51..=0x5a => Shape::Cmp,
        0x5b..=0x66 => Shape::FloatCmp,
        0x6a..=0x6c | 0x71..=0x78 | 0x7c..=0x7e | 0x83..=0x8a => Shape::Binary,
        0x6d..=0x70 | 0x7f..=0x82 => Shape::Div,
        0x92..=0x98 | 0xa0..=0xa6 => Shape::FloatBinary,
        _ => Shape::Unary,
    }
}

/// Whether an integer instruction's operands have 64 bits.
fn is_64(opcode: Opcode) -> bool {
    matches!(opcode.code(), 0x51..=0x5a | 0x7c..=0x8a)
}

impl Translator<'_> {
    pub(super) fn numeric(&mut self, opcode: Opcode) {
        match shape(opcode) {
            Shape::Eqz => {
                let eq = if opcode == Opcode::I32Eqz { Opcode::I32Eq } else { Opcode::I64Eq };
                self.is_zero(eq);
            }
            Shape::Cmp => {
                let (a, b) = self.two_operands(is_64(opcode));
                self.compare(Binary { opcode, a, b, acc: self.acc });
            }
            Shape::Binary => self.binary(opcode, is_64(opcode), int_binop),
            Shape::Div => self.binary(opcode, is_64(opcode), int_div),
            Shape::FloatBinary => self.float_binary(opcode),
            Shape::FloatCmp => self.float_compare(opcode),
            Shape::Unary => self.unary(opcode),
        }
    }

    fn unary(&mut self, opcode: Opcode) {
        let soft = self.soft();
        let a = self.pop();
        let a = self.readable(a);
        let form = self.form(a);
        let trunc = if soft { float_trunc::<DefaultSoft> } else { float_trunc::<Hard> };
        let float = if soft { float_unop::<DefaultSoft> } else { float_unop::<Hard> };
        let trapping = trunc(opcode, form);
        let handler = trapping.or_else(|| int_unop(opcode, form)).or_else(|| float(opcode, form));
        let word = self.out.len();
        self.emit_numeric(handler, |cell| fields(cell, a, 0, 0));
        if trapping.is_some() {
            self.site(word);
        }
    }

    fn emit_numeric(&mut self, handler: Option<Handler>, words: impl Fn(u16) -> u64) {
        // Every numeric instruction stands in one of the lists: the tests translate them all.
        let handler = handler.unwrap_or(control::unreachable);
        self.emit_result(false, handler, words, &[]);
    }

    /// Pops two operands. The first is in a cell then; the second may be an immediate.
    fn two_operands(&mut self, wide: bool) -> (u16, CellOrImm) {
        let (b, a) = (self.pop(), self.pop());
        let a = self.readable(a);
        (a, self.cell_or_imm(b, wide))
    }

    fn cell_or_imm(&mut self, b: Operand, wide: bool) -> CellOrImm {
        match b.place {
            Place::Const(value) if !wide => CellOrImm::Imm(value as u32 as i32),
            Place::Const(value) if i64::from(value as i32) as u64 == value => CellOrImm::Imm(value as i32),
            _ => CellOrImm::Cell(self.readable(b)),
        }
    }

    fn binary(&mut self, opcode: Opcode, wide: bool, pick: fn(Opcode, Form, Form) -> Option<Handler>) {
        let (b, a) = (self.pop(), self.pop());
        let (a, b) = if matches!(a.place, Place::Const(_)) && commutes(opcode) { (b, a) } else { (a, b) };
        if self.fused_binary(opcode, a, b, wide) {
            return;
        }
        let a = self.readable(a);
        let b = self.cell_or_imm(b, wide);
        let (word, acc) = (self.out.len(), self.acc);
        match b {
            CellOrImm::Imm(b) => {
                let handler = pick(opcode, self.form(a), Form::Imm);
                self.emit_numeric(handler, |cell| fields32(cell, a, b as u32));
            }
            CellOrImm::Cell(b) => {
                let handler = pick(opcode, self.form(a), self.form(b));
                self.emit_numeric(handler, |cell| fields(cell, a, b, 0));
            }
        }
        if matches!(shape(opcode), Shape::Div) {
            self.site(word);
        } else {
            let made = Made::Int(Binary { opcode, a, b, acc });
            self.last = self.last.map(|last| Last { made, ..last });
        }
    }

    /// Adds an integer comparison, so that a branch behind it can take it in.
    pub(super) fn compare(&mut self, cmp: Binary) {
        let (form, words) = match cmp.b {
            CellOrImm::Cell(b) => (self.form(b), [cmp.a, b, 0, 0]),
            CellOrImm::Imm(_) => (Form::Imm, [cmp.a, 0, 0, 0]),
        };
        let handler = int_cmp(cmp.opcode, self.form(cmp.a), form);
        let cmp = Binary { acc: self.acc, ..cmp };
        self.emit_numeric(handler, |cell| match cmp.b {
            CellOrImm::Cell(_) => fields(cell, words[0], words[1], 0),
            CellOrImm::Imm(b) => fields32(cell, cmp.a, b as u32),
        });
        self.last = self.last.map(|last| Last { made: Made::Cmp(cmp), ..last });
    }
}
