//! Keys of calls.

use sha3::{Digest, Keccak256};

/// By what a message is known where fees are allocated: a big-endian number of 32 octets.
/// Spec: storage-and-contract.md 5.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CallKey(pub [u8; 32]);

impl CallKey {
    /// Of `DeployContract`.
    pub const DEPLOY: CallKey = CallKey([0; 32]);

    /// Of `PostMessage` without a method name.
    pub const UNNAMED: CallKey = CallKey([0; 32]);

    /// Of `PostMessage` with this method name: its octets if they are fewer than 32, else their Keccak-256 with the
    /// lowest bit set. The first form is even and the second odd, so they never meet.
    #[must_use]
    pub fn of_method(name: &str) -> CallKey {
        let mut key = [0; 32];
        if name.len() < key.len() {
            key[..name.len()].copy_from_slice(name.as_bytes());
        } else {
            key = Keccak256::digest(name).into();
            key[31] |= 1;
        }
        CallKey(key)
    }

    /// Of `PostMessage`, with or without a method name.
    #[must_use]
    pub fn of_message(name: Option<&str>) -> CallKey {
        name.map_or(CallKey::UNNAMED, CallKey::of_method)
    }

    /// Of `EthSend`, for matching only: the first 4 octets of its calldata, or 0 if there are fewer.
    #[must_use]
    pub fn of_eth_send(calldata: &[u8]) -> CallKey {
        let mut key = [0; 32];
        if let Some(selector) = calldata.first_chunk::<4>() {
            key[..4].copy_from_slice(selector);
        }
        CallKey(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(octets: &[u8]) -> String {
        octets.iter().map(|octet| format!("{octet:02x}")).collect()
    }

    #[test]
    fn keys_are_those_of_the_specification() {
        let zeros = |count| "00".repeat(count);
        let rows = [
            ("transfer", "7472616e73666572".to_owned() + &zeros(24)),
            ("é", "c3a9".to_owned() + &zeros(30)),
            (&"x".repeat(31), "78".repeat(31) + "00"),
            (&"x".repeat(32), "5601c4475f2f6aa73d6a70a56f9c756f24d211a914cc7aff3fb80d2d8741c869".to_owned()),
            (
                "set_value_with_a_very_long_method_name",
                "59b5e953d17db8563ab7aa25a0da156efeb8bb9f2034605f63a63b2f38d5a1ef".to_owned(),
            ),
        ];
        for (name, key) in rows {
            assert_eq!(hex(&CallKey::of_method(name).0), key, "{name}");
            assert_eq!(CallKey::of_message(Some(name)), CallKey::of_method(name));
        }
        assert_eq!(hex(&Keccak256::digest("x".repeat(32)))[62..], *"68");
        assert_eq!(hex(&Keccak256::digest("set_value_with_a_very_long_method_name"))[62..], *"ee");
    }

    #[test]
    fn no_name_and_an_empty_name_and_a_deployment_have_key_0() {
        assert_eq!(CallKey::of_message(None), CallKey::of_method(""));
        assert_eq!(CallKey::UNNAMED, CallKey::DEPLOY);
        assert_eq!(CallKey::of_method(""), CallKey([0; 32]));
        assert_eq!(CallKey::of_method("a\0"), CallKey::of_method("a"));
    }

    #[test]
    fn an_external_message_is_known_by_its_selector() {
        assert_eq!(CallKey::of_eth_send(&[1, 2, 3]), CallKey([0; 32]));
        assert_eq!(hex(&CallKey::of_eth_send(&[1, 2, 3, 4, 5]).0), "01020304".to_owned() + &"00".repeat(28));
    }
}
