from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from headway.datasets import load_rows
from headway.errors import DataError, ModelError, UsageError
from headway.inference import Embedder
from headway.project import Project
from headway.records import Split
from headway.workflow.encoders import embed_all
from tests.projects import copy_of, make_base, make_project, messages, mixed, unlike


@pytest.fixture(scope="module")
def chinese(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project of Chinese messages, not trained; for reading only."""
    folder = tmp_path_factory.mktemp("bases") / "zh"
    make_project(folder, messages("zh")[:120]).close()
    return folder


@pytest.fixture
def project(chinese: Path, tmp_path: Path) -> Iterator[Project]:
    with Project.open(copy_of(chinese, tmp_path / "project")) as project:
        yield project


def by_base(report: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {row["base"]: row for row in report["rows"]}


def test_each_base_stands_beside_the_baseline_with_what_is_known_of_it(project: Project, base: str) -> None:
    report = project.compare_bases([base])
    baseline, tiny = report["rows"]
    assert (baseline["base"], baseline["number"], baseline["licence"]) == ("baseline", 0, None)
    assert (tiny["base"], tiny["name"], tiny["number"]) == (base, "tiny", 1)
    assert (tiny["licence"], tiny["licence_source"], tiny["languages"]) == ("mit", "README.md", ["zh", "en"])
    assert tiny["unknown_rate"] < 0.05
    assert tiny["truncation_rate"] == 0.0
    assert tiny["mean_tokens"] > 5
    assert tiny["problem"] is None
    for row in report["rows"]:
        search = row["search"]
        assert search["interval"][0] < search["accuracy"] < search["interval"][1]
        assert row["texts_per_second"] > 0
        assert row["size_bytes"] > 1_000
    best = max(report["rows"], key=lambda row: row["search"]["accuracy"])
    for row in report["rows"]:
        difference = row["search"]["difference_to_best"]
        if row is best:
            assert difference is None
        else:
            assert difference[1] <= difference[0] <= difference[2]
            expected = row["search"]["accuracy"] - best["search"]["accuracy"]
            assert difference[0] == pytest.approx(expected)
    assert [row["base"] for row in report["rows"] if row["recommended"]] == [report["recommended"]]


def test_the_size_is_that_of_the_encoder_in_the_precision_asked_for(project: Project, base: str) -> None:
    int8, fp32 = (by_base(project.compare_bases([base], precision=name))[base] for name in ("int8", "fp32"))
    assert int8["size_bytes"] < fp32["size_bytes"]
    (folder,) = (project.store.folder / "cache" / "encoders").glob("*-int8")
    assert int8["size_bytes"] == sum(path.stat().st_size for path in folder.iterdir())


def test_only_training_rows_are_looked_at(
    project: Project, base: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: set[str] = set()

    def watched(embedder: Embedder, texts: list[str], go_on: Any) -> bool:
        seen.update(texts)
        return embed_all(embedder, texts, go_on)

    monkeypatch.setattr("headway.comparison.bases.embed_all", watched)
    report = project.compare_bases([base])
    version = project.dataset()
    assert report["search"] == {"rows": version.sizes["train"], "folds": 5}
    assert report["dataset"] == version.hash
    assert seen == {row.text for row in load_rows(project.store, version, [Split.TRAIN])}
    assert version.sizes["validation"] > 0 < version.sizes["test"]


def test_a_sample_of_so_many_rows_gives_the_same_figures_again(project: Project, base: str) -> None:
    one, other = (project.compare_bases([base], labels=40) for _ in range(2))
    assert one["search"]["rows"] == 40
    assert [row["search"] for row in one["rows"]] == [row["search"] for row in other["rows"]]
    assert project.compare_bases([base], labels=60)["search"]["rows"] == 60


def test_a_base_that_cannot_be_used_is_a_row_that_says_why(
    project: Project, base: str, tmp_path: Path
) -> None:
    damaged = make_base(tmp_path / "damaged")
    (damaged / "model.safetensors").write_bytes(b"nothing")
    strange = make_base(tmp_path / "strange", seed=1)
    (strange / "config.json").write_text(json.dumps({"model_type": "never-heard-of"}))
    report = project.compare_bases(["minlm", str(damaged), base, str(strange), "./no/such"])
    found = by_base(report)
    assert [row["number"] for row in report["rows"]] == [0, 1, 2, 3, 4, 5]
    assert "'minlm' is not a base model" in found["minlm"]["problem"]
    assert "model.safetensors" in found[str(damaged)]["problem"]
    assert "never-heard-of" in found[str(strange)]["problem"]
    assert "./no/such" in found["./no/such"]["problem"]
    assert found[base]["search"]["accuracy"] > 0
    assert all(found[name]["search"] is None for name in ("minlm", str(damaged), str(strange), "./no/such"))
    english = " ".join(warning["en"] for warning in report["warnings"])
    assert "minlm cannot be used" in english
    assert "minlm 无法使用" in " ".join(warning["zh"] for warning in report["warnings"])


def test_where_no_base_can_be_used_all_are_named(project: Project) -> None:
    with pytest.raises(ModelError) as caught:
        project.compare_bases(["minlm", "e5-smal"])
    assert "'minlm'" in caught.value.message
    assert "'e5-smal'" in caught.value.message
    assert not (project.store.project / "reports").exists()


def test_an_english_base_on_chinese_texts_is_warned_of(project: Project, base: str, tmp_path: Path) -> None:
    english = make_base(tmp_path / "english", readme="---\nlicense: mit\nlanguage: en\n---\n")
    report = project.compare_bases([base, str(english)])
    (warning,) = report["warnings"]
    assert "english was not trained on Chinese" in warning["en"]
    assert "没有用中文训练过" in warning["zh"]
    assert by_base(report)[str(english)]["warnings"] == [warning]
    assert report["language"] == "zh"


def test_the_report_is_kept_as_data_and_as_a_page(project: Project, base: str, tmp_path: Path) -> None:
    report = project.compare_bases([base, base], html=tmp_path / "页.html")
    (folder,) = (project.store.project / "reports").glob("bases-intents-*")
    kept = json.loads((folder / "report.json").read_text("utf-8"))
    assert kept == {key: value for key, value in report.items() if key != "html"}
    page = (tmp_path / "页.html").read_text("utf-8")
    assert "tiny" in page
    assert base not in page
    assert len(report["rows"]) == 2
    assert list((project.store.folder / "tmp").iterdir()) == []


def test_a_speed_is_that_of_computing_and_not_of_the_cache(
    project: Project, base: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    caches = []
    load = Embedder.load.__func__  # type: ignore[attr-defined]

    def watched(cls: type[Embedder], *arguments: Any, **options: Any) -> Embedder:
        caches.append(options.get("cache"))
        embedder: Embedder = load(cls, *arguments, **options)
        return embedder

    monkeypatch.setattr(Embedder, "load", classmethod(watched))
    project.compare_bases([base])
    assert [cache is None for cache in caches] == [False, True]


def test_all_options_that_cannot_be_used_are_named_at_once(project: Project) -> None:
    with pytest.raises(UsageError) as caught:
        project.compare_bases(["minlm"], precision="int4", labels=1)
    assert "'int4'" in caught.value.message
    assert "--labels 1 is too few" in caught.value.message


def test_a_project_without_labels_or_with_one_label_says_so(tmp_path: Path, base: str) -> None:
    empty = Project.create(tmp_path / "empty", name="intents")
    with empty, pytest.raises(DataError, match="no labelled text"):
        empty.compare_bases([base])
    one = [(f"{text} {unlike(n)}", "same") for n, (text, _) in enumerate(mixed(30))]
    project = make_project(tmp_path / "one", one)
    with project, pytest.raises(DataError, match="label"):
        project.compare_bases([base])


def test_where_none_is_named_the_default_ones_are_compared(
    project: Project, base: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("headway.comparison.bases.DEFAULTS", {"en": "no-such", "zh": base})
    report = project.compare_bases(labels=20)
    assert [row["base"] for row in report["rows"]] == ["baseline", "no-such", base]
