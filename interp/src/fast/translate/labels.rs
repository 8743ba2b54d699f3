//! Control constructs that are open, chains, and what goes to labels.

use super::Translator;
use crate::fast::code::Start;
use crate::fast::handlers::control;
use alloc::vec::Vec;
use selfsame_validate::{ValType, leb};

/// A straight run of instructions that is paid for at once, from where control can come in to the next
/// branch, call or bulk operation.
#[derive(Clone, Copy, Debug)]
pub(super) struct Chain {
    /// Cost of the function's instructions in front of it.
    start: u64,
    /// Its cost, once its end has come.
    pub cost: u32,
}

/// Cost at which a chain is cut, so that costs fit their fields.
const LONG_CHAIN: u64 = 1 << 24;

/// A place in the code that is to name a label.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fixup {
    pub target: Target,
    /// Half-word that is to hold the cost of the label's chain.
    pub cost: u32,
}

/// How a label is named.
#[derive(Clone, Copy, Debug)]
pub(super) enum Target {
    /// By its address, in this word.
    Address(u32),
    /// By its distance from the word `from`, in this half-word.
    Distance { half: u32, from: u32 },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Function,
    Block,
    /// Its label is bound: word, chain.
    Loop {
        word: u32,
        chain: u32,
    },
    If,
}

/// An open control construct.
pub(super) struct Control {
    pub kind: Kind,
    pub ty: BlockType,
    /// Operands below its parameters.
    pub operands: u32,
    /// Height of the operand stack below its parameters.
    pub height: u32,
    /// Cells that a branch to its label carries.
    pub arity: u32,
    /// What waits for its label.
    pub fixups: Vec<Fixup>,
    /// What waits for its `else`.
    pub else_fixup: Option<Fixup>,
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
    /// Reads a block type. Spec: Core 3.0, 5.4.1.
    pub(super) fn block_type(&mut self) -> BlockType {
        const EMPTY: i64 = -64;
        const V128: i64 = -5;
        let (code, pc) = leb::i33(self.code, self.pc);
        self.pc = pc;
        match code {
            EMPTY => BlockType::Empty,
            V128 => BlockType::Result(true),
            index if index >= 0 => BlockType::Func(index as u32),
            _ => {
                // A reference type may take a second number; those of this edition do not.
                BlockType::Result(false)
            }
        }
    }

    /// Cells of a block's parameters and of its results.
    pub(super) fn block_cells(&self, ty: BlockType) -> (u32, u32) {
        match ty {
            BlockType::Empty => (0, 0),
            BlockType::Result(wide) => (0, 1 + u32::from(wide)),
            BlockType::Func(index) => {
                let ty = &self.module.types()[index as usize];
                (ty.param_cells(), ty.result_cells())
            }
        }
    }

    pub(super) fn param_count(&self, ty: BlockType) -> u32 {
        match ty {
            BlockType::Func(index) => self.module.types()[index as usize].params().len() as u32,
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
                let ty = &module.types()[index as usize];
                let types = if results { ty.results() } else { ty.params() };
                for ty in types {
                    self.push_home(*ty == ValType::V128);
                }
            }
        }
    }

    /// The chain that starts at the present place.
    pub(super) fn new_chain(&mut self) -> u32 {
        let open = self.chains.len() > self.open_chain;
        if !open || self.chains.last().is_none_or(|chain| chain.start != self.prefix) {
            self.chains.push(Chain { start: self.prefix, cost: 0 });
        }
        self.chains.len() as u32 - 1
    }

    /// Ends the open chains with the present instruction.
    pub(super) fn end_chains(&mut self) {
        for chain in &mut self.chains[self.open_chain..] {
            chain.cost = (self.prefix - chain.start) as u32;
        }
        self.open_chain = self.chains.len();
        if let Some(map) = &mut self.map {
            for site in &mut map.sites[self.open_site..] {
                site.suffix = (self.prefix as u32).wrapping_sub(site.suffix);
            }
            self.open_site = map.sites.len();
        }
    }

    /// Cuts the present chain if it has grown long.
    pub(super) fn split_long_chain(&mut self) {
        let oldest = self.chains.get(self.open_chain);
        if oldest.is_none_or(|chain| self.prefix - chain.start < LONG_CHAIN) {
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
        let chain = self.new_chain();
        self.edges.push((cost, chain));
        self.start(chain, pc);
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
    pub(super) fn start(&mut self, chain: u32, pc: u32) {
        let (word, branch, height) = (self.out.len() as u32, self.branch, self.height);
        self.last_start = (word, self.prefix, height);
        let enter = self.acc.is_none();
        if let Some(map) = &mut self.map {
            map.starts.push(Start { word, pc, branch, height, chain, enter });
        }
    }

    /// Takes note of an instruction that the exact tier may have to carry out: the next to be added. All
    /// operands are at home.
    pub(super) fn exact_site(&mut self) {
        let (word, branch, height) = (self.out.len() as u32, self.branch, self.height);
        let pc = self.at;
        if let Some(map) = &mut self.map {
            map.exact_sites.push(Start { word, pc, branch, height, chain: 0, enter: false });
        }
    }

    /// Binds what waits for a label to the present place; execution continues at `pc`. All operands must
    /// be at home.
    pub(super) fn bind(&mut self, fixups: &[Fixup], pc: u32) {
        self.separate();
        self.acc = None;
        self.last = None;
        let chain = self.new_chain();
        self.start(chain, pc);
        for fixup in fixups {
            self.resolve(*fixup, self.out.len() as u32, Some(chain));
        }
    }

    /// Puts a target, and the chain that starts there if it is to be paid for, into the code.
    pub(super) fn resolve(&mut self, fixup: Fixup, word: u32, chain: Option<u32>) {
        match fixup.target {
            Target::Address(at) => {
                self.out[at as usize] = u64::from(word);
                self.addresses.push(at);
            }
            Target::Distance { half, from } => self.set_half(half, word.wrapping_sub(from)),
        }
        if let Some(chain) = chain {
            self.edges.push((fixup.cost, chain));
        }
    }

    /// Has the code at `fixup` go to the label `depth` constructs up.
    pub(super) fn go_to(&mut self, fixup: Fixup, depth: u32) {
        let at = self.controls.len() - 1 - depth as usize;
        match self.controls[at].kind {
            Kind::Loop { word, chain } => self.resolve(fixup, word, Some(chain)),
            _ => self.controls[at].fixups.push(fixup),
        }
    }
}
