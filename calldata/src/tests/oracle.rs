//! A decoder that follows the specification sentence by sentence and shares nothing with the crate but [`Value`].

use crate::{Address, Value};
use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;
use num_bigint::{BigInt, BigUint};

/// The value of a whole buffer, or the number of the rejection in section 6.
pub fn decode(buffer: &[u8]) -> Result<Value, u32> {
    if buffer.is_empty() {
        return Err(1);
    }
    let mut input = buffer;
    let value = value(&mut input, 0)?;
    if input.is_empty() { Ok(value) } else { Err(14) }
}

fn value(input: &mut &[u8], open: usize) -> Result<Value, u32> {
    if input.is_empty() {
        return Err(9);
    }
    let header = uleb128(input)?;
    let tag = u32::try_from(&header % 8_u32).unwrap();
    let n = header / 8_u32;
    match tag {
        0 if n == BigUint::from(0_u32) => Ok(Value::Null),
        0 if n == BigUint::from(1_u32) => Ok(Value::Bool(false)),
        0 if n == BigUint::from(2_u32) => Ok(Value::Bool(true)),
        0 if n == BigUint::from(3_u32) => {
            let body = take(input, 20).ok_or(6_u32)?;
            Ok(Value::Address(Address(body.try_into().unwrap())))
        }
        0 => Err(4),
        1 => Ok(Value::Int(BigInt::from(n))),
        2 => Ok(Value::Int(-BigInt::from(n) - 1)),
        3 => Ok(Value::Bytes(take(input, length(&n)?).ok_or(7_u32)?.to_vec())),
        4 => text(take(input, length(&n)?).ok_or(7_u32)?).map(Value::Str).ok_or(8),
        5 => {
            if open == 128 {
                return Err(13);
            }
            let count = length(&n)?;
            if count > input.len() as u64 {
                return Err(9);
            }
            (0..count).map(|_| value(input, open + 1)).collect::<Result<Vec<_>, _>>().map(Value::Array)
        }
        6 => {
            if open == 128 {
                return Err(13);
            }
            map(input, length(&n)?, open + 1)
        }
        _ => Err(5),
    }
}

fn map(input: &mut &[u8], count: u64, open: usize) -> Result<Value, u32> {
    if 2 * count > input.len() as u64 {
        return Err(9);
    }
    let mut entries = BTreeMap::new();
    let mut last: Option<Vec<u8>> = None;
    for _ in 0..count {
        if input.is_empty() {
            return Err(9);
        }
        let len = length(&uleb128(input)?)?;
        let key = take(input, len).ok_or(9_u32)?.to_vec();
        let name = text(&key).ok_or(12_u32)?;
        if last.as_ref().is_some_and(|last| *last >= key) {
            return Err(11);
        }
        last = Some(key);
        entries.insert(name, value(input, open)?);
    }
    Ok(Value::Map(entries))
}

/// Section 2, one shift a group: quadratic, and plain.
fn uleb128(input: &mut &[u8]) -> Result<BigUint, u32> {
    let mut number = BigUint::from(0_u32);
    let mut shift = 0;
    loop {
        let octet = take(input, 1).ok_or(2_u32)?[0];
        number += BigUint::from(octet % 128) << shift;
        if octet < 128 {
            return if octet == 0 && shift > 0 { Err(3) } else { Ok(number) };
        }
        shift += 7;
    }
}

fn length(n: &BigUint) -> Result<u64, u32> {
    if *n >= BigUint::from(1_u64 << 32) { Err(10) } else { Ok(u64::try_from(n).unwrap()) }
}

fn take<'a>(input: &mut &'a [u8], count: u64) -> Option<&'a [u8]> {
    if count > input.len() as u64 {
        return None;
    }
    let (taken, rest) = input.split_at(count as usize);
    *input = rest;
    Some(taken)
}

/// UTF-8 by its definition: lead octet, continuations, shortest form, no surrogates, at most U+10FFFF.
fn text(octets: &[u8]) -> Option<String> {
    let mut out = String::new();
    let mut rest = octets;
    while let Some((&lead, tail)) = rest.split_first() {
        let (more, least, bits) = match lead {
            0..=0x7f => (0, 0, u32::from(lead)),
            0xc0..=0xdf => (1, 0x80, u32::from(lead) - 0xc0),
            0xe0..=0xef => (2, 0x800, u32::from(lead) - 0xe0),
            0xf0..=0xf7 => (3, 0x1_0000, u32::from(lead) - 0xf0),
            _ => return None,
        };
        let mut code = bits;
        for octet in tail.get(..more)? {
            if !(0x80..0xc0).contains(octet) {
                return None;
            }
            code = code * 64 + u32::from(octet - 0x80);
        }
        if code < least {
            return None;
        }
        out.push(char::from_u32(code)?);
        rest = &tail[more..];
    }
    Some(out)
}
