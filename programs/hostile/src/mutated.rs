//! Valid modules with a random change, and random octets behind a preamble. The
//! generator is seeded: the same modules in every run.

use crate::Sink;
use crate::encode::{PREAMBLE, cat, module, section};
use crate::malformed::full;

/// xorshift64*
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 16
    }

    fn below(&mut self, n: usize) -> usize {
        (self.next() % n.max(1) as u64) as usize
    }
}

const PROGRAMS: [(&str, &[u8]); 10] = [
    ("json", include_bytes!("../../wasm/json.wasm")),
    ("vm_switch", include_bytes!("../../wasm/vm_switch.wasm")),
    ("vm_indirect", include_bytes!("../../wasm/vm_indirect.wasm")),
    ("simd", include_bytes!("../../wasm/simd.wasm")),
    ("relaxed", include_bytes!("../../wasm/relaxed.wasm")),
    ("tail", include_bytes!("../../wasm/tail.wasm")),
    ("sort", include_bytes!("../../wasm/sort.wasm")),
    ("arena", include_bytes!("../../wasm/arena.wasm")),
    ("bulk", include_bytes!("../../wasm/bulk.wasm")),
    ("coremark_like", include_bytes!("../../wasm/coremark_like.wasm")),
];

const TELLING: [u8; 20] = [
    0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x0b, 0x0c, 0x0e, 0x10, 0x11, 0x1a, 0x40, 0x6f, 0x70, 0x7f, 0x80,
    0xfc, 0xfd, 0xff,
];

fn change(random: &mut Random, bytes: &mut Vec<u8>) {
    let at = 8 + random.below(bytes.len().saturating_sub(8));
    let at = at.min(bytes.len() - 1);
    match random.below(8) {
        0 => bytes[at] ^= 1 << random.below(8),
        1 => bytes[at] = random.next() as u8,
        2 => bytes[at] = TELLING[random.below(TELLING.len())],
        3 => bytes.insert(at, TELLING[random.below(TELLING.len())]),
        4 => {
            bytes.remove(at);
        }
        5 => {
            let end = (at + 1 + random.below(16)).min(bytes.len());
            let copy = bytes[at..end].to_vec();
            let to = 8 + random.below(bytes.len() - 8);
            bytes.splice(to..to, copy);
        }
        6 => {
            let end = (at + 1 + random.below(64)).min(bytes.len());
            bytes.drain(at..end);
        }
        _ => {
            for _ in 0..random.below(10) {
                let at = 8 + random.below(bytes.len() - 8);
                bytes[at] = random.next() as u8;
            }
        }
    }
}

pub(crate) fn add(sink: &mut Sink) {
    let mut random = Random(0x5e1f_5a3e_2025_1122);
    let whole = module(&full());
    for k in 0..150 {
        let mut bytes = whole.clone();
        for _ in 0..=random.below(3) {
            change(&mut random, &mut bytes);
        }
        sink.either(format!("mutated/full {k:03}"), bytes);
    }
    for (name, program) in PROGRAMS {
        for k in 0..30 {
            let mut bytes = program.to_vec();
            for _ in 0..=random.below(4) {
                change(&mut random, &mut bytes);
            }
            sink.either(format!("mutated/{name} {k:02}"), bytes);
        }
    }
    for k in 0..30 {
        let noise: Vec<u8> = (0..1 + random.below(500)).map(|_| random.next() as u8).collect();
        sink.either(format!("noise/octets {k:02}"), cat(&[&PREAMBLE, &noise]));
        // Sections of the right form, in order, whose contents are noise.
        let mut soup = PREAMBLE.to_vec();
        for id in 1..12 {
            if random.below(2) == 0 {
                let contents: Vec<u8> = (0..random.below(40)).map(|_| (random.next() & 0x0f) as u8).collect();
                soup.extend(section(id, &contents));
            }
        }
        sink.either(format!("noise/sections {k:02}"), soup);
        // A body of telling octets in a module that is otherwise right.
        let instructions: Vec<u8> =
            (0..1 + random.below(60)).map(|_| TELLING[random.below(TELLING.len())]).collect();
        sink.either(
            format!("noise/body {k:02}"),
            crate::encode::run_in_world(&[], &[(2, crate::encode::I32)], &instructions),
        );
    }
}
