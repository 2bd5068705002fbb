use std::collections::BTreeMap;
use std::sync::Arc;

use safetensors::tensor::{Dtype, SafeTensors};

use crate::encode::{EncodeError, Tensor, TensorValues};

use super::{Architecture, Array};

/// Every array of an encoder, under the names of [`Architecture::arrays`].
#[derive(Clone, Debug, PartialEq)]
pub struct Weights {
    arrays: BTreeMap<String, Arc<Array>>,
}

/// What the names of an encoder's arrays begin with in the weights file of a model folder.
const PREFIX: &str = "encoder.bert.";
/// What the name of the scales of an array ends in.
const SCALES: &str = ".scales";

impl Weights {
    /// Takes the arrays that the architecture names out of `find`.
    ///
    /// # Errors
    /// Where an array is missing, has another shape, or holds a value that is not finite.
    pub fn collect(
        architecture: &Architecture,
        mut find: impl FnMut(&str, usize, usize) -> Result<Array, EncodeError>,
    ) -> Result<Self, EncodeError> {
        architecture.check()?;
        let mut arrays = BTreeMap::new();
        for (name, shape) in architecture.arrays() {
            let (rows, columns) = rows_and_columns(&shape);
            let array = find(&name, rows, columns)?;
            if (array.rows(), array.columns()) != (rows, columns) {
                let found = [array.rows(), array.columns()];
                return Err(wrong(&name, format!("shape {found:?}, not [{rows}, {columns}]")));
            }
            if !array.is_finite() {
                return Err(wrong(&name, "a value is not a finite number".to_owned()));
            }
            arrays.insert(name, Arc::new(array));
        }
        Ok(Self { arrays })
    }

    /// Reads published weights: the bytes of a `model.safetensors` in 32-bit floats. Arrays that the
    /// encoder does not use are left out, and so is a first word `bert.` of their names.
    ///
    /// # Errors
    /// As for [`collect`](Self::collect), and where the bytes are not of that format.
    pub fn from_safetensors(architecture: &Architecture, bytes: &[u8]) -> Result<Self, EncodeError> {
        let file = SafeTensors::deserialize(bytes).map_err(|error| wrong("header", error.to_string()))?;
        Self::collect(architecture, |name, rows, columns| {
            let view = file.tensor(name).or_else(|_| file.tensor(&format!("bert.{name}")));
            let view = view.map_err(|_| wrong(name, "missing".to_owned()))?;
            if view.dtype() != Dtype::F32 {
                return Err(wrong(name, format!("of type {:?}, not F32", view.dtype())));
            }
            if rows_and_columns(view.shape()) != (rows, columns) {
                return Err(wrong(name, format!("shape {:?}, not [{rows}, {columns}]", view.shape())));
            }
            let values = view.data().as_chunks().0.iter().map(|&chunk| f32::from_le_bytes(chunk)).collect();
            Array::floats(rows, columns, values).ok_or_else(|| wrong(name, "cut short".to_owned()))
        })
    }

    /// Reads what [`to_tensors`](Self::to_tensors) wrote.
    ///
    /// # Errors
    /// As for [`collect`](Self::collect).
    pub(super) fn from_tensors(architecture: &Architecture, tensors: &[Tensor]) -> Result<Self, EncodeError> {
        let by_name: BTreeMap<&str, &Tensor> =
            tensors.iter().map(|tensor| (tensor.name.as_str(), tensor)).collect();
        Self::collect(architecture, |name, rows, columns| {
            let find =
                |name: &str| by_name.get(name).copied().ok_or_else(|| wrong(name, "missing".to_owned()));
            let tensor = find(&format!("{PREFIX}{name}"))?;
            let array = match &tensor.values {
                TensorValues::F32(values) => Array::floats(rows, columns, values.clone()),
                TensorValues::I8(integers) => {
                    let scales = find(&format!("{PREFIX}{name}{SCALES}"))?;
                    let TensorValues::F32(scales) = &scales.values else {
                        return Err(wrong(&scales.name, "not of type F32".to_owned()));
                    };
                    Array::integers(rows, columns, integers.clone(), scales.clone())
                }
                _ => return Err(wrong(&tensor.name, "neither of type F32 nor I8".to_owned())),
            };
            array.ok_or_else(|| {
                wrong(&tensor.name, format!("shape {:?}, not [{rows}, {columns}]", tensor.shape))
            })
        })
    }

    /// The arrays for the weights file of a model folder.
    pub(super) fn to_tensors(&self) -> Vec<Tensor> {
        let mut tensors = Vec::new();
        for (name, array) in &self.arrays {
            let name = format!("{PREFIX}{name}");
            let shape = match array.rows() {
                1 => vec![array.columns()],
                rows => vec![rows, array.columns()],
            };
            let Some((integers, scales)) = array.as_integers() else {
                tensors.push(Tensor { name, shape, values: TensorValues::F32(array.to_floats()) });
                continue;
            };
            tensors.push(Tensor {
                name: format!("{name}{SCALES}"),
                shape: vec![scales.len()],
                values: TensorValues::F32(scales.to_vec()),
            });
            tensors.push(Tensor { name, shape, values: TensorValues::I8(integers.to_vec()) });
        }
        tensors
    }

    /// The same weights as a model folder keeps them: matrices rounded to 8 bits ([`Array::rounded`]),
    /// vectors in 32-bit floats.
    #[must_use]
    pub fn rounded(&self) -> Self {
        let round = |array: &Arc<Array>| match array.rows() {
            1 => Arc::clone(array),
            _ if array.as_integers().is_some() => Arc::clone(array),
            _ => Arc::new(array.rounded()),
        };
        Self { arrays: self.arrays.iter().map(|(name, array)| (name.clone(), round(array))).collect() }
    }

    /// All arrays by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Array)> {
        self.arrays.iter().map(|(name, array)| (name.as_str(), array.as_ref()))
    }

    /// One array.
    ///
    /// # Errors
    /// Where there is none of that name.
    pub(super) fn get(&self, name: &str) -> Result<&Arc<Array>, EncodeError> {
        self.arrays.get(name).ok_or_else(|| wrong(name, "missing".to_owned()))
    }
}

/// A vector is one row.
fn rows_and_columns(shape: &[usize]) -> (usize, usize) {
    match *shape {
        [columns] => (1, columns),
        [rows, columns] => (rows, columns),
        _ => (0, 0),
    }
}

/// The error for an array that is not what it should be.
pub(super) fn wrong(name: &str, reason: String) -> EncodeError {
    EncodeError::Array { name: name.to_owned(), reason }
}
