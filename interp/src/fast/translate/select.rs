//! `select`. Spec: Core 3.0, 4.6.2 Parametric Instructions.

use super::emit::{Binary, CellOrImm, Form, fields, fields32};
use super::operands::{Operand, Place};
use super::{Opcode, Translator};
use crate::fast::code::pair;
use crate::fast::handlers::fused::Compared;
use crate::fast::handlers::numeric::{Acc, Cell, Imm, Place as Operands};
use crate::fast::handlers::variable::{select, select_wide};
use crate::fast::regs::Handler;
use crate::ops::{self, CmpOp, int_cmps};

/// What `select` chooses from. Immediates stand in a word of their own, in front of the comparison's.
#[derive(Clone, Copy)]
enum Values {
    Cells,
    ImmFirst,
    ImmSecond,
    Imms,
}

/// A handler for each way in which values come. The condition, without and with the word of immediates in front of its
/// own; then the words of the instruction, likewise.
macro_rules! by_values {
    ($values:expr, $c:ty, $d:ty, $words:literal, $more:literal) => {
        match $values {
            Values::Cells => select::<$c, Cell<10>, Cell<12>, $words>,
            Values::ImmFirst => select::<$d, Imm<16>, Cell<12>, $more>,
            Values::ImmSecond => select::<$d, Cell<10>, Imm<20>, $more>,
            Values::Imms => select::<$d, Imm<16>, Imm<20>, $more>,
        }
    };
}

fn pick(condition: Form, values: Values) -> Handler {
    if condition == Form::Acc {
        by_values!(values, Acc, Acc, 2, 3)
    } else {
        by_values!(values, Cell<14>, Cell<14>, 2, 3)
    }
}

fn pick_compared<O: CmpOp>(a: Form, b: Form, values: Values) -> Handler {
    fn pick<O: CmpOp, A: Operands, B: Operands, A2: Operands, B2: Operands>(values: Values) -> Handler {
        by_values!(values, Compared<O, A, B>, Compared<O, A2, B2>, 3, 4)
    }
    match (a, b) {
        (Form::Acc, Form::Imm) => pick::<O, Acc, Imm<20>, Acc, Imm<28>>(values),
        (_, Form::Imm) => pick::<O, Cell<16>, Imm<20>, Cell<24>, Imm<28>>(values),
        (Form::Acc, _) => pick::<O, Acc, Cell<18>, Acc, Cell<26>>(values),
        (_, Form::Acc) => pick::<O, Cell<16>, Acc, Cell<24>, Acc>(values),
        _ => pick::<O, Cell<16>, Cell<18>, Cell<24>, Cell<26>>(values),
    }
}

/// Makes a function from a list: the handler of a `select` on a comparison, if that is in the list.
macro_rules! select_from {
    ($args:tt $opcode:expr; $($name:ident ($($a:ty),*) = $f:path;)*) => {
        match $opcode {
            $(Opcode::$name => Some(pick_compared::<ops::$name> $args),)*
            _ => None,
        }
    };
}

fn compared(opcode: Opcode, a: Form, b: Form, values: Values) -> Option<Handler> {
    int_cmps!(select_from, (a, b, values) opcode;)
}

impl Translator<'_> {
    pub(super) fn select(&mut self) {
        let (condition, second, first) = (self.pop(), self.pop(), self.pop());
        if first.wide {
            return self.select_wide(condition, first, second);
        }
        let cmp = self.take_cmp(condition);
        let (first, second) = (self.value(first), self.value(second));
        let values = match (first, second) {
            (CellOrImm::Cell(_), CellOrImm::Cell(_)) => Values::Cells,
            (CellOrImm::Imm(_), CellOrImm::Cell(_)) => Values::ImmFirst,
            (CellOrImm::Cell(_), CellOrImm::Imm(_)) => Values::ImmSecond,
            (CellOrImm::Imm(_), CellOrImm::Imm(_)) => Values::Imms,
        };
        let ((first, first_imm), (second, second_imm)) = (parts(first), parts(second));
        let imms = match values {
            Values::Cells => None,
            _ => Some(pair(first_imm as u32, second_imm as u32)),
        };
        let (handler, condition, operands) = match cmp {
            None => {
                let condition = self.readable(condition);
                (pick(self.form(condition), values), condition, None)
            }
            Some(Binary { opcode, a, b, .. }) => {
                let (form, operands) = match b {
                    CellOrImm::Cell(b) => (self.form(b), fields(a, b, 0, 0)),
                    CellOrImm::Imm(b) => (Form::Imm, fields32(a, 0, b as u32)),
                };
                let handler = compared(opcode, self.form(a), form, values);
                // Every comparison that can be taken back is in the list.
                (handler.unwrap_or(crate::fast::handlers::control::unreachable), 0, Some(operands))
            }
        };
        self.emit_result(false, handler, |cell| fields(cell, first, second, condition), imms.as_slice());
        self.out.extend_from_slice(operands.as_slice());
    }

    fn select_wide(&mut self, condition: Operand, first: Operand, second: Operand) {
        let (first, second) = (self.readable(first), self.readable(second));
        let condition = self.readable(condition);
        let handler: Handler = match self.form(condition) {
            Form::Acc => select_wide::<Acc>,
            _ => select_wide::<Cell<14>>,
        };
        self.emit_result(true, handler, |cell| fields(cell, first, second, condition), &[]);
    }

    /// A value as a cell, or as an immediate where it is a constant of 32 bits.
    fn value(&mut self, operand: Operand) -> CellOrImm {
        match operand.place {
            Place::Const(value) if i64::from(value as i32) as u64 == value => CellOrImm::Imm(value as i32),
            _ => CellOrImm::Cell(self.readable(operand)),
        }
    }
}

/// The fields of a cell and of an immediate; the one that is not there is 0.
fn parts(value: CellOrImm) -> (u16, i32) {
    match value {
        CellOrImm::Cell(cell) => (cell, 0),
        CellOrImm::Imm(imm) => (0, imm),
    }
}
