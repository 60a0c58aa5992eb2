"""Leaks planted into public sets of both languages: how many cross a split of the dataset version.

Into banking77 (English) and the titles of THUCNews (Chinese) come copies of 500 texts word for word, of 500
as near-duplicates (typing errors, punctuation, case, spaces, a word at the end), and 200 pairs of other texts
get a value of the group column in common. Once the project divides all rows itself (`free`), once the user
gave the originals as the test file and all other rows, the copies among them, for training (`given`). A
planted pair crosses where both of its rows are in the version and in different splits.
"""

from __future__ import annotations

import argparse
import csv
import random
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.commands import headway_command
from benchmarks.options import positive
from benchmarks.resampled import vary

if TYPE_CHECKING:
    from benchmarks.inputs import Inputs

PLANTED = {"exact": 500, "near": 500, "group": 200}
TASK = "leaks"
GROUP = "customer"


@dataclass(frozen=True)
class Row:
    """A row of the file: its id, text and label, its customer, and the row it leaks into."""

    id: str
    text: str
    label: str
    customer: str = ""
    parent: str = ""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add `--rows`."""
    parser.add_argument("--rows", type=positive, default=16_000, help="texts before planting; default: 16000")


def run(inputs: Inputs, options: argparse.Namespace) -> dict[str, Any]:
    """Plant, make the versions, and count what crosses."""
    sets = {"en": inputs.banking77("train"), "zh": inputs.thucnews("dev")}
    rows = [
        (language, text, label)
        for language, found in sets.items()
        for text, label in list(zip(found.texts, found.labels, strict=True))[: options.rows // 2]
    ]
    planted = plant(rows, random.Random(0))
    with tempfile.TemporaryDirectory(prefix="headway-leaks-") as scratch:
        found = {
            "free": cross(Path(scratch) / "free", {"": planted}),
            "given": cross(Path(scratch) / "given", given(planted)),
        }
    pairs = {kind: sum(figures["planted"][kind] for figures in found.values()) for kind in PLANTED}
    totals = {
        f"{kind}_across": _share(sum(figures["across"][kind] for figures in found.values()), pairs[kind])
        for kind in PLANTED
    }
    return {"rows": len(planted), "pairs": pairs, **totals, **found}


def plant(rows: Sequence[tuple[str, str, str]], rng: random.Random) -> list[Row]:
    """The rows (language, text, label) with copies and customers added, each row in one pair at most."""
    order = iter(rng.sample(range(len(rows)), len(rows)))
    made = [Row(f"r{number}", text, label) for number, (_, text, label) in enumerate(rows)]
    for kind in ("exact", "near"):
        for _ in range(PLANTED[kind]):
            number = next(order)
            language, text, label = rows[number]
            copy = text if kind == "exact" else vary(text, language, rng)
            made.append(Row(f"{kind}-{number}", copy, label, parent=f"r{number}"))
    for pair in range(PLANTED["group"]):
        one, other = next(order), next(order)
        customer = f"customer {pair}"
        made[one] = Row(f"r{one}", rows[one][1], rows[one][2], customer)
        made[other] = Row(f"group-{other}", rows[other][1], rows[other][2], customer, f"r{one}")
    return made


def given(planted: Sequence[Row]) -> dict[str, list[Row]]:
    """The originals as the test file, all other rows as the training file."""
    originals = {row.parent for row in planted if row.parent}
    return {
        "test": [row for row in planted if row.id in originals],
        "train": [row for row in planted if row.id not in originals],
    }


def cross(project: Path, files: dict[str, list[Row]]) -> dict[str, Any]:
    """Import the rows by the split they are given for, make a version, and count the pairs that cross."""
    headway_command("init", str(project), "--task", "text-classification", "--name", TASK)
    for split, rows in files.items():
        path = project / f"{split or 'all'}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["id", "text", "label", GROUP])
            writer.writerows([row.id, row.text, row.label, row.customer] for row in rows)
        columns = ["--text", "text", "--label", "label", "--id", "id"]
        headway_command(
            "import", str(path), *columns, *(["--split", split] if split else []), project=project
        )
    done = headway_command("dataset", "create", "--group", GROUP, project=project)
    planted = [row for rows in files.values() for row in rows if row.parent]
    splits = _splits(project)
    counts = dict.fromkeys(PLANTED, 0)
    for row in planted:
        ends = {splits[one] for one in (row.id, row.parent) if one in splits}
        counts[row.id.partition("-")[0]] += len(ends) > 1
    return {
        "planted": {kind: sum(row.id.startswith(kind) for row in planted) for kind in PLANTED},
        "across": counts,
        "sizes": done.answer["sizes"],
        "left_out": done.answer["statistics"]["left_out"],
        "seconds": done.seconds,
    }


def _splits(project: Path) -> dict[str, str]:
    """The user's id of each row in the newest version → its split."""
    from headway.datasets import find_version, load_rows
    from headway.records import Split
    from headway.store import Store
    from headway.store.records import labelled_records

    store = Store.open(project)
    labelled = labelled_records(store, TASK, store.now())
    keys = {record.id: record.key.removeprefix("id:") for record, _ in labelled}
    found = {
        keys[row.record]: str(row.split) for row in load_rows(store, find_version(store, TASK), list(Split))
    }
    store.close()
    return found


def _share(count: int, total: int) -> dict[str, float]:
    return {"pairs": count, "share": count / total if total else 0.0}
