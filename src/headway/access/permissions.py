"""The closed set of permissions. Every route declares exactly one; what declares none is refused."""

from __future__ import annotations

from typing import Literal, get_args

Permission = Literal[
    "public",
    # of the service
    "predict",
    "read_models",
    "read_metrics",
    "read_docs",
    # of the console
    "view",
    "annotate",
    "manage_labels",
    "manage_data",
    "manage_models",
    "run_jobs",
    "manage_keys",
    "manage_users",
]

PERMISSIONS: frozenset[Permission] = frozenset(get_args(Permission))

#: what a program on the same machine may read without a key: no texts and no predictions are in it
LOCAL: frozenset[Permission] = frozenset({"read_metrics", "read_docs"})
