//! The hashes that commit to what an execution did. Spec: vm.md 11, 12.

use super::frames::{Frame, StoreHashes, write_backtrace, write_store_hashes};
use super::outcome::{Encoded, Outcome};
use crate::fees::{Buckets, Class};
use crate::storage::{Delta, write_delta};
use ruint::aliases::U256;
use selfsame_calldata::Writer;
use sha3::{Digest, Sha3_256};

/// What a deterministic sub-VM did through others: a running SHA3-256 to which each child's small hash and each
/// charged load is appended, in the order of events. Spec: vm.md 12.
#[derive(Clone, Debug, Default)]
pub struct SubVmHashes(Sha3_256);

impl SubVmHashes {
    /// Of a sub-VM that has done nothing yet.
    #[must_use]
    pub fn new() -> Self {
        SubVmHashes::default()
    }

    /// A deterministic child has ended, or was refused before it started. A non-deterministic block is never folded.
    pub fn fold_child(&mut self, small_hash: &[u8; 32]) {
        self.0.update(small_hash);
    }

    /// A runner was loaded and charged for, in deterministic mode. `id` is the canonical one.
    pub fn fold_load(&mut self, id: &str) {
        self.0.update(Sha3_256::digest(id.as_bytes()));
    }

    /// The hash of what has been folded so far.
    #[must_use]
    pub fn finalised(&self) -> [u8; 32] {
        self.0.clone().finalize().into()
    }
}

/// The hash of a deterministic sub-VM that its caller folds. Spec: vm.md 12.
#[must_use]
pub fn small_hash(outcome: &Outcome, subvm_hashes: &[u8; 32], store_hashes: &StoreHashes) -> [u8; 32] {
    let mut writer = Writer::new();
    writer.map(4);
    writer.key("kind");
    writer.str(outcome.kind_name());
    writer.key("result");
    outcome.write_data(&mut writer);
    writer.key("subvm_hashes");
    writer.bytes(subvm_hashes);
    writer.key("wasm_store_hashes");
    write_store_hashes(&mut writer, store_hashes);
    Sha3_256::digest(writer.finish()).into()
}

/// What each class of data fees has consumed, start costs included. Spec: fees.md 3.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FeesConsumed {
    /// By events.
    pub event: U256,
    /// By the fees of messages.
    pub message_fee: U256,
    /// By the receipts of messages.
    pub message_receipt: U256,
    /// By the results of non-deterministic blocks.
    pub nondet_output: U256,
    /// By pages written.
    pub storage: U256,
}

impl FeesConsumed {
    /// The names of the classes, ascending.
    pub const CLASSES: [&'static str; 5] =
        ["event", "message_fee", "message_receipt", "nondet_output", "storage"];

    /// In the order of [`FeesConsumed::CLASSES`].
    #[must_use]
    pub fn amounts(&self) -> [U256; 5] {
        [self.event, self.message_fee, self.message_receipt, self.nondet_output, self.storage]
    }

    pub(super) fn write(&self, writer: &mut Writer) {
        writer.map(5);
        for (class, amount) in Self::CLASSES.into_iter().zip(self.amounts()) {
            writer.key(class);
            writer.u256_le(&amount.to_le_bytes());
        }
    }
}

impl From<&Buckets> for FeesConsumed {
    fn from(buckets: &Buckets) -> Self {
        FeesConsumed {
            event: buckets.consumed(Class::Event),
            message_fee: buckets.consumed(Class::MessageFee),
            message_receipt: buckets.consumed(Class::MessageReceipt),
            nondet_output: buckets.consumed(Class::NondetOutput),
            storage: buckets.consumed(Class::Storage),
        }
    }
}

/// All that the execution hash commits to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Execution {
    /// How the run ended.
    pub outcome: Outcome,
    /// The frames at the failure, innermost first; none for a return and before the code started.
    pub backtrace: Option<Vec<Frame>>,
    /// Of the main sub-VM, at its end.
    pub wasm_store_hashes: StoreHashes,
    /// The changed pages, ascending, runs of pages merged. Only a return has any.
    pub storage_changes: Vec<Delta>,
    /// The emission records, in the order of the calls. Only a return has any.
    pub emissions: Vec<Encoded>,
    /// What was consumed.
    pub data_fees_consumed: FeesConsumed,
    /// What is left, by bucket number.
    pub data_fees_remaining: Vec<U256>,
    /// Of the main sub-VM.
    pub subvm_hashes: [u8; 32],
}

impl Execution {
    /// Of a run that ended before a sub-VM was made: nothing but the outcome and the fees.
    #[must_use]
    pub fn before_start(outcome: Outcome, consumed: FeesConsumed, remaining: Vec<U256>) -> Self {
        Execution {
            outcome,
            backtrace: None,
            wasm_store_hashes: StoreHashes::new(),
            storage_changes: Vec::new(),
            emissions: Vec::new(),
            data_fees_consumed: consumed,
            data_fees_remaining: remaining,
            subvm_hashes: SubVmHashes::new().finalised(),
        }
    }

    /// As it stands at the topmost boundary: a fatal error is a plain one, and an error has no effects. A return
    /// has no backtrace.
    #[must_use]
    pub fn topmost(mut self) -> Self {
        self.outcome = self.outcome.topmost();
        if matches!(self.outcome, Outcome::Return(_)) {
            self.backtrace = None;
        } else {
            self.storage_changes.clear();
            self.emissions.clear();
        }
        self
    }

    /// The SHA3-256 of the map of vm.md 11, of what [`Execution::topmost`] leaves.
    #[must_use]
    pub fn execution_hash(&self) -> [u8; 32] {
        let returned = matches!(self.outcome, Outcome::Return(_));
        let backtrace = self.backtrace.as_deref().filter(|_| !returned);
        let mut writer = Writer::new();
        writer.map(9);
        writer.key("backtrace");
        write_backtrace(&mut writer, backtrace);
        writer.key("data");
        self.outcome.write_data(&mut writer);
        writer.key("data_fees_consumed");
        self.data_fees_consumed.write(&mut writer);
        writer.key("data_fees_remaining");
        write_amounts(&mut writer, &self.data_fees_remaining);
        writer.key("emissions");
        write_emissions(&mut writer, if returned { &self.emissions } else { &[] });
        writer.key("kind");
        writer.int_u64(self.outcome.kind().into());
        writer.key("storage_changes");
        write_deltas(&mut writer, if returned { &self.storage_changes } else { &[] });
        writer.key("subvm_hashes");
        writer.bytes(&self.subvm_hashes);
        writer.key("wasm_store_hashes");
        write_store_hashes(&mut writer, &self.wasm_store_hashes);
        Sha3_256::digest(writer.finish()).into()
    }

    /// The hash that a caller would fold.
    #[must_use]
    pub fn small_hash(&self) -> [u8; 32] {
        small_hash(&self.outcome, &self.subvm_hashes, &self.wasm_store_hashes)
    }
}

pub(super) fn write_amounts(writer: &mut Writer, amounts: &[U256]) {
    writer.array(amounts.len());
    amounts.iter().for_each(|amount| writer.u256_le(&amount.to_le_bytes()));
}

pub(super) fn write_deltas(writer: &mut Writer, deltas: &[Delta]) {
    writer.array(deltas.len());
    deltas.iter().for_each(|delta| write_delta(delta, writer));
}

pub(super) fn write_emissions(writer: &mut Writer, emissions: &[Encoded]) {
    writer.array(emissions.len());
    emissions.iter().for_each(|record| writer.raw(record.view()));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::storage::SlotId;
    use selfsame_calldata::Value;

    fn hex(octets: &[u8]) -> String {
        octets.iter().map(|octet| format!("{octet:02x}")).collect()
    }

    fn return_null() -> Execution {
        Execution::before_start(Outcome::Return(Encoded::null()), FeesConsumed::default(), vec![])
    }

    fn change() -> Delta {
        Delta { slot: SlotId::ROOT, first_page: 0, octets: vec![0; 32] }
    }

    const EMPTY: &str = "a7ffc6f8bf1ed76651c14756a061d662f580ff4de43b49fa82d80a4b80f8434a";

    #[test]
    fn the_sample_has_the_execution_hash_of_the_specification() {
        assert_eq!(
            hex(&return_null().execution_hash()),
            "d597fc3fe2ced3fce55e6927ea7e5ca5e600421ceafda3a53ede4a19001ed182"
        );
    }

    #[test]
    fn small_hashes_are_those_of_the_specification() {
        let empty = SubVmHashes::new().finalised();
        assert_eq!(hex(&empty), EMPTY);
        let no = Encoded::from_value(&Value::from("no")).unwrap();
        let rows = [
            (
                Outcome::Return(Encoded::null()),
                "02abf5e49a80eb12b33b103d646d498777130ecee8ac6ff4f0514c1747b1dff8",
            ),
            (Outcome::UserError(no), "3e036bb2125ade165ab41ee8073169bcaebaec4b13be96b8130942b35bf8cce2"),
            (
                Outcome::vm_error("exit_code 7"),
                "a7b43226c3c5857844b5dad9a92f2cb1b1391c5abbb6e64dedd66d1285205d5e",
            ),
        ];
        for (outcome, expected) in rows {
            assert_eq!(hex(&small_hash(&outcome, &empty, &StoreHashes::new())), expected);
        }
        let fatal = Outcome::VmError { code: "exit_code 7".into(), fatal: true };
        assert_eq!(
            small_hash(&fatal, &empty, &StoreHashes::new()),
            small_hash(&fatal.clone().topmost(), &empty, &StoreHashes::new())
        );
    }

    #[test]
    fn a_child_changes_the_accumulator_as_specified() {
        let mut hashes = SubVmHashes::new();
        hashes.fold_child(&return_null().small_hash());
        assert_eq!(
            hex(&hashes.finalised()),
            "325958eedb0b98adac235dbf2096a0720cec49db69a49b467e3fcb32407618bc"
        );
    }

    #[test]
    fn an_accumulator_is_one_stream_of_children_and_loads_in_order() {
        let mut hashes = SubVmHashes::new();
        hashes.fold_load("contract");
        let early = hashes.clone();
        hashes.fold_child(&[7; 32]);
        let mut octets = Sha3_256::digest("contract").to_vec();
        assert_eq!(early.finalised(), <[u8; 32]>::from(Sha3_256::digest(&octets)));
        octets.extend([7; 32]);
        assert_eq!(hashes.finalised(), <[u8; 32]>::from(Sha3_256::digest(&octets)));
        // Looking does not change it, nor does a copy.
        assert_eq!(hashes.finalised(), hashes.finalised());
        assert_ne!(hashes.finalised(), early.finalised());
    }

    #[test]
    fn the_classes_are_those_of_the_fees_in_the_order_of_their_names() {
        let mut names = Class::ALL.map(Class::name);
        names.sort_unstable();
        assert_eq!(names, FeesConsumed::CLASSES);
        assert_eq!(FeesConsumed::from(&Buckets::free()), FeesConsumed::default());
    }

    #[test]
    fn every_part_is_in_the_execution_hash() {
        let base =
            Execution { outcome: Outcome::vm_error("timeout"), backtrace: Some(vec![]), ..return_null() };
        let mut hashes = vec![base.execution_hash(), return_null().execution_hash()];
        let mut add = |change: &dyn Fn(&mut Execution), from: &Execution| {
            let mut execution = from.clone();
            change(&mut execution);
            hashes.push(execution.execution_hash());
        };
        add(&|e| e.outcome = Outcome::vm_error("forbidden"), &base);
        add(&|e| e.outcome = Outcome::UserError(Encoded::from_value(&"timeout".into()).unwrap()), &base);
        add(&|e| e.backtrace = None, &base);
        add(&|e| e.backtrace = Some(vec![Frame { func: 0, module_name: String::new() }]), &base);
        add(&|e| _ = e.wasm_store_hashes.insert("m".into(), vec![]), &base);
        add(&|e| e.data_fees_consumed.event = U256::from(1), &base);
        add(&|e| e.data_fees_consumed.message_fee = U256::from(1), &base);
        add(&|e| e.data_fees_consumed.message_receipt = U256::from(1), &base);
        add(&|e| e.data_fees_consumed.nondet_output = U256::from(1), &base);
        add(&|e| e.data_fees_consumed.storage = U256::from(1), &base);
        add(&|e| e.data_fees_remaining.push(U256::ZERO), &base);
        add(&|e| e.subvm_hashes[0] ^= 1, &base);
        add(&|e| e.emissions.push(Encoded::null()), &return_null());
        add(&|e| e.storage_changes.push(change()), &return_null());
        let count = hashes.len();
        hashes.sort_unstable();
        hashes.dedup();
        assert_eq!(hashes.len(), count);
    }

    #[test]
    fn errors_are_hashed_without_effects_and_fatal_as_plain() {
        let error = Execution { outcome: Outcome::vm_error("timeout"), ..return_null() };
        let mut with = error.clone();
        with.outcome = Outcome::VmError { code: "timeout".into(), fatal: true };
        with.emissions.push(Encoded::null());
        with.storage_changes.push(change());
        assert_eq!(with.execution_hash(), error.execution_hash());
        assert_eq!(with.topmost(), error);
        let mut traced = return_null();
        traced.backtrace = Some(vec![]);
        assert_eq!(traced.execution_hash(), return_null().execution_hash());
        assert_eq!(traced.topmost(), return_null());
    }
}
