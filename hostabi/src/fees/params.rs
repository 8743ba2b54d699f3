//! Parameters of the fees of a child transaction. Spec: fees.md 6.

use ruint::aliases::U256;
use selfsame_calldata::typed::{Fields, Mismatch, Read};
use selfsame_calldata::{Items, Ref, Writer};

/// What a child transaction may cost, of an internal message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FeeParams {
    /// Time units of the leader, per round.
    pub leader_timeunits_allocation: U256,
    /// Time units of each validator, per round.
    pub validator_timeunits_allocation: U256,
    /// What executing may cost, per round.
    pub execution_budget_per_round: U256,
    /// Changes of leader: of the first round, then of each appeal round. Not empty where it is accepted.
    pub rotations: Vec<U256>,
    /// Cap of the price of a time unit.
    pub max_price_gen_per_time_unit: U256,
    /// Cap of the gas price of storage.
    pub storage_fee_max_gas_price: U256,
    /// Cap of the gas price of receipts.
    pub receipt_fee_max_gas_price: U256,
}

impl FeeParams {
    /// Reads the record of a guest, who pays nothing for the memory it takes: an entry of `rotations` is one octet
    /// there and 32 here. Of a list longer than [`MAX_ROTATIONS`] so many entries are kept, the last of which is the
    /// greatest of the rest. It is refused in any case, and for the same reason as the whole: more rounds than any
    /// configuration has, or before that an entry that is too large.
    ///
    /// # Errors
    /// A key is missing, unknown or not of its type. Empty `rotations` are no error here.
    pub fn decode(value: Ref<'_>) -> Result<Self, Mismatch> {
        read(value, Some(MAX_ROTATIONS))
    }

    /// Appends the canonical record.
    pub fn write(&self, writer: &mut Writer) {
        writer.map(7);
        writer.key("execution_budget_per_round");
        writer.u256_le(&self.execution_budget_per_round.to_le_bytes());
        writer.key("leader_timeunits_allocation");
        writer.u256_le(&self.leader_timeunits_allocation.to_le_bytes());
        writer.key("max_price_gen_per_time_unit");
        writer.u256_le(&self.max_price_gen_per_time_unit.to_le_bytes());
        writer.key("receipt_fee_max_gas_price");
        writer.u256_le(&self.receipt_fee_max_gas_price.to_le_bytes());
        writer.key("rotations");
        writer.array(self.rotations.len());
        for rotations in &self.rotations {
            writer.u256_le(&rotations.to_le_bytes());
        }
        writer.key("storage_fee_max_gas_price");
        writer.u256_le(&self.storage_fee_max_gas_price.to_le_bytes());
        writer.key("validator_timeunits_allocation");
        writer.u256_le(&self.validator_timeunits_allocation.to_le_bytes());
    }
}

/// More rounds than a configuration may have.
pub const MAX_ROTATIONS: usize = 1024;

/// All keys must be there and no others. Empty `rotations` are read: whoever accepts parameters refuses them at
/// its own place in its order of checks. For what a guest has written: [`FeeParams::decode`].
impl<'a> Read<'a> for FeeParams {
    fn read(value: Ref<'a>) -> Result<Self, Mismatch> {
        read(value, None)
    }
}

fn read(value: Ref<'_>, keep: Option<usize>) -> Result<FeeParams, Mismatch> {
    let mut fields = Fields::of(value)?;
    let execution_budget_per_round = fields.required("execution_budget_per_round")?;
    let leader_timeunits_allocation = fields.required("leader_timeunits_allocation")?;
    let max_price_gen_per_time_unit = fields.required("max_price_gen_per_time_unit")?;
    let receipt_fee_max_gas_price = fields.required("receipt_fee_max_gas_price")?;
    let rotations = rotations(fields.required("rotations")?, keep)?;
    let storage_fee_max_gas_price = fields.required("storage_fee_max_gas_price")?;
    let validator_timeunits_allocation = fields.required("validator_timeunits_allocation")?;
    fields.end()?;
    Ok(FeeParams {
        leader_timeunits_allocation,
        validator_timeunits_allocation,
        execution_budget_per_round,
        rotations,
        max_price_gen_per_time_unit,
        storage_fee_max_gas_price,
        receipt_fee_max_gas_price,
    })
}

/// See [`FeeParams::decode`] for what `keep` does.
fn rotations(items: Items<'_>, keep: Option<usize>) -> Result<Vec<U256>, Mismatch> {
    let mut kept: Vec<U256> = Vec::new();
    for item in items {
        let entry = U256::read(item)?;
        let full = Some(kept.len()) == keep;
        match kept.last_mut() {
            Some(last) if full => *last = entry.max(*last),
            _ => kept.push(entry),
        }
    }
    Ok(kept)
}

/// What an external message may cost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ExternalParams {
    /// Gas.
    pub gas_limit: U256,
    /// Cap of the price of gas.
    pub max_gas_price: U256,
}

impl ExternalParams {
    /// The fee; `None` if it does not fit 256 bits.
    #[must_use]
    pub fn fee(&self) -> Option<U256> {
        self.gas_limit.checked_mul(self.max_gas_price)
    }

    /// Appends the canonical record.
    pub fn write(&self, writer: &mut Writer) {
        writer.map(2);
        writer.key("gas_limit");
        writer.u256_le(&self.gas_limit.to_le_bytes());
        writer.key("max_gas_price");
        writer.u256_le(&self.max_gas_price.to_le_bytes());
    }
}

impl<'a> Read<'a> for ExternalParams {
    fn read(value: Ref<'a>) -> Result<Self, Mismatch> {
        let mut fields = Fields::of(value)?;
        let gas_limit = fields.required("gas_limit")?;
        let max_gas_price = fields.required("max_gas_price")?;
        fields.end()?;
        Ok(ExternalParams { gas_limit, max_gas_price })
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use selfsame_calldata::{BigInt, Value, check, decode, encode};

    pub(in crate::fees) fn num(number: u64) -> U256 {
        U256::from(number)
    }

    /// Seven parameters that tell their places: 1 to 7, with rotations `[4, 40]`.
    pub(in crate::fees) fn params() -> FeeParams {
        FeeParams {
            leader_timeunits_allocation: num(1),
            validator_timeunits_allocation: num(2),
            execution_budget_per_round: num(3),
            rotations: vec![num(4), num(40)],
            max_price_gen_per_time_unit: num(5),
            storage_fee_max_gas_price: num(6),
            receipt_fee_max_gas_price: num(7),
        }
    }

    fn written(params: &FeeParams) -> Vec<u8> {
        let mut writer = Writer::new();
        params.write(&mut writer);
        writer.finish()
    }

    #[test]
    fn parameters_are_written_as_they_are_read() {
        let octets = written(&params());
        assert_eq!(FeeParams::read(check(&octets).unwrap()), Ok(params()));
        assert_eq!(
            decode(&octets).unwrap(),
            Value::map([
                ("leader_timeunits_allocation", 1.into()),
                ("validator_timeunits_allocation", 2.into()),
                ("execution_budget_per_round", 3.into()),
                ("rotations", Value::Array(vec![4.into(), 40.into()])),
                ("max_price_gen_per_time_unit", 5.into()),
                ("storage_fee_max_gas_price", 6.into()),
                ("receipt_fee_max_gas_price", 7.into()),
            ])
        );
    }

    #[test]
    fn every_key_must_be_there_and_hold_a_u256() {
        let Value::Map(entries) = decode(&written(&params())).unwrap() else { panic!("a map") };
        assert_eq!(entries.len(), 7);
        let read = |entries: &std::collections::BTreeMap<String, Value>| {
            FeeParams::read(check(&encode(&Value::Map(entries.clone()))).unwrap())
        };
        for key in entries.keys() {
            let mut missing = entries.clone();
            missing.remove(key);
            assert!(read(&missing).is_err(), "without {key}");
            for wrong in [Value::Null, (-1).into(), Value::Int(BigInt::from(2).pow(256)), "1".into()] {
                let mut changed = entries.clone();
                changed.insert(key.clone(), wrong.clone());
                assert!(read(&changed).is_err(), "{key}: {wrong:?}");
                changed.insert("rotations".to_owned(), Value::Array(vec![wrong]));
                assert!(read(&changed).is_err());
            }
        }
        let mut more = entries.clone();
        more.insert("zzz".to_owned(), Value::Null);
        assert!(read(&more).is_err());
    }

    #[test]
    fn of_a_long_list_no_more_is_kept_than_is_needed_to_refuse_it() {
        let list = |len: usize, at: usize| {
            let mut rotations = vec![num(3); len];
            rotations[at] = U256::MAX;
            FeeParams { rotations, ..params() }
        };
        let decode = |params: &FeeParams| FeeParams::decode(check(&written(params)).unwrap()).unwrap();
        let whole = list(MAX_ROTATIONS, MAX_ROTATIONS - 1);
        assert_eq!(decode(&whole), whole);
        for at in [MAX_ROTATIONS - 1, MAX_ROTATIONS, 4999] {
            let long = list(5000, at);
            assert_eq!(decode(&long), whole, "{at}");
            assert_eq!(FeeParams::read(check(&written(&long)).unwrap()), Ok(long));
        }
        let value = Value::Array(vec![1.into(); 5000].into_iter().chain([Value::Null]).collect());
        let Value::Map(mut entries) = selfsame_calldata::decode(&written(&params())).unwrap() else {
            panic!()
        };
        entries.insert("rotations".to_owned(), value);
        assert!(FeeParams::decode(check(&encode(&Value::Map(entries))).unwrap()).is_err());
    }

    #[test]
    fn an_external_fee_is_gas_times_its_price() {
        let fee = |gas_limit, max_gas_price| ExternalParams { gas_limit, max_gas_price }.fee();
        assert_eq!(fee(num(21_000), num(3)), Some(num(63_000)));
        assert_eq!(fee(U256::MAX, num(1)), Some(U256::MAX));
        assert_eq!(fee(U256::MAX, num(2)), None);
    }
}
