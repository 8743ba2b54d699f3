//! Control constructs that are open, chains, and what goes to labels.

use super::Translator;
use super::words::Words;
use crate::fast::code::{halves, pair};
use crate::fast::handlers::control;
use crate::fast::map::{Kind as Event, Place};
use selfsame_validate::{ValType, block_type};

/// A straight run of instructions that is paid for at once, from where control can come in to the next
/// branch, call or bulk operation.
#[derive(Clone, Copy, Debug)]
pub(super) struct Chain {
    /// Cost of the function's instructions in front of it, modulo 2^32.
    start: u32,
    /// The first of the half-words that are to hold its cost; each holds the number of the next. `NOTHING`:
    /// none.
    waiting: u32,
}

const NOTHING: u32 = u32::MAX;

/// Cost at which a chain is cut, so that costs fit their fields.
const LONG_CHAIN: u64 = 1 << 24;

/// A place in the code that is to name a label.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fixup {
    /// The word that is to hold the label's address.
    pub word: u32,
    /// Half-word that is to hold the cost of the label's chain.
    pub cost: u32,
}

/// Fixups that wait for the same label, as a list: the word of each holds that of the next, and the place of
/// its cost. No branch has its target in word 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Waiting {
    first: u32,
}

impl Waiting {
    pub fn is_empty(self) -> bool {
        self.first == 0
    }

    pub fn add(&mut self, fixup: Fixup, out: &mut Words) {
        out.set(fixup.word, pair(self.first, fixup.cost));
        self.first = fixup.word;
    }

    /// Takes the fixup that was added last.
    pub fn take(&mut self, out: &Words) -> Option<Fixup> {
        if self.is_empty() {
            return None;
        }
        let word = self.first;
        let (next, cost) = halves(out.get(word));
        self.first = next;
        Some(Fixup { word, cost })
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Function,
    Block,
    /// The word of its label, and what the label's chain costs. Until that is known, the cost in front.
    Loop {
        word: u32,
        cost: u32,
    },
    /// What waits for its `else`.
    If(Waiting),
}

/// An open control construct. Small, since a few bytes open one: cells and operands of a frame are fewer
/// than 2^16 here.
pub(super) struct Control {
    pub kind: Kind,
    /// Where its block type is in the module's bytes.
    ty: u32,
    /// What waits for its label.
    pub waiting: Waiting,
    /// Whether a `try_table` inside has a clause that goes to its label.
    pub catches: bool,
    /// Operands below its parameters.
    operands: u16,
    /// Height of the operand stack below its parameters.
    height: u16,
    /// Cells that a branch to its label carries.
    arity: u16,
}

impl Control {
    /// Of the function itself.
    pub fn function(results: u32) -> Self {
        Control {
            kind: Kind::Function,
            ty: 0,
            waiting: Waiting::default(),
            catches: false,
            operands: 0,
            height: 0,
            arity: results as u16,
        }
    }

    /// Whether anything goes to its label, which is not a loop's.
    pub fn is_target(&self) -> bool {
        self.catches || !self.waiting.is_empty()
    }

    pub fn operands(&self) -> u32 {
        self.operands.into()
    }

    pub fn height(&self) -> u32 {
        self.height.into()
    }

    pub fn arity(&self) -> u32 {
        self.arity.into()
    }
}

/// The type of a block. Spec: Core 3.0, 5.4.1, `blocktype`.
#[derive(Clone, Copy, Debug)]
pub(super) enum BlockType {
    Empty,
    /// One result: whether it is a vector.
    Result(bool),
    /// By `typeidx`.
    Func(u32),
}

impl Translator<'_> {
    /// Opens a construct whose block type, the next immediate, says how its operands come.
    pub(super) fn open(&mut self, kind: Kind, block_type: usize) {
        let (ty, _) = self.read_block_type(block_type);
        let (params, results) = self.block_cells(ty);
        let arity = if matches!(kind, Kind::Loop { .. }) { params } else { results };
        self.controls.push(Control {
            kind,
            ty: block_type as u32,
            waiting: Waiting::default(),
            catches: false,
            operands: (self.operands.len() as u32 - self.param_count(ty)) as u16,
            height: (self.height - params) as u16,
            arity: arity as u16,
        });
    }

    /// The type of the innermost open construct.
    pub(super) fn type_of_innermost(&self) -> BlockType {
        self.controls.last().map_or(BlockType::Empty, |control| self.type_of(control))
    }

    /// The type of an open construct.
    pub(super) fn type_of(&self, control: &Control) -> BlockType {
        match control.kind {
            Kind::Function => BlockType::Func(self.module.funcs()[self.func as usize]),
            _ => self.read_block_type(control.ty as usize).0,
        }
    }

    /// A block type at `pc`, and where it ends. Spec: Core 3.0, 5.4.1.
    pub(super) fn read_block_type(&self, pc: usize) -> (BlockType, usize) {
        const EMPTY: i64 = -64;
        const V128: i64 = -5;
        let (code, pc) = block_type(self.code, pc);
        let ty = match code {
            EMPTY => BlockType::Empty,
            V128 => BlockType::Result(true),
            index if index >= 0 => BlockType::Func(index as u32),
            _ => BlockType::Result(false),
        };
        (ty, pc)
    }

    /// Cells of a block's parameters and of its results.
    pub(super) fn block_cells(&self, ty: BlockType) -> (u32, u32) {
        match ty {
            BlockType::Empty => (0, 0),
            BlockType::Result(wide) => (0, 1 + u32::from(wide)),
            BlockType::Func(index) => {
                let ty = self.module.types()[index as usize].func();
                (ty.param_cells(), ty.result_cells())
            }
        }
    }

    pub(super) fn param_count(&self, ty: BlockType) -> u32 {
        match ty {
            BlockType::Func(index) => self.module.types()[index as usize].func().params().len() as u32,
            _ => 0,
        }
    }

    /// Pushes a block's parameters, or its results, as operands that are at home.
    pub(super) fn push_block_types(&mut self, ty: BlockType, results: bool) {
        match ty {
            BlockType::Empty => {}
            BlockType::Result(wide) if results => self.push_home(wide),
            BlockType::Result(_) => {}
            BlockType::Func(index) => {
                let module = self.module;
                let ty = module.types()[index as usize].func();
                let types = if results { ty.results() } else { ty.params() };
                for ty in types {
                    self.push_home(*ty == ValType::V128);
                }
            }
        }
    }

    /// Has the chain that starts at the present place put its cost into a half-word, once it has ended.
    pub(super) fn await_cost(&mut self, half: u32) {
        let start = self.prefix as u32;
        match self.chains.last_mut() {
            Some(chain) if chain.start == start => {
                self.out.set_half(half, chain.waiting);
                chain.waiting = half;
            }
            _ => {
                self.out.set_half(half, NOTHING);
                self.chains.push(Chain { start, waiting: half });
            }
        }
    }

    /// Ends the open chains with the present instruction.
    pub(super) fn end_chains(&mut self) {
        let end = self.prefix as u32;
        for chain in self.chains.drain(..) {
            let mut half = chain.waiting;
            while half != NOTHING {
                let next = self.out.half(half);
                self.out.set_half(half, end.wrapping_sub(chain.start));
                half = next;
            }
        }
        self.last_end = self.prefix;
        for control in &mut self.controls[self.settled..] {
            if let Kind::Loop { cost, .. } = &mut control.kind {
                *cost = end.wrapping_sub(*cost);
            }
        }
        self.settled = self.controls.len();
        if let Some(map) = &mut self.map {
            map.end_chains(end);
        }
    }

    /// Cuts the present chain if it has grown long.
    pub(super) fn split_long_chain(&mut self) {
        if self.prefix - self.last_end < LONG_CHAIN {
            return;
        }
        self.all_home();
        self.end_chains();
        let word = self.emit(control::split, &[0]);
        self.acc = None;
        let pc = self.at;
        self.continue_chain(word as u32 * 2 + 2, pc);
    }

    /// Starts a chain at the present place, whose cost is to stand in the half-word `cost`; execution
    /// continues at `pc`.
    pub(super) fn continue_chain(&mut self, cost: u32, pc: u32) {
        self.await_cost(cost);
        self.start(pc);
    }

    /// Keeps the place in the code where a chain is about to start from meaning two states: instructions
    /// without code of their own may lie between it and the start before.
    pub(super) fn separate(&mut self) {
        let (word, prefix, height) = self.last_start;
        if word as usize == self.out.len() && (prefix, height) != (self.prefix, self.height) {
            self.emit(control::nop, &[]);
        }
    }

    /// Takes note of the start of a chain at the present place.
    pub(super) fn start(&mut self, pc: u32) {
        // Nothing behind takes in what is in front.
        self.last = None;
        self.last_start = (self.out.len() as u32, self.prefix, self.height);
        self.event(if self.acc.is_none() { Event::Start } else { Event::InnerStart }, pc);
    }

    /// Takes note of an instruction that the exact tier may have to carry out: the next to be added. All
    /// operands are at home.
    pub(super) fn exact_site(&mut self) {
        self.event(Event::Exact, self.at);
    }

    fn event(&mut self, event: Event, pc: u32) {
        let (word, branch, height) = (self.out.len() as u32, self.branch, self.height);
        if let Some(map) = &mut self.map {
            map.add(event, Place { word, pc, branch, height, prefix: self.prefix as u32 });
        }
    }

    /// Binds what waits for a label to the present place; execution continues at `pc`. All operands must
    /// be at home.
    pub(super) fn bind(&mut self, mut waiting: Waiting, pc: u32) {
        self.separate();
        self.acc = None;
        self.last = None;
        self.start(pc);
        while let Some(fixup) = waiting.take(&self.out) {
            self.target(fixup.word, self.out.len() as u32);
            self.await_cost(fixup.cost);
        }
    }

    /// Has the code at `fixup` go to the label `depth` constructs up. The chains have ended.
    pub(super) fn go_to(&mut self, fixup: Fixup, depth: u32) {
        let at = self.controls.len() - 1 - depth as usize;
        match self.controls[at].kind {
            Kind::Loop { word, cost } => {
                self.target(fixup.word, word);
                self.out.set_half(fixup.cost, cost);
            }
            _ => self.controls[at].waiting.add(fixup, &mut self.out),
        }
    }
}
