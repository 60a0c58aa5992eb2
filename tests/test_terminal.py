from __future__ import annotations

import io
import json
import shlex
from pathlib import Path

import pytest
from rich.console import Console

from headway.errors import NoProjectError
from headway.store import Store
from headway.terminal import Terminal, _bar, curl_line, find_project, opened, percent

ROWS = [{"label": "[VIP]退款[/x] :star:", "score": 0.123456, "names": ["a", "b"], "nothing": None}]


def test_words_go_to_stdout(capsys: pytest.CaptureFixture[str]) -> None:
    Terminal().result({"rows": 3}, ["3 rows", "三行"])
    assert capsys.readouterr().out == "3 rows\n三行\n"


def test_with_json_stdout_holds_one_object_and_words_go_to_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    terminal = Terminal(as_json=True)
    terminal.say("Reading 客服.csv …")
    terminal.result({"labels": ["退款"]}, ["never printed"])
    captured = capsys.readouterr()
    assert json.loads(captured.out) == {"labels": ["退款"]}
    assert "退款" in captured.out
    assert captured.err == "Reading 客服.csv …\n"


def test_what_looks_like_markup_is_printed_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    terminal = Terminal()
    terminal.say("[bold]order[/bold] [/x] :star:")
    terminal.table(ROWS, ["label", "score", "names", "nothing"], "none")
    out = capsys.readouterr().out
    assert "[bold]order[/bold] [/x] :star:" in out
    assert "[VIP]退款[/x] :star:" in out
    assert "0.1235" in out
    assert "a, b" in out
    assert "None" not in out


def test_a_table_without_rows_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    Terminal().table([], ["label"], "No models yet.")
    assert capsys.readouterr().out == "No models yet.\n"


def test_a_table_as_json_keeps_every_field(capsys: pytest.CaptureFixture[str]) -> None:
    Terminal(as_json=True).table(ROWS, ["label"], "none")
    assert json.loads(capsys.readouterr().out) == {"rows": ROWS}


def test_a_long_line_is_not_broken(capsys: pytest.CaptureFixture[str]) -> None:
    Terminal().say("x" * 500)
    assert capsys.readouterr().out == "x" * 500 + "\n"


def test_away_from_a_terminal_progress_is_one_line_a_stage(capsys: pytest.CaptureFixture[str]) -> None:
    with Terminal(as_json=True).progress() as advance:
        for done in range(5):
            advance("Reading [a]", done, None)
        advance("Training", 1, 2)
    assert capsys.readouterr().err == "Reading [a] …\nTraining …\n"


def test_on_a_terminal_progress_is_a_bar() -> None:
    screen = Console(file=io.StringIO(), force_terminal=True, width=80)
    with _bar(screen) as advance:
        advance("Training [/x]", 1, 4)
        advance("Training [/x]", 4, 4)
    assert isinstance(screen.file, io.StringIO)
    assert "Training [/x]" in screen.file.getvalue()


def test_the_project_is_found_upwards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inner = tmp_path / "project" / "data" / "客服"
    inner.mkdir(parents=True)
    monkeypatch.chdir(inner)
    assert find_project(None) == inner
    (tmp_path / "project" / ".headway").mkdir()
    assert find_project(None) == tmp_path / "project"
    assert find_project(Path("elsewhere")) == Path("elsewhere")


def test_an_opened_project_has_its_settings(store: Store) -> None:
    (store.project / "headway.toml").write_text("lock_wait_seconds = 0.5\n")
    with opened(store.project, Terminal()) as (again, settings):
        assert again.project == store.project
        assert settings.lock_wait_seconds == 0.5


def test_opening_no_project_says_how_to_make_one(tmp_path: Path) -> None:
    with (
        pytest.raises(NoProjectError, match="holds no Headway project") as caught,
        opened(tmp_path, Terminal()),
    ):
        pass
    assert "headway init" in str(caught.value.next_step)


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (0, "0%"),
        (1, "100%"),
        (0.9345, "93.5%"),
        (0.9999, ">99.9%"),
        (0.0001, "<0.1%"),
        (0.5, "50.0%"),
        (None, "–"),
    ],
)
def test_a_share_is_never_rounded_to_certainty(share: float | None, words: str) -> None:
    assert percent(share) == words


@pytest.mark.parametrize(("top_k", "options"), [(None, {}), (3, {"top_k": 3})])
def test_a_line_to_try_a_service_survives_the_shell(top_k: int | None, options: dict[str, int]) -> None:
    text = "it's 50 % off! `退款` $HOME"
    words = shlex.split(curl_line("http://127.0.0.1:8000", "intents", text, top_k=top_k))
    assert words[:3] == ["curl", "-s", "http://127.0.0.1:8000/v1/models/intents/predict"]
    assert words[3:6] == ["-H", "Content-Type: application/json", "-d"]
    assert json.loads(words[6]) == {"inputs": [text], **options}


def test_a_line_for_several_texts_may_carry_a_key_and_name_any_model() -> None:
    line = curl_line("http://[::1]:8000", "客服", "一", "it's", key="KEY")
    assert '-H "Authorization: Bearer $KEY"' in line
    words = shlex.split(line)
    assert words[2] == "http://[::1]:8000/v1/models/%E5%AE%A2%E6%9C%8D/predict"
    assert json.loads(words[-1]) == {"inputs": ["一", "it's"]}
