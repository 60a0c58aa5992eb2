from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from headway.errors import CheckFailedError, CorruptArtifactError, ModelError, UsageError
from headway.records import ModelVersion
from headway.registry.artifacts import lay_out
from headway.registry.versions import (
    champion_on,
    history,
    manifest_of,
    promote,
    register,
    resolve,
    rollback,
)
from headway.store import Store
from headway.store.models import list_versions
from headway.store.tasks import add_task
from tests.registry.conftest import MakeArtifact


class Clock:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 1, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment


@pytest.fixture
def clock(store: Store) -> Clock:
    clock = Clock()
    store.clock = clock
    return clock


@pytest.fixture
def three(store: Store, make_artifact: MakeArtifact) -> list[ModelVersion]:
    return [register(store, make_artifact(b"weights %d" % n), task="客服") for n in (1, 2, 3)]


def champion(store: Store) -> int:
    return resolve(store, "客服@champion").version


def test_the_first_version_is_champion_and_later_ones_wait(store: Store, three: list[ModelVersion]) -> None:
    assert [one.reference for one in three] == ["客服@1", "客服@2", "客服@3"]
    assert [one.aliases for one in three] == [("champion",), (), ()]
    assert manifest_of(store, three[1]).name == "客服"
    assert len({one.artifact for one in three}) == 3


def test_a_first_version_may_be_kept_from_being_champion(store: Store, make_artifact: MakeArtifact) -> None:
    version = register(store, make_artifact(), task="客服", first_is_champion=False)
    assert version.aliases == ()
    assert history(store, "客服") == []
    assert champion_on(store, "客服", date(2030, 1, 1)) is None


@pytest.mark.parametrize(
    ("reference", "version"), [("客服", 1), ("客服@2", 2), ("客服@champion", 1), (None, 1)]
)
def test_a_reference_names_one_version(
    store: Store, three: list[ModelVersion], reference: str | None, version: int
) -> None:
    assert resolve(store, reference, task="客服").version == version


@pytest.mark.parametrize(
    ("reference", "reason"),
    [
        ("nobody", "no model 'nobody'; known are: 客服"),
        ("客服@9", "'9'; it has versions 1, 2, 3"),
        ("客服@x", "'x'"),
    ],
)
def test_a_reference_that_names_nothing_is_refused_with_what_there_is(
    store: Store, three: list[ModelVersion], reference: str, reason: str
) -> None:
    with pytest.raises(ModelError, match=reason):
        resolve(store, reference)


def test_without_a_reference_the_model_of_the_only_task_is_meant(
    store: Store, three: list[ModelVersion], make_artifact: MakeArtifact
) -> None:
    assert resolve(store, None).reference == "客服@1"
    add_task(store, "routing", "text-classification")
    register(store, make_artifact(name="routing"), task="routing")
    assert resolve(store, None, task="routing").reference == "routing@1"
    with pytest.raises(UsageError, match="2 tasks"):
        resolve(store, None)


def test_without_a_champion_the_newest_is_meant(store: Store, make_artifact: MakeArtifact) -> None:
    for number in (1, 2):
        register(store, make_artifact(b"w%d" % number), task="客服", first_is_champion=False)
    assert resolve(store, "客服").version == 2


def test_promote_roll_back_and_roll_back_again(store: Store, three: list[ModelVersion]) -> None:
    assert promote(store, "客服@2").aliases == ("champion",)
    promote(store, "客服@3")
    assert champion(store) == 3
    assert rollback(store, "客服").version == champion(store) == 2
    assert rollback(store, "客服").version == champion(store) == 1
    with pytest.raises(CheckFailedError, match="had no champion before the present one"):
        rollback(store, "客服")
    promote(store, "客服@3")
    assert rollback(store, "客服").version == 1
    assert [(event.action, event.version) for event in history(store, "客服")] == [
        ("register", 1), ("promote", 2), ("promote", 3), ("rollback", 2), ("rollback", 1),
        ("promote", 3), ("rollback", 1),
    ]  # fmt: skip


def test_promoting_the_champion_changes_nothing(store: Store, three: list[ModelVersion]) -> None:
    before = history(store, "客服")
    promote(store, "客服@1")
    assert history(store, "客服") == before


def test_aliases_move_on_their_own(store: Store, three: list[ModelVersion]) -> None:
    promote(store, "客服@2", alias="challenger")
    promote(store, "客服@3", alias="challenger")
    assert rollback(store, "客服", alias="challenger").version == 2
    assert champion(store) == 1
    with pytest.raises(CheckFailedError):
        rollback(store, "客服")


def test_who_was_champion_on_a_day(store: Store, clock: Clock, three: list[ModelVersion]) -> None:
    first = clock.moment
    clock.moment = first + timedelta(days=2)
    promote(store, "客服@2")
    clock.moment = first + timedelta(days=4, hours=1)
    rollback(store, "客服")

    def on(day: date | datetime) -> int | None:
        found = champion_on(store, "客服", day)
        return found.version if found else None

    assert [on(date(2026, 11, day)) for day in (1, 2, 3, 4, 5)] == [1, 1, 2, 2, 1]
    assert on(date(2026, 10, 31)) is None
    assert on(first + timedelta(days=2)) == 2
    assert on(first + timedelta(days=2, microseconds=-1)) == 1
    with pytest.raises(UsageError, match="no time zone"):
        on(datetime(2026, 11, 1))


@pytest.mark.parametrize(
    "name", ["model.safetensors", "vocabulary.json", "labels.json", "manifest.json", "manifest.sha256"]
)
def test_a_flipped_byte_keeps_a_version_from_being_promoted(
    store: Store, three: list[ModelVersion], name: str
) -> None:
    path = lay_out(store, three[1].artifact) / name
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    before = history(store, "客服")
    with pytest.raises(CorruptArtifactError, match=name):
        promote(store, "客服@2")
    assert champion(store) == 1
    assert history(store, "客服") == before


def test_a_damaged_version_is_not_rolled_back_to(store: Store, three: list[ModelVersion]) -> None:
    promote(store, "客服@2")
    (lay_out(store, three[0].artifact) / "labels.json").unlink()
    with pytest.raises(CorruptArtifactError, match=r"labels\.json is missing"):
        rollback(store, "客服")
    assert champion(store) == 2


def test_versions_registered_at_once_get_numbers_of_their_own(
    store: Store, make_artifact: MakeArtifact
) -> None:
    folders = [make_artifact(b"weights %d" % number) for number in range(8)]
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda folder: register(store, folder, task="客服"), folders))
    assert sorted(one.version for one in made) == list(range(1, 9))
    assert champion(store) == 1
    assert len(history(store, "客服")) == 1
    assert len({one.artifact for one in list_versions(store)}) == 8


CHILD = """
import sys
from pathlib import Path
from headway.registry.versions import promote
from headway.store import Store
store = Store.open(Path(sys.argv[1]))
while True:
    for number in (2, 3):
        promote(store, f"客服@{number}")
        print(number, flush=True)
"""


def test_a_kill_around_promote_leaves_one_consistent_champion(
    store: Store, three: list[ModelVersion]
) -> None:
    for kill_after in (1, 4, 9):
        child = subprocess.Popen([sys.executable, "-c", CHILD, str(store.project)], stdout=subprocess.PIPE)
        assert child.stdout
        said = [int(child.stdout.readline()) for _ in range(kill_after)]
        child.kill()
        rest = child.communicate(timeout=60)[0]
        said += [int(line) for line in rest.splitlines(keepends=True) if line.endswith(b"\n")]

        versions = [one.version for one in list_versions(store, "客服") if "champion" in one.aliases]
        assert versions == [history(store, "客服")[-1].version] == [champion(store)]
        promoted = [event.version for event in history(store, "客服")[1:]]
        assert promoted == ([2, 3] * len(promoted))[: len(promoted)]
        assert champion(store) in (said[-1], 5 - said[-1])
        promote(store, "客服@3")


def test_the_files_of_a_version_are_those_that_were_registered(
    store: Store, make_artifact: MakeArtifact, tmp_path: Path
) -> None:
    folder = make_artifact()
    version = register(store, folder, task="客服")
    (folder / "labels.json").write_text("[]")
    assert (lay_out(store, version.artifact) / "labels.json").read_text("utf-8") == '["物流", "退款"]'
    with pytest.raises(CorruptArtifactError):
        register(store, folder, task="客服")
    assert len(list_versions(store)) == 1


def test_a_rollback_of_what_is_no_longer_champion_is_refused(store: Store, three: list[ModelVersion]) -> None:
    promote(store, "客服@2")
    promote(store, "客服@3")
    with pytest.raises(CheckFailedError, match="客服@2 is no longer the champion"):
        rollback(store, "客服", present=2)
    assert rollback(store, "客服", present=3).version == 2
    with pytest.raises(CheckFailedError, match="no longer"):
        rollback(store, "客服", present=3)
    assert champion(store) == 2


def test_a_manifest_is_read_without_laying_anything_out(store: Store, three: list[ModelVersion]) -> None:
    assert manifest_of(store, three[0]).task["labels"] == ["物流", "退款"]
    assert not (store.folder / "cache" / "artifacts" / three[0].artifact).exists()
    store.blobs.path(three[0].artifact).write_bytes(b"{}")
    with pytest.raises(CorruptArtifactError):
        manifest_of(store, three[0])
