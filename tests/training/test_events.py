from __future__ import annotations

from headway.training.events import Event, ignore, tell_all


def test_all_sinks_are_told_in_turn() -> None:
    told: list[tuple[str, int]] = []
    sinks = tuple(lambda event, name=name: told.append((name, event.step)) for name in "ab")
    tell_all(sinks)(Event("step", step=3))
    assert told == [("a", 3), ("b", 3)]


def test_nobody_has_to_listen() -> None:
    ignore(Event("note", words="好"))
    tell_all(())(Event("epoch"))
