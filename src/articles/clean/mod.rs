//! From the text as read to the words of the reporter, with the way back.

mod boilerplate;
mod builder;
mod characters;
mod inline;
mod lines;
mod markdown;
mod plain;
#[cfg(test)]
mod tests;

use crate::types::{Article, CleanText, Markup};
use builder::Builder;

/// Cleans an article.
///
/// Left out, as whole paragraphs or lines: advertisements and their placeholders, section labels before
/// the headline, invitations to read, share, follow or subscribe, comment counts, legal lines and picture
/// credits (`boilerplate.txt`); characters that print nothing; and the marks of Markdown. Odd spaces
/// become spaces, odd dashes plain ones, line breaks line feeds. Quotation marks stay as they are.
///
/// Lines broken by hand at a fixed width are joined to paragraphs; otherwise every line is one. Runs in
/// time linear in the length of the text.
#[must_use]
pub fn clean(article: &Article) -> CleanText {
    let mut builder = Builder::new(&article.text);
    match article.markup {
        Markup::Plain => plain::take_in(&article.text, &mut builder),
        Markup::Markdown => markdown::take_in(&article.text, &mut builder),
    }
    builder.finish(article.title.as_deref())
}
