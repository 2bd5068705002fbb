use super::Span;

/// A quote in the text around it: what an encoder reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuoteInContext {
    /// The paragraph (or a window of it) with the attribution, without any added marks.
    pub context: String,
    /// The quoted words in [`context`](Self::context): at least one span, in order, none overlapping.
    pub spans: Vec<Span>,
}

impl QuoteInContext {
    /// A quote with nothing around it.
    #[must_use]
    pub fn bare(text: impl Into<String>) -> Self {
        let context = text.into();
        let spans = vec![Span::new(0, context.len())];
        Self { context, spans }
    }

    /// The quoted words, its segments joined by a space.
    #[must_use]
    pub fn text(&self) -> String {
        let segments: Vec<&str> = self.spans.iter().filter_map(|span| span.of(&self.context)).collect();
        segments.join(" ")
    }
}
