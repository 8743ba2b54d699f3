//! Writing an encoding piece by piece.

use crate::address::Address;
use crate::scan::{atom, tag};
use crate::uleb;
use crate::view::Ref;
use alloc::vec::Vec;
use num_bigint::{BigInt, Sign};

/// Writes a value piece by piece. The caller writes as many values as it has announced, and the keys of a map in
/// ascending order of their octets.
#[derive(Clone, Debug, Default)]
pub struct Writer {
    octets: Vec<u8>,
}

impl Writer {
    /// Nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Writer::default()
    }

    /// Appends to octets that are there.
    #[must_use]
    pub fn onto(octets: Vec<u8>) -> Self {
        Writer { octets }
    }

    /// What has been written.
    #[must_use]
    pub fn finish(self) -> Vec<u8> {
        self.octets
    }

    fn header(&mut self, number: u64, tag: u8) {
        uleb::write_u128(&mut self.octets, u128::from(number) << 3 | u128::from(tag));
    }

    /// Null.
    pub fn null(&mut self) {
        self.header(atom::NULL, tag::ATOM);
    }

    /// A truth value.
    pub fn bool(&mut self, value: bool) {
        self.header(if value { atom::TRUE } else { atom::FALSE }, tag::ATOM);
    }

    /// An integer.
    pub fn int_u64(&mut self, value: u64) {
        self.header(value, tag::INT);
    }

    /// An integer of 256 bits, as little-endian octets.
    pub fn u256_le(&mut self, value: &[u8; 32]) {
        uleb::write_tagged(&mut self.octets, value, tag::INT);
    }

    /// An integer of any size.
    pub fn int(&mut self, value: &BigInt) {
        if value.sign() == Sign::Minus {
            let (_, octets) = (-(value + 1_u8)).to_bytes_le();
            uleb::write_tagged(&mut self.octets, &octets, tag::NEGATIVE);
        } else {
            uleb::write_tagged(&mut self.octets, &value.to_bytes_le().1, tag::INT);
        }
    }

    /// Octets.
    pub fn bytes(&mut self, value: &[u8]) {
        self.header(value.len() as u64, tag::BYTES);
        self.octets.extend_from_slice(value);
    }

    /// A text.
    pub fn str(&mut self, value: &str) {
        self.header(value.len() as u64, tag::STR);
        self.octets.extend_from_slice(value.as_bytes());
    }

    /// An address.
    pub fn address(&mut self, value: &Address) {
        self.header(atom::ADDRESS, tag::ATOM);
        self.octets.extend_from_slice(&value.0);
    }

    /// The start of an array; `len` values follow.
    pub fn array(&mut self, len: usize) {
        self.header(len as u64, tag::ARRAY);
    }

    /// The start of a map; `len` times a key and a value follow.
    pub fn map(&mut self, len: usize) {
        self.header(len as u64, tag::MAP);
    }

    /// A key of a map; its value follows.
    pub fn key(&mut self, key: &str) {
        uleb::write_u128(&mut self.octets, key.len() as u128);
        self.octets.extend_from_slice(key.as_bytes());
    }

    /// A value that is encoded already.
    pub fn raw(&mut self, value: Ref<'_>) {
        self.octets.extend_from_slice(value.bytes());
    }
}
