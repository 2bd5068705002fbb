//! Stage 3: a mention becomes a person or institution, with role and side.

mod descriptions;
mod introductions;
mod mentions;
mod names;
mod people;
mod pronouns;

pub(super) use self::mentions::Resolver;
