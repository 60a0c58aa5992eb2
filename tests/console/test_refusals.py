from __future__ import annotations

import pytest

from headway.console.refusals import told
from headway.errors import CheckFailedError, CorruptArtifactError, ModelError, ProjectBusyError


def test_a_busy_project_is_told_with_who_is_at_work() -> None:
    with pytest.raises(CheckFailedError, match="`headway import` is still working") as caught, told("a@1"):
        raise ProjectBusyError("`headway import` is still working on this project.", next_step="Wait.")
    assert caught.value.next_step == "Wait."


def test_damage_is_told_by_the_model_and_without_a_path() -> None:
    with pytest.raises(CheckFailedError, match="A file of 客服@1") as caught, told("客服@1"):
        raise CorruptArtifactError("/home of mine/model.onnx is damaged.")
    assert "/" not in str(caught.value)


def test_everything_else_is_left_as_it_is() -> None:
    with pytest.raises(ModelError, match="unknown"), told("a@1"):
        raise ModelError("unknown")
    with told("a@1"):
        pass
