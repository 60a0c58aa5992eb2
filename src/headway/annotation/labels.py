"""The labels among which annotators choose, and how to choose: guidelines, in versions."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from headway.datasets.labelled import people_agree
from headway.errors import DataError, UsageError
from headway.records import Guideline, Label
from headway.store import Store
from headway.store import labels as rows

MOST_LABELS = 500
#: more labels take the learner longer than people take to read a text
MOST_LEARNED = 10_000
LONGEST_LABEL = 200
LONGEST_GUIDELINE = 100_000


def labels_of(store: Store, task: str) -> list[Label]:
    """All labels of a task in their order, retired ones too."""
    with store.reading() as connection:
        return rows.list_labels(connection, task)


def names_in_use(store: Store, task: str) -> list[str]:
    """The labels that annotators can give, in their order."""
    with store.reading() as connection:
        return rows.names_in_use(connection, task)


def known_labels(store: Store, task: str) -> list[str]:
    """The names to begin with: those that are set, else those that texts have already."""
    with store.reading() as connection:
        return rows.names_in_use(connection, task) or rows.used_labels(connection, task)


def agreed_by_people(store: Store, task: str, names: Sequence[str]) -> tuple[dict[str, str], dict[str, str]]:
    """Record → label, and record → text, of what people have labelled with one of `names`, oldest first.

    Where they differ, the label of most; what a reviewer decided stands before all. Of more labels than
    `MOST_LEARNED` the newest.
    """
    agreed, texts = people_agree(store, task, store.now())
    known = frozenset(names)
    kept = [(record, label) for record, label in agreed.items() if label in known][-MOST_LEARNED:]
    return dict(kept), {record: texts[record] for record, _ in kept}


def set_labels(store: Store, task: str, names: Sequence[str]) -> list[Label]:
    """Make these the labels of a task, in this order; its others are retired, and what has them keeps them.

    Raises what `checked_labels` does.
    """
    return rows.set_labels(store, task, checked_labels(names))


def checked_labels(names: Sequence[str]) -> list[str]:
    """Names as they are kept. Raises `UsageError` naming all that is wrong with them."""
    wanted = [unicodedata.normalize("NFC", name).strip() for name in names]
    if problems := _problems(wanted):
        raise UsageError(
            f"The labels were not changed: {'; '.join(problems)}.",
            next_step=f"Give 2 to {MOST_LABELS} names, each of them once.",
        )
    return wanted


def guideline_of(store: Store, task: str) -> Guideline | None:
    """The guidelines in force; None where there are none yet."""
    with store.reading() as connection:
        return rows.newest_guideline(connection, task)


def set_guideline(store: Store, task: str, text: str, author: str) -> Guideline:
    """Put guidelines into force as a new version; answers say which version their author had.

    Raises what `check_guideline` does.
    """
    check_guideline(text)
    return rows.add_guideline(store, task, text.strip(), author)


def check_guideline(text: str) -> None:
    """Raise `UsageError` for guidelines that are too long."""
    if len(text) > LONGEST_GUIDELINE:
        raise UsageError(
            f"The guidelines have {len(text):,} characters; {LONGEST_GUIDELINE:,} are the most.",
            next_step="Keep to what an annotator can hold in mind.",
        )


def read_guideline(path: Path) -> str:
    """The text of a file. Raises `DataError` where it is no text in UTF-8 that can be read."""
    try:
        return path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = "it is not text in UTF-8" if isinstance(error, UnicodeDecodeError) else error.strerror
        raise DataError(
            f"The guidelines in {path} cannot be read: {reason}.", next_step="Give a text file, as Markdown."
        ) from error


def _problems(names: Sequence[str]) -> list[str]:
    problems = []
    if not 2 <= len(names) <= MOST_LABELS:
        problems.append(f"there are {len(names)} names")
    for place, name in enumerate(names, start=1):
        if not name or not name.isprintable() or len(name) > LONGEST_LABEL:
            shown = name[:40] + "…" if len(name) > LONGEST_LABEL else name
            problems.append(f"name {place}, {shown!r}, is not 1 to {LONGEST_LABEL} printable characters")
    twice = [name for name, count in Counter(names).items() if count > 1 and name]
    return problems + [f"{name!r} is there more than once" for name in twice]
