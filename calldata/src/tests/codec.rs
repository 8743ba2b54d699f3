//! The tables of sections 5, 6 and 8, and the crate against the oracle.

use super::{hex, oracle, rows, value};
use crate::{BigInt, DecodeErrorKind, Kind, Value, Writer, check, decode, encode};
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use alloc::{format, vec};
use num_bigint::Sign;
use proptest::prelude::*;

/// What the crate calls a rejection of section 6.
fn kind(rejection: u32) -> DecodeErrorKind {
    match rejection {
        1 | 2 | 6 | 7 | 9 => DecodeErrorKind::Truncated,
        3 => DecodeErrorKind::OverlongNumber,
        4 | 5 => DecodeErrorKind::Reserved,
        8 | 12 => DecodeErrorKind::NotUtf8,
        10 => DecodeErrorKind::TooLarge,
        11 => DecodeErrorKind::KeyOrder,
        13 => DecodeErrorKind::TooDeep,
        14 => DecodeErrorKind::Trailing,
        _ => panic!("no such rejection"),
    }
}

/// Everything that must hold of any octets.
fn examine(octets: &[u8]) -> bool {
    let wanted = oracle::decode(octets);
    match (check(octets), decode(octets)) {
        (Ok(checked), Ok(value)) => {
            assert_eq!(encode(&value), octets);
            assert_eq!(checked.bytes(), octets);
            assert_eq!(Ok(value), wanted);
            true
        }
        (Err(error), Err(other)) => {
            assert_eq!(error, other);
            assert_eq!(wanted.map_err(kind), Err(error.kind), "{octets:02x?}");
            assert!(error.offset <= octets.len());
            false
        }
        (checked, decoded) => panic!("{checked:?}, {decoded:?}: {octets:02x?}"),
    }
}

#[test]
fn every_row_of_the_examples_is_met_both_ways() {
    for (text, octets) in rows() {
        assert!(examine(&octets), "{text}");
        assert_eq!(decode(&octets).map(|value| value.to_string()), Ok(text));
    }
}

#[test]
fn every_row_of_the_rejections_is_rejected() {
    let nested = format!("{}00", "0d".repeat(129));
    let address = format!("18{}", "00".repeat(19));
    let rejections: &[(u32, &[&str])] = &[
        (1, &[""]),
        (2, &["80", "ff", "0e8080"]),
        (3, &["8000", "818000", "0e8000", "0e80000000"]),
        (4, &["20", "28", "a001", "8080808080808080808001"]),
        (5, &["07", "0f"]),
        (6, &["18", &address]),
        (7, &["13ff", "0b", "0c"]),
        (8, &["0cff", "14c080", "1ceda080", "24f4908080", "0cc3", "0c80"]),
        (9, &["0d", "1d0000", "0e", "0e00", "0e0161", "0e0561"]),
        (10, &["838080808001", "848080808001", "858080808001", "868080808001", "0e808080801000"]),
        (10, &["8380808080808080808001"]),
        (11, &["16016100016100", "16016200016100", "160100000000"]),
        (12, &["0e01ff00"]),
        (13, &[&nested]),
        (14, &["0000", "0680"]),
    ];
    for (rejection, examples) in rejections {
        for example in *examples {
            let octets = hex(example);
            assert!(!examine(&octets), "{example}");
            assert_eq!(oracle::decode(&octets), Err(*rejection), "{example}");
        }
    }
}

#[test]
fn the_boundary_of_depth() {
    for (count, inner, accepted) in [
        (128, 0x00, true),
        (129, 0x00, false),
        (127, 0x05, true),
        (128, 0x05, false),
        (127, 0x06, true),
        (128, 6, false),
    ] {
        let octets = [vec![0x0d; count], vec![inner]].concat();
        assert_eq!(examine(&octets), accepted, "{count}");
        let octets = [[0x0e, 0].repeat(count), vec![inner]].concat();
        assert_eq!(examine(&octets), accepted, "{count}");
    }
}

#[test]
fn the_order_of_keys_is_that_of_octets() {
    let keys = ["", "a", "aa", "b", "z", "\u{e000}", "\u{10000}"];
    for (index, first) in keys.iter().enumerate() {
        for (other, second) in keys.iter().enumerate() {
            let octets = [
                vec![0x16, first.len() as u8],
                first.as_bytes().to_vec(),
                vec![0, second.len() as u8],
                second.as_bytes().to_vec(),
                vec![0],
            ]
            .concat();
            assert_eq!(examine(&octets), index < other, "{first:?} {second:?}");
        }
    }
}

/// Numbers that look random and are the same in every run.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        // SplitMix64.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }

    /// An octet that starts a value more often than chance would have it.
    fn octet(&mut self) -> u8 {
        const LIKELY: &[u8] = &[
            0, 0x01, 0x03, 0x04, 0x05, 0x06, 0x08, 0x0c, 0x0d, 0x0e, 0x10, 0x13, 0x15, 0x16, 0x1d, 0x61,
            0x80, 0x81,
        ];
        match self.next() % 4 {
            0 => self.next() as u8,
            _ => LIKELY[self.below(LIKELY.len())],
        }
    }
}

/// Must-hold 1 of the contract system: a million strings of octets.
#[test]
fn a_million_strings_are_decoded_exactly_or_rejected() {
    let mut random = Random(3);
    let mut accepted = 0;
    for _ in 0..600_000 {
        let octets: Vec<u8> = (0..random.below(14)).map(|_| random.octet()).collect();
        accepted += u32::from(examine(&octets));
    }
    let seeds = rows();
    for round in 0..400_000 {
        let mut octets = seeds[round % seeds.len()].1.clone();
        for _ in 0..=random.below(3) {
            let at = random.below(octets.len().max(1));
            match random.next() % 4 {
                0 => octets.insert(at.min(octets.len()), random.octet()),
                1 if !octets.is_empty() => drop(octets.remove(at)),
                2 if !octets.is_empty() => octets[at] = random.octet(),
                _ if !octets.is_empty() => octets[at] ^= 1 << random.below(8),
                _ => {}
            }
        }
        accepted += u32::from(examine(&octets));
    }
    // Neither outcome is rare, or the test would say little.
    assert!((100_000..900_000).contains(&accepted), "{accepted}");
}

#[test]
fn every_string_of_two_octets_is_examined() {
    for first in 0..=u8::MAX {
        examine(&[first]);
        for second in 0..=u8::MAX {
            examine(&[first, second]);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]
    #[test]
    fn what_is_encoded_comes_back(value in value()) {
        let octets = encode(&value);
        prop_assert!(examine(&octets));
        prop_assert_eq!(decode(&octets), Ok(value));
    }

    #[test]
    fn a_changed_encoding_is_another_value_or_none(value in value(), at: prop::sample::Index, change in 1_u8..) {
        let mut octets = encode(&value);
        let at = at.index(octets.len());
        octets[at] ^= change;
        if examine(&octets) {
            prop_assert_ne!(decode(&octets), Ok(value));
        }
        examine(&octets[..at]);
    }

    #[test]
    fn entries_can_be_given_in_any_order(
        mut entries in prop::collection::vec((any::<String>(), any::<u8>().prop_map(Value::from)), 0..6)
    ) {
        entries.sort();
        entries.dedup_by(|one, other| one.0 == other.0);
        let octets = encode(&Value::map(entries.clone()));
        entries.reverse();
        prop_assert_eq!(encode(&Value::map(entries)), octets);
    }
}

#[test]
fn integers_of_256_bits_are_written_and_read_as_octets() {
    let one = BigInt::from(1);
    for (number, fits) in [
        (BigInt::from(0), true),
        (one.clone(), true),
        (BigInt::from(-1), false),
        ((&one << 253_u32) - 1, true),
        (&one << 255_u32, true),
        ((&one << 256_u32) - 1, true),
        (&one << 256_u32, false),
        (one << 259_u32, false),
    ] {
        let encoded = encode(&Value::Int(number.clone()));
        let Kind::Int(read) = check(&encoded).unwrap().kind() else { panic!("an integer") };
        assert_eq!(read.is_negative(), number.sign() == Sign::Minus);
        assert_eq!(read.to_bigint(), number);
        assert_eq!(read.to_u256_le().is_some(), fits, "{number}");
        if let Some(octets) = read.to_u256_le() {
            assert_eq!(BigInt::from_bytes_le(Sign::Plus, &octets), number);
            let mut writer = Writer::new();
            writer.u256_le(&octets);
            assert_eq!(writer.finish(), encoded);
        }
    }
}

#[test]
fn arrays_and_maps_know_how_much_is_left() {
    let octets = encode(&Value::Array(vec![1.into(), 2.into()]));
    let Kind::Array(mut items) = check(&octets).unwrap().kind() else { panic!("an array") };
    for left in [2, 1, 0] {
        assert_eq!((items.len(), items.is_empty()), (left, left == 0));
        assert_eq!(items.next().is_some(), left > 0);
    }
    let octets = encode(&Value::map([("a", Value::Null), ("b", Value::Null)]));
    let Kind::Map(mut entries) = check(&octets).unwrap().kind() else { panic!("a map") };
    for left in [2, 1, 0] {
        assert_eq!((entries.len(), entries.is_empty()), (left, left == 0));
        assert_eq!(entries.next().is_some(), left > 0);
    }
}
