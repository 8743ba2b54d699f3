//! What a type is, as a hash that is the same in every store. The encoding is fixed in `docs/fingerprints.md`.

use super::Types;
use alloc::vec::Vec;
use selfsame_validate::{CompositeType, FieldType, RefType, StorageType, SubType, TypeIndex, ValType};

/// What stands for a type that is named: its place in the group, or its hash.
const OF_GROUP: u8 = 1;
const OTHER: u8 = 2;

/// What stands in front of the type that is described, of the descriptor's, and of one that is meant without its subtypes.
const DESCRIBES: u8 = 0x4c;
const DESCRIPTOR: u8 = 0x4d;
const EXACT: u8 = 0x62;

struct Encoder<'a> {
    hasher: blake3::Hasher,
    /// Of the types before the group.
    digests: &'a [[u8; 32]],
}

impl Types {
    /// The hashes of all types, by number.
    pub fn digests(&self) -> Vec<[u8; 32]> {
        let mut digests: Vec<[u8; 32]> = Vec::with_capacity(self.all.len());
        while let Some(first) = self.all.get(digests.len()) {
            // The types of a group are neighbours, and name others only of groups before.
            let mut encoder = Encoder { hasher: blake3::Hasher::new(), digests: &digests };
            first.group.iter().for_each(|ty| encoder.sub_type(ty));
            let hasher = encoder.hasher;
            for place in 0..first.group.len() as u32 {
                digests.push(*hasher.clone().update(&place.to_le_bytes()).finalize().as_bytes());
            }
        }
        digests
    }
}

impl Encoder<'_> {
    fn byte(&mut self, byte: u8) {
        self.hasher.update(&[byte]);
    }

    fn number(&mut self, number: u32) {
        self.hasher.update(&number.to_le_bytes());
    }

    fn sub_type(&mut self, ty: &SubType) {
        self.byte(ty.is_final.into());
        match ty.supertype {
            Some(index) => self.index(index),
            None => self.byte(0),
        }
        for (code, index) in [(DESCRIBES, ty.describes), (DESCRIPTOR, ty.descriptor)] {
            if let Some(index) = index {
                self.byte(code);
                self.index(index);
            }
        }
        match &ty.composite {
            CompositeType::Func(func) => {
                self.byte(0x60);
                for types in [func.params(), func.results()] {
                    self.number(types.len() as u32);
                    types.iter().for_each(|ty| self.val_type(*ty));
                }
            }
            CompositeType::Struct(fields) => {
                self.byte(0x5f);
                self.number(fields.len() as u32);
                fields.iter().for_each(|field| self.field(*field));
            }
            CompositeType::Array(element) => {
                self.byte(0x5e);
                self.field(*element);
            }
        }
    }

    fn field(&mut self, field: FieldType) {
        self.byte(field.mutable.into());
        match field.storage {
            StorageType::I8 => self.byte(0x78),
            StorageType::I16 => self.byte(0x77),
            StorageType::Val(ty) => self.val_type(ty),
        }
    }

    fn val_type(&mut self, ty: ValType) {
        match ty {
            ValType::I32 => self.byte(0x7f),
            ValType::I64 => self.byte(0x7e),
            ValType::F32 => self.byte(0x7d),
            ValType::F64 => self.byte(0x7c),
            ValType::V128 => self.byte(0x7b),
            ValType::Ref(RefType { nullable, heap }) => {
                self.byte(if nullable { 0x63 } else { 0x64 });
                if heap.is_exact() {
                    self.byte(EXACT);
                }
                match (heap.index(), heap.code()) {
                    (Some(index), _) => self.index(index),
                    (None, code) => self.byte((code.unwrap_or_default() & 0x7f) as u8),
                }
            }
        }
    }

    fn index(&mut self, index: TypeIndex) {
        let number = index.number() as usize;
        match self.digests.get(number) {
            Some(digest) => {
                self.hasher.update(&[OTHER]).update(digest);
            }
            None => {
                self.byte(OF_GROUP);
                self.number((number - self.digests.len()) as u32);
            }
        }
    }
}
