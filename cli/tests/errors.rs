//! Wrong use: one clear line on standard error, which says what to do, and status 2; with `--json` the same
//! line in an object.

mod common;

use common::{TempFile, json, selfsame};

const GUEST: &str = r#"(module (memory (export "memory") 1)
    (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))
    (func (export "sin") (param f64)))"#;

/// Checks that a use is refused in one line that has all these parts.
fn refused(args: &[&str], parts: &[&str]) {
    let ended = selfsame(args);
    assert_eq!((ended.status, &*ended.stdout), (2, ""), "{args:?}: {}", ended.stderr);
    assert_eq!(ended.stderr.lines().count(), 1, "{args:?}: {}", ended.stderr);
    assert!(ended.stderr.starts_with("error: "), "{}", ended.stderr);
    for part in parts {
        assert!(ended.stderr.contains(part), "{args:?}: no `{part}` in: {}", ended.stderr);
    }
}

/// The same for `run`, also with `--json`.
fn run_refused(args: &[&str], parts: &[&str]) {
    let at = args.iter().position(|arg| *arg == "--").unwrap_or(args.len());
    let plain = [&["run"], args].concat();
    refused(&plain, parts);
    let (status, value) = json(&[&["run"], &args[..at], &["--json"], &args[at..]].concat());
    assert_eq!((status, value["outcome"].as_str()), (2, Some("invalid")), "{args:?}");
    let message = value["error"]["message"].as_str().expect("a message");
    assert_eq!(format!("error: {message}\n"), selfsame(&plain).stderr);
    let keys: Vec<&String> = value.as_object().expect("an object").keys().collect();
    assert_eq!(keys, ["error", "outcome"]);
}

#[test]
fn a_missing_file() {
    run_refused(&["none.wasm"], &["none.wasm", "no such file", "check the path"]);
}

#[test]
fn a_directory_instead_of_a_file() {
    run_refused(&["wasm"], &["wasm", "directory", "name a file"]);
}

#[test]
fn an_unknown_export() {
    let file = TempFile::new("unknown.wat", GUEST);
    run_refused(&[file.path(), "--invoke", "sub"], &["`sub`", "exported functions: add, sin"]);
    run_refused(&[file.path(), "--invoke", "memory"], &["no function", "exported functions: add, sin"]);
}

#[test]
fn a_module_that_is_no_command() {
    let file = TempFile::new("nocommand.wat", GUEST);
    run_refused(&[file.path()], &["`_start`", "--invoke", "add, sin"]);
    let file = TempFile::new("badstart.wat", "(module (func (export \"_start\") (param i32)))");
    run_refused(&[file.path()], &["`_start`", "--invoke"]);
}

#[test]
fn wrong_arguments() {
    let file = TempFile::new("arguments.wat", GUEST);
    let add = |args: &[&str], parts: &[&str]| {
        run_refused(&[&[file.path(), "--invoke", "add", "--"], args].concat(), parts);
    };
    add(&["1"], &["(i32, i32) -> (i32)", "2 parameters", "1 came"]);
    add(&["1", "2", "3"], &["2 parameters", "3 came"]);
    add(&["1", "x"], &["parameter 2 of `add`", "`x` is not i32", "write for example 42"]);
    add(&["1", "2.5"], &["`2.5` is not i32"]);
    add(&["1", "4294967296"], &["out of range"]);
    run_refused(&[file.path(), "--invoke", "add"], &["2 parameters", "0 came behind `--`"]);
    run_refused(&[file.path(), "--invoke", "sin", "--", "one"], &["f64", "write for example 1.5"]);
}

#[test]
fn a_text_file() {
    run_refused(&["README.md"], &["README.md", "text", "give a .wasm file"]);
}

#[test]
fn text_with_a_mistake() {
    let file = TempFile::new("mistake.wat", "(module\n  (func i32.bad))");
    run_refused(&[file.path()], &[".wat:2:9: unknown operator"]);
    let file = TempFile::new("script.wast", "(module) (assert_return (invoke \"f\"))");
    run_refused(&[file.path()], &["selfsame wast"]);
}

#[test]
fn a_component() {
    let file = TempFile::new("component.wasm", b"\0asm\x0d\0\x01\0");
    run_refused(&[file.path()], &["component", "core"]);
    let file = TempFile::new("component.wat", "(component)");
    run_refused(&[file.path()], &["component", "core"]);
}

#[test]
fn what_is_no_module() {
    let file = TempFile::new("empty.wasm", b"");
    run_refused(&[file.path()], &["there are no bytes"]);
    let file = TempFile::new("noise.wasm", b"\xff\xfe\xfd\xfc");
    run_refused(&[file.path()], &["not a WebAssembly module"]);
    let file = TempFile::new("cut.wasm", b"\0asm\x01\0\0\0\x01");
    run_refused(&[file.path()], &["invalid module", "offset"]);
}

#[test]
fn an_invalid_module_has_a_code() {
    let file = TempFile::new("invalid.wat", "(module (func (result i32)))");
    let (status, value) = json(&["run", file.path(), "--json"]);
    assert_eq!((status, value["error"]["code"].as_str()), (2, Some("invalid_contract wasm validating")));
}

#[test]
fn imports_that_are_not_there() {
    let file =
        TempFile::new("imports.wat", "(module (import \"env\" \"f\" (func)) (func (export \"_start\")))");
    run_refused_with_code(file.path(), "invalid_contract wasm linking", &["`env` `f`", "WASI preview 1"]);
    let text = r#"(module (import "wasi_snapshot_preview1" "fd_close" (func)) (func (export "_start")))"#;
    let file = TempFile::new("importtype.wat", text);
    run_refused_with_code(file.path(), "invalid_contract wasm linking", &["fd_close", "does not fit"]);
}

fn run_refused_with_code(file: &str, code: &str, parts: &[&str]) {
    refused(&["run", file], parts);
    let (status, value) = json(&["run", file, "--json"]);
    assert_eq!((status, value["error"]["code"].as_str()), (2, Some(code)));
}

#[test]
fn directories_that_are_not_there_or_written_wrong() {
    let hello = "wasm/wasi_hello.wasm";
    run_refused(
        &[hello, "--dir", "nowhere::/data"],
        &["--dir nowhere::/data", "`nowhere`", "check the path"],
    );
    run_refused(&[hello, "--dir", "README.md::/data"], &["`README.md` is not a directory"]);
    for wrong in ["data", "data::", "::/data", "data::relative", "data:/data"] {
        run_refused(&[hello, "--dir", wrong], &["write HOST::GUEST"]);
    }
}

#[test]
fn variables_and_times_written_wrong() {
    let hello = "wasm/wasi_hello.wasm";
    run_refused(&[hello, "--env", "A"], &["--env A", "write NAME=VALUE"]);
    run_refused(&[hello, "--env", "=1"], &["write NAME=VALUE"]);
    run_refused(&[hello, "--datetime", "yesterday"], &["--datetime yesterday", "write for example 2024-"]);
    run_refused(&[hello, "--datetime", "1969-01-01T00:00:00Z"], &["1970"]);
    run_refused(&[hello, "--stdin", "nowhere"], &["nowhere", "no such file"]);
}

#[test]
fn options_that_do_not_exist() {
    refused(&["run", "a.wasm", "--tier", "slow"], &["slow", "fast, exact", "--help"]);
    refused(&["run", "a.wasm", "--gas", "much"], &["much", "write a number"]);
    refused(&["run", "a.wasm", "--invoke", "f", "1"], &["'1'", "goes behind `--`"]);
    refused(&["run"], &["<FILE>", "--help"]);
    refused(&["walk"], &["walk", "--help"]);
}

#[test]
fn other_commands_refuse_alike() {
    refused(&["inspect", "none.wasm"], &["none.wasm", "check the path"]);
    refused(&["inspect", "README.md"], &["text"]);
    refused(&["completions", "tcsh"], &["tcsh", "bash"]);
    let ended = selfsame(&["wast", "none.wast"]);
    assert_eq!((ended.status, &*ended.stdout), (2, "0 passed, 0 failed, 0 skipped\n"));
    assert_eq!(ended.stderr, "error: none.wast: there is no such file; check the path\n");
}
