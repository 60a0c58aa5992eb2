"""A project in Python: the same verbs as on the command line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from headway.annotation.outlook import read_outlook
from headway.annotation.status import status as annotation_status
from headway.care import Selection
from headway.care.backup import Backup, backup
from headway.care.forget import Forgotten, forget
from headway.care.prune import Pruned, prune
from headway.care.restore import restore
from headway.cleaning.applying import apply_options
from headway.cleaning.applying import undo as undo_last
from headway.cleaning.report import build_clean_report
from headway.cleaning.rules import LEAST_CHARACTERS
from headway.comparison.bases import LABELS, compare_bases
from headway.comparison.compare import compare
from headway.datasets import create_version
from headway.datasets.augment import Augmentation
from headway.datasets.rewriting import read_synonyms
from headway.errors import UsageError
from headway.inference import Prediction, Predictor
from headway.records import DatasetVersion, Import, ModelVersion, Run, Task
from headway.registry import versions
from headway.registry.artifacts import lay_out
from headway.settings import Settings, load_settings
from headway.sources import Asked, Columns, check_files, import_planned
from headway.sources.formats import parse_split
from headway.store import Store
from headway.store import models as model_rows
from headway.store import runs as run_rows
from headway.store import tasks as task_rows
from headway.workflow.create import create_project
from headway.workflow.evaluate import evaluate, labelled_file
from headway.workflow.publish import publish
from headway.workflow.request import read_request
from headway.workflow.train import resume, train


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
        settings = load_settings(Path(folder))
        store, _ = create_project(Path(folder), kind, name, lock_wait_seconds=settings.lock_wait_seconds)
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
        text: str | None = None,
        label: str | None = None,
        id: str | None = None,  # noqa: A002 - the name of the flag
        time: str | None = None,
        split: str | None = None,
        asked: Asked | None = None,
        task: str | None = None,
    ) -> list[Import]:
        """Read files into the project; nothing is read where one of them cannot be.

        `asked` says how they are to be read (format, encoding, delimiter …) where that cannot be found out.
        """
        plans = check_files([Path(file) for file in files], Columns(text, label, id, time), asked)
        chosen = self.task(task).name
        return [import_planned(self.store, chosen, plan, split=parse_split(split)) for plan in plans]

    def clean(
        self,
        apply: Sequence[str] = (),
        *,
        undo: bool = False,
        min_characters: int = LEAST_CHARACTERS,
        task: str | None = None,
    ) -> dict[str, Any]:
        """Say what is wrong with the data; with `apply` or `undo`, change what new versions are made of.

        Returns the report, or what the change means for the next version.
        """
        name = self.task(task).name
        if apply and undo:
            raise UsageError("apply and undo were both given.", next_step="Give one of them.")
        if apply:
            return apply_options(self.store, name, apply, least_characters=min_characters)
        if undo:
            return undo_last(self.store, name)
        return build_clean_report(self.store, name, least_characters=min_characters)

    def dataset(
        self,
        task: str | None = None,
        *,
        group: str | None = None,
        by_time: bool = False,
        cap: int | None = None,
        balance: bool = False,
        augment: Sequence[Augmentation] = (),
        synonyms: Path | str | None = None,
        consensus: str = "latest",
        rules: bool = False,
    ) -> DatasetVersion:
        """Freeze the labelled texts as they are now into a version.

        `augment` takes functions of yours beside the names of methods: each gets a training text and gives
        another, or None. With `rules`, what only rules have labelled is trained on, too.
        """
        split = self.settings.split
        return create_version(
            self.store,
            self.task(task).name,
            seed=split.seed,
            validation=split.validation,
            test=split.test,
            group=group,
            by_time=by_time,
            cap=cap,
            balance=balance,
            augment=augment,
            synonyms=() if synonyms is None else read_synonyms(Path(synonyms)),
            consensus=consensus,
            rules=rules,
        )

    def annotation_status(self, task: str | None = None, *, disputed: int = 10) -> dict[str, Any]:
        """How much is labelled, how far annotators agree, and the most doubtful of the texts they do not."""
        return annotation_status(self.store, self.task(task).name, disputed=disputed)

    def annotation_forecast(self, task: str | None = None, *, labels: int = 200) -> dict[str, Any]:
        """What so many further labels would bring and take, and whether to stop; see `read_outlook`."""
        return read_outlook(self.store, self.task(task).name, self.settings.annotation, labels)

    def train(
        self,
        recipe: str = "auto",
        *,
        base: str | None = None,
        budget: str | None = None,
        seed: int = 0,
        settings: Mapping[str, object] | None = None,
        precision: str = "int8",
        search: bool = False,
        trials: int | None = None,
        folds: int | None = None,
        repeats: int = 1,
        log_to: Sequence[str] = (),
        metrics: Sequence[str] = (),
        task: str | None = None,
    ) -> Run:
        """Train a model and register it."""
        given = [f"{key}={value}" for key, value in (settings or {}).items()]
        request = read_request(
            recipe=recipe,
            base=base,
            budget=budget,
            seed=seed,
            settings=given,
            precision=precision,
            search=search,
            trials=trials,
            folds=folds,
            repeats=repeats,
            log_to=log_to,
            metrics=metrics,
        )
        return train(self.store, self.task(task), request, self.settings.split)

    def resume(self, run: str) -> Run:
        """Go on with a run that was interrupted, killed or failed, given its id or how that begins."""
        return resume(self.store, run)

    def runs(self) -> list[Run]:
        """What was trained, the oldest first."""
        return run_rows.list_runs(self.store)

    def compare(
        self, models: Sequence[str] = (), *, html: Path | str | None = None, task: str | None = None
    ) -> dict[str, Any]:
        """Set runs and models side by side, else the newest 20 runs; the report, as in report.json."""
        return compare(self.store, models, task=task, html=None if html is None else Path(html))

    def compare_bases(
        self,
        bases: Sequence[str] = (),
        *,
        precision: str = "int8",
        labels: int = LABELS,
        html: Path | str | None = None,
        task: str | None = None,
    ) -> dict[str, Any]:
        """Find out which pretrained model suits the texts; the report, as in report.json."""
        return compare_bases(
            self.store,
            self.task(task),
            bases,
            self.settings.split,
            precision=precision,
            labels=labels,
            html=None if html is None else Path(html),
        )

    def evaluate(
        self,
        model: str | None = None,
        *,
        data: Path | str | None = None,
        text: str | None = None,
        label: str | None = None,
        html: Path | str | None = None,
        metrics: Sequence[str] = (),
    ) -> dict[str, Any]:
        """Measure a model on the test split or on a labelled file; the report, as in report.json."""
        file = labelled_file(None if data is None else Path(data), text, label)
        page = None if html is None else Path(html)
        return evaluate(self.store, self.model(model), file, page, metrics)

    def predict(self, texts: Sequence[str], model: str | None = None) -> list[Prediction]:
        """Label raw texts."""
        return self.predictor(model).predict(texts)

    def predictor(self, model: str | None = None) -> Predictor:
        """The predictor of a model, to keep where many texts follow."""
        return Predictor.load(lay_out(self.store, self.model(model).artifact))

    def model(self, reference: str | None = None) -> ModelVersion:
        """The version that name, name@3 or name@champion means; else the champion of the only task."""
        return versions.resolve(self.store, reference)

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

    def backup(self, file: Path | str, *, overwrite: bool = False) -> Backup:
        """Write the whole project into one file, while others go on working."""
        return backup(self.store, Path(file), overwrite=overwrite)

    @classmethod
    def restore(cls, file: Path | str, folder: Path | str) -> Project:
        """Verify a backup, make a project of it in a folder that holds none, and open it."""
        restore(Path(file), Path(folder))
        return cls.open(folder)

    def prune(self, *, dry_run: bool = False, cache: bool = False) -> Pruned:
        """Remove what nothing refers to, or list it."""
        return prune(self.store, dry_run=dry_run, cache=cache)

    def forget(
        self,
        id: str | None = None,  # noqa: A002 - the name of the flag
        *,
        record: str | None = None,
        contains: str | None = None,
        where: tuple[str, str] | None = None,
    ) -> Forgotten:
        """Remove records for good, without asking; `where` is a column and its value."""
        return forget(self.store, Selection(id, record, contains, where))
