"""Validation: the model as it was before the last refit, measured through the artefact it would ship as."""

from __future__ import annotations

import dataclasses
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from headway.compression import EquivalenceReport, check_int8
from headway.evaluation.bootstrap import intervals
from headway.evaluation.calibration import fit_temperature
from headway.inference import Embedder, Predictor
from headway.registry import Manifest, read_manifest
from headway.tasks import text_classification
from headway.training.fine_tuned import FineTuned
from headway.training.probe import FittedProbe
from headway.training.recipe import Fitted
from headway.workflow.bench import Bench
from headway.workflow.data import Rows
from headway.workflow.encoders import Precision
from headway.workflow.export import export, tuned_encoder
from headway.workflow.own_metrics import own_figures

# Comparing precisions costs a float32 pass; agreement of 98 % is told from 96 % by so many texts.
_COMPARED = 300


@dataclass
class Validated:
    """What validation found, which precision passed, and the model that was measured."""

    recipe: str
    precision: Precision
    fitted: Fitted | None = None
    metrics: dict[str, float] = field(default_factory=dict)
    interval: dict[str, list[float]] = field(default_factory=dict)
    equivalence: dict[str, Any] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    #: what the head of the published model is divided by, so that its probabilities can be believed
    temperature: float = 1.0


def validate(
    bench: Bench, recipe: str, settings: Mapping[str, Any] | None = None, fitted: Fitted | None = None
) -> Validated:
    """Fit on the training rows, export, and measure the artefact on the validation rows from raw text.

    A model that `auto` has `fitted` in its trial, with no time for another, is measured as it is. An int8
    artefact is compared with its float32 twin. Outside tolerance float32 is published instead, a probe being
    fitted again on the float32 encoder, and the reasons are kept.
    """
    precision: Precision = "fp32" if bench.traits(recipe).needs == "nothing" else bench.precision
    # Where `auto` has found out how long to train, validation rows need not say it.
    found_out = bool(settings) or fitted is not None
    if fitted is None:
        with bench.watch.stage("fit"):
            bench.say(f"Fitting {recipe}")
            fitted = bench.fit(recipe, precision, settings=settings, measured=not found_out)
    if isinstance(fitted, FineTuned):
        bench.warnings += fitted.warnings
        if not found_out and any("accuracy" in epoch for epoch in fitted.history[1:]):
            bench.warnings.append(
                "The validation rows picked the best epoch, so their figures flatter a little; "
                "`headway evaluate` measures on rows that had no say."
            )
    validated = _measure(bench, Validated(recipe, precision, fitted))
    refused = validated.equivalence.get("int8", {})
    if not refused or refused["passed"]:
        return validated
    bench.precision = "fp32"
    if isinstance(fitted, FittedProbe):
        bench.embed("fp32")
        fitted = bench.fit(recipe, "fp32")
    validated = _measure(bench, Validated(recipe, "fp32", fitted))
    validated.equivalence["int8"] = refused
    validated.warnings.append(f"int8 was refused, fp32 is published: {' '.join(refused['reasons'])}")
    return validated


def _measure(bench: Bench, validated: Validated) -> Validated:
    rows, fitted = bench.data.validation, validated.fitted
    if fitted is None:
        raise ValueError("There is no model to measure.")
    with bench.watch.stage("validate"):
        bench.say("Validating the exported model")
        predictor = _exported(bench, fitted, validated.recipe, validated.precision)
        if len(rows):
            _score(bench, predictor, rows, validated)
        else:
            validated.warnings.append("There are no validation rows: nothing was measured before the refit.")
        if validated.precision == "int8":
            validated.equivalence["int8"] = _compare(bench, fitted, predictor).to_dict()
    return validated


def scores_by_artefact(bench: Bench, fitted: Fitted, validated: Validated) -> NDArray[np.float32]:
    """Scores of the validation rows by the exported form of a model that was fitted likewise: [n, labels]."""
    predictor = _exported(bench, fitted, validated.recipe, validated.precision)
    return predictor.predict_scores(bench.data.validation.texts)


def _exported(bench: Bench, fitted: Fitted, recipe: str, precision: Precision) -> Predictor:
    manifest = Manifest(
        kind="classifier",
        engine="",
        precision="",
        name="validation",
        created_at=bench.store.now(),
        task={"labels": list(bench.data.names)},
        settings=bench.settings_of(recipe),
    )
    folder = Path(tempfile.mkdtemp(dir=bench.scratch)) / "model"
    export(fitted, manifest, folder, precision, bench.encoder)
    return Predictor.load(folder, verify=False)


def _score(bench: Bench, predictor: Predictor, rows: Rows, validated: Validated) -> None:
    scores = predictor.predict_scores(rows.texts)
    validated.temperature = fit_temperature(scores, rows.labels)
    predicted = scores.argmax(axis=1)
    names = list(bench.data.names)
    validated.metrics = text_classification.metrics(rows.labels, predicted, scores, names)
    truth, guess = ([names[label] for label in found.tolist()] for found in (rows.labels, predicted))
    own, warnings = own_figures(bench.metrics, truth, guess, scores, names)
    validated.metrics |= own
    validated.warnings += warnings
    bounds = intervals(rows.labels, predicted, len(names))
    if bounds is not None:
        validated.interval = {"accuracy": list(bounds.accuracy), "macro_f1": list(bounds.macro_f1)}


def _compare(bench: Bench, fitted: Fitted, int8: Predictor) -> EquivalenceReport:
    """Compare int8 with the same head on the float32 encoder.

    Where there are few validation rows, training rows fill up: one text among forty would decide otherwise.
    """
    if isinstance(fitted, FineTuned):
        encoder = tuned_encoder(fitted, "fp32")
        twin: Callable[[Sequence[str]], NDArray[np.float32]] = fitted.scores
    elif isinstance(fitted, FittedProbe):
        encoder = bench.encoder("fp32")
        # Without the project's cache, so that the speed is that of computing.
        embedder = Embedder.load(encoder, verify=False, preparation=bench.data.preparation)
        twin = FittedProbe(embedder, fitted.model).scores
    else:
        raise TypeError(f"{type(fitted).__name__} has no float32 twin.")
    rows = bench.data.validation + bench.data.train
    truth = [bench.data.names[label] for label in rows.labels[:_COMPARED]]
    report = check_int8(twin, int8, rows.texts[:_COMPARED], truth)
    size = sum(entry["size"] for entry in read_manifest(encoder, verify=False).files.values())
    # Said with the figures: on texts the head was fitted on, both accuracies flatter.
    held_out = min(len(bench.data.validation), report.n)
    reference = f"the same head on fp32; {held_out} validation and {report.n - held_out} training texts"
    return dataclasses.replace(report, reference=reference, size_bytes_reference=size)
