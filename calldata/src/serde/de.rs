//! From values to Rust.

use super::{ADDRESS, Error, INT, VALUE};
use crate::view::{Entries, IntRef, Items, Kind, Ref};
use ::serde::de::value::{BorrowedBytesDeserializer, BorrowedStrDeserializer};
use ::serde::de::{
    self, DeserializeSeed, EnumAccess, Error as _, MapAccess, SeqAccess, Unexpected, VariantAccess, Visitor,
};
use ::serde::forward_to_deserialize_any;

/// A value that has been checked.
pub struct Deserializer<'de>(pub Ref<'de>);

fn int<'de, V: Visitor<'de>>(int: IntRef<'de>, whole: Ref<'de>, visitor: V) -> Result<V::Value, Error> {
    if let Some(number) = int.to_u64() {
        return visitor.visit_u64(number);
    }
    // 128 bits and the tag are 19 groups.
    if whole.bytes().len() > 19 {
        return visitor.visit_newtype_struct(BorrowedBytesDeserializer::new(whole.bytes()));
    }
    let number = int.to_bigint();
    if let Ok(number) = i64::try_from(&number) {
        visitor.visit_i64(number)
    } else if let Ok(number) = u128::try_from(&number) {
        visitor.visit_u128(number)
    } else if let Ok(number) = i128::try_from(&number) {
        visitor.visit_i128(number)
    } else {
        visitor.visit_newtype_struct(BorrowedBytesDeserializer::new(whole.bytes()))
    }
}

impl<'de> de::Deserializer<'de> for Deserializer<'de> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0.kind() {
            Kind::Null => visitor.visit_unit(),
            Kind::Bool(value) => visitor.visit_bool(value),
            Kind::Int(value) => int(value, self.0, visitor),
            Kind::Bytes(octets) => visitor.visit_borrowed_bytes(octets),
            Kind::Str(text) => visitor.visit_borrowed_str(text),
            Kind::Array(items) => {
                let mut items = Seq(items);
                let value = visitor.visit_seq(&mut items)?;
                match items.0.len() {
                    0 => Ok(value),
                    left => Err(Error::custom(format_args!("{left} values too many in an array"))),
                }
            }
            Kind::Map(entries) => visitor.visit_map(Map { entries, value: None }),
            // The octets of the address; only those who ask for an address get it under its name.
            Kind::Address(_) => visitor.visit_newtype_struct(Named(self.0)),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0.kind() {
            Kind::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        match (name, self.0.kind()) {
            (VALUE, _) | (INT, Kind::Int(_)) => visitor.visit_borrowed_bytes(self.0.bytes()),
            (ADDRESS, Kind::Address(address)) => visitor.visit_bytes(&address.0),
            (ADDRESS, _) => Err(Error::invalid_type(Unexpected::Other("another value"), &"an address")),
            _ => visitor.visit_newtype_struct(self),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match self.0.kind() {
            Kind::Str(name) => visitor.visit_enum(Variant { name, payload: None }),
            Kind::Map(mut entries) if entries.len() == 1 => match entries.next() {
                Some((name, payload)) => visitor.visit_enum(Variant { name, payload: Some(payload) }),
                None => Err(Error::custom("expected a variant")),
            },
            _ => Err(Error::custom("expected a variant: its name, or a map of one entry")),
        }
    }

    fn is_human_readable(&self) -> bool {
        false
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq
        tuple tuple_struct map struct identifier ignored_any
    }
}

/// The octets of an address, for those who ask for nothing in particular.
struct Named<'de>(Ref<'de>);

impl<'de> de::Deserializer<'de> for Named<'de> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0.kind() {
            Kind::Address(address) => visitor.visit_bytes(&address.0),
            _ => Deserializer(self.0).deserialize_any(visitor),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

struct Seq<'de>(Items<'de>);

impl<'de> SeqAccess<'de> for Seq<'de> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Error> {
        self.0.next().map(|item| seed.deserialize(Deserializer(item))).transpose()
    }

    // No size is told in advance: a small value would have memory reserved for what it is not.
}

struct Map<'de> {
    entries: Entries<'de>,
    value: Option<Ref<'de>>,
}

impl<'de> MapAccess<'de> for Map<'de> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        let Some((key, value)) = self.entries.next() else { return Ok(None) };
        self.value = Some(value);
        seed.deserialize(BorrowedStrDeserializer::new(key)).map(Some)
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, Error> {
        match self.value.take() {
            Some(value) => seed.deserialize(Deserializer(value)),
            None => Err(Error::custom("a value was asked for before its key")),
        }
    }
}

struct Variant<'de> {
    name: &'de str,
    payload: Option<Ref<'de>>,
}

impl<'de> EnumAccess<'de> for Variant<'de> {
    type Error = Error;
    type Variant = Self;

    fn variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<(T::Value, Self), Error> {
        let name = seed.deserialize(BorrowedStrDeserializer::<Error>::new(self.name))?;
        Ok((name, self))
    }
}

impl<'de> Variant<'de> {
    fn payload(self) -> Result<Deserializer<'de>, Error> {
        let payload = self.payload.map(Deserializer);
        payload.ok_or_else(|| Error::custom(format_args!("variant {} has a payload", self.name)))
    }
}

impl<'de> VariantAccess<'de> for Variant<'de> {
    type Error = Error;

    fn unit_variant(self) -> Result<(), Error> {
        match self.payload.map(Ref::kind) {
            None | Some(Kind::Null) => Ok(()),
            Some(_) => Err(Error::custom(format_args!("variant {} has no payload", self.name))),
        }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Error> {
        seed.deserialize(self.payload()?)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Error> {
        de::Deserializer::deserialize_any(self.payload()?, visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        de::Deserializer::deserialize_any(self.payload()?, visitor)
    }
}
