"""Registered model versions, opened for serving."""

from __future__ import annotations

from collections.abc import Sequence

from headway.errors import UsageError
from headway.inference import Predictor
from headway.registry.artifacts import lay_out
from headway.registry.versions import CHAMPION, resolve
from headway.serving.service import ServedModel
from headway.store import Store
from headway.store import models as model_rows


def champions(store: Store) -> list[str]:
    """The names of all models that have a champion, the oldest first."""
    versions = model_rows.list_versions(store)
    return list(dict.fromkeys(version.name for version in versions if CHAMPION in version.aliases))


def load_models(store: Store, references: Sequence[str]) -> list[ServedModel]:
    """Open models, each as `name`, `name@3` or `name@champion`; a bare name means its champion.

    Raises `ModelError` for an unknown one, `CorruptArtifactError` for a damaged one, and
    `UsageError` where two versions of one name are asked for: routes name the model only.
    """
    models = [_load(store, reference) for reference in references]
    names = [model.name for model in models]
    for name in names:
        if names.count(name) > 1:
            raise UsageError(
                f"The model {name!r} is named twice; one version of a name can be served at a time.",
                next_step=f"Name one of them, such as {name}@champion.",
            )
    return models


def _load(store: Store, reference: str) -> ServedModel:
    version = resolve(store, reference)
    predictor = Predictor.load(lay_out(store, version.artifact))
    # The first prediction is slow: no caller should wait for it.
    predictor.predict_scores(["warm up", "预热"])
    return ServedModel(
        name=version.name,
        version=version.version,
        predictor=predictor,
        licence=predictor.manifest.licence,
        dataset=predictor.manifest.dataset,
        created_at=version.created_at,
    )
