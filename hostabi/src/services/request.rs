//! The requests of a contract, decoded and owned, and the limits of a call.

use std::collections::BTreeMap;
use std::time::Duration;

/// A prompt has at most this many pictures; the supervisor answers `error_inval` to more. Spec: sdk.md 3.15.
pub const MAX_IMAGES: usize = 2;

/// What a rendered page is turned into. Spec: sdk.md 3.13.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RenderMode {
    /// The readable text: `{"text": Str}`.
    Text,
    /// The document: `{"response": Response}`.
    Html,
    /// A PNG picture: `{"image": Bytes}`.
    Screenshot,
}

impl RenderMode {
    /// The mode of that name on the wire, or `None`.
    pub fn from_name(name: &str) -> Option<RenderMode> {
        match name {
            "text" => Some(RenderMode::Text),
            "html" => Some(RenderMode::Html),
            "screenshot" => Some(RenderMode::Screenshot),
            _ => None,
        }
    }
}

/// A request method. Spec: sdk.md 3.14.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// `GET`
    Get,
    /// `POST`
    Post,
    /// `HEAD`
    Head,
    /// `PUT`
    Put,
    /// `DELETE`
    Delete,
    /// `OPTIONS`
    Options,
    /// `PATCH`
    Patch,
}

impl Method {
    /// Every method with its name on the wire.
    pub const ALL: [(Method, &'static str); 7] = [
        (Method::Get, "GET"),
        (Method::Post, "POST"),
        (Method::Head, "HEAD"),
        (Method::Put, "PUT"),
        (Method::Delete, "DELETE"),
        (Method::Options, "OPTIONS"),
        (Method::Patch, "PATCH"),
    ];

    /// The method of that exact name, or `None`.
    pub fn from_name(name: &str) -> Option<Method> {
        Method::ALL.iter().find(|(_, n)| *n == name).map(|(method, _)| *method)
    }

    /// Its name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Method::Get => "GET",
            Method::Post => "POST",
            Method::Head => "HEAD",
            Method::Put => "PUT",
            Method::Delete => "DELETE",
            Method::Options => "OPTIONS",
            Method::Patch => "PATCH",
        }
    }
}

/// `WebRender`. Spec: sdk.md 3.13.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebRender {
    /// What to answer with.
    pub mode: RenderMode,
    /// The address of the page, as the contract wrote it: not checked yet.
    pub url: String,
    /// Milliseconds to let the page's own scripts run after it has loaded; see [`parse_wait`].
    pub wait_after_loaded_ms: u64,
}

/// `WebRequest`. Spec: sdk.md 3.14.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebRequest {
    /// The method.
    pub method: Method,
    /// The address, as the contract wrote it: not checked yet.
    pub url: String,
    /// Header fields by name, as the contract wrote them.
    pub headers: BTreeMap<String, Vec<u8>>,
    /// The octets to send, if any.
    pub body: Option<Vec<u8>>,
    /// Asks the module to sign the request.
    pub sign: bool,
}

/// How a model has to answer. Spec: sdk.md 3.15.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PromptFormat {
    /// Any text: a Str.
    #[default]
    Text,
    /// A JSON object: a Map.
    Json,
}

impl PromptFormat {
    /// The format of that name on the wire, or `None`.
    pub fn from_name(name: &str) -> Option<PromptFormat> {
        match name {
            "text" => Some(PromptFormat::Text),
            "json" => Some(PromptFormat::Json),
            _ => None,
        }
    }
}

/// `ExecPrompt`. Spec: sdk.md 3.15.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExecPrompt {
    /// How to answer.
    pub response_format: PromptFormat,
    /// The prompt.
    pub prompt: String,
    /// At most [`MAX_IMAGES`] pictures, each a file in PNG, JPEG, GIF or WebP.
    pub images: Vec<Vec<u8>>,
}

/// `ExecPromptTemplate`. Spec: sdk.md 3.16.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PromptTemplate {
    /// Do two answers agree by a principle? Answers Bool.
    EqComparative {
        /// What the leader's block returned.
        leader_answer: String,
        /// What the validator's block returned.
        validator_answer: String,
        /// What makes two answers equal.
        principle: String,
    },
    /// Does an output fulfil a task by some criteria? Answers Bool.
    EqNonComparativeValidator {
        /// What was to be done.
        task: String,
        /// What a good output is.
        criteria: String,
        /// What it was to be done with.
        input: String,
        /// What the leader made of it.
        output: String,
    },
    /// Do a task. Answers Str.
    EqNonComparativeLeader {
        /// What is to be done.
        task: String,
        /// What a good output is.
        criteria: String,
        /// What it is to be done with.
        input: String,
    },
}

/// The limits of one call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallLimits {
    /// The most octets that the answer's variable part (body and headers, text, picture) may have:
    /// for the web three quarters of the RAM left. More is the module error `TOO_LARGE`. A
    /// configuration may be stricter.
    pub max_octets: u64,
    /// For a language model: the most it may consume, little-endian U256. `None`: no limit.
    pub budget: Option<[u8; 32]>,
    /// What is left until the node's own deadline of the run, if it has one.
    pub time_left: Option<Duration>,
}

impl CallLimits {
    /// Limits with a size cap only.
    pub fn with_max_octets(max_octets: u64) -> CallLimits {
        CallLimits { max_octets, budget: None, time_left: None }
    }
}

/// Reads a `wait_after_loaded`: a decimal u64 and `ms` or `s`; the answer is in milliseconds.
/// `None` (the request's `error_inval`) for anything else: signs, spaces, fractions, no digits, a number
/// of milliseconds over u64. Spec: sdk.md 3.13.
///
/// ```
/// use selfsame_hostabi::services::parse_wait;
/// assert_eq!((parse_wait("5s"), parse_wait("0ms"), parse_wait("5")), (Some(5000), Some(0), None));
/// ```
pub fn parse_wait(text: &str) -> Option<u64> {
    let (digits, factor) = match text.strip_suffix("ms") {
        Some(digits) => (digits, 1),
        None => (text.strip_suffix('s')?, 1000),
    };
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    digits.parse::<u64>().ok()?.checked_mul(factor)
}
