//! What `clean` does to whole texts.

use proptest::prelude::*;

use super::characters::{Fate, ends_line, fate};
use super::clean;
use crate::types::{Article, CleanText, Markup, Span};

fn cleaned(text: &str, markup: Markup) -> CleanText {
    let article = Article { text: text.to_owned(), markup, ..Article::default() };
    let clean = clean(&article);
    check_invariants(text, &clean);
    clean
}

/// The clean paragraphs of a text.
fn paragraphs(text: &str, markup: Markup) -> Vec<String> {
    let clean = cleaned(text, markup);
    clean.paragraphs.iter().map(|span| span.of(&clean.text).unwrap().to_owned()).collect()
}

#[track_caller]
fn check(text: &str, expected: &[&str]) {
    assert_eq!(paragraphs(text, Markup::Plain), expected, "{text:?}");
}

#[track_caller]
fn check_markdown(text: &str, expected: &[&str]) {
    assert_eq!(paragraphs(text, Markup::Markdown), expected, "{text:?}");
}

/// What the types promise, and that every piece came from where the map says.
fn check_invariants(original: &str, clean: &CleanText) {
    let mut end = 0;
    for span in &clean.paragraphs {
        let words = span.of(&clean.text).unwrap();
        let before = clean.text.get(end..span.start).unwrap();
        assert!(before.chars().all(|c| c == '\n'), "{before:?} between paragraphs");
        assert_eq!(before.is_empty(), end == 0);
        assert!(!words.is_empty() && words.trim() == words && !words.contains('\n'), "{words:?}");
        assert!(!words.contains(|c| fate(c) != Fate::Keep), "{words:?}");
        end = span.end;
    }
    assert_eq!(end, clean.text.len());
    if let Some(headline) = clean.headline {
        assert_eq!(Some(&headline), clean.paragraphs.first());
    }
    let (mut clean_end, mut original_end) = (0, 0);
    for piece in clean.map.pieces() {
        assert_eq!(piece.clean.start, clean_end);
        assert!(piece.original.start >= original_end);
        (clean_end, original_end) = (piece.clean.end, piece.original.end);
        let words = piece.clean.of(&clean.text).unwrap();
        let source = piece.original.of(original).unwrap();
        if piece.clean.len() == piece.original.len() {
            assert!(
                words.chars().zip(source.chars()).all(|(to, from)| is_same(to, from)),
                "{words:?} {source:?}"
            );
            assert_eq!(words.chars().count(), source.chars().count());
        } else {
            let is_break = words.trim().is_empty();
            let is_replaced = source.chars().all(|c| is_replaced_by(c, words));
            assert!(is_break || is_replaced, "{words:?} for {source:?}");
        }
    }
    assert_eq!(clean_end, clean.text.len());
}

/// Whether a character may stand for another of the same length.
fn is_same(to: char, from: char) -> bool {
    to == from || is_replaced_by(from, &to.to_string()) || (to.is_whitespace() && ends_line(from))
}

fn is_replaced_by(c: char, words: &str) -> bool {
    matches!(fate(c), Fate::Replace(replacement) if replacement == words)
}

/// The visible characters of a text after normalisation.
fn visible(text: &str) -> String {
    text.chars()
        .filter_map(|c| match fate(c) {
            Fate::Keep if c != ' ' => Some(c),
            Fate::Replace(replacement) => replacement.chars().next().filter(|c| *c != ' '),
            _ => None,
        })
        .collect()
}

/// That a clean span leads back to original text with the same visible characters.
fn check_way_back(original: &str, clean: &CleanText, span: Span) {
    let Some(words) = span.of(&clean.text) else { return };
    let back: String =
        clean.map.to_original(span, original).into_iter().map(|span| span.of(original).unwrap()).collect();
    assert_eq!(visible(&back), visible(words), "{span:?} of {:?}", clean.text);
}

const BODY: &str =
    "The harbour master told reporters on Monday that the ferries would stay in port until Friday.";

#[test]
fn characters_are_made_plain() {
    check("a\u{a0}b\u{2009}c\td", &["a b c d"]);
    check("nego\u{ad}tia\u{200b}tions\u{feff}", &["negotiations"]);
    check("2010\u{2011}12 \u{2012} \u{2015}", &["2010-12 – —"]);
    check("“one” ‘two’ \"three\" «four»", &["“one” ‘two’ \"three\" «four»"]);
    check("\u{feff}one\r\n\r\ntwo\rthree\u{2028}four\u{2029}five", &["one", "two", "three", "four", "five"]);
    check("", &[]);
    check(" \u{200b}\r\n ", &[]);
}

#[test]
fn boilerplate_is_dropped_as_whole_lines() {
    check(
        &format!("{BODY}\n\n{{mosads}}\n\n“No,” she said.\n\nTrending on Harbour Videos"),
        &[BODY, "“No,” she said."],
    );
    check("She said {mosads} twice.", &["She said {mosads} twice."]);
}

#[test]
fn what_was_dropped_keeps_a_quote_apart() {
    let text = "“One.\n\n{ad}\n\n“Two.”";
    let clean = cleaned(text, Markup::Plain);
    assert_eq!(clean.text, "“One.\n\n“Two.”");
    let spans = clean.map.to_original(Span::new(0, clean.text.len()), text);
    let back: Vec<&str> = spans.iter().map(|span| span.of(text).unwrap()).collect();
    assert_eq!(back, ["“One.\n\n", "“Two.”"]);
}

#[test]
fn hard_wrapped_lines_are_joined() {
    let wrapped = "The harbour master told reporters on Monday that the\nferries would stay in port until the storm had\npassed, and that\u{2014}this was new\u{2014}no one\nshould wait at the pier.\nTalks with the union would go on, she said, and\nthere would be news by the evening.";
    check(
        wrapped,
        &[
            "The harbour master told reporters on Monday that the ferries would stay in port until the storm had passed, and that\u{2014}this was new\u{2014}no one should wait at the pier.",
            "Talks with the union would go on, she said, and there would be news by the evening.",
        ],
    );
    let with_advertisement = wrapped.replace("until the storm had\n", "until the storm had\n{mosads}\n");
    assert_eq!(paragraphs(&with_advertisement, Markup::Plain), paragraphs(wrapped, Markup::Plain));
    let crlf = wrapped.replace('\n', "\r\n");
    assert_eq!(paragraphs(&crlf, Markup::Plain), paragraphs(wrapped, Markup::Plain));
}

#[test]
fn indented_lines_begin_paragraphs() {
    check(
        "  The harbour master told reporters on Monday that the\nferries would stay in port until the storm had passed.\n  Talks with the union would go on, she said, and there\nwould be news by the evening of the following Tuesday.",
        &[
            "The harbour master told reporters on Monday that the ferries would stay in port until the storm had passed.",
            "Talks with the union would go on, she said, and there would be news by the evening of the following Tuesday.",
        ],
    );
}

#[test]
fn lines_that_are_not_wrapped_are_paragraphs() {
    check(&format!("{BODY}\n{BODY}"), &[BODY, BODY]);
    check("One\nTwo", &["One", "Two"]);
}

#[test]
fn headlines() {
    for (text, title, headline) in [
        (format!("Ferries stay in port\n\n{BODY}"), None, Some("Ferries stay in port")),
        (format!("Ferries stay in port\n\nA storm is coming\n\n{BODY}"), None, Some("Ferries stay in port")),
        (format!("Storm hits U.S.\n\n{BODY}"), None, Some("Storm hits U.S.")),
        (format!("Harbour master: ‘No’\n\n{BODY}"), None, Some("Harbour master: ‘No’")),
        (format!("Transport\n\nFerries to stay in port\n\n{BODY}"), None, Some("Ferries to stay in port")),
        (format!("Transport\n\nFerries to stay in port\n\n{BODY}"), Some("Transport"), Some("Transport")),
        (format!("It is over.\n\n{BODY}"), Some("It is over."), Some("It is over.")),
        (format!("It is over.\n\n{BODY}"), None, None),
        (format!("By Jane Doe\n\n{BODY}"), None, None),
        (format!("{BODY}\n\n{BODY}"), None, None),
        ("Ferries stay in port".to_owned(), None, None),
        (format!("GENEVA —\n\n{BODY}"), None, None),
    ] {
        let article = Article { title: title.map(str::to_owned), text: text.clone(), ..Article::default() };
        let clean = clean(&article);
        check_invariants(&text, &clean);
        assert_eq!(clean.headline.and_then(|span| span.of(&clean.text)), headline, "{text}");
    }
}

#[test]
fn section_labels_are_dropped() {
    check(&format!("Transport\n\nFerries to stay in port\n\n{BODY}"), &["Ferries to stay in port", BODY]);
    check(
        &format!("News\nWorld News\nFerries to stay in port\n\n{BODY}"),
        &["Ferries to stay in port", BODY],
    );
    check(&format!("Peace Talks\n\n{BODY}"), &["Peace Talks", BODY]);
    check(
        &format!("never again\n\nFerries to stay in port\n\n{BODY}"),
        &["never again", "Ferries to stay in port", BODY],
    );
}

#[test]
fn markdown_marks_are_dropped() {
    check_markdown(
        "---\ntitle: Ferries\n---\n# Ferries stay in *port* #\n\nThe harbour master **told\nreporters** that [the ferries](https://harbour.example)\nwould stay.\n\n> “No one\n> should wait,”\n\nshe said.\n",
        &[
            "Ferries stay in port",
            "The harbour master told reporters that the ferries would stay.",
            "“No one should wait,”",
            "she said.",
        ],
    );
    check_markdown("Title\n=====\n\nOne\n\n---\n\nTwo\n***\nThree", &["Title", "One", "Two", "Three"]);
    check_markdown("- one\n- two\n  more\n1. three\n2) four", &["one", "two more", "three", "four"]);
    check_markdown("It happened in\n2018. Then it stopped.", &["It happened in 2018. Then it stopped."]);
    check_markdown("```text\na *b*\nc\n```\nd", &["a *b*", "c", "d"]);
    check_markdown("![A ship](ship.png)\n\nOne ![x](y) two", &["One  two"]);
    check_markdown("<!-- a\nb -->\none<br>two", &["one two"]);
    check_markdown("See [port].\n\n[port]: https://harbour.example", &["See port."]);
    check_markdown("| a | b |\n|---|---|\n| c | d |", &["| a | b |", "| c | d |"]);
    check_markdown("[Iran] must yield", &["[Iran] must yield"]);
    check_markdown("#hashtag is text", &["#hashtag is text"]);
}

#[test]
fn markdown_leads_back_to_the_text_as_read() {
    let text = "# Talks\n\nShe said “no *new*\ntalks”.";
    let clean = cleaned(text, Markup::Markdown);
    let start = clean.text.find("no").unwrap();
    let spans = clean.map.to_original(Span::new(start, start + "no new talks".len()), text);
    let back: Vec<&str> = spans.iter().map(|span| span.of(text).unwrap()).collect();
    assert_eq!(back, ["no ", "new*\ntalks"]);
}

#[test]
fn hostile_texts_are_cleaned() {
    for unit in [
        "“", "\n", "[", "](", "[a](", "*", "**a", "_", "`", "<", "<a", "> ", "- ", "a\n", "\u{ad}", "\r",
        "{", " ",
    ] {
        let text = unit.repeat(200_000 / unit.len());
        for markup in [Markup::Plain, Markup::Markdown] {
            cleaned(&text, markup);
        }
    }
}

/// Text with the characters that matter, often.
fn odd_text() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        4 => "[a-zA-Z]{1,8}",
        2 => Just(" ".to_owned()),
        2 => "[\n\r\u{85}\u{2028}\t\u{a0}\u{ad}\u{200b}\u{2011}\u{2012}\u{2015}\u{c}\u{1}]",
        2 => "[*_`~#>|=\\[\\]()!<{}.\\\\\"“”-]{1,3}",
        1 => Just("\n\n".to_owned()),
        1 => Just("{mosads}".to_owned()),
        1 => Just("Read more".to_owned()),
        1 => any::<char>().prop_map(String::from),
    ];
    proptest::collection::vec(part, 0..60).prop_map(|parts| parts.concat())
}

proptest! {
    #[test]
    fn spans_lead_back(text in odd_text(), is_markdown: bool, a: prop::sample::Index, b: prop::sample::Index) {
        let markup = if is_markdown { Markup::Markdown } else { Markup::Plain };
        let clean = cleaned(&text, markup);
        let (a, b) = (a.index(clean.text.len() + 1), b.index(clean.text.len() + 1));
        if !is_markdown {
            check_way_back(&text, &clean, Span::new(a.min(b), a.max(b)));
            for span in &clean.paragraphs {
                check_way_back(&text, &clean, *span);
            }
        }
    }

    #[test]
    fn any_text_is_cleaned(text: String, is_markdown: bool) {
        cleaned(&text, if is_markdown { Markup::Markdown } else { Markup::Plain });
    }
}
