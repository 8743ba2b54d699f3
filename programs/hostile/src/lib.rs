//! A corpus of malformed, deep, huge and pathological WebAssembly modules.
//!
//! Every module must get a typed error or run, and in any case quickly and in
//! little memory: no panic, no hang, no abort. [`corpus`] makes all of them;
//! [`each`] makes one at a time, for those who would not hold them all at once.
//! The corpus is the same in every run. Where a module exports a function `run`,
//! it takes no parameters and may end in any way, or not at all: give it gas.
#![forbid(unsafe_code)]

mod bodies;
mod counts;
mod doubling;
mod encode;
mod exceptions;
mod heap;
mod malformed;
mod mutated;
mod pathological;
mod typing;
mod wide;

/// One module and what must become of it.
#[derive(Clone, Debug)]
pub struct Case {
    /// `group/what`, unique in the corpus.
    pub name: String,
    /// The module.
    pub bytes: Vec<u8>,
    /// What must become of it.
    pub expect: Expect,
}

/// What must become of a module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expect {
    /// Refused: it is malformed or invalid by the specification, or uses a
    /// feature that no engine has.
    Invalid,
    /// Accepted. What happens then (imports that no one gives, a trap at its
    /// start, a memory refused, an endless run) is told by a typed outcome.
    Runs,
    /// Either of the two: valid, but beyond what some engines allow, or by a
    /// proposal that may be switched off; or the outcome of a random change.
    Either,
}

/// All cases, in a fixed order.
pub fn corpus() -> Vec<Case> {
    let mut cases = Vec::new();
    each(|case| cases.push(case));
    cases
}

/// Calls `take` with each case.
pub fn each(mut take: impl FnMut(Case)) {
    let mut sink = Sink { take: &mut take };
    malformed::add(&mut sink);
    typing::add(&mut sink);
    counts::add(&mut sink);
    bodies::add(&mut sink);
    doubling::add(&mut sink);
    exceptions::add(&mut sink);
    heap::add(&mut sink);
    wide::add(&mut sink);
    pathological::add(&mut sink);
    mutated::add(&mut sink);
}

/// Where the groups put their cases.
struct Sink<'a> {
    take: &'a mut dyn FnMut(Case),
}

impl Sink<'_> {
    fn put(&mut self, name: impl Into<String>, expect: Expect, bytes: Vec<u8>) {
        (self.take)(Case { name: name.into(), bytes, expect });
    }

    fn invalid(&mut self, name: impl Into<String>, bytes: Vec<u8>) {
        self.put(name, Expect::Invalid, bytes);
    }

    fn runs(&mut self, name: impl Into<String>, bytes: Vec<u8>) {
        self.put(name, Expect::Runs, bytes);
    }

    fn either(&mut self, name: impl Into<String>, bytes: Vec<u8>) {
        self.put(name, Expect::Either, bytes);
    }
}
