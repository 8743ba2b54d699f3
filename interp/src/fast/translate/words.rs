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
    /// Whether words are kept, or only counted.
    kept: bool,
    /// Number of the first word of the open chunk.
    first: u32,
    /// Words in the open chunk.
    count: usize,
    /// Words that the open chunk may have.
    limit: usize,
}

impl Words {
    /// For code that may take so many words, which may be wrong.
    pub fn new(expected: usize) -> Self {
        let open = Vec::with_capacity(expected.min(CHUNK));
        Words { full: Vec::new(), open, kept: true, first: 0, count: 0, limit: CHUNK }
    }

    /// Words that get their numbers, but are not there: each reads as the end of whatever list it may be in,
    /// 0 as a word, all ones as a half.
    pub fn counted() -> Self {
        Words { kept: false, ..Words::new(0) }
    }

    pub fn len(&self) -> usize {
        self.first as usize + self.count
    }

    pub fn push(&mut self, word: u64) {
        self.extend_from_slice(&[word]);
    }

    pub fn extend_from_slice(&mut self, words: &[u64]) {
        self.count += words.len();
        if self.kept {
            self.open.extend_from_slice(words);
        }
    }

    /// Adds words that are zero.
    pub fn extend_zero(&mut self, count: usize) {
        self.count += count;
        if self.kept {
            self.open.resize(self.count, 0);
        }
    }

    /// Drops the words from `word` on, which have been added since there was last asked for room.
    pub fn truncate(&mut self, word: usize) {
        self.count = word - self.first as usize;
        self.open.truncate(self.count);
    }

    /// Whether so many words, and a link behind them, fit into the open chunk.
    pub fn has_room(&self, words: usize) -> bool {
        self.count + words + LINK <= self.limit
    }

    /// Begins a new chunk, with room for so many words.
    pub fn new_chunk(&mut self, words: usize) {
        self.limit = CHUNK.max(words + LINK);
        self.close();
        if self.kept {
            self.open.reserve_exact(self.limit);
        }
    }

    /// Makes a chunk of the open words.
    fn close(&mut self) {
        let first = self.first;
        self.first += self.count as u32;
        self.count = 0;
        if self.kept {
            let mut words = core::mem::take(&mut self.open);
            if words.capacity() - words.len() <= words.len() / 8 {
                // Filled up it need not be moved. What fills it has no numbers.
                words.resize(words.capacity(), 0);
            }
            self.full.push(Chunk { first, words: words.into_boxed_slice() });
        }
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
        if self.kept { *self.at(word) } else { 0 }
    }

    pub fn set(&mut self, word: u32, value: u64) {
        if self.kept {
            *self.at_mut(word) = value;
        }
    }

    /// One half of a word: `half` counts half-words.
    pub fn half(&self, half: u32) -> u32 {
        if !self.kept {
            return u32::MAX;
        }
        let (first, second) = halves(self.get(half / 2));
        if half.is_multiple_of(2) { first } else { second }
    }

    pub fn set_half(&mut self, half: u32, value: u32) {
        if self.kept {
            let word = self.at_mut(half / 2);
            let (first, second) = halves(*word);
            *word = if half.is_multiple_of(2) { pair(value, second) } else { pair(first, value) };
        }
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

    #[test]
    fn counted_words_get_the_same_numbers() {
        let (mut kept, mut counted) = (Words::new(100), Words::counted());
        for i in 0..10_000 {
            for words in [&mut kept, &mut counted] {
                if !words.has_room(i % 50 + 1) {
                    words.extend_from_slice(&[1, 2]);
                    words.new_chunk(i % 50 + 1);
                }
                words.extend_zero(i % 50);
                words.truncate(words.len() - i % 7 % (i % 50 + 1));
                words.push(0);
                words.set(words.len() as u32 / 2, 5);
            }
            assert_eq!(kept.len(), counted.len());
        }
        assert_eq!((counted.get(3), counted.half(9)), (0, u32::MAX));
        assert!(kept.into_chunks().len() > counted.into_chunks().len());
    }
}
