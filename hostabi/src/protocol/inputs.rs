//! The inputs of an execution, one calldata map.

use super::VERSION;
use crate::fees::{FeesConfig, Node};
use crate::message::{EntryKind, StageData, StartupMessage};
use crate::result::ReadError;
use crate::storage::StorageView;
use ruint::aliases::U256;
use selfsame_calldata::typed::{Fields, Mismatch, Read};
use selfsame_calldata::{DecodeError, Entries, Ref, check};
use std::fmt;

/// Why octets are no inputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InputsError {
    /// They are no calldata.
    Calldata(DecodeError),
    /// A field is missing, unknown or of another type.
    Field(Mismatch),
    /// The message is none, or is not one for a transaction.
    Message(ReadError),
    /// Another version of the protocol.
    Version(u32),
}

impl fmt::Display for InputsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            InputsError::Calldata(error) => error.fmt(f),
            InputsError::Field(error) => write!(f, "the inputs of an execution: {error}"),
            InputsError::Message(error) => write!(f, "the message of the inputs: {error}"),
            InputsError::Version(version) => {
                write!(f, "version {version} of the host protocol; this is {VERSION}")
            }
        }
    }
}

impl std::error::Error for InputsError {}

impl From<Mismatch> for InputsError {
    fn from(error: Mismatch) -> Self {
        InputsError::Field(error)
    }
}

/// What the node lets the execution do. Spec: vm.md 4.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NodePermissions {
    /// Call other contracts.
    pub call_others: bool,
    /// Register runners.
    pub register_runners: bool,
    /// Send messages, deploy contracts.
    pub send_messages: bool,
    /// Run non-deterministic blocks.
    pub spawn_nondet: bool,
    /// Write storage and emit events.
    pub write_storage: bool,
}

impl<'a> Read<'a> for NodePermissions {
    fn read(value: Ref<'a>) -> Result<Self, Mismatch> {
        let mut fields = Fields::of(value)?;
        let permissions = NodePermissions {
            call_others: fields.required("call_others")?,
            register_runners: fields.required("register_runners")?,
            send_messages: fields.required("send_messages")?,
            spawn_nondet: fields.required("spawn_nondet")?,
            write_storage: fields.required("write_storage")?,
        };
        fields.end()?;
        Ok(permissions)
    }
}

/// The inputs of an execution. Spec: sdk.md 7.
#[derive(Clone, Debug)]
pub struct Inputs {
    /// For the messages of the execution: who may be paid what.
    pub allocations: Vec<Node>,
    /// What the buckets hold, by number.
    pub bucket_totals: Vec<U256>,
    /// The code, for a deployment.
    pub code: Option<Vec<u8>>,
    /// What things cost; `None`: nothing costs anything.
    pub fees: Option<FeesConfig>,
    /// What the leader proposes, by block, no octets for nothing; `None`: this node is the leader.
    pub leader_results: Option<Vec<Vec<u8>>>,
    /// What the contract is told.
    pub message: StartupMessage,
    /// What the node allows.
    pub permissions: NodePermissions,
    /// Whether results are taken without being judged.
    pub sync: bool,
    /// Deterministic time, in gas.
    pub time: u64,
    /// The state that is read.
    pub view: StorageView,
}

impl Inputs {
    /// Reads them.
    ///
    /// # Errors
    /// [`InputsError`] for everything else.
    pub fn decode(octets: &[u8]) -> Result<Self, InputsError> {
        let map = check(octets).map_err(InputsError::Calldata)?;
        // First of all: another version may have other fields.
        let version = Entries::read(map)?.get("version").ok_or(Mismatch::new("version"))?;
        let version = u32::read(version)?;
        if version != VERSION {
            return Err(InputsError::Version(version));
        }
        let mut fields = Fields::of(map)?;
        // In the order of their names, in which they are evaluated.
        let inputs = Inputs {
            allocations: fields.required("allocations")?,
            bucket_totals: fields.required("bucket_totals")?,
            code: fields.required::<Option<&[u8]>>("code")?.map(<[u8]>::to_vec),
            fees: fields.required("fees")?,
            leader_results: fields
                .required::<Option<Vec<&[u8]>>>("leader_results")?
                .map(|results| results.into_iter().map(<[u8]>::to_vec).collect()),
            message: read_message(fields.required("message")?)?,
            permissions: fields.required("permissions")?,
            sync: fields.required("sync")?,
            time: fields.required("time")?,
            view: {
                fields.required::<u32>("version")?;
                StorageView::from_u8(fields.required("view")?)
                    .ok_or(Mismatch::new("a view of the storage"))?
            },
        };
        fields.end()?;
        Ok(inputs)
    }
}

/// The message of a transaction.
fn read_message(value: Ref<'_>) -> Result<StartupMessage, InputsError> {
    let message = StartupMessage::decode(value.bytes()).map_err(InputsError::Message)?;
    let main = message.entry_kind == EntryKind::Main && message.entry_stage_data == StageData::None;
    if main { Ok(message) } else { Err(InputsError::Message(ReadError::Shape("entry_kind"))) }
}
