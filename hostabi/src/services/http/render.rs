//! `WebRender`: a page as text, as HTML or as a picture. Spec: sdk.md 3.13.
//!
//! A page is always fetched by the HTTP client first: that checks the address and its redirects and
//! learns status and header fields. Where a browser is configured, it then loads the final address and
//! what its scripts made of the page is the answer.

use selfsame_calldata::Value;

use super::browser::{self, Shot};
use super::fetch::{Outgoing, Page, WebError};
use super::{Web, readable};
use crate::services::{CallLimits, Method, RenderMode, ServiceFault, WebRender, cause};

impl Web {
    pub(super) fn render(
        &self,
        req: &WebRender,
        limits: &CallLimits,
    ) -> Result<Result<Value, WebError>, ServiceFault> {
        let deadline = self.deadline(limits);
        let max_octets = self.max_octets(limits);
        if req.mode == RenderMode::Screenshot && self.config.chromium.is_none() {
            return Ok(Err(WebError::new(cause::SCREENSHOT_UNAVAILABLE)));
        }
        let url = match self.fetcher.policy.check_url(&req.url) {
            Ok(url) => url,
            Err(refusal) => return Ok(Err(refusal.into())),
        };
        let out = Outgoing { method: Method::Get, url, headers: Default::default(), body: None };
        let mut page = match self.fetcher.fetch(out, deadline, max_octets) {
            Ok(page) => page,
            Err(error) => return Ok(Err(error)),
        };
        let status = page.response.status;
        if req.mode != RenderMode::Html && !(200..300).contains(&status) {
            return Ok(Err(WebError::new(cause::STATUS_NOT_OK).with("status", u32::from(status))));
        }
        let Some(program) = &self.config.chromium else { return Ok(plain(req.mode, page, max_octets)) };
        let shot = Shot {
            program,
            url: &page.url,
            wait_ms: req.wait_after_loaded_ms,
            picture: req.mode == RenderMode::Screenshot,
            max_octets,
            deadline,
        };
        if !shot.picture && !readable::is_html(content_type(&page)) {
            return Ok(plain(req.mode, page, max_octets));
        }
        let ip = match self.fetcher.pin(&page.url, deadline) {
            Ok(ip) => ip,
            Err(error) => return Ok(Err(error)),
        };
        let octets = match browser::run(&shot, ip)? {
            Ok(octets) => octets,
            Err(error) => return Ok(Err(error)),
        };
        if shot.picture {
            return Ok(Ok(Value::map([("image", Value::Bytes(octets))])));
        }
        page.response.body = octets;
        // What described the octets of the transfer does not describe the document.
        for name in
            ["content-length", "content-encoding", "transfer-encoding", "etag", "content-md5", "digest"]
        {
            page.response.headers.remove(name);
        }
        page.response.headers.insert("content-type".to_owned(), b"text/html; charset=utf-8".to_vec());
        Ok(plain(req.mode, page, max_octets))
    }
}

fn content_type(page: &Page) -> Option<&[u8]> {
    page.response.headers.get("content-type").map(Vec::as_slice)
}

fn plain(mode: RenderMode, page: Page, max_octets: u64) -> Result<Value, WebError> {
    if mode == RenderMode::Html {
        return Ok(Value::map([("response", page.response.into_value())]));
    }
    let kind = content_type(&page);
    let decoded = readable::decode_body(&page.response.body, kind.unwrap_or_default());
    let text = if readable::is_html(kind) { readable::html_to_text(&decoded) } else { decoded };
    // A character of one octet may be three in UTF-8.
    if u64::try_from(text.len()).unwrap_or(u64::MAX) > max_octets {
        return Err(WebError::new(cause::TOO_LARGE).with("max_octets", max_octets));
    }
    Ok(Value::map([("text", Value::Str(text))]))
}
