//! The walk over all objects that a fingerprint covers, version 1. Its order and what is hashed are fixed in
//! `docs/fingerprints.md`.
//!
//! Objects get numbers when they are met first: from the instances in the order of their names, from each its own
//! globals, tables and element segments in the order of their indices, then kept exceptions with its tags, then breadth
//! first. So the numbers by which the store has objects, and when some have gone, show nowhere.

use super::object::leads_to_objects;
use super::{Object, cell};
use crate::func::HOST;
use crate::store::StoreInner;
use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use selfsame_validate::{HeapType, RefType, StorageType, ValType};

/// What stands in front of all that is hashed.
const VERSION: &[u8] = b"selfsame heap v1";

/// What comes first of a reference.
const NULL: u8 = 0;
const GUEST: u8 = 1;
const OF_HOST: u8 = 2;
const I31: u8 = 3;

/// A walk that has come so far.
pub(crate) struct Walk<'a> {
    store: &'a StoreInner,
    /// The number in the walk of each object that has been met, by the cell that refers to it.
    numbers: BTreeMap<u64, u64>,
    /// Those objects in the order of their numbers.
    met: Vec<u64>,
    /// Hashes of the types, once there is an object.
    types: Vec<[u8; 32]>,
}

impl<'a> Walk<'a> {
    pub fn new(store: &'a StoreInner) -> Self {
        Walk { store, numbers: BTreeMap::new(), met: Vec::new(), types: Vec::new() }
    }

    /// The store that it goes through.
    pub fn store(&self) -> &'a StoreInner {
        self.store
    }

    /// Goes on with what can be reached from an instance. The hash of that; `None` if nothing of the instance's own
    /// refers to an object.
    pub fn of_instance(&mut self, instance: u32, hasher: &blake3::Hasher) -> Option<[u8; 32]> {
        let first = self.met.len();
        let roots = self.roots(instance);
        roots.iter().for_each(|(_, cell)| self.meet(*cell));
        let of_exceptions = self.store.exceptions.iter().filter(|kept| {
            let tag = &self.store.tags[kept.tag as usize];
            tag.instance == instance
        });
        of_exceptions.flat_map(|kept| kept.cells.iter()).for_each(|cell| self.meet(*cell));
        self.meet_all(first);
        if !roots.iter().any(|(_, cell)| self.store.heap.get(*cell).is_some()) {
            return None;
        }
        if self.types.is_empty() {
            self.types = self.store.types.digests();
        }
        let mut hasher = hasher.clone();
        hasher.update(VERSION);
        for (ty, cell) in &roots {
            self.hash_value(&mut hasher, ValType::Ref(*ty), *cell, 0);
        }
        for cell in &self.met[first..] {
            if let Some(object) = self.store.heap.get(*cell) {
                self.hash_object(&mut hasher, object);
            }
        }
        Some(*hasher.finalize().as_bytes())
    }

    /// The references of an instance's own globals, tables and element segments that can lead to objects.
    fn roots(&self, instance: u32) -> Vec<(RefType, u64)> {
        let instance = &self.store.instances[instance as usize];
        let module = instance.module.validated();
        // An instance that could not be made may have none of its own.
        let imported_globals = module.globals().len() - module.defined_globals().len();
        let imported_tables = module.tables().len() - module.defined_tables().len();
        let globals = instance.globals.iter().skip(imported_globals).filter_map(|global| {
            let global = &self.store.globals[*global as usize];
            match global.ty().content {
                ValType::Ref(ty) => Some((ty, global.get()[0])),
                _ => None,
            }
        });
        let tables = instance.tables.iter().skip(imported_tables).flat_map(|table| {
            let table = &self.store.tables[*table as usize];
            table.elements().iter().map(|cell| (table.ty().element, *cell))
        });
        let segments = module.elements().iter().zip(&instance.elements);
        let segments = segments.flat_map(|(segment, items)| items.iter().map(|cell| (segment.ty, *cell)));
        let all = globals.chain(tables).chain(segments);
        all.filter(|(ty, _)| leads_to_objects(ValType::Ref(*ty))).collect()
    }

    /// Gives the object that a cell refers to a number, if it refers to one and that has none.
    fn meet(&mut self, cell: u64) {
        if self.store.heap.get(cell).is_some() && !self.numbers.contains_key(&cell) {
            self.numbers.insert(cell, self.met.len() as u64);
            self.met.push(cell);
        }
    }

    /// Meets all that can be reached from those that have been met, from number `next` on.
    fn meet_all(&mut self, mut next: usize) {
        while let Some(object) = self.met.get(next).and_then(|cell| self.store.heap.get(*cell)) {
            let layout = self.store.types.layout(object.ty);
            for at in layout.references(object.len) {
                self.meet(u64::from_le_bytes(super::object::part(&object.bytes, at)));
            }
            next += 1;
        }
    }

    fn hash_object(&self, hasher: &mut blake3::Hasher, object: &Object) {
        hasher.update(&self.types[object.ty as usize]).update(&object.len.to_le_bytes());
        let layout = self.store.types.layout(object.ty);
        if layout.is_numbers() {
            // As they lie: one by one would come to the same.
            hasher.update(&object.bytes);
            return;
        }
        for index in 0..object.len {
            let slot = layout.slot(index);
            let [low, high] = slot.read(&object.bytes);
            match slot.storage {
                StorageType::I8 => _ = hasher.update(&[low as u8]),
                StorageType::I16 => _ = hasher.update(&(low as u16).to_le_bytes()),
                StorageType::Val(ty) => self.hash_value(hasher, ty, low, high),
            }
        }
        if let Some(descriptor) = layout.descriptor(&object.bytes) {
            self.hash_reference(hasher, RefType::ANYREF, descriptor);
        }
    }

    /// Hashes a value of a field.
    pub fn hash_value(&self, hasher: &mut blake3::Hasher, ty: ValType, low: u64, high: u64) {
        match ty {
            ValType::I32 | ValType::F32 => _ = hasher.update(&(low as u32).to_le_bytes()),
            ValType::I64 | ValType::F64 => _ = hasher.update(&low.to_le_bytes()),
            ValType::V128 => _ = hasher.update(&low.to_le_bytes()).update(&high.to_le_bytes()),
            ValType::Ref(ty) => self.hash_reference(hasher, ty, low),
        }
    }

    fn hash_reference(&self, hasher: &mut blake3::Hasher, ty: RefType, cell: u64) {
        let store = self.store;
        let Some(number) = cell.checked_sub(1) else {
            hasher.update(&[NULL]);
            return;
        };
        match ty.heap.top() {
            HeapType::Func => {
                let func = &store.funcs[number as usize];
                if func.instance == HOST {
                    hasher.update(&[OF_HOST]).update(&func.func.to_le_bytes());
                    return;
                }
                let instance = &store.instances[func.instance as usize];
                let index = instance.module.validated().imported_funcs() + func.func;
                let length = instance.name.len() as u32;
                hasher.update(&[GUEST]).update(&length.to_le_bytes());
                hasher.update(instance.name.as_bytes()).update(&index.to_le_bytes());
            }
            HeapType::Exn => {
                hasher.update(&[GUEST]).update(&store.exceptions.place(cell).to_le_bytes());
            }
            _ => {
                if let Some(number) = self.numbers.get(&cell) {
                    hasher.update(&[GUEST]).update(&number.to_le_bytes());
                } else if let Some(bits) = cell::i31(cell) {
                    hasher.update(&[I31]).update(&bits.to_le_bytes());
                } else {
                    hasher.update(&[OF_HOST]).update(&number.to_le_bytes());
                }
            }
        }
    }
}
