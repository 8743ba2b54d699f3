//! Solidity's ABI encoding of `MessageAllocationNode[]`: nested nodes, parents before children. Spec: fees.md 8.

use super::allocation::{Node, NodeParams, On};
use ruint::aliases::U256;

/// The length of a word, octets.
const WORD: usize = 32;
/// Words in front of an element's `feeParams`.
const ELEMENT_HEAD: usize = 7;

/// A parent that is not in the array.
const NO_PARENT: U256 = U256::MAX;

struct Words {
    octets: Vec<u8>,
}

impl Words {
    fn word(&mut self, word: U256) {
        self.octets.extend_from_slice(&word.to_be_bytes::<WORD>());
    }

    fn number(&mut self, number: usize) {
        self.word(U256::from(number));
    }
}

/// The nodes below `roots` and these, each with its parent's place, parents first.
fn flatten(roots: &[Node]) -> Vec<(&Node, Option<usize>)> {
    let mut flat = Vec::new();
    let mut pending: Vec<(&Node, Option<usize>)> = roots.iter().rev().map(|root| (root, None)).collect();
    while let Some((node, parent)) = pending.pop() {
        let index = flat.len();
        flat.push((node, parent));
        pending.extend(node.children.iter().rev().map(|child| (child, Some(index))));
    }
    flat
}

/// Octets of `feeParams`, without its length word: a multiple of 32, so that it needs no padding.
fn params_len(params: &NodeParams) -> usize {
    match params {
        NodeParams::Internal(params) => (10 + params.rotations.len()) * WORD,
        NodeParams::External(_) => 2 * WORD,
    }
}

/// The encoding of the nodes and all below them.
#[must_use]
pub fn encode(roots: &[Node]) -> Vec<u8> {
    let flat = flatten(roots);
    let mut out = Words { octets: Vec::new() };
    out.number(0x20);
    out.number(flat.len());
    // Offsets count from the first of them.
    let mut offset = flat.len() * WORD;
    for (node, _) in &flat {
        out.number(offset);
        offset += (ELEMENT_HEAD + 1) * WORD + params_len(&node.params);
    }
    for (node, parent) in &flat {
        element(&mut out, node, *parent);
    }
    out.octets
}

fn element(out: &mut Words, node: &Node, parent: Option<usize>) {
    let internal = matches!(node.params, NodeParams::Internal(_));
    out.number(usize::from(internal));
    out.number(usize::from(internal && node.on == On::Accepted));
    out.word(parent.map_or(NO_PARENT, U256::from));
    let mut recipient = [0; WORD];
    if let Some(address) = node.recipient {
        recipient[12..].copy_from_slice(&address.0);
    }
    out.word(U256::from_be_bytes(recipient));
    out.word(U256::from_be_bytes(node.call_key.unwrap_or_default()));
    out.word(node.budget);
    out.number(ELEMENT_HEAD * WORD);
    out.number(params_len(&node.params));
    match &node.params {
        NodeParams::External(params) => {
            out.word(params.gas_limit);
            out.word(params.max_gas_price);
        }
        NodeParams::Internal(params) => {
            out.number(0x20);
            out.word(params.leader_timeunits_allocation);
            out.word(params.validator_timeunits_allocation);
            // Appeal rounds: all but the first.
            out.number(params.rotations.len().saturating_sub(1));
            out.word(params.execution_budget_per_round);
            out.number(0x100);
            out.word(params.max_price_gen_per_time_unit);
            out.word(params.storage_fee_max_gas_price);
            out.word(params.receipt_fee_max_gas_price);
            out.number(params.rotations.len());
            for rotations in &params.rotations {
                out.word(*rotations);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::allocation::tests::{external, internal};
    use super::*;
    use selfsame_calldata::Address;

    /// Words in hexadecimal, without their leading zeros; `-1` is 2^256-1.
    fn words(text: &str) -> Vec<u8> {
        let mut octets = Vec::new();
        for word in text.split_whitespace() {
            let number = if word == "-1" { U256::MAX } else { U256::from_str_radix(word, 16).unwrap() };
            octets.extend_from_slice(&number.to_be_bytes::<32>());
        }
        octets
    }

    const NODE_PARAMS: &str = "20 1 2 1 3 100 5 6 7 2 4 28";

    #[test]
    fn no_nodes_are_two_words() {
        assert_eq!(encode(&[]), words("20 0"));
        assert_eq!(encode(&[]).len(), 64);
    }

    #[test]
    fn one_internal_root() {
        let node = Node { on: On::Accepted, recipient: Some(Address([0xab; 20])), ..internal(0x1234) };
        let expected =
            format!("20 1 20  1 1 -1 abababababababababababababababababababab 0 1234 e0  180 {NODE_PARAMS}");
        assert_eq!(encode(&[node]), words(&expected));
        // The head of 3 words, 7 of the element, the length and 12 words of parameters.
        assert_eq!(words(&expected).len(), 23 * 32);
    }

    #[test]
    fn one_external_root_never_waits_for_acceptance() {
        let mut key = [0; 32];
        key[..4].copy_from_slice(&[0xa9, 0x05, 0x9c, 0xbb]);
        let node = Node { on: On::Accepted, call_key: Some(key), ..external(9, 21_000, 7) };
        let key = format!("a9059cbb{}", "0".repeat(56));
        assert_eq!(encode(&[node]), words(&format!("20 1 20  0 0 -1 0 {key} 9 e0  40 5208 7")));
    }

    #[test]
    fn parents_stand_before_their_children() {
        // a(b(c), d), e: in order a b c d e, with parents -, 0, 1, 0, -.
        let c = external(3, 1, 1);
        let b = Node { children: vec![c], ..external(2, 1, 1) };
        let a = Node { children: vec![b, external(4, 1, 1)], ..internal(1) };
        let e = external(5, 1, 1);
        // Elements: a has 20 words (0x280 octets), the others 10 (0x140); the first begins after 5 offsets.
        let expected = format!(
            "20 5  a0 320 460 5a0 6e0
             1 0 -1 0 0 1 e0  180 {NODE_PARAMS}
             0 0 0 0 0 2 e0  40 1 1
             0 0 1 0 0 3 e0  40 1 1
             0 0 0 0 0 4 e0  40 1 1
             0 0 -1 0 0 5 e0  40 1 1"
        );
        assert_eq!(encode(&[a, e]), words(&expected));
    }

    #[test]
    fn one_round_has_no_appeals() {
        let mut node = internal(0);
        if let NodeParams::Internal(params) = &mut node.params {
            params.rotations.truncate(1);
        }
        assert_eq!(encode(&[node]), words("20 1 20  1 0 -1 0 0 0 e0  160 20 1 2 0 3 100 5 6 7 1 4"));
    }
}
