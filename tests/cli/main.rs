//! The program as its users meet it: through the binary.

mod bad_input;
mod data;
mod model;
mod output;
mod score;
mod support;
