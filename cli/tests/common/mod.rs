//! Running the command as a user does.
#![allow(dead_code, reason = "each test file uses a part of it")]
#![allow(clippy::unwrap_used, reason = "a test may end in a panic")]

use serde_json::Value;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What a run of the command came to.
pub struct Ended {
    pub status: i32,
    pub stdout: String,
    pub stderr: String,
}

/// Runs the command in the folder of programs.
pub fn selfsame(args: &[&str]) -> Ended {
    let output = Command::new(env!("CARGO_BIN_EXE_selfsame"))
        .args(args)
        .current_dir(programs())
        .output()
        .expect("the command can be started");
    Ended {
        status: output.status.code().expect("no signal ended it"),
        stdout: String::from_utf8(output.stdout).expect("standard output is text"),
        stderr: String::from_utf8(output.stderr).expect("standard error is text"),
    }
}

/// Runs the command, which prints one JSON object.
pub fn json(args: &[&str]) -> (i32, Value) {
    let ended = selfsame(args);
    let value = serde_json::from_str(&ended.stdout).unwrap_or_else(|error| {
        panic!("{args:?}: {error}\n{}\n{}", ended.stdout, ended.stderr);
    });
    (ended.status, value)
}

/// The folder of programs.
pub fn programs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../programs")
}

/// A file of its own for a test, removed at the end.
pub struct TempFile(PathBuf);

impl TempFile {
    /// `name` is unique among the tests.
    pub fn new(name: &str, contents: impl AsRef<[u8]>) -> Self {
        let path = std::env::temp_dir().join(format!("selfsame-{}-{name}", std::process::id()));
        let mut file = std::fs::File::create(&path).expect("a temporary file");
        file.write_all(contents.as_ref()).expect("room for a temporary file");
        TempFile(path)
    }

    pub fn path(&self) -> &str {
        self.0.to_str().expect("a temporary path is text")
    }
}

impl Drop for TempFile {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}
