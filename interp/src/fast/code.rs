//! The fast tier's code: where it is kept.
//!
//! Code is a row of 64-bit words, cut into chunks where it is long. An instruction is its handler's address and its operands. Where control
//! comes from outside the row, at a function's entry and behind each call, stands a *landing*: a word with
//! the cost of the chain that starts behind it (low half) and the number of cells by which the callee's
//! frame lies above (high half).

use super::map::SourceMap;
use super::regs::Handler;
use crate::module::Module;
use crate::once::OnceBox;
use alloc::boxed::Box;
use alloc::vec::Vec;
use core::sync::atomic::{AtomicPtr, Ordering};

/// Two fields of 32 bits in a word, in the order of their addresses.
pub(super) fn pair(first: u32, second: u32) -> u64 {
    let mut bytes = [0; 8];
    bytes[..4].copy_from_slice(&first.to_ne_bytes());
    bytes[4..].copy_from_slice(&second.to_ne_bytes());
    u64::from_ne_bytes(bytes)
}

/// The fields of [`pair`].
pub(super) fn halves(word: u64) -> (u32, u32) {
    let [a, b, c, d, e, f, g, h] = word.to_ne_bytes();
    (u32::from_ne_bytes([a, b, c, d]), u32::from_ne_bytes([e, f, g, h]))
}

/// The fields of a landing: cost, cells.
#[inline(always)]
pub(super) unsafe fn landing(ip: *const u64) -> (u32, u32) {
    // SAFETY: the caller's: `ip` is a landing.
    unsafe { (*ip.cast::<u32>(), *ip.cast::<u32>().add(1)) }
}

/// Landings of the engine's own, as words: made once, because a function's address is no constant.
pub(super) struct FixedWords(OnceBox<[u64; 2]>, Handler);

impl FixedWords {
    pub const fn new(handler: Handler) -> Self {
        FixedWords(OnceBox::new(), handler)
    }

    pub fn landing(&self) -> *const u64 {
        self.0.get_or_init(|| [0, self.1 as usize as u64]).as_ptr()
    }
}

/// Leads out of the fast tier: stands in records of frames that others run.
pub(super) static LEAVE: FixedWords = FixedWords::new(super::handlers::control::left);
/// Leads to the translation of the running function.
pub(super) static UNTRANSLATED: FixedWords = FixedWords::new(super::handlers::call::translate);
/// Stands for the code of functions that only the exact tier runs.
pub(super) static EXACT_ONLY: FixedWords = FixedWords::new(super::handlers::call::exact_only);

/// Where a function is entered: changes once, when its code is there.
#[repr(transparent)]
pub(crate) struct CodeRef(AtomicPtr<u64>);

impl CodeRef {
    pub fn untranslated() -> Self {
        CodeRef(AtomicPtr::new(UNTRANSLATED.landing().cast_mut()))
    }

    #[inline(always)]
    pub fn get(&self) -> *const u64 {
        self.0.load(Ordering::Acquire)
    }

    fn set(&self, landing: *const u64) {
        self.0.store(landing.cast_mut(), Ordering::Release);
    }
}

/// A function's code, once it is made. `None` inside: only the exact tier runs it.
pub(crate) struct Code(OnceBox<Option<Compiled>>);

/// Words of code, and the number of the first in the function. The last instruction of a chunk leads to the
/// next one, wherever that is.
#[derive(Default)]
pub(super) struct Chunk {
    pub first: u32,
    pub words: Box<[u64]>,
}

impl Chunk {
    /// The number of the word at an address, if it is one of this chunk.
    fn word_at(&self, ip: *const u64) -> Option<u32> {
        let word = (ip as usize).wrapping_sub(self.words.as_ptr() as usize) / 8;
        (word < self.words.len()).then(|| self.first + word as u32)
    }
}

/// Code and, once somebody has asked, the map back to the source.
pub(super) struct Compiled {
    /// Where the function is entered: nearly always all its code.
    entry: Chunk,
    more: Box<[Chunk]>,
    map: OnceBox<SourceMap>,
}

impl Compiled {
    /// Code from its chunks, in order. Words that are to be the addresses of targets form a list, from
    /// `target` on: each holds the number of its target and of the next such word, 0 at the end.
    pub fn new(chunks: Vec<Chunk>, mut target: u32) -> Self {
        let mut chunks = chunks.into_iter();
        let entry = chunks.next().unwrap_or_default();
        let mut code = Compiled { entry, more: chunks.collect(), map: OnceBox::new() };
        while target != 0 {
            let (word, next) = halves(*code.word_mut(target));
            *code.word_mut(target) = code.address(word) as usize as u64;
            target = next;
        }
        code
    }

    /// The landing at the function's entry.
    pub fn landing(&self) -> *const u64 {
        self.entry.words.as_ptr()
    }

    /// The address of a word.
    pub fn address(&self, word: u32) -> *const u64 {
        let chunk = self.later_chunk(word).map_or(&self.entry, |number| &self.more[number]);
        &raw const chunk.words[(word - chunk.first) as usize]
    }

    fn word_mut(&mut self, word: u32) -> &mut u64 {
        let number = self.later_chunk(word);
        let chunk = number.map_or(&mut self.entry, |number| &mut self.more[number]);
        &mut chunk.words[(word - chunk.first) as usize]
    }

    /// The chunk that has a word, by its number in `more`; `None` for the first.
    fn later_chunk(&self, word: u32) -> Option<usize> {
        self.more.partition_point(|chunk| chunk.first <= word).checked_sub(1)
    }

    /// The number of the word at an address in the code.
    pub fn word_at(&self, ip: *const u64) -> u32 {
        let mut more = self.more.iter();
        self.entry.word_at(ip).or_else(|| more.find_map(|chunk| chunk.word_at(ip))).unwrap_or(u32::MAX)
    }
}

impl Code {
    pub const fn new() -> Self {
        Code(OnceBox::new())
    }
}

/// The code of a function that the module defines, made if it is not there. `None` if only the exact tier
/// runs it.
pub(super) fn compiled(module: &Module, func: u32) -> Option<&Compiled> {
    let code = &module.code()[func as usize];
    let compiled = code.code.0.get_or_init(|| super::translate::translate(module, func)).as_ref();
    code.entry.set(compiled.map_or_else(|| EXACT_ONLY.landing(), Compiled::landing));
    compiled
}

impl Compiled {
    /// The map of this code; made by translating once more if it is not there.
    pub fn map(&self, module: &Module, func: u32) -> &SourceMap {
        self.map.get_or_init(|| super::translate::map(module, func))
    }
}
