"""Fewer training rows: at most so many a label, drawn by seeded hash; validation and test stay whole."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Sequence

from headway.records import DatasetRow

#: A label with fewer rows than this does not pull the others down when they are balanced.
LEAST_FOR_BALANCE = 10


def sample_rows(
    rows: Sequence[DatasetRow], *, cap: int | None = None, balance: bool = False, seed: int = 0
) -> list[DatasetRow]:
    """The training rows that stay, in their order.

    `cap` is the most rows a label may keep. `balance` caps every label at the rows of the smallest one that
    has at least ten. The draw depends on the text and the seed only, so a larger cap keeps what a smaller
    one kept. Rows that only rules have labelled go before any other does.
    """
    sizes = Counter(row.label for row in rows)
    caps = [cap] if cap is not None else []
    if balance:
        caps += [min((size for size in sizes.values() if size >= LEAST_FOR_BALANCE), default=len(rows))]
    most = min(caps, default=len(rows))
    of_label: defaultdict[str, list[int]] = defaultdict(list)
    for position, row in enumerate(rows):
        of_label[row.label].append(position)
    kept: list[int] = []
    for positions in of_label.values():
        if len(positions) > most:
            positions.sort(key=lambda position: _draw(rows[position], seed))
        kept += positions[:most]
    return [rows[position] for position in sorted(kept)]


def _draw(row: DatasetRow, seed: int) -> tuple[bool, bytes]:
    return bool(row.labelled_by), hashlib.sha256(f"{seed}:{row.text}".encode()).digest()
