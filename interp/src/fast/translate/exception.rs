//! Exceptions. Spec: Core 3.0, 4.6.8 Control Instructions.

use super::Translator;
use super::labels::Kind;
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

    /// `throw` and `throw_ref`, which the engine carries out: it needs the place in the source.
    pub(super) fn throw(&mut self, opcode: Opcode) {
        self.pc = opcode.skip_immediates(self.code, self.pc);
        self.all_home();
        self.end_chains();
        self.exact_site();
        self.emit(control::throw, &[]);
        self.live = false;
    }
}
