use super::*;
use crate::storage::root;
use proptest::prelude::*;

const SLOT: &str = "q805cc3mbb7k055ay5hek4sg80r2s85yyftpzrpq7g50hy1cc45g";
const CHAIN: &str = "chain:0x5B38Da6a701c568545dCfcB03FcB875f56beddC4";
const ABC: &str = "custom:7ac5v9tfw8jv412w2wppqmwgqp2ny23e7ten4pt6qzh4a4a32ms0";

fn canonical(text: &str) -> String {
    RunnerId::parse(text).unwrap().canonical().unwrap().to_string()
}

#[track_caller]
fn malformed(text: &str) {
    let error = RunnerId::parse(text).expect_err(text);
    assert_eq!(error.code(), "invalid_contract runner malformed");
}

fn chain_ref(text: &str) -> ChainRef {
    match RunnerId::parse(text) {
        Ok(RunnerId::Chain(chain)) => chain,
        other => panic!("{text}: {other:?}"),
    }
}

#[test]
fn the_examples_of_the_specification_are_canonical() {
    let full = format!("{CHAIN}:a:{SLOT}");
    assert_eq!(canonical(&full), full);
    assert_eq!(chain_ref(CHAIN).with_slot(root::code()).to_string(), full);
    assert_eq!(custom_id(b"abc").to_string(), ABC);
    assert_eq!(canonical(ABC), ABC);
}

#[test]
fn contract_is_only_the_word() {
    assert_eq!(RunnerId::parse("contract"), Ok(RunnerId::Contract));
    assert_eq!(RunnerId::Contract.canonical(), None);
    for text in ["", ":", "Contract", "contract ", "contract:", "<contract>"] {
        malformed(text);
    }
    malformed(&format!("contract:{SLOT}"));
}

#[test]
fn a_chain_runner_may_leave_out_view_and_slot() {
    let address = chain_ref(CHAIN).address;
    let accepted = ChainRef { address, view: View::Accepted, slot: None };
    assert_eq!(chain_ref(CHAIN), accepted);
    assert_eq!(chain_ref(&format!("{CHAIN}:a")), accepted);
    assert_eq!(chain_ref(&format!("{CHAIN}:f")), ChainRef { view: View::Final, ..accepted });
    assert_eq!(RunnerId::parse(CHAIN).unwrap().canonical(), None);
    assert_eq!(canonical(&format!("{CHAIN}:f:{SLOT}")), format!("{CHAIN}:f:{SLOT}"));
}

#[test]
fn what_is_no_chain_runner_is_malformed() {
    for rest in [":", ":A", ":i", ":d", ":a:", ":a:0", ":af"] {
        malformed(&format!("{CHAIN}{rest}"));
    }
    malformed(&format!("{CHAIN}:{SLOT}"));
    malformed(&format!("{CHAIN}::{SLOT}"));
    malformed(&format!("{CHAIN}:i:{SLOT}"));
    malformed(&format!("{CHAIN}:a:{SLOT}:"));
    malformed("chain:");
    malformed("chain:0x");
    malformed("chain:5B38Da6a701c568545dCfcB03FcB875f56beddC4");
    malformed("chain:0X5B38Da6a701c568545dCfcB03FcB875f56beddC4");
    malformed("chain:0x5B38Da6a701c568545dCfcB03FcB875f56beddC");
    malformed("chain:0x5B38Da6a701c568545dCfcB03FcB875f56beddC40");
    malformed("chain:0x5B38Da6a701c568545dCfcB03FcB875f56beddCg");
    // 40 octets, of which two make one character.
    malformed("chain:0x5B38Da6a701c568545dCfcB03FcB875f56beddü");
}

#[test]
fn an_address_is_of_one_case_or_has_a_valid_checksum() {
    let address = chain_ref(CHAIN).address;
    for digits in ["5b38da6a701c568545dcfcb03fcb875f56beddc4", "5B38DA6A701C568545DCFCB03FCB875F56BEDDC4"] {
        assert_eq!(chain_ref(&format!("chain:0x{digits}")).address, address);
    }
    malformed("chain:0x5b38Da6a701c568545dCfcB03FcB875f56beddC4");
    malformed("chain:0x5B38Da6a701c568545dCfcB03FcB875f56beddc4");
    // The samples of EIP-55.
    for text in [
        "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
        "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
        "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
        "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
        "0x52908400098527886E0F7030069857D2E4169EE7",
        "0xde709f2102306220921060314715629080e2fb77",
    ] {
        assert_eq!(checksummed(&chain_ref(&format!("chain:{text}")).address), text);
    }
}

#[test]
fn hashes_are_read_leniently_and_written_strictly() {
    let lenient = ABC[7..].to_uppercase().replace('1', "I").replace('0', "o-");
    assert_eq!(canonical(&format!("custom:{lenient}")), ABC);
    assert_eq!(canonical(&format!("Some_name-1:-{lenient}-")), format!("Some_name-1:{}", &ABC[7..]));
    malformed(&ABC[..ABC.len() - 1]);
    malformed(&format!("{ABC}0"));
    malformed(&format!("{ABC}:"));
    malformed(&ABC.replace('a', "u"));
    // The last symbol has one bit; the four behind it are zero.
    malformed(&format!("custom:{}1", "0".repeat(51)));
}

#[test]
fn a_packaged_name_is_letters_digits_underscore_and_hyphen() {
    let hash = &ABC[7..];
    for name in ["a", "-", "_", "0", "A-Z_09", "Chain", "contract1", "custom-"] {
        assert_eq!(canonical(&format!("{name}:{hash}")), format!("{name}:{hash}"));
    }
    for name in ["", "a b", "a.b", "ü", "a/b", "<contract>", "a\0"] {
        malformed(&format!("{name}:{hash}"));
    }
    malformed("name");
}

#[test]
fn the_hashes_of_the_development_mode_are_rejected() {
    for hash in ["test", "latest", "TEST"] {
        malformed(&format!("name:{hash}"));
        malformed(&format!("name:{hash}{}", "0".repeat(52 - hash.len())));
    }
    let near = format!("name:test{}g", "0".repeat(47));
    assert_eq!(canonical(&near), near);
}

#[test]
fn a_packaged_hash_is_sha_256() {
    // SHA-256 of `abc`, FIPS 180-4.
    let hash = [
        0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea, 0x41, 0x41, 0x40, 0xde, 0x5d, 0xae, 0x22, 0x23, 0xb0,
        0x03, 0x61, 0xa3, 0x96, 0x17, 0x7a, 0x9c, 0xb4, 0x10, 0xff, 0x61, 0xf2, 0x00, 0x15, 0xad,
    ];
    assert_eq!(packaged_id("py", b"abc"), Ok(CanonicalId::Packaged { name: "py".into(), hash }));
    for name in ["", "chain", "custom", "contract", "a:b"] {
        assert!(packaged_id(name, b"abc").is_err(), "{name}");
    }
}

#[test]
fn contract_and_a_slot_left_out_are_resolved() {
    let topmost = CanonicalId::deployed(Address([1; 20]), root::code());
    let resolve = |text: &str, slot| RunnerId::parse(text).unwrap().resolve(&topmost, |_| slot);
    let unread = Err("the slot is known");
    assert_eq!(resolve("contract", unread), Ok(topmost.clone()));
    assert_eq!(resolve(ABC, unread), Ok(custom_id(b"abc")));
    let full = format!("{CHAIN}:f:{SLOT}");
    assert_eq!(resolve(&full, unread).unwrap().to_string(), full);
    assert_eq!(resolve(&format!("{CHAIN}:f"), Ok(root::code())).unwrap().to_string(), full);
    assert_eq!(resolve(CHAIN, Err("no such contract")), Err("no such contract"));
}

#[test]
fn code_being_deployed_has_a_name_that_cannot_be_written() {
    let id = CanonicalId::deployed(chain_ref(CHAIN).address, root::code()).to_string();
    assert_eq!(id, format!("{CHAIN}:i:{SLOT}"));
    malformed(&id);
}

#[test]
fn the_digest_is_of_the_canonical_text() {
    assert_eq!(custom_id(b"abc").digest(), <[u8; 32]>::from(Sha3_256::digest(ABC.as_bytes())));
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in any::<String>()) {
        if let Ok(id) = RunnerId::parse(&text) {
            prop_assert!(id == RunnerId::Contract || text.contains(':'));
        }
    }

    #[test]
    fn a_canonical_text_reads_as_itself(address in any::<[u8; 20]>(), slot in any::<[u8; 32]>(), name in "[A-Za-z0-9_-]{1,9}") {
        let chain = ChainRef { address: Address(address), view: View::Final, slot: Some(SlotId(slot)) };
        let packaged = CanonicalId::Packaged { name, hash: slot };
        for id in [chain.with_slot(SlotId(slot)), CanonicalId::Custom(slot), packaged] {
            let text = id.to_string();
            prop_assert_eq!(RunnerId::parse(&text).unwrap().canonical(), Some(id));
        }
    }

    #[test]
    fn custom_identifiers_are_ordered_as_their_texts(a in any::<[u8; 32]>(), b in any::<[u8; 32]>()) {
        let (a, b) = (CanonicalId::Custom(a), CanonicalId::Custom(b));
        prop_assert_eq!(a.cmp(&b), a.to_string().cmp(&b.to_string()));
    }
}
