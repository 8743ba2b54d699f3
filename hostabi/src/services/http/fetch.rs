//! One request and its redirects, within one deadline, one size cap and the node's policy.

use std::collections::BTreeMap;
use std::io::Read;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use selfsame_calldata::Value;
use ureq::http::header::{HeaderMap, HeaderName, HeaderValue, LOCATION};
use ureq::http::{self, Request, StatusCode};
use ureq::unversioned::resolver::Resolver as _;
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};
use ureq::{Agent, Body};
use url::Url;

use super::config::WebConfig;
use super::deadline::Deadline;
use super::guard::{GuardedResolver, Policy, Refusal};
use crate::services::{Answer, Method, Response, cause, module_error};

/// What the client calls itself.
const USER_AGENT: &str = concat!("selfsame/", env!("CARGO_PKG_VERSION"));

/// A request has at most this many header fields.
const MAX_REQUEST_HEADERS: usize = 64;

/// Fields that say how a message is framed or routed: the module sets them, not a contract.
const OWN_HEADERS: [&str; 12] = [
    "connection",
    "content-length",
    "expect",
    "host",
    "http2-settings",
    "keep-alive",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// The fields that may follow a redirect to another origin. A list of what is harmless, since a
/// contract's key can be in a field of any name.
const PUBLIC_HEADERS: [&str; 4] = ["accept", "accept-language", "content-type", "user-agent"];

/// What is asked of a server.
#[derive(Debug, Clone)]
pub(super) struct Outgoing {
    pub(super) method: Method,
    pub(super) url: Url,
    pub(super) headers: HeaderMap,
    pub(super) body: Option<Vec<u8>>,
}

/// A response and where it came from, after redirects.
#[derive(Debug)]
pub(super) struct Page {
    pub(super) url: Url,
    pub(super) response: Response,
}

/// A module error: the tag, and what else the contract is told.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct WebError {
    pub(super) cause: &'static str,
    pub(super) ctx: BTreeMap<String, Value>,
}

impl WebError {
    pub(super) fn new(cause: &'static str) -> WebError {
        WebError { cause, ctx: BTreeMap::new() }
    }

    pub(super) fn with(mut self, key: &str, value: impl Into<Value>) -> WebError {
        self.ctx.insert(key.to_owned(), value.into());
        self
    }

    /// Never fatal: which page can be had is for the contract to handle.
    pub(super) fn into_answer(self) -> Answer {
        Answer::Error(module_error(self.cause, self.ctx, false))
    }
}

impl From<Refusal> for WebError {
    fn from(refusal: Refusal) -> WebError {
        WebError::new(refusal.0)
    }
}

/// The HTTP client of the web module.
#[derive(Debug)]
pub(super) struct Fetcher {
    agent: Agent,
    pub(super) policy: Arc<Policy>,
    max_redirects: u32,
    max_header_octets: usize,
}

impl Fetcher {
    pub(super) fn new(config: &WebConfig, policy: Policy) -> Fetcher {
        let policy = Arc::new(policy);
        let max_header_octets = usize::try_from(config.max_header_octets).unwrap_or(usize::MAX);
        let settings = Agent::config_builder()
            .user_agent(USER_AGENT)
            // A proxy named in the environment would connect past the guard.
            .proxy(None)
            .http_status_as_error(false)
            // Each hop is checked here.
            .max_redirects(0)
            .max_redirects_will_error(false)
            .max_response_header_size(max_header_octets)
            // No connection outlives its check.
            .max_idle_connections(0)
            .allow_non_standard_methods(true)
            .build();
        let resolver = GuardedResolver { policy: Arc::clone(&policy) };
        let agent = Agent::with_parts(settings, DefaultConnector::default(), resolver);
        Fetcher { agent, policy, max_redirects: config.max_redirects, max_header_octets }
    }

    /// Checks a contract's header fields.
    pub(super) fn headers(&self, fields: &BTreeMap<String, Vec<u8>>) -> Result<HeaderMap, WebError> {
        let octets: usize = fields.iter().map(|(name, value)| name.len() + value.len()).sum();
        if fields.len() > MAX_REQUEST_HEADERS || octets > self.max_header_octets {
            return Err(WebError::new(cause::TOO_LARGE));
        }
        let mut headers = HeaderMap::new();
        for (name, value) in fields {
            let bad = || WebError::new(cause::HEADER_FORBIDDEN).with("header", name.as_str());
            let field = HeaderName::from_bytes(name.as_bytes()).map_err(|_| bad())?;
            let value = HeaderValue::from_bytes(value).map_err(|_| bad())?;
            // Two spellings of one name would be two fields on the wire.
            if OWN_HEADERS.contains(&field.as_str()) || headers.contains_key(&field) {
                return Err(bad());
            }
            headers.insert(field, value);
        }
        Ok(headers)
    }

    /// Sends a request and follows its redirects. `max_octets` bounds the final body and its headers.
    pub(super) fn fetch(
        &self,
        mut out: Outgoing,
        deadline: Deadline,
        max_octets: u64,
    ) -> Result<Page, WebError> {
        let mut hops = 0;
        loop {
            let mut response = self.send(&out, deadline)?;
            let Some(location) = redirect_target(&response) else {
                let response = receive(&mut response, out.method, max_octets)?;
                return Ok(Page { url: out.url, response });
            };
            if hops == self.max_redirects {
                return Err(WebError::new(cause::WEBPAGE_LOAD_FAILED).with("redirects", hops));
            }
            hops += 1;
            let next = self.policy.check_redirect(&out.url, &location?)?;
            redirect(&mut out, response.status(), next);
        }
    }

    /// The address that a page's host has by the guard, for a client other than this one.
    pub(super) fn pin(&self, url: &Url, deadline: Deadline) -> Result<IpAddr, WebError> {
        let left = deadline.left().ok_or(WebError::new(cause::TIMEOUT))?;
        let uri = url.as_str().parse().map_err(|_| WebError::new(cause::MALFORMED_URL))?;
        let resolver = GuardedResolver { policy: Arc::clone(&self.policy) };
        let timeout =
            NextTimeout { after: left.into(), reason: ureq::Timeout::Resolve, ..NextTimeout::default() };
        let found = resolver.resolve(&uri, self.agent.config(), timeout).map_err(load_failed)?;
        found.first().map(SocketAddr::ip).ok_or(WebError::new(cause::WEBPAGE_LOAD_FAILED))
    }

    fn send(&self, out: &Outgoing, deadline: Deadline) -> Result<http::Response<Body>, WebError> {
        let left = deadline.left().ok_or(WebError::new(cause::TIMEOUT))?;
        let mut request = Request::builder().method(out.method.name()).uri(out.url.as_str());
        if let Some(headers) = request.headers_mut() {
            headers.clone_from(&out.headers);
        }
        let failed = |_| WebError::new(cause::MALFORMED_URL);
        let sent = match &out.body {
            Some(body) => {
                let request = request.body(body.as_slice()).map_err(failed)?;
                self.agent.run(self.agent.configure_request(request).timeout_global(Some(left)).build())
            }
            None => {
                let request = request.body(()).map_err(failed)?;
                self.agent.run(self.agent.configure_request(request).timeout_global(Some(left)).build())
            }
        };
        sent.map_err(load_failed)
    }
}

/// The target of a redirect, or `None` for any other response.
fn redirect_target(response: &http::Response<Body>) -> Option<Result<String, WebError>> {
    if !matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
        return None;
    }
    let location = response.headers().get(LOCATION)?;
    // Octets over 127 are percent-encoded by the URL reader, as UTF-8.
    Some(match std::str::from_utf8(location.as_bytes()) {
        Ok(location) => Ok(location.to_owned()),
        Err(_) => Err(WebError::new(cause::MALFORMED_URL)),
    })
}

/// Turns a request into the one that a redirect asks for, as browsers do: 303, and 301 and 302 after a
/// POST, become a GET without a body; another origin gets no field that may hold a secret.
fn redirect(out: &mut Outgoing, status: StatusCode, next: Url) {
    let to_get = match status.as_u16() {
        303 => out.method != Method::Head,
        301 | 302 => out.method == Method::Post,
        _ => false,
    };
    if to_get {
        out.method = Method::Get;
        out.body = None;
        for name in ["content-type", "content-encoding", "content-language", "content-location"] {
            out.headers.remove(name);
        }
    }
    if out.url.origin() != next.origin() {
        let kept = PUBLIC_HEADERS
            .iter()
            .filter_map(|name| Some((HeaderName::from_static(name), out.headers.get(*name)?)));
        out.headers = kept.map(|(name, value)| (name, value.clone())).collect();
    }
    out.url = next;
}

/// Reads a response, never more than the cap and one octet.
fn receive(
    response: &mut http::Response<Body>,
    method: Method,
    max_octets: u64,
) -> Result<Response, WebError> {
    let too_large = || WebError::new(cause::TOO_LARGE).with("max_octets", max_octets);
    let headers = joined(response.headers());
    let header_octets: usize = headers.iter().map(|(name, value)| name.len() + value.len()).sum();
    let left =
        max_octets.checked_sub(u64::try_from(header_octets).unwrap_or(u64::MAX)).ok_or_else(too_large)?;
    if method != Method::Head && response.body().content_length().is_some_and(|length| length > left) {
        return Err(too_large());
    }
    let mut body = Vec::new();
    response
        .body_mut()
        .as_reader()
        .take(left.saturating_add(1))
        .read_to_end(&mut body)
        .map_err(|e| load_failed(ureq::Error::from(e)))?;
    if u64::try_from(body.len()).unwrap_or(u64::MAX) > left {
        return Err(too_large());
    }
    Ok(Response { status: response.status().as_u16(), headers, body })
}

fn joined(headers: &HeaderMap) -> BTreeMap<String, Vec<u8>> {
    let mut out: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    for name in headers.keys() {
        let values: Vec<&[u8]> = headers.get_all(name).iter().map(HeaderValue::as_bytes).collect();
        out.insert(name.as_str().to_owned(), values.join(&b", "[..]));
    }
    out
}

/// A failure of the client as a tag. Its own text stays here: it may hold addresses of this network.
pub(super) fn load_failed(error: ureq::Error) -> WebError {
    match error {
        ureq::Error::Timeout(_) => WebError::new(cause::TIMEOUT),
        ureq::Error::Io(e) if e.kind() == std::io::ErrorKind::TimedOut => WebError::new(cause::TIMEOUT),
        ureq::Error::LargeResponseHeader(..) => WebError::new(cause::TOO_LARGE),
        ureq::Error::BadUri(_) => WebError::new(cause::MALFORMED_URL),
        ureq::Error::Other(e) => match e.downcast::<Refusal>() {
            Ok(refusal) => WebError::from(*refusal),
            Err(_) => WebError::new(cause::WEBPAGE_LOAD_FAILED),
        },
        _ => WebError::new(cause::WEBPAGE_LOAD_FAILED),
    }
}
