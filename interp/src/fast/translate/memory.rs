//! Loads, stores, bulk operations, growth. Spec: Core 3.0, 4.6.6 Memory Instructions.

use super::emit::{Access, Form, Last, Made, fields32};
use super::{Opcode, Translator};
use crate::fast::code::pair;
use crate::fast::handlers::memory::{self, First, Load, Narrow, Other};
use crate::fast::handlers::numeric::{Acc, Cell};
use crate::fast::handlers::{control, table};
use crate::fast::regs::Handler;
use selfsame_validate::MemArg;

fn pick_load<L: Load>(address: Form, other: bool) -> Handler {
    match (address, other) {
        (Form::Acc, false) => memory::load::<L, Acc, First>,
        (_, false) => memory::load::<L, Cell<10>, First>,
        (_, true) => memory::load::<L, Cell<10>, Other>,
    }
}

fn pick_store<M: Narrow>(address: Form, value: Form, other: bool) -> Handler {
    match (address, value, other) {
        (_, _, true) => memory::store::<M, Cell<10>, Cell<8>, Other>,
        (Form::Acc, _, _) => memory::store::<M, Acc, Cell<8>, First>,
        (_, Form::Acc, _) => memory::store::<M, Cell<10>, Acc, First>,
        _ => memory::store::<M, Cell<10>, Cell<8>, First>,
    }
}

fn load(opcode: Opcode, address: Form, other: bool) -> Option<Handler> {
    use Opcode as O;
    Some(match opcode {
        O::I32Load | O::F32Load | O::I64Load32U => pick_load::<memory::Load32>(address, other),
        O::I64Load | O::F64Load => pick_load::<memory::Load64>(address, other),
        O::I32Load8U | O::I64Load8U => pick_load::<memory::Load8>(address, other),
        O::I32Load16U | O::I64Load16U => pick_load::<memory::Load16>(address, other),
        O::I32Load8S => pick_load::<memory::Load8To32>(address, other),
        O::I32Load16S => pick_load::<memory::Load16To32>(address, other),
        O::I64Load8S => pick_load::<memory::Load8To64>(address, other),
        O::I64Load16S => pick_load::<memory::Load16To64>(address, other),
        O::I64Load32S => pick_load::<memory::Load32To64>(address, other),
        _ => return None,
    })
}

fn store(opcode: Opcode, address: Form, value: Form, other: bool) -> Handler {
    use Opcode as O;
    match opcode {
        O::I32Store8 | O::I64Store8 => pick_store::<u8>(address, value, other),
        O::I32Store16 | O::I64Store16 => pick_store::<u16>(address, value, other),
        O::I64Store | O::F64Store => pick_store::<u64>(address, value, other),
        _ => pick_store::<u32>(address, value, other),
    }
}

impl Translator<'_> {
    pub(super) fn mem_arg(&mut self) -> MemArg {
        let (arg, pc) = MemArg::read(self.code, self.pc);
        self.pc = pc;
        arg
    }

    /// Scalar loads and stores.
    pub(super) fn access(&mut self, opcode: Opcode) {
        let arg = self.mem_arg();
        let other = arg.memory != 0;
        let more = [pair(arg.memory, 0)];
        let more = if other { &more[..] } else { &[] };
        // Memories have 32-bit addresses: validation keeps the offset below 2^32.
        let offset = arg.offset as u32;
        if load(opcode, Form::Cell, other).is_some() {
            let address = self.pop();
            if !other && self.fused_load(opcode, address, offset) {
                return;
            }
            let address = self.readable(address);
            let acc = self.acc;
            let handler = load(opcode, self.form(address), other).unwrap_or(control::unreachable);
            let word = self.out.len();
            self.emit_result(false, handler, |cell| fields32(cell, address, offset), more);
            self.site(word);
            if !other {
                let made = Made::Load(Access { opcode, address, offset, acc });
                self.last = self.last.map(|last| Last { made, ..last });
            }
        } else {
            let (value, address) = (self.pop(), self.pop());
            if !other && self.fused_store(opcode, address, value, offset) {
                return;
            }
            let address = self.readable(address);
            let value = self.readable(value);
            let handler = store(opcode, self.form(address), self.form(value), other);
            let word = self.emit(handler, &[fields32(value, address, offset)]);
            self.out.extend_from_slice(more);
            self.site(word);
        }
    }

    pub(super) fn memory_size(&mut self) {
        let index = self.index();
        let handler: Handler = if index == 0 { memory::size } else { memory::size_other };
        self.emit_result(false, handler, |cell| fields32(cell, 0, index), &[]);
    }

    /// `memory.grow` and `table.grow`: two words and a landing, as a call, for the embedder may have a say. The
    /// exact tier carries them out where the gas does not cover the units.
    pub(super) fn grow(&mut self, opcode: Opcode) {
        let index = self.index();
        self.all_home();
        self.end_chains();
        self.exact_site();
        let operands = if opcode == Opcode::TableGrow { 2 } else { 1 };
        let first = self.cell_at(self.height - operands);
        let landing = pair(0, self.body.local_cells + self.height - operands);
        let word = self.emit(table::grow, &[fields32(first, opcode as u16, index), landing]);
        self.truncate(self.operands.len() as u32 - operands);
        self.push_home(false);
        self.acc = None;
        self.continue_chain(word as u32 * 2 + 4, self.pc as u32);
    }

    /// Fill, copy and init of memories and tables.
    pub(super) fn bulk(&mut self, opcode: Opcode) {
        use Opcode as O;
        let first = self.index();
        let two = matches!(opcode, O::MemoryCopy | O::MemoryInit | O::TableCopy | O::TableInit);
        let second = if two { self.index() } else { 0 };
        self.all_home();
        self.end_chains();
        self.exact_site();
        let operands = self.cell_at(self.height - 3);
        let operation = fields32(operands, opcode as u16, first);
        let word = self.emit(table::bulk_op, &[operation, pair(second, 0)]);
        self.last_site(word);
        self.truncate(self.operands.len() as u32 - 3);
        self.acc = None;
        self.continue_chain(word as u32 * 2 + 5, self.pc as u32);
    }
}
