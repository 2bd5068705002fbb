//! What `Inputs` and `RawArticle::parse` do with files.

use std::fs;
use std::io::Write;
use std::path::Path;

use proptest::prelude::*;
use tempfile::TempDir;

use super::{Columns, InputFormat, InputOptions, Inputs};
use crate::types::{Article, Markup};

const TALKS: &str = "Talks resume\n\nThe envoys met on Monday.";

/// A folder with files.
fn folder(files: &[(&str, &[u8])]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    folder
}

/// Everything that `paths` within `folder` give: identifiers with texts, or messages; the name of the
/// folder is left out of both.
fn read_with(
    folder: &TempDir,
    paths: &[&str],
    options: &InputOptions,
) -> (Vec<Result<Article, String>>, u64) {
    let root = format!("{}/", folder.path().display());
    let paths: Vec<String> = paths.iter().map(|path| format!("{root}{path}")).collect();
    let mut inputs = Inputs::open(&paths, options.clone());
    let mut found = Vec::new();
    for raw in inputs.by_ref() {
        found.push(match raw.and_then(|raw| raw.parse(options)) {
            Ok(article) => Ok(Article { id: article.id.replace(&root, ""), ..article }),
            Err(error) => Err(error.to_string().replace(&root, "")),
        });
    }
    (found, inputs.skipped_files())
}

fn read(folder: &TempDir, paths: &[&str]) -> Vec<Result<Article, String>> {
    read_with(folder, paths, &InputOptions::default()).0
}

/// The identifiers and messages that one file gives.
fn outcome(name: &str, bytes: &[u8], options: &InputOptions) -> Vec<String> {
    let folder = folder(&[(name, bytes)]);
    let (found, _) = read_with(&folder, &[name], options);
    found.into_iter().map(|item| item.map_or_else(|message| message, |article| article.id)).collect()
}

#[track_caller]
fn check(name: &str, bytes: &[u8], expected: &[&str]) {
    assert_eq!(outcome(name, bytes, &InputOptions::default()), expected, "{name}");
}

/// The one article in a file.
fn only(name: &str, bytes: &[u8]) -> Article {
    let folder = folder(&[(name, bytes)]);
    let mut found = read(&folder, &[name]);
    assert_eq!(found.len(), 1, "{found:?}");
    found.remove(0).unwrap()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 1).unwrap()
}

#[test]
fn raw_articles_go_to_other_threads() {
    fn is_send<T: Send>() {}
    is_send::<Inputs>();
    is_send::<super::RawArticle>();
    is_send::<super::InputError>();
}

#[test]
fn text_is_kept_as_it_is() {
    let article = only("a.txt", b"\xef\xbb\xbfOne\r\n\r\nTwo");
    let id = article.id.clone();
    assert_eq!(article, Article { id, text: "One\r\n\r\nTwo".to_owned(), ..Article::default() });
}

#[test]
fn markdown_front_matter_gives_the_metadata() {
    let text = "---\ntitle: Talks resume\ndate: 2018-05-06\npublisher: The Harbour\nurl: https://harbour.example\n---\n# Talks";
    let article = only("a.md", text.as_bytes());
    assert_eq!(article.text, text);
    assert_eq!(article.markup, Markup::Markdown);
    assert_eq!(article.title.as_deref(), Some("Talks resume"));
    assert_eq!(article.outlet.as_deref(), Some("The Harbour"));
    assert_eq!(article.url.as_deref(), Some("https://harbour.example"));
    assert_eq!(article.published.map(|day| day.to_string()).as_deref(), Some("2018-05-06"));
}

#[test]
fn every_format_is_read_compressed_and_not() {
    let page = format!(
        "<html><body><h1>Talks</h1><article>{}</article></body></html>",
        "<p>The envoys met on Monday and said that they would meet again soon, perhaps in June.</p>"
            .repeat(8)
    );
    for (name, bytes, articles) in [
        ("a.txt", TALKS.as_bytes(), 1),
        ("a.md", TALKS.as_bytes(), 1),
        ("a.html", page.as_bytes(), 1),
        ("a.jsonl", b"{\"text\": \"One.\"}\n{\"text\": \"Two.\"}", 2),
        ("a.csv", b"text\nOne.\nTwo.\n", 2),
        ("a.tsv", b"id\ttext\n1\tOne.\n2\tTwo.\n", 2),
    ] {
        let plain = outcome(name, bytes, &InputOptions::default());
        assert_eq!(plain.len(), articles, "{plain:?}");
        for (extension, packed) in [
            (".gz", gzip(bytes)),
            (".zst", zstd(bytes)),
            ("", gzip(bytes)),
            (".gz", zstd(bytes)),
            (".gz", bytes.to_vec()),
            (".gz", [gzip(&bytes[..5]), gzip(&bytes[5..])].concat()),
        ] {
            let packed_name = format!("{name}{extension}");
            let found: Vec<String> = outcome(&packed_name, &packed, &InputOptions::default());
            let expected: Vec<String> = plain.iter().map(|id| id.replace(name, &packed_name)).collect();
            assert_eq!(found, expected, "{packed_name}");
        }
    }
}

#[test]
fn files_that_hold_no_article() {
    let empty = "the file is empty; remove it, or check how it was made";
    for name in ["a.txt", "a.md", "a.html", "a.jsonl", "a.csv", "a.odd", "a.txt.gz"] {
        check(name, b"", &[&format!("{name}: {empty}")]);
        check(name, b" \r\n\n", &[&format!("{name}: {empty}")]);
    }
    check("a.txt", &gzip(b""), &[&format!("a.txt: {empty}")]);
    check("a.txt", b"%PDF-1.7", &["a.txt: looks like a binary file (PDF); convert it to text or HTML first"]);
    check(
        "a.jsonl",
        b"{\0\0",
        &["a.jsonl: looks like a binary file (NUL bytes); convert it to text or HTML first"],
    );
    check(
        "a",
        b"\x89PNG\r\n\x1a\n",
        &["a: looks like a binary file (PNG image); convert it to text or HTML first"],
    );
    check(
        "a.html",
        b"<html><script>x</script></html>",
        &["a.html: no article text found in this page; save the article itself, or convert it to text"],
    );
}

#[test]
fn damaged_compressed_files() {
    let text = "One line of text after another.\n".repeat(1000);
    for (format, mut packed) in [("gzip", gzip(text.as_bytes())), ("zstd", zstd(text.as_bytes()))] {
        packed.truncate(packed.len() - 9);
        let found = outcome("a.txt", &packed, &InputOptions::default());
        assert_eq!(found.len(), 1);
        assert!(
            found[0].starts_with(&format!("a.txt: the {format} data is damaged or cut short (")),
            "{}",
            found[0]
        );
    }
    let mut lines = String::new();
    for number in 0..100_000_u32 {
        let noise = number.wrapping_mul(2_654_435_761);
        lines.push_str(&format!("{{\"id\": {number}, \"text\": \"Text {noise:x}.\"}}\n"));
    }
    let mut packed = gzip(lines.as_bytes());
    packed.truncate(packed.len() / 2);
    let found = outcome("a.jsonl.gz", &packed, &InputOptions::default());
    assert_eq!(found[0], "0");
    assert!(found.len() > 1000);
    let last = found.last().unwrap();
    assert!(last.starts_with("a.jsonl.gz: the gzip data is damaged or cut short"), "{last}");
}

#[test]
fn articles_over_the_limit() {
    let options = InputOptions { max_article_bytes: 100, ..InputOptions::default() };
    let large = "larger than the limit of 100 bytes; raise it with --max-article-size";
    let text = "a".repeat(100);
    assert_eq!(outcome("a.txt", text.as_bytes(), &options), ["a.txt"]);
    for bytes in [format!("{text}b").into_bytes(), gzip(&vec![b'a'; 1_000_000])] {
        assert_eq!(outcome("a.txt", &bytes, &options), [format!("a.txt: {large}")]);
    }
    let lines = format!(
        "{{\"text\": \"One.\"}}\n{{\"text\": \"{}\"}}\n{{\"text\": \"Three.\"}}",
        "a".repeat(200_000)
    );
    assert_eq!(
        outcome("a.jsonl", lines.as_bytes(), &options),
        ["a.jsonl:1", &format!("a.jsonl:2: {large}"), "a.jsonl:3"]
    );
    let rows = format!("text\nOne.\n\"{}\n\"\nFour.", "a".repeat(200_000));
    let row = "the row is larger than the limit of 100 bytes; close a quotation mark left open, or raise the limit with --max-article-size";
    assert_eq!(
        outcome("a.csv", rows.as_bytes(), &options),
        ["a.csv:2", &format!("a.csv:3: {row}"), "a.csv:5"]
    );
}

#[test]
fn json_lines() {
    let lines = [
        r#"{"text": "One.", "id": "first", "title": "T", "url": "u", "outlet": "o", "published": "Oct. 1, 2017"}"#,
        "",
        r#"{"text": "Two.", "id": 7, "title": null, "published": "some day"}"#,
        r#"{"text": "Three""#,
        r#"["text"]"#,
        r#"{"body": "x", "id": "6"}"#,
        r#"{"text": ["x"]}"#,
        r#"{"text": " "}"#,
        r#"{"text": "Nine."}"#,
    ]
    .join("\r\n");
    check(
        "a.jsonl",
        lines.as_bytes(),
        &[
            "first",
            "7",
            "a.jsonl:4: not valid JSON: EOF while parsing an object at column 17; each line must hold one complete JSON object",
            "a.jsonl:5: found a list where an object was expected; each line must hold one JSON object",
            "a.jsonl:6: no column 'text' (columns: body, id); name the column that holds the text with --text-column",
            "a.jsonl:7: column 'text' holds a list where text was expected; name the column that holds the text with --text-column",
            "a.jsonl:8: the text in column 'text' is empty; remove the record, or name another column with --text-column",
            "a.jsonl:9",
        ],
    );
    let folder = folder(&[("a.jsonl", lines.as_bytes())]);
    let first = read(&folder, &["a.jsonl"]).remove(0).unwrap();
    assert_eq!(first.title.as_deref(), Some("T"));
    assert_eq!(first.url.as_deref(), Some("u"));
    assert_eq!(first.outlet.as_deref(), Some("o"));
    assert_eq!(first.published.map(|day| day.to_string()).as_deref(), Some("2017-10-01"));
}

#[test]
fn columns_have_other_names() {
    let columns = Columns {
        text: "article.body".to_owned(),
        id: "article.key".to_owned(),
        published: "when".to_owned(),
        ..Columns::default()
    };
    let options = InputOptions { columns, ..InputOptions::default() };
    let line = br#"{"article": {"body": "One.", "key": "k"}, "when": 20171001, "text": "no"}"#;
    let folder = folder(&[("a.jsonl", line), ("a.csv", b"article.body,when\nTwo.,2017-10-02\n")]);
    let (found, _) = read_with(&folder, &["a.jsonl", "a.csv"], &options);
    let found: Vec<String> = found
        .into_iter()
        .map(|article| article.unwrap())
        .map(|article| format!("{} {} {}", article.id, article.text, article.published.unwrap()))
        .collect();
    assert_eq!(found, ["k One. 2017-10-01", "a.csv:2 Two. 2017-10-02"]);
}

#[test]
fn tables() {
    check(
        "a.csv",
        b"\xef\xbb\xbfid, text ,title\r\n1,\"One,\r\nand \"\"more\"\".\",T\r\n\r\n,Two.,\r\nonly\r\n5,,x\r\n6,5\" pipe,x\r\n7,\"open,\r\n",
        &[
            "1",
            "a.csv:5",
            "a.csv:6: the row has 1 fields where the header has 3; quote fields that hold separators or line breaks",
            "a.csv:7: the text in column 'text' is empty; remove the record, or name another column with --text-column",
            "6",
            "a.csv:9: a quotation mark opened in this row is never closed; close it, or double marks inside fields",
        ],
    );
    let folder = folder(&[("a.tsv", b"id\ttext\n1\t\"One,\nand \"\"more\"\".\"\n")]);
    assert_eq!(read(&folder, &["a.tsv"])[0].as_ref().unwrap().text, "One,\nand \"more\".");
    check(
        "b.csv",
        b"id,body\n1,One.\n2,Two.\n",
        &[
            "b.csv: no column 'text' (columns: id, body); name the column that holds the text with --text-column",
        ],
    );
}

#[test]
fn encodings_of_records() {
    let utf16 = |text: &str| -> Vec<u8> {
        std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
    };
    for (name, bytes) in [
        ("a.jsonl", utf16("{\"text\": \"“No” — she said.\"}\n{\"text\": \"x\"}")),
        ("a.csv", utf16("id,text\n,“No” — she said.\n,x\n")),
        ("a.jsonl", b"{\"text\": \"\x93No\x94 \x97 she said.\"}\n{\"text\": \"x\"}".to_vec()),
        // One line in another encoding after a long stretch of plain letters.
        (
            "a.jsonl",
            [
                b" ".repeat(70_000).as_slice(),
                b"\n{\"text\": \"\x93No\x94 \x97 she said.\"}\n{\"text\": \"x\"}",
            ]
            .concat(),
        ),
    ] {
        let folder = folder(&[(name, &bytes)]);
        let found = read(&folder, &[name]);
        assert_eq!(found.len(), 2, "{found:?}");
        assert_eq!(found[0].as_ref().unwrap().text, "“No” — she said.");
    }
}

#[test]
fn files_of_unknown_name_are_looked_into() {
    for (bytes, format) in [
        (&b"{\"text\": \"One.\"}\n"[..], "a:1"),
        (b"plain text", "a"),
        (b"<!doctype html><p>One paragraph.</p>", "a"),
    ] {
        check("a", bytes, &[format]);
        check("a", &gzip(bytes), &[format]);
    }
    let options = InputOptions { format: Some(InputFormat::Text), ..InputOptions::default() };
    assert_eq!(outcome("a.jsonl", b"{\"text\": 1}", &options), ["a.jsonl"]);
}

#[test]
fn folders_are_walked_in_order() {
    let folder = folder(&[
        ("in/b.txt", TALKS.as_bytes()),
        ("in/a/z.md", TALKS.as_bytes()),
        ("in/c.jsonl", b"{\"text\": \"One.\"}\n{bad\n{\"text\": \"Three.\"}"),
        ("in/d.pdf", b"%PDF"),
        ("in/.hidden.txt", TALKS.as_bytes()),
        ("in/.git/e.txt", TALKS.as_bytes()),
        ("in/f.txt", b""),
        ("in/g.txt.gz", &gzip(TALKS.as_bytes())),
        ("other/x.pdf", b"%PDF"),
    ]);
    let (found, skipped) = read_with(&folder, &["in", "other", "none", "in/b.txt"], &InputOptions::default());
    let names: Vec<String> =
        found.into_iter().map(|item| item.map_or_else(|message| message, |article| article.id)).collect();
    assert_eq!(
        names,
        [
            "in/a/z.md",
            "in/b.txt",
            "in/c.jsonl:1",
            "in/c.jsonl:2: not valid JSON: key must be a string at column 2; each line must hold one complete JSON object",
            "in/c.jsonl:3",
            "in/f.txt: the file is empty; remove it, or check how it was made",
            "in/g.txt.gz",
            "other: the folder holds no articles (1 other files skipped); known file names end in .txt, .md, .html, .jsonl, .csv or .tsv, also with .gz or .zst, or name the format with --input-format",
            "none: no such file or folder; check the path",
            "in/b.txt",
        ]
    );
    assert_eq!(skipped, 2);
}

#[test]
fn globs() {
    let folder = folder(&[
        ("in/b.txt", TALKS.as_bytes()),
        ("in/a.txt", TALKS.as_bytes()),
        ("in/c.md", TALKS.as_bytes()),
        ("in/x/d.txt", TALKS.as_bytes()),
        ("in/x/y/e.odd", TALKS.as_bytes()),
        ("in/.f.txt", TALKS.as_bytes()),
        ("in/[1].txt", TALKS.as_bytes()),
    ]);
    for (pattern, expected) in [
        ("in/*.txt", &["in/[1].txt", "in/a.txt", "in/b.txt"][..]),
        ("in/**/*.txt", &["in/[1].txt", "in/a.txt", "in/b.txt", "in/x/d.txt"]),
        ("in/?.{txt,md}", &["in/a.txt", "in/b.txt", "in/c.md"]),
        ("in/*/*/*", &["in/x/y/e.odd"]),
        ("in/.f*", &["in/.f.txt"]),
        ("in/[1].txt", &["in/[1].txt"]),
        (
            "in/*.csv",
            &[
                "in/*.csv: no file matches this pattern; check it, or quote it so that the shell leaves it alone",
            ],
        ),
        (
            "no/*.csv",
            &[
                "no/*.csv: no file matches this pattern; check it, or quote it so that the shell leaves it alone",
            ],
        ),
        (
            "in/[a",
            &[
                "in/[a: not a valid pattern: unclosed character class; missing ']'; write [[] for a literal bracket",
            ],
        ),
    ] {
        let names: Vec<String> = read(&folder, &[pattern])
            .into_iter()
            .map(|item| item.map_or_else(|message| message, |article| article.id))
            .collect();
        assert_eq!(names, expected, "{pattern}");
    }
}

#[cfg(unix)]
#[test]
fn links() {
    use std::os::unix::fs::symlink;

    let folder = folder(&[("in/a.txt", TALKS.as_bytes()), ("b.txt", TALKS.as_bytes())]);
    let root = folder.path();
    symlink(root.join("b.txt"), root.join("in/link.txt")).unwrap();
    symlink(root.join("nothing.txt"), root.join("in/broken.txt")).unwrap();
    symlink(root.join("in"), root.join("in/loop")).unwrap();
    let names: Vec<String> = read(&folder, &["in", "in/broken.txt", "in/link.txt"])
        .into_iter()
        .map(|item| item.map_or_else(|message| message, |article| article.id))
        .collect();
    let broken = "in/broken.txt: the link points to a file that does not exist; mend or remove the link";
    assert_eq!(names[0], "in/a.txt");
    assert_eq!(names[1], broken);
    assert_eq!(names[2], "in/link.txt");
    assert!(names[3].starts_with("in/loop: the link leads back to the folder "), "{}", names[3]);
    assert_eq!(names[4], broken);
    assert_eq!(names[5], "in/link.txt");
    assert_eq!(names.len(), 6);
}

#[test]
fn sizes_are_those_of_files_and_records() {
    let folder = folder(&[("a.txt", TALKS.as_bytes()), ("b.jsonl", b"{\"text\": \"One.\"}\n")]);
    let path = |name: &str| folder.path().join(name).display().to_string();
    let sizes: Vec<usize> = Inputs::open(&[path("a.txt"), path("b.jsonl")], InputOptions::default())
        .map(|raw| raw.unwrap().size())
        .collect();
    assert_eq!(sizes, [TALKS.len(), 16]);
}

/// Whatever a file holds, reading it ends, without a panic.
fn read_bytes(path: &Path, bytes: &[u8]) {
    fs::write(path, bytes).unwrap();
    for format in InputFormat::ALL.into_iter().map(Some).chain([None]) {
        let options = InputOptions { format, max_article_bytes: 1000, ..InputOptions::default() };
        for raw in Inputs::open(&[path.display().to_string()], options.clone()) {
            if let Ok(article) = raw.and_then(|raw| raw.parse(&options)) {
                let clean = crate::articles::clean(&article);
                assert!(clean.paragraphs.len() <= article.text.len());
            }
        }
    }
}

/// Bytes of markup, often.
fn markup() -> impl Strategy<Value = Vec<u8>> {
    let part = prop_oneof![
        Just("<p>"),
        Just("</p>"),
        Just("<div class='article'>"),
        Just("</div>"),
        Just("<a href=\"x\">"),
        Just("</a>"),
        Just("<table>"),
        Just("<tr>"),
        Just("<td>"),
        Just("</table>"),
        Just("<br>"),
        Just("<h1>"),
        Just("</h1>"),
        Just(
            "<script type='application/ld+json'>{\"@type\":\"NewsArticle\",\"headline\":\"&amp;<\"}</script>"
        ),
        Just("<svg>"),
        Just("<template>"),
        Just("<!--"),
        Just("-->"),
        Just("<"),
        Just(">"),
        Just("\""),
        Just("&lt;"),
        Just("&#0;"),
        Just("<ul><li>"),
        Just("<q>"),
        Just("<figure><img src=a>"),
        Just("<title>"),
        Just("<noscript>"),
        Just("<meta charset=x>"),
        Just("<button>"),
        Just("<form>"),
        Just("<span hidden>"),
        Just("<ruby><rt>"),
        Just("<caption>"),
        Just("<col>"),
        Just("A sentence that is long enough, with commas, to be scored as a paragraph of an article. "),
        Just("“"),
        Just("\n"),
        Just(","),
        Just("{\"text\":"),
        Just("}"),
        Just("---\n"),
        Just("text,id\n"),
    ];
    proptest::collection::vec(part, 0..60).prop_map(|parts| parts.concat().into_bytes())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_bytes_are_read(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let folder = tempfile::tempdir().unwrap();
        read_bytes(&folder.path().join("a"), &bytes);
        read_bytes(&folder.path().join("a"), &[&[0x1f, 0x8b, 8, 0], bytes.as_slice()].concat());
        read_bytes(&folder.path().join("a"), &gzip(&bytes));
    }

    #[test]
    fn any_markup_is_read(bytes in markup()) {
        let folder = tempfile::tempdir().unwrap();
        read_bytes(&folder.path().join("a"), &bytes);
    }
}
