//! Float instructions of two operands: the choice of handlers, and what they take in.

use super::emit::{Form, Last, Made, fields};
use super::operands::{Operand, Place};
use super::{Opcode, Translator, soft};
use crate::config::Mode;
use crate::fast::handlers::control::{self, br_cmp};
use crate::fast::handlers::fused::{Not, Pure, Word};
use crate::fast::handlers::numeric::{Acc, Cell, binop, cmp};
use crate::fast::regs::Handler;
use crate::ops::{self, BinOp, CmpOp, DefaultSoft, Floats, Hard, float_binops, float_cmps};

/// A float instruction with its operands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Float {
    pub opcode: Opcode,
    /// Cell of the first operand.
    a: u16,
    b: CellOrWord,
    /// What the accumulator mirrored in front of it.
    acc: Option<u16>,
}

/// A second operand.
#[derive(Clone, Copy, Debug)]
enum CellOrWord {
    Cell(u16),
    Word(u64),
}

fn pick_binop<O: BinOp>(a: Form, b: Form) -> Handler {
    match (a, b) {
        (Form::Imm, Form::Acc) => binop::<O, Word, Acc>,
        (Form::Imm, _) => binop::<O, Word, Cell<12>>,
        (Form::Acc, Form::Imm) => binop::<O, Acc, Word>,
        (_, Form::Imm) => binop::<O, Cell<10>, Word>,
        (Form::Acc, _) => binop::<O, Acc, Cell<12>>,
        (_, Form::Acc) => binop::<O, Cell<10>, Acc>,
        _ => binop::<O, Cell<10>, Cell<12>>,
    }
}

fn pick_cmp<O: CmpOp>(a: Form, b: Form, holds: bool) -> Handler {
    fn pick<O: CmpOp>(a: Form, b: Form) -> Handler {
        match (a, b) {
            (Form::Acc, Form::Imm) => cmp::<O, Acc, Word>,
            (_, Form::Imm) => cmp::<O, Cell<10>, Word>,
            (Form::Acc, _) => cmp::<O, Acc, Cell<12>>,
            (_, Form::Acc) => cmp::<O, Cell<10>, Acc>,
            _ => cmp::<O, Cell<10>, Cell<12>>,
        }
    }
    if holds { pick::<O>(a, b) } else { pick::<Not<O>>(a, b) }
}

fn pick_branch<O: CmpOp>(a: Form, b: Form, holds: bool) -> Handler {
    fn pick<O: CmpOp>(a: Form, b: Form) -> Handler {
        match (a, b) {
            (Form::Acc, Form::Imm) => br_cmp::<O, Acc, Word<4>>,
            (_, Form::Imm) => br_cmp::<O, Cell<10>, Word<4>>,
            (Form::Acc, _) => br_cmp::<O, Acc, Cell<12>>,
            (_, Form::Acc) => br_cmp::<O, Cell<10>, Acc>,
            _ => br_cmp::<O, Cell<10>, Cell<12>>,
        }
    }
    if holds { pick::<O>(a, b) } else { pick::<Not<O>>(a, b) }
}

/// How an instruction comes to its operands when it takes in the one that made one of them.
#[derive(Clone, Copy)]
struct Chain {
    /// The operand that was made is the first.
    first: bool,
    /// How the instruction taken in comes to its own operands, none of them an immediate.
    a: Form,
    b: Form,
}

fn pick_chain<O: BinOp, P: BinOp>(chain: Chain) -> Handler {
    match (chain.first, chain.a, chain.b) {
        (true, Form::Acc, _) => binop::<O, Pure<P, Acc, Cell<18>>, Cell<12>>,
        (true, _, Form::Acc) => binop::<O, Pure<P, Cell<16>, Acc>, Cell<12>>,
        (true, _, _) => binop::<O, Pure<P, Cell<16>, Cell<18>>, Cell<12>>,
        (false, Form::Acc, _) => binop::<O, Cell<10>, Pure<P, Acc, Cell<18>>>,
        (false, _, Form::Acc) => binop::<O, Cell<10>, Pure<P, Cell<16>, Acc>>,
        (false, _, _) => binop::<O, Cell<10>, Pure<P, Cell<16>, Cell<18>>>,
    }
}

/// Makes a function from a list of float instructions: the handler of one in the mode `M`, if it is in the list.
macro_rules! select_from {
    ($pick:ident $args:tt $opcode:expr; $($name:ident ($($a:ty),*) $(-> $r:ty)? = $f:path;)*) => {
        match $opcode {
            $(Opcode::$name => Some($pick::<ops::$name<M>> $args),)*
            _ => None,
        }
    };
}
pub(super) use select_from;

fn float_binop<M: Floats>(opcode: Opcode, a: Form, b: Form) -> Option<Handler> {
    float_binops!(select_from, pick_binop(a, b) opcode;)
}

fn soft_binop(opcode: Opcode, a: Form, b: Form) -> Option<Handler> {
    soft::binop(opcode, a, b).or_else(|| float_binop::<DefaultSoft>(opcode, a, b))
}

fn float_cmp<M: Floats>(opcode: Opcode, a: Form, b: Form, holds: bool) -> Option<Handler> {
    float_cmps!(select_from, pick_cmp(a, b, holds) opcode;)
}

fn float_branch<M: Floats>(opcode: Opcode, a: Form, b: Form, holds: bool) -> Option<Handler> {
    float_cmps!(select_from, pick_branch(a, b, holds) opcode;)
}

/// The handler of two instructions on the host's floats, the first of which makes an operand of the second.
fn float_chain(second: Opcode, first: Opcode, chain: Chain) -> Option<Handler> {
    macro_rules! pairs {
        ($([$($o:ident)*] $list:tt)*) => {
            match second {
                $($(Opcode::$o => pairs!(@first $o $list),)*)*
                _ => None,
            }
        };
        (@first $o:ident [$($p:ident)*]) => {
            match first {
                $(Opcode::$p => Some(pick_chain::<ops::$o<Hard>, ops::$p<Hard>>(chain)),)*
                _ => None,
            }
        };
    }
    pairs! {
        [F32Add F32Sub F32Mul] [F32Add F32Sub F32Mul]
        [F64Add F64Sub F64Mul] [F64Add F64Sub F64Mul]
    }
}

impl Translator<'_> {
    /// Whether floats are soft ones.
    pub(super) fn soft(&self) -> bool {
        self.mode != Mode::NonDeterministic
    }

    /// Float instructions of two operands that yield a float.
    pub(super) fn float_binary(&mut self, opcode: Opcode) {
        let (b, a) = (self.pop(), self.pop());
        if self.float_chain(opcode, a, b) {
            return;
        }
        let pick = if self.soft() { soft_binop } else { float_binop::<Hard> };
        if let (Place::Const(value), false) = (a.place, matches!(b.place, Place::Const(_))) {
            let b = self.readable(b);
            let handler = pick(opcode, Form::Imm, self.form(b)).unwrap_or(control::unreachable);
            return self.emit_result(false, handler, |cell| fields(cell, 0, b, 0), &[value]);
        }
        let a = self.readable(a);
        let float = Float { opcode, a, b: self.cell_or_word(b), acc: self.acc };
        let (form, b, more) = self.second(float.b);
        let handler = pick(opcode, self.form(a), form).unwrap_or(control::unreachable);
        self.emit_result(false, handler, |cell| fields(cell, a, b, 0), more.as_slice());
        self.last = self.last.map(|last| Last { made: Made::Float(float), ..last });
    }

    fn cell_or_word(&mut self, operand: Operand) -> CellOrWord {
        match operand.place {
            Place::Const(value) => CellOrWord::Word(value),
            _ => CellOrWord::Cell(self.readable(operand)),
        }
    }

    /// How a second operand is read: its form, its cell and its word.
    fn second(&self, b: CellOrWord) -> (Form, u16, Option<u64>) {
        match b {
            CellOrWord::Cell(b) => (self.form(b), b, None),
            CellOrWord::Word(value) => (Form::Imm, 0, Some(value)),
        }
    }

    /// A float instruction that takes in the one that made one of its operands. `false`: there is none such, or floats
    /// are soft, which take so long that nothing is gained.
    fn float_chain(&mut self, opcode: Opcode, a: Operand, b: Operand) -> bool {
        if self.soft() {
            return false;
        }
        let (first, other) = if self.made_last(a).is_some() { (true, b) } else { (false, a) };
        let Some(last) = self.made_last(if first { a } else { b }) else { return false };
        let other = match other.place {
            Place::Const(_) => return false,
            Place::Local(cell) => cell,
            Place::Home => other.cell,
        };
        let Made::Float(Float { opcode: made, a, b: CellOrWord::Cell(b), acc }) = last.made else {
            return false;
        };
        let form = |cell| if acc == Some(cell) { Form::Acc } else { Form::Cell };
        let chain = Chain { first, a: form(a), b: form(b) };
        let Some(handler) = float_chain(opcode, made, chain) else { return false };
        self.take_back(last, acc);
        self.emit_result(false, handler, |cell| fields(cell, other, other, 0), &[fields(a, b, 0, 0)]);
        true
    }

    /// Float comparisons.
    pub(super) fn float_compare(&mut self, opcode: Opcode) {
        let (b, a) = (self.pop(), self.pop());
        let a = self.readable(a);
        let b = self.cell_or_word(b);
        self.emit_float_compare(Float { opcode, a, b, acc: self.acc }, true);
    }

    /// Adds a comparison, or its opposite, so that a branch behind it can take it in.
    pub(super) fn emit_float_compare(&mut self, cmp: Float, holds: bool) {
        let pick = if self.soft() { float_cmp::<DefaultSoft> } else { float_cmp::<Hard> };
        let (form, b, more) = self.second(cmp.b);
        let handler = pick(cmp.opcode, self.form(cmp.a), form, holds).unwrap_or(control::unreachable);
        self.emit_result(false, handler, |cell| fields(cell, cmp.a, b, 0), more.as_slice());
        self.last = self.last.map(|last| Last { made: Made::FloatCmp(cmp, holds), ..last });
    }

    /// Takes back the float comparison that made an operand, if it was added last; whether it must hold.
    pub(super) fn take_float_cmp(&mut self, operand: Operand) -> Option<(Float, bool)> {
        let last = self.made_last(operand)?;
        let Made::FloatCmp(cmp, holds) = last.made else { return None };
        self.take_back(last, cmp.acc);
        Some((cmp, holds))
    }

    /// The branch on a float comparison: its handler, the word of its operands, and one more word.
    pub(super) fn float_branch(&self, cmp: &Float, holds: bool) -> (Handler, u64, Option<u64>) {
        let pick = if self.soft() { float_branch::<DefaultSoft> } else { float_branch::<Hard> };
        let (form, b, more) = self.second(cmp.b);
        let handler = pick(cmp.opcode, self.form(cmp.a), form, holds).unwrap_or(control::unreachable);
        (handler, fields(0, cmp.a, b, 0), more)
    }
}
