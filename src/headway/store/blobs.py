"""Blobs: files known by the sha256 of their content, written once, never changed."""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path

from headway.errors import CorruptArtifactError
from headway.store.files import machine_errors, replacing, sha256_of, write_atomically

_HEX_DIGITS = 64


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
        if not self._renew(digest):
            write_atomically(self.path(digest), data)
        return digest

    def put_file(self, source: Path) -> str:
        """Keep a copy of a file and return its sha256. The file itself stays where it is."""
        digest = sha256_of(source)
        if not self._renew(digest):
            with replacing(self.path(digest)) as temporary:
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

    def digests(self) -> list[str]:
        """The sha256 of every blob there is, sorted."""
        return sorted(path.name for path in self.folder.glob("??/*") if len(path.name) == _HEX_DIGITS)

    def remove(self, digest: str, *, put_before: float) -> bool:
        """Remove a blob that nothing names; False where it was put at or after a moment (seconds since 1970).

        It is set aside first: who puts the same content meanwhile writes it anew, instead of counting on a
        file that is about to go.
        """
        path = self.path(digest)
        aside = path.with_name(f".partial-{digest}")
        with machine_errors(f"removing {path}"):
            os.rename(path, aside)
            if aside.stat().st_mtime >= put_before:
                os.replace(aside, path)
                return False
            aside.unlink()
        return True

    def _renew(self, digest: str) -> bool:
        """Whether the blob is there; its file's time then says that it was put again just now."""
        with machine_errors(f"keeping {self.path(digest)}"):
            try:
                os.utime(self.path(digest))
            except FileNotFoundError:
                return False
        return True

    def place(self, digest: str, target: Path) -> None:
        """Copy a blob to a file. A link would be cheaper, but damage to the file would damage the blob."""
        source = self.path(digest)
        if not source.exists():
            self.get(digest)
        with machine_errors(f"copying a model file to {target}"):
            shutil.copyfile(source, target)
