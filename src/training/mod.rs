//! Labelled sentences become a model.
