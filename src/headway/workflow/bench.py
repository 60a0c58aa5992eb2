"""The workbench of one training: data, encoders and recipes, each made when it is first needed."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from headway.inference import Embedder
from headway.models import BaseModel, resolve_base
from headway.models.bases import warnings_for
from headway.registry import Manifest
from headway.store import Store
from headway.terminal import Progress
from headway.training.events import Sink, ignore
from headway.training.hooks import RECIPES, calling
from headway.training.recipe import Context, Fitted, HeldOut, Recipe, recipe_class
from headway.workflow.clock import Stopwatch
from headway.workflow.data import Rows, TrainingData
from headway.workflow.encoders import Precision, embed_all, encoder_folder, open_embedder
from headway.workflow.export import export
from headway.workflow.own_metrics import load_metrics
from headway.workflow.recipe_settings import read_recipe_settings
from headway.workflow.request import TrainRequest

# The part of the budget that embedding must leave for comparing, fitting, checking and registering. On two
# cores those take about as long as embedding itself; a smaller part would overrun the budget.
_REST = 0.5
# From this share on, the time that embedding took tells how long the rest of it will take.
_TOLD_BY = 0.3
# What exporting, measuring and registering take after a recipe with a clock of its own: seconds, more for a
# MB of the encoder in int8 (9 s were measured with 23 MB, 24 with 118), and a part of the budget for chance.
_AFTER_FITTING, _AFTER_FITTING_BY_MB, _AFTER_FITTING_SHARE = 3.0, 0.19, 0.03
#: recipes that leave the encoder as it is
LIGHT = ("baseline", "probe")
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
        *,
        checkpoints: Path | None = None,
        resume: bool = False,
        on_event: Sink = ignore,
    ) -> None:
        self.store = store
        self.data = data
        self.request = request
        self.scratch = scratch
        self.watch = watch
        self.warnings: list[str] = list(data.version.statistics["problems"])
        self.language: str = data.version.statistics["language"]
        self.precision: Precision = request.precision
        self.progress = progress
        self.checkpoints = checkpoints
        self._resume = resume
        self.on_event = on_event
        self.metrics = load_metrics(request.metrics)
        self._classes: dict[str, Any] = {
            name: recipe_class(name, "text-classification") for name in self.candidates
        }
        self._settings = read_recipe_settings(request.recipe, self.candidates, request.settings)
        self._encoders: dict[Precision, Path] = {}
        self._embedders: dict[Precision, Embedder] = {}
        self.base: BaseModel | None = None
        if any(found.needs != "nothing" for name, found in self._classes.items() if name in self.asked):
            self.base = resolve_base(request.base, self.language, store.folder / "cache" / "bases")
            self.warnings += warnings_for(self.base, self.language)

    def settings_of(self, recipe: str) -> dict[str, Any]:
        """The settings of a recipe as plain data for the manifest."""
        return dataclasses.asdict(self._settings[recipe])

    def use_settings(self, recipe: str, settings: Any) -> None:
        """Train a recipe with other settings from now on: those that a search has found."""
        self._settings[recipe] = settings

    def traits(self, recipe: str) -> Any:
        """The class of a recipe, which says what it needs and whether it is fitted again."""
        return self._classes[recipe]

    def context(self, scratch: Path, precision: Precision | None = None) -> Context:
        """What every recipe of this training is given; `scratch` is its own folder."""
        chosen = precision or self.precision
        return Context(
            names=self.data.names,
            preparation=self.data.preparation,
            seed=self.request.seed,
            base=self.base,
            open_embedder=lambda: self.embedder(chosen),
            scratch=scratch,
        )

    def recipe(
        self,
        name: str,
        precision: Precision | None = None,
        *,
        part: str = "final",
        settings: Mapping[str, Any] | None = None,
        reserve: float = 0.0,
        least_rows: int = 0,
    ) -> Recipe:
        """A recipe with its settings, the probe on the encoder of the precision asked for.

        `part` tells trainings of one run apart: each has a folder and checkpoints of its own. `settings`
        replace some of the request's. `reserve` seconds of the budget are not the recipe's to use, and in the
        others it has to see `least_rows`.
        """
        scratch = self.scratch / part
        scratch.mkdir(exist_ok=True)
        context = dataclasses.replace(
            self.context(scratch, precision),
            checkpoints=self.checkpoints and self.checkpoints / part,
            resume=self._resume,
            seconds_left=lambda: self.seconds_for_fitting() - reserve,
            least_rows=least_rows,
            progress=self.progress,
            on_event=self.on_event,
        )
        with calling(name):
            found = dataclasses.replace(self._settings[name], **(settings or {}))
            made: Recipe = self._classes[name](found, context)
        return made

    def seconds_for_fitting(self) -> float:
        """Seconds left of the budget without what exporting, measuring and registering will take."""
        if self.watch.budget is None:
            return self.watch.left
        after = _AFTER_FITTING + _AFTER_FITTING_SHARE * self.watch.budget
        if encoder := self._encoders.get(self.precision):
            megabytes = (encoder / "model.onnx").stat().st_size / 1e6
            after += _AFTER_FITTING_BY_MB * megabytes / (1 if self.precision == "int8" else 4)
        return self.watch.left - after

    def fit(
        self,
        recipe: str,
        precision: Precision,
        *,
        on_all: bool = False,
        settings: Mapping[str, Any] | None = None,
        measured: bool = True,
        part: str = "final",
        least_rows: int = 0,
    ) -> Fitted:
        """A recipe fitted on the training rows, or on those and the validation rows together.

        Unless `measured` is False, a recipe that picks its best epoch does so by the validation rows. `part`
        tells its checkpoints from those of other trainings of the run. Raises `TooSlowError` where a recipe
        with a clock of its own will not see `least_rows` within the budget.
        """
        rows = self.data.train + self.data.validation if on_all else self.data.train
        validation = self.data.validation
        shown = measured and not on_all and len(validation) > 0
        held_out = HeldOut(validation.texts, validation.labels) if shown else None
        part = "refit" if on_all else part
        with calling(recipe):
            made = self.recipe(recipe, precision, part=part, settings=settings, least_rows=least_rows)
            return made.fit(rows.texts, rows.labels, len(self.data.names), held_out)

    def fit_rows(self, recipe: str, rows: Rows, held_out: Rows, reserve: float = 0.0, *, part: str) -> Fitted:
        """A recipe fitted on some of the training rows, for a trial; others say which epoch was best.

        `reserve` is how many seconds of the budget it has to leave for what is trained after it; `part` tells
        its checkpoints from those of other trials.
        """
        with calling(recipe):
            return self.recipe(recipe, part=part, reserve=reserve).fit(
                rows.texts, rows.labels, len(self.data.names), HeldOut(held_out.texts, held_out.labels)
            )

    def encoder(self, precision: Precision) -> Path:
        """The encoder artefact of this training's base model."""
        if precision not in self._encoders:
            if self.base is None:
                raise ValueError("A baseline needs no encoder.")
            with self.watch.stage("encoder"):
                self._encoders[precision] = encoder_folder(self.store, self.base, precision)
        return self._encoders[precision]

    def embedder(self, precision: Precision) -> Embedder:
        """The embedder of this training's base model."""
        if precision not in self._embedders:
            encoder = self.encoder(precision)
            self._embedders[precision] = open_embedder(self.store, encoder, self.data.preparation)
        return self._embedders[precision]

    def embed(self, precision: Precision | None = None) -> bool:
        """Embed the training rows; False where the budget does not reach for it.

        Only a probe that is fitted again learns from the validation rows, which are embedded then.
        """
        texts = self.data.train.texts
        embedder = self.embedder(precision or self.precision)
        with self.watch.stage("embed"):
            start = self.watch.seconds

            def go_on(done: int, total: int, share: float) -> bool:
                self.progress("Computing embeddings", done, total)
                if self.watch.budget is None or self.request.recipe != "auto":
                    return True
                if share < _TOLD_BY:
                    return True
                needed = (self.watch.seconds - start) / share * (1 - share)
                return needed <= self.watch.left - _REST * self.watch.budget or share == 1.0

            return embed_all(embedder, texts, go_on)

    def fit_baseline_on_all(self) -> Fitted:
        """The baseline that stands beside every model, fitted on training and validation rows."""
        return self.fit("baseline", "fp32", on_all=True)

    def export_companion(self, fitted: Fitted, manifest: Manifest) -> Path:
        """The artefact of that baseline."""
        return export(fitted, manifest, self.scratch / "baseline")

    def say(self, stage: str) -> None:
        """Tell the user what is done now."""
        self.progress(stage, 0, None)

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

    @property
    def asked(self) -> tuple[str, ...]:
        """The recipes that may be trained: the one that was asked for, or all of ours for `auto`."""
        if self.request.recipe == "auto":
            return LIGHT if self.request.light else tuple(RECIPES)
        return (self.request.recipe,)

    @property
    def candidates(self) -> tuple[str, ...]:
        """Those, the baseline that stands beside every model, and the probe that draws the learning curve."""
        return tuple(dict.fromkeys((*LIGHT, *self.asked)))


def _findable(base: str | None) -> str | None:
    """What the user named, a folder as a path that means the same from everywhere."""
    return str(Path(base).resolve()) if base and Path(base).is_dir() else base
