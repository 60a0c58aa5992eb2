"""Evaluations to report on, in both languages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from headway.evaluation import Baseline, EvaluationInput

Make = Callable[..., EvaluationInput]

LABELS = {"en": ["card_arrival", "exchange_rate", "refund"], "zh": ["体育", "财经", "游戏"]}
TEXTS = {"en": "When will my card arrive?", "zh": "国足今晚出战世界杯预选赛"}


def scores_for(predicted: list[int], n_labels: int, seed: int = 0) -> np.ndarray:
    """Probabilities whose largest is that of the predicted label."""
    share = np.random.default_rng(seed).uniform(0.55, 0.99, len(predicted)).astype(np.float32)
    scores = np.repeat(((1 - share) / max(n_labels - 1, 1))[:, None], n_labels, axis=1)
    scores[np.arange(len(predicted)), predicted] = share
    return scores


@pytest.fixture(scope="session")
def make() -> Make:
    def make_input(
        language: str = "en",
        n: int = 200,
        accuracy: float = 0.85,
        labels: list[str] | None = None,
        **changes: Any,
    ) -> EvaluationInput:
        labels = labels or LABELS[language]
        rng = np.random.default_rng(7)
        truth = rng.integers(0, len(labels), n)

        def guess(share: float) -> list[int]:
            guessed = np.where(rng.random(n) < share, truth, rng.integers(0, len(labels), n))
            return [int(label) for label in guessed]

        mine, simple = guess(accuracy), guess(accuracy / 2)
        values: dict[str, Any] = {
            "model": "intents",
            "version": 3,
            "task": "intents",
            "language": language,
            "labels": labels,
            "y_true": [labels[i] for i in truth],
            "y_pred": [labels[i] for i in mine],
            "scores": scores_for(mine, len(labels)),
            "texts": [f"{TEXTS[language]} {i}" for i in range(n)],
            "data": {"kind": "test", "name": "test", "dataset_hash": "9f2c4be1", "n": n, "looks": 1},
            "baseline": Baseline(
                "tf-idf", [labels[i] for i in simple], scores_for(simple, len(labels), seed=1)
            ),
            "training": {
                "recipe": "probe",
                "base_model": "multilingual-e5-small",
                "licence": "MIT",
                "settings": {"c": 4.0},
                "reason": {"en": "It fits the budget.", "zh": "它在预算之内。"},
            },
            "equivalence": {"int8": {"passed": True, "label_agreement": 1.0, "size_bytes": 23_000_000}},
            "cost": {"train_seconds": 75.0, "evaluate_seconds": 1.5},
            "versions": {"onnxruntime": "1.25.0"},
            "created_at": "2026-11-22T02:21:46.123456",
        }
        return EvaluationInput(**(values | changes))

    return make_input
