//! `WebRequest`: methods, header fields, limits and failures.

use super::*;

fn ask(services: &HttpServices, req: &WebRequest) -> Answer {
    services.web_request(req, &limits()).unwrap()
}

#[test]
fn every_method_arrives_with_its_body_and_its_answer_comes_back() {
    let server = server(|r| TestReply::Page {
        status: 201,
        headers: vec![
            ("x-method".into(), r.method.clone()),
            ("x-Two".into(), "a".into()),
            ("x-two".into(), "b".into()),
        ],
        body: r.body.clone(),
    });
    let services = services("");
    for (method, name) in Method::ALL {
        for body in [None, Some(vec![0, 0xff, b'a'])] {
            let mut req = get(&server.url("/p?q=1#f"));
            (req.method, req.body) = (method, body.clone());
            req.headers =
                [("X-Own".to_owned(), b"v".to_vec()), ("accept".to_owned(), b"text/x".to_vec())].into();
            let answer = ask(&services, &req);
            let (status, headers, got) = response_of(&answer);
            assert_eq!(status, Value::from(201u32));
            assert_eq!(headers["x-method"], Value::Bytes(name.as_bytes().to_vec()), "{name}");
            assert_eq!(headers["x-two"], Value::Bytes(b"a, b".to_vec()));
            let expected = if method == Method::Head { vec![] } else { body.clone().unwrap_or_default() };
            assert_eq!(got, expected, "{name}");
            let seen = server.requests().pop().unwrap();
            assert_eq!((seen.method.as_str(), seen.target.as_str()), (name, "/p?q=1"));
            assert_eq!((seen.header("x-own"), seen.header("accept")), (Some("v"), Some("text/x")));
            assert_eq!(seen.body, body.unwrap_or_default(), "{name}");
            assert!(seen.header("user-agent").unwrap().starts_with("selfsame/"));
        }
    }
}

#[test]
fn any_status_is_an_answer() {
    let server = server(|r| TestReply::status(r.target[1..].parse().unwrap()));
    let services = services("");
    for status in [200u32, 204, 304, 404, 418, 500, 503, 599] {
        let (got, ..) = response_of(&ask(&services, &get(&server.url(&format!("/{status}")))));
        assert_eq!(got, Value::from(status));
    }
    // A redirect without a target is an answer as well.
    let (got, ..) = response_of(&ask(&services, &get(&server.url("/302"))));
    assert_eq!(got, Value::from(302u32));
}

#[test]
fn chunked_bodies_and_bodies_up_to_the_end_are_read() {
    let server = server(|r| {
        TestReply::Raw(match r.target.as_str() {
            "/chunked" => {
                b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n2;ext=1\r\n\xff\0\r\n0\r\n\r\n".to_vec()
            }
            _ => b"HTTP/1.1 200 OK\r\n\r\nuntil the end".to_vec(),
        })
    });
    let services = services("");
    assert_eq!(response_of(&ask(&services, &get(&server.url("/chunked")))).2, b"abc\xff\0");
    assert_eq!(response_of(&ask(&services, &get(&server.url("/close")))).2, b"until the end");
}

#[test]
fn broken_answers_are_load_failures() {
    let raw: [&[u8]; 6] = [
        b"",
        b"nonsense\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nZZ\r\nabc",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nab",
        b"HTTP/1.1 200 OK\r\nx: y",
    ];
    for octets in raw {
        let server = server(move |_| TestReply::Raw(octets.to_vec()));
        let answer = ask(&services(""), &get(&server.url("/")));
        assert_eq!(cause_of(&answer), "WEBPAGE_LOAD_FAILED", "{octets:?}");
    }
    // Nobody listens where a server was.
    let gone = server(|_| TestReply::Silence).url("/");
    let answer = ask(&services(""), &get(&gone));
    assert_eq!(cause_of(&answer), "WEBPAGE_LOAD_FAILED");
    assert_eq!(ctx_of(&answer, "url"), &Value::from(gone));
}

#[test]
fn a_body_may_fill_the_cap_and_not_exceed_it() {
    let server = server(|r| match r.target.as_str() {
        "/length" => {
            TestReply::Raw(b"HTTP/1.1 200 OK\r\na: 12345678\r\ncontent-length: 101\r\n\r\n".to_vec())
        }
        "/chunks" => TestReply::Drip(
            [
                b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n".to_vec(),
                b"9\r\n123456789\r\n".repeat(20),
            ]
            .concat(),
        ),
        "/endless" => TestReply::Drip(b"HTTP/1.1 200 OK\r\n\r\n".to_vec()),
        n => TestReply::Raw(
            [b"HTTP/1.1 200 OK\r\na: 12345678\r\n\r\n".to_vec(), vec![b'x'; n[1..].parse().unwrap()]]
                .concat(),
        ),
    });
    let services = services("");
    let capped = |path: &str| {
        services.web_request(&get(&server.url(path)), &CallLimits::with_max_octets(109)).unwrap()
    };
    // Nine octets are the header field.
    assert_eq!(response_of(&capped("/100")).2.len(), 100);
    for path in ["/101", "/length", "/chunks", "/endless"] {
        assert_eq!(cause_of(&capped(path)), "TOO_LARGE", "{path}");
    }
    assert_eq!(ctx_of(&capped("/101"), "max_octets"), &Value::from(109u32));
    // The configuration's own cap holds too.
    let strict = super::services("max_octets = 50");
    assert_eq!(cause_of(&ask(&strict, &get(&server.url("/100")))), "TOO_LARGE");
}

#[test]
fn header_fields_are_bounded_in_size_and_number() {
    let server = server(|r| {
        let fields = match r.target.as_str() {
            "/big" => format!("a: {}\r\n", "x".repeat(70_000)),
            _ => (0..1000).map(|i| format!("h{i}: x\r\n")).collect(),
        };
        TestReply::Raw(format!("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n{fields}\r\n").into_bytes())
    });
    let services = services("");
    assert_eq!(cause_of(&ask(&services, &get(&server.url("/big")))), "TOO_LARGE");
    assert_eq!(cause_of(&ask(&services, &get(&server.url("/many")))), "WEBPAGE_LOAD_FAILED");
}

#[test]
fn a_server_that_is_slow_on_purpose_runs_into_the_deadline() {
    let server = server(|r| match r.target.as_str() {
        "/silent" => TestReply::Silence,
        "/head" => TestReply::Drip(b"HTTP/1.1 200 OK\r\na: ".to_vec()),
        "/body" => TestReply::Drip(b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n".to_vec()),
        _ => TestReply::redirect(302, "/silent"),
    });
    let services = services("timeout = '300ms'");
    for path in ["/silent", "/head", "/body", "/redirect"] {
        assert_eq!(cause_of(&ask(&services, &get(&server.url(path)))), "TIMEOUT", "{path}");
    }
}

#[test]
fn the_runs_own_deadline_counts_if_it_is_sooner() {
    use std::time::Duration;
    let server = server(|_| TestReply::Silence);
    let services = services("timeout = '1000s'");
    for left in [Duration::ZERO, Duration::from_millis(100)] {
        let limits = CallLimits { time_left: Some(left), ..limits() };
        let answer = services.web_request(&get(&server.url("/")), &limits).unwrap();
        assert_eq!(cause_of(&answer), "TIMEOUT");
    }
}

#[test]
fn header_fields_that_frame_a_message_are_not_a_contracts() {
    let server = server(|_| TestReply::status(200));
    let services = services("");
    for (name, value) in [
        ("Host", "other.example"),
        ("content-length", "5"),
        ("Transfer-Encoding", "chunked"),
        ("connection", "close"),
        ("upgrade", "h2c"),
        ("bad name", "x"),
        ("", "x"),
        ("x:y", "x"),
        ("ok", "a\r\nHost: b"),
        ("ok", "a\0b"),
        ("é", "x"),
    ] {
        let mut req = get(&server.url("/"));
        req.headers = [(name.to_owned(), value.as_bytes().to_vec())].into();
        let answer = ask(&services, &req);
        assert_eq!(cause_of(&answer), "HEADER_FORBIDDEN", "{name}: {value}");
        assert_eq!(ctx_of(&answer, "header"), &Value::from(name));
    }
    let mut req = get(&server.url("/"));
    req.headers = [("A".to_owned(), vec![]), ("a".to_owned(), vec![])].into();
    assert_eq!(cause_of(&ask(&services, &req)), "HEADER_FORBIDDEN");
    req.headers = (0..65).map(|i| (format!("h{i}"), vec![])).collect();
    assert_eq!(cause_of(&ask(&services, &req)), "TOO_LARGE");
    req.headers = [("a".to_owned(), vec![b'x'; 70_000])].into();
    assert_eq!(cause_of(&ask(&services, &req)), "TOO_LARGE");
    req.headers = [("a".to_owned(), vec![0xe9, b'\t', 0xff])].into();
    assert!(matches!(ask(&services, &req), Answer::Ok(_)), "octets over 127 are allowed");
    assert_eq!(server.requests().len(), 1, "nothing else was sent");
}

#[test]
fn what_may_not_be_reached_is_not_asked() {
    let server = server(|_| TestReply::status(200));
    let strict = HttpServices::new(Config::parse("[web]\nallowed_ports = ['1-65535']").unwrap());
    assert_eq!(cause_of(&ask(&strict, &get(&server.url("/")))), "HOST_FORBIDDEN");
    let local = format!("http://localhost:{}/", server.addr().port());
    assert_eq!(cause_of(&ask(&strict, &get(&local))), "TLD_FORBIDDEN");
    let ports = HttpServices::new(Config::parse("[web]\nallow_private = true").unwrap());
    assert_eq!(cause_of(&ask(&ports, &get(&server.url("/")))), "PORT_FORBIDDEN");
    assert_eq!(cause_of(&ask(&ports, &get("ftp://127.0.0.1/"))), "SCHEMA_FORBIDDEN");
    assert_eq!(cause_of(&ask(&ports, &get("http//x"))), "MALFORMED_URL");
    assert!(server.requests().is_empty());
}

#[test]
fn signing_is_refused_as_a_module_error() {
    let server = server(|_| TestReply::status(200));
    let mut req = get(&server.url("/"));
    req.sign = true;
    assert_eq!(cause_of(&ask(&services(""), &req)), "SIGN_UNAVAILABLE");
    assert!(server.requests().is_empty());
}

#[test]
fn a_missing_table_is_a_fault_of_the_node() {
    let none = HttpServices::new(Config::default());
    assert_eq!(none.web_request(&get("http://127.0.0.1/"), &limits()), Err(ServiceFault::WEB_NOT_CONFIGURED));
    let render = page(RenderMode::Text, "http://127.0.0.1/");
    assert_eq!(none.web_render(&render, &limits()), Err(ServiceFault::WEB_NOT_CONFIGURED));
}

#[test]
fn an_error_does_not_repeat_a_huge_address() {
    let answer = ask(&services(""), &get(&format!("http://a.test/{}", "x".repeat(100_000))));
    assert_eq!(cause_of(&answer), "MALFORMED_URL");
    assert!(format!("{answer:?}").len() < 1000);
}

#[test]
fn tls_is_checked() {
    // A server that speaks no TLS is not taken for one that does.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}/", listener.local_addr().unwrap());
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let (mut stream, _) = listener.accept().unwrap();
            std::io::Write::write_all(&mut stream, b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").unwrap();
            // Until the client leaves.
            let _ = std::io::copy(&mut stream, &mut std::io::sink());
        });
        assert_eq!(cause_of(&ask(&services(""), &get(&url))), "WEBPAGE_LOAD_FAILED");
    });
}

#[test]
fn one_site_serves_pages_and_a_model() {
    let page = ("application/json".to_owned(), b"{\"price\": 7}".to_vec());
    let table = vec![("price".to_owned(), "7".to_owned())];
    let server = server(super::super::testing::site([("/price".to_owned(), page)].into(), table));
    let text = format!(
        "[web]\nallow_private = true\nallowed_ports = [{}]\n[llm]\nendpoint = '{}'\nmodel = 'm'",
        server.addr().port(),
        server.url("/v1")
    );
    let services = HttpServices::new(Config::parse(&text).unwrap());
    assert_eq!(response_of(&ask(&services, &get(&server.url("/price")))).2, b"{\"price\": 7}");
    assert_eq!(response_of(&ask(&services, &get(&server.url("/other")))).0, Value::from(404u32));
    let prompt =
        ExecPrompt { response_format: Default::default(), prompt: "the price?".to_owned(), images: vec![] };
    assert_eq!(services.exec_prompt(&prompt, &limits()).unwrap().answer, Answer::Ok(Value::from("7")));
    let unknown = ExecPrompt { prompt: "what?".to_owned(), ..prompt };
    assert!(services.exec_prompt(&unknown, &limits()).is_err(), "404 is a fault");
}

#[test]
fn a_name_of_the_system_is_looked_up_and_checked() {
    let server = server(|r| TestReply::page("text/plain", r.header("host").unwrap()));
    let url = format!("http://localhost:{}/", server.addr().port());
    let (_, _, body) = response_of(&ask(&services(""), &get(&url)));
    assert!(body.starts_with(b"localhost:"));
}

#[test]
fn interim_responses_without_end_run_into_a_limit() {
    let hundred = b"HTTP/1.1 100 Continue\r\n\r\n".repeat(10_000);
    let server = server(move |_| TestReply::Drip(hundred.clone()));
    let answer = ask(&services("timeout = '500ms'"), &get(&server.url("/")));
    assert!(matches!(cause_of(&answer), "TIMEOUT" | "WEBPAGE_LOAD_FAILED" | "TOO_LARGE"), "{answer:?}");
}

#[test]
fn a_body_that_nobody_reads_runs_into_the_deadline() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let mut req = get(&format!("http://{}/", listener.local_addr().unwrap()));
    (req.method, req.body) = (Method::Post, Some(vec![b'x'; 64 << 20]));
    assert_eq!(cause_of(&ask(&services("timeout = '300ms'"), &req)), "TIMEOUT");
}

#[test]
fn calls_run_side_by_side() {
    let server = server(|r| TestReply::page("text/plain", r.target.clone()));
    let services = services("");
    std::thread::scope(|scope| {
        for i in 0..8 {
            let (server, services) = (&server, &services);
            scope.spawn(move || {
                for j in 0..20 {
                    let path = format!("/{i}/{j}");
                    assert_eq!(response_of(&ask(services, &get(&server.url(&path)))).2, path.as_bytes());
                }
            });
        }
    });
}
