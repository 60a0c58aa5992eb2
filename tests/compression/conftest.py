from __future__ import annotations

from pathlib import Path

import pytest

from headway.compression import make_classifier, make_encoder
from headway.models import BaseModel
from tests.compression.tiny import classifier_manifest, make_base, random_head


@pytest.fixture(scope="session")
def bases(tmp_path_factory: pytest.TempPathFactory) -> dict[str, BaseModel]:
    folder = tmp_path_factory.mktemp("bases")
    return {
        "bert": make_base(folder / "bert", "bert"),
        "xlm-roberta": make_base(folder / "xlm", "xlm-roberta", pad_token_id=1, type_vocab_size=1),
        "electra": make_base(folder / "electra", "electra", embedding_size=16),
    }


@pytest.fixture(scope="session")
def encoders(bases: dict[str, BaseModel], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("encoders")
    return {name: make_encoder(bases["bert"], name, folder / name) for name in ("fp32", "int8")}


@pytest.fixture(scope="session")
def classifiers(encoders: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("classifiers")
    weights, bias = random_head()
    return {
        name: make_classifier(encoder, weights, bias, classifier_manifest(), folder / name)
        for name, encoder in encoders.items()
    }
