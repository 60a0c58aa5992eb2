"""The proof that an exported or compressed model still says what the model it was made from says.

Both sides start from raw text, and the candidate is measured through the predictor that will serve it.
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from headway.errors import UsageError
from headway.inference import Predictor

Scores = NDArray[np.float32]
#: What a candidate is compared with: a predictor, a function from raw texts to probabilities, or those.
Reference = Predictor | Callable[[Sequence[str]], Scores] | Scores

EXPORT_TOLERANCES = {"label_agreement": 1.0, "probability_gap": 1e-3}
INT8_TOLERANCES = {"label_agreement": 0.98, "accuracy_loss": 0.005}
BATCH_TOLERANCE = 1e-5
#: Two best probabilities this close are a tie.
TIE = 1e-6

_RESAMPLES = 2_000
_WARM_UP = 32
_INVARIANCE_TEXTS = 16
# Latin and Chinese, so that it is long for any tokenizer.
_LONG_NEIGHBOUR = "a long neighbour 很长的邻居 " * 12


@dataclass(frozen=True)
class BatchInvariance:
    """Whether a text's probabilities depend on what it is computed together with."""

    #: texts compared: alone, among the others, and padded beside a long one
    n: int
    labels_equal: bool
    largest_gap: float
    tolerance: float = BATCH_TOLERANCE

    @property
    def passed(self) -> bool:
        """Same labels, and probabilities equal within the tolerance."""
        return self.labels_equal and self.largest_gap <= self.tolerance


@dataclass(frozen=True)
class EquivalenceReport:
    """What changed between a reference and the candidate made from it. Shares are fractions of 1."""

    reference: str
    candidate: str
    #: texts compared
    n: int
    label_agreement: float
    #: texts whose two best labels in the reference are within 1e-6; they count like all others
    ties: int
    largest_probability_gap: float
    #: the following four are None where no true labels were given
    accuracy_reference: float | None
    accuracy_candidate: float | None
    accuracy_loss: float | None
    #: 95 % interval of the loss, paired bootstrap
    accuracy_loss_interval: tuple[float, float] | None
    batch_invariance: BatchInvariance
    #: None where the reference is not a predictor
    size_bytes_reference: int | None
    size_bytes_candidate: int
    #: None where the reference came as finished scores
    texts_per_second_reference: float | None
    texts_per_second_candidate: float
    tolerances: dict[str, float]
    passed: bool
    #: what is outside tolerance, in plain words; empty where all is well
    reasons: list[str]

    def to_dict(self) -> dict[str, Any]:
        """The report as plain data, ready for JSON."""
        return dataclasses.asdict(self)


def check_export(
    reference: Reference,
    predictor: Predictor,
    texts: Sequence[str],
    labels: Sequence[str] | None = None,
    *,
    seed: int = 0,
) -> EquivalenceReport:
    """Compare a float32 export with the model it came from: every label equal, no probability off by 1e-3.

    `reference` gives probabilities [n, labels] in the predictor's label order; `labels` are the true ones,
    where known. Raises `UsageError` for no texts or shapes that do not fit.
    """
    return _compare(reference, predictor, texts, labels, tolerances=EXPORT_TOLERANCES, seed=seed)


def check_int8(
    reference: Reference, predictor: Predictor, texts: Sequence[str], labels: Sequence[str], *, seed: int = 0
) -> EquivalenceReport:
    """Compare an int8 model with its float32 original: 98 % equal labels, at most 0.005 accuracy lost.

    Arguments and errors are those of `check_export`; the true labels are needed.
    """
    return _compare(reference, predictor, texts, labels, tolerances=INT8_TOLERANCES, seed=seed)


def check_batch_invariance(predictor: Predictor, texts: Sequence[str]) -> BatchInvariance:
    """Compute up to 16 texts alone, together, and each padded beside a long neighbour, and compare."""
    _require_texts(texts)
    chosen = list(texts[:_INVARIANCE_TEXTS])
    alone = np.concatenate([predictor.predict_scores([text]) for text in chosen])
    together = predictor.predict_scores(chosen)
    beside = [predictor.predict_scores([text, _LONG_NEIGHBOUR], one_batch=True)[:1] for text in chosen]
    others = [together, np.concatenate(beside)]
    return BatchInvariance(
        n=len(chosen),
        labels_equal=all(bool((other.argmax(1) == alone.argmax(1)).all()) for other in others),
        largest_gap=max(float(np.abs(other - alone).max()) for other in others),
    )


def bootstrap_loss(
    reference_right: NDArray[np.bool_], candidate_right: NDArray[np.bool_], seed: int
) -> tuple[float, float]:
    """95 % percentile interval of the accuracy lost, by the paired bootstrap (Efron and Tibshirani 1993).

    A text lost, kept or won gives 1, 0 or -1; drawing n texts with replacement is drawing how many of each.
    """
    n = len(reference_right)
    lost = int((reference_right & ~candidate_right).sum())
    won = int((~reference_right & candidate_right).sum())
    shares = np.array([lost, won, n - lost - won]) / n
    draws = np.random.default_rng(seed).multinomial(n, shares, size=_RESAMPLES)
    low, high = np.percentile((draws[:, 0] - draws[:, 1]) / n, [2.5, 97.5])
    return float(low), float(high)


@dataclass(frozen=True)
class _Side:
    """One of the two models, measured."""

    name: str
    scores: Scores
    size_bytes: int | None
    texts_per_second: float | None


def _compare(
    reference: Reference,
    predictor: Predictor,
    texts: Sequence[str],
    labels: Sequence[str] | None,
    *,
    tolerances: dict[str, float],
    seed: int,
) -> EquivalenceReport:
    _require_texts(texts)
    if labels is not None and len(labels) != len(texts):
        raise UsageError(
            f"There are {len(texts)} texts and {len(labels)} true labels; as many were expected."
        )
    old, new = _measured(reference, texts), _measured(predictor, texts)
    if old.scores.shape != new.scores.shape:
        raise UsageError(f"The reference scores are {old.scores.shape}; {new.scores.shape} were expected.")
    old_best, new_best = old.scores.argmax(1), new.scores.argmax(1)
    top = np.sort(old.scores, axis=1)[:, -2:]
    tied = (top[:, -1] - top[:, 0] <= TIE) & (top.shape[1] > 1)
    figures: dict[str, Any] = {
        "label_agreement": float((old_best == new_best).mean()),
        "ties": int(tied.sum()),
        "largest_probability_gap": float(np.abs(old.scores - new.scores).max()),
        "batch_invariance": check_batch_invariance(predictor, texts),
        **_accuracies(old_best, new_best, predictor.labels, labels, seed),
    }
    reasons = _reasons(figures, tolerances, int((tied & (old_best != new_best)).sum()))
    return EquivalenceReport(
        reference=old.name,
        candidate=new.name,
        n=len(texts),
        size_bytes_reference=old.size_bytes,
        size_bytes_candidate=new.size_bytes or 0,
        texts_per_second_reference=old.texts_per_second,
        texts_per_second_candidate=new.texts_per_second or 0.0,
        tolerances={**tolerances, "batch_gap": BATCH_TOLERANCE},
        passed=not reasons,
        reasons=reasons,
        **figures,
    )


def _accuracies(
    old_best: NDArray[np.int64],
    new_best: NDArray[np.int64],
    names: Sequence[str],
    labels: Sequence[str] | None,
    seed: int,
) -> dict[str, Any]:
    keys = ("accuracy_reference", "accuracy_candidate", "accuracy_loss", "accuracy_loss_interval")
    if labels is None:
        return dict.fromkeys(keys)
    index = {name: number for number, name in enumerate(names)}
    # A true label the model does not know can only be missed.
    truth = np.array([index.get(label, -1) for label in labels])
    old_right, new_right = old_best == truth, new_best == truth
    loss = float(old_right.mean() - new_right.mean())
    interval = bootstrap_loss(old_right, new_right, seed)
    values = (float(old_right.mean()), float(new_right.mean()), loss, interval)
    return dict(zip(keys, values, strict=True))


def _reasons(figures: dict[str, Any], tolerances: dict[str, float], ties_changed: int) -> list[str]:
    reasons = []
    agreement, least = figures["label_agreement"], tolerances["label_agreement"]
    if agreement < least:
        reason = f"{agreement:.2%} of the labels are equal; at least {least:.2%} are required"
        if ties_changed:
            reason += f" ({ties_changed} of those that changed were ties in the reference)"
        reasons.append(reason + ".")
    gap, most = figures["largest_probability_gap"], tolerances.get("probability_gap")
    # Written so that a gap that is not a number fails.
    if most is not None and not gap <= most:
        reasons.append(f"The largest probability gap is {gap:.2g}; at most {most:g} is allowed.")
    loss, most = figures["accuracy_loss"], tolerances.get("accuracy_loss")
    if most is not None and loss is not None and loss > most:
        low, high = figures["accuracy_loss_interval"]
        reasons.append(
            f"Accuracy falls by {loss:.4f} ({low:.4f} to {high:.4f}); at most {most:g} is allowed."
        )
    batch: BatchInvariance = figures["batch_invariance"]
    if not batch.passed:
        changed = "stay" if batch.labels_equal else "change"
        reasons.append(
            f"A text's answer depends on its neighbours: labels {changed}, and probabilities differ by up to "
            f"{batch.largest_gap:.2g}; at most {batch.tolerance:g} is allowed."
        )
    return reasons


def _measured(reference: Reference, texts: Sequence[str]) -> _Side:
    if isinstance(reference, np.ndarray):
        return _Side("scores", reference, None, None)
    if isinstance(reference, Predictor):
        manifest = reference.manifest
        score: Callable[[Sequence[str]], Scores] = reference.predict_scores
        name = f"{manifest.name} {manifest.engine} {manifest.precision}"
        size = sum(entry["size"] for entry in manifest.files.values())
    else:
        name, size, score = "function", None, reference
    score(texts[:_WARM_UP])
    start = time.perf_counter()
    scores = score(texts)
    seconds = time.perf_counter() - start
    return _Side(name, scores, size, len(texts) / seconds)


def _require_texts(texts: Sequence[str]) -> None:
    if not len(texts):
        raise UsageError("There is no text to compare on.", next_step="Give at least one text.")
