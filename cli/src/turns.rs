//! A stream whose other end has so much time for each turn, however it hands out the octets.
#![expect(clippy::disallowed_types, reason = "a node that is too slow is left: that is no result")]

use std::io::{self, ErrorKind, Read, Write};
use std::net::TcpStream;
#[cfg(unix)]
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

/// A stream that can be told how long the next read or write may wait.
pub trait Socket: Read + Write + Send {
    fn wait(&self, time: Duration) -> io::Result<()>;
}

impl Socket for TcpStream {
    fn wait(&self, time: Duration) -> io::Result<()> {
        self.set_read_timeout(Some(time))?;
        self.set_write_timeout(Some(time))
    }
}

#[cfg(unix)]
impl Socket for UnixStream {
    fn wait(&self, time: Duration) -> io::Result<()> {
        self.set_read_timeout(Some(time))?;
        self.set_write_timeout(Some(time))
    }
}

impl<S: Socket + ?Sized> Socket for Box<S> {
    fn wait(&self, time: Duration) -> io::Result<()> {
        (**self).wait(time)
    }
}

/// Limits the time of a whole turn, not of each octet: the other end takes what is written up to a flush in one, and
/// sends its answer in the next. What passes between an answer and the next write is not its time.
pub struct Turns<S> {
    stream: S,
    time: Duration,
    until: Instant,
    writing: bool,
}

impl<S: Socket> Turns<S> {
    /// The other end has the first turn: it sends.
    pub fn new(stream: S, time: Duration) -> Self {
        Turns { stream, time, until: Instant::now() + time, writing: false }
    }

    /// Whatever comes next waits for what is left of the turn.
    fn limit(&self) -> io::Result<()> {
        let left = self.until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(ErrorKind::TimedOut.into());
        }
        self.stream.wait(left)
    }

    /// A turn begins. The command takes at most 2^32 seconds, which every clock can add.
    fn turn(&mut self, writing: bool) {
        self.until = Instant::now() + self.time;
        self.writing = writing;
    }
}

impl<S: Socket> Read for Turns<S> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        self.limit()?;
        self.stream.read(buf)
    }
}

impl<S: Socket> Write for Turns<S> {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        if !self.writing {
            self.turn(true);
        }
        self.limit()?;
        self.stream.write(buf)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()?;
        self.turn(false);
        Ok(())
    }
}
