"""Personal data: precision and recall of the finder on sentences of our own making, in both languages.

Values are made from a seed, by generators that share nothing with the finder, and put into sentences that the
finder was not tuned on; near misses likewise. A finding counts if kind, start and end are right; an address
counts from four fifths of it on. The finder also runs over clean public texts, where most findings are wrong.
"""

from __future__ import annotations

import argparse
import random
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from benchmarks.options import positive
from benchmarks.personal_data_near_misses import NEAR_MISSES
from benchmarks.personal_data_templates import TEMPLATES
from benchmarks.personal_data_values import POSITIVE

if TYPE_CHECKING:
    from benchmarks.inputs import Inputs
    from headway.text.personal_data import Finding

_SLOT = re.compile(r"\{(\w+)\}")
_ENOUGH_OF_AN_ADDRESS = 0.8


@dataclass(frozen=True)
class Case:
    """A sentence, and what is personal in it: kind, start, end."""

    language: str
    text: str
    expected: tuple[tuple[str, int, int], ...]


def add_options(parser: argparse.ArgumentParser) -> None:
    """How many sentences are made of each template, from which seed, and of which half of the templates."""
    parser.add_argument("--per-template", type=positive, default=40, help="default: 40")
    parser.add_argument("--seed", type=int, default=7, help="default: 7")
    parser.add_argument("--half", choices=sorted(TEMPLATES), default="held_out", help="default: held_out")


def run(inputs: Inputs, options: argparse.Namespace) -> dict[str, Any]:
    """Find in all sentences; figures over all, per kind and per language."""
    from headway.text.personal_data import find

    clean = {"banking77": inputs.banking77("test").texts, "thucnews": inputs.thucnews("test").texts}
    cases = list(make_cases(options.half, options.per_template, options.seed))
    tallies: Counter[tuple[str, str]] = Counter()
    for case in cases:
        tallies += judge(case, find(case.text))
    kinds = sorted({kind for kind, _ in POSITIVE.values()})
    return {
        "half": options.half,
        "seed": options.seed,
        "positives": sum(len(case.expected) for case in cases),
        "near_misses": sum(not case.expected for case in cases),
        **_figures(tallies, "all"),
        "languages": {language: _figures(tallies, language) for language in ("en", "zh")},
        "kinds": {kind: _figures(tallies, kind) for kind in kinds},
        "clean_texts": {
            name: {"texts": len(texts), "findings": sum(len(find(text)) for text in texts)}
            for name, texts in clean.items()
        },
    }


def make_cases(half: str, per_template: int, seed: int) -> Iterator[Case]:
    """All sentences of a half of the templates; one without a slot is made once."""
    rng = random.Random(seed)
    for templates in TEMPLATES[half]:
        for language, sentences in templates.items():
            for sentence in sentences:
                for _ in range(per_template if _SLOT.search(sentence) else 1):
                    yield _fill(sentence, language, rng)


def _fill(sentence: str, language: str, rng: random.Random) -> Case:
    text, expected, position = "", [], 0
    for slot in _SLOT.finditer(sentence):
        text += sentence[position : slot.start()]
        position = slot.end()
        if slot[1] in POSITIVE:
            kind, make = POSITIVE[slot[1]]
            value = make(rng)
            expected.append((kind, len(text), len(text) + len(value)))
        else:
            value = NEAR_MISSES[slot[1]](rng)
        text += value
    return Case(language, text + sentence[position:], tuple(expected))


def judge(case: Case, findings: list[Finding]) -> Counter[tuple[str, str]]:
    """(what is counted, "right", "wrong" or "missed") → how often, for one sentence."""
    tallies: Counter[tuple[str, str]] = Counter()
    missed = list(case.expected)
    for finding in findings:
        hit = next((expected for expected in missed if _is_hit(finding, expected)), None)
        if hit:
            missed.remove(hit)
        _count(tallies, case.language, finding.kind, "right" if hit else "wrong")
    for kind, _, _ in missed:
        _count(tallies, case.language, kind, "missed")
    return tallies


def _count(tallies: Counter[tuple[str, str]], language: str, kind: str, verdict: str) -> None:
    for group in ("all", language, kind):
        tallies[group, verdict] += 1


def _is_hit(finding: Finding, expected: tuple[str, int, int]) -> bool:
    kind, start, end = expected
    if finding.kind != kind:
        return False
    if kind != "address":
        return (finding.start, finding.end) == (start, end)
    common = min(finding.end, end) - max(finding.start, start)
    return common >= _ENOUGH_OF_AN_ADDRESS * max(end - start, finding.end - finding.start)


def _figures(tallies: Counter[tuple[str, str]], group: str) -> dict[str, float]:
    right, wrong, missed = (tallies[group, verdict] for verdict in ("right", "wrong", "missed"))
    return {
        "precision": right / (right + wrong) if right + wrong else 1.0,
        "recall": right / (right + missed) if right + missed else 1.0,
        "found": right,
        "wrong": wrong,
        "missed": missed,
    }
