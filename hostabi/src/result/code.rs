//! The codes of VM errors. Spec: vm.md 9, 10.

use std::borrow::Cow;
use std::fmt;

/// Separates the public part of a code from a detail.
pub const DETAIL: &str = " # ";

/// What starts every code that blames the leader's proposal, without the space that follows.
pub const LEADER_FAULT: &str = "leader_fault nondet_output";

/// A code of the list, parameters in canonical spelling, without a detail.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VmErrorCode(Cow<'static, str>);

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $text:literal;)*) => {
        impl VmErrorCode {
            $($(#[$doc])* pub const $name: VmErrorCode = VmErrorCode(Cow::Borrowed($text));)*

            /// Every code without a parameter, in the order of the specification.
            pub const PLAIN: &'static [&'static str] = &[$($text),*];
        }
    };
}

codes! {
    /// A module has used up the time it was given. The one fatal code.
    TIMEOUT = "timeout";
    /// The entry payload breaks the call convention.
    MALFORMED_ENTRY = "malformed_entry";
    /// The node forbids it.
    FORBIDDEN = "forbidden";
    /// An EVM contract reverted.
    EVM_REVERTED = "evm reverted";
    /// No result was proposed for a block.
    LEADER_ABSENT = "leader_fault nondet_output absent";
    /// A proposed result is none.
    LEADER_MALFORMED = "leader_fault nondet_output malformed";
    /// A trap without a name of its own.
    TRAP = "wasm_trap";
    /// The `unreachable` instruction.
    TRAP_UNREACHABLE = "wasm_trap unreachable";
    /// Call depth or value slots.
    TRAP_STACK_OVERFLOW = "wasm_trap stack_overflow";
    /// Memory access or bulk memory operation.
    TRAP_MEMORY = "wasm_trap memory_out_of_bounds";
    /// Table access, bulk table operation, index of an indirect call.
    TRAP_TABLE = "wasm_trap table_out_of_bounds";
    /// Indirect call of a null element.
    TRAP_CALL_TO_NULL = "wasm_trap indirect_call_to_null";
    /// Indirect call of a function of another type.
    TRAP_BAD_SIGNATURE = "wasm_trap bad_signature";
    /// The smallest integer divided by -1; truncation out of range.
    TRAP_INTEGER_OVERFLOW = "wasm_trap integer_overflow";
    /// Integer division by zero.
    TRAP_DIVIDE_BY_ZERO = "wasm_trap integer_divide_by_zero";
    /// Truncation of a NaN.
    TRAP_BAD_CONVERSION = "wasm_trap bad_conversion_to_integer";
    /// Never raised here: there are no atomic instructions.
    TRAP_MISALIGNED = "wasm_trap heap_misaligned";
    /// Never raised here: there are no atomic instructions.
    TRAP_ATOMIC_WAIT = "wasm_trap atomic_wait_non_shared_memory";
    /// The `time` gas is used up.
    TRAP_OUT_OF_FUEL = "wasm_trap out_of_fuel";
    /// Stopped from outside.
    TRAP_INTERRUPT = "wasm_trap interrupt";
    /// A float instruction where the configuration bans them.
    TRAP_NONDET_INSTRUCTION = "wasm_trap nondet_instruction";
    /// A bad guest pointer in a host call.
    TRAP_FAULT = "wasm_trap fault";
    /// The RAM budget.
    OUT_OF_MEMORY = "out_of memory";
    /// The RAM budget, by the initial size of a linear memory.
    OUT_OF_WASM_MEMORY = "out_of memory wasm_memory";
    /// The RAM budget, by the initial size of a table.
    OUT_OF_WASM_TABLE = "out_of memory wasm_table";
    /// The storage budget.
    OUT_OF_STORAGE = "out_of storage";
    /// The receipt budget, by a block's result.
    OUT_OF_NONDET_OUTPUT = "out_of receipt nondet_output";
    /// The receipt budget, by a message.
    OUT_OF_RECEIPT_MESSAGE = "out_of receipt message";
    /// The receipt budget, by an event.
    OUT_OF_RECEIPT_EVENT = "out_of receipt event";
    /// The budget for the fees of messages.
    OUT_OF_MESSAGE_FEE_TOTAL = "out_of message_fee total";
    /// The budget of one node of the allocation tree.
    OUT_OF_MESSAGE_FEE_NODE = "out_of message_fee node";
    /// 512 sub-VMs inside one another.
    OUT_OF_VM_RECURSION = "out_of vm_recursion";
    /// 4,096 non-deterministic blocks.
    OUT_OF_NONDET_BLOCKS = "out_of nondet_blocks";
    /// More than 256 locked slots.
    OUT_OF_LOCKED_SLOTS = "out_of locked_slots";
    /// More than 32 upgraders.
    OUT_OF_UPGRADERS = "out_of upgraders";
    /// 1,024 open descriptors.
    OUT_OF_FDS = "out_of fds";
    /// No node of the allocation tree matches the message.
    FEE_NO_MATCHING_NODE = "fee no_matching_node";
    /// A fee below the least one.
    FEE_BELOW_MINIMUM = "fee below_minimum";
    /// More rounds than allowed.
    FEE_TOO_MANY_ROUNDS = "fee too_many_rounds";
    /// A fault of the contract without a name of its own.
    INVALID_CONTRACT = "invalid_contract";
    /// There is no code.
    RUNNER_ABSENT = "invalid_contract runner absent";
    /// The code is no runner.
    RUNNER_MALFORMED = "invalid_contract runner malformed";
    /// The code is a text that is not UTF-8.
    NOT_UTF8_TEXT = "invalid_contract not_utf8_text";
    /// The code was built for another ABI.
    MAJOR_MISMATCH = "invalid_contract major_mismatch";
    /// A module does not validate.
    WASM_VALIDATING = "invalid_contract wasm validating";
    /// Imports of a module are missing or do not match.
    WASM_LINKING = "invalid_contract wasm linking";
    /// A module has nothing to start.
    WASM_ENTRYPOINT = "invalid_contract wasm entrypoint";
}

impl VmErrorCode {
    /// `text`, if it is a code.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        is_valid_code(text).then(|| VmErrorCode(Cow::Owned(text.into())))
    }

    /// What a program that ends with `proc_exit(code)` gets, other than by 0.
    #[must_use]
    pub fn exit_code(code: i32) -> Self {
        VmErrorCode(Cow::Owned(format!("exit_code {code}")))
    }

    /// For a proposal that is such a code itself; `mark` is one word.
    pub(crate) fn uses_this_error(mark: &str) -> Self {
        VmErrorCode(Cow::Owned(format!("{LEADER_FAULT} uses_this_error {mark}")))
    }

    /// For more proposals than blocks; `mark` is one word.
    pub(crate) fn extra(mark: &str) -> Self {
        VmErrorCode(Cow::Owned(format!("{LEADER_FAULT} extra {mark}")))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for VmErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<VmErrorCode> for String {
    fn from(code: VmErrorCode) -> String {
        code.0.into_owned()
    }
}

/// Whether `text` is exactly one code of the list, without a detail, its parameter in canonical spelling.
#[must_use]
pub fn is_valid_code(text: &str) -> bool {
    if let Some(number) = text.strip_prefix("exit_code ") {
        return number.parse::<i32>().is_ok_and(|parsed| parsed.to_string() == number);
    }
    let fault = text.strip_prefix(LEADER_FAULT).and_then(|rest| rest.strip_prefix(' '));
    let mark = fault.and_then(|rest| rest.strip_prefix("uses_this_error ").or(rest.strip_prefix("extra ")));
    match mark {
        Some(mark) => is_word(mark),
        None => VmErrorCode::PLAIN.contains(&text),
    }
}

/// A word of the grammar: at least one of `a-z`, `0-9` and `_`.
fn is_word(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|octet| matches!(octet, b'a'..=b'z' | b'0'..=b'9' | b'_'))
}

/// The part that consumers compare: all of `code` up to the first detail.
#[must_use]
pub fn public_part(code: &str) -> &str {
    code.split_once(DETAIL).map_or(code, |(public, _)| public)
}

/// Whether the public part of `code` is `public`, or `public` and more words.
#[must_use]
pub fn matches(code: &str, public: &str) -> bool {
    public_part(code).strip_prefix(public).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
}

#[cfg(test)]
mod tests {
    use super::*;
    use selfsame_interp::Trap;

    #[test]
    fn the_list_has_its_47_plain_codes_and_each_is_one() {
        assert_eq!(VmErrorCode::PLAIN.len(), 47);
        for text in VmErrorCode::PLAIN {
            assert!(is_valid_code(text), "{text}");
            assert!(text.split(' ').all(is_word), "{text}");
            assert_eq!(VmErrorCode::parse(text).unwrap().as_str(), *text);
        }
    }

    #[test]
    fn parameters_are_canonical() {
        for text in [
            "exit_code 7",
            "exit_code 0",
            "exit_code -1",
            "exit_code 2147483647",
            "exit_code -2147483648",
            "leader_fault nondet_output uses_this_error ewzmdx",
            "leader_fault nondet_output uses_this_error fix_point",
            "leader_fault nondet_output extra erntd8",
        ] {
            assert!(is_valid_code(text), "{text}");
        }
        for text in [
            "exit_code",
            "exit_code ",
            "exit_code +7",
            "exit_code 007",
            "exit_code -0",
            "exit_code  7",
            "exit_code 7 ",
            "exit_code 2147483648",
            "exit_code -2147483649",
            "exit_code 7 7",
            "leader_fault nondet_output extra",
            "leader_fault nondet_output extra ",
            "leader_fault nondet_output extra a b",
            "leader_fault nondet_output extra A",
            "leader_fault nondet_output uses_this_error",
        ] {
            assert!(!is_valid_code(text), "{text}");
        }
        for number in [i32::MIN, -1, 0, 1, i32::MAX] {
            assert!(is_valid_code(VmErrorCode::exit_code(number).as_str()));
        }
    }

    #[test]
    fn prefixes_and_others_are_no_codes() {
        for text in [
            "",
            "out_of",
            "fee",
            "evm",
            "leader_fault",
            "leader_fault nondet_output",
            "invalid_contract wasm",
            "invalid_contract runner",
            "out_of receipt",
            "out_of message_fee",
            "wasm_trap foo",
            "timeout # x",
            "timeout ",
            " timeout",
            "Timeout",
            "OOM",
            "validator_disagrees",
            "version_too_big",
            "invalid_contract absent_runner_comment",
        ] {
            assert!(!is_valid_code(text), "{text}");
        }
    }

    #[test]
    fn the_engine_raises_codes_of_the_list_only() {
        for trap in Trap::ALL {
            assert!(is_valid_code(trap.code()), "{}", trap.code());
        }
        for out in [crate::OutOf::Fds, crate::OutOf::Memory] {
            assert!(is_valid_code(out.code()));
        }
        assert!(is_valid_code(crate::NoEntryPoint::CODE));
    }

    #[test]
    fn consumers_compare_whole_words_of_the_public_part() {
        assert_eq!(public_part("timeout # internal # x"), "timeout");
        assert_eq!(public_part("timeout #x"), "timeout #x");
        assert!(matches("out_of memory wasm_memory # x", "out_of memory"));
        assert!(matches("out_of memory", "out_of memory"));
        assert!(matches("out_of memory", "out_of"));
        assert!(!matches("out_of memory", "out_of mem"));
        assert!(!matches("out_of", "out_of memory"));
    }
}
