//! Names of slots and pages.

use sha3::{Digest, Sha3_256};
use std::fmt;
use std::str::FromStr;

use crate::calldata::gvm32;

/// The name of a slot: 32 octets, all zero for the root slot. Printed and parsed as GVM32, 52 symbols.
/// Spec: storage-and-contract.md 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SlotId(pub [u8; 32]);

/// Octets of a page.
pub const PAGE: usize = 32;

/// Pages of a slot; the last one has the index `PAGES - 1`.
pub const PAGES: u32 = 1 << 27;

/// What a page holds.
pub type Page = [u8; PAGE];

/// A page of one contract. The order is that of the reported changes: by slot, then by index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PageKey {
    /// The slot.
    pub slot: SlotId,
    /// The offset of its first octet, divided by 32.
    pub page: u32,
}

impl SlotId {
    /// The root slot.
    pub const ROOT: SlotId = SlotId([0; 32]);

    /// The slot that belongs to an offset of this one: `D(self, offset)`, the SHA3-256 of both.
    /// Spec: storage-and-contract.md 2.1.
    #[must_use]
    pub fn derive(&self, offset: u32) -> SlotId {
        SlotId(Sha3_256::new().chain_update(self.0).chain_update(offset.to_le_bytes()).finalize().into())
    }
}

impl fmt::Display for SlotId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&gvm32::encode(&self.0))
    }
}

impl FromStr for SlotId {
    type Err = gvm32::Gvm32Error;

    /// Any GVM32 text of exactly 32 octets: letter case and `-` do not matter. Spec: calldata.md 10.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        gvm32::decode_32(text).map(SlotId)
    }
}

/// Where the root slot has its fields, and the slots derived from it. Spec: storage-and-contract.md 2.2.
pub mod root {
    use super::SlotId;

    /// The public ABI's major number, one octet, written at deployment.
    pub const MAJOR: u32 = 0;
    /// Reserved for the contract's data, which are in the slot derived from it.
    pub const CONTRACT: u32 = 1;
    /// Reserved for the code, which is in the slot derived from it unless [`CODE_SLOT`] names another.
    pub const CODE: u32 = 2;
    /// Reserved for the locked slots, which are in the slot derived from it.
    pub const LOCKED_SLOTS: u32 = 3;
    /// Reserved for the upgraders, who are in the slot derived from it.
    pub const UPGRADERS: u32 = 4;
    /// The slot with the code, 32 octets; all zero means the derived one.
    pub const CODE_SLOT: u32 = 5;
    /// 256 bits that the contract owns, little-endian.
    pub const PERMISSIONS: u32 = 37;
    /// From here on the root slot is reserved.
    pub const RESERVED: u32 = 69;

    /// The contract's data.
    #[must_use]
    pub fn contract() -> SlotId {
        SlotId::ROOT.derive(CONTRACT)
    }

    /// The code, unless the root slot names another slot: its length as u32, then the octets.
    #[must_use]
    pub fn code() -> SlotId {
        SlotId::ROOT.derive(CODE)
    }

    /// The locked slots: their count as u32, then 32 octets each.
    #[must_use]
    pub fn locked_slots() -> SlotId {
        SlotId::ROOT.derive(LOCKED_SLOTS)
    }

    /// The upgraders: their count as u32, then 20 octets each.
    #[must_use]
    pub fn upgraders() -> SlotId {
        SlotId::ROOT.derive(UPGRADERS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(slot: SlotId) -> String {
        slot.0.iter().map(|octet| format!("{octet:02x}")).collect()
    }

    #[test]
    fn derived_slots_are_those_of_the_specification() {
        let rows = [
            (
                root::contract(),
                "e1ae23412792df6b6a98fb7c9839701fb8b02b6fc7ed022810f78346494685e7",
                "w6q26g97jbfpptmrzdy9gebg3ywb0avfrzpg4a0gyy1mcja6gqkg",
            ),
            (
                root::code(),
                "ba005630745acf3014aaf162e9933040302ca0bef3f56fe2d73c0a08f82c610b",
                "q805cc3mbb7k055ay5hek4sg80r2s85yyftpzrpq7g50hy1cc45g",
            ),
            (
                root::locked_slots(),
                "21b9e013f74608b92947861287b3de76c2c076fe839b7994761bd950cc2e7566",
                "46wy04zq8r4bjaa7gr98fcyyev1c0xqygedqk53p3fcn1k1eenk0",
            ),
            (
                root::upgraders(),
                "27a15e7450d9f04e9c3d8d2d856a8e9c78dfa0081ea2c128fdc93ce2df35ebd6",
                "4ygnwx2gv7r4x71xhmpratmekhwdz8083thc2a7xs4ye5qsnxfb0",
            ),
        ];
        for (slot, digits, text) in rows {
            assert_eq!(hex(slot), digits);
            assert_eq!(slot.to_string(), text);
            assert_eq!(text.parse(), Ok(slot));
            assert_eq!(text.to_uppercase().parse(), Ok(slot));
        }
        assert_eq!(
            hex(SlotId::ROOT.derive(0)),
            "372d46c3ada9f897c74d349bbfe0e450c798167c9f580f8daf85def57e96c3ea"
        );
    }

    #[test]
    fn only_32_octets_name_a_slot() {
        assert_eq!("0".repeat(52).parse(), Ok(SlotId::ROOT));
        assert!("0".repeat(51).parse::<SlotId>().is_err());
        assert!("0".repeat(53).parse::<SlotId>().is_err());
        assert!("".parse::<SlotId>().is_err());
    }

    #[test]
    fn a_key_has_the_slot_and_the_page() {
        let low = PageKey { slot: SlotId::ROOT, page: u32::MAX };
        let high = PageKey { slot: SlotId([1; 32]), page: 0 };
        assert!(low < high);
    }
}
