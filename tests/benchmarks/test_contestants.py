"""The contestants compute the same: a random small model gives the same probabilities in each."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks.contestants import (
    Head,
    fit_head,
    headway_predictor,
    onnxruntime_dynamic,
    transformers_pipeline,
)
from benchmarks.inputs import Labelled
from headway.compression import make_encoder
from headway.models import BaseModel
from tests.compression.tiny import LABELS, TEXTS, make_base, random_head

WORDS = [text for text in TEXTS if text]


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> BaseModel:
    return make_base(tmp_path_factory.mktemp("base"), "bert")


@pytest.fixture(scope="module")
def encoder(base: BaseModel, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_encoder(base, "fp32", tmp_path_factory.mktemp("encoder") / "fp32")


@pytest.fixture(scope="module")
def head() -> Head:
    weights, bias = random_head()
    return Head(LABELS, weights.astype(np.float32), bias.astype(np.float32))


def test_all_compute_the_same_but_for_their_precision(
    base: BaseModel, encoder: Path, head: Head, tmp_path: Path
) -> None:
    expected = headway_predictor(encoder, head, tmp_path / "ours")(WORDS)
    scores = onnxruntime_dynamic(base, head, tmp_path / "dynamic")(WORDS)
    np.testing.assert_allclose(scores, expected, atol=0.15)
    labels = transformers_pipeline(base, head, "float32")(WORDS, 2)
    assert labels == [LABELS[best] for best in expected.argmax(axis=1)]


def test_a_head_is_fitted_on_the_embeddings_of_the_encoder(encoder: Path) -> None:
    labels = ["damaged", "refund", "praise", "praise", "refund", "delivery", "delivery"]
    head = fit_head(encoder, Labelled(WORDS, labels))
    assert head.labels == ["damaged", "delivery", "praise", "refund"]
    assert (head.weights.shape, head.bias.shape) == ((4, 32), (4,))
