//! `WebRender` with a headless Chromium, where this machine has one, and with programs in its place.

use std::path::Path;

use super::*;

fn chromium() -> Option<&'static str> {
    let found = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"]
        .into_iter()
        .find(|path| Path::new(path).exists());
    if found.is_none() {
        println!("skipped: no Chromium on this machine");
    }
    found
}

fn site() -> TestServer {
    server(|r| match r.target.as_str() {
        "/" => TestReply::page(
            "text/html",
            "<p id=p>before</p><script>setTimeout(() => { p.textContent = 'after' }, 300)</script>",
        ),
        "/reach" => TestReply::page(
            "text/html",
            format!(
                "<p id=p>start</p><script>Promise.allSettled(['/own', 'http://localhost:{0}/other', 'http://127.0.0.2:{0}/ip']\
                 .map(u => fetch(u, {{mode: 'no-cors'}}))).then(r => p.textContent = r.map(x => x.status).join())</script>",
                r.header("host").unwrap().rsplit(':').next().unwrap()
            ),
        ),
        _ => TestReply::page("text/plain", "x"),
    })
}

#[test]
fn scripts_run_before_the_text_is_taken() {
    let Some(program) = chromium() else { return };
    let (site, services) = (site(), services(&format!("timeout = '90s'\nchromium = '{program}'")));
    let mut req = page(RenderMode::Text, &site.url("/"));
    req.wait_after_loaded_ms = 2000;
    let answer = services.web_render(&req, &limits()).unwrap();
    assert_eq!(answer, Answer::Ok(Value::map([("text", Value::from("after"))])));
    req.mode = RenderMode::Html;
    let Answer::Ok(Value::Map(map)) = services.web_render(&req, &limits()).unwrap() else { panic!() };
    let (status, headers, body) = response_of(&Answer::Ok(map["response"].clone()));
    assert_eq!(status, Value::from(200u32));
    assert_eq!(headers["content-type"], Value::Bytes(b"text/html; charset=utf-8".to_vec()));
    assert!(String::from_utf8(body).unwrap().contains("<p id=\"p\">after</p>"));
}

#[test]
fn a_screenshot_is_a_picture() {
    let Some(program) = chromium() else { return };
    let (site, services) = (site(), services(&format!("timeout = '90s'\nchromium = '{program}'")));
    let answer = services.web_render(&page(RenderMode::Screenshot, &site.url("/")), &limits()).unwrap();
    let Answer::Ok(Value::Map(map)) = &answer else { panic!("{answer:?}") };
    let Value::Bytes(image) = &map["image"] else { panic!("{map:?}") };
    assert!(image.starts_with(b"\x89PNG\r\n\x1a\n"));
    let small = CallLimits::with_max_octets(500);
    let answer = services.web_render(&page(RenderMode::Screenshot, &site.url("/")), &small).unwrap();
    assert_eq!(cause_of(&answer), "TOO_LARGE");
}

#[test]
fn a_rendered_page_reaches_its_own_host_only() {
    let Some(program) = chromium() else { return };
    let (site, services) = (site(), services(&format!("timeout = '90s'\nchromium = '{program}'")));
    let mut req = page(RenderMode::Text, &site.url("/reach"));
    req.wait_after_loaded_ms = 5000;
    let answer = services.web_render(&req, &limits()).unwrap();
    assert_eq!(answer, Answer::Ok(Value::map([("text", Value::from("fulfilled,rejected,rejected"))])));
    let paths: Vec<String> = site.requests().into_iter().map(|r| r.target).collect();
    assert!(paths.iter().any(|p| p == "/own"));
    assert!(!paths.iter().any(|p| p == "/other" || p == "/ip"), "{paths:?}");
}

#[test]
fn a_browser_that_fails_hangs_or_is_missing_is_told_apart() {
    let site = site();
    let req = page(RenderMode::Screenshot, &site.url("/"));
    let failing = services("chromium = '/bin/false'");
    assert_eq!(cause_of(&failing.web_render(&req, &limits()).unwrap()), "WEBPAGE_LOAD_FAILED");
    let empty = services("chromium = '/bin/true'");
    assert_eq!(cause_of(&empty.web_render(&req, &limits()).unwrap()), "WEBPAGE_LOAD_FAILED");
    let missing = services("chromium = '/no/such/program'");
    let fault = missing.web_render(&req, &limits()).unwrap_err();
    assert_eq!(fault.reason(), "the browser cannot be started");
}

#[test]
fn a_page_that_leaves_its_host_on_the_second_load_is_not_taken() {
    let Some(program) = chromium() else { return };
    let site = server(|r| match r.header("user-agent") {
        Some(agent) if agent.starts_with("selfsame/") => TestReply::page("text/html", "<p>decoy"),
        _ => TestReply::redirect(
            302,
            &format!("http://localhost:{}/", r.header("host").unwrap().rsplit(':').next().unwrap()),
        ),
    });
    let services = services(&format!("timeout = '90s'\nchromium = '{program}'"));
    for mode in [RenderMode::Text, RenderMode::Html, RenderMode::Screenshot] {
        let answer = services.web_render(&page(mode, &site.url("/")), &limits()).unwrap();
        assert_eq!(cause_of(&answer), "WEBPAGE_LOAD_FAILED");
    }
    assert!(site.requests().iter().all(|r| r.header("host") == Some(site.addr().to_string().as_str())));
}
