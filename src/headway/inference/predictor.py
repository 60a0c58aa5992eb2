"""Raw texts to labels, by a classifier artefact of either engine."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from headway.errors import CorruptArtifactError, ModelError
from headway.inference.engine import GraphEngine
from headway.inference.linear import LinearEngine
from headway.inference.tokenize import TextTokenizer, prepare_texts
from headway.registry.manifest import Manifest, read_manifest


@dataclass(frozen=True)
class Prediction:
    """What a model says of one text."""

    #: the most probable label
    label: str
    #: its probability
    score: float
    #: every label and its probability, most probable first
    scores: dict[str, float]


class Scorer(Protocol):
    """What an engine offers: probabilities [n, labels] for prepared texts."""

    def score(self, prepared: Sequence[str], *, one_batch: bool = False) -> NDArray[np.float32]:
        """Give probabilities, float32 [n, labels]."""

    def truncated(self, prepared: Sequence[str]) -> list[bool]:
        """For each text, whether its end is not read."""


class Predictor:
    """The one way from raw text to a prediction: tests, reports and the service all take it."""

    def __init__(self, manifest: Manifest, labels: Sequence[str], scorer: Scorer) -> None:
        self.manifest = manifest
        self.labels = tuple(labels)
        self._scorer = scorer

    @classmethod
    def load(cls, folder: Path, threads: int | None = None, *, verify: bool = True) -> Predictor:
        """Open a classifier artefact.

        Raises `CorruptArtifactError` naming the file that is not as written, and `ModelError` for a folder
        that holds no classifier or one of an engine this version does not know.
        """
        manifest = read_manifest(folder, verify=verify)
        if manifest.kind != "classifier":
            raise ModelError(
                f"{folder} holds an artefact of kind {manifest.kind!r}; a classifier was expected.",
                next_step="Give the folder of a trained model.",
            )
        labels = _read_labels(folder)
        scorer = _open_engine(folder, manifest, threads)
        return cls(manifest, labels, scorer)

    def predict_scores(self, texts: Sequence[str], *, one_batch: bool = False) -> NDArray[np.float32]:
        """Probabilities for raw texts: float32 [n, labels], columns in the order of `labels`.

        `one_batch` pads all texts to the longest instead of grouping them by length: slower, and there to
        prove that a text's neighbours do not matter. Raises `UsageError` naming the first entry that is
        not a string.
        """
        prepared = prepare_texts(texts, self.manifest)
        if not prepared:
            return np.zeros((0, len(self.labels)), dtype=np.float32)
        return self._scorer.score(prepared, one_batch=one_batch)

    def predict(self, texts: Sequence[str]) -> list[Prediction]:
        """One `Prediction` for each raw text; [] for none. Raises `UsageError` as `predict_scores` does."""
        return [self._prediction(row) for row in self.predict_scores(texts)]

    def truncated(self, texts: Sequence[str]) -> list[bool]:
        """For each raw text, whether it is longer than the model reads, so that its end has no say."""
        return self._scorer.truncated(prepare_texts(texts, self.manifest))

    def _prediction(self, row: NDArray[np.float32]) -> Prediction:
        # A stable order gives the first of equal labels, as argmax does.
        order = np.argsort(-row, kind="stable").tolist()
        values = row.tolist()
        return Prediction(
            label=self.labels[order[0]],
            score=values[order[0]],
            scores={self.labels[index]: values[index] for index in order},
        )


class GraphScorer:
    """A classifier graph with its tokenizer."""

    def __init__(self, tokenizer: TextTokenizer, engine: GraphEngine) -> None:
        self._tokenizer = tokenizer
        self._engine = engine

    def score(self, prepared: Sequence[str], *, one_batch: bool = False) -> NDArray[np.float32]:
        """Give probabilities, float32 [n, labels]."""
        return self._engine.run(self._tokenizer.encode(prepared), one_batch=one_batch)

    def truncated(self, prepared: Sequence[str]) -> list[bool]:
        """For each text, whether its end is not read."""
        return self._tokenizer.truncated(prepared)


def _open_engine(folder: Path, manifest: Manifest, threads: int | None) -> Scorer:
    if manifest.engine == "onnx":
        tokenizer = TextTokenizer(folder / "tokenizer.json", manifest.max_length, manifest.prefix)
        return GraphScorer(tokenizer, GraphEngine(folder / "model.onnx", threads))
    if manifest.engine == "linear":
        return LinearEngine.load(folder, manifest)
    raise ModelError(
        f"{folder} needs the engine {manifest.engine!r}; this version of Headway has onnx and linear.",
        next_step="Upgrade Headway, then try again.",
    )


def _read_labels(folder: Path) -> list[str]:
    try:
        labels: list[str] = json.loads((folder / "labels.json").read_text("utf-8"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise CorruptArtifactError(f"{folder / 'labels.json'} cannot be read: {error}.") from error
    return labels
