from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from headway.training.narrow import has_bf16, use_bf16


def processor(monkeypatch: pytest.MonkeyPatch, **instructions: Any) -> None:
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: instructions)


def test_what_was_said_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    processor(monkeypatch, avx512_bf16=False)
    assert use_bf16("yes")
    processor(monkeypatch, avx512_bf16=True)
    assert not use_bf16("no")


@pytest.mark.parametrize(
    ("instructions", "pays"),
    [
        ({"avx512_bf16": True, "amx_bf16": False}, True),
        ({"avx512_bf16": False, "amx_bf16": True}, True),
        ({"avx512_bf16": False, "amx_bf16": False, "avx512_f": True}, False),
        # Another processor has instructions by other names.
        ({"neon": True, "bf16": True}, False),
        ({}, False),
    ],
)
def test_auto_goes_by_the_instructions(
    monkeypatch: pytest.MonkeyPatch, instructions: dict[str, bool], pays: bool
) -> None:
    processor(monkeypatch, **instructions)
    assert use_bf16("auto") is pays


@pytest.mark.skipif(not Path("/proc/cpuinfo").exists(), reason="the processor is asked by Linux's list")
def test_the_processor_is_asked() -> None:
    flags = Path("/proc/cpuinfo").read_text("utf-8").split()
    assert has_bf16() is ("avx512_bf16" in flags or "amx_bf16" in flags)
