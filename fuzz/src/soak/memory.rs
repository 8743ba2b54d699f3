//! Resident memory, and whether it grows.

/// Transactions of a process after which it should have all that it keeps.
const WARM: u64 = 3_000;
/// Octets by which it may be larger later on: the database keeps up to 64 MiB of its file, and the allocator some
/// of what it has got back.
pub const TOLERANCE: u64 = 96 << 20;

/// Octets of this process that are resident; 0 where that cannot be told.
#[must_use]
pub fn resident() -> u64 {
    // Linux counts pages of 4 KiB on the machines that soaks run on; elsewhere the numbers are off by a factor, and
    // with them the tolerance.
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    statm.split(' ').nth(1).and_then(|pages| pages.parse::<u64>().ok()).unwrap_or(0) * 4096
}

/// What the memory of a process was, from the transaction on that it was warm.
#[derive(Clone, Copy, Debug, Default)]
pub struct Growth {
    seen: u64,
    /// When it was warm.
    pub warm: u64,
    /// The most since then.
    pub most: u64,
    /// The latest.
    pub last: u64,
}

impl Growth {
    /// Takes down the memory behind a transaction.
    pub fn add(&mut self, octets: u64) {
        self.seen += 1;
        if self.seen == WARM {
            self.warm = octets;
        }
        if self.seen >= WARM {
            self.most = self.most.max(octets);
            self.last = octets;
        }
    }

    /// By how much it has grown since it was warm.
    #[must_use]
    pub fn grown(&self) -> u64 {
        self.most.saturating_sub(self.warm)
    }

    /// Transactions since it was warm.
    #[must_use]
    pub fn measured(&self) -> u64 {
        self.seen.saturating_sub(WARM)
    }
}
