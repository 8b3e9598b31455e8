//! The model itself: word pieces in, one vector out.
//!
//! A transformer encoder: J. Devlin et al., "BERT: Pre-training of Deep Bidirectional Transformers", 2019, of the small kind
//! that W. Wang et al. distil in "MiniLM", 2020. Written out here since a general library for such models takes longer to
//! compile than all the rest of the program, and is slower: on one core of the same machine, asked in turns, candle 0.9 with
//! tokenizers 0.21 took 18 ms and 102 MB for a question of twenty words, this 12 ms and 23 MB; and it brings 145 crates. tract
//! reads ONNX, which such a folder does not have.

use serde::Deserialize;

use super::matrix::{Matrix, in_eight_bits};
use super::tensors::Tensors;
use super::{CONFIG, ModelError};
use crate::matching::similarity::triangle::product;

/// What `config.json` says of the model's shape.
#[derive(Debug, Clone, Deserialize)]
pub struct Shape {
    #[serde(default)]
    model_type: String,
    #[serde(default)]
    hidden_act: String,
    #[serde(default)]
    position_embedding_type: Option<String>,
    pub hidden_size: usize,
    intermediate_size: usize,
    max_position_embeddings: usize,
    num_attention_heads: usize,
    num_hidden_layers: usize,
    #[serde(default = "type_vocab_size")]
    type_vocab_size: usize,
    pub vocab_size: usize,
    #[serde(default = "layer_norm_eps")]
    layer_norm_eps: f32,
}

fn type_vocab_size() -> usize {
    2
}

fn layer_norm_eps() -> f32 {
    1e-12
}

impl Shape {
    /// From the bytes of a `config.json`.
    ///
    /// # Errors
    /// If it is damaged, or tells of a model of another kind.
    pub fn new(json: &[u8]) -> Result<Self, ModelError> {
        let shape: Self = serde_json::from_slice(json)
            .map_err(|error| ModelError::Damaged { file: CONFIG, why: error.to_string() })?;
        let unfit = |what: &str, is: &str, read: &str| {
            Err(ModelError::Unfit(format!("{CONFIG} says {what} is `{is}`; only `{read}` is read")))
        };
        if shape.model_type != "bert" {
            return unfit("`model_type`", &shape.model_type, "bert");
        }
        if shape.hidden_act != "gelu" {
            return unfit("`hidden_act`", &shape.hidden_act, "gelu");
        }
        match shape.position_embedding_type.as_deref() {
            None | Some("absolute") => {}
            Some(other) => return unfit("`position_embedding_type`", other, "absolute"),
        }
        // Far beyond any model that a bot could run, and small enough that no product below overflows.
        let sound = |number: usize| (1..=1 << 20).contains(&number);
        let numbers = [
            shape.hidden_size,
            shape.intermediate_size,
            shape.num_attention_heads,
            shape.num_hidden_layers,
            shape.type_vocab_size,
            shape.vocab_size,
        ];
        if !numbers.into_iter().all(sound)
            || shape.max_position_embeddings < MOST_PIECES
            || !shape.hidden_size.is_multiple_of(shape.num_attention_heads)
        {
            return Err(ModelError::Unfit(format!("{CONFIG} tells of a shape that no such model has")));
        }
        Ok(shape)
    }
}

/// The most pieces of a text that are looked at: what the reference model was trained with.
pub const MOST_PIECES: usize = 128;

/// A model, its numbers in memory.
#[derive(Debug)]
pub struct Bert {
    shape: Shape,
    /// One row a piece in eight bits, and its scale.
    pieces: Vec<i8>,
    scales: Vec<f32>,
    /// One row a position, the kind of text added.
    positions: Vec<f32>,
    first_norm: Norm,
    layers: Vec<Layer>,
}

#[derive(Debug)]
struct Layer {
    /// What is asked, by what it is found, and what is taken: side by side.
    query_key_value: Matrix,
    attended: Matrix,
    attended_norm: Norm,
    wide: Matrix,
    narrow: Matrix,
    norm: Norm,
}

/// Moves a row to mean 0 and spread 1, then scales and moves it as learnt.
#[derive(Debug)]
struct Norm {
    scale: Vec<f32>,
    offset: Vec<f32>,
    epsilon: f32,
}

impl Bert {
    /// The model of this shape.
    ///
    /// # Errors
    /// If a tensor is missing or of another shape.
    pub fn new(shape: Shape, tensors: &Tensors) -> Result<Self, ModelError> {
        let width = shape.hidden_size;
        let pieces = tensors.get("embeddings.word_embeddings.weight", &[shape.vocab_size, width])?;
        let mut positions =
            tensors.get("embeddings.position_embeddings.weight", &[shape.max_position_embeddings, width])?;
        let kinds = tensors.get("embeddings.token_type_embeddings.weight", &[shape.type_vocab_size, width])?;
        positions.truncate(MOST_PIECES * width);
        for row in positions.chunks_exact_mut(width) {
            row.iter_mut().zip(&kinds).for_each(|(x, kind)| *x += kind);
        }
        let mut numbers = Vec::with_capacity(pieces.len());
        let mut scales = Vec::with_capacity(shape.vocab_size);
        for row in pieces.chunks_exact(width) {
            let (scale, row) = in_eight_bits(row);
            scales.push(scale);
            numbers.extend(row);
        }
        let norm = |name: &str| {
            Ok::<_, ModelError>(Norm {
                scale: tensors.get(&format!("{name}.weight"), &[width])?,
                offset: tensors.get(&format!("{name}.bias"), &[width])?,
                epsilon: shape.layer_norm_eps,
            })
        };
        let linear = |name: &str, outputs: usize, inputs: usize| {
            let weights = tensors.get(&format!("{name}.weight"), &[outputs, inputs])?;
            Ok::<_, ModelError>((weights, tensors.get(&format!("{name}.bias"), &[outputs])?))
        };
        let matrix = |name: &str, outputs: usize, inputs: usize| {
            let (weights, offsets) = linear(name, outputs, inputs)?;
            Ok::<_, ModelError>(Matrix::new(&weights, &offsets, inputs))
        };
        let layer = |nth: usize| {
            let own = format!("encoder.layer.{nth}");
            let (mut weights, mut offsets) = linear(&format!("{own}.attention.self.query"), width, width)?;
            for part in ["key", "value"] {
                let (more, more_offsets) = linear(&format!("{own}.attention.self.{part}"), width, width)?;
                weights.extend(more);
                offsets.extend(more_offsets);
            }
            Ok::<_, ModelError>(Layer {
                query_key_value: Matrix::new(&weights, &offsets, width),
                attended: matrix(&format!("{own}.attention.output.dense"), width, width)?,
                attended_norm: norm(&format!("{own}.attention.output.LayerNorm"))?,
                wide: matrix(&format!("{own}.intermediate.dense"), shape.intermediate_size, width)?,
                narrow: matrix(&format!("{own}.output.dense"), width, shape.intermediate_size)?,
                norm: norm(&format!("{own}.output.LayerNorm"))?,
            })
        };
        let layers = (0..shape.num_hidden_layers).map(layer).collect::<Result<_, _>>()?;
        let first_norm = norm("embeddings.LayerNorm")?;
        Ok(Self { pieces: numbers, scales, positions, first_norm, layers, shape })
    }

    /// How many bytes of memory it takes.
    pub fn bytes(&self) -> usize {
        let layers = self.layers.iter().map(|layer| {
            layer.query_key_value.bytes() + layer.attended.bytes() + layer.wide.bytes() + layer.narrow.bytes()
        });
        self.pieces.len() + 4 * (self.scales.len() + self.positions.len()) + layers.sum::<usize>()
    }

    /// The states of all pieces of all `texts`, row by row: two thirds of the way up, and after the last layer. A text may
    /// have at most [`MOST_PIECES`].
    ///
    /// The last layer says what a text is about, the one below still in which words: the two together put 89 of 100
    /// questions' entries first where the last alone put 88, and left 3 of 100 more to be answered at once. Nearer to the
    /// end or to the beginning the gain was smaller.
    pub fn states(&self, texts: &[Vec<u32>]) -> [Vec<f32>; 2] {
        let width = self.shape.hidden_size;
        let mut states = Vec::with_capacity(texts.iter().map(Vec::len).sum::<usize>() * width);
        for text in texts {
            for (piece, position) in text.iter().zip(self.positions.chunks_exact(width)) {
                let row = &self.pieces[*piece as usize * width..][..width];
                let scale = self.scales[*piece as usize];
                states.extend(row.iter().zip(position).map(|(x, position)| f32::from(*x) * scale + position));
            }
        }
        self.first_norm.apply(&mut states);
        let (mut inner, mut out, mut mixed) = (Vec::new(), Vec::new(), Vec::new());
        let middle = 2 * self.layers.len() / 3;
        let mut below = Vec::new();
        for (nth, layer) in self.layers.iter().enumerate() {
            if nth == middle {
                below.clone_from(&states);
            }
            layer.query_key_value.apply(&states, &mut inner);
            mixed.clear();
            mixed.resize(states.len(), 0.0);
            let mut from = 0;
            for text in texts {
                let rows = from..from + text.len();
                self.attend(
                    &inner[rows.start * 3 * width..rows.end * 3 * width],
                    &mut mixed[rows.start * width..rows.end * width],
                );
                from = rows.end;
            }
            layer.attended.apply(&mixed, &mut out);
            add(&mut states, &out);
            layer.attended_norm.apply(&mut states);
            layer.wide.apply(&states, &mut inner);
            inner.iter_mut().for_each(|x| *x = gelu(*x));
            layer.narrow.apply(&inner, &mut out);
            add(&mut states, &out);
            layer.norm.apply(&mut states);
        }
        [below, states]
    }

    /// Each piece takes from the others in the measure in which they are what it asks for, head by head.
    fn attend(&self, query_key_value: &[f32], mixed: &mut [f32]) {
        let width = self.shape.hidden_size;
        let head_width = width / self.shape.num_attention_heads;
        let count = mixed.len() / width;
        let scale = 1.0 / (head_width as f32).sqrt();
        let row = |at: usize, part: usize, head: usize| {
            &query_key_value[at * 3 * width + part * width + head * head_width..][..head_width]
        };
        let mut shares = vec![0f32; count];
        for head in 0..self.shape.num_attention_heads {
            for at in 0..count {
                let asked = row(at, 0, head);
                for (other, share) in shares.iter_mut().enumerate() {
                    *share = product(asked, row(other, 1, head)) * scale;
                }
                let most = shares.iter().copied().fold(f32::NEG_INFINITY, f32::max);
                shares.iter_mut().for_each(|share| *share = (*share - most).exp());
                let sum: f32 = shares.iter().sum();
                let place = &mut mixed[at * width + head * head_width..][..head_width];
                for (other, share) in shares.iter().enumerate() {
                    let share = share / sum;
                    place.iter_mut().zip(row(other, 2, head)).for_each(|(x, value)| *x += share * value);
                }
            }
        }
    }
}

impl Norm {
    fn apply(&self, rows: &mut [f32]) {
        for row in rows.chunks_exact_mut(self.scale.len()) {
            let count = row.len() as f32;
            let mean = row.iter().sum::<f32>() / count;
            let spread = row.iter().map(|x| (x - mean) * (x - mean)).sum::<f32>() / count;
            let scale = 1.0 / (spread + self.epsilon).sqrt();
            for ((x, own), offset) in row.iter_mut().zip(&self.scale).zip(&self.offset) {
                *x = (*x - mean) * scale * own + offset;
            }
        }
    }
}

fn add(to: &mut [f32], more: &[f32]) {
    to.iter_mut().zip(more).for_each(|(to, more)| *to += more);
}

/// The Gaussian error linear unit (D. Hendrycks, K. Gimpel, 2016).
///
/// The error function in it is a quotient of polynomials that never errs by more than 7e-8, as in the Eigen library; the
/// exact one would take as long as a quarter of the model.
fn gelu(x: f32) -> f32 {
    const OVER: [f32; 7] = [
        -2.726_142_3e-10,
        2.770_681_4e-8,
        -2.101_024e-6,
        -5.692_506_4e-5,
        -7.349_906_3e-4,
        -2.954_6e-3,
        -1.609_603_3e-2,
    ];
    const UNDER: [f32; 5] = [-1.456_607_2e-5, -2.133_740_6e-4, -1.682_827e-3, -7.373_329e-3, -1.426_473_9e-2];
    let z = (x * std::f32::consts::FRAC_1_SQRT_2).clamp(-4.0, 4.0);
    let square = z * z;
    let over = OVER.iter().fold(0.0, |sum, factor| sum * square + factor);
    let under = UNDER.iter().fold(0.0, |sum, factor| sum * square + factor);
    0.5 * x * (1.0 + z * over / under)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_unit_is_the_gaussian_one() {
        // Values of x·Φ(x) from a table of the normal distribution.
        for (x, expected) in [(-6.0, 0.0), (-1.0, -0.158_655), (0.0, 0.0), (0.5, 0.345_731), (2.0, 1.954_5), (9.0, 9.0)]
        {
            assert!((gelu(x) - expected).abs() < 1e-5, "{x}: {}", gelu(x));
        }
    }

    #[test]
    fn a_model_of_another_kind_is_refused_by_name() {
        let good = r#"{"model_type":"bert","hidden_act":"gelu","hidden_size":8,"intermediate_size":16,
            "max_position_embeddings":512,"num_attention_heads":2,"num_hidden_layers":1,"vocab_size":10}"#;
        assert!(Shape::new(good.as_bytes()).is_ok());
        for (from, to, told) in [
            ("\"bert\"", "\"roberta\"", "`roberta`"),
            ("gelu", "relu", "`relu`"),
            ("\"hidden_size\":8", "\"hidden_size\":9", "shape"),
            ("\"vocab_size\":10", "\"vocab_size\":0", "shape"),
            ("512", "64", "shape"),
            ("{", "", "config.json"),
        ] {
            let error = Shape::new(good.replace(from, to).as_bytes()).unwrap_err().to_string();
            assert!(error.contains(told), "{error}");
        }
    }
}
