//! Rewrites a page before it is parsed.
//!
//! HTML parsing by the standard is not linear: every element looks through the open elements above it,
//! open formatting elements are cloned into every block, and attributes are compared with one another.
//! A hostile page of a few megabytes can keep a parser busy for hours or fill the memory. The sieve lets
//! through only what article text and its metadata need, with bounded nesting, in one pass. What it
//! writes is canonical markup, so the bounds hold whatever the parser makes of odd syntax.

use std::ops::Range;

use memchr::memmem;
use rustc_hash::FxHashMap;

use super::InputProblem;

/// Open elements at most; the tags of elements beyond are dropped, their text stays.
const DEPTH: usize = 100;

/// Elements at most: articles have hundreds, pages thousands.
const ELEMENTS: usize = 50_000;

/// Attributes of an element at most, of those that are kept.
const ATTRIBUTES: usize = 12;

/// Longest attribute value kept, in bytes; longer ones are inline images and scripts' data.
const VALUE: usize = 4096;

/// Longest text without a tag, in bytes. Longer text is divided by `wbr`, which shows nothing: the
/// serialiser searches the rest of the text again at every character that it must escape.
const RUN: usize = 4096;

/// Longest name of a character reference, in bytes.
const REFERENCE: usize = 32;

/// Character references that pages write without a semicolon.
const OPEN_REFERENCES: [&str; 8] = ["amp", "nbsp", "lt", "gt", "quot", "copy", "reg", "shy"];

/// Elements whose content is not text.
const DROPPED_WITH_CONTENT: [&str; 14] = [
    "script", "style", "noscript", "svg", "iframe", "textarea", "xmp", "noembed", "noframes", "template",
    "canvas", "audio", "video", "datalist",
];

/// Elements that only change how text looks, and those in which the parser changes its rules.
const DROPPED_TAGS: [&str; 26] = [
    "b",
    "big",
    "code",
    "em",
    "font",
    "i",
    "nobr",
    "s",
    "small",
    "strike",
    "strong",
    "tt",
    "u",
    "math",
    "plaintext",
    "frameset",
    "frame",
    "select",
    "option",
    "optgroup",
    "listing",
    "image",
    "object",
    "applet",
    "marquee",
    "input",
];

/// Elements that have no content.
const VOID: [&str; 14] = [
    "area", "base", "br", "col", "embed", "hr", "img", "link", "meta", "param", "source", "track", "wbr",
    "keygen",
];

/// Elements that the next one of their kind closes, so that they need not be counted.
const SELF_LIMITING: [&str; 16] = [
    "html", "head", "body", "p", "li", "dt", "dd", "tr", "td", "th", "tbody", "thead", "tfoot", "colgroup",
    "caption", "title",
];

/// Attributes that metadata and the search for the main text read.
const KEPT_ATTRIBUTES: [&str; 20] = [
    "id",
    "class",
    "href",
    "rel",
    "name",
    "property",
    "content",
    "itemprop",
    "itemtype",
    "datetime",
    "pubdate",
    "role",
    "style",
    "hidden",
    "aria-hidden",
    "aria-modal",
    "src",
    "colspan",
    "rowspan",
    "lang",
];

/// What is left of a page.
#[derive(Default)]
pub(super) struct Sieve {
    /// The page without scripts, styles, comments, drawings and formatting.
    pub(super) html: String,
    /// The contents of its JSON-LD scripts.
    pub(super) json_ld: Vec<String>,
    /// Bytes of text since the last tag.
    run: usize,
}

/// A tag in the page.
struct Tag<'a> {
    name: String,
    is_end: bool,
    attributes: Vec<(&'a str, &'a str)>,
    /// One past its `>`.
    end: usize,
}

impl Sieve {
    /// Passes `page` through.
    pub(super) fn of(page: &str) -> Result<Self, InputProblem> {
        let mut sieve = Self::default();
        let mut open = Open::default();
        let mut ends = Ends::default();
        let mut elements = 0;
        let mut done = 0;
        while let Some(place) = memchr::memchr(b'<', page.as_bytes().get(done..).unwrap_or_default()) {
            let start = done + place;
            sieve.write_text(page.get(done..start).unwrap_or_default());
            let rest = page.get(start..).unwrap_or_default();
            if let Some(after) = passed_over(rest) {
                done = start + after;
                continue;
            }
            let Some(tag) = Tag::parse(page, start) else {
                sieve.write_whole("&lt;");
                done = start + 1;
                continue;
            };
            done = tag.end;
            if !tag.is_end && DROPPED_WITH_CONTENT.contains(&tag.name.as_str()) {
                let content = ends.content(page, &tag);
                if tag.is_json_ld()
                    && let Some(content) = page.get(content.clone())
                {
                    sieve.json_ld.push(content.to_owned());
                }
                done = content.end;
            } else if !DROPPED_TAGS.contains(&tag.name.as_str()) && open.admits(&tag) {
                elements += usize::from(!tag.is_end);
                if elements > ELEMENTS {
                    return Err(InputProblem::TooManyElements { limit: ELEMENTS });
                }
                tag.write(&mut sieve.html);
                sieve.run = 0;
            }
        }
        sieve.write_text(page.get(done..).unwrap_or_default());
        Ok(sieve)
    }

    /// Writes text with all its character references ended by a semicolon: the parser goes back over
    /// those that are not. `&` that begins none becomes `&amp;`.
    fn write_text(&mut self, text: &str) {
        let mut done = 0;
        for start in memchr::memchr_iter(b'&', text.as_bytes()) {
            self.write_plain(text.get(done..start).unwrap_or_default());
            let rest = text.get(start + 1..).unwrap_or_default();
            let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'#';
            let length = rest.bytes().take(REFERENCE).take_while(is_name).count();
            let name = rest.get(..length).unwrap_or_default();
            let is_ended = rest.get(length..).is_some_and(|after| after.starts_with(';'));
            if is_ended || name.starts_with('#') || OPEN_REFERENCES.contains(&name) {
                self.write_whole(&format!("&{name};"));
                done = start + 1 + length + usize::from(is_ended);
            } else {
                self.write_whole("&amp;");
                done = start + 1;
            }
        }
        self.write_plain(text.get(done..).unwrap_or_default());
    }

    fn write_plain(&mut self, mut text: &str) {
        while self.run + text.len() > RUN {
            let (first, rest) = text.split_at(text.floor_char_boundary(RUN.saturating_sub(self.run)));
            self.html.push_str(first);
            self.html.push_str("<wbr>");
            self.run = 0;
            text = rest;
        }
        self.html.push_str(text);
        self.run += text.len();
    }

    /// Writes text that must not be divided.
    fn write_whole(&mut self, text: &str) {
        if self.run + text.len() > RUN {
            self.html.push_str("<wbr>");
            self.run = 0;
        }
        self.html.push_str(text);
        self.run += text.len();
    }
}

/// Where the comment, document type or processing instruction that `rest` opens with ends.
fn passed_over(rest: &str) -> Option<usize> {
    let bytes = rest.as_bytes();
    if bytes.starts_with(b"<!--") {
        let close = memmem::find(bytes.get(4..)?, b"-->").map(|place| place + 7);
        return Some(close.unwrap_or(bytes.len()));
    }
    if bytes.starts_with(b"<!") || bytes.starts_with(b"<?") {
        return Some(memchr::memchr(b'>', bytes).map_or(bytes.len(), |place| place + 1));
    }
    None
}

/// How many elements of each name are open at most.
#[derive(Default)]
struct Open {
    counts: FxHashMap<String, usize>,
    depth: usize,
}

impl Open {
    /// Takes note of a tag, unless it would nest too deep or closes nothing.
    fn admits(&mut self, tag: &Tag<'_>) -> bool {
        let name = tag.name.as_str();
        if SELF_LIMITING.contains(&name) || VOID.contains(&name) {
            return true;
        }
        if tag.is_end {
            let Some(count) = self.counts.get_mut(name).filter(|count| **count > 0) else {
                return false;
            };
            *count -= 1;
            self.depth -= 1;
            true
        } else if self.depth < DEPTH {
            *self.counts.entry(name.to_owned()).or_default() += 1;
            self.depth += 1;
            true
        } else {
            false
        }
    }
}

/// Finds end tags; remembers which names have none left, so as not to look again.
#[derive(Default)]
struct Ends {
    missing: Vec<String>,
}

impl Ends {
    /// The content of the element that `tag` opens, up to its end tag. Without one, that is the rest of
    /// the page for an element whose content cannot hold tags, and nothing for the others.
    fn content(&mut self, page: &str, tag: &Tag<'_>) -> Range<usize> {
        let bytes = page.as_bytes();
        let mut from = tag.end;
        while !self.missing.contains(&tag.name) {
            let Some(place) = memmem::find(bytes.get(from..).unwrap_or_default(), b"</") else {
                break;
            };
            let name = from + place + 2;
            let after = name + tag.name.len();
            let is_same =
                bytes.get(name..after).is_some_and(|found| found.eq_ignore_ascii_case(tag.name.as_bytes()));
            if is_same && bytes.get(after).is_none_or(|byte| !byte.is_ascii_alphanumeric()) {
                return tag.end..from + place;
            }
            from = name;
        }
        self.missing.push(tag.name.clone());
        let holds_tags = matches!(
            tag.name.as_str(),
            "noscript" | "svg" | "template" | "canvas" | "audio" | "video" | "datalist"
        );
        tag.end..if holds_tags { tag.end } else { bytes.len() }
    }
}

impl<'a> Tag<'a> {
    /// The tag whose `<` stands at `start`, if it is one.
    fn parse(page: &'a str, start: usize) -> Option<Self> {
        let bytes = page.as_bytes();
        let is_end = bytes.get(start + 1) == Some(&b'/');
        let name_start = start + 1 + usize::from(is_end);
        if !bytes.get(name_start)?.is_ascii_alphabetic() {
            return None;
        }
        let mut at = skip(bytes, name_start, |byte| !is_space(byte) && !matches!(byte, b'/' | b'>' | b'<'));
        let name = page.get(name_start..at)?.to_ascii_lowercase();
        let mut attributes = Vec::new();
        loop {
            at = skip(bytes, at, |byte| is_space(byte) || byte == b'/');
            match bytes.get(at) {
                None | Some(b'<') => break,
                Some(b'>') => {
                    at += 1;
                    break;
                }
                Some(_) => {}
            }
            let key_end =
                skip(bytes, at + 1, |byte| !is_space(byte) && !matches!(byte, b'/' | b'>' | b'=' | b'<'));
            let key = page.get(at..key_end).unwrap_or_default();
            at = skip(bytes, key_end, is_space);
            let mut value = "";
            if bytes.get(at) == Some(&b'=') {
                at = skip(bytes, at + 1, is_space);
                if let Some(&mark @ (b'"' | b'\'')) = bytes.get(at) {
                    let rest = bytes.get(at + 1..).unwrap_or_default();
                    let close = memchr::memchr(mark, rest).map_or(bytes.len(), |place| at + 1 + place);
                    value = page.get(at + 1..close).unwrap_or_default();
                    at = close + 1;
                } else {
                    let close = skip(bytes, at, |byte| !is_space(byte) && byte != b'>');
                    value = page.get(at..close).unwrap_or_default();
                    at = close;
                }
            }
            let is_kept = |name: &&&str| name.eq_ignore_ascii_case(key);
            if attributes.len() < ATTRIBUTES
                && value.len() <= VALUE
                && let Some(key) = KEPT_ATTRIBUTES.iter().find(is_kept)
            {
                attributes.push((*key, value));
            } else if key.eq_ignore_ascii_case("type")
                && value.trim().eq_ignore_ascii_case("application/ld+json")
            {
                attributes.push(("type", "application/ld+json"));
            }
        }
        Some(Self { name, is_end, attributes, end: at })
    }

    fn is_json_ld(&self) -> bool {
        self.name == "script" && self.attributes.iter().any(|(key, _)| *key == "type")
    }

    fn write(&self, html: &mut String) {
        html.push_str(if self.is_end { "</" } else { "<" });
        html.extend(self.name.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | ':')));
        if !self.is_end {
            for (key, value) in self.attributes.iter().filter(|(key, _)| *key != "type") {
                html.push(' ');
                html.push_str(key);
                html.push_str("=\"");
                html.push_str(&value.replace('"', "&quot;"));
                html.push('"');
            }
        }
        html.push('>');
    }
}

fn skip(bytes: &[u8], from: usize, is_skipped: impl Fn(u8) -> bool) -> usize {
    let rest = bytes.get(from..).unwrap_or_default();
    from.min(bytes.len()) + rest.iter().take_while(|byte| is_skipped(**byte)).count()
}

const fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0x0c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_matters_passes() {
        for (page, expected) in [
            ("<p>One <b>two</b> three</p>", "<p>One two three</p>"),
            ("a<script>if (a<b) { '</p>' }</script>b", "ab"),
            ("a<STYLE>p{}</Style >b", "ab"),
            ("a<!-- <p> -->b", "ab"),
            ("<!DOCTYPE html><?xml ?>a", "a"),
            ("a<svg><path/></svg>b<svg>c", "abc"),
            ("5 < 6 and 6 <7", "5 &lt; 6 and 6 &lt;7"),
            ("<p class='a \"b\"' onclick=\"x()\" ID=c>d", "<p class=\"a &quot;b&quot;\" id=\"c\">d"),
            ("<p", "<p>"),
            ("<a href=https://harbour.example/a/b>x</a>", "<a href=\"https://harbour.example/a/b\">x</a>"),
            ("</div><div>x</div></div>", "<div>x</div>"),
            ("<div <p>x", "<div><p>x"),
            (
                "AT&T &amp; &nbspx&copy 2018 &#8220 &mdash;",
                "AT&amp;T &amp; &amp;nbspx&copy; 2018 &#8220; &mdash;",
            ),
            ("<p class=\"a>b", "<p class=\"a>b\">"),
        ] {
            assert_eq!(Sieve::of(page).unwrap().html, expected, "{page}");
        }
    }

    #[test]
    fn json_ld_is_kept_apart() {
        let page = "<script type='application/ld+json'>{\"a\": \"</p>\"}</script><script>x</script>";
        let sieve = Sieve::of(page).unwrap();
        assert_eq!(sieve.html, "");
        assert_eq!(sieve.json_ld, ["{\"a\": \"</p>\"}"]);
    }

    #[test]
    fn nesting_is_bounded() {
        let page = format!("{}deep{}", "<div>".repeat(10_000), "</div>".repeat(10_000));
        let html = Sieve::of(&page).unwrap().html;
        assert_eq!(html.matches("<div>").count(), DEPTH);
        assert_eq!(html.matches("</div>").count(), DEPTH);
        assert!(html.contains("deep"));
    }

    #[test]
    fn long_text_is_divided() {
        let page = "“a&amp;".repeat(10_000);
        let html = Sieve::of(&page).unwrap().html;
        assert!(html.split("<wbr>").all(|text| text.len() <= RUN));
        assert_eq!(html.replace("<wbr>", ""), page);
    }

    #[test]
    fn too_many_elements_are_refused() {
        let page = "<p>".repeat(ELEMENTS + 1);
        assert!(matches!(Sieve::of(&page), Err(InputProblem::TooManyElements { limit: ELEMENTS })));
    }
}
