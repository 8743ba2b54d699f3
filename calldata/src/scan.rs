//! Going through encoded values without building them: the one place that knows the grammar.

use crate::error::{DecodeError, DecodeErrorKind};
use crate::uleb;
use crate::view::Ref;
use alloc::vec::Vec;

/// Containers that may be open inside one another. Spec: calldata.md 5.
pub const MAX_DEPTH: usize = 128;

/// The tags. Spec: calldata.md 3.
pub(crate) mod tag {
    pub(crate) const ATOM: u8 = 0;
    pub(crate) const INT: u8 = 1;
    pub(crate) const NEGATIVE: u8 = 2;
    pub(crate) const BYTES: u8 = 3;
    pub(crate) const STR: u8 = 4;
    pub(crate) const ARRAY: u8 = 5;
    pub(crate) const MAP: u8 = 6;
}

/// The atoms, by number.
pub(crate) mod atom {
    pub(crate) const NULL: u64 = 0;
    pub(crate) const FALSE: u64 = 1;
    pub(crate) const TRUE: u64 = 2;
    pub(crate) const ADDRESS: u64 = 3;
}

/// Octets of an address.
pub(crate) const ADDRESS_LEN: usize = 20;

/// A container that is being gone through.
struct Open<'a> {
    /// Values still to come.
    left: u64,
    map: bool,
    last_key: Option<&'a [u8]>,
}

/// Checks that `octets` are one value and nothing else. Time is linear in their number; memory depends on the
/// depth alone. Spec: calldata.md 3 to 6.
///
/// # Errors
/// [`DecodeError`] for everything that is not the one encoding of a value.
pub fn check(octets: &[u8]) -> Result<Ref<'_>, DecodeError> {
    check_to_depth(octets, MAX_DEPTH)
}

/// Like [`check`], with another limit than [`MAX_DEPTH`]: for records of a node that hold values which use up that
/// depth themselves. Guests never see such a record.
///
/// # Errors
/// As [`check`].
pub fn check_to_depth(octets: &[u8], max_depth: usize) -> Result<Ref<'_>, DecodeError> {
    let end = scan::<true>(octets, max_depth)?;
    if end != octets.len() {
        return Err(DecodeError { offset: end, kind: DecodeErrorKind::Trailing });
    }
    Ok(Ref::new(octets))
}

/// Length of the value that `octets`, which have been checked, start with.
pub(crate) fn len(octets: &[u8]) -> usize {
    // What has been checked is complete; nothing would be left to look at.
    scan::<false>(octets, usize::MAX).unwrap_or(octets.len())
}

/// Goes through one value; its length. Without `CHECK` it leaves out what has been checked before: UTF-8 and the
/// order of keys.
fn scan<const CHECK: bool>(octets: &[u8], max_depth: usize) -> Result<usize, DecodeError> {
    let mut open: Vec<Open<'_>> = Vec::new();
    let mut at = 0;
    loop {
        // One value; in a map, its key first.
        if let Some(Open { map: true, last_key, .. }) = open.last_mut() {
            let key = counted(octets, &mut at)?;
            if CHECK {
                let offset = at - key.len();
                let fail = |kind| Err(DecodeError { offset, kind });
                if core::str::from_utf8(key).is_err() {
                    return fail(DecodeErrorKind::NotUtf8);
                }
                if last_key.is_some_and(|last| last >= key) {
                    return fail(DecodeErrorKind::KeyOrder);
                }
            }
            *last_key = Some(key);
        }
        if let Some(container) = value::<CHECK>(octets, &mut at, open.len() < max_depth)? {
            open.push(container);
            #[cfg(test)]
            crate::tests::linear::opened(open.len());
        }
        // A value is complete; so are the containers that it was the last one of.
        loop {
            match open.last_mut() {
                None => return Ok(at),
                Some(container) if container.left == 0 => {
                    open.pop();
                }
                Some(container) => {
                    container.left -= 1;
                    break;
                }
            }
        }
    }
}

/// Goes through a value up to where a container's first value would start; a container only if it may be `deeper`.
fn value<'a, const CHECK: bool>(
    octets: &'a [u8],
    at: &mut usize,
    deeper: bool,
) -> Result<Option<Open<'a>>, DecodeError> {
    let offset = *at;
    let fail = |kind| Err(DecodeError { offset, kind });
    let groups = uleb::split(&octets[offset..]).map_err(|kind| DecodeError { offset, kind })?;
    *at += groups.len();
    let number = uleb::to_u64(groups, 3);
    let tag = groups[0] & 7;
    let rest = octets.len() - *at;
    match tag {
        tag::ATOM => match number {
            Some(atom::NULL | atom::FALSE | atom::TRUE) => {}
            Some(atom::ADDRESS) if rest >= ADDRESS_LEN => *at += ADDRESS_LEN,
            Some(atom::ADDRESS) => return fail(DecodeErrorKind::Truncated),
            _ => return fail(DecodeErrorKind::Reserved),
        },
        tag::INT | tag::NEGATIVE => {}
        tag::BYTES | tag::STR => {
            *at = offset;
            let body = body(octets, at, groups, 3)?;
            if CHECK && tag == tag::STR && core::str::from_utf8(body).is_err() {
                return fail(DecodeErrorKind::NotUtf8);
            }
        }
        tag::ARRAY | tag::MAP => {
            if !deeper {
                return fail(DecodeErrorKind::TooDeep);
            }
            let count = small(number).ok_or(DecodeError { offset, kind: DecodeErrorKind::TooLarge })?;
            let least = if tag == tag::MAP { 2 } else { 1 };
            if count * least > rest as u64 {
                return fail(DecodeErrorKind::Truncated);
            }
            return Ok(Some(Open { left: count, map: tag == tag::MAP, last_key: None }));
        }
        _ => return fail(DecodeErrorKind::Reserved),
    }
    Ok(None)
}

/// Lengths and counts are below 2^32.
fn small(number: Option<u64>) -> Option<u64> {
    number.filter(|number| *number < 1 << 32)
}

/// A map key: its length and its octets.
fn counted<'a>(octets: &'a [u8], at: &mut usize) -> Result<&'a [u8], DecodeError> {
    let offset = *at;
    let groups = uleb::split(&octets[offset..]).map_err(|kind| DecodeError { offset, kind })?;
    body(octets, at, groups, 0)
}

/// What follows a length, which is `groups` without its lowest `skip` bits.
fn body<'a>(octets: &'a [u8], at: &mut usize, groups: &[u8], skip: u32) -> Result<&'a [u8], DecodeError> {
    let offset = *at;
    let len =
        small(uleb::to_u64(groups, skip)).ok_or(DecodeError { offset, kind: DecodeErrorKind::TooLarge })?;
    let start = offset + groups.len();
    let body = usize::try_from(len).ok().and_then(|len| octets.get(start..start.checked_add(len)?));
    let body = body.ok_or(DecodeError { offset, kind: DecodeErrorKind::Truncated })?;
    *at = start + body.len();
    #[cfg(test)]
    crate::tests::linear::count(body.len());
    Ok(body)
}
