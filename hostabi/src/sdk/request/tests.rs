use super::*;
use selfsame_calldata::{Value, encode};

fn unhex(text: &str) -> Vec<u8> {
    (0..text.len() / 2).map(|at| u8::from_str_radix(&text[at * 2..at * 2 + 2], 16).expect("hex")).collect()
}

/// Decodes and prints, so that one line shows what was understood.
fn shown(hex: &str) -> Option<String> {
    Request::decode(&unhex(hex)).map(|request| format!("{request:?}"))
}

#[test]
fn the_published_examples_are_understood() {
    let starts = [
        ("0e055969656c6400", "Yield"),
        ("0e0554726163657c52756e74696d654d6963726f536563", "TraceRuntime"),
        ("0e0554726163650e074d657373616765146869", "TraceMessage(\"hi\")"),
        ("0e0652657475726e150911", "Return("),
        ("0e09557365724572726f7224626f6f6d", "UserError("),
        (
            "0e0952756e4e6f6e646574160b646174615f6c65616465720b4c0e646174615f76616c696461746f720b56",
            "RunNondet { data_leader: [76], data_validator: [86], runner: None, custom_runners: None }",
        ),
        (
            "0e0753616e64626f782e16616c6c6f775f72656769737465725f72756e6e6572730813616c6c6f775f73656e645f6d657373616765730813616c6c6f775f77726974655f73746f726167650804646174610b010672756e6e657244636f6e7472616374",
            "Sandbox { data: [1], runner: \"contract\", allow: Allow { write_storage: false, send_messages: false, register_runners: false }, custom_runners: None }",
        ),
        ("0e0c47657454696d657374616d7000", "GetTimestamp"),
        ("2c5969656c64", "Yield"),
        ("6447657454696d657374616d70", "GetTimestamp"),
    ];
    for (hex, start) in starts {
        let shown = shown(hex).expect(hex);
        assert!(shown.starts_with(start), "{shown}");
    }
    let call = format!(
        "0e0c43616c6c436f6e74726163741e076164647265737318{}0863616c6c646174610e001c67657405737461746501",
        "11".repeat(20)
    );
    assert!(shown(&call).expect("a call").contains("state: Default"));
    let event = format!("0e09456d69744576656e741604626c6f620e01780906746f706963730d8302{}", "00".repeat(32));
    assert!(shown(&event).expect("an event").starts_with("EmitEvent"));
}

fn request(name: &str, payload: Value) -> Vec<u8> {
    encode(&Value::map([(name, payload)]))
}

fn fields_of(name: &str) -> Vec<(&'static str, Value)> {
    let to = || Value::Address(Address([1; 20]));
    match name {
        "EthSend" => vec![("address", to()), ("calldata", vec![1_u8].into()), ("value", 1.into())],
        "EthCall" => vec![("address", to()), ("calldata", vec![1_u8].into())],
        "CallContract" => vec![("address", to()), ("calldata", Value::Null), ("state", 2.into())],
        "PostMessage" => {
            vec![("address", to()), ("calldata", Value::Null), ("on", "accepted".into()), ("value", 0.into())]
        }
        "DeployContract" => vec![
            ("calldata", Value::Null),
            ("code", vec![1_u8].into()),
            ("on", "finalized".into()),
            ("salt_nonce", 0.into()),
            ("value", 0.into()),
        ],
        "RegisterRunner" => vec![("code", vec![1_u8].into())],
        "MapFile" => {
            vec![("runner", "contract".into()), ("path_in_runner", "a".into()), ("path_in_vfs", "b".into())]
        }
        "WebRender" => {
            vec![("mode", "text".into()), ("url", "u".into()), ("wait_after_loaded", "5s".into())]
        }
        "WebRequest" => {
            vec![("method", "GET".into()), ("url", "u".into()), ("headers", Value::Map(Default::default()))]
        }
        "ExecPrompt" => vec![("prompt", "p".into()), ("images", Value::Array(Vec::new()))],
        "ExecPromptTemplate" => vec![
            ("template", "EqNonComparativeLeader".into()),
            ("task", "t".into()),
            ("criteria", "c".into()),
            ("input", "i".into()),
        ],
        _ => vec![("topics", Value::Array(Vec::new())), ("blob", Value::Map(Default::default()))],
    }
}

#[test]
fn a_record_has_its_keys_and_no_others() {
    for name in [
        "EthSend",
        "EthCall",
        "CallContract",
        "PostMessage",
        "DeployContract",
        "RegisterRunner",
        "MapFile",
        "WebRender",
        "WebRequest",
        "ExecPrompt",
        "ExecPromptTemplate",
        "EmitEvent",
    ] {
        let fields = fields_of(name);
        assert!(Request::decode(&request(name, Value::map(fields.clone()))).is_some(), "{name}");
        let mut more = fields.clone();
        more.push(("zzz", Value::Null));
        assert!(Request::decode(&request(name, Value::map(more))).is_none(), "{name} with one more");
        for (missing, (key, _)) in fields.iter().enumerate() {
            let mut fewer = fields.clone();
            fewer.remove(missing);
            assert!(Request::decode(&request(name, Value::map(fewer))).is_none(), "{name} without {key}");
            if *key != "calldata" {
                let mut wrong = fields.clone();
                wrong[missing].1 = Value::Null;
                assert!(Request::decode(&request(name, Value::map(wrong))).is_none(), "{name}: null {key}");
            }
        }
    }
}

#[test]
fn what_is_no_request_is_refused() {
    for octets in [&[][..], &[0], &[6], &unhex("0e055969656c6408"), &unhex("0e0559"), &unhex("0c61")] {
        assert!(Request::decode(octets).is_none());
    }
    let two = encode(&Value::map([("GetTimestamp", Value::Null), ("Yield", Value::Null)]));
    assert!(Request::decode(&two).is_none());
    assert!(Request::decode(&request("Nothing", Value::Null)).is_none());
    assert!(Request::decode(&encode(&Value::map([("state", 3.into())]))).is_none());
}

#[test]
fn values_out_of_range_are_refused() {
    let set = |name: &str, key: &str, value: Value| {
        let mut fields = fields_of(name);
        fields.retain(|(field, _)| *field != key);
        let mut map: std::collections::BTreeMap<String, Value> =
            fields.into_iter().map(|(key, value)| (key.into(), value)).collect();
        map.insert(key.into(), value);
        Request::decode(&request(name, Value::Map(map))).is_some()
    };
    assert!(!set("CallContract", "state", 3.into()));
    assert!(!set("CallContract", "state", (-1).into()));
    assert!(!set("CallContract", "state", 256.into()));
    assert!(!set("EthSend", "value", (-1).into()));
    assert!(!set("PostMessage", "on", "later".into()));
    assert!(set("PostMessage", "use_balance", true.into()));
    assert!(!set("PostMessage", "use_balance", Value::Null));
    assert!(!set("WebRequest", "method", "TRACE".into()));
    assert!(set("WebRequest", "body", Value::Null));
    assert!(set("WebRequest", "body", vec![1_u8].into()));
    assert!(!set("WebRequest", "body", "text".into()));
    assert!(!set("WebRender", "mode", "pdf".into()));
    assert!(!set("WebRender", "wait_after_loaded", "5".into()));
    assert!(!set("ExecPrompt", "response_format", "xml".into()));
    assert!(set("ExecPrompt", "response_format", "json".into()));
    assert!(!set("ExecPromptTemplate", "template", "Other".into()));
}
