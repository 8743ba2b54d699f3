//! The comment header of a runner that is a text. Spec: runners.md 2.1.

use super::RunnerError;

/// What a comment header holds.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Header<'a> {
    /// The version line without the white space around it.
    pub(super) version: Option<&'a str>,
    /// The lines of `runner.json`, one behind the other.
    pub(super) json: String,
}

/// Reads the header of a text. White space is ASCII's (tab, line feed, form feed, carriage return, space).
///
/// # Errors
/// [`RunnerError::Absent`]: the text starts with none of `//`, `#`, `--`.
pub(super) fn read(text: &str) -> Result<Header<'_>, RunnerError> {
    let prefix = ["//", "#", "--"].into_iter().find(|prefix| text.starts_with(prefix));
    let prefix = prefix.ok_or(RunnerError::Absent)?;
    // `lines` ends a line at LF or CR LF; a CR alone ends none.
    let mut lines = text.lines().map_while(|line| line.strip_prefix(prefix)).peekable();
    let version = lines.peek().map(|line| line.trim_ascii()).filter(|line| line.starts_with('v'));
    let json = lines.skip(usize::from(version.is_some())).collect();
    Ok(Header { version, json })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn header(text: &str, version: Option<&str>, json: &str) {
        assert_eq!(read(text), Ok(Header { version, json: json.into() }));
    }

    #[test]
    fn the_prefix_is_what_the_text_starts_with() {
        for prefix in ["//", "#", "--"] {
            header(&format!("{prefix}a\n{prefix} b\ncode"), None, "a b");
        }
        for text in ["", "print(1)", " # a", "\n# a", "/ a", "- a", ";a", "\u{feff}# a"] {
            assert_eq!(read(text), Err(RunnerError::Absent), "{text:?}");
        }
    }

    #[test]
    fn the_example_of_the_specification_is_read() {
        let text = "# v0.3.0\n# { \"Seq\": [ { \"Depends\": \"runtime:<hash>\" }, { \"StartWasm\": \"main.wasm\" } ] }\n";
        let json = " { \"Seq\": [ { \"Depends\": \"runtime:<hash>\" }, { \"StartWasm\": \"main.wasm\" } ] }";
        header(text, Some("v0.3.0"), json);
    }

    #[test]
    fn lines_end_with_lf_or_crlf_and_keep_their_white_space() {
        header("# {\r\n#\t} \r\n", None, " {\t} ");
        header("# {\n#}\r", None, " {}\r");
        header("#a\rb\n#c", None, "a\rbc");
        header("#\n#\n# x", None, " x");
    }

    #[test]
    fn the_header_ends_with_the_first_other_line() {
        header("#a\n\n#b", None, "a");
        header("#a\n #b", None, "a");
        header("//a\n# b", None, "a");
        header("#a\n##b\n", None, "a#b");
        header("---a\n--b", None, "-ab");
    }

    #[test]
    fn only_the_first_line_can_be_the_version() {
        header("#v0.1.0", Some("v0.1.0"), "");
        header("# \t v0.1.0 \r\n#{}", Some("v0.1.0"), "{}");
        header("# vim: x\n#{}", Some("vim: x"), "{}");
        header("#{}\n# v0.1.0", None, "{} v0.1.0");
        header("#V0.1.0", None, "V0.1.0");
        header("#\n#v0.1.0", None, "v0.1.0");
    }
}
