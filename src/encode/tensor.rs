/// A named array that an encoder or a head keeps in the weights file.
#[derive(Clone, Debug, PartialEq)]
pub struct Tensor {
    /// Name in the weights file: `encoder.idf`, `stance.weights`.
    pub name: String,
    /// Lengths of its axes, row-major.
    pub shape: Vec<usize>,
    /// The values.
    pub values: TensorValues,
}

/// The values of a [`Tensor`] and how they are stored.
#[derive(Clone, Debug, PartialEq)]
pub enum TensorValues {
    /// 8-bit signed integers.
    I8(Vec<i8>),
    /// 32-bit unsigned integers.
    U32(Vec<u32>),
    /// 32-bit floats.
    F32(Vec<f32>),
    /// Floats stored in 16 bits (IEEE 754 binary16); in memory they are 32 bits wide.
    F16(Vec<f32>),
    /// 64-bit floats.
    F64(Vec<f64>),
}

impl TensorValues {
    /// Number of values.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::I8(values) => values.len(),
            Self::U32(values) => values.len(),
            Self::F32(values) | Self::F16(values) => values.len(),
            Self::F64(values) => values.len(),
        }
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
