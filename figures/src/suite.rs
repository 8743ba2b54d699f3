//! The scripts of the official suite, in deterministic mode.

use crate::digest::Digest;
use crate::fields;
use selfsame_interp::{Mode, Tier};
use selfsame_spec_tests::{Edition, Options, Report, run_script_seen};
use std::io::{self, Read, Write};

/// A script and how to run it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Script {
    /// Folder and file name.
    pub name: String,
    /// The edition that it is about, if that is known.
    pub edition: Option<Edition>,
    /// The script.
    pub text: String,
}

const EDITIONS: [(&[u8], Option<Edition>); 5] = [
    (b"1", Some(Edition::V1)),
    (b"2", Some(Edition::V2)),
    (b"latest", Some(Edition::Latest)),
    (b"custom-descriptors", Some(Edition::CustomDescriptors)),
    (b"unknown", None),
];

/// Appends a script to a file: the suite as data needs a newer compiler than the engine.
///
/// # Errors
/// Of the writer.
pub fn pack(out: &mut impl Write, script: &Script) -> io::Result<()> {
    let edition = EDITIONS.iter().find(|(_, edition)| *edition == script.edition);
    let edition = edition.map_or(EDITIONS[4].0, |(text, _)| *text);
    [script.name.as_bytes(), edition, script.text.as_bytes()]
        .into_iter()
        .try_for_each(|field| fields::write(out, field))
}

/// The next script; `None` where the file ends.
///
/// # Errors
/// Of the reader, and if the file is not one of [`pack`].
pub fn unpack(input: &mut impl Read) -> io::Result<Option<Script>> {
    let Some(name) = fields::read(input)? else { return Ok(None) };
    let name = String::from_utf8(name).map_err(io::Error::other)?;
    let edition = fields::expect(input)?;
    let edition = EDITIONS.iter().find(|(text, _)| *text == edition);
    let (_, edition) = edition.ok_or_else(|| io::Error::other("this is no file of scripts"))?;
    Ok(Some(Script { name, edition: *edition, text: fields::expect_text(input)? }))
}

/// Runs a script on a tier: the counts, and all that its actions let be seen.
#[must_use]
pub fn run(script: &Script, tier: Tier) -> (Report, Digest) {
    let options = Options { tier, mode: Mode::Deterministic, edition: script.edition };
    let mut digest = Digest::default();
    let report = run_script_seen(&script.name, &script.text, &options, &mut |seen| digest.add(&seen));
    (report, digest)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"(module (func (export "f") (param i32) (result i32) local.get 0))
        (assert_return (invoke "f" (i32.const 7)) (i32.const 7))"#;

    fn script(text: &str) -> Script {
        Script { name: "one".into(), edition: Some(Edition::V2), text: text.into() }
    }

    #[test]
    fn a_script_comes_back() {
        let unknown = Script { edition: None, ..script("") };
        let mut file = Vec::new();
        pack(&mut file, &script(TEXT)).expect("a vector takes all");
        pack(&mut file, &unknown).expect("a vector takes all");
        let mut input = file.as_slice();
        assert_eq!(unpack(&mut input).expect("a script"), Some(script(TEXT)));
        assert_eq!(unpack(&mut input).expect("a script"), Some(unknown));
        assert_eq!(unpack(&mut input).expect("the end"), None);
    }

    #[test]
    fn another_result_is_another_digest() {
        let of = |text: &str| run(&script(text), Tier::Fast).1.to_string();
        assert_eq!(of(TEXT), run(&script(TEXT), Tier::Exact).1.to_string());
        assert_ne!(
            of(TEXT),
            of(&TEXT.replace("local.get 0))", "local.get 0 i32.const 0 i32.add))")),
            "the gas differs"
        );
        assert_ne!(of(TEXT), of(&TEXT.replace("const 7", "const 8")));
    }
}
