from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from headway.compression import check_batch_invariance, check_export, check_int8
from headway.compression.equivalence import bootstrap_loss
from headway.errors import UsageError
from headway.inference import Predictor
from tests.compression.tiny import LABELS, TEXTS, classifier_manifest


class BatchScorer:
    """Scores that depend on the batch, as onnxruntime's own dynamic int8 does."""

    def score(self, prepared: Sequence[str], *, one_batch: bool = False) -> NDArray[np.float32]:
        shift = 0.1 * (len(prepared) > 1)
        return np.tile(np.array([0.4 + shift, 0.5 - shift, 0.1], np.float32), (len(prepared), 1))

    def truncated(self, prepared: Sequence[str]) -> list[bool]:
        return [False] * len(prepared)


@pytest.fixture(scope="module")
def full(classifiers: dict[str, Path]) -> Predictor:
    return Predictor.load(classifiers["fp32"])


@pytest.fixture(scope="module")
def small(classifiers: dict[str, Path]) -> Predictor:
    return Predictor.load(classifiers["int8"])


def test_a_faithful_export_passes_and_can_be_stored(full: Predictor) -> None:
    truth = [prediction.label for prediction in full.predict(TEXTS)]
    report = check_export(full.predict_scores, full, TEXTS, truth)
    assert report.passed
    assert report.reasons == []
    assert report.label_agreement == 1
    assert report.largest_probability_gap < 1e-6
    assert (report.accuracy_reference, report.accuracy_loss) == (1, 0)
    assert report.batch_invariance.passed
    assert report.texts_per_second_candidate > 0
    stored = json.loads(json.dumps(report.to_dict()))
    assert stored["n"] == len(TEXTS)
    assert stored["candidate"] == "support onnx fp32"


def test_an_export_that_changed_is_refused_in_plain_words(full: Predictor) -> None:
    scores = full.predict_scores(TEXTS)
    scores[0] = np.roll(scores[0], 1)
    report = check_export(scores, full, TEXTS)
    assert not report.passed
    assert report.accuracy_loss is None
    assert "87.50% of the labels are equal; at least 100.00% are required" in report.reasons[0]
    assert "probability gap" in report.reasons[1]


def test_ties_are_reported_and_still_count(full: Predictor) -> None:
    scores = full.predict_scores(TEXTS)
    order = np.argsort(-scores[0])
    scores[0, order[:2]] = scores[0, order[:2]].mean() + np.array([0, 4e-7], np.float32)
    report = check_export(scores, full, TEXTS)
    assert report.ties == 1
    assert report.label_agreement < 1
    assert not report.passed
    assert "1 of those that changed were ties" in report.reasons[0]


def test_int8_is_measured_against_fp32(full: Predictor, small: Predictor) -> None:
    texts = TEXTS * 5
    truth = [prediction.label for prediction in full.predict(texts)]
    report = check_int8(full, small, texts, truth)
    assert report.size_bytes_reference is not None
    assert report.size_bytes_candidate < report.size_bytes_reference
    assert report.batch_invariance.passed
    assert report.accuracy_candidate == report.label_agreement
    assert report.accuracy_loss_interval is not None
    assert report.accuracy_loss == pytest.approx(1 - report.label_agreement)
    wrong = [LABELS[(LABELS.index(label) + 1) % 3] for label in truth]
    assert check_int8(full, small, texts, wrong).accuracy_reference == 0


def test_a_loss_of_accuracy_is_refused(small: Predictor) -> None:
    scores = small.predict_scores(TEXTS)
    best = scores.argmax(1)
    right = [LABELS[index] for index in best]
    right[0] = LABELS[(best[0] + 1) % 3]
    scores[0] = np.roll(scores[0], 1)
    report = check_int8(scores, small, TEXTS, right)
    assert report.accuracy_loss == pytest.approx(1 / 8)
    assert any("Accuracy falls by 0.1250" in reason for reason in report.reasons)
    unknown = check_int8(scores, small, TEXTS, ["never seen"] * 8)
    assert unknown.accuracy_reference == unknown.accuracy_candidate == 0


def test_dependence_on_neighbours_is_found() -> None:
    predictor = Predictor(classifier_manifest(), LABELS, BatchScorer())
    found = check_batch_invariance(predictor, TEXTS)
    assert not found.passed
    assert not found.labels_equal
    assert found.largest_gap == pytest.approx(0.1)
    report = check_export(predictor.predict_scores, predictor, TEXTS)
    assert "depends on its neighbours" in report.reasons[0]


def test_baseline_scores_never_depend_on_neighbours(full: Predictor) -> None:
    assert check_batch_invariance(full, TEXTS).passed


def test_one_text_is_enough_and_none_is_not(full: Predictor) -> None:
    assert check_export(full, full, ["退款"], ["退款"]).n == 1
    with pytest.raises(UsageError, match="no text"):
        check_export(full, full, [])
    with pytest.raises(UsageError, match="8 texts and 1 true labels"):
        check_int8(full, full, TEXTS, ["退款"])
    with pytest.raises(UsageError, match=r"\(1, 3\)"):
        check_export(full.predict_scores(["a"]), full, TEXTS)


def test_bootstrap_interval_covers_the_loss_and_repeats() -> None:
    rng = np.random.default_rng(0)
    before, after = rng.random(400) < 0.9, rng.random(400) < 0.8
    low, high = bootstrap_loss(before, after, seed=1)
    assert low < before.mean() - after.mean() < high
    assert 0.05 < high - low < 0.15
    assert (low, high) == bootstrap_loss(before, after, seed=1)
    assert bootstrap_loss(before, before, seed=1) == (0, 0)
