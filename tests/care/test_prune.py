from __future__ import annotations

import dataclasses
import os
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from headway.care.prune import GRACE_SECONDS, KEPT_CHECKPOINT_RUNS, Pruned, partial_paths, prune
from headway.datasets import load_rows
from headway.datasets.versions import hash_rows
from headway.errors import CorruptArtifactError, ProjectBusyError
from headway.project import Project
from headway.records import Run, Split
from headway.registry import read_manifest
from headway.registry.artifacts import keep_artifact, lay_out
from headway.store import datasets as dataset_rows
from headway.store.runs import add_run
from headway.workflow.weights import lay_out_weights
from tests.care.conftest import contents, make_artifact
from tests.projects import TASK

OLD = time.time() - 2 * GRACE_SECONDS


def age(path: Path) -> Path:
    """Make a file or folder two hours old."""
    for found in (path, *path.rglob("*")):
        os.utime(found, (OLD, OLD))
    return path


def age_all(project: Project) -> None:
    age(project.store.project)


def write(path: Path, content: str = "left") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, "utf-8")
    return path


def reasons(done: Pruned) -> dict[str, str]:
    return {leftover.path: leftover.reason for leftover in done.leftovers}


def check_sound(project: Project) -> None:
    """Every version loads and has its hash, every model verifies."""
    versions = dataset_rows.list_versions(project.store, TASK)
    assert versions
    for version in versions:
        assert hash_rows(load_rows(project.store, version, Split)) == version.hash
    for model in project.models():
        read_manifest(lay_out(project.store, model.artifact))
    for run in project.runs():
        if baseline := run.details.get("baseline"):
            read_manifest(lay_out(project.store, baseline))


def litter(project: Project) -> dict[str, str]:
    """One of everything that can go; gives what is to be said of each."""
    store, root = project.store, project.store.project
    orphan = store.blobs.path(store.blobs.put("没有人要".encode()))
    laid_out = store.folder / "cache" / "artifacts" / ("0" * 64)
    write(laid_out / "manifest.json")
    for revision in ("0001", "0002", "0003"):
        write(store.folder / f"headway.{revision}.backup.db")
    interrupted = [
        *(write(root / ".partial-zip"), write(store.blobs.folder / "ab" / ".partial-1")),
        *(write(root / "quarantine" / ".partial-2"), write(root / "reports" / "r" / ".partial-3")),
        *(
            write(store.folder / "tmp" / "tmpx" / "model"),
            write(store.folder / "cache" / "e" / ".partial-4" / "x"),
        ),
    ]
    nothing = write(root / "quarantine" / f"{'0' * 20}-表.csv.jsonl")
    found = {str(path): "interrupted work left it" for path in interrupted}
    for below in ("model", "x"):
        path = next(key for key in found if key.endswith(f"/{below}"))
        found[str(Path(path).parent)] = found.pop(path)
    found[str(orphan)] = "no version, model or run refers to it"
    found[str(laid_out)] = "no model or run refers to it"
    found[str(store.folder / "headway.0001.backup.db")] = (
        "of the copies before migrations the last 2 are kept"
    )
    found[str(nothing)] = "its import came to nothing"
    return {Path(path).relative_to(root).as_posix(): reason for path, reason in found.items()}


def test_what_nothing_refers_to_is_listed_with_its_reason_and_then_removed(learned: Project) -> None:
    assert prune(learned.store).leftovers == ()
    before = set(contents(learned.store.project))
    expected = litter(learned)
    age_all(learned)
    littered = contents(learned.store.project)
    listed = prune(learned.store, dry_run=True)
    assert reasons(listed) == expected
    assert not listed.removed
    assert contents(learned.store.project).keys() == littered.keys()
    done = prune(learned.store)
    assert (done.removed, done.leftovers) == (True, listed.leftovers)
    assert done.size == sum(leftover.size for leftover in done.leftovers) > 0
    kept = {f".headway/headway.{revision}.backup.db" for revision in ("0002", "0003")}
    assert set(contents(learned.store.project)) == before | kept
    check_sound(learned)
    assert prune(learned.store).leftovers == ()


def test_what_is_younger_than_an_hour_is_left(project: Project) -> None:
    litter(project)
    assert prune(project.store).leftovers == ()


def test_the_size_of_a_folder_is_that_of_its_files(project: Project) -> None:
    write(project.store.folder / "tmp" / "tmpx" / "a", "x" * 100)
    write(project.store.folder / "tmp" / "tmpx" / "b" / "c", "x" * 11)
    age_all(project)
    assert [(one.path, one.size) for one in prune(project.store).leftovers] == [(".headway/tmp/tmpx", 111)]


def test_what_a_training_that_goes_on_uses_is_left(project: Project) -> None:
    run = Run(
        "r1", TASK, "probe", "h", 0, {}, "running", project.store.now(), details={"process": os.getpid()}
    )
    write(project.store.folder / "tmp" / "tmpx" / "model")
    write(project.store.folder / "cache" / "embeddings" / "s" / "x.safetensors")
    age_all(project)
    add_run(project.store, run)
    assert prune(project.store).leftovers == ()
    with pytest.raises(ProjectBusyError, match="training r1"):
        prune(project.store, cache=True)
    add_run(project.store, dataclasses.replace(run, id="r0", details={"process": 2**22 + 1}))
    with project.store.writing() as connection:
        connection.exec_driver_sql("UPDATE runs SET state = 'done' WHERE id = 'r1'")
    assert [one.path for one in prune(project.store).leftovers] == [".headway/tmp/tmpx"]
    assert [one.path for one in prune(project.store, cache=True).leftovers] == [".headway/cache"]


def add_checkpoints(project: Project, run_id: str, state: str, process: int = 0) -> str:
    """A run with two checkpoints, and its row where it has a state; gives the folder as `prune` names it."""
    if state:
        details = {"process": process}
        run = Run(run_id, TASK, "full", "h", 0, {}, state, project.store.now(), details=details)
        add_run(project.store, run)
    folder = project.store.folder / "checkpoints" / run_id
    for step in ("step-000000004", "step-000000008"):
        write(folder / "final" / step / "weights.safetensors", "x" * 50)
    return folder.relative_to(project.store.project).as_posix()


def test_checkpoints_of_runs_that_will_not_be_gone_on_with_go(project: Project) -> None:
    assert KEPT_CHECKPOINT_RUNS == 2
    too_many = "of the runs that can be gone on with the newest 2 keep their checkpoints"
    expected = {
        add_checkpoints(project, "a", "running", os.getpid()): "",
        add_checkpoints(project, "b", "interrupted"): too_many,
        add_checkpoints(project, "c", "done"): "its run is done",
        add_checkpoints(project, "d", "failed"): "",
        add_checkpoints(project, "e", ""): "no run has that id",
        # Its process is gone, but nobody has written down yet that it was killed.
        add_checkpoints(project, "f", "running", 2**22 + 1): "",
    }
    add_run(project.store, Run("z", TASK, "full", "h", 0, {}, "killed", project.store.now()))
    write(project.store.folder / "checkpoints" / "c" / "final" / ".partial-x" / "weights.safetensors")
    assert prune(project.store).leftovers == ()
    age_all(project)
    done = prune(project.store)
    assert reasons(done) == {path: reason for path, reason in expected.items() if reason}
    there = {path.name for path in (project.store.folder / "checkpoints").iterdir()}
    assert there == {"a", "d", "f"}
    assert prune(project.store).leftovers == ()


def test_checkpoints_of_a_run_that_is_gone_on_with_meanwhile_stay(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    for run_id in ("a", "b", "c"):
        add_checkpoints(project, run_id, "killed")
    age_all(project)
    from headway.care import prune as module

    real = module._leftover

    def resumed_meanwhile(*arguments: object) -> object:
        write(project.store.folder / "checkpoints" / "a" / "final" / "step-000000012" / "state.json")
        return real(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(module, "_leftover", resumed_meanwhile)
    assert prune(project.store).leftovers == ()
    assert (project.store.folder / "checkpoints" / "a" / "final" / "step-000000004").is_dir()


def test_the_encoders_that_runs_name_are_kept_and_those_laid_out_are_cache(project: Project) -> None:
    weights = project.store.blobs.put(b"trained weights")
    tokenizer = project.store.blobs.put(b'{"files": "of another kind"}')
    files = {"model.safetensors": weights, "tokenizer.json": tokenizer}
    now = project.store.now()
    add_run(project.store, Run("r1", TASK, "full", "h", 0, {}, "done", now, details={"encoder_files": files}))
    folder = lay_out_weights(project.store, "r1", files)
    age_all(project)
    assert prune(project.store).leftovers == ()
    assert [one.path for one in prune(project.store, cache=True).leftovers] == [".headway/cache"]
    assert not folder.exists()
    assert (
        lay_out_weights(project.store, "r1", files) / "model.safetensors"
    ).read_bytes() == b"trained weights"


def test_the_artefacts_that_runs_name_are_kept(project: Project, tmp_path: Path) -> None:
    companion = keep_artifact(project.store, make_artifact(tmp_path / "companion", "h", b"baseline"))
    forgotten = keep_artifact(project.store, make_artifact(tmp_path / "another", "h", b"never registered"))
    details = {"baseline": companion, "base": {"sha256": "f" * 64}}
    add_run(project.store, Run("r1", TASK, "probe", "h", 0, {}, "done", project.store.now(), details=details))
    age_all(project)
    gone = {Path(path).name for path in reasons(prune(project.store))}
    assert forgotten in gone
    assert len(gone) == 2  # its weights, too; its labels.json is that of the others
    check_sound(project)


def test_with_cache_all_that_is_made_again_goes(learned: Project) -> None:
    before = learned.predict(["我要退款"])
    write(learned.store.folder / "cache" / "embeddings" / "space" / "x.safetensors")
    assert [one.path for one in prune(learned.store, cache=True).leftovers] == [".headway/cache"]
    assert not (learned.store.folder / "cache").exists()
    assert learned.predict(["我要退款"]) == before
    check_sound(learned)


def test_nothing_is_removed_while_a_blob_that_is_needed_is_missing(project: Project) -> None:
    litter(project)
    age_all(project)
    (model,) = project.models()
    project.store.blobs.path(model.artifact).unlink()
    before = contents(project.store.project)
    with pytest.raises(CorruptArtifactError, match="intents@1"):
        prune(project.store)
    after = contents(project.store.project)
    assert before.keys() - after.keys() == set()


def test_a_blob_that_is_put_again_while_prune_runs_is_kept(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = project.store
    digest = store.blobs.put(b"put again")
    age_all(project)
    from headway.care import prune as module

    real = module._leftover

    def put_meanwhile(*arguments: object) -> object:
        store.blobs.put(b"put again")
        return real(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(module, "_leftover", put_meanwhile)
    assert prune(store).leftovers == ()
    assert store.blobs.get(digest) == b"put again"


def test_partial_paths_are_named_once_from_the_top(tmp_path: Path) -> None:
    write(tmp_path / "a" / ".partial-folder" / ".partial-inner")
    write(tmp_path / "b" / ".partial-file")
    write(tmp_path / "b" / "whole")
    found = [path.relative_to(tmp_path).as_posix() for path in partial_paths(tmp_path)]
    assert sorted(found) == ["a/.partial-folder", "b/.partial-file"]
    assert list(partial_paths(tmp_path / "not there")) == []


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15)
@given(st.lists(st.tuples(st.binary(max_size=20), st.booleans()), max_size=5))
def test_after_any_prune_everything_that_is_named_is_sound(
    project: Project, blobs: list[tuple[bytes, bool]]
) -> None:
    old = {}
    for content, is_old in blobs:
        digest = project.store.blobs.put(content)
        old[digest] = is_old
        if is_old:
            age(project.store.blobs.path(digest))
    done = prune(project.store)
    assert {Path(one.path).name for one in done.leftovers} == {digest for digest in old if old[digest]}
    assert {digest for digest in old if not old[digest]} <= set(project.store.blobs.digests())
    check_sound(project)
