/// Why an encoder could not be built.
#[derive(Debug, thiserror::Error)]
pub enum EncodeError {
    /// The text pipeline is not one that the `tokenizers` crate can run.
    #[error("cannot build the text pipeline: {reason}")]
    Pipeline {
        /// What the `tokenizers` crate says.
        reason: String,
    },
    /// A setting is missing, of the wrong type, or out of range.
    #[error("encoder setting '{setting}' is wrong: {reason}")]
    Setting {
        /// Name of the setting.
        setting: &'static str,
        /// What is wrong with it.
        reason: String,
    },
    /// An array that the encoder needs is missing or has another shape.
    #[error("encoder array '{name}' is wrong: {reason}")]
    Array {
        /// Name of the array in the weights file.
        name: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A file that the encoder needs is missing.
    #[error("the encoder's file '{name}' is missing")]
    File {
        /// File name.
        name: &'static str,
    },
    /// The kind of encoder is not known to this version.
    #[error("unknown encoder '{found}' (known: words, deep, fast, joined)")]
    Kind {
        /// The kind that was found.
        found: String,
    },
}
