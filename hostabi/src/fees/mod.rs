//! What is metered beyond RAM and instructions: pages, receipts and the fees of messages. Spec: fees.md.

pub mod allocation;
pub mod balance;
pub mod buckets;
pub mod codes;
pub mod config;
pub mod formula;
pub mod params;
pub mod subtree;

pub use allocation::{Node, NodeParams, On};
pub use balance::Refusal;
pub use buckets::{Buckets, Class, ClassConfig, Classes, ConfigError, Cost};
pub use config::FeesConfig;
pub use formula::{FormulaConfig, Payer};
pub use params::{ExternalParams, FeeParams};

use crate::contract::CallKey;
use ruint::aliases::U256;
use selfsame_calldata::{Address, BigInt, Value};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The code of a VM error.
pub type Code = &'static str;

/// An `EthSend`.
#[derive(Clone, Copy, Debug)]
pub struct ExternalMessage<'a> {
    /// Whom it goes to.
    pub recipient: Address,
    /// Raw octets, for the key and the receipt.
    pub calldata: &'a [u8],
    /// What it takes from the balance.
    pub value: U256,
}

/// A `PostMessage` or `DeployContract`.
#[derive(Clone, Copy, Debug)]
pub struct InternalMessage {
    /// Whom it goes to; the zero address for `DeployContract`.
    pub recipient: Address,
    /// The call key (storage-and-contract.md 5); zero for `DeployContract`.
    pub call_key: [u8; 32],
    /// When it is released.
    pub on: On,
    /// Octets of the encoded calldata.
    pub calldata_len: u64,
    /// Octets of the code, of a `DeployContract`.
    pub code_len: u64,
    /// What it takes from the balance, beside a fee that the balance pays.
    pub value: U256,
}

/// What an external message has been charged, for its emission.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExternalFee {
    /// The message fee.
    pub message_fee: U256,
    /// What the receipt took.
    pub receipt_fee: U256,
    /// Of the node that paid.
    pub params: ExternalParams,
}

/// What an internal message has been charged, for its emission.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InternalFee {
    /// The message fee; the child's budget.
    pub message_fee: U256,
    /// What the receipt took.
    pub receipt_fee: U256,
    /// Of the node that paid, or of the request if the balance did.
    pub params: Arc<FeeParams>,
    /// The allocation for the child's own messages, encoded; no octets if the balance paid.
    pub subtree: Arc<[u8]>,
    /// Whether the balance paid.
    pub use_balance: bool,
}

/// A root of the allocation tree, with what its messages need again and again.
#[derive(Clone, Debug)]
struct Allocation {
    node: Node,
    /// Of an internal node, shared with the emissions.
    params: Option<Arc<FeeParams>>,
    /// The node's children.
    subtree: Arc<[u8]>,
    left: U256,
}

/// The fees of one execution: shared by all its sub-VMs. Charges are never given back.
#[derive(Clone, Debug)]
pub struct Fees {
    formula: FormulaConfig,
    buckets: Buckets,
    allocations: Vec<Allocation>,
    balance_consumed: U256,
}

impl Fees {
    /// Full buckets and untouched allocations. `totals` are the execution's, by number of bucket.
    ///
    /// # Errors
    /// The host's inputs do not fit together: an internal error of the run.
    pub fn new(config: &FeesConfig, totals: Vec<U256>, nodes: Vec<Node>) -> Result<Self, ConfigError> {
        if config.formula.validators_per_round.len() >= params::MAX_ROTATIONS {
            return Err(ConfigError::Rounds);
        }
        if !nodes.iter().all(Node::has_rotations) {
            return Err(ConfigError::NoRotations);
        }
        let allocations = nodes.into_iter().map(|node| {
            let params = match &node.params {
                NodeParams::Internal(params) => Some(Arc::new(params.clone())),
                NodeParams::External(_) => None,
            };
            let subtree = subtree::encode(&node.children).into();
            Allocation { params, subtree, left: node.budget, node }
        });
        Ok(Fees {
            formula: config.formula.clone(),
            buckets: Buckets::new(config.classes.clone(), totals)?,
            allocations: allocations.collect(),
            balance_consumed: U256::ZERO,
        })
    }

    /// Nothing costs anything, there are no buckets, and no message finds a node.
    #[must_use]
    pub fn free() -> Self {
        Fees {
            formula: FormulaConfig::default(),
            buckets: Buckets::free(),
            allocations: Vec::new(),
            balance_consumed: U256::ZERO,
        }
    }

    /// Subtracts the start costs of all classes: the first step of an execution, once (vm.md 2.1).
    ///
    /// # Errors
    /// The result of the run. The classes in front of the failing one have been charged.
    pub fn start(&mut self) -> Result<(), Code> {
        self.buckets.start().map_err(Class::code)
    }

    fn charge(&mut self, class: Class, units: U256) -> Result<U256, Code> {
        let [taken] = self.buckets.charge([(class, units)]).map_err(Class::code)?;
        Ok(taken)
    }

    /// One page that is first written.
    ///
    /// # Errors
    /// `out_of storage`.
    pub fn charge_storage_page(&mut self) -> Result<(), Code> {
        self.charge(Class::Storage, U256::from(1)).map(|_| ())
    }

    /// The buffer `[code][data]` of a non-deterministic block, octets.
    ///
    /// # Errors
    /// `out_of receipt nondet_output`.
    pub fn charge_nondet_output(&mut self, len: u64) -> Result<(), Code> {
        self.charge(Class::NondetOutput, U256::from(len)).map(|_| ())
    }

    /// An event; `blob_len` is the length of the encoded Map. Gives the emission's `storage_fee`.
    ///
    /// # Errors
    /// `out_of receipt event`.
    pub fn charge_event(&mut self, topics: u64, blob_len: u64) -> Result<U256, Code> {
        self.charge(Class::Event, formula::event_octets(topics, blob_len))
    }

    /// Whether the emitter's balance covers a value, for messages that an allocation node pays for.
    ///
    /// # Errors
    /// [`Refusal::Inbalance`].
    pub fn check_value(&self, value: U256, balance: U256) -> Result<(), Refusal> {
        balance::check_value(value, self.balance_consumed, balance)
    }

    /// Matches an external message with a node and charges fee and receipt, both or none. Then its value counts as
    /// consumed. Call [`Fees::check_value`] first. An external message starts no transaction, so that no subtree
    /// goes with it.
    ///
    /// # Errors
    /// `fee no_matching_node`, `out_of message_fee node`, `out_of message_fee total`, `out_of receipt message`, in
    /// this order. Nothing has been charged.
    pub fn charge_external(&mut self, message: &ExternalMessage<'_>) -> Result<ExternalFee, Code> {
        let key = CallKey::of_eth_send(message.calldata).0;
        let matching = self.allocations.iter().enumerate().find_map(|(index, allocation)| {
            let NodeParams::External(params) = &allocation.node.params else { return None };
            allocation.node.matches_external(&message.recipient, &key).then_some((index, *params))
        });
        let (index, params) = matching.ok_or(codes::NO_MATCHING_NODE)?;
        let octets = formula::message_octets(message.calldata.len() as u64, 0, 0, 0);
        let (message_fee, receipt_fee) = self.charge_node(index, params.fee(), octets)?;
        self.consume(message.value);
        Ok(ExternalFee { message_fee, receipt_fee, params })
    }

    /// Matches an internal message with a node and charges fee and receipt, both or none. Then its value counts as
    /// consumed. Call [`Fees::check_value`] first.
    ///
    /// # Errors
    /// `fee no_matching_node`, `fee below_minimum`, `fee too_many_rounds`, `out_of message_fee node`,
    /// `out_of message_fee total`, `out_of receipt message`, in this order. Nothing has been charged.
    pub fn charge_internal(&mut self, message: &InternalMessage) -> Result<InternalFee, Code> {
        let InternalMessage { recipient, call_key, on, .. } = message;
        let matching = self.allocations.iter().enumerate().find_map(|(index, allocation)| {
            let params = allocation.params.as_ref()?;
            let matches = allocation.node.matches_internal(recipient, call_key, *on);
            matches.then(|| (index, params.clone(), allocation.subtree.clone()))
        });
        let (index, params, subtree) = matching.ok_or(codes::NO_MATCHING_NODE)?;
        self.formula.check(&params, Payer::Allocation)?;
        let fee = self.formula.fee(&params, Payer::Allocation);
        let octets = internal_octets(message, &subtree, &params);
        let (message_fee, receipt_fee) = self.charge_node(index, fee, octets)?;
        self.consume(message.value);
        Ok(InternalFee { message_fee, receipt_fee, params, subtree, use_balance: false })
    }

    /// A fee that does not fit 256 bits is more than any node has left.
    fn charge_node(&mut self, index: usize, fee: Option<U256>, octets: U256) -> Result<(U256, U256), Code> {
        let allocation = self.allocations.get_mut(index).ok_or(codes::NO_MATCHING_NODE)?;
        let fee = fee.ok_or(codes::MESSAGE_FEE_NODE)?;
        let left = allocation.left.checked_sub(fee).ok_or(codes::MESSAGE_FEE_NODE)?;
        let parts = [(Class::MessageFee, fee), (Class::MessageReceipt, octets)];
        let [_, receipt] = self.buckets.charge(parts).map_err(Class::code)?;
        allocation.left = left;
        Ok((fee, receipt))
    }

    /// Rows 8 and 9 for a message that the balance pays for; rows 1 to 7 are [`balance::check_request`]. Gives the
    /// fee, and charges nothing.
    ///
    /// # Errors
    /// [`Refusal::Vm`] or [`Refusal::Inbalance`].
    pub fn meter_from_balance(
        &self,
        params: &FeeParams,
        value: U256,
        balance: U256,
    ) -> Result<U256, Refusal> {
        balance::meter(&self.formula, params, value, self.balance_consumed, balance)
    }

    /// Row 10 and what follows: charges the receipt alone. Then value and fee count as consumed. `fee` is what
    /// [`Fees::meter_from_balance`] gave.
    ///
    /// # Errors
    /// `out_of receipt message`. Nothing has been charged.
    pub fn charge_from_balance(
        &mut self,
        message: &InternalMessage,
        params: FeeParams,
        fee: U256,
    ) -> Result<InternalFee, Code> {
        let receipt_fee = self.charge(Class::MessageReceipt, internal_octets(message, &[], &params))?;
        self.consume(message.value);
        self.consume(fee);
        Ok(InternalFee {
            message_fee: fee,
            receipt_fee,
            params: Arc::new(params),
            subtree: Arc::default(),
            use_balance: true,
        })
    }

    /// The balance was checked before, so that the sum fits.
    fn consume(&mut self, amount: U256) {
        self.balance_consumed = self.balance_consumed.saturating_add(amount);
    }

    /// What messages have taken from the contract's balance so far: `consumed` of storage-and-contract.md 8.
    #[must_use]
    pub fn balance_consumed(&self) -> U256 {
        self.balance_consumed
    }

    /// The buckets, to look at.
    #[must_use]
    pub fn buckets(&self) -> &Buckets {
        &self.buckets
    }

    /// `data_fees_consumed` (vm.md 11): what each class has consumed, by its name.
    #[must_use]
    pub fn consumed(&self) -> Value {
        let entry = |class: Class| (class.name().to_owned(), int(self.buckets.consumed(class)));
        Value::Map(Class::ALL.into_iter().map(entry).collect::<BTreeMap<_, _>>())
    }

    /// `data_fees_remaining` (vm.md 11): what is left in each bucket.
    #[must_use]
    pub fn remaining(&self) -> Value {
        Value::Array(self.buckets.remaining().iter().copied().map(int).collect())
    }
}

/// A number as calldata holds it.
#[must_use]
pub fn int(number: U256) -> Value {
    let shift = |high: BigInt, limb: &u64| (high << 64_u32) + *limb;
    Value::Int(number.as_limbs().iter().rev().fold(BigInt::default(), shift))
}

fn internal_octets(message: &InternalMessage, subtree: &[u8], params: &FeeParams) -> U256 {
    let rotations = params.rotations.len() as u64;
    formula::message_octets(message.calldata_len, message.code_len, subtree.len() as u64, rotations)
}

#[cfg(test)]
mod tests;
