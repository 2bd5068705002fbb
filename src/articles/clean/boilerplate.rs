//! Lines that the reporter did not write.

use std::sync::LazyLock;

use regex::{RegexSet, RegexSetBuilder};

/// The patterns and what belongs among them.
const PATTERNS: &str = include_str!("../boilerplate.txt");

/// No pattern matches a paragraph longer than this, in bytes.
const LONGEST: usize = 240;

/// What `\w` stands for in the patterns, where it must stand in brackets: ASCII word characters and everything above the
/// signs of Latin-1 but for general punctuation, arrows, signs and drawings.
const WORD_CHARACTERS: &str =
    r"0-9A-Za-z_\x{AA}\x{B5}\x{BA}\x{C0}-\x{1FFF}\x{2C00}-\x{2DFF}\x{3005}-\x{10FFFF}";

/// Where a section begins.
const SECTIONS: [&str; 2] = ["[placeholder]", "[paragraph]"];

static PLACEHOLDERS: LazyLock<RegexSet> = LazyLock::new(|| compile(&["[placeholder]"]));
static ALL: LazyLock<RegexSet> = LazyLock::new(|| compile(&SECTIONS));

/// Whether a line is a placeholder, which may stand in the middle of a hard-wrapped paragraph.
pub(super) fn is_placeholder(line: &str) -> bool {
    // Most lines match no pattern at all, and then no other patterns are compiled.
    is_boilerplate(line) && PLACEHOLDERS.is_match(line)
}

/// Whether a whole paragraph of cleaned text is something the reporter did not write, placeholders included.
pub(super) fn is_boilerplate(paragraph: &str) -> bool {
    paragraph.len() <= LONGEST && ALL.is_match(paragraph)
}

/// The patterns of a section of the file.
fn patterns(section: &'static str) -> impl Iterator<Item = &'static str> {
    PATTERNS
        .lines()
        .skip_while(move |line| *line != section)
        .skip(1)
        .take_while(|line| !SECTIONS.contains(line))
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
}

/// A file that does not compile gives an empty set; a test sees to it that it compiles.
fn compile(sections: &[&'static str]) -> RegexSet {
    build(sections).unwrap_or_else(|_| RegexSet::empty())
}

fn build(sections: &[&'static str]) -> Result<RegexSet, regex::Error> {
    // Word boundaries between ASCII characters keep the matcher a finite automaton, several times as fast, and a few
    // ranges in the place of all word characters of Unicode make it a third of the size.
    let whole = |pattern: &str| {
        format!("^(?:{})$", pattern.replace(r"\b", r"(?-u:\b)").replace(r"\w", WORD_CHARACTERS))
    };
    RegexSetBuilder::new(sections.iter().flat_map(|section| patterns(section)).map(whole))
        .case_insensitive(true)
        .size_limit(64 << 20)
        .dfa_size_limit(16 << 20)
        .build()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_patterns_compile() {
        let count = |sections: &[&'static str]| sections.iter().flat_map(|it| patterns(it)).count();
        for sections in [&["[placeholder]"][..], &SECTIONS] {
            assert_eq!(build(sections).unwrap().len(), count(sections));
        }
        assert!(patterns("[paragraph]").count() > 20);
    }

    /// All lines that fail are listed at once.
    fn check(is_dropped: fn(&str) -> bool, expected: bool, lines: &[&str]) {
        let wrong: Vec<_> = lines.iter().filter(|line| is_dropped(line) != expected).collect();
        assert!(wrong.is_empty(), "expected {expected}: {wrong:#?}");
    }

    #[test]
    fn placeholders() {
        check(
            is_placeholder,
            true,
            &[
                "{mosads}",
                "{{ad}}",
                "{{ad-slot:2}}",
                "[adsense]",
                "[ad id=\"3\"]",
                "[video]",
                "<!-- ad -->",
                "ADVERTISEMENT",
                "Advertisement",
                "-- Advertisement --",
                "Sponsored Content",
                "Ad",
                "Advertisement - story continues below",
                "Advertisement: Content continues below",
                "ADVERTISEMENT Scroll to continue reading",
                "Story continues below advertisement",
                "Article continues after this ad",
                "Continue reading the main story",
                "Scroll down for more",
                "Skip advertisement",
                "Loading...",
            ],
        );
        check(
            is_placeholder,
            false,
            &[
                "[North Korea]",
                "[Applause]",
                "[sic]",
                "{",
                "Advertisement rates rose, the paper said.",
                "Story of a port",
                "Loading docks were closed.",
                "Ad hoc talks",
                "[Laughter.]",
            ],
        );
    }

    #[test]
    fn paragraphs_of_the_page() {
        check(
            is_boilerplate,
            true,
            &[
                "Trending on Harbour Videos",
                "Trending Now",
                "Trending",
                "Trending stories in Politics",
                "Join the conversation as a VIP Member",
                "Join the discussion",
                "Start the conversation.",
                "What do you think? Tell us in the comments.",
                "Read more: Minister flies home",
                "READ MORE >>",
                "Read more",
                "See also: “No deal,” says envoy",
                "Read the full story: Port reopens",
                "WATCH: Envoys leave the hall",
                "Read next",
                "Related: Minister says “never”",
                "RELATED STORIES",
                "Related articles:",
                "More: Port reopens",
                "Most Popular",
                "You may also like",
                "Editor's Picks",
                "More from The Harbour",
                "ICYMI: Port reopens",
                "Recommended for you:",
                "Top stories",
                "Sign up for our newsletter",
                "Sign up here for the Harbour Brief, our daily e-mail.",
                "Subscribe",
                "Subscribe to The Harbour today!",
                "Get the morning newsletter",
                "Newsletter",
                "Get the day's top stories in your inbox.",
                "Already a subscriber? Log in",
                "Download the Harbour app",
                "Follow us on Twitter",
                "Follow Jane Doe on Twitter: @janedoe",
                "Follow @harbour on X",
                "Like us on Facebook!",
                "Click here to read more.",
                "Click here",
                "Tap here for the live map",
                "Share this",
                "Share this article",
                "Share on Facebook",
                "Share via e-mail",
                "Facebook Twitter Email",
                "Share | Tweet | Print",
                "Facebook",
                "Copy link",
                "LinkedIn WhatsApp Reddit 1.2k",
                "12 comments",
                "1,204 shares",
                "View comments",
                "Leave a comment",
                "Comments (14)",
                "Show all 8 comments",
                "Comments are closed.",
                "3 min read",
                "Listen to this article",
                "© 2018 The Harbour",
                "Copyright 2018 Harbour News. All rights reserved.",
                "All Rights Reserved",
                "(c) Harbour Media",
                "This material may not be published, broadcast or redistributed.",
                "Terms of Use | Privacy Policy",
                "Photo: Jane Doe",
                "Photo credit: Jane Doe/Harbour",
                "(Photo by Jane Doe)",
                "Photo by Jane Doe/Getty Images",
                "(AP Photo/Jane Doe)",
                "(Reuters/Jane Doe)",
                "Getty Images",
                "Jane Doe/Getty Images",
                "Jane Doe / AFP",
                "AFP via Getty Images",
                "Image: Harbour archive",
                "Courtesy of Jane Doe",
                "Hide caption",
                "File photo",
            ],
        );
    }

    #[test]
    fn sentences_stay() {
        check(
            is_boilerplate,
            false,
            &[
                "“Join the conversation,” he said.",
                "Join the conversation we began, the minister urged. It is late.",
                "Trending upward, prices rose again on Monday.",
                "Read more carefully, the text says the opposite.",
                "Related talks were held in Geneva, the ministry said.",
                "More: that is what the union wants, she said, “and soon.”",
                "Share this burden with us, the envoy asked the allies.",
                "Share the burden, he said.",
                "Follow us into the hall, the guard told reporters.",
                "Click here, click there: that is no policy, he said. “Not ours.”",
                "Comments by the minister angered the envoy.",
                "Sign up or stay out: that was the message, officials said, “and no more.”",
                "Photo opportunities were cancelled, officials said.",
                "Facebook said it would appeal.",
                "AP and Reuters reporters left the hall",
                "Join us at the table, he urged the rebels.",
                "Get out, he told the newsletter's editor. He meant it.",
                "12 comments were struck from the record.",
                "Reuters reported that the envoy had left.",
                "The ministry did not comment.",
                "Getty Images said it would sue.",
                "Copyright law “must change,” the minister said.",
                "More from him will come.",
                "Loading of the ships went on.",
            ],
        );
    }
}
