//! The version a runner names. Spec: runners.md 4.

use super::RunnerError;
use super::RunnerError::Malformed;
use std::fmt;

/// The text of [`Version::DEFAULT`].
pub(super) const DEFAULT: &[u8] = b"v0.1.0";

/// Which version of the system a runner was made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version {
    /// The major of the public interface; what a host stores when the runner is deployed.
    pub major: u16,
    /// Nothing depends on it.
    pub minor: u16,
    /// Nothing depends on it.
    pub patch: u16,
}

impl Version {
    /// That of a runner that names none: `v0.1.0`.
    pub const DEFAULT: Version = Version { major: 0, minor: 1, patch: 0 };

    /// Reads `v<major>.<minor>.<patch>`, ASCII white space around it or not. A number is one or more decimal
    /// digits, at most 65,535; leading zeros are allowed.
    ///
    /// # Errors
    /// [`RunnerError::Malformed`]: it is something else.
    pub fn parse(text: &[u8]) -> Result<Version, RunnerError> {
        let reason = Malformed("a version is `v<major>.<minor>.<patch>`");
        let numbers = text.trim_ascii().strip_prefix(b"v").ok_or(reason)?;
        let mut numbers = numbers.split(|octet| *octet == b'.').map(number);
        let mut next = || numbers.next().flatten().ok_or(reason);
        let version = Version { major: next()?, minor: next()?, patch: next()? };
        if numbers.next().is_some() { Err(reason) } else { Ok(version) }
    }

    /// The major as the root slot stores it, in one octet. Spec: storage-and-contract.md 2.2.
    ///
    /// # Errors
    /// [`RunnerError::Malformed`]: it is more than 255.
    pub fn major_octet(self) -> Result<u8, RunnerError> {
        u8::try_from(self.major).map_err(|_| Malformed("the major version is more than 255"))
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "v{}.{}.{}", self.major, self.minor, self.patch)
    }
}

fn number(digits: &[u8]) -> Option<u16> {
    if digits.is_empty() {
        return None;
    }
    digits.iter().try_fold(0_u16, |sum, digit| match digit {
        b'0'..=b'9' => sum.checked_mul(10)?.checked_add(u16::from(digit - b'0')),
        _ => None,
    })
}

/// What follows the name of the first custom section `genvm.version` of a module. The walk stops where the
/// sections no longer make sense: whoever compiles the module will say so.
pub(super) fn of_module(module: &[u8]) -> Option<&[u8]> {
    let mut rest = module.get(8..)?;
    loop {
        let (id, after) = rest.split_first()?;
        let (section, after) = sized(after)?;
        if *id == 0
            && let Some((b"genvm.version", payload)) = sized(section)
        {
            return Some(payload);
        }
        rest = after;
    }
}

/// Octets behind their length, an unsigned LEB128 of 32 bits, and what follows them.
fn sized(octets: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut len = 0_u32;
    for (place, octet) in octets.iter().take(5).enumerate() {
        // The fifth octet holds the last four bits.
        if place == 4 && *octet > 0x0f {
            return None;
        }
        len |= u32::from(octet & 0x7f) << (7 * place);
        if octet & 0x80 == 0 {
            let rest = &octets[place + 1..];
            let len = usize::try_from(len).ok()?;
            return (len <= rest.len()).then(|| rest.split_at(len));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn versions_are_three_numbers_of_sixteen_bits() {
        let version = |major, minor, patch| Ok(Version { major, minor, patch });
        assert_eq!(Version::parse(b"v0.1.0"), version(0, 1, 0));
        assert_eq!(Version::parse(b" \t\r\nv1.20.65535\n"), version(1, 20, 65_535));
        assert_eq!(Version::parse(b"v00.01.2"), version(0, 1, 2));
        assert_eq!(Version::parse(DEFAULT), Ok(Version::DEFAULT));
        assert_eq!(Version::DEFAULT.to_string().as_bytes(), DEFAULT);
        for text in [
            "",
            "v",
            "0.1.0",
            "v0.1",
            "v0.1.0.0",
            "v0.1.",
            "v.1.0",
            "v0.1.65536",
            "v0.1.-1",
            "v0.1.+1",
            "v0.1.0a",
            "v 0.1.0",
            "V0.1.0",
            "v0.1.0-rc",
            "vim",
            "v0.1.\u{661}",
            "v99999999999999999999.0.0",
        ] {
            assert!(matches!(Version::parse(text.as_bytes()), Err(Malformed(_))), "{text}");
        }
        assert!(Version::parse(b"v0.1.0\xff").is_err());
    }

    #[test]
    fn the_stored_major_has_one_octet() {
        let major = |major| Version { major, minor: 0, patch: 0 }.major_octet();
        assert_eq!(major(255), Ok(255));
        assert!(major(256).is_err());
    }

    fn module(sections: &[&[u8]]) -> Vec<u8> {
        [b"\0asm\x01\0\0\0", &*sections.concat()].concat()
    }

    const FIRST: &[u8] = b"\0\x14\x0dgenvm.versionv0.2.0";

    #[test]
    fn the_first_custom_section_of_the_name_counts() {
        assert_eq!(of_module(&module(&[FIRST])), Some(&b"v0.2.0"[..]));
        assert_eq!(of_module(&module(&[b"\x01\x01\0", b"\0\x05\x04name", FIRST])), Some(&b"v0.2.0"[..]));
        let second = b"\0\x10\x0dgenvm.versionno";
        assert_eq!(of_module(&module(&[second, FIRST])), Some(&b"no"[..]));
        assert_eq!(of_module(&module(&[b"\0\x0e\x0dgenvm.version"])), Some(&b""[..]));
        // A length need not be as short as it can be.
        assert_eq!(of_module(&module(&[b"\0\x90\x80\x80\x80\0\x0dgenvm.versionno"])), Some(&b"no"[..]));
    }

    #[test]
    fn a_module_without_the_section_names_no_version() {
        assert_eq!(of_module(&module(&[])), None);
        assert_eq!(of_module(&module(&[b"\0\x0d\x0cgenvm.versio"])), None);
        // Not a custom section; too long a name; too long a section; a length of more than 32 bits.
        assert_eq!(of_module(&module(&[b"\x01\x10\x0dgenvm.versionno"])), None);
        assert_eq!(of_module(&module(&[b"\0\x02\x0dg", FIRST])), Some(&b"v0.2.0"[..]));
        assert_eq!(of_module(&module(&[b"\0\x7f\x0dgenvm.version"])), None);
        assert_eq!(of_module(&module(&[b"\0\x80\x80\x80\x80\x10", FIRST])), None);
        assert_eq!(of_module(&module(&[b"\0\x80\x80\x80\x80\x80\0", FIRST])), None);
    }

    proptest! {
        #[test]
        fn any_octets_are_walked(octets in any::<Vec<u8>>()) {
            let _ = of_module(&octets);
            let _ = of_module(&module(&[&octets]));
            let _ = Version::parse(&octets);
        }
    }
}
