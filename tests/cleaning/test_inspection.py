from __future__ import annotations

import os
import signal
import subprocess
from typing import Any

import pytest

from headway.cleaning import inspection
from headway.cleaning.inspection import Inspection, inspect_many, inspect_texts

TEXTS = [
    "Where is my parcel?",
    "我的电话是13800138000",
    "請問這個時候發貨嗎",
    "a@b.com &amp; c",
    "Où est mon colis ?",
]


def test_each_text_is_told_its_dirt_its_language_and_its_personal_data() -> None:
    assert inspect_texts(TEXTS) == Inspection(
        dirt={"traditional": [2], "html": [3]},
        languages=["en", "zh", "zh", "en", "fr"],
        personal={"phone": [1], "email": [3]},
    )


@pytest.mark.parametrize("helpers", [0, 1, 2])
def test_helping_processes_find_the_same(monkeypatch: pytest.MonkeyPatch, helpers: int) -> None:
    monkeypatch.setattr(inspection, "_CHUNK", 7)
    texts = [f"{text} {n}" for n in range(20) for text in TEXTS]
    counts: list[int] = []
    assert inspect_many(texts, counts.append, helpers=helpers) == inspect_texts(texts)
    assert max(counts) == len(texts)


def test_no_text_needs_no_process() -> None:
    assert inspect_many([], helpers=1) == Inspection({}, [], {})


def test_a_helper_that_dies_is_done_without(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[subprocess.Popen[Any]] = []
    real = subprocess.Popen

    def killed(*arguments: Any, **options: Any) -> subprocess.Popen[Any]:
        process = real(*arguments, **options)
        os.kill(process.pid, signal.SIGKILL)
        started.append(process)
        return process

    monkeypatch.setattr(inspection, "_CHUNK", 3)
    monkeypatch.setattr(subprocess, "Popen", killed)
    assert inspect_many(TEXTS * 4, helpers=2) == inspect_texts(TEXTS * 4)
    assert len(started) == 2
