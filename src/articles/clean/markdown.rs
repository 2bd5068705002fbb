//! The block structure of Markdown (CommonMark 0.31, sections 4 and 5), as far as words need it.

use std::mem;

use rustc_hash::FxHashSet;

use super::boilerplate::is_placeholder;
use super::builder::Builder;
use super::inline::{Mark, marks};
use super::lines::{lines, trim};
use crate::articles::front_matter::FrontMatter;
use crate::types::Span;

/// Takes in Markdown without its front matter and marks.
pub(super) fn take_in<'a>(text: &'a str, builder: &mut Builder<'a>) {
    let from = FrontMatter::of(text).map_or(0, |front| front.span.end);
    let mut blocks = Blocks {
        text,
        builder,
        links: link_names(text, from),
        lines: Vec::new(),
        is_list: false,
        depth: 0,
        fence: None,
        is_comment: false,
    };
    for line in lines(text, from) {
        blocks.take_line(line);
    }
    blocks.end_paragraph();
}

/// The names of link reference definitions, in lower case.
fn link_names(text: &str, from: usize) -> FxHashSet<String> {
    lines(text, from)
        .filter_map(|line| definition(line.of(text)?))
        .filter(|name| !name.starts_with('^'))
        .map(str::to_lowercase)
        .collect()
}

/// The name that a line such as `[name]: address` defines.
fn definition(line: &str) -> Option<&str> {
    let (name, rest) = line.strip_prefix('[')?.split_once(']')?;
    (!name.is_empty() && rest.strip_prefix(':')?.trim_start().len() > 1).then_some(name)
}

struct Blocks<'a, 'b> {
    text: &'a str,
    builder: &'b mut Builder<'a>,
    links: FxHashSet<String>,
    /// The lines of the open paragraph.
    lines: Vec<Span>,
    /// Whether the open paragraph is a list item.
    is_list: bool,
    /// Block-quote marks before the open paragraph.
    depth: usize,
    /// Mark and length of the open code fence.
    fence: Option<(u8, usize)>,
    is_comment: bool,
}

impl Blocks<'_, '_> {
    fn take_line(&mut self, line: Span) {
        if self.is_comment {
            self.is_comment = !line.of(self.text).unwrap_or_default().contains("-->");
            return;
        }
        let (line, depth) = self.without_quote_marks(line);
        let words = line.of(self.text).unwrap_or_default();
        if let Some((mark, length)) = self.fence {
            let run = words.bytes().take_while(|byte| *byte == mark).count();
            if run >= length && run == words.len() {
                self.fence = None;
            } else if !words.is_empty() {
                self.builder.copy(line);
            }
            self.builder.end_paragraph();
            return;
        }
        if words.is_empty() {
            self.end_paragraph();
            self.builder.stand_apart();
            return;
        }
        if let Some(fence) = opened_fence(words) {
            self.end_paragraph();
            self.builder.stand_apart();
            self.fence = Some(fence);
            return;
        }
        if words.starts_with("<!--") {
            self.is_comment = !words.contains("-->");
            return;
        }
        if is_rule(words) || (!self.lines.is_empty() && is_underline(words)) || is_table_rule(words) {
            self.end_paragraph();
            self.builder.stand_apart();
            return;
        }
        if is_placeholder(words)
            || (self.lines.is_empty() && definition(words).is_some_and(|name| !name.starts_with('^')))
        {
            return;
        }
        if depth != self.depth {
            self.end_paragraph();
            self.depth = depth;
        }
        self.take_words(line, words);
    }

    /// Takes in a line that has words, with the marks of headings and list items at its beginning.
    fn take_words(&mut self, line: Span, words: &str) {
        if let Some(heading) = heading(words) {
            self.end_paragraph();
            self.builder.stand_apart();
            self.lines.push(trim(self.text, Span::new(line.start + heading.start, line.start + heading.end)));
            self.end_paragraph();
            self.builder.stand_apart();
            return;
        }
        let may_interrupt = self.lines.is_empty() || self.is_list;
        if let Some(mark) = list_mark(words, may_interrupt) {
            self.end_paragraph();
            self.is_list = true;
            self.lines.push(trim(self.text, Span::new(line.start + mark, line.end)));
            return;
        }
        if words.starts_with('|') {
            self.end_paragraph();
        }
        self.lines.push(line);
        if words.starts_with('|') {
            self.end_paragraph();
        }
    }

    fn without_quote_marks(&self, line: Span) -> (Span, usize) {
        let words = line.of(self.text).unwrap_or_default();
        let marks = words.len() - words.trim_start_matches(['>', ' ', '\t']).len();
        if !words.starts_with('>') {
            return (line, 0);
        }
        let depth = words.bytes().take(marks).filter(|byte| *byte == b'>').count();
        (trim(self.text, Span::new(line.start + marks, line.end)), depth)
    }

    /// Hands the open paragraph on without its inline marks.
    fn end_paragraph(&mut self) {
        let lines = mem::take(&mut self.lines);
        let mut marks = marks(self.text, &lines, &self.links).into_iter().peekable();
        for line in lines {
            let mut done = line.start;
            if let Some(last) = self.builder.position().filter(|_| !self.builder.is_at_start()) {
                self.builder.space(Span::new(last, line.start));
            }
            while let Some(Mark { span, is_space }) = marks.next_if(|mark| mark.span.start < line.end) {
                if span.start >= done {
                    self.builder.copy(Span::new(done, span.start));
                    if is_space {
                        self.builder.space(span);
                    }
                }
                done = done.max(span.end);
            }
            self.builder.copy(Span::new(done.min(line.end), line.end));
        }
        self.builder.end_paragraph();
        self.is_list = false;
    }
}

/// The mark and length of a code fence that a line opens.
fn opened_fence(words: &str) -> Option<(u8, usize)> {
    let mark = *words.as_bytes().first()?;
    let length = words.bytes().take_while(|byte| *byte == mark).count();
    let is_fence = length >= 3 && (mark == b'~' || (mark == b'`' && !words.get(length..)?.contains('`')));
    is_fence.then_some((mark, length))
}

/// A thematic break: three or more `*`, `-` or `_`, perhaps with spaces between them.
fn is_rule(words: &str) -> bool {
    let mut marks = words.bytes().filter(|byte| !matches!(byte, b' ' | b'\t'));
    let Some(first @ (b'*' | b'-' | b'_')) = marks.next() else {
        return false;
    };
    let mut count = 1;
    marks.all(|mark| {
        count += 1;
        mark == first
    }) && count >= 3
}

/// The underline of a heading.
fn is_underline(words: &str) -> bool {
    words.len() >= 2 && (words.bytes().all(|byte| byte == b'=') || words.bytes().all(|byte| byte == b'-'))
}

/// The line below the head of a table: `|---|:--:|`.
fn is_table_rule(words: &str) -> bool {
    words.contains('|')
        && words.contains('-')
        && words.bytes().all(|byte| matches!(byte, b'|' | b'-' | b':' | b' '))
}

/// Where the words of a heading line stand.
fn heading(words: &str) -> Option<Span> {
    let level = words.bytes().take_while(|byte| *byte == b'#').count();
    let rest = words.get(level..)?;
    if !(1..=6).contains(&level) || !(rest.is_empty() || rest.starts_with([' ', '\t'])) {
        return None;
    }
    let without = rest.trim_end_matches('#');
    let end = if without.ends_with([' ', '\t']) || without.is_empty() { without.len() } else { rest.len() };
    Some(Span::new(level, level + end))
}

/// The length of the mark of a list item. A number other than 1 does not interrupt a paragraph of prose,
/// where a line may begin with a year.
fn list_mark(words: &str, may_interrupt: bool) -> Option<usize> {
    let digits = words.bytes().take_while(u8::is_ascii_digit).count();
    let mark = match digits {
        0 if words.starts_with(['-', '*', '+']) => 1,
        1..=3 if words.get(digits..)?.starts_with(['.', ')']) => digits + 1,
        _ => return None,
    };
    let is_allowed = digits == 0 || may_interrupt || words.get(..digits) == Some("1");
    (is_allowed && words.get(mark..)?.starts_with([' ', '\t'])).then_some(mark)
}
