"""Which champion a version has to beat, and what that says of the same rows."""

from __future__ import annotations

from pathlib import Path

from headway.datasets import load_rows
from headway.project import Project
from headway.records import Split
from headway.sources import Columns
from headway.store import Store
from headway.workflow.champion import champion_of, measure_champion
from headway.workflow.evaluated_rows import LabelledFile, file_rows, split_rows
from tests.projects import copy_of, write_csv


def test_the_champion_is_compared_with_others_and_not_with_itself(project: Project) -> None:
    store = project.store
    assert champion_of(store, project.model("intents@1")) is None
    found = champion_of(store, project.model("intents@3"))
    assert found is not None
    assert found.reference == "intents@1"
    project.promote("intents@3")
    assert champion_of(store, project.model("intents@3")) is None
    promoted = champion_of(store, project.model("intents@1"))
    assert promoted is not None
    assert promoted.reference == "intents@3"


def test_it_says_what_the_champion_says(project: Project) -> None:
    rows = split_rows(project.store, "intents")
    champion = measure_champion(project.store, project.model("intents@2"), rows)
    assert champion is not None
    assert champion.y_pred == [one.label for one in project.predict(rows.texts, "intents@1")]
    assert champion.seen == 0
    assert measure_champion(project.store, project.model("intents@1"), rows) is None


def test_rows_of_a_file_that_the_champion_learned_from_are_counted(project: Project, tmp_path: Path) -> None:
    seen = load_rows(project.store, project.dataset(), [Split.TRAIN])[:2]
    file = write_csv(
        tmp_path / "a.csv", [(row.text, row.label) for row in seen] + [("新的 new", "complaint")]
    )
    rows = file_rows(LabelledFile(file, Columns("text", "label")))
    champion = measure_champion(project.store, project.model("intents@2"), rows)
    assert champion is not None
    assert champion.seen == 2


def test_a_damaged_champion_costs_the_comparison_only(trained: Path, tmp_path: Path) -> None:
    said: list[str] = []
    store = Store.open(copy_of(trained, tmp_path / "copy"), notify=said.append)
    project = Project(store, Project.open(store.project).settings)
    artifact = project.model("intents@1").artifact
    store.blobs.path(artifact).unlink()
    rows = split_rows(store, "intents")
    assert measure_champion(store, project.model("intents@2"), rows) is None
    assert "champion intents@1 cannot be compared" in said[0]
    store.close()
