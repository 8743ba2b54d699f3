//! The example session of docs/host-protocol.md, octet for octet.

use crate::hostile::served_within;
use selfsame_hostabi::services::NoServices;
use selfsame_hostabi::vm::{Node, NodeConfig};
use std::sync::Arc;

/// What the two say, in the order of the page: who, and the octets.
fn example() -> Vec<(String, Vec<u8>)> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/host-protocol.md");
    let page = std::fs::read_to_string(path).unwrap();
    let (_, example) = page.split_once("## Example").unwrap();
    let block = example.split("```").nth(1).unwrap();
    let mut said: Vec<(String, Vec<u8>)> = Vec::new();
    for line in block.lines().skip(1) {
        let code = line.split('#').next().unwrap_or_default();
        let mut words = code.split_whitespace().peekable();
        if let Some(who) = words.next_if(|word| matches!(*word, "node" | "executor")) {
            said.push((who.into(), Vec::new()));
        }
        let digits: String = words.collect();
        let octets =
            (0..digits.len()).step_by(2).map(|at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap());
        if !digits.is_empty() {
            said.last_mut().unwrap().1.extend(octets);
        }
    }
    said
}

#[test]
fn the_example_of_the_page_is_what_is_sent() {
    let said = example();
    let of = |who: &str| {
        said.iter().filter(|(by, _)| by == who).flat_map(|(_, octets)| octets.clone()).collect::<Vec<u8>>()
    };
    let node = Node::new(&NodeConfig::default(), Arc::new(NoServices));
    let (ended, got) = served_within(&node, of("node"), usize::MAX);
    let hex: String = got.iter().map(|octet| format!("{octet:02x}")).collect();
    assert_eq!(got, of("executor"), "{hex}");
    assert!(ended.is_ok() && said.len() > 4, "{ended:?}");
}
