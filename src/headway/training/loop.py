"""The training loop: epochs, the best of them kept, checkpoints, and what is told on the way.

Everything a step depends on is decided by the settings, the seed and the step's number, or lies in the
checkpoint; so a run that is resumed ends with the very weights of one that was never interrupted.
"""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from headway.errors import DivergedError, TooSlowError
from headway.inference.linear import softmax
from headway.tasks import text_classification
from headway.terminal import percent
from headway.training.checkpoints import Checkpoint, load_newest, save_checkpoint
from headway.training.events import Event
from headway.training.fine_tuned import embed
from headway.training.gradients import GradientComputer
from headway.training.narrow import has_bf16
from headway.training.neural_settings import NeuralSettings
from headway.training.optimizer import Optimizer, rate_factor
from headway.training.processes import World
from headway.training.recipe import Context
from headway.training.time_plan import steps_that_fit
from headway.training.token_batches import epoch_batches

# Seconds between two checkpoints, within an epoch and at its end: writing one can take as long as an epoch.
_CHECKPOINT_SECONDS, _AFTER_EPOCH_SECONDS = 120.0, 60.0
# Steps after which the time one takes is known well enough to say how many fit into the budget.
_TIMED_STEPS = 8
_WEAKEST = 3


@dataclass(frozen=True)
class Measured:
    """Rows that are measured after each epoch: token ids, labels, and the labels' names."""

    ids: Sequence[Sequence[int]]
    labels: NDArray[np.int64]
    names: Sequence[str]


@dataclass
class _Position:
    """Where the loop stands; what a checkpoint keeps besides tensors."""

    step: int = 0
    #: steps in all; set anew once when a budget turns out to allow fewer
    total: int = 0
    best: float = -math.inf
    best_epoch: int = 0
    epochs_without: int = 0
    loss_sum: float = 0.0
    loss_steps: int = 0
    stopped: bool = False
    history: list[dict[str, Any]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Outcome:
    """What came of a training: what happened in each epoch, and what the user should know."""

    history: tuple[dict[str, Any], ...]
    best_epoch: int
    steps: int
    warnings: tuple[str, ...]
    #: the budget ended it before its last epoch
    cut_short: bool


class Loop:
    """Trains the learned parameters of an encoder and its head on batches of rows."""

    def __init__(
        self,
        computer: GradientComputer,
        learned: Mapping[str, nn.Parameter],
        optimizer: Optimizer,
        n_rows: int,
        measured: Measured | None,
        settings: NeuralSettings,
        context: Context,
        identity: Mapping[str, Any],
        world: World,
    ) -> None:
        self._computer = computer
        self._learned = learned
        self._optimizer = optimizer
        self._n_rows = n_rows
        self._measured = measured
        self._settings = settings
        self._context = context
        self._identity = identity
        self._world = world
        self._per_epoch = -(-n_rows // settings.batch_size)
        self._planned = settings.epochs * self._per_epoch
        self._at = _Position(total=self._planned)
        self._best: dict[str, Tensor] = {}
        self._saved_at = time.monotonic()
        #: the step this process began after, and when its first one was done
        self._begun_after = 0
        self._timed_from = 0.0

    def run(self) -> Outcome:
        """Train to the end, or from the last checkpoint on; the kept epoch's weights are in place then.

        Raises `DivergedError` naming the batch where the loss is no number and no epoch was kept yet, and
        `TooSlowError` where the budget allows for fewer rows than the context asks for.
        """
        if self._context.resume:
            self._resume()
        self._begun_after = self._at.step
        self._train_mode(True)
        while self._at.step < self._at.total and not self._at.stopped:
            self._epoch()
        if self._best:
            self._put(self._best)
        self._train_mode(False)
        at = self._at
        cut_short = at.total < self._planned
        return Outcome(tuple(at.history), at.best_epoch, at.step, tuple(at.warnings), cut_short)

    def _epoch(self) -> None:
        at, size = self._at, self._settings.batch_size
        epoch, first = divmod(at.step, self._per_epoch)
        batches = epoch_batches(self._n_rows, size, seed=self._context.seed, epoch=epoch)
        for batch in batches[first:]:
            if at.step >= at.total:
                break
            if not self._step(batch.tolist(), epoch):
                return
        self._end_epoch(epoch + 1)

    def _step(self, rows: Sequence[int], epoch: int) -> bool:
        """One step; False where the loss was no number and training stops."""
        at = self._at
        # Drawn anew for each step and process, so that nothing has to be kept of it.
        torch.manual_seed(step_seed(self._context.seed, at.step, self._world.rank))
        found = self._computer.compute(rows)
        if not math.isfinite(found.loss):
            self._diverged(rows, epoch, found.loss)
            return False
        norm = self._optimizer.clip(found.rows, self._settings.max_grad_norm)
        if not math.isfinite(norm):
            self._diverged(rows, epoch, norm)
            return False
        factor = rate_factor(at.step, at.total, self._settings.warmup, self._settings.schedule)
        self._optimizer.step(factor, found.touched, found.rows)
        at.step += 1
        at.loss_sum += found.loss
        at.loss_steps += 1
        self._fit_into_budget()
        done = (at.step - 1) % self._per_epoch + 1
        self._context.progress(f"Epoch {epoch + 1} of {self._epochs}", done, self._steps_of(epoch))
        figures = {"loss": found.loss, "learning_rate": self._settings.learning_rate * factor, "norm": norm}
        self._context.on_event(Event("step", at.step, epoch, figures))
        if done < self._per_epoch and self._is_due(_CHECKPOINT_SECONDS):
            self._save()
        return True

    @property
    def _epochs(self) -> int:
        return -(-self._at.total // self._per_epoch)

    def _steps_of(self, epoch: int) -> int:
        return min(self._per_epoch, self._at.total - epoch * self._per_epoch)

    def _end_epoch(self, epoch: int) -> None:
        at = self._at
        figures = {"loss": at.loss_sum / max(at.loss_steps, 1)}
        at.loss_sum, at.loss_steps = 0.0, 0
        weakest: list[tuple[str, float]] = []
        if self._measured is not None:
            found, weakest = self._measure(self._measured)
            figures |= found
            self._compare_with_best(figures, epoch)
        else:
            self._keep(epoch)
        entry = {"epoch": epoch, "step": at.step, **{key: round(value, 6) for key, value in figures.items()}}
        at.history.append(entry)
        at.stopped = bool(self._settings.patience) and at.epochs_without >= self._settings.patience
        self._context.on_event(Event("epoch", at.step, epoch, figures, self._words(epoch, figures, weakest)))
        if self._settings.checkpoint_steps or self._is_due(_AFTER_EPOCH_SECONDS):
            self._save()

    def _measure(self, measured: Measured) -> tuple[dict[str, float], list[tuple[str, float]]]:
        vectors = torch.from_numpy(embed(self._computer.encoder, measured.ids))
        with torch.no_grad():
            scores = softmax(self._computer.head(vectors).numpy())
        predicted = scores.argmax(axis=1)
        names = list(measured.names)
        figures = text_classification.metrics(measured.labels, predicted, scores, names)
        per_label = text_classification.per_class(measured.labels, predicted, names)
        seen = np.flatnonzero(per_label.support > 0)
        lowest = seen[np.argsort(per_label.f1[seen], kind="stable")][:_WEAKEST]
        kept = {name: figures[name] for name in ("accuracy", "macro_f1", "log_loss")}
        return kept, [(names[label], float(per_label.f1[label])) for label in lowest.tolist()]

    def _compare_with_best(self, figures: Mapping[str, float], epoch: int) -> None:
        at, monitor = self._at, self._settings.monitor
        score = -figures[monitor] if monitor == "log_loss" else figures[monitor]
        if score > at.best:
            at.best, at.epochs_without = score, 0
            self._keep(epoch)
        else:
            at.epochs_without += 1

    def _keep(self, epoch: int) -> None:
        """Remember the weights of an epoch: the best so far, or the last where nothing is measured."""
        self._at.best_epoch = epoch
        self._best = {name: parameter.detach().clone() for name, parameter in self._learned.items()}

    def _words(self, epoch: int, figures: Mapping[str, float], weakest: list[tuple[str, float]]) -> str:
        parts = [f"Epoch {epoch} of {self._epochs}: training loss {figures['loss']:.3f}"]
        if "accuracy" in figures:
            parts.append(f"validation accuracy {percent(figures['accuracy'])}")
            parts.append(f"macro F1 {percent(figures['macro_f1'])}")
            parts.append("weakest " + ", ".join(f"{name} {percent(f1)}" for name, f1 in weakest))
        if self._at.stopped:
            parts.append(f"no better for {self._settings.patience} epochs, so this was the last")
        return "; ".join(parts) + "."

    def _diverged(self, rows: Sequence[int], epoch: int, value: float) -> None:
        named = ", ".join(str(row) for row in rows[:8])
        words = (
            f"The loss became {value} in step {self._at.step + 1} (epoch {epoch + 1}), in the batch of the "
            f"training rows {named}{' …' if len(rows) > 8 else ''}"
        )
        if not self._best:
            raise DivergedError(
                f"{words}, and there are no weights of an earlier epoch to keep.",
                next_step="Lower learning_rate with --set, or look at those rows.",
            )
        self._optimizer.clear()
        self._at.stopped = True
        self._at.warnings.append(f"{words}; the weights of epoch {self._at.best_epoch} were kept.")

    def _fit_into_budget(self) -> None:
        """After a few steps of this process: where not all fit into the time left, plan for as many as do."""
        at, taken = self._at, self._at.step - self._begun_after
        if taken == 1:
            self._timed_from = time.monotonic()
        # Several processes would each read a clock of their own and plan for different ends.
        if taken != _TIMED_STEPS or self._world.size > 1 or math.isinf(self._context.seconds_left()):
            return
        seconds = (time.monotonic() - self._timed_from) / (_TIMED_STEPS - 1)
        fit = steps_that_fit(
            self._context.seconds_left(),
            seconds,
            done=at.step,
            total=at.total,
            per_epoch=self._per_epoch,
            held_out_steps=self._held_out_steps(),
        )
        if fit >= at.total:
            return
        if fit * self._settings.batch_size < self._context.least_rows:
            raise TooSlowError(
                f"A step takes {seconds:.2g} seconds, so that {fit:,} of {at.total:,} fit into the budget."
            )
        at.warnings.append(f"{fit:,} of {at.total:,} planned steps fit into the budget.")
        at.total = fit

    def _held_out_steps(self) -> float:
        """How many training steps have as many tokens as the rows that are measured."""
        if self._measured is None:
            return 0.0
        tokens = sum(map(len, self._measured.ids))
        return tokens / (self._computer.mean_tokens * min(self._settings.batch_size, self._n_rows))

    def _is_due(self, seconds: float) -> bool:
        if every := self._settings.checkpoint_steps:
            return self._at.step % every == 0
        return time.monotonic() - self._saved_at > seconds

    def _save(self) -> None:
        folder = self._context.checkpoints
        if folder is None or not self._world.is_first:
            return
        tensors: dict[str, Mapping[str, Tensor]] = {
            "weights": {name: parameter.detach() for name, parameter in self._learned.items()},
            "optimizer": self._optimizer.state(),
        }
        if self._best:
            tensors["best"] = self._best
        state = {
            "identity": dict(self._identity),
            "machine": machine(),
            "max_tokens": self._computer.max_tokens,
            "position": vars(self._at),
        }
        save_checkpoint(folder, self._at.step, tensors, state)
        self._saved_at = time.monotonic()

    def _resume(self) -> None:
        folder = self._context.checkpoints
        found, notes = load_newest(folder, self._identity) if folder else (None, [])
        if found is not None:
            self._take(found)
        self._at.warnings += notes
        if found is None:
            return
        if found.state["machine"] == machine():
            # Free memory may be another by now, and how much is computed at once decides the last digits.
            self._computer.max_tokens = found.state["max_tokens"]
        else:
            self._at.warnings.append(
                f"The checkpoint was written by {found.state['machine']}, this is {machine()}: the result "
                "may differ in the last digits from that of an uninterrupted run."
            )

    def _take(self, found: Checkpoint) -> None:
        self._put(found.tensors["weights"])
        self._optimizer.load(found.tensors["optimizer"])
        self._best = {name: tensor.clone() for name, tensor in found.tensors.get("best", {}).items()}
        self._at = _Position(**found.state["position"])

    def _put(self, tensors: Mapping[str, Tensor]) -> None:
        with torch.no_grad():
            for name, parameter in self._learned.items():
                parameter.copy_(tensors[name])

    def _train_mode(self, on: bool) -> None:
        self._computer.encoder.train(on)
        self._computer.head.train(on)


def step_seed(seed: int, step: int, rank: int) -> int:
    """The seed of what one process draws by chance in one step."""
    return int(np.random.SeedSequence([seed, step, rank]).generate_state(1, np.uint64)[0] >> 1)


def machine() -> dict[str, Any]:
    """What decides the last digits of a result besides settings and seed."""
    return {
        "torch": str(torch.__version__),
        "threads": torch.get_num_threads(),
        "instructions": torch.backends.cpu.get_cpu_capability(),
        "bfloat16": has_bf16(),
    }
