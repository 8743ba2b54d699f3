//! Transactions as the log and proposals keep them: calldata maps, equal on every node.

use crate::report::Failure;
use ruint::aliases::U256;
use selfsame_hostabi::calldata::{BigInt, Value, decode, encode};
use selfsame_hostabi::fees::{Fees, FeesConfig};
use selfsame_hostabi::message::StartupMessage;
use selfsame_hostabi::vm::Run;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What the hash of a transaction is for, as BLAKE3 wants it.
const HASH: &str = "selfsame cli transaction v1";

/// All that decides what a transaction does, but the state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transaction {
    pub message: StartupMessage,
    /// The code, for a deployment.
    pub code: Option<Arc<[u8]>>,
    /// Deterministic time.
    pub gas: u64,
    /// Pages of storage.
    pub storage_gas: u64,
    /// Octets of receipts.
    pub receipt_gas: u64,
}

/// A transaction of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    pub transaction: Transaction,
    /// The published results of its blocks.
    pub results: Vec<Vec<u8>>,
}

/// What a leader publishes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    pub record: Record,
    /// The chain hash of the block on whose state it ran.
    pub parent: [u8; 32],
    /// The hash that it got.
    pub execution_hash: [u8; 32],
}

impl Transaction {
    fn to_value(&self) -> Value {
        let code = self.code.as_ref().map_or(Value::Null, |code| Value::Bytes(code.to_vec()));
        Value::map([
            ("code", code),
            ("gas", self.gas.into()),
            ("message", Value::Bytes(self.message.encode())),
            ("receipt_gas", self.receipt_gas.into()),
            ("storage_gas", self.storage_gas.into()),
        ])
    }

    fn from_value(value: Value) -> Option<Self> {
        let mut fields = map(value)?;
        let code = match fields.remove("code")? {
            Value::Null => None,
            Value::Bytes(code) => Some(code.into()),
            _ => return None,
        };
        Some(Transaction {
            code,
            gas: number(fields.remove("gas")?)?,
            message: StartupMessage::decode(&bytes(fields.remove("message")?)?).ok()?,
            receipt_gas: number(fields.remove("receipt_gas")?)?,
            storage_gas: number(fields.remove("storage_gas")?)?,
        })
    }

    /// Its name on a state: equal transactions on different states are different ones.
    pub fn hash(&self, parent: &[u8; 32]) -> [u8; 32] {
        let mut hasher = blake3::Hasher::new_derive_key(HASH);
        hasher.update(parent).update(&encode(&self.to_value()));
        *hasher.finalize().as_bytes()
    }

    /// The request, as the leader runs it.
    pub fn run(&self) -> Result<Run, Failure> {
        // Storage, receipts, and fees of messages, which the contract pays.
        let totals = vec![U256::from(self.storage_gas), U256::from(self.receipt_gas), U256::MAX];
        let fees = Fees::new(&FeesConfig::default(), totals, Vec::new())
            .map_err(|error| Failure::new(error.to_string()))?;
        Ok(Run { code: self.code.clone(), fees, ..Run::new(self.message.clone(), self.gas) })
    }
}

impl Record {
    pub fn encode(&self) -> Vec<u8> {
        encode(&self.to_value())
    }

    fn to_value(&self) -> Value {
        let results = self.results.iter().map(|result| Value::Bytes(result.clone())).collect();
        Value::map([("results", Value::Array(results)), ("transaction", self.transaction.to_value())])
    }

    pub fn decode(octets: &[u8]) -> Option<Self> {
        Record::from_value(decode(octets).ok()?)
    }

    fn from_value(value: Value) -> Option<Self> {
        let mut fields = map(value)?;
        let Value::Array(results) = fields.remove("results")? else { return None };
        let results = results.into_iter().map(bytes).collect::<Option<_>>()?;
        Some(Record { results, transaction: Transaction::from_value(fields.remove("transaction")?)? })
    }
}

impl Proposal {
    pub fn encode(&self) -> Vec<u8> {
        encode(&Value::map([
            ("execution_hash", Value::Bytes(self.execution_hash.to_vec())),
            ("parent", Value::Bytes(self.parent.to_vec())),
            ("record", self.record.to_value()),
            ("version", 1_u32.into()),
        ]))
    }

    pub fn decode(octets: &[u8]) -> Option<Self> {
        let mut fields = map(decode(octets).ok()?)?;
        if number(fields.remove("version")?)? != 1 {
            return None;
        }
        Some(Proposal {
            execution_hash: bytes(fields.remove("execution_hash")?)?.try_into().ok()?,
            parent: bytes(fields.remove("parent")?)?.try_into().ok()?,
            record: Record::from_value(fields.remove("record")?)?,
        })
    }
}

fn map(value: Value) -> Option<BTreeMap<String, Value>> {
    match value {
        Value::Map(map) => Some(map),
        _ => None,
    }
}

fn bytes(value: Value) -> Option<Vec<u8>> {
    match value {
        Value::Bytes(octets) => Some(octets),
        _ => None,
    }
}

fn number(value: Value) -> Option<u64> {
    match value {
        Value::Int(number) => u64::try_from(number).ok(),
        _ => None,
    }
}

/// An amount of an emission record.
pub fn amount(value: Option<&Value>) -> U256 {
    let Some(Value::Int(number)) = value else { return U256::ZERO };
    U256::try_from_le_slice(&BigInt::to_bytes_le(number).1).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use selfsame_hostabi::calldata::Address;

    #[test]
    fn a_proposal_is_read_as_it_was_written() {
        let address = Address([1; 20]);
        let message = StartupMessage::main(U256::from(1), address, address, vec![6]);
        for code in [None, Some(vec![1, 2].into())] {
            let message = message.clone();
            let transaction = Transaction { message, code, gas: 5, storage_gas: u64::MAX, receipt_gas: 0 };
            let record = Record { transaction, results: vec![vec![0, 0], vec![]] };
            assert_eq!(Record::decode(&record.encode()), Some(record.clone()));
            let proposal = Proposal { record, parent: [2; 32], execution_hash: [3; 32] };
            assert_eq!(Proposal::decode(&proposal.encode()), Some(proposal));
        }
        assert_eq!(Proposal::decode(b""), None);
        assert_eq!(Record::decode(&[6]), None);
    }
}
