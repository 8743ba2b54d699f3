//! The inputs of an execution, one calldata map.

use super::VERSION;
use crate::fees::{Classes, ConfigError, Fees, FeesConfig, Node};
use crate::message::{EntryKind, StageData, StartupMessage};
use crate::result::ReadError;
use crate::storage::StorageView;
use crate::vm::{Permissions, Role, Run};
use ruint::aliases::U256;
use selfsame_calldata::typed::{Fields, Mismatch, Read};
use selfsame_calldata::{DecodeError, Entries, Items, Ref, check};
use std::fmt;
use std::sync::Arc;

/// Octets that each of the three fields about fees may have. Their numbers take more room in memory than here.
pub const MAX_FEES: usize = 1 << 20;

/// Why octets are no inputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InputsError {
    /// They are no calldata.
    Calldata(DecodeError),
    /// What things cost and what there is to pay it with do not fit together.
    Fees(ConfigError),
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
            InputsError::Fees(error) => write!(f, "the fees of the inputs: {error}"),
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

impl From<NodePermissions> for Permissions {
    fn from(node: NodePermissions) -> Self {
        Permissions {
            write_storage: node.write_storage,
            send_messages: node.send_messages,
            call_others: node.call_others,
            spawn_nondet: node.spawn_nondet,
            register_runners: node.register_runners,
            // The contract decides.
            balance_pays_fees: false,
        }
    }
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
    pub code: Option<Arc<[u8]>>,
    /// What things cost; `None`: nothing costs anything.
    pub fees: Option<FeesConfig>,
    /// What the leader proposes, by block, no octets for nothing; `None`: this node is the leader. Of what is proposed
    /// for blocks that no execution has, one at most is here: it shows that there were too many.
    pub leader_results: Option<Vec<Vec<u8>>>,
    /// What the contract is told.
    pub message: StartupMessage,
    /// What the node allows.
    pub permissions: NodePermissions,
    /// The key of this node's personal fingerprint, if it is to be made.
    pub personal_key: Option<[u8; 32]>,
    /// Whether results are taken without being judged.
    pub sync: bool,
    /// Deterministic time, in gas.
    pub time: u64,
    /// The state that is read.
    pub view: StorageView,
}

impl Inputs {
    /// Reads them. An execution has at most `nondet_blocks` non-deterministic blocks.
    ///
    /// # Errors
    /// [`InputsError`] for everything else.
    pub fn decode(octets: &[u8], nondet_blocks: u32) -> Result<Self, InputsError> {
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
            allocations: read_small(fields.required("allocations")?)?,
            bucket_totals: read_small(fields.required("bucket_totals")?)?,
            code: fields.required::<Option<&[u8]>>("code")?.map(Arc::from),
            fees: read_small(fields.required("fees")?)?,
            leader_results: match fields.required::<Option<Ref<'_>>>("leader_results")? {
                Some(results) => Some(read_results(results, nondet_blocks)?),
                None => None,
            },
            message: read_message(fields.required("message")?)?,
            permissions: fields.required("permissions")?,
            personal_key: fields.required("personal_key")?,
            sync: fields.required("sync")?,
            time: fields.required("time")?,
            view: {
                fields.required::<u32>("version")?;
                StorageView::from_u8(fields.required("view")?)
                    .ok_or(Mismatch::new("a view of the storage"))?
            },
        };
        fields.end()?;
        if inputs.sync && inputs.leader_results.is_none() {
            return Err(Mismatch::new("leader_results where sync is true").into());
        }
        if inputs.view != StorageView::Default && (inputs.code.is_some() || inputs.permissions.write_storage)
        {
            return Err(Mismatch::new("view 0 where storage is written").into());
        }
        Ok(inputs)
    }

    /// The execution that they ask for.
    ///
    /// # Errors
    /// [`InputsError::Fees`].
    pub fn into_run(self) -> Result<Run, InputsError> {
        let free = || FeesConfig { classes: Classes::free(), ..FeesConfig::default() };
        let fees = Fees::new(&self.fees.unwrap_or_else(free), self.bucket_totals, self.allocations);
        Ok(Run {
            code: self.code,
            role: match self.leader_results {
                None => Role::Leader,
                Some(results) if self.sync => Role::Sync(results),
                Some(results) => Role::Validator(results),
            },
            permissions: self.permissions.into(),
            view: self.view,
            fees: fees.map_err(InputsError::Fees)?,
            personal_key: self.personal_key,
            ..Run::new(self.message, self.time)
        })
    }
}

/// One of the fields about fees.
fn read_small<'a, T: Read<'a>>(value: Ref<'a>) -> Result<T, Mismatch> {
    if value.bytes().len() > MAX_FEES {
        return Err(Mismatch::new("at most 2^20 octets of each field about fees"));
    }
    T::read(value)
}

/// What a leader proposes. That there is more than blocks counts, and not how much more.
fn read_results(value: Ref<'_>, nondet_blocks: u32) -> Result<Vec<Vec<u8>>, Mismatch> {
    let kept = (nondet_blocks as usize).saturating_add(1);
    let mut results = Vec::new();
    for result in Items::read(value)? {
        let octets = <&[u8]>::read(result)?;
        if results.len() < kept {
            results.push(octets.to_vec());
        }
    }
    Ok(results)
}

/// The message of a transaction.
fn read_message(value: Ref<'_>) -> Result<StartupMessage, InputsError> {
    let message = StartupMessage::decode(value.bytes()).map_err(InputsError::Message)?;
    let main = message.entry_kind == EntryKind::Main && message.entry_stage_data == StageData::None;
    if main { Ok(message) } else { Err(InputsError::Message(ReadError::Shape("entry_kind"))) }
}
