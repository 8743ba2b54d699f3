//! The frame layout that both tiers share, and the stack of frames.
//!
//! A frame is a row of cells: parameters, declared locals, then the operand stack, each operand at the
//! cell of its stack height (a `v128` takes two cells). A callee's parameters are the caller's topmost
//! operands: frames overlap, and calls copy nothing. Beside the cells stands one [`Frame`] record for each
//! function that is running, and one for each call of the embedder into Wasm.

use crate::config::StackLimits;
use crate::module::FuncCode;
use crate::trap::Trap;
use alloc::vec::Vec;

/// Who runs, or will go on with, a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub(crate) enum FrameKind {
    /// Not a function: the embedder called from here, and gets the results.
    Host = 0,
    /// The fast tier, at [`Frame::ip`].
    Fast = 1,
    /// The exact tier, at [`Frame::pc`].
    Exact = 2,
}

/// A function that is running. While it is on top, its position is in the tier that runs it.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub(crate) struct Frame {
    /// Fast tier: the landing (see `fast::code`) to return to. Otherwise a landing that leaves the tier.
    pub ip: *const u64,
    /// Its instance, by number in the store.
    pub instance: u32,
    /// The function, by number among those that its module defines.
    pub func: u32,
    /// Cell of the stack at which the frame starts.
    pub base: u32,
    /// Who goes on with it.
    pub kind: FrameKind,
    /// Exact tier: offset in the module's bytes. Of the call, while a callee runs; of the body's start,
    /// while the cost of entering has not been paid; otherwise of the next instruction.
    pub pc: u32,
    /// Exact tier: number of the next branch site.
    pub branch: u32,
    /// Exact tier: cells on the operand stack. Not kept up while a callee runs.
    pub height: u32,
}

/// The cells and the frames of a store, with the counters that bound them.
///
/// In this order: `top` and `slots_left` are written one by one in front of a call of the host, and would be read as one
/// right behind that if they were neighbours, which has to wait for the memory.
#[repr(C)]
pub(crate) struct Stack {
    /// The record of the running function; 0 is never one.
    pub top: usize,
    /// As many cells as have ever been asked for, and some more; all initialised.
    pub cells: Vec<u64>,
    /// Records in use are those up to `top`; the others are leftovers.
    pub frames: Vec<Frame>,
    /// How many of the records in use are of kind `Host`, the bottom one aside.
    pub host_frames: u32,
    /// Value slots that are left.
    pub slots_left: u64,
    limits: StackLimits,
}

/// The record at the bottom, which stands for nothing.
const BOTTOM: Frame = Frame {
    ip: core::ptr::null(),
    instance: 0,
    func: 0,
    base: 0,
    kind: FrameKind::Host,
    pc: 0,
    branch: 0,
    height: 0,
};

/// Cells and frames that a new stack has room for.
const FIRST_CELLS: usize = 256;
const FIRST_FRAMES: usize = 16;

impl Stack {
    pub fn new(limits: StackLimits) -> Self {
        Stack {
            cells: Vec::new(),
            frames: alloc::vec![BOTTOM],
            top: 0,
            host_frames: 0,
            slots_left: limits.value_slots.into(),
            limits,
        }
    }

    /// The limits that this stack keeps.
    pub fn limits(&self) -> &StackLimits {
        &self.limits
    }

    /// The running function's record.
    pub fn frame(&self) -> &Frame {
        &self.frames[self.top]
    }

    /// The running function's record.
    pub fn frame_mut(&mut self) -> &mut Frame {
        &mut self.frames[self.top]
    }

    /// Record at which a push finds the call depth used up.
    pub fn depth_end(&self) -> usize {
        1 + self.limits.call_depth as usize + self.host_frames as usize
    }

    /// Makes room for `cells` cells in all.
    pub fn reserve_cells(&mut self, cells: usize) {
        if cells > self.cells.len() {
            let len = cells.max(self.cells.len() * 2).max(FIRST_CELLS);
            self.cells.resize(len, 0);
        }
    }

    /// Makes room for a record above the top.
    pub fn reserve_frame(&mut self) {
        if self.top + 1 >= self.frames.len() {
            let len = (self.frames.len() * 2).max(FIRST_FRAMES);
            self.frames.resize(len, BOTTOM);
        }
    }

    /// Pushes a record for a call of the embedder, whose arguments and results are at cell `base`.
    pub fn push_host(&mut self, base: u32) {
        self.reserve_frame();
        self.top += 1;
        self.host_frames += 1;
        self.frames[self.top] =
            Frame { base, ip: crate::fast::leave_landing(), kind: FrameKind::Host, ..BOTTOM };
    }

    /// Pushes a frame for a function whose parameters are at cell `base`, and clears its locals.
    /// Spec: Core 3.0, 4.6.10 Function Calls.
    ///
    /// # Errors
    /// [`Trap::StackOverflow`] if the call depth or the value slots do not allow it; nothing has changed.
    pub fn push(
        &mut self,
        instance: u32,
        func: u32,
        code: &FuncCode,
        start: u32,
        base: u32,
    ) -> Result<(), Trap> {
        let slots_left = self.slots_left.checked_sub(code.value_slots.into()).ok_or(Trap::StackOverflow)?;
        if self.top + 1 >= self.depth_end() {
            return Err(Trap::StackOverflow);
        }
        self.slots_left = slots_left;
        let params_end = base as usize + code.param_cells as usize;
        self.reserve_cells(base as usize + code.frame_cells as usize);
        self.cells[params_end..params_end + code.zero_cells as usize].fill(0);
        self.reserve_frame();
        self.top += 1;
        self.frames[self.top] = Frame {
            ip: crate::fast::leave_landing(),
            instance,
            func,
            base,
            kind: FrameKind::Exact,
            pc: start,
            branch: 0,
            height: 0,
        };
        Ok(())
    }

    /// Pops the running function's record and releases its value slots.
    pub fn pop(&mut self, value_slots: u32) {
        self.slots_left += u64::from(value_slots);
        self.top = self.top.saturating_sub(1);
    }
}
