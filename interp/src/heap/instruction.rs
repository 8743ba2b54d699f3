//! What the instructions of the heap do. Both tiers come here, with the operands in neighbouring cells of the stack; the
//! result takes the place of the first. Spec: Core 3.0, 4.6.4 Aggregate Instructions and 4.6.3 Reference Instructions.

use super::cell;
use super::object::{Layout, Object, Slot};
use crate::store::StoreInner;
use crate::trap::Trap;
use selfsame_validate::{BrOnCast, HeapCode, HeapType, Module, Opcode, StorageType, ValType, leb};

/// What makes an object or moves elements: the price depends on how much.
pub(crate) const METERED: [Opcode; 13] = [
    Opcode::StructNew,
    Opcode::StructNewDefault,
    Opcode::StructNewDesc,
    Opcode::StructNewDefaultDesc,
    Opcode::ArrayNew,
    Opcode::ArrayNewDefault,
    Opcode::ArrayNewFixed,
    Opcode::ArrayNewData,
    Opcode::ArrayNewElem,
    Opcode::ArrayFill,
    Opcode::ArrayCopy,
    Opcode::ArrayInitData,
    Opcode::ArrayInitElem,
];

/// The others, branches aside.
pub(crate) const PLAIN: [Opcode; 22] = [
    Opcode::StructGet,
    Opcode::StructGetS,
    Opcode::StructGetU,
    Opcode::StructSet,
    Opcode::ArrayGet,
    Opcode::ArrayGetS,
    Opcode::ArrayGetU,
    Opcode::ArraySet,
    Opcode::ArrayLen,
    Opcode::RefTest,
    Opcode::RefTestNull,
    Opcode::RefCast,
    Opcode::RefCastNull,
    Opcode::RefGetDesc,
    Opcode::RefCastDescEq,
    Opcode::RefCastDescEqNull,
    Opcode::AnyConvertExtern,
    Opcode::ExternConvertAny,
    Opcode::RefI31,
    Opcode::I31GetS,
    Opcode::I31GetU,
    Opcode::RefEq,
];

/// An instruction of the heap with its immediates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct HeapOp {
    pub opcode: Opcode,
    /// A type, mostly: see [`HeapOp::read`].
    pub first: u32,
    /// A field, a segment, a number of elements, a second type; of casts, 1 if the type is exact.
    pub second: u32,
}

/// What an instruction takes from the operand stack, and what it leaves there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shape {
    /// Operands.
    pub operands: u32,
    /// Cells that they take.
    pub cells: u32,
    /// Cells of the result; 0 if there is none.
    pub result: u32,
}

impl HeapOp {
    /// Whether its price depends on amounts.
    pub fn is_metered(opcode: Opcode) -> bool {
        METERED.contains(&opcode)
    }

    /// Reads the immediates at `pc`; returns where they end too. Of the casts the first is the type's code: a
    /// `typeidx`, or negative. Of branches on casts the label is left out: they are `ref.test`, and
    /// `ref.cast_desc_eq` where descriptors are compared.
    pub fn read(opcode: Opcode, code: &[u8], pc: usize) -> (HeapOp, usize) {
        use Opcode as O;
        match opcode {
            O::RefTest
            | O::RefTestNull
            | O::RefCast
            | O::RefCastNull
            | O::RefCastDescEq
            | O::RefCastDescEqNull => {
                let (heap, pc) = HeapCode::read(code, pc);
                (HeapOp::of_cast(opcode, heap), pc)
            }
            O::BrOnCast | O::BrOnCastFail => {
                let (BrOnCast { target, .. }, pc) = BrOnCast::read(code, pc);
                let test = if target.nullable { O::RefTestNull } else { O::RefTest };
                (HeapOp::of_cast(test, target.heap), pc)
            }
            O::BrOnCastDescEq | O::BrOnCastDescEqFail => {
                let (BrOnCast { target, .. }, pc) = BrOnCast::read(code, pc);
                let test = if target.nullable { O::RefCastDescEqNull } else { O::RefCastDescEq };
                (HeapOp::of_cast(test, target.heap), pc)
            }
            O::RefEq
            | O::ArrayLen
            | O::RefI31
            | O::I31GetS
            | O::I31GetU
            | O::AnyConvertExtern
            | O::ExternConvertAny => (HeapOp { opcode, first: 0, second: 0 }, pc),
            _ => {
                let (first, pc) = leb::u32(code, pc);
                let two = opcode.takes_field_or_segment();
                let (second, pc) = if two { leb::u32(code, pc) } else { (0, pc) };
                (HeapOp { opcode, first, second }, pc)
            }
        }
    }

    fn of_cast(opcode: Opcode, heap: HeapCode) -> HeapOp {
        HeapOp { opcode, first: heap.code as u32, second: heap.exact.into() }
    }

    /// What the instruction takes and leaves, by its module's types.
    pub fn shape(&self, module: &Module) -> Shape {
        use Opcode as O;
        let cells_of = |storage: StorageType| storage.unpacked().cells();
        let fields = || module.types()[self.first as usize].fields();
        let field = |index: u32| cells_of(fields()[index as usize].storage);
        let shape = |operands, cells, result| Shape { operands, cells, result };
        match self.opcode {
            O::StructNew => {
                let cells = fields().iter().map(|field| cells_of(field.storage)).sum();
                shape(fields().len() as u32, cells, 1)
            }
            O::StructNewDesc => {
                let cells: u32 = fields().iter().map(|field| cells_of(field.storage)).sum();
                shape(fields().len() as u32 + 1, cells + 1, 1)
            }
            O::StructNewDefault => shape(0, 0, 1),
            O::StructGet | O::StructGetS | O::StructGetU => shape(1, 1, field(self.second)),
            O::StructSet => shape(2, 1 + field(self.second), 0),
            O::ArrayNew => shape(2, 1 + field(0), 1),
            O::ArrayNewFixed => shape(self.second, self.second * field(0), 1),
            O::ArrayNewData | O::ArrayNewElem => shape(2, 2, 1),
            O::ArrayGet | O::ArrayGetS | O::ArrayGetU => shape(2, 2, field(0)),
            O::ArraySet => shape(3, 2 + field(0), 0),
            O::ArrayFill => shape(4, 3 + field(0), 0),
            O::ArrayCopy => shape(5, 5, 0),
            O::ArrayInitData | O::ArrayInitElem => shape(4, 4, 0),
            O::RefEq | O::RefCastDescEq | O::RefCastDescEqNull => shape(2, 2, 1),
            // `array.new_default`, `struct.new_default_desc`, `array.len`, `ref.get_desc`, tests, other casts, small integers.
            _ => shape(1, 1, 1),
        }
    }

    /// Cells of an element of the array.
    pub(super) fn value_cells(&self, layout: &Layout) -> usize {
        layout.slot(0).storage.unpacked().cells() as usize
    }

    /// Cells of the operands in front of the descriptor.
    pub(super) fn descriptor_at(&self, layout: &Layout) -> usize {
        let fields = if self.opcode == Opcode::StructNewDesc { layout.slots() } else { &[] };
        fields.iter().map(|slot| slot.storage.unpacked().cells() as usize).sum()
    }

    /// Carries it out; its operands start at cell `at` of the stack. For those that are metered, the price is paid and
    /// there is room.
    ///
    /// # Errors
    /// The trap that it ends with.
    pub fn apply(&self, store: &mut StoreInner, instance: u32, at: usize) -> Result<(), Trap> {
        use Opcode as O;
        if HeapOp::is_metered(self.opcode) {
            return self.apply_metered(store, instance, at);
        }
        let operand = |index: usize| store.stack.cells[at + index];
        let result = match self.opcode {
            O::RefEq => (operand(0) == operand(1)).into(),
            O::RefI31 => cell::of_i31(operand(0) as u32),
            O::I31GetU => cell::i31(operand(0)).ok_or(Trap::NullReference)?.into(),
            O::I31GetS => u64::from(cell::signed_i31(operand(0)).ok_or(Trap::NullReference)? as u32),
            O::ArrayLen => store.heap.get(operand(0)).ok_or(Trap::NullReference)?.len.into(),
            O::RefTest | O::RefTestNull => self.passes(store, instance, operand(0)).into(),
            O::RefCast | O::RefCastNull => {
                let reference = operand(0);
                if !self.passes(store, instance, reference) {
                    return Err(Trap::CastFailure);
                }
                reference
            }
            O::RefGetDesc => {
                let object = store.heap.get(operand(0));
                let descriptor = object.and_then(|object| descriptor_of(store, object));
                descriptor.ok_or(Trap::NullReference)?
            }
            O::RefCastDescEq | O::RefCastDescEqNull => {
                let reference = operand(0);
                if !self.is_described(store, instance, reference, operand(1))? {
                    return Err(Trap::CastFailure);
                }
                reference
            }
            // The reference is what it was.
            O::AnyConvertExtern | O::ExternConvertAny => operand(0),
            _ => return self.access(store, at),
        };
        store.stack.cells[at] = result;
        Ok(())
    }

    /// Whether null is what a cast asks for.
    pub fn null_passes(&self) -> bool {
        use Opcode as O;
        matches!(self.opcode, O::RefTestNull | O::RefCastNull | O::RefCastDescEqNull)
    }

    /// Whether a reference is what a cast asks for.
    pub fn passes(&self, store: &StoreInner, instance: u32, reference: u64) -> bool {
        if reference == 0 {
            return self.null_passes();
        }
        let code = self.first as i32;
        let wanted = match HeapType::of_code(code) {
            Some(heap) => heap,
            None => {
                let wanted = store.instances[instance as usize].types[code as usize];
                let own = match store.heap.get(reference) {
                    Some(object) => object.ty,
                    // Only functions have defined types besides; their references are not marked.
                    None if store.types.kind(wanted) == HeapType::Func => {
                        store.funcs[reference as usize - 1].ty
                    }
                    None => return false,
                };
                let exact = self.second != 0;
                return own == wanted || (!exact && store.types.is_subtype(own, wanted));
            }
        };
        match wanted {
            HeapType::None | HeapType::NoFunc | HeapType::NoExtern | HeapType::NoExn => false,
            HeapType::I31 => cell::i31(reference).is_some(),
            HeapType::Eq => cell::i31(reference).is_some() || store.heap.get(reference).is_some(),
            HeapType::Struct | HeapType::Array => {
                let object = store.heap.get(reference);
                object.is_some_and(|object| store.types.kind(object.ty) == wanted)
            }
            // The tops of the hierarchies.
            _ => true,
        }
    }

    /// Whether a reference is what a cast asks for that compares descriptors: null, or an object with this descriptor.
    ///
    /// # Errors
    /// The trap of a descriptor that is null.
    pub fn is_described(
        &self,
        store: &StoreInner,
        instance: u32,
        reference: u64,
        descriptor: u64,
    ) -> Result<bool, Trap> {
        if descriptor == 0 {
            return Err(Trap::NullReference);
        }
        let has_it = || {
            let object = store.heap.get(reference);
            object.and_then(|object| descriptor_of(store, object)) == Some(descriptor)
        };
        // What has the descriptor is of the type; that is looked at all the same, and not left to the descriptor's type.
        Ok(self.passes(store, instance, reference) && (reference == 0 || has_it()))
    }

    /// Reads or sets one field or element.
    fn access(&self, store: &mut StoreInner, at: usize) -> Result<(), Trap> {
        use Opcode as O;
        let StoreInner { heap, types, stack, .. } = store;
        let object = heap.get_mut(stack.cells[at]).ok_or(Trap::NullReference)?;
        // By its own type, not by the one that is named: a subtype has the upper halves of vectors further behind.
        let layout = types.layout(object.ty);
        let is_struct = matches!(self.opcode, O::StructGet | O::StructGetS | O::StructGetU | O::StructSet);
        let (index, value) =
            if is_struct { (self.second, at + 1) } else { (stack.cells[at + 1] as u32, at + 2) };
        if index >= object.len {
            return Err(Trap::ArrayOutOfBounds);
        }
        let slot = layout.slot(index);
        let wide = slot.storage == StorageType::Val(ValType::V128);
        if matches!(self.opcode, O::StructSet | O::ArraySet) {
            let high = if wide { stack.cells[value + 1] } else { 0 };
            slot.write(&mut object.bytes, [stack.cells[value], high]);
            return Ok(());
        }
        let [low, high] = slot.read(&object.bytes);
        let signed = matches!(self.opcode, O::StructGetS | O::ArrayGetS);
        stack.cells[at] = if signed { slot.extend_sign(low) } else { low };
        if wide {
            stack.cells[at + 1] = high;
        }
        Ok(())
    }

    /// Makes an object, or moves elements. Nothing can fail any more: [`HeapOp::price`] has seen to it.
    fn apply_metered(&self, store: &mut StoreInner, instance: u32, at: usize) -> Result<(), Trap> {
        use Opcode as O;
        let StoreInner { heap, types, stack, instances, .. } = store;
        let data = &instances[instance as usize];
        let ty = data.types[self.first as usize];
        let layout = types.layout(ty);
        let cells = &mut stack.cells;
        let operand = |index: usize| cells[at + index];
        let mut new = |len: u32| heap.add(ty, len, layout.array_bytes(len) as usize);
        let reference = match self.opcode {
            O::StructNew | O::StructNewDefault | O::StructNewDesc | O::StructNewDefaultDesc => {
                let reference = heap.add(ty, layout.slots().len() as u32, layout.struct_bytes() as usize);
                self.set_fields(heap.get_mut(reference), layout, &cells[at..]);
                reference
            }
            O::ArrayNewFixed => {
                let reference = new(self.second);
                let slots = (0..self.second).map(|index| layout.slot(index));
                write_all(heap.get_mut(reference), slots, &cells[at..]);
                reference
            }
            O::ArrayNewDefault => new(operand(0) as u32),
            O::ArrayNew => {
                let len = operand(self.value_cells(layout)) as u32;
                let reference = new(len);
                fill(heap.get_mut(reference), layout, 0, len, &cells[at..]);
                reference
            }
            O::ArrayNewData | O::ArrayNewElem => {
                let (from, len) = (operand(0) as u32, operand(1) as u32);
                let reference = new(len);
                let object = heap.get_mut(reference);
                if self.opcode == O::ArrayNewData {
                    copy_data(object, layout, 0, data.data_segment(self.second), from, len);
                } else {
                    copy_elements(object, 0, &data.elements[self.second as usize], from, len);
                }
                reference
            }
            O::ArrayFill => {
                let (index, len) = (operand(1) as u32, operand(2 + self.value_cells(layout)) as u32);
                fill(heap.get_mut(operand(0)), layout, index, len, &cells[at + 2..]);
                return Ok(());
            }
            O::ArrayCopy => {
                let [to, from] = [operand(0), operand(2)];
                let bytes = |index: usize| operand(index) as u32 as usize * layout.element_bytes();
                let (target, source, len) = (bytes(1), bytes(3), bytes(4));
                if to == from {
                    if let Some(object) = heap.get_mut(to) {
                        object.bytes.copy_within(source..source + len, target);
                    }
                } else if let Some(object) = heap.get_mut(from) {
                    // Taken out for the moment, so that both can be had at once.
                    let taken = core::mem::take(&mut object.bytes);
                    if let Some(object) = heap.get_mut(to) {
                        object.bytes[target..target + len].copy_from_slice(&taken[source..source + len]);
                    }
                    if let Some(object) = heap.get_mut(from) {
                        object.bytes = taken;
                    }
                }
                return Ok(());
            }
            // `array.init_data` and `array.init_elem`.
            _ => {
                let [to, from, len] = [1, 2, 3].map(|index| operand(index) as u32);
                let object = heap.get_mut(operand(0));
                if self.opcode == O::ArrayInitData {
                    copy_data(object, layout, to, data.data_segment(self.second), from, len);
                } else {
                    copy_elements(object, to, &data.elements[self.second as usize], from, len);
                }
                return Ok(());
            }
        };
        cells[at] = reference;
        Ok(())
    }
}

impl HeapOp {
    /// Sets what the instruction has operands for of a struct that it has made: the fields, the descriptor.
    fn set_fields(&self, object: Option<&mut Object>, layout: &Layout, cells: &[u64]) {
        use Opcode as O;
        let Some(object) = object else { return };
        if matches!(self.opcode, O::StructNewDesc | O::StructNewDefaultDesc) {
            layout.set_descriptor(&mut object.bytes, cells[self.descriptor_at(layout)]);
        }
        if matches!(self.opcode, O::StructNew | O::StructNewDesc) {
            write_all(Some(object), layout.slots().iter().copied(), cells);
        }
    }
}

/// The reference to an object's descriptor; `None` if it has none.
fn descriptor_of(store: &StoreInner, object: &Object) -> Option<u64> {
    store.types.layout(object.ty).descriptor(&object.bytes)
}

/// Sets fields to what the cells hold, one after the other.
fn write_all(object: Option<&mut Object>, slots: impl Iterator<Item = Slot>, cells: &[u64]) {
    let Some(object) = object else { return };
    let mut at = 0;
    for slot in slots {
        let wide = slot.storage == StorageType::Val(ValType::V128);
        slot.write(&mut object.bytes, [cells[at], if wide { cells[at + 1] } else { 0 }]);
        at += 1 + usize::from(wide);
    }
}

/// Sets `len` elements from `index` on to the value in the first cells.
pub(super) fn fill(object: Option<&mut Object>, layout: &Layout, index: u32, len: u32, cells: &[u64]) {
    let Some(object) = object else { return };
    let first = layout.slot(index);
    let all = &mut object.bytes[first.at..first.at + layout.array_bytes(len) as usize];
    let element = layout.element_bytes();
    if all.len() < element {
        return;
    }
    let wide = first.storage == StorageType::Val(ValType::V128);
    layout.slot(0).write(all, [cells[0], if wide { cells[1] } else { 0 }]);
    // Twice as many each time.
    let mut done = element;
    while done < all.len() {
        let more = done.min(all.len() - done);
        all.copy_within(..more, done);
        done += more;
    }
}

/// Sets `len` elements from `to` on to what stands in a data segment from `from` on, in little-endian order.
fn copy_data(object: Option<&mut Object>, layout: &Layout, to: u32, segment: &[u8], from: u32, len: u32) {
    let Some(object) = object else { return };
    let (at, bytes, from) = (layout.slot(to).at, layout.array_bytes(len) as usize, from as usize);
    object.bytes[at..at + bytes].copy_from_slice(&segment[from..from + bytes]);
}

/// Sets `len` elements from `to` on to the references of an element segment from `from` on.
fn copy_elements(object: Option<&mut Object>, to: u32, segment: &[u64], from: u32, len: u32) {
    let Some(object) = object else { return };
    let items = &segment[from as usize..(from + len) as usize];
    let places = object.bytes[to as usize * 8..].chunks_exact_mut(8);
    for (place, item) in places.zip(items) {
        place.copy_from_slice(&item.to_le_bytes());
    }
}
