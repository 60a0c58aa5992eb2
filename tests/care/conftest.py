from __future__ import annotations

import csv
import functools
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from headway.project import Project
from headway.registry import Manifest, write_manifest
from headway.registry.versions import register
from tests.care.texts import EN, REVISED, ZH
from tests.projects import TASK, copy_of, toy

HEADER = ("id", "customer", "message", "intent", "when")

CsvRow = tuple[str, str, str, str, str]


def write_table(path: Path, rows: Sequence[CsvRow]) -> Path:
    """A csv file with ids, customers and times."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEADER, *rows])
    return path


def import_table(project: Project, path: Path) -> None:
    """Import such a file."""
    project.import_files(path, text="message", label="intent", id="id", time="when")


def first_rows() -> list[CsvRow]:
    """Forty easy rows of customers 0 to 9, and two of customer 张 that hold personal data."""
    day = "2026-01-02"
    easy = [(f"e{n}", str(n % 10), text, label, day) for n, (text, label) in enumerate(toy())]
    return [*easy, ("p1", "张", ZH, "refund", day), ("p2", "张", EN, "refund", day)]


def later_rows() -> list[CsvRow]:
    """A record that is written anew, and two rows for the quarantine."""
    day = "2026-01-03"
    return [
        ("p1", "张", REVISED, "delivery", day),
        ("p3", "张", f"{ZH} 第二次", "refund", "yesterday"),
        ("", "7", EN, "refund", day),
        ("e100", "7", "快递 parcel 包裹 box 100", "delivery", day),
    ]


def make_artifact(folder: Path, dataset: str, weights: bytes = b"weights") -> Path:
    """A sealed artefact of two files, as it would come from a training on a dataset version."""
    folder.mkdir(parents=True)
    (folder / "model.safetensors").write_bytes(weights)
    (folder / "labels.json").write_text('["物流", "退款"]', "utf-8")
    task = {"name": TASK, "kind": "text-classification", "labels": ["物流", "退款"]}
    write_manifest(
        folder, Manifest("classifier", "linear", "fp32", TASK, "2026-11-22", task, dataset=dataset)
    )
    return folder


@functools.cache
def small_project(session: Path) -> Path:
    """A project with two dataset versions, quarantined rows and a registered artefact; no training."""
    folder = session / "care" / "小项目"
    with Project.create(folder, name=TASK) as project:
        import_table(project, write_table(session / "care" / "first.csv", first_rows()))
        first = project.dataset()
        import_table(project, write_table(session / "care" / "later.csv", later_rows()))
        project.dataset()
        artifact = make_artifact(session / "care" / "artifact", first.hash)
        register(project.store, artifact, task=TASK)
    return folder


@functools.cache
def learned_project(session: Path) -> Path:
    """The same with a baseline trained on the first version, and its report."""
    folder = session / "care" / "学过的项目"
    with Project.create(folder, name=TASK) as project:
        import_table(project, write_table(session / "care" / "first.csv", first_rows()))
        project.train("baseline")
        project.evaluate()
        import_table(project, write_table(session / "care" / "later.csv", later_rows()))
        project.dataset()
    return folder


@pytest.fixture
def project(tmp_path_factory: pytest.TempPathFactory, tmp_path: Path) -> Iterator[Project]:
    """A copy of the small project, to be changed at will."""
    source = small_project(tmp_path_factory.getbasetemp())
    with Project.open(copy_of(source, tmp_path / "项目")) as project:
        yield project


@pytest.fixture
def learned(tmp_path_factory: pytest.TempPathFactory, tmp_path: Path) -> Iterator[Project]:
    """A copy of the project with a trained model."""
    source = learned_project(tmp_path_factory.getbasetemp())
    with Project.open(copy_of(source, tmp_path / "项目")) as project:
        yield project


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }
