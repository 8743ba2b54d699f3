//! What the things that a module declares take, counted: a bound on memory that is the same everywhere.
//!
//! Three bytes declare a type, and the decoder's tables need a hundred times that. In a real module such
//! things are few beside code and data; where they are not, the module is refused before its tables are made.

use crate::config::Limits;
use crate::error::ValidateError;

/// Things that are counted, with the bytes that one counts. Each is a little more than what the decoder,
/// this crate and an interpreter take at their peak for the smallest of its kind on a machine of 64 bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Declared {
    Type,
    /// A type in a module whose types can name each other: the decoder has such types twice.
    NamingType,
    /// A parameter or result of one.
    NamingValue,
    Import,
    /// A byte of the module's name in one of a group of imports that share it: the decoder has it for each of them.
    SharedName,
    Function,
    Global,
    Tag,
    Export,
    Element,
    Data,
    /// A construct inside of all others that were open before, in the function where most are.
    Level,
}

impl Declared {
    const ALL: [Declared; 12] = [
        Declared::Type,
        Declared::NamingType,
        Declared::NamingValue,
        Declared::Import,
        Declared::SharedName,
        Declared::Function,
        Declared::Global,
        Declared::Tag,
        Declared::Export,
        Declared::Element,
        Declared::Data,
        Declared::Level,
    ];

    /// What it is called in the published table, and its bytes.
    const fn row(self) -> (&'static str, u64) {
        match self {
            Declared::Type => ("a type", 320),
            Declared::NamingType => ("a type, where types can name types", 448),
            Declared::NamingValue => ("a parameter or result of such a type", 24),
            Declared::Import => ("an import", 512),
            Declared::SharedName => ("a byte of the module's name, in an import that shares it", 2),
            Declared::Function => ("a function", 256),
            Declared::Global => ("a global", 96),
            Declared::Tag => ("a tag", 64),
            Declared::Export => ("an export", 256),
            Declared::Element => ("an element segment", 128),
            Declared::Data => ("a data segment", 96),
            Declared::Level => ("a level of nesting", 112),
        }
    }
}

impl Limits {
    /// Bytes that the things a module declares may count, for each byte of the module.
    pub const DECLARED_PER_BYTE: u64 = 8;
    /// Added to [`Limits::DECLARED_PER_BYTE`], so that a few thousand of them are free.
    pub const DECLARED_FREE: u64 = 1 << 20;
    /// What is counted, and how many bytes each is.
    pub const DECLARED: [(&'static str, u64); 12] = {
        let mut rows = [("", 0); 12];
        let mut i = 0;
        while i < rows.len() {
            rows[i] = Declared::ALL[i].row();
            i += 1;
        }
        rows
    };

    /// The most bytes that the things a module of so many bytes declares may count.
    #[must_use]
    pub fn declared_bytes(module_bytes: u64) -> u64 {
        module_bytes.saturating_mul(Self::DECLARED_PER_BYTE).saturating_add(Self::DECLARED_FREE)
    }
}

/// What is left for a module to declare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Budget {
    limit: u64,
    used: u64,
}

impl Budget {
    /// For a module of so many bytes.
    pub fn new(module_bytes: usize) -> Self {
        Budget { limit: Limits::declared_bytes(module_bytes as u64), used: 0 }
    }

    /// Counts `count` things, found at `offset`.
    pub fn count(&mut self, what: Declared, count: u64, offset: u64) -> Result<(), ValidateError> {
        self.used = self.used.saturating_add(count.saturating_mul(what.row().1));
        if self.used > self.limit {
            let what = "bytes for what it declares";
            return Err(ValidateError::limit(offset, what, self.limit, self.used));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::{ErrorKind, Limits, Module};
    use alloc::string::String;
    use std::format;

    fn outcome(text: &str) -> Result<Module, ErrorKind> {
        let bytes = wat::parse_str(text).expect("the text is right");
        Module::new(bytes, &Default::default()).map_err(|error| error.kind)
    }

    #[test]
    fn what_is_declared_counts_until_it_is_too_much() {
        let types = |count| format!("(module {})", "(type (func))".repeat(count));
        // A type takes three bytes and counts 320.
        let most = Limits::DECLARED_FREE as usize / (320 - 24);
        assert!(outcome(&types(most)).is_ok());
        let Err(ErrorKind::Limit { what, limit, found }) = outcome(&types(most + 2)) else {
            panic!("accepted");
        };
        assert_eq!(what, "bytes for what it declares");
        assert!(found > limit && found - limit < 1_000, "{found}, {limit}");
    }

    #[test]
    fn levels_of_nesting_count_once_for_all_functions() {
        let nested = |count| format!("(func {}{})", "(block ".repeat(count), ")".repeat(count));
        let module = |functions: &[String]| format!("(module {})", functions.concat());
        let most = 9_000;
        assert!(outcome(&module(&[nested(most), nested(most), nested(most)])).is_ok());
        assert!(matches!(outcome(&module(&[nested(20_000)])), Err(ErrorKind::Limit { .. })));
        // Room in the module makes room for them.
        let room = format!("(memory 1) (data {:?})", "x".repeat(200_000));
        assert!(outcome(&module(&[nested(20_000), room])).is_ok());
    }
}
