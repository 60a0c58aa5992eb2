"""What happens during a training, told as it happens: to the terminal, to files, to other trackers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True)
class Event:
    """One thing that happened."""

    #: "step": figures of one step; "epoch": figures of the validation rows after an epoch; "note": words
    kind: Literal["step", "epoch", "note"]
    #: steps done since the start of the run
    step: int = 0
    #: epochs done
    epoch: int = 0
    #: names such as `loss`, `learning_rate`, `accuracy`, `macro_f1` to numbers
    figures: Mapping[str, float] = field(default_factory=dict)
    words: str = ""


#: is told of each event
Sink = Callable[[Event], None]


def ignore(event: Event) -> None:
    """Do nothing with an event."""


def tell_all(sinks: tuple[Sink, ...]) -> Sink:
    """One sink that passes each event on to several."""

    def tell(event: Event) -> None:
        for sink in sinks:
            sink(event)

    return tell
