from __future__ import annotations

import pytest

from headway.access.attempts import Attempts
from headway.errors import TooManyAttemptsError


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_five_wrong_passwords_are_let_through_and_the_next_has_to_wait() -> None:
    clock = Clock()
    attempts = Attempts(clock)
    for _ in range(5):
        attempts.begin("李")
    with pytest.raises(TooManyAttemptsError, match="5 times"):
        attempts.begin("李")
    attempts.begin("ann")
    clock.now += 1.1
    attempts.begin("李")


def test_the_wait_doubles_up_to_a_minute() -> None:
    clock = Clock()
    attempts = Attempts(clock)
    waits = []
    for _ in range(14):
        start = clock.now
        while True:
            try:
                attempts.begin("李")
                break
            except TooManyAttemptsError:
                clock.now += 1
        waits.append(clock.now - start)
    assert waits[5:9] == [1, 2, 4, 8]
    assert max(waits) == 60


def test_the_right_password_forgets_the_failures() -> None:
    attempts = Attempts(Clock())
    for _ in range(5):
        attempts.begin("李")
    attempts.succeeded("李")
    attempts.begin("李")


def test_many_attempts_at_once_gain_nothing() -> None:
    attempts = Attempts(Clock())
    refused = 0
    for _ in range(50):
        try:
            attempts.begin("李")
        except TooManyAttemptsError:
            refused += 1
    assert refused == 45


def test_names_without_end_do_not_fill_the_memory() -> None:
    attempts = Attempts(Clock())
    for number in range(10_500):
        attempts.begin(f"user {number}")
    assert len(attempts._failures) == 10_000
