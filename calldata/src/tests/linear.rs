//! What hostile octets cost, in octets looked at and containers open: counted, for clocks prove nothing.

use crate::{check, decode};
use alloc::string::String;
use alloc::vec::Vec;
use alloc::{format, vec};
use core::cell::Cell;
use std::thread_local;

thread_local! {
    static STEPS: Cell<usize> = const { Cell::new(0) };
    static OPEN: Cell<usize> = const { Cell::new(0) };
}

/// So many octets have been looked at.
pub fn count(octets: usize) {
    STEPS.set(STEPS.get() + octets);
}

/// So many containers are open.
pub fn opened(containers: usize) {
    OPEN.set(OPEN.get().max(containers));
}

/// A header of any number.
fn header(number: usize, tag: u8) -> Vec<u8> {
    let mut rest = number << 3 | usize::from(tag);
    let mut octets = Vec::new();
    while rest >= 0x80 {
        octets.push(rest as u8 | 0x80);
        rest >>= 7;
    }
    octets.push(rest as u8);
    octets
}

fn array(item: &[u8], count: usize) -> Vec<u8> {
    [header(count, 5), item.repeat(count)].concat()
}

/// A map of keys of six digits.
fn map(count: usize) -> Vec<u8> {
    let mut octets = header(count, 6);
    for index in 0..count {
        octets.push(6);
        octets.extend(format!("{index:06}").bytes());
        octets.push(0);
    }
    octets
}

/// Two keys that differ at the end only, or do not.
fn long_keys(len: usize, last: u8) -> Vec<u8> {
    // Without its tag.
    let key_len = |len: usize| header(len >> 3, (len & 7) as u8);
    let key = vec![b'a'; len - 1];
    [&[0x16][..], &key_len(len), &key, b"a\0", &key_len(len), &key, &[last, 0]].concat()
}

/// A number of so many octets, from its first to its last.
fn huge(len: usize, first: u8, last: u8) -> Vec<u8> {
    [vec![first], vec![0xff; len], vec![last]].concat()
}

fn deep(inner: &[u8]) -> Vec<u8> {
    [&[0x0d; 127], inner].concat()
}

/// Octets of about some length.
type Make = fn(usize) -> Vec<u8>;

/// Octets that make the most of some weakness that a decoder could have.
const HOSTILE: &[(&str, Make)] = &[
    ("an endless number", |len| vec![0xff; len]),
    ("a huge integer", |len| huge(len, 0xf9, 0x7f)),
    ("a huge negative integer", |len| huge(len, 0xfa, 0x7f)),
    ("a huge integer with a zero on top", |len| huge(len, 0xf9, 0)),
    ("a huge length", |len| huge(len, 0xfb, 0x7f)),
    ("a huge count", |len| huge(len, 0xfd, 0x7f)),
    ("a huge length of a key", |len| huge(len, 0x0e, 0x7f)),
    ("nulls", |len| array(&[0], len)),
    ("nulls inside 127 arrays", |len| deep(&array(&[0], len))),
    ("empty maps inside 126 arrays", |len| deep(&array(&[6], len))[1..].to_vec()),
    ("one null too many", |len| array(&[0], len)[..len].to_vec()),
    ("maps of one entry", |len| array(&[0x0e, 0, 0], len / 3)),
    ("arrays that lie about their length", |len| [header((1 << 32) - 1, 5), vec![0x05; len]].concat()),
    ("arrays, too deep", |len| vec![0x0d; len]),
    ("maps, too deep", |len| [0x0e, 0].repeat(len / 2)),
    ("128 arrays again and again", |len| array(&[&[0x0d; 127][..], &[0]].concat(), len / 128)),
    ("many keys", |len| map((len / 8).min(999_999))),
    ("one key again and again", |len| [header(len / 3, 6), [1, b'a', 0].repeat(len / 3)].concat()),
    ("two long keys", |len| long_keys(len / 2, b'b')),
    ("one long key twice", |len| long_keys(len / 2, b'a')),
    ("octets", |len| [header(len, 3), vec![0; len]].concat()),
    ("a text", |len| [header(len / 9 * 3, 4), "日".repeat(len / 9).into_bytes()].concat()),
    ("a text with an error at its end", |len| [header(len, 4), vec![b'a'; len - 1], vec![0xff]].concat()),
    ("integers of 64 octets", |len| array(&[&[0xf9; 63][..], &[1]].concat(), len / 64)),
];

/// Checks hostile octets of about this length: how many of them are accepted, and how many refused.
fn check_hostile(len: usize) -> (usize, usize) {
    let (mut accepted, mut refused): (Vec<&str>, Vec<String>) = (Vec::new(), Vec::new());
    for (name, octets) in HOSTILE {
        let octets = octets(len);
        STEPS.set(0);
        OPEN.set(0);
        match check(&octets) {
            Ok(_) => accepted.push(name),
            Err(error) => refused.push(format!("{name}: {error}")),
        }
        // Headers of octets and texts are looked at twice.
        assert!(STEPS.get() <= 2 * octets.len(), "{name}: {} of {}", STEPS.get(), octets.len());
        assert!(OPEN.get() <= 128, "{name}");
    }
    (accepted.len(), refused.len())
}

#[test]
fn checking_looks_at_each_octet_a_constant_number_of_times() {
    for len in [1 << 16, 1 << 20] {
        assert_eq!(check_hostile(len), (12, 12), "{len}");
    }
}

#[test]
#[cfg_attr(debug_assertions, ignore = "minutes without optimisation")]
fn a_hundred_megabytes_are_looked_at_as_often_as_one() {
    assert_eq!(check_hostile(100_000_000), (12, 12));
}

#[test]
fn building_a_value_looks_at_an_octet_once_for_each_container_around_it() {
    for (name, octets) in HOSTILE {
        let octets = octets(1 << 14);
        STEPS.set(0);
        let built = decode(&octets).is_ok();
        let most = octets.len() * if built { 2 * 130 } else { 2 };
        assert!(STEPS.get() <= most, "{name}: {} of {}", STEPS.get(), octets.len());
    }
}
