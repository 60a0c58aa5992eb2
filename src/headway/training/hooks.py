"""The page of hooks: what can be chosen by name, ours and yours, and how it is found.

Each table maps a name to `module:attribute`. In place of a name `module:attribute` can be given: a recipe,
head, loss or metric of your own is then imported from the current folder or the installed packages and gets
the same report, export and equivalence check as ours. docs/training.md says what each kind has to offer.
"""

from __future__ import annotations

import difflib
import importlib
import sys
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from headway.errors import HeadwayError, HookError, UsageError

#: ways to train, from the cheapest to the dearest
RECIPES: dict[str, str] = {
    "baseline": "headway.training.baseline:Baseline",
    "probe": "headway.training.probe:Probe",
    "fewshot": "headway.training.fewshot:FewShot",
    "lora": "headway.training.lora:Lora",
    "full": "headway.training.full:Full",
}
#: what turns a text's vector into logits: (dimension, labels) -> torch module
HEADS: dict[str, str] = {
    "linear": "headway.training.heads:linear",
    "mlp": "headway.training.heads:mlp",
}
#: what is made small: (logits [n, labels], targets [n], weights [labels] or None) -> losses [n]
LOSSES: dict[str, str] = {
    "cross_entropy": "headway.training.losses:cross_entropy",
    "focal": "headway.training.losses:focal",
}

#: figures beside the standard ones: (y_true [n], y_pred [n], scores [n, labels], names) -> number
METRICS: dict[str, str] = {
    "kappa": "headway.tasks.further_metrics:kappa",
    "matthews": "headway.tasks.further_metrics:matthews",
    "top_3_accuracy": "headway.tasks.further_metrics:top_3_accuracy",
}


def is_own(name: str) -> bool:
    """Whether a name means something of the user's own: `module:attribute`."""
    return ":" in name


def load_hook(kind: str, table: Mapping[str, str], name: str) -> Any:
    """The recipe, head, loss or metric of a name, or of `module:attribute`.

    Raises `UsageError` with the nearest name for one that is unknown, or a module that is not found, and
    `HookError` where importing it fails.
    """
    if not is_own(name) and name not in table:
        near = difflib.get_close_matches(name, table, n=1)
        known = f"known are {', '.join(table)}, or one of your own as module:attribute"
        raise UsageError(
            f"There is no {kind} {name!r}; {known}.",
            next_step=f"Did you mean {near[0]!r}?" if near else f"Choose one of them as {kind}.",
        )
    module_name, _, attribute = table.get(name, name).partition(":")
    module = _imported(kind, module_name) if is_own(name) else importlib.import_module(module_name)
    if not attribute or not hasattr(module, attribute):
        raise UsageError(
            f"The module {module_name!r} has no {attribute!r} to be used as {kind}.",
            next_step=f"Define it there, or name another: --help lists where a {kind} is given.",
        )
    return getattr(module, attribute)


@contextmanager
def calling(hook: str) -> Iterator[None]:
    """Turn what a hook of the user's raises into a `HookError` that says what and where."""
    try:
        yield
    except (HeadwayError, MemoryError):
        raise
    except Exception as error:
        if not is_own(hook):
            raise
        place = traceback.extract_tb(error.__traceback__)[-1]
        raise HookError(
            f"{hook} raised {type(error).__name__}: {error} ({Path(place.filename).name}, line "
            f"{place.lineno}).",
            next_step="Mend it, then run the same command again.",
        ) from error


def _imported(kind: str, module_name: str) -> Any:
    here = str(Path.cwd())
    if here not in sys.path:
        # Where the user stands is where their module lies; a console script does not look there by itself.
        sys.path.insert(0, here)
    try:
        return importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        if error.name != module_name.partition(".")[0] and error.name != module_name:
            raise HookError(f"{module_name} needs the module {error.name!r}, which is not found.") from error
        raise UsageError(
            f"There is no module {module_name!r} for the {kind}, neither in {here} nor installed.",
            next_step="Run the command in the folder of the module, or name it as module:attribute.",
        ) from error
    except Exception as error:
        with calling(f"{module_name}:"):
            raise
        raise AssertionError from error
