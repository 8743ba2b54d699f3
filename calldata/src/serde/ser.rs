//! From Rust to values.

use super::{ADDRESS, Error, INT};
use crate::address::Address;
use crate::scan::MAX_DEPTH;
use crate::value::{Value, decode};
use ::serde::ser::{
    self, Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
    SerializeTupleStruct, SerializeTupleVariant,
};
use alloc::collections::BTreeMap;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

/// So many containers are open around what is serialized.
#[derive(Clone, Copy)]
pub struct Serializer {
    pub depth: usize,
}

impl Serializer {
    /// For what is inside one container more.
    fn deeper(self) -> Result<Self, Error> {
        if self.depth >= MAX_DEPTH { Err(Error::TooDeep) } else { Ok(Serializer { depth: self.depth + 1 }) }
    }
}

/// The values of an array; of an enum's variant if it has a name.
pub struct Array {
    inner: Serializer,
    items: Vec<Value>,
    variant: Option<&'static str>,
}

/// The entries of a map; of an enum's variant if it has a name.
pub struct Map {
    inner: Serializer,
    entries: BTreeMap<String, Value>,
    key: String,
    variant: Option<&'static str>,
}

fn named(variant: Option<&'static str>, payload: Value) -> Value {
    match variant {
        Some(name) => Value::map([(name, payload)]),
        None => payload,
    }
}

impl Array {
    fn push<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        self.items.push(value.serialize(self.inner)?);
        Ok(())
    }

    fn finish(self) -> Value {
        named(self.variant, Value::Array(self.items))
    }
}

impl Map {
    fn insert<T: Serialize + ?Sized>(&mut self, key: String, value: &T) -> Result<(), Error> {
        match self.entries.insert(key, value.serialize(self.inner)?) {
            None => Ok(()),
            Some(_) => Err(Error::DuplicateKey),
        }
    }

    fn finish(self) -> Value {
        named(self.variant, Value::Map(self.entries))
    }
}

macro_rules! plain {
    ($($name:ident: $ty:ty),*) => {
        $(fn $name(self, value: $ty) -> Result<Value, Error> {
            Ok(value.into())
        })*
    };
}

impl ser::Serializer for Serializer {
    type Ok = Value;
    type Error = Error;
    type SerializeSeq = Array;
    type SerializeTuple = Array;
    type SerializeTupleStruct = Array;
    type SerializeTupleVariant = Array;
    type SerializeMap = Map;
    type SerializeStruct = Map;
    type SerializeStructVariant = Map;

    plain! {
        serialize_bool: bool, serialize_str: &str,
        serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64, serialize_i128: i128,
        serialize_u8: u8, serialize_u16: u16, serialize_u32: u32, serialize_u64: u64, serialize_u128: u128
    }

    fn serialize_f32(self, _: f32) -> Result<Value, Error> {
        Err(Error::Float)
    }

    fn serialize_f64(self, _: f64) -> Result<Value, Error> {
        Err(Error::Float)
    }

    fn serialize_char(self, value: char) -> Result<Value, Error> {
        Ok(Value::Str(value.to_string()))
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<Value, Error> {
        Ok(Value::Bytes(value.into()))
    }

    fn serialize_none(self) -> Result<Value, Error> {
        Ok(Value::Null)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<Value, Error> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<Value, Error> {
        Ok(Value::Null)
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<Value, Error> {
        Ok(Value::Null)
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<Value, Error> {
        Ok(variant.into())
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        value: &T,
    ) -> Result<Value, Error> {
        let inner = value.serialize(self)?;
        match (name, inner) {
            (ADDRESS, Value::Bytes(octets)) => {
                let address: [u8; 20] = octets.try_into().map_err(|_| Error::Type("no address".into()))?;
                Ok(Address(address).into())
            }
            (INT, Value::Bytes(octets)) => Ok(decode(&octets)?),
            (_, inner) => Ok(inner),
        }
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<Value, Error> {
        Ok(named(Some(variant), value.serialize(self.deeper()?)?))
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Array, Error> {
        Ok(Array { inner: self.deeper()?, items: Vec::new(), variant: None })
    }

    fn serialize_tuple(self, _: usize) -> Result<Array, Error> {
        self.serialize_seq(None)
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Array, Error> {
        self.serialize_seq(None)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Array, Error> {
        Ok(Array { variant: Some(variant), ..self.deeper()?.serialize_seq(None)? })
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Map, Error> {
        Ok(Map { inner: self.deeper()?, entries: BTreeMap::new(), key: String::new(), variant: None })
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Map, Error> {
        self.serialize_map(None)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Map, Error> {
        Ok(Map { variant: Some(variant), ..self.deeper()?.serialize_map(None)? })
    }

    fn is_human_readable(&self) -> bool {
        false
    }
}

macro_rules! compounds {
    ($($trait:ident for $ty:ident: $method:ident($($key:ident)?);)*) => {
        $(impl $trait for $ty {
            type Ok = Value;
            type Error = Error;

            fn $method<T: Serialize + ?Sized>(&mut self, $($key: &'static str,)? value: &T) -> Result<(), Error> {
                compounds!(@ self value $($key)?)
            }

            fn end(self) -> Result<Value, Error> {
                Ok(self.finish())
            }
        })*
    };
    (@ $self:ident $value:ident) => { $self.push($value) };
    (@ $self:ident $value:ident $key:ident) => { $self.insert($key.into(), $value) };
}
compounds! {
    SerializeSeq for Array: serialize_element();
    SerializeTuple for Array: serialize_element();
    SerializeTupleStruct for Array: serialize_field();
    SerializeTupleVariant for Array: serialize_field();
    SerializeStruct for Map: serialize_field(key);
    SerializeStructVariant for Map: serialize_field(key);
}

impl SerializeMap for Map {
    type Ok = Value;
    type Error = Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Error> {
        match key.serialize(self.inner)? {
            Value::Str(key) => self.key = key,
            _ => return Err(Error::Key),
        }
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        let key = core::mem::take(&mut self.key);
        self.insert(key, value)
    }

    fn end(self) -> Result<Value, Error> {
        Ok(self.finish())
    }
}
