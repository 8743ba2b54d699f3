//! Where an executor listens, and the streams that come of it.

use crate::args::PlaceArgs;
use crate::report::Failure;
use crate::turns::{Socket, Turns};
use std::io;
use std::net::TcpListener;
#[cfg(unix)]
use std::os::unix::fs::FileTypeExt;
#[cfg(unix)]
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// A connection with a node, of whichever kind.
pub type Stream = Turns<Box<dyn Socket>>;

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

    /// Waits for a node. It gets so much time for each of its turns.
    pub fn accept(&self, time: Duration) -> io::Result<Stream> {
        let stream: Box<dyn Socket> = match self {
            Listener::Tcp(listener) => {
                let (stream, _) = listener.accept()?;
                // Each frame is waited for: none gains from waiting for the next.
                stream.set_nodelay(true)?;
                Box::new(stream)
            }
            #[cfg(unix)]
            Listener::Unix(listener, _) => Box::new(listener.accept()?.0),
        };
        Ok(Turns::new(stream, time))
    }
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
