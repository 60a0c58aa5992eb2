"""What a comparison of models comes to, in English and Chinese."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from headway.comparison.strings import joined, text
from headway.pages.words import LANGUAGES, Language
from headway.terminal import percent

Words = dict[Language, str]


def summary(report: Mapping[str, Any]) -> dict[Language, list[str]]:
    """The findings as sentences by language, the most important first."""
    return {language: _sentences(report["rows"], language) for language in LANGUAGES}


def warnings(report: Mapping[str, Any]) -> list[Words]:
    """What one should know before one believes the table: a sentence in both languages each."""
    rows = report["rows"]
    alike: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        if row["accuracy"] is not None:
            alike[row["measured_on"]].append(row)
    found = [_both(lambda language: _measured_apart(alike, language))] if len(alike) > 1 else []
    for row in rows:
        if row["state"] not in {"done", "registered"}:
            found.append(_about(row, "warning.not_done"))
        elif row["accuracy"] is None:
            found.append(_about(row, "warning.no_figure"))
        elif row["size_bytes"] is None:
            found.append(_about(row, "warning.not_opened"))
    return found


def _sentences(rows: Sequence[Mapping[str, Any]], language: Language) -> list[str]:
    measured = [row for row in rows if row["accuracy"] is not None]
    if not measured:
        return [text(language, "summary.nothing")]
    sentences = []
    if len(measured) == 1:
        sentences.append(_single(measured[0], language))
    elif len({row["measured_on"] for row in measured}) == 1:
        sentences += _best(measured, language)
    front = [row["name"] for row in rows if row["front"]]
    if front:
        key = "summary.front" if len(front) > 1 else "summary.front_one"
        sentences.append(text(language, key, names=joined(language, front)))
    for row in rows:
        if row["dominated_by"]:
            others = joined(language, row["dominated_by"])
            sentences.append(text(language, "summary.dominated", name=row["name"], others=others))
    return sentences or [text(language, "summary.apart")]


def _single(row: Mapping[str, Any], language: Language) -> str:
    return text(language, "summary.one", name=row["name"], accuracy=_accuracy(row, language))


def _best(measured: Sequence[Mapping[str, Any]], language: Language) -> list[str]:
    """Who is most accurate, and whether the intervals tell the others from it."""
    best = measured[0]
    overlapping = [row["name"] for row in measured[1:] if row["overlaps_best"]]
    apart = [row["name"] for row in measured[1:] if row["overlaps_best"] is False]
    sentences = [text(language, "summary.best", name=best["name"], accuracy=_accuracy(best, language))]
    if overlapping:
        sentences.append(
            text(language, "summary.overlap", name=best["name"], others=joined(language, overlapping))
        )
    if apart:
        sentences.append(
            text(language, "summary.no_overlap", name=best["name"], others=joined(language, apart))
        )
    return sentences


def _accuracy(row: Mapping[str, Any], language: Language) -> str:
    shown = percent(row["accuracy"])
    if not row["interval"]:
        return shown
    low, high = (percent(bound) for bound in row["interval"])
    return text(language, "with_interval", value=shown, low=low, high=high)


def _measured_apart(alike: Mapping[str, Sequence[Mapping[str, Any]]], language: Language) -> str:
    parts = []
    for rows in alike.values():
        numbers = sorted({row["dataset_number"] for row in rows if row["dataset_number"]})
        where = joined(language, [str(number) for number in numbers]) or text(language, "unknown")
        names = joined(language, [row["name"] for row in rows])
        parts.append(text(language, "warning.group", where=where, names=names))
    return text(language, "warning.apart", groups=text(language, "semicolon").join(parts))


def _about(row: Mapping[str, Any], key: str) -> Words:
    def words(language: Language) -> str:
        state = text(language, f"state.{row['state']}") if key == "warning.not_done" else ""
        reason = text(language, "colon") + row["problem"] if row["problem"] else text(language, "stop")
        return text(language, key, name=row["name"], state=state, reason=reason)

    return _both(words)


def _both(words: Any) -> Words:
    return {language: words(language) for language in LANGUAGES}
