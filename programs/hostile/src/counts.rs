//! Very many of one thing: types, functions, locals, imports, exports, globals,
//! segments, memories, tables; large constant expressions.

use crate::Sink;
use crate::encode::*;

pub(crate) fn add(sink: &mut Sink) {
    types_(sink);
    functions_(sink);
    locals(sink);
    imports_exports(sink);
    globals(sink);
    segments(sink);
    memories_tables(sink);
}

fn types_(sink: &mut Sink) {
    let same = |count: usize| module(&[section(TYPE, &counted(count as u64, &[0x60, 0, 0].repeat(count)))]);
    sink.runs("types/1,000,000 alike", same(1_000_000));
    sink.either("types/1,000,001 alike", same(1_000_001));
    let mut different = Vec::new();
    let kinds = [I32, I64, F32, F64];
    for k in 0..200_000usize {
        let params: Vec<u8> = (0..9).map(|digit| kinds[k >> (2 * digit) & 3]).collect();
        different.extend(func_type(&params, &[kinds[k & 3]]));
    }
    sink.runs("types/200,000 different", module(&[section(TYPE, &counted(200_000, &different))]));
    let wide = func_type(&[I64; 1000], &[F64; 1000]);
    sink.runs("types/1,000 of 1,000 parameters and results", module(&[types(&vec![wide; 1000])]));
    // Each names the one before, by number.
    let narrow = |before| cat(&[&[REF_NULL], &s(before)]);
    let wide = |before| cat(&[&[REF_NULL], &s(before), &[I32; 999]]);
    let chain = |count: u64, length, params: &dyn Fn(i64) -> Vec<u8>| {
        let mut all = func_type(&[], &[]);
        for before in 0..count as i64 - 1 {
            all.extend(cat(&[&[0x60], &counted(length, &params(before)), &[0]]));
        }
        module(&[section(TYPE, &counted(count, &all))])
    };
    sink.runs("types/3,000 that name the one before", chain(3_000, 1, &narrow));
    sink.runs("types/100,000 that name the one before", chain(100_000, 1, &narrow));
    sink.runs("types/1,000 of 1,000 parameters that name the one before", chain(1_000, 1_000, &wide));
    sink.runs("types/1,000 parameters", module(&[types(&[func_type(&[V128; 1000], &[])])]));
    sink.either("types/1,001 parameters", module(&[types(&[func_type(&[I32; 1001], &[])])]));
    sink.either("types/1,001 results", module(&[types(&[func_type(&[], &[I32; 1001])])]));
    sink.either("types/1,000,000 parameters", module(&[types(&[func_type(&vec![I32; 1_000_000], &[])])]));
    sink.invalid(
        "types/4 billion parameters that are not there",
        module(&[section(TYPE, &counted(1, &cat(&[&[0x60], &u(u32::MAX.into())])))]),
    );
}

fn functions_(sink: &mut Sink) {
    let tiny = |count: usize| {
        module(&[
            types(&[func_type(&[], &[])]),
            section(FUNCTION, &counted(count as u64, &vec![0; count])),
            exports(&[export(b"run", 0, count as u32 - 1)]),
            section(CODE, &counted(count as u64, &[2, 0, 0x0b].repeat(count))),
        ])
    };
    sink.runs("functions/100,000 tiny", tiny(100_000));
    sink.runs("functions/1,000,000 tiny", tiny(1_000_000));
    sink.either("functions/1,000,001 tiny", tiny(1_000_001));
    // Each calls the next: as deep as there are functions.
    let mut chain = Vec::new();
    let count = 20_000u32;
    for k in 0..count {
        let call = if k + 1 < count { cat(&[&[0x10], &u((k + 1).into())]) } else { vec![0x01] };
        chain.extend(body(&[], &call));
    }
    sink.runs(
        "functions/a chain of 20,000 calls",
        module(&[
            types(&[func_type(&[], &[])]),
            section(FUNCTION, &counted(count.into(), &vec![0; count as usize])),
            exports(&[export(b"run", 0, 0)]),
            section(CODE, &counted(count.into(), &chain)),
        ]),
    );
}

fn locals(sink: &mut Sink) {
    let run = |groups: &[(u32, u8)]| run_with(&[], &[], groups, &[0x01]);
    sink.runs("locals/50,000", run(&[(50_000, I64)]));
    sink.runs("locals/50,000 vectors", run(&[(50_000, V128)]));
    sink.runs("locals/50,000 in as many groups", run(&vec![(1, F32); 50_000]));
    sink.runs(
        "locals/50,000 of all types in turn",
        run(&[(1, I32), (1, V128), (1, FUNCREF), (1, F64)].repeat(12_500)),
    );
    sink.runs("locals/300,000 groups of none", run(&vec![(0, I32); 300_000]));
    sink.either("locals/50,001", run(&[(50_001, I32)]));
    sink.either("locals/65,536", run(&[(65_536, I32)]));
    sink.either("locals/1 million", run(&[(1_000_000, I64)]));
    sink.either("locals/4 billion", run(&[(u32::MAX, I32)]));
    sink.invalid("locals/twice 4 billion", run(&[(u32::MAX, I32), (u32::MAX, I64)]));
    sink.invalid("locals/4 billion and one", run(&[(u32::MAX, I32), (1, I64)]));
    sink.invalid("locals/of no type", run(&[(1, 0x01)]));
    sink.invalid("locals/of a block type", run(&[(1, EMPTY)]));
    // A few octets for each function, but 50,000 locals in each.
    let count = 20_000usize;
    let many = body(&[(50_000, I64)], &[0x01]);
    sink.runs(
        "locals/50,000 in each of 20,000 functions",
        module(&[
            types(&[func_type(&[], &[])]),
            section(FUNCTION, &counted(count as u64, &vec![0; count])),
            exports(&[export(b"run", 0, 0)]),
            section(CODE, &counted(count as u64, &many.repeat(count))),
        ]),
    );
    // Recursion through a frame that nearly fills the stack.
    sink.runs(
        "locals/recursion with 50,000",
        run_with(&[], &[I32], &[(50_000, I64)], &[0x10, 0, 0x41, 1, 0x6a]),
    );
    sink.runs("locals/recursion with 60", run_with(&[], &[I32], &[(60, F64)], &[0x10, 0, 0x41, 1, 0x6a]));
    sink.runs("locals/endless tail calls with 50,000", run_with(&[], &[], &[(50_000, I64)], &[0x12, 0]));
}

/// Imports that share the name of their module, which a decoder may have for each of them.
fn compact_imports(sink: &mut Sink) {
    let module_name = bytes(&vec![b'm'; 100_000]);
    let ty = [0, 0];
    let beside = section(DATA, &counted(1, &cat(&[&[1], &bytes(&vec![0; 10_000_000])])));
    for (text, count, beside) in [("400", 400, beside), ("100,000", 100_000, Vec::new())] {
        let names = |behind: &[u8]| -> Vec<u8> {
            (0..count).flat_map(|k: u64| cat(&[&bytes(k.to_string().as_bytes()), behind])).collect()
        };
        let typed = cat(&[&module_name, &[0, 0x7f], &counted(count, &names(&ty))]);
        let untyped = cat(&[&module_name, &[0, 0x7e], &ty, &counted(count, &names(&[]))]);
        for (what, group) in [("name", typed), ("name and type", untyped)] {
            sink.either(
                format!("imports/{text} that share a {what}"),
                module(&[
                    types(&[func_type(&[], &[])]),
                    section(IMPORT, &counted(1, &group)),
                    beside.clone(),
                ]),
            );
        }
    }
}

fn imports_exports(sink: &mut Sink) {
    let kinds: [&[u8]; 4] = [&[0, 0], &[1, FUNCREF, 0, 1], &[2, 0, 1], &[3, I32, 0]];
    for (k, kind) in kinds.iter().enumerate() {
        let import = cat(&[&bytes(b"env"), &bytes(b"thing"), kind]);
        let one = module(&[types(&[func_type(&[], &[])]), section(IMPORT, &counted(1, &import))]);
        sink.runs(format!("imports/one of kind {k}"), one);
    }
    let mut all = Vec::new();
    for k in 0..100_000u32 {
        all.extend(cat(&[&bytes(b"env"), &bytes(format!("f{k}").as_bytes()), &[0, 0]]));
    }
    sink.runs(
        "imports/100,000 functions",
        module(&[types(&[func_type(&[], &[])]), section(IMPORT, &counted(100_000, &all))]),
    );
    let same = cat(&[&bytes(b"wasi_snapshot_preview1"), &bytes(b"proc_exit"), &[0, 0]]);
    sink.runs(
        "imports/proc_exit 10,000 times, of a wrong type",
        module(&[types(&[func_type(&[], &[])]), section(IMPORT, &counted(10_000, &same.repeat(10_000)))]),
    );
    let globals = cat(&[&bytes(b"e"), &bytes(b"g"), &[3, I32, 0]]);
    sink.runs(
        "imports/100,000 globals",
        module(&[section(IMPORT, &counted(100_000, &globals.repeat(100_000)))]),
    );
    let memory_import = cat(&[&bytes(b"e"), &bytes(b"m"), &[2, 0, 1]]);
    sink.either(
        "imports/101 memories",
        module(&[section(IMPORT, &counted(101, &memory_import.repeat(101)))]),
    );
    let own_start = module(&[
        types(&[func_type(&[], &[])]),
        section(IMPORT, &counted(1, &cat(&[&bytes(b"env"), &bytes(b"start"), &[0, 0]]))),
        section(START, &u(0)),
    ]);
    sink.runs("imports/the start function", own_start);
    compact_imports(sink);

    let mut names = Vec::new();
    for k in 0..100_000u32 {
        names.extend(export(format!("{k}").as_bytes(), 2, 0));
    }
    sink.runs(
        "exports/100,000 of one memory",
        module(&[memory(1, None), section(EXPORT, &counted(100_000, &names))]),
    );
    names.extend(export(b"77777", 2, 0));
    sink.invalid(
        "exports/100,000 and one of them twice",
        module(&[memory(1, None), section(EXPORT, &counted(100_001, &names))]),
    );
    let mut long = Vec::new();
    for k in 0..200u32 {
        let name = format!("{}{k}", "x".repeat(10_000));
        long.extend(export(name.as_bytes(), 2, 0));
    }
    sink.runs(
        "exports/200 long names that differ at their ends",
        module(&[memory(1, None), section(EXPORT, &counted(200, &long))]),
    );
}

fn globals(sink: &mut Sink) {
    let plain = [I32, 1, 0x41, 0, 0x0b];
    sink.runs("globals/100,000", module(&[section(GLOBAL, &counted(100_000, &plain.repeat(100_000)))]));
    let vector = cat(&[&[V128, 1, 0xfd, 12], &[0x5a; 16], &[0x0b]]);
    for (name, count) in [("globals/50,000 vectors", 50_000), ("globals/200,000 vectors", 200_000)] {
        sink.runs(name, module(&[section(GLOBAL, &counted(count, &vector.repeat(count as usize)))]));
    }
    let mut chain = vec![I32, 0, 0x41, 1, 0x0b];
    for k in 0..20_000u64 {
        chain.extend(cat(&[&[I32, 0, 0x23], &u(k), &[0x0b]]));
    }
    sink.either("globals/each is the one before", module(&[section(GLOBAL, &counted(20_001, &chain))]));
    let long = |count: usize| {
        let init = cat(&[&[I32, 0], &i32_const(1), &[0x41, 1, 0x6a].repeat(count), &[0x0b]]);
        module(&[section(GLOBAL, &counted(1, &init)), exports(&[export(b"g", 3, 0)])])
    };
    sink.runs("globals/a sum of 1,000", long(1_000));
    sink.runs("globals/a sum of 300,000", long(300_000));
    let deep = |count: usize| {
        let init = cat(&[&[I64, 0], &[0x42, 3].repeat(count), &vec![0x7c; count - 1], &[0x0b]]);
        module(&[section(GLOBAL, &counted(1, &init)), exports(&[export(b"g", 3, 0)])])
    };
    sink.runs("globals/a sum with 1,000 operands piled up", deep(1_000));
    sink.either("globals/a sum with 300,000 operands piled up", deep(300_000));
}

fn segments(sink: &mut Sink) {
    let passive = [1u8, 0];
    let data = |count: u64, contents: &[u8]| {
        module(&[memory(1, None), section(DATA_COUNT, &u(count)), section(DATA, &counted(count, contents))])
    };
    sink.runs("data/100,000 empty segments", data(100_000, &passive.repeat(100_000)));
    sink.either("data/100,001 empty segments", data(100_001, &passive.repeat(100_001)));
    let active = [0u8, 0x41, 0, 0x0b, 1, b'x'];
    sink.runs("data/50,000 active segments", data(50_000, &active.repeat(50_000)));
    sink.runs("data/past the end", data(1, &cat(&[&[0], &i32_const(65_533), &[0x0b], &bytes(b"over")])));
    sink.runs("data/at the end", data(1, &cat(&[&[0], &i32_const(65_532), &[0x0b], &bytes(b"over")])));
    sink.runs("data/none at the end", data(1, &cat(&[&[0], &i32_const(65_536), &[0x0b], &bytes(b"")])));
    sink.runs("data/none past the end", data(1, &cat(&[&[0], &i32_const(65_537), &[0x0b], &bytes(b"")])));
    sink.runs("data/at -1", data(1, &cat(&[&[0], &i32_const(-1), &[0x0b], &bytes(b"over")])));
    sink.runs(
        "data/2 MB into one page",
        data(1, &cat(&[&[0], &i32_const(0), &[0x0b], &bytes(&vec![7; 2 << 20])])),
    );
    sink.runs("data/2 MB, passive", data(1, &cat(&[&[1], &bytes(&vec![7; 2 << 20])])));
    sink.either(
        "data/at the sum of 10,000 numbers",
        data(1, &cat(&[&[0], &i32_const(0), &[0x41, 1, 0x6a].repeat(10_000), &[0x0b], &bytes(b"x")])),
    );

    let base = |table_size: u64, count: u64, contents: &[u8]| {
        module(&[
            types(&[func_type(&[], &[])]),
            functions(&[0]),
            table(table_size, None),
            exports(&[export(b"run", 0, 0)]),
            section(ELEMENT, &counted(count, contents)),
            code(&[body(&[], &[0x41, 5, 0x11, 0, 0])]),
        ])
    };
    let zeros = vec![0u8; 1_000_000];
    sink.runs(
        "elements/1,000,000 in a table",
        base(1_000_000, 1, &cat(&[&[0, 0x41, 0, 0x0b], &bytes(&zeros)])),
    );
    sink.runs(
        "elements/1,000,000 in a table of ten",
        base(10, 1, &cat(&[&[0, 0x41, 0, 0x0b], &bytes(&zeros)])),
    );
    sink.runs("elements/1,000,000 passive", base(10, 1, &cat(&[&[1, 0], &bytes(&zeros)])));
    sink.runs("elements/1,000,000 declared", base(10, 1, &cat(&[&[3, 0], &bytes(&zeros)])));
    let expressions = [0xd0, FUNCREF, 0x0b].repeat(300_000);
    sink.runs(
        "elements/300,000 expressions",
        base(10, 1, &cat(&[&[5, FUNCREF], &counted(300_000, &expressions)])),
    );
    sink.runs("elements/100,000 empty segments", base(10, 100_000, &[1u8, 0, 0].repeat(100_000)));
    sink.either("elements/100,001 empty segments", base(10, 100_001, &[1u8, 0, 0].repeat(100_001)));
    sink.runs("elements/past the end", base(4, 1, &cat(&[&[0], &i32_const(3), &[0x0b], &bytes(&[0, 0])])));
    sink.runs("elements/at -1", base(4, 1, &cat(&[&[0], &i32_const(-1), &[0x0b], &bytes(&[0])])));
}

fn memories_tables(sink: &mut Sink) {
    let touch = |min: u64, at: i32| {
        module(&[
            types(&[func_type(&[], &[])]),
            functions(&[0]),
            memory(min, None),
            exports(&[export(b"run", 0, 0), export(b"memory", 2, 0)]),
            code(&[body(&[], &cat(&[&i32_const(at), &[0x41, 1, 0x3a, 0, 0]]))]),
        ])
    };
    sink.runs("memory/65,536 pages", touch(65_536, -1));
    sink.runs("memory/65,535 pages", touch(65_535, -1));
    sink.runs("memory/no page", touch(0, 0));
    let several = |count: usize, min: u64| {
        module(&[section(MEMORY, &counted(count as u64, &limits(min, None).repeat(count)))])
    };
    sink.runs("memory/100 of one page", several(100, 1));
    sink.either("memory/101 of one page", several(101, 1));
    sink.runs("memory/100 of 65,536 pages", several(100, 65_536));
    sink.either("memory/100,000 of no page", several(100_000, 0));
    sink.runs("table/1,000,000", module(&[table(1_000_000, None)]));
    sink.runs("table/at most 4 billion", module(&[table(0, Some(u32::MAX.into()))]));
    sink.either("table/10,000,000", module(&[table(10_000_000, None)]));
    sink.either("table/10,000,001", module(&[table(10_000_001, None)]));
    sink.either("table/4 billion", module(&[table(u32::MAX.into(), None)]));
    let several = |count: usize, min: u64| {
        let one = cat(&[&[FUNCREF], &limits(min, None)]);
        module(&[section(TABLE, &counted(count as u64, &one.repeat(count)))])
    };
    sink.runs("table/100 of one", several(100, 1));
    sink.either("table/100 of 10,000,000", several(100, 10_000_000));
    sink.either("table/101 of one", several(101, 1));
}
