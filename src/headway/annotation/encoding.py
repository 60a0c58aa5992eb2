"""The encoder that reads a task's texts while they are labelled: made once, then opened without torch."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from headway.annotation.labels import agreed_by_people, known_labels
from headway.errors import DataError
from headway.inference import Embedder
from headway.models import resolve_base
from headway.store import Store
from headway.store import queue as rows
from headway.store.files import write_atomically
from headway.text import DEFAULT_STEPS
from headway.text.language import dominant_language
from headway.workflow.encoders import Precision, embed_all, encoder_folder, open_embedder

_SAMPLE = 2_000


def prepare(
    store: Store,
    task: str,
    base: str | None = None,
    precision: Precision = "int8",
    progress: Callable[[str, int, int | None], None] = lambda *_: None,
) -> dict[str, Any]:
    """Make the encoder ready, and compute the vectors of all texts in the queue, and of those with a label.

    From then on what to label next is chosen by what the learner knows. Gives the encoder's base model and
    the number of texts. Raises `DataError` for an empty queue, and what `resolve_base` does.
    """
    with store.reading() as connection:
        texts = list(rows.item_texts(connection, task).values())
    if not texts:
        raise DataError(
            f"The queue of {task!r} is empty.", next_step="Put texts into it: `headway annotate queue`."
        )
    _, labelled = agreed_by_people(store, task, known_labels(store, task))
    texts = list(dict.fromkeys([*texts, *labelled.values()]))
    found = resolve_base(base, dominant_language(texts[:_SAMPLE]), store.folder / "cache" / "bases")
    progress("Making the encoder", 0, None)
    folder = encoder_folder(store, found, precision)
    embedder = open_embedder(store, folder, DEFAULT_STEPS)

    def go_on(done: int, total: int, _share: float) -> bool:
        progress("Computing vectors", done, total)
        return True

    embed_all(embedder, texts, go_on)
    chosen = _choice(store, task)
    chosen.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(chosen, json.dumps({"format": 1, "encoder": folder.name}).encode())
    return {"task": task, "base": found.name, "texts": len(texts)}


def is_prepared(store: Store, task: str) -> bool:
    """Whether the encoder of a task was made, and is there still."""
    return _encoder(store, task) is not None


def prepared_encoder(store: Store, task: str) -> str | None:
    """Which encoder was prepared for a task, by a name that no other has; None as for `is_prepared`."""
    folder = _encoder(store, task)
    return None if folder is None else folder.name


def open_prepared(store: Store, task: str) -> Embedder | None:
    """The embedder of a task, computing with one thread; None where it was not prepared."""
    folder = _encoder(store, task)
    return None if folder is None else open_embedder(store, folder, DEFAULT_STEPS, threads=1)


def need_prepared(store: Store, task: str) -> Embedder:
    """The embedder of a task. Raises `DataError` where it was not prepared."""
    embedder = open_prepared(store, task)
    if embedder is None:
        raise DataError(
            f"No model learns beside the annotators of {task!r} yet.",
            next_step="Let one learn: `headway annotate prepare`.",
        )
    return embedder


def _encoder(store: Store, task: str) -> Path | None:
    path = _choice(store, task)
    if not path.is_file():
        return None
    folder = store.folder / "cache" / "encoders" / Path(json.loads(path.read_text("utf-8"))["encoder"]).name
    # Else the cache was cleared.
    return folder if folder.is_dir() else None


def _choice(store: Store, task: str) -> Path:
    # A task may have any name, a path or one too long for a file among them.
    name = hashlib.sha256(task.encode()).hexdigest()
    return store.folder / "cache" / "learners" / f"{name}.json"
