//! What a memory holds at first, kept by the system once for all instances of a module: each has it mapped
//! copy-on-write, and pays for the pages that it touches.
#![allow(unsafe_code, reason = "asks the operating system for a file without a name")]

use core::ops::Range;
use core::sync::atomic::{AtomicUsize, Ordering};
use std::fs::File;
use std::io::Write;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};

/// Bytes from some place of a memory on. They never change.
pub(crate) struct Image {
    file: File,
    at: usize,
    len: usize,
}

/// Most images at a time: each has a file descriptor open, and the process needs those for other things too.
const MOST: usize = 64;

static IMAGES: AtomicUsize = AtomicUsize::new(0);

/// Of what the system maps: whatever its pages are, this is a multiple.
const ALIGN: usize = 1 << 16;

impl Image {
    /// An image of `range` and the bytes around it that share its pages, as `memory` holds them now. `None` where the
    /// system has no room for it.
    pub fn new(memory: &[u8], range: Range<usize>) -> Option<Self> {
        let at = range.start & !(ALIGN - 1);
        let contents = memory.get(at..range.end.checked_next_multiple_of(ALIGN)?)?;
        let image = Image { file: nameless()?, at, len: contents.len() };
        (&image.file).write_all(contents).ok()?;
        image.seal()?;
        Some(image)
    }

    /// Forbids whatever could change the bytes or their number.
    fn seal(&self) -> Option<()> {
        let seals = libc::F_SEAL_WRITE | libc::F_SEAL_SHRINK | libc::F_SEAL_GROW | libc::F_SEAL_SEAL;
        // SAFETY: needs    an open file.
        //         given by `self.file`.
        let status = unsafe { libc::fcntl(self.fd(), libc::F_ADD_SEALS, seals) };
        (status == 0).then_some(())
    }

    /// The bytes of a memory that it stands for.
    pub fn range(&self) -> Range<usize> {
        self.at..self.at + self.len
    }

    /// The file, from the start of which it is to be mapped.
    pub(super) fn fd(&self) -> RawFd {
        self.file.as_raw_fd()
    }
}

impl Drop for Image {
    fn drop(&mut self) {
        IMAGES.fetch_sub(1, Ordering::Relaxed);
    }
}

/// An empty file in RAM that can be sealed, counted among the images.
fn nameless() -> Option<File> {
    let count = |images: usize| (images < MOST).then_some(images + 1);
    IMAGES.fetch_update(Ordering::Relaxed, Ordering::Relaxed, count).ok()?;
    // SAFETY: needs    a text that ends in zero.
    //         given by the literal.
    let fd =
        unsafe { libc::memfd_create(c"wasm-image".as_ptr(), libc::MFD_CLOEXEC | libc::MFD_ALLOW_SEALING) };
    if fd < 0 {
        IMAGES.fetch_sub(1, Ordering::Relaxed);
        return None;
    }
    // SAFETY: needs    an open file descriptor that belongs to nobody else.
    //         given by `memfd_create`, which has just made it.
    Some(File::from(unsafe { OwnedFd::from_raw_fd(fd) }))
}
