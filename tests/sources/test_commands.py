from __future__ import annotations

from pathlib import Path

import pytest

from tests.projects import call
from tests.sources.conftest import Write


@pytest.fixture
def project(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> str:
    folder = str(tmp_path / "project")
    assert call(capsys, "init", folder).code == 0
    return folder


def test_what_was_found_out_is_printed(
    project: str, write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write("客服.csv", "内容;类别\n我要退款;退款\n快递没到;物流\n".encode("gbk"))
    done = call(capsys, "import", str(path), "--project", project)
    assert done.code == 0
    assert "2 rows read = 2 new" in done.out
    for words in ("Encoding gb18030", "semicolons", "Text: column '内容'", "Label: column '类别'"):
        assert words in done.out
    (again,) = call(capsys, "import", str(path), "--project", project, "--json").json["imports"]
    assert (again["known"], again["labels"]) == (2, 0)
    assert again["notes"][-1] == "Label: column '类别' (by its name)."


def test_a_preview_imports_nothing(project: str, write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    path = write("a.csv", "a,b\nwhere is it,1\nragged\n你好 hello,2\n")
    seen = call(capsys, "import", str(path), "--project", project, "--preview")
    assert seen.code == 0
    for words in (
        "Text: column 'a'",
        "line 2: a: where is it, b: 1",
        "line 3: quarantined",
        "Nothing was imp",
    ):
        assert words in seen.out
    (file,) = call(capsys, "import", str(path), "--preview", "--json").json["files"]
    assert (file["format"], file["encoding"], file["columns"]["text"]) == ("csv", "utf-8", "a")
    assert file["rows"][0] == {"line": 2, "fields": {"a": "where is it", "b": "1"}}
    done = call(capsys, "import", str(path), "--project", project, "--json").json["imports"]
    assert done[0]["added"] == 2


@pytest.mark.parametrize(
    ("options", "added", "labels"),
    [
        (["--label-after", "@"], 2, 2),
        (["--label-before", " "], 2, 2),
        (["--format", "txt"], 2, 0),
        (["--format", "csv", "--no-header"], 2, 0),
        (["--format", "csv", "--header"], 1, 0),
        (["--format", "csv", "--delimiter", "@", "--no-header", "--label", "column_2"], 2, 2),
        (["--format", "csv", "--encoding", "gb18030", "--no-header"], 2, 0),
    ],
)
def test_how_a_file_is_read_can_be_asked_for(
    project: str,
    write: Write,
    capsys: pytest.CaptureFixture[str],
    options: list[str],
    added: int,
    labels: int,
) -> None:
    path = write("reviews.data", "very bad film@negative\nsehr good one@positive\n")
    (done,) = call(capsys, "import", str(path), "--project", project, "--json", *options).json["imports"]
    assert (done["added"], done["labels"]) == (added, labels)


def test_what_cannot_be_told_stops_the_command_with_the_columns(
    project: str, write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write("a.csv", "q1,q2\nhow is it,where is it\nwhat is it,who is it\n")
    refused = call(capsys, "import", str(path), "--project", project, "--json")
    assert refused.code == 4
    assert "'q1', 'q2' would do equally well" in refused.json["error"]
    assert refused.json["next_step"] == "Name it: --text q1."


def test_columns_that_are_called_like_options_can_be_named(
    project: str, write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write("a.csv", "--help,--project,=\nwhere is it,delivery,2026-11-22\n我要退款,退款,2026-11-23\n")
    options = ("--text=--help", "--label=--project", "--time==")
    (done,) = call(capsys, "import", path, *options, "--project", project, "--json").json["imports"]
    assert (done["added"], done["labels"], done["quarantined"]) == (2, 2, 0)
