"""The report in plain words: one list of sentences per language, the verdict first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from headway.evaluation.strings import duration, points, text
from headway.pages.words import LANGUAGES, Language, percent

__all__ = ["summarise"]

FEW_ROWS = 100
WEAKEST = 3
# Average confidence and accuracy this close count as equal.
HONEST = 0.03


def summarise(report: Mapping[str, Any]) -> dict[Language, list[str]]:
    """Say in English and Chinese how good the model is, against what, where it is weak and what it cost."""
    return {language: list(_sentences(report, language)) for language in LANGUAGES}


def _sentences(report: Mapping[str, Any], language: Language) -> Iterator[str]:
    yield from _quality(report, language)
    yield from _against_baseline(report, language)
    yield from _weak_spots(report, language)
    yield from _confidence(report, language)
    yield from _looks(report, language)
    if "train_seconds" in report["cost"]:
        yield text(language, "summary.cost", train=duration(language, report["cost"]["train_seconds"]))


def _quality(report: Mapping[str, Any], language: Language) -> Iterator[str]:
    n, figures, interval = report["n"], report["metrics"], report["interval"]
    if n == 1:
        yield text(language, "summary.accuracy_one")
        return
    yield text(
        language,
        "summary.accuracy",
        accuracy=percent(figures["accuracy"]),
        n=f"{n:,}",
        rows=text(language, f"rows.{report['data']['kind']}"),
        low=percent(interval["accuracy"][0]),
        high=percent(interval["accuracy"][1]),
    )
    if n < FEW_ROWS:
        yield text(language, "summary.few")
    yield text(
        language,
        "summary.macro_f1",
        f1=percent(figures["macro_f1"]),
        low=percent(interval["macro_f1"][0]),
        high=percent(interval["macro_f1"][1]),
    )


def _against_baseline(report: Mapping[str, Any], language: Language) -> Iterator[str]:
    baseline = report["baseline"]
    if baseline is None:
        yield text(language, "summary.no_baseline")
        return
    low, high = baseline["difference"]["interval"]
    key = "summary.better" if low > 0 else "summary.worse" if high < 0 else "summary.equal"
    yield text(
        language,
        key,
        name=baseline["name"],
        baseline=percent(baseline["metrics"]["accuracy"]),
        points=points(baseline["difference"]["accuracy"], sign=key == "summary.equal"),
        low=points(low),
        high=points(high),
    )


def _weak_spots(report: Mapping[str, Any], language: Language) -> Iterator[str]:
    classes = report["per_class"]
    predicted = [row for row in classes if row["precision_interval"] is not None]
    if len(predicted) == 1 and report["n"] > 1 and len(classes) > 1:
        yield text(language, "summary.one_predicted", label=predicted[0]["label"])
    seen = [row for row in classes if row["support"] > 0]
    weakest = sorted((row for row in seen if row["f1"] < 1), key=lambda row: row["f1"])[:WEAKEST]
    if weakest:
        named = (
            text(
                language,
                "summary.weak_label",
                label=row["label"],
                f1=percent(row["f1"]),
                n=f"{row['support']:,}",
            )
            for row in weakest
        )
        yield text(language, "summary.weakest", labels=text(language, "summary.separator").join(named))
    if len(seen) < len(classes):
        unseen, total = f"{len(classes) - len(seen):,}", f"{len(classes):,}"
        yield text(language, "summary.unseen", n=unseen, total=total)
    if report["outside"]["n"]:
        yield text(language, "summary.outside", n=f"{report['outside']['n']:,}")


def _confidence(report: Mapping[str, Any], language: Language) -> Iterator[str]:
    if report["n"] < FEW_ROWS:
        return
    confidence, accuracy = report["confidence"]["mean"], report["metrics"]["accuracy"]
    gap = confidence - accuracy
    key = "too_sure" if gap > HONEST else "too_modest" if gap < -HONEST else "calibrated"
    yield text(language, f"summary.{key}", confidence=percent(confidence), accuracy=percent(accuracy))


def _looks(report: Mapping[str, Any], language: Language) -> Iterator[str]:
    kind, looks = report["data"]["kind"], report["data"]["looks"]
    if kind == "validation":
        yield text(language, "summary.validation")
    elif kind == "test" and looks == 1:
        yield text(language, "summary.looks_one")
    elif kind == "test" and looks > 1:
        yield text(language, "summary.looks_many", n=looks)
