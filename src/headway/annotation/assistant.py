"""What learns a task beside its annotators: it says which texts come next, and which labels they may have."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from headway.annotation.chance import draw, left_to_chance
from headway.annotation.encoding import open_prepared
from headway.annotation.examples import read_examples
from headway.annotation.labels import agreed_by_people, known_labels
from headway.annotation.learner import Learned, Learner
from headway.annotation.outlook import outlook_of
from headway.annotation.strategies import Pool, select_with_chance
from headway.annotation.suspects import find_suspects
from headway.inference import Embedder
from headway.settings import AnnotationSettings
from headway.store import Store
from headway.store import queue as item_rows
from headway.store.queue import Place
from headway.store.writer import GroupWriter
from headway.training.label_words import label_texts

#: texts that are given a place at a time: more than annotators take before the next round
PLACES = 200
_SUGGESTIONS = 3


@dataclass(frozen=True)
class Round:
    """One round of learning and choosing."""

    #: labels that were learned from
    n_labels: int
    #: texts that were chosen from
    n_pool: int
    #: how long the round took
    seconds: float


@dataclass(frozen=True)
class Measured:
    """What labels say of the learner, and the learner of the labels."""

    #: what the next labels would bring, as `outlook` tells it; None while too few are labelled
    outlook: Mapping[str, Any] | None
    #: labels that may be wrong, as `find_suspects` tells them
    suspects: Mapping[str, Any]


class Assistant:
    """Learns one task. Its rounds may run beside the queue: what they change goes through the same writer."""

    def __init__(
        self, store: Store, writer: GroupWriter, task: str, embedder: Embedder, settings: AnnotationSettings
    ) -> None:
        self.task = task
        self._settings = settings
        self._embedder = embedder
        self._store = store
        self._writer = writer
        self._generator = np.random.default_rng(0)
        self._rows: dict[str, int] = {}
        #: what decides whether a record is left to chance, and when it comes
        self._lots: dict[str, bytes] = {}
        self._vectors = np.empty((0, embedder.dimension), dtype=np.float32)
        self._names: tuple[str, ...] = ()
        self._learner: Learner | None = None

    def refresh(self) -> Round | None:
        """Learn from all labels, and give the next texts their places; None where no labels are set.

        One in ten texts, by the hash of its record, gets its place by chance alone, whatever is known of it.
        """
        start = time.perf_counter()
        names = tuple(known_labels(self._store, self.task))
        if len(names) < 2:
            return None
        labelled, texts = agreed_by_people(self._store, self.task, names)
        left = self._read_queue(texts)
        learner = self._learner_of(names)
        taken = np.array([self._rows[record] for record in labelled], dtype=np.int64)
        labels = np.array([names.index(label) for label in labelled.values()], dtype=np.int64)
        learned = learner.learn(self._vectors[taken], labels)
        places = self._places(left, learned)
        self._writer.write(lambda connection: item_rows.set_places(connection, self.task, places))
        return Round(len(labelled), len(left), time.perf_counter() - start)

    def measure(self) -> Measured | None:
        """Measure learner and labels; None before anything is labelled."""
        examples = read_examples(self._store, self.task, self._embedder)
        if examples is None:
            return None
        ahead = outlook_of(self._store, self.task, examples, self._settings)
        return Measured(ahead, find_suspects(examples))

    def _read_queue(self, labelled: Mapping[str, str]) -> list[str]:
        """The texts that nobody has labelled; vectors are computed of those and of the labelled texts."""
        with self._store.reading() as connection:
            states = item_rows.item_states(connection, self.task)
            unknown = [record for record in states if record not in self._rows and record not in labelled]
            texts = item_rows.item_texts(connection, self.task, unknown)
        texts.update((record, text) for record, text in labelled.items() if record not in self._rows)
        if texts:
            vectors = self._embedder.embed(list(texts.values()))
            self._rows.update(zip(texts, range(len(self._rows), len(self._rows) + len(texts)), strict=True))
            self._vectors = np.concatenate([self._vectors, vectors])
            self._lots.update((record, draw(record)) for record in texts)
        return [record for record, free in states.items() if free]

    def _learner_of(self, names: tuple[str, ...]) -> Learner:
        if self._learner is None or names != self._names:
            self._names = names
            self._learner = Learner(len(names), self._embedder.embed(label_texts(names)))
        return self._learner

    def _places(self, left: Sequence[str], learned: Learned | None) -> list[Place]:
        rows = np.array([self._rows[record] for record in left], dtype=np.int64)
        vectors = self._vectors[rows]
        scores = None if learned is None or not len(left) else learned.scores(vectors)
        reserved = self._reserved(left)
        picked = select_with_chance(
            self._settings.strategy, Pool(vectors, scores, reserved), PLACES, self._generator
        )
        chance = set(reserved.tolist())
        return [
            Place(
                record=left[row],
                rank=float(place - len(picked)),
                picked="chance" if row in chance else "asked",
                suggestions=() if scores is None else _best(scores[row], self._names),
            )
            for place, row in enumerate(picked.tolist())
        ]

    def _reserved(self, records: Sequence[str]) -> NDArray[np.int64]:
        """The positions of those records that no learner may choose, in an order by chance."""
        lots = [self._lots[record] for record in records]
        kept = [row for row, lot in enumerate(lots) if left_to_chance(lot)]
        return np.array(sorted(kept, key=lots.__getitem__), dtype=np.int64)


def open_assistant(
    store: Store, writer: GroupWriter, task: str, settings: AnnotationSettings
) -> Assistant | None:
    """The assistant of a task; None until its texts were prepared."""
    embedder = open_prepared(store, task)
    return None if embedder is None else Assistant(store, writer, task, embedder, settings)


def _best(scores: NDArray[np.float32], names: Sequence[str]) -> list[Mapping[str, object]]:
    order = np.argsort(-scores, kind="stable")[:_SUGGESTIONS].tolist()
    return [{"label": names[label], "score": round(float(scores[label]), 4)} for label in order]
