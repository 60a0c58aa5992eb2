"""Store: takes rows and blobs, gives them back. The only room that speaks SQL."""

from headway.store.blobs import Blobs
from headway.store.store import Store

__all__ = ["Blobs", "Store"]
