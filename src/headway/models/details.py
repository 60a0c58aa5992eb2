"""What a model's folder says of itself: pooling, prefix, length, languages and licence.

A detail that is missing or unreadable falls back to the usual value: these files are optional.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

MAX_LENGTH = 512

# These kinds count positions from pad_token_id + 1, so that two rows of the table are never used.
_OFFSET_KINDS = frozenset({"camembert", "mpnet", "roberta", "xlm-roberta"})
_E5 = re.compile(r"(?<![a-z0-9])e5(?![a-z0-9])", re.IGNORECASE)
_KNOWN_LANGUAGES = (
    (re.compile(r"multilingual-e5", re.IGNORECASE), ("zh", "en")),
    (re.compile(r"all-minilm", re.IGNORECASE), ("en",)),
    (re.compile(r"-zh\b|chinese", re.IGNORECASE), ("zh",)),
)
_LANGUAGE_NAMES = {"chinese": "zh", "english": "en"}
_LICENCE_TEXTS = (
    (re.compile(r"Apache License", re.IGNORECASE), "apache-2.0"),
    (re.compile(r"MIT License|Permission is hereby granted, free of charge", re.IGNORECASE), "mit"),
    (re.compile(r"Attribution-NonCommercial", re.IGNORECASE), "cc-by-nc"),
    (re.compile(r"GNU AFFERO GENERAL", re.IGNORECASE), "agpl"),
    (re.compile(r"GNU LESSER GENERAL", re.IGNORECASE), "lgpl"),
    (re.compile(r"GNU GENERAL PUBLIC", re.IGNORECASE), "gpl"),
)
_FRONT_MATTER = re.compile(r"\A\ufeff?---[ \t]*\r?\n(.*?)^---[ \t]*\r?$", re.DOTALL | re.MULTILINE)
_KEY = re.compile(r"([\w-]+)[ \t]*:[ \t]*(.*)")


def pooling_of(folder: Path) -> str:
    """How token vectors become one: "cls" where 1_Pooling/config.json says so, else "mean"."""
    config = _read_json(folder / "1_Pooling" / "config.json")
    return "cls" if config.get("pooling_mode_cls_token") is True else "mean"


def prefix_of(folder: Path, name: str, config: dict[str, Any]) -> str:
    """What the model expects in front of each text, or "".

    A default prompt of sentence-transformers comes first, then its prompt for classification, then
    "query: " for the E5 family (https://arxiv.org/abs/2212.03533), whose instructed members say
    their prompts themselves.
    """
    settings = _read_json(folder / "config_sentence_transformers.json")
    prompts = settings.get("prompts")
    if isinstance(prompts, dict):
        for key in (settings.get("default_prompt_name"), "classification"):
            if isinstance(key, str) and isinstance(prompts.get(key), str):
                return str(prompts[key])
        if prompts.get("query") == "query: ":
            return "query: "
    names = (name, folder.name, str(config.get("_name_or_path", "")), str(config["model_type"]))
    is_e5 = any(_E5.search(each) and "instruct" not in each.lower() for each in names)
    return "query: " if is_e5 else ""


def max_length_of(folder: Path, config: dict[str, Any]) -> int:
    """The most tokens a text may have, special ones included: the smallest of all stated limits."""
    positions = _count(config.get("max_position_embeddings"))
    if positions and config["model_type"] in _OFFSET_KINDS:
        positions -= 2
    limits = (
        _count(_read_json(folder / "tokenizer_config.json").get("model_max_length")),
        _count(_read_json(folder / "sentence_bert_config.json").get("max_seq_length")),
        positions,
        MAX_LENGTH,
    )
    return min(limit for limit in limits if limit > 0)


def languages_of(folder: Path, name: str) -> tuple[str, ...]:
    """The languages named in README.md, else those known by the model's name, else none."""
    stated = front_matter(_read_text(folder / "README.md")).get("language", [])
    codes = (_LANGUAGE_NAMES.get(code, code.split("-")[0]) for code in map(str.lower, stated))
    if languages := tuple(dict.fromkeys(codes)):
        return languages
    return next((known for pattern, known in _KNOWN_LANGUAGES if pattern.search(name)), ())


def licence_of(folder: Path) -> tuple[str, str]:
    """The licence and where it was read: README.md, a LICENSE file, or ("unknown", "")."""
    card = front_matter(_read_text(folder / "README.md"))
    for key in ("license_name", "license"):
        if card.get(key):
            return card[key][0].lower(), "README.md"
    for path in sorted(folder.glob("[Ll][Ii][Cc][Ee][NnSs]*")):
        if text := _read_text(path):
            found = (licence for pattern, licence in _LICENCE_TEXTS if pattern.search(text))
            return next(found, "other"), path.name
    return "unknown", ""


def front_matter(text: str) -> dict[str, list[str]]:
    """The top-level keys of a README's front matter, each with its values as a list.

    Reads the part of YAML that model cards use: plain values, `[a, b]` and lists of `- a`.
    """
    found = _FRONT_MATTER.match(text)
    values: dict[str, list[str]] = {}
    key = ""
    for line in found[1].splitlines() if found else ():
        if pair := _KEY.match(line):
            key = pair[1]
            inline = pair[2].split(" #")[0].strip().removeprefix("[").removesuffix("]")
            values[key] = [value for value in map(_unquoted, inline.split(",")) if value]
        elif key and line.lstrip().startswith("- "):
            values[key].append(_unquoted(line.lstrip()[2:]))
    return values


def _unquoted(value: str) -> str:
    return value.strip().strip("'\"")


def _count(value: object) -> int:
    return int(min(value, MAX_LENGTH + 2)) if isinstance(value, int | float) and value > 0 else 0


def _read_text(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""


def _read_json(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(_read_text(path))
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}
