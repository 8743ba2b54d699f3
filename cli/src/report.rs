//! What a run comes to: as one JSON object, as text for people, and as an exit status.

use crate::values;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use selfsame_interp::{Fingerprint, FrameInfo, Val};
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::process::ExitCode;

/// Exit status of a trap.
const TRAP: u8 = 134;
/// Exit status where the gas did not suffice.
const OUT_OF_GAS: u8 = 135;
/// Exit status after Ctrl-C, as shells have it: 128 and the number of the signal.
const INTERRUPTED: u8 = 130;
/// Exit status of misuse and of what has no result.
pub const INVALID: u8 = 2;
/// The code of an execution that was stopped from outside.
const INTERRUPT_CODE: &str = "wasm_trap interrupt";

/// Frames that a backtrace for people shows of each end of the stack.
const FRAMES_SHOWN: usize = 16;

/// Why there is no result: one line that says what to do.
#[derive(Debug)]
pub struct Failure {
    message: String,
    code: Option<&'static str>,
}

impl Failure {
    pub fn new(message: impl Into<String>) -> Self {
        Failure { message: message.into(), code: None }
    }

    /// Adds the stable code of an error that has one.
    pub fn with_code(mut self, code: Option<&'static str>) -> Self {
        self.code = code;
        self
    }

    /// The line.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Prints it for people.
    pub fn print(&self) {
        print_error(&format!("error: {}\n", clean(&self.message)));
    }
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Return,
    Exit,
    Trap,
    OutOfGas,
    Invalid,
}

/// A run's end, in the shape that `--json` prints.
#[derive(Debug, Serialize)]
pub struct Report {
    pub outcome: Outcome,
    #[serde(skip_serializing_if = "Option::is_none")]
    values: Option<Vec<Value>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    exit_code: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<ErrorReport>,
    #[serde(skip_serializing_if = "Option::is_none")]
    gas: Option<Gas>,
    #[serde(skip_serializing_if = "Option::is_none")]
    frames: Option<Vec<Frame>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fingerprint: Option<FingerprintReport>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stdout: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stderr: Option<String>,
}

#[derive(Debug, Serialize)]
struct Value {
    #[serde(rename = "type")]
    ty: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    bits: Option<String>,
    #[serde(skip)]
    text: String,
}

#[derive(Debug, Serialize)]
struct ErrorReport {
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<String>,
    message: String,
}

#[derive(Debug, Serialize)]
struct Gas {
    time: u64,
}

#[derive(Debug, Serialize)]
struct Frame {
    module: String,
    func: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    offset: u32,
}

#[derive(Debug, Serialize)]
struct FingerprintReport {
    frames: Vec<FingerprintFrame>,
    module_instances: BTreeMap<String, Memories>,
}

#[derive(Debug, Serialize)]
struct FingerprintFrame {
    module_name: String,
    func: u32,
}

#[derive(Debug, Serialize)]
struct Memories {
    memories: Vec<String>,
}

impl Report {
    fn new(outcome: Outcome) -> Self {
        Report {
            outcome,
            values: None,
            exit_code: None,
            error: None,
            gas: None,
            frames: None,
            fingerprint: None,
            stdout: None,
            stderr: None,
        }
    }

    /// No result.
    pub fn invalid(failure: Failure) -> Self {
        let code = failure.code.map(String::from);
        let error = ErrorReport { code, message: failure.message };
        Report { error: Some(error), ..Report::new(Outcome::Invalid) }
    }

    /// A return with these values.
    pub fn returned(values: &[Val]) -> Self {
        let value = |value: &Val| Value {
            ty: values::type_name(*value),
            bits: values::bits(*value),
            text: values::display(*value),
        };
        Report { values: Some(values.iter().map(value).collect()), ..Report::new(Outcome::Return) }
    }

    /// The program's own end.
    pub fn exited(code: i32) -> Self {
        Report { exit_code: Some(code), ..Report::new(Outcome::Exit) }
    }

    /// A stop that the program is the cause of.
    pub fn stopped(outcome: Outcome, code: Option<String>, message: String) -> Self {
        Report { error: Some(ErrorReport { code, message }), ..Report::new(outcome) }
    }

    /// Adds what the store has to say.
    pub fn with_state(mut self, gas: u64, frames: &[FrameInfo], fingerprint: Fingerprint) -> Self {
        self.gas = Some(Gas { time: gas });
        if self.outcome != Outcome::Return {
            self.frames = Some(frames.iter().map(frame).collect());
        }
        self.fingerprint = Some(fingerprint_report(fingerprint));
        self
    }

    /// Adds what the program wrote.
    pub fn with_output(mut self, stdout: &[u8], stderr: &[u8]) -> Self {
        self.stdout = Some(STANDARD.encode(stdout));
        self.stderr = Some(STANDARD.encode(stderr));
        self
    }

    /// The exit status of the command.
    pub fn status(&self) -> ExitCode {
        ExitCode::from(match self.outcome {
            Outcome::Return => 0,
            Outcome::Exit => self.exit_code.unwrap_or(0).to_le_bytes()[0],
            Outcome::Trap if self.is_interrupt() => INTERRUPTED,
            Outcome::Trap => TRAP,
            Outcome::OutOfGas => OUT_OF_GAS,
            Outcome::Invalid => INVALID,
        })
    }

    fn is_interrupt(&self) -> bool {
        self.error.as_ref().and_then(|error| error.code.as_deref()) == Some(INTERRUPT_CODE)
    }

    /// Prints the values on standard output, the rest on standard error.
    pub fn print(&self, gas_limit: Option<u64>) {
        let values = self.values.iter().flatten();
        print(&values.map(|value| format!("{}\n", value.text)).collect::<String>());
        print_error(&self.diagnostics(gas_limit));
    }

    fn diagnostics(&self, gas_limit: Option<u64>) -> String {
        let mut out = String::new();
        if let Some(Gas { time }) = self.gas {
            out += &match gas_limit {
                Some(limit) => format!("gas: {time} of {limit}\n"),
                None => format!("gas: {time}\n"),
            };
        }
        if let Some(code) = self.exit_code {
            let _ = writeln!(out, "exit: {code}");
        }
        let Some(error) = &self.error else { return out };
        let what = match self.outcome {
            Outcome::Trap if self.is_interrupt() => "stopped",
            Outcome::Trap => "trap",
            Outcome::OutOfGas => "stopped",
            _ => "error",
        };
        let _ = write!(out, "{what}: {}", clean(&error.message));
        match &error.code {
            Some(code) if self.outcome != Outcome::Invalid => drop(writeln!(out, " [{code}]")),
            _ => out.push('\n'),
        }
        if let Some(frames) = &self.frames {
            backtrace(&mut out, frames);
        }
        if let Some(fingerprint) = &self.fingerprint {
            fingerprint.describe(&mut out);
        }
        out
    }
}

fn backtrace(out: &mut String, frames: &[Frame]) {
    let hidden = FRAMES_SHOWN..frames.len().saturating_sub(FRAMES_SHOWN);
    for (depth, frame) in frames.iter().enumerate() {
        if hidden.len() > 1 && hidden.contains(&depth) {
            if depth == hidden.start {
                let _ = writeln!(out, "        ({} more frames)", hidden.len());
            }
            continue;
        }
        let Frame { module, func, name, offset } = frame;
        let name = name.as_deref().map(|name| format!(" {}", clean(name))).unwrap_or_default();
        let _ = writeln!(out, "  {depth:>4}: {} func {func}{name} at {offset:#x}", clean(module));
    }
}

impl FingerprintReport {
    fn describe(&self, out: &mut String) {
        let instances = self.module_instances.iter();
        let memories = instances.flat_map(|(name, Memories { memories })| {
            memories.iter().enumerate().map(move |(index, hash)| (name, index, hash))
        });
        let _ = writeln!(out, "fingerprint: the functions above, and the hash of each memory");
        for (name, index, hash) in memories {
            let _ = writeln!(out, "        {} memory {index} {hash}", clean(name));
        }
    }
}

fn frame(frame: &FrameInfo) -> Frame {
    Frame { module: frame.module.clone(), func: frame.func, name: frame.name.clone(), offset: frame.offset }
}

fn fingerprint_report(fingerprint: Fingerprint) -> FingerprintReport {
    let frames = fingerprint.frames.into_iter();
    let instances = fingerprint.module_instances.into_iter();
    let hex = |hash: &[u8; 32]| hash.iter().map(|byte| format!("{byte:02x}")).collect();
    FingerprintReport {
        frames: frames.map(|f| FingerprintFrame { module_name: f.module_name, func: f.func }).collect(),
        module_instances: instances
            .map(|(name, memories)| (name, Memories { memories: memories.iter().map(hex).collect() }))
            .collect(),
    }
}

/// Text that a module or a user made, without anything that could steer a terminal.
pub fn clean(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\'' | '"' | '\\' => out.push(c),
            _ => out.extend(c.escape_debug()),
        }
    }
    out
}

/// Prints on standard output. Nobody may be listening any more; that is no error.
pub fn print(text: &str) {
    let mut stdout = io::stdout().lock();
    let _ = stdout.write_all(text.as_bytes());
    let _ = stdout.flush();
}

/// Prints on standard error.
pub fn print_error(text: &str) {
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

/// Prints one object.
pub fn print_json(value: &impl Serialize) {
    match serde_json::to_string(value) {
        Ok(text) => print(&format!("{text}\n")),
        Err(error) => print_error(&format!("error: {error}\n")),
    }
}
