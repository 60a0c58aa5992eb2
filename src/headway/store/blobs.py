"""Blobs: files known by the sha256 of their content, written once, never changed."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

from headway.errors import CorruptArtifactError
from headway.store.files import machine_errors, replacing, sha256_of, write_atomically


class Blobs:
    """Content-addressed files below one folder: `sha256/ab/abcdef…`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "sha256"

    def path(self, digest: str) -> Path:
        """Where the blob of this hash lies, or would lie."""
        return self.folder / digest[:2] / digest

    def put(self, data: bytes) -> str:
        """Keep some bytes and return their sha256."""
        digest = hashlib.sha256(data).hexdigest()
        if not self.path(digest).exists():
            write_atomically(self.path(digest), data)
        return digest

    def put_file(self, source: Path) -> str:
        """Keep a copy of a file and return its sha256. The file itself stays where it is."""
        digest = sha256_of(source)
        target = self.path(digest)
        if target.exists():
            return digest
        with replacing(target) as temporary:
            shutil.copyfile(source, temporary)
        return digest

    def get(self, digest: str) -> bytes:
        """The content of a blob.

        Raises `CorruptArtifactError` where it is missing or is not what its name says.
        """
        try:
            data = self.path(digest).read_bytes()
        except FileNotFoundError as error:
            raise CorruptArtifactError(
                f"The blob {digest[:12]}… is missing from {self.folder}.",
                next_step="Restore the project from a backup.",
            ) from error
        if hashlib.sha256(data).hexdigest() != digest:
            raise CorruptArtifactError(
                f"The blob {self.path(digest)} is damaged: its content no longer has the hash in its name.",
                next_step="Restore the project from a backup.",
            )
        return data

    def place(self, digest: str, target: Path) -> None:
        """Copy a blob to a file. A link would be cheaper, but damage to the file would damage the blob."""
        source = self.path(digest)
        if not source.exists():
            self.get(digest)
        with machine_errors(f"copying a model file to {target}"):
            shutil.copyfile(source, target)
