//! One struct or array, and how its fields lie, in little-endian order. Elements of an array lie one behind the other. Field
//! number n of a struct starts at byte 8 n, whatever the others are; the upper halves of vectors are behind all fields.
//! A subtype may have more fields, so where an upper half is follows from the object's own type alone, never from one that an
//! instruction names.

use alloc::boxed::Box;
use selfsame_validate::{CompositeType, FieldType, HeapType, StorageType, SubType, ValType};

/// What an object counts besides the bytes of its fields.
const OBJECT: u64 = 64;

/// A struct or an array.
pub(crate) struct Object {
    /// Its type, by number in the store.
    pub ty: u32,
    /// Elements of an array; fields of a struct.
    pub len: u32,
    /// Its fields.
    pub bytes: Box<[u8]>,
}

impl Object {
    /// What an object counts whose fields take so many bytes.
    pub fn counted_with(bytes: u64) -> u64 {
        OBJECT.saturating_add(bytes)
    }

    /// What it counts.
    pub fn counted(&self) -> u64 {
        Object::counted_with(self.bytes.len() as u64)
    }
}

/// Where a field is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Slot {
    /// What it holds.
    pub storage: StorageType,
    /// Its first byte.
    pub at: usize,
    /// The first byte of a vector's upper half.
    pub high: usize,
}

/// How the objects of a type lie. A type of functions has none.
#[derive(Clone, Debug)]
pub(crate) struct Layout {
    is_array: bool,
    /// Each field of a struct; the first element of an array.
    slots: Box<[Slot]>,
    /// Bytes of a struct's fields, its descriptor behind them; of an array's element.
    bytes: u32,
    /// Where the reference to the descriptor is, of structs that have one: behind the fields.
    descriptor: Option<usize>,
}

impl Layout {
    pub fn of(ty: &SubType) -> Layout {
        match &ty.composite {
            CompositeType::Func(_) => {
                Layout { is_array: false, slots: Box::default(), bytes: 0, descriptor: None }
            }
            CompositeType::Array(element) => {
                let slot = Slot { storage: element.storage, at: 0, high: 8 };
                let bytes = element.storage.bytes();
                Layout { is_array: true, slots: Box::new([slot]), bytes, descriptor: None }
            }
            CompositeType::Struct(fields) => {
                let mut bytes = fields.len() as u32 * 8;
                let place = |(index, field): (usize, &FieldType)| {
                    let slot = Slot { storage: field.storage, at: index * 8, high: bytes as usize };
                    if field.storage.unpacked() == ValType::V128 {
                        bytes += 8;
                    }
                    slot
                };
                let slots = fields.iter().enumerate().map(place).collect();
                let descriptor = ty.descriptor.map(|_| bytes as usize);
                if descriptor.is_some() {
                    bytes += 8;
                }
                Layout { is_array: false, slots, bytes, descriptor }
            }
        }
    }

    /// Whether objects are arrays.
    pub fn is_array(&self) -> bool {
        self.is_array
    }

    /// Whether objects are arrays of numbers or vectors.
    pub fn is_numbers(&self) -> bool {
        self.is_array && !matches!(self.slots[0].storage, StorageType::Val(ValType::Ref(_)))
    }

    /// Bytes of a struct's fields and its descriptor.
    pub fn struct_bytes(&self) -> u64 {
        self.bytes.into()
    }

    /// Bytes of an array of so many elements.
    pub fn array_bytes(&self, len: u32) -> u64 {
        u64::from(len) * u64::from(self.bytes)
    }

    /// Bytes of one element of an array.
    pub fn element_bytes(&self) -> usize {
        self.bytes as usize
    }

    /// The fields of a struct.
    pub fn slots(&self) -> &[Slot] {
        &self.slots
    }

    /// A field of a struct, or an element of an array.
    pub fn slot(&self, index: u32) -> Slot {
        if self.is_array {
            let at = index as usize * self.element_bytes();
            Slot { at, high: at + 8, ..self.slots[0] }
        } else {
            self.slots[index as usize]
        }
    }

    /// The reference to the descriptor of an object whose bytes these are; `None` if objects of the type have none.
    pub fn descriptor(&self, bytes: &[u8]) -> Option<u64> {
        Some(u64::from_le_bytes(part(bytes, self.descriptor?)))
    }

    /// Sets the reference to the descriptor of an object whose bytes these are, if objects of the type have one.
    pub fn set_descriptor(&self, bytes: &mut [u8], descriptor: u64) {
        if let Some(at) = self.descriptor {
            bytes[at..at + 8].copy_from_slice(&descriptor.to_le_bytes());
        }
    }

    /// Where the references are that can lead to other objects: offsets of eight bytes each.
    pub fn references(&self, len: u32) -> impl Iterator<Item = usize> + '_ {
        let elements = if self.is_array { len as usize } else { 1 };
        let traced = self.slots.iter().filter(|slot| slot.is_traced());
        let fields = traced.flat_map(move |slot| (0..elements).map(move |index| slot.at + index * 8));
        fields.chain(self.descriptor)
    }
}

impl Slot {
    /// Whether it can refer to an object.
    fn is_traced(self) -> bool {
        leads_to_objects(self.storage.unpacked())
    }

    /// What the field holds, as cells: low, high. Packed fields are extended with zeros.
    #[inline]
    pub fn read(self, bytes: &[u8]) -> [u64; 2] {
        let at = self.at;
        match self.storage.bytes() {
            1 => [u64::from(bytes[at]), 0],
            2 => [u64::from(u16::from_le_bytes(part(bytes, at))), 0],
            4 => [u64::from(u32::from_le_bytes(part(bytes, at))), 0],
            8 => [u64::from_le_bytes(part(bytes, at)), 0],
            _ => [u64::from_le_bytes(part(bytes, at)), u64::from_le_bytes(part(bytes, self.high))],
        }
    }

    /// Sets the field to what the cells hold; of a packed field, to the lower bits.
    #[inline]
    pub fn write(self, bytes: &mut [u8], [low, high]: [u64; 2]) {
        let at = self.at;
        match self.storage.bytes() {
            1 => bytes[at] = low as u8,
            2 => bytes[at..at + 2].copy_from_slice(&(low as u16).to_le_bytes()),
            4 => bytes[at..at + 4].copy_from_slice(&(low as u32).to_le_bytes()),
            8 => bytes[at..at + 8].copy_from_slice(&low.to_le_bytes()),
            _ => {
                bytes[at..at + 8].copy_from_slice(&low.to_le_bytes());
                bytes[self.high..self.high + 8].copy_from_slice(&high.to_le_bytes());
            }
        }
    }

    /// What a packed field holds, extended with its sign.
    pub fn extend_sign(self, low: u64) -> u64 {
        match self.storage {
            StorageType::I8 => u64::from(low as u8 as i8 as u32),
            StorageType::I16 => u64::from(low as u16 as i16 as u32),
            StorageType::Val(_) => low,
        }
    }
}

/// So many bytes from `at` on.
pub(crate) fn part<const N: usize>(bytes: &[u8], at: usize) -> [u8; N] {
    let mut part = [0; N];
    part.copy_from_slice(&bytes[at..at + N]);
    part
}

/// Whether a value of the type can be a reference to an object: of `any` and what is below it, and of `extern`, which it
/// can be made.
pub(crate) fn leads_to_objects(ty: ValType) -> bool {
    matches!(ty, ValType::Ref(ty) if matches!(ty.heap.top(), HeapType::Any | HeapType::Extern))
}

#[cfg(test)]
mod tests {
    use super::*;
    use selfsame_validate::{RefType, Scope, TypeIndex};

    fn field(storage: StorageType) -> FieldType {
        FieldType { storage, mutable: true }
    }

    fn sub_type(composite: CompositeType) -> SubType {
        SubType { composite, supertype: None, is_final: true, descriptor: None, describes: None }
    }

    #[test]
    fn fields_come_back_as_they_were_set() {
        let any = ValType::Ref(RefType { nullable: true, heap: HeapType::Any });
        let storages = [
            StorageType::I8,
            StorageType::Val(ValType::V128),
            StorageType::I16,
            StorageType::Val(ValType::I32),
            StorageType::Val(any),
            StorageType::Val(ValType::FUNCREF),
            StorageType::Val(ValType::EXTERNREF),
        ];
        let layout = Layout::of(&sub_type(CompositeType::Struct(storages.map(field).into())));
        assert_eq!(layout.struct_bytes(), 64);
        assert_eq!(layout.references(7).collect::<alloc::vec::Vec<_>>(), [32, 48]);
        let mut bytes = [0; 64];
        let value = [0x0123_4567_89ab_cdef, 0xfedc_ba98_7654_3210];
        for index in 0..7 {
            layout.slot(index).write(&mut bytes, value);
        }
        let low = |mask: u64| [value[0] & mask, 0];
        let wanted = [low(0xff), value, low(0xffff), low(0xffff_ffff), low(!0), low(!0), low(!0)];
        for (index, wanted) in (0..7).zip(wanted) {
            assert_eq!(layout.slot(index).read(&bytes), wanted, "{index}");
        }
        assert_eq!(layout.slot(0).extend_sign(0xef), 0xffff_ffef);
        assert_eq!(layout.slot(2).extend_sign(0xcdef), 0xffff_cdef);
        assert_eq!(layout.slot(2).extend_sign(0x4def), 0x4def);
    }

    #[test]
    fn a_descriptor_lies_behind_the_fields() {
        let fields = [StorageType::I8, StorageType::Val(ValType::FUNCREF)].map(field);
        let plain = sub_type(CompositeType::Struct(fields.into()));
        let descriptor = Some(TypeIndex::new(Scope::Store, 1));
        let layout = Layout::of(&SubType { descriptor, ..plain.clone() });
        let mut bytes = [0; 24];
        layout.slot(1).write(&mut bytes, [!0, 0]);
        layout.set_descriptor(&mut bytes, 77);
        assert_eq!(layout.descriptor(&bytes), Some(77));
        assert_eq!((layout.slot(1).read(&bytes), layout.slots().len()), ([!0, 0], 2));
        assert_eq!(
            (layout.struct_bytes(), layout.references(2).collect::<alloc::vec::Vec<_>>()),
            (24, [16].into())
        );
        let layout = Layout::of(&plain);
        assert_eq!((layout.struct_bytes(), layout.descriptor(&bytes)), (16, None));
    }

    #[test]
    fn elements_lie_one_behind_the_other() {
        for (storage, bytes) in [
            (StorageType::I8, 1),
            (StorageType::I16, 2),
            (StorageType::Val(ValType::F32), 4),
            (StorageType::Val(ValType::EXTERNREF), 8),
            (StorageType::Val(ValType::V128), 16),
        ] {
            let layout = Layout::of(&sub_type(CompositeType::Array(field(storage))));
            assert_eq!(layout.array_bytes(u32::MAX), u64::from(u32::MAX) * bytes);
            assert_eq!(layout.slot(5).at as u64, 5 * bytes);
        }
        let layout = Layout::of(&sub_type(CompositeType::Array(field(StorageType::Val(ValType::EXTERNREF)))));
        assert_eq!(layout.references(3).collect::<alloc::vec::Vec<_>>(), [0, 8, 16]);
    }
}
