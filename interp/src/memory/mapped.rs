//! A memory as reserved address space: the one place that maps and unmaps.
#![allow(unsafe_code, reason = "maps address space from the operating system")]

use super::NoRoom;
use core::ptr::{self, NonNull};

/// What is made usable at a time: whatever the system's pages are, this is a multiple.
const GRANULE: usize = 1 << 16;

/// Reserved address space, the first `len` bytes of which can be read and written, and the rest of their last granule.
pub(super) struct Mapped {
    base: NonNull<u8>,
    len: usize,
    reserved: usize,
}

// SAFETY: needs    the bytes behind `base` belong to this value alone.
//         given by `Mapped::new`, which maps them privately, and by `Mapped` not being `Clone`.
unsafe impl Send for Mapped {}
// SAFETY: needs    shared access does not change the bytes.
//         given by `bytes_mut` and `grow`, which take `&mut self`.
unsafe impl Sync for Mapped {}

impl Mapped {
    /// Reserves `reserved` bytes of address space and makes the first `len` of them usable.
    pub fn new(len: usize, reserved: usize) -> Result<Self, NoRoom> {
        let reserved = reserved.max(1).checked_next_multiple_of(GRANULE).ok_or(NoRoom)?;
        // SAFETY: needs    nothing: a new private mapping at an address that the system chooses.
        let base = unsafe {
            libc::mmap(
                ptr::null_mut(),
                reserved,
                libc::PROT_NONE,
                libc::MAP_PRIVATE | libc::MAP_ANON | libc::MAP_NORESERVE,
                -1,
                0,
            )
        };
        if base == libc::MAP_FAILED {
            return Err(NoRoom);
        }
        let base = NonNull::new(base.cast::<u8>()).ok_or(NoRoom)?;
        let mut mapped = Mapped { base, len: 0, reserved };
        mapped.grow(len)?;
        Ok(mapped)
    }

    pub fn bytes(&self) -> &[u8] {
        // SAFETY: needs    `len` readable, initialised bytes at `base` that nobody writes meanwhile.
        //         given by `grow`, which makes them readable (zero at first); `&self` keeps writers out.
        unsafe { core::slice::from_raw_parts(self.base.as_ptr(), self.len) }
    }

    pub fn bytes_mut(&mut self) -> &mut [u8] {
        // SAFETY: needs    as in `bytes`, and writable; nobody else looks meanwhile.
        //         given by `grow`, which maps them for writing; `&mut self` keeps everybody out.
        unsafe { core::slice::from_raw_parts_mut(self.base.as_ptr(), self.len) }
    }

    /// Puts an image in the place of the bytes that it stands for. Later changes of them stay here.
    ///
    /// # Errors
    /// [`NoRoom`]; only what stands in front of those bytes is left of the memory then.
    #[cfg(target_os = "linux")]
    pub fn show(&mut self, image: &super::Image) -> Result<(), NoRoom> {
        let range = image.range();
        if range.end > self.len {
            return Err(NoRoom);
        }
        // SAFETY: needs    the range to lie in the mapping made by `new`, at a page boundary; nobody to look at it
        //                  meanwhile; the file to have so many bytes, and to keep them as they are.
        //         given by the check above and `Image::new`, which rounds to 65,536; `&mut self`; the image's seals.
        let shown = unsafe {
            libc::mmap(
                self.base.as_ptr().add(range.start).cast(),
                range.len(),
                libc::PROT_READ | libc::PROT_WRITE,
                libc::MAP_PRIVATE | libc::MAP_FIXED | libc::MAP_NORESERVE,
                image.fd(),
                0,
            )
        };
        if shown == libc::MAP_FAILED {
            self.lose(range);
            return Err(NoRoom);
        }
        Ok(())
    }

    /// Gives up the bytes of a range, of which it is not known whether they are still ours, and all behind it.
    #[cfg(target_os = "linux")]
    fn lose(&mut self, range: core::ops::Range<usize>) {
        // SAFETY: needs    a part of the mapping that nobody uses any more.
        //         given by `range` ending inside it, and by `len` and `reserved`, which end in front of `range` now.
        unsafe {
            libc::munmap(self.base.as_ptr().add(range.end).cast(), self.reserved - range.end);
        }
        self.len = range.start;
        self.reserved = range.start;
    }

    pub fn grow(&mut self, new_len: usize) -> Result<(), NoRoom> {
        if new_len > self.reserved || new_len < self.len {
            return Err(NoRoom);
        }
        // Granules of which no byte could be reached so far.
        let first = self.len.next_multiple_of(GRANULE);
        if new_len > first {
            // SAFETY: needs    the range to lie in the mapping made by `new`, at a page boundary.
            //         given by the check above; both ends are multiples of a granule, as `reserved` is.
            let status = unsafe {
                let len = new_len.next_multiple_of(GRANULE) - first;
                libc::mprotect(self.base.as_ptr().add(first).cast(), len, libc::PROT_READ | libc::PROT_WRITE)
            };
            if status != 0 {
                return Err(NoRoom);
            }
        }
        self.len = new_len;
        Ok(())
    }
}

impl Drop for Mapped {
    fn drop(&mut self) {
        // SAFETY: needs    the mapping made by `new`, which nobody uses any more.
        //         given by ownership: `self` is going.
        unsafe {
            libc::munmap(self.base.as_ptr().cast(), self.reserved);
        }
    }
}
