from __future__ import annotations

import dataclasses
import itertools
import math
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch

from headway.errors import DivergedError, ModelError, TooSlowError
from headway.models import BaseModel
from headway.training import loop
from headway.training.checkpoints import checkpoints_in
from headway.training.events import Event
from headway.training.fine_tuned import FineTuned
from headway.training.full import Full, FullSettings
from tests.training.tuning import context, held_out, train_rows


class StoppedError(Exception):
    """Stands in for the signal that ends a process."""


def fit(base: BaseModel, folder: Path, settings: FullSettings, held: bool = True, **given: Any) -> FineTuned:
    recipe = Full(settings, context(base, folder, **given))
    return recipe.fit(*train_rows(), held_out() if held else None)


def stop_after(step: int) -> Callable[[Event], None]:
    def stop(event: Event) -> None:
        if event.kind == "step" and event.step == step:
            raise StoppedError

    return stop


def weights(fitted: FineTuned) -> dict[str, torch.Tensor]:
    found = dict(fitted.encoder.state_dict())
    head: Any = fitted.head
    return {**found, "w": torch.from_numpy(head.weights), "b": torch.from_numpy(head.bias)}


QUICK = FullSettings(epochs=3, batch_size=16, learning_rate=1e-3, checkpoint_steps=3, patience=0)


@pytest.mark.parametrize("stopped", [1, 3, 5, 8, 9, 17, 23])
def test_a_run_that_is_resumed_ends_with_the_same_weights(
    base: BaseModel, tmp_path: Path, stopped: int
) -> None:
    whole = fit(base, tmp_path / "whole", QUICK)
    kept = tmp_path / "kept"
    with pytest.raises(StoppedError):
        fit(base, tmp_path / "first", QUICK, checkpoints=kept, on_event=stop_after(stopped))
    torch.manual_seed(99)
    resumed = fit(base, tmp_path / "second", QUICK, checkpoints=kept, resume=True)
    assert resumed.history == whole.history
    assert resumed.base.sha256 == whole.base.sha256
    for name, tensor in weights(whole).items():
        assert torch.equal(tensor, weights(resumed)[name]), name


def test_the_same_seed_gives_the_same_weights_and_another_seed_others(
    base: BaseModel, tmp_path: Path
) -> None:
    one, other = (fit(base, tmp_path / name, QUICK) for name in ("a", "b"))
    assert one.base.sha256 == other.base.sha256
    assert fit(base, tmp_path / "c", QUICK, seed=1).base.sha256 != one.base.sha256


def test_the_best_epoch_is_kept(base: BaseModel, tmp_path: Path) -> None:
    settings = FullSettings(epochs=4, batch_size=16, learning_rate=3e-3, patience=0)
    fitted = fit(base, tmp_path, settings)
    best = max(entry["accuracy"] for entry in fitted.history)
    scores = fitted.scores(list(held_out().texts))
    assert float((scores.argmax(axis=1) == held_out().labels).mean()) == pytest.approx(best, abs=1e-6)
    assert [entry["epoch"] for entry in fitted.history] == [1, 2, 3, 4]


def test_training_stops_where_nothing_gets_better(base: BaseModel, tmp_path: Path) -> None:
    told: list[Event] = []
    settings = FullSettings(epochs=9, batch_size=16, learning_rate=1e-12, patience=2)
    fitted = fit(base, tmp_path, settings, on_event=told.append)
    assert len(fitted.history) == 3
    assert "no better for 2 epochs" in told[-1].words


def test_each_step_and_epoch_is_told_with_label_names(base: BaseModel, tmp_path: Path) -> None:
    told: list[Event] = []
    shown: list[tuple[str, int, int | None]] = []
    fit(
        base,
        tmp_path,
        QUICK,
        on_event=told.append,
        progress=lambda stage, done, total=None: shown.append((stage, done, total)),
    )
    steps = [event for event in told if event.kind == "step"]
    assert [event.step for event in steps] == list(range(1, 25))
    assert all(event.figures["learning_rate"] > 0 for event in steps)
    epochs = [event for event in told if event.kind == "epoch"]
    assert [event.epoch for event in epochs] == [1, 2, 3]
    assert "Epoch 2 of 3: training loss" in epochs[1].words
    assert "weakest" in epochs[1].words
    assert ("Epoch 3 of 3", 8, 8) in shown


def test_it_learns(base: BaseModel, tmp_path: Path) -> None:
    fitted = fit(base, tmp_path, FullSettings(epochs=4, batch_size=16, learning_rate=2e-3, patience=0))
    losses = [entry["loss"] for entry in fitted.history]
    assert losses[-1] < 0.8 * losses[0]


def test_without_held_out_rows_the_last_epoch_is_kept(base: BaseModel, tmp_path: Path) -> None:
    fitted = fit(base, tmp_path, QUICK, held=False)
    assert all("accuracy" not in entry for entry in fitted.history)
    assert len(fitted.history) == 3


class Breaking:
    """A loss of one's own that is `value` from some call on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, value: float) -> None:
        self.left = 0
        self._value = value
        monkeypatch.setitem(sys.modules, "loss_of_test", SimpleNamespace(loss=self))

    def __call__(
        self, logits: torch.Tensor, targets: torch.Tensor, weights: Any, smoothing: float
    ) -> torch.Tensor:
        self.left -= 1
        values = torch.nn.functional.cross_entropy(logits, targets, reduction="none")
        return values * self._value if self.left < 0 else values


BREAKING = FullSettings(epochs=3, batch_size=16, loss="loss_of_test:loss", patience=0, checkpoint_steps=3)


@pytest.mark.parametrize("held", [True, False])
@pytest.mark.parametrize("broken", [math.nan, math.inf])
def test_a_loss_that_is_no_number_stops_before_it_spreads(
    base: BaseModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: float, held: bool
) -> None:
    loss = Breaking(monkeypatch, broken)
    loss.left = 2
    with pytest.raises(
        DivergedError,
        match=r"step 3 \(epoch 1\), in the batch of the training rows \d+.* no weights of an earlier epoch",
    ):
        fit(base, tmp_path / "early", BREAKING, held)
    loss.left = 11
    fitted = fit(base, tmp_path / "late", BREAKING, held)
    assert "step 12 (epoch 2)" in fitted.warnings[0]
    assert "the weights of epoch 1 were kept" in fitted.warnings[0]
    assert np.isfinite(fitted.scores(["好"])).all()


@pytest.mark.parametrize("held", [True, False])
def test_a_resumed_run_keeps_the_same_weights_where_the_loss_is_no_number(
    base: BaseModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, held: bool
) -> None:
    loss = Breaking(monkeypatch, math.nan)
    loss.left = 20
    whole = fit(base, tmp_path / "whole", BREAKING, held)
    kept = tmp_path / "kept"
    loss.left = 20
    with pytest.raises(StoppedError):
        fit(base, tmp_path / "first", BREAKING, held, checkpoints=kept, on_event=stop_after(19))
    # Steps 19 and 20 once more, then no number.
    loss.left = 2
    resumed = fit(base, tmp_path / "second", BREAKING, held, checkpoints=kept, resume=True)
    assert "step 21 (epoch 3)" in resumed.warnings[0]
    assert (resumed.warnings, resumed.history) == (whole.warnings, whole.history)
    assert len(whole.history) == 2
    for name, tensor in weights(whole).items():
        assert torch.equal(tensor, weights(resumed)[name]), name


def test_fewer_steps_are_planned_where_the_budget_is_short(base: BaseModel, tmp_path: Path) -> None:
    fitted = fit(base, tmp_path, FullSettings(epochs=50, batch_size=8), seconds_left=lambda: 0.0)
    assert "8 of 750 planned steps fit into the budget" in fitted.warnings[0]
    assert fitted.cut_short
    assert fitted.history[-1]["step"] == 8


@pytest.mark.parametrize("least", [65, 6_000])
def test_a_training_that_will_not_see_enough_rows_ends_with_its_first_steps(
    base: BaseModel, tmp_path: Path, least: int
) -> None:
    told: list[Event] = []
    settings = FullSettings(epochs=50, batch_size=8)
    with pytest.raises(TooSlowError, match="8 of 750 fit into the budget"):
        fit(base, tmp_path, settings, seconds_left=lambda: 0.0, least_rows=least, on_event=told.append)
    # The eighth ends it before it is told.
    assert [event.step for event in told] == list(range(1, 8))


@pytest.mark.parametrize(("seconds_left", "steps", "least"), [(0.0, 8, 64), (1e6, 24, 10**6)])
def test_a_training_that_sees_enough_rows_or_all_it_was_planned_for_goes_on(
    base: BaseModel, tmp_path: Path, seconds_left: float, steps: int, least: int
) -> None:
    settings = FullSettings(epochs=1 if steps == 24 else 50, batch_size=8 if steps == 8 else 5)
    fitted = fit(base, tmp_path, settings, seconds_left=lambda: seconds_left, least_rows=least)
    assert fitted.history[-1]["step"] == steps


def resumed_at_step_3(base: BaseModel, folder: Path, seconds_left: float) -> FineTuned:
    """A training with a budget that goes on from its third step of 24."""
    kept = folder / "kept"
    with pytest.raises(StoppedError):
        fit(base, folder / "first", QUICK, checkpoints=kept, on_event=stop_after(5))
    return fit(
        base, folder / "second", QUICK, checkpoints=kept, resume=True, seconds_left=lambda: seconds_left
    )


def test_a_resumed_run_is_timed_by_its_own_steps(
    base: BaseModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A machine that has run for long, and steps that take no time.
    monkeypatch.setattr(loop, "time", SimpleNamespace(monotonic=lambda: 1e9))
    fitted = resumed_at_step_3(base, tmp_path, 10_000.0)
    assert (fitted.cut_short, fitted.warnings) == (False, ())
    assert fitted.history[-1]["step"] == 24


def test_a_resumed_run_plans_for_fewer_steps_where_its_budget_is_short(
    base: BaseModel, tmp_path: Path
) -> None:
    fitted = resumed_at_step_3(base, tmp_path, 0.0)
    assert fitted.warnings == ("11 of 24 planned steps fit into the budget.",)
    assert fitted.cut_short
    assert fitted.history[-1]["step"] == 11


@pytest.mark.parametrize(
    ("a_look", "steps"),
    [
        # An epoch has eight steps and looks at the clock about as often: it takes no time, a minute and more,
        # or so long that two minutes are over within it.
        (0.0, []),
        (9.0, [16, 24]),
        (50.0, [22, 24]),
    ],
)
def test_checkpoints_are_written_where_the_last_is_old_enough(
    base: BaseModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, a_look: float, steps: list[int]
) -> None:
    clock = itertools.count(step=a_look)
    monkeypatch.setattr(loop, "time", SimpleNamespace(monotonic=lambda: next(clock)))
    kept = tmp_path / "kept"
    fit(base, tmp_path, dataclasses.replace(QUICK, checkpoint_steps=0), checkpoints=kept)
    assert [int(path.name.removeprefix("step-")) for path in checkpoints_in(kept)] == steps


def test_a_checkpoint_of_another_training_is_refused(base: BaseModel, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    with pytest.raises(StoppedError):
        fit(base, tmp_path / "first", QUICK, checkpoints=kept, on_event=stop_after(5))
    with pytest.raises(ModelError, match="another training: seed 0 instead of 7"):
        fit(base, tmp_path / "second", QUICK, checkpoints=kept, resume=True, seed=7)


def test_a_checkpoint_of_another_machine_is_used_and_said(
    base: BaseModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = tmp_path / "kept"
    with pytest.raises(StoppedError):
        fit(base, tmp_path / "first", QUICK, checkpoints=kept, on_event=stop_after(5))
    assert len(checkpoints_in(kept)) == 1
    monkeypatch.setattr("headway.training.loop.machine", lambda: {"threads": 64})
    fitted = fit(base, tmp_path / "second", QUICK, checkpoints=kept, resume=True)
    assert "may differ in the last digits" in fitted.warnings[0]
    assert len(fitted.history) == 3


def test_a_resumed_run_computes_as_much_at_once_as_before_whatever_memory_is_free_now(
    base: BaseModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = dataclasses.replace(QUICK, dropout=0.3)
    whole = fit(base, tmp_path / "whole", settings)
    kept = tmp_path / "kept"
    with pytest.raises(StoppedError):
        fit(base, tmp_path / "first", settings, checkpoints=kept, on_event=stop_after(5))
    monkeypatch.setattr("headway.training.neural_fit.tokens_that_fit", lambda *_, **__: 40)
    resumed = fit(base, tmp_path / "second", settings, checkpoints=kept, resume=True)
    for name, tensor in weights(whole).items():
        assert torch.equal(tensor, weights(resumed)[name]), name
    # In smaller parts the same training ends with other digits.
    others = weights(fit(base, tmp_path / "smaller", settings))
    assert not all(torch.equal(tensor, others[name]) for name, tensor in weights(whole).items())


def test_each_step_of_each_process_draws_by_a_seed_of_its_own() -> None:
    seeds = {loop.step_seed(seed, step, rank) for seed in (0, 7) for step in range(50) for rank in (0, 1)}
    assert len(seeds) == 200
    assert loop.step_seed(7, 3, 1) == loop.step_seed(7, 3, 1)
