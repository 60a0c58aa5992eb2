from __future__ import annotations

from pathlib import Path

import pytest

from headway.project import Project
from headway.records import Split
from tests.projects import call, make_project, toy, write_csv


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project of forty texts, not frozen yet."""
    make_project(tmp_path / "p", toy()).close()
    return tmp_path / "p"


def test_options_are_kept_shown_and_used_again_by_training(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    synonyms = tmp_path / "同义词.txt"
    synonyms.write_text("parcel, package\n退款\t退钱\n", "utf-8")
    given = [
        "--cap",
        "10",
        "--balance",
        "--augment",
        "typos=2",
        "--augment",
        "synonyms",
        "--synonyms",
        synonyms,
    ]
    made = call(capsys, "dataset", "create", *given, "--json", "--project", folder).json
    assert made["options"] == {
        "seed": 0,
        "validation": 0.1,
        "test": 0.1,
        "cap": 10,
        "balance": True,
        "augment": {"typos": 2, "synonyms": 1},
        "synonyms": [["parcel", "package"], ["退款", "退钱"]],
    }
    assert made["statistics"]["left_out"] == {"capped": 12}
    shown = call(capsys, "dataset", "show", "--project", folder).out
    assert f"{made['statistics']['augmented']['rows']} rows of train are augmented" in shown
    assert "left out: capped 12" in shown
    assert "cap 10, balance True, augment typos=2 synonyms=1, synonyms 2 groups" in shown
    assert "preparation: control@1" in shown
    run = call(capsys, "train", "--recipe", "baseline", "--json", "--project", folder).json
    assert run["dataset"] == made["hash"]


def test_labels_of_rules_are_asked_for_shown_and_used_again_by_training(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    here = ("--project", folder)
    more = write_csv(tmp_path / "more.csv", [(f"{text} 谢谢 thanks", "") for text, _ in toy(120)[40:]])
    call(capsys, "import", more, "--text", "text", *here)
    rules = tmp_path / "rules.toml"
    rules.write_text(
        "[[rule]]\nname = '钱'\nlabel = 'refund'\nkeywords = ['退款']\n"
        "[[rule]]\nname = 'box'\nlabel = 'delivery'\nkeywords = ['box']\n",
        "utf-8",
    )
    call(capsys, "annotate", "rules", rules, "--apply", *here)
    plain = call(capsys, "dataset", "create", "--json", *here).json
    assert sum(plain["sizes"].values()) == 40
    made = call(capsys, "dataset", "create", "--rules", *here).out
    assert "64 rows of train are labelled by rules alone" in made
    assert "left out: rules-not-training 16" in made
    shown = call(capsys, "dataset", "show", "--html", tmp_path / "v.html", "--json", *here).json
    assert shown["sizes"] == plain["sizes"] | {"train": plain["sizes"]["train"] + 64}
    page = (tmp_path / "v.html").read_text("utf-8")
    assert "Rows labelled by rules alone" in page
    assert "仅由规则标注，且不能用于训练" in page
    run = call(capsys, "train", "--recipe", "baseline", "--json", *here).json
    assert run["dataset"] == shown["hash"]


def test_a_version_is_also_a_page(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call(capsys, "dataset", "create", "--project", folder)
    page = tmp_path / "pages" / "dataset.html"
    assert call(capsys, "dataset", "show", "--html", page, "--project", folder).code == 0
    assert "<svg" in page.read_text("utf-8")


def test_leaks_are_shown_side_by_side(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    nothing = call(capsys, "dataset", "leaks", "--project", folder)
    assert (nothing.code, "nothing to compare" in nothing.out) == (0, True)
    with Project.open(folder) as project:
        for split, text in ((Split.TRAIN, "我要退款，谢谢"), (Split.TEST, "我要退款 谢谢！")):
            file = write_csv(folder / f"{split}.csv", [(text, "refund")])
            project.import_files(file, text="text", label="label", split=split)
    words = call(capsys, "dataset", "leaks", "--project", folder)
    assert words.code == 0
    assert "1 but for case and punctuation (100%)" in words.out
    assert "test: '我要退款 谢谢！'" in words.out
    assert "train: '我要退款，谢谢'" in words.out
    report = call(capsys, "dataset", "leaks", "--json", "--project", folder).json
    assert report["pairs"][0]["leaked"] == 1


@pytest.mark.parametrize(
    ("given", "code", "message"),
    [
        (["--group", "author"], 4, "No labelled text has a value in a column 'author'"),
        (["--by-time"], 4, "None of the 40 labelled texts has a time"),
        (["--cap", "0"], 2, "A cap of 0"),
        (["--augment", "typo"], 2, "not understood: 'typo'"),
        (["--augment", "synonyms"], 2, "needs a list"),
        (["--augment", "synonyms", "--synonyms", "nowhere.txt"], 4, "There is no file nowhere.txt"),
    ],
)
def test_what_cannot_be_done_is_refused_and_nothing_is_made(
    folder: Path, capsys: pytest.CaptureFixture[str], given: list[str], code: int, message: str
) -> None:
    called = call(capsys, "dataset", "create", *given, "--project", folder)
    assert called.code == code
    assert message in called.err
    assert call(capsys, "dataset", "list", "--json", "--project", folder).json["rows"] == []
