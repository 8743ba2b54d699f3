//! Constants, locals, globals, comparisons with zero.

use super::emit::{Binary, CellOrImm, Form, Last, fields32};
use super::operands::Place;
use super::{Opcode, Translator};
use crate::fast::handlers::numeric::{Acc, Cell};
use crate::fast::handlers::variable;
use crate::fast::regs::Handler;
use selfsame_validate::{HeapCode, ValType, leb};

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
            _ => (0, HeapCode::read(self.code, self.pc).1),
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

    /// `eqz` and `ref.is_null`: a comparison with zero, or the opposite of the comparison in front.
    pub(super) fn is_zero(&mut self, eq: Opcode) {
        let operand = self.pop();
        if let Some((cmp, holds)) = self.take_float_cmp(operand) {
            return self.emit_float_compare(cmp, !holds);
        }
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
