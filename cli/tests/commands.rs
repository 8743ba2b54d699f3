//! The commands beside `run`.

mod common;

use common::{TempFile, json, selfsame};
use serde_json::json;

#[test]
fn the_gas_schedule_lists_every_instruction() {
    let (status, value) = json(&["gas-schedule", "--json"]);
    assert_eq!((status, &value["version"]), (0, &json!(2)));
    let instructions = value["instructions"].as_array().expect("a list");
    assert_eq!(instructions.len(), selfsame_interp::Opcode::COUNT);
    assert!(instructions.contains(&json!({"name": "end", "code": "0x0b", "cost": 0})));
    assert!(instructions.contains(&json!({"name": "v128.const", "code": "0xfd 12", "cost": 1})));
    let ended = selfsame(&["gas-schedule"]);
    assert!(ended.stdout.starts_with("Gas schedule, version 2\n"));
    assert!(ended.stdout.lines().count() > instructions.len());
}

#[test]
fn inspect_tells_what_a_module_needs() {
    let text = r#"(module $thing
        (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
        (memory (export "memory") 2 5) (memory 1)
        (table 3 funcref)
        (global (mut i32) (i32.const 0))
        (data (i32.const 0) "abc")
        (start $begin)
        (func $begin)
        (func $work (export "work") (param i32) (result i32)
            (i32.extend8_s (i32.div_s (local.get 0) (i32.const 3)))))"#;
    let file = TempFile::new("inspect.wat", text);
    let (status, value) = json(&["inspect", file.path(), "--json", "--top", "1"]);
    assert_eq!((status, &value["name"]), (0, &json!("thing")));
    assert_eq!(
        value["imports"],
        json!([{"module": "wasi_snapshot_preview1", "name": "proc_exit", "type": "func (i32) -> ()"}])
    );
    assert_eq!(
        value["exports"],
        json!([{"name": "memory", "type": "memory, pages 2..5"}, {"name": "work", "type": "func (i32) -> (i32)"}])
    );
    assert_eq!(
        value["needs"],
        json!({
            "features": ["sign-extension", "multi-memory"],
            "memories": [{"min": 2, "max": 5}, {"min": 1}],
            "tables": [{"min": 3}],
            "start": 1,
        })
    );
    assert_eq!(value["sizes"]["data_bytes"], 3);
    assert_eq!(
        value["functions"],
        json!([{
            "func": 2, "name": "work", "cost": 5, "instructions": 5, "bytes": 8, "value_slots": 2,
        }])
    );
    let ended = selfsame(&["inspect", file.path()]);
    assert_eq!(ended.status, 0);
    assert!(ended.stdout.contains("features beyond 1.0: sign-extension, multi-memory"), "{}", ended.stdout);
}

#[test]
fn inspect_knows_every_feature() {
    for (text, feature) in [
        ("(module (global (export \"g\") (mut i32) (i32.const 0)))", "mutable-globals"),
        ("(module (func (drop (i32.trunc_sat_f32_s (f32.const 0)))))", "saturating-float-to-int"),
        ("(module (func (drop (i32.extend8_s (i32.const 0)))))", "sign-extension"),
        ("(module (func (result i32 i32) (i32.const 0) (i32.const 0)))", "multi-value"),
        ("(module (memory 1) (data \"a\"))", "bulk-memory"),
        ("(module (func (param externref)))", "reference-types"),
        ("(module (func (param v128)))", "simd"),
        (
            "(module (func (drop (f32x4.relaxed_min (v128.const i64x2 0 0) (v128.const i64x2 0 0)))))",
            "relaxed-simd",
        ),
        ("(module (func (return_call 0)))", "tail-call"),
        ("(module (global i32 (i32.add (i32.const 0) (i32.const 0))))", "extended-const"),
        ("(module (memory 1) (memory 1))", "multi-memory"),
    ] {
        let file = TempFile::new(&format!("{feature}.wat"), text);
        let (_, value) = json(&["inspect", file.path(), "--json"]);
        let features = value["needs"]["features"].as_array().expect("a list");
        assert!(features.contains(&json!(feature)), "{feature}: {features:?}");
    }
    let file = TempFile::new("plain.wat", "(module (func (param i32)))");
    assert_eq!(json(&["inspect", file.path(), "--json"]).1["needs"]["features"], json!([]));
}

#[test]
fn wast_counts_directives_and_prints_failures() {
    let good = TempFile::new(
        "good.wast",
        r#"(module (func (export "f") (result i32) (i32.const 42)))
           (assert_return (invoke "f") (i32.const 42))"#,
    );
    let bad = TempFile::new(
        "bad.wast",
        r#"(module (func (export "f") (result i32) (i32.const 42)))
           (assert_return (invoke "f") (i32.const 43))"#,
    );
    for tier in ["fast", "exact"] {
        let ended = selfsame(&["wast", "--tier", tier, good.path()]);
        let name = good.path();
        assert_eq!(
            ended.stdout,
            format!("{name}: 2 passed, 0 failed, 0 skipped\n2 passed, 0 failed, 0 skipped\n")
        );
        assert_eq!((ended.status, &*ended.stderr), (0, ""));
    }
    let ended = selfsame(&["wast", good.path(), bad.path()]);
    assert_eq!(ended.status, 1);
    assert_eq!(ended.stdout.lines().last(), Some("3 passed, 1 failed, 0 skipped"));
    assert!(ended.stderr.contains("bad.wast:2"), "{}", ended.stderr);
}

#[test]
fn completions_are_made_for_every_shell() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let ended = selfsame(&["completions", shell]);
        assert_eq!((ended.status, &*ended.stderr), (0, ""));
        assert!(ended.stdout.contains("gas-schedule"), "{shell}");
    }
}

#[test]
fn help_teaches_by_examples() {
    for command in ["run", "wast", "gas-schedule", "inspect", "completions"] {
        let ended = selfsame(&[command, "--help"]);
        assert_eq!(ended.status, 0);
        assert!(ended.stdout.contains("Example"), "{command}");
        assert!(ended.stdout.lines().all(|line| line.chars().count() <= 100), "{}", ended.stdout);
    }
    let ended = selfsame(&["--help"]);
    assert!(ended.stdout.contains("Examples:") && ended.stdout.contains("same result"), "{}", ended.stdout);
    let ended = selfsame(&["run", "--help"]);
    for part in ["whole argv", "Exit status", "134", "nan:0x400001", "out_of_gas"] {
        assert!(ended.stdout.contains(part), "{part}");
    }
}
