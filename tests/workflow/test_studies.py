from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from headway.errors import MissingExtraError, UsageError
from headway.project import Project
from headway.training.baseline import Baseline
from headway.training.events import ignore
from headway.workflow.data import TrainingData
from headway.workflow.request import TrainRequest
from headway.workflow.studies import check_studies, search_before, study_beside
from tests.projects import make_project, toy
from tests.workflow.test_bench import bench
from tests.workflow.test_search import NoRange


class Stubborn(Baseline):
    """A recipe with nothing to search."""

    Settings = NoRange


@pytest.fixture
def uneven(tmp_path: Path) -> Iterator[Project]:
    """Two labels of many rows, and one of three."""
    rare = [("发票 invoice xylophone", "发票"), ("开票 bill quartz", "发票"), ("税号 tax jumble", "发票")]
    with make_project(tmp_path / "uneven", toy() + rare) as project:
        yield project


def data_of(project: Project) -> TrainingData:
    """The rows of a project's newest version."""
    return TrainingData.load(project.store, project.dataset())


def test_all_that_the_data_cannot_bear_is_said_at_once(uneven: Project) -> None:
    data = data_of(uneven)
    n = int((data.train.labels == data.names.index("发票")).sum())
    request = TrainRequest(recipe=f"{__name__}:Stubborn", search=True, folds=10)
    with pytest.raises(UsageError) as caught:
        check_studies(request, data)
    assert (
        f"--folds 10 is more than the label '发票' has training texts that do not belong together: {n}"
        in (caught.value.message)
    )
    assert "names no range for any of its settings (size)" in caught.value.message


def test_repeats_need_validation_rows(fresh: Project) -> None:
    data = data_of(fresh)
    nothing = TrainingData(data.version, data.train, data.validation.take([]))
    with pytest.raises(UsageError, match="--repeats: there are no validation rows"):
        check_studies(TrainRequest(repeats=3), nothing)
    check_studies(TrainRequest(repeats=3), data)


def test_what_the_data_can_bear_is_allowed(fresh: Project) -> None:
    check_studies(TrainRequest(recipe="baseline", search=True, folds=3, repeats=2), data_of(fresh))


def test_a_search_without_optuna_names_the_extra(fresh: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(MissingExtraError) as caught:
        check_studies(TrainRequest(recipe="baseline", search=True), data_of(fresh))
    assert caught.value.next_step == "pip install 'headway[train]'"


def test_a_search_is_done_where_it_was_asked_for(fresh: Project, tmp_path: Path) -> None:
    plain = bench(fresh, tmp_path, recipe="baseline")
    assert search_before(plain, "baseline", progress=lambda *_: None, on_event=ignore) is None
    asked = bench(fresh, tmp_path, recipe="baseline", search=True, trials=2)
    found = search_before(
        asked, "baseline", progress=lambda *_: None, on_event=ignore, folder=tmp_path / "run"
    )
    assert found is not None
    assert len(found.trials) == 2
    assert len((tmp_path / "run" / "trials.jsonl").read_text("utf-8").splitlines()) == 3


def test_folds_and_repeats_are_done_where_they_were_asked_for(fresh: Project, tmp_path: Path) -> None:
    for folds, repeats, keys in ((None, 1, set()), (2, 1, {"folds"}), (2, 2, {"folds", "repeats"})):
        made = bench(fresh, tmp_path, recipe="baseline", folds=folds, repeats=repeats)
        rows = made.data.validation
        found = study_beside(
            made,
            "baseline",
            first=made.fit("baseline", "fp32"),
            measure=lambda fitted, texts=rows.texts: fitted.scores(texts),  # type: ignore[misc]
            progress=lambda *_: None,
        )
        assert set(found.metrics) == set(found.words) == keys
        assert all(set(words) == {"en", "zh"} for words in found.words.values())
        assert (found.out_of_fold is not None) == (folds is not None)
