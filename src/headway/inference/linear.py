"""The baseline in numpy: character n-grams weighted by TF-IDF, then one matrix.

TF-IDF with sublinear term frequency and unit length: Salton and Buckley 1988, "Term-weighting approaches
in automatic text retrieval".
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file

from headway.registry.manifest import Manifest
from headway.text import character_ngrams


class LinearFeatures:
    """Turns prepared texts into TF-IDF rows; training and serving use this same code."""

    def __init__(
        self, vocabulary: Mapping[str, int], idf: NDArray[np.float32], ngram_range: tuple[int, int]
    ) -> None:
        self.vocabulary = vocabulary
        self.idf = idf
        self.low, self.high = ngram_range

    def row(self, prepared: str) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Feature indices, ascending, and values, of length 1 together; both empty for a text of none."""
        grams = character_ngrams(prepared, self.low, self.high)
        counts = Counter(self.vocabulary[gram] for gram in grams if gram in self.vocabulary)
        indices = np.array(sorted(counts), dtype=np.int64)
        frequencies = np.array([counts[index] for index in indices.tolist()], dtype=np.float32)
        values = (1 + np.log(frequencies)) * self.idf[indices]
        length = float(np.sqrt(np.square(values).sum()))
        return indices, (values / length if length else values).astype(np.float32)

    def rows(
        self, prepared: Sequence[str]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float32]]:
        """The pieces (indptr, indices, values) of a compressed sparse row matrix [n, features]."""
        rows = [self.row(text) for text in prepared]
        indptr = np.cumsum([0, *(len(indices) for indices, _ in rows)], dtype=np.int64)
        if not rows:
            return indptr, np.zeros(0, np.int64), np.zeros(0, np.float32)
        return indptr, np.concatenate([row[0] for row in rows]), np.concatenate([row[1] for row in rows])


class LinearEngine:
    """Scores prepared texts one by one, so that a text's scores never depend on its neighbours."""

    def __init__(
        self, features: LinearFeatures, weights: NDArray[np.float32], bias: NDArray[np.float32]
    ) -> None:
        self.features = features
        # One row per feature: a text touches a few hundred of them, which then lie together.
        self._columns = np.ascontiguousarray(weights.T)
        self._bias = bias

    @classmethod
    def load(cls, folder: Path, manifest: Manifest) -> LinearEngine:
        """Read vocabulary.json and model.safetensors (idf, weights [labels, features], bias)."""
        vocabulary = json.loads((folder / "vocabulary.json").read_text("utf-8"))
        tensors = load_file(folder / "model.safetensors")
        low, high = manifest.settings["ngram_range"]
        features = LinearFeatures(vocabulary, tensors["idf"], (int(low), int(high)))
        return cls(features, tensors["weights"], tensors["bias"])

    def score(self, prepared: Sequence[str], *, one_batch: bool = False) -> NDArray[np.float32]:
        """Probabilities, float32 [n, labels]. There are no batches here, so `one_batch` changes nothing."""
        scores = np.empty((len(prepared), len(self._bias)), dtype=np.float32)
        for number, text in enumerate(prepared):
            indices, values = self.features.row(text)
            scores[number] = softmax(values @ self._columns[indices] + self._bias)
        return scores

    def truncated(self, prepared: Sequence[str]) -> list[bool]:
        """The baseline reads every text to its end."""
        return [False] * len(prepared)


def softmax(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    """Probabilities of one row of logits."""
    powers = np.exp(logits - logits.max())
    shares: NDArray[np.float32] = powers / powers.sum()
    return shares
