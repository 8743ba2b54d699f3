//! JSON of a model as a calldata value: strictly, since calldata knows no fractions.

use std::collections::BTreeMap;
use std::fmt;

use selfsame_calldata::{BigInt, Value};
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

/// Values in values up to this depth: calldata's limit is 128, and the answer's map is around it.
const MAX_DEPTH: u32 = 100;

/// The largest integer up to which each one has its own `f64`: 2^53. JSON's `1.0` and `1e3` are integers.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// Reads one JSON object. `None`: no JSON, no object, a number that is not an exact integer (larger ones
/// than 64 bits hold have to come as strings), a key twice, nested too deep.
pub(super) fn object(text: &str) -> Option<Value> {
    let mut reader = serde_json::Deserializer::from_str(text);
    let value = Seed { left: MAX_DEPTH }.deserialize(&mut reader).ok()?;
    reader.end().ok()?;
    matches!(value, Value::Map(_)).then_some(value)
}

#[derive(Clone, Copy)]
struct Seed {
    left: u32,
}

impl Seed {
    fn inner<E: Error>(self) -> Result<Seed, E> {
        self.left.checked_sub(1).map(|left| Seed { left }).ok_or_else(|| E::custom("too deep"))
    }
}

impl<'de> DeserializeSeed<'de> for Seed {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, de: D) -> Result<Value, D::Error> {
        de.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON without fractions")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, v: bool) -> Result<Value, E> {
        Ok(Value::Bool(v))
    }

    fn visit_u64<E: Error>(self, v: u64) -> Result<Value, E> {
        Ok(Value::Int(BigInt::from(v)))
    }

    fn visit_i64<E: Error>(self, v: i64) -> Result<Value, E> {
        Ok(Value::Int(BigInt::from(v)))
    }

    fn visit_f64<E: Error>(self, v: f64) -> Result<Value, E> {
        if v.fract() != 0.0 || v.abs() >= EXACT {
            return Err(E::custom("not an exact integer"));
        }
        // The text of a whole f64 below 2^53 is its digits; `-0` is 0.
        format!("{v:.0}").parse().map(Value::Int).map_err(E::custom)
    }

    fn visit_str<E: Error>(self, v: &str) -> Result<Value, E> {
        Ok(Value::from(v))
    }

    fn visit_string<E: Error>(self, v: String) -> Result<Value, E> {
        Ok(Value::Str(v))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let seed = self.inner()?;
        let mut items = Vec::new();
        while let Some(item) = seq.next_element_seed(seed)? {
            items.push(item);
        }
        Ok(Value::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let seed = self.inner()?;
        let mut entries = BTreeMap::new();
        while let Some(key) = map.next_key::<String>()? {
            if entries.insert(key, map.next_value_seed(seed)?).is_some() {
                return Err(A::Error::custom("a key twice"));
            }
        }
        Ok(Value::Map(entries))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_becomes_calldata() {
        let value = object(
            r#" {"a": [1, -2, 18446744073709551615, "x", null, true, {}], "b": 1.0, "c": 1e3, "d": -0.0} "#,
        );
        let expected = Value::map([
            (
                "a",
                Value::Array(vec![
                    Value::from(1u32),
                    Value::from(-2i32),
                    Value::from(u64::MAX),
                    Value::from("x"),
                    Value::Null,
                    Value::Bool(true),
                    Value::Map(BTreeMap::new()),
                ]),
            ),
            ("b", Value::from(1u32)),
            ("c", Value::from(1000u32)),
            ("d", Value::from(0u32)),
        ]);
        assert_eq!(value, Some(expected));
    }

    #[test]
    fn what_is_not_exact_or_not_an_object_is_refused() {
        for text in [
            "",
            "1",
            "[]",
            "\"x\"",
            "null",
            "{",
            "{} {}",
            "```json\n{}\n```",
            "{\"a\": 0.5}",
            "{\"a\": 1e-1}",
            "{\"a\": 18446744073709551616}",
            "{\"a\": -9223372036854775809}",
            "{\"a\": 9007199254740992.0}",
            "{\"a\": NaN}",
            "{\"a\": 1e999}",
            "{\"a\": 1, \"a\": 2}",
            "{\"a\": 1,}",
            "{a: 1}",
        ] {
            assert_eq!(object(text), None, "{text}");
        }
    }

    #[test]
    fn depth_is_bounded_and_fits_calldata() {
        let nested = |n: usize| format!("{{\"a\": {}{}}}", "[".repeat(n), "]".repeat(n));
        let deep = object(&nested(99)).unwrap();
        let octets = selfsame_calldata::encode(&Value::map([("ok", deep)]));
        assert!(selfsame_calldata::decode(&octets).is_ok());
        assert_eq!(object(&nested(100)), None);
        assert_eq!(object(&nested(100_000)), None);
    }
}
