"""What the labelling pages show."""

from __future__ import annotations

from typing import Any

from headway.annotation.assistant import Round
from headway.annotation.effort import effort
from headway.annotation.filling import overlap_of
from headway.annotation.labels import guideline_of, known_labels, names_in_use
from headway.annotation.queue import Held, Queue
from headway.annotation.status import status
from headway.records import User
from headway.settings import AnnotationSettings
from headway.store import Store

# How far one can go back after the page was loaded anew.
_RECENT = 50
MOST_CONFUSED = 12


def label_page(
    store: Store, queue: Queue, user: User, last_round: Round | None, *, blind: bool
) -> dict[str, Any] | None:
    """What the labelling page shows to somebody; None while the task has no labels.

    With `blind`, no suggestion is shown to anybody.
    """
    labels = names_in_use(store, queue.task)
    if not labels:
        return None
    setup = {
        "task": queue.task,
        "user": user.id,
        "labels": labels,
        "progress": queue.progress(user),
        "recent": [plain(held, blind=blind) for held in queue.recent(user, _RECENT)],
    }
    return {
        "task": queue.task,
        "setup": setup,
        "guideline": guideline_of(store, queue.task),
        "last_round": last_round,
        "blind": blind,
    }


def set_up_page(store: Store, task: str) -> dict[str, Any]:
    """What the page shows on which labels, guidelines and queue are set up."""
    guideline = guideline_of(store, task)
    return {
        "task": task,
        "known": known_labels(store, task),
        "overlap": overlap_of(store, task),
        "guideline": guideline.text if guideline else "",
    }


def quality_page(store: Store, task: str, settings: AnnotationSettings) -> dict[str, Any]:
    """How far annotators agree, and how good each of them is.

    Tables of confusion are there for who is judged at all, in tasks of up to `MOST_CONFUSED` labels: larger
    ones nobody reads.
    """
    found = status(store, task, disputed=0, confusion=True)
    measured = {row["name"]: row for row in effort(store, task, settings)["annotators"]}
    annotators = [{**row, **_gold_and_pace(measured.get(row["name"]))} for row in found["annotators"]]
    readable = len(found["labels"]) <= MOST_CONFUSED
    judged = [row for row in annotators if row["accuracy"] is not None]
    return {**found, "annotators": annotators, "confused": judged if readable else []}


def _gold_and_pace(row: dict[str, Any] | None) -> dict[str, Any]:
    """Of who labelled in the console; of others neither is known."""
    return {"gold": row["gold"], "pace": row["pace"]} if row else {"gold": None, "pace": None}


def plain(held: Held, *, blind: bool) -> dict[str, Any]:
    """What the page is told of an item, as plain data. Whether its label is known is not told.

    Suggestions stay out where an annotator or the learner is measured by the text.
    """
    answer, item = held.answer, held.item
    measured = item.gold is not None or item.picked == "chance"
    return {
        "record": item.record,
        "text": item.text,
        "seen": answer.version if answer else 0,
        "action": answer.action if answer else None,
        "label": answer.label if answer else None,
        "comment": answer.comment if answer else "",
        "flagged": answer.flagged if answer else False,
        "seconds": answer.seconds if answer else 0,
        "suggestions": [] if blind or measured else list(item.suggestions),
    }
