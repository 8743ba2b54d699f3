//! Instructions that take in the one in front of them: its result was their operand and nobody else's, or is
//! kept in a local besides. At most one of the two can trap.

use super::emit::{Access, Binary, CellOrImm, Form, Last, Made, fields, fields32};
use super::operands::{Operand, Place};
use super::{Opcode, Translator};
use crate::fast::handlers::control::br_cmp;
use crate::fast::handlers::fused::{Far, Kept, Pure, Zero, binop_loaded, br_loaded};
use crate::fast::handlers::memory::{self, First, Load, Narrow, load, store};
use crate::fast::handlers::numeric::{Acc, Cell, Imm, Place as Operands, binop};
use crate::fast::handlers::simd::{load as vector_load, store as vector_store};
use crate::fast::regs::Handler;
use crate::ops::{self, BinOp, CmpOp};

/// How a load or store gets an address that is no operand in a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Address {
    /// The offset is all of it.
    Zero,
    /// A sum of two cells.
    Sum,
    /// A cell and an immediate.
    SumImm,
    /// As `SumImm`; the sum goes to a local too.
    Kept,
    /// A cell shifted left by an immediate.
    Shl,
    /// Some bits of a cell.
    And,
}

/// Makes a function from a family of handlers: the one for an address, in front of the handler's other types.
macro_rules! by_address {
    ($address:expr, $acc:expr, $handler:ident [$($before:ty)?] [$($after:ty),*]) => {
        if $acc {
            by_address!(@ $address, Acc, $handler [$($before)?] [$($after),*])
        } else {
            by_address!(@ $address, Cell<16>, $handler [$($before)?] [$($after),*])
        }
    };
    (@ $address:expr, $a:ty, $handler:ident [$($before:ty)?] [$($after:ty),*]) => {
        match $address {
            Address::Zero => $handler::<$($before,)? Zero, $($after),*>,
            Address::Sum => $handler::<$($before,)? Pure<ops::I32Add, $a, Cell<18>>, $($after),*>,
            Address::SumImm => $handler::<$($before,)? Pure<ops::I32Add, $a, Imm<20>>, $($after),*>,
            Address::Kept => $handler::<$($before,)? Kept<$a, Imm<20>, 18>, $($after),*>,
            Address::Shl => $handler::<$($before,)? Pure<ops::I32Shl, $a, Imm<20>>, $($after),*>,
            Address::And => $handler::<$($before,)? Pure<ops::I32And, $a, Imm<20>>, $($after),*>,
        }
    };
}

fn pick_load<L: Load>(address: Address, acc: bool) -> Handler {
    by_address!(address, acc, load[L][First])
}

fn pick_store<M: Narrow>(address: Address, acc: bool) -> Handler {
    by_address!(address, acc, store [M] [Cell<8>, First])
}

fn pick_store_imm<M: Narrow>(zero: bool) -> Handler {
    if zero { store::<M, Zero, Far, First> } else { store::<M, Cell<10>, Far, First> }
}

/// Makes a function from a family of handlers: the one for an instruction's width and sign.
macro_rules! by_load {
    ($opcode:expr, $pick:ident $([$($ty:ty),*])? ($($arg:expr),*)) => {
        match $opcode {
            Opcode::I32Load | Opcode::F32Load | Opcode::I64Load32U => $pick::<$($($ty,)*)? memory::Load32>($($arg),*),
            Opcode::I64Load | Opcode::F64Load => $pick::<$($($ty,)*)? memory::Load64>($($arg),*),
            Opcode::I32Load8U | Opcode::I64Load8U => $pick::<$($($ty,)*)? memory::Load8>($($arg),*),
            Opcode::I32Load16U | Opcode::I64Load16U => $pick::<$($($ty,)*)? memory::Load16>($($arg),*),
            Opcode::I32Load8S => $pick::<$($($ty,)*)? memory::Load8To32>($($arg),*),
            Opcode::I32Load16S => $pick::<$($($ty,)*)? memory::Load16To32>($($arg),*),
            Opcode::I64Load8S => $pick::<$($($ty,)*)? memory::Load8To64>($($arg),*),
            Opcode::I64Load16S => $pick::<$($($ty,)*)? memory::Load16To64>($($arg),*),
            _ => $pick::<$($($ty,)*)? memory::Load32To64>($($arg),*),
        }
    };
}

/// As `by_load`, for an instruction's width as a store.
macro_rules! by_store {
    ($opcode:expr, $pick:ident ($($arg:expr),*)) => {
        match $opcode {
            Opcode::I32Store8 | Opcode::I64Store8 => $pick::<u8>($($arg),*),
            Opcode::I32Store16 | Opcode::I64Store16 => $pick::<u16>($($arg),*),
            Opcode::I64Store | Opcode::F64Store => $pick::<u64>($($arg),*),
            _ => $pick::<u32>($($arg),*),
        }
    };
}

fn br_loaded_i32<O: CmpOp>(load: Opcode, imm: bool) -> Option<Handler> {
    fn pick<O: CmpOp, L: Load>(imm: bool) -> Handler {
        if imm { br_loaded::<O, L, Imm> } else { br_loaded::<O, L, Cell<12>> }
    }
    Some(match load {
        Opcode::I32Load => pick::<O, memory::Load32>(imm),
        Opcode::I32Load8U => pick::<O, memory::Load8>(imm),
        Opcode::I32Load16U => pick::<O, memory::Load16>(imm),
        Opcode::I32Load8S => pick::<O, memory::Load8To32>(imm),
        Opcode::I32Load16S => pick::<O, memory::Load16To32>(imm),
        _ => return None,
    })
}

/// What is picked for an `i32` comparison; `None` for other instructions.
macro_rules! by_i32_cmp {
    ($cmp:expr, $pick:ident $args:tt) => {
        match $cmp {
            Opcode::I32Eq => Some($pick::<ops::I32Eq> $args),
            Opcode::I32Ne => Some($pick::<ops::I32Ne> $args),
            Opcode::I32LtS => Some($pick::<ops::I32LtS> $args),
            Opcode::I32LtU => Some($pick::<ops::I32LtU> $args),
            Opcode::I32GtS => Some($pick::<ops::I32GtS> $args),
            Opcode::I32GtU => Some($pick::<ops::I32GtU> $args),
            Opcode::I32LeS => Some($pick::<ops::I32LeS> $args),
            Opcode::I32LeU => Some($pick::<ops::I32LeU> $args),
            Opcode::I32GeS => Some($pick::<ops::I32GeS> $args),
            Opcode::I32GeU => Some($pick::<ops::I32GeU> $args),
            _ => None,
        }
    };
}

/// The branch on an `i32` comparison of what a load yields.
fn br_loaded_handler(cmp: Opcode, load: Opcode, imm: bool) -> Option<Handler> {
    by_i32_cmp!(cmp, br_loaded_i32(load, imm)).flatten()
}

/// Where the sum stands in a comparison that a branch takes in with it, and how the other operand comes.
#[derive(Clone, Copy)]
enum Latch {
    FirstCell,
    FirstImm,
    Second,
}

fn pick_latch<O: CmpOp>(latch: Latch, imm: bool) -> Handler {
    type Step = Kept<Cell<32>, Imm<36>, 34>;
    type Stride = Kept<Cell<32>, Cell<34>, 36>;
    match (latch, imm) {
        (Latch::FirstCell, true) => br_cmp::<O, Step, Cell<12>>,
        (Latch::FirstImm, true) => br_cmp::<O, Step, Imm>,
        (Latch::Second, true) => br_cmp::<O, Cell<10>, Step>,
        (Latch::FirstCell, false) => br_cmp::<O, Stride, Cell<12>>,
        (Latch::FirstImm, false) => br_cmp::<O, Stride, Imm>,
        (Latch::Second, false) => br_cmp::<O, Cell<10>, Stride>,
    }
}

/// The branch on an `i32` comparison of a sum, which goes to a local too.
fn latch_handler(cmp: Opcode, latch: Latch, imm: bool) -> Option<Handler> {
    by_i32_cmp!(cmp, pick_latch(latch, imm))
}

/// A branch on masked bits.
fn masked_handler(cmp: Opcode, imm: bool) -> Option<Handler> {
    type Masked = Pure<ops::I32And, Cell<32>, Imm<36>>;
    Some(match (cmp, imm) {
        (Opcode::I32Eq, true) => br_cmp::<ops::I32Eq, Masked, Imm>,
        (Opcode::I32Ne, true) => br_cmp::<ops::I32Ne, Masked, Imm>,
        (Opcode::I32Eq, false) => br_cmp::<ops::I32Eq, Masked, Cell<12>>,
        (Opcode::I32Ne, false) => br_cmp::<ops::I32Ne, Masked, Cell<12>>,
        _ => return None,
    })
}

fn after_load<O: BinOp>(load: Opcode, imm: bool) -> Handler {
    fn pick<O: BinOp, L: Load>(imm: bool) -> Handler {
        if imm { binop_loaded::<O, L, Imm> } else { binop_loaded::<O, L, Cell<12>> }
    }
    by_load!(load, pick[O](imm))
}

/// How the operands of two instructions come that are one.
#[derive(Clone, Copy)]
struct Forms {
    /// The first instruction's first operand is in the accumulator.
    acc: bool,
    /// Its second operand is an immediate.
    imm: bool,
    /// The second instruction's own operand is an immediate.
    own_imm: bool,
}

fn after_pure<O: BinOp, P: BinOp>(forms: Forms) -> Handler {
    fn pick<O: BinOp, P: BinOp, A: Operands>(forms: Forms) -> Handler {
        match (forms.imm, forms.own_imm) {
            (true, true) => binop::<O, Pure<P, A, Imm<20>>, Imm>,
            (true, false) => binop::<O, Pure<P, A, Imm<20>>, Cell<12>>,
            (false, true) => binop::<O, Pure<P, A, Cell<18>>, Imm>,
            (false, false) => binop::<O, Pure<P, A, Cell<18>>, Cell<12>>,
        }
    }
    if forms.acc { pick::<O, P, Acc>(forms) } else { pick::<O, P, Cell<16>>(forms) }
}

/// Lists the pairs of instructions that have a handler of their own, for each width.
macro_rules! pairs {
    ($second:expr, $first:expr, $forms:expr;
        $([$($o:ident)*] $p_list:tt)*) => {
        $(pairs!(@each $second, $first, $forms; [$($o)*] $p_list);)*
    };
    (@each $second:expr, $first:expr, $forms:expr; [$($o:ident)*] $p_list:tt) => {
        match $second {
            $(Opcode::$o => return pairs!(@first $first, $forms, $o $p_list),)*
            _ => {}
        }
    };
    (@first $first:expr, $forms:expr, $o:ident [$($p:ident)*]) => {
        match $first {
            $(Opcode::$p => Some(after_pure::<ops::$o, ops::$p>($forms)),)*
            _ => None,
        }
    };
}

fn pure_handler(second: Opcode, first: Opcode, forms: Forms) -> Option<Handler> {
    pairs! { second, first, forms;
        [I32Add I32Sub I32Mul I32And I32Or I32Xor I32Shl I32ShrU I32ShrS I32Rotl]
            [I32Add I32Sub I32Mul I32And I32Xor I32Shl I32ShrU]
        [I64Add I64Sub I64Mul I64And I64Or I64Xor I64Shl I64ShrU I64Rotl]
            [I64Add I64Mul I64And I64Xor I64Shl I64ShrU]
    }
    None
}

/// The handler of an instruction whose first operand is what a load yields.
fn loaded_handler(second: Opcode, load: Opcode, imm: bool) -> Option<Handler> {
    Some(match second {
        Opcode::I32Add => after_load::<ops::I32Add>(load, imm),
        Opcode::I32Sub => after_load::<ops::I32Sub>(load, imm),
        Opcode::I32Mul => after_load::<ops::I32Mul>(load, imm),
        Opcode::I32And => after_load::<ops::I32And>(load, imm),
        Opcode::I32Or => after_load::<ops::I32Or>(load, imm),
        Opcode::I32Xor => after_load::<ops::I32Xor>(load, imm),
        Opcode::I32Shl => after_load::<ops::I32Shl>(load, imm),
        Opcode::I32ShrU => after_load::<ops::I32ShrU>(load, imm),
        Opcode::I64Add => after_load::<ops::I64Add>(load, imm),
        Opcode::I64Sub => after_load::<ops::I64Sub>(load, imm),
        Opcode::I64Mul => after_load::<ops::I64Mul>(load, imm),
        Opcode::I64And => after_load::<ops::I64And>(load, imm),
        Opcode::I64Or => after_load::<ops::I64Or>(load, imm),
        Opcode::I64Xor => after_load::<ops::I64Xor>(load, imm),
        Opcode::I64Shl => after_load::<ops::I64Shl>(load, imm),
        _ => return None,
    })
}

/// Whether an instruction's operands may be exchanged.
pub(super) fn commutes(opcode: Opcode) -> bool {
    use Opcode as O;
    matches!(
        opcode,
        O::I32Add
            | O::I32Mul
            | O::I32And
            | O::I32Or
            | O::I32Xor
            | O::I64Add
            | O::I64Mul
            | O::I64And
            | O::I64Or
            | O::I64Xor
    )
}

impl Binary {
    /// The word of an operand made of this; `dst` is the local that keeps it, if one does.
    fn word(&self, dst: u16) -> u64 {
        match self.b {
            CellOrImm::Cell(b) => fields(self.a, b, dst, 0),
            CellOrImm::Imm(b) => fields32(self.a, dst, b as u32),
        }
    }
}

impl Translator<'_> {
    /// The instruction that was added last, if its result is this operand and nothing else.
    pub(super) fn made_last(&self, operand: Operand) -> Option<Last> {
        self.last.filter(|last| last.temporary && operand.place == Place::Home && last.cell == operand.cell)
    }

    /// An instruction with the operand that the accumulator mirrored first, if it may be.
    fn with_acc_first(first: Binary) -> Binary {
        match first.b {
            CellOrImm::Cell(b) if first.acc == Some(b) && commutes(first.opcode) => {
                Binary { a: b, b: CellOrImm::Cell(first.a), ..first }
            }
            _ => first,
        }
    }

    /// Takes the last instruction back. The accumulator is what it was in front of it.
    pub(super) fn take_back(&mut self, last: Last, acc: Option<u16>) {
        self.out.truncate(last.word);
        self.last = self.previous.take();
        self.acc = acc;
    }

    /// Takes back the comparison that made an operand, if it was added last.
    pub(super) fn take_cmp(&mut self, operand: Operand) -> Option<Binary> {
        let last = self.made_last(operand)?;
        let Made::Cmp(cmp) = last.made else { return None };
        self.take_back(last, cmp.acc);
        Some(cmp)
    }

    /// Takes back the instruction that made an address, if a load or store can take it in. Whether its first operand
    /// is in the accumulator, and the word of its operands.
    fn take_address(&mut self, operand: Operand) -> Option<(Address, bool, u64)> {
        let last = self.last?;
        let Made::Int(sum) = last.made else { return None };
        let sum = Self::with_acc_first(sum);
        let own = self.made_last(operand).is_some();
        let kept = !last.temporary && operand.place == Place::Local(last.cell);
        let address = match (sum.opcode, sum.b) {
            (Opcode::I32Add, CellOrImm::Imm(_)) if own => Address::SumImm,
            (Opcode::I32Add, CellOrImm::Imm(_)) if kept => Address::Kept,
            (Opcode::I32Add, CellOrImm::Cell(_)) if own => Address::Sum,
            (Opcode::I32Shl, CellOrImm::Imm(_)) if own => Address::Shl,
            (Opcode::I32And, CellOrImm::Imm(_)) if own => Address::And,
            _ => return None,
        };
        self.take_back(last, sum.acc);
        let acc = self.form(sum.a) == Form::Acc;
        self.overwritten(last.cell);
        Some((address, acc, sum.word(last.cell)))
    }

    /// An address that is a constant, as an offset.
    fn constant_address(operand: Operand, offset: u32) -> Option<u32> {
        let Place::Const(address) = operand.place else { return None };
        (address as u32).checked_add(offset)
    }

    /// An address that is a constant or made by the last instruction, which is taken back: what the instruction is to
    /// take in, whether that starts with the accumulator, the offset, and the word of the operands.
    fn address(&mut self, address: Operand, offset: u32) -> Option<(Address, bool, u32, Option<u64>)> {
        if let Some(offset) = Self::constant_address(address, offset) {
            return Some((Address::Zero, false, offset, None));
        }
        let (address, acc, word) = self.take_address(address)?;
        Some((address, acc, offset, Some(word)))
    }

    /// A load of memory 0 that takes in what made its address. `false`: there is none such.
    pub(super) fn fused_load(&mut self, opcode: Opcode, address: Operand, offset: u32) -> bool {
        let Some((address, acc, offset, word)) = self.address(address, offset) else { return false };
        let handler = by_load!(opcode, pick_load(address, acc));
        let at = self.out.len();
        self.emit_result(false, handler, |cell| fields32(cell, 0, offset), word.as_slice());
        self.site(at);
        true
    }

    /// As `fused_load`, for `v128.load`.
    pub(super) fn fused_vector_load(&mut self, address: Operand, offset: u32) -> bool {
        let Some((address, acc, offset, word)) = self.address(address, offset) else { return false };
        let handler: Handler = by_address!(address, acc, vector_load [] [First]);
        let at = self.out.len();
        self.emit_result(true, handler, |cell| fields32(cell, 0, offset), word.as_slice());
        self.site(at);
        true
    }

    /// As `fused_store`, for `v128.store`.
    pub(super) fn fused_vector_store(&mut self, address: Operand, value: Operand, offset: u32) -> bool {
        let Some((address, acc, offset, word)) = self.address(address, offset) else { return false };
        let value = self.readable(value);
        let handler: Handler = by_address!(address, acc, vector_store [] [First]);
        let at = self.emit(handler, &[fields32(value, 0, offset)]);
        self.out.extend_from_slice(word.as_slice());
        self.site(at);
        true
    }

    /// A store to memory 0 that takes in what made its address, or a constant. `false`: there is none such.
    pub(super) fn fused_store(
        &mut self,
        opcode: Opcode,
        address: Operand,
        value: Operand,
        offset: u32,
    ) -> bool {
        let constant = Self::constant_address(address, offset);
        let value_imm = match value.place {
            Place::Const(bits)
                if i64::from(bits as i32) as u64 == bits
                    || bits <= u64::from(u32::MAX)
                        && !matches!(opcode, Opcode::I64Store | Opcode::F64Store) =>
            {
                Some(bits as u32)
            }
            _ => None,
        };
        if let Some(imm) = value_imm {
            let (cell, offset) = match constant {
                Some(offset) => (0, offset),
                None => (self.readable(address), offset),
            };
            let handler = by_store!(opcode, pick_store_imm(constant.is_some()));
            let at = self.emit(handler, &[fields32(0, cell, offset), fields32(0, 0, imm)]);
            self.site(at);
            return true;
        }
        // A constant must not go to its cell before the address is read: that may be what it is made of.
        if constant.is_none() && matches!(value.place, Place::Const(_)) {
            return false;
        }
        let Some((address, acc, offset, word)) = self.address(address, offset) else { return false };
        let value = self.readable(value);
        let handler = by_store!(opcode, pick_store(address, acc));
        let at = self.emit(handler, &[fields32(value, 0, offset)]);
        self.out.extend_from_slice(word.as_slice());
        self.site(at);
        true
    }

    /// An integer instruction that takes in what made one of its operands. `false`: there is none such.
    pub(super) fn fused_binary(&mut self, opcode: Opcode, a: Operand, b: Operand, wide: bool) -> bool {
        let (taken, other) = if self.made_last(a).is_some() {
            (a, b)
        } else if commutes(opcode) && self.made_last(b).is_some() {
            (b, a)
        } else {
            return false;
        };
        let other = match other.place {
            Place::Const(value) if !wide => CellOrImm::Imm(value as u32 as i32),
            Place::Const(value) if i64::from(value as i32) as u64 == value => CellOrImm::Imm(value as i32),
            Place::Const(_) => return false,
            Place::Local(cell) => CellOrImm::Cell(cell),
            Place::Home => CellOrImm::Cell(other.cell),
        };
        let Some(last) = self.made_last(taken) else { return false };
        let own_imm = matches!(other, CellOrImm::Imm(_));
        let (handler, acc, word) = match last.made {
            Made::Int(first) => {
                let first = Self::with_acc_first(first);
                let (acc, imm) = (first.acc == Some(first.a), matches!(first.b, CellOrImm::Imm(_)));
                (pure_handler(opcode, first.opcode, Forms { acc, imm, own_imm }), first.acc, first.word(0))
            }
            Made::Load(Access { opcode: load, address, offset, acc }) => {
                (loaded_handler(opcode, load, own_imm), acc, fields32(address, 0, offset))
            }
            _ => return false,
        };
        let Some(handler) = handler else { return false };
        self.take_back(last, acc);
        let words = |cell: u16| match other {
            CellOrImm::Cell(b) => fields(cell, 0, b, 0),
            CellOrImm::Imm(b) => fields32(cell, 0, b as u32),
        };
        self.emit_result(false, handler, words, &[word]);
        true
    }

    /// The branch on a comparison that takes in what made one of its operands too: handler and the word
    /// behind the branch's own. There must be nothing to bring home.
    pub(super) fn fused_branch(&mut self, cmp: &Binary) -> Option<(Handler, u64)> {
        let last = self.last.filter(|_| self.pending.is_empty())?;
        let imm = matches!(cmp.b, CellOrImm::Imm(_));
        let first = cmp.a == last.cell;
        let second = matches!(cmp.b, CellOrImm::Cell(b) if b == last.cell);
        let (handler, acc, word) = match last.made {
            Made::Load(Access { opcode, address, offset, acc }) if first && !second => {
                (br_loaded_handler(cmp.opcode, opcode, imm)?, acc, fields32(address, last.cell, offset))
            }
            Made::Int(mask) if last.temporary && first && !second => {
                let CellOrImm::Imm(_) = mask.b else { return None };
                let handler =
                    if mask.opcode == Opcode::I32And { masked_handler(cmp.opcode, imm) } else { None };
                (handler?, mask.acc, mask.word(0))
            }
            Made::Int(sum) if !last.temporary && sum.opcode == Opcode::I32Add && first != second => {
                let own_imm = matches!(sum.b, CellOrImm::Imm(_));
                let latch = match (first, imm) {
                    (true, true) => Latch::FirstImm,
                    (true, false) => Latch::FirstCell,
                    _ => Latch::Second,
                };
                (latch_handler(cmp.opcode, latch, own_imm)?, sum.acc, sum.word(last.cell))
            }
            _ => return None,
        };
        self.take_back(last, acc);
        self.overwritten(last.cell);
        Some((handler, word))
    }
}
