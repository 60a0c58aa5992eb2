from __future__ import annotations

import importlib
import io
import json
import logging
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import typer

from headway import __version__
from headway.cli import COMMANDS
from headway.errors import HeadwayError
from headway.project import Project
from headway.store import Store
from headway.store.jobs import add_job
from tests.projects import Called, call, copy_of, toy, trained_project, write_csv

Run = Callable[..., Called]


@pytest.fixture(autouse=True)
def logs_as_before() -> Iterator[None]:
    """What `serve` sets up for its logs writes to the output of one test, which is closed for the next."""
    loggers = [logging.getLogger(f"headway.{name}") for name in ("access", "annotation", "web")]
    before = [(logger.handlers, logger.level) for logger in loggers]
    yield
    for logger, (handlers, level) in zip(loggers, before, strict=True):
        logger.handlers = handlers
        logger.setLevel(level)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command line in this process."""
    return lambda *arguments: call(capsys, *arguments)


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return trained_project(tmp_path_factory.getbasetemp())


@pytest.fixture
def here(trained: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of a trained project, in which the commands are called."""
    folder = copy_of(trained, tmp_path / "copy")
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def table(tmp_path: Path) -> Path:
    return write_csv(tmp_path / "表.csv", toy())


def commands() -> list[list[str]]:
    """Every command of the command line, groups and their members."""
    found: list[list[str]] = []
    for name, (module, attribute, _) in COMMANDS.items():
        target = getattr(importlib.import_module(module), attribute)
        if isinstance(target, typer.Typer):
            found.append([name])
            for command in target.registered_commands:
                found.append([name, str(command.name or getattr(command.callback, "__name__", ""))])
        else:
            found.append([name])
    return found


@pytest.mark.parametrize("command", [[], *commands()], ids=" ".join)
def test_every_command_explains_itself(run: Run, command: list[str]) -> None:
    done = run(*command, "--help")
    assert done.code == 0
    assert "Usage:" in done.out
    assert done.err == ""


def test_help_lists_every_command_with_its_line(run: Run) -> None:
    plain = re.sub(r"[\s│]+", " ", run("--help").out)
    for name, (_, _, line) in COMMANDS.items():
        assert f" {name} {line}" in plain


def test_the_version_is_printed(run: Run) -> None:
    assert run("--version").out == f"headway {__version__}\n"
    assert run("train", "--help", "--json").code == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["trian"], "Did you mean 'train'?"),
        (["models", "promot"], "Did you mean 'promote'?"),
        (["train", "--recpie", "probe"], "--recipe"),
        (["train", "--seed", "two"], "--seed"),
        (["predict", "--top-k", "0"], "--top-k"),
        (["import"], "Missing argument"),
        (["train", "--set", "c", "--precision", "int4"], "--precision 'int4'"),
        (["train", "--budget", "soon"], "'soon' is no time"),
        (["train", "--recipe", "fulll"], "no recipe 'fulll'"),
        (["init", "--task", "ranking"], "no task kind 'ranking'"),
        (["init", "new", "--name", "a/b"], "may hold letters"),
        (["import", "a.csv", "--text", "text", "--split", "tset"], "no split 'tset'"),
        (["import", "a.csv", "--text", "text", "--timezone", "Nowhere"], "no time zone"),
        (["config", "set"], "`headway config set` is unknown"),
        (["models", "history", "--on", "yesterday"], "is no day"),
        (["dataset", "show", "99"], "no dataset version 99"),
        (["evaluate", "--data", "rows.csv"], "--text COL"),
        (["train", "--task", "other"], "no task 'other'"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_is_not_understood_ends_with_2_and_a_hint(
    run: Run, here: Path, arguments: list[str], words: str
) -> None:
    before = sorted(here.iterdir())
    done = run(*arguments)
    assert done.code == 2
    assert words in re.sub(r"[\s│]+", " ", done.err)
    assert done.out == ""
    assert sorted(here.iterdir()) == before


@pytest.mark.parametrize(
    ("arguments", "words", "help_of"),
    [
        (["trian"], "Did you mean 'train'?", "headway"),
        (["models", "promot", "x"], "Did you mean 'promote'?", "headway models"),
        (["models"], "--json", "headway models"),
        (["train", "--recpie", "probe"], "--recipe", "headway train"),
        (["train", "--seed", "二"], "'--seed'", "headway train"),
        (["predict", "--top-k", "0"], "'--top-k'", "headway predict"),
        (["import", "--label", "类别"], "Missing argument", "headway import"),
        (["train", "--json", "--task"], "'--task' requires an argument", "headway"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_with_json_what_is_not_understood_is_one_object_too(
    run: Run, arguments: list[str], words: str, help_of: str
) -> None:
    done = run(*arguments) if "--json" in arguments else run(*arguments, "--json")
    assert done.code == done.json["exit_code"] == 2
    assert words in done.json["error"]
    assert done.json["next_step"] == f"See `{help_of} --help`."
    assert words in done.err
    assert done.out.count("\n") == 1


def test_a_check_that_says_no_ends_with_1(run: Run, here: Path) -> None:
    done = run("models", "rollback", "--json")
    assert done.code == 1
    assert "no champion before" in done.json["error"]


def test_configuration_that_cannot_be_used_ends_with_3(run: Run, here: Path, tmp_path: Path) -> None:
    nowhere = tmp_path / "nowhere"
    nowhere.mkdir()
    done = run("models", "list", "--project", nowhere)
    assert (done.code, "headway init" in done.err) == (3, True)
    (here / "headway.toml").write_text("[serve]\nprot = 1\n")
    done = run("train")
    assert (done.code, "serve.prot" in done.err) == (3, True)
    (here / "headway.toml").write_text("[serve\n")
    assert run("config", "show").code == 3


@pytest.mark.parametrize("kind", ["missing", "folder", "column", "empty", "rows"])
def test_data_that_cannot_be_used_end_with_4(run: Run, here: Path, tmp_path: Path, kind: str) -> None:
    file = tmp_path / "data.csv"
    if kind == "folder":
        file.mkdir()
    elif kind != "missing":
        content = {"column": "body,label\na,b\n", "empty": "", "rows": "text,label\n,b\n"}[kind]
        file.write_text(content)
    done = run("import", file, "--text", "text", "--json")
    assert done.code == done.json["exit_code"] == 4
    assert done.json["next_step"]
    assert "data.csv" in done.json["error"]


def test_a_model_that_is_not_there_ends_with_5(run: Run, here: Path, tmp_path: Path) -> None:
    for arguments in (
        ["evaluate", "nobody"],
        ["predict", "intents@99", "rows.csv", "--text", "text"],
        ["models", "promote", "intents@99"],
        ["models", "export", "intents@1", "--dir", str(tmp_path / "x"), "--format", "transformers"],
        ["train", "--recipe", "probe", "--base", "nothing of the kind"],
        ["runs", "show", "zzz"],
    ):
        done = run(*arguments, "--json")
        assert done.code == done.json["exit_code"] == 5, arguments


def test_a_missing_extra_ends_with_5(run: Run, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("headway.models.offline.find_spec", lambda _: None)
    done = run("train", "--recipe", "probe", "--base", "minilm")
    assert done.code == 5
    assert "headway[offline]" in done.err


def test_a_port_in_use_ends_with_6(run: Run, here: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        done = run("serve", "--port", port)
    assert done.code == 6
    assert f"--port {port + 1}" in done.err


def test_the_second_of_two_commands_waits_and_is_told_for_whom(run: Run, here: Path, table: Path) -> None:
    (here / "headway.toml").write_text("lock_wait_seconds = 0.05\n")
    other = Store.open(here)
    with other.exclusive("import"):
        for arguments in (
            ["import", table, "--text", "text", "--label", "label"],
            ["train", "--recipe", "baseline"],
            ["dataset", "create"],
            ["models", "promote", "intents@2"],
        ):
            done = run(*arguments)
            assert done.code == 6
            assert "`headway import`" in done.err
        assert run("models", "list").code == 0
    other.close()
    assert run("models", "promote", "intents@2").code == 0


def test_a_disk_that_is_full_ends_with_6_and_harms_nothing(run: Run, small_disk: Path, table: Path) -> None:
    project = ("--project", small_disk / "p")
    assert run("init", small_disk / "p").code == 0
    assert run("import", table, "--text", "text", "--label", "label", *project).code == 0
    assert run("train", "--recipe", "baseline", *project).code == 0
    state = os.statvfs(small_disk)
    (small_disk / "filler").write_bytes(b"x" * (state.f_bavail * state.f_frsize))
    done = run("train", "--recipe", "baseline", "--set", "min_texts=1", *project)
    assert done.code == 6
    assert "No space left" in done.err or "full" in done.err
    (small_disk / "filler").unlink()
    assert len(run("models", "list", "--json", *project).json["rows"]) == 1
    assert run("train", "--recipe", "baseline", *project).code == 0


@pytest.mark.parametrize("arguments", [["--json"], []])
def test_a_bug_ends_with_70_and_a_report(
    run: Run, here: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("四 / 0")

    monkeypatch.setattr("headway.workflow.train.train", broken)
    done = run("train", *arguments)
    assert done.code == 70
    assert "ZeroDivisionError: 四 / 0" in done.err
    report = Path(re.findall(r"report in (\S+\.txt)", done.err)[0])
    content = report.read_text("utf-8")
    report.unlink()
    assert "Traceback" in content
    assert "四 / 0" in content
    assert (done.json["exit_code"] == 70) if arguments else (done.out == "")


@pytest.mark.parametrize("arguments", [["--json"], []])
def test_an_interrupt_ends_with_130(
    run: Run, here: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("headway.workflow.train._choose", interrupted)
    assert run("train", "--recipe", "baseline", *arguments).code == 130
    monkeypatch.undo()
    monkeypatch.chdir(here)
    assert run("runs", "list", "--json").json["rows"][-1]["state"] == "interrupted"


def test_the_real_command_works_and_obeys_ctrl_c(here: Path) -> None:
    command = [sys.executable, "-m", "headway", "predict", "--json"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        out, err = process.communicate("我要退款\n")
        assert (process.returncode, err) == (0, "")
        assert json.loads(out)["predictions"][0]["text"] == "我要退款"
    command = [sys.executable, "-m", "headway", "serve", "--port", "0", "--json"]
    environment = {**os.environ, "HEADWAY_WEB__HOSTS": "model.example.com"}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stdout is not None
        ready = json.loads(process.stdout.readline())
        assert ready["ready"]
        for host, status in (("model.example.com", 200), ("evil.example", 403)):
            assert httpx.get(f"{ready['url']}/health/live", headers={"Host": host}).status_code == status
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
        assert process.returncode == 0
        assert "Traceback" not in err


def test_the_project_is_found_upwards_and_the_flag_wins(
    run: Run, here: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (here / "data" / "客服").mkdir(parents=True)
    monkeypatch.chdir(here / "data" / "客服")
    assert len(run("models", "list", "--json").json["rows"]) == 3
    assert run("init", tmp_path / "other", "--name", "其他").code == 0
    assert run("models", "list", "--json", "--project", tmp_path / "other").json["rows"] == []
    assert run("dataset", "list", "--project", tmp_path / "other").out.startswith("There is no version yet")


def json_commands(here: Path, tmp_path: Path) -> Iterator[tuple[list[str], set[str]]]:
    """Every command of the contract, in an order that works, and keys its JSON must have."""
    rows = str(here / "rows.csv")
    version_keys = {"name", "version", "artifact", "aliases"}
    columns = ["--text", "text", "--label", "label"]
    report = {"model", "n", "metrics", "interval", "per_class", "html"}
    with Project.open(here) as project:
        base = project.runs()[-1].details["base"]["requested"]
    yield ["init", str(tmp_path / "new"), "--task", "text-classification"], {"project", "task", "kind"}
    yield ["import", rows, *columns, "--licence", "MIT"], {"imports"}
    yield ["clean"], {"task", "texts", "labels", "findings", "summary"}
    yield ["clean", "--apply", "html"], {"applied", "policy", "next_version"}
    yield ["clean", "--undo"], {"undone", "policy", "next_version"}
    with Project.open(here) as project:
        job = add_job(project.store, ["clean"], "Ann").id
    yield ["jobs", "list"], {"rows"}
    yield ["jobs", "show", job], {"id", "state", "command", "result"}
    yield ["jobs", "logs", job], {"id", "log"}
    yield ["jobs", "cancel", job], {"id", "state", "cancel"}
    yield ["annotate", "status"], {"labelled", "agreement", "annotators", "disputed"}
    yield ["annotate", "labels"], {"rows"}
    yield ["annotate", "guidelines"], {"version", "text"}
    yield ["annotate", "queue", "--labelled"], {"added", "items", "gold", "done", "labels_left"}
    kept = str(tmp_path / "labels.jsonl")
    yield ["annotate", "export", kept], {"file", "format", "texts", "labels"}
    yield ["annotate", "import", kept], {"file", "added", "users", "forgotten", "left_out"}
    rules = tmp_path / "rules.toml"
    rules.write_text("[[rule]]\nname = '钱'\nlabel = 'complaint'\nkeywords = ['投诉', 'complain']\n", "utf-8")
    yield ["annotate", "rules", str(rules)], {"task", "file", "texts", "covered", "rules", "applied"}
    yield ["annotate", "rules", str(rules), "--apply"], {"applied"}
    yield ["annotate", "rules", "--remove"], {"task", "rules", "withdrawn"}
    yield ["annotate", "prepare", "--base", base], {"task", "base", "texts"}
    yield ["annotate", "suspects"], {"n", "rows"}
    yield ["annotate", "forecast"], {"labels", "accuracy", "more", "gain", "low", "high", "stop", "reason"}
    yield ["dataset", "create"], {"number", "hash", "sizes", "statistics"}
    yield ["dataset", "list"], {"rows"}
    yield ["dataset", "show"], {"number", "hash", "labels"}
    yield ["dataset", "diff", "1", "1"], {"added", "removed", "summary"}
    yield ["train", "--recipe", "baseline"], {"run", "model", "recipe", "seconds", "dataset", "metrics"}
    yield ["runs", "list"], {"rows"}
    yield ["compare", "intents@1", "intents@4"], {"rows", "summary", "warnings", "html"}
    yield ["bases", "compare", base, "--labels", "60"], {"rows", "recommended", "summary", "html"}
    yield ["evaluate", "intents@4"], report
    yield ["evaluate", "intents@2", "--data", rows, *columns, "--html", str(tmp_path / "r.html")], report
    yield ["users", "add", "李雷"], {"name", "role", "state", "link"}
    yield ["users", "invite", "李雷"], {"link"}
    yield ["users", "role", "李雷", "lead"], {"role"}
    yield ["users", "disable", "李雷"], {"state"}
    yield ["users", "enable", "李雷"], {"state"}
    yield ["users", "list"], {"rows"}
    yield ["annotate", "assign", "李雷", "--texts", "2"], {"assigned", "waiting"}
    yield ["annotate", "assign", "李雷", "--release"], {"released"}
    yield ["annotate", "first", "--containing", "退款"], {"moved", "waiting"}
    yield ["annotate", "first", "--release"], {"released"}
    yield ["predict", "intents@3", rows, "--text", "text", "--top-k", "2"], {"model", "predictions"}
    yield ["models", "list"], {"rows"}
    yield ["models", "show", "intents@3"], {*version_keys, "manifest", "card"}
    yield ["models", "promote", "intents@3"], version_keys
    yield ["models", "history"], {"rows"}
    yield ["models", "history", "--on", "2020-01-01"], {"on", "champion"}
    yield ["models", "rollback"], version_keys
    yield ["models", "export", "--dir", str(tmp_path / "model")], {"model", "dir", "format"}
    yield ["keys", "create", "店铺"], {"id", "name", "key"}
    yield ["keys", "list"], {"rows"}
    backup = str(tmp_path / "backup.zip")
    yield ["backup", backup], {"file", "size", "files", "rows", "created_at", "damaged"}
    yield ["restore", backup, str(tmp_path / "restored")], {"folder", "files", "rows", "created_at"}
    yield ["prune", "--cache"], {"removed", "size", "rows"}
    yield ["forget", "--contains", "no such text", "--yes"], {"records", "versions", "models", "reports"}
    yield ["config", "show"], {"rows"}
    yield ["doctor"], {"ok", "findings"}


def test_with_json_every_command_prints_one_object(run: Run, here: Path, tmp_path: Path) -> None:
    seen: dict[str, dict[str, Any]] = {}
    for arguments, keys in json_commands(here, tmp_path):
        done = run(*arguments, "--json")
        assert (done.code, done.out.count("\n")) == (0, 1), (arguments, done)
        assert keys <= done.json.keys(), arguments
        seen[" ".join(arguments[:2])] = done.json
    key, runs = seen["keys list"]["rows"][0]["id"], seen["runs list"]["rows"]
    assert run("keys", "revoke", key, "--json").json["revoked_at"]
    assert run("runs", "show", runs[-1]["run"], "--json").json["state"] == "done"
    metrics = seen["train --recipe"]["metrics"]["validation"]
    assert 0 <= metrics["accuracy"] <= 1
    assert "macro_f1" in metrics
    assert seen["models rollback"]["aliases"] == ["champion"]
    assert seen["models rollback"]["version"] == 1
    assert {"console", "demo", "serve"} == set(COMMANDS) - {name.split()[0] for name in seen}


def test_every_command_also_speaks_in_words(run: Run, here: Path, tmp_path: Path) -> None:
    for arguments, _ in json_commands(here, tmp_path):
        done = run(*arguments)
        assert done.code == 0, (arguments, done)
        assert done.out.strip(), arguments


def test_words_tell_what_to_do_next(run: Run, here: Path, table: Path, tmp_path: Path) -> None:
    with Project.open(here) as project:
        base = project.runs()[-1].details["base"]["requested"]
    out = run("train", "--recipe", "probe", "--base", base, "--precision", "fp32").out
    assert "intents@4 is registered: recipe probe, fp32" in out
    assert "headway evaluate" in out
    assert "Note:" not in out
    out = run("import", table, "--text", "text", "--label", "label").out
    assert "40 rows read = 40 new + 0 revised + 0 known + 0 quarantined; 40 new labels." in out
    assert "intents@1 is champion" in run("models", "promote", "intents@1").out
    assert "---\n" in run("models", "show", "--card").out
    assert "sha" not in run("models", "show").out


def test_predict_reads_stdin_and_files(
    run: Run, here: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "texts.txt").write_text("我要退款\nlate parcel\n", "utf-8")
    from_file = run("predict", tmp_path / "texts.txt", "--top-k", "1").out
    lines = [json.loads(line) for line in from_file.splitlines()]
    assert [line["text"] for line in lines] == ["我要退款", "late parcel"]
    assert all(line["scores"] == {line["label"]: line["score"]} for line in lines)
    for arguments in (["-"], [], ["intents@champion", "-"], ["intents"]):
        content = io.BytesIO("我要退款\nlate parcel\n".encode())
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(content))
        assert run("predict", *arguments, "--top-k", "1").out == from_file
    missing = run("predict", tmp_path / "missing.txt")
    assert (missing.code, "There is no file" in missing.err) == (4, True)
    bad = tmp_path / "bad.txt"
    bad.write_bytes(b"good\n\xff\n")
    done = run("predict", bad, "--json")
    assert (done.code, done.json["exit_code"]) == (4, 4)
    assert "line 2" in done.json["error"]


def test_every_error_has_a_code_of_the_contract() -> None:
    kinds = [HeadwayError]
    for kind in kinds:
        kinds += kind.__subclasses__()
    assert {kind.exit_code for kind in kinds} <= {1, 2, 3, 4, 5, 6, 70}
