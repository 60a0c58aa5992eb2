"""What labelling takes, in sentences."""

from __future__ import annotations

from typing import Any

from headway.terminal import percent


def effort_words(found: dict[str, Any]) -> list[str]:
    """Sentences about the figures of `effort`; none where nobody has labelled in the console."""
    if found["pace"] is None:
        return []
    lines = [f"A label takes {found['pace']:.1f} s{_price(found)}; {_left(found)}."]
    lines += [
        f"{row['name']}: {row['labels']:,} labels in the console, {_seconds(row['pace'])} each, "
        f"{_share(row['gold'])} of those right whose label is known."
        for row in found["annotators"]
        if row["gold"]
    ]
    if found["learner"]:
        lines.append(
            f"The learner had {_share(found['learner'])} right on texts left to chance, "
            "before it saw their labels."
        )
    return lines


def _price(found: dict[str, Any]) -> str:
    price = found["price_per_label"]
    return "" if price is None else f" and costs {found['currency']}{price:.2f}"


def _left(found: dict[str, Any]) -> str:
    hours = found["seconds_left"] / 3600
    cost = "" if found["cost_left"] is None else f", {found['currency']}{found['cost_left']:,.0f}"
    time = f"{hours:.1f} h" if hours >= 1 else f"{60 * hours:.0f} min"
    return f"the {found['queue']['labels_left']:,} that are left take about {time}{cost}"


def _seconds(pace: float | None) -> str:
    return "not timed" if pace is None else f"{pace:.1f} s"


def _share(share: dict[str, Any]) -> str:
    return (
        f"{percent(share['accuracy'])} ({percent(share['low'])} … {percent(share['high'])}) of {share['n']:,}"
    )
