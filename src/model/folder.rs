//! The model folder on disk and in the binary: load, verify, save.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs;
use std::io::{ErrorKind, Write};
use std::path::Path;

use serde::Deserialize;

use crate::encode::{EncoderParts, Tensor, TensorValues, restore};

use super::info::MAGIC;
use super::score::encoder_parts;
use super::weights::{self, wrong};
use super::{FORMAT, Head, IsotonicCurves, LabelOrder, Model, ModelError, ModelInfo};

/// Name of the description of a model folder.
pub(super) const DESCRIPTION: &str = "model.json";
/// Name of the arrays.
pub(super) const WEIGHTS: &str = "weights.safetensors";
/// Name of the model card.
pub(super) const CARD: &str = "MODEL_CARD.md";

/// Reads the files of a folder by name; on disk or in the binary.
pub(super) trait Source {
    /// The bytes of a file; `None` where there is no such file.
    fn read(&self, name: &str) -> Result<Option<Cow<'static, [u8]>>, ModelError>;

    /// How messages name a file.
    fn name(&self, file: &str) -> String;

    /// The error for a folder without a description.
    fn absent(&self) -> ModelError;

    /// Whether the files are part of the program, which nothing can damage alone: loading trusts them.
    fn is_trusted(&self) -> bool {
        false
    }
}

impl Source for Path {
    fn read(&self, name: &str) -> Result<Option<Cow<'static, [u8]>>, ModelError> {
        let path = self.join(name);
        match fs::read(&path) {
            Ok(bytes) => Ok(Some(Cow::Owned(bytes))),
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(None),
            Err(source) => Err(ModelError::Unreadable { path, source }),
        }
    }

    fn name(&self, file: &str) -> String {
        self.join(file).display().to_string()
    }

    fn absent(&self) -> ModelError {
        ModelError::NotFound { folder: self.to_path_buf() }
    }
}

impl Model {
    /// Loads a model folder: format first, then label order, then hashes, then shapes.
    ///
    /// # Errors
    /// Where the folder is missing, unreadable, damaged, of another format or label order, or where its
    /// arrays do not fit together.
    pub fn load(dir: &Path) -> Result<Self, ModelError> {
        load(dir)
    }

    /// Loads a model folder and checks every file that it names, the model card too.
    ///
    /// # Errors
    /// As for [`load`](Self::load).
    pub fn verify(dir: &Path) -> Result<ModelInfo, ModelError> {
        verify(dir)
    }

    /// Writes the model folder, whole or not at all: into a temporary folder beside `dir`, then renamed. A
    /// model folder that stands there is replaced.
    ///
    /// # Errors
    /// Where something cannot be written, or `dir` holds something else than a model.
    pub fn save(&self, dir: &Path) -> Result<(), ModelError> {
        let unwritable = |path: &Path| {
            let path = path.to_path_buf();
            move |source| ModelError::Unwritable { path, source }
        };
        let description = serde_json::to_vec_pretty(self.info())
            .map_err(|error| unwritable(&dir.join(DESCRIPTION))(error.into()))?;
        let mut files = files(self, &encoder_parts(self.encoder())?)?;
        files.insert(CARD.to_owned(), self.card().into_bytes());
        files.insert(DESCRIPTION.to_owned(), description);

        let replaces = occupied(dir)?;
        let parent = match dir.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        fs::create_dir_all(parent).map_err(unwritable(parent))?;
        let workshop = tempfile::Builder::new()
            .prefix(".demarche-model-")
            .tempdir_in(parent)
            .map_err(unwritable(parent))?;
        let made = workshop.path().join("new");
        fs::create_dir(&made).map_err(unwritable(dir))?;
        for (name, bytes) in &files {
            let written = fs::File::create(made.join(name)).and_then(|mut file| {
                file.write_all(bytes)?;
                file.sync_all()
            });
            written.map_err(unwritable(&dir.join(name)))?;
        }
        let old = workshop.path().join("old");
        if replaces {
            fs::rename(dir, &old).map_err(unwritable(dir))?;
        }
        if let Err(source) = fs::rename(&made, dir) {
            if replaces {
                fs::rename(&old, dir).map_err(unwritable(dir))?;
            }
            return Err(ModelError::Unwritable { path: dir.to_path_buf(), source });
        }
        Ok(())
    }
}

/// The files that a model's description names, except the card, by name.
pub(super) fn files(model: &Model, encoder: &EncoderParts) -> Result<BTreeMap<String, Vec<u8>>, ModelError> {
    let mut tensors = encoder.tensors.clone();
    for (question, head) in model.heads() {
        tensors.extend(head.tensors(question));
    }
    let mut files = encoder.files.clone();
    files.insert(WEIGHTS.to_owned(), weights::to_bytes(&tensors, WEIGHTS)?);
    Ok(files)
}

/// The blake3 hash in hexadecimal.
pub(super) fn hash(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex().to_string()
}

/// `NAME@` and the first eight digits of the hash of all that a score depends on: every file but the card, how the
/// encoder reads, and the calibration.
pub(super) fn id_of(info: &ModelInfo) -> String {
    let files: BTreeMap<_, _> = info.files.iter().filter(|(name, _)| *name != CARD).collect();
    // Maps of a JSON value are sorted, so the same settings give the same bytes.
    let scoring = serde_json::json!({
        "files": files,
        "encoder": info.encoder,
        "calibration": info.calibration,
    });
    let hash = hash(scoring.to_string().as_bytes());
    format!("{}@{}", info.name, hash.get(..8).unwrap_or(&hash))
}

/// Loads a model from any source.
pub(super) fn load<S: Source + ?Sized>(source: &S) -> Result<Model, ModelError> {
    let info = description(source)?;
    let read = |name: &str| {
        if source.is_trusted() { present(source, &info, name) } else { checked(source, &info, name) }
    };
    let mut files = BTreeMap::new();
    for name in info.files.keys().filter(|name| *name != CARD && *name != WEIGHTS) {
        files.insert(name.clone(), read(name)?.into_owned());
    }
    let weights_file = source.name(WEIGHTS);
    if !info.files.contains_key(WEIGHTS) {
        return Err(wrong(&weights_file, "header", "the description names no weights file".to_owned()));
    }
    let bytes = read(WEIGHTS)?;
    let (kept, heads): (Vec<Tensor>, Vec<Tensor>) = weights::from_bytes(&bytes, &weights_file)?
        .into_iter()
        .partition(|tensor| tensor.name.starts_with("encoder."));
    let parts = EncoderParts { settings: info.encoder.settings.clone(), tensors: kept, files };
    let encoder = restore(&info.encoder.kind, &parts)
        .map_err(|error| ModelError::Encoder { file: source.name(DESCRIPTION), source: error })?;
    if encoder.dimensions() != info.encoder.dimensions {
        let reason =
            format!("{} columns where {DESCRIPTION} names {}", encoder.dimensions(), info.encoder.dimensions);
        return Err(wrong(&weights_file, "encoder", reason));
    }
    let head = |question, temperature, isotonic: &Option<IsotonicCurves>| {
        if isotonic.as_ref().is_some_and(|curves| !curves.is_sound()) {
            let reason = format!("the isotonic curves of {question} do not rise from 0 to 1");
            return Err(ModelError::NotAModel { file: source.name(DESCRIPTION), reason });
        }
        head_from(&heads, question, temperature, info.encoder.dimensions, &weights_file)
            .map(|head| head.with_isotonic(isotonic.clone()))
    };
    let stance = head("stance", info.calibration.stance, &info.calibration.stance_isotonic)?;
    let sentiment = head("sentiment", info.calibration.sentiment, &info.calibration.sentiment_isotonic)?;
    Ok(Model::loaded(info, encoder, stance, sentiment))
}

/// Loads a model from any source and checks the files that loading leaves alone.
pub(super) fn verify<S: Source + ?Sized>(source: &S) -> Result<ModelInfo, ModelError> {
    let info = load(source)?.info().clone();
    for name in info.files.keys().filter(|name| *name == CARD || source.is_trusted()) {
        checked(source, &info, name)?;
    }
    Ok(info)
}

/// Reads `model.json` and checks format and label order.
fn description<S: Source + ?Sized>(source: &S) -> Result<ModelInfo, ModelError> {
    #[derive(Deserialize)]
    struct Opening {
        magic: String,
        format: u32,
    }
    let file = source.name(DESCRIPTION);
    let bytes = source.read(DESCRIPTION)?.ok_or_else(|| source.absent())?;
    let not_a_model = |reason: String| ModelError::NotAModel { file: file.clone(), reason };
    let opening: Opening = serde_json::from_slice(&bytes).map_err(|error| not_a_model(error.to_string()))?;
    if opening.magic != MAGIC {
        return Err(not_a_model(format!("it opens with '{}'", opening.magic)));
    }
    if opening.format != FORMAT {
        return Err(ModelError::WrongVersion { file, found: opening.format, supported: FORMAT });
    }
    let info: ModelInfo = serde_json::from_slice(&bytes).map_err(|error| not_a_model(error.to_string()))?;
    let current = LabelOrder::current();
    for (question, found, expected) in [
        ("stance", &info.labels.stance, current.stance),
        ("sentiment", &info.labels.sentiment, current.sentiment),
    ] {
        if *found != expected {
            return Err(ModelError::LabelOrder { file, question, found: found.clone(), expected });
        }
    }
    if let Some(name) = info.files.keys().find(|name| name.contains(['/', '\\', ':']) || *name == "..") {
        return Err(not_a_model(format!("it names a file outside its folder, '{name}'")));
    }
    Ok(info)
}

/// Reads a file and compares its hash with the description's.
fn checked<S: Source + ?Sized>(
    source: &S,
    info: &ModelInfo,
    name: &str,
) -> Result<Cow<'static, [u8]>, ModelError> {
    let bytes = present(source, info, name)?;
    let found = hash(&bytes);
    if info.files.get(name) == Some(&found) { Ok(bytes) } else { Err(damaged(source, info, name, found)) }
}

/// Reads a file whose hash is not looked at.
fn present<S: Source + ?Sized>(
    source: &S,
    info: &ModelInfo,
    name: &str,
) -> Result<Cow<'static, [u8]>, ModelError> {
    source.read(name)?.ok_or_else(|| damaged(source, info, name, "of no file".to_owned()))
}

fn damaged<S: Source + ?Sized>(source: &S, info: &ModelInfo, name: &str, found: String) -> ModelError {
    let expected = info.files.get(name).cloned().unwrap_or_default();
    ModelError::Damaged { file: source.name(name), expected, found }
}

fn head_from(
    tensors: &[Tensor],
    question: &str,
    temperature: f64,
    dimensions: usize,
    file: &str,
) -> Result<Head, ModelError> {
    let find = |part: &str| {
        let name = format!("{question}.{part}");
        tensors
            .iter()
            .find(|tensor| tensor.name == name)
            .ok_or_else(|| wrong(file, &name, "missing".to_owned()))
    };
    let weights = find("weights")?;
    let intercept = find("intercept")?;
    let TensorValues::F16(values) = &weights.values else {
        return Err(wrong(file, &weights.name, "not of type F16".to_owned()));
    };
    if weights.shape != [dimensions, 3] {
        return Err(wrong(file, &weights.name, format!("shape {:?}, not [{dimensions}, 3]", weights.shape)));
    }
    let TensorValues::F64(constants) = &intercept.values else {
        return Err(wrong(file, &intercept.name, "not of type F64".to_owned()));
    };
    let Ok(constants) = <[f64; 3]>::try_from(constants.as_slice()) else {
        return Err(wrong(file, &intercept.name, format!("shape {:?}, not [3]", intercept.shape)));
    };
    let finite =
        values.iter().all(|value| value.is_finite()) && constants.iter().all(|value| value.is_finite());
    if !finite {
        return Err(wrong(file, &weights.name, "a weight is not a finite number".to_owned()));
    }
    if !(temperature.is_finite() && temperature > 0.0) {
        return Err(wrong(file, question, format!("temperature {temperature} is not a positive number")));
    }
    Ok(Head::stored(values.as_chunks().0.to_vec(), constants, temperature))
}

/// Whether a model folder stands at `dir`; an error where something else does.
fn occupied(dir: &Path) -> Result<bool, ModelError> {
    let unreadable = |source| ModelError::Unreadable { path: dir.to_path_buf(), source };
    match fs::read_dir(dir) {
        Ok(mut entries) => {
            if dir.join(DESCRIPTION).exists() || entries.next().is_none() {
                Ok(true)
            } else {
                Err(ModelError::Occupied { folder: dir.to_path_buf() })
            }
        }
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) if error.kind() == ErrorKind::NotADirectory => {
            // A file stands there, or on the way there; in the second case making the folder will fail.
            if dir.exists() { Err(ModelError::Occupied { folder: dir.to_path_buf() }) } else { Ok(false) }
        }
        Err(error) => Err(unreadable(error)),
    }
}
