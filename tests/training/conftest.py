from __future__ import annotations

import pytest

from headway.models import BaseModel
from tests.training.tuning import base_model


@pytest.fixture(scope="session")
def base(tmp_path_factory: pytest.TempPathFactory) -> BaseModel:
    return base_model(tmp_path_factory.getbasetemp())
