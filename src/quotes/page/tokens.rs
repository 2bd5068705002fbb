use super::super::class::Class;
use crate::types::Span;

/// A word, number, mark or sign of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::quotes) struct Token {
    pub(in crate::quotes) span: Span,
    pub(in crate::quotes) kind: Kind,
    pub(in crate::quotes) class: Class,
}

/// The kinds of token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::quotes) enum Kind {
    /// A word; `capital` where it begins with an upper-case letter, `@` or `#`.
    Word { capital: bool },
    /// Digits with their inner points and commas, ordinal endings and units.
    Number,
    /// `'s` after a word, or the bare apostrophe after a plural: possessive (or a clipped "is").
    Possessive,
    /// `'re`, `'ve`, `'ll`, `'d`, `'m` after a word.
    Clitic,
    /// A quotation mark or an apostrophe that could be one.
    Mark(Mark),
    /// A whole stretch in quotation marks, by its number; only among nodes, never among tokens.
    Quote(u32),
    /// Any other sign. Dashes of every kind are `—`, three full stops are `…`.
    Sign(char),
}

/// Quotation marks by what they can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::quotes) enum Mark {
    /// `“`, ``` `` ```, `‘‘`: opens; closes in German use and by mistake.
    Open,
    /// `”`, `’’`: closes; opens in Swedish use and by mistake.
    Close,
    /// `„`: always opens.
    Low,
    /// `«`.
    GuillemetOpen,
    /// `»`.
    GuillemetClose,
    /// `"`, `＂`, `''`: either.
    Either,
    /// `‘`.
    SingleOpen,
    /// `’`, also the apostrophe.
    SingleClose,
    /// `'`, also the apostrophe.
    SingleEither,
}

impl Mark {
    pub(in crate::quotes) const fn is_single(self) -> bool {
        matches!(self, Self::SingleOpen | Self::SingleClose | Self::SingleEither)
    }
}

/// Cuts `paragraph` of `text` into tokens, in order, appended to `tokens`. `classify` gets every word as
/// it stands.
pub(in crate::quotes) fn tokenize(
    text: &str,
    paragraph: Span,
    classify: impl Fn(&str) -> Class,
    tokens: &mut Vec<Token>,
) {
    let text = text.get(..paragraph.end).unwrap_or(text);
    let scanner = Scanner { text, start: paragraph.start, classify };
    let mut at = paragraph.start;
    while let Some(&first) = text.as_bytes().get(at) {
        if first == b' ' {
            at += 1;
            continue;
        }
        if let Some(end) = scanner.plain_word(at, first, tokens) {
            at = end;
            continue;
        }
        let Some(c) = scanner.char_at(at) else { break };
        at = if c.is_whitespace() {
            at + c.len_utf8()
        } else if is_punctuation(c) {
            scanner.sign(at, c, tokens)
        } else if c.is_alphabetic() || ((c == '@' || c == '#') && scanner.letter_at(at + 1)) {
            scanner.word(at, tokens)
        } else if c.is_numeric() {
            scanner.number(at, tokens)
        } else {
            scanner.sign(at, c, tokens)
        };
    }
}

/// Whether a byte is an ASCII letter or digit.
static IN_WORD: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < table.len() {
        table[byte] = (byte as u8).is_ascii_alphanumeric();
        byte += 1;
    }
    table
};

struct Scanner<'t, F> {
    /// The text up to the end of the paragraph.
    text: &'t str,
    /// Where the paragraph begins.
    start: usize,
    classify: F,
}

/// A run of word characters.
struct WordRun {
    end: usize,
    /// Whether it holds only ASCII letters and digits.
    plain: bool,
}

impl<F: Fn(&str) -> Class> Scanner<'_, F> {
    fn char_at(&self, at: usize) -> Option<char> {
        let first = *self.text.as_bytes().get(at)?;
        if first.is_ascii() { Some(first as char) } else { self.text.get(at..)?.chars().next() }
    }

    fn letter_at(&self, at: usize) -> bool {
        self.char_at(at).is_some_and(|c| c.is_alphanumeric() || c == '_')
    }

    /// The run of letters, digits, inner hyphens and inner apostrophes from `start`.
    fn run(&self, start: usize) -> WordRun {
        let bytes = self.text.as_bytes();
        let mut at = start;
        let mut plain = true;
        loop {
            while bytes.get(at).is_some_and(u8::is_ascii_alphanumeric) {
                at += 1;
            }
            let Some(c) = self.char_at(at).filter(|c| *c != ' ') else { break };
            let after = at + c.len_utf8();
            let inner = match c {
                '-' | '\u{2010}' | '\u{2011}' | '\'' | '’' => at > start && self.letter_at(after),
                '&' | '/' => {
                    at > start && self.letter_at(after) && self.text.get(at + 1..at + 2) != Some("/")
                }
                '_' => true,
                // "D-N.Y.", "example.com": no sentence ends between letters, unless the space was lost
                '.' => {
                    at > start
                        && self.char_at(after).is_some_and(|next| {
                            next.is_lowercase() || next.is_uppercase() && self.is_initial(start, at)
                        })
                }
                _ => c.is_alphanumeric() || is_combining(c),
            };
            if !inner {
                break;
            }
            plain = false;
            at = after;
        }
        WordRun { end: at, plain }
    }

    /// Whether the word ends, before `end`, in a single capital after a hyphen: "D-N".
    fn is_initial(&self, start: usize, end: usize) -> bool {
        let Some(word) = self.text.get(start..end) else { return false };
        let mut back = word.chars().rev();
        back.next().is_some_and(char::is_uppercase) && matches!(back.next(), Some('-' | '.'))
    }

    /// Takes an ASCII word that ends before a sign which stands in no word, as most do: its end, or `None`
    /// where more than that must be looked at.
    fn plain_word(&self, start: usize, first: u8, tokens: &mut Vec<Token>) -> Option<usize> {
        if !first.is_ascii_alphabetic() {
            return None;
        }
        let rest = self.text.as_bytes().get(start..)?;
        let length = rest.iter().position(|&byte| !IN_WORD[usize::from(byte)]).unwrap_or(rest.len());
        let end = start + length;
        match rest.get(length) {
            None | Some(b' ' | b',' | b';' | b':' | b'?' | b'!' | b')' | b'"') => {}
            // The full stop of a sentence, not that of an initial.
            Some(b'.') if length > 1 && matches!(rest.get(length + 1), None | Some(b' ')) => {}
            _ => return None,
        }
        let class = self.class(start, end);
        if rest.get(length) == Some(&b'.') && class.any(Class::ABBREVIATION | Class::ABBREVIATION_END) {
            return None;
        }
        let kind = Kind::Word { capital: first.is_ascii_uppercase() };
        tokens.push(Token { span: Span::new(start, end), kind, class });
        Some(end)
    }

    fn word(&self, start: usize, tokens: &mut Vec<Token>) -> usize {
        let body = start + usize::from(matches!(self.char_at(start), Some('@' | '#')));
        if let Some(end) = self.dotted(start) {
            self.push(start, end, self.class(start, end), tokens);
            return end;
        }
        let WordRun { end, plain } = self.run(body);
        let clitic = if plain {
            None
        } else {
            self.text.get(body..end).and_then(clitic_start).map(|offset| body + offset)
        };
        let word_end = clitic.unwrap_or(end);
        let class = self.class(start, word_end);
        if clitic.is_none() && self.char_at(end) == Some('.') {
            let dotted_before = !plain
                && self
                    .text
                    .get(start..end)
                    .is_some_and(|word| word.contains('.') && self.is_initial(start, end));
            if dotted_before || class.any(Class::ABBREVIATION | Class::ABBREVIATION_END) {
                self.push(start, end + 1, self.class(start, end + 1), tokens);
                return end + 1;
            }
        }
        self.push(start, word_end, class, tokens);
        if let Some(from) = clitic {
            let possessive = self.text.get(from..end).is_some_and(|c| c.ends_with(['s', 'S']));
            let kind = if possessive { Kind::Possessive } else { Kind::Clitic };
            tokens.push(Token { span: Span::new(from, end), kind, class: Class::NONE });
        }
        end
    }

    /// The end of an abbreviation of single letters with full stops: `U.S.`, `D.P.R.K.`, `J.`, `a.m.`.
    fn dotted(&self, start: usize) -> Option<usize> {
        let mut at = start;
        let mut letters = 0;
        loop {
            let c = self.char_at(at)?;
            if !c.is_alphabetic() || self.char_at(at + c.len_utf8()) != Some('.') {
                break;
            }
            at += c.len_utf8() + 1;
            letters += 1;
            if self.char_at(at).is_none() {
                break;
            }
        }
        if letters == 0 {
            return None;
        }
        let capital = self.char_at(start).is_some_and(char::is_uppercase);
        let word_follows = self.char_at(at).is_some_and(char::is_alphanumeric);
        ((letters > 1 || capital) && !(word_follows && letters == 1)).then_some(at)
    }

    fn class(&self, start: usize, end: usize) -> Class {
        self.text.get(start..end).map_or(Class::NONE, &self.classify)
    }

    fn push(&self, start: usize, end: usize, class: Class, tokens: &mut Vec<Token>) {
        let capital = self.char_at(start).is_some_and(|c| c.is_uppercase() || c == '@' || c == '#');
        tokens.push(Token { span: Span::new(start, end), kind: Kind::Word { capital }, class });
    }

    fn number(&self, start: usize, tokens: &mut Vec<Token>) -> usize {
        let mut at = start;
        while let Some(c) = self.char_at(at) {
            let after = at + c.len_utf8();
            let inner = match c {
                '.' | ',' | ':' => self.char_at(after).is_some_and(|c| c.is_ascii_digit()),
                '-' | '/' => self.letter_at(after),
                _ => c.is_alphanumeric(),
            };
            if !inner {
                break;
            }
            at = after;
        }
        tokens.push(Token { span: Span::new(start, at), kind: Kind::Number, class: Class::NUMBER });
        at
    }

    fn sign(&self, start: usize, c: char, tokens: &mut Vec<Token>) -> usize {
        let after = start + c.len_utf8();
        let twice = self.char_at(after) == Some(c);
        let (kind, end) = match c {
            '“' => (Kind::Mark(Mark::Open), after),
            '”' => (Kind::Mark(Mark::Close), after),
            '„' => (Kind::Mark(Mark::Low), after),
            '«' => (Kind::Mark(Mark::GuillemetOpen), after),
            '»' => (Kind::Mark(Mark::GuillemetClose), after),
            '"' | '＂' => (Kind::Mark(Mark::Either), after),
            '`' if twice => (Kind::Mark(Mark::Open), after + 1),
            '‘' if twice => (Kind::Mark(Mark::Open), after + c.len_utf8()),
            '’' if twice => (Kind::Mark(Mark::Close), after + c.len_utf8()),
            '\'' if twice && !self.closes_single_first(start, after) => (Kind::Mark(Mark::Either), after + 1),
            '‘' => (Kind::Mark(Mark::SingleOpen), after),
            '\'' | '’' if self.is_plural_possessive(start, after, tokens) => (Kind::Possessive, after),
            '’' => (Kind::Mark(Mark::SingleClose), after),
            '\'' => (Kind::Mark(Mark::SingleEither), after),
            '—' | '–' | '―' => (Kind::Sign('—'), after),
            '-' if twice => (Kind::Sign('—'), after + 1),
            '-' => (Kind::Sign('—'), after),
            '.' if self.text.get(start..start + 3) == Some("...") => (Kind::Sign('…'), start + 3),
            _ => (Kind::Sign(c), after),
        };
        tokens.push(Token { span: Span::new(start, end), kind, class: Class::NONE });
        end
    }

    /// Whether `'''` stands after a word: then the first apostrophe closes an inner quote.
    fn closes_single_first(&self, at: usize, after: usize) -> bool {
        let before = || self.text.get(self.start..at).and_then(|before| before.chars().next_back());
        self.char_at(after + 1) == Some('\'') && before().is_some_and(|c| !c.is_whitespace())
    }

    /// Whether an apostrophe directly after a word in -s and before a space and a letter is possessive
    /// ("the ministers' statement").
    fn is_plural_possessive(&self, start: usize, after: usize, tokens: &[Token]) -> bool {
        let touches = tokens.last().is_some_and(|token| {
            token.span.end == start
                && matches!(token.kind, Kind::Word { .. })
                && token.span.of(self.text).is_some_and(|word| word.ends_with(['s', 'S']))
        });
        touches
            && self.char_at(after) == Some(' ')
            && self.char_at(after + 1).is_some_and(char::is_alphabetic)
    }
}

/// Where the ending of a contraction begins in `word`, if it has one that is cut off.
fn clitic_start(word: &str) -> Option<usize> {
    let at = word.rfind(['\'', '’'])?;
    let ending = word.get(at..)?.trim_start_matches(['\'', '’']);
    let known = ["s", "re", "ve", "ll", "d", "m"];
    (at > 0 && known.iter().any(|known| ending.eq_ignore_ascii_case(known))).then_some(at)
}

/// Whether a character is of the block of general punctuation: dashes, curly marks, the ellipsis. None of
/// the block is a letter or a digit, which would take long to find out otherwise.
pub(in crate::quotes) const fn is_punctuation(c: char) -> bool {
    matches!(c, '\u{2000}'..='\u{206f}')
}

fn is_combining(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{200d}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let mut tokens = Vec::new();
        let classify = |word: &str| {
            if matches!(word, "Gen" | "Sen" | "Jr") { Class::ABBREVIATION } else { Class::NONE }
        };
        tokenize(text, Span::new(0, text.len()), classify, &mut tokens);
        let words: Vec<&str> = tokens.iter().filter_map(|token| token.span.of(text)).collect();
        assert_eq!(words, expected, "{text}");
    }

    #[test]
    fn words_and_signs() {
        check("Oru said: no.", &["Oru", "said", ":", "no", "."]);
        check("the 67-year-old, al-Rawi", &["the", "67-year-old", ",", "al-Rawi"]);
        check("paid $1,250.50 in 2017.", &["paid", "$", "1,250.50", "in", "2017", "."]);
    }

    #[test]
    fn contractions_and_possessives() {
        check("Oru's don't we’re", &["Oru", "'s", "don't", "we", "’re"]);
        check("the ministers' plan", &["the", "ministers", "'", "plan"]);
        check("O’Neill’s", &["O’Neill", "’s"]);
    }

    #[test]
    fn abbreviations_keep_their_stops() {
        check("the U.S. and Gen. J. Oru Jr.", &["the", "U.S.", "and", "Gen.", "J.", "Oru", "Jr."]);
        check("at 5 a.m. sharp", &["at", "5", "a.m.", "sharp"]);
        check("It was I.", &["It", "was", "I."]);
        check("Oru (D-N.Y.) said", &["Oru", "(", "D-N.Y.", ")", "said"]);
        check("on oru.com. No", &["on", "oru.com", ".", "No"]);
        check("He left.Then", &["He", "left", ".", "Then"]);
    }

    #[test]
    fn no_punctuation_is_a_letter_or_digit() {
        assert!(('\0'..=char::MAX).filter(|c| is_punctuation(*c)).all(|c| !c.is_alphanumeric()));
    }

    #[test]
    fn marks() {
        check("''So,'' he said", &["''", "So", ",", "''", "he", "said"]);
        check("``So,'' he", &["``", "So", ",", "''", "he"]);
        check("'''No'''", &["''", "'", "No", "'", "''"]);
        check("wait... -- no", &["wait", "...", "--", "no"]);
    }
}
