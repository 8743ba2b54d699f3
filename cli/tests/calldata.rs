//! `selfsame calldata`.

mod common;

use common::{Ended, json, selfsame};
use serde_json::json;
use std::io::Write;
use std::process::{Command, Stdio};

/// Runs the command with something on its standard input; its standard output as octets.
fn piped(args: &[&str], input: &[u8]) -> (i32, Vec<u8>, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_selfsame"))
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command can be started");
    child.stdin.take().expect("a pipe").write_all(input).expect("the command reads");
    let output = child.wait_with_output().expect("the command ends");
    let stderr = String::from_utf8(output.stderr).expect("standard error is text");
    (output.status.code().expect("no signal ended it"), output.stdout, stderr)
}

const TEXT: &str = r#"{"":"transfer","args":[addr#0102030405060708090a0b0c0d0e0f1011121314,100]}"#;
const HEX: &str = "1600447472616e73666572046172677315180102030405060708090a0b0c0d0e0f1011121314a106";

#[test]
fn a_value_is_encoded_and_decoded() {
    let ended = selfsame(&["calldata", "encode", TEXT]);
    assert_eq!((ended.status, &*ended.stdout, &*ended.stderr), (0, &*format!("{HEX}\n"), ""));
    let ended = selfsame(&["calldata", "decode", HEX]);
    assert_eq!((ended.status, &*ended.stdout, &*ended.stderr), (0, &*format!("{TEXT}\n"), ""));
    for hex in ["0x0D 09", " 0d\n09\n"] {
        assert_eq!(selfsame(&["calldata", "decode", hex]).stdout, "[1]\n");
    }
    assert_eq!(selfsame(&["calldata", "encode", "-17"]).stdout, "8201\n");
}

#[test]
fn octets_go_through_pipes() {
    let (status, octets, _) = piped(&["calldata", "encode", "--raw"], format!("{TEXT}\n").as_bytes());
    assert_eq!((status, octets.len()), (0, HEX.len() / 2));
    let (status, text, _) = piped(&["calldata", "decode", "--raw"], &octets);
    assert_eq!((status, text), (0, format!("{TEXT}\n").into_bytes()));
    let (status, text, _) = piped(&["calldata", "decode"], format!("0x{HEX}\n").as_bytes());
    assert_eq!((status, text), (0, format!("{TEXT}\n").into_bytes()));
    let base64 = selfsame(&["calldata", "encode", "--base64", "[1,b#ff]"]).stdout;
    assert_eq!(selfsame(&["calldata", "decode", "--base64", base64.trim()]).stdout, "[1,b#ff]\n");
}

#[test]
fn json_has_a_form_for_every_value() {
    let text = r#"{"$int":null,"a":[9007199254740991,9007199254740992,-9007199254740991,-9007199254740992,b#00ff,
        addr#0102030405060708090a0b0c0d0e0f1011121314,true,"é"],"b":18446744073709551616}"#;
    let hex = selfsame(&["calldata", "encode", text]).stdout;
    let (status, value) = json(&["calldata", "decode", "--json", hex.trim()]);
    assert_eq!(status, 0);
    assert_eq!(
        value,
        json!({
            "$$int": null,
            "a": [
                9007199254740991_i64, {"$int": "9007199254740992"},
                -9007199254740991_i64, {"$int": "-9007199254740992"},
                {"$bytes": "00ff"}, {"$address": "0x0102030405060708090a0b0c0d0e0f1011121314"}, true, "é",
            ],
            "b": {"$int": "18446744073709551616"},
        })
    );
}

#[test]
fn what_is_wrong_is_said_with_its_place() {
    for (args, parts) in [
        (&["encode", "[1,nil]"][..], &["no value", "octet 3"][..]),
        (&["encode", "1.5"], &["integers only", "octet 0"]),
        (&["encode", "0x0102030405060708090a0b0c0d0e0f1011121314"], &["addr#"]),
        (&["encode", ""], &["ends", "octet 0"]),
        (&["decode", "0000"], &["behind the value", "octet 1"]),
        (&["decode", "0d"], &["end inside", "octet 0"]),
        (&["decode", "0g"], &["not hex", "'g'", "octet 1"]),
        (&["decode", "000"], &["one digit"]),
        (&["decode", "--base64", "!"], &["not base64"]),
        (&["decode", "--raw", "00"], &["cannot be used with"]),
    ] {
        let Ended { status, stdout, stderr } = selfsame(&[&["calldata"], args].concat());
        assert_eq!((status, &*stdout), (2, ""), "{args:?}: {stderr}");
        assert_eq!(stderr.lines().count(), 1, "{args:?}: {stderr}");
        for part in parts {
            assert!(stderr.contains(part), "{args:?}: no `{part}` in: {stderr}");
        }
    }
    let (status, _, stderr) = piped(&["calldata", "decode"], &[0xff, 0xfe]);
    assert!(status == 2 && stderr.contains("--raw"), "{stderr}");
}
