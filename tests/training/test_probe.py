from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from headway.compression import make_encoder
from headway.inference import Embedder, EmbeddingCache
from headway.models import resolve_base
from headway.training.probe import Probe, ProbeSettings
from headway.training.recipe import Context
from tests.projects import mixed, tiny_base


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = resolve_base(
        str(tiny_base(tmp_path_factory.getbasetemp())), "zh", tmp_path_factory.mktemp("cache")
    )
    return make_encoder(base, "int8", tmp_path_factory.mktemp("encoders") / "int8")


def _on(embedder: Embedder) -> Context:
    return Context(open_embedder=lambda: embedder)


def test_it_learns_from_vectors_of_both_languages(encoder: Path) -> None:
    rows = mixed(600)
    names = sorted({label for _, label in rows})
    labels = np.array([names.index(label) for _, label in rows])
    texts = [text for text, _ in rows]
    fitted = Probe(ProbeSettings(), _on(Embedder.load(encoder))).fit(texts[:500], labels[:500], len(names))
    scores = fitted.scores(texts[500:])
    assert scores.shape == (100, len(names))
    for language in (0, 1):
        right = scores[language::2].argmax(axis=1) == labels[500 + language :: 2]
        assert right.mean() > 0.35  # a random encoder; chance is 0.2


def test_a_text_is_embedded_once(encoder: Path, tmp_path: Path) -> None:
    texts = [text for text, _ in mixed(20)]
    embedder = Embedder.load(encoder, cache=EmbeddingCache(tmp_path))
    probe = Probe(ProbeSettings(c=1.0, max_iterations=5), _on(embedder))
    for _ in range(3):
        probe.fit(texts, np.arange(20) % 2, 2)
    assert len(list(tmp_path.rglob("*.safetensors"))) == 1
