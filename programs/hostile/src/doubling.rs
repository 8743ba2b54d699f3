//! The smallest things that a module can hold, in numbers just past powers of
//! two: there lists that double take most for what is in them.

use crate::Sink;
use crate::encode::*;

pub(crate) fn add(sink: &mut Sink) {
    for power in 8..18u32 {
        let count = (1usize << power) + 1;
        let mut put = |what: &str, bytes: Vec<u8>| sink.either(format!("doubling/{count} {what}"), bytes);
        for (id, what, item) in [
            (TYPE, "types", &[0x60, 0, 0][..]),
            (GLOBAL, "globals", &[I32, 0, 0x41, 0, 0x0b]),
            (DATA, "data segments", &[1, 0]),
        ] {
            put(what, module(&[section(id, &counted(count as u64, &item.repeat(count)))]));
        }
        let empty = || types(&[func_type(&[], &[])]);
        let items = |item: &[u8]| counted(count as u64, &item.repeat(count));
        put("imported functions", module(&[empty(), section(IMPORT, &items(&[0, 0, 0, 0]))]));
        put("element segments", module(&[section(ELEMENT, &items(&[1, 0, 0]))]));
        put(
            "functions",
            module(&[empty(), section(FUNCTION, &items(&[0])), section(CODE, &items(&[2, 0, 0x0b]))]),
        );
        put(
            "functions with a block and a branch",
            module(&[
                empty(),
                section(FUNCTION, &items(&[0])),
                section(CODE, &items(&[7, 0, 0x02, EMPTY, 0x0c, 0, 0x0b, 0x0b])),
            ]),
        );
        let names = (0..count).flat_map(|k| cat(&[&bytes(&(k as u32).to_le_bytes()[..3]), &[0, 0]]));
        let names: Vec<u8> = names.map(|byte| byte & 0x7f).collect();
        let one = || code(&[body(&[], &[])]);
        let list = section(EXPORT, &counted(count as u64, &names));
        put("exports", module(&[empty(), functions(&[0]), list, one()]));
        bodies(&mut put, count);
    }
}

/// A function of one kind of instruction.
fn bodies(put: &mut dyn FnMut(&str, Vec<u8>), count: usize) {
    let mut repeat = |what: &str, before: &[u8], unit: &[u8], after: &[u8]| {
        put(what, run_with(&[], &[], &[], &cat(&[before, &unit.repeat(count), after])));
    };
    repeat("blocks", &[], &[0x02, EMPTY, 0x0b], &[]);
    repeat("ifs", &[], &[0x41, 0, 0x04, EMPTY, 0x0b], &[]);
    repeat("ifs with else", &[], &[0x41, 0, 0x04, EMPTY, 0x05, 0x0b], &[]);
    repeat("loops that end in a branch", &[], &[0x03, EMPTY, 0x0c, 0, 0x0b], &[]);
    repeat("branches", &[0x02, EMPTY], &[0x41, 0, 0x0d, 0], &[0x0b]);
    repeat("roots", &[0x44, 0, 0, 0, 0, 0, 0, 0, 0], &[0x9f], &[0x1a]);
    repeat("calls", &[], &[0x10, 0], &[]);
    repeat("operands", &[], &[0x41, 1], &vec![0x1a; count]);
    // Each moves the operand on top over the one below, if it is taken.
    let moves =
        cat(&[&[0x02, I32, 0x41, 1, 0x41, 2], &[0x41, 0, 0x0d, 0].repeat(count), &[0x1a, 0x0b, 0x1a]]);
    put("branches that move a value", run_with(&[], &[], &[], &moves));
    let mut nested = |what: &str, open: &[u8], close: &[u8]| {
        put(what, run_with(&[], &[], &[], &cat(&[&open.repeat(count), &close.repeat(count)])));
    };
    nested("nested blocks", &[0x02, EMPTY], &[0x0b]);
    nested("nested loops", &[0x03, EMPTY], &[0x0b]);
    nested("nested ifs", &[0x41, 0, 0x04, EMPTY], &[0x0b]);
    nested("nested ifs with else", &[0x41, 0, 0x04, EMPTY], &[0x05, 0x0b]);
    nested("nested blocks and branches", &[0x02, EMPTY, 0x41, 0, 0x0d, 0], &[0x01, 0x0b]);
    // Tables with a way out of each of 100 blocks, at a different height each, so that each way moves a value.
    let targets: Vec<u8> = (0..100).collect();
    let table = cat(&[&[0x02, EMPTY, 0x41, 7, 0x41, 0, 0x0e], &counted(99, &targets), &[0x0b]]);
    let blocks = cat(&[
        &[0x41, 1, 0x02, I32].repeat(100),
        &table.repeat(count / 100),
        &[0x41, 1],
        &[0x0b, 0x1a].repeat(100),
    ]);
    put("targets that move a value", run_with(&[], &[], &[], &blocks));
}
