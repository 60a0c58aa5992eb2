from __future__ import annotations

import dataclasses

import pytest

from headway.console import model_content
from headway.console.model_content import models_page, version_page
from headway.registry.versions import manifest_of, promote, resolve
from headway.store import Store
from headway.store.models import add_version
from headway.store.runs import add_run, list_runs


@pytest.fixture
def store(trained: Store) -> Store:
    return trained


def test_a_task_is_shown_with_its_models_and_runs_the_newest_first(store: Store) -> None:
    (task,) = models_page(store)
    (model,) = task["models"]
    assert [version["number"] for version in model["versions"]] == [3, 2, 1]
    assert [run["model"] for run in task["runs"]] == ["intents@3", "intents@2", "intents@1"]
    assert (model["champion"], model["back"], model["more"], task["more_runs"]) == (1, None, 0, 0)
    promote(store, "intents@2")
    (model,) = models_page(store)[0]["models"]
    assert (model["champion"], model["back"]) == (2, 1)
    assert [event.version for event in model["history"]] == [2, 1]


def test_only_the_newest_are_shown_and_the_rest_is_counted(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(model_content, "SHOWN", 2)
    (task,) = models_page(store)
    (model,) = task["models"]
    assert [version["number"] for version in model["versions"]] == [3, 2]
    assert (model["more"], task["more_runs"], len(task["runs"])) == (1, 1, 2)


def test_a_version_has_the_figures_of_its_own_run(store: Store) -> None:
    page = version_page(store, resolve(store, "intents@3"))
    run = next(run for run in list_runs(store) if run.model == "intents@3")
    validation = run.metrics["validation"]
    assert page["accuracy"]["value"] == f"{100 * validation['accuracy']:.1f}%"
    assert (page["base"], page["precision"], page["run"]) == ("tiny", "int8", run.id)
    speed = run.details["equivalence"]["int8"]["texts_per_second_candidate"]
    assert page["speed"] == f"{speed:,.0f}"
    assert [proof["name"] for proof in page["equivalence"]] == ["int8", "export"]
    assert all(proof["passed"] for proof in page["equivalence"])


def test_a_model_that_came_without_a_run_is_shown_by_its_manifest(store: Store) -> None:
    version = dataclasses.replace(resolve(store, "intents@3"), name="客服", run=None)
    page = version_page(store, add_version(store, version))
    assert (page["accuracy"], page["run"], page["trained"]) == (None, None, None)
    assert page["recipe"] == "probe"
    assert page["manifest"] == manifest_of(store, version)
    assert [proof["name"] for proof in page["equivalence"]] == ["int8"]


def test_what_is_damaged_hides_nothing_else(store: Store) -> None:
    store.blobs.path(resolve(store, "intents@1").artifact).write_bytes(b"{}")
    (task,) = models_page(store)
    damaged = [version["number"] for version in task["models"][0]["versions"] if version["damaged"]]
    assert damaged == [1]
    page = version_page(store, resolve(store, "intents@1"))
    assert (page["manifest"], page["card"], page["size"]) == (None, None, None)
    assert page["recipe"] == "baseline"


def test_a_run_without_a_model_is_shown_too(store: Store) -> None:
    failed = dataclasses.replace(list_runs(store)[0], id="0" * 20, state="failed", model=None, metrics={})
    add_run(store, failed)
    (task,) = models_page(store)
    assert task["runs"][-1]["state"] == "failed"
    assert (task["runs"][-1]["accuracy"], task["runs"][-1]["model"]) == (None, None)
