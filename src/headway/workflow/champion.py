"""The champion measured beside another version, on the same rows, through its own predictor."""

from __future__ import annotations

from headway.errors import CorruptArtifactError
from headway.evaluation.champion import Champion
from headway.inference import Predictor
from headway.records import ModelVersion
from headway.registry.artifacts import lay_out
from headway.registry.versions import CHAMPION
from headway.store import Store
from headway.store import models as model_rows
from headway.workflow.evaluated_rows import EvaluatedRows, seen_in_training


def champion_of(store: Store, version: ModelVersion) -> ModelVersion | None:
    """The champion a version has to beat, of the model named like its task, else of its own name.

    None where there is no champion, or where the version is it.
    """
    for name in dict.fromkeys([version.task, version.name]):
        for other in model_rows.list_versions(store, name):
            if CHAMPION in other.aliases and other.task == version.task:
                return None if other.reference == version.reference else other
    return None


def measure_champion(store: Store, version: ModelVersion, rows: EvaluatedRows) -> Champion | None:
    """What the champion says of the rows, None where `champion_of` gives none or its files are damaged."""
    champion = champion_of(store, version)
    if champion is None:
        return None
    try:
        predictor = Predictor.load(lay_out(store, champion.artifact))
    except CorruptArtifactError as error:
        store.notify(f"The champion {champion.reference} cannot be compared: {error.message}")
        return None
    best = predictor.predict_scores(rows.texts).argmax(axis=1)
    return Champion(
        champion.reference,
        predictor.labels,
        [predictor.labels[label] for label in best.tolist()],
        # What is once test stays test: only a file may hold what a model of this project learned from.
        seen_in_training(store, champion, predictor.manifest, rows.texts)
        if rows.used["kind"] == "file"
        else 0,
    )
