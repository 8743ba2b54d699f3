//! The transactions of a soak come to the same on every run and on both tiers, and a store that is opened again goes on.

use selfsame_fuzz::soak::{Which, commit};
use selfsame_hostabi::store::NodeStore;

const SEED: u64 = 7;
const TRANSACTIONS: u64 = 60;

#[test]
fn a_soak_is_the_same_on_both_tiers_and_whoever_goes_on_with_it() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("soak");
    let _ = std::fs::remove_dir_all(&folder);
    let quiet = NodeStore::in_memory().expect("memory");
    let mut gas = 0;
    for number in 1..=TRANSACTIONS {
        // Opened anew for each.
        let durable = NodeStore::open(&folder).expect("a store");
        let seen = commit(&durable, SEED, number, Which::Fast).expect("a result");
        let wanted = commit(&quiet, SEED, number, Which::Exact).expect("a result");
        assert_eq!(seen, wanted);
        gas += seen.gas;
    }
    assert!(gas > 1_000_000, "{gas}");
    let other = NodeStore::in_memory().expect("memory");
    let first = commit(&other, SEED + 1, 8, Which::Fast);
    first.expect_err("the seven in front of it are missing");
    let _ = std::fs::remove_dir_all(&folder);
}
