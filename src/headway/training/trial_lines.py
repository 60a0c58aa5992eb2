"""The trials of a search as lines for a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from headway.terminal import percent


def trial_lines(trials: Sequence[Mapping[str, Any]]) -> list[str]:
    """One line a trial: its number, state, accuracy on held-out training rows, seconds and settings.

    `trials` are the rows kept with a run: `number`, `state`, `accuracy`, `seconds`, `settings`, `reason`.
    """
    lines = []
    for trial in trials:
        settings = ", ".join(
            f"{name}={value:.4g}" if isinstance(value, float) else f"{name}={value}"
            for name, value in trial["settings"].items()
        )
        reason = f" ({trial['reason']})" if trial["reason"] else ""
        lines.append(
            f"trial {trial['number']}: {trial['state']}, accuracy {percent(trial['accuracy'])}, "
            f"{trial['seconds']:.1f} s: {settings}{reason}"
        )
    return lines
