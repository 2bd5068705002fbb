//! From a web page to its article.

mod metadata;
mod sieve;
#[cfg(test)]
mod tests;
mod text;

use dom_query::Document;
use dom_smoothie::{Config, Readability};

use super::InputProblem;
use crate::types::{Article, Markup};
use metadata::Metadata;
use sieve::Sieve;

/// Reads a decoded page: the headline, a blank line, and the main text.
pub(super) fn article(id: String, page: &str) -> Result<Article, InputProblem> {
    let Sieve { html, json_ld, .. } = Sieve::of(page)?;
    let document = Document::from(html);
    let metadata = Metadata::of(&document, &json_ld);
    let fallback = text::of_paragraphs(&document);
    let main = main_text(document).filter(|text| !text.is_empty()).unwrap_or(fallback);
    if main.is_empty() {
        return Err(InputProblem::NoMainText);
    }
    let Metadata { title, url, outlet, published } = metadata;
    let text = match &title {
        Some(title) => with_headline(title, &main),
        None => main,
    };
    Ok(Article { id, title, url, outlet, published, text, markup: Markup::Plain })
}

/// The text of what the readability algorithm takes for the article.
fn main_text(document: Document) -> Option<String> {
    let config = Config { disable_json_ld: true, ..Config::default() };
    let mut readability = Readability::with_document(document, None, Some(config)).ok()?;
    readability.parse().ok()?;
    let content = readability.doc.select("#readability-page-1");
    content.nodes().first().map(text::of_node)
}

/// The main text under its headline, which it may repeat in its first line.
fn with_headline(title: &str, main: &str) -> String {
    let (first, rest) = main.split_once('\n').unwrap_or((main, ""));
    let body = if is_same(first, title) { rest.trim_start() } else { main };
    format!("{title}\n\n{body}")
}

/// Whether two lines have the same letters and digits.
fn is_same(a: &str, b: &str) -> bool {
    let letters = |text: &str| -> String {
        text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
    };
    letters(a) == letters(b)
}
