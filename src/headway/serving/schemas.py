"""What goes over the wire. Unknown fields and values of another type are refused, not converted."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, FailFast, Field
from typing_extensions import TypeAliasType

from headway.web.routes import Strict

#: the first wrong item ends the check: a million of them would take seconds
Texts = TypeAliasType("Texts", Annotated[list[str], FailFast()])
TopK = Annotated[int, Field(ge=1, le=10_000)]


class PredictRequest(Strict):
    """Texts to classify."""

    inputs: Texts = Field(description="The raw texts", examples=[["快递三天了还没到", "Where is my parcel?"]])
    top_k: TopK = Field(default=3, description="How many labels to give for each text")


class LabelScore(BaseModel):
    """A label and its probability."""

    label: str
    score: float


class TextPrediction(LabelScore):
    """The best label of a text, and the next ones."""

    scores: list[LabelScore]
    truncated: bool | None = Field(default=None, description="Whether the end of the text was not read")


class PredictResponse(BaseModel):
    """One prediction for each text, in the order of the texts."""

    model: str
    version: int
    request_id: str
    predictions: list[TextPrediction]


class HuggingFaceParameters(Strict):
    """Options of the Hugging Face shape."""

    top_k: TopK | None = Field(default=None, description="How many labels to give; all of them by default")


class HuggingFaceRequest(Strict):
    """One text or several, as inference clients of Hugging Face send them."""

    inputs: str | Texts = Field(examples=["快递三天了还没到"])
    parameters: HuggingFaceParameters = HuggingFaceParameters()


class ModelSummary(BaseModel):
    """A served model."""

    name: str
    version: int
    default: bool = Field(description="Whether POST /predict asks this model")


class ModelDetails(ModelSummary):
    """A served model and where it comes from."""

    labels: list[str]
    licence: str
    dataset: str = Field(description="Hash of the dataset version it learned from")
    created_at: str


class ModelList(BaseModel):
    """All served models."""

    models: list[ModelSummary]
