//! What an execution sends out: messages and events, as records. Spec: storage-and-contract.md 8.

use crate::fees::{ExternalFee, InternalFee, On};
use crate::result::Encoded;
use ruint::aliases::U256;
use selfsame_calldata::{Address, Writer};

/// RAM that an emission takes beside its payload, octets. Spec: vm.md 6.
pub const BASE_OCTETS: u64 = 256;

/// One emission. Fees are what it was charged when it was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Emission {
    /// A message to a contract outside.
    EthSend {
        /// Whom it goes to.
        address: Address,
        /// Raw octets.
        calldata: Box<[u8]>,
        /// What goes with it.
        value: U256,
        /// What it was charged.
        fee: ExternalFee,
    },
    /// A call of another contract, later.
    PostMessage {
        /// Of the method's name (storage-and-contract.md 5).
        call_key: [u8; 32],
        /// Whom it goes to.
        address: Address,
        /// The call map.
        calldata: Encoded,
        /// What goes with it.
        value: U256,
        /// When it is released.
        on: On,
        /// What it was charged.
        fee: InternalFee,
    },
    /// A contract to be deployed, later.
    DeployContract {
        /// The deploy map.
        calldata: Encoded,
        /// Of the new contract.
        code: Box<[u8]>,
        /// What goes with it.
        value: U256,
        /// When it is released.
        on: On,
        /// Decides the address, at the chain.
        salt_nonce: U256,
        /// What it was charged.
        fee: InternalFee,
    },
    /// An event.
    EmitEvent {
        /// At most four.
        topics: Vec<[u8; 32]>,
        /// The encoded Map.
        blob: Encoded,
        /// What it was charged.
        storage_fee: U256,
    },
}

fn number(writer: &mut Writer, key: &str, number: U256) {
    writer.key(key);
    writer.u256_le(&number.to_le_bytes());
}

fn encoded(writer: &mut Writer, key: &str, value: &Encoded) {
    writer.key(key);
    let mut octets = std::mem::take(writer).finish();
    octets.extend_from_slice(value.octets());
    *writer = Writer::onto(octets);
}

/// The last keys of an internal message, with what follows `subtree`.
fn internal_end(writer: &mut Writer, kind: &str, fee: &InternalFee, value: U256) {
    writer.key("subtree");
    writer.bytes(&fee.subtree);
    writer.key("type");
    writer.str(kind);
    writer.key("use_balance");
    writer.bool(fee.use_balance);
    number(writer, "value", value);
}

/// The keys of an internal message from `fee_params` to `receipt_fee`.
fn internal_fee(writer: &mut Writer, fee: &InternalFee, on: On) {
    writer.key("fee_params");
    fee.params.write(writer);
    number(writer, "message_fee", fee.message_fee);
    writer.key("on");
    writer.str(on.name());
    number(writer, "receipt_fee", fee.receipt_fee);
}

impl Emission {
    /// The RAM it takes for good, octets: a base, and calldata, code, blob and topics.
    #[must_use]
    pub fn octets(&self) -> u64 {
        let payload = match self {
            Emission::EthSend { calldata, .. } => calldata.len(),
            Emission::PostMessage { calldata, .. } => calldata.octets().len(),
            Emission::DeployContract { calldata, code, .. } => calldata.octets().len() + code.len(),
            Emission::EmitEvent { topics, blob, .. } => topics.len() * 32 + blob.octets().len(),
        };
        octets(payload as u64)
    }

    /// The canonical record, alone.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut writer = Writer::new();
        self.write(&mut writer);
        writer.finish()
    }

    /// Appends the canonical record, with its kind under the key `type`.
    pub fn write(&self, writer: &mut Writer) {
        match self {
            Emission::EthSend { address, calldata, value, fee } => {
                writer.map(7);
                writer.key("address");
                writer.address(address);
                writer.key("calldata");
                writer.bytes(calldata);
                writer.key("fee_params");
                fee.params.write(writer);
                number(writer, "message_fee", fee.message_fee);
                number(writer, "receipt_fee", fee.receipt_fee);
                writer.key("type");
                writer.str("EthSend");
                number(writer, "value", *value);
            }
            Emission::PostMessage { call_key, address, calldata, value, on, fee } => {
                writer.map(11);
                writer.key("address");
                writer.address(address);
                writer.key("call_key");
                writer.bytes(call_key);
                encoded(writer, "calldata", calldata);
                internal_fee(writer, fee, *on);
                internal_end(writer, "PostMessage", fee, *value);
            }
            Emission::DeployContract { calldata, code, value, on, salt_nonce, fee } => {
                writer.map(11);
                encoded(writer, "calldata", calldata);
                writer.key("code");
                writer.bytes(code);
                internal_fee(writer, fee, *on);
                number(writer, "salt_nonce", *salt_nonce);
                internal_end(writer, "DeployContract", fee, *value);
            }
            Emission::EmitEvent { topics, blob, storage_fee } => {
                writer.map(4);
                encoded(writer, "blob", blob);
                number(writer, "storage_fee", *storage_fee);
                writer.key("topics");
                writer.array(topics.len());
                for topic in topics {
                    writer.bytes(topic);
                }
                writer.key("type");
                writer.str("EmitEvent");
            }
        }
    }
}

/// What an emission with so many octets of payload takes: to be charged before there is one.
#[must_use]
pub fn octets(payload: u64) -> u64 {
    payload.saturating_add(BASE_OCTETS)
}

/// Appends the Array of all records: `emissions` of the result.
pub fn write_all(emissions: &[Emission], writer: &mut Writer) {
    writer.array(emissions.len());
    for emission in emissions {
        emission.write(writer);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fees::{ExternalParams, FeeParams, int};
    use selfsame_calldata::{Value, check, decode, encode};

    fn value_of(emission: &Emission) -> Value {
        let octets = emission.encode();
        let value = decode(&octets).expect("canonical");
        assert_eq!(encode(&value), octets);
        value
    }

    fn call() -> (Value, Encoded) {
        let value = Value::map([("", "foo".into())]);
        let octets = encode(&value);
        (value, check(&octets).unwrap().into())
    }

    fn fee() -> InternalFee {
        let params = FeeParams { rotations: vec![U256::from(1)], ..FeeParams::default() };
        InternalFee {
            message_fee: U256::MAX,
            receipt_fee: U256::from(2),
            params: params.into(),
            subtree: [9; 64].into(),
            use_balance: true,
        }
    }

    fn fee_params() -> Value {
        Value::map([
            ("execution_budget_per_round", 0.into()),
            ("leader_timeunits_allocation", 0.into()),
            ("max_price_gen_per_time_unit", 0.into()),
            ("receipt_fee_max_gas_price", 0.into()),
            ("rotations", Value::Array(vec![1.into()])),
            ("storage_fee_max_gas_price", 0.into()),
            ("validator_timeunits_allocation", 0.into()),
        ])
    }

    #[test]
    fn an_external_message() {
        let params = ExternalParams { gas_limit: U256::from(3), max_gas_price: U256::from(4) };
        let emission = Emission::EthSend {
            address: Address([1; 20]),
            calldata: [1, 2, 3].into(),
            value: U256::from(5),
            fee: ExternalFee { message_fee: U256::from(12), receipt_fee: U256::from(67), params },
        };
        let expected = Value::map([
            ("type", "EthSend".into()),
            ("address", Address([1; 20]).into()),
            ("calldata", vec![1, 2, 3].into()),
            ("value", 5.into()),
            ("message_fee", 12.into()),
            ("receipt_fee", 67.into()),
            ("fee_params", Value::map([("gas_limit", 3.into()), ("max_gas_price", 4.into())])),
        ]);
        assert_eq!(value_of(&emission), expected);
        assert_eq!(emission.octets(), 259);
    }

    #[test]
    fn a_posted_message_holds_the_call_map_itself() {
        let (map, calldata) = call();
        let emission = Emission::PostMessage {
            call_key: [7; 32],
            address: Address([1; 20]),
            calldata,
            value: U256::from(5),
            on: On::Accepted,
            fee: fee(),
        };
        let expected = Value::map([
            ("type", "PostMessage".into()),
            ("call_key", vec![7; 32].into()),
            ("address", Address([1; 20]).into()),
            ("calldata", map),
            ("value", 5.into()),
            ("on", "accepted".into()),
            ("message_fee", int(U256::MAX)),
            ("receipt_fee", 2.into()),
            ("fee_params", fee_params()),
            ("subtree", vec![9; 64].into()),
            ("use_balance", true.into()),
        ]);
        assert_eq!(value_of(&emission), expected);
        assert_eq!(emission.octets(), 256 + 6);
    }

    #[test]
    fn a_deployment() {
        let args = Value::map([("args", Value::Array(vec![]))]);
        let octets = encode(&args);
        let emission = Emission::DeployContract {
            calldata: check(&octets).unwrap().into(),
            code: [1; 10].into(),
            value: U256::ZERO,
            on: On::Finalized,
            salt_nonce: U256::from(77),
            fee: fee(),
        };
        let expected = Value::map([
            ("type", "DeployContract".into()),
            ("calldata", args),
            ("code", vec![1; 10].into()),
            ("value", 0.into()),
            ("on", "finalized".into()),
            ("salt_nonce", 77.into()),
            ("message_fee", int(U256::MAX)),
            ("receipt_fee", 2.into()),
            ("fee_params", fee_params()),
            ("subtree", vec![9; 64].into()),
            ("use_balance", true.into()),
        ]);
        assert_eq!(value_of(&emission), expected);
        assert_eq!(emission.octets(), 256 + octets.len() as u64 + 10);
    }

    #[test]
    fn an_event_to_the_octet() {
        let blob = Value::map([("x", 1.into())]);
        let octets = encode(&blob);
        let emission = Emission::EmitEvent {
            topics: vec![[0; 32], [1; 32]],
            blob: check(&octets).unwrap().into(),
            storage_fee: U256::from(68),
        };
        let expected = Value::map([
            ("type", "EmitEvent".into()),
            ("topics", Value::Array(vec![vec![0; 32].into(), vec![1; 32].into()])),
            ("blob", blob),
            ("storage_fee", 68.into()),
        ]);
        assert_eq!(value_of(&emission), expected);
        assert_eq!(emission.octets(), 256 + 64 + 4);
        let mut writer = Writer::new();
        write_all(&[emission.clone(), emission], &mut writer);
        let two = writer.finish();
        assert_eq!(decode(&two), Ok(Value::Array(vec![expected.clone(), expected])));
    }
}
