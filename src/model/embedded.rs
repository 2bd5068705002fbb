use std::borrow::Cow;

use super::folder::{self, Source};
use super::{Model, ModelError, ModelInfo};

/// A model that is part of the program.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BuiltIn {
    /// `models/default`: a transformer that reads the quote in its context.
    #[default]
    Deep,
    /// `models/fast`: words and word pairs, distilled from the first; see [`Model::deferring_to`].
    Fast,
    /// `models/words`: n-grams, many times faster, and the baseline that the other has to beat.
    Words,
}

/// A file of a model folder: its name and its bytes.
type File = (&'static str, &'static [u8]);

macro_rules! files {
    ($folder:literal: $($name:literal),+ $(,)?) => {
        &[$(($name, include_bytes!(concat!("../../models/", $folder, "/", $name)))),+]
    };
}

const DEEP: &[File] = files!(
    "default": "model.json", "weights.safetensors", "tokenizer.json", "MODEL_CARD.md", "LICENSE", "NOTICE",
);
const FAST: &[File] =
    files!("fast": "model.json", "weights.safetensors", "MODEL_CARD.md", "LICENSE", "NOTICE");
const WORDS: &[File] =
    files!("words": "model.json", "weights.safetensors", "tokenizer.json", "MODEL_CARD.md");

impl BuiltIn {
    /// All of them, the default first.
    pub const ALL: [Self; 3] = [Self::Deep, Self::Fast, Self::Words];

    /// Its name on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Deep => "deep",
            Self::Fast => "fast",
            Self::Words => "words",
        }
    }

    const fn files(self) -> &'static [File] {
        match self {
            Self::Deep => DEEP,
            Self::Fast => FAST,
            Self::Words => WORDS,
        }
    }
}

impl Source for BuiltIn {
    fn read(&self, name: &str) -> Result<Option<Cow<'static, [u8]>>, ModelError> {
        Ok(self.files().iter().find(|(file, _)| *file == name).map(|&(_, bytes)| Cow::Borrowed(bytes)))
    }

    fn name(&self, file: &str) -> String {
        format!("built-in model '{}': {file}", BuiltIn::name(*self))
    }

    fn absent(&self) -> ModelError {
        ModelError::NotFound { folder: format!("built-in model '{}'", BuiltIn::name(*self)).into() }
    }

    fn is_trusted(&self) -> bool {
        true
    }
}

impl Model {
    /// A model that is part of the program. Its hashes are left to
    /// [`verify_built_in`](Self::verify_built_in).
    ///
    /// # Errors
    /// As for [`load`](Self::load): where the folder was of another format when the binary was built.
    pub fn built_in(which: BuiltIn) -> Result<Self, ModelError> {
        folder::load(&which)
    }

    /// Checks every file of a model that is part of the program.
    ///
    /// # Errors
    /// As for [`load`](Self::load).
    pub fn verify_built_in(which: BuiltIn) -> Result<ModelInfo, ModelError> {
        folder::verify(&which)
    }
}
