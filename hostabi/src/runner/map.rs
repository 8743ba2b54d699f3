//! `MapFile`: which files go where. Spec: runners.md 6.2.

use super::RunnerError::{self, Malformed};
use super::{Archive, archive::Files};
use crate::vfs::{MAX_COMPONENTS, VfsError};
use std::sync::Arc;

/// The octets of RAM that each mapped file costs, beside those of its destination.
pub const FILE_CHARGE: u64 = 256;

/// The files that `file` names, with their destinations, ascending by name. For each of them, in this order:
/// [`Mapping::check_place`], charge [`Mapping::charge`], [`Mapping::check_name`], then insert it; so what
/// a failure leaves charged is the same everywhere.
///
/// # Errors
/// [`RunnerError::Malformed`]: `file` does not end with `/`, and there is no file of that name.
pub fn mappings<'a>(archive: &'a Archive, file: &'a str, to: &'a str) -> Result<Mappings<'a>, RunnerError> {
    if !file.ends_with('/') {
        let contents = archive.get(file).ok_or(Malformed("a file to map does not exist"))?;
        return Ok(Mappings::One(Some(Mapping { destination: to.to_owned(), contents: contents.clone() })));
    }
    let prefix = if file == "/" { "" } else { file };
    Ok(Mappings::Many { files: archive.starting_with(prefix), cut: prefix.len(), to })
}

/// Iterates over the files of [`mappings`]; each destination is built when its turn comes.
#[derive(Debug)]
pub enum Mappings<'a> {
    /// One file.
    One(Option<Mapping>),
    /// All files with a prefix.
    Many {
        /// Those that are left.
        files: Files<'a>,
        /// Octets of the prefix.
        cut: usize,
        /// The directory.
        to: &'a str,
    },
}

impl Iterator for Mappings<'_> {
    type Item = Mapping;

    fn next(&mut self) -> Option<Mapping> {
        match self {
            Mappings::One(mapping) => mapping.take(),
            Mappings::Many { files, cut, to } => {
                let (name, contents) = files.next()?;
                let slash = if to.ends_with('/') { "" } else { "/" };
                let destination = [to, slash, name.get(*cut..).unwrap_or_default()].concat();
                Some(Mapping { destination, contents: contents.clone() })
            }
        }
    }
}

/// One file and where it goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mapping {
    /// As built, not normalised. Absolute, also without its first slash.
    pub destination: String,
    /// Shared with the archive.
    pub contents: Arc<[u8]>,
}

impl Mapping {
    /// The check before the charge: nothing goes into `/vm` or through `..`.
    ///
    /// # Errors
    /// [`RunnerError::Malformed`].
    pub fn check_place(&self) -> Result<(), RunnerError> {
        if self.components().next() == Some("vm") {
            return Err(Malformed("nothing can be mapped into `/vm`"));
        }
        if self.components().any(|component| component == "..") {
            return Err(Malformed("a destination has a `..` component"));
        }
        Ok(())
    }

    /// The octets of RAM to charge.
    #[must_use]
    pub fn charge(&self) -> u64 {
        FILE_CHARGE + self.destination.len() as u64
    }

    /// The check after the charge: the destination names a file, of at most 128 components.
    ///
    /// # Errors
    /// [`RunnerError::Malformed`].
    pub fn check_name(&self) -> Result<(), RunnerError> {
        match self.components().take(MAX_COMPONENTS + 1).count() {
            0 => Err(Malformed("a destination names no file")),
            1..=MAX_COMPONENTS => Ok(()),
            _ => Err(Malformed("a destination has more than 128 components")),
        }
    }

    fn components(&self) -> impl Iterator<Item = &str> {
        self.destination.split('/').filter(|component| !matches!(*component, "" | "."))
    }
}

impl From<VfsError> for RunnerError {
    /// A file and a directory in each other's way are no fault of one action. The rest is refused by the
    /// checks of [`Mapping`] already.
    fn from(error: VfsError) -> RunnerError {
        match error {
            VfsError::ParentComponent => Malformed("a destination has a `..` component"),
            VfsError::NoName => Malformed("a destination names no file"),
            VfsError::TooDeep => Malformed("a destination has more than 128 components"),
            VfsError::FileInTheWay(_) | VfsError::DirectoryInTheWay(_) => RunnerError::Other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runner::build;
    use crate::vfs::Vfs;

    fn archive(names: &[&str]) -> Archive {
        Archive::parse(build::zip(names.iter().map(|name| (*name, *name))).unwrap().into()).unwrap()
    }

    fn mapped(archive: &Archive, file: &str, to: &str) -> Vec<(String, u64)> {
        mappings(archive, file, to)
            .unwrap()
            .map(|mapping| {
                mapping.check_place().unwrap();
                mapping.check_name().unwrap();
                let charge = mapping.charge();
                (mapping.destination, charge)
            })
            .collect()
    }

    #[test]
    fn a_subtree_keeps_the_rest_of_each_name() {
        let archive = archive(&["libx", "lib/b/c", "lib/a"]);
        let expected = [("/usr/a".to_owned(), 256 + 6), ("/usr/b/c".to_owned(), 256 + 8)];
        assert_eq!(mapped(&archive, "lib/", "/usr"), expected);
        assert_eq!(mapped(&archive, "lib/", "/usr/"), expected);
        assert_eq!(mapped(&archive, "lib/b/", "usr//"), [("usr//c".to_owned(), 256 + 6)]);
        assert_eq!(mapped(&archive, "lib/", ""), [("/a".to_owned(), 258), ("/b/c".to_owned(), 260)]);
    }

    #[test]
    fn a_slash_alone_is_all_files_and_no_match_is_none() {
        let archive = archive(&["b", "a/c"]);
        assert_eq!(mapped(&archive, "/", "/"), [("/a/c".to_owned(), 260), ("/b".to_owned(), 258)]);
        for file in ["b/", "a/c/", "//", "/a/", "./"] {
            assert_eq!(mapped(&archive, file, "/x"), []);
        }
    }

    #[test]
    fn a_single_file_goes_to_the_very_destination() {
        let archive = archive(&["x", "y/z"]);
        assert_eq!(mapped(&archive, "y/z", "/n"), [("/n".to_owned(), 258)]);
        assert_eq!(mapped(&archive, "x", "d/"), [("d/".to_owned(), 258)]);
        for file in ["", "z", "y", "/x", "./x"] {
            assert!(matches!(mappings(&archive, file, "/n"), Err(Malformed(_))), "{file}");
        }
    }

    fn mapping(destination: &str) -> Mapping {
        Mapping { destination: destination.into(), contents: Arc::default() }
    }

    #[test]
    fn the_device_directory_and_parents_are_no_place() {
        for to in ["/vm/x", "vm/x", "/vm", "//./vm/x", "./vm/", "/vm/../x", "..", "/a/../b", "a/.."] {
            assert!(matches!(mapping(to).check_place(), Err(Malformed(_))), "{to}");
        }
        for to in ["/vmx", "/VM/x", "/x/vm", "/...", "/vm\0", "", "/"] {
            assert_eq!(mapping(to).check_place(), Ok(()), "{to}");
        }
    }

    #[test]
    fn a_destination_names_a_file_of_128_components_at_most() {
        for to in ["", "/", "//", "/./", "."] {
            assert!(matches!(mapping(to).check_name(), Err(Malformed(_))), "{to}");
        }
        assert_eq!(mapping(&"/a".repeat(128)).check_name(), Ok(()));
        assert_eq!(mapping(&"/./a".repeat(128)).check_name(), Ok(()));
        assert!(mapping(&"/a".repeat(129)).check_name().is_err());
    }

    #[test]
    fn what_passes_the_checks_fails_only_at_files_in_the_way() {
        let mut vfs = Vfs::new();
        for to in ["a/b", "/a/b", "//a/./c"] {
            vfs.insert_file(to, &b""[..]).unwrap();
        }
        for to in ["/a", "/a/b/c"] {
            mapping(to).check_place().unwrap();
            mapping(to).check_name().unwrap();
            let error = RunnerError::from(vfs.insert_file(to, &b""[..]).unwrap_err());
            assert_eq!(error.code(), "invalid_contract");
        }
        for to in ["/../a".to_owned(), "/".to_owned(), "/a".repeat(129)] {
            let error = RunnerError::from(vfs.insert_file(&to, &b""[..]).unwrap_err());
            assert_eq!(error.code(), "invalid_contract runner malformed");
        }
    }
}
