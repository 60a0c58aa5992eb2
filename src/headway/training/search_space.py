"""What a search may try: a range or a choice, declared beside the setting it is of.

A setting is searched where its dataclass field carries one in its metadata:
`c: float = field(default=30.0, metadata=log_range(1.0, 300.0))`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_KEY = "search"


@dataclass(frozen=True)
class Range:
    """Numbers from `low` to `high`, both included; whole ones where both are whole."""

    low: float
    high: float
    #: whether 1 to 10 is as wide as 10 to 100
    log: bool = False

    @property
    def is_whole(self) -> bool:
        """Whether only whole numbers are meant."""
        return isinstance(self.low, int) and isinstance(self.high, int)

    def __contains__(self, value: object) -> bool:
        return isinstance(value, (int, float)) and self.low <= value <= self.high


@dataclass(frozen=True)
class Choice:
    """One of several values."""

    values: tuple[Any, ...]

    def __contains__(self, value: object) -> bool:
        return value in self.values


Space = Range | Choice


def linear_range(low: float, high: float) -> dict[str, Space]:
    """Metadata of a setting of which equal steps matter equally."""
    return {_KEY: Range(low, high)}


def log_range(low: float, high: float) -> dict[str, Space]:
    """Metadata of a setting of which equal factors matter equally, a learning rate for one."""
    return {_KEY: Range(low, high, log=True)}


def choice(*values: Any) -> dict[str, Space]:
    """Metadata of a setting that has no order, or of which only a few values make sense."""
    return {_KEY: Choice(values)}


def space_of(kind: type[Any]) -> dict[str, Space]:
    """What can be searched of a recipe's settings: name → range or choice, in the order of the fields."""
    return {field.name: field.metadata[_KEY] for field in dataclasses.fields(kind) if _KEY in field.metadata}


def searched(kind: type[Any], fixed: Mapping[str, Any]) -> dict[str, Space]:
    """What is left to search once some settings are given."""
    return {name: space for name, space in space_of(kind).items() if name not in fixed}
