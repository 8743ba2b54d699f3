//! Function bodies that are deep, long or wide: nesting, branch tables, a
//! megabyte of one instruction, blocks of a thousand values.

use crate::Sink;
use crate::encode::*;

pub(crate) fn add(sink: &mut Sink) {
    nesting(sink);
    branch_tables(sink);
    long(sink);
    wide(sink);
    work(sink);
}

/// A few megabytes whose plain validation is billions of steps, since each
/// instruction of two octets moves a thousand values. A validator that is to end
/// in a second or two needs a limit of its own against these.
fn work(sink: &mut Sink) {
    let all = vec![I32; 1_000];
    let constants = [0x41, 7].repeat(1_000);
    let drops = vec![0x1a; 1_000];
    let mut put = |what: &str, instructions: &[u8]| {
        let bytes = module(&[
            types(&[func_type(&[], &[]), func_type(&[], &all), func_type(&all, &all)]),
            functions(&[0, 2]),
            exports(&[export(b"run", 0, 0)]),
            code(&[body(&[], instructions), body(&[], &[0x00])]),
        ]);
        sink.either(format!("work/{what}"), bytes);
    };
    let table = cat(&[&i32_const(0), &[0x0e], &u(1_000_000), &vec![0; 1_000_000], &[0]]);
    put(
        "a br_table of 1,000,000 targets and 1,000 values",
        &cat(&[&[0x02, 1], &constants, &table, &[0x0b], &drops]),
    );
    put(
        "1,000,000 calls of 1,000 parameters and results",
        &cat(&[&constants, &[0x10, 1].repeat(1_000_000), &drops]),
    );
    put(
        "1,000,000 blocks of 1,000 parameters and results",
        &cat(&[&constants, &[0x02, 2, 0x0b].repeat(1_000_000), &drops]),
    );
    put(
        "1,000,000 br_if of 1,000 values",
        &cat(&[&[0x02, 1], &constants, &[0x41, 0, 0x0d, 0].repeat(1_000_000), &[0x0b], &drops]),
    );
    put(
        "2,000,000 branches never reached",
        &cat(&[&[0x02, 1, 0x00], &[0x0c, 0].repeat(2_000_000), &[0x0b], &drops]),
    );
}

fn nested(depth: usize, open: &[u8], inner: &[u8], close: &[u8]) -> Vec<u8> {
    cat(&[&open.repeat(depth), inner, &close.repeat(depth)])
}

fn nesting(sink: &mut Sink) {
    for (depth, text) in
        [(1_000, "1,000"), (10_000, "10,000"), (100_000, "100,000"), (1_000_000, "1,000,000")]
    {
        let mut put = |what: &str, bytes: Vec<u8>| {
            let name = format!("nesting/{text} {what}");
            if depth <= 10_000 { sink.runs(name, bytes) } else { sink.either(name, bytes) }
        };
        put("blocks", run_with(&[], &[], &[], &nested(depth, &[0x02, EMPTY], &[0x01], &[0x0b])));
        put("loops", run_with(&[], &[], &[], &nested(depth, &[0x03, EMPTY], &[0x01], &[0x0b])));
        put("ifs", run_with(&[], &[], &[], &nested(depth, &[0x41, 1, 0x04, EMPTY], &[0x01], &[0x0b])));
        put(
            "ifs with else",
            run_with(&[], &[], &[], &nested(depth, &[0x41, 0, 0x04, EMPTY], &[], &[0x05, 0x01, 0x0b])),
        );
        put(
            "ifs in the else",
            run_with(&[], &[], &[], &nested(depth, &[0x41, 0, 0x04, EMPTY, 0x05], &[0x01], &[0x0b])),
        );
        put(
            "blocks with a value",
            run_with(&[], &[I32], &[], &nested(depth, &[0x02, I32], &[0x41, 7], &[0x0b])),
        );
        put(
            "blocks and a branch out of all",
            run_with(
                &[],
                &[],
                &[],
                &nested(depth, &[0x02, EMPTY], &cat(&[&[0x0c], &u(depth as u64)]), &[0x0b]),
            ),
        );
        put(
            "blocks with a branch each",
            run_with(&[], &[], &[], &nested(depth, &[0x02, EMPTY, 0x41, 0, 0x0d, 0], &[0x01], &[0x0b])),
        );
        put(
            "blocks that are never reached",
            run_with(&[], &[], &[], &cat(&[&[0x00], &nested(depth, &[0x02, EMPTY], &[0x01], &[0x0b])])),
        );
        put(
            "calls within arguments",
            run_with(&[], &[I32], &[], &cat(&[&i32_const(1), &[0x45].repeat(depth)])),
        );
    }
    // Operands that wait below the blocks: each level adds one.
    let pile = |depth: usize| {
        run_with(&[], &[I32], &[], &nested(depth, &[0x41, 1, 0x02, I32], &[0x41, 2], &[0x0b, 0x6a]))
    };
    sink.runs("nesting/10,000 blocks with an operand below each", pile(10_000));
    sink.runs("nesting/60,000 blocks with an operand below each", pile(60_000));
    sink.either("nesting/100,000 blocks with an operand below each", pile(100_000));
    for missing in [1usize, 10, 10_000] {
        let open = cat(&[&[0x02, EMPTY].repeat(10_000), &vec![0x0b; 10_000 - missing]]);
        sink.invalid(
            format!("nesting/10,000 blocks and {missing} ends missing"),
            run_with(&[], &[], &[], &open),
        );
    }
    sink.invalid("nesting/10,000 ends and no block", run_with(&[], &[], &[], &vec![0x0b; 10_000]));
    let branches: Vec<u8> = (0..2_000u64).flat_map(|k| cat(&[&[0x41, 0, 0x0d], &u(k)])).collect();
    sink.runs(
        "nesting/2,000 blocks and a branch to each, 100 times",
        run_with(&[], &[], &[], &nested(2_000, &[0x02, EMPTY], &branches.repeat(100), &[0x0b])),
    );
    sink.runs(
        "nesting/200,000 blocks one behind the other",
        run_with(&[], &[], &[], &[0x02, EMPTY, 0x0b].repeat(200_000)),
    );
    sink.runs(
        "nesting/100,000 loops one behind the other, each left by a branch",
        run_with(&[], &[], &[], &[0x02, EMPTY, 0x03, EMPTY, 0x0c, 1, 0x0b, 0x0b].repeat(100_000)),
    );
}

fn branch_tables(sink: &mut Sink) {
    let one = |count: usize, label: u8, index: i32| {
        let table = cat(&[&i32_const(index), &[0x0e], &u(count as u64), &vec![label; count], &[0]]);
        run_with(&[], &[], &[], &cat(&[&[0x02, EMPTY], &table, &[0x0b]]))
    };
    for (count, text) in [(1_000usize, "1,000"), (100_000, "100,000"), (1_000_000, "1,000,000")] {
        sink.runs(format!("br_table/{text} targets"), one(count, 1, 5));
        sink.runs(format!("br_table/{text} targets, beyond the last"), one(count, 1, -1));
        sink.invalid(format!("br_table/{text} targets, none of which exists"), one(count, 9, 0));
    }
    sink.either("br_table/7,000,000 targets", one(7_000_000, 0, 5));
    sink.invalid(
        "br_table/4 billion targets that are not there",
        run_with(&[], &[], &[], &cat(&[&i32_const(0), &[0x0e], &u(u32::MAX.into())])),
    );
    sink.invalid(
        "br_table/1,000,000 targets that are not there",
        run_with(&[], &[], &[], &cat(&[&i32_const(0), &[0x0e], &u(1_000_000)])),
    );
    // 10,000 blocks, and one table with a way out of each of them.
    let labels: Vec<u8> = (0..10_000u64).flat_map(u).collect();
    let table = cat(&[&i32_const(9_999), &[0x0e], &counted(9_999, &labels)]);
    sink.runs(
        "br_table/to each of 10,000 blocks",
        run_with(&[], &[], &[], &nested(10_000, &[0x02, EMPTY], &table, &[0x0b])),
    );
    let small = cat(&[&i32_const(1), &[0x0e, 3, 0, 1, 0, 1]]);
    sink.runs(
        "br_table/100,000 small ones",
        run_with(
            &[],
            &[],
            &[],
            &cat(&[&[0x02, EMPTY], &cat(&[&[0x02, EMPTY], &small, &[0x0b]]).repeat(100_000), &[0x0b]]),
        ),
    );
    sink.runs(
        "br_table/a loop over one of 100,000 targets",
        run_with(
            &[],
            &[],
            &[(1, I32)],
            &cat(&[
                &[0x02, EMPTY, 0x03, EMPTY, 0x20, 0, 0x41, 1, 0x6a, 0x22, 0, 0x0e],
                &u(100_000),
                &vec![0; 100_000],
                &[1, 0x0b, 0x0b],
            ]),
        ),
    );
    let wide = |values: usize, targets: usize| {
        let block = func_type(&[], &vec![I32; values]);
        let code_ = cat(&[
            &[0x02, 1],
            &[0x41, 3].repeat(values),
            &i32_const(0),
            &[0x0e],
            &u(targets as u64),
            &vec![0; targets],
            &[0, 0x0b],
            &vec![0x1a; values],
        ]);
        module(&[
            types(&[func_type(&[], &[]), block]),
            functions(&[0]),
            exports(&[export(b"run", 0, 0)]),
            code(&[body(&[], &code_)]),
        ])
    };
    sink.runs("br_table/1,000 targets that carry 1,000 values", wide(1_000, 1_000));
    sink.runs("br_table/100,000 targets that carry 1,000 values", wide(1_000, 100_000));
    sink.runs("br_table/1,000,000 targets that carry 100 values", wide(100, 1_000_000));
}

/// What it is called, what comes before, what is repeated, what comes behind.
type Unit<'a> = (&'a str, &'a [u8], Vec<u8>, &'a [u8]);

/// About a megabyte of one kind of instruction in one function.
fn long(sink: &mut Sink) {
    let vector = cat(&[&[0xfd, 12], &[0x11; 16]]);
    let kinds: Vec<Unit> = vec![
        ("nop", &[], vec![0x01], &[]),
        ("i32.eqz", &[0x41, 1], vec![0x45], &[0x1a]),
        ("i64.extend8_s", &[0x42, 1], vec![0xc2], &[0x1a]),
        ("f64.sqrt", &[0x44, 0, 0, 0, 0, 0, 0, 0, 0x40], vec![0x9f], &[0x1a]),
        ("constant and drop", &[], vec![0x41, 5, 0x1a], &[]),
        (
            "long constant and drop",
            &[],
            vec![0x42, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x3f, 0x1a],
            &[],
        ),
        ("f64 constant and drop", &[], vec![0x44, 1, 2, 3, 4, 5, 6, 7, 8, 0x1a], &[]),
        ("vector constant and drop", &[], cat(&[&vector, &[0x1a]]), &[]),
        ("local.get and drop", &[], vec![0x20, 0, 0x1a], &[]),
        ("local.get and local.set", &[], vec![0x20, 0, 0x21, 1], &[]),
        ("local.tee", &[0x41, 1], vec![0x22, 0], &[0x1a]),
        ("addition of a constant", &[0x41, 1], vec![0x41, 3, 0x6a], &[0x1a]),
        ("addition of a local", &[0x41, 1], vec![0x20, 0, 0x6a], &[0x1a]),
        ("addition into a local", &[], vec![0x20, 0, 0x20, 1, 0x6a, 0x21, 0], &[]),
        ("division", &[0x41, 1], vec![0x41, 3, 0x6d], &[0x1a]),
        ("select", &[0x41, 1], vec![0x41, 2, 0x41, 1, 0x1b], &[0x1a]),
        ("global.get and global.set", &[], vec![0x23, 0, 0x24, 0], &[]),
        ("load", &[0x41, 0], vec![0x28, 2, 0], &[0x1a]),
        ("store", &[], vec![0x41, 4, 0x41, 1, 0x36, 2, 0], &[]),
        (
            "load that traps at the last",
            &[],
            vec![0x41, 0, 0x28, 2, 0, 0x1a],
            &[0x41, 0x7f, 0x28, 2, 0, 0x1a],
        ),
        ("memory.size and drop", &[], vec![0x3f, 0, 0x1a], &[]),
        ("memory.fill", &[], vec![0x41, 0, 0x41, 0, 0x41, 1, 0xfc, 11, 0], &[]),
        ("memory.grow by nothing", &[], vec![0x41, 0, 0x40, 0, 0x1a], &[]),
        ("table.get and drop", &[], vec![0x41, 3, 0x25, 0, 0x1a], &[]),
        ("call of itself, never reached", &[0x02, EMPTY, 0x0c, 0], vec![0x10, 0], &[0x0b]),
        ("call of itself", &[], vec![0x10, 0], &[]),
        ("call_indirect of itself", &[], vec![0x41, 0, 0x11, 0, 0], &[]),
        ("call_indirect of nothing", &[], vec![0x41, 9, 0x11, 0, 0], &[]),
        ("br_if not taken", &[0x02, EMPTY], vec![0x41, 0, 0x0d, 0], &[0x0b]),
        ("br_if taken to the next", &[], vec![0x02, EMPTY, 0x41, 1, 0x0d, 0, 0x0b], &[]),
        ("comparison and br_if", &[0x02, EMPTY], vec![0x20, 0, 0x20, 1, 0x4a, 0x0d, 0], &[0x0b]),
        ("if", &[], vec![0x20, 0, 0x04, EMPTY, 0x01, 0x0b], &[]),
        ("if and else", &[], vec![0x20, 0, 0x04, I32, 0x41, 1, 0x05, 0x41, 2, 0x0b, 0x21, 1], &[]),
        ("if that returns", &[], vec![0x20, 0, 0x04, EMPTY, 0x0f, 0x0b], &[]),
        ("loop", &[], vec![0x03, EMPTY, 0x0b], &[]),
        ("unreachable", &[], vec![0x00], &[]),
        ("return, and return again", &[], vec![0x0f], &[]),
        ("br 0 never reached", &[], vec![0x0c, 0], &[]),
        ("arithmetic never reached", &[0x00], vec![0x6a, 0x45, 0x1a], &[]),
        ("vector addition", &vector, cat(&[&vector, &[0xfd, 0xae, 1]]), &[0x1a]),
        (
            "vector shuffle",
            &vector,
            cat(&[&vector, &[0xfd, 13, 0, 31, 1, 30, 2, 29, 3, 28, 4, 27, 5, 26, 6, 25, 7, 24]]),
            &[0x1a],
        ),
        ("ref.func and drop", &[], vec![0xd2, 0, 0x1a], &[]),
        ("ref.null and drop", &[], vec![0xd0, EXTERNREF, 0x1a], &[]),
    ];
    for (what, before, unit, after) in kinds {
        let count = (1 << 20) / unit.len();
        let instructions = cat(&[before, &unit.repeat(count), after]);
        sink.runs(format!("megabyte/{what}"), run_in_world(&[], &[(4, I32)], &instructions));
    }
    sink.runs("megabyte/seven of nops", run_with(&[], &[], &[], &vec![0x01; 7_654_321 - 2]));
    sink.either("megabyte/seven of nops and one more", run_with(&[], &[], &[], &vec![0x01; 7_654_321 - 1]));
    sink.either("megabyte/ten of nops", run_with(&[], &[], &[], &vec![0x01; 10_000_000]));
    for (height, text) in
        [(1_000usize, "1,000"), (60_000, "60,000"), (70_000, "70,000"), (1_000_000, "1,000,000")]
    {
        let pile = cat(&[&[0x41, 1].repeat(height), &vec![0x6a; height - 1], &[0x1a]]);
        let bytes = run_with(&[], &[], &[], &pile);
        let name = format!("height/{text} operands");
        if height <= 60_000 { sink.runs(name, bytes) } else { sink.either(name, bytes) }
    }
    let pile = cat(&[&vector.repeat(30_000), &vec![0x1a; 30_000]]);
    sink.runs("height/30,000 vectors", run_with(&[], &[], &[], &pile));
    let pile = cat(&[&vector.repeat(60_000), &vec![0x1a; 60_000]]);
    sink.either("height/60,000 vectors", run_with(&[], &[], &[], &pile));
    // 30,000 operands, and under all of them a branch back and forth.
    let shuffle = cat(&[
        &[0x41, 1].repeat(30_000),
        &[0x02, I32, 0x41, 1, 0x41, 0, 0x0d, 0, 0x0b, 0x1a].repeat(20_000),
        &vec![0x1a; 30_000],
    ]);
    sink.runs("height/20,000 blocks over 30,000 operands", run_with(&[], &[], &[], &shuffle));
    let gets = cat(&[&[0x20, 0].repeat(30_000), &[0x41, 1, 0x21, 0], &vec![0x6a; 29_999], &[0x1a]]);
    sink.runs("height/30,000 copies of a local that is then set", run_with(&[], &[], &[(1, I32)], &gets));
    let alternate =
        cat(&[&[0x20, 0].repeat(300), &[0x20, 0, 0x41, 1, 0x6a, 0x21, 0].repeat(50_000), &vec![0x1a; 300]]);
    sink.runs("height/300 copies below 50,000 sets", run_with(&[], &[], &[(1, I32)], &alternate));
}

/// Blocks, loops and functions of a thousand values.
fn wide(sink: &mut Sink) {
    let values = 1_000usize;
    let all = vec![I32; values];
    let wide_types =
        || types(&[func_type(&[], &[]), func_type(&[], &all), func_type(&all, &all), func_type(&all, &[])]);
    let constants = [0x41, 7].repeat(values);
    let drops = vec![0x1a; values];
    let one = |instructions: &[u8]| {
        module(&[
            wide_types(),
            functions(&[0]),
            exports(&[export(b"run", 0, 0)]),
            code(&[body(&[], instructions)]),
        ])
    };
    sink.runs("wide/a block of 1,000 results", one(&cat(&[&[0x02, 1], &constants, &[0x0b], &drops])));
    for (count, text) in [(100usize, "100"), (10_000, "10,000"), (100_000, "100,000")] {
        sink.runs(
            format!("wide/{text} br_if that carry 1,000 values"),
            one(&cat(&[&[0x02, 1], &constants, &[0x41, 0, 0x0d, 0].repeat(count), &[0x0b], &drops])),
        );
        sink.runs(
            format!("wide/{text} blocks that take and give 1,000 values"),
            one(&cat(&[&constants, &[0x02, 2, 0x0b].repeat(count), &drops])),
        );
    }
    sink.runs(
        "wide/10,000 ifs that take and give 1,000 values",
        one(&cat(&[&constants, &[0x41, 1, 0x04, 2, 0x05, 0x0b].repeat(10_000), &drops])),
    );
    sink.runs(
        "wide/1,000 nested blocks that take and give 1,000 values",
        one(&cat(&[&constants, &nested(1_000, &[0x02, 2], &[], &[0x0b]), &drops])),
    );
    sink.runs(
        "wide/a loop of 1,000 values that goes round",
        module(&[
            wide_types(),
            functions(&[0]),
            exports(&[export(b"run", 0, 0)]),
            code(&[body(
                &[(1, I32)],
                &cat(&[
                    &constants,
                    &[0x03, 2, 0x20, 0, 0x41, 1, 0x6a, 0x22, 0, 0x41, 0xe8, 0x07, 0x49, 0x0d, 0, 0x0b],
                    &drops,
                ]),
            )]),
        ]),
    );
    let shifted = cat(&[
        &[0x03, 2],
        &i32_const(9),
        &cat(&[&[0x20, 0, 0x41, 1, 0x6a, 0x22, 0, 0x41, 100, 0x49, 0x0d, 0]]),
        &[0x1a, 0x0b],
    ]);
    sink.runs(
        "wide/a loop that shifts 1,000 values by one",
        module(&[
            wide_types(),
            functions(&[0]),
            exports(&[export(b"run", 0, 0)]),
            code(&[body(&[(1, I32)], &cat(&[&constants, &shifted, &drops]))]),
        ]),
    );
    let br_over = cat(&[
        &[0x02, 1],
        &[0x41, 1].repeat(5_000),
        &constants,
        &[0x41, 0, 0x0d, 0].repeat(1_000),
        &[0x0c, 0, 0x0b],
        &drops,
    ]);
    sink.runs("wide/1,000 br_if that carry 1,000 values over 5,000", one(&br_over));
    let pair = |instructions: &[u8]| {
        let callee: Vec<u8> = (0..values as u64).flat_map(|k| cat(&[&[0x20], &u(k)])).collect();
        module(&[
            wide_types(),
            functions(&[0, 2, 1, 3]),
            exports(&[export(b"run", 0, 0)]),
            code(&[body(&[], instructions), body(&[], &callee), body(&[], &constants), body(&[], &[])]),
        ])
    };
    sink.runs(
        "wide/1,000 calls of 1,000 parameters and results",
        pair(&cat(&[&constants, &[0x10, 1].repeat(1_000), &drops])),
    );
    sink.runs(
        "wide/100,000 calls of 1,000 parameters and results",
        pair(&cat(&[&constants, &[0x10, 1].repeat(100_000), &drops])),
    );
    sink.runs("wide/20,000 calls that give and take 1,000 values", pair(&[0x10, 2, 0x10, 3].repeat(20_000)));
    sink.runs(
        "wide/calls whose results no one takes, never reached",
        pair(&cat(&[&[0x00], &[0x10, 2, 0x10, 3].repeat(50_000)])),
    );
    sink.runs(
        "wide/100,000 branches of 1,000 values, never reached",
        one(&cat(&[&[0x02, 1, 0x00], &[0x0c, 0].repeat(100_000), &[0x0b], &drops])),
    );
}
