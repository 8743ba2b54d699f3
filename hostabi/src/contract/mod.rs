//! How contracts are called, and by what key a message is known. Spec: storage-and-contract.md 4 to 6.

mod call;
mod key;

pub use call::{Call, CallShapeError, MALFORMED_ENTRY, check_call, check_deploy, check_entry};
pub use key::CallKey;

/// The optional method that describes a contract: it returns a text with a JSON object, and may not write.
pub const GET_SCHEMA: &str = "#get-schema";

/// The method that is called on the sender of a message with value that failed to execute. It gets no arguments, and the
/// value back; a contract without it keeps the value.
pub const ERROR: &str = "#error";

/// Whether a method name is reserved for the system.
#[must_use]
pub fn is_reserved(name: &str) -> bool {
    name.starts_with('#')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_with_a_number_sign_in_front_are_reserved() {
        assert!([GET_SCHEMA, ERROR, "#", "#anything"].into_iter().all(is_reserved));
        assert!(!["", "get-schema", "a#"].into_iter().any(is_reserved));
    }
}
