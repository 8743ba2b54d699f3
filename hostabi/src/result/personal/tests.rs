use super::*;
use selfsame_calldata::{Value, decode, encode};
use selfsame_interp::{Config, Engine, Linker, Module, Store};

fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}

const TRANSACTION: [u8; 32] = [0x33; 32];
const ALICE: Address = Address([0x11; 20]);
const BOB: Address = Address([0x22; 20]);

#[test]
fn a_key_is_blake3s_of_the_context_the_transaction_and_the_voter() {
    let material = [&TRANSACTION[..], &ALICE.0].concat();
    let expected = blake3::Hasher::new_derive_key("selfsame vote v1").update(&material).finalize();
    assert_eq!(key(&TRANSACTION, &ALICE), *expected.as_bytes());
    assert_ne!(key(&TRANSACTION, &ALICE), key(&TRANSACTION, &BOB));
    assert_ne!(key(&TRANSACTION, &ALICE), key(&[0x34; 32], &ALICE));
}

#[test]
fn the_octets_of_the_first_version_do_not_change() {
    // docs/fingerprints.md has the same three.
    let key = key(&TRANSACTION, &ALICE);
    assert_eq!(hex(&key), "e575975c75dc698db3aa7ceaad1d5f42d2da820588b49980480ee1caa0917dd5");
    assert_eq!(
        hex(&memory_hash(&key, &[])),
        "7eecc39597fca7f69883a170e79443af18a6e69cdf48aa8bae0a3a4b810f2690"
    );
    assert_eq!(
        hex(&memory_hash(&key, &[0; 65536])),
        "0190cdad727fb71643aa61923aa2a7217726df5b765249ca1e85ffc109b5bc51"
    );
}

#[test]
fn public_hashes_are_those_of_the_specification() {
    assert_eq!(
        hex(blake3::hash(&[]).as_bytes()),
        "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262"
    );
    assert_eq!(
        hex(blake3::hash(&[0; 65536]).as_bytes()),
        "3bdeaf8f8e98780b318106aafdc3ca257f73df123d97b69112b26044c91a7d56"
    );
}

/// Runs code that writes `octet` into its memory and fails, and fingerprints it for a voter.
fn stopped(octet: u8, key: &[u8; 32]) -> (Fingerprint, Fingerprint, Vec<u8>) {
    let engine = Engine::new(&Config::new());
    let wasm = wat::parse_str(format!(
        r#"(module (memory (export "memory") 2) (func (export "run")
            (i32.store8 (i32.const 99999) (i32.const {octet})) unreachable))"#
    ));
    let module = Module::new(&engine, wasm.unwrap()).unwrap();
    let mut store = Store::new(&engine, ());
    store.set_gas(1_000);
    let instance = Linker::new().instantiate(&mut store, &module).unwrap();
    instance.get_func(&mut store, "run").unwrap().call(&mut store, &[], &mut []).unwrap_err();
    let memory = instance.get_memory(&mut store, "memory").unwrap().data(&store).to_vec();
    (store.fingerprint(), store.keyed_fingerprint(key), memory)
}

fn ran(vote: &mut Vote) -> &mut Ran {
    let Position::Ran(ran) = &mut vote.position else { panic!("it ran") };
    ran
}

/// An honest vote of `validator`, whose memory holds `octet` at one place.
fn vote(validator: Address, octet: u8) -> Vote {
    let (public, personal, _) = stopped(octet, &key(&TRANSACTION, &validator));
    let ran = Ran {
        disagreement: None,
        execution_hash: [7; 32],
        frames: public.frames,
        public: public.module_instances,
        personal: personal.module_instances,
    };
    Vote { transaction: TRANSACTION, validator, position: Position::Ran(ran) }
}

/// What an honest node got, for the key of a vote.
fn recomputed(vote: &Vote) -> Recomputed {
    let (public, personal, _) = stopped(5, &vote.key());
    Recomputed { execution_hash: [7; 32], public, personal: personal.module_instances }
}

#[track_caller]
fn is_caught(vote: &Vote, fault: &VoteFault) {
    assert_eq!(vote.verify(&recomputed(vote)).as_ref(), Err(fault), "{fault}");
    assert_eq!(Vote::decode(&vote.encode()).as_ref(), Ok(vote));
}

#[test]
fn a_store_and_a_list_of_memories_have_the_same_hashes() {
    let key = key(&TRANSACTION, &ALICE);
    let (public, personal, memory) = stopped(5, &key);
    let name = personal.module_instances.keys().next().unwrap().as_str();
    assert_eq!(memory.len(), 2 * 65536);
    assert_eq!(memory_hashes(&key, [(name, [&memory[..]])]), personal.module_instances);
    assert_eq!(personal.frames, public.frames);
    assert_eq!(public.frames.len(), 1);
    assert_eq!(public.module_instances[name], [*blake3::hash(&memory).as_bytes()]);
    assert_ne!(personal.module_instances, public.module_instances);
    let none: [(&str, [&[u8]; 0]); 1] = [("empty", [])];
    assert_eq!(memory_hashes(&key, none), [("empty".into(), vec![])].into());
}

#[test]
fn who_ran_the_code_can_vote_and_check_others() {
    for validator in [ALICE, BOB] {
        let vote = vote(validator, 5);
        assert_eq!(vote.verify(&recomputed(&vote)), Ok(()));
    }
    let time_out = Vote { transaction: TRANSACTION, validator: ALICE, position: Position::TimeOut };
    assert_eq!(time_out.verify(&recomputed(&time_out)), Ok(()));
}

#[test]
fn who_guesses_is_caught() {
    let mut guess = vote(BOB, 5);
    ran(&mut guess).frames[0].func += 1;
    is_caught(&guess, &VoteFault::Frames);
    let mut guess = vote(BOB, 5);
    ran(&mut guess).public.clear();
    ran(&mut guess).personal.clear();
    let instance = vote(BOB, 5).position_instance();
    is_caught(&guess, &VoteFault::Memory(MemoryId { instance, index: 0 }));
}

#[test]
fn who_copies_is_caught_by_the_personal_fingerprint() {
    let mut copy = vote(ALICE, 5);
    copy.validator = BOB;
    let instance = copy.position_instance();
    is_caught(&copy, &VoteFault::NotHeld(MemoryId { instance: instance.clone(), index: 0 }));
    // The one of an older transaction does not help either.
    let mut copy = vote(ALICE, 5);
    copy.transaction = [0x44; 32];
    is_caught(&copy, &VoteFault::NotHeld(MemoryId { instance: instance.clone(), index: 0 }));
    // Nor does the public hash in its place.
    let mut copy = vote(BOB, 5);
    ran(&mut copy).personal = ran(&mut copy).public.clone();
    is_caught(&copy, &VoteFault::NotHeld(MemoryId { instance, index: 0 }));
}

#[test]
fn a_flipped_bit_of_memory_is_caught() {
    let flipped = vote(BOB, 5 ^ 1);
    let instance = flipped.position_instance();
    is_caught(&flipped, &VoteFault::Memory(MemoryId { instance, index: 0 }));
}

#[test]
fn another_result_out_of_the_same_state_is_caught() {
    let mut other = vote(BOB, 5);
    ran(&mut other).execution_hash[0] ^= 1;
    is_caught(&other, &VoteFault::ExecutionHash);
}

#[test]
fn lists_of_different_memories_differ_at_the_first_one() {
    let list = |entries: &[(&str, &[u8])]| -> StoreHashes {
        entries
            .iter()
            .map(|(name, hashes)| ((*name).into(), hashes.iter().map(|h| [*h; 32]).collect()))
            .collect()
    };
    let base = list(&[("a", &[1, 2]), ("b", &[])]);
    let differs = |other: &StoreHashes| {
        let found = first_difference(&base, other);
        assert_eq!(found.is_some(), first_difference(other, &base).is_some());
        found.map(|id| (id.instance, id.index))
    };
    assert_eq!(differs(&base), None);
    assert_eq!(differs(&list(&[("a", &[1, 3]), ("b", &[])])), Some(("a".into(), 1)));
    assert_eq!(differs(&list(&[("a", &[1]), ("b", &[])])), Some(("a".into(), 1)));
    assert_eq!(differs(&list(&[("a", &[1, 2, 3]), ("b", &[])])), Some(("a".into(), 2)));
    assert_eq!(differs(&list(&[("a", &[1, 2])])), Some(("b".into(), 0)));
    assert_eq!(differs(&list(&[("a", &[1, 2]), ("b", &[]), ("c", &[])])), Some(("c".into(), 0)));
}

impl Vote {
    fn position_instance(&self) -> String {
        let Position::Ran(ran) = &self.position else { panic!("it ran") };
        ran.public.keys().next().map_or_else(String::new, Clone::clone)
    }
}

#[test]
fn votes_come_back_and_other_shapes_do_not() {
    let agree = vote(ALICE, 5);
    let mut disagree = agree.clone();
    ran(&mut disagree).disagreement = Some(4095);
    let time_out = Vote { position: Position::TimeOut, ..agree.clone() };
    for (vote, position) in [(&agree, "agree"), (&disagree, "disagree"), (&time_out, "timeout")] {
        let octets = vote.encode();
        assert_eq!(Vote::decode(&octets).as_ref(), Ok(vote));
        let Value::Map(map) = decode(&octets).unwrap() else { panic!("a map") };
        assert_eq!(map["position"], position.into());
        assert_eq!(map["version"], 1.into());
        for (key, value) in [
            ("position", if position == "agree" { "disagree" } else { "agree" }.into()),
            ("position", "abstain".into()),
            ("ran", Value::Bool(true)),
            ("validator", Value::Bytes(vec![0x11; 20])),
            ("transaction", Value::Bytes(vec![0; 31])),
            ("version", 2.into()),
            ("more", Value::Null),
        ] {
            let mut changed = map.clone();
            changed.insert(key.into(), value);
            assert!(Vote::decode(&encode(&Value::Map(changed))).is_err(), "{key}");
        }
    }
}
