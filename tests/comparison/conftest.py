"""The projects and the tiny base model of the workflow's tests."""

from __future__ import annotations

from tests.workflow.conftest import base, fresh, project, trained

__all__ = ["base", "fresh", "project", "trained"]
