//! Whole pages.

use super::article;

/// A page of an invented newspaper.
const PAGE: &str = r#"<!DOCTYPE html>
<html lang="en"><head>
<title>Ferries to stay in port | The Harbour</title>
<meta property="og:site_name" content="The Harbour">
<link rel="canonical" href="https://harbour.example/2018/ferries">
<script>if (a<b) { document.write("<p>no</p>"); }</script>
<script type="application/ld+json">
{"@context": "https://schema.org", "@graph": [{"@type": "WebSite", "name": "The Harbour"},
 {"@type": "NewsArticle", "headline": "Ferries to stay in port", "datePublished": "2018-05-06T09:00:00+02:00"}]}
</script>
</head><body>
<nav><ul><li><a href="/">Home</a></li><li><a href="/world">World</a></li></ul></nav>
<main><article>
<h1>Ferries to stay in port</h1>
<p>The harbour master told reporters on Monday that the ferries would <em>stay</em> in port until the storm
had passed, and that nobody should wait at the pier before the end of the week.</p>
<p>&ldquo;We will not <a href="/risk">risk lives</a>,&rdquo; said Ana Ferreira, the harbour master&rsquo;s deputy,
who had spoken with the captains, the union and the coast guard during the night.</p>
<blockquote><p>No ship leaves, she wrote, until the wind has dropped, the waves are lower, and the pilots agree.</p></blockquote>
<p>The union, which represents the crews of all nine ferries, said it agreed with the decision, and thanked her.<br>
Its members would be paid, it added, for every day that the ferries spend in port this spring.</p>
</article></main>
<footer><p>Copyright 2018</p></footer>
</body></html>"#;

#[test]
fn a_page_becomes_headline_and_paragraphs() {
    let found = article("a".to_owned(), PAGE).unwrap();
    assert_eq!(found.title.as_deref(), Some("Ferries to stay in port"));
    assert_eq!(found.outlet.as_deref(), Some("The Harbour"));
    assert_eq!(found.url.as_deref(), Some("https://harbour.example/2018/ferries"));
    assert_eq!(found.published.map(|day| day.to_string()).as_deref(), Some("2018-05-06"));
    assert_eq!(
        found.text,
        "Ferries to stay in port\n\n\
         The harbour master told reporters on Monday that the ferries would stay in port until the storm had passed, and that nobody should wait at the pier before the end of the week.\n\n\
         “We will not risk lives,” said Ana Ferreira, the harbour master’s deputy, who had spoken with the captains, the union and the coast guard during the night.\n\n\
         No ship leaves, she wrote, until the wind has dropped, the waves are lower, and the pilots agree.\n\n\
         The union, which represents the crews of all nine ferries, said it agreed with the decision, and thanked her.\n\
         Its members would be paid, it added, for every day that the ferries spend in port this spring."
    );
}

#[test]
fn a_page_without_structure_gives_its_paragraphs() {
    for (page, text) in [
        ("<p>One.</p><p>Two.</p>", "One.\n\nTwo."),
        ("One.<br><br>Two.", "One.\n\nTwo."),
        ("<title>Talks</title><p>One.</p>", "Talks\n\nOne."),
    ] {
        assert_eq!(article("a".to_owned(), page).unwrap().text, text, "{page}");
    }
}

#[test]
fn hostile_pages_end() {
    let body = "<p>One paragraph, with a comma, that is long enough to be found by the search for text.</p>";
    for unit in [
        "<div>",
        "<b a=1><p>",
        "<table><tr><td>",
        "<svg><desc><div></svg>",
        "<a href=x>",
        "<span><p></span>",
        "<ul><li>",
        "</div>",
        "<!--",
        "<a x=",
        "<script>",
        "<svg>",
        "&amp",
        "<",
    ] {
        let page = format!("{body}{}", unit.repeat(20_000 / unit.len()));
        let found = article("a".to_owned(), &page).map(|article| article.text);
        assert!(found.is_ok_and(|text| text.contains("One paragraph")), "{unit}");
    }
}
