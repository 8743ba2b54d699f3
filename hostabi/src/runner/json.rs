//! Reads JSON as far as `runner.json` needs it: objects with known keys, arrays and strings. Numbers, `true`,
//! `false` and `null` are values that no action takes, so they are as wrong as no JSON at all.

use super::RunnerError;
use super::RunnerError::Malformed;

/// A string without its escapes: a range of octets of [`Reader::text`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    start: u32,
    end: u32,
}

impl Span {
    pub(super) const EMPTY: Span = Span { start: 0, end: 0 };

    /// The string, out of the text that it was read into.
    pub(super) fn of(self, text: &str) -> &str {
        // Both fit: they are places in a text no longer than the document.
        text.get(self.start as usize..self.end as usize).unwrap_or_default()
    }
}

/// A document that is being read.
#[derive(Debug)]
pub(super) struct Reader<'a> {
    json: &'a str,
    at: usize,
    /// The strings read, one behind the other.
    pub(super) text: String,
}

type Read<T> = Result<T, RunnerError>;

impl<'a> Reader<'a> {
    /// # Errors
    /// [`RunnerError::Malformed`]: not UTF-8, or 4 GiB or longer.
    pub(super) fn new(json: &'a [u8]) -> Read<Self> {
        let json = std::str::from_utf8(json).map_err(|_| Malformed("`runner.json` is not UTF-8"))?;
        u32::try_from(json.len()).map_err(|_| Malformed("`runner.json` is too long"))?;
        Ok(Reader { json, at: 0, text: String::new() })
    }

    /// Takes white space, then `octet` if it comes next; whether it did.
    pub(super) fn eat(&mut self, octet: u8) -> bool {
        let rest = &self.json.as_bytes()[self.at..];
        self.at += rest.iter().take_while(|octet| b" \t\n\r".contains(octet)).count();
        let comes = self.peek() == Some(octet);
        self.at += usize::from(comes);
        comes
    }

    /// Takes white space and `octet`, else fails for `reason`.
    pub(super) fn expect(&mut self, octet: u8, reason: &'static str) -> Read<()> {
        if self.eat(octet) { Ok(()) } else { Err(Malformed(reason)) }
    }

    /// Takes white space; nothing may follow.
    pub(super) fn end(&mut self) -> Read<()> {
        // No octet is both white space and this.
        if !self.eat(b'}') && self.peek().is_none() {
            Ok(())
        } else {
            Err(Malformed("text follows the action"))
        }
    }

    /// Goes to the next member of an object, or for the `first` into it: its key, behind which the reader
    /// stands before the value; `None` if the object ended.
    pub(super) fn key(&mut self, first: bool) -> Read<Option<String>> {
        if first {
            self.expect(b'{', "an object is missing")?;
        }
        if self.eat(b'}') {
            return Ok(None);
        }
        if !first {
            self.expect(b',', "a `,` or `}` is missing")?;
        }
        let span = self.string()?;
        // The text keeps only values.
        let key = self.text.split_off(span.start as usize);
        self.expect(b':', "a `:` is missing")?;
        Ok(Some(key))
    }

    /// Goes to the next element of an array, or for the `first` into it; whether there is one.
    pub(super) fn element(&mut self, first: bool) -> Read<bool> {
        if first {
            self.expect(b'[', "an array is missing")?;
        }
        if self.eat(b']') {
            return Ok(false);
        }
        if !first {
            self.expect(b',', "a `,` or `]` is missing")?;
        }
        Ok(true)
    }

    /// Reads a string.
    pub(super) fn string(&mut self) -> Read<Span> {
        self.expect(b'"', "a string is missing")?;
        let start = self.place()?;
        loop {
            let rest = &self.json.as_bytes()[self.at..];
            let plain = rest.iter().take_while(|octet| **octet >= 0x20 && !b"\"\\".contains(octet)).count();
            // It ends before an ASCII character or at the end, so between two characters.
            self.text.push_str(self.json.get(self.at..self.at + plain).unwrap_or_default());
            self.at += plain;
            match self.take() {
                Some(b'"') => return Ok(Span { start, end: self.place()? }),
                Some(b'\\') => {
                    let character = self.escape()?;
                    self.text.push(character);
                }
                _ => return Err(Malformed("a string does not end, or has a control character")),
            }
        }
    }

    fn escape(&mut self) -> Read<char> {
        let reason = Malformed("an escape is none of JSON's");
        Ok(match self.take().ok_or(reason)? {
            plain @ (b'"' | b'\\' | b'/') => char::from(plain),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let mut units = [self.unit()?, 0];
                let mut len = 1;
                // The first half of a character beyond 16 bits; the second must follow.
                if (0xd800..0xdc00).contains(&units[0]) {
                    if (self.take(), self.take()) != (Some(b'\\'), Some(b'u')) {
                        return Err(reason);
                    }
                    units[1] = self.unit()?;
                    len = 2;
                }
                let mut characters = char::decode_utf16(units[..len].iter().copied());
                match (characters.next(), characters.next()) {
                    (Some(Ok(character)), None) => character,
                    _ => return Err(reason),
                }
            }
            _ => return Err(reason),
        })
    }

    /// Four hexadecimal digits.
    fn unit(&mut self) -> Read<u16> {
        let mut unit = 0;
        for _ in 0..4 {
            let digit = match self.take() {
                Some(digit @ b'0'..=b'9') => digit - b'0',
                Some(digit @ b'a'..=b'f') => digit - b'a' + 10,
                Some(digit @ b'A'..=b'F') => digit - b'A' + 10,
                _ => return Err(Malformed("four hexadecimal digits are missing")),
            };
            unit = unit << 4 | u16::from(digit);
        }
        Ok(unit)
    }

    fn peek(&self) -> Option<u8> {
        self.json.as_bytes().get(self.at).copied()
    }

    fn take(&mut self) -> Option<u8> {
        let octet = self.peek()?;
        self.at += 1;
        Some(octet)
    }

    /// Where the next string starts. What is read is never longer than what it is read from.
    fn place(&self) -> Read<u32> {
        u32::try_from(self.text.len()).map_err(|_| Malformed("`runner.json` is too long"))
    }
}
