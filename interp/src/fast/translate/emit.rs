//! Adding instructions to the code, and finishing it.

use super::floats::Float;
use super::operands::{Operand, Place};
use super::{Opcode, Translator};
use crate::fast::code::{Compiled, pair};
use crate::fast::handlers::numeric::{Acc, Cell};
use crate::fast::handlers::{control, variable};
use crate::fast::map::Kind;
use crate::fast::regs::Handler;

/// The instruction that was added last, where its result is still its only effect.
#[derive(Clone, Copy, Debug)]
pub(super) struct Last {
    /// Its first word.
    pub word: usize,
    /// The cell of its result.
    pub cell: u16,
    /// Whether the result is an operand in its own cell, which may go elsewhere instead, and not a local's.
    pub temporary: bool,
    pub made: Made,
}

/// What an instruction makes its result of, where another could do it instead.
#[derive(Clone, Copy, Debug)]
pub(super) enum Made {
    /// An integer comparison.
    Cmp(Binary),
    /// An integer instruction that cannot trap.
    Int(Binary),
    /// A float instruction that yields a float.
    Float(Float),
    /// A float comparison, and whether it must hold.
    FloatCmp(Float, bool),
    /// A product of float vectors.
    Product(Product),
    /// A load from memory 0.
    Load(Access),
    /// A copy of a cell.
    Copy(u16),
    Other,
}

/// An instruction of two operands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Binary {
    pub opcode: Opcode,
    /// Cell of the first operand.
    pub a: u16,
    pub b: CellOrImm,
    /// What the accumulator mirrored in front of it.
    pub acc: Option<u16>,
}

/// Two vectors and the instruction that multiplies them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Product {
    pub opcode: Opcode,
    pub a: u16,
    pub b: u16,
    /// What the accumulator mirrored in front of it.
    pub acc: Option<u16>,
}

/// A load.
#[derive(Clone, Copy, Debug)]
pub(super) struct Access {
    pub opcode: Opcode,
    /// Cell of the address.
    pub address: u16,
    pub offset: u32,
    /// What the accumulator mirrored in front of it.
    pub acc: Option<u16>,
}

/// A second operand.
#[derive(Clone, Copy, Debug)]
pub(super) enum CellOrImm {
    Cell(u16),
    Imm(i32),
}

/// How an instruction gets an operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Cell,
    Acc,
    Imm,
}

/// A word of four 16-bit operands, at offsets 8, 10, 12 and 14 of a two-word instruction.
pub(super) fn fields(first: u16, second: u16, third: u16, fourth: u16) -> u64 {
    let mut bytes = [0; 8];
    for (at, field) in [first, second, third, fourth].into_iter().enumerate() {
        bytes[2 * at..2 * at + 2].copy_from_slice(&field.to_ne_bytes());
    }
    u64::from_ne_bytes(bytes)
}

/// A word of two 16-bit operands and one of 32 bits.
pub(super) fn fields32(first: u16, second: u16, third: u32) -> u64 {
    let mut bytes = [0; 8];
    bytes[..2].copy_from_slice(&first.to_ne_bytes());
    bytes[2..4].copy_from_slice(&second.to_ne_bytes());
    bytes[4..].copy_from_slice(&third.to_ne_bytes());
    u64::from_ne_bytes(bytes)
}

impl Translator<'_> {
    /// Adds an instruction without a result that could be redirected.
    pub(super) fn emit(&mut self, handler: Handler, words: &[u64]) -> usize {
        let at = self.out.len();
        self.out.push(handler as usize as u64);
        self.out.extend_from_slice(words);
        self.previous = self.last.take();
        at
    }

    /// Adds an instruction whose result goes to the cell in its first operand field, and takes note of it.
    pub(super) fn emit_to(&mut self, cell: u16, wide: bool, handler: Handler, words: &[u64]) -> usize {
        let at = self.emit(handler, words);
        if wide {
            self.overwritten(cell);
            self.overwritten(cell + 1);
        } else {
            self.acc = Some(cell);
        }
        at
    }

    /// Adds an instruction that pushes its result. `words` is made from the result's cell.
    pub(super) fn emit_result(
        &mut self,
        wide: bool,
        handler: Handler,
        words: impl Fn(u16) -> u64,
        more: &[u64],
    ) {
        let cell = self.cell_at(self.height);
        let word = self.emit_to(cell, wide, handler, &[words(cell)]);
        self.out.extend_from_slice(more);
        self.push_home(wide);
        self.last = Some(Last { word, cell, temporary: true, made: Made::Other });
    }

    /// The accumulator does not mirror this cell any more.
    pub(super) fn overwritten(&mut self, cell: u16) {
        if self.acc == Some(cell) {
            self.acc = None;
        }
    }

    /// How an operand in a cell is best read.
    pub(super) fn form(&self, cell: u16) -> Form {
        if self.acc == Some(cell) { Form::Acc } else { Form::Cell }
    }

    /// Puts an operand's value into a cell, unless it is there.
    pub(super) fn copy_to(&mut self, to: u16, operand: Operand) {
        let from = match operand.place {
            Place::Const(value) => return self.constant_to(to, value),
            Place::Local(cell) => cell,
            Place::Home => operand.cell,
        };
        if from == to {
            return;
        }
        let last = self.last.filter(|_| !operand.wide);
        if let Some(Last { word, cell, made: Made::Copy(first), .. }) = last {
            self.out.truncate(word);
            self.last = None;
            self.emit_to(to, false, variable::copy_twice, &[fields(cell, first, to, from)]);
            return;
        }
        let handler: Handler = if operand.wide {
            variable::copy_wide
        } else if self.acc == Some(from) {
            variable::copy::<Acc>
        } else {
            variable::copy::<Cell<10>>
        };
        let word = self.emit_to(to, operand.wide, handler, &[fields(to, from, 0, 0)]);
        if !operand.wide {
            self.last = Some(Last { word, cell: to, temporary: false, made: Made::Copy(from) });
        }
    }

    /// Puts a constant into a cell.
    pub(super) fn constant_to(&mut self, to: u16, value: u64) {
        let low = value as u32;
        if u64::from(low) == value {
            self.emit_to(to, false, variable::const_u32, &[fields32(to, 0, low)]);
        } else if i64::from(low as i32) as u64 == value {
            self.emit_to(to, false, variable::const_i32, &[fields32(to, 0, low)]);
        } else {
            self.emit_to(to, false, variable::const_u64, &[fields32(to, 0, 0), value]);
        }
    }

    /// Takes note that the instruction at `word` can trap.
    pub(super) fn site(&mut self, word: usize) {
        if let Some(map) = &mut self.map {
            map.add_site(Kind::Site, word as u32, self.at, self.prefix as u32);
        }
    }

    /// Takes note of an instruction that can trap at the end of its chain, which has ended already: nothing
    /// comes back.
    pub(super) fn last_site(&mut self, word: usize) {
        if let Some(map) = &mut self.map {
            map.add_site(Kind::LastSite, word as u32, self.at, self.prefix as u32);
        }
    }

    /// Makes sure that so many words can be added without a break: where they cannot, the code goes on in
    /// another chunk.
    pub(super) fn make_room(&mut self, words: usize) {
        if self.out.has_room(words) {
            return;
        }
        let link = self.emit(control::link, &[0]) as u32;
        self.out.new_chunk(words);
        self.target(link + 1, self.out.len() as u32);
    }

    /// Puts a target into the code: the number of its word, until `finish` knows the address.
    pub(super) fn target(&mut self, at: u32, word: u32) {
        self.out.set(at, pair(word, self.targets));
        self.targets = at;
    }

    /// Puts in the addresses of targets, and hands the code over.
    pub(super) fn finish(self) -> Compiled {
        Compiled::new(self.out.into_chunks(), self.targets)
    }
}
