"""Labelling queues for tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from headway.store import Store
from tests.annotation.queueing import Desk

MakeDesk = Callable[..., Desk]


@pytest.fixture
def make_desk(store: Store) -> Iterator[MakeDesk]:
    """Makes a queue of texts; at the end its writer is closed."""
    made: list[Desk] = []

    def make(*texts: str, overlap: int = 1, gold_share: float = 0) -> Desk:
        made.append(Desk(store, texts, overlap=overlap, gold_share=gold_share))
        return made[-1]

    yield make
    for desk in made:
        desk.writer.close()
