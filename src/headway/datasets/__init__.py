"""Datasets: takes labelled records, gives immutable DatasetVersions with sticky, leak-free splits."""

from headway.datasets.diff import diff_versions
from headway.datasets.versions import create_version, find_version, load_rows, newest_options

__all__ = ["create_version", "diff_versions", "find_version", "load_rows", "newest_options"]
