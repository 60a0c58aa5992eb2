"""Labels that stand in their own texts: not as a word of what is said, but put there in a fixed place.

In intent data "refund" is natural in a message about a refund. A leak has a form: the label behind a marker
(`label: refund`, `__label__refund`), in brackets (`【退款】`), or at the start or end of the text, in a large
share of the rows of most labels, and there more often than the other labels are.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from headway.cleaning.table import Indices, Mask, Table

#: Form → the share of a label's rows that must have it. The looser the form, the larger the share.
FORMS = {"marker": 0.2, "bracket": 0.2, "start": 0.3, "end": 0.3, "first word": 0.6, "last word": 0.6}

# A label with fewer rows than this says nothing about a share.
_FEWEST = 5
_TIMES_CHANCE = 3
_SAMPLE = 500

_MARKER = re.compile(
    r"(?:__label__|(?<![a-z])(?:label|class|category|intent|tag|topic|标签|类别|分类|意图)"
    r"[\"'”」]?\s{0,2}[:：=]\s{0,2}[\"'“「]?)$"
)
_LONGEST_MARKER = 20
_OPENING, _CLOSING = "[【(（<《{「", "]】)）>》}」"
_PARTING = ":：|=—>→#"


@dataclass(frozen=True)
class LabelLeaks:
    """Which rows leak their label, bool [rows], and in which forms: form → share of the labelled rows."""

    rows: Mask
    forms: dict[str, float]


def label_leaks(table: Table) -> LabelLeaks:
    """Find the forms in which most labels stand in their texts, and the rows that have one of them."""
    folded = [text.lower() for text in table.texts]
    found = {form: np.zeros(len(table.text), dtype=bool) for form in FORMS}
    for label, rows in _by_label(table):
        written = _written(table.labels[label])
        for row in rows:
            for form in _forms(folded[table.text[row]], written):
                found[form][row] = True
    leaking = [form for form in FORMS if _is_structural(table, found[form], FORMS[form])]
    leaking = [form for form in leaking if _beats_chance(table, folded, form)]
    leaks = np.zeros(len(table.text), dtype=bool)
    for form in leaking:
        leaks |= found[form]
    labelled = max(int((table.label >= 0).sum()), 1)
    return LabelLeaks(leaks, {form: float(found[form].sum() / labelled) for form in leaking})


def _by_label(table: Table) -> Iterator[tuple[int, list[int]]]:
    order = np.argsort(table.label, kind="stable")
    bounds = np.searchsorted(table.label[order], np.arange(len(table.labels) + 1))
    for label, (start, stop) in enumerate(itertools.pairwise(bounds)):
        yield label, order[start:stop].tolist()


def _written(label: str) -> tuple[str, ...]:
    """The ways a label may be written in a text."""
    plain = " ".join(label.lower().split())
    spaced = re.sub(r"[_\s-]+", " ", plain).strip()
    return tuple(dict.fromkeys(form for form in (plain, spaced) if form))


def _forms(text: str, written: tuple[str, ...]) -> set[str]:
    """The forms in which a label stands in a text, both in lower case."""
    forms: set[str] = set()
    for label in written:
        if label in text:
            forms.update(_forms_at(text, label, text.find(label)))
            forms.update(_forms_at(text, label, text.rfind(label)))
    return forms


def _forms_at(text: str, label: str, start: int) -> Iterator[str]:
    stop = start + len(label)
    before, after = text[start - 1 : start], text[stop : stop + 1]
    if _MARKER.search(text[max(0, start - _LONGEST_MARKER) : start]):
        yield "marker"
        return
    if _is_part_of_word(before, label[0]) or _is_part_of_word(after, label[-1]):
        return
    if before and after and before in _OPENING and after in _CLOSING:
        yield "bracket"
    elif start == 0:
        yield "first word"
        if text[stop:].lstrip()[:1] in _PARTING and text[stop:].strip():
            yield "start"
    elif not text[stop:].strip(" .。!！"):
        yield "last word"
        if text[:start].rstrip()[-1:] in _PARTING:
            yield "end"


def _is_part_of_word(neighbour: str, edge: str) -> bool:
    """Whether a character goes on with the word that a label begins or ends with; Chinese parts no words."""
    return bool(neighbour) and _is_ascii_word(neighbour) and _is_ascii_word(edge)


def _is_ascii_word(character: str) -> bool:
    return character.isascii() and (character.isalnum() or character == "_")


def _is_structural(table: Table, found: Mask, share: float) -> bool:
    """Whether at least half of the labels, and two, have a form in that share of their rows."""
    n = len(table.labels)
    sizes = np.bincount(table.label[table.label >= 0], minlength=n)
    hits = np.bincount(table.label[found], minlength=n)
    judged = sizes >= _FEWEST
    leaking = int((hits[judged] >= share * sizes[judged]).sum())
    return leaking >= max(2, int(judged.sum()) / 2)


def _beats_chance(table: Table, folded: list[str], form: str) -> bool:
    """Whether a text has its own label in a form far more often than any other, on a sample of rows."""
    rows = np.flatnonzero(table.label >= 0)
    sample: Indices = rows[np.linspace(0, len(rows) - 1, min(_SAMPLE, len(rows))).astype(np.int64)]
    own = others = 0
    for label in range(len(table.labels)):
        written = _written(table.labels[label])
        for row in sample.tolist():
            if form in _forms(folded[table.text[row]], written):
                own += int(table.label[row] == label)
                others += int(table.label[row] != label)
    return own * (len(table.labels) - 1) >= _TIMES_CHANCE * others
