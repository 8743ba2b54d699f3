//! Modules that are refused: at which size exactly, and what is said.

use selfsame_validate::{
    ErrorKind, ExternType, Features, FuncType, Limits, Module, NotWasm, ValType, ValidateConfig,
    ValidateError,
};

fn refusal(bytes: &[u8], limits: Limits) -> ValidateError {
    let config = ValidateConfig { limits, ..ValidateConfig::default() };
    let quick = Module::new(bytes, &config).map(drop).expect_err("it is refused");
    assert_eq!(Module::new_thoroughly(bytes, &config).map(drop), Err(quick.clone()), "the other pass");
    quick
}

fn wasm(text: &str) -> Vec<u8> {
    wat::parse_str(text).expect("a module")
}

#[test]
fn what_is_no_module_is_told_what_it_seems_to_be() {
    for (bytes, seems, text) in [
        (&b""[..], NotWasm::Empty, "there are no bytes"),
        (b"\0asm\x0d\0\x01\0", NotWasm::Component, "this is a component"),
        (b"(module)", NotWasm::Text, "this is text"),
        (b"\x7fELF\x02\x01\x01\0", NotWasm::Unknown, "the first four bytes are not \"\\0asm\""),
    ] {
        let error = refusal(bytes, Limits::default());
        assert_eq!(error, ValidateError { offset: None, kind: ErrorKind::NotWasm(seems) });
        assert!(error.to_string().contains(text), "{error}");
    }
    let cut = refusal(b"\0asm\x01\0\0\0\x01", Limits::default());
    assert!(cut.to_string().starts_with("invalid module: "), "{cut}");
    assert!(cut.to_string().ends_with(" (at offset 0x9)"), "{cut}");
}

/// The limit is the greatest value accepted.
#[track_caller]
fn limited(text: &str, what: &str, value: u64, set: impl Fn(&mut Limits, u64)) {
    let bytes = wasm(text);
    let with = |value| {
        let mut limits = Limits::default();
        set(&mut limits, value);
        limits
    };
    let config = ValidateConfig { limits: with(value), ..ValidateConfig::default() };
    Module::new(&*bytes, &config).expect("it is at the limit");
    let error = refusal(&bytes, with(value - 1));
    let ErrorKind::Limit { what: found_what, limit, found } = error.kind else { panic!("{error}") };
    assert_eq!((found_what, limit, found), (what, value - 1, value));
    let start = format!("the module has {value} {what}; the limit is {}", value - 1);
    assert!(error.to_string().starts_with(&start), "{error}");
}

#[test]
fn limits_hold_to_the_unit() {
    let small = |value: u64| u32::try_from(value).expect("small");
    let module = "(module (func))";
    let len = wasm(module).len() as u64;
    limited(module, "bytes", len, |limits, value| limits.module_bytes = value);
    let types = "(module (type (func)) (type (func (param i32))) (type (func)))";
    limited(types, "types", 3, |limits, value| limits.types = small(value));
    let defined = r#"(module (import "a" "b" (func)) (func) (func))"#;
    limited(defined, "functions", 3, |limits, value| limits.functions = small(value));
    let imported = r#"(module (import "a" "b" (func)) (import "a" "c" (func)))"#;
    limited(imported, "functions", 2, |limits, value| limits.functions = small(value));
    let tables = "(module (table 5 funcref) (table 6 8 externref))";
    limited(tables, "table elements", 11, |limits, value| limits.table_elements = value);
}

#[test]
fn a_hundred_tables_are_the_most() {
    let tables = |imported: usize, defined: usize| {
        let imported = r#"(import "a" "b" (table 0 funcref))"#.repeat(imported);
        wasm(&format!("(module {imported} {})", "(table 0 funcref)".repeat(defined)))
    };
    for (imported, defined) in [(0, 100), (100, 0), (60, 40)] {
        Module::new(tables(imported, defined), &ValidateConfig::default()).expect("it is at the limit");
    }
    for (imported, defined) in [(0, 101), (101, 0), (61, 40)] {
        let error = refusal(&tables(imported, defined), Limits::default());
        assert_eq!(error.kind, ErrorKind::Limit { what: "tables", limit: 100, found: 101 });
    }
}

/// A byte can import something, and the decoder has the name of its module for each.
#[test]
fn the_name_that_imports_share_counts_for_each() {
    let name = "m".repeat(50_000);
    let alike = |count: usize| {
        format!("{} (func)", (0..count).map(|i| format!("(item \"{i}\")")).collect::<String>())
    };
    let unlike = |count: usize| (0..count).map(|i| format!("(item \"{i}\" (func))")).collect::<String>();
    let groups: [&dyn Fn(usize) -> String; 2] = [&alike, &unlike];
    for group in groups {
        let module = |count| wasm(&format!("(module (import \"{name}\" {}))", group(count)));
        // 1 MiB and 8 times the module's bytes, of which there are the name's, at 512 and twice the name's for each.
        let most = ((1 << 20) + 8 * 50_000 - 448) / (512 + 100_000);
        Module::new(module(most), &ValidateConfig::default()).expect("it is at the limit");
        let error = refusal(&module(most + 1), Limits::default());
        let ErrorKind::Limit { what: "bytes for what it declares", limit, found } = error.kind else {
            panic!("{error}")
        };
        // The type counts too.
        assert_eq!(found, 448 + 100_512 * (most as u64 + 1));
        assert_eq!(limit, (1 << 20) + 8 * module(most + 1).len() as u64);
    }
}

#[test]
fn types_are_told_in_words() {
    let text = r#"(module (func (export "f") (param i32 v128 externref) (result funcref f64) unreachable)
        (table (export "t") 1 2 funcref) (memory (export "m") 1) (global (export "g") (mut f32) (f32.const 0)))"#;
    let module = Module::new(wasm(text), &ValidateConfig::default()).expect("a valid module");
    let types: Vec<String> =
        module.exports().map(|export| module.extern_type(export.index).to_string()).collect();
    assert_eq!(types[0], "func (i32, v128, externref) -> (funcref, f64)");
    let ExternType::Func(ty) = module.extern_type(module.export("f").expect("exported")) else { panic!() };
    assert_eq!((ty.params()[1], ty.param_cells(), ty.result_cells()), (ValType::V128, 4, 2));
    assert_eq!(FuncType::new([], []).to_string(), "() -> ()");
    assert_eq!(types[1..], ["table of funcref, elements 1..2", "memory, pages 1..", "mutable global f32"]);
    assert_eq!((module.tables().len(), module.tables()[0].max), (1, Some(2)));
}

#[test]
fn element_segments_know_their_length_in_both_forms() {
    let text = "(module (func $f) (elem func $f $f) (elem funcref (ref.func $f) (ref.null func) (ref.func $f)) (elem func))";
    let module = Module::new(wasm(text), &ValidateConfig::default()).expect("a valid module");
    let lengths: Vec<usize> = module.elements().iter().map(|segment| segment.items.len()).collect();
    assert_eq!(lengths, [2, 3, 0]);
    assert!(module.elements()[2].items.is_empty() && !module.elements()[1].items.is_empty());
}

/// What a feature brings is refused where it is switched off.
#[test]
fn features_can_be_switched_off() {
    let memory64 = Features { memory64: false, ..Features::ALL };
    let page_sizes = Features { custom_page_sizes: false, ..Features::ALL };
    let compact_imports = Features { compact_imports: false, ..Features::ALL };
    let wide_arithmetic = Features { wide_arithmetic: false, ..Features::ALL };
    let wide =
        |text| std::format!("(module (func (param i64) (result i64 i64) local.get 0 local.get 0 {text}))");
    for (text, features) in [
        ("(module (memory i64 1))", memory64),
        ("(module (table i64 1 funcref))", memory64),
        ("(module (import \"m\" \"m\" (memory i64 1)))", memory64),
        ("(module (memory 1 (pagesize 1)))", page_sizes),
        ("(module (memory 1 (pagesize 65536)))", page_sizes),
        (r#"(module (import "a" (item "b" (func)) (item "c" (global i32))))"#, compact_imports),
        (r#"(module (import "a" (item "b") (item "c") (func)))"#, compact_imports),
        (&*wide("i64.mul_wide_s"), wide_arithmetic),
        (&*wide("i64.mul_wide_u"), wide_arithmetic),
        (&*wide("local.get 0 local.get 0 i64.add128"), wide_arithmetic),
    ] {
        let mut config = ValidateConfig::default();
        assert!(Module::new(wasm(text), &config).is_ok(), "{text}");
        config.features = features;
        for module in [Module::new(wasm(text), &config), Module::new_thoroughly(wasm(text), &config)] {
            assert!(
                matches!(module.map(drop), Err(ValidateError { kind: ErrorKind::Invalid(_), .. })),
                "{text}"
            );
        }
    }
}
