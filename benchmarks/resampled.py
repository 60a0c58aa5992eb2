"""A million texts made from the public sets in both languages, a fifth of them planted near-duplicates.

Half of the texts are English, half Chinese. Each text of a set is drawn once; where more are asked for than
the sets hold, two drawn texts are joined, so that a large file is not easier by being full of repetitions.
"""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.inputs import Inputs

#: share of the texts that are near-duplicates of another one
PLANTED = 0.2
#: shorter texts are no message, and one character is a fifth of them
_SHORTEST = 5
#: from this length on a typing error leaves a text a near-duplicate
_TYPING_ERROR_FROM = 20

_LETTERS = {"en": "etaoin", "zh": "的了是我在"}
_THANKS = {"en": (" pls", " thx", "!!", " :)"), "zh": ("谢谢", ",谢谢", "啊", "~")}
_ENDS = {"en": ".!?…", "zh": "。!?…"}

Reader = Callable[[Path], Iterator[str]]


@dataclass(frozen=True)
class Corpus:
    """Texts in a random order, and the positions of each planted one and of the text it was made from."""

    texts: list[str]
    planted: list[tuple[int, int]]


def resample(inputs: Inputs, n: int, seed: int = 0) -> Corpus:
    """Draw `n` texts. Raises `MissingInputError` where a set is not there."""
    rng = random.Random(seed)
    originals = n - round(n * PLANTED)
    texts = []
    for language, count in (("en", originals // 2), ("zh", originals - originals // 2)):
        texts += [(language, text) for text in _draw(_pool(inputs, language), count, rng)]
    parents = [rng.randrange(originals) for _ in range(n - originals)]
    texts += [(language, vary(text, language, rng)) for language, text in map(texts.__getitem__, parents)]
    order = rng.sample(range(n), n)
    place = {origin: position for position, origin in enumerate(order)}
    planted = [(place[originals + number], place[parent]) for number, parent in enumerate(parents)]
    return Corpus([texts[origin][1] for origin in order], planted)


def vary(text: str, language: str, rng: random.Random) -> str:
    """A near-duplicate of a text: a typing error, other punctuation, case or spaces, or thanks at its end."""
    long = len(text) >= _TYPING_ERROR_FROM
    ways = ["punctuation", "spaces"]
    ways += ["typing error", "thanks"] if long else []
    ways += ["case"] if language == "en" else []
    way = rng.choice(ways)
    if way == "typing error":
        return _mistyped(text, language, rng)
    if way == "thanks":
        return text + rng.choice(_THANKS[language])
    if way == "case":
        return text.upper() if rng.random() < 0.5 else text.title()
    if way == "punctuation":
        return text.rstrip(".。!！?？…") + rng.choice(_ENDS[language])
    return rng.choice(["  ", "\u3000"]) + text.replace(" ", "  ") + " "


def _mistyped(text: str, language: str, rng: random.Random) -> str:
    place = rng.randrange(len(text))
    before, here, after = text[:place], text[place], text[place + 1 :]
    swapped = before + after[:1] + here + after[1:]
    inserted = before + rng.choice(_LETTERS[language]) + here + after
    return rng.choice([before + after, swapped, inserted])


def _draw(pool: list[str], count: int, rng: random.Random) -> Iterator[str]:
    shuffled = rng.sample(pool, len(pool))
    yield from shuffled[:count]
    for _ in range(count - len(shuffled)):
        yield f"{rng.choice(pool)} {rng.choice(pool)}"


def _pool(inputs: Inputs, language: str) -> list[str]:
    texts = {
        " ".join(text.split())
        for folder, pattern, reader in _SETS[language]
        for path in sorted(inputs.folder(folder).rglob(pattern))
        for text in reader(path)
    }
    return sorted(text for text in texts if len(text) >= _SHORTEST)


def _columns(*numbers: int, delimiter: str = ",") -> Reader:
    def read(path: Path) -> Iterator[str]:
        with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
            # What stands between tabs is not quoted in these sets.
            rows = csv.reader(file) if delimiter == "," else (line.split(delimiter) for line in file)
            for row in rows:
                yield from (row[number] for number in numbers if number < len(row))

    return read


def _json_lines(*names: str) -> Reader:
    def read(path: Path) -> Iterator[str]:
        for line in path.read_text("utf-8").splitlines():
            row = json.loads(line)
            for name in names:
                value = row.get(name, "")
                yield " ".join(value) if isinstance(value, list) else value

    return read


def _lines(path: Path) -> Iterator[str]:
    yield from path.read_text("utf-8").splitlines()


def _after_the_label(path: Path) -> Iterator[str]:
    for line in path.read_text("utf-8", "replace").splitlines():
        yield line.partition(" ")[2]


#: language → (folder, files, how to read the texts of one)
_SETS: dict[str, list[tuple[str, str, Reader]]] = {
    "en": [
        ("banking77", "*.csv", _columns(0)),
        ("bitext_cs_en", "*.csv", _columns(1)),
        ("sst_en", "stsa.*", _after_the_label),
        ("stsb_en_zh", "stsb-en-*.csv", _columns(0, 1)),
        ("stocknet_en", "20*", _json_lines("text")),
    ],
    "zh": [
        ("atec_zh", "*.csv", _columns(1, 2, delimiter="\t")),
        ("chnsenticorp_zh", "*.tsv", _columns(1, delimiter="\t")),
        ("fewclue_zh", "unlabeled.json", _json_lines("sentence", "sentence1", "sentence2")),
        ("raw_corpora", "CLUECorpusSmall_sampled.txt", _lines),
        ("stsb_en_zh", "stsb-zh-*.csv", _columns(0, 1)),
        ("thucnews_titles_zh", "*.txt", _columns(0, delimiter="\t")),
    ],
}
