//! `runner.json`: the actions that prepare a sub-VM. Spec: runners.md 5.

use super::RunnerError;
use super::RunnerError::Malformed;
use super::json::{Reader, Span};

/// How deep actions may stand in one another: the outermost is at level 1, and each `Seq`, `When` and `With`
/// adds one. Bounds the recursion of the reader, the only one there is.
pub const MAX_LEVEL: usize = 128;

/// Whether a sub-VM runs in deterministic mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// `det`.
    Det,
    /// `nondet`.
    Nondet,
}

/// The actions of one document, in the order in which they run. `Seq` needs none of its own here; `When` and
/// `With` hold for what stands between them and their end, so no tree is kept and none is walked.
#[derive(Debug, PartialEq, Eq)]
pub struct Script {
    /// All strings of the document.
    text: String,
    ops: Vec<Op>,
}

// Whoever lets a document in has paid for its octets, not for what is made of them.
const _: () = assert!(size_of::<Op>() <= 20);

/// One action, or the head of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Op {
    AddEnv {
        name: Span,
        val: Span,
    },
    MapFile {
        file: Span,
        to: Span,
    },
    /// One of the texts of `SetArgs`.
    Arg(Span),
    LinkWasm(Span),
    StartWasm(Span),
    Depends(Span),
    /// In the other mode, goes to `end`.
    When {
        mode: Mode,
        end: u32,
    },
    /// Up to `end`, another runner is the current one.
    With {
        runner: Span,
        end: u32,
    },
}

type Read<T> = Result<T, RunnerError>;

impl Script {
    /// Reads a document. All of it is checked: keys, types, NULs, levels. What a text must be for an action to
    /// succeed (an identifier, the name of a variable, a path) is checked when the action runs.
    ///
    /// Takes time and memory in proportion to the document: an action or argument is 3 octets there at least,
    /// and 20 here.
    ///
    /// # Errors
    /// [`RunnerError::Malformed`]: not UTF-8, no JSON, or not exactly one action at each place.
    pub fn parse(json: &[u8]) -> Result<Script, RunnerError> {
        let mut parser = Parser { reader: Reader::new(json)?, ops: Vec::new() };
        parser.action(1)?;
        parser.reader.end()?;
        Ok(Script { text: parser.reader.text, ops: parser.ops })
    }

    /// The action at `place`.
    pub(super) fn op(&self, place: usize) -> Option<Op> {
        self.ops.get(place).copied()
    }

    /// A string of an action.
    pub(super) fn text(&self, span: Span) -> &str {
        span.of(&self.text)
    }
}

struct Parser<'a> {
    reader: Reader<'a>,
    ops: Vec<Op>,
}

impl Parser<'_> {
    /// One action: an object with one action key; at level 1 there may be `$schema`, too.
    fn action(&mut self, level: usize) -> Read<()> {
        if level > MAX_LEVEL {
            return Err(Malformed("actions stand too deep in one another"));
        }
        let (mut acted, mut described) = (false, false);
        self.object(|parser, key| {
            let seen = if level == 1 && key == "$schema" {
                parser.reader.string()?;
                &mut described
            } else {
                if acted {
                    return Err(Malformed("an action has two keys"));
                }
                parser.value(key, level)?;
                &mut acted
            };
            if std::mem::replace(seen, true) { Err(Malformed("a key stands twice")) } else { Ok(()) }
        })?;
        if acted { Ok(()) } else { Err(Malformed("an action has no key")) }
    }

    /// The value of an action key.
    fn value(&mut self, key: &str, level: usize) -> Read<()> {
        match key {
            "AddEnv" => {
                let (name, val) = self.pair("name", Self::string, "val", Self::string)?;
                self.ops.push(Op::AddEnv { name, val });
            }
            "MapFile" => {
                let (file, to) = self.pair("file", Self::string, "to", Self::string)?;
                self.ops.push(Op::MapFile { file, to });
            }
            "SetArgs" => self.array(|parser| {
                let arg = parser.string()?;
                parser.ops.push(Op::Arg(arg));
                Ok(())
            })?,
            "LinkWasm" => self.file(Op::LinkWasm)?,
            "StartWasm" => self.file(Op::StartWasm)?,
            "Depends" => self.file(Op::Depends)?,
            "Seq" => self.array(|parser| parser.action(level + 1))?,
            "When" => {
                let head = self.head(Op::When { mode: Mode::Det, end: 0 });
                let (mode, ()) =
                    self.pair("cond", Self::mode, "action", |parser| parser.action(level + 1))?;
                self.ops[head] = Op::When { mode, end: self.end()? };
            }
            "With" => {
                let head = self.head(Op::With { runner: Span::EMPTY, end: 0 });
                let inner = |parser: &mut Self| parser.action(level + 1);
                let (runner, ()) = self.pair("runner", Self::string, "action", inner)?;
                self.ops[head] = Op::With { runner, end: self.end()? };
            }
            _ => return Err(Malformed("an action has an unknown key")),
        }
        Ok(())
    }

    /// An object: `member` is called behind each `key:`, with the key.
    fn object(&mut self, mut member: impl FnMut(&mut Self, &str) -> Read<()>) -> Read<()> {
        let mut first = true;
        while let Some(key) = self.reader.key(first)? {
            member(self, &key)?;
            first = false;
        }
        Ok(())
    }

    /// An array: `element` is called at each element.
    fn array(&mut self, mut element: impl FnMut(&mut Self) -> Read<()>) -> Read<()> {
        let mut first = true;
        while self.reader.element(first)? {
            element(self)?;
            first = false;
        }
        Ok(())
    }

    fn file(&mut self, op: impl FnOnce(Span) -> Op) -> Read<()> {
        let text = self.string()?;
        self.ops.push(op(text));
        Ok(())
    }

    /// Makes place for the head of an action, whose parts may stand in any order.
    fn head(&mut self, op: Op) -> usize {
        self.ops.push(op);
        self.ops.len() - 1
    }

    /// Where the action that was just read ends.
    fn end(&self) -> Read<u32> {
        u32::try_from(self.ops.len()).map_err(|_| Malformed("`runner.json` is too long"))
    }

    fn mode(&mut self) -> Read<Mode> {
        let span = self.reader.string()?;
        match span.of(&self.reader.text) {
            "det" => Ok(Mode::Det),
            "nondet" => Ok(Mode::Nondet),
            _ => Err(Malformed("a condition is `det` or `nondet`")),
        }
    }

    fn string(&mut self) -> Read<Span> {
        let span = self.reader.string()?;
        if span.of(&self.reader.text).contains('\0') {
            return Err(Malformed("a text has a NUL"));
        }
        Ok(span)
    }

    /// An object with exactly these two keys, in any order.
    fn pair<A, B>(
        &mut self,
        first: &str,
        mut read_first: impl FnMut(&mut Self) -> Read<A>,
        second: &str,
        mut read_second: impl FnMut(&mut Self) -> Read<B>,
    ) -> Read<(A, B)> {
        let (mut a, mut b) = (None, None);
        self.object(|parser, key| {
            if key == first && a.is_none() {
                a = Some(read_first(parser)?);
            } else if key == second && b.is_none() {
                b = Some(read_second(parser)?);
            } else {
                return Err(Malformed("an action has an unknown key, or one twice"));
            }
            Ok(())
        })?;
        a.zip(b).ok_or(Malformed("a part of an action is missing"))
    }
}

#[cfg(test)]
mod tests;
