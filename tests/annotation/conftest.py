"""Labelling queues for tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import pytest

from headway.annotation.encoding import prepare
from headway.annotation.labels import set_labels
from headway.store import Store
from tests.annotated import TASK
from tests.annotation.queueing import Desk
from tests.projects import tiny_base

MakeDesk = Callable[..., Desk]
MakePrepared = Callable[[Mapping[str, str]], Desk]


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


@pytest.fixture
def make_prepared(make_desk: MakeDesk, tmp_path_factory: pytest.TempPathFactory) -> MakePrepared:
    """Makes a queue of labelled messages (text → label) that a learner can read, with these labels set."""

    def make(messages: Mapping[str, str]) -> Desk:
        desk = make_desk(*messages)
        set_labels(desk.store, TASK, sorted(set(messages.values())))
        prepare(desk.store, TASK, str(tiny_base(tmp_path_factory.getbasetemp())), "fp32")
        return desk

    return make
