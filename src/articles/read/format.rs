use std::fmt;
use std::path::Path;
use std::str::FromStr;

/// How the bytes of an input file are laid out, after decompression.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum InputFormat {
    /// One article as plain text.
    Text,
    /// One article as Markdown, perhaps with front matter.
    Markdown,
    /// One article as a web page.
    Html,
    /// One article per line, each a JSON object.
    Jsonl,
    /// One article per row, columns named by the first row, separated by commas.
    Csv,
    /// The same, separated by tabs.
    Tsv,
}

/// A format name that is not known.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown input format '{found}' (known: {})", InputFormat::NAMES.join(", "))]
pub struct UnknownFormat {
    /// The name that was found.
    pub found: String,
}

impl InputFormat {
    /// All formats.
    pub const ALL: [Self; 6] = [Self::Text, Self::Markdown, Self::Html, Self::Jsonl, Self::Csv, Self::Tsv];

    /// The names of [`ALL`](Self::ALL).
    pub const NAMES: [&'static str; 6] = ["text", "markdown", "html", "jsonl", "csv", "tsv"];

    /// The name, as [`FromStr`] reads it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        Self::NAMES[self as usize]
    }

    /// The format that the file name promises, looking through `.gz` and `.zst`; `None` where the
    /// extension is missing or unknown.
    #[must_use]
    pub fn from_file_name(path: &Path) -> Option<Self> {
        let name = path.file_name()?.to_str()?.to_ascii_lowercase();
        let name = name.strip_suffix(".gz").or_else(|| name.strip_suffix(".zst")).unwrap_or(&name);
        match name.rsplit_once('.')?.1 {
            "txt" | "text" => Some(Self::Text),
            "md" | "markdown" | "mdown" | "mkd" => Some(Self::Markdown),
            "html" | "htm" | "xhtml" => Some(Self::Html),
            "jsonl" | "ndjson" => Some(Self::Jsonl),
            "csv" => Some(Self::Csv),
            "tsv" | "tab" => Some(Self::Tsv),
            _ => None,
        }
    }

    /// The format that the beginning of a file shows: JSONL where the first character that is not white
    /// space is `{`, HTML where the text starts with a tag or document type, else plain text.
    #[must_use]
    pub fn sniff(head: &str) -> Self {
        let head = head.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
        let mut bytes = head.bytes();
        match (bytes.next(), bytes.next(), bytes.next()) {
            (Some(b'{'), Some(next), _) if next != b'{' && next.is_ascii() && !next.is_ascii_alphabetic() => {
                Self::Jsonl
            }
            (Some(b'<'), Some(b'!'), Some(b'-' | b'd' | b'D')) => Self::Html,
            (Some(b'<'), Some(b'?'), Some(b'x')) => Self::Html,
            (Some(b'<'), Some(next), _) if next.is_ascii_alphabetic() => Self::Html,
            _ => Self::Text,
        }
    }

    /// Whether a file of this format holds many articles.
    pub(super) const fn holds_records(self) -> bool {
        matches!(self, Self::Jsonl | Self::Csv | Self::Tsv)
    }
}

impl FromStr for InputFormat {
    type Err = UnknownFormat;

    fn from_str(name: &str) -> Result<Self, UnknownFormat> {
        Self::ALL
            .into_iter()
            .find(|format| format.name() == name)
            .ok_or_else(|| UnknownFormat { found: name.to_owned() })
    }
}

impl fmt::Display for InputFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_round_trip() {
        for format in InputFormat::ALL {
            assert_eq!(format.name().parse(), Ok(format));
        }
        let error = "pdf".parse::<InputFormat>().unwrap_err().to_string();
        assert_eq!(error, "unknown input format 'pdf' (known: text, markdown, html, jsonl, csv, tsv)");
    }

    #[test]
    fn file_names() {
        for (name, format) in [
            ("a.txt", Some(InputFormat::Text)),
            ("a/b.MD", Some(InputFormat::Markdown)),
            ("a.b.html.gz", Some(InputFormat::Html)),
            ("a.jsonl.zst", Some(InputFormat::Jsonl)),
            ("a.csv.GZ", Some(InputFormat::Csv)),
            ("a.tsv", Some(InputFormat::Tsv)),
            ("a.gz", None),
            ("txt", None),
            ("a.pdf", None),
            ("a.tar.gz", None),
        ] {
            assert_eq!(InputFormat::from_file_name(Path::new(name)), format, "{name}");
        }
    }

    #[test]
    fn openings() {
        for (head, format) in [
            ("", InputFormat::Text),
            ("Talks resume", InputFormat::Text),
            ("\n {\"text\": 1}", InputFormat::Jsonl),
            ("{mosads}\nText", InputFormat::Text),
            ("{{ad}}\nText", InputFormat::Text),
            ("\u{feff}<!DOCTYPE html>", InputFormat::Html),
            ("<!-- saved --><html>", InputFormat::Html),
            ("<?xml version='1.0'?><html>", InputFormat::Html),
            ("<p>Text", InputFormat::Html),
            ("< 5 people came", InputFormat::Text),
            ("<3", InputFormat::Text),
        ] {
            assert_eq!(InputFormat::sniff(head), format, "{head:?}");
        }
    }
}
