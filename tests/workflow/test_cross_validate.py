from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, f1_score, log_loss

from headway.evaluation.label_errors import find_label_errors
from headway.ids import new_id
from headway.project import Project
from headway.records import Annotation
from headway.store.records import iter_texts
from headway.store.rules import change_labels
from headway.training.recipe import HeldOut
from headway.workflow.cross_validate import cross_validate
from headway.workflow.data import TrainingData
from tests.projects import make_project, mixed, toy, unlike, write_csv
from tests.workflow.test_bench import Clock, bench


def silent(stage: str, done: int, total: int | None = None) -> None:
    """Show nothing."""


def test_every_text_is_judged_once_and_the_figures_are_those_of_its_judge(tmp_path: Path) -> None:
    shown: list[tuple[int, int | None]] = []
    with make_project(tmp_path / "p", mixed(120)) as project:
        made = bench(project, tmp_path, recipe="baseline")
        found = cross_validate(
            made, "baseline", 4, lambda stage, done, total=None: shown.append((done, total))
        )
        train, names = made.data.train, made.data.names
        assert sorted(found.rows.tolist()) == list(range(len(train)))
        truth = train.labels[found.rows]
        guess, scores = found.scores.argmax(axis=1), found.scores.astype(np.float64)
        accuracy = found.figures["accuracy"]
        assert accuracy["pooled"] == pytest.approx(accuracy_score(truth, guess))
        assert found.figures["macro_f1"]["pooled"] == pytest.approx(f1_score(truth, guess, average="macro"))
        assert found.figures["log_loss"]["pooled"] == pytest.approx(
            log_loss(truth, scores / scores.sum(axis=1, keepdims=True), labels=range(len(names))), abs=1e-4
        )
        assert accuracy["mean"] == pytest.approx(np.mean(accuracy["values"]))
        assert accuracy["deviation"] == pytest.approx(np.std(accuracy["values"], ddof=1))
        assert accuracy["interval"][0] < accuracy["pooled"] < accuracy["interval"][1]
        assert (found.figures["folds"], found.figures["rows"]) == (4, len(train))
        assert shown == [(0, 4), (1, 4), (2, 4), (3, 4), (4, 4)]
        # What was never seen says which labels are doubtful.
        texts = [train.texts[row] for row in found.rows]
        assert find_label_errors(found.scores, truth, names, texts)["n"] >= 0


def test_a_text_is_judged_by_a_model_that_has_not_seen_it(tmp_path: Path) -> None:
    # Labels that nothing tells: who had seen them would be right, who had not is right by chance.
    rows = [(text, "ab"[number % 7 < 3]) for number, (text, _) in enumerate(mixed(120))]
    with make_project(tmp_path / "p", rows) as project:
        made = bench(project, tmp_path, recipe="baseline", settings={"min_texts": "1"})
        found = cross_validate(made, "baseline", 3, silent)
        fitted = made.fit("baseline", "fp32")
        seen = fitted.scores(made.data.train.texts).argmax(axis=1) == made.data.train.labels
        assert seen.mean() > 0.95
        assert found.figures["accuracy"]["pooled"] < 0.7


def test_rows_labelled_by_rules_are_never_judged(tmp_path: Path) -> None:
    with make_project(tmp_path / "p", toy(40)) as project:
        add_ruled(project, 40)
        version = project.dataset(rules=True)
        made = bench(project, tmp_path, recipe="baseline")
        made.data = TrainingData.load(project.store, version)
        assert made.data.train.fit_only.sum() == version.statistics["rules"]["rows"] > 0
        assert not made.data.validation.fit_only.any()
        found = cross_validate(made, "baseline", 3, silent)
        assert sorted(found.rows.tolist()) == np.flatnonzero(~made.data.train.fit_only).tolist()


def add_ruled(project: Project, n: int) -> None:
    """Texts that nobody has labelled but a rule."""
    texts = [(f"{text} more", label) for text, label in toy(2 * n)[n:]]
    project.import_files(write_csv(project.store.project / "more.csv", texts), text="text", label=None)
    label_of = dict(texts)
    given = [
        Annotation(new_id(), project.task().name, record, label_of[text], "rule:词", project.store.now())
        for record, text, *_ in iter_texts(project.store)
        if text in label_of
    ]
    with project.store.writing() as connection:
        change_labels(connection, [], given, project.store.now())


def test_augmented_rows_are_never_judged(tmp_path: Path) -> None:
    with make_project(tmp_path / "p", toy()) as project:
        version = project.dataset(augment=["swap=1"])
        made = bench(project, tmp_path, recipe="baseline")
        made.data = TrainingData.load(project.store, version)
        augmented = made.data.train.fit_only
        assert augmented.any()
        found = cross_validate(made, "baseline", 3, silent)
        assert found.rows.tolist() != []
        assert not augmented[found.rows].any()
        assert len(found.rows) == (~augmented).sum()


def test_texts_that_belong_together_are_judged_by_the_same_model(tmp_path: Path) -> None:
    # Only the author's word tells the label: who has seen another text of the author knows it.
    authors = [(f"{unlike(number)} {unlike(number + 50)}", "ab"[number % 3 == 0]) for number in range(30)]
    lines = [
        f"{words} {unlike(1000 * copy + number)},{label},{number}"
        for number, (words, label) in enumerate(authors)
        for copy in range(1, 6)
    ]
    pooled = []
    with Project.create(tmp_path / "p", name="intents") as project:
        file = tmp_path / "rows.csv"
        file.write_text("text,label,author\n" + "\n".join(lines), "utf-8")
        project.import_files(file, text="text", label="label")
        for group in (None, "author"):
            version = project.dataset(group=group)
            made = bench(project, tmp_path, recipe="baseline")
            made.data = TrainingData.load(project.store, version)
            pooled.append(cross_validate(made, "baseline", 3, silent).figures["accuracy"]["pooled"])
        assert max(Counter(made.data.train.clusters).values()) == 5
    apart, together = pooled
    assert apart > 0.95
    assert together < 0.8


def test_a_budget_that_is_used_up_allows_no_fold(fresh: Project, tmp_path: Path) -> None:
    made = bench(fresh, tmp_path, Clock(10.0, [11.0]), recipe="baseline", budget=10.0)
    found = cross_validate(made, "baseline", 3, silent)
    assert found.figures == {"folds": 0, "of": 3, "rows": 0}
    assert found.scores.shape == (0, 2)
    assert "did not reach" in found.words["en"]


def test_a_recipe_that_trains_the_encoder_is_judged_too(fresh: Project, base: str, tmp_path: Path) -> None:
    made = bench(fresh, tmp_path, recipe="lora", base=base, settings={"epochs": "1"})
    validation = HeldOut(made.data.validation.texts, made.data.validation.labels)
    found = cross_validate(made, "lora", 2, silent, held_out=validation)
    assert found.figures["folds"] == 2
    assert found.scores.sum(axis=1) == pytest.approx(np.ones(len(found.rows)), abs=1e-4)
    assert found.figures["accuracy"]["pooled"] > 0.8


def test_settings_replace_those_of_the_request(fresh: Project, tmp_path: Path) -> None:
    made = bench(fresh, tmp_path, recipe="baseline")
    usual = cross_validate(made, "baseline", 2, silent)
    weak = cross_validate(made, "baseline", 2, silent, settings={"c": 0.001})
    assert weak.figures["log_loss"]["pooled"] > usual.figures["log_loss"]["pooled"]
