//! The map against plain lists of events.

use alloc::vec::Vec;

use super::{BLOCKS, EVENTS, Kind, Place, SourceMap, Start, Writer};

/// Events as they are, and the prefixes at the ends of their chains.
#[derive(Default)]
struct Naive(Vec<(Kind, Place)>);

impl Naive {
    fn cost(&self, number: usize) -> u32 {
        let end = self.0[number..].iter().find(|(kind, _)| *kind == Kind::End);
        end.map_or(0, |(_, place)| place.prefix).wrapping_sub(self.0[number].1.prefix)
    }

    fn find(&self, wanted: impl Fn(Kind, &Place) -> bool) -> Option<usize> {
        self.0.iter().position(|(kind, place)| wanted(*kind, place))
    }

    fn start(&self, wanted: impl Fn(Kind, &Place) -> bool) -> Option<Start> {
        let number = self.find(wanted)?;
        Some(Start { place: self.0[number].1, cost: self.cost(number) })
    }

    fn start_at(&self, word: u32) -> Option<Start> {
        self.start(|kind, place| place.word == word && (kind == Kind::Start || kind == Kind::InnerStart))
    }

    fn enter_at(&self, pc: u32, height: u32) -> Option<Start> {
        self.start(|kind, place| kind == Kind::Start && place.pc == pc && place.height == height)
    }

    fn exact_site_at(&self, word: u32) -> Option<Place> {
        self.find(|kind, place| kind == Kind::Exact && place.word == word).map(|number| self.0[number].1)
    }

    fn site_at(&self, word: u32) -> Option<(u32, u32)> {
        let number =
            self.find(|kind, place| place.word == word && (kind == Kind::Site || kind == Kind::LastSite))?;
        let (kind, place) = self.0[number];
        Some((place.pc, if kind == Kind::Site { self.cost(number) } else { 0 }))
    }
}

/// A generator of numbers, the same in every run (xorshift).
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u32) -> u32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        ((self.0 >> 20) % u64::from(bound)) as u32
    }
}

/// Both maps of code that looks like a translation: `starts` at most at one word, and ends of chains one
/// in `end_every` instructions.
fn both(seed: u64, instructions: u32, starts: u32, end_every: u32) -> (SourceMap, Naive, Vec<(u32, u32)>) {
    let (mut writer, mut naive, mut calls) = (Writer::default(), Naive::default(), Vec::new());
    let mut random = Random(seed);
    let mut place = Place { word: 1, pc: 1_000, prefix: u32::MAX - 500, ..Place::default() };
    let mut put = |writer: &mut Writer, kind, place: Place| {
        match kind {
            Kind::End => writer.end_chains(place.prefix),
            Kind::Site | Kind::LastSite => writer.add_site(kind, place.word, place.pc, place.prefix),
            _ => writer.add(kind, place),
        }
        naive.0.push((kind, place));
    };
    for _ in 0..instructions {
        for _ in 0..random.below(starts + 1) {
            place.height = random.below(4) * random.below(20_000);
            put(&mut writer, if random.below(3) == 0 { Kind::InnerStart } else { Kind::Start }, place);
            place.pc += 1 + random.below(3);
        }
        place.prefix = place.prefix.wrapping_add(random.below(10));
        if random.below(end_every) > 0 {
            if random.below(2) == 0 {
                put(&mut writer, Kind::Site, place);
            }
            place.word += 2 + random.below(3);
            place.pc += 1 + random.below(200);
            continue;
        }
        put(&mut writer, Kind::End, place);
        if random.below(2) == 0 {
            place.branch += random.below(1_000_000);
            put(&mut writer, Kind::Exact, place);
        }
        put(&mut writer, Kind::LastSite, place);
        calls.push((place.word + 2, place.pc));
        place.word += 3;
        place.pc += 2;
        put(&mut writer, Kind::Start, place);
        place.word += random.below(2);
    }
    put(&mut writer, Kind::End, place);
    (writer.finish(), naive, calls)
}

fn assert_same(map: &SourceMap, naive: &Naive, calls: &[(u32, u32)]) {
    let mut last = None;
    for &(_, place) in &naive.0 {
        if last == Some(place) {
            continue;
        }
        last = Some(place);
        for word in [place.word, place.word + 1] {
            assert_eq!(map.start_at(word), naive.start_at(word), "start at {word}");
            assert_eq!(map.exact_site_at(word), naive.exact_site_at(word), "exact site at {word}");
            assert_eq!(map.site_at(word), naive.site_at(word), "site at {word}");
        }
        for (pc, height) in [(place.pc, place.height), (place.pc, 7), (place.pc + 1, place.height)] {
            assert_eq!(map.enter_at(pc, height), naive.enter_at(pc, height), "entry at {pc}");
        }
    }
    for &(landing, pc) in calls {
        assert_eq!(map.call_at(landing), Some(pc), "landing {landing}");
    }
}

#[test]
fn look_ups_give_what_a_list_would() {
    for (seed, starts, end_every) in [(1, 1, 3), (2, 2, 1), (3, 0, 50), (4, 3, 500), (5, 200, 2)] {
        for events in [0, 1, 20, 1_500] {
            let (map, naive, calls) = both(seed, events / (1 + starts / 2), starts, end_every);
            assert_same(&map, &naive, &calls);
        }
    }
}

#[test]
fn many_chunks_are_one_map() {
    let (map, naive, calls) = both(6, 20_000, 1, 4);
    assert!(map.chunks.len() > 2);
    assert!(map.chunks.iter().rev().skip(1).all(|chunk| chunk.blocks.len() == BLOCKS));
    // The list takes its time: a part of the events, around where chunks meet, and all calls.
    for near in [EVENTS * BLOCKS, 2 * EVENTS * BLOCKS] {
        let part = Naive(naive.0[near - 100..near + 100].to_vec());
        for &(_, place) in &part.0 {
            assert_eq!(map.start_at(place.word), naive.start_at(place.word));
            assert_eq!(map.site_at(place.word), naive.site_at(place.word));
            assert_eq!(map.enter_at(place.pc, place.height), naive.enter_at(place.pc, place.height));
        }
    }
    assert!(calls.iter().all(|&(landing, pc)| map.call_at(landing) == Some(pc)));
}

#[test]
fn an_empty_map_knows_nothing() {
    let map = SourceMap::default();
    assert_eq!((map.start_at(0), map.enter_at(0, 0), map.site_at(7)), (None, None, None));
    assert_eq!((map.exact_site_at(3), map.call_at(1)), (None, None));
}

#[test]
fn events_that_repeat_take_a_byte_each() {
    let mut writer = Writer::default();
    for call in 0..100_000 {
        writer.end_chains(5 * call + 5);
        writer.add_site(Kind::LastSite, 3 * call + 1, 2 * call, 5 * call + 5);
        let (word, pc, prefix) = (3 * call + 4, 2 * call + 2, 5 * call + 5);
        writer.add(Kind::Start, Place { word, pc, prefix, ..Place::default() });
    }
    let map = writer.finish();
    let bytes: usize = map.chunks.iter().map(|chunk| chunk.bytes.len() + 28 * chunk.blocks.len()).sum();
    assert!(bytes < 400_000, "{bytes} bytes");
}
