//! Markup reduced to what readable text depends on, in one pass over the octets.
//!
//! An HTML tokenizer compares each attribute of a tag with all before it, so a page that is one tag with a
//! million attributes would keep a node busy for hours. Here attributes are passed over one by one and
//! only `alt` of `img` is kept; comments, declarations and elements of raw text go as a whole. Every `<` of
//! the result was written here, so the tokenizer behind sees no tag that this pass has not seen.

/// Elements whose content is no markup and no readable text; they end at their own end tag.
const RAW: [&str; 8] = ["script", "style", "iframe", "noembed", "noframes", "xmp", "title", "textarea"];

/// Longer names are of no element that matters.
const MAX_NAME: usize = 16;

/// The text of `html` with its character references, and its tags as `<name>`, `</name>` or `<img alt="...">`.
pub(super) fn simplify(html: &str) -> String {
    let mut scan = Scan { rest: html };
    let mut out = String::with_capacity(html.len());
    while let Some(at) = scan.rest.find('<') {
        out.push_str(&scan.rest[..at]);
        scan.rest = &scan.rest[at + 1..];
        match scan.rest.as_bytes() {
            [b'!', b'-', b'-', ..] => scan.skip_comment(),
            [b'/', b'a'..=b'z' | b'A'..=b'Z', ..] => {
                scan.rest = &scan.rest[1..];
                if let Some((name, _)) = scan.tag() {
                    push_tag(&mut out, "</", &name, None);
                }
            }
            [b'!' | b'?', ..] | [b'/', _, ..] => scan.skip_past('>'),
            [b'a'..=b'z' | b'A'..=b'Z', ..] => {
                let Some((name, alt)) = scan.tag() else { break };
                if RAW.contains(&name.as_str()) {
                    scan.skip_raw(&name);
                } else {
                    push_tag(&mut out, "<", &name, alt.filter(|_| name == "img"));
                }
            }
            _ => out.push_str("&lt;"),
        }
    }
    out.push_str(scan.rest);
    out
}

fn push_tag(out: &mut String, open: &str, name: &str, alt: Option<&str>) {
    if name.len() > MAX_NAME || !name.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return;
    }
    out.push_str(open);
    out.push_str(name);
    if let Some(alt) = alt {
        out.push_str(" alt=\"");
        out.push_str(&alt.replace('"', "&quot;"));
        out.push('"');
    }
    out.push('>');
}

/// What of the page has not been passed yet.
struct Scan<'a> {
    rest: &'a str,
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r' | '\x0c')
}

impl<'a> Scan<'a> {
    /// Takes up to the first character that `end` holds for, or all.
    fn take_until(&mut self, end: impl Fn(char) -> bool) -> &'a str {
        let (taken, rest) = self.rest.split_at(self.rest.find(end).unwrap_or(self.rest.len()));
        self.rest = rest;
        taken
    }

    fn skip_past(&mut self, end: char) {
        self.take_until(|c| c == end);
        self.rest = self.rest.strip_prefix(end).unwrap_or_default();
    }

    /// Passes a comment, which starts with `!--` here. It ends at `-->` or `--!>`, and the dashes of its
    /// start may be those of its end.
    fn skip_comment(&mut self) {
        self.rest = &self.rest[1..];
        while let Some(at) = self.rest.find("--") {
            let after = &self.rest[at + 2..];
            if let Some(rest) = after.strip_prefix('>').or_else(|| after.strip_prefix("!>")) {
                self.rest = rest;
                return;
            }
            self.rest = &self.rest[at + 1..];
        }
        self.rest = "";
    }

    /// Passes the content of a raw element and its end tag.
    fn skip_raw(&mut self, name: &str) {
        while let Some(at) = self.rest.find("</") {
            self.rest = &self.rest[at + 2..];
            let own = self
                .rest
                .as_bytes()
                .get(..name.len())
                .is_some_and(|n| n.eq_ignore_ascii_case(name.as_bytes()));
            if own && self.rest[name.len()..].starts_with(|c| is_space(c) || c == '/' || c == '>') {
                self.tag();
                return;
            }
        }
        self.rest = "";
    }

    /// Passes a tag from its name on: the name in lower case and the first `alt`. `None`: it does not end.
    fn tag(&mut self) -> Option<(String, Option<&'a str>)> {
        let name = self.take_until(|c| is_space(c) || c == '/' || c == '>').to_ascii_lowercase();
        let mut alt = None;
        loop {
            self.take_until(|c| !is_space(c) && c != '/');
            if let Some(rest) = self.rest.strip_prefix('>') {
                self.rest = rest;
                return Some((name, alt));
            }
            if self.rest.is_empty() {
                return None;
            }
            // An equals sign in first place belongs to the name.
            let start = self.rest;
            self.rest = self.rest.strip_prefix('=').unwrap_or(self.rest);
            self.take_until(|c| is_space(c) || matches!(c, '/' | '>' | '='));
            let key = &start[..start.len() - self.rest.len()];
            self.take_until(|c| !is_space(c));
            if let Some(rest) = self.rest.strip_prefix('=') {
                self.rest = rest;
                let value = self.value();
                if alt.is_none() && key.eq_ignore_ascii_case("alt") {
                    alt = Some(value);
                }
            }
        }
    }

    fn value(&mut self) -> &'a str {
        self.take_until(|c| !is_space(c));
        for quote in ['"', '\''] {
            if let Some(rest) = self.rest.strip_prefix(quote) {
                self.rest = rest;
                let value = self.take_until(|c| c == quote);
                self.rest = self.rest.strip_prefix(quote).unwrap_or_default();
                return value;
            }
        }
        self.take_until(|c| is_space(c) || c == '>')
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_is_reduced_to_names_and_texts() {
        for (html, simple) in [
            ("a<b class=x>c</b >d", "a<b>c</b>d"),
            ("<IMG src='a>b' ALT=\"x > 'y' &amp;\" alt=z>", "<img alt=\"x > 'y' &amp;\">"),
            (
                "<img alt='\"'><img alt=q/><img alt><img alt=>",
                "<img alt=\"&quot;\"><img alt=\"q/\"><img><img alt=\"\">",
            ),
            ("<p title=alt>", "<p>"),
            ("1 < 2 <3 <", "1 &lt; 2 &lt;3 &lt;"),
            ("a<!-- <p> -->b<!-->c<!--->d<!----!>e<!--", "abcde"),
            ("<!doctype html><?xml x?></ p>a</>b", "ab"),
            ("<script a='>'>if (x</script-x) '</p>'</SCRIPT x>a", "a"),
            ("<title>x<b></title>a<style>", "a"),
            ("<my-element =x>a</my-element>", "a"),
            ("<p a='never ends", ""),
            ("a<p b=c", "a"),
            ("<a/b=c/d>x", "<a>x"),
            ("<<!---->script>x", "&lt;script>x"),
            ("</p", ""),
        ] {
            assert_eq!(simplify(html), simple, "{html}");
        }
    }
}
