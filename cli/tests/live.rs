//! What happens while a program runs: its output comes through at once, and it can be stopped.
#![cfg(unix)]

mod common;

use common::TempFile;
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, ChildStdout, Command, Stdio};

/// A command that writes `hi` and a line break, once or for ever, and then runs for ever.
fn guest(name: &str, writes_on: bool) -> TempFile {
    let again = if writes_on { "(br $on)" } else { "(loop (br 0))" };
    let text = format!(
        r#"(module
            (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
            (memory (export "memory") 1)
            (data (i32.const 0) "\08\00\00\00\03\00\00\00hi\0a")
            (func $main (export "_start")
                (loop $on
                    (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 16)))
                    {again})))"#
    );
    TempFile::new(&format!("{name}.wat"), text)
}

/// Starts it and waits for its first line.
fn start(file: &TempFile, tier: &str) -> (Child, BufReader<ChildStdout>) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_selfsame"))
        .args(["run", file.path(), "--tier", tier])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command can be started");
    let mut stdout = BufReader::new(child.stdout.take().expect("standard output is piped"));
    let mut line = String::new();
    stdout.read_line(&mut line).expect("the program writes");
    assert_eq!(line, "hi\n");
    (child, stdout)
}

#[test]
fn an_interrupt_stops_the_program_and_tells_where_it_was() {
    for tier in ["exact", "fast"] {
        let file = guest(&format!("interrupt-{tier}"), false);
        let (mut child, _stdout) = start(&file, tier);
        let kill = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
        assert!(kill.expect("there is a command to send signals").success());
        let status = child.wait().expect("it ends");
        let mut stderr = String::new();
        child.stderr.take().expect("piped").read_to_string(&mut stderr).expect("it is text");
        assert_eq!(status.code(), Some(130), "{stderr}");
        assert!(
            stderr.contains("[wasm_trap interrupt]\n") && stderr.contains("func 1 main at 0x"),
            "{stderr}"
        );
    }
}

#[test]
fn a_program_ends_when_nobody_reads_its_output() {
    let file = guest("pipe", true);
    let (mut child, stdout) = start(&file, "exact");
    drop(stdout);
    assert_eq!(child.wait().expect("it ends").code(), Some(141));
}
