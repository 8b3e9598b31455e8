//! The model itself: word pieces in, one vector out.
//!
//! A transformer encoder: J. Devlin et al., "BERT: Pre-training of Deep Bidirectional Transformers", 2019, of the small
//! kind that W. Wang et al. distil in "MiniLM", 2020. Written out here since a general library for such models takes longer
//! to compile than all the rest of the program, and is slower. A question of twenty words, on one core of a fourth-generation
//! EPYC with AVX2, each beside this in turns: candle 0.9 took 18 ms and 102 MB (this then 12 ms), tract 0.23 with an ONNX file
//! made of the same numbers 9.8 ms and 155 MB (this 4.8 ms and 23 MB, since it reckons in whole numbers). With tokenizers they
//! bring 145 and 141 crates, and tract takes eight minutes to compile; it reads ONNX, which such a folder does not have.

use serde::Deserialize;

use super::between::{Norm, add, attend, gelu};
use super::matrix::{Matrix, Whole, in_eight_bits};
use super::products::{self, Processor};
use super::tensors::Tensors;
use super::{CONFIG, ModelError};

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
        #[cfg(target_arch = "x86_64")]
        if let Some(avx2) = products::Avx2::here() {
            // SAFETY: an `Avx2` is made only where the processor has it.
            return unsafe { self.states_with_avx2(avx2, texts) };
        }
        #[cfg(target_arch = "x86_64")]
        return self.states_with(products::Sse2, texts);
        #[cfg(not(target_arch = "x86_64"))]
        return self.states_with(products::Any, texts);
    }

    /// All that a layer does, not only the products, in steps of eight numbers.
    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2")]
    fn states_with_avx2(&self, avx2: products::Avx2, texts: &[Vec<u32>]) -> [Vec<f32>; 2] {
        self.states_with(avx2, texts)
    }

    #[inline(always)]
    fn states_with(&self, processor: impl Processor, texts: &[Vec<u32>]) -> [Vec<f32>; 2] {
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
        let (mut inner, mut out, mut mixed, mut whole) = (Vec::new(), Vec::new(), Vec::new(), Whole::default());
        let middle = 2 * self.layers.len() / 3;
        let mut below = Vec::new();
        for (nth, layer) in self.layers.iter().enumerate() {
            if nth == middle {
                below.clone_from(&states);
            }
            layer.query_key_value.apply(processor, &states, &mut whole, &mut inner);
            mixed.resize(states.len(), 0.0);
            let mut from = 0;
            for text in texts {
                let rows = from..from + text.len();
                attend(
                    &inner[rows.start * 3 * width..rows.end * 3 * width],
                    &mut mixed[rows.start * width..rows.end * width],
                    width,
                    self.shape.num_attention_heads,
                );
                from = rows.end;
            }
            layer.attended.apply(processor, &mixed, &mut whole, &mut out);
            add(&mut states, &out);
            layer.attended_norm.apply(&mut states);
            layer.wide.apply(processor, &states, &mut whole, &mut inner);
            for x in &mut inner {
                *x = gelu(*x);
            }
            layer.narrow.apply(processor, &inner, &mut whole, &mut out);
            add(&mut states, &out);
            layer.norm.apply(&mut states);
        }
        [below, states]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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

    /// A model of made-up numbers, with rows of a number that no processor takes at once.
    fn some_model() -> Bert {
        let (width, wide, words, layers) = (36, 50, 40, 3);
        let json = format!(
            r#"{{"model_type":"bert","hidden_act":"gelu","hidden_size":{width},"intermediate_size":{wide},
            "max_position_embeddings":128,"num_attention_heads":2,"num_hidden_layers":{layers},"vocab_size":{words}}}"#
        );
        let mut shapes = vec![
            ("embeddings.word_embeddings.weight".to_owned(), vec![words, width]),
            ("embeddings.position_embeddings.weight".to_owned(), vec![128, width]),
            ("embeddings.token_type_embeddings.weight".to_owned(), vec![2, width]),
        ];
        let mut part = |name: String, shape: &[usize]| {
            shapes.push((format!("{name}.weight"), shape.to_vec()));
            shapes.push((format!("{name}.bias"), shape[..1].to_vec()));
        };
        part("embeddings.LayerNorm".to_owned(), &[width]);
        for layer in (0..layers).map(|nth| format!("encoder.layer.{nth}")) {
            for own in ["attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense"]
            {
                part(format!("{layer}.{own}"), &[width, width]);
            }
            part(format!("{layer}.attention.output.LayerNorm"), &[width]);
            part(format!("{layer}.intermediate.dense"), &[wide, width]);
            part(format!("{layer}.output.dense"), &[width, wide]);
            part(format!("{layer}.output.LayerNorm"), &[width]);
        }
        let (mut numbers, mut table) = (Vec::new(), serde_json::Map::new());
        for (nth, (name, shape)) in shapes.into_iter().enumerate() {
            let from = numbers.len();
            for at in 0..shape.iter().product() {
                let number = (((at + nth) * 7919 % 1009) as f32 - 504.0) / 504.0;
                numbers.extend(number.to_le_bytes());
            }
            let place = serde_json::json!({"dtype": "F32", "shape": shape, "data_offsets": [from, numbers.len()]});
            table.insert(name, place);
        }
        let table = serde_json::Value::Object(table).to_string();
        let file = [&(table.len() as u64).to_le_bytes(), table.as_bytes(), &numbers].concat();
        Bert::new(Shape::new(json.as_bytes()).unwrap(), &Tensors::new(&file).unwrap()).unwrap()
    }

    #[test]
    fn a_text_has_the_same_states_on_every_processor_alone_and_among_others() {
        let model = some_model();
        let texts: Vec<Vec<u32>> = [1, 7, 23, 128].map(|count| (0..count).map(|at| at * 17 % 40).collect()).into();
        let [below, last] = model.states(&texts);
        assert!(last.iter().all(|x| x.is_finite()));
        let alone: Vec<[Vec<f32>; 2]> = texts.iter().map(|text| model.states(std::slice::from_ref(text))).collect();
        assert_eq!(below, alone.iter().flat_map(|[below, _]| below.clone()).collect::<Vec<_>>());
        assert_eq!(last, alone.iter().flat_map(|[_, last]| last.clone()).collect::<Vec<_>>());
        assert_eq!(model.states_with(products::Any, &texts), [below.clone(), last.clone()]);
        #[cfg(target_arch = "x86_64")]
        assert_eq!(model.states_with(products::Sse2, &texts), [below, last]);
    }
}
