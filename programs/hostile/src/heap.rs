//! Structs and arrays: types of many fields, types in long chains and large groups, objects without end, arrays without
//! bounds, code of nothing but accesses and casts.

use crate::Sink;
use crate::encode::*;

const STRUCT: u8 = 0x5f;
const ARRAY: u8 = 0x5e;
const GROUP: u8 = 0x4e;
const SUB: u8 = 0x50;
const I8: u8 = 0x78;
const ANYREF: u8 = 0x6e;
/// Prefix of the instructions.
const HEAP: u8 = 0xfb;
const LOOP: u8 = 0x03;
const BR: u8 = 0x0c;
const END: u8 = 0x0b;
const DROP: u8 = 0x1a;
const NULL: [u8; 2] = [0xd0, 0x71];

/// A struct of so many fields that can be set.
fn struct_of(fields: usize, ty: &[u8]) -> Vec<u8> {
    cat(&[&[STRUCT], &counted(fields as u64, &cat(&[ty, &[1]]).repeat(fields))])
}

/// An array of elements that can be set.
fn array_of(ty: u8) -> Vec<u8> {
    vec![ARRAY, ty, 1]
}

/// A reference to a type, or null.
fn reference(ty: u32) -> Vec<u8> {
    cat(&[&[REF_NULL], &u(ty.into())])
}

/// A module of these types; its function `run`, whose type is added, has a local of each of these and these instructions.
fn with_types(mut all: Vec<Vec<u8>>, locals: &[u8], instructions: &[u8]) -> Vec<u8> {
    let run = all.len() as u32;
    all.push(func_type(&[], &[]));
    let local = cat(&[&u(1), locals]);
    let runs = if locals.is_empty() { vec![0] } else { counted(1, &local) };
    let contents = cat(&[&runs, instructions, &[END]]);
    let body = cat(&[&u(contents.len() as u64), &contents]);
    module(&[
        types(&all),
        functions(&[run]),
        exports(&[export(b"run", 0, 0)]),
        section(CODE, &counted(1, &body)),
    ])
}

fn heap(code: u8, immediates: &[u64]) -> Vec<u8> {
    let mut instruction = vec![HEAP, code];
    immediates.iter().for_each(|immediate| instruction.extend(u(*immediate)));
    instruction
}

/// A loop without end.
fn forever(instructions: &[u8]) -> Vec<u8> {
    cat(&[&[LOOP, EMPTY], instructions, &[BR, 0, END]])
}

pub(crate) fn add(sink: &mut Sink) {
    types_of_many(sink);
    objects(sink);
    constants(sink);
    long(sink);
}

fn types_of_many(sink: &mut Sink) {
    for fields in [1_000, 10_000] {
        let new = forever(&cat(&[&heap(1, &[0]), &[DROP]]));
        let all = vec![struct_of(fields, &[I64])];
        sink.runs(format!("heap/a struct of {fields} fields"), with_types(all, &[], &new));
        let all = vec![struct_of(fields, &[V128]); 20];
        sink.put(
            format!("heap/20 structs of {fields} fields"),
            crate::Expect::Either,
            with_types(all, &[], &new),
        );
    }
    sink.invalid("heap/a struct of 10,001 fields", with_types(vec![struct_of(10_001, &[I8])], &[], &[]));
    for count in [1_000, 3_000, 100_000] {
        let one = struct_of(1, &[I8]);
        let either = crate::Expect::Either;
        sink.put(format!("heap/{count} structs"), either, with_types(vec![one.clone(); count], &[], &[]));
        // Each names the next, the last the first.
        let named = (0..count as u32).map(|number| struct_of(1, &reference((number + 1) % count as u32)));
        let group = cat(&[&[GROUP], &counted(count as u64, &named.collect::<Vec<_>>().concat())]);
        let run = cat(&[&group, &func_type(&[], &[])]);
        let bytes =
            module(&[section(TYPE, &counted(2, &run)), functions(&[count as u32]), code(&[body(&[], &[])])]);
        sink.put(format!("heap/a group of {count} structs"), either, bytes);
    }
    for (depth, valid) in [(63, true), (64, false)] {
        let mut all = vec![cat(&[&[SUB, 0], &struct_of(1, &[I8])])];
        all.extend((0..depth).map(|number| cat(&[&[SUB, 1], &u(number), &struct_of(1, &[I8])])));
        // Casts of the deepest to the first and back.
        let casts = cat(&[&heap(1, &[depth]), &heap(0x16, &[0]), &heap(0x16, &[depth]), &[DROP]]);
        let bytes = with_types(all, &[], &forever(&casts));
        let name = format!("heap/types {depth} deep");
        if valid { sink.runs(name, bytes) } else { sink.invalid(name, bytes) }
    }
}

/// Globals whose initial values are arrays, the second kind of one value for all elements.
fn constants(sink: &mut Sink) {
    for (what, ty, value) in [("octets", I8, i32_const(7)), ("references", ANYREF, NULL.to_vec())] {
        for len in [65_536, 1 << 23, i32::MAX, -1] {
            for (how, new) in [
                ("default", cat(&[&i32_const(len), &heap(7, &[0])])),
                ("equal", cat(&[&value, &i32_const(len), &heap(6, &[0])])),
            ] {
                let global = cat(&[&reference(0), &[0], &new, &[END]]);
                let all = cat(&[&array_of(ty), &func_type(&[], &[])]);
                let bytes = module(&[
                    section(TYPE, &counted(2, &all)),
                    functions(&[1]),
                    section(GLOBAL, &counted(1, &global)),
                    exports(&[export(b"run", 0, 0)]),
                    code(&[body(&[], &[])]),
                ]);
                sink.runs(format!("heap/a global of {len} {how} {what}"), bytes);
            }
        }
    }
}

fn objects(sink: &mut Sink) {
    let node = || vec![struct_of(1, &reference(0))];
    let new = heap(1, &[0]);
    sink.runs("heap/objects without end", with_types(node(), &[], &forever(&cat(&[&new, &[DROP]]))));
    // A list whose head is in the local.
    let longer = cat(&[&[0x20, 0], &heap(0, &[0]), &[0x21, 0]]);
    sink.runs("heap/a list without end", with_types(node(), &reference(0), &forever(&longer)));
    for (what, ty) in [("octets", I8), ("vectors", V128), ("references", ANYREF)] {
        for len in [0, 1, 65_536, 1 << 24, i32::MAX, -1] {
            let array = cat(&[&i32_const(len), &heap(7, &[0]), &[DROP]]);
            sink.runs(
                format!("heap/arrays of {len} {what}"),
                with_types(vec![array_of(ty)], &[], &forever(&array)),
            );
        }
        // An array that holds itself is copied onto itself.
        let copy = cat(&[
            &[0x20, 0],
            &i32_const(1),
            &[0x20, 0],
            &i32_const(0),
            &i32_const(49_999),
            &heap(0x11, &[0, 0]),
        ]);
        let all = cat(&[&i32_const(50_000), &heap(7, &[0]), &[0x21, 0], &forever(&copy)]);
        sink.runs(format!("heap/copies of {what}"), with_types(vec![array_of(ty)], &reference(0), &all));
    }
    // 2,000 arrays in each other, by a constant expression.
    let depth = 2_000;
    let nested = cat(&[&NULL, &heap(8, &[0, 1]).repeat(depth), &[END]]);
    let global = cat(&[&[ANYREF, 0], &nested]);
    let bytes = module(&[types(&[array_of(ANYREF)]), section(GLOBAL, &counted(1, &global))]);
    sink.runs("heap/arrays in a constant expression", bytes);
    // An array of as many elements as there are operands.
    for count in [10_000, 65_000] {
        let all = cat(&[&NULL.repeat(count), &heap(8, &[0, count as u64]), &[DROP]]);
        sink.runs(
            format!("heap/an array of {count} operands"),
            with_types(vec![array_of(ANYREF)], &[], &all),
        );
    }
}

fn long(sink: &mut Sink) {
    let all = || vec![struct_of(2, &[I32]), array_of(I8)];
    for (what, instruction) in [
        ("struct.get", cat(&[&[0x20, 0], &heap(2, &[0, 1]), &[DROP]])),
        ("struct.new", cat(&[&heap(1, &[0]), &[DROP]])),
        ("ref.test", cat(&[&[0x20, 0], &heap(0x14, &[0]), &[DROP]])),
        ("array.len", cat(&[&heap(8, &[1, 0]), &heap(0x0f, &[]), &[DROP]])),
        ("array.fill", cat(&[&heap(8, &[1, 0]), &i32_const(0).repeat(3), &heap(0x10, &[1])])),
    ] {
        let bytes = 1_000_000;
        let many = instruction.repeat(bytes / instruction.len());
        let filled = cat(&[&heap(1, &[0]), &[0x21, 0], &many]);
        sink.runs(format!("heap/a megabyte of {what}"), with_types(all(), &reference(0), &filled));
    }
    // `br_on_cast` to the block around it, which takes the reference.
    let cast = cat(&[&[0x02], &reference(0), &[0x20, 0, HEAP, 0x18, 3, 0], &u(0), &u(0), &[END, DROP]]);
    let many = cast.repeat(1_000_000 / cast.len());
    sink.runs("heap/a megabyte of br_on_cast", with_types(all(), &reference(0), &many));
}
