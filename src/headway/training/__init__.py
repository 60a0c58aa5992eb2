"""Training: takes a DatasetVersion's rows and a recipe, gives a fitted model ready to be exported."""

#: name → module. A recipe of your own is one more line, and a module of the same shape.
RECIPES: dict[str, str] = {
    "baseline": "headway.training.baseline",
    "probe": "headway.training.probe",
}

__all__ = ["RECIPES"]
