//! Files that one machine writes and others read: fields, each a length (u32, little-endian) and that many octets.

use std::io::{self, Read, Write};

/// Appends a field.
///
/// # Errors
/// Of the writer, and if the field is of 4 GiB or more.
pub fn write(out: &mut impl Write, field: &[u8]) -> io::Result<()> {
    let len = u32::try_from(field.len()).map_err(|_| io::Error::other("a field is too long"))?;
    out.write_all(&len.to_le_bytes())?;
    out.write_all(field)
}

/// The next field; `None` where the file ends.
///
/// # Errors
/// Of the reader, and if the file ends within a field.
pub fn read(input: &mut impl Read) -> io::Result<Option<Vec<u8>>> {
    let mut len = [0; 4];
    if input.read(&mut len[..1])? == 0 {
        return Ok(None);
    }
    input.read_exact(&mut len[1..])?;
    let len = u64::from(u32::from_le_bytes(len));
    let mut field = Vec::new();
    if input.take(len).read_to_end(&mut field)? as u64 == len {
        Ok(Some(field))
    } else {
        Err(io::Error::from(io::ErrorKind::UnexpectedEof))
    }
}

/// A field that must be there.
///
/// # Errors
/// As [`read`], and if the file has ended.
pub fn expect(input: &mut impl Read) -> io::Result<Vec<u8>> {
    read(input)?.ok_or_else(|| io::Error::from(io::ErrorKind::UnexpectedEof))
}

/// A text that must be there.
///
/// # Errors
/// As [`expect`], and if it is not UTF-8.
pub fn expect_text(input: &mut impl Read) -> io::Result<String> {
    String::from_utf8(expect(input)?).map_err(io::Error::other)
}
