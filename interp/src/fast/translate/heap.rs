//! Structs, arrays, small integers and casts. Spec: Core 3.0, 4.6.4 Aggregate Instructions and 4.6.3 Reference
//! Instructions.

use super::emit::{Form, fields, fields32};
use super::operands::Place;
use super::{Opcode, Translator};
use crate::fast::code::pair;
use crate::fast::handlers::heap;
use crate::fast::handlers::numeric::{Acc, Cell};
use crate::fast::regs::Handler;
use crate::heap::{HeapOp, Shape};
use selfsame_validate::HeapType;

/// The third word of tests and casts.
pub(super) fn test_word(op: HeapOp) -> u64 {
    let is_i31 = HeapType::of_code(op.first as i32) == Some(HeapType::I31);
    fields(op.opcode as u16, op.second as u16, op.null_passes().into(), is_i31.into())
}

impl Translator<'_> {
    /// An instruction of the heap, branches aside.
    pub(super) fn heap(&mut self, opcode: Opcode) {
        let (op, pc) = HeapOp::read(opcode, self.code, self.pc);
        self.pc = pc;
        if self.cast(op) || self.object(op) {
            return;
        }
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

    /// Tests and casts; `false` for others.
    fn cast(&mut self, op: HeapOp) -> bool {
        use Opcode as O;
        let is_test = matches!(op.opcode, O::RefTest | O::RefTestNull);
        if !is_test && !matches!(op.opcode, O::RefCast | O::RefCastNull) {
            return false;
        }
        let operand = self.pop();
        let reference = self.readable(operand);
        let (form, more) = (self.form(reference), [test_word(op)]);
        if is_test {
            let handler: Handler = match form {
                Form::Acc => heap::test::<Acc>,
                _ => heap::test::<Cell<10>>,
            };
            self.emit_result(false, handler, |cell| fields32(cell, reference, op.first), &more);
            return true;
        }
        let handler: Handler = match form {
            Form::Acc => heap::cast::<Acc>,
            _ => heap::cast::<Cell<10>>,
        };
        let word = self.emit(handler, &[fields32(0, reference, op.first), more[0]]);
        self.site(word);
        // The reference is what it was, and where it was.
        let place = if reference == operand.cell { Place::Home } else { operand.place };
        self.push(place, false);
        true
    }

    fn take_and_leave(&mut self, shape: Shape) {
        self.truncate(self.operands.len() as u32 - shape.operands);
        if shape.result > 0 {
            self.push_home(shape.result == 2);
        }
        self.acc = None;
    }
}
