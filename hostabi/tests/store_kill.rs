//! The store under SIGKILL: 200 kills at random moments during 1,000 committed calls.
//!
//! The process that commits is this test executable again, told by the environment to run [`child`]. It commits one call
//! for each line that it reads, and prints a line when the commit has returned. After each kill the parent opens the store and finds the calls that were acknowledged, and
//! perhaps one more whose line was not printed in time: their hashes, records and messages are those of a run in
//! memory that nobody interrupts.
#![cfg(all(feature = "store", unix))]
#![allow(clippy::unwrap_used, reason = "a test: every surprise ends it")]

use selfsame_hostabi::calldata::Address;
use selfsame_hostabi::storage::{Delta, SlotId, StorageView};
use selfsame_hostabi::store::{Block, Head, NodeStore, Snapshot};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

const CALLS: u64 = 1000;
const KILLS: u64 = 200;

/// Where the child finds the store's folder.
const FOLDER: &str = "SELFSAME_STORE_KILL_FOLDER";

/// Numbers that look random and are the same in every run: SplitMix64.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut number = self.0;
        number = (number ^ number >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        number = (number ^ number >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        number ^ number >> 31
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    fn octet(&mut self) -> u8 {
        self.next().to_le_bytes()[0]
    }
}

/// The call with this number, from 1: some pages, some of them zero again, balances, messages in and out.
fn call(number: u64) -> Block {
    let mut numbers = Numbers(number);
    let mut tx_hash = [0; 32];
    tx_hash[..8].copy_from_slice(&number.to_be_bytes());
    let mut changes: Vec<Delta> = Vec::new();
    for slot in 0..3 {
        let mut page = numbers.below(20) as u32;
        while page < 40 && numbers.below(3) > 0 {
            let len = 1 + numbers.below(4) as usize;
            let mut octets: Vec<u8> = Vec::with_capacity(len * 32);
            for _ in 0..len {
                let octet = if numbers.below(4) == 0 { 0 } else { numbers.octet() };
                octets.extend([octet; 32]);
            }
            changes.push(Delta { slot: SlotId([slot; 32]), first_page: page, octets });
            page += len as u32 + 1 + numbers.below(3) as u32;
        }
    }
    let who = |numbers: &mut Numbers| Address([numbers.below(8) as u8; 20]);
    Block {
        tx_hash,
        contract: Address([numbers.below(3) as u8; 20]),
        changes,
        balances: (0..numbers.below(3))
            .map(|_| (who(&mut numbers), numbers.below(1000).to_string().parse().unwrap()))
            .collect(),
        result: vec![numbers.octet(); numbers.below(300) as usize],
        execution_hash: [numbers.octet(); 32],
        // Each call emits a message; every second one delivers the two before it that still wait.
        messages: vec![number.to_le_bytes().to_vec()],
        delivered: if number.is_multiple_of(2) && number > 2 { vec![number - 3, number - 2] } else { vec![] },
    }
}

/// Behind every seventh call, all but the three latest become final.
fn finalise(store: &NodeStore, number: u64) {
    if number > 0 && number.is_multiple_of(7) {
        store.finalise(number - 3).unwrap();
    }
}

/// The child: carries on where the store is, a call for each line that it reads, and says when it is done.
#[test]
fn child() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let store = NodeStore::open(Path::new(&folder)).unwrap();
    let latest = store.snapshot().unwrap().accepted();
    let mut stdout = std::io::stdout();
    // A kill may have come between a call and the finality behind it.
    finalise(&store, latest);
    for (number, _) in (latest + 1..=CALLS).zip(std::io::stdin().lines()) {
        assert_eq!(store.commit_after(number - 1, &call(number)).unwrap().number, number);
        writeln!(stdout, "\ncommitted {number}").unwrap();
        stdout.flush().unwrap();
        finalise(&store, number);
    }
}

/// A child that may make so many calls.
fn start(folder: &Path, calls: u64) -> (Child, BufReader<ChildStdout>) {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "child", "--nocapture"]).env(FOLDER, folder);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let lines = "\n".repeat(usize::try_from(calls).unwrap());
    // Fits into the pipe; closing it ends a child that has made them all.
    child.stdin.take().unwrap().write_all(lines.as_bytes()).unwrap();
    let output = BufReader::new(child.stdout.take().unwrap());
    (child, output)
}

/// The next number that the child has acknowledged.
fn acknowledged(output: &mut impl BufRead) -> Option<u64> {
    for line in output.lines() {
        if let Some(number) = line.unwrap().strip_prefix("committed ") {
            return Some(number.parse().unwrap());
        }
    }
    None
}

/// What a run that nobody interrupts has behind each call.
struct Reference {
    heads: Vec<Head>,
    waiting: Vec<usize>,
}

impl Reference {
    fn new() -> Self {
        let store = NodeStore::in_memory().unwrap();
        let state = store.snapshot().unwrap();
        let mut reference = Reference { heads: vec![state.head(0).unwrap()], waiting: vec![0] };
        for number in 1..=CALLS {
            let committed = store.commit(&call(number)).unwrap();
            finalise(&store, number);
            let head = Head { state_hash: committed.state_hash, chain_hash: committed.chain_hash };
            reference.heads.push(head);
            reference.waiting.push(store.snapshot().unwrap().messages(0, 9).unwrap().len());
        }
        reference.check(&store.snapshot().unwrap());
        reference
    }

    /// The store holds exactly the calls up to its latest one. Every hash is computed anew.
    fn check(&self, state: &Snapshot) {
        let latest = state.accepted();
        let at = usize::try_from(latest).unwrap();
        let head = self.heads[at];
        assert_eq!(state.head(latest).unwrap(), head);
        assert_eq!(state.recomputed_state_hash(StorageView::LatestNonFinal).unwrap(), head.state_hash);
        assert_eq!(state.recomputed_chain_hash().unwrap(), head.chain_hash);
        let last = latest / 7 * 7;
        // The finality behind the latest call may not have come yet.
        let expected = [last, if last == latest { last.saturating_sub(7) } else { last }];
        let finalised = state.finalised();
        assert!(expected.iter().any(|call| finalised == call.saturating_sub(3)), "{finalised} of {latest}");
        let head = self.heads[usize::try_from(finalised).unwrap()];
        assert_eq!(state.recomputed_state_hash(StorageView::LatestFinal).unwrap(), head.state_hash);
        assert_eq!(state.messages(0, 9).unwrap().len(), self.waiting[at]);
        assert!(state.block(latest + 1).is_err());
        if latest > 0 {
            assert_eq!(state.block(latest).unwrap(), call(latest));
            assert_eq!(state.block_of(&call(latest).tx_hash).unwrap(), Some(latest));
        }
        assert_eq!(state.block_of(&call(latest + 1).tx_hash).unwrap(), None);
    }
}

struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[test]
fn two_hundred_kills_in_a_thousand_calls_lose_nothing_and_tear_nothing() {
    if std::env::var_os(FOLDER).is_some() {
        return;
    }
    let reference = Reference::new();
    let folder = Folder(Path::new(env!("CARGO_TARGET_TMPDIR")).join("store_kill"));
    let _ = std::fs::remove_dir_all(&folder.0);
    let mut numbers = Numbers(7);
    let (mut latest, mut torn, mut unacknowledged) = (0, 0, 0);
    for kill in 0..KILLS {
        // On average, what leaves as many for each of the kills to come; sometimes none, to kill the opening.
        let average = (CALLS - latest) / (KILLS - kill);
        let calls = if numbers.below(8) == 0 { 0 } else { 1 + numbers.below(2 * average) };
        let calls = calls.min(CALLS - latest);
        let (mut process, mut output) = start(&folder.0, calls);
        let mut seen = latest;
        // All calls but the last; then a moment that ends, as luck and the machine's speed have it, before the last
        // commit, inside of it, in the finality behind it, or after all.
        for _ in 1..calls {
            seen = acknowledged(&mut output).expect("the child has calls left");
        }
        let longest = if calls == 0 { 40_000 } else { 100 << (2 * numbers.below(4)) };
        std::thread::sleep(Duration::from_micros(numbers.below(longest)));
        process.kill().unwrap();
        process.wait().unwrap();
        while let Some(number) = acknowledged(&mut output) {
            seen = number;
        }

        let store = NodeStore::open(&folder.0).unwrap_or_else(|error| panic!("after kill {kill}: {error}"));
        let state = store.snapshot().unwrap();
        assert!(
            state.accepted() == seen || state.accepted() == seen + 1,
            "{} of {seen} acknowledged",
            state.accepted()
        );
        torn += u64::from(state.accepted() < latest + calls);
        unacknowledged += state.accepted() - seen;
        reference.check(&state);
        latest = state.accepted();
    }

    let (mut process, mut output) = start(&folder.0, CALLS - latest);
    while acknowledged(&mut output).is_some() {}
    assert!(process.wait().unwrap().success());
    let store = NodeStore::open(&folder.0).unwrap();
    let state = store.snapshot().unwrap();
    assert_eq!(state.accepted(), CALLS);
    reference.check(&state);
    println!(
        "{KILLS} kills: {torn} before the last commit was durable, {unacknowledged} after and unacknowledged"
    );
}
