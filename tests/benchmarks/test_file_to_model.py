"""The gain and how it is put together."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.file_to_model import gain


def test_gain_is_the_difference_in_accuracy_with_its_interval() -> None:
    rng = np.random.default_rng(0)
    auto, baseline = rng.random(2_000) < 0.9, rng.random(2_000) < 0.8
    figures = gain(auto, baseline)
    assert figures["gain"] == pytest.approx(figures["zh_auto"] - figures["zh_baseline"])
    assert 0 < figures["gain_low"] < figures["gain"] < figures["gain_high"] < 0.2


def test_two_equal_models_gain_nothing() -> None:
    right = np.array([True, False] * 500)
    figures = gain(right, right)
    assert figures["gain"] == 0
    assert figures["gain_low"] <= 0 <= figures["gain_high"]
