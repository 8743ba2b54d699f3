//! Copying a directory of this machine into a tree.

use super::{Vfs, VfsError};
use std::fmt;
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// Octets of contents that one directory may bring in: 4 GiB less one.
pub const MAX_OCTETS: u64 = 0xffff_ffff;

/// Files and directories that one directory may bring in.
pub const MAX_ENTRIES: u64 = 1_000_000;

/// Why a directory of this machine could not be copied. One line, which names the place.
#[derive(Debug)]
#[non_exhaustive]
pub enum HostDirError {
    /// There is nothing at the path.
    NotFound(PathBuf),
    /// The path is not that of a directory.
    NotADirectory(PathBuf),
    /// The machine refuses to read it.
    Io(PathBuf, io::Error),
    /// A symbolic link that leads nowhere, or out of the directory that is copied: what it leads to was not
    /// asked for.
    LinkOutside(PathBuf),
    /// A symbolic link that leads to a directory which holds it.
    LinkLoop(PathBuf),
    /// Neither file nor directory.
    Special(PathBuf),
    /// A name that is not UTF-8.
    Name(PathBuf),
    /// More than [`MAX_OCTETS`] or [`MAX_ENTRIES`].
    TooLarge(PathBuf),
    /// It does not fit into the tree at the place it should go.
    Vfs(String, VfsError),
}

impl fmt::Display for HostDirError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            HostDirError::NotFound(path) => write!(f, "there is no directory `{}`", path.display()),
            HostDirError::NotADirectory(path) => write!(f, "`{}` is not a directory", path.display()),
            HostDirError::Io(path, error) => write!(f, "cannot read `{}`: {error}", path.display()),
            HostDirError::LinkOutside(path) => write!(
                f,
                "`{}` is a link that leads nowhere or out of the mapped directory: remove it or replace it \
                 by what it should lead to",
                path.display()
            ),
            HostDirError::LinkLoop(path) => {
                write!(f, "`{}` is a link to a directory that holds it: remove it", path.display())
            }
            HostDirError::Special(path) => {
                write!(f, "`{}` is neither a file nor a directory: remove it", path.display())
            }
            HostDirError::Name(path) => {
                write!(f, "the name of `{}` is not UTF-8: rename it", path.display())
            }
            HostDirError::TooLarge(path) => write!(
                f,
                "`{}` holds more than {MAX_ENTRIES} files or 4 GiB: map a directory that holds less",
                path.display()
            ),
            HostDirError::Vfs(guest, error) => write!(f, "cannot map to `{guest}`: {error}"),
        }
    }
}

impl std::error::Error for HostDirError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            HostDirError::Io(_, error) => Some(error),
            HostDirError::Vfs(_, error) => Some(error),
            _ => None,
        }
    }
}

/// One copying.
struct Copy<'a> {
    tree: &'a mut Vfs,
    /// The directory that is copied, as given and without links.
    top: &'a Path,
    real_top: PathBuf,
    /// The directories that are open on the way down, without links.
    open: Vec<PathBuf>,
    octets: u64,
    entries: u64,
}

pub(super) fn copy(tree: &mut Vfs, host: &Path, guest: &str) -> Result<(), HostDirError> {
    let meta = fs::metadata(host).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => HostDirError::NotFound(host.into()),
        _ => HostDirError::Io(host.into(), error),
    })?;
    if !meta.is_dir() {
        return Err(HostDirError::NotADirectory(host.into()));
    }
    let real_top = fs::canonicalize(host).map_err(|error| HostDirError::Io(host.into(), error))?;
    let open = vec![real_top.clone()];
    Copy { tree, top: host, real_top, open, octets: 0, entries: 0 }.dir(host, guest.trim_end_matches('/'))
}

impl Copy<'_> {
    /// Copies a directory; the depth of the recursion is bounded by that of the tree.
    fn dir(&mut self, host: &Path, guest: &str) -> Result<(), HostDirError> {
        let misfit = |error| HostDirError::Vfs(guest.into(), error);
        self.tree.create_dir_all(guest).map_err(misfit)?;
        let failed = |error| HostDirError::Io(host.into(), error);
        let mut names = Vec::new();
        for entry in fs::read_dir(host).map_err(failed)? {
            self.count_entry()?;
            names.push(entry.map_err(failed)?.file_name());
        }
        // So that of several things that are wrong always the same one is told.
        names.sort();
        for name in names {
            let path = host.join(&name);
            let Some(name) = name.to_str() else { return Err(HostDirError::Name(path)) };
            self.entry(&path, &format!("{guest}/{name}"))?;
        }
        Ok(())
    }

    fn entry(&mut self, path: &Path, guest: &str) -> Result<(), HostDirError> {
        let failed = |error| HostDirError::Io(path.into(), error);
        let link = fs::symlink_metadata(path).map_err(failed)?.is_symlink();
        let real = if link {
            match fs::canonicalize(path) {
                Ok(real) if real.starts_with(&self.real_top) => real,
                _ => return Err(HostDirError::LinkOutside(path.into())),
            }
        } else {
            let parent = self.open.last().unwrap_or(&self.real_top);
            path.file_name().map_or_else(|| parent.clone(), |name| parent.join(name))
        };
        let meta = fs::metadata(&real).map_err(failed)?;
        if meta.is_dir() {
            if self.open.contains(&real) {
                return Err(HostDirError::LinkLoop(path.into()));
            }
            self.open.push(real);
            self.dir(path, guest)?;
            self.open.pop();
            Ok(())
        } else if meta.is_file() {
            let contents = self.contents(&real).map_err(failed)?.ok_or_else(|| self.too_large())?;
            self.tree.insert_file(guest, contents).map_err(|error| HostDirError::Vfs(guest.into(), error))
        } else {
            Err(HostDirError::Special(path.into()))
        }
    }

    /// The contents of a file; `None` if they are too large.
    fn contents(&mut self, path: &Path) -> io::Result<Option<Vec<u8>>> {
        let room = MAX_OCTETS - self.octets;
        let mut file = fs::File::open(path)?;
        let length = file.metadata()?.len();
        if length > room {
            return Ok(None);
        }
        let mut contents = Vec::new();
        contents.try_reserve_exact(usize::try_from(length).unwrap_or(usize::MAX))?;
        // A file can grow while it is read.
        Read::by_ref(&mut file).take(room + 1).read_to_end(&mut contents)?;
        let length = contents.len() as u64;
        if length > room {
            return Ok(None);
        }
        self.octets += length;
        Ok(Some(contents))
    }

    fn count_entry(&mut self) -> Result<(), HostDirError> {
        self.entries += 1;
        if self.entries > MAX_ENTRIES { Err(self.too_large()) } else { Ok(()) }
    }

    fn too_large(&self) -> HostDirError {
        HostDirError::TooLarge(self.top.into())
    }
}
