"""A file of rules that label, as TOML: read and checked as a whole; all that is wrong is told at once."""

from __future__ import annotations

import difflib
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import regex

from headway.annotation.rule_functions import FunctionFiles
from headway.annotation.rule_matching import Function, Keywords, Matcher, Pattern, fold
from headway.errors import DataError
from headway.records import RULE

MOST_RULES = 200
MOST_KEYWORDS = 1_000
LONGEST_NAME = 60
LONGEST_PATTERN = 10_000
_LARGEST_FILE = 1_000_000

#: ways to look at a text, of which a rule has one
WAYS = ("keywords", "pattern", "function")
_KEYS = ("name", "label", *WAYS)


@dataclass(frozen=True)
class Rule:
    """What a rule is called, what it looks for, and which label it gives."""

    name: str
    #: None where its function says it
    label: str | None
    matcher: Matcher

    @property
    def author(self) -> str:
        """Whose labels its labels are."""
        return f"{RULE}{self.name}"


def read_rules(path: Path, labels: Sequence[str]) -> list[Rule]:
    """The rules of a file; `labels` are those they may give. Functions are found beside the file.

    Raises `DataError` with all that is wrong in it, each with the rule and the field.
    """
    content = _parse(path)
    problems = [f"{_unknown(key, ['rule'])}; rules are written [[rule]]" for key in content if key != "rule"]
    tables = content.get("rule", [])
    if not isinstance(tables, list) or not all(isinstance(one, dict) for one in tables):
        problems, tables = [*problems, "rules are written [[rule]], each with its fields below"], []
    elif not tables and not problems:
        problems.append("there is no [[rule]] in it")
    elif len(tables) > MOST_RULES:
        problems.append(f"there are {len(tables):,} rules; {MOST_RULES} are the most")
    reader = _Reader(FunctionFiles(path.parent), labels)
    rules = [reader.read(number, table) for number, table in enumerate(tables, start=1)]
    problems += [*reader.problems, *_twice(tables)]
    if problems:
        raise DataError(
            f"{path} cannot be used:\n" + "\n".join(f"  {problem}" for problem in problems),
            next_step="Mend what is named, then run the same command again. Nothing was changed.",
        )
    return [rule for rule in rules if rule is not None]


def _parse(path: Path) -> dict[str, Any]:
    try:
        if path.stat().st_size > _LARGEST_FILE:
            raise DataError(f"{path} is larger than {_LARGEST_FILE:,} bytes; that is no file of rules.")
        return tomllib.loads(path.read_text("utf-8-sig"))
    except tomllib.TOMLDecodeError as error:
        reason = f"it is no TOML: {error}"
    except UnicodeDecodeError as error:
        reason = f"it is not text in UTF-8 (byte {error.start:,})"
    except OSError as error:
        reason = error.strerror or str(error)
    raise DataError(
        f"The rules in {path} cannot be read: {reason}.",
        next_step="Give a TOML file of [[rule]] tables; docs/annotation.md shows one.",
    )


class _Reader:
    """Reads one rule after the other, and collects what is wrong with them."""

    def __init__(self, files: FunctionFiles, labels: Sequence[str]) -> None:
        self.problems: list[str] = []
        self._files = files
        self._labels = labels

    def read(self, number: int, table: Mapping[str, Any]) -> Rule | None:
        """The rule of a table; None where something is wrong with it."""
        name = table.get("name")
        called = f"rule {number} {name!r}" if isinstance(name, str) else f"rule {number}"
        found = [*_name_problems(table), *_field_problems(table), *self._label_problems(table)]
        matchers = []
        for way in WAYS:
            try:
                matchers += [self._matcher(way, table[way])] if way in table else []
            except ValueError as error:
                found += error.args
        self.problems += [f"{called}, {problem}" for problem in found]
        if found:
            return None
        label = table.get("label")
        return Rule(_plain(table["name"]), None if label is None else _plain(label), matchers[0])

    def _label_problems(self, table: Mapping[str, Any]) -> Iterator[str]:
        label = table.get("label")
        if label is None:
            if "function" not in table:
                yield "label: it is missing"
        elif not isinstance(label, str):
            yield f"label: {label!r} is no text"
        elif _plain(label) not in self._labels:
            yield f"label: {_unknown(label, self._labels)}; labels are {_listed(self._labels)}"

    def _matcher(self, way: str, value: object) -> Matcher:
        """What the rule looks for. Raises `ValueError` of all that is wrong with it."""
        if way == "keywords":
            return _keywords(value)
        if not isinstance(value, str) or not value:
            raise ValueError(f"{way}: {value!r} is no text that says something")
        return _pattern(value) if way == "pattern" else Function(self._files.function(value))


def _name_problems(table: Mapping[str, Any]) -> Iterator[str]:
    name = table.get("name")
    if name is None:
        yield "name: it is missing"
    elif not isinstance(name, str) or not _plain(name) or not _plain(name).isprintable():
        yield f"name: {name!r} is no printable text"
    elif len(name) > LONGEST_NAME:
        yield f"name: it has {len(name)} characters; {LONGEST_NAME} are the most"


def _field_problems(table: Mapping[str, Any]) -> Iterator[str]:
    yield from (_unknown(key, _KEYS) for key in table if key not in _KEYS)
    ways = [way for way in WAYS if way in table]
    if len(ways) != 1:
        yield f"{' and '.join(ways) or 'nothing to look for'}: it needs one of {', '.join(WAYS)}"


def _keywords(value: object) -> Keywords:
    """Raises `ValueError` of each keyword that cannot be one."""
    if not isinstance(value, list) or not value:
        raise ValueError("keywords: they are written as a list, of at least one")
    if len(value) > MOST_KEYWORDS:
        raise ValueError(f"keywords: there are {len(value):,}; {MOST_KEYWORDS:,} are the most")
    bad = [
        f"keywords: keyword {place}, {word!r}, is {'empty' if isinstance(word, str) else 'no text'}"
        for place, word in enumerate(value, start=1)
        if not isinstance(word, str) or not fold(word)
    ]
    if bad:
        raise ValueError(*bad)
    return Keywords.of(value)


def _pattern(value: str) -> Pattern:
    """Raises `ValueError` for an expression that does not compile, with the place."""
    if len(value) > LONGEST_PATTERN:
        raise ValueError(f"pattern: it has {len(value):,} characters; {LONGEST_PATTERN:,} are the most")
    try:
        return Pattern(regex.compile(value))
    except (regex.error, OverflowError, RecursionError) as error:
        raise ValueError(f"pattern: {value!r} is no regular expression: {error}") from error


def _twice(tables: Sequence[Mapping[str, Any]]) -> list[str]:
    names = [_plain(table["name"]) for table in tables if isinstance(table.get("name"), str)]
    return [
        f"the name {name!r} is there {count} times" for name, count in Counter(names).items() if count > 1
    ]


def _plain(text: str) -> str:
    return unicodedata.normalize("NFC", text).strip()


def _unknown(name: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    return f"{name!r} is unknown" + (f", did you mean {near[0]!r}?" if near else "")


def _listed(labels: Sequence[str]) -> str:
    if not labels:
        return "not set yet: `headway annotate labels NAME…`"
    more = f" and {len(labels) - 10} more" if len(labels) > 10 else ""
    return ", ".join(map(repr, labels[:10])) + more
