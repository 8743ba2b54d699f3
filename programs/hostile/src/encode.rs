//! Just enough of an encoder to write modules that no encoder would write.

pub const I32: u8 = 0x7f;
pub const I64: u8 = 0x7e;
pub const F32: u8 = 0x7d;
pub const F64: u8 = 0x7c;
pub const V128: u8 = 0x7b;
pub const FUNCREF: u8 = 0x70;
pub const EXTERNREF: u8 = 0x6f;
/// The byte in front of the heap type of a reference that may be null.
pub const REF_NULL: u8 = 0x63;
/// The block type of no parameters and no results.
pub const EMPTY: u8 = 0x40;

pub const TYPE: u8 = 1;
pub const IMPORT: u8 = 2;
pub const FUNCTION: u8 = 3;
pub const TABLE: u8 = 4;
pub const MEMORY: u8 = 5;
pub const GLOBAL: u8 = 6;
pub const EXPORT: u8 = 7;
pub const START: u8 = 8;
pub const ELEMENT: u8 = 9;
pub const CODE: u8 = 10;
pub const DATA: u8 = 11;
pub const DATA_COUNT: u8 = 12;
/// Between memories and globals.
pub const TAG: u8 = 13;

pub const PREAMBLE: [u8; 8] = *b"\0asm\x01\0\0\0";

/// An unsigned number in LEB128.
pub fn u(mut value: u64) -> Vec<u8> {
    let mut out = Vec::new();
    loop {
        let low = (value & 0x7f) as u8;
        value >>= 7;
        if value == 0 {
            out.push(low);
            return out;
        }
        out.push(low | 0x80);
    }
}

/// A signed number in LEB128.
pub fn s(mut value: i64) -> Vec<u8> {
    let mut out = Vec::new();
    loop {
        let low = (value & 0x7f) as u8;
        value >>= 7;
        if (value == 0 && low & 0x40 == 0) || (value == -1 && low & 0x40 != 0) {
            out.push(low);
            return out;
        }
        out.push(low | 0x80);
    }
}

/// The pieces one behind the other.
pub fn cat(pieces: &[&[u8]]) -> Vec<u8> {
    pieces.concat()
}

/// A section: its id, the size of its contents, the contents.
pub fn section(id: u8, contents: &[u8]) -> Vec<u8> {
    cat(&[&[id], &u(contents.len() as u64), contents])
}

/// A vector: its count, then `items`, already encoded.
pub fn counted(count: u64, items: &[u8]) -> Vec<u8> {
    cat(&[&u(count), items])
}

/// A vector of octets: its length, then the octets.
pub fn bytes(data: &[u8]) -> Vec<u8> {
    counted(data.len() as u64, data)
}

/// The preamble and then the sections.
pub fn module(sections: &[Vec<u8>]) -> Vec<u8> {
    let mut out = PREAMBLE.to_vec();
    for section in sections {
        out.extend_from_slice(section);
    }
    out
}

/// A function type.
pub fn func_type(params: &[u8], results: &[u8]) -> Vec<u8> {
    cat(&[&[0x60], &bytes(params), &bytes(results)])
}

/// A section of types, each of them encoded.
pub fn types(list: &[Vec<u8>]) -> Vec<u8> {
    section(TYPE, &counted(list.len() as u64, &list.concat()))
}

/// A section of functions by the indices of their types.
pub fn functions(list: &[u32]) -> Vec<u8> {
    let mut items = Vec::new();
    for &index in list {
        items.extend(u(index.into()));
    }
    section(FUNCTION, &counted(list.len() as u64, &items))
}

/// A function body: groups of locals, code, the final `end`.
pub fn body(locals: &[(u32, u8)], code: &[u8]) -> Vec<u8> {
    let mut groups = Vec::new();
    for &(count, ty) in locals {
        groups.extend(u(count.into()));
        groups.push(ty);
    }
    bytes(&cat(&[&counted(locals.len() as u64, &groups), code, &[0x0b]]))
}

/// A section of function bodies.
pub fn code(bodies: &[Vec<u8>]) -> Vec<u8> {
    section(CODE, &counted(bodies.len() as u64, &bodies.concat()))
}

/// One export: a name, a kind (0 function, 1 table, 2 memory, 3 global), an index.
pub fn export(name: &[u8], kind: u8, index: u32) -> Vec<u8> {
    cat(&[&bytes(name), &[kind], &u(index.into())])
}

/// A section of exports.
pub fn exports(list: &[Vec<u8>]) -> Vec<u8> {
    section(EXPORT, &counted(list.len() as u64, &list.concat()))
}

/// A section of one memory.
pub fn memory(min: u64, max: Option<u64>) -> Vec<u8> {
    section(MEMORY, &counted(1, &limits(min, max)))
}

/// Limits, as memories and tables have them.
pub fn limits(min: u64, max: Option<u64>) -> Vec<u8> {
    match max {
        Some(max) => cat(&[&[1], &u(min), &u(max)]),
        None => cat(&[&[0], &u(min)]),
    }
}

/// A section of one table of functions.
pub fn table(min: u64, max: Option<u64>) -> Vec<u8> {
    section(TABLE, &counted(1, &cat(&[&[FUNCREF], &limits(min, max)])))
}

/// `i32.const`
pub fn i32_const(value: i32) -> Vec<u8> {
    cat(&[&[0x41], &s(value.into())])
}

/// A module whose function 0 has the body given and is exported as `run`.
pub fn run_with(params: &[u8], results: &[u8], locals: &[(u32, u8)], instructions: &[u8]) -> Vec<u8> {
    module(&[
        types(&[func_type(params, results)]),
        functions(&[0]),
        exports(&[export(b"run", 0, 0)]),
        code(&[body(locals, instructions)]),
    ])
}

/// The like with one page of memory, a table of ten and a mutable global.
pub fn run_in_world(results: &[u8], locals: &[(u32, u8)], instructions: &[u8]) -> Vec<u8> {
    module(&[
        types(&[func_type(&[], results)]),
        functions(&[0]),
        table(10, Some(20)),
        memory(1, Some(2)),
        section(GLOBAL, &counted(1, &cat(&[&[I32, 1], &i32_const(7), &[0x0b]]))),
        exports(&[export(b"run", 0, 0), export(b"memory", 2, 0)]),
        section(ELEMENT, &counted(1, &cat(&[&[0], &i32_const(0), &[0x0b], &counted(1, &[0])]))),
        code(&[body(locals, instructions)]),
    ])
}
