from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from headway.sources.items import Item
from headway.sources.labels import new_labels
from headway.sources.rows import GivenLabel
from headway.store.records import FileLabel

NOW, LATER = "2026-11-22T00:00:00.000000+00:00", "2026-12-01T00:00:00.000000+00:00"
EARLY, EARLIER = "2026-01-02T00:00:00.000000+00:00", "2026-01-01T00:00:00.000000+00:00"


def item(label: str | None = None, labels: Sequence[GivenLabel] = ()) -> Item:
    return Item("key", "退款", {}, label, None, tuple(labels), again=False, size=2)


def read(known: list[FileLabel], *items: Item, source: str = "a.json", now: str = NOW) -> list[FileLabel]:
    """The new labels; they are known afterwards, as in an import."""
    found = []
    for one in items:
        for label in new_labels(one, known, source, now):
            found.append(label)
            known.append(label)
        known.sort(key=lambda label: label.created_at)
    return found


def test_a_label_in_a_column_is_new_where_the_newest_is_another() -> None:
    known: list[FileLabel] = []
    assert read(known, item("a")) == [FileLabel("a", "import:a.json", NOW)]
    assert read(known, item("a"), source="b.csv", now=LATER) == []
    assert read(known, item("b"), source="b.csv", now=LATER) == [FileLabel("b", "import:b.csv", LATER)]
    assert [one.label for one in read(known, item("a"), now=LATER)] == ["a"]


def test_a_label_that_is_brought_along_is_its_authors_at_its_time() -> None:
    labels = [GivenLabel("a", "王芳", EARLY), GivenLabel("b", "bob"), GivenLabel("a", None, LATER)]
    known: list[FileLabel] = []
    assert read(known, item(labels=labels)) == [
        FileLabel("a", "import:a.json/王芳", EARLY),
        FileLabel("b", "import:a.json/bob", NOW),
        # A time in the future is not believed.
        FileLabel("a", "import:a.json", NOW),
    ]
    assert read(known, item(labels=labels), now=NOW) == []


def test_a_later_label_of_the_same_author_is_new_and_an_equal_one_at_another_time_too() -> None:
    known: list[FileLabel] = []
    read(known, item(labels=[GivenLabel("a", "bob", EARLIER)]))
    later = item(labels=[GivenLabel("b", "bob", EARLY)])
    assert read(known, later) == [FileLabel("b", "import:a.json/bob", EARLY)]
    assert read(known, item(labels=[GivenLabel("a", "bob", EARLIER)]), later) == []


def test_without_times_the_newest_of_an_author_counts() -> None:
    known: list[FileLabel] = []
    for label, count in (("a", 1), ("a", 0), ("b", 1), ("a", 1)):
        assert len(read(known, item(labels=[GivenLabel(label, "bob")]))) == count


def test_several_labels_of_an_author_in_a_row_are_each_known_once_given() -> None:
    row = item(labels=[GivenLabel("a", "bob"), GivenLabel("b", "bob")])
    known: list[FileLabel] = []
    assert len(read(known, row)) == 2
    assert read(known, row, now=LATER) == []


GIVEN = st.builds(
    GivenLabel,
    st.sampled_from("abc"),
    st.sampled_from([None, "bob", "王芳"]),
    st.sampled_from([None, EARLIER, EARLY, LATER]),
)


@given(
    st.lists(GIVEN, max_size=5),
    st.lists(st.builds(FileLabel, st.just("z"), st.just("import:b"), st.just(NOW))),
)
def test_a_row_that_is_read_again_adds_nothing(labels: list[GivenLabel], before: list[FileLabel]) -> None:
    known = list(before)
    read(known, item(labels=labels))
    assert read(known, item(labels=labels), now="2026-11-23T00:00:00.000000+00:00") == []
