//! A sentence-embedding model of a few kilobytes, made up here: it has the files and the shape of a real one, and knows some
//! words of tea.
//!
//! Words of one group have one vector, and the layers pass on what they get: so a text's vector is the mean of its groups'.
//! That is enough to tell near from far, and every number of it can be worked out by hand.

use std::fs;
use std::path::{Path, PathBuf};

/// Words that mean the same to the model. Words of no group mean nothing to it.
const GROUPS: [&[&str]; 9] = [
    // What `caveat model check` asks every model.
    &["treatment", "procedure"],
    &["hurt", "painful"],
    &["work"],
    &["men"],
    // The tea's own.
    &["hot", "temperature", "scorching", "degrees", "boiling"],
    &["water"],
    &["kettle", "appliance", "buy", "purchase"],
    &["awake", "sleep", "insomnia", "caffeine"],
    &["tea", "brew", "leaves"],
];
const MARKS: [&str; 4] = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"];

const WIDTH: usize = 16;
const POSITIONS: usize = 128;

/// A tensor of the file: its name, its shape, its numbers.
pub struct Tensor {
    pub name: String,
    pub shape: Vec<usize>,
    pub numbers: Vec<f32>,
}

/// The files of the model, to be spoilt before they are written.
pub struct TinyModel {
    pub config: String,
    pub tokenizer: String,
    pub tensors: Vec<Tensor>,
}

impl TinyModel {
    pub fn new() -> Self {
        let words: Vec<(&str, Option<usize>)> = MARKS
            .into_iter()
            .map(|mark| (mark, None))
            .chain(GROUPS.iter().enumerate().flat_map(|(nth, group)| group.iter().map(move |word| (*word, Some(nth)))))
            .collect();
        let config = format!(
            r#"{{"model_type":"bert","hidden_act":"gelu","hidden_size":{WIDTH},"intermediate_size":{WIDTH},
                "max_position_embeddings":{POSITIONS},"num_attention_heads":2,"num_hidden_layers":1,"vocab_size":{}}}"#,
            words.len()
        );
        let vocabulary: Vec<String> =
            words.iter().enumerate().map(|(at, (word, _))| format!("\"{word}\":{at}")).collect();
        let tokenizer = format!(
            r###"{{"normalizer":{{"type":"BertNormalizer","lowercase":true}},"model":{{"type":"WordPiece",
                "unk_token":"[UNK]","continuing_subword_prefix":"##","vocab":{{{}}}}}}}"###,
            vocabulary.join(",")
        );
        let row = |group: Option<usize>| (0..WIDTH).map(move |at| if group == Some(at) { 1.0 } else { 0.0 });
        let mut tensors = vec![Tensor {
            name: "embeddings.word_embeddings.weight".into(),
            shape: vec![words.len(), WIDTH],
            numbers: words.iter().flat_map(|(_, group)| row(*group)).collect(),
        }];
        let mut all_are = |name: &str, shape: &[usize], number: f32| {
            let numbers = vec![number; shape.iter().product()];
            tensors.push(Tensor { name: name.into(), shape: shape.to_vec(), numbers });
        };
        all_are("embeddings.position_embeddings.weight", &[POSITIONS, WIDTH], 0.0);
        all_are("embeddings.token_type_embeddings.weight", &[2, WIDTH], 0.0);
        let layer = "encoder.layer.0";
        for norm in ["embeddings", "encoder.layer.0.attention.output", "encoder.layer.0.output"] {
            all_are(&format!("{norm}.LayerNorm.weight"), &[WIDTH], 1.0);
            all_are(&format!("{norm}.LayerNorm.bias"), &[WIDTH], 0.0);
        }
        for part in ["query", "key", "value"].map(|part| format!("attention.self.{part}")) {
            all_are(&format!("{layer}.{part}.weight"), &[WIDTH, WIDTH], 0.0);
            all_are(&format!("{layer}.{part}.bias"), &[WIDTH], 0.0);
        }
        for part in ["attention.output.dense", "intermediate.dense", "output.dense"] {
            all_are(&format!("{layer}.{part}.weight"), &[WIDTH, WIDTH], 0.0);
            all_are(&format!("{layer}.{part}.bias"), &[WIDTH], 0.0);
        }
        Self { config, tokenizer, tensors }
    }

    /// The tensor of this name.
    pub fn tensor(&mut self, name: &str) -> &mut Tensor {
        self.tensors.iter_mut().find(|tensor| tensor.name == name).unwrap_or_else(|| panic!("no tensor {name}"))
    }

    /// The bytes of `model.safetensors`.
    pub fn safetensors(&self) -> Vec<u8> {
        let mut numbers: Vec<u8> = Vec::new();
        let mut table = serde_json::Map::new();
        for tensor in &self.tensors {
            let from = numbers.len();
            tensor.numbers.iter().for_each(|number| numbers.extend(number.to_le_bytes()));
            let place =
                serde_json::json!({"dtype": "F32", "shape": tensor.shape, "data_offsets": [from, numbers.len()]});
            table.insert(tensor.name.clone(), place);
        }
        let table = serde_json::Value::Object(table).to_string();
        [&(table.len() as u64).to_le_bytes(), table.as_bytes(), &numbers].concat()
    }

    /// Writes it into a folder of this name, which must be the test's own.
    pub fn write(&self, name: &str) -> PathBuf {
        let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("model-{name}"));
        let _ = fs::remove_dir_all(&dir);
        fs::create_dir_all(&dir).unwrap();
        fs::write(dir.join("config.json"), &self.config).unwrap();
        fs::write(dir.join("tokenizer.json"), &self.tokenizer).unwrap();
        fs::write(dir.join("model.safetensors"), self.safetensors()).unwrap();
        dir
    }
}
