//! The reported result of a top-level run: what a node gets, and all that lasts of it. Spec:
//! storage-and-contract.md 9.

use super::code::{is_valid_code, public_part};
use super::error::ReadError;
use super::frames::{
    Frame, StoreHashes, read_backtrace, read_store_hashes, write_backtrace, write_store_hashes,
};
use super::hashes::{Execution, FeesConsumed, write_amounts, write_deltas, write_emissions};
use super::outcome::{Encoded, InternalError, Outcome, kind};
use crate::storage::{Delta, read_changes};
use ruint::aliases::U256;
use selfsame_calldata::typed::{Fields, Mismatch, Read};
use selfsame_calldata::{DecodeError, DecodeErrorKind, Items, MAX_DEPTH, Ref, Writer, check_to_depth};

/// Containers that may be open inside one another in a report: around a value that uses up a contract's depth come
/// the report's map and the array of emissions.
pub const REPORT_DEPTH: usize = MAX_DEPTH + 2;

/// How the run ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// With a result, that other nodes have too.
    Result {
        /// The result; never fatal.
        outcome: Outcome,
        /// Spec: vm.md 11.
        execution_hash: [u8; 32],
        /// Spec: vm.md 12.
        small_hash: [u8; 32],
    },
    /// Without one: the node votes time-out.
    Internal(InternalError),
}

/// The reported result of a top-level run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// How the run ended.
    pub end: End,
    /// The frames at the failure; none for a return, an internal error and a failure before the code started.
    pub backtrace: Option<Vec<Frame>>,
    /// Of the main sub-VM, at its end.
    pub wasm_store_hashes: StoreHashes,
    /// The changed pages. Only a return has any.
    pub storage_changes: Vec<Delta>,
    /// The emission records, in order. Only a return has any.
    pub emissions: Vec<Encoded>,
    /// The lowest block whose result this validator rejects.
    pub nondet_disagreement: Option<u32>,
    /// The leader's results to publish, one `[kind][data]` a block; empty on other nodes.
    pub nondet_results: Vec<Vec<u8>>,
    /// What is left, by bucket number.
    pub data_fees_remaining: Vec<U256>,
    /// What was consumed.
    pub data_fees_consumed: FeesConsumed,
    /// What language models consumed.
    pub llm_consumption: U256,
}

/// The keys of the map, ascending.
const KEYS: [&str; 13] = [
    "backtrace",
    "data",
    "data_fees_consumed",
    "data_fees_remaining",
    "emissions",
    "execution_hash",
    "kind",
    "llm_consumption",
    "nondet_disagreement",
    "nondet_results",
    "small_hash",
    "storage_changes",
    "wasm_store_hashes",
];

impl Report {
    /// Of a run with a result, which is brought to the form of [`Execution::topmost`] and hashed. The fields that
    /// depend on the node's role start empty.
    #[must_use]
    pub fn of(execution: Execution) -> Self {
        let execution = execution.topmost();
        let (execution_hash, small_hash) = (execution.execution_hash(), execution.small_hash());
        Report {
            end: End::Result { outcome: execution.outcome, execution_hash, small_hash },
            backtrace: execution.backtrace,
            wasm_store_hashes: execution.wasm_store_hashes,
            storage_changes: execution.storage_changes,
            emissions: execution.emissions,
            nondet_disagreement: None,
            nondet_results: Vec::new(),
            data_fees_remaining: execution.data_fees_remaining,
            data_fees_consumed: execution.data_fees_consumed,
            llm_consumption: U256::ZERO,
        }
    }

    /// Of a run without a result.
    #[must_use]
    pub fn internal(error: InternalError) -> Self {
        Report {
            end: End::Internal(error),
            backtrace: None,
            wasm_store_hashes: StoreHashes::new(),
            storage_changes: Vec::new(),
            emissions: Vec::new(),
            nondet_disagreement: None,
            nondet_results: Vec::new(),
            data_fees_remaining: Vec::new(),
            data_fees_consumed: FeesConsumed::default(),
            llm_consumption: U256::ZERO,
        }
    }

    /// 0 to 3, the first octet.
    #[must_use]
    pub fn kind(&self) -> u8 {
        match &self.end {
            End::Result { outcome, .. } => outcome.kind(),
            End::Internal(_) => kind::INTERNAL_ERROR,
        }
    }

    /// `Return`, `UserError`, `VMError` or `InternalError`.
    #[must_use]
    pub fn kind_name(&self) -> &'static str {
        match &self.end {
            End::Result { outcome, .. } => outcome.kind_name(),
            End::Internal(_) => "InternalError",
        }
    }

    /// The result, if the run has one.
    #[must_use]
    pub fn outcome(&self) -> Option<&Outcome> {
        match &self.end {
            End::Result { outcome, .. } => Some(outcome),
            End::Internal(_) => None,
        }
    }

    /// The value that was returned or raised.
    #[must_use]
    pub fn value(&self) -> Option<&Encoded> {
        match self.outcome()? {
            Outcome::Return(value) | Outcome::UserError(value) => Some(value),
            Outcome::VmError { .. } => None,
        }
    }

    /// The code of a VM error.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        match self.outcome()? {
            Outcome::VmError { code, .. } => Some(code),
            _ => None,
        }
    }

    /// The execution hash, if the run has a result.
    #[must_use]
    pub fn execution_hash(&self) -> Option<&[u8; 32]> {
        match &self.end {
            End::Result { execution_hash, .. } => Some(execution_hash),
            End::Internal(_) => None,
        }
    }

    /// The small hash, if the run has a result.
    #[must_use]
    pub fn small_hash(&self) -> Option<&[u8; 32]> {
        match &self.end {
            End::Result { small_hash, .. } => Some(small_hash),
            End::Internal(_) => None,
        }
    }

    /// The octets: the kind, then a map.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut writer = Writer::onto(vec![self.kind()]);
        writer.map(KEYS.len());
        for key in KEYS {
            writer.key(key);
            self.write_field(key, &mut writer);
        }
        writer.finish()
    }

    fn write_field(&self, key: &str, writer: &mut Writer) {
        match key {
            "backtrace" => write_backtrace(writer, self.backtrace.as_deref()),
            "data" => match &self.end {
                End::Result { outcome, .. } => outcome.write_data(writer),
                End::Internal(error) => writer.str(&error.reason),
            },
            "data_fees_consumed" => self.data_fees_consumed.write(writer),
            "data_fees_remaining" => write_amounts(writer, &self.data_fees_remaining),
            "emissions" => write_emissions(writer, &self.emissions),
            "execution_hash" => writer.bytes(self.execution_hash().map_or(&[], |hash| &hash[..])),
            "kind" => writer.int_u64(self.kind().into()),
            "llm_consumption" => writer.u256_le(&self.llm_consumption.to_le_bytes()),
            "nondet_disagreement" => match self.nondet_disagreement {
                Some(call_no) => writer.int_u64(call_no.into()),
                None => writer.null(),
            },
            "nondet_results" => {
                writer.array(self.nondet_results.len());
                self.nondet_results.iter().for_each(|buffer| writer.bytes(buffer));
            }
            "small_hash" => writer.bytes(self.small_hash().map_or(&[], |hash| &hash[..])),
            "storage_changes" => write_deltas(writer, &self.storage_changes),
            _ => write_store_hashes(writer, &self.wasm_store_hashes),
        }
    }

    /// Reads what [`Report::encode`] writes, and nothing else: `decode(octets)?.encode() == octets`. The hashes are
    /// not recomputed; the execution hash commits to more than the report holds.
    ///
    /// # Errors
    /// [`ReadError`] for everything else.
    pub fn decode(octets: &[u8]) -> Result<Self, ReadError> {
        let truncated = DecodeError { offset: 0, kind: DecodeErrorKind::Truncated };
        let (first, map) = octets.split_first().ok_or(truncated)?;
        let mut fields = Fields::of(check_to_depth(map, REPORT_DEPTH)?)?;
        let backtrace = read_backtrace(fields.required("backtrace")?)?;
        let data = fields.required("data")?;
        let data_fees_consumed = fields.required("data_fees_consumed")?;
        let data_fees_remaining = fields.required("data_fees_remaining")?;
        let emissions: Items<'_> = fields.required("emissions")?;
        let execution_hash = fields.required("execution_hash")?;
        if fields.required::<u8>("kind")? != *first {
            return Err(ReadError::Shape("kind"));
        }
        let llm_consumption = fields.required("llm_consumption")?;
        let nondet_disagreement = fields.required("nondet_disagreement")?;
        let nondet_results: Vec<&[u8]> = fields.required("nondet_results")?;
        let small_hash = fields.required("small_hash")?;
        let changes = fields.required("storage_changes")?;
        let wasm_store_hashes = read_store_hashes(fields.required("wasm_store_hashes")?)?;
        fields.end()?;
        let report = Report {
            end: read_end(*first, data, execution_hash, small_hash)?,
            backtrace,
            wasm_store_hashes,
            storage_changes: read_changes(changes).map_err(ReadError::Changes)?,
            emissions: emissions.map(read_value).collect::<Result<_, _>>()?,
            nondet_disagreement,
            nondet_results: nondet_results.into_iter().map(<[u8]>::to_vec).collect(),
            data_fees_remaining,
            data_fees_consumed,
            llm_consumption,
        };
        report.check_consistent()?;
        Ok(report)
    }

    /// Only a return has effects; a return and an internal error have no backtrace.
    fn check_consistent(&self) -> Result<(), ReadError> {
        let kind = self.kind();
        if kind != kind::RETURN && !(self.storage_changes.is_empty() && self.emissions.is_empty()) {
            return Err(ReadError::Shape("effects of an error"));
        }
        if matches!(kind, kind::RETURN | kind::INTERNAL_ERROR) && self.backtrace.is_some() {
            return Err(ReadError::Shape("backtrace"));
        }
        Ok(())
    }
}

/// A value that has no more depth than a contract can give it.
fn read_value(value: Ref<'_>) -> Result<Encoded, ReadError> {
    Ok(Encoded::new(value.bytes())?)
}

fn read_end(kind: u8, data: Ref<'_>, execution: Ref<'_>, small: Ref<'_>) -> Result<End, ReadError> {
    let outcome = match kind {
        kind::RETURN => Outcome::Return(read_value(data)?),
        kind::USER_ERROR => Outcome::UserError(read_value(data)?),
        kind::VM_ERROR => {
            let code = <&str>::read(data)?;
            if !is_valid_code(public_part(code)) {
                return Err(ReadError::Shape("code"));
            }
            Outcome::vm_error(code)
        }
        kind::INTERNAL_ERROR => {
            <[u8; 0]>::read(execution)?;
            <[u8; 0]>::read(small)?;
            return Ok(End::Internal(InternalError::new(<&str>::read(data)?)));
        }
        _ => return Err(ReadError::Shape("kind")),
    };
    Ok(End::Result { outcome, execution_hash: Read::read(execution)?, small_hash: Read::read(small)? })
}

impl<'a> Read<'a> for FeesConsumed {
    fn read(value: Ref<'a>) -> Result<Self, Mismatch> {
        let mut fields = Fields::of(value)?;
        let consumed = FeesConsumed {
            event: fields.required("event")?,
            message_fee: fields.required("message_fee")?,
            message_receipt: fields.required("message_receipt")?,
            nondet_output: fields.required("nondet_output")?,
            storage: fields.required("storage")?,
        };
        fields.end()?;
        Ok(consumed)
    }
}

#[cfg(test)]
mod tests;
