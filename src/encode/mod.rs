//! Quotes in context become numbers.
