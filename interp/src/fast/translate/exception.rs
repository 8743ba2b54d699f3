//! Exceptions. Spec: Core 3.0, 4.6.8 Control Instructions.

use super::Translator;
use super::labels::Kind;
use crate::fast::code::pair;
use crate::fast::handlers::control;
use selfsame_validate::{CatchClause, Opcode};

impl Translator<'_> {
    /// `try_table`: a block. Execution may go on at the labels of its clauses, with all operands at home: so they are
    /// wherever something can be thrown, at calls and throws.
    pub(super) fn try_table(&mut self) {
        let block_type = self.pc;
        (_, self.pc) = self.read_block_type(block_type);
        self.all_home();
        for _ in 0..self.index() {
            let (clause, pc) = CatchClause::read(self.code, self.pc);
            self.pc = pc;
            let at = self.controls.len() - 1 - clause.depth as usize;
            self.controls[at].catches = true;
        }
        self.open(Kind::Block, block_type);
    }

    /// `throw` and `throw_ref`, which the engine carries out. It finds the place in the source here, and takes the
    /// whole cost.
    pub(super) fn throw(&mut self, opcode: Opcode) {
        self.pc = opcode.skip_immediates(self.code, self.pc);
        self.prefix -= u64::from(self.schedule.cost(opcode));
        self.all_home();
        self.end_chains();
        self.emit(control::throw, &[pair(self.at, self.branch), self.height.into()]);
        self.live = false;
    }
}
