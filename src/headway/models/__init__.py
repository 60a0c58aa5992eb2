"""Takes the name of a base model, gives its checked folder and what the rest must know about it."""

from __future__ import annotations

from headway.models.bases import BaseModel, resolve_base, warnings_for

__all__ = ["BaseModel", "resolve_base", "warnings_for"]
