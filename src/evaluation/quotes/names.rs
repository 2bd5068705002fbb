/// Titles and suffixes, which are no part of a name.
const TITLES: [&str; 31] = [
    "mr",
    "mrs",
    "ms",
    "dr",
    "sen",
    "rep",
    "gov",
    "gen",
    "col",
    "lt",
    "president",
    "senator",
    "governor",
    "secretary",
    "sir",
    "lord",
    "lady",
    "rev",
    "prof",
    "justice",
    "judge",
    "congressman",
    "congresswoman",
    "representative",
    "vice",
    "mayor",
    "jr",
    "sr",
    "ii",
    "iii",
    "iv",
];

/// Words that stand for a speaker without naming one.
const PRONOUNS: [&str; 20] = [
    "i",
    "me",
    "we",
    "us",
    "you",
    "he",
    "him",
    "she",
    "her",
    "they",
    "them",
    "it",
    "who",
    "himself",
    "herself",
    "themselves",
    "this",
    "that",
    "these",
    "those",
];

/// The longest name that is compared, in words; more words than that are a description.
const LONGEST: usize = 7;

/// Whether the words are one pronoun.
pub(super) fn is_pronoun(words: &str) -> bool {
    PRONOUNS.contains(&words.trim().to_lowercase().as_str())
}

/// Whether a reported name means the speaker of the gold annotation.
///
/// Words are compared in lower case, without titles, suffixes, possessives and outer full stops and
/// hyphens. The names agree where their words are the same, or where the last word of the gold name
/// stands in the reported one and no first name speaks against it: where the reported name puts a word
/// before that last word, and ends with it, its first word must begin with the same letter as the gold
/// name's, or the gold name's first word must stand somewhere in it. Pronouns and names of more than
/// seven words agree with nothing but themselves.
pub(super) fn same_name(gold: &str, reported: &str) -> bool {
    let (gold, reported) = (words(gold), words(reported));
    let (Some(first), Some(last)) = (gold.first(), gold.last()) else { return false };
    let Some(reported_first) = reported.first() else { return false };
    if reported.len() > LONGEST {
        return false;
    }
    if gold == reported {
        return true;
    }
    if reported.iter().all(|word| PRONOUNS.contains(&word.as_str())) {
        return false;
    }
    let Some(place) = reported.iter().position(|word| word == last) else { return false };
    if gold.len() >= 2 && place >= 1 && place + 1 == reported.len() {
        return reported_first.chars().next() == first.chars().next() || reported.contains(first);
    }
    true
}

/// The words of a name: runs that begin with a letter and go on with letters, digits, apostrophes, full
/// stops and hyphens; handles (`@…`); runs of digits.
fn words(name: &str) -> Vec<String> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut words = Vec::new();
    let mut rest = name;
    while let Some(c) = rest.chars().next() {
        let after = &rest[c.len_utf8()..];
        let goes_on: &dyn Fn(char) -> bool = if c.is_alphabetic() {
            &|c| is_word(c) || "'’.-".contains(c)
        } else if c == '@' && after.starts_with(is_word) {
            &is_word
        } else if c.is_ascii_digit() {
            &|c| c.is_ascii_digit() || c.is_ascii_uppercase()
        } else {
            rest = after;
            continue;
        };
        let end = after.find(|c| !goes_on(c)).map_or(rest.len(), |end| c.len_utf8() + end);
        let (word, next) = rest.split_at(end);
        words.push(plain(word));
        rest = next;
    }
    words.retain(|word| !word.is_empty() && !TITLES.contains(&word.as_str()));
    words
}

/// A word without its possessive, outer full stops, apostrophes and hyphens, in lower case.
fn plain(word: &str) -> String {
    let bare = word.strip_suffix('s').filter(|bare| bare.ends_with(['\'', '’'])).unwrap_or(word);
    bare.trim_matches(['.', '\'', '’', '-']).to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_taken_apart() {
        let check = |name: &str, expected: &[&str]| assert_eq!(words(name), expected, "{name}");
        check("Sen. Ilse von Marrenholt Jr.", &["ilse", "von", "marrenholt"]);
        check("O’Hara’s", &["o’hara"]);
        check("the Dunmores'", &["the", "dunmores"]);
        check("@harbour_desk @ 7", &["@harbour_desk", "7"]);
        check("9th District", &["9", "th", "district"]);
        check("J.P. Ångström-Li", &["j.p", "ångström-li"]);
        check("— !", &[]);
    }

    #[test]
    fn names_agree() {
        let check = |gold: &str, reported: &str, expected: bool| {
            assert_eq!(same_name(gold, reported), expected, "{gold} / {reported}");
        };
        check("Ilse Marrenholt", "Ms. Marrenholt", true);
        check("Ilse Marrenholt", "I. Marrenholt", true);
        check("Ilse Marrenholt", "Otto Marrenholt", false);
        check("Ilse Marrenholt", "Minister Ilse Marrenholt", true);
        check("Ilse Marrenholt", "Marrenholt of Veldania", true);
        check("Ilse Marrenholt", "Ilse", false);
        check("Ilse Marrenholt", "she", false);
        check("She", "she", true);
        check("Harbour Ministry", "the ministry", false);
        check("Harbour Ministry", "Harbour ministry", true);
        check("Marrenholt", "Otto Marrenholt", true);
        check("Ilse Marrenholt", "one two three four five six seven Marrenholt", false);
        check("", "Marrenholt", false);
        check("Mr.", "Mr.", false);
    }
}
