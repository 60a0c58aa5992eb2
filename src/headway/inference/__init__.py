"""Inference: takes an artefact and raw texts, gives predictions and embeddings. No torch."""

from headway.inference.cache import EmbeddingCache
from headway.inference.embedder import Embedder
from headway.inference.linear import LinearFeatures
from headway.inference.predictor import Prediction, Predictor

__all__ = ["Embedder", "EmbeddingCache", "LinearFeatures", "Prediction", "Predictor"]
