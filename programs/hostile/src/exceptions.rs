//! Exceptions: `try_table`s inside of each other and in a row, clauses, tags, long ways, and what is kept.

use crate::Sink;
use crate::encode::*;

const TRY: u8 = 0x1f;
const THROW: u8 = 0x08;
const THROW_REF: u8 = 0x0a;
const EXNREF: u8 = 0x69;
const CALL: u8 = 0x10;
const BR: u8 = 0x0c;
const BLOCK: u8 = 0x02;
const LOOP: u8 = 0x03;
const END: u8 = 0x0b;
const DROP: u8 = 0x1a;
const UNREACHABLE: u8 = 0x00;
const CATCH_ALL: [u8; 2] = [2, 0];
const CATCH_ALL_REF: [u8; 2] = [3, 0];

/// A module with tags of these types; function 0, of the first type, is `run` and has this body, others follow.
fn with_tags(all_types: &[Vec<u8>], tags: &[u32], bodies: &[Vec<u8>]) -> Vec<u8> {
    let mut items = Vec::new();
    for &tag in tags {
        items.extend(cat(&[&[0], &u(tag.into())]));
    }
    module(&[
        types(all_types),
        functions(&vec![0; bodies.len()]),
        section(TAG, &counted(tags.len() as u64, &items)),
        exports(&[export(b"run", 0, 0)]),
        code(bodies),
    ])
}

fn plain(tags: usize, bodies: &[Vec<u8>]) -> Vec<u8> {
    with_tags(&[func_type(&[], &[])], &vec![0; tags], bodies)
}

/// `try_table` without a type, with these clauses.
fn try_(clauses: &[&[u8]]) -> Vec<u8> {
    cat(&[&[TRY, EMPTY], &counted(clauses.len() as u64, &clauses.concat())])
}

/// A loop without end.
fn forever(instructions: &[u8]) -> Vec<u8> {
    cat(&[&[LOOP, EMPTY], instructions, &[BR, 0, END]])
}

pub(crate) fn add(sink: &mut Sink) {
    let throw = [THROW, 0];
    // Each would catch another tag.
    let misses = |count: usize| try_(&[&[0, 1, 0]]).repeat(count);
    for count in [900usize, 5_000] {
        let inside = cat(&[&misses(count), &throw, &[END].repeat(count)]);
        let caught = cat(&[&[BLOCK, EMPTY], &try_(&[&CATCH_ALL]), &inside, &[END, END]]);
        sink.runs(
            format!("exceptions/{count} inside of each other"),
            plain(2, &[body(&[], &forever(&caught))]),
        );
    }
    let clauses: Vec<&[u8]> = vec![&[0, 1, 0]; 9_999];
    let wide = try_(&clauses);
    let in_a_row = |each: &[u8], count: usize| {
        let one = cat(&[&[BLOCK, EMPTY], each, &throw, &[END, END]]);
        plain(2, &[body(&[], &one.repeat(count))])
    };
    sink.either("exceptions/10 of 9,999 clauses", in_a_row(&wide, 10));
    let nested = cat(&[&wide.repeat(10), &throw, &[END].repeat(10)]);
    let caught = cat(&[&[BLOCK, EMPTY], &try_(&[&CATCH_ALL]), &nested, &[END, END]]);
    sink.either("exceptions/a way through 99,990 clauses", plain(2, &[body(&[], &forever(&caught))]));
    sink.runs("exceptions/100,000 in a row", in_a_row(&try_(&[&CATCH_ALL]), 100_000));
    sink.runs("exceptions/100,000 that catch nothing", in_a_row(&try_(&[]), 100_000));
    let empty = cat(&[&try_(&[&CATCH_ALL]), &[END]]);
    sink.runs("exceptions/150,000 with nothing inside", plain(1, &[body(&[], &empty.repeat(150_000))]));
    sink.runs("exceptions/10,000 tags", plain(10_000, &[body(&[], &throw)]));
    sink.either("exceptions/1,000,000 tags", plain(1_000_000, &[body(&[], &throw)]));
    sink.either("exceptions/1,000,001 tags", plain(1_000_001, &[body(&[], &throw)]));

    // As deep as the stack goes, and then all the way back.
    let deep = cat(&[&[CALL, 1]]);
    let caught = cat(&[&[BLOCK, EMPTY], &try_(&[&CATCH_ALL]), &[CALL, 1], &[END, END]]);
    sink.runs(
        "exceptions/down to the stack's end",
        plain(1, &[body(&[], &forever(&caught)), body(&[], &deep)]),
    );
    let counting = cat(&[
        &[0x23, 0],
        &i32_const(1),
        &[0x6b, 0x24, 0],
        &[0x23, 0, 0x45, 0x04, EMPTY],
        &throw,
        &[END],
        &[CALL, 1],
    ]);
    let start = cat(&[&i32_const(1_000), &[0x24, 0]]);
    let run = forever(&cat(&[&start, &caught]));
    let global = section(GLOBAL, &counted(1, &cat(&[&[I32, 1], &i32_const(0), &[END]])));
    sink.runs(
        "exceptions/back through 1,000 frames",
        module(&[
            types(&[func_type(&[], &[])]),
            functions(&[0, 0]),
            section(TAG, &counted(1, &[0, 0])),
            global,
            exports(&[export(b"run", 0, 0)]),
            code(&[body(&[], &run), body(&[], &counting)]),
        ]),
    );

    // What is kept, and thrown again.
    let kept = cat(&[&[BLOCK, EXNREF], &try_(&[&CATCH_ALL_REF]), &throw, &[END, UNREACHABLE, END]]);
    sink.runs("exceptions/kept for ever", plain(1, &[body(&[], &forever(&cat(&[&kept, &[DROP]])))]));
    let again = cat(&[&[BLOCK, EMPTY], &try_(&[&CATCH_ALL]), &kept, &[THROW_REF, END, END]]);
    sink.runs("exceptions/kept and thrown again", plain(1, &[body(&[], &forever(&again))]));
    let fields = func_type(&[I64; 1000], &[]);
    let constants = [0x42, 7].repeat(1000);
    let kept = cat(&[
        &[BLOCK, EXNREF],
        &try_(&[&CATCH_ALL_REF]),
        &constants,
        &throw,
        &[END, UNREACHABLE, END, DROP],
    ]);
    let list = [func_type(&[], &[]), fields];
    sink.runs("exceptions/1,000 fields kept for ever", with_tags(&list, &[1], &[body(&[], &forever(&kept))]));
    // Each clause of three bytes names a thousand values.
    let list = [func_type(&[], &[]), func_type(&[I64; 1000], &[]), func_type(&[], &[I64; 1000])];
    let clauses: Vec<&[u8]> = vec![&[0, 0, 0]; 9_000];
    let one = cat(&[&[BLOCK, 2], &try_(&clauses), &[END, UNREACHABLE, END], &[DROP; 1000]]);
    sink.either("exceptions/clauses of 1,000 values", with_tags(&list, &[1], &[body(&[], &one.repeat(40))]));

    sink.invalid("exceptions/no such tag", plain(1, &[body(&[], &[THROW, 1])]));
    sink.invalid("exceptions/no such label", plain(1, &[body(&[], &cat(&[&try_(&[&[2, 9]]), &[END]]))]));
    sink.invalid("exceptions/no such clause", plain(1, &[body(&[], &cat(&[&try_(&[&[4, 0]]), &[END]]))]));
    let missing = cat(&[&[TRY, EMPTY], &u(u32::MAX.into()), &[END]]);
    sink.invalid("exceptions/4 billion clauses that are not there", plain(1, &[body(&[], &missing)]));
    let result = [func_type(&[], &[]), func_type(&[], &[I32])];
    sink.invalid("exceptions/a tag with a result", with_tags(&result, &[1], &[body(&[], &[])]));
}
