//! Typed views: what the other formats expect where a value stands. Spec: calldata.md 9.
//!
//! Each type that can be read implements [`FromRef`]; [`Record`] reads maps whose keys are all known, and
//! [`Choice`] one of several variants. A tagged enum is a record: read its tag with [`variant`], then the record
//! with the keys of that variant.
//!
//! ```
//! use selfsame_calldata::typed::{FromRef, Record, TypeError};
//! use selfsame_calldata::{Ref, check, encode, text};
//!
//! struct Transfer<'a> {
//!     to: selfsame_calldata::Address,
//!     amount: u64,
//!     data: Option<Ref<'a>>,
//! }
//!
//! impl<'a> FromRef<'a> for Transfer<'a> {
//!     fn from_ref(value: Ref<'a>) -> Result<Self, TypeError> {
//!         let record = Record::read(value, &["amount", "data", "to"])?;
//!         Ok(Transfer {
//!             to: record.required("to")?,
//!             amount: record.required("amount")?,
//!             data: record.optional("data")?,
//!         })
//!     }
//! }
//!
//! let to = "addr#0102030405060708090a0b0c0d0e0f1011121314";
//! let octets = encode(&text::parse(&format!(r#"{{"to": {to}, "amount": -1}}"#)).unwrap());
//! let error = Transfer::from_ref(check(&octets).unwrap()).err().unwrap();
//! assert_eq!(error.to_string(), "amount: expected an integer of 64 bits");
//! ```

use crate::address::Address;
use crate::view::{Entries, Items, Kind, Ref};
use core::fmt;
use num_bigint::BigInt;

/// Why a value is not of a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TypeError {
    /// The field that is wrong, in the innermost record; nothing for a value outside records.
    pub field: Option<&'static str>,
    /// What is wrong with it.
    pub kind: TypeErrorKind,
}

/// The reasons why a value is not of a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TypeErrorKind {
    /// Another type was expected, or another size: this one.
    Expected(&'static str),
    /// A record lacks a key that it must have.
    Missing,
    /// A record has a key that it may not have.
    UnknownKey,
    /// No variant has this name.
    UnknownVariant,
}

impl From<TypeErrorKind> for TypeError {
    fn from(kind: TypeErrorKind) -> Self {
        TypeError { field: None, kind }
    }
}

impl TypeError {
    /// The error of a field, unless a record inside it has named one of its own.
    #[must_use]
    pub fn in_field(self, field: &'static str) -> Self {
        TypeError { field: self.field.or(Some(field)), ..self }
    }
}

impl fmt::Display for TypeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(field) = self.field {
            write!(f, "{field}: ")?;
        }
        match self.kind {
            TypeErrorKind::Expected(what) => write!(f, "expected {what}"),
            TypeErrorKind::Missing => f.write_str("missing"),
            TypeErrorKind::UnknownKey => f.write_str("a key that the record does not have"),
            TypeErrorKind::UnknownVariant => f.write_str("no such variant"),
        }
    }
}

impl core::error::Error for TypeError {}

fn expected<T>(what: &'static str) -> Result<T, TypeError> {
    Err(TypeErrorKind::Expected(what).into())
}

/// A type that values can be read as.
pub trait FromRef<'a>: Sized {
    /// Reads a value, without copying what can be left where it is.
    ///
    /// # Errors
    /// [`TypeError`] if the value is not of the type.
    fn from_ref(value: Ref<'a>) -> Result<Self, TypeError>;
}

/// `Calldata`: any value.
impl<'a> FromRef<'a> for Ref<'a> {
    fn from_ref(value: Ref<'a>) -> Result<Self, TypeError> {
        Ok(value)
    }
}

macro_rules! scalars {
    ($($ty:ty: $what:literal, $pattern:pat => $read:expr;)*) => {
        $(impl<'a> FromRef<'a> for $ty {
            fn from_ref(value: Ref<'a>) -> Result<Self, TypeError> {
                let read: Option<$ty> = match value.kind() {
                    $pattern => $read,
                    _ => None,
                };
                read.ok_or(TypeErrorKind::Expected($what).into())
            }
        })*
    };
}
scalars! {
    (): "null", Kind::Null => Some(());
    bool: "a truth value", Kind::Bool(value) => Some(value);
    u8: "an integer of 8 bits", Kind::Int(value) => value.to_u64().and_then(|value| value.try_into().ok());
    u16: "an integer of 16 bits", Kind::Int(value) => value.to_u64().and_then(|value| value.try_into().ok());
    u32: "an integer of 32 bits", Kind::Int(value) => value.to_u64().and_then(|value| value.try_into().ok());
    u64: "an integer of 64 bits", Kind::Int(value) => value.to_u64();
    U256: "an integer of 256 bits", Kind::Int(value) => value.to_u256_le().map(U256);
    BigInt: "an integer", Kind::Int(value) => Some(value.to_bigint());
    &'a [u8]: "octets", Kind::Bytes(octets) => Some(octets);
    &'a str: "a text", Kind::Str(text) => Some(text);
    Address: "an address", Kind::Address(address) => Some(address);
    Items<'a>: "an array", Kind::Array(items) => Some(items);
    Entries<'a>: "a map", Kind::Map(entries) => Some(entries);
}

/// An integer in 0 .. 2^256-1, as little-endian octets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct U256(pub [u8; 32]);

/// `Bytes[k]`: exactly so many octets.
impl<'a, const LEN: usize> FromRef<'a> for [u8; LEN] {
    fn from_ref(value: Ref<'a>) -> Result<Self, TypeError> {
        match value.kind() {
            Kind::Bytes(octets) if octets.len() == LEN => {
                let mut out = [0; LEN];
                out.copy_from_slice(octets);
                Ok(out)
            }
            _ => expected(match LEN {
                20 => "20 octets",
                32 => "32 octets",
                _ => "octets of another number",
            }),
        }
    }
}

/// `T or null`.
impl<'a, T: FromRef<'a>> FromRef<'a> for Option<T> {
    fn from_ref(value: Ref<'a>) -> Result<Self, TypeError> {
        match value.kind() {
            Kind::Null => Ok(None),
            _ => T::from_ref(value).map(Some),
        }
    }
}

/// A map whose keys are all known: `N` keys, some of which may be optional.
#[derive(Clone, Copy, Debug)]
pub struct Record<'a, const N: usize> {
    keys: &'static [&'static str; N],
    values: [Option<Ref<'a>>; N],
}

impl<'a, const N: usize> Record<'a, N> {
    /// Goes through a map once. `keys` are all that it may have, in any order.
    ///
    /// # Errors
    /// [`TypeErrorKind::Expected`] if it is no map, [`TypeErrorKind::UnknownKey`] if it has another key.
    pub fn read(value: Ref<'a>, keys: &'static [&'static str; N]) -> Result<Self, TypeError> {
        let mut values = [None; N];
        // No key comes twice, so this ends after N entries, or one more.
        for (name, value) in Entries::from_ref(value)? {
            let place = keys.iter().zip(&mut values).find(|(key, _)| **key == name);
            let Some((_, place)) = place else { return Err(TypeErrorKind::UnknownKey.into()) };
            *place = Some(value);
        }
        Ok(Record { keys, values })
    }

    /// The value of a key, if the map has it.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<Ref<'a>> {
        self.keys.iter().zip(&self.values).find(|(name, _)| **name == key).and_then(|(_, value)| *value)
    }

    /// A field that must be there.
    ///
    /// # Errors
    /// [`TypeErrorKind::Missing`], and what the type refuses.
    pub fn required<T: FromRef<'a>>(&self, key: &'static str) -> Result<T, TypeError> {
        let value = self.get(key).ok_or(TypeErrorKind::Missing.into());
        value.and_then(T::from_ref).map_err(|error: TypeError| error.in_field(key))
    }

    /// `absent or T`: a field that may be left out. A null that is there is a `T`, or refused.
    ///
    /// # Errors
    /// What the type refuses.
    pub fn optional<T: FromRef<'a>>(&self, key: &'static str) -> Result<Option<T>, TypeError> {
        self.get(key).map(T::from_ref).transpose().map_err(|error| error.in_field(key))
    }
}

/// The variant that a tagged enum's record names under `tag`. The record itself is read as a [`Record`] with that
/// key among the others.
///
/// # Errors
/// [`TypeErrorKind::Expected`] if the value is no map or the tag no text, [`TypeErrorKind::Missing`] without tag.
pub fn variant<'a>(value: Ref<'a>, tag: &'static str) -> Result<&'a str, TypeError> {
    let value = Entries::from_ref(value)?.get(tag).ok_or(TypeErrorKind::Missing.into());
    value.and_then(<&str>::from_ref).map_err(|error: TypeError| error.in_field(tag))
}

/// One of several variants: a map of one entry, from its name to its payload, or the bare name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choice<'a> {
    /// Name of the variant.
    pub name: &'a str,
    payload: Option<Ref<'a>>,
}

impl<'a> FromRef<'a> for Choice<'a> {
    fn from_ref(value: Ref<'a>) -> Result<Self, TypeError> {
        match value.kind() {
            Kind::Str(name) => Ok(Choice { name, payload: None }),
            Kind::Map(mut entries) if entries.len() == 1 => match entries.next() {
                Some((name, payload)) => Ok(Choice { name, payload: Some(payload) }),
                None => expected("a variant"),
            },
            _ => expected("a variant"),
        }
    }
}

impl<'a> Choice<'a> {
    /// That the variant carries nothing: `"Name"` or `{"Name": null}`.
    ///
    /// # Errors
    /// [`TypeErrorKind::Expected`] if it carries anything but null.
    pub fn unit(self) -> Result<(), TypeError> {
        self.payload.map_or(Ok(()), FromRef::from_ref)
    }

    /// What the variant carries.
    ///
    /// # Errors
    /// [`TypeErrorKind::Expected`] for a bare name, and what the type refuses.
    pub fn payload<T: FromRef<'a>>(self) -> Result<T, TypeError> {
        match self.payload {
            Some(payload) => T::from_ref(payload),
            None => expected("a variant with a payload"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Value, check, encode, text};
    use alloc::vec::Vec;

    /// For as long as the tests run.
    fn octets(text: &str) -> &'static [u8] {
        encode(&text::parse(text).unwrap()).leak()
    }

    fn read<T>(
        text: &str,
        then: impl FnOnce(Ref<'static>) -> Result<T, TypeError>,
    ) -> Result<T, TypeErrorKind> {
        then(check(octets(text)).unwrap()).map_err(|error| error.kind)
    }

    #[test]
    fn integers_end_where_their_width_does() {
        assert_eq!(read("255", u8::from_ref), Ok(255));
        assert!(read("256", u8::from_ref).is_err());
        assert_eq!(read("65535", u16::from_ref), Ok(65535));
        assert!(read("65536", u16::from_ref).is_err());
        assert_eq!(read("4294967295", u32::from_ref), Ok(u32::MAX));
        assert!(read("4294967296", u32::from_ref).is_err());
        assert_eq!(read("18446744073709551615", u64::from_ref), Ok(u64::MAX));
        assert!(read("18446744073709551616", u64::from_ref).is_err());
        for negative in ["-1", "-255"] {
            assert!(read(negative, u8::from_ref).is_err());
            assert!(read(negative, u64::from_ref).is_err());
            assert!(read(negative, U256::from_ref).is_err());
        }
        let largest: BigInt = (BigInt::from(1) << 256_u32) - 1_u32;
        for (number, wanted) in [(largest.clone(), Some(U256([0xff; 32]))), (largest + 1_u32, None)] {
            let octets = encode(&Value::Int(number));
            assert_eq!(U256::from_ref(check(&octets).unwrap()).ok(), wanted);
        }
        let mut two = [0; 32];
        two[0] = 2;
        assert_eq!(read("2", U256::from_ref), Ok(U256(two)));
        assert!(read("true", u8::from_ref).is_err());
    }

    #[test]
    fn other_types_are_told_apart() {
        assert_eq!(read("b#0102", <[u8; 2]>::from_ref), Ok([1, 2]));
        assert!(read("b#01", <[u8; 2]>::from_ref).is_err());
        assert!(read("b#010203", <[u8; 2]>::from_ref).is_err());
        assert_eq!(read("null", Option::<u8>::from_ref), Ok(None));
        assert_eq!(read("1", Option::<u8>::from_ref), Ok(Some(1)));
        assert!(read("\"\"", Option::<u8>::from_ref).is_err());
        let address = "addr#0102030405060708090a0b0c0d0e0f1011121314";
        assert!(read(address, Address::from_ref).is_ok());
        assert!(read(address, <[u8; 20]>::from_ref).is_err());
        assert_eq!(read("true", bool::from_ref), Ok(true));
        assert!(read("1", bool::from_ref).is_err());
        assert_eq!(
            read("[1,2]", |value| Items::from_ref(value)?.map(u8::from_ref).collect()),
            Ok(Vec::from([1, 2]))
        );
    }

    #[test]
    fn records_are_closed() {
        let fields = |text| {
            read(text, |value| {
                let record = Record::read(value, &["need", "may"])?;
                Ok((record.required::<u8>("need")?, record.optional::<u8>("may")?))
            })
        };
        assert_eq!(fields(r#"{"need":1}"#), Ok((1, None)));
        assert_eq!(fields(r#"{"may":2,"need":1}"#), Ok((1, Some(2))));
        assert_eq!(fields(r#"{"may":2}"#), Err(TypeErrorKind::Missing));
        assert_eq!(fields(r#"{"need":1,"other":2}"#), Err(TypeErrorKind::UnknownKey));
        assert_eq!(fields(r#"{"":0,"need":1}"#), Err(TypeErrorKind::UnknownKey));
        assert!(matches!(fields(r#"{"may":null,"need":1}"#), Err(TypeErrorKind::Expected(_))));
        assert!(matches!(fields(r#"{"need":null}"#), Err(TypeErrorKind::Expected(_))));
        assert!(matches!(fields("[]"), Err(TypeErrorKind::Expected(_))));
        // A key of which the record knows nothing has no value.
        let octets = octets("{}");
        let record = Record::read(check(octets).unwrap(), &["may"]).unwrap();
        assert_eq!(record.required::<u8>("need").unwrap_err().field, Some("need"));
    }

    #[test]
    fn a_choice_is_a_name_or_a_map_of_one_entry() {
        let unit = |text| {
            read(text, |value| {
                let choice = Choice::from_ref(value)?;
                if choice.name == "X" { choice.unit() } else { Err(TypeErrorKind::UnknownVariant.into()) }
            })
        };
        assert_eq!(unit("\"X\""), Ok(()));
        assert_eq!(unit(r#"{"X":null}"#), Ok(()));
        assert_eq!(unit("\"Y\""), Err(TypeErrorKind::UnknownVariant));
        for text in [r#"{"X":1}"#, "{}", r#"{"X":null,"Y":null}"#, "null", "[]", "b#58"] {
            assert!(matches!(unit(text), Err(TypeErrorKind::Expected(_))), "{text}");
        }
        assert_eq!(read(r#"{"X":5}"#, |value| Choice::from_ref(value)?.payload::<u8>()), Ok(5));
        assert!(read("\"X\"", |value| Choice::from_ref(value)?.payload::<u8>()).is_err());
    }

    #[test]
    fn a_tagged_enum_is_a_record_with_one_key_more() {
        let circle = r#"{"kind":"circle","radius":2}"#;
        assert_eq!(read(circle, |value| variant(value, "kind").map(|name| name == "circle")), Ok(true));
        assert_eq!(
            read(circle, |value| Record::read(value, &["kind", "radius"])?.required::<u8>("radius")),
            Ok(2)
        );
        assert_eq!(read("{}", |value| variant(value, "kind").map(drop)), Err(TypeErrorKind::Missing));
        assert!(read(r#"{"kind":1}"#, |value| variant(value, "kind").map(drop)).is_err());
    }
}
