from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from headway.compression import make_linear
from headway.text import character_ngrams, prepare
from tests.compression.conftest import bases, classifiers, encoders
from tests.compression.tiny import LABELS, TEXTS, classifier_manifest

__all__ = ["bases", "classifiers", "encoders"]


@pytest.fixture(scope="session")
def linear(tmp_path_factory: pytest.TempPathFactory) -> Path:
    grams = sorted({gram for text in TEXTS for gram in character_ngrams(prepare(text), 1, 3)})
    rng = np.random.default_rng(0)
    return make_linear(
        {gram: column for column, gram in enumerate(grams)},
        rng.uniform(1, 3, size=len(grams)),
        rng.normal(size=(len(LABELS), len(grams))),
        rng.normal(size=len(LABELS)),
        classifier_manifest(settings={"ngram_range": [1, 3]}),
        tmp_path_factory.mktemp("linear") / "model",
    )
