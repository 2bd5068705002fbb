//! The marks within a paragraph of Markdown (CommonMark 0.31, section 6), found in one pass.

use rustc_hash::FxHashSet;

use crate::types::Span;

/// Open marks remembered at most, of each kind: a paragraph of a million brackets is not a million links.
const OPEN: usize = 1000;

/// Longest name of a link reference, in bytes.
const NAME: usize = 200;

/// Elements that separate words when they are left out.
const SEPARATING: [&str; 16] = [
    "br",
    "p",
    "div",
    "li",
    "ul",
    "ol",
    "hr",
    "tr",
    "td",
    "th",
    "table",
    "h1",
    "h2",
    "h3",
    "h4",
    "blockquote",
];

/// A stretch of the original that is not words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Mark {
    pub(super) span: Span,
    /// Whether a space stands for it.
    pub(super) is_space: bool,
}

/// The marks in the lines of one paragraph, in order of their beginnings; they may overlap. `links` holds
/// the names of link reference definitions in lower case.
pub(super) fn marks(text: &str, lines: &[Span], links: &FxHashSet<String>) -> Vec<Mark> {
    let mut scanner = Scanner {
        text,
        links,
        marks: Vec::new(),
        stars: Vec::new(),
        lows: Vec::new(),
        tildes: Vec::new(),
        brackets: Vec::new(),
        ticks: [None; 3],
    };
    for line in lines {
        scanner.scan(*line);
    }
    scanner.marks.sort_unstable();
    scanner.marks
}

struct Scanner<'a> {
    text: &'a str,
    links: &'a FxHashSet<String>,
    marks: Vec<Mark>,
    /// Runs of `*`, `_` and `~~` that may open emphasis: what is left of each.
    stars: Vec<Span>,
    lows: Vec<Span>,
    tildes: Vec<Span>,
    /// Brackets that may open a link, and whether `!` makes it an image.
    brackets: Vec<(usize, bool)>,
    /// The last open run of one, two and three backticks.
    ticks: [Option<usize>; 3],
}

impl Scanner<'_> {
    fn scan(&mut self, line: Span) {
        let bytes = self.text.as_bytes().get(..line.end).unwrap_or_default();
        let mut at = line.start;
        while let Some(&byte) = bytes.get(at) {
            at = match byte {
                b'\\' => self.escape(bytes, at),
                b'*' | b'_' | b'~' => self.emphasis(bytes, at, byte),
                b'`' => self.tick(bytes, at),
                b'[' => {
                    if self.brackets.len() < OPEN {
                        let is_image = at > line.start && bytes.get(at - 1) == Some(&b'!');
                        self.brackets.push((at, is_image));
                    }
                    at + 1
                }
                b']' => self.close_bracket(bytes, at),
                b'<' => self.tag(bytes, at),
                _ => at + 1,
            };
        }
    }

    fn drop(&mut self, start: usize, end: usize) {
        self.marks.push(Mark { span: Span::new(start, end), is_space: false });
    }

    fn escape(&mut self, bytes: &[u8], at: usize) -> usize {
        match bytes.get(at + 1) {
            Some(byte) if byte.is_ascii_punctuation() => {
                self.drop(at, at + 1);
                at + 2
            }
            // At the end of a line: a line break.
            None => {
                self.drop(at, at + 1);
                at + 1
            }
            Some(_) => at + 1,
        }
    }

    fn emphasis(&mut self, bytes: &[u8], start: usize, mark: u8) -> usize {
        let end = start + run(bytes, start, mark);
        let before = self.text.get(..start).and_then(|text| text.chars().next_back()).unwrap_or(' ');
        let after = bytes.get(end).and_then(|_| self.text.get(end..)?.chars().next()).unwrap_or(' ');
        let is_mark = |c: char| !c.is_alphanumeric() && !c.is_whitespace();
        let left = !after.is_whitespace() && (!is_mark(after) || before.is_whitespace() || is_mark(before));
        let right = !before.is_whitespace() && (!is_mark(before) || after.is_whitespace() || is_mark(after));
        let (opens, closes) = match mark {
            b'_' => (left && (!right || is_mark(before)), right && (!left || is_mark(after))),
            b'~' => (left && end - start == 2, right && end - start == 2),
            _ => (left, right),
        };
        let open = match mark {
            b'*' => &mut self.stars,
            b'_' => &mut self.lows,
            _ => &mut self.tildes,
        };
        let mut rest = Span::new(start, end);
        while closes && !rest.is_empty() {
            let Some(opener) = open.last_mut() else { break };
            let count = opener.len().min(rest.len());
            for span in [Span::new(opener.end - count, opener.end), Span::new(rest.start, rest.start + count)]
            {
                self.marks.push(Mark { span, is_space: false });
            }
            opener.end -= count;
            rest.start += count;
            if opener.is_empty() {
                open.pop();
            }
        }
        if opens && !rest.is_empty() && open.len() < OPEN {
            open.push(rest);
        }
        end
    }

    fn tick(&mut self, bytes: &[u8], start: usize) -> usize {
        let length = run(bytes, start, b'`');
        if let Some(open) = self.ticks.get_mut(length - 1) {
            match open.take() {
                Some(opener) => {
                    self.ticks = [None; 3];
                    self.drop(opener, opener + length);
                    self.drop(start, start + length);
                }
                None => *open = Some(start),
            }
        }
        start + length
    }

    /// Links `[words](address)`, `[words][name]`, `[name]`; images; footnote marks `[^1]`.
    fn close_bracket(&mut self, bytes: &[u8], close: usize) -> usize {
        let Some((open, is_image)) = self.brackets.pop() else { return close + 1 };
        let words = if close - open <= NAME { self.text.get(open + 1..close) } else { None };
        let end = match (bytes.get(close + 1), words) {
            (_, Some(words)) if words.starts_with('^') && !words.contains(char::is_whitespace) => {
                let colon = usize::from(bytes.get(close + 1) == Some(&b':'));
                self.drop(open, close + 1 + colon);
                return close + 1 + colon;
            }
            (Some(b'('), _) => address_end(bytes, close + 1)
                .filter(|end| self.text.get(close + 2..end - 1).is_some_and(is_address)),
            (Some(b'['), _) => self.reference_end(bytes, close + 1, words),
            _ => None,
        };
        let end = end.or_else(|| words.filter(|words| self.is_link_name(words)).map(|_| close + 1));
        let Some(end) = end else { return close + 1 };
        if is_image {
            self.drop(open - 1, end);
        } else {
            self.drop(open, open + 1);
            self.drop(close, end);
        }
        end
    }

    fn is_link_name(&self, name: &str) -> bool {
        !self.links.is_empty() && self.links.contains(&name.to_lowercase())
    }

    /// One past the `]` of the `[name]` at `open`, where `name`, or `words` for `[]`, is defined.
    fn reference_end(&self, bytes: &[u8], open: usize, words: Option<&str>) -> Option<usize> {
        let length = bytes.get(open + 1..)?.iter().take(NAME).position(|byte| matches!(byte, b'[' | b']'))?;
        let close = open + 1 + length;
        let name = self.text.get(open + 1..close).filter(|name| !name.is_empty()).or(words)?;
        (bytes.get(close) == Some(&b']') && self.is_link_name(name)).then_some(close + 1)
    }

    /// An HTML tag, or an address in angle brackets.
    fn tag(&mut self, bytes: &[u8], start: usize) -> usize {
        let rest = bytes.get(start + 1..).unwrap_or_default();
        if !rest.first().is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'/') {
            return start + 1;
        }
        let Some(length) = rest.iter().position(|byte| matches!(byte, b'<' | b'>')) else {
            // No tag can end in this line any more.
            return start + 1;
        };
        let end = start + 1 + length;
        if bytes.get(end) != Some(&b'>') {
            return end;
        }
        let inside = self.text.get(start + 1..end).unwrap_or_default();
        if inside.contains("://") && !inside.contains(char::is_whitespace) {
            self.drop(start, start + 1);
            self.drop(end, end + 1);
        } else {
            let name = inside.trim_start_matches('/');
            let name = name.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
            let is_space = SEPARATING.iter().any(|separating| separating.eq_ignore_ascii_case(name));
            self.marks.push(Mark { span: Span::new(start, end + 1), is_space });
        }
        end + 1
    }
}

/// One past the `)` that closes the `(` at `open`: an address, perhaps with parentheses and a title, in
/// one line and without brackets.
fn address_end(bytes: &[u8], open: usize) -> Option<usize> {
    let mut depth = 0_usize;
    for (place, byte) in bytes.iter().enumerate().skip(open) {
        match byte {
            b'(' => depth += 1,
            b')' if depth == 1 => return Some(place + 1),
            b')' => depth -= 1,
            b'[' | b']' => return None,
            _ => {}
        }
    }
    None
}

/// Whether what stands in the parentheses is an address, perhaps with a title, and not an aside.
fn is_address(inside: &str) -> bool {
    match inside.trim().split_once(char::is_whitespace) {
        Some((_, title)) => title.trim_start().starts_with(['"', '\'', '(']),
        None => true,
    }
}

fn run(bytes: &[u8], start: usize, mark: u8) -> usize {
    bytes.get(start..).unwrap_or_default().iter().take_while(|byte| **byte == mark).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let links: FxHashSet<String> = ["port".to_owned()].into_iter().collect();
        let mut left = String::new();
        let mut done = 0;
        for Mark { span, is_space } in marks(text, &[Span::new(0, text.len())], &links) {
            if span.start >= done {
                left.push_str(&text[done..span.start]);
                left.push_str(if is_space { " " } else { "" });
            }
            done = done.max(span.end);
        }
        left.push_str(&text[done..]);
        assert_eq!(left, expected, "{text}");
    }

    #[test]
    fn emphasis() {
        for (text, expected) in [
            ("*one* **two** ***three***", "one two three"),
            ("_one_ __two__ ~~three~~", "one two three"),
            ("“**No** talks,” he said", "“No talks,” he said"),
            ("2 * 3 * 4", "2 * 3 * 4"),
            ("a*b", "a*b"),
            ("snake_case_name", "snake_case_name"),
            ("**open", "**open"),
            ("un*frigging*believable", "unfriggingbelievable"),
            ("~one~", "~one~"),
        ] {
            check(text, expected);
        }
    }

    #[test]
    fn links() {
        for (text, expected) in [
            ("see [the port](https://harbour.example/a_(b) \"Title\") now", "see the port now"),
            ("[North Korea] will not", "[North Korea] will not"),
            ("[he](the minister said so) left", "[he](the minister said so) left"),
            ("the [harbour][port] and the [Port] and the [port][]", "the harbour and the Port and the port"),
            ("the [harbour][sea]", "the [harbour][sea]"),
            ("![A ship](ship.png) text", " text"),
            ("[![A ship](ship.png)](https://harbour.example)", ""),
            ("text[^1] more", "text more"),
            ("<https://harbour.example> <b>bold</b> one<br>two", "https://harbour.example bold one two"),
            ("5 < 6 > 4", "5 < 6 > 4"),
            ("[open", "[open"),
            ("](x)", "](x)"),
        ] {
            check(text, expected);
        }
    }

    #[test]
    fn code_and_escapes() {
        for (text, expected) in [
            ("the `code` here", "the code here"),
            ("``a`` `b", "a `b"),
            (r"\*not emphasis\*", "*not emphasis*"),
            ("line end\\", "line end"),
            (r"C:\dir", r"C:\dir"),
        ] {
            check(text, expected);
        }
    }
}
