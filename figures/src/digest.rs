//! What was seen, as a count and a hash.

use std::fmt::{self, Debug, Write};

/// A running BLAKE3 hash of what was seen, in order, and how much that was.
#[derive(Clone, Debug, Default)]
pub struct Digest {
    hasher: blake3::Hasher,
    /// Room for the text of what is added: hashing it in one piece is faster.
    text: String,
    seen: u64,
}

impl Digest {
    /// Takes one thing into account: all that its `Debug` text shows.
    ///
    /// # Panics
    /// Never: a string takes any text.
    pub fn add(&mut self, seen: &impl Debug) {
        // A text cannot run into the next one: no text holds the octet that ends it.
        self.text.clear();
        writeln!(self.text, "{seen:?}\0").expect("a string takes any text");
        self.hasher.update(self.text.as_bytes());
        self.seen += 1;
    }
}

/// `N seen HASH`.
impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} seen {}", self.seen, self.hasher.finalize().to_hex())
    }
}
