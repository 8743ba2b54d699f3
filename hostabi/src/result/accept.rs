//! What becomes of the results that a leader proposes. Spec: vm.md 7.

use super::code::{DETAIL, LEADER_FAULT, VmErrorCode, is_valid_code, public_part};
use super::outcome::{Encoded, Outcome, kind};
use selfsame_calldata::{Kind, check, gvm32};
use sha3::{Digest, Sha3_256};
use std::sync::Arc;

/// A block's result as the deterministic run goes on with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// `[kind][data]`: what the caller reads, what the fee is for and what the comparison gets.
    pub buffer: Arc<[u8]>,
    /// Whether it stands in for a proposal that was refused.
    pub replaced: bool,
}

impl Accepted {
    /// The outcome that the buffer stands for.
    ///
    /// # Panics
    /// Never: [`accept`] lets nothing else through.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        Outcome::parse(&self.buffer).expect("an accepted buffer is an outcome")
    }
}

/// Judges what the leader proposes for a block, or that it proposes nothing. Total: every input gives a result.
/// What is accepted is kept octet for octet. Spec: vm.md 7.3.
#[must_use]
pub fn accept(proposal: Option<&[u8]>) -> Accepted {
    match refusal(proposal.unwrap_or_default()) {
        None => Accepted { buffer: proposal.unwrap_or_default().into(), replaced: false },
        Some(code) => Accepted { buffer: Outcome::from(code).buffer().into(), replaced: true },
    }
}

/// The code that replaces a proposal, by the first rule that it fails.
fn refusal(proposal: &[u8]) -> Option<VmErrorCode> {
    let malformed = Some(VmErrorCode::LEADER_MALFORMED);
    let Some((kind, data)) = proposal.split_first() else {
        return Some(VmErrorCode::LEADER_ABSENT);
    };
    match *kind {
        kind::RETURN | kind::USER_ERROR => malformed.filter(|_| check(data).is_err()),
        kind::VM_ERROR => {
            let Ok(text) = std::str::from_utf8(data) else { return malformed };
            if text.contains(DETAIL) {
                return malformed;
            }
            if super::code::matches(text, LEADER_FAULT) {
                return Some(uses_this_error(text, &mark(data)));
            }
            // The code of a refused entry is never a block's: a block has no call convention.
            malformed.filter(|_| !is_valid_code(text) || text == VmErrorCode::MALFORMED_ENTRY.as_str())
        }
        _ => malformed,
    }
}

/// The code for a proposal that blames itself. The replacement always differs from the proposal.
fn uses_this_error(text: &str, mark: &str) -> VmErrorCode {
    let code = VmErrorCode::uses_this_error(mark);
    if code.as_str() == text { VmErrorCode::uses_this_error("fix_point") } else { code }
}

/// The first 30 bits of the SHA3-256, as six symbols.
fn mark(octets: &[u8]) -> String {
    let mut text = gvm32::encode(&Sha3_256::digest(octets));
    text.truncate(6);
    text
}

/// What becomes of a run's result if more results were proposed than it had blocks; `None` if not. The effects
/// are dropped and no disagreement is reported. Spec: vm.md 7.4.
#[must_use]
pub fn surplus(proposed: usize, blocks: usize, result: &Outcome) -> Option<Outcome> {
    (proposed > blocks).then(|| VmErrorCode::extra(&mark(&result.buffer())).into())
}

/// The buffer that a leader publishes for a block: without the detail of a VM error. `None` for a fatal one, which
/// ends the caller instead. Spec: vm.md 7.1.
#[must_use]
pub fn published(result: &Outcome) -> Option<Vec<u8>> {
    match result {
        Outcome::VmError { fatal: true, .. } => None,
        Outcome::VmError { code, .. } => Some(Outcome::vm_error(public_part(code)).buffer()),
        other => Some(other.buffer()),
    }
}

/// Whether a comparison votes for the leader: it returns true, and nothing else. Spec: vm.md 7.2.
#[must_use]
pub fn agrees(comparison: &Outcome) -> bool {
    let Outcome::Return(value) = comparison else { return false };
    is_true(value)
}

fn is_true(value: &Encoded) -> bool {
    // All of `true` is one octet: nothing longer is looked through.
    value.octets().len() == 1 && matches!(value.view().kind(), Kind::Bool(true))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use selfsame_calldata::Value;

    fn vm_error(text: &str) -> Vec<u8> {
        let mut buffer = vec![2];
        buffer.extend(text.bytes());
        buffer
    }

    fn encoded(value: impl Into<Value>) -> Encoded {
        Encoded::from_value(&value.into()).unwrap()
    }

    #[track_caller]
    fn is_replaced(proposal: Option<&[u8]>, by: &str) {
        let expected = Accepted { buffer: vm_error(by).into(), replaced: true };
        assert_eq!(accept(proposal), expected, "{proposal:?}");
        assert_eq!(expected.outcome(), Outcome::vm_error(by));
    }

    #[track_caller]
    fn is_kept(proposal: &[u8]) {
        assert_eq!(
            accept(Some(proposal)),
            Accepted { buffer: proposal.into(), replaced: false },
            "{proposal:?}"
        );
    }

    const ABSENT: &str = "leader_fault nondet_output absent";
    const MALFORMED: &str = "leader_fault nondet_output malformed";

    #[test]
    fn rule_1_nothing_is_absent() {
        is_replaced(None, ABSENT);
        is_replaced(Some(b""), ABSENT);
    }

    #[test]
    fn rule_2_other_kinds_are_malformed() {
        for kind in 3..=255 {
            is_replaced(Some(&[kind]), MALFORMED);
            is_replaced(Some(&[kind, 0]), MALFORMED);
        }
        is_replaced(Some(b"\x04timeout"), MALFORMED);
    }

    #[test]
    fn rule_3_a_value_is_one_complete_value() {
        for kind in [0, 1] {
            let with = |data: &[u8]| [&[kind], data].concat();
            let nested = |depth: usize| [vec![kind], vec![0x0d; depth], vec![0]].concat();
            is_kept(&with(&[0]));
            is_kept(&nested(128));
            is_replaced(Some(&nested(129)), MALFORMED);
            is_replaced(Some(&with(&[])), MALFORMED);
            is_replaced(Some(&with(&[0, 0])), MALFORMED);
            is_replaced(Some(&with(&[0x80, 0])), MALFORMED);
            is_replaced(Some(&with(&[0x0f])), MALFORMED);
        }
    }

    #[test]
    fn rules_4_and_5_a_code_is_utf8_without_a_detail() {
        is_replaced(Some(b"\x02\xff"), MALFORMED);
        is_replaced(Some(b"\x02timeout\xc3"), MALFORMED);
        is_replaced(Some(&vm_error("timeout # x")), MALFORMED);
        // Rule 5 comes before rule 6.
        is_replaced(Some(&vm_error("leader_fault nondet_output absent # x")), MALFORMED);
    }

    #[test]
    fn rule_6_a_proposal_cannot_blame_itself() {
        for (text, mark) in [
            ("leader_fault nondet_output malformed", "ewzmdx"),
            ("leader_fault nondet_output", "wt1gmh"),
            ("leader_fault nondet_output absent", "x3fa7v"),
        ] {
            let by = format!("leader_fault nondet_output uses_this_error {mark}");
            is_replaced(Some(&vm_error(text)), &by);
        }
        // Not of the list, yet it starts with the words.
        let mark = mark(b"leader_fault nondet_output No Code");
        let by = format!("leader_fault nondet_output uses_this_error {mark}");
        is_replaced(Some(&vm_error("leader_fault nondet_output No Code")), &by);
        // Words are whole.
        is_replaced(Some(&vm_error("leader_fault nondet_outputs")), MALFORMED);
        is_replaced(Some(&vm_error("leader_fault")), MALFORMED);
    }

    #[test]
    fn rule_6_never_replaces_a_proposal_by_itself() {
        // Such a text would have to contain the start of its own hash.
        let text = "leader_fault nondet_output uses_this_error abc123";
        let fixed = uses_this_error(text, "abc123");
        assert_eq!(fixed.as_str(), "leader_fault nondet_output uses_this_error fix_point");
        assert_eq!(
            uses_this_error(text, "abc124").as_str(),
            "leader_fault nondet_output uses_this_error abc124"
        );
        // The mark of the fixed point is no hash: it is replaced like any other.
        let again = accept(Some(&vm_error(fixed.as_str())));
        assert!(again.replaced && again.buffer[..] != vm_error(fixed.as_str())[..]);
    }

    #[test]
    fn rule_7_a_code_is_of_the_list() {
        for text in ["exit_code 7", "timeout", "out_of memory wasm_memory"] {
            is_kept(&vm_error(text));
        }
        for text in [
            "exit_code +7",
            "exit_code 007",
            "exit_code 2147483648",
            "out_of",
            "wasm_trap foo",
            "timeout # x",
            "",
            "malformed_entry",
        ] {
            is_replaced(Some(&vm_error(text)), MALFORMED);
        }
        for text in VmErrorCode::PLAIN {
            let kept = !text.starts_with(LEADER_FAULT) && *text != "malformed_entry";
            assert_eq!(accept(Some(&vm_error(text))).replaced, !kept, "{text}");
        }
    }

    #[test]
    fn surplus_results_are_an_error_that_names_the_result() {
        for (result, mark) in [
            (Outcome::Return(Encoded::null()), "erntd8"),
            (Outcome::Return(encoded(5)), "fr02qq"),
            (Outcome::vm_error("exit_code 1"), "33x5w3"),
            (Outcome::UserError(encoded("no")), "g6e002"),
        ] {
            let expected = Outcome::vm_error(format!("leader_fault nondet_output extra {mark}"));
            assert_eq!(surplus(1, 0, &result), Some(expected));
            assert_eq!(surplus(4, 4, &result), None);
            assert_eq!(surplus(0, 1, &result), None);
        }
        // A fatal error is a plain one at the top.
        let plain = surplus(1, 0, &Outcome::vm_error("timeout"));
        assert_eq!(surplus(1, 0, &VmErrorCode::TIMEOUT.into()), plain);
    }

    #[test]
    fn a_leader_publishes_no_details_and_no_fatal_errors() {
        let detailed = Outcome::vm_error("forbidden # internal # x");
        assert_eq!(published(&detailed), Some(vm_error("forbidden")));
        assert_eq!(published(&Outcome::from(VmErrorCode::TIMEOUT)), None);
        assert_eq!(published(&Outcome::Return(encoded(5))), Some(b"\0\x29".to_vec()));
        assert_eq!(published(&Outcome::UserError(encoded("no"))), Some(b"\x01\x14no".to_vec()));
    }

    #[test]
    fn only_true_agrees() {
        assert!(agrees(&Outcome::Return(encoded(true))));
        for other in [
            Outcome::Return(encoded(false)),
            Outcome::Return(encoded(1)),
            Outcome::Return(Encoded::null()),
            Outcome::Return(encoded(vec![Value::from(true)])),
            Outcome::UserError(encoded(true)),
            Outcome::vm_error("timeout"),
        ] {
            assert!(!agrees(&other), "{other:?}");
        }
    }

    fn proposals() -> impl Strategy<Value = Vec<u8>> {
        let texts = prop_oneof![
            prop::sample::select(VmErrorCode::PLAIN).prop_map(String::from),
            any::<i32>().prop_map(|code| format!("exit_code {code}")),
            "leader_fault nondet_output[ a-z_0-9]{0,12}",
            "[a-z_ #]{0,12}",
        ];
        prop_oneof![
            prop::collection::vec(any::<u8>(), 0..12),
            (0..3_u8, prop::collection::vec(any::<u8>(), 0..6))
                .prop_map(|(kind, data)| [vec![kind], data].concat()),
            texts.prop_map(|text| vm_error(&text)),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, cases: 2000, ..Default::default() })]
        #[test]
        fn acceptance_is_total_and_keeps_what_it_accepts(proposal in proposals()) {
            let first = accept(Some(&proposal));
            prop_assert_eq!(first.replaced, first.buffer[..] != proposal[..]);
            // Whatever goes on is an outcome that reads back as the same octets.
            prop_assert_eq!(first.outcome().buffer(), &first.buffer[..]);
            let second = accept(Some(&first.buffer));
            if first.replaced {
                // No leader can propose what a refusal looks like.
                prop_assert!(second.replaced);
                let start = [&[2], LEADER_FAULT.as_bytes(), b" uses_this_error "].concat();
                prop_assert!(second.buffer.starts_with(&start));
            } else {
                prop_assert_eq!(second, first);
            }
        }

        #[test]
        fn what_an_honest_leader_publishes_is_accepted(code in any::<i32>(), octets in prop::collection::vec(any::<u8>(), 0..20)) {
            for outcome in [
                Outcome::Return(encoded(octets.clone())),
                Outcome::UserError(encoded(octets)),
                Outcome::from(VmErrorCode::exit_code(code)),
            ] {
                let buffer = published(&outcome).unwrap();
                prop_assert!(!accept(Some(&buffer)).replaced);
            }
        }
    }
}
