"""What the labelling page sends."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from headway.annotation.filling import MOST_PEOPLE
from headway.web.routes import Strict

_LONGEST_SECONDS = 86_400
_MOST_AT_ONCE = 50


class Wanted(Strict):
    """How many texts a page wants to have at hand."""

    n: int = Field(ge=1, le=_MOST_AT_ONCE)


class Suggestion(Strict):
    """A label that was proposed, with its probability."""

    label: str = Field(max_length=200)
    score: float = Field(ge=0, le=1)


class Shown(Strict):
    """What stood beside the text."""

    suggestions: list[Suggestion] = Field(default=[], max_length=20)


class Given(Strict):
    """What somebody did with a text."""

    record: str = Field(max_length=40)
    key: str = Field(pattern=r"^[0-9A-Za-z-]{8,64}$")
    action: Literal["label", "skip", "withdraw"]
    label: str | None = Field(default=None, max_length=200)
    comment: str = Field(default="", max_length=2_000)
    flagged: bool = False
    seconds: float = Field(default=0.0, ge=0, le=_LONGEST_SECONDS)
    seen: int = Field(default=0, ge=0, le=1_000_000)
    shown: Shown = Shown()

    @model_validator(mode="after")
    def _label_belongs_to_labelling(self) -> Given:
        if (self.label is not None) != (self.action == "label"):
            raise ValueError("a label comes with the action label, and with no other")
        return self


class Decision(Strict):
    """What a reviewer says a text's label is; None takes it back."""

    record: str = Field(max_length=40)
    label: str | None = Field(max_length=200)
    #: the decision that the page showed
    seen: str | None = Field(default=None, max_length=200)


class Setup(Strict):
    """What is to be labelled, and how."""

    labels: list[str] = Field(max_length=1_000)
    overlap: int = Field(default=1, ge=1, le=MOST_PEOPLE)
    guideline: str = Field(default="", max_length=200_000)
    #: the labels that the page showed; None = whatever they are
    seen: list[str] | None = Field(default=None, max_length=1_000)
