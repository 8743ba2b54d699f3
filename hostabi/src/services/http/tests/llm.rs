//! The language-model module against endpoints that behave, misbehave and are not there.

use serde_json::{Value as Json, json};

use super::super::testing::{completion, model};
use super::*;
use crate::services::PromptFormat;

const KEY: &str = "sk-Very-Secret-Key-0123456789";
const PNG: &[u8] = b"\x89PNG\r\n\x1a\nrest";

fn with_key(server: &TestServer, more: &str) -> HttpServices {
    let text =
        format!("[llm]\nendpoint = '{}'\nmodel = 'm-1'\nkey_env = 'MODEL_KEY'\n{more}", server.url("/v1/"));
    HttpServices::with_env(Config::parse(&text).unwrap(), |name| {
        (name == "MODEL_KEY").then(|| format!(" {KEY}\n"))
    })
}

fn prompt(text: &str) -> ExecPrompt {
    ExecPrompt { response_format: PromptFormat::Text, prompt: text.to_owned(), images: vec![] }
}

fn json_prompt(text: &str) -> ExecPrompt {
    ExecPrompt { response_format: PromptFormat::Json, ..prompt(text) }
}

fn says(text: &str) -> TestServer {
    let text = text.to_owned();
    server(move |_| completion(&text, 10, 3))
}

fn ask(services: &HttpServices, req: &ExecPrompt) -> LlmAnswer {
    services.exec_prompt(req, &limits()).unwrap()
}

fn u256(amount: u64) -> [u8; 32] {
    crate::services::answer::u256_le(u128::from(amount))
}

#[test]
fn a_prompt_is_a_chat_completion() {
    let server = says("hello");
    let answer = ask(&with_key(&server, "max_tokens = 7"), &prompt("Say hello"));
    assert_eq!(answer.answer, Answer::Ok(Value::from("hello")));
    assert_eq!((answer.consumed, answer.budget_used_up), (u256(13), false));
    let seen = server.requests().pop().unwrap();
    assert_eq!((seen.method.as_str(), seen.target.as_str()), ("POST", "/v1/chat/completions"));
    assert_eq!(seen.header("authorization"), Some(format!("Bearer {KEY}").as_str()));
    assert_eq!(seen.header("content-type"), Some("application/json"));
    let body: Json = serde_json::from_slice(&seen.body).unwrap();
    let expected = json!({
        "model": "m-1", "stream": false, "max_tokens": 7, "messages": [{"role": "user", "content": "Say hello"}],
    });
    assert_eq!(body, expected);
}

#[test]
fn pictures_are_data_urls_and_of_a_known_kind() {
    let server = says("a cat");
    let services = with_key(&server, "");
    let mut req = prompt("What is it?");
    req.images = vec![PNG.to_vec(), b"\xff\xd8\xff\xe0".to_vec()];
    assert_eq!(ask(&services, &req).answer, Answer::Ok(Value::from("a cat")));
    let body: Json = serde_json::from_slice(&server.requests().pop().unwrap().body).unwrap();
    let expected = json!([
        {"type": "text", "text": "What is it?"},
        {"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw0KGgpyZXN0"}},
        {"type": "image_url", "image_url": {"url": "data:image/jpeg;base64,/9j/4A=="}},
    ]);
    assert_eq!(body["messages"][0]["content"], expected);
    req.images = vec![b"<svg/>".to_vec()];
    let answer = ask(&services, &req);
    assert_eq!((cause_of(&answer.answer), answer.consumed), ("IMAGE_FORMAT", [0; 32]));
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn json_is_a_map_of_exact_values() {
    let server = says("{\"a\": [1, -2, \"x\"], \"b\": null}");
    let answer = ask(&with_key(&server, ""), &json_prompt("p"));
    let list = Value::Array(vec![Value::from(1u32), Value::from(-2i32), Value::from("x")]);
    assert_eq!(answer.answer, Answer::Ok(Value::map([("a", list), ("b", Value::Null)])));
    let body: Json = serde_json::from_slice(&server.requests().pop().unwrap().body).unwrap();
    assert_eq!(body["response_format"], json!({"type": "json_object"}));
    for reply in ["no json", "[1]", "{\"a\": 0.5}", "{\"a\": 1, \"a\": 2}"] {
        let answer = ask(&with_key(&says(reply), ""), &json_prompt("p"));
        assert_eq!((cause_of(&answer.answer), answer.consumed), ("REPLY_MALFORMED", u256(13)), "{reply}");
    }
}

#[test]
fn templates_answer_with_bool_or_text() {
    let s = str::to_owned;
    let server = server(model(vec![
        (s("first_answer\":\"same"), s("{\"result\": true}")),
        (s("first_answer"), s("{\"result\": false}")),
        (s("\"output\":\"odd"), s("yes")),
        (s("\"output\""), s(" {\"result\": true} ")),
        (s("\"task\""), s("{\"result\": true}")),
    ]));
    let services = with_key(&server, "");
    let ask = |t: &PromptTemplate| services.exec_prompt_template(t, &limits()).unwrap().answer;
    let compare = |a: &str| PromptTemplate::EqComparative {
        leader_answer: s(a),
        validator_answer: s("v"),
        principle: s("p"),
    };
    assert_eq!(ask(&compare("same")), Answer::Ok(Value::Bool(true)));
    assert_eq!(ask(&compare("other")), Answer::Ok(Value::Bool(false)));
    let judge = |o: &str| PromptTemplate::EqNonComparativeValidator {
        task: s("t"),
        criteria: s("c"),
        input: s("i"),
        output: s(o),
    };
    assert_eq!(ask(&judge("good")), Answer::Ok(Value::Bool(true)));
    assert_eq!(cause_of(&ask(&judge("odd"))), "REPLY_MALFORMED");
    let lead = PromptTemplate::EqNonComparativeLeader { task: s("t"), criteria: s("c"), input: s("i") };
    assert_eq!(ask(&lead), Answer::Ok(Value::from("{\"result\": true}")), "a text stays a text");
    let body: Json = serde_json::from_slice(&server.requests()[0].body).unwrap();
    assert_eq!(
        (&body["messages"][0]["role"], &body["messages"][1]["role"]),
        (&json!("system"), &json!("user"))
    );
}

#[test]
fn prices_add_up_and_a_budget_is_kept() {
    let server = says("x");
    let prices = "price_call = 100\nprice_prompt_token = 2\nprice_completion_token = 5";
    let services = with_key(&server, prices);
    // 100 + 10 * 2 + 3 * 5
    for (budget, used_up) in [(135, false), (134, true)] {
        let limits = CallLimits { budget: Some(u256(budget)), ..limits() };
        let answer = services.exec_prompt(&prompt("p"), &limits).unwrap();
        assert_eq!((answer.consumed, answer.budget_used_up), (u256(135), used_up), "{budget}");
    }
    let poor = CallLimits { budget: Some(u256(99)), ..limits() };
    let answer = services.exec_prompt(&prompt("p"), &poor).unwrap();
    assert_eq!((answer.consumed, answer.budget_used_up), ([0; 32], true));
    assert_eq!(server.requests().len(), 2, "a call that cannot be paid for is not made");
    let mut rich = [0; 32];
    rich[31] = 1;
    let limits = CallLimits { budget: Some(rich), ..limits() };
    assert!(!services.exec_prompt(&prompt("p"), &limits).unwrap().budget_used_up);
}

#[test]
fn without_usage_tokens_are_estimated_and_absurd_usage_saturates() {
    let plain = server(|_| {
        TestReply::page("application/json", r#"{"choices":[{"message":{"content":"12345678"}}]}"#)
    });
    let answer = ask(&with_key(&plain, ""), &prompt("p"));
    let sent = u64::try_from(plain.requests()[0].body.len()).unwrap();
    assert_eq!(answer.consumed, u256(sent.div_ceil(4) + 2));
    let absurd = server(|_| completion("x", usize::MAX, usize::MAX));
    let max = format!("price_prompt_token = {0}\nprice_completion_token = {0}", i64::MAX);
    assert!(matches!(ask(&with_key(&absurd, &max), &prompt("p")).answer, Answer::Ok(_)));
}

#[test]
fn a_model_that_says_nothing_or_too_much_is_a_module_error() {
    let silent =
        server(|_| TestReply::page("application/json", r#"{"choices":[{"message":{"content":null}}]}"#));
    assert_eq!(cause_of(&ask(&with_key(&silent, ""), &prompt("p")).answer), "REPLY_MALFORMED");
    let long = says(&"x".repeat(5000));
    let small = CallLimits::with_max_octets(4999);
    let answer = with_key(&long, "").exec_prompt(&prompt("p"), &small).unwrap();
    assert_eq!((cause_of(&answer.answer), answer.consumed), ("TOO_LARGE", u256(13)));
    let answer = ask(&with_key(&long, "max_octets = 4000"), &prompt("p"));
    assert_eq!(cause_of(&answer.answer), "TOO_LARGE");
}

const LATE: ServiceFault = ServiceFault::new("the language model did not answer in time");

/// A short time only for endpoints that never answer: a busy machine is slow to answer too.
fn patience(fault: ServiceFault) -> &'static str {
    if fault == LATE { "timeout = '400ms'" } else { "" }
}

/// Every way in which an endpoint fails the node, with the fault.
fn faults() -> Vec<(TestServer, ServiceFault)> {
    let not_chat = ServiceFault::new("the language model's endpoint does not answer as chat completions do");
    let status = ServiceFault::new("the language model's endpoint answered with an error status");
    let unreachable = ServiceFault::new("the language model's endpoint cannot be reached");
    let json = |text: &'static str| server(move |_| TestReply::page("application/json", text));
    vec![
        (json("no json"), not_chat),
        (json("{}"), not_chat),
        (json(r#"{"choices":[]}"#), not_chat),
        (json(r#"{"choices":[{"message":{"content":5}}]}"#), not_chat),
        (
            json(
                r#"{"choices":[{"message":{"content":"x"}}],"usage":{"prompt_tokens":-1,"completion_tokens":1}}"#,
            ),
            not_chat,
        ),
        (server(|_| TestReply::status(401)), status),
        (server(|_| TestReply::status(429)), status),
        (
            server(|r| TestReply::Page { status: 500, headers: vec![], body: format!("{r:?}").into_bytes() }),
            status,
        ),
        (server(|_| TestReply::redirect(307, "/elsewhere")), status),
        (server(|_| TestReply::Silence), LATE),
        (server(|_| TestReply::Drip(b"HTTP/1.1 200 OK\r\ncontent-length: 99999\r\n\r\n{".to_vec())), LATE),
        (server(|_| TestReply::Raw(vec![])), unreachable),
        (server(|_| TestReply::Raw(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{".to_vec())), unreachable),
    ]
}

#[test]
fn a_dead_or_broken_endpoint_is_a_fault_of_the_node() {
    for (i, (server, fault)) in faults().into_iter().enumerate() {
        let services = with_key(&server, patience(fault));
        assert_eq!(services.exec_prompt(&prompt("p"), &limits()), Err(fault), "{i}");
        assert!(
            server.requests().iter().all(|r| r.target == "/v1/chat/completions"),
            "redirects are not followed"
        );
    }
    let gone = says("x");
    let services = with_key(&gone, "");
    drop(gone);
    let fault = services.exec_prompt(&prompt("p"), &limits()).unwrap_err();
    assert_eq!(fault.reason(), "the language model's endpoint cannot be reached");
}

#[test]
fn a_missing_or_unusable_key_is_a_fault_before_anything_is_sent() {
    let server = says("x");
    let text = format!("[llm]\nendpoint = '{}'\nmodel = 'm'\nkey_env = 'MODEL_KEY'", server.url("/v1"));
    for key in [None, Some(""), Some(" \n"), Some("sk-Very\nSecret")] {
        let services = HttpServices::with_env(Config::parse(&text).unwrap(), |_| key.map(str::to_owned));
        let fault = services.exec_prompt(&prompt("p"), &limits()).unwrap_err();
        assert!(fault.reason().starts_with("the key of the language model"), "{fault}");
    }
    assert!(server.requests().is_empty());
    // Without `key_env` no key is sent.
    let text = text.replace("key_env", "# key_env");
    let services = HttpServices::new(Config::parse(&text).unwrap());
    assert_eq!(ask(&services, &prompt("p")).answer, Answer::Ok(Value::from("x")));
    assert_eq!(server.requests()[0].header("authorization"), None);
    // And without the table there is no module.
    let none = HttpServices::new(Config::default());
    assert_eq!(none.exec_prompt(&prompt("p"), &limits()), Err(ServiceFault::LLM_NOT_CONFIGURED));
}

#[test]
fn the_key_shows_nowhere() {
    let echo = server(|r| completion(&format!("you sent {}", r.header("authorization").unwrap()), 1, 1));
    let mut all = faults();
    all.push((echo, ServiceFault::new("the language model's endpoint sent the key back")));
    all.push((says("fine"), ServiceFault::LLM_NOT_CONFIGURED));
    for (server, fault) in all {
        let services = with_key(&server, patience(fault));
        let result = services.exec_prompt(&prompt("p"), &limits());
        let shown = format!("{services:?} {services:#?} {result:?}");
        assert!(!shown.contains("Very-Secret"), "{shown}");
        if let Err(fault) = result {
            assert!(!fault.to_string().contains("Very-Secret"));
        }
    }
}

/// Keeps everything that the HTTP client logs at any level.
struct Log(std::sync::Mutex<String>);

impl log::Log for Log {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        self.0.lock().unwrap().push_str(&format!("{} {}\n", record.target(), record.args()));
    }

    fn flush(&self) {}
}

#[test]
fn the_client_logs_no_key() {
    static LOG: Log = Log(std::sync::Mutex::new(String::new()));
    log::set_logger(&LOG).unwrap();
    log::set_max_level(log::LevelFilter::Trace);
    let server = says("fine");
    ask(&with_key(&server, ""), &prompt("p"));
    let logged = LOG.0.lock().unwrap().clone();
    assert!(logged.contains("POST"), "the client does log: {logged}");
    assert!(!logged.contains("Very-Secret"), "{logged}");
}
