//! A web server on loopback, for tests and simulations: fixed pages, misbehaving ones, and a model that
//! answers from a table. It serves this machine only, a bounded number of connections of bounded size,
//! and stops when it is dropped.

use std::collections::BTreeMap;
use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use serde_json::{Value as Json, json};

/// More connections than this at one time are closed unread.
const MAX_LIVE: usize = 64;
/// A request with more octets than this is closed.
const MAX_REQUEST: usize = 32 << 20;
/// How long a connection may keep silent, and the server's longest pause.
const PATIENCE: Duration = Duration::from_secs(5);
const TICK: Duration = Duration::from_millis(5);

/// A request as the server got it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TestRequest {
    /// `GET` and so on.
    pub method: String,
    /// Path and query.
    pub target: String,
    /// Names in lower case, in order of arrival.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl TestRequest {
    /// The first field of that (lower-case) name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }
}

/// What the server does with a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TestReply {
    /// A whole response with `content-length`.
    Page {
        /// The status.
        status: u16,
        /// Extra fields.
        headers: Vec<(String, String)>,
        /// The body.
        body: Vec<u8>,
    },
    /// These octets as they are, then the end of the connection.
    Raw(Vec<u8>),
    /// These octets, then one octet every few milliseconds until the client leaves.
    Drip(Vec<u8>),
    /// Nothing, until the client leaves.
    Silence,
}

impl TestReply {
    /// A page with status 200.
    pub fn page(content_type: &str, body: impl Into<Vec<u8>>) -> TestReply {
        let headers = vec![("content-type".to_owned(), content_type.to_owned())];
        TestReply::Page { status: 200, headers, body: body.into() }
    }

    /// An empty response with that status.
    pub fn status(status: u16) -> TestReply {
        TestReply::Page { status, headers: vec![], body: vec![] }
    }

    /// A redirect.
    pub fn redirect(status: u16, location: &str) -> TestReply {
        TestReply::Page { status, headers: vec![("location".to_owned(), location.to_owned())], body: vec![] }
    }
}

type Handler = dyn Fn(&TestRequest) -> TestReply + Send + Sync;

/// The server. Dropping it stops it.
pub struct TestServer {
    addr: SocketAddr,
    shared: Arc<Shared>,
    acceptor: Option<JoinHandle<()>>,
}

struct Shared {
    handler: Box<Handler>,
    seen: Mutex<Vec<TestRequest>>,
    stop: AtomicBool,
    live: AtomicUsize,
}

impl std::fmt::Debug for TestServer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TestServer").field("addr", &self.addr).finish_non_exhaustive()
    }
}

impl TestServer {
    /// Starts a server on a free port of 127.0.0.1 that answers by `handler`.
    ///
    /// # Errors
    /// No port can be had.
    pub fn start(
        handler: impl Fn(&TestRequest) -> TestReply + Send + Sync + 'static,
    ) -> std::io::Result<TestServer> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        listener.set_nonblocking(true)?;
        let addr = listener.local_addr()?;
        let shared = Arc::new(Shared {
            handler: Box::new(handler),
            seen: Mutex::default(),
            stop: AtomicBool::new(false),
            live: AtomicUsize::new(0),
        });
        let theirs = Arc::clone(&shared);
        let acceptor = thread::Builder::new().spawn(move || accept(&listener, &theirs))?;
        Ok(TestServer { addr, shared, acceptor: Some(acceptor) })
    }

    /// Where it listens.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// The URL of a path (which begins with `/`).
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.addr)
    }

    /// The requests so far.
    pub fn requests(&self) -> Vec<TestRequest> {
        self.shared.seen.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for TestServer {
    fn drop(&mut self) {
        self.shared.stop.store(true, Ordering::SeqCst);
        if let Some(acceptor) = self.acceptor.take() {
            // A panic of a handler has been printed by its thread.
            let _ = acceptor.join();
        }
    }
}

fn accept(listener: &TcpListener, shared: &Arc<Shared>) {
    let mut connections: Vec<JoinHandle<()>> = Vec::new();
    while !shared.stop.load(Ordering::SeqCst) {
        connections.retain(|c| !c.is_finished());
        match listener.accept() {
            Ok((stream, _)) if shared.live.load(Ordering::SeqCst) < MAX_LIVE => {
                let theirs = Arc::clone(shared);
                shared.live.fetch_add(1, Ordering::SeqCst);
                let started = thread::Builder::new().spawn(move || {
                    // A client that leaves early is no failure of the server.
                    let _ = serve(stream, &theirs);
                    theirs.live.fetch_sub(1, Ordering::SeqCst);
                });
                match started {
                    Ok(connection) => connections.push(connection),
                    Err(_) => {
                        shared.live.fetch_sub(1, Ordering::SeqCst);
                    }
                }
            }
            Ok(_) => {}
            Err(_) => thread::sleep(TICK),
        }
    }
    for connection in connections {
        let _ = connection.join();
    }
}

fn serve(mut stream: TcpStream, shared: &Shared) -> std::io::Result<()> {
    stream.set_nonblocking(false)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let request = read_request(&mut stream)?;
    shared.seen.lock().unwrap_or_else(PoisonError::into_inner).push(request.clone());
    match (shared.handler)(&request) {
        TestReply::Page { status, headers, body } => {
            let mut head = format!(
                "HTTP/1.1 {status} Status\r\nconnection: close\r\ncontent-length: {}\r\n",
                body.len()
            );
            for (name, value) in headers {
                head.push_str(&format!("{name}: {value}\r\n"));
            }
            head.push_str("\r\n");
            stream.write_all(head.as_bytes())?;
            if request.method != "HEAD" {
                stream.write_all(&body)?;
            }
            stream.flush()
        }
        TestReply::Raw(octets) => stream.write_all(&octets),
        TestReply::Drip(octets) => {
            stream.write_all(&octets)?;
            linger(&mut stream, shared, true)
        }
        TestReply::Silence => linger(&mut stream, shared, false),
    }
}

/// Holds the connection until the client closes it or the server stops.
fn linger(stream: &mut TcpStream, shared: &Shared, drip: bool) -> std::io::Result<()> {
    stream.set_read_timeout(Some(TICK))?;
    while !shared.stop.load(Ordering::SeqCst) {
        if drip {
            stream.write_all(b"x")?;
        }
        match stream.read(&mut [0; 64]) {
            Ok(0) => break,
            Ok(_) => {}
            Err(e) if matches!(e.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
            Err(e) => return Err(e),
        }
    }
    Ok(())
}

fn read_request(stream: &mut TcpStream) -> std::io::Result<TestRequest> {
    let mut octets = Vec::new();
    let mut chunk = [0; 8192];
    let mut head_end = None;
    loop {
        if let Some((end, length)) = head_end {
            if octets.len() >= end + length {
                let mut request = read_head(&octets[..end]).unwrap_or_default();
                request.body = octets[end..end + length].to_vec();
                return Ok(request);
            }
        } else if let Some(at) = octets.windows(4).position(|w| w == b"\r\n\r\n") {
            let length = read_head(&octets[..at + 4])
                .and_then(|r| r.header("content-length").and_then(|l| l.parse().ok()))
                .map_or(0, |length: usize| length.min(MAX_REQUEST));
            head_end = Some((at + 4, length));
            continue;
        }
        let n = stream.read(&mut chunk)?;
        if n == 0 || octets.len() > MAX_REQUEST {
            return Err(ErrorKind::UnexpectedEof.into());
        }
        octets.extend_from_slice(&chunk[..n]);
    }
}

fn read_head(head: &[u8]) -> Option<TestRequest> {
    let head = String::from_utf8_lossy(head);
    let mut lines = head.split("\r\n");
    let mut first = lines.next()?.split(' ');
    let (method, target) = (first.next()?.to_owned(), first.next()?.to_owned());
    let headers = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    Some(TestRequest { method, target, headers, body: vec![] })
}

/// A handler that plays a model: the first entry of `table` whose key is in the last message's text
/// gives the reply; without one the status is 404. Tokens are counted as one for four octets.
pub fn model(table: Vec<(String, String)>) -> impl Fn(&TestRequest) -> TestReply + Send + Sync {
    move |request| {
        let prompt = serde_json::from_slice::<Json>(&request.body).ok().and_then(|body| last_text(&body));
        let Some(prompt) = prompt else { return TestReply::status(400) };
        match table.iter().find(|(key, _)| prompt.contains(key.as_str())) {
            Some((_, reply)) => completion(reply, prompt.len().div_ceil(4), reply.len().div_ceil(4)),
            None => TestReply::status(404),
        }
    }
}

/// A handler with fixed pages and a model: each path of `pages` answers with its content type and body, a
/// POST whose path ends in `/chat/completions` is for the [`model`] with `table`, and the rest is 404.
pub fn site(
    pages: BTreeMap<String, (String, Vec<u8>)>,
    table: Vec<(String, String)>,
) -> impl Fn(&TestRequest) -> TestReply + Send + Sync {
    let model = model(table);
    move |request| match pages.get(&request.target) {
        Some((content_type, body)) => TestReply::page(content_type, body.clone()),
        None if request.method == "POST" && request.target.ends_with("/chat/completions") => model(request),
        None => TestReply::status(404),
    }
}

/// A reply in the shape of chat completions.
pub fn completion(content: &str, prompt_tokens: usize, completion_tokens: usize) -> TestReply {
    let body = json!({
        "object": "chat.completion",
        "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": content}}],
        "usage": {"prompt_tokens": prompt_tokens, "completion_tokens": completion_tokens},
    });
    TestReply::page("application/json", body.to_string())
}

/// The text of the last message of a request, its parts put together.
fn last_text(body: &Json) -> Option<String> {
    match body.get("messages")?.as_array()?.last()?.get("content")? {
        Json::String(text) => Some(text.clone()),
        Json::Array(parts) => Some(parts.iter().filter_map(|p| p.get("text")?.as_str()).collect()),
        _ => None,
    }
}
