//! Bytes become articles, and articles become clean text.
