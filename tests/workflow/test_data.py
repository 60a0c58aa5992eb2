from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from headway.datasets import load_rows
from headway.datasets.versions import to_parquet
from headway.errors import DataError
from headway.project import Project
from headway.records import DatasetVersion, Split
from headway.text import DEFAULT_STEPS
from headway.workflow.data import Rows, TrainingData
from tests.projects import mixed


def test_the_test_rows_are_not_in_it(project: Project) -> None:
    version = project.dataset()
    data = TrainingData.load(project.store, version)
    assert (len(data.train), len(data.validation)) == (version.sizes["train"], version.sizes["validation"])
    sealed = {row.cluster for row in load_rows(project.store, version, [Split.TEST])}
    assert sealed
    assert sealed.isdisjoint(data.train.clusters + data.validation.clusters)
    labels = dict(mixed(300))
    for rows in (data.train, data.validation):
        assert [labels[text] for text in rows.texts] == [data.names[label] for label in rows.labels]


def test_the_preparation_is_that_of_the_version_and_of_an_old_one_the_default(fresh: Project) -> None:
    version = fresh.dataset()
    for steps, expected in (((), DEFAULT_STEPS), (("control@1",), ("control@1",))):
        data = TrainingData.load(fresh.store, dataclasses.replace(version, preparation=steps))
        assert data.preparation == expected


def test_rows_can_be_joined() -> None:
    rows = Rows(["退"], np.array([1]), ["c"], np.array([False])) + Rows(
        ["b", "c"], np.array([0, 2]), ["d", "e"], np.array([False, True])
    )
    assert (rows.texts, rows.labels.tolist(), rows.clusters) == (["退", "b", "c"], [1, 0, 2], ["c", "d", "e"])
    assert len(rows) == 3


def test_a_label_that_stands_in_no_training_row_does_not_count(fresh: Project) -> None:
    with pytest.raises(DataError, match="label"):
        TrainingData.load(fresh.store, _only_label(fresh, "refund"))


def _only_label(project: Project, label: str) -> DatasetVersion:
    version = project.dataset()
    rows = [row for row in load_rows(project.store, version, Split) if row.label == label]
    return dataclasses.replace(version, blob=project.store.blobs.put(to_parquet(rows)))
