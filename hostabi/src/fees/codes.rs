//! The codes of VM errors that fees end a sub-VM with. Spec: fees.md 3 and 6, vm.md 10.

/// The storage bucket does not cover a page.
pub const STORAGE: &str = "out_of storage";
/// The receipt bucket does not cover a message.
pub const RECEIPT_MESSAGE: &str = "out_of receipt message";
/// The receipt bucket does not cover the result of a non-deterministic block.
pub const RECEIPT_NONDET_OUTPUT: &str = "out_of receipt nondet_output";
/// The receipt bucket does not cover an event.
pub const RECEIPT_EVENT: &str = "out_of receipt event";
/// The message-fee bucket does not cover a message.
pub const MESSAGE_FEE_TOTAL: &str = "out_of message_fee total";
/// What is left of the matching node's budget does not cover a message.
pub const MESSAGE_FEE_NODE: &str = "out_of message_fee node";
/// No allocation node matches a message.
pub const NO_MATCHING_NODE: &str = "fee no_matching_node";
/// A time-unit allocation or an execution budget is below the node's floor.
pub const BELOW_MINIMUM: &str = "fee below_minimum";
/// More rounds are asked for than the node knows validators for.
pub const TOO_MANY_ROUNDS: &str = "fee too_many_rounds";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::result::VmErrorCode;

    #[test]
    fn every_code_is_in_the_list_of_vm_errors() {
        let codes = [
            STORAGE,
            RECEIPT_MESSAGE,
            RECEIPT_NONDET_OUTPUT,
            RECEIPT_EVENT,
            MESSAGE_FEE_TOTAL,
            MESSAGE_FEE_NODE,
            NO_MATCHING_NODE,
            BELOW_MINIMUM,
            TOO_MANY_ROUNDS,
        ];
        for code in codes {
            assert!(VmErrorCode::PLAIN.contains(&code), "{code}");
        }
    }
}
