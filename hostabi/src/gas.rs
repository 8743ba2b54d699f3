//! Prices of what the host does for a guest. The only place with numbers; `docs/host-abi.md` has the table.
//!
//! A call pays once, before it has any effect: a call that cannot pay has done nothing and is made again
//! when the execution is resumed.

/// The version of these prices: equal versions, equal bills.
pub const VERSION: u32 = 1;

/// What every call of a host function costs.
pub const CALL: u64 = 100;

/// Octets copied into or out of guest memory for one gas.
pub const OCTETS_PER_GAS: u64 = 8;

/// How many times an octet of a path counts: it is checked, split and looked up, not merely copied.
pub const PATH_WEIGHT: u64 = 8;

/// How many octets a directory entry counts that `fd_readdir` skips on its way to the cookie.
pub const SKIPPED_ENTRY: u64 = 8;

/// What every instantiation of a module costs.
pub const INSTANTIATION: u64 = 1000;

/// Octets of a module for one gas.
pub const MODULE_OCTETS_PER_GAS: u64 = 64;

/// Octets of one record in a list of buffers.
pub const IOVEC: u64 = 8;

/// The price of a call that copies `octets`.
#[must_use]
pub fn call(octets: u64) -> u64 {
    CALL.saturating_add(octets / OCTETS_PER_GAS)
}

/// The price of checking and instantiating a module of so many octets, whether or not it has been checked before.
#[must_use]
pub fn instantiation(octets: u64) -> u64 {
    INSTANTIATION.saturating_add(octets / MODULE_OCTETS_PER_GAS)
}

/// The octets that a path counts.
#[must_use]
pub fn path(len: u32) -> u64 {
    u64::from(len) * PATH_WEIGHT
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_costs_its_base_and_an_eighth_of_its_octets() {
        assert_eq!([call(0), call(7), call(8), call(64)], [100, 100, 101, 108]);
        assert_eq!(call(u64::MAX), 100 + u64::MAX / 8);
        assert_eq!(path(3), 24);
    }
}
