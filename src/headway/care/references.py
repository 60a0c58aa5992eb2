"""Which blobs a project needs: those that rows name, and those that the manifests among them list."""

from __future__ import annotations

import json
from collections.abc import Callable, Set
from dataclasses import dataclass, field

from headway.errors import CorruptArtifactError
from headway.store import Store
from headway.store.snapshot import NamedFiles


@dataclass
class BlobsInUse:
    """Blobs by their sha256, each with what needs it."""

    there: dict[str, str] = field(default_factory=dict)
    #: needed, and missing or damaged
    missing: dict[str, str] = field(default_factory=dict)


def blobs_in_use(named: NamedFiles, present: Set[str], read: Callable[[str], bytes]) -> BlobsInUse:
    """Follow the names in the rows, and from the manifests on to the files of each artefact.

    `read` gives the content of a present blob and may raise `CorruptArtifactError`.
    """
    found = BlobsInUse()
    # The details of a run hold other hashes, too: only what is there is taken for a blob.
    runs = {digest: what for digest, what in named.runs.items() if digest in present}
    for digest, what in {**runs, **named.artifacts}.items():
        _add(found, digest, what, present)
        if digest in present:
            try:
                files = _files(read(digest), required=digest in named.artifacts)
            except (CorruptArtifactError, ValueError):
                found.missing[digest] = what
                continue
            for file in files:
                _add(found, file, what, present)
    for digest, what in named.datasets.items():
        _add(found, digest, what, present)
    return found


def require_all(store: Store, named: NamedFiles) -> BlobsInUse:
    """The blobs in use of an opened project, of which none may be missing.

    Raises `CorruptArtifactError` where one is: what a missing manifest lists cannot be known, so nothing
    can be told to be of no use.
    """
    found = blobs_in_use(named, set(store.blobs.digests()), store.blobs.get)
    if found.missing:
        needs = "; ".join(f"{digest[:12]}… of {what}" for digest, what in found.missing.items())
        raise CorruptArtifactError(
            f"Blobs of the project are missing or damaged: {needs}. Nothing was removed.",
            next_step="Restore the project from a backup first.",
        )
    return found


def _add(found: BlobsInUse, digest: str, what: str, present: Set[str]) -> None:
    (found.there if digest in present else found.missing)[digest] = what


def _files(content: bytes, *, required: bool) -> list[str]:
    """The files a manifest lists; none where it is no manifest, unless it has to be one."""
    try:
        return [str(entry["sha256"]) for entry in json.loads(content)["files"].values()]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        if required:
            raise ValueError("not a manifest") from error
        return []
