//! Where `unsafe` is, and how much of it: `docs/unsafe.md` has every file with its counts, and no other file holds any.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

/// What a file holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Counts {
    /// The keyword, outside comments and texts.
    keywords: usize,
    /// Functions that the macro `handler!` makes, each unsafe with an unsafe block for a body.
    handlers: usize,
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} | {}", self.keywords, self.handlers)
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn page() -> PathBuf {
    root().join("docs/unsafe.md")
}

/// All files below a folder with this end of their name, as paths from the root; none that a build or a tool has made.
fn files(folder: &Path, name: &str, end: &str, found: &mut Vec<String>) {
    for entry in fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry")) {
        let file = entry.file_name().into_string().expect("a name");
        let path = if name.is_empty() { file.clone() } else { format!("{name}/{file}") };
        if entry.file_type().expect("a kind").is_dir() {
            if !file.starts_with('.')
                && !["target", "fetched", "corpus", "artifacts"].contains(&file.as_str())
            {
                files(&entry.path(), &path, end, found);
            }
        } else if file.ends_with(end) {
            found.push(path);
        }
    }
}

fn all(end: &str) -> Vec<String> {
    let mut found = Vec::new();
    files(&root(), "", end, &mut found);
    found.sort();
    found
}

/// The code of a source file: comments, texts and characters are spaces.
fn code(source: &str) -> String {
    let mut out = String::with_capacity(source.len());
    let mut rest = source;
    while let Some(first) = rest.chars().next() {
        let len = match first {
            '/' if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            '/' if rest.starts_with("/*") => rest.find("*/").map_or(rest.len(), |at| at + 2),
            'r' if !ends_in_word(&out) => raw_text(rest),
            '"' => text(rest),
            '\'' => character(rest),
            _ => 0,
        };
        let (skipped, behind) = rest.split_at(if len == 0 { first.len_utf8() } else { len });
        out.push_str(if len == 0 { skipped } else { " " });
        rest = behind;
    }
    out
}

fn ends_in_word(code: &str) -> bool {
    code.chars().next_back().is_some_and(|last| last.is_alphanumeric() || last == '_')
}

/// The length of the raw text that a source starts with, or 0.
fn raw_text(source: &str) -> usize {
    let hashes = source[1..].chars().take_while(|c| *c == '#').count();
    if !source[1 + hashes..].starts_with('"') {
        return 0;
    }
    let end = format!("\"{}", "#".repeat(hashes));
    let from = 2 + hashes;
    source[from..].find(&end).map_or(source.len(), |at| from + at + end.len())
}

fn text(source: &str) -> usize {
    let mut escaped = false;
    let end = source.char_indices().skip(1).find(|(_, c)| {
        let ends = *c == '"' && !escaped;
        escaped = *c == '\\' && !escaped;
        ends
    });
    end.map_or(source.len(), |(at, _)| at + 1)
}

/// The length of the character that a source starts with, or 0 if it is a lifetime.
fn character(source: &str) -> usize {
    let mut chars = source.char_indices().skip(1);
    match (chars.next(), chars.next()) {
        (Some((_, '\\')), Some((at, escaped))) => {
            let from = at + escaped.len_utf8();
            source[from..].find('\'').map_or(0, |end| from + end + 1)
        }
        (Some(_), Some((at, '\''))) => at + 1,
        _ => 0,
    }
}

fn counts(source: &str) -> Counts {
    let code = code(source);
    let words = code.split(|c: char| !c.is_alphanumeric() && c != '_');
    let handlers = code.split("handler! {").skip(1).map(|rest| {
        let end = rest.find("\n}").unwrap_or(rest.len());
        rest[..end].matches(" fn ").count()
    });
    Counts { keywords: words.filter(|word| *word == "unsafe").count(), handlers: handlers.sum() }
}

/// The rows of the page's table of files: the path, and its counts.
fn listed(page: &str) -> BTreeMap<String, String> {
    let rows = page.lines().filter_map(|line| line.strip_prefix("| `"));
    rows.filter_map(|row| {
        let (path, rest) = row.split_once("` | ")?;
        let mut cells = rest.split(" | ");
        path.ends_with(".rs").then_some(())?;
        Some((path.to_owned(), format!("{} | {}", cells.next()?, cells.next()?)))
    })
    .collect()
}

/// `BLESS=1` writes the counts of files that the page has; what a new file leans on, somebody must write.
#[test]
fn every_file_with_unsafe_is_listed_with_how_much_it_holds() {
    let found: BTreeMap<String, Counts> = all(".rs")
        .into_iter()
        .map(|path| (path.clone(), counts(&fs::read_to_string(root().join(path)).expect("text"))))
        .filter(|(_, counts)| *counts != Counts::default())
        .collect();
    let text = fs::read_to_string(page()).expect("docs/unsafe.md");
    if std::env::var_os("BLESS").is_some() {
        let mut new = text.clone();
        for (path, old) in listed(&text) {
            let now = found.get(&path).copied().unwrap_or_default();
            new = new.replace(&format!("| `{path}` | {old} |"), &format!("| `{path}` | {now} |"));
        }
        fs::write(page(), new).expect("docs/unsafe.md can be written");
        return;
    }
    let found: BTreeMap<String, String> =
        found.into_iter().map(|(path, counts)| (path, counts.to_string())).collect();
    assert_eq!(found, listed(&text), "found, and listed in docs/unsafe.md");
    assert!(found.keys().all(|path| path.starts_with("interp/src/")), "{found:?}");
}

#[test]
fn every_crate_but_one_forbids_it() {
    let mut crates = 0;
    for manifest in all("Cargo.toml") {
        let folder = manifest.trim_end_matches("Cargo.toml");
        for file in ["src/lib.rs", "src/main.rs"] {
            let Ok(source) = fs::read_to_string(root().join(folder).join(file)) else { continue };
            let wanted =
                if folder == "interp/" { "#![deny(unsafe_code)]" } else { "#![forbid(unsafe_code)]" };
            assert!(source.lines().any(|line| line == wanted), "{folder}{file} has no {wanted}");
            crates += 1;
        }
    }
    assert!(crates >= 12, "{crates}");
}

/// A test that is gone stresses nothing.
#[test]
fn the_files_that_the_page_names_exist() {
    let text = fs::read_to_string(page()).expect("docs/unsafe.md");
    let named: Vec<&str> = text.split('`').skip(1).step_by(2).filter(|word| word.contains(".rs")).collect();
    assert!(named.len() > 20, "{named:?}");
    for path in named {
        assert!(root().join(path).is_file(), "docs/unsafe.md names {path}");
    }
}

#[test]
fn comments_and_texts_do_not_count() {
    let source = r##"
        // unsafe { }
        /* unsafe */ unsafe impl Send for X {}
        const T: &str = "unsafe \" unsafe"; const R: &str = r#"unsafe " unsafe"#; const B: &[u8] = br"unsafe";
        fn f<'a>(c: char) -> bool { c == '"' || c == '\'' || c == '\u{22}' || unsafe { g(&'a') } }
        #![allow(unsafe_code)] unsafe_op_in_unsafe_fn
        handler! {
            /// A fn.
            pub fn one[A](r) { two(r, "fn ") }

            pub fn two(r) { r }
}
        fn three() { unsafe { four() } }"##;
    assert_eq!(counts(source), Counts { keywords: 3, handlers: 2 });
}
