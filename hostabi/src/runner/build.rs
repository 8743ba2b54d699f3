//! Writes archives that [`Archive::parse`](super::Archive::parse) accepts.

use super::crc::crc32;
use super::zip;
use std::collections::BTreeMap;
use std::fmt;

/// Why files do not make an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BuildError {
    /// No file in an archive can have this name. Spec: runners.md 3.
    Name(String),
    /// Two files have this name.
    Twice(String),
    /// More than 65,535 files, a name of more than 65,535 octets, or 4 GiB in all.
    TooLarge,
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BuildError::Name(name) => write!(f, "`{name}` cannot be the name of a file in an archive"),
            BuildError::Twice(name) => write!(f, "two files have the name `{name}`"),
            BuildError::TooLarge => f.write_str("the files are too many or too large for an archive"),
        }
    }
}

impl std::error::Error for BuildError {}

/// A ZIP archive of these files, stored. The same files give the same octets, whatever their order: entries
/// ascend by name and are dated 1980-01-01.
///
/// # Errors
/// [`BuildError`].
pub fn zip<N: AsRef<str>, C: AsRef<[u8]>>(
    files: impl IntoIterator<Item = (N, C)>,
) -> Result<Vec<u8>, BuildError> {
    let mut sorted = BTreeMap::new();
    for (name, contents) in files {
        let name = name.as_ref().to_owned();
        if zip::check_name(&name) != Ok(true) {
            return Err(BuildError::Name(name));
        }
        if sorted.contains_key(&name) {
            return Err(BuildError::Twice(name));
        }
        sorted.insert(name, contents);
    }
    write(&sorted).ok_or(BuildError::TooLarge)
}

fn write<C: AsRef<[u8]>>(files: &BTreeMap<String, C>) -> Option<Vec<u8>> {
    let count = u16::try_from(files.len()).ok()?;
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for (name, contents) in files {
        let contents = contents.as_ref();
        let offset = u32::try_from(out.len()).ok()?;
        let size = u32::try_from(contents.len()).ok()?;
        let name_len = u16::try_from(name.len()).ok()?;
        let mut common = Vec::new();
        // Bit 11: the name is UTF-8. Then the method, the time 00:00 and the date 1980-01-01.
        let flags: u16 = if name.is_ascii() { 0 } else { 1 << 11 };
        for field in [20, flags, 0, 0, 0x21] {
            common.extend(field.to_le_bytes());
        }
        for field in [crc32(contents), size, size] {
            common.extend(field.to_le_bytes());
        }
        common.extend(name_len.to_le_bytes());
        common.extend([0; 2]); // No extra field.

        out.extend(b"PK\x03\x04");
        out.extend(&common);
        out.extend(name.as_bytes());
        out.extend(contents);

        directory.extend(b"PK\x01\x02\x14\x00");
        directory.extend(&common);
        directory.extend([0; 10]); // No comment, part 0, no attributes.
        directory.extend(offset.to_le_bytes());
        directory.extend(name.as_bytes());
    }
    let (offset, size) = (u32::try_from(out.len()).ok()?, u32::try_from(directory.len()).ok()?);
    out.append(&mut directory);
    out.extend(b"PK\x05\x06\0\0\0\0");
    for field in [count, count] {
        out.extend(field.to_le_bytes());
    }
    for field in [size, offset] {
        out.extend(field.to_le_bytes());
    }
    out.extend([0; 2]);
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runner::Archive;
    use proptest::prelude::*;

    #[test]
    fn the_order_of_the_files_does_not_matter() {
        let one = zip([("a", "1"), ("b", "2")]).unwrap();
        assert_eq!(zip([("b", "2"), ("a", "1")]).unwrap(), one);
        assert_ne!(zip([("b", "1"), ("a", "2")]).unwrap(), one);
    }

    #[test]
    fn no_files_make_an_end_record() {
        let none = zip([("", ""); 0]).unwrap();
        assert_eq!(none.len(), zip::END);
        assert_eq!(Archive::parse(none.into()).unwrap().files().count(), 0);
    }

    #[test]
    fn names_that_no_archive_may_have_are_refused() {
        for name in ["", "/", "/a", "a/", "a//b", "a/./b", "..", "a\\b"] {
            assert_eq!(zip([(name, "")]), Err(BuildError::Name(name.into())));
        }
        assert_eq!(zip([("a", "1"), ("a", "1")]), Err(BuildError::Twice("a".into())));
        assert_eq!(zip([("a".repeat(65_536), "")]), Err(BuildError::TooLarge));
        assert!(zip([("a".repeat(65_535), "")]).is_ok());
        assert_eq!(zip((0..65_536).map(|n| (n.to_string(), ""))), Err(BuildError::TooLarge));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(
            files in proptest::collection::btree_map("[a-cü]{1,3}(/[a-c.]{3}x){0,2}", any::<Vec<u8>>(), 0..9)
        ) {
            let archive = Archive::parse(zip(&files).unwrap().into()).unwrap();
            prop_assert!(archive.files().map(|(n, c)| (n, &**c)).eq(files.iter().map(|(n, c)| (&**n, &**c))));
        }
    }
}
