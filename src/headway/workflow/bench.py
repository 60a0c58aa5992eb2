"""The workbench of one training: data, encoders and recipes, each made when it is first needed."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

from headway.inference import Embedder
from headway.models import BaseModel, resolve_base
from headway.models.bases import warnings_for
from headway.registry import Manifest, manifest_hash
from headway.store import Store
from headway.terminal import Progress
from headway.training.baseline import Baseline, BaselineSettings
from headway.training.probe import Probe, ProbeSettings
from headway.training.recipe import Fitted, Recipe, read_settings
from headway.workflow.clock import Stopwatch
from headway.workflow.data import TrainingData
from headway.workflow.encoders import Precision, embed_all, encoder_folder, open_embedder
from headway.workflow.export import export
from headway.workflow.request import TrainRequest

# The part of the budget that embedding must leave for comparing, fitting, checking and registering. On two
# cores those take about as long as embedding itself; a smaller part would overrun the budget.
_REST = 0.5
# From this share on, the time that embedding took tells how long the rest of it will take.
_TOLD_BY = 0.3
_TOKEN_SAMPLE = 1_000


class Bench:
    """Holds what the steps of a training share, so that nothing is made or computed twice."""

    def __init__(
        self,
        store: Store,
        data: TrainingData,
        request: TrainRequest,
        scratch: Path,
        watch: Stopwatch,
        progress: Progress,
    ) -> None:
        self.store = store
        self.data = data
        self.request = request
        self.scratch = scratch
        self.watch = watch
        self.warnings: list[str] = list(data.version.statistics["problems"])
        self.language: str = data.version.statistics["language"]
        self.precision: Precision = request.precision
        self._progress = progress
        self._settings = self._read_settings()
        self._encoders: dict[Precision, Path] = {}
        self._embedders: dict[Precision, Embedder] = {}
        self.base: BaseModel | None = None
        if request.recipe != "baseline":
            self.base = resolve_base(request.base, self.language, store.folder / "cache" / "bases")
            self.warnings += warnings_for(self.base, self.language)

    @property
    def fp32_hash(self) -> str:
        """Identity of the float32 encoder that int8 was made from."""
        return manifest_hash(self.encoder("fp32"))

    def settings_of(self, recipe: str) -> dict[str, Any]:
        """The settings of a recipe as plain data for the manifest."""
        settings = dataclasses.asdict(self._settings[recipe])
        if recipe == "baseline":
            settings["ngram_range"] = [settings["ngram_low"], settings["ngram_high"]]
        return settings

    def recipe(self, name: str, precision: Precision | None = None) -> Recipe:
        """A recipe with its settings, the probe on the encoder of the precision asked for."""
        if name == "baseline":
            return Baseline(self._settings[name], self.data.preparation)
        return Probe(self._settings[name], self.embedder(precision or self.precision))

    def encoder(self, precision: Precision) -> Path:
        """The encoder artefact of this training's base model."""
        if precision not in self._encoders:
            if self.base is None:
                raise ValueError("A baseline needs no encoder.")
            with self.watch.stage("encoder"):
                self._encoders[precision] = encoder_folder(self.store, self.base, precision)
        return self._encoders[precision]

    def encoder_for(self, recipe: str, precision: Precision) -> Path | None:
        """The encoder artefact a recipe's model goes on; None for the baseline."""
        return None if recipe == "baseline" else self.encoder(precision)

    def embedder(self, precision: Precision) -> Embedder:
        """The embedder of this training's base model."""
        if precision not in self._embedders:
            encoder = self.encoder(precision)
            self._embedders[precision] = open_embedder(self.store, encoder, self.data.preparation)
        return self._embedders[precision]

    def embed(self, precision: Precision | None = None) -> bool:
        """Embed the training side; False where the budget does not reach for it."""
        texts = self.data.train.texts + self.data.validation.texts
        embedder = self.embedder(precision or self.precision)
        with self.watch.stage("embed"):
            start = self.watch.seconds

            def go_on(done: int, total: int, share: float) -> bool:
                self._progress("Computing embeddings", done, total)
                if self.watch.budget is None or self.request.recipe != "auto":
                    return True
                if share < _TOLD_BY:
                    return True
                needed = (self.watch.seconds - start) / share * (1 - share)
                return needed <= self.watch.left - _REST * self.watch.budget or share == 1.0

            return embed_all(embedder, texts, go_on)

    def fit_baseline_on_all(self) -> Fitted:
        """The baseline that stands beside every model, fitted on training and validation rows."""
        rows = self.data.train + self.data.validation
        return self.recipe("baseline").fit(rows.texts, rows.labels, len(self.data.names))

    def refit(self, recipe: str, precision: Precision) -> Fitted:
        """The chosen model, fitted on training and validation rows."""
        rows = self.data.train + self.data.validation
        with self.watch.stage("refit"):
            return self.recipe(recipe, precision).fit(rows.texts, rows.labels, len(self.data.names))

    def export_companion(self, fitted: Fitted, manifest: Manifest) -> Path:
        """The artefact of that baseline."""
        return export(fitted, manifest, self.scratch / "baseline")

    def say(self, stage: str) -> None:
        """Tell the user what is done now."""
        self._progress(stage, 0, None)

    def base_description(self) -> dict[str, str | None]:
        """The base model, how it was asked for, and where its licence was read."""
        base = self.base
        if base is None:
            return {}
        return {
            "name": base.name,
            "requested": _findable(self.request.base),
            "licence": base.licence,
            "licence_source": base.licence_source,
        }

    def token_statistics(self) -> dict[str, float]:
        """How well the encoder's vocabulary and length suit the texts, on a sample."""
        statistics = self.embedder(self.precision).statistics(self.data.train.texts[:_TOKEN_SAMPLE])
        return dataclasses.asdict(statistics)

    def _read_settings(self) -> dict[str, Any]:
        kinds: dict[str, type[Any]] = {"baseline": BaselineSettings, "probe": ProbeSettings}
        chosen, given = self.request.recipe, self.request.settings
        if chosen != "auto":
            return {
                name: read_settings(kind, given if name == chosen else {}) for name, kind in kinds.items()
            }
        # `auto` trains both: a setting goes to each recipe that has it, and one that none has is refused.
        names = {name: {field.name for field in dataclasses.fields(kind)} for name, kind in kinds.items()}
        unknown = given.keys() - set().union(*names.values())
        return {
            name: read_settings(kind, {k: v for k, v in given.items() if k in names[name] | unknown})
            for name, kind in kinds.items()
        }


def _findable(base: str | None) -> str | None:
    """What the user named, a folder as a path that means the same from everywhere."""
    return str(Path(base).resolve()) if base and Path(base).is_dir() else base
