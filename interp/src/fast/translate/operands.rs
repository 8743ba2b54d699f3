//! Where the operands are while code is made.

use super::Translator;
use alloc::vec::Vec;
use selfsame_validate::{FuncBody, Module, ValType};

/// What an operand is, as far as the translator knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// It is in its own cell.
    Home,
    /// It is what a local holds, by the local's cell; the local has not been set since.
    Local(u16),
    /// It is a constant.
    Const(u64),
}

/// An operand. The stack itself keeps no more of those at home than whether they are wide: the rest follows
/// from the height.
#[derive(Clone, Copy, Debug)]
pub(super) struct Operand {
    pub place: Place,
    /// Its own cell: that of its stack height.
    pub cell: u16,
    /// Whether it takes two cells.
    pub wide: bool,
}

impl Operand {
    pub fn cells(&self) -> u32 {
        1 + u32::from(self.wide)
    }
}

/// Operands that may be elsewhere than at home. More are brought home, so that looking through them
/// takes bounded time.
const MAX_PENDING: usize = 24;

/// Cells of the locals, by index.
pub(super) enum LocalCells {
    /// Each local has one cell.
    Narrow,
    /// The first cell of each local, and whether it takes two.
    Mixed(Vec<(u16, bool)>),
}

impl LocalCells {
    pub fn new(module: &Module, body: &FuncBody, func: u32) -> Self {
        let params = module.func_type(func).params();
        let is_vector = |ty: &ValType| *ty == ValType::V128;
        if !params.iter().any(is_vector) && !module.locals(body).iter().any(|(_, ty)| is_vector(ty)) {
            return LocalCells::Narrow;
        }
        let mut cell = 0u16;
        let declared = module.locals(body).iter();
        let declared = declared.flat_map(|&(count, ty)| core::iter::repeat_n(ty, count as usize));
        let cells = params.iter().copied().chain(declared).map(|ty| {
            let entry = (cell, ty == ValType::V128);
            // Frames of more cells than 16 bits can name are not translated.
            cell = cell.wrapping_add(ty.cells() as u16);
            entry
        });
        LocalCells::Mixed(cells.collect())
    }

    /// The first cell of a local, and whether it takes two.
    pub fn get(&self, local: u32) -> (u16, bool) {
        match self {
            LocalCells::Narrow => (local as u16, false),
            LocalCells::Mixed(cells) => cells[local as usize],
        }
    }
}

impl Translator<'_> {
    /// The cell at a height of the operand stack.
    pub(super) fn cell_at(&self, height: u32) -> u16 {
        (self.body.local_cells + height) as u16
    }

    pub(super) fn push(&mut self, place: Place, wide: bool) {
        let operand = Operand { place, cell: self.cell_at(self.height), wide };
        if place != Place::Home {
            if self.pending.len() >= MAX_PENDING {
                self.all_home();
            }
            self.pending.push((self.operands.len() as u32, operand));
        }
        self.height += operand.cells();
        self.operands.push(wide);
    }

    pub(super) fn push_home(&mut self, wide: bool) {
        self.push(Place::Home, wide);
    }

    pub(super) fn pop(&mut self) -> Operand {
        // Cannot fail: only reachable instructions of functions that `validate` has accepted come here, and
        // there each finds its operands.
        let operand = self.top().expect("validated: an instruction finds its operands");
        self.operands.pop();
        self.height -= operand.cells();
        if operand.place != Place::Home {
            self.pending.pop();
        }
        operand
    }

    /// The operand on top.
    pub(super) fn top(&self) -> Option<Operand> {
        let wide = *self.operands.last()?;
        let index = self.operands.len() as u32 - 1;
        let pending = self.pending.last().filter(|(at, _)| *at == index);
        let home =
            || Operand { place: Place::Home, cell: self.cell_at(self.height - 1 - u32::from(wide)), wide };
        Some(pending.map_or_else(home, |(_, operand)| *operand))
    }

    /// Drops operands until `count` are left.
    pub(super) fn truncate(&mut self, count: u32) {
        while self.operands.len() > count as usize {
            self.pop();
        }
    }

    /// Brings every operand home.
    pub(super) fn all_home(&mut self) {
        let mut pending = core::mem::take(&mut self.pending);
        for (_, operand) in pending.drain(..) {
            self.copy_home(operand);
        }
        self.pending = pending;
    }

    /// Brings home the operands that are what the local holds: it is about to change.
    pub(super) fn save_local(&mut self, local: u16) {
        let mut pending = core::mem::take(&mut self.pending);
        pending.retain(|&(_, operand)| {
            let is_local = operand.place == Place::Local(local);
            if is_local {
                self.copy_home(operand);
            }
            !is_local
        });
        self.pending = pending;
    }

    /// Whether an operand is what the local holds.
    pub(super) fn is_awaited(&self, local: u16) -> bool {
        self.pending.iter().any(|(_, operand)| operand.place == Place::Local(local))
    }

    /// Puts an operand's value into its own cell.
    pub(super) fn copy_home(&mut self, operand: Operand) {
        self.copy_to(operand.cell, operand);
    }

    /// The cell from which an operand can be read; a constant is put into its own.
    pub(super) fn readable(&mut self, operand: Operand) -> u16 {
        match operand.place {
            Place::Home => operand.cell,
            Place::Local(cell) => cell,
            Place::Const(value) => {
                self.constant_to(operand.cell, value);
                operand.cell
            }
        }
    }
}
