//! `selfsame calldata`: the format of values, for people.

use crate::args::{CalldataArgs, CalldataCommand, DecodeArgs, EncodeArgs};
use crate::report::{self, Failure, INVALID};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use selfsame_calldata::{IntRef, Kind, Ref, check, encode, text};
use serde_json::{Value as Json, json};
use std::fmt::Write as _;
use std::io::{self, Read, Write};
use std::process::ExitCode;

/// The largest integer that every reader of JSON takes exactly: 2^53-1.
const JSON_MAX: u64 = (1 << 53) - 1;

pub fn run(args: &CalldataArgs) -> ExitCode {
    let done = match &args.command {
        CalldataCommand::Encode(args) => encode_text(args),
        CalldataCommand::Decode(args) => decode_octets(args),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            failure.print();
            ExitCode::from(INVALID)
        }
    }
}

fn encode_text(args: &EncodeArgs) -> Result<(), Failure> {
    let text = match &args.text {
        Some(text) => text.clone(),
        None => read_text()?,
    };
    let octets = encode(&text::parse(&text).map_err(|error| Failure::new(error.to_string()))?);
    if args.raw {
        let mut stdout = io::stdout().lock();
        let written = stdout.write_all(&octets).and_then(|()| stdout.flush());
        return match written {
            // Nobody may be listening any more; that is no error.
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                Err(Failure::new(format!("cannot write to standard output: {error}")))
            }
            _ => Ok(()),
        };
    }
    let text = if args.base64 { BASE64_STANDARD.encode(&octets) } else { hex(&octets) };
    report::print(&format!("{text}\n"));
    Ok(())
}

fn decode_octets(args: &DecodeArgs) -> Result<(), Failure> {
    let octets = if args.raw {
        let mut octets = Vec::new();
        io::stdin().lock().read_to_end(&mut octets).map_err(|error| unreadable(&error))?;
        octets
    } else {
        let text = match &args.octets {
            Some(text) => text.clone(),
            None => read_text()?,
        };
        if args.base64 { from_base64(&text)? } else { from_hex(&text)? }
    };
    let value = check(&octets).map_err(|error| Failure::new(error.to_string()))?;
    if args.json {
        report::print_json(&json(value));
    } else {
        report::print(&format!("{value}\n"));
    }
    Ok(())
}

fn read_text() -> Result<String, Failure> {
    let mut text = String::new();
    io::stdin().lock().read_to_string(&mut text).map_err(|error| unreadable(&error))?;
    Ok(text)
}

fn unreadable(error: &io::Error) -> Failure {
    match error.kind() {
        io::ErrorKind::InvalidData => {
            Failure::new("standard input is no text: --raw reads octets as they are")
        }
        _ => Failure::new(format!("cannot read standard input: {error}")),
    }
}

fn hex(octets: &[u8]) -> String {
    octets.iter().fold(String::with_capacity(octets.len() * 2), |mut text, octet| {
        let _ = write!(text, "{octet:02x}");
        text
    })
}

fn from_base64(text: &str) -> Result<Vec<u8>, Failure> {
    let text: String = text.split_ascii_whitespace().collect();
    BASE64_STANDARD.decode(text).map_err(|error| Failure::new(format!("not base64: {error}")))
}

/// Digits of either case, with white space anywhere between them.
fn from_hex(text: &str) -> Result<Vec<u8>, Failure> {
    let start = text.len() - text.trim_start().len();
    let skip = if text[start..].starts_with("0x") { start + 2 } else { start };
    let mut octets = Vec::new();
    let mut half = None;
    for (offset, character) in text.char_indices().skip_while(|(offset, _)| *offset < skip) {
        if character.is_ascii_whitespace() {
            continue;
        }
        let digit = character.to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        let digit = digit.ok_or_else(|| {
            Failure::new(format!(
                "not hex: {character:?} at octet {offset} of the text; --raw and --base64 read other forms"
            ))
        })?;
        half = match half {
            None => Some(digit),
            Some(high) => {
                octets.push(high << 4 | digit);
                None
            }
        };
    }
    match half {
        None => Ok(octets),
        Some(_) => Err(Failure::new("not hex: the last octet has only one digit")),
    }
}

/// The mapping that the help of `decode` states. At most 128 levels deep, as the value is.
fn json(value: Ref<'_>) -> Json {
    match value.kind() {
        Kind::Null => Json::Null,
        Kind::Bool(value) => value.into(),
        Kind::Int(number) => int(number, value),
        Kind::Bytes(octets) => json!({ "$bytes": hex(octets) }),
        Kind::Str(text) => text.into(),
        Kind::Array(items) => items.map(json).collect(),
        Kind::Map(entries) => Json::Object(
            entries
                .map(|(key, value)| {
                    let escape = if key.starts_with('$') { "$" } else { "" };
                    (format!("{escape}{key}"), json(value))
                })
                .collect(),
        ),
        Kind::Address(address) => json!({ "$address": format!("0x{}", hex(&address.0)) }),
    }
}

fn int(number: IntRef<'_>, value: Ref<'_>) -> Json {
    let exact = if number.is_negative() {
        i64::try_from(number.to_bigint())
            .ok()
            .filter(|number| number.unsigned_abs() <= JSON_MAX)
            .map(Json::from)
    } else {
        number.to_u64().filter(|number| *number <= JSON_MAX).map(Json::from)
    };
    exact.unwrap_or_else(|| json!({ "$int": value.to_string() }))
}
