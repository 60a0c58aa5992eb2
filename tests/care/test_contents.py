from __future__ import annotations

import json
from pathlib import Path, PurePosixPath, PureWindowsPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headway.care.contents import (
    DATABASE,
    BackupManifest,
    FileEntry,
    blob_name,
    is_safe_name,
    manifest_from,
    read_content,
)

DIGEST = "0a" * 32


@pytest.mark.parametrize(
    "name",
    [
        *(DATABASE, "headway.toml", blob_name(DIGEST), "quarantine/01-表 格.jsonl"),
        *("reports/intents-1-ab/report.html", "reports/a/b/c", "reports/..a"),
    ],
)
def test_places_of_a_project_are_safe(name: str) -> None:
    assert is_safe_name(name)


@pytest.mark.parametrize(
    "name",
    [
        *("", ".", "..", "/", "a", "manifest.json", "quarantine", "reports/", "headway.toml/a", "headway.db"),
        *(
            ".headway",
            ".headway/secrets",
            ".headway/headway.db/x",
            blob_name(DIGEST) + "/x",
            f"reports/{chr(0)}",
        ),
        *(blob_name("0A" * 32), blob_name("ab"), ".headway/blobs/sha256/ff/" + DIGEST, "reports/\ud800"),
    ],
)
def test_other_places_are_not(name: str) -> None:
    assert not is_safe_name(name)


@given(st.text(alphabet="./\\:ab\0C报", max_size=12), st.sampled_from(["", "reports/", "quarantine/", "../"]))
def test_a_safe_name_stays_below_the_folder_on_every_system(name: str, prefix: str) -> None:
    if is_safe_name(prefix + name):
        root = Path("/project")
        assert Path(root, prefix + name).resolve().is_relative_to(root)
        assert not PureWindowsPath(prefix + name).drive
        assert not PureWindowsPath(prefix + name).is_absolute()
        assert PureWindowsPath(prefix + name).parts == PurePosixPath(prefix + name).parts


def test_a_manifest_is_read_as_it_was_written() -> None:
    files: dict[str, FileEntry] = {
        DATABASE: {"sha256": DIGEST, "size": 3},
        blob_name(DIGEST): {"sha256": DIGEST, "size": 4},
    }
    written = BackupManifest(
        "2026-11-22",
        "0.1.0",
        "0002",
        {"records": 2},
        files,
        {DIGEST: "dataset version 1 of '意图'"},
    )
    assert manifest_from(read_content(written.to_json())) == written
    assert written.size == 7
    assert json.loads(written.to_json())["kind"] == "headway backup"


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists))
def test_what_is_no_manifest_is_refused(content: object) -> None:
    with pytest.raises(ValueError, match="not that of a backup"):
        read_content(json.dumps(content).encode())
