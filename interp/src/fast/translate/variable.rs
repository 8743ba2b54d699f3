//! Constants, locals, globals, `select`.

use super::emit::{Binary, CellOrImm, Form, Last, fields, fields32};
use super::operands::{Operand, Place};
use super::{Opcode, Translator};
use crate::fast::code::pair;
use crate::fast::handlers::numeric::{Acc, Cell, Imm, Place as Operands};
use crate::fast::handlers::variable;
use crate::fast::regs::Handler;
use selfsame_validate::{ValType, leb};

impl Translator<'_> {
    pub(super) fn constant(&mut self, opcode: Opcode) {
        let bytes = |pc: usize, len: usize| self.code.get(pc..pc + len).unwrap_or_default();
        let (value, pc) = match opcode {
            Opcode::I32Const => {
                let (value, pc) = leb::i32(self.code, self.pc);
                (u64::from(value as u32), pc)
            }
            Opcode::I64Const => {
                let (value, pc) = leb::i64(self.code, self.pc);
                (value as u64, pc)
            }
            Opcode::F32Const => {
                let value = bytes(self.pc, 4).try_into().map_or(0, u32::from_le_bytes);
                (u64::from(value), self.pc + 4)
            }
            Opcode::F64Const => (bytes(self.pc, 8).try_into().map_or(0, u64::from_le_bytes), self.pc + 8),
            // `ref.null`
            _ => (0, leb::i33(self.code, self.pc).1),
        };
        self.pc = pc;
        self.push(Place::Const(value), false);
    }

    pub(super) fn local_get(&mut self) {
        let local = self.index();
        let (cell, wide) = self.local_cells.get(local);
        self.push(Place::Local(cell), wide);
    }

    /// `local.set` and `local.tee`.
    pub(super) fn local_set(&mut self, tee: bool) {
        let local = self.index();
        let (to, wide) = self.local_cells.get(local);
        let value = self.pop();
        if value.place == Place::Local(to) {
            if tee {
                self.push(Place::Local(to), wide);
            }
            return;
        }
        let redirect = match self.last {
            Some(last)
                if last.temporary
                    && value.place == Place::Home
                    && last.cell == value.cell
                    && !self.is_awaited(to) =>
            {
                Some(last)
            }
            _ => None,
        };
        match redirect {
            Some(last) => {
                // The instruction that made the value puts it into the local instead.
                self.set_half_word(last.word + 1, to);
                if self.acc == Some(last.cell) {
                    self.acc = Some(to);
                } else {
                    self.overwritten(to);
                    if wide {
                        self.overwritten(to + 1);
                    }
                }
                self.last = Some(Last { cell: to, temporary: false, ..last });
            }
            None => {
                // The value may be read from its cell after this: no operand above it is left.
                self.save_local(to);
                self.copy_to(to, value);
            }
        }
        if tee {
            self.push(Place::Local(to), wide);
        }
    }

    /// Sets the first 16 bits of a word: an instruction's result cell.
    fn set_half_word(&mut self, word: usize, value: u16) {
        let mut bytes = self.out.get(word as u32).to_ne_bytes();
        bytes[..2].copy_from_slice(&value.to_ne_bytes());
        self.out.set(word as u32, u64::from_ne_bytes(bytes));
    }

    pub(super) fn global_get(&mut self) {
        let index = self.index();
        let wide = self.module.globals()[index as usize].content == ValType::V128;
        let handler: Handler = if wide { variable::global_get_wide } else { variable::global_get };
        self.emit_result(wide, handler, |cell| fields32(cell, 0, index), &[]);
    }

    pub(super) fn global_set(&mut self) {
        let index = self.index();
        let value = self.pop();
        let cell = self.readable(value);
        let handler: Handler = match self.form(cell) {
            _ if value.wide => variable::global_set_wide,
            Form::Acc => variable::global_set::<Acc>,
            _ => variable::global_set::<Cell<10>>,
        };
        self.emit(handler, &[fields32(0, cell, index)]);
    }

    pub(super) fn select(&mut self) {
        let (condition, second, first) = (self.pop(), self.pop(), self.pop());
        if let (false, Some(a), Some(b)) = (first.wide, value_of(first), value_of(second))
            && [a, b].iter().any(|value| matches!(value, CellOrImm::Imm(_)))
        {
            let condition = self.readable(condition);
            let handler = select_imm(self.form(condition), a, b);
            let (a, b) = (parts(a), parts(b));
            return self.emit_result(
                false,
                handler,
                |cell| fields(cell, a.0, b.0, condition),
                &[pair(a.1 as u32, b.1 as u32)],
            );
        }
        let first_cell = self.readable(first);
        let second_cell = self.readable(second);
        let condition = self.readable(condition);
        let acc = self.form(condition) == Form::Acc;
        let handler: Handler = match (first.wide, acc) {
            (false, false) => variable::select::<Cell<14>, Cell<10>, Cell<12>, 2>,
            (false, true) => variable::select::<Acc, Cell<10>, Cell<12>, 2>,
            (true, false) => variable::select_wide::<Cell<14>>,
            (true, true) => variable::select_wide::<Acc>,
        };
        self.emit_result(first.wide, handler, |cell| fields(cell, first_cell, second_cell, condition), &[]);
    }

    /// `eqz` and `ref.is_null`: a comparison with zero, or the opposite of the comparison in front.
    pub(super) fn is_zero(&mut self, eq: Opcode) {
        let operand = self.pop();
        let cmp = if eq == Opcode::I32Eq { self.take_cmp(operand) } else { None };
        let cmp = match cmp {
            Some(cmp) => Binary { opcode: super::branches::inverse(cmp.opcode), ..cmp },
            None => {
                let a = self.readable(operand);
                Binary { opcode: eq, a, b: CellOrImm::Imm(0), acc: self.acc }
            }
        };
        self.compare(cmp);
    }
}

/// An operand as a cell or an immediate, without putting it anywhere.
fn value_of(operand: Operand) -> Option<CellOrImm> {
    match operand.place {
        Place::Home => Some(CellOrImm::Cell(operand.cell)),
        Place::Local(cell) => Some(CellOrImm::Cell(cell)),
        Place::Const(value) => {
            let low = value as u32 as i32;
            (i64::from(low) as u64 == value).then_some(CellOrImm::Imm(low))
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

/// `select` of values of which one at least is an immediate.
fn select_imm(condition: Form, a: CellOrImm, b: CellOrImm) -> Handler {
    fn pick<C: Operands>(a: CellOrImm, b: CellOrImm) -> Handler {
        match (a, b) {
            (CellOrImm::Imm(_), CellOrImm::Imm(_)) => variable::select::<C, Imm<16>, Imm<20>, 3>,
            (CellOrImm::Imm(_), CellOrImm::Cell(_)) => variable::select::<C, Imm<16>, Cell<12>, 3>,
            _ => variable::select::<C, Cell<10>, Imm<20>, 3>,
        }
    }
    if condition == Form::Acc { pick::<Acc>(a, b) } else { pick::<Cell<14>>(a, b) }
}
