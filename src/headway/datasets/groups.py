"""Groups of texts that never fall into two splits: equal ones, near-duplicates, those of one author."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from headway.cleaning.near_duplicates import near_duplicate_components
from headway.cleaning.table import numbered
from headway.errors import DataError
from headway.records import Record


@dataclass(frozen=True)
class Groups:
    """The group of each row, and how many texts have a near-duplicate that is not equal to them."""

    names: list[str]
    near_duplicates: int


def group_rows(names: Sequence[str], texts: Sequence[str], values: Sequence[str]) -> Groups:
    """Join the rows that belong together, directly or through others.

    Rows are joined that share the name of their raw text, whose prepared `texts` are equal or
    near-duplicates, or that have the same value of the user's column; an empty value joins nothing. A group
    has the least of its texts' names, so that a text on its own is a group of its own name.
    """
    by_name, distinct_names = numbered(names)
    by_text, distinct_texts = numbered(texts)
    near = near_duplicate_components(distinct_texts)
    by_value, distinct_values = numbered(values)
    filled = np.array([bool(value) for value in values], dtype=bool)
    n_names, n_texts = len(distinct_names), len(distinct_texts)
    left = np.concatenate([by_name, by_name[filled]])
    right = np.concatenate([n_names + near[by_text], n_names + n_texts + by_value[filled]])
    nodes = n_names + n_texts + len(distinct_values)
    joined = coo_array((np.ones(len(left), dtype=np.int8), (left, right)), shape=(nodes, nodes))
    components = connected_components(joined, directed=False)[1].tolist()
    least: dict[int, str] = {}
    for name, component in zip(distinct_names, components, strict=False):
        least[component] = min(name, least.get(component, name))
    groups = [least[components[number]] for number in by_name.tolist()]
    alone = np.bincount(near, minlength=n_texts)[near] == 1
    return Groups(groups, int((~alone).sum()))


def column_values(records: Sequence[Record], column: str | None) -> list[str]:
    """Each record's value in a column that the user imported, "" where it has none or no column is named.

    Raises `DataError` where no record has a value.
    """
    if column is None:
        return [""] * len(records)
    values = [record.fields.get(column, "").strip() for record in records]
    if not any(values):
        columns = sorted({name for record in records for name in record.fields})
        raise DataError(
            f"No labelled text has a value in a column {column!r}.",
            next_step=f"Columns that were imported: {', '.join(columns) or 'none besides text and label'}.",
        )
    return values
