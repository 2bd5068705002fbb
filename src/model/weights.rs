//! Arrays to and from the bytes of a `weights.safetensors`.

use safetensors::tensor::{Dtype, SafeTensors, TensorView, serialize};

use crate::encode::{Tensor, TensorValues};

use super::{ModelError, binary16};

/// The bytes of a weights file; arrays come out in the order that the safetensors format gives them.
pub(super) fn to_bytes(tensors: &[Tensor], file: &str) -> Result<Vec<u8>, ModelError> {
    let mut stored = Vec::with_capacity(tensors.len());
    for tensor in tensors {
        let (dtype, bytes): (Dtype, Vec<u8>) = match &tensor.values {
            TensorValues::I8(values) => (Dtype::I8, values.iter().map(|v| v.to_le_bytes()[0]).collect()),
            TensorValues::U32(values) => (Dtype::U32, values.iter().flat_map(|v| v.to_le_bytes()).collect()),
            TensorValues::F32(values) => (Dtype::F32, values.iter().flat_map(|v| v.to_le_bytes()).collect()),
            TensorValues::F16(values) => {
                (Dtype::F16, values.iter().flat_map(|&v| binary16::to_bits(v).to_le_bytes()).collect())
            }
            TensorValues::F64(values) => (Dtype::F64, values.iter().flat_map(|v| v.to_le_bytes()).collect()),
        };
        stored.push((tensor, dtype, bytes));
    }
    let mut views = Vec::with_capacity(stored.len());
    for (tensor, dtype, bytes) in &stored {
        let view = TensorView::new(*dtype, tensor.shape.clone(), bytes)
            .map_err(|error| wrong(file, &tensor.name, error.to_string()))?;
        views.push((tensor.name.as_str(), view));
    }
    serialize(views, None).map_err(|error| wrong(file, "header", error.to_string()))
}

/// The arrays of a weights file, ordered by name.
pub(super) fn from_bytes(bytes: &[u8], file: &str) -> Result<Vec<Tensor>, ModelError> {
    let parsed = SafeTensors::deserialize(bytes).map_err(|error| wrong(file, "header", error.to_string()))?;
    let mut tensors = Vec::new();
    for (name, view) in parsed.iter() {
        let data = view.data();
        let values = match view.dtype() {
            Dtype::I8 => TensorValues::I8(data.iter().map(|&byte| i8::from_le_bytes([byte])).collect()),
            Dtype::U32 => {
                TensorValues::U32(data.as_chunks().0.iter().map(|&chunk| u32::from_le_bytes(chunk)).collect())
            }
            Dtype::F32 => {
                TensorValues::F32(data.as_chunks().0.iter().map(|&chunk| f32::from_le_bytes(chunk)).collect())
            }
            Dtype::F16 => {
                let value = |&chunk: &[u8; 2]| binary16::from_bits(u16::from_le_bytes(chunk));
                TensorValues::F16(data.as_chunks().0.iter().map(value).collect())
            }
            Dtype::F64 => {
                TensorValues::F64(data.as_chunks().0.iter().map(|&chunk| f64::from_le_bytes(chunk)).collect())
            }
            other => return Err(wrong(file, name, format!("unknown type {other:?}"))),
        };
        tensors.push(Tensor { name: name.to_owned(), shape: view.shape().to_vec(), values });
    }
    tensors.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(tensors)
}

/// The error for an array that is not what it should be.
pub(super) fn wrong(file: &str, array: &str, reason: String) -> ModelError {
    ModelError::Shape { file: file.to_owned(), array: array.to_owned(), reason }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrays_round_trip() {
        let tensors = vec![
            Tensor { name: "a".to_owned(), shape: vec![3], values: TensorValues::U32(vec![1, 2, u32::MAX]) },
            Tensor { name: "b".to_owned(), shape: vec![2, 1], values: TensorValues::F32(vec![0.1, -3.0]) },
            Tensor { name: "c".to_owned(), shape: vec![2], values: TensorValues::F16(vec![0.5, -1.25]) },
            Tensor { name: "d".to_owned(), shape: vec![0], values: TensorValues::F64(vec![]) },
            Tensor {
                name: "e".to_owned(),
                shape: vec![2, 2],
                values: TensorValues::I8(vec![0, 1, -1, -128]),
            },
        ];
        let bytes = to_bytes(&tensors, "w").unwrap();
        assert_eq!(from_bytes(&bytes, "w").unwrap(), tensors);
        assert_eq!(to_bytes(&tensors, "w").unwrap(), bytes);
    }

    #[test]
    fn broken_bytes_are_refused() {
        for bytes in [&b""[..], b"12345678", &[0xff; 64]] {
            assert!(matches!(from_bytes(bytes, "w"), Err(ModelError::Shape { .. })));
        }
    }
}
