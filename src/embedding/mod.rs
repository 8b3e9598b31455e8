//! Sentence embeddings: what a text means, as numbers, computed by a small model from a folder of the operator's.
//!
//! The only reader of that folder. Nothing is fetched, and everything runs on the processor. What the numbers are compared
//! for is the business of `matching::similarity::meanings`.
//!
//! The forward pass is written out here: the library candle, with its tokenizers, counts 125 crates, 78 of them not in our
//! tree, and what we need of them is a page of sums.

mod bert;
mod between;
pub mod cache;
mod matrix;
mod products;
mod tensors;
pub mod turns;
mod wordpiece;

use std::collections::HashMap;
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use std::{fmt, fs, io, thread};

use bert::{Bert, MOST_PIECES, Shape};
use tensors::Tensors;
use turns::{LONGEST_WAIT, Turns};
use wordpiece::WordPiece;

use crate::faq::Faq;
use crate::matching::similarity::meanings::Embed;

/// The files of a model's folder.
const CONFIG: &str = "config.json";
const TOKENIZER: &str = "tokenizer.json";
const TENSORS: &str = "model.safetensors";
/// Says how the states of the pieces become one vector. Not all folders have it; without it, it is their mean.
const POOLING: &str = "1_Pooling/config.json";

/// Why a folder's model cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// A file cannot be read.
    #[error("{} cannot be read: {source}", .file.display())]
    Unreadable { file: PathBuf, source: io::Error },
    /// A file is not what it should be.
    #[error("{file} is damaged: {why}")]
    Damaged { file: &'static str, why: String },
    /// The files are sound, and of a model that is not read here.
    #[error("this is no model that can be used here: {0}")]
    Unfit(String),
    /// It loads, and what comes out says nothing.
    #[error("it does not tell near from far: {0}")]
    Senseless(String),
}

/// What a model said could not be kept on disk.
#[derive(Debug, thiserror::Error)]
#[error(
    "what the model said cannot be kept in {}, which is `matching.model_cache` of the config: {source}",
    .dir.display()
)]
pub struct NotKept {
    dir: PathBuf,
    source: io::Error,
}

/// A model, ready to embed.
#[derive(Debug)]
pub struct Model {
    bert: Bert,
    pieces: WordPiece,
    pooling: Pooling,
    width: usize,
    hash: u64,
}

/// How near a model finds two ways to ask the same, and two questions that only share words.
#[derive(Debug, Clone, Copy)]
pub struct Proof {
    pub near: f32,
    pub far: f32,
}

impl Proof {
    /// What is asked, the same in other words, and another question in the same words.
    const TEXTS: [&str; 3] = ["does the treatment hurt", "is the procedure painful", "does the treatment work for men"];
}

impl fmt::Display for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [asked, near, far] = Self::TEXTS;
        write!(f, "\"{asked}\" is {:.2} near to \"{near}\" and {:.2} to \"{far}\"", self.near, self.far)
    }
}

/// How the states of a text's pieces become one vector.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pooling {
    Mean,
    First,
}

/// Pieces that are worked on together: enough to use each number of the model often once it is at hand, few enough for the
/// states to stay near the processor.
const PIECES_AT_ONCE: usize = 96;

impl Model {
    /// The model in the folder `dir`. Reads some ninety megabytes.
    ///
    /// # Errors
    /// See [`ModelError`].
    pub fn load(dir: &Path) -> Result<Self, ModelError> {
        let read = |name: &str| {
            let file = dir.join(name);
            fs::read(&file).map_err(|source| ModelError::Unreadable { file, source })
        };
        let config = read(CONFIG)?;
        let shape = Shape::new(&config)?;
        let tokenizer = read(TOKENIZER)?;
        let pieces = WordPiece::new(&tokenizer, shape.vocab_size)?;
        let pooling = match read(POOLING) {
            Ok(json) => pooling(&json)?,
            Err(ModelError::Unreadable { source, .. }) if source.kind() == io::ErrorKind::NotFound => Pooling::Mean,
            Err(error) => return Err(error),
        };
        let tensors = read(TENSORS)?;
        let hash = [&config, &tokenizer, &tensors]
            .into_iter()
            .fold(u64::from(pooling == Pooling::First), |hash, file| crate::embedding::hash(hash, file));
        // The states of two layers, side by side.
        let width = 2 * shape.hidden_size;
        let bert = Bert::new(shape, &Tensors::new(&tensors)?)?;
        Ok(Self { bert, pieces, pooling, width, hash })
    }

    /// How many numbers a vector has.
    pub fn width(&self) -> usize {
        self.width
    }

    /// A hash of the model's files: two models with the same hash give the same vectors.
    pub fn hash(&self) -> u64 {
        self.hash
    }

    /// A word for it that no other model has: its hash.
    pub fn name(&self) -> String {
        format!("{:016x}", self.hash)
    }

    /// How many bytes of memory it takes.
    pub fn bytes(&self) -> usize {
        self.bert.bytes()
    }

    /// Whether it tells near from far: two ways to ask the same must be nearer than two questions that share more words.
    ///
    /// # Errors
    /// [`ModelError::Senseless`] if not: then a file is damaged in a way that cannot be seen from outside.
    pub fn prove(&self) -> Result<Proof, ModelError> {
        let [asked, near, far] = Proof::TEXTS.map(|text| self.embed(text));
        let cosine = |other: &[f32]| asked.iter().zip(other).map(|(a, b)| a * b).sum::<f32>() / 2.0;
        let proof = Proof { near: cosine(&near), far: cosine(&far) };
        if proof.near > proof.far + 0.05 { Ok(proof) } else { Err(ModelError::Senseless(proof.to_string())) }
    }

    /// What `text` means: two vectors of length 1 side by side, of a layer further down and of the last. Texts of more than 128 pieces, about a hundred words, are cut.
    pub fn embed(&self, text: &str) -> Vec<f32> {
        self.embed_all(&[text]).pop().unwrap_or_default()
    }

    /// What each of `texts` means, in their order.
    pub fn embed_all(&self, texts: &[&str]) -> Vec<Vec<f32>> {
        let mut vectors = Vec::with_capacity(texts.len());
        let mut batch: Vec<Vec<u32>> = Vec::new();
        let mut count = 0;
        for text in texts {
            let pieces = self.pieces.pieces(text, MOST_PIECES);
            if count + pieces.len() > PIECES_AT_ONCE && !batch.is_empty() {
                self.embed_batch(&batch, &mut vectors);
                batch.clear();
                count = 0;
            }
            count += pieces.len();
            batch.push(pieces);
        }
        self.embed_batch(&batch, &mut vectors);
        vectors
    }

    fn embed_batch(&self, batch: &[Vec<u32>], vectors: &mut Vec<Vec<f32>>) {
        let states = self.bert.states(batch);
        let mut rest = states.each_ref().map(Vec::as_slice);
        for pieces in batch {
            let mut vector = Vec::with_capacity(self.width);
            // The layer below takes in all there is: with it, how a question is put.
            let words = pieces.iter().map(|piece| self.pieces.is_of_word(*piece));
            let taken: [Vec<bool>; 2] = [vec![true; pieces.len()], words.collect()];
            for (rest, taken) in rest.iter_mut().zip(taken) {
                let (own, others) = rest.split_at(pieces.len() * self.width / 2);
                *rest = others;
                vector.extend(self.pooled(own, &taken));
            }
            vectors.push(vector);
        }
    }

    /// The states of a text's pieces as one vector of length 1: their mean, of those that are `taken`.
    ///
    /// Of the last layer those of words are taken: what it makes of punctuation and of the marks at the ends says nothing of
    /// what is asked, and without it 1 of 100 more questions' entries came first. A text without a word is taken whole.
    fn pooled(&self, states: &[f32], taken: &[bool]) -> Vec<f32> {
        let rows = || states.chunks_exact(self.width / 2);
        let mut vector = vec![0f32; self.width / 2];
        let mut add = |row: &[f32]| vector.iter_mut().zip(row).for_each(|(sum, x)| *sum += x);
        if self.pooling == Pooling::First {
            rows().take(1).for_each(&mut add);
        } else if taken.contains(&true) {
            rows().zip(taken).filter(|(_, taken)| **taken).for_each(|(row, _)| add(row));
        } else {
            rows().for_each(&mut add);
        }
        let length = vector.iter().map(|x| x * x).sum::<f32>().sqrt().max(1e-12);
        vector.iter_mut().for_each(|x| *x /= length);
        vector
    }
}

/// A model that answers many at once, and leaves those alone for whom it has no time.
pub struct Embedder {
    model: Model,
    turns: Turns,
    /// How long a question waits, all its parts together.
    longest_wait: Duration,
    late: AtomicU64,
    clock: Clock,
    /// Where vectors are kept on disk, if anywhere.
    cache: Option<PathBuf>,
}

/// Is told how long the model worked on a question, the wait for its turn left out.
pub type Clock = Box<dyn Fn(Duration) + Send + Sync>;

impl fmt::Debug for Embedder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Embedder").field("model", &self.model.hash).field("cache", &self.cache).finish_non_exhaustive()
    }
}

impl Embedder {
    /// With the folder in which vectors are kept; without one they are computed at each start.
    pub fn new(model: Model, cache: Option<PathBuf>) -> Self {
        let processors = thread::available_parallelism().map_or(1, NonZero::get);
        Self {
            model,
            turns: Turns::new(processors),
            longest_wait: LONGEST_WAIT,
            late: AtomicU64::new(0),
            clock: Box::new(|_| {}),
            cache,
        }
    }

    /// The same, but a question waits at most so long for its turn, all its parts together, and no part of it is begun
    /// later.
    pub fn waiting_at_most(self, longest_wait: Duration) -> Self {
        Self { longest_wait, ..self }
    }

    /// The same, but `clock` is told how long it works.
    pub fn timed_by(self, clock: Clock) -> Self {
        Self { clock, ..self }
    }

    pub fn model(&self) -> &Model {
        &self.model
    }

    /// How many questions were answered wholly or in part without the model, since it had no time for them.
    pub fn late(&self) -> u64 {
        self.late.load(Ordering::Relaxed)
    }

    /// Lets `faq` know what its texts mean: from then on its replies have the model's say in them. Takes some two
    /// milliseconds for each text that was never seen before; `progress` is told how many of how many are done.
    ///
    /// # Errors
    /// If the vectors cannot be kept on disk. They are in use all the same.
    pub fn teach(self: &Arc<Self>, faq: &Faq, mut progress: impl FnMut(usize, usize)) -> Result<(), NotKept> {
        let (vectors, written) = self.vectors(&faq.written().collect::<Vec<_>>(), &mut progress);
        faq.ask_model(Arc::clone(self) as Arc<dyn Embed>, vectors);
        written
    }

    /// What each of `texts` means, from the disk where it is kept there; and whether what was new could be kept.
    pub fn vectors(
        &self,
        texts: &[&str],
        progress: &mut impl FnMut(usize, usize),
    ) -> (Vec<Vec<f32>>, Result<(), NotKept>) {
        /// Texts between two reports: half a second or so.
        const AT_A_TIME: usize = 64;
        let kept = match &self.cache {
            Some(dir) => cache::read(dir, self.model.hash, self.model.width),
            None => HashMap::new(),
        };
        let hashes: Vec<_> = texts.iter().map(|text| cache::text_hash(text)).collect();
        let mut vectors: Vec<Option<Vec<f32>>> = hashes.iter().map(|hash| kept.get(hash).cloned()).collect();
        let new: Vec<usize> = (0..texts.len()).filter(|at| vectors[*at].is_none()).collect();
        for (nth, some) in new.chunks(AT_A_TIME).enumerate() {
            progress(texts.len() - new.len() + nth * AT_A_TIME, texts.len());
            let own: Vec<&str> = some.iter().map(|at| texts[*at]).collect();
            for (at, vector) in some.iter().zip(self.model.embed_all(&own)) {
                vectors[*at] = Some(vector);
            }
        }
        let vectors: Vec<Vec<f32>> = vectors.into_iter().map(Option::unwrap_or_default).collect();
        let mut written = Ok(());
        if let Some(dir) = self.cache.as_ref().filter(|_| !new.is_empty()) {
            let own: HashMap<_, _> = hashes.into_iter().zip(vectors.iter().map(Vec::as_slice)).collect();
            written = cache::write(dir, self.model.hash, own.into_iter())
                .map_err(|source| NotKept { dir: dir.clone(), source });
        }
        progress(texts.len(), texts.len());
        (vectors, written)
    }
}

impl Embed for Embedder {
    fn embed(&self, texts: &[&str]) -> Vec<Option<Vec<f32>>> {
        let until = Instant::now() + self.longest_wait;
        let mut told = Vec::with_capacity(texts.len());
        if let Some(_turn) = self.turns.take(until) {
            let began = Instant::now();
            for text in texts {
                // Who has a turn is told at least what the whole means.
                if !told.is_empty() && Instant::now() >= until {
                    break;
                }
                told.push(Some(self.model.embed(text)));
            }
            (self.clock)(began.elapsed());
        }
        if told.len() < texts.len() {
            self.late.fetch_add(1, Ordering::Relaxed);
            told.resize(texts.len(), None);
        }
        told
    }
}

fn pooling(json: &[u8]) -> Result<Pooling, ModelError> {
    let told: serde_json::Value =
        serde_json::from_slice(json).map_err(|error| ModelError::Damaged { file: POOLING, why: error.to_string() })?;
    let says = |key: &str| told.get(key).and_then(serde_json::Value::as_bool).unwrap_or(false);
    match (says("pooling_mode_mean_tokens"), says("pooling_mode_cls_token")) {
        (true, false) => Ok(Pooling::Mean),
        (false, true) => Ok(Pooling::First),
        _ => Err(ModelError::Unfit(format!("{POOLING} names neither the mean of the tokens nor the first one"))),
    }
}

/// A hash of `bytes`, going on from `hash`: FNV-1a (G. Fowler, L. Noll, K. Vo, 1991) over words of eight bytes, which is
/// quick enough for ninety megabytes. It guards against mistakes, not against a forger.
fn hash(hash: u64, bytes: &[u8]) -> u64 {
    const PRIME: u64 = 0x0000_0100_0000_01b3;
    let (words, rest) = bytes.as_chunks::<8>();
    let start = (hash ^ 0xcbf2_9ce4_8422_2325 ^ bytes.len() as u64).wrapping_mul(PRIME);
    let step = |hash: u64, word: u64| (hash.rotate_left(23) ^ word).wrapping_mul(PRIME);
    let hash = words.iter().fold(start, |hash, word| step(hash, u64::from_le_bytes(*word)));
    rest.iter().fold(hash, |hash, byte| step(hash, u64::from(*byte)))
}
