//! The `---` block of `key: value` lines that may open a Markdown file.

use crate::types::Span;

/// Front matter longer than this is taken for text after a thematic break.
const LONGEST: usize = 64 * 1024;

/// Front matter: where it stands and what it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FrontMatter {
    /// The whole block, both `---` lines and the last line break included.
    pub(super) span: Span,
    /// Its top-level `key: value` lines, keys in lower case, values without quotation marks.
    fields: Vec<(String, String)>,
}

impl FrontMatter {
    /// The front matter that `text` opens with, if it does.
    pub(super) fn of(text: &str) -> Option<Self> {
        let start = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        let mut lines = text.get(start..)?.split_inclusive('\n');
        let first = lines.next()?;
        if first.trim_end() != "---" {
            return None;
        }
        let mut end = start + first.len();
        let mut fields = Vec::new();
        for line in lines {
            end += line.len();
            if end > LONGEST {
                return None;
            }
            match line.trim_end() {
                "---" | "..." => return Some(Self { span: Span::new(start, end), fields }),
                line => fields.extend(field(line)),
            }
        }
        None
    }

    /// The first value under one of `keys`, in the order of `keys`.
    pub(super) fn get(&self, keys: &[&str]) -> Option<&str> {
        keys.iter().find_map(|key| {
            self.fields
                .iter()
                .find(|(name, value)| name == key && !value.is_empty())
                .map(|(_, value)| &**value)
        })
    }
}

/// A `key: value` line that is not indented, a comment or a list item.
fn field(line: &str) -> Option<(String, String)> {
    if line.starts_with([' ', '\t', '#', '-']) {
        return None;
    }
    let (key, value) = line.split_once(':')?;
    let value = value.trim();
    let bare = ['"', '\'']
        .into_iter()
        .find_map(|mark| value.strip_prefix(mark)?.strip_suffix(mark))
        .unwrap_or(value);
    Some((key.trim().to_lowercase(), bare.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_read() {
        let text = "---\ntitle: \"Talks: a start\"\nDate: 2017-10-01\ntags:\n  - trade\nurl: https://harbour.example/a\n---\nBody";
        let found = FrontMatter::of(text).unwrap();
        assert_eq!(found.get(&["title"]), Some("Talks: a start"));
        assert_eq!(found.get(&["published", "date"]), Some("2017-10-01"));
        assert_eq!(found.get(&["url"]), Some("https://harbour.example/a"));
        assert_eq!(found.get(&["tags"]), None);
        assert_eq!(&text[found.span.end..], "Body");
    }

    #[test]
    fn other_openings_are_not_front_matter() {
        for text in ["", "---", "----\na: b\n---\n", "Text\n---\na: b\n---\n", "---\nnever closed: yes\n"] {
            assert_eq!(FrontMatter::of(text), None, "{text:?}");
        }
    }
}
