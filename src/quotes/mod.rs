//! Clean text becomes quotes, and quotes get their speakers.
