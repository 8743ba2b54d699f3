//! Random calls with random arguments: nothing panics, and both tiers agree.

use crate::harness::{FUNCTIONS, Guest, MEMORY, tree};
use selfsame_hostabi::{Output, RamBudget, WasiCtx};
use selfsame_interp::{Fingerprint, Tier};
use sha3::{Digest, Sha3_256};

/// A small generator of numbers.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    /// An argument: mostly something that could make sense.
    fn arg(&mut self) -> i64 {
        let end = u64::from(MEMORY);
        let arg = match self.below(12) {
            0..=3 => self.below(8),
            4 => self.below(64),
            5 | 6 => self.below(end) & !7,
            7 => self.below(end),
            8 => end - self.below(70),
            9 => u64::from(u32::MAX) - self.below(20),
            10 => 1 << self.below(64),
            _ => self.next(),
        };
        arg as i64
    }
}

/// Makes calls; says what came of each, and what was left behind.
fn session(tier: Tier, seed: u64) -> (Vec<String>, u64, Fingerprint, Vec<u8>) {
    let mut numbers = Numbers(seed);
    let ctx = WasiCtx::builder()
        .vfs(tree())
        .args(["one", "two"])
        .env("A", "1")
        .stdin([5; 300])
        .stdout(Output::capture(1 << 16))
        .ram(RamBudget::new(65536 + 300 + 96 * 20))
        .build()
        .expect("it fits");
    let mut guest = Guest::new(tier, ctx);
    let texts = ["b", "a/in", "a/deep", "..", "a//deep/../in", "nothing", "b/x"];
    for (index, text) in texts.iter().enumerate() {
        guest.write(index as u32 * 16, text.as_bytes());
    }
    let list: Vec<(u32, u32)> =
        (0..64).map(|_| (numbers.arg() as u32, (numbers.arg() & 0xff_ffff) as u32 % 3000)).collect();
    guest.write_iovecs(0x200, &list);
    let mut answers = Vec::new();
    for _ in 0..60 {
        let (name, params) = FUNCTIONS[numbers.below(46) as usize];
        let mut args: Vec<i64> = params.chars().map(|_| numbers.arg()).collect();
        // Help the more interesting functions to get somewhere.
        match name {
            "fd_read" | "fd_pread" | "fd_write" if numbers.below(2) == 0 => {
                args[1] = 0x200;
                args[2] = numbers.below(6) as i64;
            }
            "path_open" if numbers.below(2) == 0 => {
                args =
                    vec![3, 0, numbers.below(7) as i64 * 16, 1 + numbers.below(6) as i64, 0, 0, 0, 0, 0x1000];
            }
            _ => {}
        }
        let answer = guest.try_call(name, &args);
        answers.push(match answer {
            Ok(errno) => format!("{name}{args:?} = {errno}"),
            Err(error) => format!("{name}{args:?}: {:?} {error}", selfsame_hostabi::code(&error)),
        });
    }
    let output = guest.store.data().stdout().octets().to_vec();
    (answers, guest.store.gas_consumed(), guest.store.fingerprint(), output)
}

#[test]
fn random_calls_never_panic_and_the_tiers_agree() {
    let sessions = if cfg!(debug_assertions) { 300 } else { 3000 };
    for seed in 1..=sessions {
        let seed = 0x9e37_79b9_7f4a_7c15_u64.wrapping_mul(seed);
        assert_eq!(session(Tier::Exact, seed), session(Tier::Fast, seed));
    }
}

/// What 40 sessions come to, as a hash: answers, memory and output, but not the gas, which a new schedule
/// may change. The same on every architecture.
#[test]
fn random_calls_come_to_the_same_everywhere() {
    let mut hash = Sha3_256::new();
    for seed in 1..=40 {
        let (answers, _, fingerprint, output) = session(Tier::Exact, seed);
        hash.update(answers.join("\n"));
        for memory in fingerprint.module_instances.values().flatten() {
            hash.update(memory);
        }
        hash.update(output);
    }
    let hash: String = hash.finalize().iter().map(|octet| format!("{octet:02x}")).collect();
    assert_eq!(hash, "bde07c46a85284732b24d4aec0dcde70d9f42b7095a4693813a51b8f8f726587");
}
