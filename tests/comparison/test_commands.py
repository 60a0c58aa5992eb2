from __future__ import annotations

from pathlib import Path

import pytest

from headway.project import Project
from tests.projects import call, copy_of

from .test_contestants import add_run


@pytest.fixture
def here(trained: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the trained project, in which the commands are called."""
    folder = copy_of(trained, tmp_path / "copy")
    monkeypatch.chdir(folder)
    return folder


def test_compare_prints_a_table_words_and_the_page(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    done = call(capsys, "compare", "intents@1", "intents@3", "--html", "page.html")
    assert done.code == 0
    # Progress comes before it, a line for each stage.
    _, _, header, *lines = done.out.splitlines()
    assert header.split() == [
        *("#", "model", "recipe", "accuracy", "interval", "seconds"),
        *("MB", "texts/s", "front", "run"),
    ]
    assert {line.split()[1] for line in lines[:2]} == {"intents@1", "intents@3"}
    assert "most accurate" in done.out
    assert "Page: page.html" in done.out
    assert (here / "page.html").read_text("utf-8").startswith("<!doctype html>")


def test_compare_prints_one_json_object(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    done = call(capsys, "compare", "--json")
    assert done.code == 0
    assert [row["number"] for row in done.json["rows"]] == [1, 2, 3]
    assert {"task", "rows", "speed", "summary", "warnings", "html"} <= done.json.keys()
    assert Path(done.json["html"]).is_file()


def test_compare_lists_a_failed_run_with_a_note(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Project.open(here) as project:
        run = add_run(project, details={"error": "no memory"})
    done = call(capsys, "compare", "intents@1", run.id)
    assert done.code == 0
    assert f"Note: {run.id} failed and has no figures: no memory" in done.out


def test_compare_names_all_that_is_unknown(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    done = call(capsys, "compare", "nope", "intents@7", "--json")
    assert done.code == 5
    assert "'nope'" in done.json["error"]
    assert "'7'" in done.json["error"]
    assert "Measuring" not in done.err


def test_compare_says_what_to_do_where_nothing_was_trained(
    fresh: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    done = call(capsys, "compare", "--project", fresh.store.project)
    assert done.code == 5
    assert "headway train" in done.err


def test_bases_compare_prints_a_table_words_and_the_page(
    here: Path, base: str, capsys: pytest.CaptureFixture[str]
) -> None:
    done = call(capsys, "bases", "compare", base, "nonsense", "--labels", 60)
    assert done.code == 0
    table = {line.split()[1]: line for line in done.out.splitlines() if line[:1].isdigit()}
    assert table.keys() == {"baseline", "tiny", "nonsense"}
    assert "mit" in table["tiny"]
    assert "Note: nonsense cannot be used" in done.out
    assert "report.html" in done.out


def test_bases_compare_prints_one_json_object(
    here: Path, base: str, capsys: pytest.CaptureFixture[str]
) -> None:
    done = call(capsys, "bases", "compare", base, "--labels", 60, "--precision", "fp32", "--json")
    assert done.code == 0
    assert done.json["precision"] == "fp32"
    assert [row["name"] for row in done.json["rows"]] == ["baseline", "tiny"]


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("nonsense",), 5, "None of the base models can be used. nonsense: 'nonsense' is not a base model"),
        (("minilm", "--precision", "int4"), 2, "'int4' is neither int8 nor fp32"),
        (("minilm", "--labels", "3"), 2, "--labels 3 is too few"),
    ],
)
def test_bases_compare_refuses_what_cannot_be_done(
    here: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], code: int, words: str
) -> None:
    done = call(capsys, "bases", "compare", *arguments)
    assert done.code == code
    assert words in done.err
