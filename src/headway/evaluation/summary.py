"""The report in plain words: one list of sentences per language, the verdict first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from headway.evaluation.strings import chance, duration, points, slice_name, text
from headway.pages.words import LANGUAGES, Language
from headway.terminal import percent

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
    yield from _against_champion(report, language)
    yield from _weak_spots(report, language)
    yield from _slices(report, language)
    yield from _confidence(report, language)
    yield from _label_errors(report, language)
    yield from _looks(report, language)
    yield from _more_labels(report, language)
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


def _against_champion(report: Mapping[str, Any], language: Language) -> Iterator[str]:
    champion = report["champion"]
    if champion is None:
        return
    low, high = champion["difference_interval"]
    yield text(
        language,
        f"summary.champion_{champion['verdict']}",
        model=champion["model"],
        champion=percent(champion["accuracy"]),
        points=points(champion["difference"], sign=champion["verdict"] == "unclear"),
        low=points(low),
        high=points(high),
        p=chance(champion["p_value"]),
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


def _slices(report: Mapping[str, Any], language: Language) -> Iterator[str]:
    if not report["slices"]:
        return
    weak = [
        (one["difference"], slice_name(language, group["kind"], one["value"], group["name"]), one)
        for group in report["slices"]
        for one in group["slices"]
        if one["flagged"] and one["difference"] < 0
    ]
    if not weak:
        yield text(language, "summary.slices_even")
        return
    named = [
        text(
            language,
            "summary.slice",
            slice=what,
            accuracy=percent(one["accuracy"]),
            n=f"{one['n']:,}",
            points=points(difference, sign=False),
        )
        for difference, what, one in sorted(weak, key=lambda found: found[0])[:WEAKEST]
    ]
    yield text(language, "summary.slices_worse", slices=text(language, "summary.separator").join(named))


def _confidence(report: Mapping[str, Any], language: Language) -> Iterator[str]:
    if report["n"] < FEW_ROWS:
        return
    confidence, accuracy = report["confidence"]["mean"], report["metrics"]["accuracy"]
    gap = confidence - accuracy
    key = "too_sure" if gap > HONEST else "too_modest" if gap < -HONEST else "calibrated"
    yield text(language, f"summary.{key}", confidence=percent(confidence), accuracy=percent(accuracy))
    calibration = report["calibration"]
    off = calibration["ece"] > calibration["by_chance"]
    yield text(
        language,
        f"summary.calibration_{'off' if off else 'fine'}",
        ece=f"{100 * calibration['ece']:.1f}",
        low=f"{100 * calibration['interval'][0]:.1f}",
        high=f"{100 * calibration['interval'][1]:.1f}",
        chance=f"{100 * calibration['by_chance']:.1f}",
    )


def _label_errors(report: Mapping[str, Any], language: Language) -> Iterator[str]:
    n = report["label_errors"]["n"]
    if n:
        yield text(language, "summary.label_error" if n == 1 else "summary.label_errors", n=f"{n:,}")


def _looks(report: Mapping[str, Any], language: Language) -> Iterator[str]:
    kind, looks = report["data"]["kind"], report["data"]["looks"]
    if kind == "test" and looks == 1:
        yield text(language, "summary.looks_one")
    elif kind == "test" and looks > 1:
        models, optimism = report["looks"]["models"], report["looks"]["optimism"]
        yield text(
            language,
            "summary.looks_many" if models > 1 else "summary.looks_same",
            n=f"{looks:,}",
            models=f"{models:,}",
            points=f"{100 * optimism:.1f}",
        )


def _more_labels(report: Mapping[str, Any], language: Language) -> Iterator[str]:
    curve = report["learning_curve"]
    if curve and curve["forecast"]:
        yield str(curve["forecast"]["words"][language])
