//! Octets that are no module, or not quite: preambles, cuts, bad numbers, sections
//! that lie about themselves, names that are no text.

use crate::Sink;
use crate::encode::*;

pub(crate) fn add(sink: &mut Sink) {
    preambles(sink);
    cuts(sink);
    numbers(sink);
    sections(sink);
    names(sink);
    custom(sink);
}

/// A module with one of everything, section by section.
pub(crate) fn full() -> Vec<Vec<u8>> {
    let run = cat(&[
        &i32_const(3),
        &[0x10, 1, 0x1a],                        // call 1; drop
        &[0x02, EMPTY, 0x03, EMPTY, 0x0b, 0x0b], // block loop end end
        &i32_const(0),
        &[0x28, 2, 0, 0x1a], // i32.load; drop
        &[0x23, 0, 0x24, 1], // global.get 0; global.set 1
        &i32_const(5),
        &i32_const(0),
        &[0x11, 1, 0, 0x1a], // call_indirect type 1; drop
        &i32_const(8),
        &i32_const(0),
        &i32_const(2),
        &[0xfc, 8, 1, 0], // memory.init 1
        &i32_const(0),
        &[0x0e, 2, 0, 0, 0], // br_table 0 0 0
    ]);
    let name_section = cat(&[
        &bytes(b"name"),
        &section(0, &bytes(b"full")),
        &section(1, &counted(2, &cat(&[&[0], &bytes(b"run"), &[1], &bytes(b"double")]))),
    ]);
    vec![
        types(&[func_type(&[], &[]), func_type(&[I32], &[I32])]),
        functions(&[0, 1, 0]),
        table(4, Some(8)),
        memory(1, Some(2)),
        section(
            GLOBAL,
            &counted(2, &cat(&[&[I32, 0], &i32_const(42), &[0x0b, I32, 1], &i32_const(-1), &[0x0b]])),
        ),
        exports(&[
            export(b"run", 0, 0),
            export(b"memory", 2, 0),
            export(b"table", 1, 0),
            export(b"global", 3, 1),
        ]),
        section(START, &u(2)),
        section(ELEMENT, &counted(1, &cat(&[&[0], &i32_const(0), &[0x0b], &counted(2, &[1, 1])]))),
        section(DATA_COUNT, &u(2)),
        code(&[
            body(&[(1, I32), (2, F64)], &run),
            body(&[], &[0x20, 0, 0x41, 1, 0x74]), // local.get 0; i32.const 1; i32.shl
            body(&[], &[0x01]),
        ]),
        section(
            DATA,
            &counted(2, &cat(&[&[0], &i32_const(16), &[0x0b], &bytes(b"data"), &[1], &bytes(b"passive")])),
        ),
        section(0, &name_section),
    ]
}

fn preambles(sink: &mut Sink) {
    sink.invalid("preamble/nothing", vec![]);
    sink.invalid("preamble/one octet", vec![0]);
    sink.invalid("preamble/magic alone", b"\0asm".to_vec());
    sink.invalid("preamble/half a version", b"\0asm\x01\0".to_vec());
    sink.invalid("preamble/version 0", b"\0asm\0\0\0\0".to_vec());
    sink.invalid("preamble/version 2", b"\0asm\x02\0\0\0".to_vec());
    sink.invalid("preamble/version in another order", b"\0asm\0\0\0\x01".to_vec());
    sink.invalid("preamble/component", b"\0asm\x0d\0\x01\0".to_vec());
    sink.invalid(
        "preamble/component with a module",
        cat(&[b"\0asm\x0d\0\x01\0", &section(1, &module(&full()))]),
    );
    sink.invalid("preamble/a layer not known", b"\0asm\x01\0\x02\0".to_vec());
    sink.invalid("preamble/wrong magic", b"\0wsm\x01\0\0\0".to_vec());
    sink.invalid("preamble/text", b"Once upon a time there was a module.\n".to_vec());
    sink.invalid("preamble/the text form", b"(module (func (export \"run\")))".to_vec());
    sink.invalid("preamble/blanks", vec![b' '; 4096]);
    sink.invalid("preamble/another executable", b"\x7fELF\x02\x01\x01\0\0\0\0\0".to_vec());
    sink.invalid("preamble/compressed", b"\x1f\x8b\x08\0\0\0\0\0\0\x03".to_vec());
    sink.invalid("preamble/byte order mark", b"\xef\xbb\xbf\0asm\x01\0\0\0".to_vec());
    sink.invalid("preamble/zeros", vec![0; 1 << 20]);
    sink.invalid("preamble/ones", vec![0xff; 1 << 20]);
    sink.invalid("preamble/twice", PREAMBLE.repeat(2));
    sink.runs("preamble/an empty module", PREAMBLE.to_vec());
    sink.runs("preamble/one of everything", module(&full()));
}

fn cuts(sink: &mut Sink) {
    let sections = full();
    let whole = module(&sections);
    let mut boundaries = vec![PREAMBLE.len()];
    for section in &sections {
        boundaries.push(boundaries[boundaries.len() - 1] + section.len());
    }
    for at in 1..whole.len() {
        let name = format!("cut/at {at:03}");
        if boundaries.contains(&at) {
            sink.either(name, whole[..at].to_vec());
        } else {
            sink.invalid(name, whole[..at].to_vec());
        }
    }
    for (k, _) in sections.iter().enumerate() {
        let mut without = sections.clone();
        without.remove(k);
        sink.either(format!("cut/without section {k:02}"), module(&without));
    }
}

/// Numbers in LEB128 that are too long, too large or never end; and some that are
/// merely clumsy, which is allowed.
fn numbers(sink: &mut Sink) {
    sink.invalid("leb/section size never ends", cat(&[&PREAMBLE, &[TYPE], &[0x80; 16]]));
    sink.invalid(
        "leb/section size of six octets",
        cat(&[&PREAMBLE, &[TYPE, 0x81, 0x80, 0x80, 0x80, 0x80, 0x00, 0x00]]),
    );
    sink.invalid(
        "leb/section size over 32 bits",
        cat(&[&PREAMBLE, &[TYPE, 0x81, 0x80, 0x80, 0x80, 0x10, 0x00]]),
    );
    sink.invalid("leb/count over 32 bits", module(&[section(TYPE, &[0xff, 0xff, 0xff, 0xff, 0x1f])]));
    sink.invalid("leb/count of six octets", module(&[section(TYPE, &[0x80, 0x80, 0x80, 0x80, 0x80, 0x00])]));
    sink.invalid("leb/count never ends", module(&[section(TYPE, &[0x80, 0x80])]));
    sink.runs("leb/a clumsy count", module(&[section(TYPE, &[0x80, 0x80, 0x80, 0x80, 0x00])]));
    let constant = |octets: &[u8]| run_with(&[], &[], &[], &cat(&[&[0x41], octets, &[0x1a]]));
    sink.invalid("leb/i32 of six octets", constant(&[0x80, 0x80, 0x80, 0x80, 0x80, 0x00]));
    sink.invalid("leb/i32 over its range", constant(&[0xff, 0xff, 0xff, 0xff, 0x0f]));
    sink.invalid("leb/i32 with a wrong sign", constant(&[0x80, 0x80, 0x80, 0x80, 0x70]));
    sink.runs("leb/i32 least, in five octets", constant(&[0x80, 0x80, 0x80, 0x80, 0x78]));
    sink.runs("leb/i32 clumsy -1", constant(&[0xff, 0xff, 0xff, 0xff, 0x7f]));
    let constant = |octets: &[u8]| run_with(&[], &[], &[], &cat(&[&[0x42], octets, &[0x1a]]));
    sink.invalid(
        "leb/i64 of eleven octets",
        constant(&[0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0]),
    );
    sink.invalid(
        "leb/i64 over its range",
        constant(&[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]),
    );
    sink.runs("leb/i64 least", constant(&[0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x7f]));
    sink.invalid(
        "leb/block type of six octets",
        run_with(&[], &[], &[], &[0x02, 0x80, 0x80, 0x80, 0x80, 0x80, 0, 0x0b]),
    );
    sink.runs(
        "leb/a clumsy block type",
        run_with(&[], &[], &[], &[0x02, 0x80, 0x80, 0x80, 0x80, 0x00, 0x0b]),
    );
    sink.invalid("leb/a negative block type", run_with(&[], &[], &[], &[0x02, 0x82, 0x7f, 0x0b]));
    sink.invalid(
        "leb/opcode of six octets",
        run_with(&[], &[], &[], &[0xfc, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00]),
    );
    sink.runs(
        "leb/a clumsy opcode",
        run_with(&[], &[], &[], &[0x43, 0, 0, 0, 0, 0xfc, 0x80, 0x80, 0x80, 0x80, 0x00, 0x1a]),
    );
    sink.invalid(
        "leb/memory offset over 32 bits",
        run_in_world(&[], &[], &cat(&[&i32_const(0), &[0x28, 2, 0x80, 0x80, 0x80, 0x80, 0x10, 0x1a]])),
    );
    sink.runs(
        "leb/memory offset of all ones",
        run_in_world(&[], &[], &cat(&[&i32_const(0), &[0x28, 2, 0xff, 0xff, 0xff, 0xff, 0x0f, 0x1a]])),
    );
    sink.invalid(
        "leb/alignment over 32 bits",
        run_in_world(&[], &[], &cat(&[&i32_const(0), &[0x28, 0x80, 0x80, 0x80, 0x80, 0x20, 0, 0x1a]])),
    );
    sink.invalid(
        "leb/function index never ends",
        run_with(&[], &[], &[], &[0x10, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]),
    );
}

fn sections(sink: &mut Sink) {
    let whole = full();
    for k in 0..whole.len() - 1 {
        let mut twice = whole.clone();
        twice.insert(k, whole[k].clone());
        sink.invalid(format!("section/{k:02} twice"), module(&twice));
        if k + 1 < whole.len() - 1 {
            let mut swapped = whole.clone();
            swapped.swap(k, k + 1);
            sink.invalid(format!("section/{k:02} after its successor"), module(&swapped));
        }
        let mut padded = whole.clone();
        let (id, contents) = split(&whole[k]);
        padded[k] = section(id, &cat(&[&contents, &[0]]));
        sink.invalid(format!("section/{k:02} with an octet left over"), module(&padded));
        let mut short = whole.clone();
        short[k] = cat(&[&[id], &u(contents.len() as u64 - 1), &contents]);
        sink.invalid(format!("section/{k:02} with a size one short"), module(&short));
        let mut long = whole.clone();
        long[k] = cat(&[&[id], &u(contents.len() as u64 + 1), &contents]);
        sink.invalid(format!("section/{k:02} with a size one over"), module(&long));
    }
    for id in 1..=12u8 {
        sink.invalid(
            format!("section/id {id} of 4 GiB"),
            cat(&[&PREAMBLE, &[id], &u(u32::MAX.into()), &[0; 64]]),
        );
        sink.invalid(
            format!("section/id {id} of 64 KiB that are not there"),
            cat(&[&PREAMBLE, &[id], &u(65536), &[1]]),
        );
        sink.invalid(format!("section/id {id} without contents"), module(&[section(id, &[])]));
        if id != START && id != DATA_COUNT {
            for count in [1u64, 1000, 100_000, 1_000_000, u32::MAX.into()] {
                sink.invalid(
                    format!("section/id {id} with {count} items and no octet"),
                    module(&[section(id, &u(count))]),
                );
            }
        }
    }
    for id in [14u8, 15, 42, 127, 128, 255] {
        sink.invalid(format!("section/id {id} is not known"), module(&[section(id, &[0])]));
    }
    sink.either("section/tags", module(&[types(&[func_type(&[], &[])]), section(13, &counted(1, &[0, 0]))]));
    let one = || vec![types(&[func_type(&[], &[])]), functions(&[0])];
    sink.invalid("section/functions without code", module(&one()));
    sink.invalid(
        "section/code without functions",
        module(&[types(&[func_type(&[], &[])]), code(&[body(&[], &[])])]),
    );
    sink.invalid(
        "section/more bodies than functions",
        module(&[one(), vec![code(&[body(&[], &[]), body(&[], &[])])]].concat()),
    );
    sink.invalid("section/data count without data", module(&[section(DATA_COUNT, &u(1))]));
    sink.runs("section/data count of zero", module(&[section(DATA_COUNT, &u(0))]));
    sink.invalid(
        "section/data count of 4 billion",
        module(&[
            memory(1, None),
            section(DATA_COUNT, &u(u32::MAX.into())),
            section(DATA, &counted(1, &[1, 0])),
        ]),
    );
    sink.invalid("section/zeros behind a module", cat(&[&module(&full()), &[0; 100]]));
    sink.invalid("section/a module behind a module", module(&full()).repeat(2));
    let mut nested = vec![0u8; 0];
    for _ in 0..200 {
        nested = section(0, &cat(&[&bytes(b"in"), &nested]));
    }
    sink.runs("section/custom sections within each other", module(&[nested]));
    sink.invalid(
        "section/body larger than its section",
        module(&[one(), vec![section(CODE, &counted(1, &cat(&[&u(1000), &[0, 0x0b]])))]].concat()),
    );
    sink.invalid(
        "section/body of no octets",
        module(&[one(), vec![section(CODE, &counted(1, &u(0)))]].concat()),
    );
    sink.invalid(
        "section/body that ends early",
        module(&[one(), vec![section(CODE, &counted(1, &cat(&[&u(4), &[0, 0x0b, 0x01, 0x01]])))]].concat()),
    );
    sink.invalid(
        "section/body without an end",
        module(&[one(), vec![section(CODE, &counted(1, &cat(&[&u(3), &[0, 0x01, 0x01]])))]].concat()),
    );
    sink.invalid(
        "section/body cut within an instruction",
        module(&[one(), vec![section(CODE, &counted(1, &cat(&[&u(2), &[0, 0x41]])))]].concat()),
    );
}

fn split(section: &[u8]) -> (u8, Vec<u8>) {
    let mut at = 1;
    while section[at] & 0x80 != 0 {
        at += 1;
    }
    (section[0], section[at + 1..].to_vec())
}

fn with_export(name: &[u8]) -> Vec<u8> {
    module(&[memory(1, None), exports(&[export(name, 2, 0)])])
}

fn names(sink: &mut Sink) {
    let bad: [(&str, &[u8]); 9] = [
        ("a lone continuation", b"a\x80b"),
        ("an overlong slash", b"\xc0\xaf"),
        ("an overlong NUL", b"\xe0\x80\x80"),
        ("a surrogate", b"\xed\xa0\x80"),
        ("beyond Unicode", b"\xf4\x90\x80\x80"),
        ("cut short", b"ok\xe2\x82"),
        ("ones", b"\xff\xff\xff"),
        ("five octets", b"\xf8\x88\x80\x80\x80"),
        ("another encoding", b"\xfe\xff\0a"),
    ];
    for (what, name) in bad {
        sink.invalid(format!("name/export, {what}"), with_export(name));
        let import = cat(&[&bytes(name), &bytes(b"f"), &[0, 0]]);
        sink.invalid(
            format!("name/import, {what}"),
            module(&[types(&[func_type(&[], &[])]), section(IMPORT, &counted(1, &import))]),
        );
        sink.invalid(format!("name/custom, {what}"), module(&[section(0, &bytes(name))]));
    }
    for (what, name) in [
        ("empty", &b""[..]),
        ("NULs", b"\0\0\0"),
        ("line ends", b"\r\n\x1b[2J"),
        ("not characters", b"\xef\xbf\xbf\xef\xb7\x90"),
        ("right to left", "\u{202e}nur".as_bytes()),
        ("a path", b"../../etc/passwd"),
        ("braces", b"{}{:?}%s%n"),
    ] {
        sink.runs(format!("name/export, {what}"), with_export(name));
    }
    sink.runs("name/export of 100,000 octets", with_export(&vec![b'n'; 100_000]));
    sink.either("name/export of 100,001 octets", with_export(&vec![b'n'; 100_001]));
    sink.either("name/export of 1 MB", with_export(&vec![b'n'; 1_000_000]));
    sink.invalid(
        "name/export of 4 GiB that are not there",
        module(&[memory(1, None), section(EXPORT, &counted(1, &cat(&[&u(u32::MAX.into()), b"abc"])))]),
    );
}

/// Name sections that are garbage, and other custom sections. None of it may
/// matter: errors in a custom section are to be ignored.
fn custom(sink: &mut Sink) {
    let base = || full()[..full().len() - 1].to_vec();
    let mut garbage = |what: &str, contents: Vec<u8>| {
        let named = section(0, &cat(&[&bytes(b"name"), &contents]));
        sink.runs(format!("custom/name section, {what}"), module(&[base(), vec![named]].concat()));
    };
    garbage("empty", vec![]);
    garbage("ones", vec![0xff; 300]);
    garbage("zeros", vec![0; 300]);
    garbage("text", b"not a name section at all".to_vec());
    garbage("a size past the end", cat(&[&[1], &u(1_000_000), &[1]]));
    garbage("4 billion names", section(1, &u(u32::MAX.into())));
    garbage(
        "a name for function 4 billion",
        section(1, &counted(1, &cat(&[&u(u32::MAX.into()), &bytes(b"far")]))),
    );
    garbage(
        "the same function twice",
        section(1, &counted(2, &cat(&[&[0], &bytes(b"a"), &[0], &bytes(b"b")]))),
    );
    garbage(
        "functions in the wrong order",
        section(1, &counted(2, &cat(&[&[1], &bytes(b"b"), &[0], &bytes(b"a")]))),
    );
    garbage("a name that is no text", section(1, &counted(1, &cat(&[&[0], &bytes(b"\xff\xfe")]))));
    garbage("a name that ends the line", section(1, &counted(1, &cat(&[&[0], &bytes(b"a\nfake: frame\0")]))));
    garbage("a name of 500,000 octets", section(1, &counted(1, &cat(&[&[0], &bytes(&[b'x'; 500_000])]))));
    garbage("subsections in the wrong order", cat(&[&section(1, &[0]), &section(0, &bytes(b"late"))]));
    garbage("a subsection twice", section(1, &counted(1, &cat(&[&[0], &bytes(b"a")]))).repeat(2));
    garbage("an unknown subsection", section(77, &[1, 2, 3]));
    garbage(
        "locals of everything",
        section(2, &counted(1, &cat(&[&[0], &counted(1, &cat(&[&u(9_999_999), &bytes(b"l")]))]))),
    );
    garbage("a number that never ends", cat(&[&[1], &[0x80; 9]]));
    let mut many = Vec::new();
    for k in 0..50_000u64 {
        many.extend(u(k));
        many.extend_from_slice(b"\x01f");
    }
    garbage("50,000 names for 3 functions", section(1, &counted(50_000, &many)));

    let early =
        section(0, &cat(&[&bytes(b"name"), &section(1, &counted(1, &cat(&[&[0], &bytes(b"early")])))]));
    sink.runs("custom/name section before all others", module(&[vec![early.clone()], base()].concat()));
    sink.runs("custom/name section 1,000 times", module(&[base(), vec![early; 1000]].concat()));
    sink.runs("custom/100,000 empty sections", module(&vec![section(0, &bytes(b"")); 100_000]));
    sink.runs("custom/1 MB", module(&[section(0, &cat(&[&bytes(b"blob"), &vec![0xaa; 1 << 20]]))]));
    sink.invalid("custom/no name", module(&[section(0, &[])]));
    sink.invalid("custom/name past the section", module(&[section(0, &[200, 1, b'x'])]));
    let mut between = Vec::new();
    for part in base() {
        between.push(section(0, &bytes(b"between")));
        between.push(part);
    }
    sink.runs("custom/between all others", module(&between));
}
