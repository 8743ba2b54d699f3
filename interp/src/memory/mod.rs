//! Linear memories. Spec: Core 3.0, 4.2.8 Memory Instances.
//!
//! A memory is address space that is reserved once, for as much as it may ever grow to, and committed
//! page by page as it grows: growth never copies, and pages that nobody touches cost no RAM. Where the
//! platform cannot reserve, the memory is a vector.

mod heap;
#[cfg(all(unix, feature = "std", target_pointer_width = "64", not(miri)))]
mod mapped;

#[cfg(all(target_os = "linux", feature = "std", target_pointer_width = "64", not(miri)))]
mod image;
#[cfg(not(all(target_os = "linux", feature = "std", target_pointer_width = "64", not(miri))))]
#[path = "no_image.rs"]
mod image;

pub(crate) use image::Image;

use crate::trap::Trap;
use alloc::boxed::Box;
use core::cell::Cell;
use core::ops::Range;
use selfsame_validate::{AddressType, MemoryType};

/// Most bytes of a memory, whatever it declares. With 32-bit addresses they are all that can be named; with 64-bit
/// ones as many as every engine has agreed on, so that address space for all of them can be reserved.
const fn most_bytes(address: AddressType) -> u64 {
    match address {
        AddressType::I32 => 1 << 32,
        AddressType::I64 => 1 << 34,
    }
}

/// Most pages that a memory of this type may ever have. Its size must be a number of the address type.
pub(crate) fn max_pages(ty: MemoryType) -> u64 {
    let most = most_bytes(ty.address) / ty.page_size.bytes();
    let most = most.min(ty.address.of_cell(u64::MAX));
    ty.max.map_or(most, |max| max.min(most))
}

/// The host has no room for what a memory is entitled to: this machine's fault, never a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NoRoom;

enum Backing {
    #[cfg(all(unix, feature = "std", target_pointer_width = "64", not(miri)))]
    Mapped(mapped::Mapped),
    Heap(heap::Heap),
}

/// Where a memory's bytes are, for the fast tier. Its address does not change while the store lives.
#[repr(C)]
pub(crate) struct RawMemory {
    pub base: *mut u8,
    pub len: usize,
}

/// A memory of a store.
pub(crate) struct LinearMemory {
    ty: MemoryType,
    backing: Backing,
    raw: Box<Cell<RawMemory>>,
}

impl LinearMemory {
    /// A memory of the type's least size, all zero.
    pub fn new(ty: MemoryType) -> Result<Self, NoRoom> {
        let (min_bytes, max_bytes) = (bytes(ty, ty.min)?, bytes(ty, max_pages(ty)).unwrap_or(usize::MAX));
        #[cfg(all(unix, feature = "std", target_pointer_width = "64", not(miri)))]
        if let Ok(mapped) = mapped::Mapped::new(min_bytes, max_bytes) {
            return Ok(LinearMemory::of(ty, Backing::Mapped(mapped)));
        }
        let _ = max_bytes;
        Ok(LinearMemory::of(ty, Backing::Heap(heap::Heap::new(min_bytes)?)))
    }

    fn of(ty: MemoryType, backing: Backing) -> Self {
        let raw = Box::new(Cell::new(RawMemory { base: core::ptr::null_mut(), len: 0 }));
        let mut memory = LinearMemory { ty, backing, raw };
        memory.update_raw();
        memory
    }

    /// The backing has changed.
    fn update_raw(&mut self) {
        let bytes = self.bytes_mut();
        let raw = RawMemory { base: bytes.as_mut_ptr(), len: bytes.len() };
        self.raw.set(raw);
    }

    /// Where the bytes are; the address stays valid and up to date.
    pub fn raw(&self) -> *const RawMemory {
        self.raw.as_ptr()
    }

    /// The declared type; its least size is that of the declaration.
    pub fn ty(&self) -> MemoryType {
        self.ty
    }

    /// Pages now.
    pub fn pages(&self) -> u64 {
        self.bytes().len() as u64 / self.ty.page_size.bytes()
    }

    /// Most pages that it may ever have.
    pub fn max_pages(&self) -> u64 {
        max_pages(self.ty)
    }

    /// The contents.
    pub fn bytes(&self) -> &[u8] {
        match &self.backing {
            #[cfg(all(unix, feature = "std", target_pointer_width = "64", not(miri)))]
            Backing::Mapped(mapped) => mapped.bytes(),
            Backing::Heap(heap) => heap.bytes(),
        }
    }

    /// The contents, to be changed.
    pub fn bytes_mut(&mut self) -> &mut [u8] {
        match &mut self.backing {
            #[cfg(all(unix, feature = "std", target_pointer_width = "64", not(miri)))]
            Backing::Mapped(mapped) => mapped.bytes_mut(),
            Backing::Heap(heap) => heap.bytes_mut(),
        }
    }

    /// Adds pages of zeros. The caller has checked `max_pages`.
    pub fn grow(&mut self, delta: u64) -> Result<(), NoRoom> {
        let new_len = bytes(self.ty, self.pages().checked_add(delta).ok_or(NoRoom)?)?;
        let grown = match &mut self.backing {
            #[cfg(all(unix, feature = "std", target_pointer_width = "64", not(miri)))]
            Backing::Mapped(mapped) => mapped.grow(new_len),
            Backing::Heap(heap) => heap.grow(new_len),
        };
        self.update_raw();
        grown
    }

    /// `memory.fill`. Nothing is written unless all of it is in bounds.
    pub fn fill(&mut self, at: u64, value: u8, len: u64) -> Result<(), Trap> {
        range_mut(self.bytes_mut(), at, len)?.fill(value);
        Ok(())
    }

    /// Makes the contents of a memory that nobody has written to those of an image. `false` if this memory cannot
    /// show images: it is as it was.
    ///
    /// # Errors
    /// [`NoRoom`]; the memory cannot be used any more.
    pub fn show(&mut self, image: &Image) -> Result<bool, NoRoom> {
        let _ = image;
        #[cfg(all(target_os = "linux", feature = "std", target_pointer_width = "64", not(miri)))]
        if let Backing::Mapped(mapped) = &mut self.backing {
            let shown = mapped.show(image);
            self.update_raw();
            return shown.map(|()| true);
        }
        Ok(false)
    }

    /// `memory.init` and active segments: writes a part of `data`.
    pub fn init(&mut self, at: u64, data: &[u8], from: u64, len: u64) -> Result<(), Trap> {
        let source = range(from, len).and_then(|range| data.get(range)).ok_or(Trap::MemoryOutOfBounds)?;
        range_mut(self.bytes_mut(), at, len)?.copy_from_slice(source);
        Ok(())
    }

    /// `memory.copy` within one memory; the ranges may overlap.
    pub fn copy_within(&mut self, to: u64, from: u64, len: u64) -> Result<(), Trap> {
        let bytes = self.bytes_mut();
        range_mut(bytes, to, len)?;
        let source =
            range(from, len).filter(|range| range.end <= bytes.len()).ok_or(Trap::MemoryOutOfBounds)?;
        bytes.copy_within(source, to as usize); // it has just been found in bounds
        Ok(())
    }

    /// `memory.copy` between two memories.
    pub fn copy_from(&mut self, to: u64, source: &LinearMemory, from: u64, len: u64) -> Result<(), Trap> {
        self.init(to, source.bytes(), from, len)
    }
}

/// Bytes of so many pages, where the host can count them.
fn bytes(ty: MemoryType, pages: u64) -> Result<usize, NoRoom> {
    pages.checked_mul(ty.page_size.bytes()).and_then(|bytes| usize::try_from(bytes).ok()).ok_or(NoRoom)
}

/// The range of so many items from one on, where the host can count them.
pub(crate) fn range(at: u64, len: u64) -> Option<Range<usize>> {
    Some(usize::try_from(at).ok()?..usize::try_from(at.checked_add(len)?).ok()?)
}

fn range_mut(bytes: &mut [u8], at: u64, len: u64) -> Result<&mut [u8], Trap> {
    range(at, len).and_then(|range| bytes.get_mut(range)).ok_or(Trap::MemoryOutOfBounds)
}

#[cfg(test)]
mod tests {
    use super::*;
    use selfsame_validate::PageSize;

    fn memory(min: u64, max: Option<u64>) -> LinearMemory {
        LinearMemory::new(MemoryType::new(min, max)).expect("room for a small memory")
    }

    #[test]
    fn grows_in_place_with_zeros() {
        let mut memory = memory(1, Some(3));
        memory.bytes_mut()[65_535] = 7;
        memory.grow(2).expect("room");
        assert_eq!(memory.pages(), 3);
        assert_eq!(memory.bytes()[65_535], 7);
        assert!(memory.bytes()[65_536..].iter().all(|byte| *byte == 0));
    }

    #[test]
    fn empty_memory_can_grow() {
        let mut memory = memory(0, None);
        assert_eq!(memory.bytes().len(), 0);
        memory.grow(1).expect("room");
        assert_eq!(memory.pages(), 1);
    }

    /// Those that are not a multiple of what the system maps.
    #[test]
    fn grows_by_bytes() {
        let ty = MemoryType { page_size: PageSize::Byte, ..MemoryType::new(3, Some(200_000)) };
        let mut memory = LinearMemory::new(ty).expect("room for a small memory");
        for len in [3, 4, 4096, 65_535, 65_536, 65_537, 131_073, 200_000] {
            memory.grow(len - memory.pages()).expect("room");
            assert_eq!((memory.pages(), memory.bytes().len() as u64), (len, len));
            assert_eq!(memory.bytes().last(), Some(&0));
            *memory.bytes_mut().last_mut().expect("it is not empty") = 1;
        }
        assert_eq!(memory.bytes().iter().map(|byte| u32::from(*byte)).sum::<u32>(), 8);
    }

    #[test]
    fn bulk_operations_check_bounds_before_they_write() {
        let mut memory = memory(1, None);
        assert_eq!(memory.fill(65_535, 1, 2), Err(Trap::MemoryOutOfBounds));
        assert_eq!(memory.bytes()[65_535], 0);
        assert_eq!(memory.fill(65_536, 1, 0), Ok(()));
        assert_eq!(memory.fill(65_537, 1, 0), Err(Trap::MemoryOutOfBounds));
        assert_eq!(memory.init(0, b"abc", 1, 2), Ok(()));
        assert_eq!(memory.init(0, b"abc", 2, 2), Err(Trap::MemoryOutOfBounds));
        assert_eq!(memory.copy_within(1, 0, 2), Ok(()));
        assert_eq!(&memory.bytes()[..3], b"bbc");
        for far in [u64::from(u32::MAX), u64::MAX] {
            assert_eq!(memory.copy_within(far, 0, far), Err(Trap::MemoryOutOfBounds));
            assert_eq!(memory.copy_within(0, far, 1), Err(Trap::MemoryOutOfBounds));
            assert_eq!(memory.fill(1, 0, far), Err(Trap::MemoryOutOfBounds));
            assert_eq!(memory.init(far, b"abc", 1, 2), Err(Trap::MemoryOutOfBounds));
        }
    }
}
