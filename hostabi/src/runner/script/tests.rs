use super::*;
use proptest::prelude::*;
use serde_json::{Value, json};

#[track_caller]
fn good(json: &str) -> Script {
    Script::parse(json.as_bytes()).expect(json)
}

#[track_caller]
fn bad(json: &str) {
    assert!(matches!(Script::parse(json.as_bytes()), Err(Malformed(_))), "{json}");
}

/// The actions as words.
fn words(script: &Script) -> Vec<String> {
    let t = |span: Span| script.text(span);
    script
        .ops
        .iter()
        .map(|op| match *op {
            Op::AddEnv { name, val } => format!("env {}={}", t(name), t(val)),
            Op::MapFile { file, to } => format!("map {}>{}", t(file), t(to)),
            Op::Arg(arg) => format!("arg {}", t(arg)),
            Op::LinkWasm(file) => format!("link {}", t(file)),
            Op::StartWasm(file) => format!("start {}", t(file)),
            Op::Depends(id) => format!("depends {}", t(id)),
            Op::When { mode, end } => format!("when {mode:?} to {end}"),
            Op::With { runner, end } => format!("with {} to {end}", t(runner)),
        })
        .collect()
}

#[test]
fn each_action_is_read() {
    let script = good(
        r#"{"Seq": [{"AddEnv": {"name": "n", "val": "v"}}, {"MapFile": {"to": "t", "file": "f"}},
            {"SetArgs": ["a", "", "b"]}, {"SetArgs": []}, {"LinkWasm": "l"}, {"Depends": "d"}, {"Seq": []},
            {"When": {"cond": "nondet", "action": {"Seq": [{"LinkWasm": "x"}, {"LinkWasm": "y"}]}}},
            {"When": {"action": {"Seq": []}, "cond": "det"}},
            {"With": {"action": {"LinkWasm": "z"}, "runner": "r"}}, {"StartWasm": "s"}]}"#,
    );
    let expected = [
        "env n=v",
        "map f>t",
        "arg a",
        "arg ",
        "arg b",
        "link l",
        "depends d",
        "when Nondet to 10",
        "link x",
        "link y",
        "when Det to 11",
        "with r to 13",
        "link z",
        "start s",
    ];
    assert_eq!(words(&script), expected);
}

#[test]
fn the_annotation_stands_only_at_the_top() {
    assert_eq!(words(&good(r#"{"StartWasm":"a","$schema":"s"}"#)), ["start a"]);
    assert_eq!(words(&good(r#"{"$schema":"\u0000","StartWasm":"a"}"#)), ["start a"]);
    bad(r#"{"Seq":[{"StartWasm":"a","$schema":"s"}]}"#);
    bad(r#"{"When":{"cond":"det","action":{"StartWasm":"a","$schema":"s"}}}"#);
    bad(r#"{"StartWasm":"a","$schema":1}"#);
    bad(r#"{"StartWasm":"a","$schema":"s","$schema":"s"}"#);
    bad(r#"{"$schema":"s"}"#);
    bad(r#"{"With":{"runner":"r","action":{"Seq":[]},"$schema":"s"}}"#);
}

#[test]
fn an_action_has_exactly_one_key() {
    for json in [
        "{}",
        r#"{"Seq":[{}]}"#,
        r#"{"StartWasm":"a","LinkWasm":"b"}"#,
        r#"{"StartWasm":"a","StartWasm":"a"}"#,
        r#"{"StartWasm":"a","x":1}"#,
        r#"{"startWasm":"a"}"#,
        r#"{"Start":"a"}"#,
        r#"{"":"a"}"#,
    ] {
        bad(json);
    }
    assert_eq!(words(&good(r#"{"\u0053tartWasm":"a"}"#)), ["start a"]);
}

#[test]
fn values_have_the_right_type_and_all_parts() {
    for value in ["1", "null", "true", "-0.5e3", "[]", "{}", r#"["a"]"#, r#"{"a":"b"}"#] {
        for key in ["StartWasm", "LinkWasm", "Depends"] {
            bad(&format!(r#"{{"{key}":{value}}}"#));
        }
    }
    for value in ["\"a\"", "{}", "null", "[1]", "[null]", "[[]]", r#"[{"a":1}]"#] {
        bad(&format!(r#"{{"Seq":{value}}}"#));
        bad(&format!(r#"{{"SetArgs":{value}}}"#));
    }
    bad(r#"{"Seq":["a"]}"#);
    bad(r#"{"SetArgs":[{"StartWasm":"a"}]}"#);
    for json in [
        r#"{"AddEnv":{"name":"n"}}"#,
        r#"{"AddEnv":{"val":"v"}}"#,
        r#"{"AddEnv":["n","v"]}"#,
        r#"{"AddEnv":{}}"#,
        r#"{"AddEnv":{"name":"n","val":1}}"#,
        r#"{"AddEnv":{"name":"n","val":"v","x":"y"}}"#,
        r#"{"AddEnv":{"name":"n","val":"v","val":"v"}}"#,
        r#"{"MapFile":{"file":"f"}}"#,
        r#"{"MapFile":{"file":"f","to":null}}"#,
        r#"{"MapFile":{"name":"f","val":"t"}}"#,
        r#"{"When":{"cond":"det"}}"#,
        r#"{"When":{"action":{"Seq":[]}}}"#,
        r#"{"When":{"cond":"Det","action":{"Seq":[]}}}"#,
        r#"{"When":{"cond":"","action":{"Seq":[]}}}"#,
        r#"{"When":{"cond":"det","action":[]}}"#,
        r#"{"When":{"cond":"det","action":{"Seq":[]},"cond":"det"}}"#,
        r#"{"With":{"runner":"r"}}"#,
        r#"{"With":{"action":{"Seq":[]}}}"#,
        r#"{"With":{"runner":1,"action":{"Seq":[]}}}"#,
        r#"{"With":{"runner":"r","action":{"Seq":[]},"action":{"Seq":[]}}}"#,
    ] {
        bad(json);
    }
}

#[test]
fn no_text_of_an_action_has_a_nul() {
    for json in [
        r#"{"StartWasm":"a\u0000"}"#,
        r#"{"LinkWasm":"\u0000"}"#,
        r#"{"Depends":"\u0000a"}"#,
        r#"{"SetArgs":["\u0000"]}"#,
        r#"{"AddEnv":{"name":"\u0000","val":""}}"#,
        r#"{"AddEnv":{"name":"n","val":"\u0000"}}"#,
        r#"{"MapFile":{"file":"\u0000","to":""}}"#,
        r#"{"MapFile":{"file":"","to":"\u0000"}}"#,
        r#"{"With":{"runner":"\u0000","action":{"Seq":[]}}}"#,
        "{\"StartWasm\":\"a\0\"}",
    ] {
        bad(json);
    }
}

fn nested(open: &str, close: &str, times: usize, inner: &str) -> String {
    [&open.repeat(times), inner, &close.repeat(times)].concat()
}

#[test]
fn actions_stand_at_128_levels_at_most() {
    for (open, close) in [
        (r#"{"Seq":["#, "]}"),
        (r#"{"When":{"cond":"det","action":"#, "}}"),
        (r#"{"With":{"runner":"r","action":"#, "}}"),
        (r#"{"With":{"action":"#, r#","runner":"r"}}"#),
    ] {
        good(&nested(open, close, 127, r#"{"StartWasm":"a"}"#));
        bad(&nested(open, close, 128, r#"{"StartWasm":"a"}"#));
        bad(&nested(open, close, 1_000_000, r#"{"StartWasm":"a"}"#));
    }
    good(&nested(r#"{"Seq":["#, "]}", 128, ""));
    bad(&nested(r#"{"Seq":["#, "]}", 129, ""));
    bad(&nested("[", "]", 1_000_000, ""));
    bad(&nested(r#"{"SetArgs":["#, "]}", 1_000_000, ""));
}

#[test]
fn what_is_no_json_is_malformed() {
    for json in [
        "",
        " ",
        "{",
        r#"{"StartWasm":"a""#,
        r#"{"StartWasm":"a",}"#,
        r#"{,"StartWasm":"a"}"#,
        r#"{"StartWasm" "a"}"#,
        r#"{"StartWasm":"a"} x"#,
        r#"{"StartWasm":"a"}}"#,
        r#"{"StartWasm":"a"}{}"#,
        r#"{'StartWasm':'a'}"#,
        r#"{StartWasm:"a"}"#,
        r#"{"Seq":[,]}"#,
        r#"{"Seq":[{"Seq":[]},]}"#,
        r#"{"Seq":[{"Seq":[]}{"Seq":[]}]}"#,
        "\u{feff}{\"StartWasm\":\"a\"}",
        "{\"StartWasm\":\"a\n\"}",
        "{\"StartWasm\":\"a\u{1f}\"}",
        "// x\n{\"StartWasm\":\"a\"}",
        "\u{a0}{\"StartWasm\":\"a\"}",
        "{\u{b}\"StartWasm\":\"a\"}",
    ] {
        bad(json);
    }
    assert!(Script::parse(b"{\"StartWasm\":\"\xff\"}").is_err());
    good("\t\r\n {\t\"StartWasm\" :\n\"a\u{7f}\" \r}\n ");
}

#[test]
fn escapes_are_those_of_json() {
    let script = good(r#"{"SetArgs":["\"\\\/\b\f\n\r\t","\u00e9\uD83D\ude00x","é😀"]}"#);
    assert_eq!(words(&script), ["arg \"\\/\u{8}\u{c}\n\r\t", "arg é😀x", "arg é😀"]);
    for text in [
        r"\x",
        r"\",
        r"\u",
        r"\u12",
        r"\u12g4",
        r"\u+123",
        r"\ud83d",
        r"\ud83dx",
        r"\ud83d\n",
        r"\ude00",
        r"\ud83d\ud83d",
        r"\ud83d\u0041",
        r"\ude00\ud83d",
        r"\U0041",
        r"\a",
        r"\'",
    ] {
        bad(&format!(r#"{{"SetArgs":["{text}"]}}"#));
    }
}

/// What a document means, worked out over a tree that another reader made.
fn reference(value: &Value, level: usize, out: &mut Vec<String>) -> Option<()> {
    let text = |value: &Value| value.as_str().filter(|text| !text.contains('\0')).map(str::to_owned);
    let object = value.as_object().filter(|_| level <= 128)?;
    let keys: Vec<_> = object.keys().filter(|key| level > 1 || *key != "$schema").collect();
    if level == 1 && object.get("$schema").is_some_and(|schema| !schema.is_string()) {
        return None;
    }
    let [key] = keys[..] else { return None };
    let inner = &object[key];
    let pair = |a: &str, b: &str| {
        let object = inner.as_object().filter(|object| object.len() == 2)?;
        Some((object.get(a)?.clone(), object.get(b)?.clone()))
    };
    let mut word = |line: String| {
        out.push(line);
        Some(())
    };
    match key.as_str() {
        "AddEnv" => pair("name", "val").and_then(|(a, b)| word(format!("env {}={}", text(&a)?, text(&b)?))),
        "MapFile" => pair("file", "to").and_then(|(a, b)| word(format!("map {}>{}", text(&a)?, text(&b)?))),
        "SetArgs" => inner.as_array()?.iter().try_for_each(|arg| word(format!("arg {}", text(arg)?))),
        "LinkWasm" => word(format!("link {}", text(inner)?)),
        "StartWasm" => word(format!("start {}", text(inner)?)),
        "Depends" => word(format!("depends {}", text(inner)?)),
        "Seq" => inner.as_array()?.iter().try_for_each(|action| reference(action, level + 1, out)),
        "When" | "With" => {
            let (first, word) = if key == "When" { ("cond", "when") } else { ("runner", "with") };
            let (head, action) = pair(first, "action")?;
            let head = match (word, head.as_str()?) {
                ("when", "det") => "Det".to_owned(),
                ("when", "nondet") => "Nondet".to_owned(),
                ("when", _) => return None,
                _ => text(&head)?,
            };
            let at = out.len();
            out.push(String::new());
            reference(&action, level + 1, out)?;
            out[at] = format!("{word} {head} to {}", out.len());
            Some(())
        }
        _ => None,
    }
}

/// Mostly actions.
fn action() -> impl Strategy<Value = Value> {
    let text = prop_oneof![8 => "[a-c\"\\\\/\u{8}\té😀]{0,4}".prop_map(Value::from), 1 => Just(json!(1)), 1 => Just(json!("\0"))];
    let pair = (text.clone(), text.clone());
    let leaf = prop_oneof![
        text.clone().prop_map(|text| json!({ "StartWasm": text })),
        text.clone().prop_map(|text| json!({ "Depends": text })),
        proptest::collection::vec(text, 0..3).prop_map(|args| json!({ "SetArgs": args })),
        pair.clone().prop_map(|(name, val)| json!({ "AddEnv": { "name": name, "val": val } })),
        pair.prop_map(|(file, to)| json!({ "MapFile": { "file": file, "to": to } })),
        Just(json!({ "Seq": [], "$schema": "s" })),
        Just(Value::Null),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(|actions| json!({ "Seq": actions })),
            (inner.clone(), prop_oneof!["det", "nondet", "both"])
                .prop_map(|(action, cond)| json!({ "When": { "cond": cond, "action": action } })),
            (inner, "[ab]").prop_map(|(action, id)| json!({ "With": { "runner": id, "action": action } })),
        ]
    })
}

proptest! {
    #[test]
    fn a_document_means_what_another_reader_says(value in action(), pretty: bool) {
        let json = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) }.unwrap();
        let mut expected = Vec::new();
        let expected = reference(&value, 1, &mut expected).map(|()| expected);
        prop_assert_eq!(Script::parse(json.as_bytes()).ok().map(|script| words(&script)), expected);
    }

    #[test]
    fn a_mutated_document_is_accepted_as_another_reader_accepts_it(
        value in action(), at in any::<prop::sample::Index>(), octet in prop_oneof![any::<u8>(), Just(b'"'), Just(b'\\'), Just(b','), Just(b'}')]
    ) {
        let mut json = serde_json::to_vec(&value).unwrap();
        let at = at.index(json.len());
        json[at] = octet;
        if let Ok(script) = Script::parse(&json) {
            // No duplicate key gets here, so the other reader has dropped nothing.
            let mut expected = Vec::new();
            let value: Value = serde_json::from_slice(&json).unwrap();
            prop_assert_eq!(reference(&value, 1, &mut expected), Some(()));
            prop_assert_eq!(words(&script), expected);
        }
    }

    #[test]
    fn any_octets_are_read_or_refused(octets in any::<Vec<u8>>(), text in r#"[{}\[\]",:\\a ]{0,40}"#) {
        let _ = (Script::parse(&octets), Script::parse(text.as_bytes()));
    }
}
