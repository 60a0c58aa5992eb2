from __future__ import annotations

import csv
import io
import json
import os
import zipfile
from collections.abc import Callable, Iterator
from datetime import timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, text

from headway.errors import DataError, MachineError, UsageError
from headway.records import Import, Split
from headway.sources import Asked, Columns, check_files, import_file, import_planned
from headway.store import Store
from headway.store import records as rows
from headway.store.schema import tombstones
from headway.store.tasks import add_task
from headway.store.tombstones import key_digest
from tests.sources.conftest import Write

TASK = "意图"
COLUMNS = Columns("text", "label")
WITH_ID = Columns("text", "label", id="id")


@pytest.fixture
def store(store: Store) -> Store:
    add_task(store, TASK, "text-classification")
    return store


def labelled(store: Store) -> list[tuple[str, str]]:
    return [
        (record.text, annotation.label) for record, annotation in rows.labelled_records(store, TASK, "9999")
    ]


def quarantined(store: Store, done: Import) -> dict[int, str]:
    assert done.quarantine
    lines = (store.project / done.quarantine).read_text("ascii").splitlines()
    return {row["line"]: row["reason"] for row in map(json.loads, lines)}


def counts(done: Import) -> tuple[int, int, int, int, int, int]:
    return (done.read, done.added, done.revised, done.known, done.quarantined, done.labels)


def test_rows_become_records_and_labels(store: Store, write: Write) -> None:
    path = write("客服.csv", "text,label,城市\n我要退款,退款,上海\nwhere is my card,,London\n")
    done = import_file(store, TASK, path, COLUMNS, split=Split.TEST, licence="CC-BY-4.0")
    assert counts(done) == (2, 2, 0, 0, 0, 1)
    assert done.quarantine is None
    ((record, annotation),) = rows.labelled_records(store, TASK, "9999")
    assert (record.text, record.split, record.fields) == ("我要退款", Split.TEST, {"城市": "上海"})
    assert (annotation.label, annotation.author) == ("退款", "import:客服.csv")
    assert rows.list_imports(store) == [done]


def test_an_appended_file_adds_only_what_is_new(store: Store, write: Write) -> None:
    first = "text,label\nyes,1\nyes,1\nno,2\n"
    assert counts(import_file(store, TASK, write("a.csv", first), COLUMNS)) == (3, 3, 0, 0, 0, 3)
    assert counts(import_file(store, TASK, write("a.csv", first + "yes,1\n"), COLUMNS)) == (4, 1, 0, 3, 0, 1)


def test_a_known_id_with_another_text_is_a_revision(store: Store, write: Write) -> None:
    import_file(store, TASK, write("a.csv", "id,text,label\n7,旧的文字,a\n8,same,b\n"), WITH_ID)
    done = import_file(store, TASK, write("b.csv", "id,text,label\n7,新的文字,a\n8,same,b\n"), WITH_ID)
    assert counts(done) == (2, 0, 1, 1, 0, 1)
    assert rows.newest_revisions(store, ["id:7"])["id:7"].revision == 2
    assert sorted(labelled(store)) == [("same", "b"), ("新的文字", "a")]
    with store.reading() as connection:
        old = connection.execute(text("SELECT text FROM records WHERE key = 'id:7' AND revision = 1"))
        assert old.scalar_one() == "旧的文字"


def test_the_same_id_twice_in_a_file(store: Store, write: Write) -> None:
    path = write("a.csv", "id,text,label\n7,first,a\n7,second,a\n7,second,b\n")
    done = import_file(store, TASK, path, WITH_ID)
    assert counts(done) == (3, 1, 0, 0, 2, 1)
    assert quarantined(store, done) == {
        3: "the id '7' stands in line 2 with another text",
        4: "the id '7' stands in line 2 with another text",
    }
    assert counts(import_file(store, TASK, path, WITH_ID)) == (3, 0, 0, 1, 2, 0)


def test_a_text_given_as_train_and_as_test_is_two_records(store: Store, write: Write) -> None:
    path = write("a.csv", "text,label\n同一句,a\nsame,b\n")
    import_file(store, TASK, path, COLUMNS, split=Split.TRAIN)
    assert counts(import_file(store, TASK, path, COLUMNS, split=Split.TRAIN)) == (2, 0, 0, 2, 0, 0)
    assert counts(import_file(store, TASK, path, COLUMNS, split=Split.TEST)) == (2, 2, 0, 0, 0, 2)
    splits = sorted(str(record.split) for record, _ in rows.labelled_records(store, TASK, "9999"))
    assert splits == ["test", "test", "train", "train"]


def test_a_relabelled_file_gives_the_newest_label_and_keeps_the_old(store: Store, write: Write) -> None:
    import_file(store, TASK, write("a.csv", "id,text,label\n1,hi,old\n2,你好,b\n"), WITH_ID)
    done = import_file(store, TASK, write("a.csv", "id,text,label\n1,hi,new\n2,你好,\n"), WITH_ID)
    assert counts(done) == (2, 0, 0, 2, 0, 1)
    assert labelled(store) == [("hi", "old"), ("你好", "b"), ("hi", "new")]


def test_every_row_that_cannot_be_used_is_kept_with_its_line_and_all_reasons(
    store: Store, write: Write
) -> None:
    columns = Columns("text", "label", id="id", time="at")
    content = (
        "id,text,label,at\n"
        "1,good,a,2026-11-22T10:00:00+08:00\n"
        "2,,a,yesterday\n"
        " ,no id,a,\n"
        "4,nul\0byte,a,\n"
        "5,\u200b\u3000,a,\n"
        "6,too early,a,0001-01-01T00:00:00+08:00\n"
        "7,ragged\n"
        '8,"never closed,a,\n'
        "9,也好,b,2026-11-22\n"
        f"10,{'长' * 1_000_001},a,\n"
    ).encode() + "11,退款,a,\n".encode("gbk")
    done = import_file(store, TASK, write("a.csv", content), columns, timezone=timezone(timedelta(hours=8)))
    assert counts(done) == (11, 2, 0, 0, 9, 2)
    assert quarantined(store, done) == {
        3: "the text in column 'text' is empty; "
        "the time 'yesterday' is not ISO 8601 (2026-11-22T08:30:00) or 2026年11月22日",
        4: "the id in column 'id' is empty",
        5: "column 'text' holds a NUL byte",
        6: "the text in column 'text' is empty",
        7: "the time '0001-01-01T00:00:00+08:00' is not ISO 8601 (2026-11-22T08:30:00) or 2026年11月22日",
        8: "2 fields where the header has 4",
        9: "a quote opens in this row and never closes",
        11: "the text has 1,000,001 characters; at most 1,000,000 are taken",
        12: "byte 0xcd at position 4 of the line is not UTF-8",
    }
    times = {record.text: record.time for record, _ in rows.labelled_records(store, TASK, "9999")}
    assert times["good"] == "2026-11-22T02:00:00.000000+00:00"
    assert times["也好"] == "2026-11-21T16:00:00.000000+00:00"


def test_json_lines_with_odd_objects(store: Store, write: Write) -> None:
    lines = [
        '{"text": "好", "label": "a", "n": 3}',
        '{"text": "a\\ud800b", "label": "a"}',
        '{"text": "c", "label": "a", "\\udfff": 1}',
        '{"text": "d"}',
        '{"text": "e", "text": "f", "label": "a"}',
        '{"text": null, "label": "a"}',
        "[]",
        '{"text": "g", "label": null}',
    ]
    done = import_file(store, TASK, write("a.jsonl", "\n".join(lines)), COLUMNS)
    assert counts(done) == (8, 3, 0, 0, 5, 1)
    assert quarantined(store, done) == {
        2: "column 'text' is not valid Unicode",
        3: "column '\\udfff' is not valid Unicode",
        5: "not valid JSON: the key 'text' stands there more than once",
        6: "the text in column 'text' is empty",
        7: "a JSON object was expected, not list",
    }


def test_a_field_of_ten_megabytes_is_quarantined_and_the_rest_imported(store: Store, write: Write) -> None:
    path = write("a.csv", 'text,label\na,1\n"' + "x" * 10_000_000 + '",2\nb,1\n')
    assert counts(import_file(store, TASK, path, COLUMNS)) == (3, 2, 0, 0, 1, 2)


@pytest.mark.parametrize(
    ("content", "message", "step"),
    [
        ("", "is empty", ""),
        ("text,label\n", "holds no row", ""),
        ("text,lable\na,b\n", "has no column 'label'; it has 'text', 'lable'", "Did you mean 'lable'?"),
        ("标题,分类\na,b\n", "has no column 'text', 'label'", "Name one of the columns it has"),
        ('"text,label\na,b\n', "The header in line 1 cannot be read: a quote opens", "--encoding"),
        ("text,label\na\nb\n", "holds no row that can be read. Line 2: 1 fields", ""),
    ],
)
def test_a_file_that_cannot_be_used_at_all_is_refused(
    store: Store, write: Write, content: str, message: str, step: str
) -> None:
    with pytest.raises(DataError) as caught:
        import_file(store, TASK, write("a.csv", content), COLUMNS)
    assert message in caught.value.message
    assert step in str(caught.value.next_step)
    assert caught.value.exit_code == 4
    assert rows.list_imports(store) == []


def test_a_file_without_a_usable_row_leaves_only_its_quarantine(store: Store, write: Write) -> None:
    with pytest.raises(DataError, match=r"None of the 2 rows .* Reasons: 2 × the text .* is empty") as caught:
        import_file(store, TASK, write("a.csv", "text,label\n ,a\n\t,b\n"), COLUMNS)
    assert "quarantine" in str(caught.value.next_step)
    assert (rows.list_imports(store), rows.count_records(store)) == ([], 0)
    assert len(list((store.project / "quarantine").iterdir())) == 1


def test_all_files_are_checked_before_the_first_is_read(write: Write, tmp_path: Path) -> None:
    good, wrong = write("good.csv", "text,label\na,b\n"), write("wrong.csv", "txt,label\na,b\n")
    check_files([good], COLUMNS)
    with pytest.raises(DataError) as caught:
        check_files([good, wrong, tmp_path / "missing.csv", tmp_path], COLUMNS, Asked(format="csv"))
    assert len(caught.value.message.splitlines()) == 3
    assert "Did you mean 'txt'?" in str(caught.value.next_step)
    with pytest.raises(UsageError, match="known are csv, tsv, jsonl"):
        check_files([write("a.docx", "text")], COLUMNS)


@pytest.mark.parametrize(
    "name", ["客" * 80 + ".csv", os.fsdecode("客服".encode("gbk")) + ".csv", "a b;c.csv"]
)
def test_any_file_name_will_do(store: Store, write: Write, name: str) -> None:
    try:
        path = write(name, "text,label\na,1\n,2\n")
    except (OSError, UnicodeEncodeError):
        pytest.skip("this file system has no such names")
    done = import_file(store, TASK, path, COLUMNS)
    done.source.encode()
    assert quarantined(store, done) == {3: "the text in column 'text' is empty"}


def test_progress_tells_the_rows_read_so_far(
    store: Store, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[int] = []
    path = write("a.csv", "text,label\n" + "".join(f"text {n},a\n" for n in range(4_500)))
    monkeypatch.setattr("headway.sources.importer._BATCH", 2_000)
    import_file(store, TASK, path, COLUMNS, progress=told.append)
    assert told == [2_000, 4_000, 4_500]


def test_a_batch_of_long_texts_is_written_before_it_takes_much_memory(
    store: Store, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[int] = []
    monkeypatch.setattr("headway.sources.importer._BATCH_SIZE", 25_000)
    path = write("a.csv", "text,label\n" + "".join(f"{n}{'长' * 10_000},a\n" for n in range(5)))
    import_file(store, TASK, path, COLUMNS, progress=told.append)
    assert told == [3, 5]


ODD = st.text(
    alphabet=st.sampled_from([*"abz退款快递，。\"',;\t\n\r\0\\{} ", "\u200b", "\u3000", "\u2028", "é", "😀"]),
    max_size=12,
)
ROWS = st.lists(st.tuples(ODD, st.sampled_from(["退款", "refund", "", " "])), min_size=1, max_size=8)


@pytest.fixture(scope="module")
def lasting_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    store = Store.create(tmp_path_factory.mktemp("lasting"))
    add_task(store, TASK, "text-classification")
    yield store
    store.close()


def content_of(kind: str, table: list[tuple[str, str]]) -> bytes:
    if kind == "jsonl":
        return "\n".join(json.dumps({"text": one, "label": label}) for one, label in table).encode()
    file = io.StringIO(newline="")
    separator = {"csv": ",", "tsv": "\t"}[kind]
    csv.writer(file, delimiter=separator).writerows([("text", "label"), *table])
    return file.getvalue().encode()


@given(ROWS, st.sampled_from(["csv", "tsv", "jsonl"]), st.binary(max_size=6))
def test_every_row_is_counted_and_the_same_file_adds_nothing(
    lasting_store: Store, table: list[tuple[str, str]], kind: str, noise: bytes
) -> None:
    path = lasting_store.project / f"a.{kind}"
    path.write_bytes(content_of(kind, [("hello 你好", "a"), *table]) + b"\n" + noise)
    before = rows.count_records(lasting_store)
    first, second = (import_file(lasting_store, TASK, path, COLUMNS) for _ in range(2))
    for done in (first, second):
        assert done.read == done.added + done.revised + done.known + done.quarantined
        assert done.revised == 0
    assert first.read >= len(table) + 1
    assert counts(second) == (first.read, 0, 0, first.added + first.known, first.quarantined, 0)
    assert rows.count_records(lasting_store) == before + first.added


def test_a_full_disk_loses_nothing_and_the_import_can_be_repeated(small_disk: Path, write: Write) -> None:
    store = Store.create(small_disk / "project")
    add_task(store, TASK, "text-classification")
    import_file(store, TASK, write("small.csv", "text,label\nkept,a\n"), COLUMNS)
    filler = small_disk / "filler"
    filler.write_bytes(bytes(1_500_000))
    large = write("large.csv", "text,label\n" + "".join(f"文字 {n} {'x' * 80},a\n" for n in range(6_000)))
    with pytest.raises(MachineError) as caught:
        import_file(store, TASK, large, COLUMNS)
    assert "disk space" in str(caught.value.next_step)
    assert labelled(store) == [("kept", "a")]
    filler.unlink()
    again = write("again.csv", "text,label\nkept,a\nadded,b\n")
    assert counts(import_file(store, TASK, again, COLUMNS)) == (2, 1, 0, 1, 0, 1)
    assert labelled(store) == [("kept", "a"), ("added", "b")]
    store.close()


def test_labels_that_rows_bring_along_keep_their_authors_and_times(store: Store, write: Write) -> None:
    task = {
        "id": 7,
        "data": {"text": "我要退款"},
        "annotations": [
            {
                "id": 1,
                "completed_by": "王芳",
                "created_at": "2026-01-02T08:00:00Z",
                "result": [
                    {"type": "choices", "from_name": "a", "to_name": "b", "value": {"choices": ["退款"]}}
                ],
            }
        ],
    }
    path = write("export.json", json.dumps([task]))
    done = import_file(store, TASK, path)
    ((record, annotation),) = rows.labelled_records(store, TASK, "9999")
    assert (record.text, annotation.label) == ("我要退款", "退款")
    assert annotation.author == "import:export.json/王芳"
    assert annotation.created_at == "2026-01-02T08:00:00.000000+00:00"
    assert counts(done) == (1, 1, 0, 0, 0, 1)
    assert counts(import_file(store, TASK, path)) == (1, 0, 0, 1, 0, 0)


def test_what_was_forgotten_is_not_taken_in_again(store: Store, write: Write) -> None:
    path = write("a.csv", "id,text,label\n7,我的电话是 13800000000,a\n8,hello you,b\n")
    with store.writing() as connection:
        connection.execute(
            insert(tombstones).values(key_digest=key_digest("id:7"), forgotten_at="2026-11-20T08", reason="")
        )
    done = import_file(store, TASK, path, WITH_ID)
    assert counts(done) == (2, 1, 0, 0, 1, 1)
    assert quarantined(store, done) == {2: "forgotten on 2026-11-20"}
    assert done.quarantine
    assert "13800000000" not in (store.project / done.quarantine).read_text()


def append(path: Path) -> None:
    with path.open("a") as file:
        file.write("one more,a\n")


def truncate(path: Path) -> None:
    os.truncate(path, path.stat().st_size - 30)


def replace(path: Path) -> None:
    other = path.with_name("other")
    other.write_bytes(path.read_bytes())
    other.replace(path)


def change_in_silence(path: Path) -> None:
    state = path.stat()
    path.write_bytes(path.read_bytes().replace(b"text 5,", b"text 6,"))
    os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns))


@pytest.mark.parametrize("change", [append, truncate, replace, change_in_silence])
def test_a_file_that_changes_while_it_is_read_is_taken_back(
    store: Store, write: Write, monkeypatch: pytest.MonkeyPatch, change: Callable[[Path], None]
) -> None:
    monkeypatch.setattr("headway.sources.importer._BATCH", 1_000)
    path = write("a.csv", "text,label\n" + "".join(f"text {n},a\n" for n in range(20_000)))
    changed = False

    def progress(_read: int) -> None:
        nonlocal changed
        if not changed:
            change(path)
            changed = True

    with pytest.raises(DataError, match=r"a\.csv changed while it was read; nothing of it was imported"):
        import_file(store, TASK, path, COLUMNS, progress=progress)
    assert (rows.count_records(store), rows.list_imports(store)) == (0, [])
    assert not rows.has_records(store, besides="")


def test_a_file_that_changes_after_it_was_looked_at_is_refused(store: Store, write: Write) -> None:
    path = write("a.csv", "text,label\nhello you,a\n")
    (plan,) = check_files([path], COLUMNS)
    append(path)
    with pytest.raises(DataError, match="changed while it was read"):
        import_planned(store, TASK, plan)
    assert rows.list_imports(store) == []


def test_an_archive_of_several_files_is_taken_apart(store: Store, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("one.csv", "text,label\nhello you,a\n")
        archive.writestr("two.csv", "text,label\n我要退款,b\n")
    with pytest.raises(UsageError, match="holds 2 files"):
        import_file(store, TASK, tmp_path / "a.zip", COLUMNS)
    done = [import_planned(store, TASK, plan) for plan in check_files([tmp_path / "a.zip"], COLUMNS)]
    assert [one.source for one in done] == ["a.zip/one.csv", "a.zip/two.csv"]
    assert sorted(labelled(store)) == [("hello you", "a"), ("我要退款", "b")]


def test_what_was_found_out_is_kept_with_the_import(store: Store, write: Write) -> None:
    done = import_file(store, TASK, write("a.csv", "内容;类别\n我要退款;退款\n快递没到;物流\n".encode("gbk")))
    assert counts(done) == (2, 2, 0, 0, 0, 2)
    assert any("gb18030" in note for note in done.notes)
    assert rows.list_imports(store) == [done]


def test_formulas_are_kept_as_text(store: Store, write: Write) -> None:
    import_file(store, TASK, write("a.csv", "text,label\n=1+1,a\n@cmd,b\n+1 234,c\n"), COLUMNS)
    assert [text for text, _ in labelled(store)] == ["=1+1", "@cmd", "+1 234"]
