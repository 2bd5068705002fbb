//! The program as its users meet it: through the binary.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod bad_input;
mod brief;
mod data;
mod evaluate;
mod measure_quotes;
mod model;
mod output;
mod score;
mod support;
