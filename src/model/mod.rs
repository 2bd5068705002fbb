//! Numbers become probabilities: heads, calibration, and the folder they are kept in.
//!
//! A [`Model`] is an encoder and two linear heads, one for stance and one for sentiment, each with the
//! temperature or the isotonic curves that calibrate it. Its folder holds `model.json` (what it is and how it came to be:
//! [`ModelInfo`]), `weights.safetensors`, the files of its encoder, and `MODEL_CARD.md`, which is written
//! from `model.json` alone.

mod binary16;
mod card;
mod embedded;
mod error;
mod explain;
mod folder;
mod head;
mod info;
mod isotonic;
mod occlusion;
mod score;
mod second;
mod table;
mod temperature;
mod weights;

pub use embedded::BuiltIn;
pub use error::ModelError;
pub use explain::{Account, Contribution, Explanation, Reasons};
pub use head::{Head, softmax};
pub use info::{
    AbstentionLevel, AgreementLevel, Calibration, CalibrationTrial, DataSummary, Distilled, EncoderInfo,
    FORMAT, Figures, HeadReport, Interval, LabelOrder, ModelInfo, PenaltyTrial, TrainReport,
};
pub use isotonic::{Isotonic, IsotonicCurves};
pub use score::{Answer, Model, ModelParts};
pub use temperature::best_temperature;

#[cfg(test)]
mod tests;
