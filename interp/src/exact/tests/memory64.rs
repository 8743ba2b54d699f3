//! Memories and tables with 64-bit addresses: they do what those with 32-bit ones do, for the same gas, and reach
//! further.

use super::{Stop, TIERS, call, check, config, ending, instance, instance_with, traps};
use crate::{ErrorKind, Linker, MemoryKind, Module, ResourceLimiter, Store, Trap, Val};
use std::string::{String, ToString};
use std::vec::Vec;

/// Calls the export `f` of a module in which `@` stands for an address type, with either: result or trap and bill must
/// be the same, at every gas limit if they are not too many. Numbers as they are with a sign.
#[track_caller]
fn same(text: &str, args: &[i64], outcome: Result<i64, Trap>) {
    let bills = ["i32", "i64"].map(|ty| {
        let text = text.replace('@', ty);
        let args: Vec<Val> =
            args.iter().map(|&arg| if ty == "i32" { Val::I32(arg as i32) } else { Val::I64(arg) }).collect();
        let whole = ending(&text, &args);
        match whole.outcome {
            Ok(results) => {
                assert_eq!(number(results[0]), outcome.expect("no trap"), "{text}");
                // Each limit takes two instances.
                if whole.gas < 200 {
                    check(&text, &args, &results, whole.gas);
                }
            }
            Err(stop) => {
                assert_eq!(stop, Stop::Trap(outcome.expect_err("a trap")), "{text}");
                traps(&text, &args, outcome.expect_err("a trap"), whole.gas);
            }
        }
        whole.gas
    });
    assert_eq!(bills[0], bills[1], "the bills");
}

fn number(value: Val) -> i64 {
    match value {
        Val::I32(value) => value.into(),
        Val::I64(value) => value,
        other => panic!("{other:?}"),
    }
}

/// Memory declarations: memory 0 with the address type, or memory 1 beside one with either.
const MEMORIES: [(&str, &str); 3] = [
    ("(memory @ 1 3)", ""),
    ("(memory i32 1) (memory $m @ 1 3)", "$m"),
    ("(memory i64 1) (memory $m @ 1 3)", "$m"),
];

/// A function of a module with one of those memories; `#` stands for its name.
fn of_memory(memories: (&str, &str), result: &str, body: &str) -> String {
    let (declared, name) = memories;
    let body = body.replace('#', name);
    std::format!("(module {declared} (func (export \"f\") (param @) (result {result}) {body}))")
}

#[test]
fn loads_and_stores_of_every_kind() {
    for memories in MEMORIES {
        for (ty, suffix, bytes, value, expected) in [
            ("i32", "", 4, "-559038737", -559_038_737),
            ("i64", "", 8, "-81985529216486896", -81_985_529_216_486_896),
            ("i32", "8_s", 1, "200", -56),
            ("i32", "8_u", 1, "200", 200),
            ("i32", "16_s", 2, "65000", -536),
            ("i32", "16_u", 2, "65000", 65_000),
            ("i64", "8_s", 1, "200", -56),
            ("i64", "8_u", 1, "200", 200),
            ("i64", "16_s", 2, "65000", -536),
            ("i64", "16_u", 2, "65000", 65_000),
            ("i64", "32_s", 4, "4000000000", -294_967_296),
            ("i64", "32_u", 4, "4000000000", 4_000_000_000),
        ] {
            let width = suffix.trim_end_matches("_s").trim_end_matches("_u");
            // The address is an operand, a sum that another instruction has made, or a constant.
            for address in
                ["(local.get 0)", "(@.add (local.get 0) (@.const 0))", "(@.shl (local.get 0) (@.const 0))"]
            {
                let body = std::format!(
                    "({ty}.store{width} # offset=3 {address} ({ty}.const {value})) ({ty}.load{suffix} # offset=3 {address})"
                );
                let text = of_memory(memories, ty, &body);
                same(&text, &[8], Ok(expected));
                same(&text, &[65_533 - bytes], Ok(expected));
                same(&text, &[65_534 - bytes], Err(Trap::MemoryOutOfBounds));
                same(&text, &[-1], Err(Trap::MemoryOutOfBounds));
            }
            let body = std::format!(
                "({ty}.store{width} # (@.const 9) ({ty}.const {value})) ({ty}.load{suffix} # (@.const 9))"
            );
            same(&of_memory(memories, ty, &body), &[0], Ok(expected));
        }
    }
}

#[test]
fn vectors() {
    let two = "(v128.const i8x16 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15)";
    for memories in MEMORIES {
        for (access, bytes, expected) in [
            ("(v128.load # offset=5 (local.get 0))", 16, 0x0706_0504_0302_0100),
            ("(v128.load8x8_u # offset=5 (local.get 0))", 8, 0x0003_0002_0001_0000),
            ("(v128.load32_splat # offset=5 (local.get 0))", 4, 0x0302_0100_0302_0100),
            ("(v128.load64_zero # offset=5 (local.get 0))", 8, 0x0706_0504_0302_0100),
            ("(v128.load16_lane # offset=5 1 (local.get 0) (v128.const i64x2 0 0))", 2, 0x0100_0000),
            (
                "(v128.load64_lane # offset=5 0 (local.get 0) (v128.const i64x2 0 0))",
                8,
                0x0706_0504_0302_0100,
            ),
        ] {
            let stored = std::format!("(v128.store # offset=5 (local.get 0) {two})");
            let body = std::format!("{stored} (i64x2.extract_lane 0 {access})");
            let text = of_memory(memories, "i64", &body);
            same(&text, &[100], Ok(expected));
            let text = of_memory(memories, "i64", &std::format!("(i64x2.extract_lane 0 {access})"));
            same(&text, &[65_531 - bytes], Ok(0));
            same(&text, &[65_532 - bytes], Err(Trap::MemoryOutOfBounds));
            same(&text, &[-5], Err(Trap::MemoryOutOfBounds));
        }
        for (lane, bytes, expected) in
            [(8, 1, 3), (16, 2, 0x0706), (32, 4, 0x0f0e_0d0c), (64, 8, 0x0f0e_0d0c_0b0a_0908)]
        {
            let number =
                [(8, 3), (16, 3), (32, 3), (64, 1)].iter().find(|(of, _)| *of == lane).expect("a lane").1;
            let body = std::format!(
                "(v128.store{lane}_lane # offset=5 {number} (local.get 0) {two}) (i64.load # offset=5 align=1 (@.const 65500))"
            );
            let text = of_memory(memories, "i64", &body);
            same(&text, &[65_500], Ok(expected));
            same(&text, &[65_531 - bytes], Ok(0));
            same(&text, &[65_532 - bytes], Err(Trap::MemoryOutOfBounds));
        }
    }
}

#[test]
fn size_growth_and_bulk_operations() {
    for memories in MEMORIES {
        let f = |body: &str| of_memory(memories, "@", body);
        same(&f("(memory.size #)"), &[0], Ok(1));
        same(&f("(memory.grow # (local.get 0)) (drop) (memory.size #)"), &[2], Ok(3));
        same(&f("(memory.grow # (local.get 0))"), &[0], Ok(1));
        if memories.1.is_empty() {
            let text = f("(memory.grow # (local.get 0))").replace('@', "i64");
            check(&text, &[Val::I64(1)], &[Val::I64(1)], 1 + 100 + 1024);
        }
        same(&f("(memory.grow # (local.get 0))"), &[2], Ok(1));
        for refused in [3, 65_536, i64::from(i32::MAX), -1] {
            same(&f("(memory.grow # (local.get 0))"), &[refused], Ok(-1));
        }
        let fill = |at: &str, len: &str| {
            let body = std::format!(
                "(memory.fill # {at} (i32.const 7) {len}) (i32.load8_u # offset=99 (@.const 0))"
            );
            of_memory(memories, "i32", &body)
        };
        same(&fill("(local.get 0)", "(@.const 100)"), &[0], Ok(7));
        same(&fill("(local.get 0)", "(@.const 100)"), &[100], Ok(0));
        same(&fill("(local.get 0)", "(@.const 100)"), &[65_437], Err(Trap::MemoryOutOfBounds));
        same(&fill("(local.get 0)", "(@.const 0)"), &[65_536], Ok(0));
        same(&fill("(local.get 0)", "(@.const 0)"), &[65_537], Err(Trap::MemoryOutOfBounds));
        same(&fill("(local.get 0)", "(local.get 0)"), &[-1], Err(Trap::MemoryOutOfBounds));
        same(&fill("(@.const 1)", "(local.get 0)"), &[-1], Err(Trap::MemoryOutOfBounds));
        let copy =
            "(i64.store # (@.const 8) (i64.const 5)) (memory.copy # # (local.get 0) (@.const 8) (@.const 30))
            (i64.load # (@.const 20))";
        same(&of_memory(memories, "i64", copy), &[20], Ok(5));
        same(&of_memory(memories, "i64", copy), &[-1], Err(Trap::MemoryOutOfBounds));
        same(&of_memory(memories, "i64", copy), &[65_507], Err(Trap::MemoryOutOfBounds));
        let body =
            "(memory.init # $d (local.get 0) (i32.const 1) (i32.const 9)) (i32.load8_u # (@.const 70))";
        let init = of_memory(memories, "i32", body).replace("(func", "(data $d \"0123456789\") (func");
        same(&init, &[68], Ok(0x33));
        same(&init, &[65_528], Err(Trap::MemoryOutOfBounds));
        same(&init, &[-9], Err(Trap::MemoryOutOfBounds));
    }
}

/// The high bits of an address count, and what overflows does not wrap.
#[test]
fn beyond_32_bits() {
    let far = 1 << 32;
    for memories in [("(memory i64 1)", ""), ("(memory 1) (memory $m i64 1)", "$m")] {
        let of = |body: &str| of_memory(memories, "i32", body).replace("(param @)", "(param i64)");
        for body in [
            "(i32.load # (local.get 0))",
            "(i32.store8 # (local.get 0) (i32.const 1)) (i32.const 1)",
            "(v128.store # (local.get 0) (v128.const i64x2 0 0)) (i32.const 1)",
            "(i8x16.extract_lane_s 0 (v128.load8_lane # 3 (local.get 0) (v128.const i64x2 0 0)))",
            "(v128.any_true (v128.load8x8_s # (local.get 0)))",
            "(i32.load # offset=0xffffffffffffffff (local.get 0))",
            "(i32.load # offset=0xfffffffffffffff0 (local.get 0))",
            "(i32.load # offset=0x100000000 (local.get 0))",
            "(v128.store32_lane # offset=0xffffffffffffffff 1 (local.get 0) (v128.const i64x2 0 0)) (i32.const 0)",
            "(v128.any_true (v128.load # offset=0x8000000000000000 (local.get 0)))",
            "(memory.fill # (local.get 0) (i32.const 1) (i64.const 1)) (i32.const 1)",
            "(memory.fill # (i64.const 0) (i32.const 1) (i64.add (local.get 0) (i64.const 70000))) (i32.const 1)",
            "(memory.copy # # (local.get 0) (i64.const 1) (i64.const 1)) (i32.const 1)",
            "(memory.copy # # (i64.const 1) (local.get 0) (i64.const 1)) (i32.const 1)",
        ] {
            for address in [far, far + 8, 1 << 63, -1, -4, -16] {
                let ending = ending(&of(body), &[Val::I64(address)]);
                assert_eq!(ending.outcome, Err(Stop::Trap(Trap::MemoryOutOfBounds)), "{body} {address}");
            }
        }
        let grow = of("(memory.grow # (local.get 0)) (i32.wrap_i64)");
        for refused in [far, far + 1, 262_144, i64::MIN, -1] {
            check(&grow, &[Val::I64(refused)], &[Val::I32(-1)], 102);
        }
    }
}

/// Sizes of copies between memories or tables have the smaller address type: the high bits of what they are made of do
/// not count, and do with two large ones.
#[test]
fn mixed_copies() {
    for (to, from) in [("i32", "i64"), ("i64", "i32"), ("i64", "i64"), ("i32", "i32")] {
        let len = if (to, from) == ("i64", "i64") { "i64" } else { "i32" };
        let memory = std::format!(
            "(module (memory $a {to} 1) (memory $b {from} 1) (data (memory $b) ({from}.const 10) \"abc\")
                (func (export \"f\") (param {to} {from} {len}) (result i32)
                    (memory.copy $a $b (local.get 0) (local.get 1) (local.get 2)) (i32.load $a ({to}.const 3))))"
        );
        let table = std::format!(
            "(module (table $a {to} 9 funcref) (table $b {from} 20 funcref) (elem (table $b) ({from}.const 10) func $g $g $g)
                (func $g)
                (func (export \"f\") (param {to} {from} {len}) (result i32)
                    (table.copy $a $b (local.get 0) (local.get 1) (local.get 2))
                    (ref.is_null (table.get $a ({to}.const 5)))))"
        );
        let value = |ty: &str, value: i64| if ty == "i32" { Val::I32(value as i32) } else { Val::I64(value) };
        let args = |a, b, c| [value(to, a), value(from, b), value(len, c)];
        check(&memory, &args(3, 10, 3), &[Val::I32(0x63_6261)], 3 + 12 + 2);
        check(&table, &args(3, 10, 3), &[Val::I32(0)], 3 + 12 + 3 + 1 + 4 + 1);
        for (text, trap, all) in
            [(&memory, Trap::MemoryOutOfBounds, 65_536), (&table, Trap::TableOutOfBounds, 20)]
        {
            for wrong in
                [args(0, all, 1), args(all, 0, 1), args(0, all + 1, 0), args(0, 0, -1), args(-1, 0, 1)]
            {
                traps(text, &wrong, trap, 15);
            }
        }
    }
}

#[test]
fn tables() {
    let module = |body: &str| {
        std::format!(
            "(module (type $t (func (result i32))) (table $x 1 funcref) (table $t @ 4 8 funcref)
                (elem (table $t) (@.const 2) func $one $two) (elem $e func $two $one $two)
                (func $one (type $t) (i32.const 1)) (func $two (type $t) (i32.const 2)) (func $other)
                (func (export \"f\") (param @) {body}))"
        )
    };
    let called = module("(result i32) (call_indirect $t (type $t) (local.get 0))");
    same(&called, &[2], Ok(1));
    same(&called, &[1], Err(Trap::IndirectCallToNull));
    same(&called, &[4], Err(Trap::TableOutOfBounds));
    same(&called, &[-1], Err(Trap::TableOutOfBounds));
    let called = module("(result i32) (return_call_indirect $t (type $t) (@.add (local.get 0) (@.const 1)))");
    same(&called, &[2], Ok(2));
    same(&called, &[3], Err(Trap::TableOutOfBounds));
    let wrong = module(
        "(result i32) (table.set $t (local.get 0) (ref.func $other)) (call_indirect $t (type $t) (local.get 0))",
    )
    .replace("(elem $e", "(elem declare func $other) (elem $e");
    same(&wrong, &[0], Err(Trap::BadSignature));
    same(&wrong, &[9], Err(Trap::TableOutOfBounds));
    same(&module("(result @) (table.grow $t (ref.null func) (local.get 0))"), &[4], Ok(4));
    same(&module("(result @) (table.grow $t (ref.null func) (local.get 0))"), &[0], Ok(4));
    for refused in [5, -1, i64::from(i32::MAX)] {
        same(&module("(result @) (table.grow $t (ref.null func) (local.get 0))"), &[refused], Ok(-1));
    }
    same(&module("(result @) (table.size $t)"), &[0], Ok(4));
    let filled = module(
        "(result i32) (table.fill $t (local.get 0) (table.get $t (@.const 3)) (@.const 2))
        (call_indirect $t (type $t) (@.const 1))",
    );
    same(&filled, &[0], Ok(2));
    same(&filled, &[2], Err(Trap::IndirectCallToNull));
    same(&filled, &[3], Err(Trap::TableOutOfBounds));
    let initialized = module(
        "(result i32) (table.init $t $e (local.get 0) (i32.const 1) (i32.const 2))
        (call_indirect $t (type $t) (@.const 1))",
    );
    same(&initialized, &[0], Ok(2));
    same(&initialized, &[1], Ok(1));
    same(&initialized, &[3], Err(Trap::TableOutOfBounds));
    same(&initialized, &[-1], Err(Trap::TableOutOfBounds));
    // The high bits count.
    for body in [
        "(result i32) (call_indirect $t (type $t) (local.get 0))",
        "(result i32) (return_call_indirect $t (type $t) (local.get 0))",
        "(result i32) (ref.is_null (table.get $t (local.get 0)))",
        "(result i32) (table.set $t (local.get 0) (ref.null func)) (i32.const 1)",
        "(result i32) (table.fill $t (local.get 0) (ref.null func) (i64.const 1)) (i32.const 1)",
        "(result i32) (table.init $t $e (local.get 0) (i32.const 0) (i32.const 1)) (i32.const 1)",
    ] {
        let text = module(body).replace('@', "i64");
        for index in [(1 << 32) + 2, i64::MIN + 2, -1] {
            let ending = ending(&text, &[Val::I64(index)]);
            assert_eq!(ending.outcome, Err(Stop::Trap(Trap::TableOutOfBounds)), "{body} {index}");
        }
    }
}

/// Segments: whole 64-bit offsets.
#[test]
fn segments_with_64_bit_offsets() {
    for tier in TIERS {
        let config = config(tier);
        let text = "(module (memory i64 1) (table i64 3 funcref)
            (data (offset (i64.sub (i64.const 65540) (i64.const 10))) \"abcdef\") (elem (offset (i64.add (i64.const 1) (i64.const 1))) func $h)
            (func $h) (func (export \"f\") (result i32) (i32.load (i64.const 65532))))";
        let (mut store, instance) = instance(&config, text);
        assert_eq!(call(&mut store, instance, &[]).outcome, Ok(std::vec![Val::I32(0x6665_6463)]));
        for (text, trap) in [
            ("(memory i64 1) (data (i64.const 65531) \"abcdef\")", Trap::MemoryOutOfBounds),
            ("(memory i64 1) (data (i64.const 0x100000000) \"\")", Trap::MemoryOutOfBounds),
            ("(memory i64 1) (data (i64.const -1) \"ab\")", Trap::MemoryOutOfBounds),
            ("(table i64 3 funcref) (func $f) (elem (i64.const 0x100000000) $f)", Trap::TableOutOfBounds),
            ("(table i64 3 funcref) (func $f) (elem (i64.const -1) $f $f)", Trap::TableOutOfBounds),
        ] {
            let engine = crate::Engine::new(&config);
            let bytes = wat::parse_str(std::format!("(module {text})")).expect("the text is right");
            let module = Module::new(&engine, bytes).expect("a module");
            let error = Linker::new().instantiate(&mut Store::new(&engine, ()), &module).expect_err(text);
            assert!(matches!(error.kind(), ErrorKind::Trap(found) if *found == trap), "{error}");
        }
    }
}

/// Address types must be the same for an import to fit.
#[test]
fn imports() {
    let config = config(TIERS[0]);
    for kind in ["memory", "table"] {
        let element = if kind == "table" { "funcref" } else { "" };
        for given in ["i32", "i64"] {
            let text = std::format!("(module ({kind} (export \"x\") {given} 1 {element}))");
            let (mut store, instance) = instance(&config, &text);
            let mut linker = Linker::new();
            linker.define("m", "x", instance.get_export(&mut store, "x").expect("an export"));
            for wanted in ["i32", "i64"] {
                let text = std::format!("(module (import \"m\" \"x\" ({kind} {wanted} 1 {element})))");
                let engine = store.engine().clone();
                let module = Module::new(&engine, wat::parse_str(text).expect("text")).expect("a module");
                let outcome = linker.instantiate(&mut store, &module);
                assert_eq!(outcome.is_ok(), given == wanted, "{kind} {given} {wanted}");
                if let Err(error) = outcome {
                    assert!(matches!(error.kind(), ErrorKind::Link(_)));
                    assert!(error.to_string().contains("64-bit"), "{error}");
                }
            }
        }
    }
}

struct Bytes(u64);

impl ResourceLimiter for Bytes {
    fn memory_growing(&mut self, _: u64, desired: u64, _: Option<u64>) -> bool {
        desired <= self.0
    }

    fn table_growing(&mut self, _: u64, _: u64, _: Option<u64>) -> bool {
        true
    }
}

/// What a memory declares may be far beyond what it can get: the engine's own limit, or the embedder's, is met.
#[test]
fn limits() {
    for tier in TIERS {
        let config = config(tier);
        let engine = crate::Engine::new(&config);
        let module =
            |text: &str| Module::new(&engine, wat::parse_str(text).expect("text")).expect("a module");
        for min in ["262145", "0x1000000000000"] {
            let module = module(&std::format!("(module (memory i64 {min}))"));
            let error =
                Linker::new().instantiate(&mut Store::new(&engine, ()), &module).expect_err("too much");
            assert!(matches!(error.kind(), ErrorKind::OutOfMemory(MemoryKind::Memory)), "{error}");
        }
        let huge = module(
            "(module (memory i64 1 0x1000000000000) (func (export \"f\") (param i64) (result i64)
                (memory.grow (local.get 0))))",
        );
        let mut store = Store::new(&engine, Bytes(3 << 16));
        store.limiter(|bytes| bytes);
        store.set_gas(1_000_000_000);
        let instance = Linker::new().instantiate(&mut store, &huge).expect("an instance");
        let grow = instance.get_typed_func::<i64, i64>(&mut store, "f").expect("a function");
        for (delta, old) in [(1, 1), (262_142, -1), (262_143, -1), (i64::MAX, -1), (1, 2), (1, -1)] {
            assert_eq!(grow.call(&mut store, delta).expect("no trap"), old, "{delta}");
        }
    }
}

/// More than 32-bit addresses reach. Only the pages that are touched are there.
#[cfg(all(unix, feature = "std", target_pointer_width = "64", not(miri)))]
#[test]
fn more_than_four_gigabytes() {
    let text = "(module (memory i64 65537) (func (export \"f\") (param i64) (result i64)
        (i64.store offset=8 (local.get 0) (i64.const 77))
        (memory.copy (i64.add (local.get 0) (i64.const 17)) (i64.add (local.get 0) (i64.const 8)) (i64.const 8))
        (i64.add (i64.load offset=0x100000011 (i64.sub (local.get 0) (i64.const 0x100000000))) (memory.size))))";
    for address in [1 << 32, (1 << 32) + 65_511] {
        let whole = ending(text, &[Val::I64(address)]);
        assert_eq!(whole.outcome, Ok(std::vec![Val::I64(77 + 65_537)]));
    }
    let whole = ending(text, &[Val::I64((1 << 32) + 65_512)]);
    assert_eq!(whole.outcome, Err(Stop::Trap(Trap::MemoryOutOfBounds)));
    let (mut store, instance) = instance_with(&config(TIERS[1]), text, &Linker::new());
    assert_eq!(call(&mut store, instance, &[Val::I64(8)]).outcome, Err(Stop::Trap(Trap::MemoryOutOfBounds)));
}
