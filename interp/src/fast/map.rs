//! The way back from the fast tier's code to the module's bytes.
//!
//! It is needed at traps, at hand-overs and for backtraces, and made when it is first asked for. Hostile code
//! has an event of this map for each of its bytes, so that a list of plain records would take many times the
//! module. Hence a row of bytes: each event is a tag and what has changed since the event in front; one like an
//! event a little in front takes a byte. Every [`EVENTS`] events a [`Block`] starts that can be read without
//! what is in front. A look-up finds a block by halving and reads
//! few blocks from there on, whatever the length of the function.

use alloc::vec::Vec;
use selfsame_validate::leb;

/// Events of a block. Its index entry takes 28 bytes, an event 1 where code repeats itself.
const EVENTS: usize = 128;

/// Blocks of a chunk. Chunks keep a growing map from being moved, and held twice while it is.
const BLOCKS: usize = 64;

/// Events in full that are remembered: as many as the five bits of a tag can name.
const RECENT: usize = 32;

/// The low bits of the tag of an event that is like a recent one.
const LIKE: u8 = 7;

/// What is at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// The chains that are open end.
    End,
    /// A chain starts; the fast tier can be entered here.
    Start,
    /// A chain starts, with a value in the accumulator that is awaited.
    InnerStart,
    /// An instruction that the exact tier may have to carry out.
    Exact,
    /// An instruction that can trap, within its chain.
    Site,
    /// An instruction that can trap, behind the end of its chain: calls, among others.
    LastSite,
}

const KINDS: [Kind; 6] = [Kind::End, Kind::Start, Kind::InnerStart, Kind::Exact, Kind::Site, Kind::LastSite];

/// Where an event is. From one event to the next neither `word` nor `pc` decreases.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Place {
    /// Word of the code.
    pub word: u32,
    /// Offset in the module's bytes.
    pub pc: u32,
    /// Number of the next branch site.
    pub branch: u32,
    /// Cells on the operand stack.
    pub height: u32,
    /// Cost of the function's instructions in front, modulo 2^32.
    pub prefix: u32,
}

/// The fields of a place, or by how much they changed.
type Fields = [u32; 5];

impl Place {
    fn fields(self) -> Fields {
        [self.word, self.pc, self.branch, self.height, self.prefix]
    }

    fn from_fields([word, pc, branch, height, prefix]: Fields) -> Self {
        Place { word, pc, branch, height, prefix }
    }
}

/// Where events can be read from.
#[derive(Debug)]
struct Block {
    /// The place of the event in front.
    before: Place,
    /// The prefix at the first end of chains behind the block.
    end: u32,
    /// The first byte in the chunk.
    at: u32,
}

#[derive(Debug, Default)]
struct Chunk {
    blocks: Vec<Block>,
    bytes: Vec<u8>,
}

/// A map from words of code to offsets in the module's bytes, and back.
#[derive(Debug, Default)]
pub(super) struct SourceMap {
    /// All but the last with [`BLOCKS`] blocks.
    chunks: Vec<Chunk>,
}

/// What comes before an event in its block, as far as it matters: the same for the writer and the reader.
#[derive(Debug, Default)]
struct State {
    place: Place,
    /// The latest events that were written in full, each in the place of the one [`RECENT`] before it: kind, and
    /// by how much the fields changed.
    recent: [(u8, Fields); RECENT],
    /// How many have been written in full.
    full: usize,
}

impl State {
    fn at(place: Place) -> Self {
        State { place, ..State::default() }
    }

    fn remember(&mut self, kind: u8, change: Fields) {
        self.recent[self.full % RECENT] = (kind, change);
        self.full += 1;
    }
}

/// Makes a [`SourceMap`] from events in their order.
#[derive(Debug, Default)]
pub(super) struct Writer {
    map: SourceMap,
    state: State,
    /// Events in the last block.
    events: usize,
    /// The first block whose `end` has not come.
    open: usize,
}

impl Writer {
    /// Adds an event.
    pub fn add(&mut self, kind: Kind, place: Place) {
        if self.map.chunks.is_empty() || self.events == EVENTS {
            self.new_block();
        }
        self.events += 1;
        let mut change: Fields = place.fields();
        for (field, last) in change.iter_mut().zip(self.state.place.fields()) {
            *field = field.wrapping_sub(last);
        }
        if let Some(chunk) = self.map.chunks.last_mut() {
            self.state.write(&mut chunk.bytes, kind as u8, change);
        }
        self.state.place = place;
    }

    /// The chains that are open end, at this prefix.
    pub fn end_chains(&mut self, prefix: u32) {
        self.add(Kind::End, Place { prefix, ..self.state.place });
        let last = self.map.len() - 1;
        for number in self.open..last {
            self.map.chunks[number / BLOCKS].blocks[number % BLOCKS].end = prefix;
        }
        self.open = last;
    }

    /// Adds an event that changes neither the number of branch sites nor the height.
    pub fn add_site(&mut self, kind: Kind, word: u32, pc: u32, prefix: u32) {
        self.add(kind, Place { word, pc, prefix, ..self.state.place });
    }

    fn new_block(&mut self) {
        self.events = 0;
        self.state = State::at(self.state.place);
        if self.map.len().is_multiple_of(BLOCKS) {
            self.map.shrink_last();
            self.map.chunks.push(Chunk::default());
        }
        if let Some(chunk) = self.map.chunks.last_mut() {
            chunk.blocks.push(Block { before: self.state.place, end: 0, at: chunk.bytes.len() as u32 });
        }
    }

    /// Hands the map over.
    pub fn finish(mut self) -> SourceMap {
        self.map.shrink_last();
        self.map
    }
}

impl State {
    /// Writes an event: the number of a recent one like it; or in full, which is its kind, in a bit each which
    /// fields changed, and by how much, zigzag in LEB128.
    fn write(&mut self, bytes: &mut Vec<u8>, kind: u8, change: Fields) {
        let known = &self.recent[..self.full.min(RECENT)];
        if let Some(number) = known.iter().position(|recent| *recent == (kind, change)) {
            return bytes.push(LIKE | (number as u8) << 3);
        }
        self.remember(kind, change);
        let tag = bytes.len();
        bytes.push(kind);
        for (field, change) in change.into_iter().enumerate().filter(|(_, change)| *change != 0) {
            bytes[tag] |= 8 << field;
            let mut rest = (change << 1) ^ ((change as i32 >> 31) as u32);
            while rest >= 0x80 {
                bytes.push(rest as u8 | 0x80);
                rest >>= 7;
            }
            bytes.push(rest as u8);
        }
    }

    /// Reads an event; returns also how many bytes it takes. `None` at the end.
    fn read(&mut self, bytes: &[u8]) -> Option<(u8, Fields, usize)> {
        let &tag = bytes.first()?;
        if tag & 7 == LIKE {
            let (kind, change) = self.recent[usize::from(tag >> 3)];
            return Some((kind, change, 1));
        }
        let (mut change, mut at) = (Fields::default(), 1);
        for (field, change) in change.iter_mut().enumerate() {
            if tag & (8 << field) != 0 {
                let (zigzag, next) = leb::u32(bytes, at);
                (*change, at) = ((zigzag >> 1) ^ (zigzag & 1).wrapping_neg(), next);
            }
        }
        self.remember(tag & 7, change);
        Some((tag & 7, change, at))
    }
}

/// The events of a block.
struct Events<'m> {
    /// What has not been read.
    bytes: &'m [u8],
    state: State,
}

impl Iterator for Events<'_> {
    type Item = (Kind, Place);

    fn next(&mut self) -> Option<(Kind, Place)> {
        let (kind, change, length) = self.state.read(self.bytes)?;
        self.bytes = &self.bytes[length..];
        let mut fields = self.state.place.fields();
        for (field, change) in fields.iter_mut().zip(change) {
            *field = field.wrapping_add(change);
        }
        self.state.place = Place::from_fields(fields);
        Some((KINDS[usize::from(kind)], self.state.place))
    }
}

/// The start of a chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Start {
    /// Where it is.
    pub place: Place,
    /// Cost of the chain.
    pub cost: u32,
}

impl SourceMap {
    /// The first chain start at a word.
    pub fn start_at(&self, word: u32) -> Option<Start> {
        let from = self.last_block(|before| before.word < word);
        let (_, place, end) = self.find(
            from,
            |kind, place| place.word == word && matches!(kind, Kind::Start | Kind::InnerStart),
            |place| place.word > word,
        )?;
        Some(Start { place, cost: end.wrapping_sub(place.prefix) })
    }

    /// The first start at which the fast tier can be entered with this state.
    pub fn enter_at(&self, pc: u32, height: u32) -> Option<Start> {
        let from = self.last_block(|before| before.pc < pc);
        let (_, place, end) = self.find(
            from,
            |kind, place| kind == Kind::Start && (place.pc, place.height) == (pc, height),
            |place| place.pc > pc,
        )?;
        Some(Start { place, cost: end.wrapping_sub(place.prefix) })
    }

    /// The instruction for the exact tier at a word.
    pub fn exact_site_at(&self, word: u32) -> Option<Place> {
        let (_, place, _) = self.instruction_at(word, |kind| kind == Kind::Exact)?;
        Some(place)
    }

    /// The instruction that can trap at a word: its offset in the module's bytes, and the cost of the chain
    /// behind it, to be given back.
    pub fn site_at(&self, word: u32) -> Option<(u32, u32)> {
        let (kind, place, end) =
            self.instruction_at(word, |kind| matches!(kind, Kind::Site | Kind::LastSite))?;
        let suffix = if kind == Kind::Site { end.wrapping_sub(place.prefix) } else { 0 };
        Some((place.pc, suffix))
    }

    /// The offset in the module's bytes of the call whose landing is at a word: the call is the last event
    /// in front.
    pub fn call_at(&self, landing: u32) -> Option<u32> {
        let number = self.last_block(|before| before.word < landing);
        let (block, events) = self.block(number)?;
        let before = events.map(|(_, place)| place).take_while(|place| place.word < landing);
        Some(before.last().unwrap_or(block.before).pc)
    }

    /// An event of an instruction at a word. Any number of starts may stand in front of it at the same word,
    /// but not behind: it is one of the last few there.
    fn instruction_at(&self, word: u32, wanted: impl Fn(Kind) -> bool) -> Option<(Kind, Place, u32)> {
        let from = self.last_block(|before| before.word <= word).saturating_sub(1);
        self.find(from, |kind, place| place.word == word && wanted(kind), |place| place.word > word)
    }

    /// The first event that is wanted, from a block on and in front of those that lie past it; and the
    /// prefix where the chains end behind it.
    fn find(
        &self,
        from: usize,
        wanted: impl Fn(Kind, &Place) -> bool,
        past: impl Fn(&Place) -> bool,
    ) -> Option<(Kind, Place, u32)> {
        for number in from..self.len() {
            let (block, mut events) = self.block(number)?;
            while let Some((kind, place)) = events.next() {
                if past(&place) {
                    return None;
                }
                if wanted(kind, &place) {
                    let end = events.find(|(kind, _)| *kind == Kind::End);
                    return Some((kind, place, end.map_or(block.end, |(_, place)| place.prefix)));
                }
            }
        }
        None
    }

    /// Blocks.
    fn len(&self) -> usize {
        self.chunks.last().map_or(0, |last| (self.chunks.len() - 1) * BLOCKS + last.blocks.len())
    }

    fn block(&self, number: usize) -> Option<(&Block, Events<'_>)> {
        let chunk = self.chunks.get(number / BLOCKS)?;
        let block = chunk.blocks.get(number % BLOCKS)?;
        let end = chunk.blocks.get(number % BLOCKS + 1).map_or(chunk.bytes.len(), |next| next.at as usize);
        let bytes = &chunk.bytes[block.at as usize..end];
        Some((block, Events { bytes, state: State::at(block.before) }))
    }

    /// The number of the last block whose place `is_before`, which holds for the first of them up to some
    /// one; of the very first block if there is none.
    fn last_block(&self, is_before: impl Fn(&Place) -> bool) -> usize {
        let is_before = |block: &Block| is_before(&block.before);
        let chunk = self.chunks.partition_point(|chunk| chunk.blocks.first().is_some_and(&is_before));
        let chunk = chunk.saturating_sub(1);
        let block = self.chunks.get(chunk).map_or(0, |chunk| chunk.blocks.partition_point(&is_before));
        chunk * BLOCKS + block.saturating_sub(1)
    }

    /// Gives back the room that was made for more in the last chunk.
    fn shrink_last(&mut self) {
        if let Some(chunk) = self.chunks.last_mut() {
            chunk.blocks.shrink_to_fit();
            chunk.bytes.shrink_to_fit();
        }
    }
}

#[cfg(test)]
mod tests;
