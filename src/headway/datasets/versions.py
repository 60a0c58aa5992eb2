"""Dataset versions: made from the newest labels, known by a hash of their rows, never changed."""

from __future__ import annotations

import hashlib
import io
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from headway.cleaning.policy import apply_policy, preparation_of, renamed
from headway.datasets.building import Built, build_rows
from headway.datasets.labelled import agreed_labels
from headway.datasets.options import Options, replayed
from headway.datasets.ruled import decided, rule_votes
from headway.datasets.splits import LeftOut
from headway.errors import DataError, UsageError
from headway.records import DatasetRow, DatasetVersion, Record, Split
from headway.store import Store
from headway.store import datasets as dataset_rows
from headway.store.cleanings import get_policy
from headway.store.secrets import get_secret
from headway.text import DEFAULT_STEPS, prepare

#: name of the secret that pseudonyms are made with
PSEUDONYMS = "pseudonyms"
# A million rows as one table would be in memory three times over.
_ROWS_AT_ONCE = 50_000
_COLUMNS = ("record", "text", "label", "split", "cluster", "parent", "labelled_by")


def create_version(
    store: Store, task: str, *, seed: int = 0, validation: float = 0.1, test: float = 0.1, **options: Any
) -> DatasetVersion:
    """Freeze the labelled records of a task as they are now; `options` are those of `Options.read`.

    What is equal to the newest version gives that version. Raises `DataError` where nothing is labelled or
    nothing is left, and where the records lack what the options need.
    """
    asked = Options.read(**options)
    shares = {"validation": validation, "test": test}
    with store.exclusive("dataset create"):
        cut_off = store.now()
        preparation = preparation_of(get_policy(store, task))
        built = _build(store, task, cut_off, asked, shares, seed)
        version = DatasetVersion(
            hash=hash_rows(built.rows, _particulars(preparation, asked)),
            task=task,
            number=0,
            consensus=asked.consensus,
            cut_off=cut_off,
            created_at=cut_off,
            labels=tuple(sorted({row.label for row in built.rows})),
            sizes={split: sum(row.split is split for row in built.rows) for split in Split},
            statistics=built.statistics,
            blob=store.blobs.put(to_parquet(built.rows)),
            preparation=preparation,
            options={"seed": seed, **shares, **asked.content()},
        )
        return dataset_rows.add_version(store, version, built.new_splits)


def _build(
    store: Store, task: str, cut_off: str, asked: Options, shares: Mapping[str, float], seed: int
) -> Built:
    """The rows under the task's cleaning policy; the records are let go of before the rows are written."""
    policy = get_policy(store, task)
    labelled = agreed_labels(
        store,
        task,
        cut_off,
        rule=asked.consensus,
        column=asked.group,
        rename=partial(renamed, policy),
    )
    if not labelled:
        raise DataError(
            f"The task {task!r} has no labelled text.",
            next_step="Import a file that has labels: `headway import FILE --text COL --label COL`. "
            "Labels of rules are for training only, beside those of people.",
        )
    # Before the policy touches them: a text that was test stays test, whatever it is written as now.
    names = {record.id: cluster_name(record.text) for record, _ in labelled}
    key = get_secret(store, PSEUDONYMS) if policy.mask else b""
    labelled, dropped = apply_policy(policy, labelled, pseudonym_key=key)
    ruled, stay_out = _ruled(store, task, cut_off, asked, names) if asked.rules else ([], {})
    names |= {record.id: cluster_name(record.text) for record, _ in ruled}
    # By themselves, so that they drive nothing out that people have labelled.
    ruled, dropped_too = apply_policy(policy, ruled, pseudonym_key=key)
    built = build_rows(
        labelled,
        names,
        dataset_rows.get_splits(store, task),
        asked,
        preparation=preparation_of(policy),
        shares=shares,
        seed=seed,
        earlier=_training_rows_before(store, task) if asked.plan.counts else (),
        ruled=ruled,
    )
    left_out = dict(Counter(dropped) + Counter(dropped_too) + Counter(stay_out))
    left_out |= built.statistics["left_out"]
    if not built.rows:
        reasons = ", ".join(f"{reason} {count:,}" for reason, count in left_out.items())
        raise DataError(
            f"No labelled text of the task {task!r} is left: {reasons}.",
            next_step="`headway clean` shows what the cleaning policy leaves out.",
        )
    built.statistics["left_out"] = left_out
    return built


def _ruled(
    store: Store, task: str, cut_off: str, asked: Options, names: Mapping[str, str]
) -> tuple[list[tuple[Record, str]], dict[str, int]]:
    """What rules alone have labelled, with the label they decide on, and how much stays out for which reason.

    `names` are the texts of what others have labelled: their label counts for each copy of a text.
    """
    policy = get_policy(store, task)
    votes, records = rule_votes(store, task, cut_off, column=asked.group, rename=partial(renamed, policy))
    labels = decided(votes)
    known = set(names.values())
    free = {one for one in votes if one not in names}
    new = {one for one in free if cluster_name(records[one].text) not in known}
    chosen = [(records[one], label) for one, label in labels.items() if one in new]
    left_out = {LeftOut.REPEATED: len(free) - len(new), LeftOut.UNDECIDED: len(new) - len(chosen)}
    return chosen, {str(reason): count for reason, count in left_out.items()}


def newest_options(store: Store, task: str) -> dict[str, Any]:
    """What the newest version was asked for besides seed and shares, as arguments of `create_version`."""
    versions = dataset_rows.list_versions(store, task)
    return replayed(versions[-1].options) if versions else {}


def find_version(store: Store, task: str, reference: str | None = None) -> DatasetVersion:
    """The version of a number or of a hash's beginning; the newest where none is named.

    Raises `UsageError` where there is none.
    """
    versions = dataset_rows.list_versions(store, task)
    if reference is None and versions:
        return versions[-1]
    # A number first: the hash of another version may begin with the same digits.
    named = [version for version in versions if str(version.number) == reference]
    named += [version for version in versions if reference and version.hash.startswith(reference)]
    if named:
        return named[0]
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


def hash_rows(rows: Iterable[DatasetRow], particulars: Mapping[str, Any] | None = None) -> str:
    """sha256 over the canonical rows: `[text, label, split]` as UTF-8 JSON, sorted, one a line.

    An augmented row has a fourth value, `"augmented"`, one that rules have labelled `"rules"`. What is
    particular about a version, where anything is, comes before the rows as one JSON object with sorted keys.
    """
    digest = hashlib.sha256()
    lines = [
        json.dumps([row.text, row.label, str(row.split), *_origin(row)], ensure_ascii=False).encode()
        for row in rows
    ]
    lines.sort()
    if particulars:
        lines.insert(0, json.dumps(particulars, ensure_ascii=False, sort_keys=True).encode())
    for number, line in enumerate(lines):
        digest.update(b"\n" + line if number else line)
    return digest.hexdigest()


def _origin(row: DatasetRow) -> list[str]:
    return ["augmented"] if row.parent else [row.labelled_by] if row.labelled_by else []


def cluster_name(text: str) -> str:
    """The name under which a raw text keeps its split: a hash of its prepared form."""
    return hashlib.sha256(prepare(text).encode()).hexdigest()[:32]


def to_parquet(rows: Sequence[DatasetRow]) -> bytes:
    """The rows of a version as its blob holds them."""
    schema = pa.schema([(name, pa.string()) for name in _COLUMNS])
    buffer = io.BytesIO()
    with pq.ParquetWriter(buffer, schema, compression="zstd") as writer:
        for start in range(0, max(len(rows), 1), _ROWS_AT_ONCE):
            part = rows[start : start + _ROWS_AT_ONCE]
            columns = {name: [getattr(row, name) for row in part] for name in _COLUMNS}
            writer.write_table(pa.table(columns, schema=schema))
    return buffer.getvalue()


def _particulars(preparation: tuple[str, ...], asked: Options) -> dict[str, Any]:
    """What tells two versions of equal rows apart; nothing where all is as usual."""
    found: dict[str, Any] = {"options": asked.content()}
    if preparation != DEFAULT_STEPS:
        found["preparation"] = list(preparation)
    return {name: value for name, value in found.items() if value}


def _training_rows_before(store: Store, task: str) -> list[DatasetRow]:
    versions = dataset_rows.list_versions(store, task)
    return load_rows(store, versions[-1], [Split.TRAIN]) if versions else []
