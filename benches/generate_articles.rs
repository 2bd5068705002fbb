//! Writes synthetic news articles for measuring speed and memory.
//!
//! ```text
//! cargo run --release --example generate-articles -- --count 100000 --seed 1 --out articles.jsonl
//! cargo run --release --example generate-articles -- --count 500 --folder articles
//! ```
//!
//! Each article has 200 to 600 words, invented people, direct, mixed, indirect, divided, continued and
//! nested quotes, institutions and unnamed officials, phrases in marks that are no quotes, and the odd
//! line of page furniture, in one of five styles of quotation marks. All of it is recombined from the
//! lists below, so the texts are good for timing and for nothing else: accuracy measured on them would
//! mean nothing.
//!
//! Article i of a seed is always the same, however many are written, and only one is in memory at a
//! time. Files ending in `.gz` are compressed.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Parser;
use flate2::Compression;
use flate2::write::GzEncoder;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::Serialize;

/// Writes synthetic news articles, the same ones for the same seed.
#[derive(Parser)]
struct Args {
    /// Number of articles
    #[arg(long, default_value_t = 1000)]
    count: u64,
    /// Seed of the random numbers
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// JSONL file to write, compressed where the name ends in .gz; standard output without it
    #[arg(long, conflicts_with = "folder")]
    out: Option<PathBuf>,
    /// Folder to write one text file an article to
    #[arg(long)]
    folder: Option<PathBuf>,
}

fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    let articles = (0..args.count).map(|index| article(args.seed, index));
    if let Some(folder) = &args.folder {
        return write_folder(articles, folder);
    }
    let Some(path) = &args.out else {
        return write_lines(articles, io::stdout().lock());
    };
    let file = File::create(path).with_context(|| format!("failed to create {}", path.display()))?;
    let written = if path.extension().is_some_and(|extension| extension == "gz") {
        let mut packed = GzEncoder::new(file, Compression::fast());
        write_lines(articles, &mut packed).and_then(|()| Ok(packed.try_finish()?))
    } else {
        write_lines(articles, file)
    };
    written.with_context(|| format!("failed to write {}", path.display()))
}

fn write_lines(articles: impl Iterator<Item = Article>, out: impl Write) -> anyhow::Result<()> {
    let mut out = BufWriter::with_capacity(1 << 16, out);
    for article in articles {
        serde_json::to_writer(&mut out, &article)?;
        out.write_all(b"\n")?;
    }
    out.flush()?;
    Ok(())
}

fn write_folder(articles: impl Iterator<Item = Article>, folder: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("failed to create {}", folder.display()))?;
    for article in articles {
        let path = folder.join(format!("{}.txt", article.id));
        fs::write(&path, format!("{}\n\n{}\n", article.title, article.text))
            .with_context(|| format!("failed to write {}", path.display()))?;
    }
    Ok(())
}

/// One line of the JSONL output.
#[derive(Debug, PartialEq, Eq, Serialize)]
struct Article {
    id: String,
    title: String,
    outlet: &'static str,
    published: String,
    url: String,
    text: String,
}

/// The article of that number.
fn article(seed: u64, index: u64) -> Article {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    random.set_stream(index);
    let mut writer = Writer::new(random);
    let id = format!("{seed}-{index:07}");
    let outlet = writer.pick(&OUTLETS);
    let (year, month, day) = (writer.between(2005, 2025), writer.between(1, 12), writer.between(1, 28));
    let title = writer.headline();
    let text = writer.body();
    let url = format!("https://news.example/{year}/{month:02}/{id}");
    Article { id, title, outlet, published: format!("{year}-{month:02}-{day:02}"), url, text }
}

/// Somebody who is quoted.
struct Person {
    first: &'static str,
    last: &'static str,
    pronoun: &'static str,
    role: &'static str,
    country: &'static str,
}

/// Opening and closing marks of quotes, and of quotes inside them.
struct Marks {
    outer: [&'static str; 2],
    inner: [&'static str; 2],
}

struct Writer {
    random: ChaCha8Rng,
    marks: &'static Marks,
    people: Vec<Person>,
    /// Which of the people have been introduced in full.
    introduced: Vec<bool>,
    topic: &'static str,
}

impl Writer {
    fn new(random: ChaCha8Rng) -> Self {
        let mut writer =
            Self { random, marks: &MARKS[0], people: Vec::new(), introduced: Vec::new(), topic: "" };
        let number = writer.between(0, MARKS.len() - 1);
        writer.marks = &MARKS[number];
        writer.topic = writer.pick(&TOPICS);
        let sides = [writer.pick(&COUNTRIES), writer.pick(&COUNTRIES)];
        for number in 0..writer.between(3, 5) {
            let (first, pronoun) = writer.pick(&FIRST_NAMES);
            let last = writer.pick(&LAST_NAMES);
            let role = writer.pick(&ROLES);
            writer.people.push(Person { first, last, pronoun, role, country: sides[number % 2] });
            writer.introduced.push(false);
        }
        writer
    }

    fn headline(&mut self) -> String {
        let (country, topic) = (self.people[0].country, self.topic);
        let fragment = self.pick(&FRAGMENTS);
        match self.between(0, 3) {
            0 => format!("{country} calls {topic} ‘{fragment}’"),
            1 => format!("{}: {topic} ‘{fragment}’", self.people[0].last),
            2 => format!("{country} and {} at odds over {topic}", self.people[1].country),
            _ => format!("New doubts over {topic}"),
        }
    }

    /// Paragraphs of 200 to 600 words.
    fn body(&mut self) -> String {
        let target = self.between(200, 520);
        let (city, topic) = (self.pick(&CITIES), self.topic);
        let (left, right) = (self.people[0].country, self.people[1].country);
        let mut text = format!(
            "{city} — Officials of {left} and {right} differed again on {topic} on {}.",
            self.pick(&DAYS)
        );
        let mut words = count_words(&text);
        while words < target {
            let paragraph = self.paragraph();
            words += count_words(&paragraph);
            text.push_str("\n\n");
            text.push_str(&paragraph);
        }
        text
    }

    fn paragraph(&mut self) -> String {
        let [open, close] = self.marks.outer;
        let [inner_open, inner_close] = self.marks.inner;
        let kind = self.between(0, 15);
        // Kinds without a named speaker first, so that nobody is introduced in a paragraph that is not used.
        match kind {
            0 => return self.pick(&FURNITURE).to_owned(),
            1 => {
                let (narrative, scare) = (self.pick(&NARRATIVE), self.pick(&SCARE));
                return format!("{narrative} The so-called {open}{scare}{close} was not on the agenda.");
            }
            2 => {
                let (one, two) = (self.pick(&NARRATIVE), self.pick(&NARRATIVE));
                return format!("{one} {two}");
            }
            3 => {
                let (country, sentence) = (self.people[0].country, self.sentence());
                let verb = self.pick(&["said", "announced", "warned"]);
                return format!(
                    "{country}’s foreign ministry {verb} in a statement: {open}{sentence}.{close}"
                );
            }
            4 => {
                let (sentence, official) = (self.sentence(), self.pick(&UNNAMED));
                return format!("{open}{sentence},{close} {official} said on condition of anonymity.");
            }
            _ => {}
        }
        let index = self.between(0, self.people.len() - 1);
        let (speaker, surname) = (self.mention(index), self.people[index].last);
        // The apposition's closing comma gives way to a full stop or another comma.
        let speaker_at_end = speaker.trim_end_matches(',');
        let pronoun = self.people[index].pronoun;
        let (one, two) = (self.sentence(), self.sentence());
        let (cue, day) = (self.pick(&CUES), self.pick(&DAYS));
        let fragment = self.pick(&FRAGMENTS);
        match kind {
            5 => format!("{open}{one},{close} {speaker} {cue} on {day}. {open}{two}.{close}"),
            6 => format!("{open}{one},{close} {cue} {speaker_at_end}."),
            7 => format!("{speaker} {cue}: {open}{one}. {two}.{close}"),
            8 => {
                let (half, rest) = one.split_once(' ').unwrap_or((&one, "again"));
                format!("{open}{half},{close} {speaker} {cue}, {open}{rest}.{close}")
            }
            9 => {
                format!("{speaker} called the offer {open}{fragment}{close} and {cue} that {}.", lower(&two))
            }
            10 => format!("{speaker} {cue} on {day} that {}.", lower(&one)),
            11 => format!(
                "According to {speaker_at_end}, {}. The talks were {open}{fragment},{close} {pronoun} added.",
                lower(&one)
            ),
            // The first paragraph is left open, the second opens again.
            12 => format!(
                "{speaker} spoke for ten minutes.\n\n{open}{one}. {two}.\n\n{open}{},{close} {surname} {cue}.",
                self.sentence()
            ),
            13 => format!(
                "{open}They told us it was {inner_open}{fragment},{inner_close} and {},{close} {speaker} {cue}.",
                lower(&one)
            ),
            14 => format!(
                "{speaker} left the room early. {open}{one},{close} {pronoun} {cue}. {open}{two}!{close}"
            ),
            _ => format!(
                "{speaker} accused the other side of delay. {open}{one}. {two},{close} {pronoun} told reporters."
            ),
        }
    }

    /// The full name with role and country the first time, later the surname.
    fn mention(&mut self, index: usize) -> String {
        let Person { first, last, role, country, .. } = self.people[index];
        if std::mem::replace(&mut self.introduced[index], true) {
            return last.to_owned();
        }
        match self.between(0, 2) {
            0 => format!("{country}’s {role}, {first} {last},"),
            1 => format!("{first} {last}, the {role} of {country},"),
            _ => format!("{first} {last}, {country}’s {role},"),
        }
    }

    /// Something a government might say, without its full stop.
    fn sentence(&mut self) -> String {
        let (subject, verb) = (self.pick(&SUBJECTS), self.pick(&VERBS));
        let (object, end) = (self.pick(&OBJECTS), self.pick(&ENDS));
        format!("{subject} {verb} {object} {end}")
    }

    fn pick<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.random.random_range(0..list.len())]
    }

    /// A number from `low` to `high`, both included.
    fn between(&mut self, low: usize, high: usize) -> usize {
        self.random.random_range(low..=high)
    }
}

fn count_words(text: &str) -> usize {
    text.split_whitespace().count()
}

/// The sentence as it stands inside another one.
fn lower(sentence: &str) -> String {
    let mut chars = sentence.chars();
    chars.next().map(|first| first.to_lowercase().chain(chars).collect()).unwrap_or_default()
}

const MARKS: [Marks; 5] = [
    Marks { outer: ["“", "”"], inner: ["‘", "’"] },
    Marks { outer: ["\"", "\""], inner: ["'", "'"] },
    Marks { outer: ["‘", "’"], inner: ["“", "”"] },
    Marks { outer: ["«", "»"], inner: ["“", "”"] },
    Marks { outer: ["„", "“"], inner: ["‚", "‘"] },
];

const OUTLETS: [&str; 6] = [
    "Harbour Courier",
    "Steppe Gazette",
    "Lakeside Wire",
    "The Ridge Post",
    "Evening Beacon",
    "North Quay News",
];

const CITIES: [&str; 10] =
    ["GENEVA", "OSLO", "NAIROBI", "LIMA", "TALLINN", "HANOI", "ACCRA", "QUITO", "RIGA", "MUSCAT"];

const DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

const COUNTRIES: [&str; 20] = [
    "Argentina",
    "Chile",
    "Estonia",
    "Finland",
    "Ghana",
    "Ivory Coast",
    "Kazakhstan",
    "Uzbekistan",
    "Peru",
    "Ecuador",
    "Kenya",
    "Tanzania",
    "Norway",
    "Iceland",
    "Vietnam",
    "Thailand",
    "Morocco",
    "Portugal",
    "Oman",
    "Malta",
];

const ROLES: [&str; 10] = [
    "president",
    "prime minister",
    "foreign minister",
    "defence minister",
    "trade minister",
    "interior minister",
    "deputy foreign minister",
    "army chief",
    "ambassador",
    "government spokesman",
];

const FIRST_NAMES: [(&str, &str); 20] = [
    ("Alda", "she"),
    ("Boris", "he"),
    ("Carla", "she"),
    ("Darius", "he"),
    ("Elin", "she"),
    ("Farid", "he"),
    ("Greta", "she"),
    ("Hamid", "he"),
    ("Irina", "she"),
    ("Jonas", "he"),
    ("Kamila", "she"),
    ("Lorenz", "he"),
    ("Mireille", "she"),
    ("Nuno", "he"),
    ("Odile", "she"),
    ("Pavel", "he"),
    ("Renata", "she"),
    ("Samuel", "he"),
    ("Tamsin", "she"),
    ("Viktor", "he"),
];

const LAST_NAMES: [&str; 24] = [
    "Abenov", "Brassard", "Calloway", "Dunmore", "Estrella", "Falkner", "Gorrini", "Hallvard", "Ivarsson",
    "Jurado", "Kestrel", "Lindgate", "Mbeya", "Nordahl", "Okonedo", "Pellerin", "Quiroga", "Rautala",
    "Serikbek", "Tessler", "Ulvaeng", "Valdivia", "Wexcombe", "Yarrow",
];

const TOPICS: [&str; 12] = [
    "the border crossing",
    "the fishing licences",
    "the grain tariffs",
    "the missile test",
    "the gas pipeline",
    "the prisoner exchange",
    "the joint patrols",
    "the water treaty",
    "the sanctions list",
    "the ceasefire line",
    "the shipping lane",
    "the airspace closure",
];

const UNNAMED: [&str; 6] = [
    "a senior official",
    "a diplomat who had read the draft",
    "an official close to the talks",
    "a Western diplomat",
    "one adviser to the government",
    "a person who was in the room",
];

const CUES: [&str; 12] = [
    "said",
    "said",
    "said",
    "said",
    "added",
    "warned",
    "insisted",
    "told reporters",
    "argued",
    "noted",
    "declared",
    "replied",
];

const FRAGMENTS: [&str; 14] = [
    "a waste of paper",
    "a first step",
    "a serious mistake",
    "modest but honest",
    "an insult",
    "long overdue",
    "not worth the ink",
    "fully acceptable",
    "a threat to us all",
    "good enough for now",
    "a private opinion",
    "very welcome",
    "dangerous",
    "beyond repair",
];

const SCARE: [&str; 6] =
    ["winter link", "blue line", "grey list", "open window", "northern option", "quiet channel"];

const SUBJECTS: [&str; 12] = [
    "We",
    "Our government",
    "Nobody here",
    "Everyone at that table",
    "The army",
    "My country",
    "Our neighbours",
    "The ministry",
    "Both sides",
    "The people of the border towns",
    "Our partners",
    "This cabinet",
];

const VERBS: [&str; 14] = [
    "will never accept",
    "would like to discuss",
    "may yet prepare",
    "will answer",
    "would rather settle",
    "cannot ignore",
    "could sign",
    "can do without",
    "will defend",
    "should postpone",
    "had to reject",
    "will keep talking about",
    "must stop",
    "would welcome",
];

const OBJECTS: [&str; 14] = [
    "this offer",
    "the new levy",
    "another year of patrols",
    "a fair arrangement",
    "the terms of last spring",
    "an attack on our ships",
    "the draft agreement",
    "a joint commission",
    "any ultimatum",
    "the return of the boats",
    "a meeting without conditions",
    "the blockade",
    "these sanctions",
    "an honest inquiry",
];

const ENDS: [&str; 14] = [
    "before the end of the month",
    "whatever the price",
    "if the other side agrees",
    "and that is all there is to say",
    "while the guns are silent",
    "until the last soldier has left",
    "because there is no other way",
    "as long as the crossing is shut",
    "with or without our allies",
    "in the coming days",
    "for the third time this year",
    "and we have told them so",
    "at the same table",
    "without delay",
];

const NARRATIVE: [&str; 12] = [
    "The delegations met for three hours in a hotel outside the city.",
    "Two patrol boats were seen near the islands over the weekend.",
    "Trade between the two countries has fallen by a tenth since March.",
    "The crossing was closed after a shooting that nobody has claimed.",
    "A first round of meetings ended in the spring without a text.",
    "Traffic on the main road was normal on both sides.",
    "The commission has met eleven times since it was founded.",
    "Markets took little notice of the exchange.",
    "Observers counted forty trucks in the queue at noon.",
    "The draft runs to nineteen pages and three maps.",
    "Neither side published a list of those who attended.",
    "Power was restored to most of the valley by the evening.",
];

const FURNITURE: [&str; 8] = [
    "{mosads}",
    "Advertisement",
    "Share this article",
    "Trending on Lakeside Wire",
    "Join the conversation on our page",
    "Photo: North Quay News / Archive",
    "Read more: Five things to know about the crossing",
    "Story continues below",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn articles_depend_on_seed_and_number_only() {
        assert_eq!(article(1, 7), article(1, 7));
        assert_ne!(article(1, 7).text, article(1, 8).text);
        assert_ne!(article(1, 7).text, article(2, 7).text);
    }

    #[test]
    fn articles_have_200_to_600_words_and_some_quotes() {
        for index in 0..500 {
            let text = article(3, index).text;
            let words = count_words(&text);
            assert!((200..=600).contains(&words), "article {index}: {words} words");
            assert!(!text.contains(",,") && !text.contains(",."), "article {index}: {text}");
            assert!(MARKS.iter().any(|marks| text.contains(marks.outer[0])), "article {index}: no marks");
        }
    }

    #[test]
    fn lines_are_articles_in_order() {
        let mut lines = Vec::new();
        write_lines((0..3).map(|index| article(1, index)), &mut lines).unwrap();
        let records: Vec<serde_json::Value> = String::from_utf8(lines)
            .unwrap()
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        assert_eq!(records.len(), 3);
        assert_eq!(records[2]["id"], "1-0000002");
        assert_eq!(records[2]["text"], article(1, 2).text);
    }

    #[test]
    fn a_folder_gets_one_file_an_article() {
        let folder = tempfile::tempdir().unwrap();
        write_folder((0..3).map(|index| article(1, index)), folder.path()).unwrap();
        let text = fs::read_to_string(folder.path().join("1-0000001.txt")).unwrap();
        assert_eq!(text, format!("{}\n\n{}\n", article(1, 1).title, article(1, 1).text));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 3);
    }
}
