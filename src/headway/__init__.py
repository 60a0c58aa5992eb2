"""Headway: from raw business text to a model service that keeps getting better."""

__version__ = "0.1.0"
