from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from headway.datasets import create_version, diff_versions, find_version, load_rows, newest_options
from headway.datasets.versions import cluster_name, hash_rows
from headway.errors import CorruptArtifactError, DataError, UsageError
from headway.records import CleaningPolicy, DatasetRow, DatasetVersion, Split
from headway.sources import Columns, import_file
from headway.store import Store
from headway.store import datasets as dataset_rows
from headway.store.cleanings import set_policy
from headway.store.tasks import add_task
from headway.text import DEFAULT_STEPS
from tests.projects import unlike

TASK = "意图"


@pytest.fixture
def store(store: Store) -> Store:
    add_task(store, TASK, "text-classification")
    return store


def fill(
    store: Store, table: Sequence[tuple[object, ...]], split: Split | None = None, name: str = "a.tsv"
) -> None:
    """Import rows of (text, label) or (id, text, label)."""
    header = ("id", "text", "label")[-len(table[0]) :]
    lines = ["\t".join(map(str, row)) for row in [header, *table]]
    path = store.project / name
    path.write_text("\n".join(lines) + "\n", "utf-8")
    columns = Columns("text", "label", id="id" if len(header) == 3 else None)
    import_file(store, TASK, path, columns, split=split)


def message(number: int) -> str:
    return f"{'退款' if number % 2 else 'where is my card'} {unlike(number)}"


def table(count: int, start: int = 0) -> list[tuple[str, str]]:
    return [(message(n), "退款" if n % 2 else "card") for n in range(start, start + count)]


def texts(store: Store, version: DatasetVersion, split: Split) -> set[str]:
    return {row.text for row in load_rows(store, version, [split])}


def test_a_version_freezes_the_labelled_rows(store: Store) -> None:
    fill(store, table(100))
    store.clock = lambda: datetime(2030, 1, 2, tzinfo=UTC)
    version = create_version(store, TASK)
    assert (version.number, version.labels) == (1, ("card", "退款"))
    assert version.sizes == {"train": 80, "validation": 10, "test": 10}
    assert version.created_at == "2030-01-02T00:00:00.000000+00:00"
    assert version.statistics["rows"] == 100
    assert hash_rows(load_rows(store, version, Split)) == version.hash
    fill(store, table(50, start=100))
    assert len(load_rows(store, version, Split)) == 100


def test_test_rows_come_only_when_asked_for(store: Store) -> None:
    fill(store, table(40))
    version = create_version(store, TASK)
    given_out = load_rows(store, version, [Split.TRAIN, Split.VALIDATION])
    assert len(given_out) == 32 + 4
    assert not {row.text for row in given_out} & texts(store, version, Split.TEST)
    assert Split.TEST not in {row.split for row in given_out}
    assert load_rows(store, version, []) == []


def test_a_number_means_the_version_of_that_number(store: Store) -> None:
    """The hash of an older version may begin with the same digit."""
    add_task(store, "意图", "text-classification")
    for number in range(1, 4):
        version = DatasetVersion(f"3{number}ab", "意图", 0, "latest", "", "", (), {}, {}, "")
        dataset_rows.add_version(store, version, {})
    assert [find_version(store, "意图", str(number)).number for number in (1, 2, 3)] == [1, 2, 3]
    assert find_version(store, "意图", "32").number == 2


def test_equal_rows_make_no_second_version(store: Store) -> None:
    fill(store, table(20))
    first = create_version(store, TASK)
    fill(store, table(20))
    assert create_version(store, TASK) == first


def test_rows_that_are_all_left_out_are_said_although_no_version_is_made(store: Store) -> None:
    fill(store, table(20), split=Split.TRAIN)
    fill(store, table(5, start=20), split=Split.TEST)
    first = create_version(store, TASK)
    fill(store, [(message(20) + "!", "card")], split=Split.TRAIN, name="late.tsv")
    again = create_version(store, TASK)
    assert (again.number, again.hash) == (1, first.hash)
    assert again.statistics["left_out"] == {"given-elsewhere": 1}
    assert find_version(store, TASK) == again


def test_rows_that_come_back_make_a_version_of_their_own(store: Store) -> None:
    """Else the newest version would not be the labels as they are now."""
    rows = [(n, text, label) for n, (text, label) in enumerate(table(20))]
    changed = [(0, rows[0][1], "other"), *rows[1:]]
    hashes = []
    for number, content in enumerate((rows, changed, rows, rows, changed), start=1):
        fill(store, content)
        version = create_version(store, TASK)
        hashes.append(version.hash)
        assert create_version(store, TASK) == version
        assert version.number == min(number, len(set(hashes)))
    assert len(set(hashes)) == 4
    assert hashes[2] == hashes[3]


def test_the_hash_of_a_plain_version_is_that_of_its_rows_alone(store: Store) -> None:
    fill(store, table(40))
    plain = create_version(store, TASK)
    assert hash_rows(load_rows(store, plain, Split)) == plain.hash
    assert plain.options == {"seed": 0, "validation": 0.1, "test": 0.1}
    assert plain.preparation == DEFAULT_STEPS
    capped = create_version(store, TASK, cap=100)
    assert load_rows(store, capped, Split) == load_rows(store, plain, Split)
    assert capped.hash != plain.hash
    assert capped.options["cap"] == 100


def test_the_newest_options_can_be_asked_for_again(store: Store) -> None:
    assert newest_options(store, TASK) == {}
    fill(store, table(40))
    create_version(store, TASK)
    assert newest_options(store, TASK) == {"augment": []}

    def shout(text: str) -> str:
        return text + " " + unlike(len(text))

    made = create_version(store, TASK, cap=9, balance=True, augment=["typos=2", shout])
    assert sum(row.parent is not None for row in load_rows(store, made, [Split.TRAIN])) > 18
    assert create_version(store, TASK, **newest_options(store, TASK)) == made
    assert create_version(store, TASK).options == {"seed": 0, "validation": 0.1, "test": 0.1}
    assert newest_options(store, TASK) == {"augment": []}


def test_the_preparation_of_the_policy_is_the_versions(store: Store) -> None:
    texts_of = [(text.replace(" ", "\u3000").replace("w", "ｗ"), label) for text, label in table(30)]
    fill(store, texts_of)
    plain = create_version(store, TASK)
    set_policy(store, TASK, CleaningPolicy(steps=("full-width@1",)))
    changed = create_version(store, TASK)
    assert "full-width@1" in changed.preparation
    assert changed.hash != plain.hash
    assert [row.split for row in load_rows(store, changed, Split)] == [
        row.split for row in load_rows(store, plain, Split)
    ]


def test_a_masked_text_keeps_its_split(store: Store) -> None:
    rows = [
        (f"{text} please write to {unlike(n)}@example.com", label)
        for n, (text, label) in enumerate(table(40))
    ]
    fill(store, rows)
    first = create_version(store, TASK, test=0.3)
    before = {row.record: row.split for row in load_rows(store, first, Split)}
    set_policy(store, TASK, CleaningPolicy(mask=True))
    after = load_rows(store, create_version(store, TASK, test=0.3), Split)
    assert not any("@example.com" in row.text for row in after)
    assert all(row.split is before[row.record] for row in after)


def test_splits_stay_when_rows_are_added_and_the_seed_changes(store: Store) -> None:
    fill(store, table(60))
    first = create_version(store, TASK)
    fill(store, table(200, start=60))
    second = create_version(store, TASK, seed=5, validation=0.2, test=0.3)
    for split in Split:
        assert texts(store, first, split) <= texts(store, second, split)
    assert len(texts(store, second, Split.TEST)) == pytest.approx(0.3 * 260, abs=2)


def test_equal_texts_are_in_one_split_however_they_are_written(store: Store) -> None:
    odd = ("", " ", "\u200b", "\u3000")
    rows = [(f"{unlike(n)}  退款{space}", f"l{n % 3}") for n in range(30) for space in odd]
    fill(store, rows)
    version = create_version(store, TASK, test=0.3)
    found = load_rows(store, version, Split)
    assert len(found) == 120
    assert len({(row.cluster, row.split) for row in found}) == len({row.cluster for row in found}) == 30
    assert version.statistics["duplicate_rows"] == 90


def test_the_users_test_file_is_the_test(store: Store) -> None:
    fill(store, table(50), split=Split.TRAIN, name="train.tsv")
    spaced = message(0).replace(" ", "  ")
    fill(store, [*table(10, start=50), (spaced, "card")], split=Split.TEST, name="test.tsv")
    version = create_version(store, TASK)
    assert texts(store, version, Split.TEST) == {text for text, _ in table(10, start=50)} | {spaced}
    assert version.statistics["left_out"] == {"given-elsewhere": 1}
    said = version.statistics["problems"]
    assert any("1 rows stay out: you gave them to one split" in sentence for sentence in said)
    assert any("1 texts were given to more than one split" in sentence for sentence in said)


def test_a_text_given_as_test_too_late_is_reported(store: Store) -> None:
    fill(store, table(20))
    first = create_version(store, TASK)
    trained = sorted(texts(store, first, Split.TRAIN))[0]
    fill(store, [(trained + " ", "card")], split=Split.TEST, name="late.tsv")
    second = create_version(store, TASK)
    assert trained in texts(store, second, Split.TRAIN)
    assert any("were in training before" in said for said in second.statistics["problems"])


def test_a_relabelled_row_counts_with_its_newest_label(store: Store) -> None:
    fill(store, [(n, text, label) for n, (text, label) in enumerate(table(20))])
    first = create_version(store, TASK)
    fill(store, [(3, message(3), "投诉")])
    second = create_version(store, TASK)
    assert {row.text: row.label for row in load_rows(store, second, Split)}[message(3)] == "投诉"
    assert diff_versions(store, first, second)["relabelled"] == 1


def test_labels_after_the_moment_do_not_count(store: Store) -> None:
    start = datetime(2030, 1, 1, tzinfo=UTC)
    store.clock = lambda: start
    fill(store, table(20))
    store.clock = lambda: start + timedelta(days=2)
    fill(store, table(20, start=20))
    store.clock = lambda: start + timedelta(days=1)
    assert sum(create_version(store, TASK).sizes.values()) == 20


def test_a_version_is_found_by_number_and_by_hash(store: Store) -> None:
    with pytest.raises(UsageError, match="has no dataset version\\.") as caught:
        find_version(store, TASK)
    assert "dataset create" in str(caught.value.next_step)
    fill(store, table(10))
    first = create_version(store, TASK)
    fill(store, table(10, start=10))
    second = create_version(store, TASK)
    assert find_version(store, TASK) == second
    assert find_version(store, TASK, "1") == find_version(store, TASK, first.hash[:12]) == first
    with pytest.raises(UsageError, match="no dataset version zzz"):
        find_version(store, TASK, "zzz")


def test_without_labels_there_is_no_version(store: Store) -> None:
    with pytest.raises(DataError, match="'意图' has no labelled text"):
        create_version(store, TASK)


def test_damaged_rows_are_refused(store: Store) -> None:
    fill(store, table(10))
    version = create_version(store, TASK)
    path = store.blobs.path(version.blob)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    with pytest.raises(CorruptArtifactError, match="is damaged"):
        load_rows(store, version, [Split.TRAIN])


def test_the_order_of_import_does_not_matter(tmp_path: Path) -> None:
    contradicting = [("same text", "a"), ("same text", "b"), ("same text ", "c"), ("same  text", "c")]
    pieces = [contradicting[:1], table(30), contradicting[1:], [("same text\u3000", "b"), ("x", "b")]]
    hashes = set()
    for number, order in enumerate((pieces, pieces[::-1], pieces[2:] + pieces[:2])):
        store = Store.create(tmp_path / str(number))
        add_task(store, TASK, "text-classification")
        for piece in order:
            fill(store, piece)
        hashes.add(create_version(store, TASK, test=0.4).hash)
        store.close()
    assert len(hashes) == 1


def test_two_frequent_labels_of_one_text_are_told_apart_by_name_not_by_order(tmp_path: Path) -> None:
    """Else the text would be put among the texts of another label, and so perhaps into another split."""
    rows = [("both 退款", "a"), ("both 退款 ", "b"), *((f"a {n}", "a") for n in range(8)), ("b 0", "b")]
    hashes = set()
    for number, order in enumerate((rows, [rows[1], rows[0], *rows[2:]])):
        store = Store.create(tmp_path / str(number))
        add_task(store, TASK, "text-classification")
        fill(store, order)
        hashes.add(create_version(store, TASK, test=0.4).hash)
        store.close()
    assert len(hashes) == 1


def test_five_thousand_labels_some_alike(store: Store) -> None:
    fill(store, [(f"text {n}", f"label {n % 5_000}") for n in range(10_000)] + [("one more", "Label 17 ")])
    version = create_version(store, TASK)
    assert len(version.labels) == 5_001
    assert version.sizes["train"] >= 5_001
    alike = "differ only in case, spaces or character width: 'label 17', 'Label 17 '"
    assert any(alike in said for said in version.statistics["problems"])


@given(st.lists(st.tuples(st.text(max_size=5), st.sampled_from("ab"), st.sampled_from(list(Split)))))
def test_the_hash_is_that_of_the_rows_in_any_order(found: list[tuple[str, str, Split]]) -> None:
    rows = [
        DatasetRow(str(n), text.encode("utf-8", "replace").decode(), label, split, "c")
        for n, (text, label, split) in enumerate(found)
    ]
    assert hash_rows(rows) == hash_rows(rows[::-1])
    if rows:
        assert hash_rows(rows) != hash_rows(rows[1:])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=10), st.sampled_from(["", " ", "\n", "\u200b", "\u3000", "\ufeff"]))
def test_white_space_and_invisible_characters_make_no_other_cluster(raw: str, odd: str) -> None:
    assert cluster_name(odd + raw + odd) == cluster_name(raw)
