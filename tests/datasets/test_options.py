from __future__ import annotations

import json

import pytest

from headway.datasets.options import Options, replayed
from headway.errors import UsageError

EVERYTHING = {
    "group": "作者",
    "by_time": True,
    "cap": 5,
    "balance": True,
    "augment": ["typos=2", "synonyms"],
    "synonyms": [("退款", "退钱")],
    "rules": True,
}


def test_what_is_not_asked_for_is_not_kept() -> None:
    assert Options.read().content() == {}
    assert Options.read(group="", cap=None).content() == {}


def test_what_was_asked_for_can_be_asked_for_again_from_json() -> None:
    asked = Options.read(**EVERYTHING)  # type: ignore[arg-type]
    kept = json.loads(json.dumps(asked.content()))
    assert kept["augment"] == {"typos": 2, "synonyms": 1}
    assert Options.read(**replayed({"seed": 3, "validation": 0.1, **kept})) == asked
    assert Options.read(**replayed({})) == Options.read()


@pytest.mark.parametrize("cap", [0, -3])
def test_a_cap_that_leaves_nothing_is_refused(cap: int) -> None:
    with pytest.raises(UsageError, match=f"cap of {cap} leaves no training row"):
        Options.read(cap=cap)
