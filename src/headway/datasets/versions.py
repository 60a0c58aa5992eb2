"""Dataset versions: made from the newest labels, known by a hash of their rows, never changed."""

from __future__ import annotations

import hashlib
import io
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from headway.datasets.splits import Cluster, assign_splits
from headway.datasets.statistics import describe
from headway.errors import DataError, UsageError
from headway.records import DatasetRow, DatasetVersion, Record, Split
from headway.store import Store
from headway.store import datasets as dataset_rows
from headway.store import records as record_rows
from headway.text import prepare

#: The one rule so far: of several labels for a text, the newest counts.
CONSENSUS = "latest"


def create_version(
    store: Store, task: str, *, seed: int = 0, validation: float = 0.1, test: float = 0.1
) -> DatasetVersion:
    """Freeze the labelled records of a task as they are now; equal rows give the version there is.

    Raises `DataError` where nothing is labelled.
    """
    with store.exclusive("dataset create"):
        cut_off = store.now()
        labelled = _consensus(record_rows.labelled_records(store, task, cut_off))
        if not labelled:
            raise DataError(
                f"The task {task!r} has no labelled text.",
                next_step="Import a file that has labels: `headway import FILE --text COL --label COL`.",
            )
        clusters = _clusters(labelled)
        known = dataset_rows.get_splits(store, task)
        splits = assign_splits(clusters, known, seed=seed, validation=validation, test=test)
        rows = _rows(labelled, splits)
        statistics = describe(rows)
        statistics["problems"] += _leaks(clusters, splits)
        version = DatasetVersion(
            hash=hash_rows(rows),
            task=task,
            number=0,
            consensus=CONSENSUS,
            cut_off=cut_off,
            created_at=cut_off,
            labels=tuple(sorted({row.label for row in rows})),
            sizes={split: sum(row.split is split for row in rows) for split in Split},
            statistics=statistics,
            blob=store.blobs.put(_to_parquet(rows)),
        )
        new = {cluster: split for cluster, split in splits.items() if cluster not in known}
        return dataset_rows.add_version(store, version, new)


def find_version(store: Store, task: str, reference: str | None = None) -> DatasetVersion:
    """The version of a number or of a hash's beginning; the newest where none is named.

    Raises `UsageError` where there is none.
    """
    versions = dataset_rows.list_versions(store, task)
    if reference is None and versions:
        return versions[-1]
    for version in versions:
        if reference and (str(version.number) == reference or version.hash.startswith(reference)):
            return version
    raise UsageError(
        f"The task {task!r} has no dataset version {reference or ''}".rstrip() + ".",
        next_step="`headway dataset list` shows them; `headway dataset create` makes one.",
    )


def load_rows(store: Store, version: DatasetVersion, splits: Iterable[Split]) -> list[DatasetRow]:
    """The rows of the splits named. Only an evaluation may name `Split.TEST`: it counts its looks."""
    wanted = [str(split) for split in splits]
    if not wanted:
        return []
    table = pq.read_table(
        io.BytesIO(store.blobs.get(version.blob)), filters=[("split", "in", wanted)], use_threads=False
    )
    return [DatasetRow(**{**row, "split": Split(row["split"])}) for row in table.to_pylist()]


def diff_versions(store: Store, old: DatasetVersion, new: DatasetVersion) -> dict[str, Any]:
    """What came, went and changed between two versions, in counts and in words."""
    before = {row.record: row for row in load_rows(store, old, Split)}
    after = {row.record: row for row in load_rows(store, new, Split)}
    relabelled = [
        record for record in before.keys() & after.keys() if before[record].label != after[record].label
    ]
    added, removed = after.keys() - before.keys(), before.keys() - after.keys()
    labels = sorted(set(new.labels) - set(old.labels))
    gone = sorted(set(old.labels) - set(new.labels))
    words = [
        f"Version {new.number} has {len(added):,} texts more, {len(removed):,} fewer "
        f"and {len(relabelled):,} with another label than version {old.number}."
    ]
    words += [f"New labels: {', '.join(labels)}."] if labels else []
    words += [f"Labels no longer there: {', '.join(gone)}."] if gone else []
    return {
        "old": old.number,
        "new": new.number,
        "added": len(added),
        "removed": len(removed),
        "relabelled": len(relabelled),
        "new_labels": labels,
        "gone_labels": gone,
        "summary": words,
    }


def hash_rows(rows: Iterable[DatasetRow]) -> str:
    """sha256 over the canonical rows: `[text, label, split]` as UTF-8 JSON, sorted, one a line."""
    lines = sorted(
        json.dumps([row.text, row.label, str(row.split)], ensure_ascii=False).encode() for row in rows
    )
    return hashlib.sha256(b"\n".join(lines)).hexdigest()


def _consensus(labelled: Iterable[tuple[Record, Any]]) -> list[tuple[Record, str]]:
    newest: dict[str, tuple[Record, str]] = {}
    for record, annotation in labelled:
        newest[record.id] = (record, annotation.label)
    return list(newest.values())


def cluster_name(text: str) -> str:
    """The cluster a raw text belongs to: a hash of its prepared form."""
    return hashlib.sha256(prepare(text).encode()).hexdigest()[:32]


def _clusters(labelled: Sequence[tuple[Record, str]]) -> list[Cluster]:
    labels: defaultdict[str, Counter[str]] = defaultdict(Counter)
    given: defaultdict[str, set[Split]] = defaultdict(set)
    for record, label in labelled:
        name = cluster_name(record.text)
        labels[name][label] += 1
        if record.split:
            given[name].add(record.split)
    # Of equally frequent labels the first by name, so that the order of import does not matter.
    return [
        Cluster(name, min(counts, key=lambda label: (-counts[label], label)), frozenset(given[name]))
        for name, counts in labels.items()
    ]


def _rows(labelled: Sequence[tuple[Record, str]], splits: dict[str, Split]) -> list[DatasetRow]:
    rows = []
    for record, label in labelled:
        cluster = cluster_name(record.text)
        rows.append(DatasetRow(record.id, record.text, label, splits[cluster], cluster))
    return rows


def _leaks(clusters: Sequence[Cluster], splits: dict[str, Split]) -> list[str]:
    """Sentences about texts that the user gave to more than one split, or gave to test too late."""
    both = sum(len(cluster.given) > 1 for cluster in clusters)
    late = sum(Split.TEST in c.given and splits[c.name] is not Split.TEST for c in clusters)
    sentences = []
    if both:
        sentences.append(
            f"{both:,} texts were given to more than one split; test texts stay out of training."
        )
    if late:
        sentences.append(f"{late:,} texts given as test were in training before; they do not count as test.")
    return sentences


def _to_parquet(rows: Sequence[DatasetRow]) -> bytes:
    columns = {
        "record": [row.record for row in rows],
        "text": [row.text for row in rows],
        "label": [row.label for row in rows],
        "split": [str(row.split) for row in rows],
        "cluster": [row.cluster for row in rows],
    }
    buffer = io.BytesIO()
    pq.write_table(pa.table(columns), buffer, compression="zstd")
    return buffer.getvalue()
