use std::sync::LazyLock;

use serde_json::{Value, json};

use super::{Brief, BriefError, BriefOptions, Collection, RecordProblem, SideNames};
use crate::records::QuoteRecord;

/// A quote with what matters to a brief; the rest is filled in.
#[derive(Clone)]
struct Said {
    article: &'static str,
    day: &'static str,
    speaker: &'static str,
    role: &'static str,
    side: &'static str,
    /// The paragraph with the quote in `[[ ]]`.
    paragraph: String,
    kind: &'static str,
    hawkish: f64,
    diplomatic: f64,
}

const HAWKISH: (f64, f64) = (0.9, 0.05);
const DIPLOMATIC: (f64, f64) = (0.05, 0.9);

fn said(
    article: &'static str,
    day: &'static str,
    who: [&'static str; 3],
    stance: (f64, f64),
    paragraph: &str,
) -> Said {
    let [speaker, role, side] = who;
    let (hawkish, diplomatic) = stance;
    Said {
        article,
        day,
        speaker,
        role,
        side,
        paragraph: paragraph.to_owned(),
        kind: "direct",
        hawkish,
        diplomatic,
    }
}

fn record(said: &Said, number: usize) -> QuoteRecord {
    let text = said.paragraph.split("[[").nth(1).and_then(|rest| rest.split("]]").next()).unwrap();
    let named = |text: &str| if text.is_empty() { Value::Null } else { json!(text) };
    serde_json::from_value(json!({
        "article": {"id": said.article, "title": null, "url": null, "outlet": null, "published": named(said.day)},
        "quote": {"id": format!("{}#{number}", said.article), "text": text, "kind": said.kind, "start": 0, "end": 1,
                  "spans": [[0, 1]], "content": null, "context": said.paragraph},
        "speaker": {"mention": null, "start": null, "end": null, "name": named(said.speaker), "role": named(said.role),
                    "side": named(said.side), "kind": if said.speaker.contains("official") { "anonymous" } else { "person" },
                    "confidence": 1.0},
        "cue": null,
        "stance": {"label": null, "hawkish": said.hawkish, "diplomatic": said.diplomatic,
                   "neutral": 1.0 - said.hawkish - said.diplomatic, "score": said.hawkish - said.diplomatic},
        "model": "test", "schema": crate::records::QUOTE_SCHEMA,
    }))
    .unwrap()
}

fn collection(all: &[Said]) -> Collection {
    static NAMES: LazyLock<SideNames> = LazyLock::new(|| SideNames::new(None));
    let mut collection = Collection::new(NAMES.clone());
    for (number, said) in all.iter().enumerate() {
        collection.add_quote(record(said, number)).unwrap();
    }
    collection
}

fn brief(all: &[Said], options: BriefOptions) -> Brief {
    Brief::new(collection(all), options).unwrap()
}

fn as_json(brief: &Brief) -> Value {
    let mut bytes = Vec::new();
    brief.write_json(&mut bytes).unwrap();
    serde_json::from_slice(&bytes).unwrap()
}

/// The candidates as "kind: hawkish speaker against diplomatic speaker".
#[track_caller]
fn check(all: &[Said], expected: &[&str]) {
    let json = as_json(&brief(all, BriefOptions::default()));
    let found: Vec<String> = json["mixed_messages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| {
            let who = |part: &str| it[part]["speaker"].as_str().unwrap().to_owned();
            format!("{}: {} against {}", it["kind"].as_str().unwrap(), who("hawkish"), who("diplomatic"))
        })
        .collect();
    assert_eq!(found, expected);
}

const REY: [&str; 3] = ["Ana Rey", "president", "Argentina"];
const SOLER: [&str; 3] = ["Luis Soler", "foreign minister", "Argentina"];
const VIDAL: [&str; 3] = ["Eva Vidal", "foreign minister", "Chile"];
const FORCE: &str = "“[[We will clear the strait of Chilean boats by force,]]” she said on Sunday.";
const OFFER: &str = "“[[We can sit down with Chile whenever it suits both of us,]]” he said on Saturday.";

#[test]
fn two_voices_of_one_side_are_a_candidate() {
    let hawk = said("a", "2020-03-02", REY, HAWKISH, FORCE);
    let dove = said("b", "2020-03-01", SOLER, DIPLOMATIC, OFFER);
    check(&[hawk.clone(), dove.clone()], &["within-side: Ana Rey against Luis Soler"]);
    // Too far apart, another counterpart, the same stance, not sure enough, or not in quotation marks.
    check(&[hawk.clone(), Said { day: "2020-05-01", ..dove.clone() }], &[]);
    check(&[hawk.clone(), Said { paragraph: OFFER.replace("Chile", "Kenya"), ..dove.clone() }], &[]);
    check(&[hawk.clone(), Said { hawkish: 0.9, diplomatic: 0.0, ..dove.clone() }], &[]);
    check(&[hawk.clone(), Said { hawkish: 0.31, diplomatic: 0.38, ..dove.clone() }], &[]);
    check(&[hawk.clone(), Said { kind: "indirect", ..dove.clone() }], &[]);
    // Not a voice of the government, or of no known side.
    check(&[hawk.clone(), Said { role: "opposition lawmaker", ..dove.clone() }], &[]);
    check(&[hawk.clone(), Said { role: "former foreign minister", ..dove.clone() }], &[]);
    check(&[hawk.clone(), Said { side: "", ..dove.clone() }], &[]);
    // Undated quotes are compared within their article alone.
    check(&[Said { day: "", ..hawk.clone() }, Said { day: "", ..dove.clone() }], &[]);
    check(
        &[Said { day: "", ..hawk }, Said { day: "", article: "a", ..dove }],
        &["within-side: Ana Rey against Luis Soler"],
    );
}

#[test]
fn one_voice_at_two_times_is_a_reversal() {
    let hawk = said("a", "2020-03-02", REY, HAWKISH, FORCE);
    let dove = said("b", "2020-03-09", REY, DIPLOMATIC, OFFER);
    check(&[hawk.clone(), dove.clone()], &["reversal: Ana Rey against Ana Rey"]);
    // On one day there may have been two questions; unnamed officials may be two people.
    let same_day = FORCE.replace("Sunday", "Saturday");
    check(&[Said { day: "2020-03-09", paragraph: same_day, ..hawk.clone() }, dove.clone()], &[]);
    let unnamed = |it: Said| Said { speaker: "senior official", ..it };
    check(&[unnamed(hawk), unnamed(dove)], &[]);
}

#[test]
fn two_sides_are_a_candidate_on_one_matter_only() {
    let dove = "“[[The meeting with Argentina moved us forward,]]” she said.";
    let about_talks = "“[[The meeting with Chile was an insult and we will answer it,]]” she said.";
    let dove = said("a", "2020-03-02", VIDAL, DIPLOMATIC, dove);
    let hawk = said("b", "2020-03-03", REY, HAWKISH, about_talks);
    check(&[hawk.clone(), dove.clone()], &["between-sides: Ana Rey against Eva Vidal"]);
    check(&[Said { paragraph: FORCE.to_owned(), ..hawk.clone() }, dove.clone()], &[]);
    check(&[Said { paragraph: about_talks.replace("Chile", "Kenya"), ..hawk }, dove], &[]);
}

#[test]
fn one_dispute_is_shown_once_by_its_strongest_pair() {
    let spokesman = ["Leo Paz", "spokesman", "Argentina"];
    let other = "“[[Chile has until the spring, and then the ships sail,]]” he said on Sunday.";
    let all = [
        said("a", "2020-03-02", spokesman, (0.6, 0.2), other),
        said("a", "2020-03-02", REY, HAWKISH, FORCE),
        said("b", "2020-03-01", SOLER, DIPLOMATIC, OFFER),
    ];
    check(&all, &["within-side: Ana Rey against Luis Soler"]);
    let json = as_json(&brief(&all, BriefOptions::default()));
    assert_eq!(json["mixed_messages"][0]["also"], json!(["a#0"]));
    assert_eq!(json["mixed_messages"][0]["status"], "mixed-message candidate");
    assert_eq!(json["mixed_messages"][0]["hawkish"]["said"]["from"], "2020-03-01");
    assert_eq!(json["mixed_messages"][0]["days_apart"], 1);
}

#[test]
fn copies_count_once_and_are_listed() {
    let outlets = ["a", "b", "c", "d", "e", "f"];
    let all: Vec<Said> =
        outlets.iter().map(|outlet| said(outlet, "2020-03-02", REY, HAWKISH, FORCE)).collect();
    let json = as_json(&brief(&all, BriefOptions::default()));
    assert_eq!(json["counts"]["quotes"], 1);
    assert_eq!(json["counts"]["copies"], 5);
    assert_eq!(json["quotes"][0]["copies"].as_array().unwrap().len(), 5);
    assert_eq!(json["speakers"][0]["quotes"], 1);
}

#[test]
fn options_narrow_the_brief() {
    let all = [
        said("a", "2020-03-02", REY, HAWKISH, FORCE),
        said("b", "2020-03-01", SOLER, DIPLOMATIC, OFFER),
        said("c", "2020-04-01", VIDAL, DIPLOMATIC, "“[[We want the trawlers back,]]” she said."),
    ];
    let count = |options: BriefOptions| as_json(&brief(&all, options))["counts"]["quotes"].as_u64().unwrap();
    let default = BriefOptions::default;
    assert_eq!(count(default()), 3);
    assert_eq!(count(BriefOptions { side: Some("argentina".into()), ..default() }), 2);
    assert_eq!(count(BriefOptions { topic: Some("TRAWLERS back".into()), ..default() }), 1);
    assert_eq!(count(BriefOptions { since: "2020-03-15".parse().ok(), ..default() }), 1);
    assert_eq!(count(BriefOptions { until: "2020-02-29".parse().ok(), ..default() }), 1);
    let nobody = Brief::new(collection(&all), BriefOptions { side: Some("Peru".into()), ..default() });
    assert!(
        matches!(nobody.unwrap_err(), BriefError::NoSuchSide { spoken, .. } if spoken == ["Argentina", "Chile"])
    );
    let backwards =
        BriefOptions { since: "2020-03-02".parse().ok(), until: "2020-03-01".parse().ok(), ..default() };
    assert!(matches!(Brief::new(collection(&all), backwards).unwrap_err(), BriefError::Period { .. }));
}

#[test]
fn impossible_records_are_refused() {
    let good = record(&said("a", "", REY, HAWKISH, FORCE), 0);
    let mut collection = Collection::new(SideNames::new(None));
    let mut other = good.clone();
    other.schema = "demarche.quote/1".into();
    assert!(matches!(collection.add_quote(other), Err(RecordProblem::Schema { .. })));
    let mut unscored = good.clone();
    unscored.stance = None;
    assert_eq!(collection.add_quote(unscored), Err(RecordProblem::NotScored));
    let mut impossible = good;
    impossible.stance.as_mut().unwrap().hawkish = 1.5;
    assert!(matches!(
        collection.add_quote(impossible),
        Err(RecordProblem::Probability { name: "hawkish", .. })
    ));
    assert_eq!(collection.quote_count(), 0);
}

/// Quotes whose stance has nothing to do with who said them or when.
fn without_a_pattern(seed: u64) -> Vec<Said> {
    use rand::{RngExt as _, SeedableRng as _};
    let mut random = rand_chacha::ChaCha8Rng::seed_from_u64(seed);
    let people = [REY, SOLER, ["Leo Paz", "spokesman", "Argentina"], ["Mia Sol", "envoy", "Argentina"]];
    let articles = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"];
    (0..24)
        .map(|number| {
            let day = format!("2020-{:02}-{:02}", random.random_range(1..=12), random.random_range(1..=28));
            let stance = if random.random_range(0..2) == 0 { HAWKISH } else { DIPLOMATIC };
            let who = people[random.random_range(0..people.len())];
            let article = articles[number % articles.len()];
            let words = format!("“[[Chile word{number} word{} word{seed} and so on]],” X said.", number * 7);
            Said { day: Box::leak(day.into_boxed_str()), ..said(article, "", who, stance, &words) }
        })
        .collect()
}

#[test]
fn false_alarms_stay_within_the_stated_level() {
    let runs = 200;
    let options = BriefOptions { shuffles: 99, resamples: 1, ..BriefOptions::default() };
    let alarms =
        (0..runs).filter(|seed| brief(&without_a_pattern(*seed), options.clone()).chance.p <= 0.05).count();
    // 5 in 100, and three standard errors of a share of 200.
    assert!(alarms as f64 <= 0.05 * runs as f64 + 3.0 * (runs as f64 * 0.05 * 0.95).sqrt(), "{alarms}");
}

#[test]
fn a_pattern_is_no_chance() {
    // Every month one voice is answered by the other within days, and both speak alike the rest of the time.
    let mut all = Vec::new();
    for number in 0..12_usize {
        let article: &'static str = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"][number];
        let day = |day: usize| -> &'static str {
            Box::leak(format!("2020-{:02}-{day:02}", number + 1).into_boxed_str())
        };
        let words =
            |what: &str| format!("“[[Chile {what}{number} {what}{} is the matter]],” X said.", number * 5);
        let (one, two) = if number % 2 == 0 { (HAWKISH, DIPLOMATIC) } else { (DIPLOMATIC, HAWKISH) };
        all.push(said(article, day(1), REY, one, &words("p")));
        all.push(said(article, day(2), SOLER, two, &words("q")));
    }
    let brief = brief(&all, BriefOptions::default());
    assert_eq!(brief.candidate_count(), 12);
    assert!(brief.chance.p <= 0.05, "{:?}", brief.chance);
    assert!(brief.chance.mean < 11.0, "{:?}", brief.chance);
}

#[test]
fn the_same_bytes_with_any_number_of_threads() {
    let all = without_a_pattern(5);
    let render = |threads: usize| {
        let brief = brief(&all, BriefOptions { threads, ..BriefOptions::default() });
        let mut bytes = Vec::new();
        brief.write_html(&mut bytes).unwrap();
        brief.write_json(&mut bytes).unwrap();
        brief.write_quotes_csv(&mut bytes).unwrap();
        brief.write_mixed_csv(&mut bytes).unwrap();
        brief.write_voices_csv(&mut bytes).unwrap();
        bytes.extend(brief.table(100, false).bytes());
        bytes
    };
    assert_eq!(render(1), render(3));
}

#[test]
fn article_text_stays_text_on_the_page() {
    let marks = "“[[We <script>alert(1)</script> & \"Chile\" </mark>]],” <img src=x onerror=alert(1)> said.";
    let who = ["<b>Ana</b> Rey", "\"><script>", "Argentina"];
    let mut collection = collection(&[said("a", "", who, HAWKISH, marks)]);
    collection.articles[0].text = Some("x<script>y</script>".into());
    collection.articles[0].title = Some("</title><script>".into());
    collection.add_rejected("<script>");
    let mut page = Vec::new();
    Brief::new(collection, BriefOptions::default()).unwrap().write_html(&mut page).unwrap();
    let page = String::from_utf8(page).unwrap();
    assert!(!page.contains("<script") && !page.contains("<img") && !page.contains("<b>"), "{page}");
    assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;Chile&quot;"));
    assert!(!page.contains("http://") && !page.contains("https://"));
}

#[test]
fn nothing_at_all_makes_a_brief_too() {
    let brief = brief(&[], BriefOptions::default());
    let mut page = Vec::new();
    brief.write_html(&mut page).unwrap();
    assert!(brief.table(80, false).starts_with("No mixed-message candidate in 0 quotes"));
    assert_eq!(as_json(&brief)["mixed_messages"], json!([]));
}
