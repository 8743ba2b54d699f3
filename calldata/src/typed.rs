//! Typed views: what the other formats expect where a value stands. Spec: calldata.md 9.
//!
//! Each type that can be read implements [`Read`]; [`Fields`] reads records, and [`Choice`] one of several
//! variants. A tagged enum is a record: read its tag with [`variant`], then the record with the fields of that
//! variant.
//!
//! ```
//! use selfsame_calldata::typed::{Fields, Mismatch, Read};
//! use selfsame_calldata::{Address, Ref, check, encode, text};
//!
//! struct Transfer<'a> {
//!     amount: u64,
//!     data: Option<Ref<'a>>,
//!     to: Address,
//! }
//!
//! impl<'a> Read<'a> for Transfer<'a> {
//!     fn read(value: Ref<'a>) -> Result<Self, Mismatch> {
//!         // Ascending: the order in which fields stand.
//!         let mut fields = Fields::of(value)?;
//!         let (amount, data) = (fields.required("amount")?, fields.optional("data")?);
//!         let to = fields.required("to")?;
//!         fields.end()?;
//!         Ok(Transfer { amount, data, to })
//!     }
//! }
//!
//! let to = "addr#0102030405060708090a0b0c0d0e0f1011121314";
//! let octets = encode(&text::parse(&format!(r#"{{"to": {to}, "amount": -1}}"#)).unwrap());
//! let error = Transfer::read(check(&octets).unwrap()).err().unwrap();
//! assert_eq!(error.to_string(), "amount: expected an integer of 64 bits");
//! ```

use crate::address::Address;
use crate::view::{Entries, Items, Kind, Ref};
use alloc::vec::Vec;
use core::fmt;

/// A value is not of the type that its place asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// The field that is wrong, in the innermost record; nothing for a value outside records.
    pub field: Option<&'static str>,
    /// What was expected there.
    pub expected: &'static str,
}

impl Mismatch {
    /// Something else than `expected` was found.
    #[must_use]
    pub fn new(expected: &'static str) -> Self {
        Mismatch { field: None, expected }
    }

    /// The error of a field, unless a record inside it has named one of its own.
    fn in_field(self, field: &'static str) -> Self {
        Mismatch { field: self.field.or(Some(field)), ..self }
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(field) = self.field {
            write!(f, "{field}: ")?;
        }
        write!(f, "expected {}", self.expected)
    }
}

impl core::error::Error for Mismatch {}

/// A type that values can be read as, each in exactly one way.
pub trait Read<'a>: Sized {
    /// Reads a value, without copying what can be left where it is.
    ///
    /// # Errors
    /// [`Mismatch`] if the value is not of the type.
    fn read(value: Ref<'a>) -> Result<Self, Mismatch>;
}

/// `Calldata`: any value.
impl<'a> Read<'a> for Ref<'a> {
    fn read(value: Ref<'a>) -> Result<Self, Mismatch> {
        Ok(value)
    }
}

macro_rules! scalars {
    ($($(#[$meta:meta])* $ty:ty: $what:literal, $pattern:pat => $read:expr;)*) => {
        $($(#[$meta])* impl<'a> Read<'a> for $ty {
            fn read(value: Ref<'a>) -> Result<Self, Mismatch> {
                let read: Option<$ty> = match value.kind() {
                    $pattern => $read,
                    _ => None,
                };
                read.ok_or(Mismatch::new($what))
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
    #[cfg(feature = "ruint")]
    ruint::aliases::U256: "an integer of 256 bits", Kind::Int(value) => {
        value.to_u256_le().map(ruint::aliases::U256::from_le_bytes)
    };
    &'a [u8]: "octets", Kind::Bytes(octets) => Some(octets);
    &'a str: "a text", Kind::Str(text) => Some(text);
    Address: "an address", Kind::Address(address) => Some(address);
    Items<'a>: "an array", Kind::Array(items) => Some(items);
    Entries<'a>: "a map", Kind::Map(entries) => Some(entries);
}

/// `Bytes[k]`: exactly so many octets.
impl<'a, const LEN: usize> Read<'a> for [u8; LEN] {
    fn read(value: Ref<'a>) -> Result<Self, Mismatch> {
        <&[u8]>::read(value)?.try_into().map_err(|_| match LEN {
            20 => Mismatch::new("20 octets"),
            32 => Mismatch::new("32 octets"),
            _ => Mismatch::new("octets of another number"),
        })
    }
}

/// `T or null`.
impl<'a, T: Read<'a>> Read<'a> for Option<T> {
    fn read(value: Ref<'a>) -> Result<Self, Mismatch> {
        match value.kind() {
            Kind::Null => Ok(None),
            _ => T::read(value).map(Some),
        }
    }
}

/// An array, all of whose values have the type. Nothing is allocated ahead of what has been read; a `T` may still
/// be larger than its encoding, so a list whose length somebody else chooses is better read as [`Items`].
impl<'a, T: Read<'a>> Read<'a> for Vec<T> {
    fn read(value: Ref<'a>) -> Result<Self, Mismatch> {
        Items::read(value)?.map(T::read).collect()
    }
}

/// A record, read in one pass. Its fields must be asked for in ascending order of their names: that is the order
/// in which they stand. A key that was not asked for stays in front of the fields that follow, and is found there
/// or by [`Fields::end`].
#[derive(Clone, Debug)]
pub struct Fields<'a> {
    entries: Entries<'a>,
    next: Option<(&'a str, Ref<'a>)>,
}

impl<'a> Fields<'a> {
    /// Of a map.
    ///
    /// # Errors
    /// [`Mismatch`] if it is none.
    pub fn of(value: Ref<'a>) -> Result<Self, Mismatch> {
        let mut entries = Entries::read(value)?;
        let next = entries.next();
        Ok(Fields { entries, next })
    }

    /// `absent or T`: a field that may be left out. A null that is there is a `T`, or refused.
    ///
    /// # Errors
    /// What the type refuses.
    pub fn optional<T: Read<'a>>(&mut self, name: &'static str) -> Result<Option<T>, Mismatch> {
        match self.next {
            Some((key, value)) if key == name => {
                self.next = self.entries.next();
                T::read(value).map(Some).map_err(|error| error.in_field(name))
            }
            _ => Ok(None),
        }
    }

    /// A field that must be there.
    ///
    /// # Errors
    /// The field is absent, and what the type refuses.
    pub fn required<T: Read<'a>>(&mut self, name: &'static str) -> Result<T, Mismatch> {
        self.optional(name)?.ok_or(Mismatch::new("a value").in_field(name))
    }

    /// The end of the record: whoever does not ask for it allows unknown keys.
    ///
    /// # Errors
    /// Keys are left.
    pub fn end(self) -> Result<(), Mismatch> {
        if self.next.is_none() { Ok(()) } else { Err(Mismatch::new("no other key")) }
    }
}

/// The variant that a tagged enum's record names under `tag`. The record itself is read as [`Fields`] with that
/// key among the others.
///
/// # Errors
/// The value is no map, or has no text under `tag`.
pub fn variant<'a>(value: Ref<'a>, tag: &'static str) -> Result<&'a str, Mismatch> {
    let value = Entries::read(value)?.get(tag).ok_or(Mismatch::new("a value"));
    value.and_then(Read::read).map_err(|error| error.in_field(tag))
}

/// One of several variants: a map of one entry, from its name to its payload, or the bare name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choice<'a> {
    /// Name of the variant.
    pub name: &'a str,
    payload: Option<Ref<'a>>,
}

impl<'a> Read<'a> for Choice<'a> {
    fn read(value: Ref<'a>) -> Result<Self, Mismatch> {
        let choice = match value.kind() {
            Kind::Str(name) => Some(Choice { name, payload: None }),
            Kind::Map(mut entries) if entries.len() == 1 => {
                entries.next().map(|(name, payload)| Choice { name, payload: Some(payload) })
            }
            _ => None,
        };
        choice.ok_or(Mismatch::new("a variant"))
    }
}

impl<'a> Choice<'a> {
    /// That the variant carries nothing: `"Name"` or `{"Name": null}`.
    ///
    /// # Errors
    /// It carries anything but null.
    pub fn unit(self) -> Result<(), Mismatch> {
        self.payload.map_or(Ok(()), Read::read)
    }

    /// What the variant carries.
    ///
    /// # Errors
    /// It is a bare name, and what the type refuses.
    pub fn payload<T: Read<'a>>(self) -> Result<T, Mismatch> {
        self.payload.ok_or(Mismatch::new("a variant with a payload")).and_then(T::read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{check, encode, text};

    /// For as long as the tests run.
    fn value(text: &str) -> Ref<'static> {
        check(encode(&text::parse(text).unwrap()).leak()).unwrap()
    }

    fn read<T: Read<'static>>(text: &str) -> Result<T, &'static str> {
        T::read(value(text)).map_err(|error| error.expected)
    }

    #[test]
    fn integers_end_where_their_width_does() {
        assert_eq!(read("255"), Ok(u8::MAX));
        assert_eq!(read::<u8>("256"), Err("an integer of 8 bits"));
        assert_eq!(read("65535"), Ok(u16::MAX));
        assert_eq!(read::<u16>("65536"), Err("an integer of 16 bits"));
        assert_eq!(read("4294967295"), Ok(u32::MAX));
        assert_eq!(read::<u32>("4294967296"), Err("an integer of 32 bits"));
        assert_eq!(read("18446744073709551615"), Ok(u64::MAX));
        assert_eq!(read::<u64>("18446744073709551616"), Err("an integer of 64 bits"));
        for negative in ["-1", "-255"] {
            assert!(read::<u8>(negative).is_err());
            assert!(read::<u64>(negative).is_err());
        }
        assert!(read::<u8>("true").is_err(), "a truth value is no integer");
    }

    #[cfg(feature = "ruint")]
    #[test]
    fn an_amount_has_256_bits() {
        use num_bigint::BigInt;
        use ruint::aliases::U256;
        let largest: BigInt = (BigInt::from(1) << 256_u32) - 1_u32;
        for (number, wanted) in [(largest.clone(), Ok(U256::MAX)), (largest + 1_u32, Err(()))] {
            let octets = encode(&crate::Value::Int(number));
            assert_eq!(U256::read(check(&octets).unwrap()).map_err(drop), wanted);
        }
        assert_eq!(read("2"), Ok(U256::from(2)));
        assert_eq!(read::<U256>("-1"), Err("an integer of 256 bits"));
        assert_eq!(read::<U256>("true"), Err("an integer of 256 bits"));
    }

    #[test]
    fn other_types_are_told_apart() {
        assert_eq!(read("b#0102"), Ok([1, 2]));
        assert!(read::<[u8; 2]>("b#01").is_err());
        assert!(read::<[u8; 2]>("b#010203").is_err());
        assert_eq!(read("null"), Ok(None::<u8>));
        assert_eq!(read("1"), Ok(Some(1_u8)));
        assert!(read::<Option<u8>>("\"\"").is_err());
        let address = "addr#0102030405060708090a0b0c0d0e0f1011121314";
        assert!(read::<Address>(address).is_ok());
        assert_eq!(read::<[u8; 20]>(address), Err("octets"));
        assert_eq!(read::<[u8; 20]>("b#"), Err("20 octets"));
        assert_eq!(read("true"), Ok(true));
        assert!(read::<bool>("1").is_err());
        assert_eq!(read("[1,2]"), Ok(Vec::from([1_u8, 2])));
        assert_eq!(read::<Vec<u8>>("[1,256]"), Err("an integer of 8 bits"));
        assert_eq!(read::<Vec<u8>>("{}"), Err("an array"));
        assert!(read::<Entries<'_>>("[]").is_err());
    }

    #[test]
    fn a_record_has_its_keys_and_no_others() {
        let record = |text| {
            let mut fields = Fields::of(value(text))?;
            let read = (fields.required("b")?, fields.optional("d")?);
            fields.end().map(|()| read)
        };
        assert_eq!(record(r#"{"b":1}"#), Ok((1_u8, None)));
        assert_eq!(record(r#"{"b":1,"d":true}"#), Ok((1, Some(true))));
        let missing = Err(Mismatch { field: Some("b"), expected: "a value" });
        assert_eq!(record(r#"{"d":true}"#), missing);
        assert_eq!(record(r#"{"a":1,"b":1}"#), missing);
        let null = Err(Mismatch { field: Some("d"), expected: "a truth value" });
        assert_eq!(record(r#"{"b":1,"d":null}"#), null, "a null that is there");
        for other in [r#"{"b":1,"c":1}"#, r#"{"b":1,"c":1,"d":true}"#, r#"{"b":1,"d":true,"e":1}"#] {
            assert_eq!(record(other), Err(Mismatch::new("no other key")), "{other}");
        }
        assert_eq!(record("[]"), Err(Mismatch::new("a map")));
    }

    #[test]
    fn the_innermost_field_is_named() {
        #[derive(Debug)]
        struct Inner;
        impl<'a> Read<'a> for Inner {
            fn read(value: Ref<'a>) -> Result<Self, Mismatch> {
                Fields::of(value)?.required::<bool>("x").map(|_| Inner)
            }
        }
        let error = |text| Fields::of(value(text)).unwrap().required::<Inner>("y").unwrap_err();
        assert_eq!(error(r#"{"y":{"x":1}}"#).field, Some("x"));
        assert_eq!(error(r#"{"y":1}"#).field, Some("y"));
    }

    #[test]
    fn a_choice_is_a_name_or_a_map_of_one_entry() {
        let unit = |text| {
            let choice = Choice::read(value(text))?;
            if choice.name == "X" { choice.unit() } else { Err(Mismatch::new("X")) }
        };
        assert_eq!(unit("\"X\""), Ok(()));
        assert_eq!(unit(r#"{"X":null}"#), Ok(()));
        for text in ["\"Y\"", r#"{"X":1}"#, "{}", r#"{"X":null,"Y":null}"#, "null", "[]", "b#58"] {
            assert!(unit(text).is_err(), "{text}");
        }
        let payload = |text| Choice::read(value(text))?.payload::<u8>();
        assert_eq!(payload(r#"{"X":5}"#), Ok(5));
        assert!(payload("\"X\"").is_err());
    }

    #[test]
    fn a_tagged_enum_is_a_record_with_one_key_more() {
        let circle = value(r#"{"kind":"circle","radius":2}"#);
        assert_eq!(variant(circle, "kind"), Ok("circle"));
        let mut fields = Fields::of(circle).unwrap();
        assert_eq!(fields.required("kind"), Ok("circle"));
        assert_eq!(fields.required("radius"), Ok(2_u8));
        assert_eq!(fields.end(), Ok(()));
        let missing = Mismatch { field: Some("kind"), expected: "a value" };
        assert_eq!(variant(value("{}"), "kind"), Err(missing));
        assert!(variant(value(r#"{"kind":1}"#), "kind").is_err());
    }
}
