//! The words of a function's code, in chunks: adding to them never moves what is there, and takes no more
//! memory than the words themselves and one chunk.

use crate::fast::code::{Chunk, halves, pair};
use alloc::vec::Vec;

/// Words of a chunk, where no instruction needs more.
const CHUNK: usize = 1 << 14;

/// Words that the instructions for one of the source may take, but for a branch table's: the most are for
/// bringing home the operands that are elsewhere (`operands::MAX_PENDING`).
pub(super) const ROOM: usize = 128;

/// Words of the instruction that leads from one chunk to the next.
const LINK: usize = 2;

/// Words, numbered from the function's entry on; a number goes with one of them for good.
pub(super) struct Words {
    full: Vec<Chunk>,
    open: Vec<u64>,
    /// Number of the first word of `open`.
    first: u32,
    /// Words that `open` may have.
    limit: usize,
}

impl Words {
    /// For code that may take so many words, which may be wrong.
    pub fn new(expected: usize) -> Self {
        Words { full: Vec::new(), open: Vec::with_capacity(expected.min(CHUNK)), first: 0, limit: CHUNK }
    }

    pub fn len(&self) -> usize {
        self.first as usize + self.open.len()
    }

    pub fn push(&mut self, word: u64) {
        self.open.push(word);
    }

    pub fn extend_from_slice(&mut self, words: &[u64]) {
        self.open.extend_from_slice(words);
    }

    /// Adds words that are zero.
    pub fn extend_zero(&mut self, count: usize) {
        self.open.resize(self.open.len() + count, 0);
    }

    /// Drops the words from `word` on, which have been added since there was last asked for room.
    pub fn truncate(&mut self, word: usize) {
        self.open.truncate(word - self.first as usize);
    }

    /// Whether so many words, and a link behind them, fit into the open chunk.
    pub fn has_room(&self, words: usize) -> bool {
        self.open.len() + words + LINK <= self.limit
    }

    /// Begins a new chunk, with room for so many words.
    pub fn new_chunk(&mut self, words: usize) {
        self.limit = CHUNK.max(words + LINK);
        self.close();
        self.open.reserve_exact(self.limit);
    }

    /// Makes a chunk of the open words.
    fn close(&mut self) {
        let mut words = core::mem::take(&mut self.open);
        if words.capacity() - words.len() <= words.len() / 8 {
            // Filled up it need not be moved.
            words.resize(words.capacity(), 0);
        }
        let first = self.first;
        self.first += words.len() as u32;
        self.full.push(Chunk { first, words: words.into_boxed_slice() });
    }

    fn at(&self, word: u32) -> &u64 {
        match word.checked_sub(self.first) {
            Some(at) => &self.open[at as usize],
            None => {
                let chunk = &self.full[self.chunk_of(word)];
                &chunk.words[(word - chunk.first) as usize]
            }
        }
    }

    fn at_mut(&mut self, word: u32) -> &mut u64 {
        match word.checked_sub(self.first) {
            Some(at) => &mut self.open[at as usize],
            None => {
                let number = self.chunk_of(word);
                let chunk = &mut self.full[number];
                &mut chunk.words[(word - chunk.first) as usize]
            }
        }
    }

    /// The full chunk that has a word.
    fn chunk_of(&self, word: u32) -> usize {
        self.full.partition_point(|chunk| chunk.first <= word) - 1
    }

    pub fn get(&self, word: u32) -> u64 {
        *self.at(word)
    }

    pub fn set(&mut self, word: u32, value: u64) {
        *self.at_mut(word) = value;
    }

    /// One half of a word: `half` counts half-words.
    pub fn half(&self, half: u32) -> u32 {
        let (first, second) = halves(self.get(half / 2));
        if half % 2 == 0 { first } else { second }
    }

    pub fn set_half(&mut self, half: u32, value: u32) {
        let word = self.at_mut(half / 2);
        let (first, second) = halves(*word);
        *word = if half % 2 == 0 { pair(value, second) } else { pair(first, value) };
    }

    /// Hands the chunks over, in order.
    pub fn into_chunks(mut self) -> Vec<Chunk> {
        self.close();
        self.full
    }
}

#[cfg(test)]
mod tests {
    use super::{CHUNK, Words};

    #[test]
    fn numbers_stay_across_chunks() {
        let mut words = Words::new(4);
        for i in 0..10 * CHUNK {
            if !words.has_room(3) {
                let link = words.len() as u64;
                words.extend_from_slice(&[link, link]);
                words.new_chunk(3);
            }
            if words.len() == i {
                words.push(i as u64);
            }
        }
        for word in 0..words.len() as u32 {
            words.set_half(word * 2 + 1, word);
        }
        for word in 0..words.len() as u32 {
            assert_eq!(words.half(word * 2 + 1), word);
            words.set(word, u64::from(word));
        }
        let chunks = words.into_chunks();
        assert!(chunks.len() > 1);
        for chunk in chunks {
            let numbers = u64::from(chunk.first)..;
            assert!(chunk.words.iter().zip(numbers).all(|(word, number)| *word == number || *word == 0));
        }
    }

    #[test]
    fn a_chunk_can_be_large() {
        let mut words = Words::new(0);
        words.push(7);
        words.new_chunk(5 * CHUNK);
        assert!(words.has_room(5 * CHUNK));
        words.extend_zero(5 * CHUNK);
        words.truncate(1 + CHUNK);
        assert_eq!((words.len(), words.get(0)), (1 + CHUNK, 7));
    }
}
