use std::path::PathBuf;

use crate::encode::EncodeError;

/// Why a model could not be loaded, checked or saved.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// There is no such folder, or the folder has no `model.json`.
    #[error(
        "no model in '{}': it has no model.json (train one with `demarche train`, or give another --model)",
        folder.display()
    )]
    NotFound {
        /// The folder.
        folder: PathBuf,
    },
    /// A file of the folder could not be read.
    #[error("cannot read '{}': {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The folder could not be written.
    #[error("cannot write '{}': {source}", path.display())]
    Unwritable {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The folder to be written exists and holds something else than a model.
    #[error("'{}' exists and is not a model folder; name a new folder or empty this one", folder.display())]
    Occupied {
        /// The folder.
        folder: PathBuf,
    },
    /// `model.json` is not what a model folder begins with.
    #[error(
        "'{file}' is not the description of a demarche model: {reason} (copy the folder again or retrain)"
    )]
    NotAModel {
        /// The file.
        file: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The folder was written in another format.
    #[error(
        "'{file}' has model format {found}, and this version reads format {supported} ({})",
        if found > supported { "use a newer demarche" } else { "retrain with `demarche train`" }
    )]
    WrongVersion {
        /// The file.
        file: String,
        /// The format that was found.
        found: u32,
        /// The format that this version reads.
        supported: u32,
    },
    /// A file has other bytes than when it was written.
    #[error(
        "'{file}' is damaged: blake3 {found} where model.json expects {expected} (copy the folder again or retrain)"
    )]
    Damaged {
        /// The file.
        file: String,
        /// The hash in `model.json`.
        expected: String,
        /// The hash of the bytes.
        found: String,
    },
    /// The labels stand in another order than this version's.
    #[error(
        "'{file}' orders the {question} labels as {}, and this version as {} (retrain with `demarche train`)",
        found.join(", "), expected.join(", ")
    )]
    LabelOrder {
        /// The file.
        file: String,
        /// `stance` or `sentiment`.
        question: &'static str,
        /// The order that was found.
        found: Vec<String>,
        /// The order of this version.
        expected: Vec<String>,
    },
    /// A weight array is missing, or its type or shape is not the one that `model.json` calls for.
    #[error("array '{array}' in '{file}' is wrong: {reason} (copy the folder again or retrain)")]
    Shape {
        /// The file.
        file: String,
        /// Name of the array.
        array: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A model cannot hand quotes to the other one.
    #[error(
        "{model} cannot stand in for a larger model: {reason} (train it with `demarche train --tier fast`)"
    )]
    Deferral {
        /// Its id.
        model: String,
        /// Why.
        reason: String,
    },
    /// No confidence gives an accuracy.
    #[error("{}", no_confidence(model, question, *largest))]
    Abstention {
        /// Its id.
        model: String,
        /// `stance` or `sentiment`.
        question: &'static str,
        /// The largest accuracy that a confidence is known for.
        largest: Option<f64>,
    },
    /// The encoder could not be built from the folder, or not be written.
    #[error("the encoder of '{file}' cannot be used: {source} (copy the folder again or retrain)")]
    Encoder {
        /// The file or folder.
        file: String,
        /// What is wrong.
        source: EncodeError,
    },
}

fn no_confidence(model: &str, question: &str, largest: Option<f64>) -> String {
    match largest {
        Some(largest) => format!(
            "no confidence of {model} makes its {question} that accurate: the largest it knows is {largest}; ask for that or less"
        ),
        None => {
            format!("{model} keeps no confidences for its {question}; retrain it, or use --min-confidence")
        }
    }
}
