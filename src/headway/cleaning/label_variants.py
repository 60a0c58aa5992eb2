"""Labels equal but for case, spaces, separators or full width, and the spelling to agree on."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

# A sign may be the whole difference (AA+ and AA-, 1 and -1, C and C++), and a dot too (1.5 and 15): of
# punctuation only what parts words, or stands at an end without meaning, is left out.
_EDGES = re.compile(r"^[\s'\"“”‘’`.,:;，。、：；_]+|[\s'\"“”‘’`.,:;，。、：；_]+$")
_SPACE = re.compile(r"(?<!\d)[\s_]+|[\s_]+(?!\d)")
_HYPHEN = re.compile(r"(?<=[^\W\d_])[.·-]+(?=[^\W\d_])")


@dataclass(frozen=True)
class Variants:
    """Spellings of what seems one label, and the one to agree on: the most frequent, else the first."""

    suggested: str
    #: spelling → rows
    counts: dict[str, int]


def label_variants(counts: Mapping[str, int]) -> list[Variants]:
    """Groups of labels that differ only in how they are written, the largest first; from label → rows."""
    groups: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for label, count in counts.items():
        groups[_folded(label)][label] = count
    found = [
        Variants(
            min(group, key=lambda label: (-group[label], len(label), label)), dict(sorted(group.items()))
        )
        for group in groups.values()
        if len(group) > 1
    ]
    return sorted(found, key=lambda variants: (-sum(variants.counts.values()), variants.suggested))


def renaming(variants: list[Variants]) -> dict[str, str]:
    """Spelling → the suggested one, for all that have another."""
    return {
        label: group.suggested for group in variants for label in group.counts if label != group.suggested
    }


def _folded(label: str) -> str:
    plain = unicodedata.normalize("NFKC", label).casefold()
    return _HYPHEN.sub("", _SPACE.sub("", _EDGES.sub("", plain))) or plain
