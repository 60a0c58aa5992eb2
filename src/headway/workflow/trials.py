"""The second half of `auto`: recipes that train the encoder, tried where time and prospects allow."""

from __future__ import annotations

import dataclasses
import time
from typing import Any

from headway.errors import MachineError, MissingExtraError
from headway.evaluation.bootstrap import PairedDifference, paired_difference
from headway.inference import Embedder
from headway.training.cross_validation import FoldResult, correct
from headway.training.fine_tuned import FineTuned
from headway.workflow.auto import N_FOLDS, Choice, is_worth_it, shown
from headway.workflow.bench import Bench
from headway.workflow.clock import words_of_seconds
from headway.workflow.prospects import Prospect, prospects, sample_of

# A trial leaves out one fold; the final training takes all rows.
_TRIAL_SHARE = (N_FOLDS - 1) / N_FOLDS
# Part of the budget kept for exporting, measuring and registering.
_RESERVE = 0.12
# Below this, a further gain is not worth the time it takes.
_WORTH_TRYING = 0.003
_TIMED_TEXTS = 128
_NAMES = {"fewshot": "few-shot", "lora": "LoRA", "full": "full fine-tuning"}
_NAMES_ZH = {"fewshot": "小样本对比学习", "lora": "LoRA", "full": "全量微调"}


def try_dearer(bench: Bench, choice: Choice) -> Choice:
    """Try recipes that train the encoder, one after the other, and keep what is better.

    Stops where the budget does not reach for the next, or its prospects are not worth the time; what was
    tried, what was left out and why goes into the reason.
    """
    if choice.judged is None or choice.folds is None or bench.request.light:
        return choice
    planned = _planned(bench)
    notes: dict[str, list[str]] = {"en": [], "zh": []}
    gained = 0.0
    left_out: list[Prospect] = []
    for prospect in planned:
        if prospect.gain - gained < _WORTH_TRYING:
            continue
        if _seconds(bench, prospect) > _time_left(bench):
            left_out.append(prospect)
            continue
        try:
            trial, result, seconds = _try(bench, prospect.recipe, choice)
        except (MissingExtraError, MachineError) as error:
            _note(
                notes,
                f"{prospect.recipe} could not be tried: {error.message}",
                f"未能尝试 {prospect.recipe}：{error.message}",
            )
            continue
        labels = bench.data.train.labels
        difference = paired_difference(correct([result], labels), correct([choice.judged], labels))
        if difference is None:
            break
        better = is_worth_it(difference)
        _tell(notes, prospect.recipe, choice.recipe, difference, better)
        search = {**choice.search, f"{prospect.recipe}_accuracy": float(correct([result], labels).mean())}
        search[f"{prospect.recipe}_seconds"] = round(seconds, 1)
        choice = dataclasses.replace(choice, search=search)
        if better:
            gained = max(gained, difference.difference)
            settings = _settings_of(trial)
            choice = dataclasses.replace(choice, recipe=prospect.recipe, judged=result, settings=settings)
    _tell_more_time(bench, notes, left_out, gained)
    reason = {language: " ".join([choice.reason[language], *notes[language]]) for language in choice.reason}
    return dataclasses.replace(choice, reason=reason)


def _planned(bench: Bench) -> list[Prospect]:
    embedder = Embedder.load(bench.encoder(bench.precision), verify=False, preparation=bench.data.preparation)
    texts = sample_of(bench.data.train, _TIMED_TEXTS)
    embedder.embed(texts[:16])
    start = time.perf_counter()
    embedder.embed(texts)
    rate = len(texts) / max(time.perf_counter() - start, 1e-6)
    passes = {name: _passes(bench.settings_of(name), bench) for name in _NAMES if name in bench.asked}
    return prospects(bench.data.train, len(bench.data.names), rate, passes)


def _passes(settings: dict[str, Any], bench: Bench) -> float:
    """How often a recipe goes through the training rows: its epochs, or its steps for each part held out."""
    if "steps" not in settings:
        return float(settings["epochs"])
    rows = len(bench.data.train)
    return float(settings["steps"] * (settings["folds"] + 1) * min(settings["batch_size"], rows) / rows)


def _seconds(bench: Bench, prospect: Prospect) -> float:
    """What trying a recipe and then training it for good costs; some are fitted once more on all rows."""
    return (_TRIAL_SHARE + (2 if bench.traits(prospect.recipe).refits else 1)) * prospect.seconds


def _time_left(bench: Bench) -> float:
    return bench.watch.left - (0 if bench.watch.budget is None else _RESERVE * bench.watch.budget)


def _try(bench: Bench, recipe: str, choice: Choice) -> tuple[Any, FoldResult, float]:
    """Fit a recipe on all folds but the first, and judge it on that."""
    if choice.folds is None or choice.judged is None:
        raise ValueError("There is no fold to judge on.")
    held_out = choice.judged.rows
    rest = [row for row, fold in enumerate(choice.folds.tolist()) if fold != 0]
    with bench.watch.stage(f"try {recipe}"):
        start = time.perf_counter()
        fitted = bench.fit_rows(recipe, bench.data.train.take(rest), bench.data.train.take(held_out.tolist()))
        scores = fitted.scores([bench.data.train.texts[row] for row in held_out.tolist()])
        seconds = time.perf_counter() - start
    return fitted, FoldResult(0, held_out, scores, seconds), seconds


def _settings_of(trial: Any) -> dict[str, Any]:
    """What the final training takes over from the trial: the epochs after which it was best."""
    if not isinstance(trial, FineTuned) or not trial.history:
        return {}
    best = max(trial.history, key=lambda entry: (entry.get("accuracy", 0.0), -entry["epoch"]))
    return {"epochs": int(best["epoch"])}


def _note(notes: dict[str, list[str]], english: str, chinese: str) -> None:
    notes["en"].append(english)
    notes["zh"].append(chinese)


def _tell(
    notes: dict[str, list[str]], recipe: str, before: str, found: PairedDifference, better: bool
) -> None:
    _note(
        notes,
        f"On one fold {_NAMES[recipe]} differs from {_NAMES.get(before, before)} by {shown(found)} points: "
        + ("it was kept." if better else "not enough to be kept."),
        f"在一折上，{_NAMES_ZH[recipe]}与{_NAMES_ZH.get(before, before)}相差 {shown(found)} 个百分点："
        + ("予以采用。" if better else "不足以采用。"),
    )


def _tell_more_time(
    bench: Bench, notes: dict[str, list[str]], left_out: list[Prospect], gained: float
) -> None:
    if not left_out:
        _note(
            notes,
            "More time would bring about nothing that is known here; more labels would.",
            "增加时间预计不会再有提升；增加标注数据会更有效。",
        )
        return
    best = max(left_out, key=lambda prospect: prospect.gain)
    seconds = _seconds(bench, best)
    points = f"{100 * (best.gain - gained):.1f}"
    _note(
        notes,
        f"More time would bring about {points} points: {_NAMES[best.recipe]} needs about "
        f"{words_of_seconds(seconds)} (a guess from other data, not measured on yours).",
        f"增加时间预计可提升约 {points} 个百分点：{_NAMES_ZH[best.recipe]}约需 {round(seconds)} 秒"
        "（依据其他数据的估计，并非在您的数据上测得）。",
    )
