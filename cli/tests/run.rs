//! `selfsame run`: exit statuses, and what goes where.

mod common;

use common::{TempFile, json, selfsame};
use serde_json::{Value, json};

const GUEST: &str = r#"(module $guest
    (memory (export "memory") 1)
    (global (export "g") i32 (i32.const 5))
    (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))
    (func (export "pass") (param i64 f32 f64 v128 funcref) (result funcref v128 f64 f32 i64)
        local.get 4 local.get 3 local.get 2 local.get 1 local.get 0)
    (func (export "self") (result funcref) (ref.func $inner))
    (func $inner (param i32) (drop (i32.div_u (i32.const 1) (local.get 0))))
    (func $outer (export "outer") (call $inner (i32.const 0)))
    (func $"odd\1b[31m name" (export "odd") unreachable)
    (elem declare func $inner)
    (func (export "spin") (loop (br 0))))"#;

fn guest(name: &str) -> TempFile {
    TempFile::new(&format!("{name}.wat"), GUEST)
}

/// The parts of an object without the hashes.
fn without_hashes(mut value: Value) -> Value {
    if let Some(fingerprint) = value.get_mut("fingerprint").and_then(Value::as_object_mut) {
        let instances = fingerprint.remove("module_instances").expect("a fingerprint has memories");
        let hash = instances["main"]["memories"][0].as_str().expect("a memory has a hash");
        assert!(hash.len() == 64 && hash.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)));
    }
    value
}

#[test]
fn values_go_to_standard_output_and_gas_to_standard_error() {
    let file = guest("values");
    let ended = selfsame(&["run", file.path(), "--invoke", "add", "--", "2", "0x28"]);
    assert_eq!((ended.status, &*ended.stdout, &*ended.stderr), (0, "42\n", "gas: 3\n"));
    let ended = selfsame(&["run", file.path(), "--invoke", "add", "--gas", "1_000", "--", "-1", "-2"]);
    assert_eq!((ended.status, &*ended.stdout, &*ended.stderr), (0, "-3\n", "gas: 3 of 1000\n"));
}

#[test]
fn every_type_of_value_is_read_and_printed() {
    let file = guest("types");
    let args = ["-9", "nan:0x1", "-0x1.8p1", "i32x4 1 2 3 -1", "ref.null"];
    let run = ["run", file.path(), "--invoke", "pass", "--"];
    let ended = selfsame(&[&run[..], &args[..]].concat());
    let lines: Vec<&str> = ended.stdout.lines().collect();
    let vector = "i32x4 0x00000001 0x00000002 0x00000003 0xffffffff";
    assert_eq!(lines, ["ref.null func", vector, "-3.0", "nan:0x1", "-9"], "{}", ended.stderr);

    let run = ["run", file.path(), "--invoke", "pass", "--json", "--"];
    let (status, value) = json(&[&run[..], &args[..]].concat());
    assert_eq!(status, 0);
    assert_eq!(
        value["values"],
        json!([
            {"type": "funcref", "bits": "0x0000000000000000"},
            {"type": "v128", "bits": "0xffffffff000000030000000200000001"},
            {"type": "f64", "bits": "0xc008000000000000"},
            {"type": "f32", "bits": "0x7f800001"},
            {"type": "i64", "bits": "0xfffffffffffffff7"},
        ])
    );
}

#[test]
fn a_reference_that_is_not_null_has_no_bits() {
    let file = guest("reference");
    let (_, value) = json(&["run", file.path(), "--invoke", "self", "--json"]);
    assert_eq!(value["values"], json!([{"type": "funcref"}]));
    assert_eq!(selfsame(&["run", file.path(), "--invoke", "self"]).stdout, "ref.func\n");
}

#[test]
fn a_return_has_values_gas_and_a_fingerprint_without_frames() {
    let file = guest("return");
    let (status, value) = json(&["run", file.path(), "--invoke", "add", "--json", "--", "2", "40"]);
    assert_eq!(status, 0);
    assert_eq!(
        without_hashes(value),
        json!({
            "outcome": "return",
            "values": [{"type": "i32", "bits": "0x0000002a"}],
            "gas": {"time": 3},
            "fingerprint": {"frames": []},
        })
    );
}

#[test]
fn a_trap_has_a_code_frames_and_a_fingerprint() {
    let file = guest("trap");
    let (status, value) = json(&["run", file.path(), "--invoke", "outer", "--json"]);
    assert_eq!(status, 134);
    let offsets: Vec<&Value> =
        value["frames"].as_array().expect("frames").iter().map(|f| &f["offset"]).collect();
    assert!(offsets.iter().all(|offset| offset.as_u64().is_some_and(|offset| offset > 0)));
    assert_eq!(
        without_hashes(value.clone()),
        json!({
            "outcome": "trap",
            "error": {"code": "wasm_trap integer_divide_by_zero", "message": "integer divide by zero"},
            "gas": {"time": 10},
            "frames": [
                {"module": "main", "func": 3, "name": "inner", "offset": offsets[0]},
                {"module": "main", "func": 4, "name": "outer", "offset": offsets[1]},
            ],
            "fingerprint": {"frames": [
                {"module_name": "main", "func": 3},
                {"module_name": "main", "func": 4},
            ]},
        })
    );
}

#[test]
fn a_trap_prints_a_backtrace_with_names() {
    let file = guest("backtrace");
    let ended = selfsame(&["run", file.path(), "--invoke", "outer"]);
    assert_eq!((ended.status, &*ended.stdout), (134, ""));
    for part in [
        "gas: 10\n",
        "[wasm_trap integer_divide_by_zero]\n",
        "0: main func 3 inner at 0x",
        "1: main func 4 outer",
    ] {
        assert!(ended.stderr.contains(part), "{}", ended.stderr);
    }
    assert!(ended.stderr.contains("main memory 0 "), "{}", ended.stderr);
}

#[test]
fn names_cannot_steer_the_terminal() {
    let file = guest("terminal");
    let ended = selfsame(&["run", file.path(), "--invoke", "odd"]);
    assert!(ended.stderr.contains("odd\\u{1b}[31m name"), "{}", ended.stderr);
    assert!(!ended.stderr.contains('\x1b'));
}

#[test]
fn out_of_gas_has_its_own_status() {
    let file = guest("gas");
    for (gas, spent) in [("0", 0), ("1000", 1000)] {
        let (status, value) = json(&["run", file.path(), "--invoke", "spin", "--gas", gas, "--json"]);
        assert_eq!((status, &value["outcome"]), (135, &json!("out_of_gas")));
        assert_eq!(value["error"]["code"], "wasm_trap out_of_fuel");
        assert_eq!(value["gas"]["time"], spent);
        assert_eq!(value["fingerprint"]["frames"], json!([{"module_name": "main", "func": 6}]));
    }
}

#[test]
fn a_start_function_is_part_of_the_run() {
    let run = |file: &'static str| json(&["run", file, "--invoke", "run", "--gas", "10000", "--json"]);
    let (status, value) = run("wat/start_loops.wat");
    assert_eq!(
        (status, &value["outcome"], value["gas"]["time"].as_u64()),
        (135, &json!("out_of_gas"), Some(10_000))
    );
    assert_eq!(value["fingerprint"]["frames"][0], json!({"module_name": "main", "func": 0}));
    let (status, value) = run("wat/start_traps.wat");
    assert_eq!((status, &value["outcome"]), (134, &json!("trap")));
    assert_eq!(value["frames"].as_array().map(Vec::len), Some(3));
}

#[test]
fn a_segment_that_does_not_fit_is_a_trap_without_frames() {
    let run = |segment: &str| {
        let text = format!("(module (memory 1) {segment} (func (export \"f\")))");
        let file = TempFile::new(&format!("segment{}.wat", segment.len()), text);
        json(&["run", file.path(), "--invoke", "f", "--json"])
    };
    let (status, value) = run(r#"(data (i32.const 65536) "x")"#);
    assert_eq!((status, &value["outcome"], &value["frames"]), (134, &json!("trap"), &json!([])));
    assert_eq!(value["error"]["code"], "wasm_trap memory_out_of_bounds");
    assert_eq!(value["fingerprint"], run("").1["fingerprint"]);
}

#[test]
fn a_command_ends_with_its_own_code() {
    let ended = selfsame(&["run", "wasm/wasi_exit7.wasm"]);
    assert_eq!((ended.status, &*ended.stdout), (7, "leaving with 7\n"));
    assert!(ended.stderr.ends_with("exit: 7\n"), "{}", ended.stderr);
    let (status, value) = json(&["run", "wasm/wasi_exit7.wasm", "--json"]);
    assert_eq!((status, &value["outcome"], &value["exit_code"]), (7, &json!("exit"), &json!(7)));
    assert_eq!(value["stdout"], "bGVhdmluZyB3aXRoIDcK");
    assert!(value.get("values").is_none() && value.get("error").is_none());
}

#[test]
fn exit_codes_are_cut_to_octets_as_shells_do() {
    for (code, expected) in [(0, 0), (256, 0), (257, 1), (-1, 255)] {
        let text = format!(
            r#"(module (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
                (func (export "_start") (call $exit (i32.const {code}))))"#
        );
        let file = TempFile::new(&format!("exit{code}.wat"), text);
        let (status, value) = json(&["run", file.path(), "--json"]);
        assert_eq!(
            (status, &value["outcome"], &value["exit_code"]),
            (expected, &json!("exit"), &json!(code))
        );
    }
}

#[test]
fn a_command_without_arguments_has_its_name() {
    let ended = selfsame(&["run", "wasm/wasi_hello.wasm"]);
    assert_eq!((ended.status, &*ended.stdout), (0, "hello, world\nargv[0] = wasi_hello\n"));
}

#[test]
fn arguments_variables_and_input_reach_a_command() {
    let hello = ["run", "wasm/wasi_hello.wasm", "--env", "B=2", "--env", "A=1=1", "--", "x", "two words", ""];
    let ended = selfsame(&hello);
    let lines: Vec<&str> = ended.stdout.lines().collect();
    let wanted = ["hello, world", "argv[0] = x", "argv[1] = two words", "argv[2] = ", "env A=1=1", "env B=2"];
    assert_eq!(lines, wanted, "{}", ended.stderr);
    let ended = selfsame(&["run", "wasm/wasi_cat.wasm", "--stdin", "data/tree/words.txt"]);
    assert!(ended.stdout.starts_with("one two\n"), "{}", ended.stdout);
}

#[test]
fn the_clock_shows_the_time_that_is_given() {
    let run = |more: &[&'static str]| {
        json(&[&["run", "wasm/wasi_clock_random.wasm", "--json"][..], more].concat()).1
    };
    let given = run(&["--datetime", "2024-11-26T07:42:42.424242+01:00"]);
    assert_eq!(given, run(&[]));
    assert_ne!(given["stdout"], run(&["--datetime", "2025-01-01T00:00:00Z"])["stdout"]);
}

#[test]
fn a_module_with_wasi_can_be_invoked_too() {
    let ended = selfsame(&["run", "wasm/wasi_hello.wasm", "--invoke", "_start"]);
    assert_eq!((ended.status, &*ended.stdout), (0, "hello, world\n"), "{}", ended.stderr);
}

#[test]
fn text_is_known_by_what_is_in_it() {
    let file =
        TempFile::new("plain", ";; a comment\n(module (func (export \"f\") (result i32) (i32.const 7)))");
    assert_eq!(selfsame(&["run", file.path(), "--invoke", "f"]).stdout, "7\n");
}

#[test]
fn options_that_a_module_cannot_see_are_noted() {
    let file = guest("note");
    let args = ["run", file.path(), "--invoke", "add", "--env", "A=1", "--json", "--", "1", "2"];
    let ended = selfsame(&args);
    assert_eq!(ended.status, 0);
    assert_eq!(ended.stderr, "note: --env has no effect: the module imports nothing of WASI\n");
}

#[test]
fn floats_differ_between_the_modes_only_where_they_may() {
    let file = TempFile::new(
        "modes.wat",
        "(module (func (export \"f\") (result f64) (f64.div (f64.const 1) (f64.const 3))))",
    );
    let run = |mode| json(&["run", file.path(), "--invoke", "f", "--mode", mode, "--json"]).1;
    assert_eq!(run("deterministic"), run("nondeterministic"));
}
