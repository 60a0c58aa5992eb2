from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from headway.inference import Predictor
from headway.registry import Manifest, read_manifest
from headway.text import DEFAULT_STEPS
from headway.training.baseline import Baseline, BaselineSettings
from headway.training.linear import LinearModel
from headway.workflow.export import export, verify
from tests.projects import toy

TEXTS = [text for text, _ in toy()]
LABELS = ["delivery", "refund"]


@pytest.fixture
def manifest() -> Manifest:
    settings = {"c": 30.0}
    return Manifest("", "", "", "intents", "2026-11-22", task={"labels": LABELS}, settings=settings)


def test_a_baseline_is_exported_and_says_the_same(manifest: Manifest, tmp_path: Path) -> None:
    recipe = Baseline(BaselineSettings(ngram_low=2, ngram_high=4))
    fitted = recipe.fit(TEXTS, np.array([LABELS.index(label) for _, label in toy()]), 2)
    folder = export(fitted, manifest, tmp_path / "model")
    assert (read_manifest(folder).engine, read_manifest(folder).preparation) == ("linear", DEFAULT_STEPS)
    np.testing.assert_allclose(Predictor.load(folder).predict_scores(TEXTS), fitted.scores(TEXTS), atol=1e-5)
    report = verify(fitted, folder, TEXTS * 10)
    assert (report.passed, report.n) == (True, 128)


def test_an_artefact_of_another_model_is_found_out(manifest: Manifest, tmp_path: Path) -> None:
    recipe = Baseline(BaselineSettings(ngram_low=2, ngram_high=4))
    labels = np.array([LABELS.index(label) for _, label in toy()])
    folder = export(recipe.fit(TEXTS, labels, 2), manifest, tmp_path / "model")
    report = verify(recipe.fit(TEXTS, 1 - labels, 2), folder, TEXTS)
    assert not report.passed
    assert report.reasons


def test_what_no_export_is_known_for_is_a_mistake_of_ours(manifest: Manifest, tmp_path: Path) -> None:
    class Other:
        model = LinearModel(np.zeros((2, 2), np.float32), np.zeros(2, np.float32))

        def scores(self, texts: Sequence[str]) -> np.ndarray[Any, Any]:
            return np.zeros((len(texts), 2), np.float32)

    with pytest.raises(TypeError, match="Other"):
        export(Other(), manifest, tmp_path / "model")
