//! Articles with their quotes highlighted.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use super::super::report::{Brief, counted, shape};
use super::Text;

/// Articles shown, and characters of each, at the most.
const ARTICLES: usize = 40;
const CHARACTERS: usize = 12_000;

impl Brief {
    /// The articles on the page: those of candidates, then those with the most chosen quotes.
    pub(super) fn shown_articles(&self) -> &BTreeSet<u32> {
        self.shown.get_or_init(|| {
            let article = |index: usize| self.sayings.all.get(index).map(|it| it.article);
            let of_pairs = self.in_pair().into_keys().filter_map(article);
            let mut shown: BTreeSet<u32> = BTreeSet::new();
            for article in of_pairs {
                if shown.len() < ARTICLES {
                    shown.insert(article);
                }
            }
            let mut counts: BTreeMap<u32, usize> = BTreeMap::new();
            for article in self.chosen.iter().filter_map(|index| article(*index)) {
                *counts.entry(article).or_default() += 1;
            }
            let mut counts: Vec<(u32, usize)> = counts.into_iter().collect();
            counts.sort_by(|one, two| two.1.cmp(&one.1).then(one.0.cmp(&two.0)));
            for (article, _) in counts {
                if shown.len() < ARTICLES {
                    shown.insert(article);
                }
            }
            shown
        })
    }

    pub(super) fn articles_section(&self, out: &mut impl Write) -> io::Result<()> {
        writeln!(out, "<section aria-labelledby=\"articles\">\n<h2 id=\"articles\">Articles</h2>")?;
        let mut quotes: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
        for (index, saying) in self.sayings.all.iter().enumerate() {
            if self.shown_articles().contains(&saying.article) {
                quotes.entry(saying.article).or_default().push(index);
            }
        }
        let in_pair = self.in_pair();
        for (article, quotes) in &quotes {
            let open = quotes.iter().any(|index| in_pair.get(index).is_some_and(|rank| *rank <= 5));
            self.article(out, *article, quotes, open)?;
        }
        super::shown(out, self.collection.articles.len(), ARTICLES, "articles")?;
        writeln!(out, "</section>")
    }

    fn article(&self, out: &mut impl Write, number: u32, quotes: &[usize], open: bool) -> io::Result<()> {
        let Some(article) = self.collection.articles.get(number as usize) else { return Ok(()) };
        let day = self.sayings.days.get(number as usize).and_then(|it| it.day).map(|day| day.to_string());
        let title = article.title.as_deref().unwrap_or(&article.id);
        let facts = [
            article.outlet.clone(),
            Some(day.unwrap_or_else(|| "day unknown".to_owned())),
            article.url.clone(),
        ];
        let facts: Vec<String> =
            facts.into_iter().flatten().chain([counted(quotes.len(), "quote")]).collect();
        writeln!(
            out,
            "<details id=\"a{number}\"{}><summary>{}</summary>\n<p class=\"dim\">{} · {}</p>",
            if open { " open" } else { "" },
            Text(title),
            Text(&article.id),
            Text(facts.join(" · "))
        )?;
        match &article.text {
            Some(text) => self.highlighted(out, text, quotes)?,
            None => self.listed(out, quotes)?,
        }
        writeln!(out, "</details>")
    }

    /// The text with its quotes marked, and after each the speaker.
    fn highlighted(&self, out: &mut impl Write, text: &str, quotes: &[usize]) -> io::Result<()> {
        let mut marks: Vec<(usize, usize, usize, bool)> = Vec::new();
        for index in quotes {
            let spans =
                self.collection.quotes.get(*index).map_or(&[][..], |it| it.record.quote.spans.as_slice());
            for (place, [start, end]) in spans.iter().enumerate() {
                marks.push((*start, *end, *index, place + 1 == spans.len()));
            }
        }
        marks.sort_unstable();
        write!(out, "<div class=\"text\">")?;
        let mut chars = text.chars();
        let mut at = 0;
        for (start, end, index, is_last) in marks {
            if start < at || end <= start || end > CHARACTERS {
                continue;
            }
            let before: String = chars.by_ref().take(start - at).collect();
            let quoted: String = chars.by_ref().take(end - start).collect();
            at = end;
            let Some(saying) = self.sayings.all.get(index) else { continue };
            let title = format!(
                "{} {:.2}: {}; {}",
                saying.stance,
                saying.confidence,
                self.speaker_line(index),
                self.said_line(saying)
            );
            write!(
                out,
                "{}<mark class=\"{}\" title=\"{}\">{}</mark>",
                Text(before),
                saying.stance,
                Text(title),
                Text(quoted)
            )?;
            if is_last {
                let speaker = saying.speaker.and_then(|id| self.sayings.speakers.get(id));
                let name = speaker.map_or("unknown", |it| it.name.as_str());
                write!(
                    out,
                    "<span class=\"who\"> [{} {}: {}]</span>",
                    shape(saying.stance),
                    saying.stance,
                    Text(name)
                )?;
            }
        }
        let rest: String = chars.by_ref().take(CHARACTERS.saturating_sub(at)).collect();
        write!(out, "{}", Text(rest))?;
        if chars.next().is_some() {
            write!(out, "…\n[cut here: the article goes on]")?;
        }
        writeln!(out, "</div>")
    }

    /// The quotes alone, where the text is not known.
    fn listed(&self, out: &mut impl Write, quotes: &[usize]) -> io::Result<()> {
        writeln!(out, "<ul>")?;
        for index in quotes {
            let (Some(quote), Some(saying)) =
                (self.collection.quotes.get(*index), self.sayings.all.get(*index))
            else {
                continue;
            };
            let words: String = quote.record.quote.text.chars().take(CHARACTERS / 10).collect();
            writeln!(
                out,
                "<li><mark class=\"{}\" title=\"{} {:.2}\">{}</mark> <span class=\"who\">[{} {}: {}; {}]</span></li>",
                saying.stance,
                saying.stance,
                saying.confidence,
                Text(words),
                shape(saying.stance),
                saying.stance,
                Text(self.speaker_line(*index)),
                Text(self.said_line(saying))
            )?;
        }
        writeln!(out, "</ul>")
    }
}
