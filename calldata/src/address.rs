//! Addresses of accounts.

use core::fmt;

/// An address: exactly 20 octets.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Address(pub [u8; 20]);

impl Address {
    /// The address of 20 zero octets.
    pub const ZERO: Address = Address([0; 20]);
}

/// The textual notation: `addr#` and 40 hex digits. Spec: calldata.md 7.
impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("addr#")?;
        self.0.iter().try_for_each(|octet| write!(f, "{octet:02x}"))
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl From<[u8; 20]> for Address {
    fn from(octets: [u8; 20]) -> Self {
        Address(octets)
    }
}
