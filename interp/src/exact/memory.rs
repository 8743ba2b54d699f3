//! Memories. Spec: Core 3.0, 4.6.6 Memory Instructions.

use super::dispatch::Builder;
use super::machine::{Machine, Step};
use crate::bulk::Bulk;
use crate::call::{Exit, Grow};
use crate::ops::Slot;
use crate::trap::Trap;
use selfsame_validate::{AddressType, MemArg, Opcode};

pub(super) const fn add(builder: &mut Builder) {
    builder.put(Opcode::I32Load, load::<u32, u32>);
    builder.put(Opcode::I64Load, load::<u64, u64>);
    builder.put(Opcode::F32Load, load::<u32, u32>);
    builder.put(Opcode::F64Load, load::<u64, u64>);
    builder.put(Opcode::I32Load8S, load::<i8, i32>);
    builder.put(Opcode::I32Load8U, load::<u8, u32>);
    builder.put(Opcode::I32Load16S, load::<i16, i32>);
    builder.put(Opcode::I32Load16U, load::<u16, u32>);
    builder.put(Opcode::I64Load8S, load::<i8, i64>);
    builder.put(Opcode::I64Load8U, load::<u8, u64>);
    builder.put(Opcode::I64Load16S, load::<i16, i64>);
    builder.put(Opcode::I64Load16U, load::<u16, u64>);
    builder.put(Opcode::I64Load32S, load::<i32, i64>);
    builder.put(Opcode::I64Load32U, load::<u32, u64>);
    builder.put(Opcode::I32Store, store::<u32>);
    builder.put(Opcode::I64Store, store::<u64>);
    builder.put(Opcode::F32Store, store::<u32>);
    builder.put(Opcode::F64Store, store::<u64>);
    builder.put(Opcode::I32Store8, store::<u8>);
    builder.put(Opcode::I32Store16, store::<u16>);
    builder.put(Opcode::I64Store8, store::<u8>);
    builder.put(Opcode::I64Store16, store::<u16>);
    builder.put(Opcode::I64Store32, store::<u32>);
    builder.put(Opcode::MemorySize, memory_size);
    builder.put_metered(Opcode::MemoryGrow, memory_grow);
    builder.put_metered(Opcode::MemoryFill, memory_fill);
    builder.put_metered(Opcode::MemoryCopy, memory_copy);
    builder.put_metered(Opcode::MemoryInit, memory_init);
    builder.put(Opcode::DataDrop, data_drop);
}

/// A number as memory holds it: least significant byte first. Spec: Core 3.0, 4.3.2, Storage.
pub(super) trait Number: Copy {
    /// Reads it from a range of a memory.
    fn read(memory: &[u8], address: u64) -> Result<Self, Trap>;
    /// Writes it to a range of a memory.
    fn write(self, memory: &mut [u8], address: u64) -> Result<(), Trap>;
    /// The low bits of a cell.
    fn wrap(cell: u64) -> Self;
}

macro_rules! numbers {
    ($($number:ty),*) => { $(
        impl Number for $number {
            #[inline(always)]
            fn read(memory: &[u8], address: u64) -> Result<Self, Trap> {
                read_bytes(memory, address).map(Self::from_le_bytes)
            }

            #[inline(always)]
            fn write(self, memory: &mut [u8], address: u64) -> Result<(), Trap> {
                write_bytes(memory, address, self.to_le_bytes())
            }

            #[inline(always)]
            fn wrap(cell: u64) -> Self {
                cell as Self
            }
        }
    )* };
}
numbers!(u8, u16, u32, u64, i8, i16, i32);

/// A number that is pushed on the operand stack.
trait Pushed {
    fn to_cell(self) -> u64;
}

macro_rules! pushed {
    ($($number:ty as $unsigned:ty),*) => { $(
        impl Pushed for $number {
            #[inline(always)]
            fn to_cell(self) -> u64 {
                (self as $unsigned).to_slot()
            }
        }
    )* };
}
pushed!(u32 as u32, i32 as u32, u64 as u64, i64 as u64);

/// Bytes of a memory, if all are in bounds.
#[inline(always)]
pub(super) fn read_bytes<const N: usize>(memory: &[u8], address: u64) -> Result<[u8; N], Trap> {
    let address = usize::try_from(address).map_err(|_| Trap::MemoryOutOfBounds)?;
    let bytes = memory.get(address..).and_then(|bytes| bytes.first_chunk());
    bytes.copied().ok_or(Trap::MemoryOutOfBounds)
}

/// Sets bytes of a memory, if all are in bounds.
#[inline(always)]
pub(super) fn write_bytes<const N: usize>(
    memory: &mut [u8],
    address: u64,
    bytes: [u8; N],
) -> Result<(), Trap> {
    let address = usize::try_from(address).map_err(|_| Trap::MemoryOutOfBounds)?;
    let target = memory.get_mut(address..).and_then(|bytes| bytes.first_chunk_mut());
    *target.ok_or(Trap::MemoryOutOfBounds)? = bytes;
    Ok(())
}

/// What a load or store is about: the memory, by number in the store, what its addresses are, and the offset.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub memory: usize,
    address: AddressType,
    offset: u64,
}

impl Place {
    /// Reads the memory argument.
    #[inline(always)]
    pub fn read(m: &mut Machine<'_>) -> Place {
        let (arg, next) = MemArg::read(m.code, m.pc);
        m.pc = next;
        let memory = memory(m, arg.memory);
        Place { memory, address: m.store.memories[memory].ty().address, offset: arg.offset }
    }

    /// The effective address. It does not wrap: a sum that is too large is an address that no memory has.
    /// Spec: Core 3.0, 4.6.6, `load`.
    #[inline(always)]
    pub fn address(self, operand: u64) -> u64 {
        self.address.of_cell(operand).saturating_add(self.offset)
    }
}

/// A memory of the instance, by number in the store.
#[inline(always)]
fn memory(m: &Machine<'_>, index: u32) -> usize {
    m.instance().memories[index as usize] as usize
}

/// Reads a `T` and extends it to an `R`: with its sign if it has one.
fn load<T: Number + Into<R>, R: Pushed>(m: &mut Machine<'_>) -> Step {
    let place = Place::read(m);
    let address = place.address(m.pop());
    let value = T::read(m.store.memories[place.memory].bytes(), address)?;
    m.push(value.into().to_cell());
    Ok(())
}

/// Writes the low bits of a value.
fn store<T: Number>(m: &mut Machine<'_>) -> Step {
    let place = Place::read(m);
    let value = T::wrap(m.pop());
    let address = place.address(m.pop());
    value.write(m.store.memories[place.memory].bytes_mut(), address)?;
    Ok(())
}

fn memory_size(m: &mut Machine<'_>) -> Step {
    let index = m.read_u32();
    let pages = m.store.memories[memory(m, index)].pages();
    m.push(pages);
    Ok(())
}

/// `memory.grow` is carried out, and charged, outside: the embedder has a say.
fn memory_grow(m: &mut Machine<'_>) -> Step {
    let index = m.read_u32();
    let request = Grow::of_memory(m.store, memory(m, index) as u32, m.peek(0));
    m.stop_in_front(Exit::Grow(request))
}

fn memory_fill(m: &mut Machine<'_>) -> Step {
    let memory = m.read_u32();
    bulk(m, Opcode::MemoryFill, memory, 0)
}

fn memory_copy(m: &mut Machine<'_>) -> Step {
    let (target, source) = (m.read_u32(), m.read_u32());
    bulk(m, Opcode::MemoryCopy, target, source)
}

fn memory_init(m: &mut Machine<'_>) -> Step {
    let (segment, memory) = (m.read_u32(), m.read_u32());
    bulk(m, Opcode::MemoryInit, segment, memory)
}

fn data_drop(m: &mut Machine<'_>) -> Step {
    let segment = m.read_u32();
    m.store.instances[m.instance as usize].dropped_data[segment as usize] = true;
    Ok(())
}

/// A bulk operation of memories or tables. Its static part must be covered for it to begin; then the bounds
/// are checked, and a trap costs that part only; then all of it must be covered. Nothing is written before.
pub(super) fn bulk(m: &mut Machine<'_>, opcode: Opcode, first: u32, second: u32) -> Step {
    let operation = Bulk { opcode, first, second, operands: [m.peek(2), m.peek(1), m.peek(0)] };
    let cost = u64::from(m.schedule.cost(opcode));
    m.cover(cost)?;
    match operation.price(m.store, m.instance, m.schedule) {
        Ok(units) => m.charge(cost.saturating_add(units))?,
        Err(trap) => {
            m.charge(cost)?;
            return Err(trap.into());
        }
    }
    operation.apply(m.store, m.instance)?;
    m.top -= 3;
    Ok(())
}
