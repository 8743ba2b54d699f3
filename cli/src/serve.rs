//! Where an executor listens, and the streams that come of it.

use crate::args::PlaceArgs;
use crate::report::Failure;
use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
#[cfg(unix)]
use std::os::unix::fs::FileTypeExt;
#[cfg(unix)]
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// A connection with a node.
pub trait Both: Read + Write + Send {}
impl<T: Read + Write + Send> Both for T {}

/// A connection with a node, of whichever kind.
pub type Stream = Box<dyn Both>;

/// A place where nodes connect.
pub enum Listener {
    Tcp(TcpListener),
    #[cfg(unix)]
    Unix(UnixListener, PathBuf),
}

impl Listener {
    /// Listens there.
    pub fn bind(place: &PlaceArgs) -> Result<Self, Failure> {
        match (&place.socket, &place.tcp) {
            (Some(path), _) => unix(path),
            (None, Some(address)) => {
                let listener = TcpListener::bind(address).map_err(|error| {
                    Failure::new(format!("--tcp {address}: this cannot be listened on: {error}"))
                })?;
                Ok(Listener::Tcp(listener))
            }
            (None, None) => Err(Failure::new("give --socket PATH or --tcp HOST:PORT")),
        }
    }

    /// The place, with the port that was chosen.
    pub fn place(&self) -> String {
        match self {
            Listener::Tcp(listener) => listener
                .local_addr()
                .map_or_else(|error| error.to_string(), |address| format!("tcp {address}")),
            #[cfg(unix)]
            Listener::Unix(_, path) => format!("unix {}", path.display()),
        }
    }

    /// Waits for a node. Its reads and writes wait for `timeout` at most.
    pub fn accept(&self, timeout: Duration) -> io::Result<Stream> {
        match self {
            Listener::Tcp(listener) => {
                let (stream, _) = listener.accept()?;
                limit_tcp(&stream, timeout)?;
                Ok(Box::new(stream))
            }
            #[cfg(unix)]
            Listener::Unix(listener, _) => {
                let (stream, _) = listener.accept()?;
                stream.set_read_timeout(Some(timeout))?;
                stream.set_write_timeout(Some(timeout))?;
                Ok(Box::new(stream))
            }
        }
    }
}

fn limit_tcp(stream: &TcpStream, timeout: Duration) -> io::Result<()> {
    stream.set_read_timeout(Some(timeout))?;
    stream.set_write_timeout(Some(timeout))?;
    // Each frame is waited for: none gains from waiting for the next.
    stream.set_nodelay(true)
}

#[cfg(unix)]
fn unix(path: &Path) -> Result<Listener, Failure> {
    let wrong = |what: &str| Failure::new(format!("--socket {}: {what}", path.display()));
    if let Ok(there) = path.symlink_metadata() {
        if !there.file_type().is_socket() {
            return Err(wrong("there is a file at this path already; choose another"));
        }
        // A socket that nobody listens on is what an executor left that was killed.
        match UnixStream::connect(path) {
            Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => {
                std::fs::remove_file(path).map_err(|error| wrong(&error.to_string()))?;
            }
            _ => return Err(wrong("somebody listens on this socket already; choose another")),
        }
    }
    let listener =
        UnixListener::bind(path).map_err(|error| wrong(&format!("this cannot be listened on: {error}")))?;
    Ok(Listener::Unix(listener, path.to_owned()))
}

#[cfg(not(unix))]
fn unix(path: &Path) -> Result<Listener, Failure> {
    Err(Failure::new(format!("--socket {}: this system has no Unix sockets; use --tcp", path.display())))
}

#[cfg(unix)]
impl Drop for Listener {
    fn drop(&mut self) {
        if let Listener::Unix(_, path) = self {
            // What stays behind is found to be dead by the next executor.
            let _ = std::fs::remove_file(path);
        }
    }
}
