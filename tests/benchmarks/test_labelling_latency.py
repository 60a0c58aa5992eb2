from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.annotators import Console, make_queue
from benchmarks.labelling_latency import LABELS, press
from tests.browsing import CHROMIUM


def test_every_key_is_timed_and_none_before_its_frame(tmp_path: Path) -> None:
    if CHROMIUM is None:
        pytest.skip("no Chromium is installed")
    (person,) = make_queue(tmp_path / "project", [f"第 {n} 条" for n in range(40)], LABELS, 1, overlap=1)
    with Console(tmp_path / "project", tmp_path / "log") as console:
        found = press(console, person.secret, keys=5, pause=20)
    assert len(found) == 5
    assert all(milliseconds > 0 for milliseconds in found)
