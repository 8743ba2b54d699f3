//! `WebRender` without a browser.

use super::*;

fn render(services: &HttpServices, mode: RenderMode, url: &str) -> Answer {
    services.web_render(&page(mode, url), &limits()).unwrap()
}

fn text_of(answer: &Answer) -> &str {
    match answer {
        Answer::Ok(Value::Map(map)) if map.len() == 1 => match &map["text"] {
            Value::Str(text) => text,
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    }
}

fn site() -> TestServer {
    server(|r| match r.target.as_str() {
        "/" => TestReply::page("text/html", "<title>t</title><h1>Hi</h1><p>A &amp; B<script>x()</script>"),
        "/latin" => TestReply::page("text/html; charset=iso-8859-1", b"<p>caf\xe9".to_vec()),
        "/bad" => TestReply::page("text/html", b"<p>a\xff\xfeb".to_vec()),
        "/json" => TestReply::page("application/json", "{\"a\": \"<p>\"}"),
        "/wide" => TestReply::page("text/plain; charset=latin1", vec![0xe9; 600_000]),
        "/moved" => TestReply::redirect(301, "/"),
        _ => TestReply::Page { status: 404, headers: vec![], body: b"<p>gone".to_vec() },
    })
}

#[test]
fn text_is_the_readable_text() {
    let (site, services) = (site(), services(""));
    for (path, text) in [
        ("/", "Hi\n\nA & B"),
        ("/moved", "Hi\n\nA & B"),
        ("/latin", "café"),
        ("/bad", "a\u{fffd}\u{fffd}b"),
        ("/json", "{\"a\": \"<p>\"}"),
    ] {
        assert_eq!(text_of(&render(&services, RenderMode::Text, &site.url(path))), text, "{path}");
    }
}

#[test]
fn html_is_the_response() {
    let (site, services) = (site(), services(""));
    for (path, status, body) in [("/latin", 200u32, &b"<p>caf\xe9"[..]), ("/none", 404, b"<p>gone")] {
        let Answer::Ok(Value::Map(map)) = render(&services, RenderMode::Html, &site.url(path)) else {
            panic!()
        };
        assert_eq!(map.len(), 1);
        let (got, headers, octets) = response_of(&Answer::Ok(map["response"].clone()));
        assert_eq!((got, octets.as_slice()), (Value::from(status), body));
        assert!(headers.contains_key("content-length"));
    }
}

#[test]
fn a_page_with_another_status_is_no_text() {
    let (site, services) = (site(), services(""));
    let answer = render(&services, RenderMode::Text, &site.url("/none"));
    assert_eq!((cause_of(&answer), ctx_of(&answer, "status")), ("STATUS_NOT_OK", &Value::from(404u32)));
}

#[test]
fn without_a_browser_there_are_no_screenshots() {
    let (site, services) = (site(), services(""));
    assert_eq!(
        cause_of(&render(&services, RenderMode::Screenshot, &site.url("/"))),
        "SCREENSHOT_UNAVAILABLE"
    );
    assert!(site.requests().is_empty());
}

#[test]
fn text_that_grows_over_the_cap_is_refused() {
    let (site, services) = (site(), services(""));
    assert_eq!(cause_of(&render(&services, RenderMode::Text, &site.url("/wide"))), "TOO_LARGE");
}

#[test]
fn pages_are_guarded_like_requests() {
    let site = site();
    let strict = HttpServices::new(Config::parse("[web]\nallowed_ports = ['1-65535']").unwrap());
    for mode in [RenderMode::Text, RenderMode::Html] {
        assert_eq!(cause_of(&render(&strict, mode, &site.url("/"))), "HOST_FORBIDDEN");
    }
    assert!(site.requests().is_empty());
}
