"""Figures as the pages about models show them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from headway.terminal import percent

#: metrics that are no shares: written as they are
_PLAIN = frozenset({"log_loss"})


def figure(
    metrics: Mapping[str, Any], intervals: Mapping[str, Any], name: str
) -> dict[str, str | None] | None:
    """A metric as `{"value", "low", "high"}`, in words; without its interval the last two are None."""
    value = metrics.get(name)
    if not isinstance(value, int | float):
        return None
    low, high = intervals.get(name) or (None, None)
    return {
        "value": written(name, value),
        "low": None if low is None else written(name, low),
        "high": None if high is None else written(name, high),
    }


def written(name: str, value: float) -> str:
    """A metric's value: a share in per cent, anything else with four decimals."""
    # A metric of somebody's own (`module:function`) may be anything.
    is_share = name not in _PLAIN and ":" not in name and 0 <= value <= 1
    return percent(value) if is_share else f"{value:.4f}"


def megabytes(size: int) -> str:
    """A size in bytes as people read it."""
    return f"{size / 1e6:,.1f} MB"


def measured_speed(equivalence: Mapping[str, Any], precision: str) -> str | None:
    """The texts a second that were measured when a model was exported; None where that was not kept."""
    report = equivalence.get("int8" if precision == "int8" else "export") or {}
    speed = report.get("texts_per_second_candidate")
    return None if speed is None else f"{speed:,.0f}"
