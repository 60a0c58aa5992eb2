"""Recipe `baseline`: character n-grams, TF-IDF, logistic regression. No pretrained model, no torch.

The character n-grams of the prepared text are counted, weighted by sublinear TF-IDF, scaled to unit length
(Salton and Buckley 1988) and fed to a multinomial logistic regression. Every other recipe has to beat it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from headway.inference import LinearFeatures
from headway.text import character_ngrams, prepare
from headway.training.linear import LinearModel, fit_linear
from headway.training.recipe import Context, HeldOut, Needs
from headway.training.search_space import linear_range, log_range

# The solver holds about a dozen numbers of 8 bytes for each weight: 1 GB at the most.
_MOST_WEIGHTS = 10_000_000


@dataclass(frozen=True)
class BaselineSettings:
    """What can be set with --set."""

    #: shortest and longest n-gram, in characters
    ngram_low: int = field(default=1, metadata=linear_range(1, 2))
    ngram_high: int = field(default=4, metadata=linear_range(2, 6))
    #: the most frequent n-grams are kept
    max_features: int = 30_000
    #: an n-gram has to stand in so many texts
    min_texts: int = field(default=2, metadata=linear_range(1, 3))
    #: inverse strength of the L2 penalty
    c: float = field(default=30.0, metadata=log_range(1.0, 300.0))
    max_iterations: int = 20

    def __post_init__(self) -> None:
        if not 1 <= self.ngram_low <= self.ngram_high <= 10:
            raise ValueError("1 <= ngram_low <= ngram_high <= 10 was expected")
        if min(self.max_features, self.min_texts, self.max_iterations) < 1 or not self.c > 0:
            raise ValueError("max_features, min_texts, max_iterations and c have to be positive")


@dataclass(frozen=True)
class FittedBaseline:
    """A vocabulary with its weights, and the linear model on it."""

    features: LinearFeatures
    model: LinearModel
    #: the steps of `headway.text.prepare` that the n-grams were counted after
    preparation: tuple[str, ...]

    def scores(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Probabilities for raw texts, float32 [n, labels]."""
        prepared = [prepare(text, self.preparation) for text in texts]
        return self.model.scores(feature_matrix(self.features, prepared))


class Baseline:
    """Fits the baseline. Its settings are those of `BaselineSettings`."""

    Settings: ClassVar[type[Any]] = BaselineSettings
    needs: ClassVar[Needs] = "nothing"
    refits: ClassVar[bool] = True
    tasks: ClassVar[tuple[str, ...]] = ("text-classification",)

    def __init__(self, settings: BaselineSettings, context: Context | None = None) -> None:
        self.settings = settings
        self.preparation = (context or Context()).preparation

    def fit(
        self,
        texts: Sequence[str],
        labels: NDArray[np.int64],
        n_labels: int,
        held_out: HeldOut | None = None,
    ) -> FittedBaseline:
        """Choose the n-grams, weigh them, and fit the linear model. `held_out` has no say."""
        prepared = [prepare(text, self.preparation) for text in texts]
        features = self.choose_features(prepared, n_labels)
        model = fit_linear(
            feature_matrix(features, prepared),
            labels,
            n_labels,
            c=self.settings.c,
            max_iterations=self.settings.max_iterations,
        )
        return FittedBaseline(features, model, self.preparation)

    def choose_features(self, prepared: Sequence[str], n_labels: int = 1) -> LinearFeatures:
        """The most frequent n-grams of prepared texts, and how much each counts.

        With thousands of labels fewer are kept than `max_features`, so that the weights fit into memory.
        """
        settings = self.settings
        most = max(1, min(settings.max_features, _MOST_WEIGHTS // n_labels))
        texts_with: Counter[str] = Counter()
        for text in prepared:
            texts_with.update(set(character_ngrams(text, settings.ngram_low, settings.ngram_high)))
        # Ties are broken by the n-gram itself: the same texts in another order give the same model.
        frequent = sorted(texts_with.items(), key=lambda item: (-item[1], item[0]))[:most]
        kept = [gram for gram, count in frequent if count >= settings.min_texts]
        # Texts that share no n-gram, or are too short to hold one, still give a model: that of the shares.
        kept = kept or [gram for gram, _ in frequent[:1]] or [" " * settings.ngram_low]
        counts = np.array([texts_with[gram] for gram in kept], dtype=np.float64)
        idf = (np.log((1 + len(prepared)) / (1 + counts)) + 1).astype(np.float32)
        vocabulary = {gram: column for column, gram in enumerate(kept)}
        return LinearFeatures(vocabulary, idf, (settings.ngram_low, settings.ngram_high))


def feature_matrix(features: LinearFeatures, prepared: Sequence[str]) -> Any:
    """The sparse float32 matrix [n, features] of prepared texts."""
    from scipy import sparse  # noqa: PLC0415 - only training needs it

    indptr, indices, values = features.rows(prepared)
    return sparse.csr_matrix((values, indices, indptr), shape=(len(prepared), len(features.vocabulary)))
