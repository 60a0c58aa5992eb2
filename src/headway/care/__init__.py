"""Care: takes a project, gives its backups, restores them, and removes what nobody needs or may keep.

One module a verb: `backup.backup`, `restore.restore`, `prune.prune`, `forget.forget`.
"""

from headway.store.tombstones import Selection

__all__ = ["Selection"]
