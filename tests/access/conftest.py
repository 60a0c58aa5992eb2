from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from headway.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store.create(tmp_path)
    yield store
    store.close()
