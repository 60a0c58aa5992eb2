from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from headway.compression import make_encoder, make_headed_classifier
from headway.errors import ModelError
from headway.inference import Embedder, Predictor
from headway.inference.linear import softmax
from headway.models import resolve_base
from headway.registry import Manifest
from headway.training.heads import mlp
from tests.projects import mixed, tiny_base

TEXTS = [text for text, _ in mixed(20)]
LABELS = ["退款", "delivery", "other"]


@pytest.fixture(scope="module", params=["fp32", "int8"])
def encoder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = resolve_base(str(tiny_base(tmp_path_factory.getbasetemp())), "zh", Path())
    return make_encoder(base, request.param, tmp_path_factory.mktemp("encoders") / request.param)


def manifest() -> Manifest:
    return Manifest("", "", "", "m", "2026-11-22", task={"labels": LABELS})


@pytest.mark.parametrize("temperature", [1.0, 2.5])
def test_the_artefact_says_what_the_module_says(encoder: Path, tmp_path: Path, temperature: float) -> None:
    torch.manual_seed(0)
    vectors = Embedder.load(encoder).embed(TEXTS)
    head = mlp(vectors.shape[1], len(LABELS))
    with torch.no_grad():
        logits = head(torch.from_numpy(vectors)).numpy()
    folder = make_headed_classifier(encoder, head, manifest(), tmp_path / "m", temperature=temperature)
    found = Predictor.load(folder).predict_scores(TEXTS)
    np.testing.assert_allclose(found, softmax(logits / temperature), atol=1e-5)


def test_a_head_of_another_shape_is_refused(encoder: Path, tmp_path: Path) -> None:
    dimension = Embedder.load(encoder).dimension
    with pytest.raises(ModelError, match=r"shape \(2, 7\) for 2 texts; \(2, 3\) was expected"):
        make_headed_classifier(encoder, nn.Linear(dimension, 7), manifest(), tmp_path / "m")
    assert not (tmp_path / "m").exists()
