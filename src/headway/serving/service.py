"""The service: loaded models by name, and what may be asked of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from headway.errors import DataError, ModelError, TooManyInputsError
from headway.serving.worker import Worker
from headway.settings import ServeSettings
from headway.text.unicode import is_unicode

_LONGEST_NAME = 100
_DECIMALS = 4


class PredictorLike(Protocol):
    """What the service needs of a predictor: `headway.inference.Predictor` is one."""

    @property
    def labels(self) -> Sequence[str]:
        """The labels, in the order of the scores' columns."""

    def predict_scores(self, texts: Sequence[str]) -> np.ndarray[Any, Any]:
        """Probabilities of shape (texts, labels) for raw texts."""


@dataclass(frozen=True)
class Limits:
    """What one request and all requests together may ask for."""

    max_rows: int = 32
    #: bytes
    max_body: int = 2_000_000
    #: of one text
    max_characters: int = 100_000
    max_waiting_rows: int = 256
    deadline_seconds: float = 30.0

    @classmethod
    def of(cls, settings: ServeSettings) -> Limits:
        """What the settings of a project say; the rest is as always."""
        return cls(settings.max_rows, settings.max_body, settings.max_characters)


@dataclass(frozen=True)
class ServedModel:
    """One loaded version of one model, and what its manifest says of it."""

    name: str
    version: int
    predictor: PredictorLike
    licence: str
    #: hash of the dataset version it learned from
    dataset: str
    created_at: str


@dataclass(frozen=True)
class Scored:
    """The labels of one text with their probabilities, the best first."""

    scores: list[tuple[str, float]]
    #: whether the end of the text was not read; None where the model does not tell
    truncated: bool | None = None


class Service:
    """Predictions of a few loaded models, within limits. The first model is the default one."""

    def __init__(self, models: Sequence[ServedModel], limits: Limits | None = None) -> None:
        if not models:
            raise ModelError("There is no model to serve.", next_step="`headway train` makes one.")
        self.limits = limits or Limits()
        self.models = {model.name: model for model in models}
        self.default = models[0]
        self.worker = Worker(self.limits.max_waiting_rows, self.limits.deadline_seconds)

    def model(self, name: str) -> ServedModel:
        """A served model. Raises `ModelError` for any other name."""
        if name not in self.models:
            raise ModelError(
                f"No model {name[:_LONGEST_NAME]!r} is served here.",
                next_step=f"Served: {', '.join(self.models)}.",
            )
        return self.models[name]

    async def predict(self, model: ServedModel, texts: list[str], top_k: int | None = None) -> list[Scored]:
        """The `top_k` best labels of each text, all of them for None.

        Raises `DataError` or `TooManyInputsError` where a limit is passed, `OverloadedError` where
        there is too much to do.
        """
        self._check(texts)
        scores, truncated = await self.worker.run(len(texts), lambda: _compute(model.predictor, texts))
        labels = model.predictor.labels
        return [Scored(_best(labels, row, top_k), cut) for row, cut in zip(scores, truncated, strict=True)]

    def close(self) -> None:
        """Stop predicting."""
        self.worker.close()

    def _check(self, texts: list[str]) -> None:
        if not texts:
            raise DataError("inputs is empty.", next_step="Send at least one text.")
        if len(texts) > self.limits.max_rows:
            raise TooManyInputsError(
                f"inputs holds {len(texts)} texts; at most {self.limits.max_rows} are taken at once.",
                next_step="Send them in several requests.",
            )
        for index, text in enumerate(texts):
            if len(text) > self.limits.max_characters:
                raise DataError(
                    f"inputs[{index}] has {len(text):,} characters; "
                    f"at most {self.limits.max_characters:,} are taken.",
                    next_step="Send the part that matters: a model reads a few hundred words at most.",
                )
            if "\0" in text or not is_unicode(text):
                raise DataError(f"inputs[{index}] holds a NUL or half a surrogate pair: it is no text.")


def _compute(
    predictor: PredictorLike, texts: list[str]
) -> tuple[np.ndarray[Any, Any], Sequence[bool | None]]:
    truncated = getattr(predictor, "truncated", None)
    return predictor.predict_scores(texts), truncated(texts) if truncated else [None] * len(texts)


def _best(labels: Sequence[str], row: np.ndarray[Any, Any], top_k: int | None) -> list[tuple[str, float]]:
    order = np.argsort(-row, kind="stable")[:top_k]
    return [(labels[index], round(float(row[index]), _DECIMALS)) for index in order]
