"""One fit of the recipe `fewshot`: label texts weighed, encoder tuned and judged, head fitted."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from headway.errors import DivergedError
from headway.models.encoder import Encoder
from headway.training.contrastive import Plan, UpperLayers, has_pairs, tune
from headway.training.events import Event
from headway.training.fewshot_settings import FewShotSettings, FittedFewShot
from headway.training.folds import stratified_folds
from headway.training.label_prior import (
    HeadSettings,
    Vectors,
    choose_weight,
    fit_with_texts,
    log_loss,
    most_per_label,
    rows_with_company,
)
from headway.training.label_words import label_texts
from headway.training.linear import LinearModel
from headway.training.memory import tokens_that_fit
from headway.training.narrow import use_bf16
from headway.training.processes import our_threads
from headway.training.recipe import Context
from headway.training.token_batches import tokenise

# The share of the time left that tuning may take; fitting, saving and what comes after need the rest.
_SHARE_OF_BUDGET = 0.6
_LEAST_STEPS = 5
# What a tuned layer takes of a text, in passes as reading makes one: there, and twice as much back.
_PASSES = 3.0


@dataclass(frozen=True)
class _Rows:
    """What is learned from: the rows come first in the encoder's texts, then one text for each label."""

    labels: NDArray[np.int64]
    n_labels: int
    #: equal texts have equal clusters
    clusters: list[str]
    #: rows that are tuned on and judged by
    tuned: NDArray[np.int64]


class _TooSlowError(Exception):
    """The budget does not reach for tuning."""


class FewShotFit:
    """One fit; `run` is called once."""

    def __init__(self, settings: FewShotSettings, context: Context) -> None:
        self.settings = settings
        self.context = context
        self._head = HeadSettings(settings.c, settings.max_iterations)
        self._weight = 0
        self._reading_seconds = 0.0
        self._done = 0
        self._steps_in_all = 0
        self._warnings: list[str] = []
        self._findings: dict[str, float] = {}
        self._cut_short = False

    def run(self, texts: Sequence[str], labels: NDArray[np.int64], n_labels: int) -> FittedFewShot:
        """Train on raw texts and the positions of their labels; see `FewShot.fit`."""
        with our_threads():
            return self._run(texts, labels, n_labels)

    def _run(self, texts: Sequence[str], labels: NDArray[np.int64], n_labels: int) -> FittedFewShot:
        context, settings = self.context, self.settings
        base = context.require_base()
        named = self._label_texts(n_labels)
        ids = tokenise(base, context.preparation, [*texts, *named], settings.max_length)
        encoder = Encoder.load(base, dropout=0.0)
        context.progress("Reading the texts", 0, None)
        started = time.monotonic()
        layers = UpperLayers(encoder, ids, settings.layers or -(-encoder.n_layers // 2))
        rows = _Rows(
            labels,
            n_labels,
            [str(text) for text in ids[: len(labels)]],
            most_per_label(labels, settings.rows_per_label, context.seed),
        )
        vectors = layers.vectors()
        self._reading_seconds = time.monotonic() - started
        self._weight = self._weigh(vectors, rows, bool(named))
        if self._is_tuned(layers, vectors, rows):
            vectors = layers.vectors()
        head = self._fit_head(vectors, rows)
        folder = Path(tempfile.mkdtemp(dir=context.scratch, prefix="tuned-fewshot-"))
        self.context.on_event(Event("note", self._done, words=self._words()))
        return FittedFewShot(
            encoder.save(folder),
            encoder,
            head,
            context.preparation,
            warnings=tuple(self._warnings),
            cut_short=self._cut_short,
            findings=self._findings,
        )

    def _words(self) -> str:
        """What held-out rows decided, in one sentence."""
        found = self._findings
        tuned = "The encoder was tuned" if found["tuned"] else "The encoder was left as it is"
        if "tuned_log_loss" in found:
            before, after = found["frozen_log_loss"], found["tuned_log_loss"]
            tuned += f" (log loss of held-out rows {before:.3f} before, {after:.3f} after)"
        rows = f"rows and, {self._weight} times, each label's text" if self._weight else "rows alone"
        return f"{tuned}; the head learned from {rows}."

    def _label_texts(self, n_labels: int) -> list[str]:
        names = self.context.names
        if self.settings.label_texts == "no" or len(names) != n_labels:
            return []
        return label_texts(names, self.settings.descriptions)

    def _weigh(self, vectors: Vectors, rows: _Rows, named: bool) -> int:
        """How many examples the text of a label counts as."""
        if not named:
            return 0
        some, own = rows.tuned, vectors[len(rows.labels) :]
        clusters = [rows.clusters[row] for row in some.tolist()]
        weight = choose_weight(vectors[some], rows.labels[some], clusters, own, self._head, self.context.seed)
        if self.settings.label_texts == "yes":
            weight = max(weight, 1)
        self._findings["label_text_weight"] = weight
        if not weight:
            self._warnings.append(
                "The names of the labels do not help to tell their texts apart and were left out; "
                "descriptions of the labels may (setting descriptions)."
            )
        return weight

    def _is_tuned(self, layers: UpperLayers, frozen: Vectors, rows: _Rows) -> bool:
        """Tune the encoder where held-out rows say that it helps; else leave it as it is, and say why."""
        reason = self._reason_against(rows)
        if not reason:
            try:
                reason = self._tune_and_judge(layers, frozen, rows)
            except DivergedError as error:
                reason = f"tuning failed: {error.args[0]}"
            except _TooSlowError:
                self._cut_short = True
                reason = "the budget does not reach for tuning"
        if reason:
            layers.mix(0.0)
            layers.encoder.eval()
            if self.settings.steps:
                self._warnings.append(f"The encoder was left as it is, as for the recipe probe: {reason}.")
        self._findings["tuned"] = not reason
        return not reason

    def _reason_against(self, rows: _Rows) -> str:
        labels = rows.labels[rows.tuned]
        clusters = [rows.clusters[row] for row in rows.tuned.tolist()]
        if not self.settings.steps:
            return "no steps were asked for"
        if len(np.unique(labels)) < 2:
            return "all rows have one label"
        if not rows_with_company(labels, clusters).size:
            return "every label has one text only, so that nothing can be compared"
        return ""

    def _tune_and_judge(self, layers: UpperLayers, frozen: Vectors, rows: _Rows) -> str:
        """The reason against tuning, or ""; then the tuned weights are in place."""
        plan = self._plan(layers, rows)
        n_folds = self.settings.folds
        self._steps_in_all = plan.steps * (n_folds + 1)
        if self._expected_seconds(layers, rows, plan) > self._seconds_for_tuning():
            raise _TooSlowError
        if n_folds:
            losses = self._held_out_losses(layers, frozen, rows, plan)
            if losses is None:
                return "there are too few rows to judge whether tuning helps"
            self._findings |= {"frozen_log_loss": losses[0], "tuned_log_loss": losses[1]}
            if losses[1] >= losses[0]:
                return (
                    f"tuning did not help held-out rows (log loss {losses[0]:.3f} before, {losses[1]:.3f} "
                    "after)"
                )
        self._tune(layers, rows, rows.tuned, plan)
        return ""

    def _held_out_losses(
        self, layers: UpperLayers, frozen: Vectors, rows: _Rows, plan: Plan
    ) -> tuple[float, float] | None:
        """Log loss of held-out rows on the frozen encoder and on tuned ones; None where nothing can be."""
        labels = rows.labels[rows.tuned]
        clusters = [rows.clusters[row] for row in rows.tuned.tolist()]
        folds = stratified_folds(labels, clusters, self.settings.folds, seed=self.context.seed)
        scores = np.zeros((2, len(labels), rows.n_labels), dtype=np.float32)
        judged = np.zeros(len(labels), dtype=bool)
        needed = [*rows.tuned.tolist(), *range(len(rows.labels), len(layers.ids))]
        for fold in range(self.settings.folds):
            held_out = folds == fold
            learned = rows.tuned[~held_out]
            if not held_out.any() or not self._has_pairs(rows, learned):
                continue
            self._tune(layers, rows, learned, plan)
            for kind, vectors in enumerate((frozen, layers.vectors(needed))):
                head = self._fit_head(vectors, rows, learned)
                scores[kind, held_out] = head.scores(vectors[rows.tuned[held_out]])
            judged |= held_out & np.isin(labels, rows.labels[learned])
            layers.mix(0.0)
        if not judged.any():
            return None
        before, after = (log_loss(each[judged], labels[judged]) for each in scores)
        return before, after

    def _tune(self, layers: UpperLayers, rows: _Rows, learned: NDArray[np.int64], plan: Plan) -> None:
        texts, labels = self._with_label_texts(rows, learned)
        started = time.monotonic()
        limit = self._seconds_for_tuning()

        def told(step: int, loss: float) -> None:
            self._done += 1
            self.context.progress("Tuning the encoder", self._done, self._steps_in_all)
            self.context.on_event(Event("step", self._done, 0, {"loss": loss}))
            left = self._steps_in_all - self._done
            if step >= _LEAST_STEPS and (time.monotonic() - started) / step * left > limit:
                raise _TooSlowError

        tune(layers, texts, labels, plan, self.context.seed, told)
        layers.mix(self.settings.mix)

    def _seconds_for_tuning(self) -> float:
        return _SHARE_OF_BUDGET * self.context.seconds_left()

    def _expected_seconds(self, layers: UpperLayers, rows: _Rows, plan: Plan) -> float:
        """How long all steps will take, from how long it took to read every text once."""
        compared = min(plan.batch_size, len(self._with_label_texts(rows, rows.tuned)[0]))
        learned = layers.n_learned / layers.encoder.n_layers
        texts = self._steps_in_all * compared * learned * _PASSES
        return self._reading_seconds / len(layers.ids) * texts

    def _with_label_texts(
        self, rows: _Rows, learned: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Positions among the encoder's texts, and labels, of what is compared with one another."""
        labels = rows.labels[learned]
        if not self._weight:
            return learned, labels
        own = np.arange(rows.n_labels)
        return np.concatenate([learned, len(rows.labels) + own]), np.concatenate([labels, own])

    def _has_pairs(self, rows: _Rows, learned: NDArray[np.int64]) -> bool:
        return has_pairs(self._with_label_texts(rows, learned)[1])

    def _fit_head(
        self, vectors: Vectors, rows: _Rows, learned: NDArray[np.int64] | None = None
    ) -> LinearModel:
        some = np.arange(len(rows.labels)) if learned is None else learned
        named = vectors[len(rows.labels) :] if self._weight else None
        return fit_with_texts(
            vectors[some], rows.labels[some], named, rows.n_labels, self._weight, self._head
        )

    def _plan(self, layers: UpperLayers, rows: _Rows) -> Plan:
        settings = self.settings
        max_tokens = tokens_that_fit(layers.encoder, layers.learned(), layers.ids, settings.max_tokens)
        return Plan(
            settings.steps,
            settings.batch_size,
            settings.learning_rate,
            settings.temperature,
            max_tokens,
            use_bf16(settings.bf16),
        )
