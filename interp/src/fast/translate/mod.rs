//! From a function's bytes to the fast tier's code, in one pass.
//!
//! The pass keeps an operand stack of its own, which says where each operand is (`operands`), and the
//! open control constructs (`labels`). Instructions are added at the end of `out`; what is not known yet,
//! targets and the costs of chains, is put in later. Until then the fields that wait for the same thing form
//! a list: each holds the place of the next, so that the pass needs no memory for them. It is a function of
//! the module, the schedule and the mode alone; run with `map` set, it writes down the way back to the source
//! instead of the code.

mod branches;
mod call;
mod emit;
mod exception;
mod floats;
mod fused;
mod heap;
mod labels;
mod memory;
mod numeric;
mod object;
mod operands;
mod recent;
mod select;
mod simd;
mod soft;
mod variable;
mod wide;
mod words;

use super::code::Compiled;
use super::handlers::control;
use super::map::{SourceMap, Writer};
use crate::config::Mode;
use crate::gas::Schedule;
use crate::module::Module;
use crate::ops::banned_without_floats;
use alloc::vec::Vec;
use emit::Last;
use labels::{Chain, Control};
use operands::{LocalCells, Operand};
use selfsame_validate::{AddressType, FuncBody, Opcode, leb};
use words::{ROOM, Words};

/// Most cells of a frame: instructions name cells by 16 bits.
const MAX_CELLS: u32 = 1 << 16;

/// Most words of code for each byte of a function, and for any function besides. One-byte instructions
/// take two words; only branches that move operands, one after the other, take more than two a byte.
const WORDS_PER_BYTE: usize = 2;
const WORDS_FREE: usize = 256;

fn most_words(body_bytes: usize) -> usize {
    let words = WORDS_FREE + WORDS_PER_BYTE * body_bytes;
    // The end of a chunk may stay empty.
    words + words / 64
}

/// The code of a function that the module defines; `None` if its frame or the code would be too large for
/// the fast tier.
pub(super) fn translate(module: &Module, func: u32) -> Option<Compiled> {
    Some(run(module, func, false)?.finish())
}

/// The way back from that code to the module's bytes.
pub(super) fn map(module: &Module, func: u32) -> SourceMap {
    let map = run(module, func, true).and_then(|translator| translator.map);
    map.map_or_else(SourceMap::default, Writer::finish)
}

fn run(module: &Module, func: u32, map: bool) -> Option<Translator<'_>> {
    let validated = module.validated();
    let body = &validated.bodies()[func as usize];
    // The cell behind the last is named too, where a call without arguments is at the stack's top.
    if body.frame_cells() >= MAX_CELLS {
        return None;
    }
    let config = module.engine().config();
    let mut translator = Translator::new(validated, body, func, &config.schedule, config.mode);
    if map {
        translator.out = Words::counted();
        translator.map = Some(Writer::default());
    }
    translator.function().then_some(translator)
}

/// A translation on its way.
struct Translator<'m> {
    module: &'m selfsame_validate::Module,
    code: &'m [u8],
    body: &'m FuncBody,
    /// The function's index in the module's index space.
    func: u32,
    schedule: &'m Schedule,
    mode: Mode,
    /// Where the next instruction's bytes are.
    pc: usize,
    /// Where the present instruction is.
    at: u32,
    out: Words,
    /// For each operand, whether it takes two cells.
    operands: Vec<bool>,
    /// Cells of the operand stack.
    height: u32,
    /// Operands that are not in their own cell, by their number, lowest first.
    pending: Vec<(u32, Operand)>,
    local_cells: LocalCells,
    /// Whether some memory has 64-bit addresses: if none has, no access need look.
    wide_memories: bool,
    controls: Vec<Control>,
    /// Whether the present place can be reached.
    live: bool,
    /// Constructs opened in unreachable code that are still open.
    dead_depth: u32,
    /// The cell that the accumulator mirrors.
    acc: Option<u16>,
    /// The instruction that was added last, if it has a result that can still be redirected.
    last: Option<Last>,
    /// The instruction in front of that, likewise.
    previous: Option<Last>,
    /// Branch sites so far, counted as `validate` does.
    branch: u32,
    /// Cost of the instructions so far.
    prefix: u64,
    /// The chains whose end has not come.
    chains: Vec<Chain>,
    /// Open controls whose label's chain has ended, where its cost is known: all but the innermost.
    settled: usize,
    /// Cost of the instructions up to where a chain ended last.
    last_end: u64,
    /// The first of the words that are to be addresses of targets; each holds the number of its target's
    /// word and of the next of them. 0: none.
    targets: u32,
    /// Where the last chain started: word, cost so far, height of the operand stack.
    last_start: (u32, u64, u32),
    map: Option<Writer>,
}

impl<'m> Translator<'m> {
    fn new(
        module: &'m selfsame_validate::Module,
        body: &'m FuncBody,
        func: u32,
        schedule: &'m Schedule,
        mode: Mode,
    ) -> Self {
        let func = module.imported_funcs() + func;
        Translator {
            module,
            code: module.bytes(),
            body,
            func,
            schedule,
            mode,
            pc: body.code as usize,
            at: body.start,
            out: Words::new((body.end - body.code) as usize),
            operands: Vec::new(),
            height: 0,
            pending: Vec::new(),
            local_cells: LocalCells::new(module, body, func),
            wide_memories: module.memories().iter().any(|memory| memory.address == AddressType::I64),
            controls: Vec::new(),
            live: true,
            dead_depth: 0,
            acc: None,
            last: None,
            previous: None,
            branch: 0,
            prefix: 0,
            chains: Vec::new(),
            settled: 0,
            last_end: 0,
            targets: 0,
            last_start: (0, 0, 0),
            map: None,
        }
    }

    /// `false` if the code would be too large.
    fn function(&mut self) -> bool {
        self.open_function();
        let most = most_words((self.body.end - self.body.code) as usize);
        while self.pc < self.body.end as usize {
            if self.out.len() > most {
                return false;
            }
            self.make_room(ROOM);
            self.at = self.pc as u32;
            let (opcode, immediates) = Opcode::decode(self.code, self.pc);
            self.pc = immediates;
            if self.live {
                self.instruction(opcode);
            } else {
                self.dead_instruction(opcode);
            }
        }
        true
    }

    /// An instruction that can be reached.
    fn instruction(&mut self, opcode: Opcode) {
        use Opcode as O;
        self.split_long_chain();
        // Branches, whose cost depends on their label, add the rest themselves.
        self.prefix += u64::from(self.schedule.cost(opcode));
        if self.mode == Mode::NoFloats && banned_without_floats(opcode) {
            // What follows is translated as ever, so that what is counted stays right; it never runs.
            let word = self.emit(control::banned, &[]);
            self.site(word);
        }
        match opcode {
            O::Block | O::Loop => self.block(opcode),
            O::If => self.if_(),
            O::Else => self.else_(),
            O::End => self.end(),
            O::Br => self.br(),
            O::BrIf => self.br_if(),
            O::Call | O::ReturnCall => self.call(opcode == O::ReturnCall),
            O::Drop => {
                self.pop();
            }
            O::Select => self.select(),
            O::LocalGet => self.local_get(),
            O::LocalSet => self.local_set(false),
            O::LocalTee => self.local_set(true),
            O::GlobalGet => self.global_get(),
            O::GlobalSet => self.global_set(),
            O::I32Const | O::I64Const | O::F32Const | O::F64Const | O::RefNull => self.constant(opcode),
            O::Nop | O::Unreachable | O::BrTable | O::Return | O::CallIndirect | O::ReturnCallIndirect => {
                self.rarer(opcode);
            }
            O::CallRef | O::ReturnCallRef | O::BrOnNull | O::BrOnNonNull => self.rarer(opcode),
            O::TryTable | O::Throw | O::ThrowRef => self.rarer(opcode),
            O::RefAsNonNull | O::RefIsNull | O::RefFunc | O::TypedSelect => self.rarer(opcode),
            O::TableGet | O::TableSet | O::TableSize | O::TableGrow => self.rarer(opcode),
            O::TableFill | O::TableCopy | O::TableInit | O::ElemDrop => self.rarer(opcode),
            O::MemoryFill | O::MemoryCopy | O::MemoryInit | O::DataDrop => self.rarer(opcode),
            O::MemorySize | O::MemoryGrow => self.rarer(opcode),
            O::I64Add128 | O::I64Sub128 | O::I64MulWideS | O::I64MulWideU => self.rarer(opcode),
            O::RefEq => self.numeric(O::I64Eq),
            _ if opcode.code() >> 16 == 0xfb => self.rarer(opcode),
            _ if opcode.code() >> 16 == 0xfd => self.vector(opcode),
            _ if opcode.takes_mem_arg() => self.access(opcode),
            _ => self.numeric(opcode),
        }
    }

    /// What is met seldom: kept apart, so that what is met often stays small.
    #[inline(never)]
    fn rarer(&mut self, opcode: Opcode) {
        use Opcode as O;
        match opcode {
            O::Unreachable => self.unreachable(),
            O::BrTable => self.br_table(),
            O::Return => self.return_(),
            O::CallIndirect | O::ReturnCallIndirect => self.call_indirect(opcode == O::ReturnCallIndirect),
            O::CallRef | O::ReturnCallRef => self.call_ref(opcode == O::ReturnCallRef),
            O::BrOnNull | O::BrOnNonNull => self.br_on_null(opcode),
            O::TryTable => self.try_table(),
            O::Throw | O::ThrowRef => self.throw(opcode),
            O::RefAsNonNull => self.ref_as_non_null(),
            O::TypedSelect => {
                self.pc = opcode.skip_immediates(self.code, self.pc);
                self.select();
            }
            O::RefIsNull => self.is_zero(O::I64Eq),
            O::RefFunc => self.ref_func(),
            O::TableGet | O::TableSet | O::TableSize => self.table_access(opcode),
            O::MemoryFill | O::MemoryCopy | O::MemoryInit => self.bulk(opcode),
            O::TableFill | O::TableCopy | O::TableInit => self.bulk(opcode),
            O::DataDrop | O::ElemDrop => self.segment_drop(opcode),
            O::MemorySize => self.memory_size(),
            O::MemoryGrow | O::TableGrow => self.grow(opcode),
            O::I64Add128 | O::I64Sub128 | O::I64MulWideS | O::I64MulWideU => self.wide(opcode),
            O::BrOnCast | O::BrOnCastFail | O::BrOnCastDescEq | O::BrOnCastDescEqFail => {
                self.br_on_cast(opcode);
            }
            // The reference is what it was.
            O::AnyConvertExtern | O::ExternConvertAny => {}
            _ if opcode.code() >> 16 == 0xfb => self.heap(opcode),
            // `nop`
            _ => {}
        }
    }

    /// An instruction that cannot be reached: only the structure counts.
    fn dead_instruction(&mut self, opcode: Opcode) {
        match opcode {
            Opcode::Block | Opcode::Loop | Opcode::If | Opcode::TryTable => self.dead_depth += 1,
            Opcode::End if self.dead_depth > 0 => self.dead_depth -= 1,
            Opcode::End => return self.end(),
            Opcode::Else if self.dead_depth == 0 => return self.else_(),
            _ => {}
        }
        self.pc = opcode.skip_immediates(self.code, self.pc);
    }

    /// The next immediate, an index.
    fn index(&mut self) -> u32 {
        let (value, pc) = leb::u32(self.code, self.pc);
        self.pc = pc;
        value
    }
}
