"""The baseline in numpy: character n-grams weighted by TF-IDF, then one matrix.

TF-IDF with sublinear term frequency and unit length: Salton and Buckley 1988, "Term-weighting approaches
in automatic text retrieval".
"""

from __future__ import annotations

import itertools
import json
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

    def rows(
        self, prepared: Sequence[str]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float32]]:
        """The pieces (indptr, indices, values) of a compressed sparse row matrix [n, features].

        The columns of a row ascend, and its values have length 1 together; a text without any known
        n-gram has an empty row.
        """
        columns = [self._columns(text) for text in prepared]
        row_of = np.repeat(np.arange(len(columns)), [len(found) for found in columns])
        flat = np.fromiter(itertools.chain.from_iterable(columns), dtype=np.int64, count=len(row_of))
        # One number for row and column, so that a single sort counts the n-grams of all texts.
        cells, counts = np.unique(row_of * len(self.vocabulary) + flat, return_counts=True)
        row_of, indices = np.divmod(cells, max(len(self.vocabulary), 1))
        values = (1 + np.log(counts)) * self.idf[indices]
        lengths = np.sqrt(np.bincount(row_of, values * values, minlength=len(columns)))
        indptr = np.concatenate([[0], np.cumsum(np.bincount(row_of, minlength=len(columns)))])
        return indptr.astype(np.int64), indices, (values / lengths[row_of]).astype(np.float32)

    def _columns(self, prepared: str) -> list[int]:
        known = self.vocabulary
        return [known[gram] for gram in character_ngrams(prepared, self.low, self.high) if gram in known]


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
        indptr, indices, values = self.features.rows(prepared)
        for number, (start, end) in enumerate(itertools.pairwise(indptr.tolist())):
            logits = values[start:end] @ self._columns[indices[start:end]]
            scores[number] = softmax(logits + self._bias)
        return scores

    def truncated(self, prepared: Sequence[str]) -> list[bool]:
        """The baseline reads every text to its end."""
        return [False] * len(prepared)


def softmax(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    """Probabilities of logits, along the last axis."""
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    shares: NDArray[np.float32] = powers / powers.sum(axis=-1, keepdims=True)
    return shares
