"""The demo: the whole thread on a small raw file of our own, from the file to answers over HTTP."""

from __future__ import annotations

import json
import shlex
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from headway.child_processes import module_command, same_modules
from headway.errors import MachineError, UsageError
from headway.records import Run
from headway.registry.versions import promote, resolve
from headway.settings import SplitSettings
from headway.sources import Columns, import_file
from headway.store import Store
from headway.store.files import machine_errors
from headway.terminal import Terminal, curl_line, percent
from headway.workflow.clock import Stopwatch
from headway.workflow.create import create_project
from headway.workflow.demo_words import words
from headway.workflow.evaluate import evaluate
from headway.workflow.request import TrainRequest
from headway.workflow.train import train

TASK = "intents"
_COLUMNS = Columns(text="message", label="intent", id="id", time="received_at")
_QUESTIONS = {
    "en": ["Where is my parcel? It should have been here on Monday.", "I was charged twice for one order!"],
    "zh": ["我的包裹到哪里了？说好周一到的。", "同一个订单扣了我两次钱！"],
}


@dataclass(frozen=True)
class _Service:
    """A `headway serve` in a process of its own."""

    url: str
    process: subprocess.Popen[str]


def run_demo(terminal: Terminal, folder: Path, language: str, *, keep_serving: bool) -> None:
    """Import, split, train, evaluate, export, register, promote and serve, then say what was done.

    With `keep_serving` and a terminal the service stays until Ctrl-C; else it stops. Raises `UsageError`
    for a language other than en and zh.
    """
    if language not in _QUESTIONS:
        raise UsageError(f"The demo speaks en and zh, not {language!r}.", next_step="Use --lang en.")
    watch = Stopwatch()
    store, run = _learn(terminal, folder, language)
    report = evaluate(store, resolve(store, TASK))
    store.close()
    terminal.say(words(language, "opened", sentence=report["summary"][language][0]))
    with _serving(folder) as service:
        terminal.say(words(language, "asked", url=service.url))
        answers = []
        for text in _QUESTIONS[language]:
            answer = _ask(service.url, text)
            answers.append({"text": text, **answer})
            terminal.say(f"     {text} → {answer['label']} ({percent(answer['score'])})")
        stay = keep_serving and sys.stdout.isatty() and not terminal.as_json
        url = service.url if stay else "http://127.0.0.1:8000"
        content = {
            "project": str(folder),
            "model": run.model,
            "metrics": report["metrics"],
            "html": report["html"],
            "seconds": round(watch.seconds, 1),
            "answers": answers,
            "curl": curl_line(url, TASK, _QUESTIONS[language][0]),
        }
        terminal.result(content, list(_findings(language, folder, run, report, watch.seconds)))
        if not stay:
            again = f"{_headway()} serve --project {shlex.quote(str(folder))}"
            terminal.say(words(language, "again", command=again))
        terminal.say(words(language, "try"))
        terminal.say(f"  {content['curl']}")
        if stay:
            terminal.say(words(language, "stays"))
            service.process.wait()


def _learn(terminal: Terminal, folder: Path, language: str) -> tuple[Store, Run]:
    raw = _write_messages(folder, language)
    terminal.say(words(language, "wrote", file=raw))
    store, task = create_project(folder, "text-classification", TASK, notify=terminal.say)
    done = import_file(store, TASK, raw, _COLUMNS, licence="Apache-2.0")
    terminal.say(words(language, "imported", **{**asdict(done), "quarantine": done.quarantine or "–"}))
    with terminal.progress() as progress:
        run = train(store, task, TrainRequest(light=True), SplitSettings(), progress)
    # The first version is champion by itself; that of a repeated demo is not.
    promote(store, f"{run.model}")
    reason = run.details["reason"][language]
    terminal.say(words(language, "trained", model=run.model, seconds=run.seconds, reason=reason))
    return store, run


def _write_messages(folder: Path, language: str) -> Path:
    name = f"messages_{language}.csv"
    with machine_errors(f"writing {folder / name}"):
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(Path(__file__).with_name(name), folder / name)
    return folder / name


@contextmanager
def _serving(folder: Path) -> Iterator[_Service]:
    """The real service on a free port, stopped at the end; its log goes to the project's service.log."""
    command = module_command("headway", "serve", "--project", str(folder), "--port", "0", "--json")
    with (folder / "service.log").open("w", encoding="utf-8") as log:
        process = subprocess.Popen(  # noqa: S603 - our own module
            command, stdout=subprocess.PIPE, stderr=log, text=True, env=same_modules()
        )
    try:
        line = process.stdout.readline() if process.stdout else ""
        if not line:
            raise MachineError("The service did not start.", next_step=f"See {folder / 'service.log'}.")
        yield _Service(json.loads(line)["url"], process)
    finally:
        process.terminate()
        process.communicate(timeout=30)


def _ask(url: str, text: str) -> dict[str, Any]:
    body = json.dumps({"inputs": [text], "top_k": 1}).encode()
    request = urllib.request.Request(  # noqa: S310 - our own service on loopback
        f"{url}/v1/models/{TASK}/predict", body, {"Content-Type": "application/json"}
    )
    # A proxy of the environment does not reach this machine's own loopback.
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with direct.open(request, timeout=30) as answer:
        prediction: dict[str, Any] = json.load(answer)["predictions"][0]
    return {"label": prediction["label"], "score": prediction["score"]}


def _findings(language: str, folder: Path, run: Run, report: dict[str, Any], seconds: float) -> Iterator[str]:
    """What was done and found, what it cost, and where the report is."""
    low, high = report["interval"]["accuracy"]
    baseline = report["baseline"]
    beside = words(language, "beside", accuracy=percent(baseline["metrics"]["accuracy"])) if baseline else ""
    stages = ", ".join(f"{name} {spent:.1f}" for name, spent in run.details["stages"].items())
    yield ""
    yield words(
        language,
        "done",
        seconds=seconds,
        model=run.model,
        recipe=run.recipe,
        precision=run.details["precision"],
        folder=folder,
    )
    yield words(
        language,
        "found",
        accuracy=percent(report["metrics"]["accuracy"]),
        low=percent(low),
        high=percent(high),
        beside=beside,
    )
    yield words(language, "cost", seconds=run.seconds, stages=stages)
    yield words(language, "report", path=report["html"])


def _headway() -> str:
    """The way to call this installation from a shell."""
    script = Path(sys.executable).with_name("headway")
    if shutil.which("headway"):
        return "headway"
    return shlex.quote(str(script)) if script.exists() else f"{shlex.quote(sys.executable)} -m headway"
