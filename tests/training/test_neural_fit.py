from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from sklearn.utils.class_weight import compute_class_weight

from headway.compression import make_encoder
from headway.errors import UsageError
from headway.inference import Embedder
from headway.models import BaseModel
from headway.models.encoder import Encoder
from headway.training.full import Full, FullSettings
from headway.training.heads import linear
from headway.training.linear import LinearModel
from headway.training.neural_fit import Network, balanced_weights
from headway.training.recipe import HeldOut
from headway.training.token_batches import tokenise
from tests.training.tuning import LABELS, NAMES, TEXTS, context, held_out, train_rows

QUICK: dict[str, Any] = {"epochs": 1, "batch_size": 32, "learning_rate": 1e-3}
# So small a rate leaves everything where it began.
STILL: dict[str, Any] = {**QUICK, "learning_rate": 1e-12, "weight_decay": 0.0}


def test_a_linear_head_begins_where_a_probe_ends(base: BaseModel, tmp_path: Path) -> None:
    begun = Full(FullSettings(**STILL), context(base, tmp_path)).fit(*train_rows())
    texts, labels, _ = train_rows()
    right = begun.scores(texts).argmax(axis=1) == labels
    # The rows are of more than four labels, so a head of chance would be right one time in four at most.
    assert len(NAMES) > 4
    assert right.mean() > 0.5


def test_the_embedder_that_is_there_is_used_for_it(base: BaseModel, tmp_path: Path) -> None:
    opened: list[Embedder] = []
    artefact = make_encoder(base, "fp32", tmp_path / "encoder")

    def open_embedder() -> Embedder:
        opened.append(Embedder.load(artefact))
        return opened[-1]

    settings = FullSettings(**STILL)
    plain = Full(settings, context(base, tmp_path / "a")).fit(*train_rows())
    by_artefact = Full(settings, context(base, tmp_path / "b", open_embedder=open_embedder)).fit(
        *train_rows()
    )
    assert len(opened) == 1
    np.testing.assert_allclose(by_artefact.scores(TEXTS), plain.scores(TEXTS), atol=1e-3)


def test_what_is_learned_is_named_and_holds_the_word_table(base: BaseModel) -> None:
    encoder = Encoder.load(base)
    encoder.requires_grad_(False)
    head = linear(encoder.width, 3)
    ids, labels = tokenise(base, (), TEXTS[:3]), np.array([0, 1, 2])
    network = Network(encoder, head, ids, labels, 3, learns_words=True, n_frozen=0)
    words = "encoder.transformer.embeddings.word_embeddings.weight"
    assert set(network.learned()) == {words, "head.weight", "head.bias"}
    assert set(dataclasses.replace(network, learns_words=False).learned()) == {"head.weight", "head.bias"}


def test_balanced_weights_are_those_of_scikit_learn() -> None:
    labels = np.array([0] * 7 + [1] * 2 + [3])
    expected = compute_class_weight("balanced", classes=np.array([0, 1, 3]), y=labels)
    weights = balanced_weights(labels, 5).numpy()
    np.testing.assert_allclose(weights[[0, 1, 3]], expected, rtol=1e-6)
    assert weights[[2, 4]].tolist() == [0, 0]


def test_a_head_or_loss_that_is_not_there_is_named(base: BaseModel, tmp_path: Path) -> None:
    for setting in ("head", "loss"):
        given: dict[str, Any] = {**QUICK, setting: "nowhere_at_all:thing"}
        settings = FullSettings(**given)
        with pytest.raises(UsageError, match=f"no module 'nowhere_at_all' for the {setting}"):
            Full(settings, context(base, tmp_path / setting)).fit(*train_rows())


def test_the_head_is_plain_weights_where_it_is_linear(base: BaseModel, tmp_path: Path) -> None:
    for head, is_linear in (("linear", True), ("mlp", False)):
        settings = FullSettings(**QUICK, head=head)
        fitted = Full(settings, context(base, tmp_path / head)).fit(*train_rows())
        assert isinstance(fitted.head, LinearModel) is is_linear


def test_scores_are_measured_under_the_names_of_the_labels(base: BaseModel, tmp_path: Path) -> None:
    told: list[str] = []
    given = context(base, tmp_path, on_event=lambda event: told.append(event.words))
    Full(FullSettings(**QUICK), given).fit(*train_rows(), held_out())
    assert any(name in told[-1] for name in NAMES)


def test_no_held_out_row_is_no_held_out_split(base: BaseModel, tmp_path: Path) -> None:
    nothing = HeldOut([], np.array([], dtype=np.int64))
    fitted = Full(FullSettings(**QUICK), context(base, tmp_path)).fit(*train_rows(), nothing)
    assert "accuracy" not in fitted.history[0]


@pytest.mark.parametrize(
    "given",
    [
        {"head": "mlp"},
        {"loss": "focal"},
        {"class_weights": "balanced"},
        {"label_smoothing": 0.1},
        {"layer_decay": 0.8},
        {"l2_pretrained": 1.0},
        {"schedule": "cosine"},
        {"monitor": "log_loss"},
        {"bf16": "yes"},
        {"max_length": 8},
        {"max_tokens": 16},
    ],
)
def test_every_setting_trains(base: BaseModel, tmp_path: Path, given: dict[str, Any]) -> None:
    fitted = Full(FullSettings(**QUICK, **given), context(base, tmp_path)).fit(*train_rows(), held_out())
    scores = fitted.scores(TEXTS[:5])
    assert scores.shape == (5, len(NAMES))
    np.testing.assert_allclose(scores.sum(axis=1), 1, atol=1e-4)
    assert len(fitted.history) == 1


def test_less_memory_gives_the_same_weights(base: BaseModel, tmp_path: Path) -> None:
    def trained(name: str, **given: Any) -> Encoder:
        settings = FullSettings(**QUICK, dropout=0.0, bf16="no", **given)
        return Full(settings, context(base, tmp_path / name)).fit(*train_rows(), held_out()).encoder

    plain = trained("plain").state_dict()
    for name, found in (
        ("tight", trained("tight", max_tokens=24)),
        ("again", trained("again", gradient_checkpointing=True)),
    ):
        for key, tensor in found.state_dict().items():
            torch.testing.assert_close(tensor, plain[key], atol=2e-4, rtol=1e-2, msg=f"{name} {key}")


def test_a_label_without_rows_is_never_predicted_and_breaks_nothing(base: BaseModel, tmp_path: Path) -> None:
    names = (*NAMES, "没有 none")
    settings = FullSettings(**QUICK, class_weights="balanced")
    given = context(base, tmp_path)
    recipe = Full(settings, given)
    fitted = recipe.fit(TEXTS[:60], LABELS[:60], len(names), HeldOut(TEXTS[60:70], LABELS[60:70]))
    assert len(names) - 1 not in fitted.scores(TEXTS).argmax(axis=1)


def test_a_batch_of_one_label_and_a_held_out_split_without_others(base: BaseModel, tmp_path: Path) -> None:
    rows = np.flatnonzero(LABELS == 0)[:12].tolist() + np.flatnonzero(LABELS == 1)[:2].tolist()
    texts, labels = [TEXTS[row] for row in rows], LABELS[rows]
    fitted = Full(FullSettings(**QUICK | {"batch_size": 4}), context(base, tmp_path)).fit(
        texts, labels, 2, HeldOut(texts[:3], labels[:3])
    )
    assert np.isfinite(fitted.scores(texts)).all()


def test_threads_are_as_before(base: BaseModel, tmp_path: Path) -> None:
    before = torch.get_num_threads()
    Full(FullSettings(**QUICK), context(base, tmp_path)).fit(*train_rows())
    assert torch.get_num_threads() == before
