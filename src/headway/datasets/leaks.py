"""Leaks between the splits that the user gave: which test texts training knows already, and how well."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from headway.cleaning.near_duplicates import near_duplicate_components
from headway.datasets.groups import column_values
from headway.datasets.labelled import agreed_labels
from headway.datasets.splits import STRICTEST
from headway.records import Split
from headway.store import Store
from headway.terminal import percent
from headway.text import prepare
from headway.text.personal_data import mask

#: How a text can be in two splits, from the plainest; each text counts for the first that holds.
KINDS = {
    "exact": "word for word",
    "normalised": "but for case and punctuation",
    "near": "as a near-duplicate",
    "group": "with another text of its group",
}
_NO_WORD = re.compile(r"[\W_]+")
_EXAMPLES = 5
_SHOWN_CHARACTERS = 200


@dataclass(frozen=True)
class _Text:
    """One of the different texts of a split, and what it is compared by: kind → key, or None."""

    raw: str
    keys: dict[str, Any]


def leak_report(store: Store, task: str, *, group: str | None = None) -> dict[str, Any]:
    """How many texts of each split that the user gave are in a less strict one, too, in counts and words.

    Of equal texts of one split one counts. `group` names a column whose equal values count as a leak.
    Personal data in the examples are masked. Raises `DataError` where no row has a value in that column.
    """
    labelled = agreed_labels(store, task, store.now(), column=group)
    values = column_values([record for record, _ in labelled], group)
    texts: dict[Split, dict[str, _Text]] = {split: {} for split in STRICTEST}
    for (record, _), value in zip(labelled, values, strict=True):
        if record.split:
            prepared = prepare(record.text)
            normalised = _NO_WORD.sub("", prepared.lower()) or None
            keys = {"exact": prepared, "normalised": normalised, "group": {value} - {""}}
            found = texts[record.split].setdefault(prepared, _Text(record.text, keys))
            found.keys["group"] |= keys["group"]
    _add_components([text for found in texts.values() for text in found.values()])
    pairs = [
        _compare(str(strict), list(texts[strict].values()), str(loose), list(texts[loose].values()))
        for strict, loose in itertools.combinations(STRICTEST, 2)
        if texts[strict] and texts[loose]
    ]
    given = {str(split): len(found) for split, found in texts.items() if found}
    return {"task": task, "group": group, "given": given, "pairs": pairs, "summary": _words(pairs)}


def _add_components(texts: Sequence[_Text]) -> None:
    components = near_duplicate_components([text.keys["exact"] for text in texts]).tolist()
    for text, component in zip(texts, components, strict=True):
        text.keys["near"] = component


def _compare(strict: str, texts: Sequence[_Text], loose: str, others: Sequence[_Text]) -> dict[str, Any]:
    known: dict[str, dict[Any, str]] = {kind: {} for kind in KINDS}
    for other in others:
        for kind in KINDS:
            for key in _keys(other, kind):
                known[kind].setdefault(key, other.raw)
    counts = dict.fromkeys(KINDS, 0)
    examples: dict[str, list[dict[str, str]]] = {kind: [] for kind in KINDS}
    for text in texts:
        for kind in KINDS:
            twin = next((known[kind][key] for key in _keys(text, kind) if key in known[kind]), None)
            if twin is not None:
                counts[kind] += 1
                if len(examples[kind]) < _EXAMPLES:
                    examples[kind].append({strict: _shown(text.raw), loose: _shown(twin)})
                break
    total = len(texts)
    kinds = {
        kind: {"texts": count, "share": count / total, "examples": examples[kind]}
        for kind, count in counts.items()
    }
    leaked = sum(counts.values())
    return {"of": strict, "in": loose, "texts": total, "leaked": leaked, "share": leaked / total, **kinds}


def _keys(text: _Text, kind: str) -> Sequence[Any]:
    key = text.keys[kind]
    if kind == "group":
        return sorted(key)
    return [] if key is None else [key]


def _shown(text: str) -> str:
    masked = mask(text)
    return masked if len(masked) <= _SHOWN_CHARACTERS else masked[:_SHOWN_CHARACTERS] + "…"


def _words(pairs: Sequence[Mapping[str, Any]]) -> list[str]:
    if not pairs:
        return ["You gave no rows to two splits, so there is nothing to compare."]
    words = []
    for pair in pairs:
        found = [
            f"{pair[kind]['texts']:,} {how} ({percent(pair[kind]['share'])})"
            for kind, how in KINDS.items()
            if pair[kind]["texts"]
        ]
        what = f"the {pair['texts']:,} different {pair['of']} texts"
        if found:
            words.append(
                f"{pair['leaked']:,} of {what} ({percent(pair['share'])}) are in {pair['in']}, too: "
                f"{', '.join(found)}."
            )
        else:
            words.append(f"None of {what} is in {pair['in']}.")
    if any(pair["leaked"] for pair in pairs):
        words.append(
            "A model measured on such texts looks better than it is. `headway dataset create` leaves out "
            "their copies in the less strict split."
        )
    return words
