//! Walks through the actions of a runner and of those it depends on. Spec: runners.md 5 and 6.4.

use super::script::Op;
use super::{Archive, CanonicalId, Mode, RunnerError, RunnerError::Malformed, RunnerId, Script};
use std::collections::BTreeSet;
use std::sync::Arc;

/// A runner that is loaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loaded {
    /// Its identifier.
    pub id: CanonicalId,
    /// Its files.
    pub archive: Archive,
}

/// A module among the files of a runner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModuleFile {
    /// The runner; with `file`, a name for these octets that never changes (chain runners aside: their code
    /// does with the state).
    pub runner: CanonicalId,
    /// The name of the file.
    pub file: String,
    /// The octets.
    pub wasm: Arc<[u8]>,
}

/// What is to be done next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Set a variable: [`Env::prepare`](super::Env::prepare), charge, [`Env::set`](super::Env::set).
    AddEnv {
        /// Its name.
        name: String,
        /// Its value, with references to others.
        val: String,
    },
    /// Map files of this runner: [`mappings`](super::mappings).
    MapFile {
        /// The current runner.
        runner: Loaded,
        /// What to map.
        file: String,
        /// Where to.
        to: String,
    },
    /// Append a process argument.
    AddArg(String),
    /// Compile, instantiate and link a module. Spec: runners.md 6.3.
    LinkWasm(ModuleFile),
    /// Compile, instantiate and start a module. It is the last step.
    StartWasm(ModuleFile),
    /// Resolve this identifier and hand it to [`Walker::supply`]. Until then this step comes again.
    Load(RunnerId),
}

/// Goes depth-first and left to right through the actions of an entry runner, on a stack of its own.
///
/// It decides what comes next; charges, loads and everything the steps say are the caller's. See the
/// [module](super) for a whole run.
#[derive(Debug)]
pub struct Walker {
    mode: Mode,
    /// Runners whose own actions ran or run: separate from what the sub-VM has loaded.
    visited: BTreeSet<CanonicalId>,
    frames: Vec<Frame>,
}

/// A document that is being walked through.
#[derive(Debug)]
struct Frame {
    script: Arc<Script>,
    /// The next action.
    at: usize,
    runner: Loaded,
    /// The current runners of the `With` that `at` stands in, outermost first, each with its end.
    withs: Vec<(usize, Loaded)>,
}

impl Walker {
    /// Starts at the `runner.json` of the entry runner, which is loaded already and counts as visited.
    ///
    /// # Errors
    /// [`RunnerError::Malformed`]: the document is missing or breaks a rule.
    pub fn new(mode: Mode, entry: CanonicalId, archive: Archive) -> Result<Walker, RunnerError> {
        let mut walker = Walker { mode, visited: BTreeSet::from([entry.clone()]), frames: Vec::new() };
        walker.push(entry, archive)?;
        Ok(walker)
    }

    /// The next step.
    ///
    /// # Errors
    /// [`RunnerError::Malformed`]: a file or identifier of the next action is bad, or no action is left: no
    /// `StartWasm` was reached, or one was and nothing can follow. All errors end the initialisation.
    pub fn step(&mut self) -> Result<Step, RunnerError> {
        loop {
            let frame = self.frames.last_mut().ok_or(Malformed("no `StartWasm` is reached"))?;
            while frame.withs.last().is_some_and(|(end, _)| *end <= frame.at) {
                frame.withs.pop();
            }
            let Some(op) = frame.script.op(frame.at) else {
                self.frames.pop();
                continue;
            };
            if let Op::When { mode, end } = op {
                frame.at = if mode == self.mode { frame.at + 1 } else { end as usize };
                continue;
            }
            let step = frame.perform(op)?;
            if let Step::StartWasm(_) = step {
                self.frames.clear();
            }
            return Ok(step);
        }
    }

    /// Answers a [`Step::Load`]. `id` is what its identifier stands for. `load` is the load action for it
    /// (runners.md 7); it is not called for a dependency that was visited before.
    ///
    /// # Errors
    /// Those of `load`; [`RunnerError::Malformed`] if a dependency's `runner.json` is missing or breaks
    /// a rule, or if the last step was no [`Step::Load`].
    pub fn supply<E: From<RunnerError>>(
        &mut self,
        id: CanonicalId,
        load: impl FnOnce(&CanonicalId) -> Result<Archive, E>,
    ) -> Result<(), E> {
        let asked = self.frames.last_mut().and_then(|frame| Some((frame.script.op(frame.at)?, frame)));
        match asked {
            Some((Op::Depends(_), frame)) => {
                frame.at += 1;
                if self.visited.insert(id.clone()) {
                    let archive = load(&id)?;
                    self.push(id, archive)?;
                }
            }
            Some((Op::With { end, .. }, frame)) => {
                frame.at += 1;
                let archive = load(&id)?;
                frame.withs.push((end as usize, Loaded { id, archive }));
            }
            _ => return Err(Malformed("no runner was asked for").into()),
        }
        Ok(())
    }

    fn push(&mut self, id: CanonicalId, archive: Archive) -> Result<(), RunnerError> {
        let script = archive.script()?;
        self.frames.push(Frame { script, at: 0, runner: Loaded { id, archive }, withs: Vec::new() });
        Ok(())
    }
}

impl Frame {
    fn current(&self) -> &Loaded {
        self.withs.last().map_or(&self.runner, |(_, runner)| runner)
    }

    /// The step of an action. Goes on behind it, except where a runner is needed first.
    fn perform(&mut self, op: Op) -> Result<Step, RunnerError> {
        let text = |span| self.script.text(span).to_owned();
        let step = match op {
            Op::AddEnv { name, val } => Step::AddEnv { name: text(name), val: text(val) },
            Op::MapFile { file, to } => {
                Step::MapFile { runner: self.current().clone(), file: text(file), to: text(to) }
            }
            Op::Arg(arg) => Step::AddArg(text(arg)),
            Op::LinkWasm(file) => Step::LinkWasm(self.module(text(file))?),
            Op::StartWasm(file) => Step::StartWasm(self.module(text(file))?),
            Op::Depends(id) | Op::With { runner: id, .. } => {
                return RunnerId::parse(self.script.text(id)).map(Step::Load);
            }
            // The walker goes on from it without a step.
            Op::When { .. } => return Err(Malformed("a condition is no step")),
        };
        self.at += 1;
        Ok(step)
    }

    fn module(&self, file: String) -> Result<ModuleFile, RunnerError> {
        let Loaded { id, archive } = self.current();
        let wasm = archive.get(&file).ok_or(Malformed("a module does not exist"))?.clone();
        Ok(ModuleFile { runner: id.clone(), file, wasm })
    }
}

#[cfg(test)]
mod tests;
