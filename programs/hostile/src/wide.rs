//! Memories and tables with 64-bit addresses, memories of single bytes, numbers of 128 bits: what they declare far beyond
//! any machine, addresses that would wrap, growth by very little and by very much.

use crate::Sink;
use crate::encode::*;

/// Flags of limits: a greatest size is there; addresses have 64 bits; the size of pages is there.
const MAX: u8 = 1;
const WIDE: u8 = 4;
const PAGES: u8 = 8;

/// Pages that 64-bit addresses reach.
const ALL_PAGES: u64 = 1 << 48;

/// Limits with 64-bit addresses.
fn wide(min: u64, max: Option<u64>) -> Vec<u8> {
    match max {
        Some(max) => cat(&[&[MAX | WIDE], &u(min), &u(max)]),
        None => cat(&[&[WIDE], &u(min)]),
    }
}

/// The same of pages of a byte.
fn wide_bytes(min: u64, max: Option<u64>) -> Vec<u8> {
    let mut limits = wide(min, max);
    limits[0] |= PAGES;
    limits.push(0);
    limits
}

/// A module with this memory and a function `run` of these instructions.
fn with_memory(limits: &[u8], instructions: &[u8]) -> Vec<u8> {
    module(&[
        types(&[func_type(&[], &[])]),
        functions(&[0]),
        section(MEMORY, &counted(1, limits)),
        exports(&[export(b"run", 0, 0)]),
        code(&[body(&[], instructions)]),
    ])
}

fn i64_const(value: i64) -> Vec<u8> {
    cat(&[&[0x42], &s(value)])
}

/// A loop without end.
fn forever(instructions: &[u8]) -> Vec<u8> {
    cat(&[&[0x03, EMPTY], instructions, &[0x0c, 0, 0x0b]])
}

/// `i64.store8` of 1 at an address with an offset.
fn store(address: i64, offset: u64) -> Vec<u8> {
    cat(&[&i64_const(address), &i64_const(1), &[0x3c, 0], &u(offset)])
}

fn grow(delta: i64) -> Vec<u8> {
    cat(&[&i64_const(delta), &[0x40, 0, 0x1a]])
}

pub(crate) fn add(sink: &mut Sink) {
    memories(sink);
    tables(sink);
    long(sink);
}

fn memories(sink: &mut Sink) {
    for (what, limits) in [
        ("262,144 pages", wide(262_144, None)),
        ("262,145 pages", wide(262_145, None)),
        ("all pages", wide(ALL_PAGES, Some(ALL_PAGES))),
        ("no page, at most all", wide(0, Some(ALL_PAGES))),
        ("16 GiB of bytes", wide_bytes(1 << 34, None)),
        ("a byte more than 16 GiB", wide_bytes((1 << 34) + 1, None)),
        ("all bytes", wide_bytes(u64::MAX, Some(u64::MAX))),
        ("one byte", wide_bytes(1, Some(u64::MAX))),
    ] {
        sink.runs(format!("memory64/{what}"), with_memory(&limits, &store(0, 0)));
        for (place, address, offset) in [
            ("its end", -1, 0),
            ("its end by the offset", 0, u64::MAX),
            ("a sum that would wrap to 0", -1, 1),
            ("a sum that would wrap to its end", -1, u64::MAX),
        ] {
            sink.runs(format!("memory64/{what}, {place}"), with_memory(&limits, &store(address, offset)));
        }
    }
    sink.invalid("memory64/one page too many", with_memory(&wide(ALL_PAGES + 1, None), &[]));
    sink.invalid("memory64/at most one page too many", with_memory(&wide(0, Some(ALL_PAGES + 1)), &[]));
    sink.invalid("memory64/pages of two bytes", with_memory(&[PAGES, 1, 1], &[]));
    sink.invalid("memory64/pages of 2^65 bytes", with_memory(&[PAGES, 1, 65], &[]));
    for (what, limits) in [("pages", wide(0, Some(ALL_PAGES))), ("bytes", wide_bytes(0, Some(u64::MAX)))] {
        for delta in [1, 63, 64, 65_536, 1 << 20, 1 << 33, i64::MAX, -1] {
            let text = forever(&grow(delta));
            sink.runs(format!("memory64/growth by {delta} {what} without end"), with_memory(&limits, &text));
        }
    }
    let count = 100;
    let many = |limits: &[u8]| module(&[section(MEMORY, &counted(count, &limits.repeat(count as usize)))]);
    sink.runs("memory64/100 of at most all pages", many(&wide(0, Some(ALL_PAGES))));
    sink.runs("memory64/100 of all pages", many(&wide(ALL_PAGES, None)));
    sink.runs("memory64/100 of 262,144 pages", many(&wide(262_144, None)));
    let data = |at: i64| {
        let segment = cat(&[&[0], &i64_const(at), &[0x0b], &bytes(b"ab")]);
        module(&[section(MEMORY, &counted(1, &wide(1, None))), section(DATA, &counted(1, &segment))])
    };
    for at in [65_535, 1 << 32, i64::MAX, i64::MIN, -1] {
        sink.runs(format!("memory64/data at {at}"), data(at));
    }
}

fn tables(sink: &mut Sink) {
    let table = |min: u64, max: Option<u64>| cat(&[&[FUNCREF], &wide(min, max)]);
    let with = |table: &[u8], instructions: &[u8]| {
        module(&[
            types(&[func_type(&[], &[])]),
            functions(&[0]),
            section(TABLE, &counted(1, table)),
            exports(&[export(b"run", 0, 0)]),
            code(&[body(&[], instructions)]),
        ])
    };
    sink.either("table64/all elements", with(&table(u64::MAX, None), &[]));
    for delta in [1i64, 10_000_000, i64::MAX, -1] {
        let grow = cat(&[&[0xd0, FUNCREF], &i64_const(delta), &[0xfc, 15, 0, 0x1a]]);
        let bytes = with(&table(0, Some(u64::MAX)), &forever(&grow));
        sink.runs(format!("table64/growth by {delta} without end"), bytes);
    }
    for index in [3, 1 << 32, i64::MIN, -1] {
        let call = cat(&[&i64_const(index), &[0x11, 0, 0]]);
        sink.runs(format!("table64/a call through element {index}"), with(&table(3, None), &call));
        let get = cat(&[&i64_const(index), &[0x25, 0, 0x1a]]);
        sink.runs(format!("table64/element {index}"), with(&table(3, None), &get));
    }
}

/// About a megabyte of one kind of instruction in one function.
fn long(sink: &mut Sink) {
    let two = [0x42, 3, 0x42, 5];
    let vector = cat(&[&[0xfd, 12], &[0x11; 16]]);
    for (what, before, unit, after) in [
        ("i64.mul_wide_u", &two[..], vec![0xfc, 0x16], &[0x1a, 0x1a][..]),
        ("i64.add128 of constants", &two, vec![0x42, 7, 0x42, 9, 0xfc, 0x13], &[0x1a, 0x1a]),
        ("load", &[0x42, 0], vec![0x29, 3, 0], &[0x1a]),
        ("load with a long offset", &[], cat(&[&i64_const(0), &[0x29, 3], &u(1 << 62), &[0x1a]]), &[]),
        ("store", &[], store(0, 0), &[]),
        ("v128.store8_lane", &[], cat(&[&i64_const(0), &vector, &[0xfd, 0x58, 0, 0, 15]]), &[]),
        ("memory.size and drop", &[], vec![0x3f, 0, 0x1a], &[]),
        ("memory.grow by nothing", &[], grow(0), &[]),
        ("memory.fill", &[], cat(&[&i64_const(0), &[0x41, 0], &i64_const(1), &[0xfc, 11, 0]]), &[]),
    ] {
        let count = (1 << 20) / unit.len();
        let instructions = cat(&[before, &unit.repeat(count), after]);
        sink.runs(format!("megabyte/64-bit: {what}"), with_memory(&wide(1, None), &instructions));
    }
}
