//! The two passes against each other.

use super::shape::{SHAPES, Shape};
use crate::config::ValidateConfig;
use crate::error::ValidateError;
use crate::func::Scratch;
use crate::module::Module;
use crate::sections::{Passes, decode_and_count};
use crate::side_table::SideTable;
use crate::{Features, Limits};
use alloc::vec::Vec;
use std::format;
use std::string::String;

type Outcome = Result<(Module, Scratch), ValidateError>;

fn by(passes: Passes, bytes: &[u8], features: Features) -> Outcome {
    decode_and_count(bytes.to_vec(), &ValidateConfig { features, limits: Limits::default() }, passes)
}

/// Validates by both, and asserts that they come to the same; gives the module, if it is one.
fn same(bytes: &[u8], features: Features) -> Option<Module> {
    match (by(Passes::Both, bytes, features), by(Passes::Thorough, bytes, features)) {
        (Ok((quick, left)), Ok((thorough, left_by_thorough))) => {
            assert_eq!(quick.bodies, thorough.bodies);
            assert_eq!(quick.side_table.labels, thorough.side_table.labels);
            assert_eq!(quick.side_table.branches, thorough.side_table.branches);
            assert_eq!(quick.locals, thorough.locals);
            assert_eq!(quick.wide_sites, thorough.wide_sites);
            assert_eq!(left.budget, left_by_thorough.budget);
            assert_eq!(left.deepest, left_by_thorough.deepest);
            assert_eq!(left.named_values_left, left_by_thorough.named_values_left);
            Some(quick)
        }
        (Err(quick), Err(thorough)) => {
            assert_eq!(quick, thorough);
            None
        }
        (quick, thorough) => {
            panic!("both: {:?}; thorough: {:?}; {bytes:02x?}", quick.err(), thorough.err())
        }
    }
}

/// How many of a valid module's functions the quick pass takes.
fn taken(mut module: Module) -> usize {
    let bodies = core::mem::take(&mut module.bodies);
    let bytes = core::mem::take(&mut module.bytes);
    module.side_table = SideTable::default();
    module.locals.clear();
    let mut scratch = Scratch::new(bytes.len());
    let mut taken = 0;
    for body in bodies {
        let range = body.start.into()..body.end.into();
        let done = super::validate(&bytes, &mut module, &mut scratch, range, Features::ALL, 65_535);
        taken += usize::from(done.is_some());
        if done.is_none() {
            // The next function's index is the number of bodies.
            module.bodies.push(body);
        }
    }
    taken
}

fn module(text: &str) -> Vec<u8> {
    wat::parse_str(text).expect("the text is right")
}

/// Numbers that look random.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % limit
    }
}

/// A module with a code section of one function with this code and no locals, behind sections that are given.
fn with_code(sections: &[u8], code: &[u8]) -> Vec<u8> {
    let mut bytes = sections.to_vec();
    let body = code.len() as u8 + 1;
    bytes.extend([10, body + 2, 1, body, 0]);
    bytes.extend(code);
    bytes
}

#[test]
fn every_byte_with_operands_of_every_type() {
    let types = ["i32", "i64", "f32", "f64"];
    let mut tried = 0;
    for (first, second) in types.iter().flat_map(|a| types.iter().map(move |b| (a, b))) {
        // Mixed operands only as an address and a value are: with `i32` in front and without a result.
        let mixed = first != second;
        if mixed && *first != "i32" {
            continue;
        }
        let results = types.iter().map(|ty| format!("(result {ty})")).filter(|_| !mixed);
        for result in results.chain([String::new()]) {
            let whole = module(&format!(
                "(module (type (func (param {first} {second}) {result})) (table 1 funcref) (memory 1)
                (global (mut i32) (i32.const 0)) (func (type 0) unreachable))"
            ));
            let sections = &whole[..whole.len() - 7];
            for byte in 0..=u8::MAX {
                for (operands, immediates) in
                    [1, 2].iter().flat_map(|&n| [0, 1, 2, 4, 8].map(|immediates| (n, immediates)))
                {
                    let mut code = Vec::from(&[0x20, 0, 0x20, 1][4 - 2 * operands..]);
                    code.push(byte);
                    code.resize(code.len() + immediates, 0);
                    code.push(0x0b);
                    if let Some(module) = same(&with_code(sections, &code), Features::ALL) {
                        tried += 1;
                        let known = !matches!(SHAPES[usize::from(byte)], Shape::Other);
                        assert_eq!(taken(module), usize::from(known), "{code:02x?}");
                    }
                }
            }
        }
    }
    assert!(tried > 300, "{tried}");
}

#[test]
fn programs_whole_and_damaged() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../programs/wasm");
    let mut names: Vec<_> = std::fs::read_dir(folder)
        .expect("the folder is there")
        .map(|entry| entry.expect("an entry"))
        .collect();
    names.sort_by_key(|entry| entry.file_name());
    let mut numbers = Numbers(0x5eed);
    let (mut all, mut quick, mut valid) = (0, 0, 0);
    for entry in names {
        let bytes = std::fs::read(entry.path()).expect("a file");
        let module = same(&bytes, Features::ALL).expect("a valid module");
        let code = module.bodies()[0].start as usize..module.bodies()[module.bodies().len() - 1].end as usize;
        all += module.bodies().len();
        quick += taken(module);
        for _ in 0..16 {
            let mut damaged = bytes.clone();
            for _ in 0..=numbers.below(2) {
                let at = code.start + numbers.below(code.len());
                damaged[at] = if numbers.below(2) == 0 { damaged[at] ^ 1 } else { numbers.below(256) as u8 };
            }
            valid += usize::from(same(&damaged, Features::ALL).is_some());
        }
    }
    // Nearly all functions are quick; a good part of the damaged modules are valid, and a good part not.
    assert!(quick * 10 > all * 9, "{quick} of {all}");
    assert!((60..400).contains(&valid), "{valid}");
}

#[test]
fn control_and_unreachable_code() {
    for (text, accepted) in [
        ("(func (result i32) (block (result i32) i32.const 1 br 0 i64.const 2 drop i32.const 3))", true),
        ("(func (result i32) unreachable i32.add)", true),
        ("(func (result i64) unreachable i32.add)", false),
        ("(func (result i32) unreachable i64.const 1 i32.add)", false),
        ("(func (result i32) (if (result i32) (i32.const 1) (then i32.const 1) (else i32.const 2)))", true),
        ("(func (result i32) (if (result i32) (i32.const 1) (then i32.const 1)))", false),
        ("(func (param i32) local.get 0 (if (then return) (else nop)) local.get 0 drop)", true),
        (
            "(type $t (func (param i32) (result i32))) (func i32.const 1 i32.const 2 (if (type $t) (then)) drop)",
            true,
        ),
        (
            "(type $t (func (param i32) (result i64))) (func i32.const 1 i32.const 2 (if (type $t) (then)) drop)",
            false,
        ),
        ("(type $t (func (param i32 i64))) (func i32.const 1 i64.const 2 (loop (type $t) br 0))", true),
        ("(type $t (func (param i32 i64))) (func i64.const 1 i64.const 2 (loop (type $t) br 0))", false),
        ("(func (block (result i32) i32.const 1 i32.const 2 br_if 0) drop)", true),
        ("(func (block (result i32) i32.const 1 br_if 0) drop)", false),
        ("(func (result i32) (block (result i32) unreachable br_if 0))", true),
        ("(func (block (block i32.const 0 br_table 0 1 2)))", true),
        ("(func (block (block (result i32) i32.const 5 i32.const 0 br_table 0 1) drop))", false),
        ("(func (result i32) (block (result i32) unreachable br_table 0 1 0))", true),
        ("(func (block br 2))", false),
        ("(func (block (block unreachable (block br 0) (loop br 0) (if (then) (else br 3)))))", true),
        ("(func i32.const 1)", false),
        ("(func (result i32) i32.const 1 i32.const 2)", false),
        ("(func (block i32.const 1 (block drop)))", false),
        ("(func (result i32) i32.const 1 i32.const 2 i32.const 3 select)", true),
        ("(func (result i32) i32.const 1 i64.const 2 i32.const 3 select)", false),
        ("(func unreachable i32.const 2 i32.const 3 select drop)", true),
        ("(func (param i64 f32) (local f64) local.get 2 local.set 2 local.get 0 local.tee 0 drop)", true),
        ("(func (param i64) (local f64) local.get 1 local.set 0)", false),
        ("(global $g (mut f32) (f32.const 0)) (func global.get $g global.set $g)", true),
        ("(global $g f32 (f32.const 0)) (func global.get $g global.set $g)", false),
        (
            "(memory 1) (func i32.const 1 i32.const 2 i32.const 3 memory.copy memory.size memory.grow drop)",
            true,
        ),
        ("(memory 1) (func i32.const 1 i32.const 2 i64.const 3 memory.fill)", false),
        ("(func i32.const 1 i32.load drop)", false),
        ("(memory 1) (func f64.const 1 i64.trunc_sat_f64_u i32.wrap_i64 i64.load32_s offset=300 drop)", true),
        ("(func $f (param i32 i64) (result f32) i32.const 1 i64.const 2 call $f)", true),
        ("(func $f (param i32 i64) (result f32) i64.const 1 i64.const 2 call $f)", false),
        (
            "(table 1 funcref) (func (param i32) (result f32) i32.const 1 i32.const 2 call_indirect (type 0))",
            true,
        ),
        ("(table 1 externref) (func (param i32) i32.const 1 i32.const 2 call_indirect (type 0))", false),
        ("(func (param i32) i32.const 1 i32.const 0 call 0 call 0)", true),
        ("(func (param i32) i32.const 1 call 1)", false),
    ] {
        quick_if_valid(text, accepted);
    }
}

/// A function is taken by the quick pass exactly if it is valid.
fn quick_if_valid(text: &str, accepted: bool) {
    let bytes = module(&format!("(module {text})"));
    let module = same(&bytes, Features::ALL);
    assert_eq!(module.is_some(), accepted, "{text}");
    assert_eq!(module.map_or(0, taken), usize::from(accepted), "{text}");
    // What the first version of WebAssembly did not have is refused where it is switched off.
    same(&bytes, Features::MVP);
}

#[test]
fn wide_arithmetic_and_64_bit_addresses() {
    for (text, accepted) in [
        ("(func (param i64) (result i64 i64) (i64.mul_wide_s (local.get 0) (i64.const 5)))", true),
        ("(func (param i64) (result i64) (i64.mul_wide_u (local.get 0) (i64.const 5)))", false),
        ("(func (param i64) (result i64 i64) (i64.mul_wide_s (local.get 0) (i32.const 5)))", false),
        (
            "(func (param i64) (local i64) local.get 0 local.get 0 local.get 1 i64.const 3 i64.add128
            i64.const 5 local.get 0 i64.sub128 drop drop)",
            true,
        ),
        ("(func (result i64 i64) i64.const 1 i64.const 2 i64.const 3 i64.sub128)", false),
        (
            "(memory i64 1) (func i64.const 1 i64.const 2 i64.const 3 memory.copy memory.size memory.grow drop)",
            true,
        ),
        ("(memory i64 1) (func i64.const 1 i64.const 2 i32.const 3 memory.copy)", false),
        ("(memory i64 1) (func i64.const 1 i32.const 2 i64.const 3 memory.fill)", true),
        ("(memory i64 1) (func i64.const 1 i64.const 2 i64.const 3 memory.fill)", false),
        (
            "(memory i64 1) (func i64.const 1 f32.const 2 f32.store i64.const 3 f64.load offset=300 drop)",
            true,
        ),
        ("(memory i64 1) (func i64.const 1 i64.const 2 i32.store)", false),
        ("(memory i64 1) (func i32.const 1 i64.load drop)", false),
        ("(memory i64 1) (func i32.const 1 memory.grow drop)", false),
        ("(table i64 1 funcref) (func (param i32) i32.const 1 i64.const 2 call_indirect (type 0))", true),
        ("(table i64 1 funcref) (func (param i32) i32.const 1 i32.const 2 call_indirect (type 0))", false),
    ] {
        quick_if_valid(text, accepted);
    }
}

#[test]
fn what_it_leaves_to_the_thorough_pass() {
    for text in [
        "(func (param v128))",
        "(func (local v128))",
        "(func (local funcref))",
        "(func (result v128) unreachable)",
        "(func (drop (v128.const i64x2 1 2)))",
        "(func (drop (ref.null extern)))",
        "(func $f (return_call $f))",
        "(memory 1) (memory 1) (func (drop (i32.load 1 (i32.const 1))))",
        "(memory i64 1) (func (drop (i32.load offset=4294967296 (i64.const 1))))",
        "(func unreachable select unreachable)",
        "(func (result i32) (select (result i32) (i32.const 1) (i32.const 2) (i32.const 3)))",
    ] {
        // Another function on either side, so that what is undone can be seen.
        let around = "(func (local i32) (block (br 0)))";
        let text = format!("(module {around} {text} {around})");
        let module = same(&module(&text), Features::ALL).expect("a valid module");
        assert_eq!(taken(module), 2, "{text}");
    }
    for (count, text) in [(2_100, "(local i32)"), (1_100, "(block "), (70_000, "i32.const 0 ")] {
        let end = if text == "(block " { ")".repeat(count) } else { String::new() };
        let end = if text == "i32.const 0 " { String::from("unreachable") } else { end };
        let text = format!("(module (func {}{end}))", text.repeat(count));
        assert_eq!(same(&module(&text), Features::ALL).map_or(0, taken), 0);
    }
}

#[test]
fn numbers_are_read_strictly() {
    let sections = module("(module (func))");
    let sections = &sections[..sections.len() - 6];
    for number in [
        &[0x80, 0x00][..],
        &[0x80, 0x80, 0x80, 0x80, 0x00],
        &[0xff, 0xff, 0xff, 0xff, 0x07],
        &[0xff, 0xff, 0xff, 0xff, 0x0f],
        &[0xff, 0xff, 0xff, 0xff, 0x77],
        &[0x80, 0x80, 0x80, 0x80, 0x78],
        &[0x80, 0x80, 0x80, 0x80, 0x80, 0x00],
        &[0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00],
        &[0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x7f],
        &[0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01],
        &[0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00],
    ] {
        // `i32.const`, `i64.const`, `call`, `br`.
        for (byte, end) in
            [(0x41, &[0x1a, 0x0b][..]), (0x42, &[0x1a, 0x0b]), (0x10, &[0x0b]), (0x0c, &[0x0b])]
        {
            let code = [&[byte][..], number, end].concat();
            if let Some(module) = same(&with_code(sections, &code), Features::ALL) {
                assert_eq!(taken(module), 1, "{code:02x?}");
            }
        }
    }
}

#[test]
fn the_table_of_an_indirect_call_in_more_bytes_than_it_needs() {
    let sections = module("(module (table 1 funcref) (func))");
    let sections = &sections[..sections.len() - 6];
    for (table, accepted) in
        [(&[0][..], true), (&[0x80, 0x80, 0x80, 0x80, 0x00], true), (&[0x81, 0x00], false)]
    {
        let code = [&[0x41, 0, 0x11, 0][..], table, &[0x0b]].concat();
        let module = same(&with_code(sections, &code), Features::ALL);
        assert_eq!(module.map_or(0, taken), usize::from(accepted), "{table:02x?}");
        assert_eq!(same(&with_code(sections, &code), Features::MVP).is_some(), table.len() == 1);
    }
}
