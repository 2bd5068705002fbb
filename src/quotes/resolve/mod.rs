//! Stage 3: a mention becomes a person or institution, with role and side.
//!
//! [`resolver`] says which kind of words cite a source; [`named`], [`nominals`], [`bodies`] and [`anaphora`]
//! resolve one kind each. What they look things up in: [`people`] (the cast of the article, read by [`names`]
//! and [`descriptions`]) and [`introductions`] (bodies and offices). [`pronouns`] weighs antecedents.

mod anaphora;
mod bodies;
mod descriptions;
mod introductions;
mod named;
mod names;
mod nominals;
mod people;
mod pronouns;
mod resolver;

pub(super) use self::resolver::Resolver;
