//! What a page says about itself.

use dom_query::Document;
use jiff::civil::Date;
use serde_json::Value;

use crate::articles::read::dates::parse_day;

/// Names of `meta` elements that hold the day of publication, the surest first.
const PUBLISHED: [&str; 14] = [
    "article:published_time",
    "og:published_time",
    "datepublished",
    "parsely-pub-date",
    "sailthru.date",
    "dc.date.issued",
    "dcterms.created",
    "dc.date",
    "publish-date",
    "publishdate",
    "pubdate",
    "publication_date",
    "article.published",
    "date",
];

/// Longest chain of JSON-LD values looked into.
const NODES: usize = 10_000;

/// Headline, address, outlet and day of a page.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Metadata {
    pub(super) title: Option<String>,
    pub(super) url: Option<String>,
    pub(super) outlet: Option<String>,
    pub(super) published: Option<Date>,
}

impl Metadata {
    /// Reads JSON-LD first, then OpenGraph, then other `meta` names, then the page itself.
    pub(super) fn of(document: &Document, json_ld: &[String]) -> Self {
        let page = Page::of(document);
        let values: Vec<Value> =
            json_ld.iter().filter_map(|text| serde_json::from_str(text.trim()).ok()).collect();
        let linked = values.iter().find_map(article_node);
        let says = |keys: &[&str]| linked.and_then(|node| string_at(node, keys));
        let outlet = says(&["publisher", "name"])
            .or_else(|| page.meta(&["og:site_name", "application-name", "dc.publisher", "publisher"]));
        let title = says(&["headline"])
            .or_else(|| page.meta(&["og:title", "twitter:title", "dc.title", "title"]))
            .or_else(|| first_text(document, "h1"))
            .or_else(|| first_text(document, "title"))
            .map(|title| without_outlet(title, outlet.as_deref()));
        let url = first_attribute(document, "link[rel=canonical]", "href")
            .or_else(|| page.meta(&["og:url"]))
            .or_else(|| says(&["url"]))
            .or_else(|| says(&["mainEntityOfPage", "@id"]))
            .or_else(|| says(&["mainEntityOfPage"]));
        let published = says(&["datePublished"])
            .and_then(|day| parse_day(&day))
            .or_else(|| page.metas(&PUBLISHED).find_map(parse_day))
            .or_else(|| time_element(document));
        Self { title, url, outlet, published }
    }
}

/// The `meta` elements: names in lower case, and what they say.
struct Page {
    metas: Vec<(String, String)>,
}

impl Page {
    fn of(document: &Document) -> Self {
        let mut metas = Vec::new();
        for node in document.select("meta[content]").nodes() {
            let content = node.attr_or("content", "").trim().to_owned();
            if content.is_empty() {
                continue;
            }
            for key in ["property", "name", "itemprop"] {
                if let Some(name) = node.attr(key) {
                    metas.push((name.trim().to_lowercase(), content.clone()));
                }
            }
        }
        Self { metas }
    }

    /// What the elements under `names` say, in the order of `names`.
    fn metas<'a>(&'a self, names: &'a [&str]) -> impl Iterator<Item = &'a str> {
        names.iter().flat_map(|name| {
            self.metas.iter().filter(move |(found, _)| found == name).map(|(_, content)| content.as_str())
        })
    }

    fn meta(&self, names: &[&str]) -> Option<String> {
        self.metas(names).next().map(one_line).filter(|text| !text.is_empty())
    }
}

/// The first JSON-LD object that describes an article, in lists and graphs too.
fn article_node(value: &Value) -> Option<&Value> {
    let mut waiting = vec![value];
    let mut seen = 0;
    while let Some(value) = waiting.pop() {
        seen += 1;
        if seen > NODES {
            return None;
        }
        match value {
            Value::Array(items) => waiting.extend(items.iter().rev()),
            Value::Object(_) if is_article(value) => return Some(value),
            Value::Object(fields) => {
                waiting.extend(["mainEntity", "@graph"].iter().filter_map(|key| fields.get(*key)));
            }
            _ => {}
        }
    }
    None
}

/// Whether the type is `Article`, one of its kinds (`NewsArticle`, `OpinionNewsArticle`), or a posting.
fn is_article(value: &Value) -> bool {
    let is_kind = |kind: &Value| {
        kind.as_str().is_some_and(|kind| kind.ends_with("Article") || kind.ends_with("BlogPosting"))
    };
    match value.get("@type") {
        Some(Value::Array(kinds)) => kinds.iter().any(is_kind),
        Some(kind) => is_kind(kind),
        None => false,
    }
}

/// The string that `keys` lead to; of a list, its first item.
fn string_at(value: &Value, keys: &[&str]) -> Option<String> {
    let first = |value: &'_ Value| value.as_array().and_then(|items| items.first()).cloned();
    let mut value = value.clone();
    for key in keys {
        value = value.get(*key)?.clone();
        value = first(&value).unwrap_or(value);
    }
    value.as_str().map(plain).filter(|text| !text.is_empty())
}

/// Text of a JSON-LD script, where some sites leave character references, in one line.
fn plain(text: &str) -> String {
    if text.contains('&') && text.len() < 10_000 {
        one_line(&Document::fragment(text.replace('<', "&lt;")).text())
    } else {
        one_line(text)
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn first_text(document: &Document, selector: &str) -> Option<String> {
    let text = one_line(&document.select_single(selector).text());
    Some(text).filter(|text| !text.is_empty())
}

fn first_attribute(document: &Document, selector: &str, name: &str) -> Option<String> {
    let value = document.select_single(selector).attr(name)?.trim().to_owned();
    Some(value).filter(|value| !value.is_empty())
}

/// The day of the first `time` element of the article, or of the page.
fn time_element(document: &Document) -> Option<Date> {
    ["time[pubdate]", "[itemprop=datePublished]", "article time[datetime]", "time[datetime]"]
        .into_iter()
        .find_map(|selector| first_attribute(document, selector, "datetime").as_deref().and_then(parse_day))
}

/// A title without the name of the site that many pages put after it: `Talks resume | The Harbour`.
fn without_outlet(title: String, outlet: Option<&str>) -> String {
    let Some(rest) = outlet.and_then(|outlet| title.strip_suffix(outlet)) else {
        return title;
    };
    let rest = rest.trim_end();
    match rest.strip_suffix(['|', '-', '–', '—', '·', '»', ':']) {
        Some(headline) if headline.ends_with(char::is_whitespace) && !headline.trim().is_empty() => {
            headline.trim_end().to_owned()
        }
        _ => title,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(head: &str, json_ld: &str, expected: [Option<&str>; 4]) {
        let document = Document::from(format!("<html><head>{head}</head><body><p>x</p></body></html>"));
        let found = Metadata::of(&document, &[json_ld.to_owned()]);
        let published = found.published.map(|day| day.to_string());
        assert_eq!(
            [found.title.as_deref(), found.url.as_deref(), found.outlet.as_deref(), published.as_deref()],
            expected,
            "{head} {json_ld}"
        );
    }

    const WHOLE: [Option<&str>; 4] = [
        Some("Talks resume"),
        Some("https://harbour.example/talks"),
        Some("The Harbour"),
        Some("2018-05-06"),
    ];

    #[test]
    fn json_ld() {
        let node = r#"{"@type": "NewsArticle", "headline": "Talks resume", "url": "https://harbour.example/talks",
            "datePublished": "2018-05-06T09:00:00Z", "publisher": {"@type": "Organization", "name": "The Harbour"}}"#;
        check("", node, WHOLE);
        check("", &format!("[{{\"@type\": \"WebSite\"}}, {node}]"), WHOLE);
        check("", &format!("{{\"@graph\": [{{\"@type\": \"Person\"}}, {node}]}}"), WHOLE);
        check(
            "",
            r#"{"@type": ["Article", "X"], "headline": "A &#8216;deal&#8217; &amp; more"}"#,
            [Some("A ‘deal’ & more"), None, None, None],
        );
        check("", "{not json", [None; 4]);
    }

    #[test]
    fn meta_elements() {
        check(
            "<meta property='og:title' content='Talks resume - The Harbour'><meta property='og:site_name' content='The Harbour'>\
             <link rel=canonical href='https://harbour.example/talks'><meta property='article:published_time' content='2018-05-06T09:00:00Z'>",
            "",
            WHOLE,
        );
        check(
            "<title>Talks resume | The Harbour</title><meta name='application-name' content='The Harbour'>\
             <meta property='og:url' content='https://harbour.example/talks'><meta name='DC.date' content='May 6, 2018'>",
            "",
            WHOLE,
        );
        check(
            "<meta name=date content=never><time datetime='2018-05-06'></time>",
            "",
            [None, None, None, Some("2018-05-06")],
        );
    }
}
