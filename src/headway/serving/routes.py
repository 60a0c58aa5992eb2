"""The routes of the service. Thin: the service decides."""

from __future__ import annotations

from fastapi import APIRouter, Request

from headway.serving.schemas import (
    HuggingFaceRequest,
    LabelScore,
    ModelDetails,
    ModelList,
    ModelSummary,
    PredictRequest,
    PredictResponse,
    TextPrediction,
)
from headway.serving.service import Scored, ServedModel, Service
from headway.web import JsonRoute, context_of, protected, unless_left


def service_router(service: Service) -> APIRouter:
    """The routes of one service."""
    router = APIRouter(route_class=JsonRoute)

    @router.post(
        "/v1/models/{name}/predict",
        tags=["predict"],
        response_model_exclude_none=True,
        **protected("predict", body=True, also=(404,)),
    )
    async def predict(name: str, body: PredictRequest, request: Request) -> PredictResponse:
        """Classify texts with one model."""
        model = service.model(name)
        found = await unless_left(request, service.predict(model, body.inputs, body.top_k))
        return PredictResponse(
            model=model.name,
            version=model.version,
            request_id=context_of(request).request_id,
            predictions=[_prediction(scored) for scored in found],
        )

    @router.post("/predict", tags=["predict"], **protected("predict", body=True))
    async def predict_like_hugging_face(
        body: HuggingFaceRequest, request: Request
    ) -> list[LabelScore] | list[list[LabelScore]]:
        """Classify one text or several with the default model, in the Hugging Face shape."""
        single = isinstance(body.inputs, str)
        texts = [body.inputs] if isinstance(body.inputs, str) else body.inputs
        found = await unless_left(request, service.predict(service.default, texts, body.parameters.top_k))
        answers = [_scores(scored) for scored in found]
        return answers[0] if single else answers

    @router.get("/v1/models", tags=["models"], **protected("read_models"))
    async def list_models() -> ModelList:
        """List the served models."""
        return ModelList(models=[_summary(service, model) for model in service.models.values()])

    @router.get("/v1/models/{name}", tags=["models"], **protected("read_models", also=(404, 422)))
    async def show_model(name: str) -> ModelDetails:
        """Say what a model decides and where it comes from."""
        model = service.model(name)
        return ModelDetails(
            **_summary(service, model).model_dump(),
            labels=list(model.predictor.labels),
            licence=model.licence,
            dataset=model.dataset,
            created_at=model.created_at,
        )

    return router


def _summary(service: Service, model: ServedModel) -> ModelSummary:
    return ModelSummary(name=model.name, version=model.version, default=model is service.default)


def _scores(scored: Scored) -> list[LabelScore]:
    return [LabelScore(label=label, score=score) for label, score in scored.scores]


def _prediction(scored: Scored) -> TextPrediction:
    scores = _scores(scored)
    best = scores[0]
    return TextPrediction(label=best.label, score=best.score, scores=scores, truncated=scored.truncated)
