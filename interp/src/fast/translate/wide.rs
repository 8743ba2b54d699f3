//! Arithmetic with numbers of 128 bits. Spec: the proposal of wide arithmetic.

use super::emit::fields;
use super::{Opcode, Translator};
use crate::fast::handlers::wide::{of_four, of_two};
use crate::fast::regs::Handler;
use crate::ops::wide::{I64Add128, I64MulWideS, I64MulWideU, I64Sub128};

impl Translator<'_> {
    pub(super) fn wide(&mut self, opcode: Opcode) {
        let mut operand = || {
            let operand = self.pop();
            self.readable(operand)
        };
        let (last, before) = (operand(), operand());
        let (handler, words): (Handler, [u16; 4]) = match opcode {
            Opcode::I64MulWideS => (of_two::<I64MulWideS>, [before, last, 0, 0]),
            Opcode::I64MulWideU => (of_two::<I64MulWideU>, [before, last, 0, 0]),
            _ => {
                let (second, first) = (operand(), operand());
                let is_sum = opcode == Opcode::I64Add128;
                let handler: Handler = if is_sum { of_four::<I64Add128> } else { of_four::<I64Sub128> };
                (handler, [first, second, before, last])
            }
        };
        let to = self.cell_at(self.height);
        self.emit(handler, &[fields(to, words[0], words[1], words[2])]);
        if matches!(opcode, Opcode::I64Add128 | Opcode::I64Sub128) {
            self.out.push(fields(words[3], 0, 0, 0));
        }
        self.overwritten(to);
        self.overwritten(to + 1);
        self.push_home(false);
        self.push_home(false);
    }
}
