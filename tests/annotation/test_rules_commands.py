from __future__ import annotations

import json
from pathlib import Path

import pytest

from headway.datasets.ruled import rule_votes
from headway.store import Store
from tests.annotated import TASK, annotate, import_texts
from tests.annotation.ruling import ENDLESS, NEVER_ENDING, write_rules
from tests.projects import call

TEXTS = ["我要退款", "refund please", "where is my parcel", "谢谢", "hello [there]"]


@pytest.fixture
def project(store: Store) -> Path:
    import_texts(store, TEXTS)
    annotate(store, "我要退款", [("Ann", "退款")])
    annotate(store, "refund please", [("Ann", "other")])
    annotate(store, "谢谢", [("Ann", "delivery")])
    return store.project


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    (tmp_path / "mine.py").write_text("def short(text):\n    return len(text) < 3 or None\n", "utf-8")
    return write_rules(
        tmp_path,
        钱=("退款", "keywords = ['退款', 'REFUND']"),
        please=("other", "pattern = 'please$'"),
        short=("other", "function = 'mine.py:short'"),
    )


def labels_in(project: Path) -> int:
    store = Store.open(project)
    try:
        return sum(len(votes) for votes in rule_votes(store, TASK, "9999")[0].values())
    finally:
        store.close()


def test_figures_are_shown_and_nothing_is_written(
    project: Path, rules: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = call(capsys, "annotate", "rules", rules, "--project", project)
    assert said.code == 0
    assert "3 of 5 texts are labelled by a rule, 2 by none; rules contradict each other on 1." in said.out
    row = next(line for line in said.out.splitlines() if line.startswith("钱"))
    assert "2 (40.0%)" in row
    assert "1 of 2 (9.5% … 90.5%)" in row
    assert "Nothing was written" in said.out
    assert "can be far off" in said.out
    assert labels_in(project) == 0


def test_as_json_it_is_one_object_with_all_of_it(
    project: Path, rules: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = call(capsys, "annotate", "rules", rules, "--project", project, "--json").json
    json.dumps(found, allow_nan=False)
    assert (found["task"], found["applied"], found["labelled_by_people"]) == (TASK, None, 3)
    money, please, short = found["rules"]
    assert {key: money[key] for key in ("name", "label", "texts", "share", "overlaps", "conflicts")} == {
        "name": "钱",
        "label": "退款",
        "texts": 2,
        "share": 0.4,
        "overlaps": 0.5,
        "conflicts": 0.5,
    }
    assert (money["people"]["right"], money["people"]["n"]) == (1, 2)
    assert (please["people"]["accuracy"], short["estimate"]) == (1.0, None)
    assert all(rule["timeouts"] == rule["errors"] == 0 for rule in found["rules"])


def test_labels_are_kept_kept_as_they_are_and_taken_back(
    project: Path, rules: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    here = ("--project", project)
    done = call(capsys, "annotate", "rules", rules, "--apply", "--json", *here).json
    assert done["applied"] == {"added": 4, "unchanged": 0, "withdrawn": 0}
    again = call(capsys, "annotate", "rules", rules, "--apply", *here)
    assert "0 labels were written, 4 were there already, and 0 were taken back." in again.out
    assert "headway dataset create --rules" in again.out
    assert labels_in(project) == 4
    # People are asked as before, and see nothing of it.
    assert "3 of 5 texts are labelled" in call(capsys, "annotate", "status", *here).out
    assert call(capsys, "annotate", "queue", "--json", *here).json["added"] == 2
    gone = call(capsys, "annotate", "rules", "--remove", "--json", *here).json
    assert gone == {"task": TASK, "rules": ["please", "short", "钱"], "withdrawn": 4}
    assert "0 labels of 0 rules" in call(capsys, "annotate", "rules", "--remove", *here).out
    assert labels_in(project) == 0


def test_what_went_wrong_on_texts_is_told(
    store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import_texts(store, [ENDLESS, "一", "two"])
    annotate(store, "一", [("Ann", "退款"), ("Bob", "other")])
    (tmp_path / "mine.py").write_text("def bad(text):\n    return 1 / 0\n", "utf-8")
    path = write_rules(
        tmp_path, slow=("退款", f"pattern = '{NEVER_ENDING}'"), bad=(None, "function = 'mine.py:bad'")
    )
    said = call(capsys, "annotate", "rules", path, "--project", store.project)
    assert said.code == 0
    assert "'slow' ran out of time on 1 texts" in said.out
    assert "'bad' failed on 3 texts" in said.out
    assert "raised ZeroDivisionError: division by zero (mine.py, line 2)" in said.out
    assert "Traceback" not in said.out + said.err


@pytest.mark.parametrize(
    ("given", "code", "message"),
    [
        ([], 2, "a file of rules"),
        (["RULES", "--remove"], 2, "a file of rules"),
        (["--apply", "--remove"], 2, "a file of rules"),
        (["--apply"], 2, "a file of rules"),
        (["nowhere.toml"], 4, "nowhere.toml cannot be read"),
        (["nowhere.toml", "--apply"], 4, "nowhere.toml cannot be read"),
        (["RULES", "--task", "another"], 2, "another"),
    ],
)
def test_what_makes_no_sense_is_refused(
    project: Path,
    rules: Path,
    capsys: pytest.CaptureFixture[str],
    given: list[str],
    code: int,
    message: str,
) -> None:
    words = [str(rules) if word == "RULES" else word for word in given]
    said = call(capsys, "annotate", "rules", *words, "--project", project)
    assert said.code == code
    assert message in said.err
    assert labels_in(project) == 0


def test_a_file_that_is_wrong_changes_nothing(
    project: Path, rules: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call(capsys, "annotate", "rules", rules, "--apply", "--project", project)
    bad = write_rules(tmp_path, a=("refund", "keywords = ['a']"), b=("退款", "pattern = '('"))
    said = call(capsys, "annotate", "rules", bad, "--apply", "--project", project, "--json")
    assert said.code == 4
    assert "rule 1 'a', label: 'refund' is unknown" in said.json["error"]
    assert "rule 2 'b', pattern: '(' is no regular expression" in said.json["error"]
    assert labels_in(project) == 4


def test_the_figures_are_shown_while_another_command_works_but_nothing_is_kept(
    project: Path, rules: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "headway.toml").write_text("lock_wait_seconds = 0.05\n")
    other = Store.open(project)
    with other.exclusive("import"):
        assert call(capsys, "annotate", "rules", rules, "--project", project).code == 0
        assert call(capsys, "annotate", "rules", rules, "--apply", "--project", project).code == 6
        assert call(capsys, "annotate", "rules", "--remove", "--project", project).code == 6
    other.close()
