from __future__ import annotations

from pathlib import Path

import pytest

from headway.errors import HookError, UsageError
from headway.training.hooks import HEADS, LOSSES, METRICS, RECIPES, calling, is_own, load_hook


@pytest.mark.parametrize("table", [RECIPES, HEADS, LOSSES, METRICS])
def test_all_of_ours_are_found(table: dict[str, str]) -> None:
    for name in table:
        assert callable(load_hook("hook", table, name))


def test_an_unknown_name_is_answered_with_the_nearest() -> None:
    with pytest.raises(UsageError, match="no loss 'crossentropy'; known are cross_entropy, focal") as caught:
        load_hook("loss", LOSSES, "crossentropy")
    assert caught.value.next_step == "Did you mean 'cross_entropy'?"


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    return tmp_path / "my_hooks_of_test.py"


def test_one_of_the_users_own_is_found_in_the_current_folder(module: Path) -> None:
    module.write_text("def double(x):\n    return 2 * x\n")
    assert load_hook("loss", LOSSES, "my_hooks_of_test:double")(4) == 8
    with pytest.raises(UsageError, match="has no 'treble' to be used as loss"):
        load_hook("loss", LOSSES, "my_hooks_of_test:treble")


def test_a_module_that_is_nowhere_is_named(module: Path) -> None:
    with pytest.raises(UsageError, match="no module 'nowhere_at_all' for the head"):
        load_hook("head", HEADS, "nowhere_at_all:head")


def test_a_module_that_raises_while_it_is_read_is_no_bug_of_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "broken_hook_of_test.py").write_text("x = 1\ny = x / 0\n")
    (tmp_path / "needy_hook_of_test.py").write_text("import not_installed_at_all\n")
    with pytest.raises(HookError, match=r"broken_hook_of_test: raised ZeroDivisionError.*line 2"):
        load_hook("loss", LOSSES, "broken_hook_of_test:loss")
    with pytest.raises(HookError, match="needs the module 'not_installed_at_all'"):
        load_hook("loss", LOSSES, "needy_hook_of_test:loss")


def test_what_a_hook_raises_says_where() -> None:
    with (
        pytest.raises(HookError, match=r"mine:loss raised ValueError: 坏 \(test_hooks.py, line \d+\)"),
        calling("mine:loss"),
    ):
        raise ValueError("坏")


def test_errors_of_ours_and_bugs_of_ours_pass_through() -> None:
    with pytest.raises(UsageError, match="as it was"), calling("mine:loss"):
        raise UsageError("as it was")
    with pytest.raises(ZeroDivisionError), calling("focal"):
        raise ZeroDivisionError
    assert (is_own("focal"), is_own("mine:loss")) == (False, True)
