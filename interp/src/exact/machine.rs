//! The machine: its state, the loop, the operand stack, the meter, and the reading of immediates.

use super::NO_HEIGHT;
use super::dispatch::Dispatch;
use crate::call::Exit;
use crate::config::Config;
use crate::gas::Schedule;
use crate::instance::InstanceData;
use crate::ops::simd::V128;
use crate::store::StoreInner;
use crate::trap::Trap;
use crate::vm::Refill;
use selfsame_validate::{FuncBody, Label, LocalLayout, Module, Opcode, leb};

/// Why the machine takes no further step.
pub(super) enum Halt {
    /// The instruction has trapped.
    Trap(Trap),
    /// Control goes elsewhere: [`Machine::exit`] says where. All records are up to date.
    Left,
}

impl From<Trap> for Halt {
    fn from(trap: Trap) -> Self {
        Halt::Trap(trap)
    }
}

/// What comes of a step, or of a part of one.
pub(super) type Step = Result<(), Halt>;

/// What runs the functions of one instance. Its state is that of the frame on top, unpacked.
pub(super) struct Machine<'a> {
    pub store: &'a mut StoreInner,
    pub schedule: &'a Schedule,
    pub module: &'a Module,
    dispatch: &'static Dispatch,
    /// The instance, by number in the store.
    pub instance: u32,
    /// Whether to leave where the fast tier could take over.
    pub leave: bool,
    /// Where control goes at [`Halt::Left`]; `None` means to a frame of this tier in another instance.
    pub exit: Option<Exit>,

    /// The module's bytes.
    pub code: &'a [u8],
    /// Offset of the instruction in hand.
    pub at: usize,
    /// Offset of what is read next: an immediate, then the next instruction.
    pub pc: usize,
    /// Number of the next branch site.
    pub branch: u32,
    /// Cell above the operand stack.
    pub top: usize,

    /// The running function.
    pub body: &'a FuncBody,
    pub labels: &'a [Label],
    pub branches: &'a [u32],
    pub wide_sites: &'a [u32],
    pub locals: LocalLayout<'a>,
    /// First cell of its frame.
    pub base: usize,
    /// First cell of its operand stack.
    pub operands: usize,
}

impl<'a> Machine<'a> {
    /// A machine for the frame on top, which is of this instance.
    pub fn new(
        store: &'a mut StoreInner,
        config: &'a Config,
        module: &'a Module,
        instance: u32,
        leave: bool,
    ) -> Self {
        let func = store.stack.frame().func;
        let body = &module.bodies()[func as usize];
        Machine {
            store,
            schedule: &config.schedule,
            module,
            dispatch: Dispatch::of(config.mode),
            instance,
            leave,
            exit: None,
            code: module.bytes(),
            at: 0,
            pc: 0,
            branch: 0,
            top: 0,
            body,
            labels: &[],
            branches: &[],
            wide_sites: &[],
            locals: module.local_layout(func),
            base: 0,
            operands: 0,
        }
    }

    /// Runs until control leaves the instance or this tier; `None` in the first case.
    pub fn run(mut self) -> Option<Exit> {
        match self.open_frame().and_then(|()| self.steps()) {
            Err(Halt::Trap(trap)) => {
                self.save(self.at, NO_HEIGHT);
                Some(Exit::Trap(trap))
            }
            _ => self.exit,
        }
    }

    /// The loop: decode, charge, carry out.
    fn steps(&mut self) -> Step {
        loop {
            self.at = self.pc;
            let (opcode, immediates) = Opcode::decode(self.code, self.at);
            self.pc = immediates;
            let row = self.dispatch.row(opcode);
            if row.prepaid {
                self.charge(self.schedule.cost(opcode).into())?;
            }
            (row.handler)(self)?;
        }
    }

    /// Takes over the state of the frame on top. If it is fresh, entering its function is paid first: the
    /// declared locals are cleared already, results will be moved. Spec: Core 3.0, 4.6.10 Function Calls.
    pub fn open_frame(&mut self) -> Step {
        let frame = *self.store.stack.frame();
        let body = &self.module.bodies()[frame.func as usize];
        self.body = body;
        self.labels = self.module.labels(body);
        self.branches = self.module.branches(body);
        self.wide_sites = self.module.wide_sites(body);
        self.locals = self.module.local_layout(frame.func);
        self.base = frame.base as usize;
        self.operands = self.base + body.local_cells as usize;
        self.top = self.operands + frame.height as usize;
        self.branch = frame.branch;
        self.pc = frame.pc as usize;
        if frame.pc == body.start {
            self.at = self.pc;
            let declared = body.local_cells - body.param_cells;
            self.charge(self.schedule.entry(declared + self.result_cells()).into())?;
            self.pc = body.code as usize;
        }
        Ok(())
    }

    /// Cells of the running function's results: what a branch to its outermost label carries.
    pub fn result_cells(&self) -> u32 {
        self.labels[0].arity()
    }

    /// Cells on the operand stack.
    fn height(&self) -> u32 {
        (self.top - self.operands) as u32
    }

    /// Writes the state to the record of the frame on top.
    pub fn save(&mut self, pc: usize, height: u32) {
        let branch = self.branch;
        let frame = self.store.stack.frame_mut();
        frame.pc = pc as u32;
        frame.branch = branch;
        frame.height = height;
    }

    /// Hands control on, with all records as they are.
    pub fn go(&mut self, exit: Option<Exit>) -> Step {
        self.exit = exit;
        Err(Halt::Left)
    }

    /// Stops in front of the instruction in hand, of which nothing has happened.
    pub fn stop_in_front(&mut self, exit: Exit) -> Step {
        self.save(self.at, self.height());
        self.go(Some(exit))
    }

    // The meter.

    /// Takes gas, or stops in front of the instruction in hand.
    #[inline(always)]
    pub fn charge(&mut self, cost: u64) -> Step {
        self.cover(cost)?;
        self.store.vm.gas -= cost;
        Ok(())
    }

    /// Has at least this much gas in the slice, or stops in front of the instruction in hand.
    #[inline(always)]
    pub fn cover(&mut self, cost: u64) -> Step {
        if self.store.vm.gas >= cost { Ok(()) } else { self.refill(cost) }
    }

    #[cold]
    fn refill(&mut self, cost: u64) -> Step {
        match self.store.vm.refill(cost) {
            Refill::Covered => Ok(()),
            Refill::OutOfGas => self.stop_in_front(Exit::OutOfGas { required: cost }),
            Refill::Interrupted => self.stop_in_front(Exit::Interrupted),
        }
    }

    // The operand stack.

    #[inline(always)]
    pub fn push(&mut self, cell: u64) {
        self.store.stack.cells[self.top] = cell;
        self.top += 1;
    }

    #[inline(always)]
    pub fn pop(&mut self) -> u64 {
        self.top -= 1;
        self.store.stack.cells[self.top]
    }

    /// The operand `depth` cells below the topmost, which stays.
    #[inline(always)]
    pub fn peek(&self, depth: usize) -> u64 {
        self.store.stack.cells[self.top - 1 - depth]
    }

    #[inline(always)]
    pub fn push_v128(&mut self, value: V128) {
        let cells = &mut self.store.stack.cells[self.top..self.top + 2];
        cells.copy_from_slice(&value.to_pair());
        self.top += 2;
    }

    #[inline(always)]
    pub fn pop_v128(&mut self) -> V128 {
        self.top -= 2;
        let cells = &self.store.stack.cells[self.top..self.top + 2];
        V128::from_pair([cells[0], cells[1]])
    }

    // Immediates. Spec: Core 3.0, 5.2.2 Integers.

    /// An index or another unsigned number.
    #[inline(always)]
    pub fn read_u32(&mut self) -> u32 {
        let (value, next) = leb::u32(self.code, self.pc);
        self.pc = next;
        value
    }

    /// Bytes as they stand there.
    #[inline(always)]
    pub fn read_bytes<const N: usize>(&mut self) -> [u8; N] {
        let bytes = self.code.get(self.pc..).and_then(|code| code.first_chunk());
        self.pc += N;
        bytes.copied().unwrap_or([0; N])
    }

    /// What the instance sees.
    #[inline(always)]
    pub fn instance(&self) -> &InstanceData {
        &self.store.instances[self.instance as usize]
    }
}
