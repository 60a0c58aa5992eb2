"""The model card, in the format of the Hugging Face hub."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from headway.records import ModelVersion, Run
from headway.registry.manifest import Manifest


def model_card(version: ModelVersion, manifest: Manifest, run: Run | None) -> str:
    """README.md of a model: YAML for machines, then what it is, how good it is and what it was made from."""
    from huggingface_hub import EvalResult, ModelCardData  # noqa: PLC0415 - only a card needs it

    validation = run.metrics.get("validation", {}) if run else {}
    interval = run.metrics.get("interval", {}) if run else {}
    history = run.details.get("history", []) if run else []
    results = [
        EvalResult(
            task_type="text-classification",
            dataset_type="headway",
            dataset_name=f"{version.task}, validation split of {manifest.dataset[:12]}",
            metric_type=metric,
            metric_value=round(validation[metric], 4),
        )
        for metric in ("accuracy", "macro_f1")
        if metric in validation
    ]
    data = ModelCardData(
        language=manifest.extra.get("language"),
        license=manifest.licence if manifest.licence != "none needed" else None,
        library_name="headway",
        pipeline_tag="text-classification",
        base_model=manifest.base_model.get("name"),
        model_name=version.name,
        eval_results=results or None,
    )
    parts = [
        f"---\n{data.to_yaml()}\n---",
        f"# {version.reference}",
        f"Sorts texts into {len(manifest.task['labels'])} labels: {', '.join(manifest.task['labels'])}.",
        "## How good",
        _quality(validation, interval, run.details if run else {}),
        *(["## How it was trained", _epochs(history)] if history else []),
        *(["## Is what is served what was tested?", _equivalence(run)] if run else []),
        "## Made from",
        _origin(manifest, is_tuned=run is not None and "encoder_files" in run.details),
        *(["## To know before use", _list(run.details.get("warnings", []))] if run else []),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _quality(
    validation: dict[str, float], interval: dict[str, list[float]], details: Mapping[str, Any]
) -> str:
    if not validation:
        return "Nothing was measured: there were no validation rows."
    lines = []
    own = [name for name in validation if ":" in name]
    for metric in ("accuracy", "macro_f1", "log_loss", *own):
        low, high = interval.get(metric, (None, None))
        shown = f" (95% interval {low:.4f} to {high:.4f})" if low is not None else ""
        lines.append(f"{metric} {validation[metric]:.4f}{shown}")
    measured = "Measured through the exported model on validation rows, "
    # A model that is not fitted again is itself what was measured.
    measured += "before the last refit." if details.get("refitted", True) else "as it is published."
    if (temperature := details.get("temperature", 1.0)) != 1.0:
        measured += (
            f" Published probabilities are scaled by the temperature {temperature:.3f}, fitted on the same "
            "rows; no label changes by that, and the log loss above is the one before it."
        )
    studies = [words["en"] for words in details.get("studies", {}).values()]
    return "\n\n".join([_list(lines), measured, *studies])


def _epochs(history: Sequence[Mapping[str, float]]) -> str:
    """A table of what happened epoch by epoch."""
    columns = ("epoch", "loss", "accuracy", "macro_f1", "log_loss")
    shown = [name for name in columns if any(name in entry for entry in history)]
    rows = [shown, ["---"] * len(shown)]
    rows += [[_cell(entry.get(name, "")) for name in shown] for entry in history]
    table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    return f"{table}\n\n`loss` is that of the training rows; the others are figures of held-out rows."


def _cell(value: float | str) -> str:
    return f"{value:.4f}" if isinstance(value, float) else str(value)


def _equivalence(run: Run) -> str:
    found: dict[str, Any] = run.details.get("equivalence", {})
    lines = []
    for name, report in found.items():
        verdict = "passed" if report["passed"] else f"refused: {' '.join(report['reasons'])}"
        lines.append(
            f"{name}: {verdict}; {report['label_agreement']:.2%} of {report['n']} labels equal, "
            f"largest probability gap {report['largest_probability_gap']:.2g}"
        )
    return _list(lines)


def _origin(manifest: Manifest, *, is_tuned: bool) -> str:
    base = manifest.base_model
    weights = "sha256 of the trained weights" if is_tuned else "sha256"
    lines = [
        f"recipe {manifest.recipe}, settings {manifest.settings}, seed {manifest.seed}",
        f"dataset version {manifest.dataset}",
        f"base model {base['name']} (licence {base['licence']}, {weights} {base['sha256']})"
        if base
        else "no base model",
        f"precision {manifest.precision}, engine {manifest.engine}",
        "versions: " + ", ".join(f"{name} {number}" for name, number in sorted(manifest.versions.items())),
    ]
    return _list(lines)


def _list(lines: list[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)
