from __future__ import annotations

import itertools

import pytest

from headway.access.permissions import PERMISSIONS
from headway.access.roles import ROLES, permissions_of


def test_each_role_may_all_that_the_one_before_it_may() -> None:
    allowed = [permissions_of(role) for role in ROLES]
    assert all(less < more for less, more in itertools.pairwise(allowed))
    assert set().union(*allowed) <= PERMISSIONS


@pytest.mark.parametrize(
    ("role", "may", "may_not"),
    [
        ("viewer", "view", "annotate"),
        ("annotator", "annotate", "manage_labels"),
        ("lead", "run_jobs", "manage_users"),
        ("admin", "manage_users", "predict"),
    ],
)
def test_what_a_role_is_for(role: str, may: str, may_not: str) -> None:
    assert may in permissions_of(role)
    assert may_not not in permissions_of(role)


def test_a_role_that_is_none_may_nothing() -> None:
    assert permissions_of("root") == frozenset()
