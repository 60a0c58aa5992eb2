"""Evaluation: a registered version measured by its own predictor, on the sealed test split or on a file."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from headway.datasets import find_version, load_rows
from headway.datasets.versions import hash_rows
from headway.errors import CorruptArtifactError, DataError, UsageError
from headway.evaluation import EvaluationInput, build_report, render_html
from headway.evaluation.report import Baseline, DataUsed
from headway.inference import Predictor
from headway.records import ModelVersion, Run, Split
from headway.registry import Manifest
from headway.registry.artifacts import lay_out
from headway.sources import Asked, Columns, check_files
from headway.sources.rows import Row
from headway.store import Store
from headway.store import runs as run_rows
from headway.store.files import sha256_of, write_atomically
from headway.text import dominant_language, prepare
from headway.text.unicode import is_unicode
from headway.workflow.clock import Stopwatch


@dataclass(frozen=True)
class LabelledFile:
    """A file with labels that is not part of the project."""

    path: Path
    columns: Columns
    format_name: str | None = None


def labelled_file(
    path: Path | None, text: str | None, label: str | None, format_name: str | None = None
) -> LabelledFile | None:
    """The file to measure on, or None for the test split. Raises `UsageError` where a column is not named."""
    if path is None:
        return None
    if text is None or label is None:
        raise UsageError(
            f"Which columns of {path} hold text and label?", next_step="Name them: --text COL --label COL."
        )
    return LabelledFile(path, Columns(text, label), format_name)


@dataclass(frozen=True)
class _Data:
    """Rows to measure on, and the name under which looks at them are counted."""

    texts: list[str]
    labels: list[str]
    key: str
    used: DataUsed
    warnings: list[str]


def evaluate(
    store: Store, version: ModelVersion, file: LabelledFile | None = None, html: Path | None = None
) -> dict[str, Any]:
    """Measure a version and write report.json and report.html; returns the report with the key `html`.

    Without a file the test split of the newest dataset version is opened: the only place that does so.
    Each look is counted, whatever the figures say. `html` names a further copy of the page. Raises
    `DataError` where there are no labelled rows to measure on.
    """
    watch = Stopwatch()
    predictor = Predictor.load(lay_out(store, version.artifact))
    manifest = predictor.manifest
    data = _test_rows(store, version) if file is None else _file_rows(store, version, manifest, file)
    with watch.stage("predict"):
        scores = predictor.predict_scores(data.texts)
    predicted = _best_labels(predictor, scores)
    right = sum(truth == label for truth, label in zip(data.labels, predicted, strict=True))
    looks = run_rows.add_look(store, data.key, version.reference, {"accuracy": right / len(data.labels)})
    run = run_rows.get_run(store, version.run) if version.run else None
    report = build_report(
        EvaluationInput(
            model=version.name,
            version=version.version,
            task=version.task,
            language=dominant_language(data.texts),
            labels=list(predictor.labels),
            y_true=data.labels,
            y_pred=predicted,
            scores=scores,
            texts=data.texts,
            data={**data.used, "looks": looks},
            baseline=_baseline(store, run, version, data.texts),
            training={**_training(run), "licence": manifest.licence, "settings": manifest.settings},
            equivalence=run.details.get("equivalence", {}) if run else {},
            warnings=[*(run.details.get("warnings", []) if run else []), *data.warnings],
            cost=_cost(run, watch),
            versions=manifest.versions,
            created_at=store.now(),
        )
    )
    return _write(store, version, report, html)


def _test_rows(store: Store, version: ModelVersion) -> _Data:
    dataset = find_version(store, version.task)
    rows = load_rows(store, dataset, [Split.TEST])
    if not rows:
        raise DataError(
            f"Version {dataset.number} of the dataset of {version.task!r} has no test rows.",
            next_step="Import some with --split test, or name a file: --data FILE --text COL --label COL.",
        )
    digest = hash_rows(rows)
    used: DataUsed = {
        "kind": "test",
        "name": f"test split, dataset version {dataset.number}",
        "dataset_hash": dataset.hash,
        "n": len(rows),
        "looks": 0,
    }
    return _Data([row.text for row in rows], [row.label for row in rows], f"test:{digest}", used, [])


def _file_rows(store: Store, version: ModelVersion, manifest: Manifest, file: LabelledFile) -> _Data:
    plans = check_files([file.path], file.columns, Asked(format=file.format_name))
    texts, labels, left_out = [], [], 0
    for row in (row for plan in plans for row in plan.rows()):
        text = row.fields.get(file.columns.text or "", "") if isinstance(row, Row) else ""
        label = row.fields.get(file.columns.label or "", "") if isinstance(row, Row) else ""
        if text.strip() and label.strip() and is_unicode(text + label):
            texts.append(text)
            labels.append(label)
        else:
            left_out += 1
    if not texts:
        raise DataError(
            f"{file.path} has no row with both a text and a label.",
            next_step="Name the columns with --text COL --label COL.",
        )
    digest = sha256_of(file.path)
    warnings = [f"{left_out:,} rows of {file.path.name} were left out: no text, no label, or not readable."]
    seen = _seen_in_training(store, version, manifest, texts)
    if seen:
        warnings.append(f"{seen:,} of {len(texts):,} texts were in the training data: the figures flatter.")
    used: DataUsed = {
        "kind": "file",
        "name": file.path.name,
        "dataset_hash": digest,
        "n": len(texts),
        "looks": 0,
    }
    return _Data(texts, labels, f"file:{digest}", used, warnings if left_out else warnings[1:])


def _seen_in_training(store: Store, version: ModelVersion, manifest: Manifest, texts: Sequence[str]) -> int:
    """How many texts are, once prepared, one that the model learned from."""
    dataset = find_version(store, version.task, manifest.dataset)
    rows = load_rows(store, dataset, [Split.TRAIN, Split.VALIDATION])
    known = {prepare(row.text, manifest.preparation) for row in rows}
    return sum(prepare(text, manifest.preparation) in known for text in texts)


def _baseline(store: Store, run: Run | None, version: ModelVersion, texts: Sequence[str]) -> Baseline | None:
    """What the baseline trained beside the model says of the same texts."""
    artifact = run.details.get("baseline") if run else None
    if not artifact or (run and run.recipe == "baseline"):
        return None
    try:
        predictor = Predictor.load(lay_out(store, artifact))
    except CorruptArtifactError as error:
        store.notify(f"The baseline of {version.reference} cannot be shown: {error.message}")
        return None
    scores = predictor.predict_scores(texts)
    return Baseline("baseline", _best_labels(predictor, scores), scores)


def _best_labels(predictor: Predictor, scores: NDArray[np.float32]) -> list[str]:
    return [predictor.labels[best] for best in scores.argmax(axis=1).tolist()]


def _training(run: Run | None) -> dict[str, Any]:
    if run is None:
        return {}
    base = run.details.get("base", {})
    return {
        "recipe": run.recipe,
        "base_model": base.get("name", "–"),
        "reason": run.details.get("reason", {}),
        "rows": run.details.get("rows", {}),
        "tokens": run.details.get("tokens", {}),
        "validation": run.metrics.get("validation", {}),
        "search": run.metrics.get("search", {}),
    }


def _cost(run: Run | None, watch: Stopwatch) -> dict[str, float]:
    cost = {"evaluate_seconds": round(watch.seconds, 2)}
    return {"train_seconds": round(run.seconds, 2), **cost} if run else cost


def _write(store: Store, version: ModelVersion, report: dict[str, Any], html: Path | None) -> dict[str, Any]:
    digest = hashlib.sha256(report["created_at"].encode()).hexdigest()[:8]
    folder = store.project / "reports" / f"{version.name}-{version.version}-{digest}"
    page = render_html(report).encode()
    write_atomically(folder / "report.json", json.dumps(report, ensure_ascii=False, indent=1).encode())
    write_atomically(folder / "report.html", page)
    if html is not None:
        write_atomically(html, page)
    return {**report, "html": str(html or folder / "report.html")}
