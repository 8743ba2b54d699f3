//! The calling conventions: errno values, how arguments are decoded, guest memory.

use crate::error::{Exit, OutOf};
use crate::vfs::ResolveError;
use selfsame_interp::{Error, Trap};
use std::ops::Range;

/// What a call answers when it does not succeed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i32)]
pub(crate) enum Errno {
    Acces = 2,
    Badf = 8,
    Fault = 21,
    Ilseq = 25,
    Inval = 28,
    Io = 29,
    Isdir = 31,
    Noent = 44,
    Notsup = 58,
    Overflow = 61,
    Rofs = 69,
    Spipe = 70,
}

/// Success.
pub(crate) const SUCCESS: i32 = 0;

/// Why a call does not succeed.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Fail {
    /// The guest is told.
    Errno(Errno),
    /// The guest handed over a bad pointer: it traps.
    Fault,
    /// The guest ends.
    OutOf(OutOf),
    /// The guest ends, as it asked to.
    Exit(i32),
}

pub(crate) type Outcome<T = ()> = Result<T, Fail>;

impl From<Errno> for Fail {
    fn from(errno: Errno) -> Self {
        Fail::Errno(errno)
    }
}

impl From<OutOf> for Fail {
    fn from(out: OutOf) -> Self {
        Fail::OutOf(out)
    }
}

impl From<ResolveError> for Fail {
    fn from(error: ResolveError) -> Self {
        Fail::Errno(match error {
            ResolveError::NotFound => Errno::Noent,
            ResolveError::NotADirectory => Errno::Badf,
        })
    }
}

/// The answer to the guest, or the error that ends it.
pub(crate) fn answer(outcome: Outcome) -> Result<i32, Error> {
    match outcome {
        Ok(()) => Ok(SUCCESS),
        Err(Fail::Errno(errno)) => Ok(errno as i32),
        Err(Fail::Fault) => Err(Trap::Fault.into()),
        Err(Fail::OutOf(out)) => Err(Error::host(out)),
        Err(Fail::Exit(code)) => Err(Error::host(Exit(code))),
    }
}

/// The flags of preview 1, by the bits that are defined.
pub(crate) mod defined {
    pub(crate) const LOOKUPFLAGS: u32 = 0x1;
    pub(crate) const OFLAGS: u32 = 0xf;
    pub(crate) const FDFLAGS: u32 = 0x1f;
    pub(crate) const FSTFLAGS: u32 = 0xf;
    pub(crate) const RIFLAGS: u32 = 0x3;
    pub(crate) const SIFLAGS: u32 = 0;
    pub(crate) const SDFLAGS: u32 = 0x3;
    pub(crate) const RIGHTS: u64 = 0x3fff_ffff;
    /// The enums, by how many values they have.
    pub(crate) const CLOCKIDS: u32 = 4;
    pub(crate) const ADVICES: u32 = 6;
    pub(crate) const SIGNALS: u32 = 31;
}

/// Flags: bits that are not defined are invalid.
pub(crate) fn flags(value: u32, defined: u32) -> Outcome {
    if value & !defined == 0 { Ok(()) } else { Err(Errno::Inval.into()) }
}

/// Rights: bits that are not defined are invalid.
pub(crate) fn rights(value: u64) -> Outcome {
    if value & !defined::RIGHTS == 0 { Ok(()) } else { Err(Errno::Inval.into()) }
}

/// A value of an enum with values from 0 on.
pub(crate) fn enumerator(value: u32, values: u32) -> Outcome {
    if value < values { Ok(()) } else { Err(Errno::Inval.into()) }
}

/// Where a seek starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Whence {
    Set,
    Cur,
    End,
}

impl Whence {
    pub(crate) fn decode(value: u32) -> Outcome<Self> {
        match value {
            0 => Ok(Whence::Set),
            1 => Ok(Whence::Cur),
            2 => Ok(Whence::End),
            _ => Err(Errno::Inval.into()),
        }
    }
}

/// The memory of the guest. An object that it is asked for lies inside it and at a multiple of its
/// alignment, or the guest traps; an object without octets is never looked at. Every object is checked
/// whole before any of it is changed.
pub(crate) struct Guest<'a>(pub &'a mut [u8]);

impl Guest<'_> {
    fn range(&self, ptr: u32, len: u64) -> Outcome<Range<usize>> {
        let end = u64::from(ptr).checked_add(len).ok_or(Fail::Fault)?;
        if len == 0 {
            return Ok(0..0);
        }
        let end = usize::try_from(end).map_err(|_| Fail::Fault)?;
        if end > self.0.len() { Err(Fail::Fault) } else { Ok(ptr as usize..end) }
    }

    /// Octets.
    pub(crate) fn octets(&self, ptr: u32, len: u64) -> Outcome<&[u8]> {
        let range = self.range(ptr, len)?;
        Ok(&self.0[range])
    }

    /// Octets, to be changed.
    pub(crate) fn octets_mut(&mut self, ptr: u32, len: u64) -> Outcome<&mut [u8]> {
        let range = self.range(ptr, len)?;
        Ok(&mut self.0[range])
    }

    /// A text.
    pub(crate) fn text(&self, ptr: u32, len: u32) -> Outcome<&str> {
        std::str::from_utf8(self.octets(ptr, u64::from(len))?).map_err(|_| Errno::Ilseq.into())
    }

    /// Writes octets.
    pub(crate) fn write(&mut self, ptr: u32, octets: &[u8]) -> Outcome {
        self.octets_mut(ptr, octets.len() as u64)?.copy_from_slice(octets);
        Ok(())
    }

    /// A record to be filled in; what is not filled in stays as it is.
    pub(crate) fn record<const SIZE: usize>(&mut self, ptr: u32, align: u32) -> Outcome<&mut [u8; SIZE]> {
        aligned(ptr, align)?;
        self.octets_mut(ptr, SIZE as u64)?.try_into().map_err(|_| Fail::Fault)
    }

    pub(crate) fn write_u32(&mut self, ptr: u32, value: u32) -> Outcome {
        *self.record(ptr, 4)? = value.to_le_bytes();
        Ok(())
    }

    pub(crate) fn write_u64(&mut self, ptr: u32, value: u64) -> Outcome {
        *self.record(ptr, 8)? = value.to_le_bytes();
        Ok(())
    }

    /// Writes a list of addresses.
    pub(crate) fn addresses(&mut self, ptr: u32, list: impl ExactSizeIterator<Item = u32>) -> Outcome {
        if list.len() != 0 {
            aligned(ptr, 4)?;
        }
        let space = self.octets_mut(ptr, list.len() as u64 * 4)?;
        for (place, address) in space.chunks_exact_mut(4).zip(list) {
            place.copy_from_slice(&address.to_le_bytes());
        }
        Ok(())
    }

    /// A list of buffers, of which only the list itself is checked: address and length of each that has a
    /// length.
    pub(crate) fn iovecs(&self, ptr: u32, count: u32) -> Outcome<Vec<(u32, u32)>> {
        Ok(self.entries(ptr, count)?.filter(|(_, len)| *len != 0).collect())
    }

    /// The lengths of a list of buffers, summed up.
    pub(crate) fn iovecs_total(&self, ptr: u32, count: u32) -> Outcome<u64> {
        Ok(self.entries(ptr, count)?.map(|(_, len)| u64::from(len)).sum())
    }

    fn entries(&self, ptr: u32, count: u32) -> Outcome<impl Iterator<Item = (u32, u32)>> {
        let len = count.checked_mul(8).ok_or(Errno::Overflow)?;
        if len != 0 {
            aligned(ptr, 4)?;
        }
        let list = self.octets(ptr, u64::from(len))?;
        Ok(list.chunks_exact(8).map(|entry| (le_u32(entry), le_u32(&entry[4..]))))
    }
}

fn le_u32(octets: &[u8]) -> u32 {
    let mut word = [0; 4];
    word.copy_from_slice(&octets[..4]);
    u32::from_le_bytes(word)
}

fn aligned(ptr: u32, align: u32) -> Outcome {
    if ptr.is_multiple_of(align) { Ok(()) } else { Err(Fail::Fault) }
}
