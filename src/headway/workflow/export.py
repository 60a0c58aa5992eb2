"""Fitted models become artefacts, and every artefact is compared with the model it came from."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from pathlib import Path

from headway.compression import (
    EquivalenceReport,
    check_export,
    make_classifier,
    make_encoder,
    make_headed_classifier,
    make_linear,
)
from headway.evaluation.calibration import apply_temperature
from headway.inference import Predictor
from headway.registry import Manifest
from headway.training.baseline import FittedBaseline
from headway.training.fine_tuned import FineTuned
from headway.training.linear import LinearModel
from headway.training.probe import FittedProbe
from headway.training.recipe import Fitted
from headway.workflow.encoders import Precision

# Enough to find a head put on the wrong way round; the full comparison is made on the validation rows.
_SAMPLE = 128


def export(
    fitted: Fitted,
    manifest: Manifest,
    folder: Path,
    precision: Precision = "fp32",
    encoder_of: Callable[[Precision], Path] | None = None,
    temperature: float = 1.0,
) -> Path:
    """Write the artefact of a fitted model of any recipe.

    `encoder_of` gives the frozen encoder's artefact, on which a probe stands; a fine-tuned encoder is made
    into one beside `folder`. The manifest gets the preparation the model was fitted with, and the head is
    divided by `temperature`.
    """
    if isinstance(fitted, FittedBaseline):
        features, model = fitted.features, fitted.model
        settings = {**manifest.settings, "ngram_range": [features.low, features.high]}
        manifest = dataclasses.replace(manifest, preparation=fitted.preparation, settings=settings)
        return make_linear(
            features.vocabulary,
            features.idf,
            model.weights,
            model.bias,
            manifest,
            folder,
            temperature=temperature,
        )
    if isinstance(fitted, FittedProbe) and encoder_of is not None:
        encoder = encoder_of(precision)
        manifest = dataclasses.replace(manifest, preparation=fitted.embedder.manifest.preparation)
        return make_classifier(
            encoder, fitted.model.weights, fitted.model.bias, manifest, folder, temperature=temperature
        )
    if isinstance(fitted, FineTuned):
        encoder = tuned_encoder(fitted, precision)
        manifest = dataclasses.replace(manifest, preparation=fitted.preparation)
        head = fitted.head
        if isinstance(head, LinearModel):
            return make_classifier(
                encoder, head.weights, head.bias, manifest, folder, temperature=temperature
            )
        return make_headed_classifier(encoder, head, manifest, folder, temperature=temperature)
    raise TypeError(f"No export is known for {type(fitted).__name__}.")


def tuned_encoder(fitted: FineTuned, precision: Precision) -> Path:
    """The encoder artefact of fine-tuned weights, made beside their folder where it is not there yet."""
    return make_encoder(
        fitted.base, precision, fitted.base.folder.with_name(f"{fitted.base.folder.name}-{precision}")
    )


def verify(fitted: Fitted, folder: Path, texts: Sequence[str], temperature: float = 1.0) -> EquivalenceReport:
    """Compare an artefact with the fitted model it was made from, on raw texts."""
    sample = list(texts[:_SAMPLE])
    expected = apply_temperature(fitted.scores(sample), temperature)
    return check_export(expected, Predictor.load(folder), sample)
