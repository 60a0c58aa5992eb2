"""Neighbours and figures of the predictor's rate, on contestants whose answers are known."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from benchmarks.inputs import Labelled
from benchmarks.predictor_rate import Contestants, measure, neighbours

TEXTS = [f"{i} 你好" if i % 2 else f"{i} hello" for i in range(70)]


def steady(texts: Sequence[str]) -> NDArray[np.float32]:
    return np.array([[0.75, 0.25] if "hello" in text else [0.25, 0.75] for text in texts], np.float32)


def swayed(texts: Sequence[str]) -> NDArray[np.float32]:
    """Whoever has neighbours answers the other way round."""
    scores = steady(texts)
    return scores if len(texts) == 1 else scores[:, ::-1]


def test_a_steady_model_has_no_gap_and_a_swayed_one_has() -> None:
    assert (neighbours(steady, TEXTS).largest_gap, neighbours(steady, TEXTS).labels_changed) == (0.0, 0)
    found = neighbours(swayed, TEXTS)
    assert found.largest_gap == pytest.approx(0.5)
    assert found.labels_changed == len(TEXTS)


def test_figures_have_the_promised_keys() -> None:
    def pipeline(texts: Sequence[str], _batch_size: int) -> list[str]:
        return ["en" if "hello" in text else "zh" for text in texts]

    contestants = Contestants(["en", "zh"], steady, swayed, {"pipeline": pipeline, "pipeline_fp32": pipeline})
    figures = measure(contestants, Labelled(TEXTS, pipeline(TEXTS, 1)), repeats=1)
    assert {"ratio", "batch1_ratio", "pipeline_ratio", "pipeline_fp32_ratio"} <= figures.keys()
    assert set(figures["texts_per_second"]) == {"ours", "dynamic", "pipeline", "pipeline_fp32"}
    assert figures["largest_gap_ours"] == 0
    assert figures["labels_changed_rival"] == len(TEXTS)
    assert figures["accuracy"] == {"ours": 1.0, "dynamic": 0.0, "pipeline": 1.0, "pipeline_fp32": 1.0}
