//! Modules that decode but are not valid: types that do not fit, indices that do
//! not exist, instructions that are none.

use crate::Sink;
use crate::encode::*;

pub(crate) fn add(sink: &mut Sink) {
    let bodies: [(&str, &[u8], &[u8]); 44] = [
        ("nothing for a result", &[I32], &[]),
        ("a wrong result", &[I32], &[0x42, 1]),
        ("one result too many", &[], &[0x41, 1]),
        ("an operand missing", &[I32], &[0x41, 1, 0x6a]),
        ("an operand of another type", &[I32], &[0x41, 1, 0x42, 1, 0x6a]),
        ("drop of nothing", &[], &[0x1a]),
        ("select of two types", &[], &[0x41, 1, 0x42, 1, 0x41, 0, 0x1b, 0x1a]),
        ("select of references, untyped", &[], &[0xd0, FUNCREF, 0xd0, FUNCREF, 0x41, 0, 0x1b, 0x1a]),
        ("select of no type", &[], &[0x41, 1, 0x41, 1, 0x41, 0, 0x1c, 0, 0x1a]),
        ("select of two declared types", &[], &[0x41, 1, 0x41, 1, 0x41, 0, 0x1c, 2, I32, I32, 0x1a]),
        ("local that is not there", &[], &[0x20, 5, 0x1a]),
        ("local number 4 billion", &[], &[0x20, 0xff, 0xff, 0xff, 0xff, 0x0f, 0x1a]),
        ("global that is not there", &[], &[0x23, 9, 0x1a]),
        ("call of no function", &[], &[0x10, 100]),
        ("call_indirect of no type", &[], &[0x41, 0, 0x11, 50, 0]),
        ("call_indirect without index", &[], &[0x11, 0, 0]),
        ("call_indirect of no table", &[], &[0x41, 0, 0x11, 0, 3]),
        ("return_call with another result", &[I32], &[0x12, 0, 0x0b]),
        ("branch to no label", &[], &[0x0c, 1]),
        ("branch to label 4 billion", &[], &[0x0c, 0xff, 0xff, 0xff, 0xff, 0x0f]),
        ("branch without its value", &[I32], &[0x0c, 0]),
        ("branch table with no default", &[], &[0x41, 0, 0x0e, 1, 0]),
        ("branch table to no label", &[], &[0x41, 0, 0x0e, 1, 7, 0]),
        ("branch table of two arities", &[], &[0x02, I32, 0x41, 1, 0x41, 0, 0x0e, 1, 0, 1, 0x0b, 0x1a]),
        ("if without condition", &[], &[0x04, EMPTY, 0x0b]),
        ("if with a result and no else", &[], &[0x41, 0, 0x04, I32, 0x41, 1, 0x0b, 0x1a]),
        ("else without if", &[], &[0x05]),
        ("else twice", &[], &[0x41, 0, 0x04, EMPTY, 0x05, 0x05, 0x0b]),
        ("else in a block", &[], &[0x02, EMPTY, 0x05, 0x0b]),
        ("end too often", &[], &[0x0b, 0x0b]),
        ("block of no type", &[], &[0x02, 0x05, 0x0b]),
        ("block that eats the operand below", &[], &[0x41, 1, 0x02, EMPTY, 0x1a, 0x0b]),
        ("block that leaves a value", &[], &[0x02, EMPTY, 0x41, 1, 0x0b]),
        ("load without memory 1", &[], &[0x41, 0, 0x28, 0x42, 1, 0, 0x1a]),
        ("alignment over the natural one", &[], &[0x41, 0, 0x28, 3, 0, 0x1a]),
        ("store of another type", &[], &[0x41, 0, 0x42, 0, 0x36, 2, 0]),
        ("memory.init without data", &[], &[0x41, 0, 0x41, 0, 0x41, 0, 0xfc, 8, 0, 0]),
        ("memory.copy to memory 9", &[], &[0x41, 0, 0x41, 0, 0x41, 0, 0xfc, 10, 9, 0]),
        ("table.get of no table", &[], &[0x41, 0, 0x25, 4, 0x1a]),
        ("table.init without elements", &[], &[0x41, 0, 0x41, 0, 0x41, 0, 0xfc, 12, 9, 0]),
        ("elem.drop of nothing", &[], &[0xfc, 13, 9]),
        ("ref.func of no function", &[], &[0xd2, 99, 0x1a]),
        (
            "lane 4 of four",
            &[],
            &[0xfd, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xfd, 27, 4, 0x1a],
        ),
        ("shuffle to lane 32", &[], SHUFFLE),
    ];
    for (what, results, instructions) in bodies {
        sink.invalid(format!("typing/{what}"), run_in_world(results, &[], instructions));
    }
    for (what, instructions) in [
        ("0x06", &[0x06u8][..]),
        ("0x17", &[0x17]),
        ("0x27", &[0x27]),
        ("0xc5", &[0xc5]),
        ("0xf0", &[0xf0]),
        ("0xff", &[0xff]),
        ("0xfc 99", &[0xfc, 99]),
        ("0xfc of all ones", &[0xfc, 0xff, 0xff, 0xff, 0xff, 0x0f]),
        ("0xfd 0x3ff", &[0xfd, 0xff, 0x07]),
        ("0xfd of all ones", &[0xfd, 0xff, 0xff, 0xff, 0xff, 0x0f]),
        ("0xfb 200", &[0xfb, 0xc8, 1]),
        ("0xfe 200", &[0xfe, 0xc8, 1]),
    ] {
        sink.invalid(format!("opcode/{what}"), run_in_world(&[], &[], instructions));
    }
    for (what, instructions) in [
        ("atomic fence", &[0xfe, 3, 0][..]),
        ("throw_ref", &[0xd0, 0x69, 0x0a]),
        ("try_table", &[0x1f, EMPTY, 0, 0x0b]),
        ("ref.i31", &[0x41, 1, 0xfb, 28, 0x1a]),
        ("call_ref", &[0xd0, 0, 0x14, 0]),
        ("i64.add128", &[0x42, 1, 0x42, 1, 0x42, 1, 0x42, 1, 0xfc, 19, 0x1a, 0x1a]),
        ("ref.null of the bottom", &[0xd0, 0x73, 0x1a]),
    ] {
        sink.either(format!("feature/{what}"), run_in_world(&[], &[], instructions));
    }
    types_and_indices(sink);
}

const SHUFFLE: &[u8] = &{
    let mut code = [0u8; 55];
    code[0] = 0xfd;
    code[1] = 12;
    code[18] = 0xfd;
    code[19] = 12;
    code[36] = 0xfd;
    code[37] = 13;
    code[38] = 32;
    code[54] = 0x1a;
    code
};

fn types_and_indices(sink: &mut Sink) {
    let empty = || types(&[func_type(&[], &[])]);
    sink.invalid("type/a form not known", module(&[section(TYPE, &counted(1, &[0x40, 0, 0]))]));
    sink.invalid("type/a value type not known", module(&[types(&[func_type(&[0x01], &[])])]));
    sink.invalid("type/a block type as a value type", module(&[types(&[func_type(&[EMPTY], &[])])]));
    sink.either("type/structures", module(&[section(TYPE, &counted(1, &[0x5f, 1, I32, 1]))]));
    sink.either(
        "type/a recursive group",
        module(&[section(TYPE, &counted(1, &[0x4e, 1, 0x5e, 0x63, 0, 1]))]),
    );
    sink.invalid(
        "type/a recursive group of 4 billion",
        module(&[section(TYPE, &counted(1, &cat(&[&[0x4e], &u(u32::MAX.into())])))]),
    );
    sink.either("type/packed, typed references", module(&[types(&[func_type(&[0x64, FUNCREF], &[])])]));
    sink.invalid("function/of no type", module(&[empty(), functions(&[1]), code(&[body(&[], &[])])]));
    sink.invalid(
        "function/of type 4 billion",
        module(&[empty(), functions(&[u32::MAX]), code(&[body(&[], &[])])]),
    );
    sink.invalid("export/of no function", module(&[exports(&[export(b"f", 0, 0)])]));
    sink.invalid("export/of no memory", module(&[exports(&[export(b"m", 2, 0)])]));
    sink.invalid("export/of no kind", module(&[memory(1, None), exports(&[export(b"m", 9, 0)])]));
    sink.invalid(
        "export/two of one name",
        module(&[memory(1, None), exports(&[export(b"m", 2, 0), export(b"n", 2, 0), export(b"m", 2, 0)])]),
    );
    sink.invalid("start/of no function", module(&[section(START, &u(0))]));
    sink.invalid(
        "start/with a parameter",
        module(&[
            types(&[func_type(&[I32], &[])]),
            functions(&[0]),
            section(START, &u(0)),
            code(&[body(&[], &[])]),
        ]),
    );
    sink.invalid(
        "start/with a result",
        module(&[
            types(&[func_type(&[], &[I32])]),
            functions(&[0]),
            section(START, &u(0)),
            code(&[body(&[], &[0x41, 0])]),
        ]),
    );
    let global = |ty: u8, mutable: u8, init: &[u8]| {
        module(&[empty(), section(GLOBAL, &counted(1, &cat(&[&[ty, mutable], init])))])
    };
    sink.invalid("global/of another type", global(I32, 0, &[0x42, 0, 0x0b]));
    sink.invalid("global/of no value", global(I32, 0, &[0x0b]));
    sink.invalid("global/of two values", global(I32, 0, &[0x41, 0, 0x41, 0, 0x0b]));
    sink.invalid("global/of itself", global(I32, 0, &[0x23, 0, 0x0b]));
    sink.invalid("global/of a later one", global(I32, 0, &[0x23, 1, 0x0b]));
    sink.invalid("global/by a division", global(I32, 0, &[0x41, 1, 0x41, 1, 0x6d, 0x0b]));
    sink.invalid("global/by a call", global(I32, 0, &[0x10, 0, 0x0b]));
    sink.invalid("global/that never ends", global(I32, 0, &[0x41, 0]));
    sink.invalid("global/with mutability 2", global(I32, 2, &[0x41, 0, 0x0b]));
    sink.invalid("global/of no type", global(0x55, 0, &[0x41, 0, 0x0b]));
    sink.invalid("global/a function that is not there", global(FUNCREF, 0, &[0xd2, 3, 0x0b]));
    sink.invalid("global/by a block", global(I32, 0, &[0x02, I32, 0x41, 0, 0x0b, 0x0b]));
    sink.invalid(
        "global/set of a constant",
        module(&[
            empty(),
            functions(&[0]),
            section(GLOBAL, &counted(1, &[I32, 0, 0x41, 0, 0x0b])),
            code(&[body(&[], &[0x41, 0, 0x24, 0])]),
        ]),
    );
    let data = |contents: &[u8]| module(&[memory(1, None), section(DATA, &counted(1, contents))]);
    sink.invalid("data/in no memory", module(&[section(DATA, &counted(1, &[0, 0x41, 0, 0x0b, 0]))]));
    sink.invalid("data/in memory 5", data(&[2, 5, 0x41, 0, 0x0b, 0]));
    sink.invalid("data/with flags 3", data(&[3, 0]));
    sink.invalid("data/at an i64", data(&[0, 0x42, 0, 0x0b, 0]));
    sink.invalid("data/of 4 GiB that are not there", data(&cat(&[&[1], &u(u32::MAX.into()), b"x"])));
    let elements =
        |contents: &[u8]| module(&[empty(), table(4, None), section(ELEMENT, &counted(1, contents))]);
    sink.invalid("elements/in no table", module(&[section(ELEMENT, &counted(1, &[0, 0x41, 0, 0x0b, 0]))]));
    sink.invalid("elements/of no function", elements(&[0, 0x41, 0, 0x0b, 1, 0]));
    sink.invalid("elements/with flags 8", elements(&[8, 0, 0]));
    sink.invalid("elements/of no kind", elements(&[1, 7, 0]));
    sink.invalid("elements/expressions of another type", elements(&[5, EXTERNREF, 1, 0xd0, FUNCREF, 0x0b]));
    sink.invalid("elements/4 billion that are not there", elements(&cat(&[&[1, 0], &u(u32::MAX.into())])));
    sink.invalid("memory/65,537 pages", module(&[memory(65_537, None)]));
    sink.invalid("memory/at most 65,537 pages", module(&[memory(0, Some(65_537))]));
    sink.invalid("memory/at most less than at least", module(&[memory(2, Some(1))]));
    sink.invalid("memory/shared without a maximum", module(&[section(MEMORY, &counted(1, &[2, 1]))]));
    sink.invalid("memory/with flags 0xf0", module(&[section(MEMORY, &counted(1, &[0xf0, 1]))]));
    sink.invalid("memory/of 2^63 pages", module(&[section(MEMORY, &counted(1, &cat(&[&[0], &u(1 << 63)])))]));
    sink.either("memory/shared", module(&[section(MEMORY, &counted(1, &[3, 1, 2]))]));
    sink.either("memory/of 64 bits", module(&[section(MEMORY, &counted(1, &cat(&[&[4], &u(1 << 20)])))]));
    sink.invalid("table/at most less than at least", module(&[table(2, Some(1))]));
    sink.invalid("table/of numbers", module(&[section(TABLE, &counted(1, &[I32, 0, 1]))]));
    sink.invalid(
        "table/of 2^32",
        module(&[section(TABLE, &counted(1, &cat(&[&[FUNCREF, 0], &u(1 << 32)])))]),
    );
    let import = |contents: &[u8]| {
        module(&[empty(), section(IMPORT, &counted(1, &cat(&[&bytes(b"m"), &bytes(b"f"), contents])))])
    };
    sink.invalid("import/of no type", import(&[0, 9]));
    sink.invalid("import/of no kind", import(&[7, 0]));
    sink.invalid("import/a memory of 2^20 pages", import(&cat(&[&[2, 0], &u(1 << 20)])));
}
