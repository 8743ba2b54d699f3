//! The services against a server on loopback.

mod browser;
mod llm;
mod pages;
mod redirects;
mod web;

use std::collections::BTreeMap;

use selfsame_calldata::Value;

use super::testing::{TestReply, TestRequest, TestServer};
use super::*;
use crate::services::{Method, RenderMode};

/// Services that reach loopback on any port; `more` goes into `[web]`.
fn services(more: &str) -> HttpServices {
    let text = format!("[web]\nallow_private = true\nallowed_ports = ['1-65535']\n{more}");
    HttpServices::new(Config::parse(&text).unwrap())
}

fn server(handler: impl Fn(&TestRequest) -> TestReply + Send + Sync + 'static) -> TestServer {
    TestServer::start(handler).unwrap()
}

fn limits() -> CallLimits {
    CallLimits::with_max_octets(1 << 20)
}

fn get(url: &str) -> WebRequest {
    WebRequest { method: Method::Get, url: url.to_owned(), headers: BTreeMap::new(), body: None, sign: false }
}

fn page(mode: RenderMode, url: &str) -> WebRender {
    WebRender { mode, url: url.to_owned(), wait_after_loaded_ms: 0 }
}

/// The tag of a module error, which has the published shape and is not fatal.
fn cause_of(answer: &Answer) -> &str {
    let Answer::Error(Value::Map(map)) = answer else { panic!("no module error: {answer:?}") };
    assert_eq!(map.keys().collect::<Vec<_>>(), ["causes", "ctx", "fatal"]);
    assert_eq!(map["fatal"], Value::Bool(false));
    let (Value::Array(causes), Value::Map(_)) = (&map["causes"], &map["ctx"]) else { panic!("{map:?}") };
    match causes.as_slice() {
        [Value::Str(tag)] => tag,
        _ => panic!("{causes:?}"),
    }
}

fn ctx_of<'a>(answer: &'a Answer, key: &str) -> &'a Value {
    match answer {
        Answer::Error(Value::Map(map)) => match &map["ctx"] {
            Value::Map(ctx) => &ctx[key],
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    }
}

/// Status, header fields and body of a response.
fn response_of(answer: &Answer) -> (Value, BTreeMap<String, Value>, Vec<u8>) {
    let Answer::Ok(Value::Map(map)) = answer else { panic!("no response: {answer:?}") };
    assert_eq!(map.keys().collect::<Vec<_>>(), ["body", "headers", "status"]);
    match (&map["headers"], &map["body"]) {
        (Value::Map(headers), Value::Bytes(body)) => (map["status"].clone(), headers.clone(), body.clone()),
        _ => panic!("{map:?}"),
    }
}
