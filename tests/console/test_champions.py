from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from headway.console.champions import OpenChampions
from headway.errors import CorruptArtifactError, DataError, ModelError, TooManyInputsError
from headway.inference import Predictor
from headway.registry.artifacts import lay_out
from headway.registry.versions import promote, resolve, rollback
from headway.serving.service import Limits
from headway.store import Store
from headway.store.models import add_version, get_version

TEXTS = ["快递三天了还没到", "I want my money back", "<b>退款</b>"]


@pytest.fixture
def store(trained: Store) -> Store:
    return trained


@pytest.fixture
def opened(store: Store) -> Iterator[OpenChampions]:
    opened = OpenChampions(store, Limits(max_rows=3, max_characters=50))
    yield opened
    opened.close()


def ask(opened: OpenChampions, name: str, texts: list[str], top_k: int = 3) -> tuple[str, list[list[float]]]:
    """The version that answered, and the scores of each text."""
    model, found = asyncio.run(opened.predict(name, texts, top_k))
    return f"{model.name}@{model.version}", [[score for _, score in one.scores] for one in found]


@pytest.mark.parametrize("reference", ["intents@1", "intents@3"])
def test_the_answers_are_those_of_the_predictor(store: Store, opened: OpenChampions, reference: str) -> None:
    promote(store, reference)
    predictor = Predictor.load(lay_out(store, resolve(store, reference).artifact))
    expected = [sorted(row.tolist(), reverse=True)[:3] for row in predictor.predict_scores(TEXTS)]
    answered, scores = ask(opened, "intents", TEXTS)
    assert answered == reference
    for row, wanted in zip(scores, expected, strict=True):
        assert row == pytest.approx(wanted, abs=1e-4)


def test_another_champion_answers_as_soon_as_it_is_promoted(store: Store, opened: OpenChampions) -> None:
    assert ask(opened, "intents", TEXTS)[0] == "intents@1"
    promote(store, "intents@2")
    assert ask(opened, "intents", TEXTS)[0] == "intents@2"
    rollback(store, "intents")
    assert ask(opened, "intents", TEXTS)[0] == "intents@1"


def test_the_two_asked_last_are_kept_open(store: Store, opened: OpenChampions) -> None:
    labels = lay_out(store, resolve(store, "intents@1").artifact) / "labels.json"
    content = labels.read_bytes()
    ask(opened, "intents", TEXTS)
    # What is open does not read its files again, so that damage to them shows when it is opened anew.
    labels.write_bytes(b"[]")
    assert ask(opened, "intents", TEXTS)[0] == "intents@1"
    for reference in ("intents@2", "intents@3"):
        promote(store, reference)
        ask(opened, "intents", TEXTS)
    labels.write_bytes(content)
    promote(store, "intents@1")
    labels.write_bytes(b"[]")
    with pytest.raises(CorruptArtifactError):
        ask(opened, "intents", TEXTS)


def test_limits_are_those_of_the_service(opened: OpenChampions) -> None:
    with pytest.raises(TooManyInputsError):
        ask(opened, "intents", TEXTS + TEXTS)
    with pytest.raises(DataError, match="51 characters"):
        ask(opened, "intents", ["退" * 51])
    with pytest.raises(DataError, match="empty"):
        ask(opened, "intents", [])


def test_what_has_no_champion_cannot_be_asked(store: Store, opened: OpenChampions) -> None:
    with pytest.raises(ModelError):
        ask(opened, "nothing", TEXTS)
    version = get_version(store, "intents", 1)
    add_version(store, type(version)(**{**vars(version), "name": "other", "version": 0}))
    with pytest.raises(ModelError, match="champion"):
        ask(opened, "other", TEXTS)


def test_a_damaged_champion_is_refused_until_it_is_mended(store: Store, opened: OpenChampions) -> None:
    path = lay_out(store, resolve(store, "intents").artifact) / "labels.json"
    content = path.read_bytes()
    path.write_bytes(b"[]")
    with pytest.raises(CorruptArtifactError, match=r"labels\.json"):
        ask(opened, "intents", TEXTS)
    path.write_bytes(content)
    assert ask(opened, "intents", TEXTS)[0] == "intents@1"
