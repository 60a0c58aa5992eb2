"""Registry: takes artefacts, gives verified model versions with aliases, history, rollback and a card."""

from headway.registry.manifest import Manifest, manifest_hash, read_manifest, write_manifest

__all__ = ["Manifest", "manifest_hash", "read_manifest", "write_manifest"]
