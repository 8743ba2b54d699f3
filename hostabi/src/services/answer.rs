//! What services answer: values for the contract, or a fault for the node.

use std::collections::BTreeMap;
use std::fmt;

use selfsame_calldata::Value;

/// The tags of `causes` in a module error. Spec: sdk.md 5.
pub mod cause {
    /// The page could not be had: no such host, no connection, a broken answer, too many redirects.
    pub const WEBPAGE_LOAD_FAILED: &str = "WEBPAGE_LOAD_FAILED";
    /// A page to be rendered came with a status other than 2xx.
    pub const STATUS_NOT_OK: &str = "STATUS_NOT_OK";
    /// The address is no URL, or has a user name or a password in it.
    pub const MALFORMED_URL: &str = "MALFORMED_URL";
    /// A scheme other than `http` and `https`, or a redirect from `https` to `http`.
    pub const SCHEMA_FORBIDDEN: &str = "SCHEMA_FORBIDDEN";
    /// A port that the configuration does not allow.
    pub const PORT_FORBIDDEN: &str = "PORT_FORBIDDEN";
    /// A name without a dot, or under a top-level domain that is only for private or special use.
    pub const TLD_FORBIDDEN: &str = "TLD_FORBIDDEN";
    /// A host that is not allowed, or an address that is not a public one.
    pub const HOST_FORBIDDEN: &str = "HOST_FORBIDDEN";
    /// A header field that is malformed, or that only the module may set.
    pub const HEADER_FORBIDDEN: &str = "HEADER_FORBIDDEN";
    /// No answer within the time.
    pub const TIMEOUT: &str = "TIMEOUT";
    /// More octets than the call may answer with.
    pub const TOO_LARGE: &str = "TOO_LARGE";
    /// `sign` was asked for, and the module has no key to sign with.
    pub const SIGN_UNAVAILABLE: &str = "SIGN_UNAVAILABLE";
    /// A picture was asked for, and no browser is configured.
    pub const SCREENSHOT_UNAVAILABLE: &str = "SCREENSHOT_UNAVAILABLE";
    /// A picture given to a prompt is not PNG, JPEG, GIF or WebP.
    pub const IMAGE_FORMAT: &str = "IMAGE_FORMAT";
    /// The model's reply is not in the form asked for.
    pub const REPLY_MALFORMED: &str = "REPLY_MALFORMED";
}

/// An answer for the contract. The supervisor makes a file of the first two (`{"ok": X}`,
/// `{"error": E}`); the third ends the sub-VM with UserError(E). Spec: sdk.md 5.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// X: what was asked for.
    Ok(Value),
    /// E: a module error that the contract can handle.
    Error(Value),
    /// E: a module error that it cannot.
    Fatal(Value),
}

/// The answer of a language model, with what it cost. Spec: fees.md 10.
#[derive(Debug, Clone, PartialEq)]
pub struct LlmAnswer {
    /// The answer.
    pub answer: Answer,
    /// What the call consumed, little-endian U256: for `consume_fuel`, never hashed.
    pub consumed: [u8; 32],
    /// The budget did not suffice: the supervisor ends the run with the fatal `timeout`.
    pub budget_used_up: bool,
}

impl LlmAnswer {
    /// An answer that cost `consumed`, within the budget.
    pub fn new(answer: Answer, consumed: u128) -> LlmAnswer {
        LlmAnswer { answer, consumed: u256_le(consumed), budget_used_up: false }
    }
}

/// `amount` as a little-endian U256.
pub(crate) fn u256_le(amount: u128) -> [u8; 32] {
    let mut out = [0; 32];
    out[..16].copy_from_slice(&amount.to_le_bytes());
    out
}

/// An HTTP response as a contract sees it. Spec: sdk.md 5.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// The status code.
    pub status: u16,
    /// Header fields by lower-case name; fields of one name are joined by `, ` in order of arrival.
    pub headers: BTreeMap<String, Vec<u8>>,
    /// The body without its transfer coding.
    pub body: Vec<u8>,
}

impl Response {
    /// `{"status": Int, "headers": Map Str -> Bytes, "body": Bytes}`.
    pub fn into_value(self) -> Value {
        let headers = self.headers.into_iter().map(|(name, value)| (name, Value::Bytes(value))).collect();
        let mut map = BTreeMap::new();
        map.insert("status".to_owned(), Value::from(u32::from(self.status)));
        map.insert("headers".to_owned(), Value::Map(headers));
        map.insert("body".to_owned(), Value::Bytes(self.body));
        Value::Map(map)
    }
}

/// A module error in the public modules' shape: `{"causes": [cause], "ctx": ctx, "fatal": fatal}`.
/// Spec: sdk.md 5.
pub fn module_error(cause: &str, ctx: BTreeMap<String, Value>, fatal: bool) -> Value {
    let mut map = BTreeMap::new();
    map.insert("causes".to_owned(), Value::Array(vec![Value::from(cause)]));
    map.insert("ctx".to_owned(), Value::Map(ctx));
    map.insert("fatal".to_owned(), Value::Bool(fatal));
    Value::Map(map)
}

/// This machine's fault: the run ends as an internal error. The reason is one of this crate's fixed
/// texts, so no key, address or reply can be in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ServiceFault {
    reason: &'static str,
}

impl ServiceFault {
    /// There is no web module.
    pub const WEB_NOT_CONFIGURED: ServiceFault = ServiceFault::new("the web module is not configured");
    /// There is no language model.
    pub const LLM_NOT_CONFIGURED: ServiceFault = ServiceFault::new("the language model is not configured");

    /// A fault with a fixed reason.
    pub const fn new(reason: &'static str) -> ServiceFault {
        ServiceFault { reason }
    }

    /// Why, for the node's operator.
    pub fn reason(&self) -> &'static str {
        self.reason
    }
}

impl fmt::Display for ServiceFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.reason)
    }
}

impl std::error::Error for ServiceFault {}
