"""Processes of our own modules, beside this one."""

from __future__ import annotations

import os
import sys


def module_command(name: str, *arguments: str) -> list[str]:
    """The command that runs a module with this interpreter, to be begun with `same_modules()`.

    Without `-P` a file of the user's in the current folder, such as random.py, would come before all modules.
    """
    return [sys.executable, "-P", "-m", name, *arguments]


def same_modules() -> dict[str, str]:
    """The environment of this process, in which another one finds the modules that this one finds."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join(map(os.path.abspath, sys.path))}
