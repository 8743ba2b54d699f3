//! Reading the textual notation.

use super::{MAX_DECIMAL_BITS, MAX_DECIMAL_DIGITS};
use crate::address::Address;
use crate::scan::{ADDRESS_LEN, MAX_DEPTH};
use crate::value::Value;
use alloc::collections::BTreeMap;
use alloc::collections::btree_map::Entry;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::str::FromStr;
use num_bigint::BigInt;

/// Why a text is no value, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParseError {
    /// Offset in the text, in octets, of what is wrong.
    pub offset: usize,
    /// What is wrong.
    pub kind: ParseErrorKind,
}

/// The reasons why a text is no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ParseErrorKind {
    /// The text ends inside a value.
    End,
    /// No value starts here.
    Value,
    /// Another sign should stand here: one of these.
    Expected(&'static str),
    /// Not a decimal integer: a fraction, a leading zero, a negative zero, letters.
    Number,
    /// An integer with too many decimals, which is written as `0x` and hex digits.
    TooManyDigits,
    /// An integer in hex that is small enough for decimals. It is refused, for an address may have been meant.
    ShortHex,
    /// Octets with half an octet.
    HalfOctet,
    /// An address with more or fewer than 40 hex digits.
    AddressLength,
    /// An escape that JSON does not have.
    Escape,
    /// Half of a surrogate pair.
    Surrogate,
    /// A control character that is not escaped.
    Control,
    /// A key that is in the map already.
    DuplicateKey,
    /// More than [`MAX_DEPTH`] containers inside one another.
    TooDeep,
    /// Something behind the value.
    Trailing,
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.kind {
            ParseErrorKind::End => "the text ends inside a value",
            ParseErrorKind::Value => {
                "no value starts here: write null, true, false, an integer, \"text\", b#…, addr#…, […] or {…}"
            }
            ParseErrorKind::Expected(signs) => {
                return write!(f, "no value: expected {signs}, at octet {}", self.offset);
            }
            ParseErrorKind::Number => "integers only, without leading zeros",
            ParseErrorKind::TooManyDigits => "more than 4,095 digits: write 0x and hex digits",
            ParseErrorKind::ShortHex => {
                "an integer of up to 13,600 bits is written in decimals, an address as addr#…, octets as b#…"
            }
            ParseErrorKind::HalfOctet => "octets have two hex digits each",
            ParseErrorKind::AddressLength => "an address has 40 hex digits",
            ParseErrorKind::Escape => "no such escape",
            ParseErrorKind::Surrogate => "half of a surrogate pair",
            ParseErrorKind::Control => "a control character is written as \\u and four hex digits",
            ParseErrorKind::DuplicateKey => "a key that the map has already",
            ParseErrorKind::TooDeep => "more than 128 containers inside one another",
            ParseErrorKind::Trailing => "something behind the value",
        };
        write!(f, "no value: {what}, at octet {}", self.offset)
    }
}

impl core::error::Error for ParseError {}

impl FromStr for Value {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        parse(text)
    }
}

/// The value that a text stands for. Time grows with the length of the text alone, maps aside, whose keys are
/// sorted.
///
/// # Errors
/// [`ParseError`] for every text that is not one value with white space around its parts.
pub fn parse(text: &str) -> Result<Value, ParseError> {
    let mut parser = Parser { text, at: 0 };
    let value = parser.value(0)?;
    if parser.skip_space().is_some() {
        return Err(parser.here(ParseErrorKind::Trailing));
    }
    Ok(value)
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Parser<'a> {
    fn here(&self, kind: ParseErrorKind) -> ParseError {
        // Nothing but the end of the text can be wrong at its end.
        let kind = if self.at >= self.text.len() { ParseErrorKind::End } else { kind };
        ParseError { offset: self.at, kind }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Passes white space; the octet behind it.
    fn skip_space(&mut self) -> Option<u8> {
        self.while_octet(|octet| matches!(octet, b' ' | b'\t' | b'\n' | b'\r'));
        self.peek()
    }

    /// Passes octets that are all ASCII.
    fn while_octet(&mut self, is: impl Fn(u8) -> bool) -> &'a str {
        let rest = &self.text[self.at..];
        let len = rest.bytes().position(|octet| !is(octet)).unwrap_or(rest.len());
        self.at += len;
        &rest[..len]
    }

    fn pass(&mut self, sign: &str) -> bool {
        let passed = self.text[self.at..].starts_with(sign);
        self.at += if passed { sign.len() } else { 0 };
        passed
    }

    fn value(&mut self, depth: usize) -> Result<Value, ParseError> {
        match self.skip_space() {
            Some(b'"') => self.string().map(Value::Str),
            Some(b'[' | b'{') if depth >= MAX_DEPTH => Err(self.here(ParseErrorKind::TooDeep)),
            Some(b'[') => self.array(depth + 1),
            Some(b'{') => self.map(depth + 1),
            Some(b'-' | b'0'..=b'9') => self.int(),
            Some(_) => self.word(),
            None => Err(self.here(ParseErrorKind::End)),
        }
    }

    fn word(&mut self) -> Result<Value, ParseError> {
        let offset = self.at;
        if self.pass("b#") {
            return self.hex().map(Value::Bytes);
        }
        if self.pass("addr#") {
            let octets = self.hex()?;
            let address: [u8; ADDRESS_LEN] =
                octets.try_into().map_err(|_| ParseError { offset, kind: ParseErrorKind::AddressLength })?;
            return Ok(Value::Address(Address(address)));
        }
        let value = match self.while_octet(|octet| octet.is_ascii_alphanumeric()) {
            "null" => Value::Null,
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            _ => return Err(ParseError { offset, kind: ParseErrorKind::Value }),
        };
        Ok(value)
    }

    /// Pairs of lowercase hex digits.
    fn hex(&mut self) -> Result<Vec<u8>, ParseError> {
        let offset = self.at;
        let digits = self.while_octet(is_hex);
        if self.peek().is_some_and(|octet| octet.is_ascii_alphanumeric()) {
            return Err(self.here(ParseErrorKind::Expected("a lowercase hex digit")));
        }
        if !digits.len().is_multiple_of(2) {
            return Err(ParseError { offset, kind: ParseErrorKind::HalfOctet });
        }
        Ok(digits
            .as_bytes()
            .chunks_exact(2)
            .map(|pair| hex_digit(pair[0]) << 4 | hex_digit(pair[1]))
            .collect())
    }

    fn int(&mut self) -> Result<Value, ParseError> {
        let offset = self.at;
        let fail = |kind| Err(ParseError { offset, kind });
        let negative = self.pass("-");
        let (hex, digits) = if self.pass("0x") {
            (true, self.while_octet(is_hex))
        } else {
            (false, self.while_octet(|octet| octet.is_ascii_digit()))
        };
        let more =
            self.peek().is_some_and(|octet| octet.is_ascii_alphanumeric() || matches!(octet, b'.' | b'_'));
        let leading_zero = digits.starts_with('0') && (hex || negative || digits.len() > 1);
        // A hex digit is four bits. Anything short that starts as hex could be meant as an address.
        if hex && digits.len() as u64 * 4 <= MAX_DECIMAL_BITS {
            return fail(ParseErrorKind::ShortHex);
        }
        if digits.is_empty() || more || leading_zero {
            return fail(ParseErrorKind::Number);
        }
        if !hex && digits.len() > MAX_DECIMAL_DIGITS {
            return fail(ParseErrorKind::TooManyDigits);
        }
        let number = BigInt::parse_bytes(digits.as_bytes(), if hex { 16 } else { 10 });
        match number {
            Some(number) if !hex && number.bits() > MAX_DECIMAL_BITS => fail(ParseErrorKind::TooManyDigits),
            Some(number) => Ok(Value::Int(if negative { -number } else { number })),
            None => fail(ParseErrorKind::Number),
        }
    }

    fn array(&mut self, depth: usize) -> Result<Value, ParseError> {
        self.at += 1;
        let mut items = Vec::new();
        if self.skip_space() == Some(b']') {
            self.at += 1;
            return Ok(Value::Array(items));
        }
        loop {
            items.push(self.value(depth)?);
            match self.skip_space() {
                Some(b',') => self.at += 1,
                Some(b']') => break,
                _ => return Err(self.here(ParseErrorKind::Expected("`,` or `]`"))),
            }
        }
        self.at += 1;
        Ok(Value::Array(items))
    }

    fn map(&mut self, depth: usize) -> Result<Value, ParseError> {
        self.at += 1;
        let mut entries = BTreeMap::new();
        if self.skip_space() == Some(b'}') {
            self.at += 1;
            return Ok(Value::Map(entries));
        }
        loop {
            if self.skip_space() != Some(b'"') {
                return Err(self.here(ParseErrorKind::Expected("a key in quotes")));
            }
            let offset = self.at;
            let Entry::Vacant(entry) = entries.entry(self.string()?) else {
                return Err(ParseError { offset, kind: ParseErrorKind::DuplicateKey });
            };
            if self.skip_space() != Some(b':') {
                return Err(self.here(ParseErrorKind::Expected("`:`")));
            }
            self.at += 1;
            entry.insert(self.value(depth)?);
            match self.skip_space() {
                Some(b',') => self.at += 1,
                Some(b'}') => break,
                _ => return Err(self.here(ParseErrorKind::Expected("`,` or `}`"))),
            }
        }
        self.at += 1;
        Ok(Value::Map(entries))
    }

    fn string(&mut self) -> Result<String, ParseError> {
        self.at += 1;
        let mut out = String::new();
        loop {
            let rest = &self.text[self.at..];
            // These octets are characters of their own wherever they stand in UTF-8.
            let plain = rest.bytes().position(|octet| octet < 0x20 || matches!(octet, b'"' | b'\\'));
            let plain = plain.unwrap_or(rest.len());
            out.push_str(&rest[..plain]);
            self.at += plain;
            match self.peek() {
                Some(b'"') => break,
                Some(b'\\') => out.push(self.escape()?),
                _ => return Err(self.here(ParseErrorKind::Control)),
            }
        }
        self.at += 1;
        Ok(out)
    }

    fn escape(&mut self) -> Result<char, ParseError> {
        let offset = self.at;
        self.at += 1;
        let plain = match self.peek() {
            Some(octet @ (b'"' | b'\\' | b'/')) => char::from(octet),
            Some(b'b') => '\x08',
            Some(b'f') => '\x0c',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode(offset),
            _ => return Err(ParseError { offset, ..self.here(ParseErrorKind::Escape) }),
        };
        self.at += 1;
        Ok(plain)
    }

    /// One or two times `\u` and four digits; the parser is at the first `u`.
    fn unicode(&mut self, offset: usize) -> Result<char, ParseError> {
        let alone = ParseError { offset, kind: ParseErrorKind::Surrogate };
        let first = self.unit(offset)?;
        let code = match first {
            0xd800..=0xdbff => {
                if !self.text[self.at..].starts_with("\\u") {
                    return Err(alone);
                }
                self.at += 1;
                match self.unit(self.at - 1)? {
                    second @ 0xdc00..=0xdfff => 0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00),
                    _ => return Err(alone),
                }
            }
            code => code,
        };
        char::from_u32(code).ok_or(alone)
    }

    /// `u` and four hex digits of either case, as JSON has them.
    fn unit(&mut self, offset: usize) -> Result<u32, ParseError> {
        let digits = self.text.as_bytes().get(self.at + 1..self.at + 5);
        let digits = digits.ok_or(ParseError { offset, kind: ParseErrorKind::End })?;
        if !digits.iter().all(u8::is_ascii_hexdigit) {
            return Err(ParseError { offset, kind: ParseErrorKind::Escape });
        }
        self.at += 5;
        Ok(digits.iter().fold(0, |code, digit| code << 4 | u32::from(hex_digit(digit.to_ascii_lowercase()))))
    }
}

fn is_hex(octet: u8) -> bool {
    matches!(octet, b'0'..=b'9' | b'a'..=b'f')
}

/// Of a lowercase hex digit.
fn hex_digit(digit: u8) -> u8 {
    if digit.is_ascii_digit() { digit - b'0' } else { digit - b'a' + 10 }
}
