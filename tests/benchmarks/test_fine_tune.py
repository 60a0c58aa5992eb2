"""The rival of `file_to_model`; it is not run here, for it takes minutes."""

from __future__ import annotations

import pytest

from benchmarks import fine_tune
from benchmarks.inputs import Labelled
from headway.errors import MissingExtraError


def test_without_accelerate_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fine_tune, "find_spec", lambda _name: None)
    with pytest.raises(MissingExtraError, match="accelerate") as missing:
        fine_tune.fine_tune(Labelled([], []), Labelled([], []))
    assert missing.value.exit_code == 5
