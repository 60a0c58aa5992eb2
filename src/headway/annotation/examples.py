"""The labelled texts of a task as its learner sees them: in the order in which they were labelled."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from headway.annotation.labels import agreed_by_people, known_labels
from headway.annotation.learner import Labels, Learner, Vectors
from headway.inference import Embedder
from headway.store import Store
from headway.training.label_words import label_texts


@dataclass(frozen=True)
class Examples:
    """Labelled texts; all of one order and length but the names."""

    names: tuple[str, ...]
    records: tuple[str, ...]
    texts: tuple[str, ...]
    #: positions in `names`
    labels: Labels
    vectors: Vectors
    #: those of the names, [names, dimension]
    label_vectors: Vectors

    def learner(self) -> Learner:
        """A learner that knows nothing but the names."""
        return Learner(len(self.names), self.label_vectors)


def read_examples(store: Store, task: str, embedder: Embedder) -> Examples | None:
    """What people have labelled with labels in use; None without two labels or without a text."""
    names = tuple(known_labels(store, task))
    labelled, texts = agreed_by_people(store, task, names)
    if len(names) < 2 or not labelled:
        return None
    places = {name: place for place, name in enumerate(names)}
    return Examples(
        names=names,
        records=tuple(labelled),
        texts=tuple(texts.values()),
        labels=np.array([places[label] for label in labelled.values()], dtype=np.int64),
        vectors=embedder.embed(list(texts.values())),
        label_vectors=embedder.embed(label_texts(names)),
    )
