//! Numbers in groups of seven bits, the least significant first. Spec: calldata.md 2.

use crate::error::DecodeErrorKind;
use alloc::vec::Vec;

/// The number that `octets` starts with: its groups. Linear, whatever its size.
pub(crate) fn split(octets: &[u8]) -> Result<&[u8], DecodeErrorKind> {
    let last = octets.iter().position(|octet| octet & 0x80 == 0);
    #[cfg(test)]
    crate::tests::linear::count(last.map_or(octets.len(), |last| last + 1));
    let last = last.ok_or(DecodeErrorKind::Truncated)?;
    if last > 0 && octets[last] == 0 {
        return Err(DecodeErrorKind::OverlongNumber);
    }
    Ok(&octets[..=last])
}

/// The number in groups, without its lowest `skip` bits, if it fits in 64 bits.
pub(crate) fn to_u64(groups: &[u8], skip: u32) -> Option<u64> {
    // Ten groups have 70 bits.
    if groups.len() > 10 {
        return None;
    }
    let number = groups.iter().rev().fold(0_u128, |number, group| number << 7 | u128::from(group & 0x7f));
    u64::try_from(number >> skip).ok()
}

/// The number in groups without its lowest `skip` bits, as little-endian octets: seven eighths as many as
/// groups, the last ones perhaps zero. Linear.
pub(crate) fn to_le_octets(groups: &[u8], skip: u32) -> Vec<u8> {
    let mut octets = Vec::with_capacity(groups.len() * 7 / 8 + 1);
    let (mut bits, mut count) = (0_u32, 0_u32);
    let mut skip = skip;
    for group in groups {
        let first = skip.min(7);
        skip -= first;
        bits |= (u32::from(group & 0x7f) >> first) << count;
        count += 7 - first;
        if count >= 8 {
            octets.push(bits as u8);
            bits >>= 8;
            count -= 8;
        }
    }
    if count > 0 {
        octets.push(bits as u8);
    }
    octets
}

/// Appends a number.
pub(crate) fn write_u128(out: &mut Vec<u8>, mut number: u128) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

/// Appends the number `octets * 8 + tag`, with little-endian `octets` of any length and a tag of three bits.
pub(crate) fn write_tagged(out: &mut Vec<u8>, octets: &[u8], tag: u8) {
    let zeros = octets.iter().rev().take_while(|octet| **octet == 0).count();
    let octets = &octets[..octets.len() - zeros];
    let start = out.len();
    let (mut bits, mut count) = (u32::from(tag), 3_u32);
    for octet in octets {
        bits |= u32::from(*octet) << count;
        count += 8;
        while count >= 7 {
            out.push(bits as u8 | 0x80);
            bits >>= 7;
            count -= 7;
        }
    }
    if count > 0 {
        out.push(bits as u8 | 0x80);
    }
    // Only the topmost groups can be zero, and no more than two of them are.
    while out.len() > start + 1 && out.last() == Some(&0x80) {
        out.pop();
    }
    if let Some(last) = out.last_mut() {
        *last &= 0x7f;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_the_octets_of_the_table() {
        for (number, octets) in
            [(0_u128, &[0_u8][..]), (1, &[1]), (127, &[0x7f]), (128, &[0x80, 1]), (16384, &[0x80, 0x80, 1])]
        {
            let mut out = Vec::new();
            write_u128(&mut out, number);
            assert_eq!(out, octets);
            assert_eq!(split(&out), Ok(octets));
            assert_eq!(to_u64(octets, 0).map(u128::from), Some(number));
        }
    }

    #[test]
    fn overlong_and_open_numbers_are_rejected() {
        assert_eq!(split(&[0x80, 0]), Err(DecodeErrorKind::OverlongNumber));
        assert_eq!(split(&[0x81, 0x80, 0]), Err(DecodeErrorKind::OverlongNumber));
        assert_eq!(split(&[0x80]), Err(DecodeErrorKind::Truncated));
        assert_eq!(split(&[]), Err(DecodeErrorKind::Truncated));
    }

    #[test]
    fn the_largest_numbers_of_64_bits_and_the_next() {
        let mut out = Vec::new();
        write_u128(&mut out, u128::from(u64::MAX) << 3 | 7);
        assert_eq!(to_u64(&out, 3), Some(u64::MAX));
        out.clear();
        write_u128(&mut out, (u128::from(u64::MAX) + 1) << 3);
        assert_eq!(to_u64(&out, 3), None);
    }

    #[test]
    fn tagged_octets_come_back() {
        for octets in [&[][..], &[1], &[0xff], &[0, 0, 1], &[0xff; 32], &[0x10; 37], &[1, 0, 0]] {
            for tag in [1, 2] {
                let mut out = Vec::new();
                write_tagged(&mut out, octets, tag);
                assert_eq!(split(&out).map(<[u8]>::len), Ok(out.len()), "{octets:?}");
                assert_eq!(out[0] & 7, tag);
                let mut back = to_le_octets(&out, 3);
                let mut wanted = octets.to_vec();
                for list in [&mut back, &mut wanted] {
                    while list.last() == Some(&0) {
                        list.pop();
                    }
                }
                assert_eq!(back, wanted);
            }
        }
    }
}
