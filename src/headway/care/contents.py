"""What a backup holds: a zip file with the project's files under their own names, and a manifest."""

from __future__ import annotations

import dataclasses
import json
import re
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any, TypedDict

FORMAT = 1
MANIFEST = "manifest.json"
DATABASE = ".headway/headway.db"
BLOBS = ".headway/blobs/sha256"
SETTINGS = "headway.toml"
#: folders of a project whose files are in its backup
FOLDERS = ("quarantine", "reports")

_KIND = "headway backup"
_SHA256 = re.compile(r"[0-9a-f]{64}")


class FileEntry(TypedDict):
    """A file's hash and its size in bytes."""

    sha256: str
    size: int


@dataclass(frozen=True)
class BackupManifest:
    """Everything one must know of a backup to verify it."""

    created_at: str
    #: the version of Headway that wrote it
    headway: str
    #: the revision of the tables
    revision: str
    #: table → rows
    rows: dict[str, int]
    #: name in the archive, and in the project → hash and size
    files: dict[str, FileEntry] = field(default_factory=dict)
    #: blobs that were missing or damaged in the project itself, each with what needs it
    damaged: dict[str, str] = field(default_factory=dict)
    kind: str = _KIND
    format: int = FORMAT

    def to_json(self) -> bytes:
        """As it stands in the archive."""
        return json.dumps(dataclasses.asdict(self), ensure_ascii=False, indent=1, sort_keys=True).encode()

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(entry["size"] for entry in self.files.values())


def blob_name(digest: str) -> str:
    """The name of a blob in the archive."""
    return f"{BLOBS}/{digest[:2]}/{digest}"


def is_safe_name(name: str) -> bool:
    """Whether a name leads to a place of a project that a backup holds, on every system, and nowhere else."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    parts = PurePosixPath(name).parts
    if not parts or name != "/".join(parts) or ".." in parts or set(name) & set("\\:\0"):
        return False
    if parts[:1] == (".headway",):
        return name == DATABASE or (name == blob_name(parts[-1]) and bool(_SHA256.fullmatch(parts[-1])))
    return name == SETTINGS or (parts[0] in FOLDERS and len(parts) > 1)


def read_content(content: bytes) -> dict[str, Any]:
    """The manifest of any format as plain data. Raises `ValueError` where it is none."""
    try:
        found: dict[str, Any] = dict(json.loads(content))
        if found["kind"] != _KIND or type(found["format"]) is not int:
            raise ValueError("it is that of something else")
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise ValueError(f"it is not that of a backup ({error})") from error
    return found


def manifest_from(content: dict[str, Any]) -> BackupManifest:
    """The manifest of this format. Raises `ValueError` where a field is missing or of another kind."""
    try:
        manifest = BackupManifest(**content)
        texts = (manifest.created_at, manifest.headway, manifest.revision, *manifest.damaged)
        sound = (
            all(type(text) is str for text in texts)
            and all(type(number) is int for number in manifest.rows.values())
            and all(_is_entry(entry) for entry in manifest.files.values())
        )
    except (TypeError, AttributeError) as error:
        raise ValueError(f"a field is missing, unknown or of another kind ({error})") from error
    if not sound or DATABASE not in manifest.files:
        raise ValueError(f"a field is of another kind, or {DATABASE} is not listed")
    return manifest


def _is_entry(entry: Any) -> bool:
    return (
        isinstance(entry, dict)
        and entry.keys() == {"sha256", "size"}
        and type(entry["size"]) is int
        and entry["size"] >= 0
        and bool(_SHA256.fullmatch(str(entry["sha256"])))
    )
