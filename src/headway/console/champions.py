"""Champions that are tried on a page: opened when they are first asked, the latest few kept open."""

from __future__ import annotations

import threading

from starlette.concurrency import run_in_threadpool

from headway.registry.versions import CHAMPION, resolve
from headway.serving.loading import load_models
from headway.serving.service import Limits, Scored, ServedModel, Service
from headway.store import Store

#: models that are kept open: more would take memory that trainings need
KEPT = 2


class OpenChampions:
    """Asks champions as `headway serve` does: the same predictor, the same limits, in a thread of its own."""

    def __init__(self, store: Store, limits: Limits) -> None:
        self._store = store
        self._limits = limits
        self._lock = threading.Lock()
        #: reference → service of this one version, the one asked last at the end
        self._open: dict[str, Service] = {}

    async def predict(self, name: str, texts: list[str], top_k: int) -> tuple[ServedModel, list[Scored]]:
        """What the champion of a model says of some texts, and which version that is.

        Raises `ModelError` where there is no champion, `CorruptArtifactError` where a file of it is
        damaged, and what `Service.predict` raises.
        """
        service = await run_in_threadpool(self._service, name)
        return service.default, await service.predict(service.default, texts, top_k)

    def close(self) -> None:
        """Stop predicting."""
        for service in self._open.values():
            service.close()

    def _service(self, name: str) -> Service:
        with self._lock:
            reference = resolve(self._store, f"{name}@{CHAMPION}").reference
            service = self._open.pop(reference, None)
            if service is None:
                service = Service(load_models(self._store, [reference]), self._limits)
            self._open[reference] = service
            while len(self._open) > KEPT:
                # Not closed: somebody may be waiting for it. Its thread ends with the last who does.
                del self._open[next(iter(self._open))]
            return service
