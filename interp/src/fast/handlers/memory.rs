//! Loads and stores. Spec: Core 3.0, 4.6.6 Memory Instructions.
//!
//! Two words: result cell at 8 or value at 8, address at 10, offset (32 bits) at 12. Those on a memory
//! other than 0 have a third word with its index. Those on a memory with 64-bit addresses have the index at 12 and
//! the offset as their third word.

use super::numeric::Place;
use super::table::bulk_op;
use crate::fast::regs::{Regs, edge, handler, step, trap};
use crate::trap::Trap;
use crate::vm::Vm;
use core::ptr;

/// A value as memory holds it.
pub(in crate::fast) trait Access: Copy {
    /// Reads it, least significant byte first.
    ///
    /// # Safety
    /// Its bytes are readable.
    unsafe fn read(at: *const u8) -> Self;
    /// Writes it, least significant byte first.
    ///
    /// # Safety
    /// Its bytes are writable.
    unsafe fn write(self, at: *mut u8);
}

macro_rules! access {
    ($($ty:ty),*) => {
        $(impl Access for $ty {
            #[inline(always)]
            unsafe fn read(at: *const u8) -> Self {
                // SAFETY: the caller's.
                <$ty>::from_le(unsafe { at.cast::<$ty>().read_unaligned() })
            }
            #[inline(always)]
            unsafe fn write(self, at: *mut u8) {
                // SAFETY: the caller's.
                unsafe { at.cast::<$ty>().write_unaligned(self.to_le()) }
            }
        })*
    };
}
access!(u8, u16, u32, u64);

/// A load: what it reads and what it makes of it.
pub(in crate::fast) trait Load {
    type Mem: Access;
    fn extend(value: Self::Mem) -> u64;
}

macro_rules! loads {
    ($($name:ident $mem:ty, |$value:ident| $extend:expr;)*) => {
        $(
            pub(in crate::fast) struct $name;
            impl Load for $name {
                type Mem = $mem;
                #[inline(always)]
                fn extend($value: $mem) -> u64 {
                    $extend
                }
            }
        )*
    };
}
loads! {
    Load8 u8, |value| u64::from(value);
    Load16 u16, |value| u64::from(value);
    Load32 u32, |value| u64::from(value);
    Load64 u64, |value| value;
    Load8To32 u8, |value| u64::from(i32::from(value as i8) as u32);
    Load16To32 u16, |value| u64::from(i32::from(value as i16) as u32);
    Load8To64 u8, |value| i64::from(value as i8) as u64;
    Load16To64 u16, |value| i64::from(value as i16) as u64;
    Load32To64 u32, |value| i64::from(value as i32) as u64;
}

/// A store: what it writes of a cell.
pub(in crate::fast) trait Narrow: Access {
    fn narrow(cell: u64) -> Self;
}

macro_rules! narrow {
    ($($ty:ty),*) => {
        $(impl Narrow for $ty {
            #[inline(always)]
            fn narrow(cell: u64) -> Self {
                cell as $ty
            }
        })*
    };
}
narrow!(u8, u16, u32, u64);

/// Which memory an instruction is about.
pub(in crate::fast) trait Which {
    /// Words of a load or store.
    const WORDS: usize;
    /// Its first byte and its length.
    ///
    /// # Safety
    /// The instruction names a memory of the instance.
    unsafe fn memory(r: &Regs) -> (*mut u8, usize);
    /// Where an access starts whose operand is this: 2^63 at most.
    ///
    /// # Safety
    /// The instruction has an offset.
    #[inline(always)]
    unsafe fn start(r: &Regs, operand: u64) -> u64 {
        // SAFETY: the caller's.
        low(operand) + u64::from(unsafe { r.u32(12) })
    }
}

/// Memory 0, in the registers.
pub(in crate::fast) struct First;
/// The memory whose index is in the third word.
pub(in crate::fast) struct Other;
/// The memory with 64-bit addresses whose index is at 12.
pub(in crate::fast) struct Wide;

impl Which for First {
    const WORDS: usize = 2;
    #[inline(always)]
    unsafe fn memory(r: &Regs) -> (*mut u8, usize) {
        // SAFETY: the caller's.
        unsafe { (r.mem, (*r.vm).mem_len) }
    }
}

impl Which for Other {
    const WORDS: usize = 3;
    #[inline(always)]
    unsafe fn memory(r: &Regs) -> (*mut u8, usize) {
        // SAFETY: the caller's.
        unsafe { memory_at(r.vm, r.u32(16)) }
    }
}

impl Which for Wide {
    const WORDS: usize = 3;
    #[inline(always)]
    unsafe fn memory(r: &Regs) -> (*mut u8, usize) {
        // SAFETY: the caller's.
        unsafe { memory_or_first(r, r.u32(12)) }
    }
    #[inline(always)]
    unsafe fn start(r: &Regs, operand: u64) -> u64 {
        // SAFETY: the caller's.
        wide_start(operand, unsafe { r.word(2) })
    }
}

/// The sum of a 64-bit address and an offset; one that is too large is an address that no memory has.
#[inline(always)]
pub(super) fn wide_start(operand: u64, offset: u64) -> u64 {
    operand.saturating_add(offset).min(1 << 63)
}

/// First byte and length of a memory of the running instance, which may be that in the registers.
///
/// # Safety
/// The instance has a memory of this index.
#[inline(always)]
pub(super) unsafe fn memory_or_first(r: &Regs, index: u32) -> (*mut u8, usize) {
    // SAFETY: the caller's.
    unsafe { if index == 0 { First::memory(r) } else { memory_at(r.vm, index) } }
}

/// First byte and length of a memory of the running instance.
///
/// # Safety
/// The instance has a memory of this index.
#[inline(always)]
unsafe fn memory_at(vm: *mut Vm, index: u32) -> (*mut u8, usize) {
    // SAFETY: the caller's; what the pointers name stays where it is and is kept up to date.
    unsafe {
        let memory = *(*vm).memories.add(index as usize);
        ((*memory).base, (*memory).len)
    }
}

/// The address of an access of memory 0 at a sum, or `None` where it is out of bounds.
///
/// # Safety
/// The registers are those of the running instance.
#[inline(always)]
pub(super) unsafe fn within<M>(r: &Regs, address: u64, offset: u32) -> Option<*const u8> {
    // SAFETY: the caller's.
    unsafe {
        let at = low(address) + u64::from(offset);
        // At most 2^33: the sum cannot overflow.
        if at + size_of::<M>() as u64 > (*r.vm).mem_len as u64 { None } else { Some(r.mem.add(at as usize)) }
    }
}

/// A 32-bit operand.
#[inline(always)]
fn low(cell: u64) -> u64 {
    cell & 0xffff_ffff
}

/// What a load makes of the bytes at `at`.
///
/// # Safety
/// They are readable.
#[inline(always)]
pub(super) unsafe fn extended<L: Load>(at: *const u8) -> u64 {
    // SAFETY: the caller's.
    L::extend(unsafe { L::Mem::read(at) })
}

/// The address of an access of `size` bytes, or `None` where it is out of bounds.
///
/// # Safety
/// The operands are as this file's head says.
#[inline(always)]
pub(super) unsafe fn effective<A: Place, W: Which>(r: &Regs, size: usize) -> Option<*mut u8> {
    // SAFETY: the caller's.
    unsafe {
        let (base, len) = W::memory(r);
        let at = W::start(r, A::read(r));
        // At most 2^63: the sum cannot overflow.
        if at + size as u64 > len as u64 { None } else { Some(base.add(at as usize)) }
    }
}

handler! {
    /// An access out of bounds. Apart, so that what is hot stays in one piece.
    #[cold]
    pub(in crate::fast) fn out_of_bounds(r) {
        trap(r, Trap::MemoryOutOfBounds)
    }

    pub(in crate::fast) fn load[L: Load, A: Place, W: Which](r) {
        match effective::<A, W>(&r, size_of::<L::Mem>()) {
            Some(at) => {
                r.result(extended::<L>(at));
                step(r, W::WORDS + A::WORDS)
            }
            None => out_of_bounds(r.ip, r.sp, r.acc, r.mem, r.gas, r.vm),
        }
    }

    pub(in crate::fast) fn store[M: Narrow, A: Place, V: Place, W: Which](r) {
        match effective::<A, W>(&r, size_of::<M>()) {
            Some(at) => {
                M::narrow(V::read(&r)).write(at);
                step(r, W::WORDS + A::WORDS + V::WORDS)
            }
            None => out_of_bounds(r.ip, r.sp, r.acc, r.mem, r.gas, r.vm),
        }
    }

    /// `memory.copy` within memory 0, which has 32-bit addresses. Operands as [`bulk_op`] has them, which does what is not in
    /// bounds or not covered by the slice of gas.
    pub(in crate::fast) fn copy(r) {
        let operands = r.cell(8);
        let (to, from, len) = (low(*operands), low(*operands.add(1)), low(*operands.add(2)));
        let (size, units) = ((*r.vm).mem_len as u64, len / (*r.vm).bulk_bytes_per_gas);
        if to + len > size || from + len > size || units > r.gas {
            return bulk_op(r.ip, r.sp, r.acc, r.mem, r.gas, r.vm);
        }
        r.gas -= units;
        ptr::copy(r.mem.add(from as usize), r.mem.add(to as usize), len as usize);
        edge(r, r.ip.add(3), r.u32(20))
    }

    /// `memory.fill` likewise.
    pub(in crate::fast) fn fill(r) {
        let operands = r.cell(8);
        let (to, value, len) = (low(*operands), *operands.add(1) as u8, low(*operands.add(2)));
        let (size, units) = ((*r.vm).mem_len as u64, len / (*r.vm).bulk_bytes_per_gas);
        if to + len > size || units > r.gas {
            return bulk_op(r.ip, r.sp, r.acc, r.mem, r.gas, r.vm);
        }
        r.gas -= units;
        ptr::write_bytes(r.mem.add(to as usize), value, len as usize);
        edge(r, r.ip.add(3), r.u32(20))
    }

    /// `memory.size` of memory 0. Result at 8.
    pub(in crate::fast) fn size(r) {
        r.result(((*r.vm).mem_len >> 16) as u64);
        step(r, 2)
    }

    /// `memory.size` of a memory whose pages are bytes. Result at 8, index at 12.
    pub(in crate::fast) fn size_in_bytes(r) {
        let (_, len) = memory_or_first(&r, r.u32(12));
        r.result(len as u64);
        step(r, 2)
    }

    /// `memory.size`. Result at 8, index at 12.
    pub(in crate::fast) fn size_other(r) {
        let (_, len) = memory_at(r.vm, r.u32(12));
        r.result((len >> 16) as u64);
        step(r, 2)
    }
}
