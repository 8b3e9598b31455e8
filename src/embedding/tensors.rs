//! Reads the numbers of a model from a file in the safetensors format: a length, a table of contents in JSON, and the
//! numbers as they lie in memory (<https://huggingface.co/docs/safetensors>).

use std::collections::HashMap;

use serde::Deserialize;

use super::ModelError;

/// The tensors of a file, by name.
pub struct Tensors<'a> {
    places: HashMap<String, Place>,
    numbers: &'a [u8],
}

#[derive(Deserialize)]
struct Place {
    dtype: String,
    shape: Vec<usize>,
    data_offsets: [usize; 2],
}

impl<'a> Tensors<'a> {
    /// The table of contents of a file with these bytes.
    ///
    /// # Errors
    /// If they are no such file, or not all of it.
    pub fn new(bytes: &'a [u8]) -> Result<Self, ModelError> {
        let damaged = |why: String| ModelError::Damaged { file: super::TENSORS, why };
        let cut = || damaged("the file ends too early: it was cut short on its way here".to_owned());
        let length = bytes.first_chunk::<8>().ok_or_else(cut)?;
        let length = usize::try_from(u64::from_le_bytes(*length)).map_err(|_| cut())?;
        let rest = &bytes[8..];
        let table = rest.get(..length).ok_or_else(cut)?;
        let table: serde_json::Map<String, serde_json::Value> = serde_json::from_slice(table)
            .map_err(|error| damaged(format!("its table of contents cannot be read: {error}")))?;
        let numbers = &rest[length..];
        let mut places = HashMap::new();
        for (name, place) in table {
            if name == "__metadata__" {
                continue;
            }
            let place: Place = serde_json::from_value(place)
                .map_err(|error| damaged(format!("its table of contents is wrong about `{name}`: {error}")))?;
            let [from, to] = place.data_offsets;
            if from > to || to > numbers.len() {
                return Err(cut());
            }
            places.insert(name, place);
        }
        Ok(Self { places, numbers })
    }

    /// The numbers of the tensor `name`, which must have this shape.
    ///
    /// # Errors
    /// If it is missing, of another shape, or of a kind that is not read here.
    pub fn get(&self, name: &str, shape: &[usize]) -> Result<Vec<f32>, ModelError> {
        let damaged = |why: String| ModelError::Damaged { file: super::TENSORS, why };
        // Some files put the model's name before each tensor's.
        let place = self.places.get(name).or_else(|| self.places.get(&format!("bert.{name}")));
        let place = place.ok_or_else(|| damaged(format!("it has no tensor `{name}`")))?;
        if place.shape != shape {
            return Err(damaged(format!("`{name}` is {:?}, and {:?} by config.json", place.shape, shape)));
        }
        let bytes = &self.numbers[place.data_offsets[0]..place.data_offsets[1]];
        let numbers: Vec<f32> = match place.dtype.as_str() {
            "F32" => bytes.as_chunks().0.iter().map(|b| f32::from_le_bytes(*b)).collect(),
            "BF16" => {
                bytes.as_chunks().0.iter().map(|b| f32::from_bits(u32::from(u16::from_le_bytes(*b)) << 16)).collect()
            }
            "F16" => bytes.as_chunks().0.iter().map(|b| half(u16::from_le_bytes(*b))).collect(),
            other => return Err(damaged(format!("`{name}` is of kind {other}; F32, F16 and BF16 are read"))),
        };
        if numbers.len() != shape.iter().product::<usize>() {
            return Err(damaged(format!("`{name}` has {} numbers", numbers.len())));
        }
        if numbers.iter().any(|number| !number.is_finite()) {
            return Err(damaged(format!("`{name}` holds what is no number")));
        }
        Ok(numbers)
    }
}

/// A number of 16 bits (IEEE 754 binary16).
fn half(bits: u16) -> f32 {
    let sign = if bits & 0x8000 == 0 { 1.0 } else { -1.0 };
    let (exponent, fraction) = (i32::from(bits >> 10 & 0x1f), f32::from(bits & 0x3ff));
    sign * match exponent {
        0 => fraction * 2f32.powi(-24),
        31 if fraction == 0.0 => f32::INFINITY,
        31 => f32::NAN,
        _ => (1.0 + fraction / 1024.0) * 2f32.powi(exponent - 15),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file with one tensor `a` of these bytes.
    fn file(table: &str, numbers: &[u8]) -> Vec<u8> {
        [&(table.len() as u64).to_le_bytes(), table.as_bytes(), numbers].concat()
    }

    #[test]
    fn numbers_of_three_kinds_are_read() {
        for (kind, bytes) in [
            ("F32", [1.5f32.to_le_bytes(), (-2f32).to_le_bytes()].concat()),
            ("F16", [0x3e00u16.to_le_bytes(), 0xc000u16.to_le_bytes()].concat()),
            ("BF16", [0x3fc0u16.to_le_bytes(), 0xc000u16.to_le_bytes()].concat()),
        ] {
            let table = format!(r#"{{"a":{{"dtype":"{kind}","shape":[2],"data_offsets":[0,{}]}}}}"#, bytes.len());
            let file = file(&table, &bytes);
            assert_eq!(Tensors::new(&file).unwrap().get("a", &[2]).unwrap(), [1.5, -2.0], "{kind}");
        }
    }

    #[test]
    fn a_damaged_file_is_told_and_never_believed() {
        let table = r#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#;
        let whole = file(table, &f32::NAN.to_le_bytes());
        for cut in 0..whole.len() {
            assert!(Tensors::new(&whole[..cut]).is_err(), "cut at {cut}");
        }
        let tensors = Tensors::new(&whole).unwrap();
        for (name, shape, told) in [("a", 2, "by config.json"), ("b", 1, "no tensor `b`"), ("a", 1, "no number")] {
            let error = tensors.get(name, &[shape]).unwrap_err().to_string();
            assert!(error.contains(told), "{error}");
        }
    }
}
