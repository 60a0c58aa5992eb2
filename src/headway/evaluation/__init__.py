"""Evaluation: takes what a predictor said about labelled rows, gives a report as JSON and as one HTML file.

Every figure comes with its interval, and beside the baseline measured on the same rows.
"""

from __future__ import annotations

from headway.evaluation.html import render_html
from headway.evaluation.report import Baseline, EvaluationInput, build_report

__all__ = ["Baseline", "EvaluationInput", "build_report", "render_html"]
