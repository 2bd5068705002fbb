//! Predictions become accuracy figures with intervals.
