//! The types of a store: each has one number, however many modules define it. Spec: Core 3.0, 3.2.9 Recursive Types
//! and 3.3.3 Heap Types (matching).
//!
//! Types are equal by recursive groups: two groups are the same if their types are, place by place, where a type of the
//! group itself counts by its place and any other by its number. So a group is looked up in that form, and the numbers
//! of its types are neighbours. Numbers depend on the order of instantiation; nothing observable depends on them.

use crate::heap::Layout;
use crate::store::StoreInner;
use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::collections::btree_map::Entry;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::hash::{Hash, Hasher};
use selfsame_validate::{
    FuncType, GlobalType, HeapType, Module, RefType, Scope, SubType, TableType, TypeIndex, ValType,
};

/// A type with its place.
struct Defined {
    /// Its group, the types of which name all types by numbers of the store.
    group: Arc<[SubType]>,
    /// Its place in the group.
    place: u32,
    /// Its supertypes by their numbers, the most general one first.
    supertypes: Box<[u32]>,
    /// How its objects lie.
    layout: Layout,
}

/// All types of a store.
#[derive(Default)]
pub(crate) struct Types {
    /// By number.
    all: Vec<Defined>,
    /// The number of the first type of each group whose types name no others.
    plain: BTreeMap<Arc<[SubType]>, u32>,
    /// The same of the other groups, each by its hash: two of them would be too much.
    naming: BTreeMap<GroupHash, u32>,
}

/// What a group is, its own types named by place: in BLAKE3, so that nobody can find two of the same.
type GroupHash = [u8; 32];

fn hash(group: &[SubType]) -> GroupHash {
    struct Octets(blake3::Hasher);
    impl Hasher for Octets {
        fn write(&mut self, octets: &[u8]) {
            self.0.update(octets);
        }
        fn finish(&self) -> u64 {
            0
        }
    }
    let mut octets = Octets(blake3::Hasher::new());
    group.hash(&mut octets);
    *octets.0.finalize().as_bytes()
}

impl Types {
    /// The function type with this number.
    pub fn func(&self, number: u32) -> &FuncType {
        self.get(number).func()
    }

    /// The type with this number.
    pub fn get(&self, number: u32) -> &SubType {
        let defined = &self.all[number as usize];
        &defined.group[defined.place as usize]
    }

    /// What values of the type with this number are, as an abstract type.
    pub fn kind(&self, number: u32) -> HeapType {
        self.get(number).composite.abstract_type()
    }

    /// How objects of the type with this number lie.
    pub fn layout(&self, number: u32) -> &Layout {
        &self.all[number as usize].layout
    }

    /// The numbers of a module's types, by `typeidx`.
    pub fn of_module(&mut self, module: &Module) -> Box<[u32]> {
        let mut numbers = Vec::with_capacity(module.types().len());
        for range in module.type_groups() {
            let group = &module.types()[range.start as usize..range.end as usize];
            let first = if group.iter().any(SubType::names_types) {
                let renumber = |index: TypeIndex| match index.number().checked_sub(range.start) {
                    Some(place) => TypeIndex::new(Scope::Group, place),
                    None => in_store(&numbers, index),
                };
                let group: Vec<SubType> = group.iter().map(|ty| ty.map_indices(renumber)).collect();
                self.group(&group)
            } else {
                self.group(group)
            };
            numbers.extend((first..).take(group.len()));
        }
        numbers.into()
    }

    /// The number of the first type of a group. Its types name each other by place, and others by number.
    pub fn group(&mut self, group: &[SubType]) -> u32 {
        let first = self.all.len() as u32;
        if !group.iter().any(SubType::names_types) {
            if let Some(first) = self.plain.get(group) {
                return *first;
            }
            let types: Arc<[SubType]> = group.into();
            self.plain.insert(Arc::clone(&types), first);
            self.add(types);
            return first;
        }
        match self.naming.entry(hash(group)) {
            Entry::Occupied(known) => return *known.get(),
            Entry::Vacant(vacant) => vacant.insert(first),
        };
        let renumber = |index: TypeIndex| match index.scope() {
            Scope::Group => TypeIndex::new(Scope::Store, first + index.number()),
            Scope::Module | Scope::Store => index,
        };
        self.add(group.iter().map(|ty| ty.map_indices(renumber)).collect());
        first
    }

    /// Adds the types of a group, which name all by numbers of the store.
    fn add(&mut self, types: Arc<[SubType]>) {
        for (place, ty) in (0..).zip(types.iter()) {
            let supertype =
                ty.supertype.and_then(|index| Some((index.number(), self.all.get(index.number() as usize)?)));
            let supertypes = supertype.map_or_else(Box::default, |(number, supertype)| {
                supertype.supertypes.iter().copied().chain([number]).collect()
            });
            self.all.push(Defined { group: Arc::clone(&types), place, supertypes, layout: Layout::of(ty) });
        }
    }

    /// Whether a type is another one or declared to be a subtype of it.
    pub fn is_subtype(&self, number: u32, of: u32) -> bool {
        let declared = || {
            let supertypes = &self.all.get(number as usize)?.supertypes;
            // The supertypes of a type are, in their places, those of its subtypes too.
            supertypes.get(self.all.get(of as usize)?.supertypes.len()).copied()
        };
        number == of || declared() == Some(of)
    }

    /// Whether references of one type are references of another. Both name types by numbers of the store.
    pub fn ref_matches(&self, given: RefType, wanted: RefType) -> bool {
        (wanted.nullable || !given.nullable) && self.heap_matches(given.heap, wanted.heap)
    }

    /// Whether values of one type are values of another.
    pub fn val_matches(&self, given: ValType, wanted: ValType) -> bool {
        match (given, wanted) {
            (ValType::Ref(given), ValType::Ref(wanted)) => self.ref_matches(given, wanted),
            _ => given == wanted,
        }
    }

    fn heap_matches(&self, given: HeapType, wanted: HeapType) -> bool {
        match (given.index(), wanted.index()) {
            // Of the same type and no subtype is only what is exact too.
            (Some(_), Some(_)) if wanted.is_exact() => given == wanted,
            (Some(given), Some(wanted)) if [given.scope(), wanted.scope()] == [Scope::Store; 2] => {
                self.is_subtype(given.number(), wanted.number())
            }
            (Some(given), None) => {
                let kind = self.all.get(given.number() as usize).map(|_| self.kind(given.number()));
                kind.is_some_and(|kind| kind.abstractly_matches(wanted))
            }
            (None, _) => {
                given.abstractly_matches(wanted) || (given == given.bottom() && given.top() == wanted.top())
            }
            // Numbers of different things cannot be compared.
            (Some(_), Some(_)) => given == wanted,
        }
    }
}

/// A `typeidx` of a module as the number in the store, where the module's types have these numbers.
pub(crate) fn in_store(numbers: &[u32], index: TypeIndex) -> TypeIndex {
    match index.scope() {
        Scope::Module => TypeIndex::new(Scope::Store, numbers[index.number() as usize]),
        Scope::Group | Scope::Store => index,
    }
}

/// A module's table type with the store's numbers of types.
pub(crate) fn table_in_store(ty: TableType, numbers: &[u32]) -> TableType {
    TableType { element: ty.element.map_index(|index| in_store(numbers, index)), ..ty }
}

/// A module's global type with the store's numbers of types.
pub(crate) fn global_in_store(ty: GlobalType, numbers: &[u32]) -> GlobalType {
    GlobalType { content: ty.content.map_index(|index| in_store(numbers, index)), ..ty }
}

/// The types of a module as a store has them: for functions, tables and globals of the host that the module is to
/// import. Methods take types of that module, and panic at those of others.
#[derive(Clone, Debug)]
pub struct ModuleTypes {
    numbers: Box<[u32]>,
}

impl ModuleTypes {
    pub(crate) fn new(store: &mut StoreInner, module: &Module) -> Self {
        ModuleTypes { numbers: store.types.of_module(module) }
    }

    /// A function type.
    #[must_use]
    pub fn func(&self, ty: &FuncType) -> FuncType {
        ty.map_indices(|index| in_store(&self.numbers, index))
    }

    /// A table type.
    #[must_use]
    pub fn table(&self, ty: TableType) -> TableType {
        table_in_store(ty, &self.numbers)
    }

    /// A global type.
    #[must_use]
    pub fn global(&self, ty: GlobalType) -> GlobalType {
        global_in_store(ty, &self.numbers)
    }
}

mod digest;
#[cfg(test)]
mod tests;
