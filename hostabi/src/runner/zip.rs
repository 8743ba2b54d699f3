//! The strict reader of ZIP archives: stored entries only, one way to read each archive.
//! Spec: runners.md 3, the proposal for the container included.
//!
//! It takes time in proportion to the octets (and a sort of the entries), memory for a list of the entries,
//! and ends on all octets.

use super::RunnerError;
use super::RunnerError::Malformed;
use super::crc::crc32;
use std::ops::Range;

/// Octets of the end record, which has no comment.
pub(super) const END: usize = 22;
/// Octets of a central header before its name.
const CENTRAL: usize = 46;

const ENCRYPTED: u16 = 1;
/// Sizes and CRC-32 stand behind the data, not in the local header.
const DESCRIPTOR: u16 = 1 << 3;

/// A file in an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry<'a> {
    pub(super) name: &'a str,
    /// Where its contents stand in the archive.
    pub(super) contents: Range<usize>,
}

/// Whether octets are to be read as a ZIP archive: they begin with a local header or an end record.
pub(super) fn is_zip(octets: &[u8]) -> bool {
    octets.starts_with(b"PK\x03\x04") || octets.starts_with(b"PK\x05\x06")
}

/// The files in the order of the central directory; directories are left out.
///
/// # Errors
/// [`RunnerError::Malformed`]: the octets break a rule of runners.md 3.
pub(super) fn read(octets: &[u8]) -> Result<Vec<Entry<'_>>, RunnerError> {
    let (count, directory) = end_record(octets)?;
    // No more than this can stand there, whatever the end record says.
    if usize::from(count) > directory.len() / CENTRAL {
        return Err(Malformed("the central directory is shorter than its number of entries needs"));
    }
    let data = &octets[..directory.start];
    let mut rest = &octets[directory];
    let mut files = Vec::with_capacity(usize::from(count));
    let mut spans = Vec::with_capacity(usize::from(count));
    for _ in 0..count {
        let central = central(&mut rest)?;
        let span = local(data, &central)?;
        let contents = span.end - central.size..span.end;
        spans.push(span);
        if crc32(&data[contents.clone()]) != central.crc {
            return Err(Malformed("a CRC-32 does not match the contents"));
        }
        if check_name(central.name)? {
            files.push(Entry { name: central.name, contents });
        } else if central.size != 0 {
            return Err(Malformed("a directory has contents"));
        }
    }
    if !rest.is_empty() {
        return Err(Malformed("the central directory is longer than its entries"));
    }
    spans.sort_unstable_by_key(|span| span.start);
    if spans.windows(2).any(|pair| pair[0].end > pair[1].start) {
        return Err(Malformed("two entries overlap"));
    }
    Ok(files)
}

/// The number of entries and where the central directory stands, from the last 22 octets.
fn end_record(octets: &[u8]) -> Result<(u16, Range<usize>), RunnerError> {
    let start = octets.len().checked_sub(END).ok_or(Malformed("the end record of the archive is missing"))?;
    let mut end = Fields(&octets[start..]);
    if end.u32()? != 0x0605_4b50 {
        return Err(Malformed("the archive does not end with its end record"));
    }
    if end.u16()? != 0 || end.u16()? != 0 {
        return Err(Malformed("the archive has more than one part"));
    }
    let count = end.u16()?;
    if end.u16()? != count {
        return Err(Malformed("the two numbers of entries differ"));
    }
    let size = end.size()?;
    let offset = end.size()?;
    if end.u16()? != 0 {
        return Err(Malformed("the archive has a comment"));
    }
    if offset.checked_add(size) != Some(start) {
        return Err(Malformed("the central directory does not end where the end record begins"));
    }
    Ok((count, offset..start))
}

/// What the central directory says of an entry.
struct Central<'a> {
    name: &'a str,
    crc: u32,
    size: usize,
    offset: usize,
}

/// Takes one central header from the front of `rest`.
fn central<'a>(rest: &mut &'a [u8]) -> Result<Central<'a>, RunnerError> {
    let mut header = Fields(rest);
    if header.u32()? != 0x0201_4b50 {
        return Err(Malformed("a central header is missing"));
    }
    header.octets(4)?; // The versions that made it and that are needed: no rule reads them.
    let flags = header.u16()?;
    check_method(flags, header.u16()?)?;
    header.octets(4)?; // Time and date.
    let crc = header.u32()?;
    let size = header.size()?;
    if header.size()? != size {
        return Err(Malformed("the two sizes of an entry differ"));
    }
    let name_len = header.length()?;
    let extra_len = header.length()?;
    let comment_len = header.length()?;
    if header.u16()? != 0 {
        return Err(Malformed("an entry starts in another part of the archive"));
    }
    header.octets(6)?; // Attributes.
    let offset = header.size()?;
    let name = std::str::from_utf8(header.octets(name_len)?).map_err(|_| Malformed("a name is not UTF-8"))?;
    header.octets(extra_len)?;
    header.octets(comment_len)?;
    *rest = header.0;
    Ok(Central { name, crc, size, offset })
}

/// Where the local header and the contents of an entry stand, if the header agrees with the central one.
fn local(data: &[u8], central: &Central<'_>) -> Result<Range<usize>, RunnerError> {
    let mut header = Fields(data.get(central.offset..).ok_or(SHORT)?);
    if header.u32()? != 0x0403_4b50 {
        return Err(Malformed("a local header is missing"));
    }
    header.octets(2)?; // The version needed.
    let flags = header.u16()?;
    check_method(flags, header.u16()?)?;
    header.octets(4)?; // Time and date.
    let (crc, packed, unpacked) = (header.u32()?, header.size()?, header.size()?);
    if flags & DESCRIPTOR == 0 && (crc, packed, unpacked) != (central.crc, central.size, central.size) {
        return Err(Malformed("local and central header differ in size or CRC-32"));
    }
    let name_len = header.length()?;
    let extra_len = header.length()?;
    if header.octets(name_len)? != central.name.as_bytes() {
        return Err(Malformed("local and central header differ in the name"));
    }
    header.octets(extra_len)?;
    header.octets(central.size)?;
    Ok(central.offset..data.len() - header.0.len())
}

fn check_method(flags: u16, method: u16) -> Result<(), RunnerError> {
    if flags & ENCRYPTED != 0 {
        return Err(Malformed("an entry is encrypted"));
    }
    if method != 0 {
        return Err(Malformed("an entry is compressed"));
    }
    Ok(())
}

/// Whether a name is that of a file, not of a directory.
///
/// # Errors
/// [`RunnerError::Malformed`]: a name that no entry may have.
pub(super) fn check_name(name: &str) -> Result<bool, RunnerError> {
    let (path, is_file) = match name.strip_suffix('/') {
        Some(path) => (path, false),
        None => (name, true),
    };
    if name.contains('\\') {
        return Err(Malformed("a name has a backslash"));
    }
    // The empty name and a leading slash are cases of an empty component.
    if path.split('/').any(|component| matches!(component, "" | "." | "..")) {
        return Err(Malformed("a name has an empty, `.` or `..` component"));
    }
    Ok(is_file)
}

const SHORT: RunnerError = Malformed("an entry reaches beyond its place");

/// What is left of a header, read from the front; numbers are little-endian.
struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    fn octets(&mut self, len: usize) -> Result<&'a [u8], RunnerError> {
        if len > self.0.len() {
            return Err(SHORT);
        }
        let (taken, rest) = self.0.split_at(len);
        self.0 = rest;
        Ok(taken)
    }

    fn u16(&mut self) -> Result<u16, RunnerError> {
        let octets = self.octets(2)?;
        Ok(u16::from_le_bytes([octets[0], octets[1]]))
    }

    fn u32(&mut self) -> Result<u32, RunnerError> {
        let octets = self.octets(4)?;
        Ok(u32::from_le_bytes([octets[0], octets[1], octets[2], octets[3]]))
    }

    /// The length of a part of the header.
    fn length(&mut self) -> Result<usize, RunnerError> {
        self.u16().map(usize::from)
    }

    /// A size or offset in the archive; one that this machine cannot address lies beyond the archive.
    fn size(&mut self) -> Result<usize, RunnerError> {
        usize::try_from(self.u32()?).map_err(|_| SHORT)
    }
}

#[cfg(test)]
mod tests;
