"""A million texts through `headway import` and `headway clean`, and how many near-duplicates are found.

The texts are resampled from the public sets in both languages, a fifth of them planted near-duplicates
(`benchmarks/resampled.py`). `seconds` is both commands, each a process of its own in a fresh project;
`peak_mb` the larger of their peak memories; `growth` the seconds of twice the texts over the seconds.

`recall` is the share of planted texts in the cluster of the text they were made from. `precision` is the
share of found pairs (text and representative, a random sample) that another measure confirms: without case,
spaces and punctuation at least 75 % of their characters agree in order (normalised Indel similarity), or
they were planted as a pair.
"""

from __future__ import annotations

import argparse
import csv
import random
import re
import resource
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.commands import headway_command
from benchmarks.options import positive
from benchmarks.resampled import Corpus, resample

if TYPE_CHECKING:
    from benchmarks.inputs import Inputs

CONFIRMED = 0.75
_JUDGED = 20_000


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add `--texts` and `--no-growth`."""
    parser.add_argument("--texts", type=positive, default=1_000_000, help="default: 1000000")
    parser.add_argument("--no-growth", action="store_true", help="leave out the run with twice the texts")


def run(inputs: Inputs, options: argparse.Namespace) -> dict[str, Any]:
    """Measure once, with twice the texts for `growth`, and judge the clusters."""
    corpus = resample(inputs, options.texts)
    figures: dict[str, Any] = {
        "texts": len(corpus.texts),
        "distinct": len(set(corpus.texts)),
        "characters": sum(map(len, corpus.texts)) / len(corpus.texts),
        **measure(corpus.texts),
        **judge(corpus),
    }
    if not options.no_growth:
        twice = measure(resample(inputs, 2 * options.texts).texts)
        figures |= {"growth": twice["seconds"] / figures["seconds"], "twice": twice}
    return figures


def measure(texts: list[str]) -> dict[str, Any]:
    """Seconds of `import` and `clean` in a fresh project, and the larger of their peak memories."""
    with tempfile.TemporaryDirectory(prefix="headway-million-") as folder:
        file, project = Path(folder) / "texts.csv", Path(folder) / "project"
        with file.open("w", encoding="utf-8", newline="") as out:
            csv.writer(out).writerows([["text"], *([text] for text in texts)])
        headway_command("init", str(project), "--task", "text-classification")
        imported = headway_command("import", str(file), "--text", "text", project=project)
        import_peak = _peak_mb()
        cleaned = headway_command("clean", project=project)
    return {
        "seconds": imported.seconds + cleaned.seconds,
        "import_seconds": imported.seconds,
        "clean_seconds": cleaned.seconds,
        "import_peak_mb": import_peak,
        "peak_mb": _peak_mb(),
        "imported": imported.answer["imports"][0]["added"],
    }


def _peak_mb() -> float:
    """The largest resident memory any child process had so far."""
    # Linux counts it in kilobytes, macOS in bytes.
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * unit / 1e6


def judge(corpus: Corpus, sample: int = _JUDGED) -> dict[str, float]:
    """Recall of the planted pairs, and precision of a sample of the pairs that were found."""
    import numpy as np

    from headway.cleaning.near_duplicates import near_duplicate_clusters

    clusters = near_duplicate_clusters(corpus.texts)
    planted = np.array(corpus.planted).reshape(-1, 2)
    members = np.flatnonzero(clusters != np.arange(len(clusters))).tolist()
    pairs = {(copy, parent) for copy, parent in corpus.planted}
    judged = random.Random(0).sample(members, min(sample, len(members)))
    right = sum(
        (member, leader) in pairs
        or (leader, member) in pairs
        or alike(corpus.texts[member], corpus.texts[leader])
        for member, leader in zip(judged, clusters[judged].tolist(), strict=True)
    )
    return {
        "recall": float((clusters[planted[:, 0]] == clusters[planted[:, 1]]).mean()),
        "precision": right / max(len(judged), 1),
        "found": len(members),
    }


def alike(one: str, other: str) -> bool:
    """Whether two texts agree in most of their characters, case, spaces and punctuation left out."""
    from rapidfuzz.distance import Indel

    plain = [re.sub(r"[\W_]+", "", text.lower()) for text in (one, other)]
    return float(Indel.normalized_similarity(*plain)) >= CONFIRMED
