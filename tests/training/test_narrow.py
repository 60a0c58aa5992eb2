from __future__ import annotations

import pytest

from headway.training import narrow
from headway.training.narrow import bf16_gain, use_bf16


def test_what_was_said_is_done() -> None:
    assert use_bf16("yes")
    assert not use_bf16("no")


@pytest.mark.parametrize(("gain", "pays"), [(0.1, False), (1.4, False), (1.6, True), (8.0, True)])
def test_auto_takes_what_is_faster(monkeypatch: pytest.MonkeyPatch, gain: float, pays: bool) -> None:
    monkeypatch.setattr(narrow, "bf16_gain", lambda: gain)
    assert use_bf16("auto") is pays


def test_the_gain_is_measured() -> None:
    assert bf16_gain() > 0
