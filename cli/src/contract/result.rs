//! What a request for a contract came to: as one JSON object, as text for people, and as an exit status.

use crate::report::{self, Failure, INVALID, clean};
use crate::simulate::print::{self, Gas, hex};
use selfsame_hostabi::calldata::{Address, decode};
use selfsame_hostabi::result::{End, Outcome};
use selfsame_hostabi::vm::Done;
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::process::ExitCode;

/// A user error, a VM error, a proposal that is not accepted, a difference.
pub const FAILED: u8 = 1;
/// Characters of a value, code or reason in a line.
const LINE: usize = 200;
/// This node has no result.
pub const INTERNAL: u8 = 3;

/// The object that `--json` prints; keys without a value are left out.
#[derive(Debug, Default, Serialize)]
pub struct ContractReport {
    /// `return`, `user_error`, `vm_error`, `internal_error` or `invalid`.
    pub outcome: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// In the text form of calldata.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gas: Option<Gas>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transaction: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub execution_hash: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub small_hash: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub backtrace: Vec<String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub memories: BTreeMap<String, Vec<String>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub emissions: Vec<String>,
    /// Results of blocks to publish, in hex.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub results: Vec<String>,
    /// Why this node does not accept what the leader proposes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rejected: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub block: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state_hash: Option<String>,
    /// What the contract wrote to standard output and standard error.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub output: String,
}

/// An address as it is typed.
pub fn shown(address: &Address) -> String {
    format!("0x{}", hex(&address.0))
}

impl ContractReport {
    pub fn of(done: &Done) -> Self {
        let report = &done.report;
        let mut this = ContractReport { gas: Some(print::gas(report, done.time_used)), ..Self::default() };
        match &report.end {
            End::Internal(error) => {
                this.outcome = "internal_error";
                this.error = Some(error.reason.clone());
            }
            End::Result { outcome, execution_hash, small_hash } => {
                this.execution_hash = Some(hex(execution_hash));
                this.small_hash = Some(hex(small_hash));
                let text = |octets: &[u8]| decode(octets).map(|value| value.to_string()).ok();
                match outcome {
                    Outcome::Return(value) => {
                        this.outcome = "return";
                        this.value = text(value.octets());
                    }
                    Outcome::UserError(value) => {
                        this.outcome = "user_error";
                        this.value = text(value.octets());
                    }
                    Outcome::VmError { code, .. } => {
                        this.outcome = "vm_error";
                        this.code = Some(code.clone());
                    }
                }
            }
        }
        let frames = report.backtrace.iter().flatten();
        this.backtrace = frames.map(|frame| format!("{} func {}", frame.module_name, frame.func)).collect();
        let memories = report.wasm_store_hashes.iter();
        this.memories = memories
            .map(|(name, hashes)| (name.clone(), hashes.iter().map(|hash| hex(hash)).collect()))
            .collect();
        let emissions = report.emissions.iter().filter_map(|emission| decode(emission.octets()).ok());
        this.emissions = emissions.map(|emission| emission.to_string()).collect();
        this.results = report.nondet_results.iter().map(|result| hex(result)).collect();
        this
    }

    pub fn invalid(failure: &Failure) -> Self {
        ContractReport { outcome: "invalid", error: Some(failure.message().into()), ..Self::default() }
    }

    pub fn status(&self) -> ExitCode {
        ExitCode::from(match self.outcome {
            "return" if self.rejected.is_none() => 0,
            "internal_error" => INTERNAL,
            "invalid" => INVALID,
            _ => FAILED,
        })
    }

    /// Prints a deployment's address or else the value on standard output, the rest on standard error.
    pub fn print(&self) {
        if self.outcome == "return" {
            let value = self.address.as_ref().or(self.value.as_ref());
            report::print(&value.map(|value| format!("{value}\n")).unwrap_or_default());
        }
        report::print_error(&self.diagnostics());
    }

    /// Everything in one line: what came of it, gas, the hash.
    pub fn line(&self) -> String {
        let detail = self.error.as_ref().or(self.code.as_ref()).or(self.value.as_ref());
        let mut line = self.outcome.replace('_', " ");
        if let Some(detail) = detail {
            let _ = write!(line, " {}", detail.chars().take(LINE).collect::<String>());
        }
        if let Some(Gas { time, storage, receipt }) = &self.gas {
            let _ = write!(line, "; gas: time {time}, storage {storage}, receipt {receipt}");
        }
        if let Some(hash) = &self.execution_hash {
            let _ = write!(line, "; execution hash {hash}");
        }
        line
    }

    fn diagnostics(&self) -> String {
        let mut out = self.output.clone();
        if !out.is_empty() && !out.ends_with('\n') {
            out.push('\n');
        }
        if let Some(Gas { time, storage, receipt }) = &self.gas {
            let _ = writeln!(out, "gas: time {time}, storage {storage}, receipt {receipt}");
        }
        let hashes = [("transaction", &self.transaction), ("execution hash", &self.execution_hash)];
        for (name, hash) in hashes {
            if let Some(hash) = hash {
                let _ = writeln!(out, "{name}: {hash}");
            }
        }
        for (name, memories) in &self.memories {
            for (index, hash) in memories.iter().enumerate() {
                let _ = writeln!(out, "memory {index} of \"{}\": {hash}", clean(name));
            }
        }
        for emission in &self.emissions {
            let _ = writeln!(out, "emitted: {}", clean(emission));
        }
        if let (Some(block), Some(state)) = (self.block, &self.state_hash) {
            let _ = writeln!(out, "block {block}, state {state}");
        }
        if let Some(why) = &self.rejected {
            let _ = writeln!(out, "not accepted: {}", clean(why));
        }
        let error = self.error.as_ref().or(self.code.as_ref());
        let error = error.or(self.value.as_ref().filter(|_| self.outcome == "user_error"));
        if let Some(error) = error {
            let what = match self.outcome {
                "user_error" => "user error",
                "vm_error" => "VM error",
                "internal_error" => "internal error",
                _ => "error",
            };
            let _ = writeln!(out, "{what}: {}", clean(error));
        }
        for (depth, frame) in self.backtrace.iter().take(32).enumerate() {
            let _ = writeln!(out, "  {depth:>4}: {}", clean(frame));
        }
        out
    }
}
