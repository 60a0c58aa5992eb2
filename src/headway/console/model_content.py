"""What the pages show of models."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from headway.console.figures import figure, measured_speed, megabytes
from headway.console.report_files import ReportFile, evaluations, list_reports
from headway.console.run_content import run_row
from headway.errors import CorruptArtifactError, NewerProjectError
from headway.records import ModelVersion, Run
from headway.registry.manifest import Manifest
from headway.registry.versions import history, manifest_of, trail_of
from headway.store import Store
from headway.store.jobs import list_jobs
from headway.store.models import list_versions
from headway.store.runs import list_runs
from headway.store.tasks import list_tasks

#: versions of a model and runs of a task that are shown: the commands have them all
SHOWN = 50


def models_page(store: Store) -> list[dict[str, Any]]:
    """Each task with its models and runs, the newest first."""
    reports, versions = list_reports(store), list_versions(store)
    jobs = list_jobs(store, results=False)
    content = []
    for task in list_tasks(store):
        runs = {run.id: run for run in list_runs(store, task.name)}
        names = dict.fromkeys(version.name for version in versions if version.task == task.name)
        newest = list(runs.values())[: -SHOWN - 1 : -1]
        content.append(
            {
                "name": task.name,
                "models": [
                    _model(store, [one for one in versions if one.name == name], runs, reports)
                    for name in names
                ],
                "runs": [run_row(run, jobs) for run in newest],
                "more_runs": len(runs) - len(newest),
            }
        )
    return content


def version_page(store: Store, version: ModelVersion) -> dict[str, Any]:
    """One version: what it was made from, how good it is, and what proves that it is what was tested."""
    run = next((run for run in list_runs(store, version.task) if run.id == version.run), None)
    manifest, reports = _manifest(store, version), list_reports(store)
    row = _row(version, manifest, run, reports)
    return {
        **row,
        "name": version.name,
        "manifest": manifest,
        "files": sorted(manifest.files.items()) if manifest else [],
        "equivalence": _equivalence(_proofs(manifest, run)),
        "trained": f"{run.seconds:,.1f}" if run else None,
        "rows": run.details.get("rows", {}) if run else {},
        "reports": [_evaluation(report) for report in evaluations(reports, version)],
        "card": _card(version, manifest, run),
    }


def _model(
    store: Store, versions: Sequence[ModelVersion], runs: Mapping[str, Run], reports: Sequence[ReportFile]
) -> dict[str, Any]:
    """A model with its newest versions and the history of its champions."""
    name = versions[0].name
    events = history(store, name)
    trail = trail_of(events)
    newest = versions[: -SHOWN - 1 : -1]
    return {
        "name": name,
        "champion": trail[-1] if trail else None,
        "back": trail[-2] if len(trail) > 1 else None,
        "versions": [
            _row(version, _manifest(store, version), runs.get(version.run or ""), reports)
            for version in newest
        ],
        "more": len(versions) - len(newest),
        "history": list(reversed(events)),
    }


def _row(
    version: ModelVersion, manifest: Manifest | None, run: Run | None, reports: Sequence[ReportFile]
) -> dict[str, Any]:
    metrics = run.metrics if run else {}
    validation, interval = metrics.get("validation", {}), metrics.get("interval", {})
    tested = evaluations(reports, version)
    size = sum(entry["size"] for entry in manifest.files.values()) if manifest else None
    return {
        "reference": version.reference,
        "number": version.version,
        "aliases": version.aliases,
        "created_at": version.created_at,
        "recipe": manifest.recipe if manifest else run.recipe if run else None,
        "base": manifest.base_model.get("name") if manifest else None,
        "precision": version.precision,
        "run": version.run,
        "accuracy": figure(validation, interval, "accuracy"),
        "macro_f1": figure(validation, interval, "macro_f1"),
        "tested": _evaluation(tested[0]) if tested else None,
        "size": None if size is None else megabytes(size),
        "speed": measured_speed(_proofs(manifest, run), version.precision),
        "damaged": manifest is None,
    }


def _manifest(store: Store, version: ModelVersion) -> Manifest | None:
    """The manifest; None where it cannot be read, which must not hide the other versions."""
    try:
        return manifest_of(store, version)
    except (CorruptArtifactError, NewerProjectError):
        return None


def _evaluation(report: Mapping[str, Any]) -> dict[str, Any]:
    metrics, interval = report.get("metrics") or {}, report.get("interval") or {}
    return {
        "id": report["id"],
        "created_at": str(report.get("created_at", "")),
        "n": report.get("n"),
        "data": (report.get("data") or {}).get("name"),
        "accuracy": figure(metrics, interval, "accuracy"),
        "macro_f1": figure(metrics, interval, "macro_f1"),
    }


def _proofs(manifest: Manifest | None, run: Run | None) -> dict[str, Any]:
    """Name → equivalence report, of the run and of the artefact itself."""
    own = manifest.extra.get("equivalence", {}) if manifest else {}
    return {**own, **(run.details.get("equivalence", {}) if run else {})}


def _equivalence(proofs: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "passed": report["passed"],
            "n": report["n"],
            "agreement": f"{report['label_agreement']:.2%}",
            "gap": f"{report['largest_probability_gap']:.2g}",
        }
        for name, report in proofs.items()
    ]


def _card(version: ModelVersion, manifest: Manifest | None, run: Run | None) -> str | None:
    from headway.registry.card import model_card  # noqa: PLC0415 - only this page needs it

    return model_card(version, manifest, run) if manifest else None
