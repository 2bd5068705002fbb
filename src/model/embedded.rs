use std::borrow::Cow;

use super::folder::{self, Source};
use super::{Model, ModelError, ModelInfo};

/// The files of `models/default`, compiled in.
const FILES: [(&str, &[u8]); 4] = [
    ("model.json", include_bytes!("../../models/default/model.json")),
    ("weights.safetensors", include_bytes!("../../models/default/weights.safetensors")),
    ("tokenizer.json", include_bytes!("../../models/default/tokenizer.json")),
    ("MODEL_CARD.md", include_bytes!("../../models/default/MODEL_CARD.md")),
];

struct Embedded;

impl Source for Embedded {
    fn read(&self, name: &str) -> Result<Option<Cow<'static, [u8]>>, ModelError> {
        Ok(FILES.iter().find(|(file, _)| *file == name).map(|&(_, bytes)| Cow::Borrowed(bytes)))
    }

    fn name(&self, file: &str) -> String {
        format!("built-in model: {file}")
    }

    fn absent(&self) -> ModelError {
        ModelError::NotFound { folder: "built-in model".into() }
    }
}

impl Model {
    /// The model of `models/default`, which is part of the binary.
    ///
    /// # Errors
    /// As for [`load`](Self::load): where the folder was of another format or damaged when the binary was
    /// built.
    pub fn embedded() -> Result<Self, ModelError> {
        folder::load(&Embedded)
    }

    /// Checks every file of the built-in model.
    ///
    /// # Errors
    /// As for [`load`](Self::load).
    pub fn verify_embedded() -> Result<ModelInfo, ModelError> {
        folder::verify(&Embedded)
    }
}
