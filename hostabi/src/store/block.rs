//! What is committed at once.

use super::error::StoreError;
use crate::calldata::typed::{Fields, Mismatch, Read};
use crate::calldata::{Address, Items, Ref, Writer, check};
use crate::storage::{Delta, check_changes, read_changes, write_delta};
use ruint::aliases::U256;
use std::collections::BTreeMap;

/// What one transaction did, to be committed at once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Block {
    /// Names the transaction; no two blocks have the same.
    pub tx_hash: [u8; 32],
    /// The contract whose storage has changed.
    pub contract: Address,
    /// The changes, as the execution reports them.
    pub changes: Vec<Delta>,
    /// New balances, of the accounts whose balance has changed.
    pub balances: BTreeMap<Address, U256>,
    /// The execution's result, as the node wants to keep it.
    pub result: Vec<u8>,
    /// The execution's hash.
    pub execution_hash: [u8; 32],
    /// Messages that will wait from now on, in the order in which they get their ids.
    pub messages: Vec<Vec<u8>>,
    /// Ids of waiting messages that this block delivers: they wait no longer.
    pub delivered: Vec<u64>,
}

impl Block {
    /// The record of the log: a calldata map.
    pub(super) fn encode(&self) -> Vec<u8> {
        let mut writer = Writer::new();
        writer.map(8);
        writer.key("balances");
        writer.array(self.balances.len());
        for (address, amount) in &self.balances {
            writer.array(2);
            writer.address(address);
            writer.u256_le(&amount.to_le_bytes());
        }
        writer.key("contract");
        writer.address(&self.contract);
        writer.key("delivered");
        writer.array(self.delivered.len());
        self.delivered.iter().for_each(|id| writer.int_u64(*id));
        writer.key("execution_hash");
        writer.bytes(&self.execution_hash);
        writer.key("messages");
        writer.array(self.messages.len());
        self.messages.iter().for_each(|message| writer.bytes(message));
        writer.key("result");
        writer.bytes(&self.result);
        writer.key("storage_changes");
        writer.array(self.changes.len());
        self.changes.iter().for_each(|delta| write_delta(delta, &mut writer));
        writer.key("tx_hash");
        writer.bytes(&self.tx_hash);
        writer.finish()
    }

    /// From the record of the log.
    pub(super) fn decode(octets: &[u8]) -> Result<Block, StoreError> {
        check(octets).ok().and_then(Block::read).ok_or(StoreError::Damaged("a block's record"))
    }

    fn read(record: Ref<'_>) -> Option<Block> {
        let mut fields = Fields::of(record).ok()?;
        let balances: Vec<Balance> = fields.required("balances").ok()?;
        // Evaluated as they are written: in the order of the keys.
        let block = Block {
            balances: balances.into_iter().map(|Balance(address, amount)| (address, amount)).collect(),
            contract: fields.required("contract").ok()?,
            delivered: fields.required("delivered").ok()?,
            execution_hash: fields.required("execution_hash").ok()?,
            messages: owned(fields.required("messages").ok()?),
            result: fields.required::<&[u8]>("result").ok()?.to_vec(),
            changes: read_changes(fields.required("storage_changes").ok()?).ok()?,
            tx_hash: fields.required("tx_hash").ok()?,
        };
        fields.end().ok()?;
        Some(block)
    }

    /// Whether the record can be read again.
    pub(super) fn check(&self) -> Result<(), StoreError> {
        check_changes(&self.changes)?;
        let fits = |octets: &Vec<u8>| u32::try_from(octets.len()).is_ok();
        if !fits(&self.result) || !self.messages.iter().all(fits) {
            return Err(StoreError::TooLarge);
        }
        Ok(())
    }
}

fn owned(octets: Vec<&[u8]>) -> Vec<Vec<u8>> {
    octets.into_iter().map(<[u8]>::to_vec).collect()
}

/// `[address, amount]`.
struct Balance(Address, U256);

impl<'a> Read<'a> for Balance {
    fn read(value: Ref<'a>) -> Result<Self, Mismatch> {
        let mut pair = Items::read(value)?;
        match (pair.next(), pair.next(), pair.next()) {
            (Some(address), Some(amount), None) => Ok(Balance(Read::read(address)?, Read::read(amount)?)),
            _ => Err(Mismatch::new("a pair")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::storage::SlotId;

    #[test]
    fn a_record_is_read_as_it_was_written() {
        let block = Block {
            tx_hash: [1; 32],
            contract: Address([2; 20]),
            changes: vec![
                Delta { slot: SlotId([3; 32]), first_page: 7, octets: vec![4; 64] },
                Delta { slot: SlotId([5; 32]), first_page: 0, octets: vec![0; 32] },
            ],
            balances: [(Address([6; 20]), U256::MAX), (Address([7; 20]), U256::ZERO)].into(),
            result: b"result".to_vec(),
            execution_hash: [8; 32],
            messages: vec![vec![], vec![9; 3]],
            delivered: vec![u64::MAX, 0],
        };
        for block in [block, Block::default()] {
            assert_eq!(Block::decode(&block.encode()), Ok(block));
        }
    }

    #[test]
    fn anything_else_is_damage() {
        let record = Block::default().encode();
        for len in 0..record.len() {
            assert!(matches!(Block::decode(&record[..len]), Err(StoreError::Damaged(_))));
        }
        assert!(matches!(Block::decode(&[5]), Err(StoreError::Damaged(_))));
        assert!(matches!(Block::decode(&[6]), Err(StoreError::Damaged(_))));
    }
}
