"""Datasets: takes labelled records, gives immutable DatasetVersions with sticky, leak-free splits."""

from headway.datasets.versions import create_version, diff_versions, find_version, load_rows

__all__ = ["create_version", "diff_versions", "find_version", "load_rows"]
