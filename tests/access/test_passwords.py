from __future__ import annotations

import pytest

from headway.access.passwords import LONGEST, hash_password, is_right
from headway.errors import UsageError


def test_a_password_is_known_again_and_no_other_is() -> None:
    hashed = hash_password("纸 horse 电池 staple", "李雷")
    assert hashed.startswith("$argon2id$")
    assert "horse" not in hashed
    assert is_right(hashed, "纸 horse 电池 staple")
    assert not is_right(hashed, "纸 horse 电池 staplE")
    assert hash_password("纸 horse 电池 staple", "李雷") != hashed


def test_nobody_has_a_password_before_one_is_chosen() -> None:
    assert not is_right(None, "nobody has this password")
    assert not is_right("", "anything at all")
    assert not is_right("not a hash", "anything at all")


@pytest.mark.parametrize(
    ("password", "problem"),
    [
        ("short", "has 5 characters"),
        ("x" * 12, "one character over and over"),
        ("LiLei2026!", "little more than the user's name"),
        ("long " * 50, "has 250 characters"),
    ],
)
def test_a_bad_password_is_refused_with_the_reason(password: str, problem: str) -> None:
    with pytest.raises(UsageError, match=problem):
        hash_password(password, "lilei")


def test_all_that_is_wrong_is_said_at_once_and_the_password_is_not() -> None:
    with pytest.raises(UsageError) as caught:
        hash_password("zzz", "lilei")
    assert "has 3 characters" in caught.value.message
    assert "over and over" in caught.value.message
    assert "zzz" not in str(caught.value)


def test_a_password_of_a_megabyte_is_not_hashed() -> None:
    hashed = hash_password("correct horse battery", "李")
    assert not is_right(hashed, "x" * (LONGEST + 1))
