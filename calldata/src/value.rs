//! Values that stand for themselves.

use crate::address::Address;
use crate::error::DecodeError;
use crate::scan::check;
use crate::view::Ref;
use crate::writer::Writer;
use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;
use num_bigint::BigInt;

/// A value. Spec: calldata.md 1.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Value {
    /// Nothing.
    #[default]
    Null,
    /// A truth value.
    Bool(bool),
    /// An integer of any size.
    Int(BigInt),
    /// Octets.
    Bytes(Vec<u8>),
    /// A text.
    Str(String),
    /// Values in order.
    Array(Vec<Value>),
    /// Values by key.
    Map(BTreeMap<String, Value>),
    /// An address.
    Address(Address),
}

impl Value {
    /// A map of these entries; of equal keys the last one stays.
    pub fn map<K: Into<String>>(entries: impl IntoIterator<Item = (K, Value)>) -> Value {
        Value::Map(entries.into_iter().map(|(key, value)| (key.into(), value)).collect())
    }

    /// Appends the encoding. A value that is nested deeper than [`crate::MAX_DEPTH`] gets octets that no decoder
    /// accepts.
    pub fn encode_into(&self, out: &mut Vec<u8>) {
        let mut writer = Writer::onto(core::mem::take(out));
        self.write(&mut writer);
        *out = writer.finish();
    }

    fn write(&self, writer: &mut Writer) {
        match self {
            Value::Null => writer.null(),
            Value::Bool(value) => writer.bool(*value),
            Value::Int(value) => writer.int(value),
            Value::Bytes(octets) => writer.bytes(octets),
            Value::Str(text) => writer.str(text),
            Value::Array(items) => {
                writer.array(items.len());
                items.iter().for_each(|item| item.write(writer));
            }
            Value::Map(entries) => {
                writer.map(entries.len());
                for (key, value) in entries {
                    writer.key(key);
                    value.write(writer);
                }
            }
            Value::Address(address) => writer.address(address),
        }
    }
}

/// The encoding of a value; see [`Value::encode_into`].
#[must_use]
pub fn encode(value: &Value) -> Vec<u8> {
    let mut out = Vec::new();
    value.encode_into(&mut out);
    out
}

/// The value that `octets` are the encoding of. It can take some forty times their number in memory; where
/// somebody else chooses their number, [`check`] takes none.
///
/// # Errors
/// [`DecodeError`] for everything that is not the one encoding of a value.
pub fn decode(octets: &[u8]) -> Result<Value, DecodeError> {
    check(octets).map(Ref::to_value)
}

macro_rules! ints {
    ($($ty:ty)*) => {
        $(impl From<$ty> for Value {
            fn from(value: $ty) -> Self {
                Value::Int(value.into())
            }
        })*
    };
}
ints!(u8 u16 u32 u64 u128 i8 i16 i32 i64 i128 BigInt);

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Value::Bool(value)
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Value::Str(value.into())
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Value::Str(value)
    }
}

impl From<Vec<u8>> for Value {
    fn from(value: Vec<u8>) -> Self {
        Value::Bytes(value)
    }
}

impl From<Address> for Value {
    fn from(value: Address) -> Self {
        Value::Address(value)
    }
}

impl From<Vec<Value>> for Value {
    fn from(value: Vec<Value>) -> Self {
        Value::Array(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::DecodeErrorKind;
    use crate::scan::check_to_depth;
    use alloc::vec;
    use proptest::prelude::*;

    fn value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::Bool),
            any::<i64>().prop_map(Value::from),
            (prop::collection::vec(any::<u8>(), 0..40), any::<bool>()).prop_map(|(octets, negative)| {
                let number = BigInt::from_bytes_le(num_bigint::Sign::Plus, &octets);
                Value::Int(if negative { -number } else { number })
            }),
            prop::collection::vec(any::<u8>(), 0..20).prop_map(Value::Bytes),
            ".{0,8}".prop_map(Value::Str),
            any::<[u8; 20]>().prop_map(|octets| Value::Address(Address(octets))),
        ];
        leaf.prop_recursive(5, 40, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Value::Array),
                prop::collection::btree_map(".{0,4}", inner, 0..6).prop_map(Value::Map),
            ]
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]
        #[test]
        fn what_is_encoded_comes_back(value in value()) {
            prop_assert_eq!(decode(&encode(&value)), Ok(value));
        }

        #[test]
        fn what_is_accepted_is_the_encoding(octets in prop::collection::vec(any::<u8>(), 0..12)) {
            if let Ok(value) = decode(&octets) {
                prop_assert_eq!(encode(&value), octets);
            }
        }
    }

    #[test]
    fn depth_ends_at_128() {
        let nested = |depth: usize, inner: u8| {
            let mut octets = vec![0x0d; depth];
            octets.push(inner);
            check(&octets).map(|_| ()).map_err(|error| error.kind)
        };
        assert_eq!(nested(128, 0), Ok(()));
        assert_eq!(nested(129, 0), Err(DecodeErrorKind::TooDeep));
        assert_eq!(nested(127, 5), Ok(()));
        assert_eq!(nested(128, 5), Err(DecodeErrorKind::TooDeep));
    }

    #[test]
    fn a_node_may_set_another_depth() {
        let mut octets = vec![0x15; 1];
        octets.extend(vec![0x0d; 130]);
        octets.extend([0, 0x10]);
        assert_eq!(
            check_to_depth(&octets, 130).map(|_| ()).map_err(|error| error.kind),
            Err(DecodeErrorKind::TooDeep)
        );
        let crate::Kind::Array(items) = check_to_depth(&octets, 131).unwrap().kind() else {
            panic!("an array")
        };
        // The end of an element is found at any depth.
        assert_eq!(items.map(|item| item.bytes().len()).collect::<Vec<_>>(), [131, 1]);
    }
}
