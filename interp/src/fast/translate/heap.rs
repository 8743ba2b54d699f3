//! Structs, arrays, small integers and casts. Spec: Core 3.0, 4.6.4 Aggregate Instructions and 4.6.3 Reference
//! Instructions.

use super::emit::fields32;
use super::{Opcode, Translator};
use crate::fast::code::pair;
use crate::fast::handlers::heap;
use crate::heap::{HeapOp, Shape};

impl Translator<'_> {
    /// An instruction of the heap, branches aside.
    pub(super) fn heap(&mut self, opcode: Opcode) {
        let (op, pc) = HeapOp::read(opcode, self.code, self.pc);
        self.pc = pc;
        let shape = op.shape(self.module);
        self.all_home();
        let first = self.cell_at(self.height - shape.cells);
        let words = [fields32(first, opcode as u16, op.first), pair(op.second, 0)];
        if HeapOp::is_metered(opcode) {
            self.end_chains();
            self.exact_site();
            let word = self.emit(heap::metered, &words);
            self.last_site(word);
            self.take_and_leave(shape);
            self.continue_chain(word as u32 * 2 + 5, self.pc as u32);
        } else {
            let word = self.emit(heap::plain, &words);
            self.site(word);
            self.take_and_leave(shape);
        }
    }

    fn take_and_leave(&mut self, shape: Shape) {
        self.truncate(self.operands.len() as u32 - shape.operands);
        if shape.result > 0 {
            self.push_home(shape.result == 2);
        }
        self.acc = None;
    }
}
