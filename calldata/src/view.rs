//! Encoded values, looked at in place.

use crate::address::Address;
use crate::scan::{self, ADDRESS_LEN, atom, tag};
use crate::uleb;
use crate::value::Value;
use alloc::string::String;
use num_bigint::{BigInt, Sign};

/// A checked value inside a buffer: nothing is copied, and nothing is allocated however large it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ref<'a> {
    octets: &'a [u8],
}

/// What a value is.
#[derive(Clone, Debug)]
pub enum Kind<'a> {
    /// Nothing.
    Null,
    /// A truth value.
    Bool(bool),
    /// An integer of any size.
    Int(IntRef<'a>),
    /// Octets.
    Bytes(&'a [u8]),
    /// A text.
    Str(&'a str),
    /// Values in order.
    Array(Items<'a>),
    /// Values by key.
    Map(Entries<'a>),
    /// An address.
    Address(Address),
}

impl<'a> Ref<'a> {
    /// Of octets that have been checked to be exactly one value.
    pub(crate) fn new(octets: &'a [u8]) -> Self {
        Ref { octets }
    }

    /// The encoding: also that of the value alone, for an encoding does not depend on what is around it.
    #[must_use]
    pub fn bytes(self) -> &'a [u8] {
        self.octets
    }

    /// What the value is.
    #[must_use]
    pub fn kind(self) -> Kind<'a> {
        // Checked octets are complete: the fall-backs are never taken.
        let groups = uleb::split(self.octets).unwrap_or(&[0]);
        let body = self.octets.get(groups.len()..).unwrap_or_default();
        let number = uleb::to_u64(groups, 3).unwrap_or(0);
        match groups[0] & 7 {
            tag::INT => Kind::Int(IntRef { groups, negative: false }),
            tag::NEGATIVE => Kind::Int(IntRef { groups, negative: true }),
            tag::BYTES => Kind::Bytes(body),
            tag::STR => Kind::Str(core::str::from_utf8(body).unwrap_or_default()),
            tag::ARRAY => Kind::Array(Items { octets: body, left: number }),
            tag::MAP => Kind::Map(Entries { octets: body, left: number }),
            _ => match number {
                atom::FALSE => Kind::Bool(false),
                atom::TRUE => Kind::Bool(true),
                atom::ADDRESS => {
                    let mut address = [0; ADDRESS_LEN];
                    address.copy_from_slice(&body[..ADDRESS_LEN]);
                    Kind::Address(Address(address))
                }
                _ => Kind::Null,
            },
        }
    }

    /// The value, built. It takes up to some forty times the octets: for values whose size is bounded.
    #[must_use]
    pub fn to_value(self) -> Value {
        match self.kind() {
            Kind::Null => Value::Null,
            Kind::Bool(value) => Value::Bool(value),
            Kind::Int(int) => Value::Int(int.to_bigint()),
            Kind::Bytes(octets) => Value::Bytes(octets.into()),
            Kind::Str(text) => Value::Str(text.into()),
            Kind::Array(items) => Value::Array(items.map(Ref::to_value).collect()),
            Kind::Map(entries) => {
                Value::Map(entries.map(|(key, value)| (String::from(key), value.to_value())).collect())
            }
            Kind::Address(address) => Value::Address(address),
        }
    }
}

/// An integer of any size.
#[derive(Clone, Copy, Debug)]
pub struct IntRef<'a> {
    /// Of the header: the number, or what a negative one lacks to -1, and three bits of tag.
    groups: &'a [u8],
    negative: bool,
}

impl IntRef<'_> {
    /// Whether it is below zero.
    #[must_use]
    pub fn is_negative(self) -> bool {
        self.negative
    }

    /// The integer.
    #[must_use]
    pub fn to_bigint(self) -> BigInt {
        let number = BigInt::from_bytes_le(Sign::Plus, &uleb::to_le_octets(self.groups, 3));
        if self.negative { -number - 1 } else { number }
    }

    /// The integer, if it is in 0 .. 2^64-1.
    #[must_use]
    pub fn to_u64(self) -> Option<u64> {
        if self.negative { None } else { uleb::to_u64(self.groups, 3) }
    }

    /// The integer as 32 little-endian octets, if it is in 0 .. 2^256-1.
    #[must_use]
    pub fn to_u256_le(self) -> Option<[u8; 32]> {
        // 259 bits are 37 groups.
        if self.negative || self.groups.len() > 37 {
            return None;
        }
        let octets = uleb::to_le_octets(self.groups, 3);
        let (low, high) = octets.split_at(octets.len().min(32));
        let mut number = [0; 32];
        number[..low.len()].copy_from_slice(low);
        high.iter().all(|octet| *octet == 0).then_some(number)
    }
}

/// The values of an array. Finding the end of each takes time in proportion to its length.
#[derive(Clone, Debug)]
pub struct Items<'a> {
    octets: &'a [u8],
    left: u64,
}

/// The entries of a map, ascending by key.
#[derive(Clone, Debug)]
pub struct Entries<'a> {
    octets: &'a [u8],
    left: u64,
}

/// Takes one value off the front.
fn take<'a>(octets: &mut &'a [u8]) -> Ref<'a> {
    let (value, rest) = octets.split_at(scan::len(octets));
    *octets = rest;
    Ref::new(value)
}

impl Items<'_> {
    /// How many are left.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.left
    }

    /// Whether none is left.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.left == 0
    }
}

impl<'a> Iterator for Items<'a> {
    type Item = Ref<'a>;

    fn next(&mut self) -> Option<Ref<'a>> {
        self.left = self.left.checked_sub(1)?;
        Some(take(&mut self.octets))
    }
}

impl<'a> Entries<'a> {
    /// How many are left.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.left
    }

    /// Whether none is left.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.left == 0
    }

    /// The value of a key, among those that are left.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<Ref<'a>> {
        self.clone()
            .take_while(|(name, _)| *name <= key)
            .find(|(name, _)| *name == key)
            .map(|(_, value)| value)
    }
}

impl<'a> Iterator for Entries<'a> {
    type Item = (&'a str, Ref<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        self.left = self.left.checked_sub(1)?;
        // Checked octets are complete: the fall-backs are never taken.
        let groups = uleb::split(self.octets).unwrap_or(&[0]);
        let len = uleb::to_u64(groups, 0).unwrap_or(0) as usize;
        let body = self.octets.get(groups.len()..).unwrap_or_default();
        let (key, rest) = body.split_at(len.min(body.len()));
        self.octets = rest;
        Some((core::str::from_utf8(key).unwrap_or_default(), take(&mut self.octets)))
    }
}
