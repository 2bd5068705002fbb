use std::collections::BTreeMap;

use crate::encode::{EncodeError, EncoderParts, TOKENIZER_FILE, TensorValues};

use super::words::code;

/// Vectors of whole words, out of the word embeddings of a pre-trained encoder.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WordVectors {
    /// The words' codes, ascending.
    pub(super) codes: Vec<u32>,
    /// Values of each vector.
    width: usize,
    /// The vectors, row by row in the order of the codes.
    values: Vec<f32>,
}

/// Name of the embeddings in a model folder.
const EMBEDDINGS: &str = "encoder.bert.embeddings.word_embeddings.weight";
const SCALES: &str = "encoder.bert.embeddings.word_embeddings.weight.scales";

impl WordVectors {
    /// The whole words of a deep encoder's word pieces. All vectors together are moved to mean zero and scaled to a mean
    /// square length of 1.
    ///
    /// # Errors
    /// Where the parts are not those of a [`DeepEncoder`](crate::encode::deep::DeepEncoder).
    pub fn of_deep(parts: &EncoderParts) -> Result<Self, EncodeError> {
        let wrong = |name: &str, reason: &str| EncodeError::Array {
            name: name.to_owned(),
            reason: reason.to_owned(),
        };
        let find = |name: &str| parts.tensors.iter().find(|tensor| tensor.name == name);
        let embeddings = find(EMBEDDINGS).ok_or_else(|| wrong(EMBEDDINGS, "missing"))?;
        let &[rows, width] = embeddings.shape.as_slice() else {
            return Err(wrong(EMBEDDINGS, "not a matrix"));
        };
        let row = |row: usize| -> Option<Vec<f32>> {
            let range = row.checked_mul(width)?..row.checked_add(1)?.checked_mul(width)?;
            match &embeddings.values {
                TensorValues::F32(values) => values.get(range).map(<[f32]>::to_vec),
                TensorValues::I8(values) => {
                    let TensorValues::F32(scales) = &find(SCALES)?.values else { return None };
                    let scale = scales.get(row)?;
                    Some(values.get(range)?.iter().map(|&value| f32::from(value) * scale).collect())
                }
                _ => None,
            }
        };
        let json = parts.files.get(TOKENIZER_FILE).ok_or(EncodeError::File { name: TOKENIZER_FILE })?;
        let json: serde_json::Value = serde_json::from_slice(json)
            .map_err(|error| EncodeError::Pipeline { reason: error.to_string() })?;
        let pieces = json.pointer("/model/vocab").and_then(serde_json::Value::as_object);
        let mut places = BTreeMap::new();
        for (piece, place) in pieces.into_iter().flatten() {
            let place = place.as_u64().and_then(|place| usize::try_from(place).ok());
            let whole = !piece.is_empty() && piece.bytes().all(|byte| byte.is_ascii_lowercase());
            if let (true, Some(code), Some(place)) = (whole, code(piece), place)
                && place < rows
            {
                places.entry(code).or_insert(place);
            }
        }
        let mut vectors = Self { codes: Vec::new(), width, values: Vec::new() };
        for (code, place) in places {
            vectors.codes.push(code);
            vectors.values.extend(row(place).ok_or_else(|| wrong(EMBEDDINGS, "cut short"))?);
        }
        vectors.standardise();
        Ok(vectors)
    }

    /// Values of each vector.
    #[must_use]
    pub const fn width(&self) -> usize {
        self.width
    }

    /// The vectors in the order of their words' columns.
    pub fn iter(&self) -> impl Iterator<Item = &[f32]> {
        self.values.chunks_exact(self.width.max(1))
    }

    /// Number of words.
    #[must_use]
    pub fn len(&self) -> usize {
        self.codes.len()
    }

    /// Whether there is no word.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.codes.is_empty()
    }

    fn standardise(&mut self) {
        let rows = self.codes.len().max(1) as f64;
        let mut mean = vec![0.0_f64; self.width];
        for vector in self.iter() {
            for (sum, &value) in mean.iter_mut().zip(vector) {
                *sum += f64::from(value) / rows;
            }
        }
        let mut squares = 0.0_f64;
        for vector in self.values.chunks_exact_mut(self.width.max(1)) {
            for (value, mean) in vector.iter_mut().zip(&mean) {
                *value -= *mean as f32;
                squares += f64::from(*value) * f64::from(*value);
            }
        }
        let scale = (rows / squares).sqrt() as f32;
        if scale.is_finite() {
            self.values.iter_mut().for_each(|value| *value *= scale);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encode::Tensor;

    fn parts(rows: usize) -> EncoderParts {
        let values = TensorValues::F32((0..rows * 2).map(|value| value as f32).collect());
        let json = br###"{"model": {"vocab": {"[CLS]": 0, "wait": 1, "##ing": 2, "talks": 3, "!": 4}}}"###;
        EncoderParts {
            tensors: vec![Tensor { name: EMBEDDINGS.to_owned(), shape: vec![rows, 2], values }],
            files: [(TOKENIZER_FILE.to_owned(), json.to_vec())].into(),
            ..EncoderParts::default()
        }
    }

    #[test]
    fn whole_words_have_vectors_of_mean_zero() {
        let vectors = WordVectors::of_deep(&parts(5)).unwrap();
        assert_eq!((vectors.len(), vectors.width()), (2, 2));
        let rows: Vec<&[f32]> = vectors.iter().collect();
        assert!(rows[0].iter().zip(rows[1]).all(|(one, other)| (one + other).abs() < 1e-6));
        let lengths: f32 = rows.iter().map(|row| row.iter().map(|value| value * value).sum::<f32>()).sum();
        assert!((lengths / 2.0 - 1.0).abs() < 1e-5);
    }

    #[test]
    fn parts_of_other_encoders_are_refused() {
        assert!(WordVectors::of_deep(&EncoderParts::default()).is_err());
        let mut none = parts(5);
        none.files.clear();
        assert!(matches!(WordVectors::of_deep(&none), Err(EncodeError::File { .. })));
    }
}
