//! The octets of `random_get`.

use rand_mt::Mt;
use sha3::{Digest, Sha3_256};
use std::sync::Arc;

/// Where random octets come from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RandomMode {
    /// From one generator, MT19937, that the guest's standard input seeds: the same on every machine.
    #[default]
    Deterministic,
    /// From the operating system.
    OperatingSystem,
}

/// A source of random octets.
#[derive(Debug)]
pub(crate) enum Random {
    /// Not asked for yet: most guests never do, and seeding takes longer than the rest of their start.
    Unseeded(Arc<[u8]>),
    Seeded(Box<Stream>),
    OperatingSystem,
}

impl Random {
    pub(crate) fn new(mode: RandomMode, stdin: &Arc<[u8]>) -> Self {
        match mode {
            RandomMode::Deterministic => Random::Unseeded(Arc::clone(stdin)),
            RandomMode::OperatingSystem => Random::OperatingSystem,
        }
    }

    /// Fills the buffer. Fails if the operating system does.
    pub(crate) fn fill(&mut self, buffer: &mut [u8]) -> Result<(), getrandom::Error> {
        if let Random::Unseeded(stdin) = self {
            *self = Random::Seeded(Box::new(Stream::new(Sha3_256::digest(stdin).into())));
        }
        match self {
            Random::Seeded(stream) => stream.fill(buffer),
            Random::OperatingSystem => getrandom::fill(buffer)?,
            Random::Unseeded(_) => {}
        }
        Ok(())
    }
}

/// MT19937, from eight words on.
pub(crate) struct Stream(Mt);

impl std::fmt::Debug for Stream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Stream")
    }
}

impl Stream {
    pub(crate) fn new(seed: [u8; 32]) -> Self {
        let words = seed.chunks_exact(4).map(|word| u32::from_le_bytes([word[0], word[1], word[2], word[3]]));
        Stream(Mt::new_with_key(words))
    }

    /// Fills the buffer: groups of eight octets take two outputs; a rest of five to seven takes two as
    /// well, one of one to four takes one. What is left of an output is lost.
    fn fill(&mut self, buffer: &mut [u8]) {
        for group in buffer.chunks_mut(8) {
            for part in group.chunks_mut(4) {
                let output = self.0.next_u32().to_le_bytes();
                part.copy_from_slice(&output[..part.len()]);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(octets: &[u8]) -> String {
        octets.iter().map(|octet| format!("{octet:02x}")).collect()
    }

    fn requests(seed: [u8; 32], sizes: &[usize]) -> Vec<String> {
        let mut stream = Stream::new(seed);
        let mut answer = |size: &usize| {
            let mut buffer = vec![0; *size];
            stream.fill(&mut buffer);
            hex(&buffer)
        };
        sizes.iter().map(&mut answer).collect()
    }

    #[test]
    fn outputs_are_those_of_the_published_vectors() {
        // The first outputs of mt19937ar.out, for the key 0x123, 0x234, 0x345, 0x456.
        let mut generator = Mt::new_with_key([0x123, 0x234, 0x345, 0x456]);
        let outputs: Vec<u32> = (0..6).map(|_| generator.next_u32()).collect();
        assert_eq!(
            outputs,
            [1_067_595_299, 955_945_823, 477_289_528, 4_107_218_783, 4_228_976_476, 3_344_332_714]
        );
        let last = (6..1000).map(|_| generator.next_u32()).last();
        assert_eq!(last, Some(3_460_025_646));
    }

    #[test]
    fn requests_of_every_size_take_what_the_rules_say() {
        let seed: [u8; 32] = std::array::from_fn(|at| at as u8);
        assert_eq!(requests(seed, &[20]), ["a0a49802eee109f3e6e193c8b06d7ee6a717a4d7"]);
        assert_eq!(requests(seed, &[5, 4]), ["a0a49802ee", "e6e193c8"]);
        assert_eq!(requests(seed, &[1, 1, 1, 1]), ["a0", "ee", "e6", "b0"]);
        assert_eq!(requests(seed, &[3, 9]), ["a0a498", "eee109f3e6e193c8b0"]);
        assert_eq!(
            requests(seed, &[16, 0, 7, 2]),
            ["a0a49802eee109f3e6e193c8b06d7ee6", "", "a717a4d7b820c1", "b173"]
        );
    }

    #[test]
    fn the_seed_is_the_sha3_256_of_standard_input() {
        let mut random = Random::new(RandomMode::Deterministic, &Arc::default());
        let mut same = Stream::new([
            0xa7, 0xff, 0xc6, 0xf8, 0xbf, 0x1e, 0xd7, 0x66, 0x51, 0xc1, 0x47, 0x56, 0xa0, 0x61, 0xd6, 0x62,
            0xf5, 0x80, 0xff, 0x4d, 0xe4, 0x3b, 0x49, 0xfa, 0x82, 0xd8, 0x0a, 0x4b, 0x80, 0xf8, 0x43, 0x4a,
        ]);
        let (mut a, mut b) = ([0; 100], [0; 100]);
        random.fill(&mut a).expect("it cannot fail");
        same.fill(&mut b);
        assert_eq!(a, b);
    }

    #[test]
    fn the_operating_system_gives_other_octets_each_time() {
        let mut random = Random::new(RandomMode::OperatingSystem, &Arc::default());
        let (mut a, mut b) = ([0; 32], [0; 32]);
        random.fill(&mut a).expect("this machine has a source");
        random.fill(&mut b).expect("this machine has a source");
        assert_ne!(a, b);
    }
}
