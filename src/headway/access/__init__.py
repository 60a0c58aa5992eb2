"""Access: takes a caller, its secret and the permission a route declares, gives a yes or a reasoned no."""

from headway.access.keys import create_key, list_keys, revoke_key, verify
from headway.access.permissions import Permission
from headway.access.policy import Caller, Door, Policy

__all__ = ["Caller", "Door", "Permission", "Policy", "create_key", "list_keys", "revoke_key", "verify"]
