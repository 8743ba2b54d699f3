//! A key that shows nowhere.

use std::fmt;

/// The key of an endpoint. It has no `Display`, and its `Debug` prints nothing of it.
#[derive(Clone)]
pub(super) struct Secret(String);

impl Secret {
    /// Keeps a key; blank ones count as missing.
    pub(super) fn new(key: &str) -> Option<Secret> {
        let key = key.trim();
        (!key.is_empty()).then(|| Secret(key.to_owned()))
    }

    /// For the one header that carries it.
    pub(super) fn expose(&self) -> &str {
        &self.0
    }

    /// Whether a text holds it.
    pub(super) fn is_in(&self, text: &str) -> bool {
        text.contains(&self.0)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}
