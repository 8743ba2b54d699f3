//! The startup message: what a sub-VM reads from its standard input. Spec: vm.md 3.

mod datetime;

pub use datetime::{DateTime, DateTimeError};

use crate::result::ReadError;
use ruint::aliases::U256;
use selfsame_calldata::typed::{Fields, Mismatch, Read};
use selfsame_calldata::{Address, Ref, Writer, check};
use std::sync::Arc;

/// What a sub-VM is started for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum EntryKind {
    /// A transaction or a call by another contract.
    Main = 0,
    /// Code that the contract does not trust.
    Sandbox = 1,
    /// A non-deterministic block, of either stage.
    ConsensusStage = 2,
}

/// Data that the stage adds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum StageData {
    /// None: everywhere but in a comparison.
    #[default]
    None,
    /// For a comparison: the accepted or replaced buffer, `[kind][data]`.
    LeadersResult(Arc<[u8]>),
}

/// The startup message. The fields stand in the order of their keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StartupMessage {
    /// The chain.
    pub chain_id: U256,
    /// The contract that runs.
    pub contract_address: Address,
    /// The time of the transaction.
    pub datetime: DateTime,
    /// The encoded call, or the data of a sandbox or block.
    pub entry_data: Arc<[u8]>,
    /// What the sub-VM is started for.
    pub entry_kind: EntryKind,
    /// Data that the stage adds.
    pub entry_stage_data: StageData,
    /// Whether the contract is being deployed.
    pub is_init: bool,
    /// Who started the chain of transactions.
    pub origin_address: Address,
    /// Who sent the transaction.
    pub sender_address: Address,
    /// Whose signature it bears.
    pub signer_address: Address,
    /// The contracts that call one another down to this one, which is not among them.
    pub stack: Vec<Address>,
    /// What comes with the transaction.
    pub value: U256,
}

/// The keys of the map, ascending.
const KEYS: [&str; 12] = [
    "chain_id",
    "contract_address",
    "datetime",
    "entry_data",
    "entry_kind",
    "entry_stage_data",
    "is_init",
    "origin_address",
    "sender_address",
    "signer_address",
    "stack",
    "value",
];

impl StartupMessage {
    /// For a transaction that `sender` has signed and sent itself, without value, at the time that stands for none.
    /// Set the other fields where that is not so.
    #[must_use]
    pub fn main(
        chain_id: U256,
        contract: Address,
        sender: Address,
        entry_data: impl Into<Arc<[u8]>>,
    ) -> Self {
        StartupMessage {
            chain_id,
            contract_address: contract,
            datetime: DateTime::DEFAULT,
            entry_data: entry_data.into(),
            entry_kind: EntryKind::Main,
            entry_stage_data: StageData::None,
            is_init: false,
            origin_address: sender,
            sender_address: sender,
            signer_address: sender,
            stack: Vec::new(),
            value: U256::ZERO,
        }
    }

    /// For a contract that this one calls; `call` is the encoded call.
    #[must_use]
    pub fn contract_call(&self, callee: Address, call: impl Into<Arc<[u8]>>) -> Self {
        let mut stack = self.stack.clone();
        stack.push(self.contract_address);
        StartupMessage {
            contract_address: callee,
            stack,
            value: U256::ZERO,
            ..self.child(EntryKind::Main, call.into())
        }
    }

    /// For a sandbox of this sub-VM.
    #[must_use]
    pub fn sandbox(&self, data: impl Into<Arc<[u8]>>) -> Self {
        self.child(EntryKind::Sandbox, data.into())
    }

    /// For a non-deterministic block of this sub-VM, on the leader.
    #[must_use]
    pub fn nondet_leader(&self, data: impl Into<Arc<[u8]>>) -> Self {
        self.child(EntryKind::ConsensusStage, data.into())
    }

    /// For the comparison of a block's result, on a validator.
    #[must_use]
    pub fn nondet_validator(&self, data: impl Into<Arc<[u8]>>, leaders_result: impl Into<Arc<[u8]>>) -> Self {
        StartupMessage {
            entry_stage_data: StageData::LeadersResult(leaders_result.into()),
            ..self.child(EntryKind::ConsensusStage, data.into())
        }
    }

    fn child(&self, entry_kind: EntryKind, entry_data: Arc<[u8]>) -> Self {
        StartupMessage {
            entry_data,
            entry_kind,
            entry_stage_data: StageData::None,
            is_init: false,
            ..self.clone()
        }
    }

    /// The octets of standard input.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut writer = Writer::new();
        writer.map(KEYS.len());
        for key in KEYS {
            writer.key(key);
            self.write_field(key, &mut writer);
        }
        writer.finish()
    }

    fn write_field(&self, key: &str, writer: &mut Writer) {
        match key {
            "chain_id" => writer.u256_le(&self.chain_id.to_le_bytes()),
            "contract_address" => writer.address(&self.contract_address),
            "datetime" => writer.str(&self.datetime.to_string()),
            "entry_data" => writer.bytes(&self.entry_data),
            "entry_kind" => writer.int_u64(u64::from(self.entry_kind as u8)),
            "entry_stage_data" => match &self.entry_stage_data {
                StageData::None => writer.null(),
                StageData::LeadersResult(buffer) => {
                    writer.map(1);
                    writer.key("leaders_result");
                    writer.bytes(buffer);
                }
            },
            "is_init" => writer.bool(self.is_init),
            "origin_address" => writer.address(&self.origin_address),
            "sender_address" => writer.address(&self.sender_address),
            "signer_address" => writer.address(&self.signer_address),
            "stack" => {
                writer.array(self.stack.len());
                self.stack.iter().for_each(|address| writer.address(address));
            }
            _ => writer.u256_le(&self.value.to_le_bytes()),
        }
    }

    /// Reads a message. Its time may be written in any way that [`DateTime`] reads.
    ///
    /// # Errors
    /// [`ReadError`] for what is no message.
    pub fn decode(octets: &[u8]) -> Result<Self, ReadError> {
        let mut fields = Fields::of(check(octets)?)?;
        // Evaluated as they are written: in the order of the keys.
        let message = StartupMessage {
            chain_id: fields.required("chain_id")?,
            contract_address: fields.required("contract_address")?,
            datetime: {
                let text: &str = fields.required("datetime")?;
                text.parse().map_err(|_| ReadError::Shape("datetime"))?
            },
            entry_data: fields.required::<&[u8]>("entry_data")?.into(),
            entry_kind: fields.required("entry_kind")?,
            entry_stage_data: fields.required::<Option<_>>("entry_stage_data")?.unwrap_or_default(),
            is_init: fields.required("is_init")?,
            origin_address: fields.required("origin_address")?,
            sender_address: fields.required("sender_address")?,
            signer_address: fields.required("signer_address")?,
            stack: fields.required("stack")?,
            value: fields.required("value")?,
        };
        fields.end()?;
        Ok(message)
    }
}

impl<'a> Read<'a> for EntryKind {
    fn read(value: Ref<'a>) -> Result<Self, Mismatch> {
        match u32::read(value)? {
            0 => Ok(EntryKind::Main),
            1 => Ok(EntryKind::Sandbox),
            2 => Ok(EntryKind::ConsensusStage),
            _ => Err(Mismatch::new("the number of a kind")),
        }
    }
}

/// Of a stage that adds any.
impl<'a> Read<'a> for StageData {
    fn read(value: Ref<'a>) -> Result<Self, Mismatch> {
        let mut fields = Fields::of(value)?;
        let buffer: &[u8] = fields.required("leaders_result")?;
        fields.end()?;
        Ok(StageData::LeadersResult(buffer.into()))
    }
}

#[cfg(test)]
mod tests;
