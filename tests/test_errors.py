from __future__ import annotations

import pytest

from headway import errors
from headway.errors import HeadwayError


def every_error(base: type[HeadwayError] = HeadwayError) -> list[type[HeadwayError]]:
    ours = [child for child in base.__subclasses__() if child.__module__.startswith("headway.")]
    return [base, *(error for child in ours for error in every_error(child))]


@pytest.mark.parametrize("error", every_error())
def test_every_error_speaks_for_itself(error: type[HeadwayError]) -> None:
    assert error.__doc__
    assert error().message == error.__doc__.strip()
    assert str(error()) == error.__doc__.strip()
    assert error.exit_code in {1, 2, 3, 4, 5, 6, 70}
    assert 400 <= error.status < 600
    assert vars(errors)[error.__name__] is error


def test_a_message_comes_with_the_next_step() -> None:
    error = errors.DataError("客服.csv 是空的。", next_step="Export it again.")
    assert error.message == "客服.csv 是空的。"
    assert error.next_step == "Export it again."
    assert str(error) == "客服.csv 是空的。\nNext step: Export it again."


@pytest.mark.parametrize(
    ("error", "exit_code"),
    [
        (errors.CheckFailedError, 1),
        (errors.UsageError, 2),
        (errors.NewerProjectError, 3),
        (errors.NoProjectError, 3),
        (errors.DataError, 4),
        (errors.MissingExtraError, 5),
        (errors.CorruptArtifactError, 5),
        (errors.ProjectBusyError, 6),
        (HeadwayError, 70),
    ],
)
def test_exit_codes_tell_whose_turn_it_is(error: type[HeadwayError], exit_code: int) -> None:
    assert error.exit_code == exit_code
