from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest

from headway.access import Policy
from headway.serving import Limits, RunningServer, ServedModel, Service, service_app, start
from headway.store import Store

KEYWORDS = {"物流": ("快递", "parcel"), "退款": ("退款", "refund"), "other": ()}


class KeywordPredictor:
    """A classifier small enough to know its answers: counts keywords."""

    labels = tuple(KEYWORDS)

    def predict_scores(self, texts: Sequence[str]) -> np.ndarray[Any, Any]:
        counts = [[sum(text.count(word) for word in words) for words in KEYWORDS.values()] for text in texts]
        raised = np.exp(np.minimum(counts, 9.0))
        return np.asarray(raised / raised.sum(axis=1, keepdims=True))

    def truncated(self, texts: Sequence[str]) -> list[bool]:
        return [len(text) > 1000 for text in texts]


def served(predictor: Any, name: str = "support") -> ServedModel:
    return ServedModel(name, 3, predictor, "Apache-2.0", "d" * 64, "2026-01-02T03:04:05.000006+00:00")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store.create(tmp_path)
    yield store
    store.close()


@pytest.fixture
def make_service() -> Iterator[Callable[..., Service]]:
    made: list[Service] = []

    def make(predictor: Any = None, limits: Limits | None = None) -> Service:
        made.append(
            Service([served(predictor or KeywordPredictor()), served(KeywordPredictor(), "second")], limits)
        )
        return made[-1]

    yield make
    for service in made:
        service.close()


@pytest.fixture
def run(make_service: Callable[..., Service], store: Store) -> Iterator[Callable[..., RunningServer]]:
    running: list[RunningServer] = []

    def run_server(
        predictor: Any = None, limits: Limits | None = None, host: str = "127.0.0.1"
    ) -> RunningServer:
        app = service_app(make_service(predictor, limits), Policy(store, host))
        running.append(start(app, port=0))
        return running[-1]

    yield run_server
    for server in running:
        server.stop()


@pytest.fixture
def client(run: Callable[..., RunningServer]) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=run().url, trust_env=False, timeout=30) as client:
        yield client
