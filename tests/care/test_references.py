from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headway.care.references import blobs_in_use, require_all
from headway.errors import CorruptArtifactError
from headway.project import Project
from headway.store.snapshot import NamedFiles, named_files

MODEL, DATASET, FILE, BASELINE, WEIGHTS, OTHER = (letter * 64 for letter in "abcdef")


def manifest(*digests: str) -> bytes:
    """A manifest that lists some files."""
    return json.dumps({"files": {f"文件{n}": {"sha256": one} for n, one in enumerate(digests)}}).encode()


def named(**kinds: dict[str, str]) -> NamedFiles:
    """What rows name."""
    return NamedFiles(
        kinds.get("datasets", {}), kinds.get("artifacts", {}), kinds.get("runs", {}), frozenset()
    )


def test_names_are_followed_through_manifests() -> None:
    rows = named(
        datasets={DATASET: "version 1"}, artifacts={MODEL: "m@1"}, runs={BASELINE: "run 1", OTHER: "run 1"}
    )
    blobs = {MODEL: manifest(FILE), BASELINE: manifest(WEIGHTS), DATASET: b"", FILE: b"", WEIGHTS: b""}
    found = blobs_in_use(rows, blobs.keys(), blobs.__getitem__)
    assert found.there == {
        **{MODEL: "m@1", FILE: "m@1", DATASET: "version 1"},
        **{BASELINE: "run 1", WEIGHTS: "run 1"},
    }
    assert found.missing == {}


def test_what_is_needed_and_not_there_is_missing() -> None:
    rows = named(datasets={DATASET: "version 1"}, artifacts={MODEL: "m@1", OTHER: "m@2"})
    blobs = {MODEL: manifest(FILE, WEIGHTS), WEIGHTS: b""}
    found = blobs_in_use(rows, blobs.keys(), blobs.__getitem__)
    assert found.missing == {DATASET: "version 1", OTHER: "m@2", FILE: "m@1"}
    assert found.there == {MODEL: "m@1", WEIGHTS: "m@1"}


def test_a_hash_in_a_run_that_is_no_blob_or_no_manifest_is_nothing_more() -> None:
    rows = named(runs={BASELINE: "run 1", OTHER: "run 2"})
    blobs = {BASELINE: b"weights \xff, no manifest"}
    found = blobs_in_use(rows, blobs.keys(), blobs.__getitem__)
    assert (found.there, found.missing) == ({BASELINE: "run 1"}, {})


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"\xff", b'{"files": 1}', b'{"files": {"a": {}}}'])
def test_a_model_whose_manifest_cannot_be_read_is_damaged(content: bytes) -> None:
    found = blobs_in_use(named(artifacts={MODEL: "m@1"}), {MODEL}, lambda _: content)
    assert found.missing == {MODEL: "m@1"}

    def damaged(_digest: str) -> bytes:
        raise CorruptArtifactError

    assert blobs_in_use(named(artifacts={MODEL: "m@1"}), {MODEL}, damaged).missing == {MODEL: "m@1"}


@given(st.lists(st.sampled_from("abcdef"), unique=True), st.sets(st.sampled_from("abcdef")))
def test_every_name_is_there_or_missing_and_nothing_else_is(names: list[str], present: set[str]) -> None:
    rows = named(datasets={one * 64: "version" for one in names})
    there = {one * 64 for one in present}
    found = blobs_in_use(rows, there, lambda _: b"")
    assert found.there.keys() | found.missing.keys() == {one * 64 for one in names}
    assert found.there.keys() <= there
    assert not found.missing.keys() & there


def test_a_project_of_which_a_blob_is_missing_is_refused(project: Project) -> None:
    database = project.store.folder / "headway.db"
    assert require_all(project.store, named_files(database)).there
    (model,) = project.models()
    project.store.blobs.path(model.artifact).unlink()
    with pytest.raises(CorruptArtifactError, match=rf"{model.artifact[:12]}… of intents@1") as caught:
        require_all(project.store, named_files(database))
    assert "backup" in str(caught.value.next_step)
