//! What the octets of a runner are, and the files in them.

use super::{Layout::*, RunnerError, RunnerError::Malformed, Script, Version, header, version, zip};
use std::collections::{BTreeMap, btree_map};
use std::ops::Bound;
use std::sync::{Arc, OnceLock};

/// How the octets of a runner are laid out. Spec: runners.md 2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// A ZIP archive: begins `50 4b 03 04` or `50 4b 05 06`.
    Zip,
    /// A WebAssembly module: begins `00 61 73 6d 01 00 00 00`.
    Wasm,
    /// Text with a comment header.
    Text,
}

/// The files of a runner. A clone shares them.
#[derive(Clone, Debug)]
pub struct Archive(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    layout: Layout,
    size: u64,
    files: BTreeMap<Box<str>, Arc<[u8]>>,
    script: OnceLock<Result<Arc<Script>, RunnerError>>,
}

impl Archive {
    /// Sorts the octets into a layout and reads it. The files take as much memory as the octets, at most, and
    /// time in proportion to them. Spec: runners.md 2 and 3.
    ///
    /// Neither `version` nor `runner.json` is looked into: that is for [`Archive::version`] and
    /// [`Archive::script`].
    ///
    /// # Errors
    /// [`RunnerError::Malformed`]: the ZIP archive breaks a rule. [`RunnerError::NotUtf8`]: neither ZIP nor
    /// wasm nor UTF-8. [`RunnerError::Absent`]: a text without a comment header.
    pub fn parse(octets: Arc<[u8]>) -> Result<Archive, RunnerError> {
        let size = octets.len() as u64;
        let mut files: BTreeMap<Box<str>, Arc<[u8]>> = BTreeMap::new();
        let layout = if zip::is_zip(&octets) {
            for entry in zip::read(&octets)? {
                // Equal names: the last wins.
                files.insert(entry.name.into(), octets[entry.contents].into());
            }
            Zip
        } else if octets.starts_with(b"\0asm\x01\0\0\0") {
            files.insert("version".into(), version::of_module(&octets).unwrap_or(version::DEFAULT).into());
            files.insert("runner.json".into(), (*br#"{ "StartWasm": "file" }"#).into());
            files.insert("file".into(), octets);
            Wasm
        } else {
            let text = std::str::from_utf8(&octets).map_err(|_| RunnerError::NotUtf8)?;
            let header = header::read(text)?;
            let version = header.version.map_or(version::DEFAULT, str::as_bytes);
            files.insert("version".into(), version.into());
            files.insert("runner.json".into(), header.json.into_bytes().into());
            files.insert("file".into(), octets);
            Text
        };
        Ok(Archive(Arc::new(Inner { layout, size, files, script: OnceLock::new() })))
    }

    /// How the octets were laid out.
    #[must_use]
    pub fn layout(&self) -> Layout {
        self.0.layout
    }

    /// The octets of the whole runner, which its loads are charged by. Spec: runners.md 2.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.0.size
    }

    /// The files, ascending by the octets of their names.
    pub fn files(&self) -> impl Iterator<Item = (&str, &Arc<[u8]>)> {
        self.0.files.iter().map(|(name, contents)| (&**name, contents))
    }

    /// The contents of a file.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Arc<[u8]>> {
        self.0.files.get(name)
    }

    /// The files whose names start with `prefix`, ascending by the octets of their names.
    #[must_use]
    pub fn starting_with<'a>(&'a self, prefix: &'a str) -> Files<'a> {
        let range = self.0.files.range::<str, _>((Bound::Included(prefix), Bound::Unbounded));
        Files { range, prefix }
    }

    /// The actions of `runner.json`, read once.
    ///
    /// # Errors
    /// [`RunnerError::Malformed`]: the file is missing or breaks a rule of runners.md 5.
    pub fn script(&self) -> Result<Arc<Script>, RunnerError> {
        let read = || {
            let document = self.get("runner.json").ok_or(Malformed("`runner.json` is missing"))?;
            Script::parse(document).map(Arc::new)
        };
        self.0.script.get_or_init(read).clone()
    }

    /// The version, [`Version::DEFAULT`] if the runner names none. Spec: runners.md 4.
    ///
    /// # Errors
    /// [`RunnerError::Malformed`]: the runner names something that is no version.
    pub fn version(&self) -> Result<Version, RunnerError> {
        self.get("version").map_or(Ok(Version::DEFAULT), |text| Version::parse(text))
    }
}

/// Iterates over the files of [`Archive::starting_with`].
#[derive(Clone, Debug)]
pub struct Files<'a> {
    /// All files from the first one on; those with the prefix come first.
    range: btree_map::Range<'a, Box<str>, Arc<[u8]>>,
    prefix: &'a str,
}

impl<'a> Iterator for Files<'a> {
    type Item = (&'a str, &'a Arc<[u8]>);

    fn next(&mut self) -> Option<Self::Item> {
        let (name, contents) = self.range.next()?;
        name.starts_with(self.prefix).then_some((&**name, contents))
    }
}

impl PartialEq for Archive {
    /// The same layout, size and files.
    fn eq(&self, other: &Archive) -> bool {
        let parts = |archive: &Archive| (archive.0.layout, archive.0.size);
        parts(self) == parts(other) && self.0.files == other.0.files
    }
}

impl Eq for Archive {}

#[cfg(test)]
mod tests;
