"""Functions of the user's that label, from Python files beside the file of rules."""

from __future__ import annotations

import difflib
import importlib.util
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any


class FunctionFiles:
    """Python files in one folder; each is run once, however many of its functions are asked for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._modules: dict[Path, Any] = {}

    def function(self, reference: str) -> Callable[[str], object]:
        """The function of `file.py:name`. Raises `ValueError` that says why there is none."""
        file, colon, name = reference.rpartition(":")
        if not colon or not file.endswith(".py") or not name.isidentifier():
            raise ValueError(f"function: {reference!r} is not written as file.py:name")
        module = self._module(self._folder / file)
        found = getattr(module, name, None)
        if callable(found):
            return found  # type: ignore[no-any-return]
        if found is not None:
            raise ValueError(f"function: {name!r} in {file} is no function")
        near = difflib.get_close_matches(name, vars(module), n=1)
        meant = f", did you mean {near[0]!r}?" if near else ""
        raise ValueError(f"function: there is no {name!r} in {file}{meant}")

    def _module(self, path: Path) -> Any:
        if path not in self._modules:
            if not path.is_file():
                raise ValueError(f"function: there is no file {path}")
            self._modules[path] = _run(path)
        return self._modules[path]


def _run(path: Path) -> Any:
    specification = importlib.util.spec_from_file_location(f"headway_rules_{path.stem}", path)
    if specification is None or specification.loader is None:
        raise ValueError(f"function: {path} is no Python file")
    module = importlib.util.module_from_spec(specification)
    try:
        specification.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        raise ValueError(f"function: {path.name} raised {what_was_raised(error)}") from error
    return module


def what_was_raised(error: BaseException) -> str:
    """An error of the user's code in words: its kind, what it says, and where."""
    said = traceback.format_exception_only(error)[-1].strip()
    if isinstance(error, SyntaxError):
        return f"{said} (line {error.lineno})"
    frames = traceback.extract_tb(error.__traceback__)
    return f"{said} ({Path(frames[-1].filename).name}, line {frames[-1].lineno})" if frames else said
