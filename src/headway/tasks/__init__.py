"""Task kinds: takes labels and scores, gives schema checks, encoded labels and metrics.

One module per kind, numpy only; every module offers `validate_labels`, `label_problems`,
`require_trainable`, `encode`, `decode`, `metrics` and `per_class`.
"""

from __future__ import annotations

import importlib
from types import ModuleType

from headway.errors import UsageError

__all__ = ["TASKS", "get_task"]

TASKS: dict[str, str] = {"text-classification": "headway.tasks.text_classification"}


def get_task(kind: str) -> ModuleType:
    """Import and return the module of a task kind.

    Raises `UsageError` for an unknown kind, with the known ones.
    """
    if kind not in TASKS:
        raise UsageError(
            f"There is no task kind {kind!r}.", next_step=f"Use one of: {', '.join(sorted(TASKS))}."
        )
    return importlib.import_module(TASKS[kind])
