use std::collections::BTreeSet;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::names::SideNames;
use crate::records::{ArticleRecord, QUOTE_SCHEMA, QuoteRecord};

/// Everything a brief is made from: articles and their scored quotes, in the order they came in.
#[derive(Clone, Debug)]
pub struct Collection {
    pub(super) names: SideNames,
    /// The text, where it is known, stands in the record.
    pub(super) articles: Vec<ArticleRecord>,
    by_id: FxHashMap<String, u32>,
    pub(super) quotes: Vec<CollectedQuote>,
    pub(super) models: BTreeSet<String>,
    pub(super) rejected: Vec<String>,
    pub(super) rejected_count: u64,
}

/// A scored quote without what it shares with its article.
#[derive(Clone, Debug)]
pub(super) struct CollectedQuote {
    pub article: u32,
    /// `article`, `model` and `schema` are left empty.
    pub record: QuoteRecord,
    /// Probabilities of hawkish, diplomatic, neutral.
    pub stance: [f64; 3],
}

/// Why a record cannot be part of a brief.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum RecordProblem {
    /// The record was written by another version, or is something else.
    #[error("the record has the schema '{found}' where '{QUOTE_SCHEMA}' is needed; score the articles again")]
    Schema {
        /// What stands there.
        found: String,
    },
    /// The quote was found but not scored.
    #[error("the quote has no stance; make the records with `demarche score` instead of `demarche quotes`")]
    NotScored,
    /// A probability that is none.
    #[error("stance.{name} is {value}, which is no probability from 0 to 1; score the articles again")]
    Probability {
        /// `hawkish`, `diplomatic` or `neutral`.
        name: &'static str,
        /// What stands there.
        value: f64,
    },
}

/// Rejected inputs that are named in the brief; the rest are counted.
const NAMED_REJECTIONS: usize = 100;

impl Collection {
    /// An empty collection that finds sides by `names`.
    #[must_use]
    pub fn new(names: SideNames) -> Self {
        Self {
            names,
            articles: Vec::new(),
            by_id: FxHashMap::default(),
            quotes: Vec::new(),
            models: BTreeSet::new(),
            rejected: Vec::new(),
            rejected_count: 0,
        }
    }

    /// Takes in an article, whether or not it has quotes. Articles with one identifier are one article;
    /// what the first of them leaves open is taken from the others.
    pub fn add_article(&mut self, article: ArticleRecord) -> u32 {
        if let Some(index) = self.by_id.get(&article.id) {
            if let Some(known) = self.articles.get_mut(*index as usize) {
                let ArticleRecord { title, url, outlet, published, text, .. } = article;
                let fields = [
                    (&mut known.title, title),
                    (&mut known.url, url),
                    (&mut known.outlet, outlet),
                    (&mut known.published, published),
                    (&mut known.text, text),
                ];
                for (known, new) in fields {
                    if known.is_none() {
                        *known = new;
                    }
                }
            }
            return *index;
        }
        let index = u32::try_from(self.articles.len()).unwrap_or(u32::MAX);
        self.by_id.insert(article.id.clone(), index);
        self.articles.push(article);
        index
    }

    /// Takes in a scored quote, and its article where that is new.
    ///
    /// # Errors
    /// Where the record has another schema, no stance, or impossible probabilities.
    pub fn add_quote(&mut self, mut record: QuoteRecord) -> Result<(), RecordProblem> {
        if record.schema != QUOTE_SCHEMA {
            return Err(RecordProblem::Schema { found: record.schema.into_owned() });
        }
        let stance = record.stance.as_ref().ok_or(RecordProblem::NotScored)?;
        let probabilities = [stance.hawkish, stance.diplomatic, stance.neutral];
        for (name, value) in crate::types::Stance::NAMES.into_iter().zip(probabilities) {
            if !(0.0..=1.0).contains(&value) {
                return Err(RecordProblem::Probability { name, value });
            }
        }
        if let Some(model) = record.model.take() {
            self.models.insert(model);
        }
        record.schema = Default::default();
        let article = self.add_article(Arc::unwrap_or_clone(std::mem::take(&mut record.article)));
        self.quotes.push(CollectedQuote { article, record, stance: probabilities });
        Ok(())
    }

    /// Remembers an input that could not be read, for the brief's section on data quality.
    pub fn add_rejected(&mut self, complaint: impl Into<String>) {
        self.rejected_count += 1;
        if self.rejected.len() < NAMED_REJECTIONS {
            self.rejected.push(complaint.into());
        }
    }

    /// Quotes taken in so far.
    #[must_use]
    pub fn quote_count(&self) -> usize {
        self.quotes.len()
    }

    /// Articles taken in so far.
    #[must_use]
    pub fn article_count(&self) -> usize {
        self.articles.len()
    }
}
