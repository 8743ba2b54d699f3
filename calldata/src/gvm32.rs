//! GVM32: octets as text of 32 symbols, for hashes and slots. Spec: calldata.md 10.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// Why a text is not GVM32.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gvm32Error {
    /// A character is neither a symbol, nor one that counts as a symbol, nor `-`.
    Symbol(char),
    /// The bits behind the last octet are not all zero.
    Leftover,
    /// The text stands for another number of octets than the field has.
    Length,
}

impl fmt::Display for Gvm32Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Gvm32Error::Symbol(c) => write!(f, "{c:?} is no symbol of GVM32"),
            Gvm32Error::Leftover => f.write_str("the last symbol has bits that belong to no octet"),
            Gvm32Error::Length => f.write_str("the text does not stand for 32 octets"),
        }
    }
}

impl core::error::Error for Gvm32Error {}

/// The text of octets: one symbol for each five bits, most significant first; 52 symbols for 32 octets.
#[must_use]
pub fn encode(octets: &[u8]) -> String {
    let mut text = String::with_capacity(octets.len().div_ceil(5) * 8);
    // The bits that no symbol has yet, fewer than 5 of them before each octet.
    let (mut bits, mut count) = (0_u16, 0);
    for octet in octets {
        bits = bits << 8 | u16::from(*octet);
        count += 8;
        while count >= 5 {
            count -= 5;
            text.push(symbol(bits >> count));
        }
    }
    if count > 0 {
        text.push(symbol(bits << (5 - count)));
    }
    text
}

/// The symbol of the low five bits.
fn symbol(bits: u16) -> char {
    char::from(ALPHABET[usize::from(bits & 31)])
}

/// The octets of a text. Case and `-` are ignored; `i` and `l` count as `1`, `o` counts as `0`. Any number of
/// leftover bits is accepted as long as they are zero.
///
/// # Errors
/// [`Gvm32Error::Symbol`] and [`Gvm32Error::Leftover`].
pub fn decode(text: &str) -> Result<Vec<u8>, Gvm32Error> {
    let mut octets = Vec::new();
    read(text, |octet| {
        octets.push(octet);
        Ok(())
    })?;
    Ok(octets)
}

/// The 32 octets of a text: a hash or a slot. Reads as [`decode`] does, without memory of its own.
///
/// # Errors
/// [`Gvm32Error`]; [`Gvm32Error::Length`] unless the text has exactly 52 symbols.
pub fn decode_32(text: &str) -> Result<[u8; 32], Gvm32Error> {
    let mut octets = [0; 32];
    let mut places = octets.iter_mut();
    let symbols = read(text, |octet| places.next().map(|place| *place = octet).ok_or(Gvm32Error::Length))?;
    // 52 symbols are 32 octets and 4 bits; 53 have room for no 33rd octet, so they are counted.
    if symbols == 52 { Ok(octets) } else { Err(Gvm32Error::Length) }
}

/// Hands out octet after octet; the number of symbols.
fn read(text: &str, mut put: impl FnMut(u8) -> Result<(), Gvm32Error>) -> Result<usize, Gvm32Error> {
    let (mut bits, mut count, mut symbols) = (0_u16, 0, 0);
    for character in text.chars().filter(|character| *character != '-') {
        bits = bits << 5 | value(character).ok_or(Gvm32Error::Symbol(character))?;
        count += 5;
        symbols += 1;
        if count >= 8 {
            count -= 8;
            let [_, octet] = (bits >> count).to_be_bytes();
            put(octet)?;
            bits &= (1 << count) - 1;
        }
    }
    if bits == 0 { Ok(symbols) } else { Err(Gvm32Error::Leftover) }
}

fn value(character: char) -> Option<u16> {
    let octet = match u8::try_from(character).ok()?.to_ascii_lowercase() {
        b'i' | b'l' => b'1',
        b'o' => b'0',
        other => other,
    };
    (0..).zip(ALPHABET).find_map(|(value, symbol)| (*symbol == octet).then_some(value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::{format, vec};
    use proptest::prelude::*;

    fn hex(digits: &str) -> Vec<u8> {
        digits
            .as_bytes()
            .chunks(2)
            .map(|pair| u8::from_str_radix(core::str::from_utf8(pair).unwrap(), 16).unwrap())
            .collect()
    }

    #[test]
    fn every_row_of_the_encodings_is_met() {
        let rows = [
            ("", ""),
            ("00", "00"),
            ("ff", "zw"),
            ("01", "04"),
            ("66", "cr"),
            ("666f", "csqg"),
            ("666f6f", "csqpy"),
            ("666f6f62", "csqpyrg"),
            ("666f6f6261", "csqpyrk1"),
            ("deadbeef", "vtpvxvr"),
            ("0001020304050607", "000g40r40m30e"),
            (&"00".repeat(32), &"0".repeat(52)),
            (&"ff".repeat(32), &format!("{}g", "z".repeat(51))),
            (
                "a7ffc6f8bf1ed76651c14756a061d662f580ff4de43b49fa82d80a4b80f8434a",
                "mzzwdy5z3vbpcme18xba0repcbtr1ztdwgxmkym2v054q07r8d50",
            ),
            (&format!("d3b3a0{}", "00".repeat(29)), &format!("test{}", "0".repeat(48))),
        ];
        for (octets, text) in rows {
            let octets = hex(octets);
            assert_eq!(encode(&octets), text);
            assert_eq!(decode(text), Ok(octets.clone()));
            let field = <[u8; 32]>::try_from(octets).map_err(|_| Gvm32Error::Length);
            assert_eq!(decode_32(text), field);
        }
    }

    #[test]
    fn every_row_of_the_decodings_is_met() {
        let rows = [
            ("ZW", "ff"),
            ("z-w", "ff"),
            ("oO", "00"),
            ("0-0", "00"),
            ("O0", "00"),
            ("cs-qp-y-", "666f6f"),
            ("CSQPY", "666f6f"),
            ("csqpyrk2", "666f6f6262"),
            ("80", "40"),
            ("g4", "81"),
        ];
        for (text, octets) in rows {
            assert_eq!(decode(text), Ok(hex(octets)), "{text}");
        }
        for text in ["zz", "zx", "81", "g5", "1l", "li"] {
            assert_eq!(decode(text), Err(Gvm32Error::Leftover), "{text}");
        }
        for (text, character) in
            [("u0", 'u'), ("0U", 'U'), ("00=", '='), ("0 0", ' '), ("ü", 'ü'), ("\u{130}", '\u{130}')]
        {
            assert_eq!(decode(text), Err(Gvm32Error::Symbol(character)), "{text}");
        }
    }

    #[test]
    fn leftover_zero_bits_are_accepted_but_not_in_a_field_of_fixed_width() {
        for (text, octets) in [("0", vec![]), ("000", vec![0]), ("000000", vec![0; 3])] {
            assert_eq!(decode(text), Ok(octets));
        }
        assert_eq!(decode_32(&"0".repeat(52)), Ok([0; 32]));
        for symbols in [0, 51, 53, 54, 104] {
            assert_eq!(decode_32(&"0".repeat(symbols)), Err(Gvm32Error::Length), "{symbols}");
        }
        assert_eq!(decode_32(&format!("-{}-", "0-".repeat(52))), Ok([0; 32]));
    }

    proptest! {
        #[test]
        fn what_is_encoded_is_decoded(octets in any::<Vec<u8>>(), hash: [u8; 32]) {
            let text = encode(&octets);
            prop_assert_eq!(text.len(), (octets.len() * 8).div_ceil(5));
            prop_assert_eq!(decode(&text), Ok(octets));
            prop_assert_eq!(decode_32(&encode(&hash)), Ok(hash));
        }

        #[test]
        fn any_text_is_decoded_or_refused(text: String, near in "[0-9a-zA-Z-]{0,60}") {
            for text in [text, near] {
                let field = decode_32(&text);
                if let Ok(octets) = decode(&text) {
                    let symbols = text.chars().filter(|c| *c != '-').count();
                    let expected = <[u8; 32]>::try_from(octets).ok().filter(|_| symbols == 52);
                    prop_assert_eq!(field.ok(), expected);
                } else {
                    prop_assert!(field.is_err());
                }
            }
        }

        #[test]
        fn the_order_of_texts_is_that_of_the_octets(a: [u8; 32], b: [u8; 32]) {
            prop_assert_eq!(encode(&a).cmp(&encode(&b)), a.cmp(&b));
        }
    }
}
