//! Allocation nodes: what a transaction sets aside for the messages it will send. Spec: fees.md 6.

use super::params::{ExternalParams, FeeParams};
use ruint::aliases::U256;
use selfsame_calldata::typed::{Choice, Fields, Mismatch, Read};
use selfsame_calldata::{Address, Ref};

/// When an internal message is released.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum On {
    /// When the sending transaction is final.
    Finalized,
    /// When the sending transaction is accepted.
    Accepted,
}

impl On {
    /// The name on the wire.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            On::Finalized => "finalized",
            On::Accepted => "accepted",
        }
    }
}

impl<'a> Read<'a> for On {
    fn read(value: Ref<'a>) -> Result<Self, Mismatch> {
        match <&str>::read(value)? {
            "finalized" => Ok(On::Finalized),
            "accepted" => Ok(On::Accepted),
            _ => Err(Mismatch::new("finalized or accepted")),
        }
    }
}

/// The kind of message that a node pays for, and what it may cost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NodeParams {
    /// `PostMessage` and `DeployContract`.
    Internal(FeeParams),
    /// `EthSend`.
    External(ExternalParams),
}

/// The shape is `{"Internal": FeeParams}` or `{"External": {gas_limit, max_gas_price}}`.
impl<'a> Read<'a> for NodeParams {
    fn read(value: Ref<'a>) -> Result<Self, Mismatch> {
        let choice = Choice::read(value)?;
        match choice.name {
            "Internal" => choice.payload().map(NodeParams::Internal),
            "External" => choice.payload().map(NodeParams::External),
            _ => Err(Mismatch::new("Internal or External")),
        }
    }
}

/// One node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// Whom messages may go to; `None`: anyone.
    pub recipient: Option<Address>,
    /// The call key of messages; `None`: any.
    pub call_key: Option<[u8; 32]>,
    /// What all messages that use this node may cost together.
    pub budget: U256,
    /// When messages are released. Means nothing for external messages.
    pub on: On,
    /// The kind of message and what it may cost.
    pub params: NodeParams,
    /// For the messages of the transaction that the message starts.
    pub children: Vec<Node>,
}

impl Node {
    /// Whether an internal message may use this node.
    #[must_use]
    pub fn matches_internal(&self, recipient: &Address, call_key: &[u8; 32], on: On) -> bool {
        matches!(self.params, NodeParams::Internal(_)) && self.on == on && self.covers(recipient, call_key)
    }

    /// Whether an external message may use this node; its key is [`CallKey::of_eth_send`](crate::contract::CallKey).
    #[must_use]
    pub fn matches_external(&self, recipient: &Address, call_key: &[u8; 32]) -> bool {
        matches!(self.params, NodeParams::External(_)) && self.covers(recipient, call_key)
    }

    fn covers(&self, recipient: &Address, call_key: &[u8; 32]) -> bool {
        self.recipient.as_ref().is_none_or(|wanted| wanted == recipient)
            && self.call_key.as_ref().is_none_or(|wanted| wanted == call_key)
    }

    /// Whether the node and all below it are well formed: internal parameters have rotations.
    pub(super) fn has_rotations(&self) -> bool {
        let mut pending = vec![self];
        while let Some(node) = pending.pop() {
            if let NodeParams::Internal(params) = &node.params
                && params.rotations.is_empty()
            {
                return false;
            }
            pending.extend(&node.children);
        }
        true
    }
}

impl Node {
    /// Reads a node. Also an Array of nodes: `Vec::<Node>::read`.
    ///
    /// # Errors
    /// Not exactly the record of a node.
    pub fn decode(value: Ref<'_>) -> Result<Self, Mismatch> {
        Node::read(value)
    }
}

/// All keys must be there. Calldata is at most 128 containers deep, so this goes at most 64 nodes deep.
impl<'a> Read<'a> for Node {
    fn read(value: Ref<'a>) -> Result<Self, Mismatch> {
        let mut fields = Fields::of(value)?;
        let budget = fields.required("budget")?;
        let call_key = fields.required("call_key")?;
        let children = fields.required("children")?;
        let params = fields.required("fee_params")?;
        let on = fields.required("on")?;
        let recipient = fields.required("recipient")?;
        fields.end()?;
        Ok(Node { recipient, call_key, budget, on, params, children })
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::params::tests::{num, params};
    use super::*;
    use crate::contract::CallKey;
    use selfsame_calldata::{Value, check, encode};

    pub(in crate::fees) fn internal(budget: u64) -> Node {
        Node {
            recipient: None,
            call_key: None,
            budget: num(budget),
            on: On::Finalized,
            params: NodeParams::Internal(params()),
            children: Vec::new(),
        }
    }

    pub(in crate::fees) fn external(budget: u64, gas_limit: u64, max_gas_price: u64) -> Node {
        let params = ExternalParams { gas_limit: num(gas_limit), max_gas_price: num(max_gas_price) };
        Node { params: NodeParams::External(params), ..internal(budget) }
    }

    const A: Address = Address([0xaa; 20]);
    const B: Address = Address([0xbb; 20]);

    #[test]
    fn internal_messages_match_by_release_recipient_and_key() {
        let any = internal(0);
        assert!(any.matches_internal(&A, &[1; 32], On::Finalized));
        assert!(!any.matches_internal(&A, &[1; 32], On::Accepted));
        assert!(!any.matches_external(&A, &[1; 32]));
        let exact = Node { recipient: Some(A), call_key: Some([1; 32]), ..internal(0) };
        assert!(exact.matches_internal(&A, &[1; 32], On::Finalized));
        assert!(!exact.matches_internal(&B, &[1; 32], On::Finalized));
        assert!(!exact.matches_internal(&A, &[2; 32], On::Finalized));
    }

    #[test]
    fn external_messages_match_by_recipient_and_selector_alone() {
        let key = CallKey::of_eth_send(&[1, 2, 3, 4, 5]).0;
        let node = Node { recipient: Some(A), call_key: Some(key), ..external(0, 1, 1) };
        for on in [On::Finalized, On::Accepted] {
            assert!(Node { on, ..node.clone() }.matches_external(&A, &key));
        }
        assert!(!node.matches_external(&B, &key));
        assert!(!node.matches_external(&A, &[0; 32]));
        assert!(!node.matches_internal(&A, &key, On::Finalized));
    }

    fn fee_params() -> Value {
        let mut writer = selfsame_calldata::Writer::new();
        params().write(&mut writer);
        Value::map([("Internal", selfsame_calldata::decode(&writer.finish()).unwrap())])
    }

    fn node(recipient: Value, params: Value, children: Vec<Value>) -> Value {
        Value::map([
            ("budget", 9.into()),
            ("call_key", Value::Null),
            ("children", Value::Array(children)),
            ("fee_params", params),
            ("on", "accepted".into()),
            ("recipient", recipient),
        ])
    }

    fn read(value: &Value) -> Result<Node, Mismatch> {
        Node::read(check(&encode(value)).unwrap())
    }

    #[test]
    fn nodes_are_read_strictly() {
        let gas = Value::map([("gas_limit", 2.into()), ("max_gas_price", 3.into())]);
        let leaf = node(A.into(), Value::map([("External", gas.clone())]), vec![]);
        let expected = Node { on: On::Accepted, recipient: Some(A), ..external(9, 2, 3) };
        assert_eq!(read(&leaf), Ok(expected.clone()));
        let root = Node { on: On::Accepted, children: vec![expected], ..internal(9) };
        assert_eq!(read(&node(Value::Null, fee_params(), vec![leaf.clone()])), Ok(root));

        let Value::Map(entries) = leaf else { panic!("a map") };
        for key in entries.keys() {
            let mut missing = entries.clone();
            missing.remove(key);
            assert!(read(&Value::Map(missing)).is_err(), "without {key}");
        }
        assert!(read(&node(Value::Null, "Internal".into(), vec![])).is_err());
        assert!(read(&node(Value::Null, Value::map([("Other", gas)]), vec![])).is_err());
        assert!(read(&node(Value::Null, fee_params(), vec![Value::Null])).is_err());
        assert!(read(&node(vec![0_u8; 20].into(), fee_params(), vec![])).is_err());
    }

    #[test]
    fn missing_rotations_are_found_at_any_depth() {
        let bare = Node { params: NodeParams::Internal(FeeParams::default()), ..internal(0) };
        assert!(!bare.has_rotations());
        let deep = Node { children: vec![Node { children: vec![bare], ..internal(0) }], ..external(0, 1, 1) };
        assert!(!deep.has_rotations());
        assert!(Node { children: vec![external(0, 1, 1)], ..internal(0) }.has_rotations());
    }
}
