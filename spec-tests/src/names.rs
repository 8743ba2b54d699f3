//! How directives come out, and what the names of a script stand for.

use selfsame_interp::{Extern, Instance};
use std::collections::BTreeMap;
use wast::token::Id;

/// Why a directive did not pass.
pub(crate) enum Stop {
    /// It did not do what the script says; the text says what came.
    Failed(String),
    /// It needs a feature that the engine does not have.
    Skipped(&'static str),
}

pub(crate) type Outcome<T = ()> = Result<T, Stop>;

pub(crate) fn failed<T>(text: impl Into<String>) -> Outcome<T> {
    Err(Stop::Failed(text.into()))
}

/// What a name of the script stands for.
#[derive(Clone)]
pub(crate) enum Entry<T> {
    Known(T),
    /// It could not be made for want of this feature.
    Skipped(&'static str),
    /// It could not be made: a failure that has been reported where it happened.
    Broken,
}

impl<T: Clone> Entry<T> {
    pub(crate) fn get(entry: Option<&Entry<T>>, what: &str) -> Outcome<T> {
        match entry {
            Some(Entry::Known(item)) => Ok(item.clone()),
            Some(Entry::Skipped(feature)) => Err(Stop::Skipped(feature)),
            Some(Entry::Broken) => failed(format!("the {what} it refers to failed")),
            None => failed(format!("there is no such {what}")),
        }
    }

    pub(crate) fn of(outcome: &Outcome<T>) -> Entry<T> {
        match outcome {
            Ok(item) => Entry::Known(item.clone()),
            Err(Stop::Skipped(feature)) => Entry::Skipped(feature),
            Err(Stop::Failed(_)) => Entry::Broken,
        }
    }
}

/// Names of instances or modules, and the last one made.
pub(crate) struct Names<T> {
    named: BTreeMap<String, Entry<T>>,
    last: Option<Entry<T>>,
}

impl<T: Clone> Names<T> {
    pub(crate) fn new() -> Self {
        Names { named: BTreeMap::new(), last: None }
    }

    pub(crate) fn add(&mut self, id: Option<Id<'_>>, entry: Entry<T>) {
        if let Some(id) = id {
            self.named.insert(id.name().into(), entry.clone());
        }
        self.last = Some(entry);
    }

    pub(crate) fn entry(&self, id: Option<Id<'_>>) -> Option<&Entry<T>> {
        match id {
            Some(id) => self.named.get(id.name()),
            None => self.last.as_ref(),
        }
    }

    pub(crate) fn get(&self, id: Option<Id<'_>>, what: &str) -> Outcome<T> {
        Entry::get(self.entry(id), what)
    }
}

/// What is registered under a name. `spectest` is no instance.
#[derive(Clone)]
pub(crate) struct Exports {
    pub instance: Option<Instance>,
    pub items: BTreeMap<String, Extern>,
}
