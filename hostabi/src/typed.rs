//! Strict reading of typed values: records and enums whose keys are exactly the listed ones.
//! Spec: calldata.md 9.

use ruint::aliases::U256;
use selfsame_calldata::{Address, Entries, IntRef, Items, Kind, Ref};
use std::fmt;

/// A value is not of the type that its place asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// The type that was asked for.
    pub expected: &'static str,
}

impl Mismatch {
    /// Something else than `expected` was found.
    #[must_use]
    pub fn new(expected: &'static str) -> Self {
        Mismatch { expected }
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected {}", self.expected)
    }
}

impl std::error::Error for Mismatch {}

/// A value that can be read from calldata in exactly one way.
pub trait Read<'a>: Sized {
    /// Reads a value of this type.
    ///
    /// # Errors
    /// The value is of another type or out of the type's range.
    fn read(value: Ref<'a>) -> Result<Self, Mismatch>;
}

impl<'a> Read<'a> for Ref<'a> {
    fn read(value: Ref<'a>) -> Result<Self, Mismatch> {
        Ok(value)
    }
}

impl<'a> Read<'a> for bool {
    fn read(value: Ref<'a>) -> Result<Self, Mismatch> {
        if let Kind::Bool(value) = value.kind() { Ok(value) } else { Err(Mismatch::new("Bool")) }
    }
}

impl<'a> Read<'a> for &'a str {
    fn read(value: Ref<'a>) -> Result<Self, Mismatch> {
        if let Kind::Str(text) = value.kind() { Ok(text) } else { Err(Mismatch::new("Str")) }
    }
}

impl<'a> Read<'a> for &'a [u8] {
    fn read(value: Ref<'a>) -> Result<Self, Mismatch> {
        if let Kind::Bytes(octets) = value.kind() { Ok(octets) } else { Err(Mismatch::new("Bytes")) }
    }
}

impl<'a> Read<'a> for [u8; 32] {
    fn read(value: Ref<'a>) -> Result<Self, Mismatch> {
        let octets: &[u8] = Read::read(value)?;
        octets.try_into().map_err(|_| Mismatch::new("Bytes[32]"))
    }
}

impl<'a> Read<'a> for Address {
    fn read(value: Ref<'a>) -> Result<Self, Mismatch> {
        if let Kind::Address(address) = value.kind() { Ok(address) } else { Err(Mismatch::new("Address")) }
    }
}

/// Of an Int, whatever its size.
fn int<'a>(value: Ref<'a>, expected: &'static str) -> Result<IntRef<'a>, Mismatch> {
    if let Kind::Int(int) = value.kind() { Ok(int) } else { Err(Mismatch::new(expected)) }
}

impl<'a> Read<'a> for U256 {
    fn read(value: Ref<'a>) -> Result<Self, Mismatch> {
        let octets = int(value, "U256")?.to_u256_le().ok_or(Mismatch::new("U256"))?;
        Ok(U256::from_le_bytes(octets))
    }
}

impl<'a> Read<'a> for u64 {
    fn read(value: Ref<'a>) -> Result<Self, Mismatch> {
        int(value, "u64")?.to_u64().ok_or(Mismatch::new("u64"))
    }
}

impl<'a> Read<'a> for u32 {
    fn read(value: Ref<'a>) -> Result<Self, Mismatch> {
        let number = int(value, "u32")?.to_u64().ok_or(Mismatch::new("u32"))?;
        u32::try_from(number).map_err(|_| Mismatch::new("u32"))
    }
}

impl<'a> Read<'a> for u8 {
    fn read(value: Ref<'a>) -> Result<Self, Mismatch> {
        let number = int(value, "u8")?.to_u64().ok_or(Mismatch::new("u8"))?;
        u8::try_from(number).map_err(|_| Mismatch::new("u8"))
    }
}

/// `T or null`.
impl<'a, T: Read<'a>> Read<'a> for Option<T> {
    fn read(value: Ref<'a>) -> Result<Self, Mismatch> {
        if let Kind::Null = value.kind() { Ok(None) } else { T::read(value).map(Some) }
    }
}

/// An Array, all of whose values have the type. Nothing is allocated ahead of what has been read.
impl<'a, T: Read<'a>> Read<'a> for Vec<T> {
    fn read(value: Ref<'a>) -> Result<Self, Mismatch> {
        array(value)?.map(T::read).collect()
    }
}

/// The values of an Array, unread.
///
/// # Errors
/// The value is no Array.
pub fn array(value: Ref<'_>) -> Result<Items<'_>, Mismatch> {
    if let Kind::Array(items) = value.kind() { Ok(items) } else { Err(Mismatch::new("Array")) }
}

/// The entries of a Map, unread.
///
/// # Errors
/// The value is no Map.
pub fn map(value: Ref<'_>) -> Result<Entries<'_>, Mismatch> {
    if let Kind::Map(entries) = value.kind() { Ok(entries) } else { Err(Mismatch::new("Map")) }
}

/// A record, read in one pass. Its fields must be asked for in ascending order of their names: that is the order
/// in which they stand. A key that was not asked for is found by [`Fields::end`] or in front of the next field.
pub struct Fields<'a> {
    entries: Entries<'a>,
    next: Option<(&'a str, Ref<'a>)>,
}

impl<'a> Fields<'a> {
    /// Of a Map.
    ///
    /// # Errors
    /// The value is no Map.
    pub fn of(value: Ref<'a>) -> Result<Self, Mismatch> {
        let mut entries = map(value)?;
        let next = entries.next();
        Ok(Fields { entries, next })
    }

    /// A field that may be absent. A Null that is present is not absence.
    ///
    /// # Errors
    /// The field is of another type.
    pub fn optional<T: Read<'a>>(&mut self, name: &'static str) -> Result<Option<T>, Mismatch> {
        match self.next {
            Some((key, value)) if key == name => {
                self.next = self.entries.next();
                T::read(value).map(Some)
            }
            _ => Ok(None),
        }
    }

    /// A field that must be there.
    ///
    /// # Errors
    /// The field is absent or of another type; `expected` is the field's name if it is absent.
    pub fn required<T: Read<'a>>(&mut self, name: &'static str) -> Result<T, Mismatch> {
        self.optional(name)?.ok_or(Mismatch::new(name))
    }

    /// The end of the record.
    ///
    /// # Errors
    /// Keys are left.
    pub fn end(self) -> Result<(), Mismatch> {
        if self.next.is_none() { Ok(()) } else { Err(Mismatch::new("no other key")) }
    }
}

/// A choice: a Map with exactly one entry, the variant's name and its payload, or the bare Str of a variant
/// without payload.
///
/// # Errors
/// The value is neither.
pub fn choice(value: Ref<'_>) -> Result<(&str, Option<Ref<'_>>), Mismatch> {
    match value.kind() {
        Kind::Str(name) => Ok((name, None)),
        Kind::Map(mut entries) if entries.len() == 1 => {
            entries.next().map(|(name, payload)| (name, Some(payload))).ok_or(Mismatch::new("choice"))
        }
        _ => Err(Mismatch::new("choice")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use selfsame_calldata::{BigInt, Value, check, encode};

    fn read<T: for<'a> Read<'a>>(value: impl Into<Value>) -> Result<T, Mismatch> {
        T::read(check(&encode(&value.into())).unwrap())
    }

    fn power(exponent: u32) -> Value {
        Value::Int(BigInt::from(2).pow(exponent))
    }

    #[test]
    fn integers_have_the_range_of_their_type() {
        assert_eq!(read::<u8>(255), Ok(255));
        assert_eq!(read::<u8>(256), Err(Mismatch::new("u8")));
        assert_eq!(read::<u32>(u32::MAX), Ok(u32::MAX));
        assert_eq!(read::<u32>(power(32)), Err(Mismatch::new("u32")));
        assert_eq!(read::<u64>(u64::MAX), Ok(u64::MAX));
        assert_eq!(read::<u64>(power(64)), Err(Mismatch::new("u64")));
        let greatest = Value::Int(BigInt::from(2).pow(256) - 1);
        assert_eq!(read::<U256>(greatest), Ok(U256::MAX));
        assert_eq!(read::<U256>(power(256)), Err(Mismatch::new("U256")));
        assert_eq!(read::<U256>(-1), Err(Mismatch::new("U256")));
        assert_eq!(read::<U256>(true), Err(Mismatch::new("U256")), "a Bool is no Int");
    }

    #[test]
    fn a_record_has_all_its_keys_and_no_others() {
        fn record(value: Value) -> Result<(u8, Option<bool>), Mismatch> {
            let octets = encode(&value);
            let mut fields = Fields::of(check(&octets).unwrap())?;
            let read = (fields.required("b")?, fields.optional("d")?);
            fields.end().map(|()| read)
        }
        assert_eq!(record(Value::map([("b", 1.into()), ("d", true.into())])), Ok((1, Some(true))));
        assert_eq!(record(Value::map([("b", 1.into())])), Ok((1, None)));
        assert_eq!(record(Value::map([("d", true.into())])), Err(Mismatch::new("b")));
        assert!(record(Value::map([("b", 1.into()), ("d", Value::Null)])).is_err(), "a present Null");
        for unknown in ["a", "c", "e"] {
            assert!(record(Value::map([("b", 1.into()), (unknown, 1.into())])).is_err(), "{unknown}");
        }
        assert!(record(Value::Array(vec![])).is_err());
    }

    #[test]
    fn a_choice_is_one_entry_or_a_bare_name() {
        let name = |value: Value| choice(check(&encode(&value)).unwrap()).map(|(name, _)| name.to_owned());
        assert_eq!(name("A".into()), Ok("A".to_owned()));
        assert_eq!(name(Value::map([("A", Value::Null)])), Ok("A".to_owned()));
        assert!(name(Value::map([("A", Value::Null), ("B", Value::Null)])).is_err());
        assert!(name(Value::Map([].into())).is_err());
        assert!(name(1.into()).is_err());
    }

    #[test]
    fn octets_of_a_fixed_length_have_that_length() {
        assert_eq!(read::<[u8; 32]>(vec![7; 32]), Ok([7; 32]));
        assert!(read::<[u8; 32]>(vec![7; 31]).is_err());
        assert!(read::<[u8; 32]>(vec![7; 33]).is_err());
        assert_eq!(read::<Option<[u8; 32]>>(Value::Null), Ok(None));
        assert_eq!(read::<Vec<u8>>(Value::Array(vec![1.into(), 2.into()])), Ok(vec![1, 2]));
    }
}
