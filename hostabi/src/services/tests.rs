use super::*;
use selfsame_calldata::Value;

#[test]
fn a_wait_is_digits_and_a_unit() {
    for (text, ms) in [("0ms", 0), ("5s", 5000), ("007ms", 7), ("18446744073709551615ms", u64::MAX)] {
        assert_eq!(parse_wait(text), Some(ms), "{text}");
    }
    for text in
        ["", "s", "ms", "5", "5 s", " 5s", "+5s", "-5s", "1.5s", "5S", "5m", "5sms", "18446744073709551616ms"]
    {
        assert_eq!(parse_wait(text), None, "{text}");
    }
    assert_eq!(parse_wait("18446744073709552s"), None, "over u64 in milliseconds");
    assert_eq!(parse_wait("٥s"), None, "digits are ASCII");
}

#[test]
fn names_on_the_wire_are_exact() {
    for (method, name) in Method::ALL {
        assert_eq!((Method::from_name(name), method.name()), (Some(method), name));
    }
    assert_eq!(Method::from_name("get"), None);
    assert_eq!(Method::from_name("TRACE"), None);
    assert_eq!(RenderMode::from_name("screenshot"), Some(RenderMode::Screenshot));
    assert_eq!(RenderMode::from_name("Text"), None);
    assert_eq!(PromptFormat::from_name("json"), Some(PromptFormat::Json));
    assert_eq!(PromptFormat::from_name(""), None);
}

#[test]
fn a_node_without_services_faults_on_every_call() {
    let limits = CallLimits::with_max_octets(1000);
    let render =
        WebRender { mode: RenderMode::Text, url: "http://a.example/".into(), wait_after_loaded_ms: 0 };
    assert_eq!(NoServices.web_render(&render, &limits), Err(ServiceFault::WEB_NOT_CONFIGURED));
    let prompt = ExecPrompt { response_format: PromptFormat::Text, prompt: "p".into(), images: vec![] };
    assert_eq!(NoServices.exec_prompt(&prompt, &limits), Err(ServiceFault::LLM_NOT_CONFIGURED));
    assert_eq!(ServiceFault::LLM_NOT_CONFIGURED.to_string(), "the language model is not configured");
}

#[test]
fn a_script_answers_in_order_and_remembers() {
    let services = ScriptedServices::list([Answer::Ok(Value::from("hi")), Answer::Error(Value::from("x"))]);
    let limits = CallLimits::with_max_octets(10);
    let prompt = ExecPrompt { response_format: PromptFormat::Text, prompt: "p".into(), images: vec![] };
    assert_eq!(services.exec_prompt(&prompt, &limits).unwrap().answer, Answer::Ok(Value::from("hi")));
    let render = WebRender { mode: RenderMode::Text, url: "u".into(), wait_after_loaded_ms: 0 };
    assert_eq!(services.web_render(&render, &limits).unwrap(), Answer::Error(Value::from("x")));
    assert!(services.web_render(&render, &limits).is_err());
    let seen: Vec<_> = services.requests().into_iter().map(|(r, _)| r).collect();
    let again = ScriptedRequest::Render(render);
    assert_eq!(seen, [ScriptedRequest::Prompt(prompt), again.clone(), again]);
}

#[test]
fn module_values_have_the_published_octets() {
    let ok = |x: Value| selfsame_calldata::encode(&Value::map([("ok", x)]));
    let text = ok(Value::map([("text", Value::from("hi"))]));
    assert_eq!(text, b"\x0e\x02\x6f\x6b\x0e\x04\x74\x65\x78\x74\x14\x68\x69");
    assert_eq!(ok(Value::Bool(true)), b"\x0e\x02\x6f\x6b\x10");
    let error = selfsame_calldata::encode(&Value::map([("error", Value::from("x"))]));
    assert_eq!(error, b"\x0e\x05\x65\x72\x72\x6f\x72\x0c\x78");
}

#[test]
fn a_response_and_a_module_error_have_the_published_keys() {
    let headers = [("a".to_owned(), b"b".to_vec())].into();
    let value = Response { status: 404, headers, body: vec![0xff] }.into_value();
    let expected = Value::map([
        ("status", Value::from(404u32)),
        ("headers", Value::map([("a", Value::Bytes(b"b".to_vec()))])),
        ("body", Value::Bytes(vec![0xff])),
    ]);
    assert_eq!(value, expected);
    let error = module_error(cause::TIMEOUT, [("url".to_owned(), Value::from("u"))].into(), false);
    let expected = Value::map([
        ("causes", Value::Array(vec![Value::from("TIMEOUT")])),
        ("ctx", Value::map([("url", Value::from("u"))])),
        ("fatal", Value::Bool(false)),
    ]);
    assert_eq!(error, expected);
}
