//! Loads, stores, bulk operations, growth. Spec: Core 3.0, 4.6.6 Memory Instructions.

use super::emit::{Access, Form, Last, Made, fields32};
use super::{Opcode, Translator};
use crate::fast::code::pair;
use crate::fast::handlers::memory::{self, First, Load, Narrow, Other, Wide};
use crate::fast::handlers::numeric::{Acc, Cell};
use crate::fast::handlers::{control, table};
use crate::fast::regs::Handler;
use selfsame_validate::{AddressType, MemArg, PageSize};

/// Which memory an access is about, as far as its handler goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// Memory 0, with 32-bit addresses.
    First,
    /// Another one with 32-bit addresses.
    Other,
    /// Any with 64-bit addresses.
    Wide,
}

fn pick_load<L: Load>(address: Form, target: Target) -> Handler {
    match (address, target) {
        (Form::Acc, Target::First) => memory::load::<L, Acc, First>,
        (_, Target::First) => memory::load::<L, Cell<10>, First>,
        (_, Target::Other) => memory::load::<L, Cell<10>, Other>,
        (_, Target::Wide) => memory::load::<L, Cell<10>, Wide>,
    }
}

fn pick_store<M: Narrow>(address: Form, value: Form, target: Target) -> Handler {
    match (address, value, target) {
        (_, _, Target::Wide) => memory::store::<M, Cell<10>, Cell<8>, Wide>,
        (_, _, Target::Other) => memory::store::<M, Cell<10>, Cell<8>, Other>,
        (Form::Acc, _, _) => memory::store::<M, Acc, Cell<8>, First>,
        (_, Form::Acc, _) => memory::store::<M, Cell<10>, Acc, First>,
        _ => memory::store::<M, Cell<10>, Cell<8>, First>,
    }
}

fn load(opcode: Opcode, address: Form, target: Target) -> Option<Handler> {
    use Opcode as O;
    Some(match opcode {
        O::I32Load | O::F32Load | O::I64Load32U => pick_load::<memory::Load32>(address, target),
        O::I64Load | O::F64Load => pick_load::<memory::Load64>(address, target),
        O::I32Load8U | O::I64Load8U => pick_load::<memory::Load8>(address, target),
        O::I32Load16U | O::I64Load16U => pick_load::<memory::Load16>(address, target),
        O::I32Load8S => pick_load::<memory::Load8To32>(address, target),
        O::I32Load16S => pick_load::<memory::Load16To32>(address, target),
        O::I64Load8S => pick_load::<memory::Load8To64>(address, target),
        O::I64Load16S => pick_load::<memory::Load16To64>(address, target),
        O::I64Load32S => pick_load::<memory::Load32To64>(address, target),
        _ => return None,
    })
}

fn store(opcode: Opcode, address: Form, value: Form, target: Target) -> Handler {
    use Opcode as O;
    match opcode {
        O::I32Store8 | O::I64Store8 => pick_store::<u8>(address, value, target),
        O::I32Store16 | O::I64Store16 => pick_store::<u16>(address, value, target),
        O::I64Store | O::F64Store => pick_store::<u64>(address, value, target),
        _ => pick_store::<u32>(address, value, target),
    }
}

/// The 32-bit operand at offset 12 of an access and the word behind, which those of memory 0 with 32-bit addresses
/// leave out.
pub(super) fn place(arg: MemArg, target: Target) -> (u32, [u64; 1]) {
    match target {
        Target::Wide => (arg.memory, [arg.offset]),
        // Validation keeps the offset below 2^32.
        _ => (arg.offset as u32, [pair(arg.memory, 0)]),
    }
}

impl Translator<'_> {
    pub(super) fn mem_arg(&mut self) -> MemArg {
        let (arg, pc) = MemArg::read(self.code, self.pc);
        self.pc = pc;
        arg
    }

    /// Which memory a load or store is about.
    pub(super) fn target_of(&self, arg: MemArg) -> Target {
        match arg.memory {
            memory if self.is_wide(memory) => Target::Wide,
            0 => Target::First,
            _ => Target::Other,
        }
    }

    /// Whether a memory has 64-bit addresses.
    fn is_wide(&self, memory: u32) -> bool {
        self.wide_memories && self.module.memories()[memory as usize].address == AddressType::I64
    }

    /// Scalar loads and stores.
    pub(super) fn access(&mut self, opcode: Opcode) {
        let arg = self.mem_arg();
        let target = self.target_of(arg);
        let first = target == Target::First;
        let (offset, more) = place(arg, target);
        let more = if first { &[] } else { &more[..] };
        if load(opcode, Form::Cell, target).is_some() {
            let address = self.pop();
            if first && self.fused_load(opcode, address, offset) {
                return;
            }
            let address = self.readable(address);
            let acc = self.acc;
            let handler = load(opcode, self.form(address), target).unwrap_or(control::unreachable);
            let word = self.out.len();
            self.emit_result(false, handler, |cell| fields32(cell, address, offset), more);
            self.site(word);
            if first {
                let made = Made::Load(Access { opcode, address, offset, acc });
                self.last = self.last.map(|last| Last { made, ..last });
            }
        } else {
            let (value, address) = (self.pop(), self.pop());
            if first && self.fused_store(opcode, address, value, offset) {
                return;
            }
            let address = self.readable(address);
            let value = self.readable(value);
            let handler = store(opcode, self.form(address), self.form(value), target);
            let word = self.emit(handler, &[fields32(value, address, offset)]);
            self.out.extend_from_slice(more);
            self.site(word);
        }
    }

    pub(super) fn memory_size(&mut self) {
        let index = self.index();
        let handler: Handler = match (self.module.memories()[index as usize].page_size, index) {
            (PageSize::Byte, _) => memory::size_in_bytes,
            (PageSize::Standard, 0) => memory::size,
            (PageSize::Standard, _) => memory::size_other,
        };
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
        let of_first = |translator: &Self| (first, second) == (0, 0) && !translator.is_wide(0);
        let handler: Handler = match opcode {
            O::MemoryCopy if of_first(self) => memory::copy,
            O::MemoryFill if of_first(self) => memory::fill,
            _ => table::bulk_op,
        };
        let word = self.emit(handler, &[operation, pair(second, 0)]);
        self.last_site(word);
        self.truncate(self.operands.len() as u32 - 3);
        self.acc = None;
        self.continue_chain(word as u32 * 2 + 5, self.pc as u32);
    }
}
