"""Fitted models become artefacts, and every artefact is compared with the model it came from."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path

from headway.compression import EquivalenceReport, check_export, make_classifier, make_linear
from headway.inference import Predictor
from headway.registry import Manifest
from headway.training.baseline import FittedBaseline
from headway.training.probe import FittedProbe
from headway.training.recipe import Fitted

# Enough to find a head put on the wrong way round; the full comparison is made on the validation rows.
_SAMPLE = 128


def export(fitted: Fitted, manifest: Manifest, folder: Path, encoder: Path | None = None) -> Path:
    """Write the artefact of a fitted model of any recipe; a probe's needs the encoder it was fitted on.

    The manifest gets the preparation the model was fitted with.
    """
    if isinstance(fitted, FittedBaseline):
        features, model = fitted.features, fitted.model
        manifest = dataclasses.replace(manifest, preparation=fitted.preparation)
        return make_linear(features.vocabulary, features.idf, model.weights, model.bias, manifest, folder)
    if isinstance(fitted, FittedProbe) and encoder is not None:
        manifest = dataclasses.replace(manifest, preparation=fitted.embedder.manifest.preparation)
        return make_classifier(encoder, fitted.model.weights, fitted.model.bias, manifest, folder)
    raise TypeError(f"No export is known for {type(fitted).__name__}.")


def verify(fitted: Fitted, folder: Path, texts: Sequence[str]) -> EquivalenceReport:
    """Compare an artefact with the fitted model it was made from, on raw texts."""
    sample = list(texts[:_SAMPLE])
    return check_export(fitted.scores(sample), Predictor.load(folder), sample)
