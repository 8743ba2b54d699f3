//! The quick pass: validates a function that has only common instructions, in one walk over its bytes.
//!
//! It accepts only what the thorough pass (`func`) accepts, and then makes the same metadata. Where it meets
//! anything else it gives up without a reason, and the thorough pass starts the function anew: it knows the rare
//! instructions, and says what is wrong. What is given up: vectors, references as operands of instructions, tail
//! calls, several memories and tables, numbers written longer than they may be, whatever is invalid or over a limit,
//! and functions out of proportion ([`MOST_LOCALS`], [`MOST_LEVELS`]), so that its own tables stay small.
//!
//! The rules are those of the algorithm in the specification. Spec: Core 3.0, Appendix A.3.

mod control;
mod reader;
mod shape;
#[cfg(test)]
mod tests;

use crate::config::Features;
use crate::declared::Declared;
use crate::func::{FuncBody, Scratch};
use crate::module::Module;
use crate::opcode::Opcode;
use crate::ref_types::RefType;
use crate::side_table::{MOST_SLOTS, SideTable};
use crate::sub_types::SubType;
use crate::types::{GlobalType, ValType};
use alloc::vec::Vec;
use control::{Frame, FrameKind};
use core::ops::Range;
use reader::Reader;
use shape::{Kind, SHAPES, Shape};

/// Most parameters and locals of a function.
const MOST_LOCALS: usize = 2_000;

/// Most constructs that may be open at once.
const MOST_LEVELS: usize = 1_000;

/// Buffers that serve one function after another.
#[derive(Default)]
pub(crate) struct Buffers {
    operands: Vec<Kind>,
    frames: Vec<Frame>,
    locals: Vec<Kind>,
}

/// What the instructions of a function may refer to.
struct Context<'a> {
    types: &'a [SubType],
    funcs: &'a [u32],
    globals: &'a [GlobalType],
    /// What the addresses of memory 0 are, if there is one.
    memory: Option<Kind>,
    /// What the indices of table 0 are, if it is one of functions.
    table: Option<Kind>,
    features: Features,
}

/// A function on its way.
struct Quick<'a> {
    context: Context<'a>,
    reader: Reader<'a>,
    side_table: &'a mut SideTable,
    /// Types of the operands, of all open constructs.
    operands: &'a mut Vec<Kind>,
    /// The open constructs, the function first.
    frames: &'a mut Vec<Frame>,
    /// Types of parameters and locals.
    locals: &'a [Kind],
    /// Height of the operands below the innermost construct.
    base: usize,
    /// Whether the rest of the innermost construct is unreachable.
    unreachable: bool,
    /// Values that the types of instructions may still name.
    named_values_left: u64,
    /// Constructs that were open at once, at most.
    deepest: usize,
    max_height: usize,
}

/// Validates the function in this range of the module's bytes and adds its metadata to the module, or does nothing
/// and gives `None`.
pub(crate) fn validate(
    bytes: &[u8],
    module: &mut Module,
    scratch: &mut Scratch,
    range: Range<u64>,
    features: Features,
    value_slot_limit: u32,
) -> Option<()> {
    let first_local = module.locals.len();
    module.side_table.begin();
    let body = function(bytes, module, scratch, range, features);
    let value_slot_limit = value_slot_limit.min(MOST_SLOTS);
    if let Some(body) = body.filter(|body| body.value_slots <= value_slot_limit) {
        module.bodies.push(body);
        return Some(());
    }
    module.side_table.restart();
    module.locals.truncate(first_local);
    None
}

/// The function's metadata. What is left for other functions is changed only if there is some.
fn function(
    bytes: &[u8],
    module: &mut Module,
    scratch: &mut Scratch,
    range: Range<u64>,
    features: Features,
) -> Option<FuncBody> {
    let Buffers { operands, frames, locals } = &mut scratch.quick;
    operands.clear();
    frames.clear();
    locals.clear();
    let type_index = *module.funcs.get(module.imported_funcs as usize + module.bodies.len())?;
    let ty = module.types.get(type_index as usize)?.as_func()?;
    for &param in ty.params() {
        locals.push(Kind::of(param)?);
    }
    let params = locals.len();
    let (start, end) = (range.start as u32, range.end as u32);
    let mut reader = Reader::new(bytes.get(..end as usize)?, start as usize);
    let first_local = module.locals.len() as u32;
    read_locals(&mut reader, locals, &mut module.locals)?;
    let code = reader.pc as u32;

    let mut quick = Quick {
        context: Context {
            types: &module.types,
            funcs: &module.funcs,
            globals: &module.globals,
            memory: module.memories.first().map(|memory| Kind::of_address(memory.address)),
            table: module
                .tables
                .first()
                .filter(|table| table.element == RefType::FUNCREF)
                .map(|table| Kind::of_address(table.address)),
            features,
        },
        reader,
        side_table: &mut module.side_table,
        operands,
        frames,
        locals,
        base: 0,
        unreachable: false,
        named_values_left: scratch.named_values_left,
        deepest: scratch.deepest,
        max_height: 0,
    };
    quick.open_function(type_index, end)?;
    quick.run()?;

    let mut budget = scratch.budget;
    budget.count(Declared::Level, (quick.deepest - scratch.deepest) as u64, range.start).ok()?;
    scratch.budget = budget;
    scratch.deepest = quick.deepest;
    scratch.named_values_left = quick.named_values_left;
    let max_height = u32::try_from(quick.max_height).ok()?;
    let declared = (locals.len() - params) as u32;
    let (labels, branches) = module.side_table.ranges();
    let none = |list: usize| list as u32..list as u32;
    Some(FuncBody {
        start,
        code,
        end,
        value_slots: declared.saturating_add(max_height),
        param_cells: params as u32,
        local_cells: locals.len() as u32,
        operand_cells: max_height,
        branches,
        labels,
        wide_sites: none(module.wide_sites.len()),
        locals: first_local..module.locals.len() as u32,
        wide_locals: none(module.wide_locals.len()),
    })
}

/// Reads the declared locals: adds their types to `locals`, and as runs to `runs`.
fn read_locals(
    reader: &mut Reader<'_>,
    locals: &mut Vec<Kind>,
    runs: &mut Vec<(u32, ValType)>,
) -> Option<()> {
    for _ in 0..reader.u32()? {
        let count = reader.u32()?;
        let ty = shape::number_type(reader.byte()?)?;
        let all = locals.len().checked_add(count as usize)?;
        if all > MOST_LOCALS {
            return None;
        }
        locals.resize(all, Kind::of(ty)?);
        if count > 0 {
            runs.push((count, ty));
        }
    }
    Some(())
}

impl Quick<'_> {
    /// Walks over all instructions.
    fn run(&mut self) -> Option<()> {
        while !self.frames.is_empty() {
            let byte = self.reader.byte()?;
            match SHAPES[usize::from(byte)] {
                Shape::LocalGet => {
                    let kind = self.local()?;
                    self.push(kind);
                }
                Shape::LocalSet => {
                    let kind = self.local()?;
                    self.pop(kind)?;
                }
                Shape::LocalTee => {
                    let kind = self.local()?;
                    self.replace(kind, kind)?;
                }
                Shape::I32Const => {
                    self.reader.skip_i32()?;
                    self.push(Kind::I32);
                }
                Shape::I64Const => {
                    self.reader.skip_i64()?;
                    self.push(Kind::I64);
                }
                Shape::F32Const => {
                    self.reader.skip(4)?;
                    self.push(Kind::F32);
                }
                Shape::F64Const => {
                    self.reader.skip(8)?;
                    self.push(Kind::F64);
                }
                Shape::Binary(operand, result) => {
                    self.pop(operand)?;
                    self.replace(operand, result)?;
                }
                Shape::Unary(operand, result) => self.replace(operand, result)?,
                Shape::Extend(kind) => {
                    self.context.features.sign_extension.then_some(())?;
                    self.replace(kind, kind)?;
                }
                Shape::Load(align, result) => {
                    let address = self.memarg(align)?;
                    self.replace(address, result)?;
                }
                Shape::Store(align, value) => {
                    let address = self.memarg(align)?;
                    self.pop(value)?;
                    self.pop(address)?;
                }
                shape => self.rarer(shape)?,
            }
        }
        self.reader.at_end().then_some(())
    }

    /// What is no load, store or arithmetic.
    fn rarer(&mut self, shape: Shape) -> Option<()> {
        match shape {
            Shape::GlobalGet => {
                let kind = Kind::of(self.global()?.content)?;
                self.push(kind);
                Some(())
            }
            Shape::GlobalSet => {
                let global = self.global()?;
                global.mutable.then_some(())?;
                self.pop(Kind::of(global.content)?)
            }
            Shape::Drop => self.pop_any().map(drop),
            Shape::Select => self.select(),
            Shape::MemorySize => {
                let address = self.memory_zero()?;
                self.push(address);
                Some(())
            }
            Shape::MemoryGrow => {
                let address = self.memory_zero()?;
                self.replace(address, address)
            }
            Shape::Misc => self.misc(),
            Shape::Nop => Some(()),
            Shape::Unreachable => {
                self.make_unreachable();
                Some(())
            }
            Shape::Block => self.open(FrameKind::Block),
            Shape::Loop => self.open(FrameKind::Loop),
            Shape::If => self.open(FrameKind::If),
            Shape::Else => self.turn_to_else(),
            Shape::End => self.close(),
            Shape::Br => self.br(),
            Shape::BrIf => self.br_if(),
            Shape::BrTable => self.br_table(),
            Shape::Return => self.return_(),
            Shape::Call => self.call(),
            Shape::CallIndirect => self.call_indirect(),
            _ => None,
        }
    }

    /// Pushes an operand. Every instruction pushes last, so the height is greatest behind one.
    #[inline(always)]
    fn push(&mut self, kind: Kind) {
        self.operands.push(kind);
        self.max_height = self.max_height.max(self.operands.len());
    }

    /// Pops an operand of this type. There is always one below unreachable code.
    #[inline(always)]
    fn pop(&mut self, kind: Kind) -> Option<()> {
        if self.operands.len() > self.base {
            (self.operands.pop()? == kind).then_some(())
        } else {
            self.unreachable.then_some(())
        }
    }

    /// Pops an operand, and pushes a result.
    #[inline(always)]
    fn replace(&mut self, operand: Kind, result: Kind) -> Option<()> {
        if self.operands.len() > self.base {
            let top = self.operands.last_mut()?;
            let same = *top == operand;
            *top = result;
            same.then_some(())
        } else {
            self.push(result);
            self.unreachable.then_some(())
        }
    }

    /// Pops an operand of whatever type; the inner `None` is one of any type.
    fn pop_any(&mut self) -> Option<Option<Kind>> {
        if self.operands.len() > self.base {
            self.operands.pop().map(Some)
        } else {
            self.unreachable.then_some(None)
        }
    }

    fn select(&mut self) -> Option<()> {
        self.pop(Kind::I32)?;
        let (second, first) = (self.pop_any()?, self.pop_any()?);
        // Two of any type would leave one of any type, which is not among the kinds.
        let kind = first.or(second)?;
        if !kind.is_number() || second.is_some_and(|second| second != kind) {
            return None;
        }
        self.push(kind);
        Some(())
    }

    #[inline(always)]
    fn local(&mut self) -> Option<Kind> {
        let index = self.reader.u32()?;
        self.locals.get(index as usize).copied()
    }

    fn global(&mut self) -> Option<GlobalType> {
        let index = self.reader.u32()?;
        self.context.globals.get(index as usize).copied()
    }

    /// Alignment and offset of a load or store of memory 0; what its addresses are. Offsets of more than 32 bits are
    /// left to the thorough pass.
    #[inline(always)]
    fn memarg(&mut self, natural: u8) -> Option<Kind> {
        let align = self.reader.byte()?;
        self.reader.u32()?;
        self.context.memory.filter(|_| align <= natural)
    }

    /// The index of memory 0; what its addresses are.
    fn memory_zero(&mut self) -> Option<Kind> {
        self.context.memory.filter(|_| self.reader.byte() == Some(0))
    }

    /// Saturating truncations, wide arithmetic, `memory.copy` and `memory.fill`.
    fn misc(&mut self) -> Option<()> {
        let opcode = Opcode::misc(self.reader.byte()?)?;
        if let Some((operand, result)) = shape::saturating(opcode) {
            self.context.features.saturating_float_to_int.then_some(())?;
            return self.replace(operand, result);
        }
        if let Some(operands) = shape::wide(opcode) {
            self.context.features.wide_arithmetic.then_some(())?;
            for _ in 0..operands {
                self.pop(Kind::I64)?;
            }
            self.push(Kind::I64);
            self.push(Kind::I64);
            return Some(());
        }
        self.context.features.bulk_memory.then_some(())?;
        let address = self.memory_zero()?;
        // Size, then where from or the byte, then where to.
        self.pop(address)?;
        match opcode {
            Opcode::MemoryCopy => {
                self.memory_zero()?;
                self.pop(address)?;
            }
            Opcode::MemoryFill => self.pop(Kind::I32)?,
            _ => return None,
        }
        self.pop(address)
    }
}
