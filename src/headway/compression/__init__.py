"""Compression: takes a base model or trained weights, gives artefacts and the proof that they are equal."""

from headway.compression.classifier import make_classifier, make_headed_classifier, make_linear
from headway.compression.encoder import make_encoder
from headway.compression.equivalence import (
    BatchInvariance,
    EquivalenceReport,
    check_batch_invariance,
    check_export,
    check_int8,
)

__all__ = [
    "BatchInvariance",
    "EquivalenceReport",
    "check_batch_invariance",
    "check_export",
    "check_int8",
    "make_classifier",
    "make_encoder",
    "make_headed_classifier",
    "make_linear",
]
