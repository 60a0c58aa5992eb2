"""The four roles of the console, and what each may do: a role may all that the ones before it may."""

from __future__ import annotations

from typing import Literal, get_args

from headway.access.permissions import Permission

Role = Literal["viewer", "annotator", "lead", "admin"]
ROLES: tuple[Role, ...] = get_args(Role)

_ADDED: dict[Role, frozenset[Permission]] = {
    "viewer": frozenset({"view", "read_docs"}),
    "annotator": frozenset({"annotate"}),
    "lead": frozenset({"manage_labels", "manage_data", "manage_models", "run_jobs"}),
    "admin": frozenset({"manage_users", "manage_keys", "read_metrics"}),
}


def permissions_of(role: str) -> frozenset[Permission]:
    """What a role may do; nothing where there is no such role."""
    if role not in ROLES:
        return frozenset()
    up_to = ROLES[: ROLES.index(role) + 1]
    return frozenset().union(*(_ADDED[each] for each in up_to))
