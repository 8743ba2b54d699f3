//! Redirects and names: every hop and every address behind a name is checked.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;

fn ask(services: &HttpServices, url: &str) -> Answer {
    services.web_request(&get(url), &limits()).unwrap()
}

/// Public and loopback names, resolved by a table; only loopback may be connected to in tests, so a
/// policy that allows no private address has to fail before it connects.
fn named(config: &str, table: &'static [(&'static str, &'static [&'static str])]) -> HttpServices {
    let services =
        HttpServices::new(Config::parse(&format!("[web]\nallowed_ports = ['1-65535']\n{config}")).unwrap());
    services.with_lookup(Arc::new(move |host: &str| {
        let found = table.iter().find(|(name, _)| *name == host).map(|(_, ips)| *ips).unwrap_or(&[]);
        Ok(found.iter().map(|ip| ip.parse::<IpAddr>().unwrap()).collect())
    }))
}

#[test]
fn redirects_are_followed_up_to_the_limit() {
    let server = server(|r| match r.target[1..].parse::<u32>().unwrap() {
        0 => TestReply::page("text/plain", "end"),
        n => TestReply::redirect(302, &format!("/{}", n - 1)),
    });
    let services = services("max_redirects = 3");
    assert_eq!(response_of(&ask(&services, &server.url("/3"))).2, b"end");
    let answer = ask(&services, &server.url("/4"));
    assert_eq!(cause_of(&answer), "WEBPAGE_LOAD_FAILED");
    assert_eq!(ctx_of(&answer, "redirects"), &Value::from(3u32));
    assert_eq!(response_of(&ask(&super::services("max_redirects = 0"), &server.url("/0"))).2, b"end");
}

#[test]
fn a_redirect_loop_ends() {
    let server = server(|_| TestReply::redirect(307, "/"));
    assert_eq!(cause_of(&ask(&services(""), &server.url("/"))), "WEBPAGE_LOAD_FAILED");
    assert_eq!(server.requests().len(), 6, "the first and five more");
}

#[test]
fn a_redirect_cannot_leave_what_is_allowed() {
    let server = server(|r| {
        TestReply::redirect(
            302,
            match r.target.as_str() {
                "/meta" => "http://169.254.169.254/latest/meta-data/",
                "/other" => "http://10.0.0.1/",
                "/v6" => "http://[::1]/",
                "/name" => "http://elsewhere.example.org/",
                "/file" => "file:///etc/passwd",
                "/port" => "http://127.0.0.1:22/",
                _ => "http://",
            },
        )
    });
    let port = server.addr().port();
    let config =
        format!("[web]\nallow_private = true\nallowed_hosts = ['127.0.0.1']\nallowed_ports = [80, {port}]");
    let services = HttpServices::new(Config::parse(&config).unwrap());
    for (path, tag) in [
        ("/meta", "HOST_FORBIDDEN"),
        ("/other", "HOST_FORBIDDEN"),
        ("/v6", "HOST_FORBIDDEN"),
        ("/name", "HOST_FORBIDDEN"),
        ("/file", "SCHEMA_FORBIDDEN"),
        ("/port", "PORT_FORBIDDEN"),
        ("/bad", "MALFORMED_URL"),
    ] {
        assert_eq!(cause_of(&ask(&services, &server.url(path))), tag, "{path}");
    }
}

#[test]
fn the_answers_of_a_name_server_are_checked() {
    let services = named(
        "",
        &[
            ("one.example.org", &["127.0.0.1"]),
            (
                "all.example.org",
                &["10.0.0.1", "::1", "169.254.169.254", "fd00::1", "::ffff:127.0.0.1", "0.0.0.0"],
            ),
        ],
    );
    for name in ["one", "all"] {
        let url = format!("http://{name}.example.org:9/");
        assert_eq!(cause_of(&ask(&services, &url)), "HOST_FORBIDDEN", "{name}");
    }
    assert_eq!(cause_of(&ask(&services, "http://unknown.example.org/")), "WEBPAGE_LOAD_FAILED");
}

#[test]
fn unusable_answers_are_dropped_and_the_rest_is_used() {
    let server = server(|r| TestReply::page("text/plain", r.header("host").unwrap()));
    let services =
        named("allow_private = true", &[("mixed.example.org", &["0.0.0.0", "224.0.0.1", "::", "127.0.0.1"])]);
    let url = format!("http://mixed.example.org:{}/", server.addr().port());
    let expected = format!("mixed.example.org:{}", server.addr().port());
    assert_eq!(response_of(&ask(&services, &url)).2, expected.as_bytes());
}

#[test]
fn a_name_that_changes_its_answer_gains_nothing() {
    // Loopback stands for the address that is allowed, and an unusable one for the target behind it.
    let server = server(|r| match r.target.as_str() {
        "/first" => TestReply::redirect(302, "/second"),
        _ => TestReply::page("text/plain", "second"),
    });
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let config = Config::parse("[web]\nallow_private = true\nallowed_ports = ['1-65535']").unwrap();
    let services = HttpServices::new(config).with_lookup(Arc::new(move |_: &str| {
        let first = count.fetch_add(1, Ordering::SeqCst) == 0;
        Ok(vec![if first { [127, 0, 0, 1] } else { [0, 0, 0, 0] }.into()])
    }));
    let url = format!("http://rebind.example.org:{}/first", server.addr().port());
    assert_eq!(cause_of(&ask(&services, &url)), "HOST_FORBIDDEN");
    assert_eq!(server.requests().len(), 1);
    assert_eq!(
        asked.load(Ordering::SeqCst),
        2,
        "one look-up a connection, and none between check and connection"
    );
}

#[test]
fn secrets_do_not_follow_to_another_origin() {
    let target = server(|_| TestReply::status(200));
    let location = target.url("/t");
    let first = server(move |r| match r.target.as_str() {
        "/away" => TestReply::redirect(307, &location),
        "/same" => TestReply::redirect(307, "/t"),
        _ => TestReply::status(200),
    });
    let services = services("");
    let fields = [
        ("authorization", "a"),
        ("cookie", "c"),
        ("x-api-key", "k"),
        ("accept", "text/x"),
        ("content-type", "t/x"),
    ];
    for (path, server, kept) in [("/away", &target, false), ("/same", &first, true)] {
        let mut req = get(&first.url(path));
        req.headers = fields.iter().map(|(n, v)| ((*n).to_owned(), v.as_bytes().to_vec())).collect();
        response_of(&services.web_request(&req, &limits()).unwrap());
        let seen = server.requests().pop().unwrap();
        for secret in ["authorization", "cookie", "x-api-key"] {
            assert_eq!(seen.header(secret).is_some(), kept, "{path} {secret}");
        }
        assert_eq!((seen.header("accept"), seen.header("content-type")), (Some("text/x"), Some("t/x")));
    }
}

#[test]
fn methods_and_bodies_follow_as_in_browsers() {
    let server = server(|r| match r.target.as_str() {
        "/end" => TestReply::status(200),
        path => TestReply::redirect(path[1..].parse().unwrap(), "/end"),
    });
    let services = services("");
    let all = [Method::Get, Method::Post, Method::Head, Method::Put];
    for (status, then) in [
        (301, ["GET", "GET", "HEAD", "PUT"]),
        (302, ["GET", "GET", "HEAD", "PUT"]),
        (303, ["GET", "GET", "HEAD", "GET"]),
        (307, ["GET", "POST", "HEAD", "PUT"]),
        (308, ["GET", "POST", "HEAD", "PUT"]),
    ] {
        for (method, expected) in all.into_iter().zip(then) {
            let mut req = get(&server.url(&format!("/{status}")));
            req.method = method;
            if matches!(method, Method::Post | Method::Put) {
                req.body = Some(b"body".to_vec());
                req.headers = [("content-type".to_owned(), b"text/x".to_vec())].into();
            }
            response_of(&services.web_request(&req, &limits()).unwrap());
            let seen = server.requests().pop().unwrap();
            assert_eq!(seen.method, expected, "{status}");
            let has_body = matches!(expected, "POST" | "PUT");
            assert_eq!(seen.body.is_empty(), !has_body, "{status} {expected}");
            assert_eq!(seen.header("content-type").is_some(), has_body, "{status} {expected}");
        }
    }
}
