from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from headway.errors import UsageError
from headway.models import BaseModel
from headway.models.encoder import Encoder
from headway.training.events import Event
from headway.training.fewshot import FewShot
from headway.training.fewshot_settings import FewShotSettings, FittedFewShot
from headway.training.linear import LinearModel
from headway.training.recipe import Context
from tests.projects import toy
from tests.training.tuning import LABELS, NAMES, TEXTS

QUICK: dict[str, Any] = {"steps": 6, "learning_rate": 1e-3, "batch_size": 32}
#: rows of two labels in two languages, and what the labels are called
TOY = [text for text, _ in toy(32)]
TOY_NAMES = ("refund", "delivery")
TOY_LABELS = np.array([TOY_NAMES.index(label) for _, label in toy(32)])


def fitted(
    base: BaseModel,
    scratch: Path,
    texts: Sequence[str] = TOY,
    labels: NDArray[np.int64] = TOY_LABELS,
    names: tuple[str, ...] = TOY_NAMES,
    context: dict[str, Any] | None = None,
    **given: Any,
) -> FittedFewShot:
    scratch.mkdir(parents=True, exist_ok=True)
    made = Context(names=names, base=base, scratch=scratch, **(context or {}))
    return FewShot(FewShotSettings(**{**QUICK, **given}), made).fit(texts, labels, len(names))


def is_pretrained(base: BaseModel, found: FittedFewShot) -> bool:
    before = Encoder.load(base).state_dict()
    return all(torch.equal(one, before[name]) for name, one in found.encoder.state_dict().items())


def test_few_texts_of_both_languages_are_learned(base: BaseModel, tmp_path: Path) -> None:
    found = fitted(base, tmp_path)
    assert isinstance(found.head, LinearModel)
    unseen = ["请给我退款 钱", "where is my parcel box", "money refund please", "快递 包裹 在哪里"]
    assert found.scores(unseen).argmax(axis=1).tolist() == [0, 1, 0, 1]
    assert not found.encoder.training


def test_tuned_weights_are_what_is_saved(base: BaseModel, tmp_path: Path) -> None:
    found = fitted(base, tmp_path, folds=0)
    assert found.findings["tuned"]
    assert not is_pretrained(base, found)
    saved = Encoder.load(found.base).state_dict()
    assert all(torch.equal(one, saved[name]) for name, one in found.encoder.state_dict().items())


def test_two_fits_are_equal_to_the_bit_and_do_not_share_a_folder(base: BaseModel, tmp_path: Path) -> None:
    first, again = fitted(base, tmp_path), fitted(base, tmp_path)
    assert first.base.folder != again.base.folder
    assert first.base.sha256 == again.base.sha256
    assert isinstance(first.head, LinearModel)
    assert np.array_equal(first.head.weights, again.head.weights)
    assert first.findings == again.findings
    other = fitted(base, tmp_path, context={"seed": 1}, folds=0)
    assert other.base.sha256 != first.base.sha256


def test_tuning_that_does_not_help_is_left_out_and_said(base: BaseModel, tmp_path: Path) -> None:
    # A rate that ruins the encoder, but not so much that the loss is no number.
    found = fitted(base, tmp_path, TEXTS[:80], LABELS[:80], NAMES, learning_rate=0.3, mix=1.0)
    assert is_pretrained(base, found)
    assert any("did not help" in warning for warning in found.warnings)
    assert found.findings["tuned_log_loss"] > found.findings["frozen_log_loss"]
    assert (found.scores(TEXTS[:80]).argmax(axis=1) == LABELS[:80]).mean() > 0.9


def test_names_that_mean_nothing_count_nothing_and_descriptions_may(base: BaseModel, tmp_path: Path) -> None:
    # The second name is a word of the first label, and the other way round.
    misleading = ("parcel box", "refund money")
    found = fitted(base, tmp_path, names=misleading, steps=0)
    assert found.findings["label_text_weight"] == 0
    assert "names of the labels" in found.warnings[0]
    path = tmp_path / "labels.json"
    path.write_text(
        json.dumps({"parcel box": "退款 refund 钱 money", "refund money": "快递 parcel"}), "utf-8"
    )
    described = fitted(base, tmp_path, names=misleading, descriptions=str(path), steps=0)
    assert described.findings["label_text_weight"] > 0
    assert described.warnings == ()


def test_descriptions_of_other_labels_are_refused(base: BaseModel, tmp_path: Path) -> None:
    path = tmp_path / "labels.json"
    path.write_text('{"refnud": "money back"}', "utf-8")
    with pytest.raises(UsageError, match="refnud"):
        fitted(base, tmp_path, descriptions=str(path))


def test_without_names_it_learns_from_the_rows_alone(base: BaseModel, tmp_path: Path) -> None:
    context = Context(base=base, scratch=tmp_path)
    found = FewShot(FewShotSettings(**QUICK), context).fit(TOY, TOY_LABELS, 2)
    assert "label_text_weight" not in found.findings
    assert found.scores(TOY).argmax(axis=1).tolist() == TOY_LABELS.tolist()


@pytest.mark.parametrize(
    ("labels", "reason"),
    [
        ([0, 1], "one text only"),
        ([0, 0, 0, 0], "one label"),
        ([0], "one label"),
    ],
)
def test_rows_that_cannot_be_compared_leave_the_encoder_as_it_is(
    base: BaseModel, tmp_path: Path, labels: list[int], reason: str
) -> None:
    texts = [next(text for text, own in zip(TOY[at:], TOY_LABELS[at:], strict=True) if own == label)
             for at, label in enumerate(labels)]  # fmt: skip
    found = fitted(base, tmp_path, texts, np.array(labels))
    assert is_pretrained(base, found)
    assert any(reason in warning for warning in found.warnings)
    assert np.isfinite(found.scores(TOY)).all()


def test_a_label_without_a_row_and_one_with_a_single_row(base: BaseModel, tmp_path: Path) -> None:
    seen = LABELS[:60].copy()
    kept = [row for row in range(60) if seen[row] != 0]
    kept = [row for row in kept if seen[row] != 1] + [next(row for row in kept if seen[row] == 1)]
    found = fitted(base, tmp_path, [TEXTS[row] for row in kept], seen[kept], NAMES)
    scores = found.scores(TEXTS[:10])
    assert scores.shape == (10, len(NAMES))
    np.testing.assert_allclose(scores.sum(axis=1), 1, atol=1e-4)


def test_many_rows_and_long_and_equal_texts(base: BaseModel, tmp_path: Path) -> None:
    texts = [*TOY * 20, "refund 退款 " * 2_000, "refund", "refund"]
    labels = np.array([*TOY_LABELS.tolist() * 20, 0, 0, 0])
    told: list[Event] = []
    found = fitted(base, tmp_path, texts, labels, context={"on_event": told.append}, max_tokens=128)
    assert found.scores(TOY).argmax(axis=1).tolist() == TOY_LABELS.tolist()
    # Steps, not rows, say how long it takes: two folds and all rows.
    assert [event.step for event in told if event.kind == "step"] == list(range(1, 3 * QUICK["steps"] + 1))
    assert "held-out rows" in told[-1].words


def test_a_budget_that_does_not_reach_leaves_the_encoder_as_it_is(base: BaseModel, tmp_path: Path) -> None:
    steps: list[Event] = []
    context = {"seconds_left": lambda: 0.0, "on_event": steps.append}
    found = fitted(base, tmp_path, context=context, steps=20)
    assert is_pretrained(base, found)
    # What reading the texts took says so; no step is needed to see it.
    assert not [event for event in steps if event.kind == "step"]
    assert any("budget" in warning for warning in found.warnings)
    assert found.cut_short
    assert found.scores(TOY).argmax(axis=1).tolist() == TOY_LABELS.tolist()


def test_a_loss_that_is_no_number_leaves_the_encoder_as_it_is(base: BaseModel, tmp_path: Path) -> None:
    found = fitted(base, tmp_path, learning_rate=1e30, steps=20)
    assert is_pretrained(base, found)
    assert any("tuning failed" in warning for warning in found.warnings)


def test_progress_is_shown_to_the_end(base: BaseModel, tmp_path: Path) -> None:
    shown: list[tuple[str, int, int | None]] = []

    def progress(stage: str, done: int, total: int | None = None) -> None:
        shown.append((stage, done, total))

    fitted(base, tmp_path, context={"progress": progress}, folds=0)
    assert shown[-1] == ("Tuning the encoder", QUICK["steps"], QUICK["steps"])
