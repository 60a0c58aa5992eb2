"""What is wrong with the texts of a corpus: one function a finding, each gives plain data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from headway.cleaning.corpus import Corpus
from headway.cleaning.excerpts import change, excerpt, masked_excerpt
from headway.cleaning.outliers import KINDS, outlier_kinds
from headway.cleaning.policy import STEPS
from headway.cleaning.rules import contradictions, duplicates, near_contradictions, near_duplicates, too_short
from headway.cleaning.table import Indices, Mask
from headway.text.forms import FULL_WIDTH
from headway.text.prepare import prepare

if TYPE_CHECKING:
    from headway.cleaning.inspection import Inspection

#: the two languages a project may have
LANGUAGES = ("zh", "en")

_EXAMPLES = 5
_IN_A_CLUSTER = 3

Finding = dict[str, Any]


def dirt(corpus: Corpus, inspection: Inspection, kind: str) -> Finding:
    """Texts that a preparation step sets right. That for control characters is among the default ones."""
    raws: Iterable[int] = inspection.dirt.get(kind, ())
    if kind == "full-width":
        # Many Chinese texts begin with two ideographic spaces, which are taken out of every text anyway.
        raws = [n for n in raws if set(FULL_WIDTH.findall(corpus.raws[n])) != {"\u3000"}]
    rows = _rows_of(corpus, raws)
    step = STEPS.get(kind, f"{kind}@1")
    examples = []
    for n in _different(corpus, rows):
        raw = corpus.raws[corpus.raw[n]]
        before, after = change(raw, prepare(raw, (step,)))
        examples.append({**_place(corpus, n), "text": before, "after": after})
    return _finding(kind, corpus, rows, examples)


def languages(corpus: Corpus, inspection: Inspection) -> Finding:
    """Rows by language. What counts is a third language; texts of which nothing tells are left in peace."""
    sizes = np.bincount(corpus.raw, minlength=len(corpus.raws)).tolist()
    counts: Counter[str] = Counter()
    for language, size in zip(inspection.languages, sizes, strict=True):
        counts[language] += size
    known = {*LANGUAGES, "und"}
    rows = _rows_of(corpus, [n for n, code in enumerate(inspection.languages) if code not in known])
    examples = [
        {**_example(corpus, n), "language": inspection.languages[corpus.raw[n]]}
        for n in _different(corpus, rows)
    ]
    return _finding("languages", corpus, rows, examples, languages=dict(counts.most_common()))


def equal_texts(corpus: Corpus) -> Finding:
    """Rows whose text and label were there before."""
    rows, text = duplicates(corpus.table), corpus.table.text
    clusters = [_cluster(corpus, text == number) for number in _largest(text[rows])]
    return _finding("duplicates", corpus, rows, clusters)


def alike_texts(corpus: Corpus) -> tuple[Finding, Finding]:
    """Near-duplicates, and rows with a near-duplicate of another label."""
    rows, clusters = near_duplicates(corpus.table)
    group = clusters[corpus.table.text]
    sizes = np.bincount(clusters, minlength=len(clusters))
    near = _finding(
        "near-duplicates",
        corpus,
        rows,
        [_cluster(corpus, group == number) for number in _largest(group[rows])],
        clusters=int((sizes > 1).sum()),
    )
    several = near_contradictions(corpus.table, clusters)
    examples = [_cluster(corpus, several & (group == number)) for number in _largest(group[several])]
    return near, _finding("near-contradictions", corpus, several, examples)


def contradicting_labels(corpus: Corpus) -> Finding:
    """Labelled rows whose text has another label elsewhere."""
    rows, text = contradictions(corpus.table), corpus.table.text
    clusters = [_cluster(corpus, rows & (text == number)) for number in _largest(text[rows])]
    return _finding("contradictions", corpus, rows, clusters, texts=len(np.unique(text[rows])))


def short(corpus: Corpus, least: int) -> Finding:
    """Rows with fewer visible characters than `least`."""
    rows = too_short(corpus.table, least)
    return _finding("short", corpus, rows, _examples(corpus, rows), least=least)


def outliers(corpus: Corpus) -> Finding:
    """Rows far longer than the rest, of one repeated character, or without a word."""
    kinds = outlier_kinds(corpus.table.texts)[corpus.table.text]
    rows = kinds > 0
    examples = [
        {**_example(corpus, n), "kind": KINDS[kinds[n]], "characters": len(corpus.raws[corpus.raw[n]])}
        for n in _different(corpus, rows)
    ]
    counts = {kind: int((kinds == number).sum()) for number, kind in enumerate(KINDS) if number}
    return _finding("outliers", corpus, rows, examples, kinds=counts)


def personal_data(corpus: Corpus, inspection: Inspection) -> Finding:
    """Rows that hold personal data, by kind; the examples are masked, as all excerpts are."""
    by_kind = {kind: _rows_of(corpus, raws) for kind, raws in inspection.personal.items()}
    rows = np.zeros(len(corpus), dtype=bool)
    for some in by_kind.values():
        rows |= some
    examples = [
        {**_example(corpus, n), "text": masked_excerpt(corpus.raws[corpus.raw[n]]), "kind": kind}
        for kind, some in by_kind.items()
        for n in _different(corpus, some, 1 if len(by_kind) > 1 else _EXAMPLES)
    ]
    counts = sorted(((kind, int(some.sum())) for kind, some in by_kind.items()), key=lambda one: -one[1])
    return _finding("personal-data", corpus, rows, examples[:_EXAMPLES], kinds=dict(counts))


def labels_in_texts(corpus: Corpus, rows: Mask, forms: dict[str, float]) -> Finding:
    """Rows that leak their label, and the forms in which they do."""
    return _finding("label-leaks", corpus, rows, _examples(corpus, rows), forms=forms)


def _finding(key: str, corpus: Corpus, rows: Mask, examples: list[dict[str, Any]], **details: Any) -> Finding:
    count = int(rows.sum())
    share = count / len(corpus) if len(corpus) else 0.0
    return {"key": key, "count": count, "share": share, **details, "examples": examples}


def _rows_of(corpus: Corpus, raws: Iterable[int]) -> Mask:
    found = np.zeros(len(corpus.raws), dtype=bool)
    found[list(raws)] = True
    return corpus.rows_of(found)


def _different(corpus: Corpus, rows: Mask, most: int = _EXAMPLES) -> list[int]:
    """The first rows with different texts, of those marked."""
    found: dict[int, int] = {}
    for n in np.flatnonzero(rows).tolist():
        found.setdefault(int(corpus.table.text[n]), n)
        if len(found) == most:
            break
    return list(found.values())


def _largest(groups: Indices) -> list[int]:
    """The groups that most of the rows given are of."""
    numbers, sizes = np.unique(groups, return_counts=True)
    order = np.argsort(-sizes, kind="stable")[:_EXAMPLES]
    return [int(number) for number in numbers[order]]


def _examples(corpus: Corpus, rows: Mask) -> list[dict[str, Any]]:
    return [_example(corpus, n) for n in _different(corpus, rows)]


def _example(corpus: Corpus, n: int) -> dict[str, Any]:
    shown = {**_place(corpus, n), "text": excerpt(corpus.raws[corpus.raw[n]])}
    label = corpus.table.label[n]
    return shown if label < 0 else {**shown, "label": corpus.table.labels[label]}


def _cluster(corpus: Corpus, rows: Mask) -> dict[str, Any]:
    """A group of rows: how many they are, their first text, some of the others, and the labels they have."""
    first, *others = _different(corpus, rows, _IN_A_CLUSTER)
    label = corpus.table.label[rows]
    counts = Counter(corpus.table.labels[number] for number in label[label >= 0].tolist())
    return {
        **_place(corpus, first),
        "text": excerpt(corpus.raws[corpus.raw[first]]),
        "others": [excerpt(corpus.raws[corpus.raw[n]]) for n in others],
        "rows": int(rows.sum()),
        "labels": dict(counts.most_common()),
    }


def _place(corpus: Corpus, n: int) -> dict[str, str]:
    return {"record": corpus.ids[n], "source": corpus.sources[n]}
