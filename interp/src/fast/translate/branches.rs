//! Blocks, branches and returns. Spec: Core 3.0, 4.6.8 Control Instructions.

use super::emit::{Binary, CellOrImm, Form, fields, fields32};
use super::heap::test_word;
use super::labels::{Control, Fixup, Kind, Waiting};
use super::numeric::br_cmp;
use super::operands::Operand;
use super::words::ROOM;
use super::{Opcode, Translator};
use crate::fast::code::pair;
use crate::fast::handlers::numeric::{Acc, Cell};
use crate::fast::handlers::{self, call, control, variable};
use crate::fast::regs::Handler;
use crate::heap::HeapOp;
use alloc::collections::BTreeMap;
use selfsame_validate::{BrOnCast, leb};

impl Translator<'_> {
    /// The landing at the function's entry, and its label. The first chain has the cost of entering.
    pub(super) fn open_function(&mut self) {
        let results = self.module.func_type(self.func).result_cells();
        self.controls.push(Control::function(results));
        self.out.push(0);
        self.await_cost(0);
        let declared = self.body.local_cells - self.body.param_cells;
        self.prefix += u64::from(self.schedule.entry(declared + results));
    }

    pub(super) fn block(&mut self, opcode: Opcode) {
        let block_type = self.pc;
        (_, self.pc) = self.read_block_type(block_type);
        self.all_home();
        if opcode == Opcode::Block {
            return self.open(Kind::Block, block_type);
        }
        self.bind(Waiting::default(), self.pc as u32);
        let (word, cost) = (self.out.len() as u32, self.prefix as u32);
        self.open(Kind::Loop { word, cost }, block_type);
    }

    pub(super) fn if_(&mut self) {
        let block_type = self.pc;
        (_, self.pc) = self.read_block_type(block_type);
        self.branch += 1;
        let condition = self.pop();
        let fixup = self.branch_if(condition, false);
        let mut waiting = Waiting::default();
        waiting.add(fixup, &mut self.out);
        self.open(Kind::If(waiting), block_type);
    }

    pub(super) fn else_(&mut self) {
        if self.live {
            self.branch += 1;
            self.all_home();
            self.end_chains();
            let fixup = self.emit_br();
            self.go_to(fixup, 0);
        }
        let Some(control) = self.controls.last_mut() else { return };
        let Kind::If(waiting) = core::mem::replace(&mut control.kind, Kind::Block) else { return };
        let (operands, ty) = (control.operands(), self.type_of_innermost());
        self.live = true;
        self.truncate(operands);
        self.push_block_types(ty, false);
        self.bind(waiting, self.pc as u32);
    }

    pub(super) fn end(&mut self) {
        let Some(mut control) = self.controls.pop() else { return };
        self.settled = self.settled.min(self.controls.len());
        if control.kind == Kind::Function {
            return self.end_function(&control);
        }
        if self.live {
            self.all_home();
        }
        self.live = true;
        self.truncate(control.operands());
        self.push_block_types(self.type_of(&control), true);
        if let Kind::If(mut waiting) = control.kind {
            // Without an `else` the false arm is what is behind.
            while let Some(fixup) = waiting.take(&self.out) {
                control.waiting.add(fixup, &mut self.out);
            }
        }
        if control.is_target() {
            self.bind(control.waiting, self.pc as u32);
        }
    }

    fn end_function(&mut self, control: &Control) {
        if control.is_target() {
            if self.live {
                self.all_home();
            }
            self.truncate(control.operands());
            self.push_block_types(self.type_of(control), true);
            self.bind(control.waiting, self.at);
            self.live = true;
        }
        if self.live {
            self.emit_return();
        }
    }

    pub(super) fn unreachable(&mut self) {
        let word = self.emit(control::unreachable, &[]);
        self.site(word);
        self.end_chains();
        self.live = false;
    }

    pub(super) fn br(&mut self) {
        let depth = self.index();
        self.branch += 1;
        self.charge_branch(Opcode::Br, depth);
        self.end_chains();
        self.jump(depth);
        self.live = false;
    }

    pub(super) fn return_(&mut self) {
        self.emit_return();
        self.live = false;
    }

    /// Returns with the operands on top. Ends the chain.
    fn emit_return(&mut self) {
        self.end_chains();
        self.emit_return_code();
    }

    fn emit_return_code(&mut self) {
        let cells = self.module.func_type(self.func).result_cells();
        let slots = self.body.value_slots;
        match (cells, self.top()) {
            (0, _) | (_, None) => {
                self.emit(call::ret, &[fields32(0, 0, slots)]);
            }
            (1, Some(result)) => {
                let cell = self.readable(result);
                let handler: Handler = match self.form(cell) {
                    Form::Acc => call::ret_one::<Acc>,
                    _ => call::ret_one::<Cell<10>>,
                };
                self.emit(handler, &[fields32(0, cell, slots)]);
            }
            _ => {
                self.all_home();
                let from = self.cell_at(self.height - cells);
                self.emit(call::ret_span, &[fields32(from, cells as u16, slots)]);
            }
        }
    }

    /// Adds to the cost of a branch what it carries.
    fn charge_branch(&mut self, opcode: Opcode, depth: u32) {
        let arity = self.label(depth).arity();
        self.prefix += u64::from(self.schedule.branch(opcode, arity) - self.schedule.cost(opcode));
    }

    fn label(&self, depth: u32) -> &Control {
        &self.controls[self.controls.len() - 1 - depth as usize]
    }

    /// Whether a branch to a label leaves its operands where they are.
    fn is_straight(&self, depth: u32) -> bool {
        let label = self.label(depth);
        label.arity() == 0 || self.height - label.arity() == label.height()
    }

    /// Moves the operands that a branch carries and goes to its label. The chain has ended.
    fn jump(&mut self, depth: u32) {
        let label = self.label(depth);
        let (arity, to) = (label.arity(), self.cell_at(label.height()));
        if label.kind == Kind::Function {
            return self.emit_return_code();
        }
        match (arity, self.top()) {
            (0, _) | (_, None) => {}
            (1, Some(operand)) => self.copy_to(to, operand),
            _ => {
                self.all_home();
                let from = self.cell_at(self.height - arity);
                if from != to {
                    self.emit(variable::copy_span, &[fields32(to, from, arity)]);
                    self.acc = None;
                }
            }
        }
        let fixup = self.emit_br();
        self.go_to(fixup, depth);
    }

    fn emit_br(&mut self) -> Fixup {
        let word = self.emit(control::br, &[0, 0]) as u32;
        Fixup { word: word + 1, cost: (word + 2) * 2 }
    }

    pub(super) fn br_if(&mut self) {
        let depth = self.index();
        self.branch += 1;
        self.charge_branch(Opcode::BrIf, depth);
        let condition = self.pop();
        if self.is_straight(depth) {
            let fixup = self.branch_if(condition, true);
            return self.go_to(fixup, depth);
        }
        let skip = self.compare_and_branch(condition, false);
        self.end_chains();
        let acc = self.acc;
        self.jump(depth);
        self.acc = acc;
        let word = self.out.len() as u32;
        // Going on is what the comparison branches to.
        self.target(skip.taken.word, word);
        self.await_cost(skip.taken.cost);
        self.start(self.pc as u32);
    }

    /// `br_on_null` and `br_on_non_null`: the reference is there on the side where it is not null.
    pub(super) fn br_on_null(&mut self, opcode: Opcode) {
        let depth = self.index();
        let on_null = opcode == Opcode::BrOnNull;
        self.branch += 1;
        self.charge_branch(opcode, depth);
        self.all_home();
        let reference = self.pop();
        if !on_null {
            self.push_home(false);
        }
        let straight = self.is_straight(depth);
        let comparison = if on_null == straight { Opcode::I64Eq } else { Opcode::I64Ne };
        let handler = br_cmp(comparison, self.form(reference.cell), Form::Imm);
        let branch = self.emit_branch(handler, fields32(0, reference.cell, 0), None);
        self.end_chains();
        let acc = self.acc;
        if !straight {
            self.jump(depth);
            self.acc = acc;
        }
        if on_null {
            self.push_home(false);
        } else {
            self.pop();
        }
        if straight {
            self.continue_chain(branch.behind, self.pc as u32);
            return self.go_to(branch.taken, depth);
        }
        let word = self.out.len() as u32;
        // Going on is what the comparison branches to.
        self.target(branch.taken.word, word);
        self.await_cost(branch.taken.cost);
        self.start(self.pc as u32);
    }

    /// `br_on_cast`, `br_on_cast_fail` and those that compare descriptors: the reference stays on either side.
    pub(super) fn br_on_cast(&mut self, opcode: Opcode) {
        let (test, pc) = HeapOp::read(opcode, self.code, self.pc);
        let (branch, _) = BrOnCast::read(self.code, self.pc);
        self.pc = pc;
        self.branch += 1;
        self.charge_branch(opcode, branch.depth);
        self.all_home();
        let by_descriptor = matches!(opcode, Opcode::BrOnCastDescEq | Opcode::BrOnCastDescEqFail);
        if by_descriptor {
            self.pop();
        }
        let reference = self.cell_at(self.height - 1);
        if by_descriptor {
            let words = [fields32(reference, test.opcode as u16, test.first), pair(test.second, 0)];
            let word = self.emit(handlers::heap::test_descriptor, &words);
            self.site(word);
        } else {
            self.emit(handlers::heap::test_branch, &[fields32(0, reference, test.first), test_word(test)]);
        }
        let straight = self.is_straight(branch.depth);
        // Where operands have to move, going on is what the comparison branches to.
        let on_success = matches!(opcode, Opcode::BrOnCast | Opcode::BrOnCastDescEq);
        let when = on_success == straight;
        let comparison = if when { Opcode::I32Ne } else { Opcode::I32Eq };
        let handler = br_cmp(comparison, Form::Acc, Form::Imm);
        let fixups = self.emit_branch(handler, fields32(0, 0, 0), None);
        self.end_chains();
        self.acc = None;
        if straight {
            self.continue_chain(fixups.behind, self.pc as u32);
            return self.go_to(fixups.taken, branch.depth);
        }
        self.jump(branch.depth);
        self.acc = None;
        let word = self.out.len() as u32;
        self.target(fixups.taken.word, word);
        self.await_cost(fixups.taken.cost);
        self.start(self.pc as u32);
    }

    /// A conditional branch that ends a chain; the next starts behind it. Returns what is to go to the
    /// target.
    #[inline]
    fn branch_if(&mut self, condition: Operand, when: bool) -> Fixup {
        let branch = self.compare_and_branch(condition, when);
        self.end_chains();
        self.continue_chain(branch.behind, self.pc as u32);
        branch.taken
    }

    /// Adds a branch that is taken if `condition` is `when`, fused with the comparison that made it where
    /// it can be. Brings all other operands home before it.
    fn compare_and_branch(&mut self, condition: Operand, when: bool) -> Branch {
        if let Some((cmp, holds)) = self.take_float_cmp(condition) {
            self.all_home();
            let (handler, operands, more) = self.float_branch(&cmp, holds == when);
            return self.emit_branch(handler, operands, more);
        }
        let cmp = self.take_cmp(condition);
        let fused = cmp.and_then(|cmp| {
            let opcode = if when { cmp.opcode } else { inverse(cmp.opcode) };
            self.fused_branch(&Binary { opcode, ..cmp })
        });
        self.all_home();
        let cmp = match cmp {
            Some(cmp) => cmp,
            None => {
                let a = self.readable(condition);
                Binary { opcode: Opcode::I32Ne, a, b: CellOrImm::Imm(0), acc: None }
            }
        };
        let opcode = if when { cmp.opcode } else { inverse(cmp.opcode) };
        let (b_form, operands) = match cmp.b {
            CellOrImm::Cell(b) => (self.form(b), fields(0, cmp.a, b, 0)),
            CellOrImm::Imm(b) => (Form::Imm, fields32(0, cmp.a, b as u32)),
        };
        let (handler, more) = match fused {
            Some((handler, word)) => (handler, Some(word)),
            None => (br_cmp(opcode, self.form(cmp.a), b_form), None),
        };
        // What is fused reads its operands from their cells, a load's address among them.
        self.emit_branch(handler, operands, more)
    }

    fn emit_branch(&mut self, handler: Handler, operands: u64, more: Option<u64>) -> Branch {
        let word = self.emit(handler, &[operands, 0, 0]) as u32;
        self.out.extend_from_slice(more.as_slice());
        Branch { taken: Fixup { word: word + 2, cost: (word + 3) * 2 }, behind: (word + 3) * 2 + 1 }
    }

    pub(super) fn br_table(&mut self) {
        let (count, mut pc) = leb::u32(self.code, self.pc);
        let index = self.pop();
        self.all_home();
        let (targets, costs) = (count as usize + 1, (count as usize + 2) / 2);
        self.make_room(2 + targets + costs + ROOM);
        let index = self.readable(index);
        let handler: Handler = match self.form(index) {
            Form::Acc => control::br_table::<Acc>,
            _ => control::br_table::<Cell<10>>,
        };
        let word = self.emit(handler, &[fields32(0, index, count)]) as u32;
        self.out.extend_zero(targets + costs);
        self.branch += count + 1;
        let mut indirect: BTreeMap<u32, Waiting> = BTreeMap::new();
        for entry in 0..=count {
            let (depth, next) = leb::u32(self.code, pc);
            pc = next;
            if entry == 0 {
                self.charge_branch(Opcode::BrTable, depth);
                self.end_chains();
            }
            let fixup = Fixup { word: word + 2 + entry, cost: (word + 3 + count) * 2 + entry };
            if self.is_straight(depth) {
                self.go_to(fixup, depth);
            } else {
                indirect.entry(depth).or_default().add(fixup, &mut self.out);
            }
        }
        self.pc = pc;
        // Where operands must move, the table leads to code that moves them; it costs nothing by itself.
        for (depth, mut waiting) in indirect {
            self.make_room(ROOM);
            self.acc = None;
            while let Some(fixup) = waiting.take(&self.out) {
                self.target(fixup.word, self.out.len() as u32);
            }
            self.jump(depth);
        }
        self.live = false;
    }
}

/// A conditional branch in the code.
struct Branch {
    taken: Fixup,
    /// Half-word that is to hold the cost of going on.
    behind: u32,
}

/// The comparison that holds where this one does not.
pub(super) fn inverse(opcode: Opcode) -> Opcode {
    use Opcode as O;
    match opcode {
        O::I32Eq => O::I32Ne,
        O::I32Ne => O::I32Eq,
        O::I32LtS => O::I32GeS,
        O::I32LtU => O::I32GeU,
        O::I32GtS => O::I32LeS,
        O::I32GtU => O::I32LeU,
        O::I32LeS => O::I32GtS,
        O::I32LeU => O::I32GtU,
        O::I32GeS => O::I32LtS,
        O::I32GeU => O::I32LtU,
        O::I64Eq => O::I64Ne,
        O::I64Ne => O::I64Eq,
        O::I64LtS => O::I64GeS,
        O::I64LtU => O::I64GeU,
        O::I64GtS => O::I64LeS,
        O::I64GtU => O::I64LeU,
        O::I64LeS => O::I64GtS,
        O::I64LeU => O::I64GtU,
        O::I64GeS => O::I64LtS,
        O::I64GeU => O::I64LtU,
        other => other,
    }
}
