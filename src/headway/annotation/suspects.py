"""Labels that may be wrong: the learner, which was not shown a text's label, is sure of another one.

Each text is judged by a learner that was fitted without it, and without texts equal to it (cross-validation).
What counts as sure is told apart by label (Northcutt, Jiang and Chuang, JAIR 70 (2021), 1373–1411).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from headway.annotation.encoding import need_prepared
from headway.annotation.examples import Examples, read_examples
from headway.evaluation.label_errors import find_label_errors
from headway.store import Store
from headway.text import prepare
from headway.training.folds import stratified_folds

_FOLDS = 5
# Learners of so few texts are sure of nothing.
_FEWEST = 50
_NOTHING: dict[str, Any] = {"n": 0, "rows": []}


def read_suspects(store: Store, task: str) -> dict[str, Any]:
    """`find_suspects` of a task. Raises `DataError` where its texts were not prepared."""
    examples = read_examples(store, task, need_prepared(store, task))
    return find_suspects(examples) if examples else _NOTHING


def find_suspects(examples: Examples) -> dict[str, Any]:
    """How many labels are suspected, `n`, and the likeliest to be wrong, as `find_label_errors` tells them.

    `key` is the record. None are suspected among fewer than fifty texts.
    """
    if len(examples.labels) < _FEWEST:
        return _NOTHING
    clusters = [prepare(text) for text in examples.texts]
    folds = stratified_folds(examples.labels, clusters, _FOLDS)
    scores = np.zeros((len(folds), len(examples.names)), dtype=np.float32)
    for fold in range(_FOLDS):
        held = folds == fold
        # A new learner: one that goes on from the last fold has seen what is held now.
        learned = examples.learner().learn(examples.vectors[~held], examples.labels[~held])
        if learned is not None and held.any():
            scores[held] = learned.scores(examples.vectors[held])
    return find_label_errors(scores, examples.labels, examples.names, examples.texts, examples.records)
