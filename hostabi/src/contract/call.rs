//! The shape of a call.

use crate::calldata::{DecodeError, Entries, Items, Kind, Ref, check};
use std::fmt;

/// The code of an execution whose entry payload is not calldata or not of the right shape.
pub const MALFORMED_ENTRY: &str = "malformed_entry";

/// A call of the right shape. What is inside the arguments is the contract's business.
#[derive(Clone, Debug)]
pub struct Call<'a> {
    /// The method; without one in a deployment, and in a call that has none.
    pub method: Option<&'a str>,
    /// Arguments by position.
    pub args: Option<Items<'a>>,
    /// Arguments by name.
    pub kwargs: Option<Entries<'a>>,
}

/// Why a payload is no call: `malformed_entry` at top level, `error_inval` in a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallShapeError {
    /// Not calldata.
    Decode(DecodeError),
    /// Not a map.
    NotAMap,
    /// A key that a call does not have; a deployment has no method name.
    UnknownKey,
    /// The method name is not a text, `args` is not an array, or `kwargs` is not a map.
    WrongType,
}

impl fmt::Display for CallShapeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            CallShapeError::Decode(cause) => return cause.fmt(f),
            CallShapeError::NotAMap => "a call is a map",
            CallShapeError::UnknownKey => "a call has no keys but \"\", \"args\" and \"kwargs\"",
            CallShapeError::WrongType => "\"\" is a text, \"args\" an array and \"kwargs\" a map",
        })
    }
}

impl std::error::Error for CallShapeError {}

/// Checks a call: keys among `""`, `args` and `kwargs`, each of its type. The empty map is a call without a method
/// name. Spec: storage-and-contract.md 4.
///
/// # Errors
/// [`CallShapeError`], never [`CallShapeError::Decode`].
pub fn check_call(payload: Ref<'_>) -> Result<Call<'_>, CallShapeError> {
    let Kind::Map(entries) = payload.kind() else { return Err(CallShapeError::NotAMap) };
    let mut call = Call { method: None, args: None, kwargs: None };
    for (key, value) in entries {
        match (key, value.kind()) {
            ("", Kind::Str(name)) => call.method = Some(name),
            ("args", Kind::Array(items)) => call.args = Some(items),
            ("kwargs", Kind::Map(entries)) => call.kwargs = Some(entries),
            ("" | "args" | "kwargs", _) => return Err(CallShapeError::WrongType),
            _ => return Err(CallShapeError::UnknownKey),
        }
    }
    Ok(call)
}

/// Checks a deployment: as a call, but without a method name.
///
/// # Errors
/// [`CallShapeError`], never [`CallShapeError::Decode`].
pub fn check_deploy(payload: Ref<'_>) -> Result<Call<'_>, CallShapeError> {
    let call = check_call(payload)?;
    if call.method.is_some() { Err(CallShapeError::UnknownKey) } else { Ok(call) }
}

/// Decodes and checks the payload of a top-level entry.
///
/// # Errors
/// [`CallShapeError`]: the execution's result is the VM error `malformed_entry`.
pub fn check_entry(payload: &[u8], is_init: bool) -> Result<Call<'_>, CallShapeError> {
    let payload = check(payload).map_err(CallShapeError::Decode)?;
    if is_init { check_deploy(payload) } else { check_call(payload) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calldata::{Value, encode};

    fn unhex(digits: &str) -> Vec<u8> {
        (0..digits.len()).step_by(2).map(|at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap()).collect()
    }

    #[test]
    fn payloads_of_the_specification_are_judged_as_it_says() {
        let rows = [
            ("06", true, true),
            ("0e001c666f6f", true, false),
            ("16001c666f6f04617267730d09", true, false),
            ("16046172677305066b776172677306", true, true),
            ("0e0000", false, false),
            ("0e046172677306", false, false),
            ("16001c666f6f017809", false, false),
            ("05", false, false),
        ];
        for (digits, call, deploy) in rows {
            let octets = unhex(digits);
            assert_eq!(check_entry(&octets, false).is_ok(), call, "{digits} as a call");
            assert_eq!(check_entry(&octets, true).is_ok(), deploy, "{digits} as a deployment");
        }
    }

    #[test]
    fn each_violation_has_its_reason() {
        let reason = |value: Value, is_init| check_entry(&encode(&value), is_init).unwrap_err();
        let map = |key: &str, value: Value| Value::map([(key, value)]);
        assert_eq!(reason(Value::Null, false), CallShapeError::NotAMap);
        assert_eq!(reason(map("x", Value::Null), false), CallShapeError::UnknownKey);
        assert_eq!(reason(map("method", "foo".into()), false), CallShapeError::UnknownKey);
        assert_eq!(reason(map("", Value::Null), false), CallShapeError::WrongType);
        assert_eq!(reason(map("", Value::Bytes(vec![])), false), CallShapeError::WrongType);
        assert_eq!(reason(map("args", Value::Null), true), CallShapeError::WrongType);
        assert_eq!(reason(map("kwargs", Value::Array(vec![])), true), CallShapeError::WrongType);
        assert_eq!(reason(map("", "".into()), true), CallShapeError::UnknownKey);
    }

    #[test]
    fn a_payload_has_to_be_all_of_the_octets() {
        assert!(matches!(check_entry(&[], false), Err(CallShapeError::Decode(_))));
        assert!(matches!(check_entry(&[6, 0], false), Err(CallShapeError::Decode(_))));
        assert!(matches!(check_entry(&[0x0e, 0], false), Err(CallShapeError::Decode(_))));
    }

    #[test]
    fn a_call_shows_its_parts() {
        let payload = unhex("16001c666f6f04617267730d09");
        let call = check_entry(&payload, false).unwrap();
        assert_eq!(call.method, Some("foo"));
        assert_eq!(call.args.unwrap().map(Ref::to_value).collect::<Vec<_>>(), [1.into()]);
        assert!(call.kwargs.is_none());
    }
}
