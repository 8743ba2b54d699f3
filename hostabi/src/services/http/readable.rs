//! The readable text of a page: what a person would see of it without style sheets and scripts.
//!
//! It works on the flat sequence of tokens, so it takes linear time and no stack, however deep a page
//! nests and whatever its tags hold (see `tags.rs`). The text is a function of the octets and the content type alone. Rules:
//! - nothing from `script`, `style`, `title`, `template`, `textarea`, `iframe` and such; comments neither;
//! - runs of white space are one space, except in `pre`; block elements start and end a line;
//!   paragraphs and headings have an empty line around them; `br` ends a line; table cells are
//!   separated by a tab; list items begin with `- `; an `img` with `alt` is that text;
//! - no space at a line's ends, never two empty lines together, none at the text's ends.

use std::cell::RefCell;

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{
    BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};

use super::tags::simplify;

/// The readable text of an HTML document.
pub fn html_to_text(html: &str) -> String {
    let input = BufferQueue::default();
    input.push_back(StrTendril::from_slice(&simplify(html)));
    let tokenizer = Tokenizer::new(Sink { text: RefCell::default() }, TokenizerOpts::default());
    let _ = tokenizer.feed(&input);
    tokenizer.end();
    tokenizer.sink.text.into_inner().finish()
}

struct Sink {
    text: RefCell<Text>,
}

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let mut text = self.text.borrow_mut();
        match token {
            Token::CharacterTokens(chars) => text.chars(&chars),
            Token::TagToken(tag) => text.tag(&tag),
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

/// How much is to stand between what was written and what comes next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
enum Gap {
    #[default]
    None,
    Space,
    Tab,
    Line,
    EmptyLine,
}

#[derive(Debug, Default)]
struct Text {
    out: String,
    gap: Gap,
    /// Nested `template`s: none of their content is shown.
    templates: u32,
    /// Nested `pre`s.
    pre: u32,
}

impl Text {
    fn gap(&mut self, gap: Gap) {
        self.gap = self.gap.max(gap);
    }

    fn chars(&mut self, chars: &str) {
        if self.templates > 0 {
            return;
        }
        for c in chars.chars() {
            match c {
                '\n' if self.pre > 0 => self.newline(),
                ' ' | '\t' if self.pre > 0 && self.gap < Gap::Line => self.out.push(c),
                c if c.is_whitespace() => self.gap(Gap::Space),
                // Neither shown nor white space: control characters, and marks that reorder or hide text.
                c if c.is_control()
                    || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}') =>
                    {}
                c => {
                    self.close_gap();
                    self.out.push(c);
                }
            }
        }
    }

    /// A line break that the page asks for: a second one in a row makes an empty line.
    fn newline(&mut self) {
        self.gap = if self.gap >= Gap::Line { Gap::EmptyLine } else { Gap::Line };
    }

    fn close_gap(&mut self) {
        let gap = std::mem::take(&mut self.gap);
        if gap >= Gap::Line {
            let kept = self.out.trim_end_matches([' ', '\t']).len();
            self.out.truncate(kept);
        }
        if self.out.is_empty() {
            return;
        }
        self.out.push_str(match gap {
            Gap::None => "",
            Gap::Space => " ",
            Gap::Tab => "\t",
            Gap::Line => "\n",
            Gap::EmptyLine => "\n\n",
        });
    }

    fn tag(&mut self, tag: &Tag) {
        let name = &*tag.name;
        let start = tag.kind == TagKind::StartTag;
        match (name, start) {
            ("template", true) => self.templates = self.templates.saturating_add(1),
            ("template", false) => self.templates = self.templates.saturating_sub(1),
            _ if self.templates > 0 => {}
            ("pre", _) => {
                self.pre = if start { self.pre.saturating_add(1) } else { self.pre.saturating_sub(1) };
                self.gap(Gap::EmptyLine);
            }
            ("br", _) => self.newline(),
            ("td" | "th", true) => self.gap(Gap::Tab),
            ("li", true) => {
                self.gap(Gap::Line);
                self.close_gap();
                self.out.push_str("- ");
            }
            ("img", true) => {
                if let Some(alt) = tag.attrs.iter().find(|a| &*a.name.local == "alt") {
                    self.chars(&alt.value);
                }
            }
            _ => self.gap(block_gap(name)),
        }
    }

    fn finish(self) -> String {
        self.out.trim_end().to_owned()
    }
}

fn block_gap(name: &str) -> Gap {
    match name {
        "p" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "ul" | "ol" | "dl" | "blockquote" | "table"
        | "figure" | "hr" => Gap::EmptyLine,
        "address" | "article" | "aside" | "body" | "caption" | "center" | "dd" | "details" | "dialog"
        | "div" | "dt" | "fieldset" | "figcaption" | "footer" | "form" | "head" | "header" | "hgroup"
        | "html" | "legend" | "li" | "main" | "menu" | "nav" | "optgroup" | "option" | "search"
        | "section" | "summary" | "tbody" | "tfoot" | "thead" | "tr" => Gap::Line,
        _ => Gap::None,
    }
}

/// The text of a body by its content type: a byte-order mark first, then the type's `charset`, then a
/// `meta` element in the first 1,024 octets, then UTF-8. Octets that are no text of that encoding become
/// U+FFFD.
pub fn decode_body(body: &[u8], content_type: &[u8]) -> String {
    let label = charset_of(content_type).or_else(|| charset_of(&body[..body.len().min(1024)]));
    let encoding = label.and_then(encoding_rs::Encoding::for_label).unwrap_or(encoding_rs::UTF_8);
    encoding.decode(body).0.into_owned()
}

/// The value after the first `charset=`, in quotes or not.
fn charset_of(octets: &[u8]) -> Option<&[u8]> {
    const KEY: &[u8] = b"charset=";
    let at = octets.windows(KEY.len()).position(|window| window.eq_ignore_ascii_case(KEY))?;
    let value = &octets[at + KEY.len()..];
    let value = value.strip_prefix(b"\"").or_else(|| value.strip_prefix(b"'")).unwrap_or(value);
    let end = value
        .iter()
        .position(|b| matches!(b, b'"' | b'\'' | b';' | b' ' | b'>' | b'/'))
        .unwrap_or(value.len());
    Some(&value[..end])
}

/// Whether a content type is HTML (or absent, as on many small servers): else the body is the text.
pub fn is_html(content_type: Option<&[u8]>) -> bool {
    content_type.is_none_or(|t| {
        let t = t.to_ascii_lowercase();
        t.starts_with(b"text/html") || t.starts_with(b"application/xhtml+xml")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn blocks_are_lines_and_paragraphs_are_apart() {
        let html = "<!doctype html><html><head><title>T</title></head><body><h1>Head</h1><p>One  two\nthree</p>\
            <div>a<div>b</div>c</div><p>x<br>y<br><br>z</body></html>";
        assert_eq!(html_to_text(html), "Head\n\nOne two three\n\na\nb\nc\n\nx\ny\n\nz");
    }

    #[test]
    fn what_a_reader_does_not_see_is_left_out() {
        let html = "a<script>if (1 < 2) '</p>x'</script><style>p{}</style><!-- c --><template><p>t<template>u</template>v\
            </template><textarea>w</textarea><iframe><p>i</p></iframe>b<title>no</title>\u{200b}\u{202e}c";
        assert_eq!(html_to_text(html), "abc");
    }

    #[test]
    fn lists_tables_pictures_and_entities_are_text() {
        let html = "<ul><li>one<li><b>two</b></ul><table><tr><td>1<td>2<tr><td>3<td>4</table>\
            <img src=x alt='a cat'> &lt;&amp;&#x41;&eacute;&nbsp;z";
        assert_eq!(html_to_text(html), "- one\n- two\n\n1\t2\n3\t4\n\na cat <&Aé z");
    }

    #[test]
    fn pre_keeps_its_spaces_and_lines() {
        assert_eq!(html_to_text("a<pre>x  y\n  z</pre>b"), "a\n\nx  y\nz\n\nb");
    }

    #[test]
    fn broken_and_empty_pages_have_a_text() {
        for (html, text) in
            [("", ""), ("<", "<"), ("<p", ""), ("a<b", "a"), ("</p>a", "a"), ("<script>x", ""), ("\0a", "a")]
        {
            assert_eq!(html_to_text(html), text, "{html:?}");
        }
    }

    #[test]
    fn hostile_pages_take_linear_time_and_no_stack() {
        // Each of these would take minutes in quadratic time, or overflow a stack.
        let many = |part: &str| part.repeat(100_000);
        let attributes: String = (0..100_000).map(|i| format!(" a{i:x}")).collect();
        for (html, text) in [
            (many("<div>") + "x", "x"),
            (many("<template>") + "x", ""),
            (format!("<p{attributes}>x</p{attributes}>"), "x"),
            (format!("<p{attributes}"), ""),
            (many("<!--") + "-->x", "x"),
            (many("<!-- --!") + "x", ""),
            (many("<script></") + "x", ""),
            (many("<title>") + "</title>x", "x"),
            (format!("{}x", many("<pre>")), "x"),
            (many("<br>") + "x", "x"),
        ] {
            assert_eq!(html_to_text(&html), text, "{}", &html[..20]);
        }
        assert_eq!(html_to_text(&many("&am")).len(), 300_000);
        assert_eq!(html_to_text(&many("<")).len(), 100_000);
    }

    #[test]
    fn the_encoding_is_found_in_the_documented_order() {
        assert_eq!(decode_body("é".as_bytes(), b"text/html"), "é");
        assert_eq!(decode_body(b"\xe9", b"text/html; charset=ISO-8859-1"), "é");
        assert_eq!(decode_body(b"\xe9", b"text/html; Charset=\"latin1\"; x=y"), "é");
        assert_eq!(
            decode_body(b"<meta charset='windows-1251'>\xe9", b"text/html"),
            "<meta charset='windows-1251'>й"
        );
        assert_eq!(decode_body(b"\xef\xbb\xbf\xc3\xa9", b"text/html; charset=latin1"), "é");
        assert_eq!(decode_body(b"\xff\xfea\0", b""), "a");
        assert_eq!(decode_body(b"a\xffb", b"text/html"), "a\u{fffd}b");
        assert_eq!(decode_body(b"a", b"text/html; charset=no-such"), "a");
    }

    #[test]
    fn only_html_is_taken_for_html() {
        assert!(
            is_html(None)
                && is_html(Some(b"Text/HTML; charset=x"))
                && is_html(Some(b"application/xhtml+xml"))
        );
        assert!(!is_html(Some(b"text/plain")) && !is_html(Some(b"application/json")));
    }

    proptest! {
        #[test]
        fn any_page_gives_tidy_text_and_the_same_twice(
            parts in proptest::collection::vec(proptest::sample::select(vec![
                "<p>", "</p>", "<div", ">", "<pre>", "</pre>", "<br>", "<li>", "<td>", "<script>", "</script>", "<!--", "-->",
                "<template>", "</template>", "&lt;", "&#0;", " ", "\n", "a", "é", "\0", "<![CDATA[", "<img alt='  q'>", "<?", "\"",
            ]), 0..60)
        ) {
            let html = parts.concat();
            let text = html_to_text(&html);
            prop_assert_eq!(&text, &html_to_text(&html));
            prop_assert!(!text.contains("\n\n\n"));
            prop_assert!(!text.contains(" \n"), "{:?}", text);
            prop_assert_eq!(text.trim(), &text);
        }
    }
}
