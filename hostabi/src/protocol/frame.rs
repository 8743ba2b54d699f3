//! Frames: a length, 32 bits little-endian, and as many octets.

use std::fmt;
use std::io::{self, Read, Write};

/// Octets of the longest frame.
pub const MAX_FRAME: usize = 1 << 28;

/// Why there is no frame.
#[derive(Debug)]
pub enum FrameError {
    /// The stream failed, or ended.
    Io(io::Error),
    /// A frame is longer than its place allows; so many octets.
    TooLong(u64),
}

impl fmt::Display for FrameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FrameError::Io(error) => write!(f, "the node's stream failed: {error}"),
            FrameError::TooLong(len) => write!(f, "a frame of {len} octets is too long"),
        }
    }
}

impl std::error::Error for FrameError {}

impl From<io::Error> for FrameError {
    fn from(error: io::Error) -> Self {
        FrameError::Io(error)
    }
}

/// Reads a frame of at most `max` octets. Memory grows with what arrives, not with what is announced.
///
/// # Errors
/// [`FrameError`]; the stream cannot be used any more.
pub fn read_frame(stream: &mut impl Read, max: usize) -> Result<Vec<u8>, FrameError> {
    let mut len = [0; 4];
    stream.read_exact(&mut len)?;
    let len = u32::from_le_bytes(len);
    if len as usize > max.min(MAX_FRAME) {
        return Err(FrameError::TooLong(len.into()));
    }
    let mut octets = Vec::new();
    stream.by_ref().take(len.into()).read_to_end(&mut octets)?;
    if octets.len() < len as usize {
        return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into());
    }
    Ok(octets)
}

/// Writes a frame and flushes.
///
/// # Errors
/// [`FrameError`]; after [`FrameError::TooLong`] nothing has been written.
pub fn write_frame(stream: &mut impl Write, octets: &[u8]) -> Result<(), FrameError> {
    let too_long = FrameError::TooLong(octets.len() as u64);
    let len = u32::try_from(octets.len()).ok().filter(|_| octets.len() <= MAX_FRAME).ok_or(too_long)?;
    stream.write_all(&len.to_le_bytes())?;
    stream.write_all(octets)?;
    Ok(stream.flush()?)
}
