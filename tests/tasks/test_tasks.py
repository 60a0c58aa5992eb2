"""The table of task kinds."""

from __future__ import annotations

import subprocess
import sys

import pytest

from headway.errors import UsageError
from headway.tasks import TASKS, get_task


@pytest.mark.parametrize("kind", sorted(TASKS))
def test_every_listed_kind_has_the_common_shape(kind: str) -> None:
    module = get_task(kind)
    for name in ("validate_labels", "label_problems", "require_trainable", "encode", "decode", "metrics"):
        assert callable(getattr(module, name))


def test_an_unknown_kind_names_the_known_ones() -> None:
    with pytest.raises(UsageError, match="translation") as caught:
        get_task("translation")
    assert "text-classification" in str(caught.value)


def test_a_task_loads_nothing_heavy() -> None:
    code = (
        "import sys, headway.tasks.text_classification\n"
        "print([m for m in ('torch', 'sklearn', 'scipy', 'transformers', 'sqlalchemy') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
