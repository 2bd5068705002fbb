//! From bytes to characters.

use std::io::{self, Read};
use std::sync::LazyLock;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{CoderResult, Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE};
use regex::bytes::Regex;

use super::InputProblem;
use super::bytes::HEAD;

/// The part of a page in which its encoding must be declared, in bytes (browsers: 1024).
const DECLARATION: usize = 4096;

/// Beginnings of files that are not text.
const MAGIC: [(&[u8], &str); 18] = [
    (b"%PDF", "PDF"),
    (b"\x89PNG", "PNG image"),
    (b"\xff\xd8\xff", "JPEG image"),
    (b"GIF8", "GIF image"),
    (b"RIFF", "RIFF media"),
    (b"OggS", "Ogg media"),
    (b"ID3\x03", "MP3 audio"),
    (b"PK\x03\x04", "ZIP archive or office document"),
    (b"PK\x05\x06", "ZIP archive"),
    (b"\xd0\xcf\x11\xe0", "old office document"),
    (b"{\\rtf", "RTF document"),
    (b"\x7fELF", "ELF program"),
    (b"\xcf\xfa\xed\xfe", "Mach-O program"),
    (b"Rar!", "RAR archive"),
    (b"7z\xbc\xaf", "7z archive"),
    (b"BZh", "bzip2 data"),
    (b"\xfd7zXZ", "xz data"),
    (b"SQLite format 3", "SQLite database"),
];

/// Decodes a whole file or record: by its byte-order mark, as UTF-8 where it is valid, by the encoding
/// that a page declares, or else by the likeliest one. The mark is not part of the text, and bytes that
/// mean nothing in the encoding become U+FFFD.
///
/// Valid UTF-8 goes before the declaration because saved pages are often converted without it, and no
/// text in another encoding is valid UTF-8 by chance.
pub(super) fn decode(bytes: Vec<u8>, is_html: bool) -> String {
    if let Some((encoding, length)) = Encoding::for_bom(&bytes) {
        let rest = bytes.get(length..).unwrap_or_default();
        return encoding.decode_without_bom_handling(rest).0.into_owned();
    }
    match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let bytes = error.into_bytes();
            let declared = if is_html { declared(&bytes) } else { None };
            let encoding = declared.unwrap_or_else(|| detect(&bytes, true));
            encoding.decode_without_bom_handling(&bytes).0.into_owned()
        }
    }
}

/// The encoding of a file of records, from its beginning, and the length of its byte-order mark.
pub(super) fn of_head(head: &[u8]) -> (&'static Encoding, usize) {
    if let Some(found) = Encoding::for_bom(head) {
        return found;
    }
    match std::str::from_utf8(head) {
        Ok(_) => (UTF_8, 0),
        // The cut after the head may go through a character.
        Err(error) if error.error_len().is_none() && head.len() == HEAD => (UTF_8, 0),
        Err(_) => (detect(head, head.len() < HEAD), 0),
    }
}

/// Refuses what is not text.
pub(super) fn check_is_text(bytes: &[u8]) -> Result<(), InputProblem> {
    if let Some((_, kind)) = MAGIC.iter().find(|(magic, _)| bytes.starts_with(magic)) {
        return Err(InputProblem::Binary(kind));
    }
    if let Some((encoding, _)) = Encoding::for_bom(bytes)
        && (encoding == UTF_16LE || encoding == UTF_16BE)
    {
        return Ok(());
    }
    if memchr::memchr(0, bytes).is_some() {
        return Err(InputProblem::Binary("NUL bytes"));
    }
    let head = bytes.get(..HEAD).unwrap_or(bytes);
    // Without branches, in counts of one byte: many bytes at a time.
    let is_control = |byte: u8| {
        let is_space_or_escape = (0x09..=0x0d).contains(&byte) | (byte == 0x1b);
        (byte < 0x20) & !is_space_or_escape | (byte == 0x7f)
    };
    let count = |part: &[u8]| usize::from(part.iter().map(|&byte| u8::from(is_control(byte))).sum::<u8>());
    let controls: usize = head.chunks(usize::from(u8::MAX)).map(count).sum();
    if controls * 20 > head.len() { Err(InputProblem::Binary("control characters")) } else { Ok(()) }
}

fn detect(bytes: &[u8], whole: bool) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(bytes, whole);
    detector.guess(None, Utf8Detection::Allow)
}

/// The encoding that a page names in a `meta` element or XML declaration. UTF-16 cannot be right where
/// the name could be read, so it means UTF-8, as in browsers.
fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    static CHARSET: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r#"(?i-u)<(?:meta\s[^>]{0,500}?charset|\?xml\s[^>]{0,200}?encoding)\s*=\s*["']?\s*([a-z0-9_:.\-]+)"#).ok()
    });
    let head = bytes.get(..DECLARATION).unwrap_or(bytes);
    let label = CHARSET.as_ref()?.captures(head)?.get(1)?;
    let encoding = Encoding::for_label(label.as_bytes())?;
    Some(if encoding == UTF_16LE || encoding == UTF_16BE { UTF_8 } else { encoding })
}

/// Turns a stream of bytes in another encoding into UTF-8.
pub(super) struct Transcoder<R> {
    inner: R,
    decoder: Decoder,
    /// Bytes read but not yet decoded: `input[input_start..input_end]`.
    input: Vec<u8>,
    input_start: usize,
    input_end: usize,
    /// UTF-8 not yet handed out: `output[output_start..output_end]`.
    output: Vec<u8>,
    output_start: usize,
    output_end: usize,
    is_finished: bool,
}

impl<R: Read> Transcoder<R> {
    /// Decodes `inner`, which begins after any byte-order mark.
    pub(super) fn new(inner: R, encoding: &'static Encoding) -> Self {
        Self {
            inner,
            decoder: encoding.new_decoder_without_bom_handling(),
            input: vec![0; 16 * 1024],
            input_start: 0,
            input_end: 0,
            output: vec![0; 64 * 1024],
            output_start: 0,
            output_end: 0,
            is_finished: false,
        }
    }

    fn decode_more(&mut self) -> io::Result<()> {
        if self.input_start == self.input_end {
            self.input_start = 0;
            self.input_end = self.inner.read(&mut self.input)?;
        }
        let is_last = self.input_end == 0;
        let input = self.input.get(self.input_start..self.input_end).unwrap_or_default();
        let (result, read, written, _) = self.decoder.decode_to_utf8(input, &mut self.output, is_last);
        self.input_start += read;
        self.output_start = 0;
        self.output_end = written;
        self.is_finished = is_last && result == CoderResult::InputEmpty;
        Ok(())
    }
}

impl<R: Read> Read for Transcoder<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.output_start == self.output_end {
            if self.is_finished {
                return Ok(0);
            }
            self.decode_more()?;
        }
        let mut ready = self.output.get(self.output_start..self.output_end).unwrap_or_default();
        let count = ready.read(buffer)?;
        self.output_start += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf16(text: &str, big: bool) -> Vec<u8> {
        let unit = |unit: u16| if big { unit.to_be_bytes() } else { unit.to_le_bytes() };
        std::iter::once('\u{feff}')
            .chain(text.chars())
            .collect::<String>()
            .encode_utf16()
            .flat_map(unit)
            .collect()
    }

    #[test]
    fn encodings_are_found() {
        let russian = "Министр сказал, что переговоры продолжатся в понедельник утром.";
        let cases: Vec<(&str, Vec<u8>, bool, String)> = vec![
            ("utf-8", "“No talks”".into(), false, "“No talks”".into()),
            ("utf-8 mark", b"\xef\xbb\xbfTalks".into(), false, "Talks".into()),
            ("utf-16 little", utf16("“No” ", false), false, "“No” ".into()),
            ("utf-16 big", utf16("“No” ", true), false, "“No” ".into()),
            (
                "windows",
                b"\x93No talks,\x94 the minister\x92s aide said.".into(),
                false,
                "“No talks,” the minister’s aide said.".into(),
            ),
            ("russian", encoding_rs::WINDOWS_1251.encode(russian).0.into_owned(), false, russian.into()),
            (
                "declared",
                b"<meta charset=\"windows-1250\"><p>\x8aef".into(),
                true,
                "<meta charset=\"windows-1250\"><p>Šef".into(),
            ),
            (
                "declared, http-equiv",
                b"<meta http-equiv=content-type content='text/html; charset=iso-8859-2'>\xa9ef".into(),
                true,
                "<meta http-equiv=content-type content='text/html; charset=iso-8859-2'>Šef".into(),
            ),
            (
                "wrongly declared",
                "<meta charset=iso-8859-1>“No”".into(),
                true,
                "<meta charset=iso-8859-1>“No”".into(),
            ),
            (
                "xml",
                b"<?xml version='1.0' encoding='iso-8859-2'?>\xa9ef".into(),
                true,
                "<?xml version='1.0' encoding='iso-8859-2'?>Šef".into(),
            ),
        ];
        for (name, bytes, is_html, expected) in cases {
            assert_eq!(decode(bytes, is_html), expected, "{name}");
        }
    }

    #[test]
    fn streams_are_transcoded() {
        let text = "“Talks — 対話” ".repeat(20_000);
        for big in [false, true] {
            let bytes = utf16(&text, big);
            let (encoding, mark) = of_head(&bytes[..HEAD]);
            let mut out = String::new();
            Transcoder::new(&bytes[mark..], encoding).read_to_string(&mut out).unwrap();
            assert!(out == text, "big-endian: {big}");
        }
    }

    #[test]
    fn a_head_may_end_within_a_character() {
        let text = format!("{}“", "a".repeat(HEAD - 1));
        assert_eq!(of_head(&text.as_bytes()[..HEAD]), (UTF_8, 0));
        assert_ne!(of_head(b"abc \xe2\x80").0, UTF_8);
    }

    #[test]
    fn binary_files_are_named() {
        for (bytes, kind) in [
            (&b"%PDF-1.7"[..], Some("PDF")),
            (b"PK\x03\x04abc", Some("ZIP archive or office document")),
            (b"text\0text", Some("NUL bytes")),
            (b"\x01\x02\x03\x04abcdefgh", Some("control characters")),
            (b"\xff\xfea\0b\0", None),
            (b"Plain text\r\n\twith tabs", None),
            (b"", None),
        ] {
            let found = match check_is_text(bytes) {
                Err(InputProblem::Binary(kind)) => Some(kind),
                _ => None,
            };
            assert_eq!(found, kind, "{bytes:?}");
        }
    }
}
