"""A project in Python: the same verbs as on the command line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from headway.datasets import create_version
from headway.inference import Prediction, Predictor
from headway.records import DatasetVersion, Import, ModelVersion, Run, Task
from headway.registry import versions
from headway.registry.artifacts import lay_out
from headway.settings import Settings, load_settings
from headway.sources import Columns, check_files, import_file
from headway.sources.formats import parse_split
from headway.store import Store
from headway.store import models as model_rows
from headway.store import runs as run_rows
from headway.store import tasks as task_rows
from headway.tasks import get_task
from headway.workflow.evaluate import evaluate, labelled_file
from headway.workflow.publish import publish
from headway.workflow.request import read_request, require_name
from headway.workflow.train import train


class Project:
    """An opened project. Every method does what the command of its name does."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self.store = store
        self.settings = settings

    @classmethod
    def create(
        cls, folder: Path | str, *, kind: str = "text-classification", name: str | None = None
    ) -> Project:
        """Make a project with its first task, or open the one that is there and add the task to it."""
        get_task(kind)
        require_name(name or kind)
        settings = load_settings(Path(folder))
        store = Store.create(Path(folder), lock_wait_seconds=settings.lock_wait_seconds)
        task_rows.add_task(store, name or kind, kind)
        return cls(store, settings)

    @classmethod
    def open(cls, folder: Path | str) -> Project:
        """Open an existing project. Raises `NoProjectError` where there is none."""
        settings = load_settings(Path(folder))
        return cls(Store.open(Path(folder), lock_wait_seconds=settings.lock_wait_seconds), settings)

    def close(self) -> None:
        """Close the project's database."""
        self.store.close()

    def __enter__(self) -> Project:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        models = model_rows.list_versions(self.store)
        return f"<Headway project {self.store.project}, {len(models)} model versions>"

    def task(self, name: str | None = None) -> Task:
        """The task of a name, or the only one."""
        return task_rows.get_task(self.store, name)

    def import_files(
        self,
        *files: Path | str,
        text: str,
        label: str | None = None,
        id: str | None = None,  # noqa: A002 - the name of the flag
        time: str | None = None,
        split: str | None = None,
        task: str | None = None,
    ) -> list[Import]:
        """Read files into the project; nothing is read where one of them cannot be."""
        paths = [Path(file) for file in files]
        columns = Columns(text, label, id, time)
        check_files(paths, columns)
        chosen = self.task(task).name
        return [import_file(self.store, chosen, path, columns, split=parse_split(split)) for path in paths]

    def dataset(self, task: str | None = None) -> DatasetVersion:
        """Freeze the labelled texts as they are now into a version."""
        split = self.settings.split
        return create_version(
            self.store, self.task(task).name, seed=split.seed, validation=split.validation, test=split.test
        )

    def train(
        self,
        recipe: str = "auto",
        *,
        base: str | None = None,
        budget: str | None = None,
        seed: int = 0,
        settings: Mapping[str, object] | None = None,
        precision: str = "int8",
        task: str | None = None,
    ) -> Run:
        """Train a model and register it."""
        given = [f"{key}={value}" for key, value in (settings or {}).items()]
        request = read_request(
            recipe=recipe, base=base, budget=budget, seed=seed, settings=given, precision=precision
        )
        return train(self.store, self.task(task), request, self.settings.split)

    def runs(self) -> list[Run]:
        """What was trained, the oldest first."""
        return run_rows.list_runs(self.store)

    def evaluate(
        self,
        model: str | None = None,
        *,
        data: Path | str | None = None,
        text: str | None = None,
        label: str | None = None,
        html: Path | str | None = None,
    ) -> dict[str, Any]:
        """Measure a model on the test split or on a labelled file; the report, as in report.json."""
        file = labelled_file(None if data is None else Path(data), text, label)
        return evaluate(self.store, self.model(model), file, None if html is None else Path(html))

    def predict(self, texts: Sequence[str], model: str | None = None) -> list[Prediction]:
        """Label raw texts."""
        return self.predictor(model).predict(texts)

    def predictor(self, model: str | None = None) -> Predictor:
        """The predictor of a model, to keep where many texts follow."""
        return Predictor.load(lay_out(self.store, self.model(model).artifact))

    def model(self, reference: str | None = None) -> ModelVersion:
        """The version that name, name@3 or name@champion means; else the champion of the only task."""
        return versions.resolve(self.store, reference or self.task().name)

    def models(self) -> list[ModelVersion]:
        """All versions of all models, the oldest first."""
        return model_rows.list_versions(self.store)

    def promote(self, model: str) -> ModelVersion:
        """Make a version the champion."""
        return versions.promote(self.store, model)

    def rollback(self, model: str | None = None) -> ModelVersion:
        """Make the champion before the present one champion again."""
        return versions.rollback(self.store, self.model(model).name)

    def export(self, folder: Path | str, model: str | None = None, *, format: str = "artifact") -> None:  # noqa: A002
        """Write a model to a new folder, as `artifact` or `transformers`."""
        publish(self.store, self.model(model), Path(folder), format)
