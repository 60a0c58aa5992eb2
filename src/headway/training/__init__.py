"""Training: takes a DatasetVersion's rows and a recipe, gives a fitted model ready to be exported."""

from headway.training.hooks import HEADS, LOSSES, RECIPES

__all__ = ["HEADS", "LOSSES", "RECIPES"]
