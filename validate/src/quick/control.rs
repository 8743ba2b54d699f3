//! Control instructions: constructs, branches and calls.

use super::shape::{Kind, number_type};
use super::{MOST_LEVELS, Quick};
use crate::side_table::Label;
use crate::sub_types::SubType;
use crate::types::ValType;
use core::slice;

/// The instruction that has opened a construct.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FrameKind {
    /// Also the function itself.
    Block,
    Loop,
    /// Up to its `else`.
    If,
    Else,
}

/// What a construct takes and gives.
#[derive(Clone, Copy, Debug)]
pub(super) enum BlockType {
    Empty,
    Result(ValType),
    /// That of a function type.
    Func(u32),
}

impl BlockType {
    /// Types of parameters and results.
    fn of<'a>(&'a self, types: &'a [SubType]) -> Option<(&'a [ValType], &'a [ValType])> {
        Some(match self {
            BlockType::Empty => (&[], &[]),
            BlockType::Result(ty) => (&[], slice::from_ref(ty)),
            BlockType::Func(index) => {
                let ty = types.get(*index as usize)?.as_func()?;
                (ty.params(), ty.results())
            }
        })
    }
}

/// A construct that is open.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame {
    ty: BlockType,
    kind: FrameKind,
    /// Whether it was entered in reachable code: if not, it has no label.
    live: bool,
    /// Whether the rest of it is unreachable; kept by [`Quick`] for the innermost.
    unreachable: bool,
    /// Height of the operands below it.
    height: u32,
    /// Number of its label in the function.
    label: u32,
    /// Number of the label of the false arm, for an `if` whose `else` has not come.
    else_label: Option<u32>,
}

/// The byte of the empty block type.
const EMPTY: u8 = 0x40;

impl<'a> Quick<'a> {
    /// Opens the function. Its own label is a return, carried out by the last `end`.
    pub(super) fn open_function(&mut self, ty: u32, end: u32) -> Option<()> {
        let block = BlockType::Func(ty);
        let (_, results) = block.of(self.context.types)?;
        self.side_table.add_label(Label::new(end.checked_sub(1)?, 0, results.len() as u32, 0));
        self.frames.push(Frame {
            ty: block,
            kind: FrameKind::Block,
            live: true,
            unreachable: false,
            height: 0,
            label: 0,
            else_label: None,
        });
        // What it names must be known, as must what its constructs name.
        results.iter().all(|&ty| Kind::of(ty).is_some()).then_some(())
    }

    /// Counts values that the type of an instruction names: see `Limits::VALUES_PER_BYTE`.
    fn spend(&mut self, values: usize) -> Option<()> {
        self.named_values_left = self.named_values_left.checked_sub(values as u64)?;
        Some(())
    }

    /// Whether the next instruction can be reached, as far as validation can tell.
    fn live(&self) -> bool {
        !self.unreachable && self.frames.last().is_some_and(|frame| frame.live)
    }

    pub(super) fn make_unreachable(&mut self) {
        self.unreachable = true;
        self.operands.truncate(self.base);
    }

    fn pop_all(&mut self, types: &[ValType]) -> Option<()> {
        types.iter().rev().try_for_each(|&ty| self.pop(Kind::of(ty)?))
    }

    fn push_all(&mut self, types: &[ValType]) -> Option<()> {
        for &ty in types {
            let kind = Kind::of(ty)?;
            self.push(kind);
        }
        Some(())
    }

    /// Checks that operands of these types are on top.
    fn check_all(&self, types: &[ValType]) -> Option<()> {
        let mut operands = self.operands.get(self.base..)?.iter().rev();
        types.iter().rev().try_for_each(|&ty| match operands.next() {
            Some(&kind) => (Kind::of(ty)? == kind).then_some(()),
            None => self.unreachable.then_some(()),
        })
    }

    fn block_type(&mut self) -> Option<BlockType> {
        let byte = self.reader.byte()?;
        if byte == EMPTY {
            return Some(BlockType::Empty);
        }
        if let Some(ty) = number_type(byte) {
            return Some(BlockType::Result(ty));
        }
        // An index is a positive number with a sign; those of two bytes are left to the thorough pass.
        (byte < EMPTY && self.context.features.multi_value).then_some(BlockType::Func(byte.into()))
    }

    /// `block`, `loop` and `if`.
    pub(super) fn open(&mut self, kind: FrameKind) -> Option<()> {
        let live = self.live();
        let depth = self.frames.len();
        if depth > MOST_LEVELS {
            return None;
        }
        self.deepest = self.deepest.max(depth);
        let ty = self.block_type()?;
        let (params, results) = ty.of(self.context.types)?;
        let is_if = kind == FrameKind::If;
        self.spend(2 * params.len() + usize::from(is_if))?;
        if is_if {
            self.pop(Kind::I32)?;
        }
        self.pop_all(params)?;
        let height = self.operands.len() as u32;
        let pc = self.reader.pc as u32;
        let branch = self.side_table.next_branch();
        let arity = if kind == FrameKind::Loop { params.len() } else { results.len() };
        let label = self.side_table.next_label();
        let mut else_label = None;
        if live {
            self.side_table.add_label(Label::new(pc, branch, arity as u32, height));
            if is_if {
                let number = self.side_table.next_label();
                self.side_table.add_label(Label::new(pc, branch, params.len() as u32, height));
                self.side_table.add_branch(number);
                else_label = Some(number);
            }
        }
        self.frames.last_mut()?.unreachable = self.unreachable;
        self.frames.push(Frame { ty, kind, live, unreachable: false, height, label, else_label });
        self.base = height as usize;
        self.unreachable = false;
        self.push_all(params)
    }

    pub(super) fn turn_to_else(&mut self) -> Option<()> {
        let live = self.live();
        let types = self.context.types;
        let Frame { ty, kind, label, .. } = *self.frames.last()?;
        let (params, results) = ty.of(types)?;
        self.spend(params.len() + results.len())?;
        if live {
            self.side_table.add_branch(label);
        }
        self.pop_all(results)?;
        if kind != FrameKind::If || self.operands.len() != self.base {
            return None;
        }
        let frame = self.frames.last_mut()?;
        frame.kind = FrameKind::Else;
        if let Some(else_label) = frame.else_label.take() {
            self.side_table.set_target(else_label, self.reader.pc as u32);
        }
        self.unreachable = false;
        self.push_all(params)
    }

    /// `end`.
    pub(super) fn close(&mut self) -> Option<()> {
        let Frame { ty, kind, live, label, else_label, .. } = *self.frames.last()?;
        let (params, results) = ty.of(self.context.types)?;
        self.spend(2 * results.len())?;
        self.pop_all(results)?;
        if self.operands.len() != self.base {
            return None;
        }
        // The false arm that is not there gives what it takes.
        if kind == FrameKind::If && params != results {
            return None;
        }
        self.frames.pop();
        let pc = self.reader.pc as u32;
        if let Some(outer) = self.frames.last() {
            self.base = outer.height as usize;
            self.unreachable = outer.unreachable;
            if live && kind != FrameKind::Loop {
                self.side_table.set_target(label, pc);
            }
        }
        if let Some(else_label) = else_label {
            self.side_table.set_target(else_label, pc);
        }
        self.push_all(results)
    }

    /// The construct that a branch of this depth goes to.
    fn target(&self, depth: u32) -> Option<Frame> {
        let at = self.frames.len().checked_sub(depth as usize + 1)?;
        self.frames.get(at).copied()
    }

    pub(super) fn br(&mut self) -> Option<()> {
        let depth = self.reader.u32()?;
        let frame = self.target(depth)?;
        let types = carried(&frame, self.context.types)?;
        self.spend(types.len())?;
        if self.live() {
            self.side_table.add_branch(frame.label);
        }
        self.pop_all(types)?;
        self.make_unreachable();
        Some(())
    }

    pub(super) fn br_if(&mut self) -> Option<()> {
        let depth = self.reader.u32()?;
        let frame = self.target(depth)?;
        let types = carried(&frame, self.context.types)?;
        self.spend(2 * types.len() + 1)?;
        if self.live() {
            self.side_table.add_branch(frame.label);
        }
        self.pop(Kind::I32)?;
        if types.is_empty() {
            return Some(());
        }
        self.pop_all(types)?;
        self.push_all(types)
    }

    pub(super) fn br_table(&mut self) -> Option<()> {
        self.pop(Kind::I32)?;
        let live = self.live();
        let count = self.reader.u32()?;
        let mut arity = 0;
        // The default comes last.
        for index in 0..=count {
            let depth = self.reader.u32()?;
            let frame = self.target(depth)?;
            let types = carried(&frame, self.context.types)?;
            if index > 0 && types.len() != arity {
                return None;
            }
            arity = types.len();
            self.spend(arity + 1)?;
            self.check_all(types)?;
            if live {
                self.side_table.add_branch(frame.label);
            }
        }
        self.make_unreachable();
        Some(())
    }

    pub(super) fn return_(&mut self) -> Option<()> {
        let ty = self.frames.first()?.ty;
        let (_, results) = ty.of(self.context.types)?;
        self.spend(results.len())?;
        self.pop_all(results)?;
        self.make_unreachable();
        Some(())
    }

    pub(super) fn call(&mut self) -> Option<()> {
        let func = self.reader.u32()?;
        let index = *self.context.funcs.get(func as usize)?;
        let ty = self.context.types.get(index as usize)?.as_func()?;
        self.spend(ty.params().len() + ty.results().len())?;
        self.pop_all(ty.params())?;
        self.push_all(ty.results())
    }

    /// `call_indirect` through table 0.
    pub(super) fn call_indirect(&mut self) -> Option<()> {
        let index = self.reader.u32()?;
        let ty = self.context.types.get(index as usize)?.as_func()?;
        // A linker may write the table's index as a number of five bytes, which the first version did not allow.
        let long = self.context.features.reference_types;
        let table = if long { self.reader.u32()? } else { u32::from(self.reader.byte()?) };
        let address = self.context.table.filter(|_| table == 0)?;
        self.spend(ty.params().len() + 1 + ty.results().len())?;
        self.pop(address)?;
        self.pop_all(ty.params())?;
        self.push_all(ty.results())
    }
}

/// Types of the operands that a branch to the construct carries along.
fn carried<'a>(frame: &'a Frame, types: &'a [SubType]) -> Option<&'a [ValType]> {
    let (params, results) = frame.ty.of(types)?;
    Some(if frame.kind == FrameKind::Loop { params } else { results })
}
