//! The table from instruction to handler. That every instruction has one, and only one, is checked when
//! the table is computed: while the crate is built.

use super::machine::{Machine, Step};
use super::{call, control, exception, heap, memory, numeric, simd, table, variable};
use crate::config::Mode;
use crate::ops::{DefaultSoft, Floats, Hard, banned_without_floats};
use crate::trap::Trap;
use selfsame_validate::Opcode;

/// Carries an instruction out. The program counter is behind its opcode; the handler reads its immediates.
pub(super) type Handler = fn(&mut Machine<'_>) -> Step;

/// How an instruction is carried out.
#[derive(Clone, Copy)]
pub(super) struct Row {
    pub handler: Handler,
    /// Whether its static cost is taken before the handler runs. If not, the handler takes what it costs,
    /// once it knows that, and before anything else happens.
    pub prepaid: bool,
}

/// A table that is being filled.
pub(super) struct Builder {
    rows: [Option<Row>; Opcode::COUNT],
}

impl Builder {
    /// Sets the handler of an instruction whose cost does not depend on anything.
    pub const fn put(&mut self, opcode: Opcode, handler: Handler) {
        self.set(opcode, Row { handler, prepaid: true });
    }

    /// Sets the handler of an instruction that sees to its cost itself.
    pub const fn put_metered(&mut self, opcode: Opcode, handler: Handler) {
        self.set(opcode, Row { handler, prepaid: false });
    }

    const fn set(&mut self, opcode: Opcode, row: Row) {
        assert!(self.rows[opcode as usize].is_none(), "an instruction has two handlers");
        self.rows[opcode as usize] = Some(row);
    }
}

/// For each instruction, how it is carried out.
pub(super) struct Dispatch {
    rows: [Row; Opcode::COUNT],
}

static DETERMINISTIC: Dispatch = Dispatch::new::<DefaultSoft>();
static NON_DETERMINISTIC: Dispatch = Dispatch::new::<Hard>();
static NO_FLOATS: Dispatch = Dispatch::new::<DefaultSoft>().without_floats();

impl Dispatch {
    /// The table of a mode.
    pub fn of(mode: Mode) -> &'static Dispatch {
        match mode {
            Mode::Deterministic => &DETERMINISTIC,
            Mode::NonDeterministic => &NON_DETERMINISTIC,
            Mode::NoFloats => &NO_FLOATS,
        }
    }

    #[inline(always)]
    pub fn row(&self, opcode: Opcode) -> Row {
        self.rows[opcode as usize]
    }

    const fn new<M: Floats>() -> Dispatch {
        let mut builder = Builder { rows: [None; Opcode::COUNT] };
        control::add(&mut builder);
        call::add(&mut builder);
        exception::add(&mut builder);
        heap::add(&mut builder);
        variable::add(&mut builder);
        memory::add(&mut builder);
        table::add(&mut builder);
        numeric::add::<M>(&mut builder);
        simd::add::<M>(&mut builder);
        let mut rows = [Row { handler: banned, prepaid: true }; Opcode::COUNT];
        let mut i = 0;
        while i < Opcode::COUNT {
            match builder.rows[i] {
                Some(row) => rows[i] = row,
                // Evaluated by the compiler, for statics: a missing handler is an error of the build.
                None => panic!("an instruction has no handler"),
            }
            i += 1;
        }
        Dispatch { rows }
    }

    const fn without_floats(mut self) -> Dispatch {
        let mut i = 0;
        while i < Opcode::COUNT {
            if banned_without_floats(Opcode::ALL[i]) {
                self.rows[i] = Row { handler: banned, prepaid: true };
            }
            i += 1;
        }
        self
    }
}

/// A float instruction where the configuration bans them.
fn banned(_: &mut Machine<'_>) -> Step {
    Err(Trap::NondetInstruction.into())
}
