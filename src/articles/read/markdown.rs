use super::dates::parse_day;
use crate::articles::front_matter::FrontMatter;
use crate::types::{Article, Markup};

/// Reads a Markdown file: the text stays as it is, marks and front matter included.
pub(super) fn article(id: String, text: String) -> Article {
    let front = FrontMatter::of(&text);
    let value = |keys: &[&str]| front.as_ref().and_then(|front| front.get(keys)).map(str::to_owned);
    Article {
        id,
        title: value(&["title", "headline"]),
        url: value(&["url", "link", "canonical", "source_url"]),
        outlet: value(&["outlet", "publisher", "publication", "source", "site"]),
        published: value(&["published", "date", "datepublished", "pubdate"]).as_deref().and_then(parse_day),
        text,
        markup: Markup::Markdown,
    }
}
