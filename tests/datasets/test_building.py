from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headway.cleaning.near_duplicates import near_duplicate_components
from headway.datasets.building import Built, build_rows
from headway.datasets.options import Options
from headway.datasets.versions import cluster_name
from headway.errors import DataError
from headway.records import Record, Split
from headway.text import DEFAULT_STEPS, prepare

SENTENCES = [
    "Where is the parcel that I ordered last week?",
    "I would like my money back, please.",
    "The kettle is broken and does not switch on.",
    "How do I change the address of my account?",
    "我上周订的包裹怎么还没有送到",
    "商品有质量问题，请给我退款",
    "水壶坏了，插上电没有反应",
    "怎么修改我账户里的收货地址",
]
SPOILED = [
    lambda text: text,
    lambda text: text.upper() + "!!",
    lambda text: text[:5] + text[6:],
    lambda text: "  " + text + "\u3000",
    lambda text: text + " thanks",
]
ROW = st.tuples(
    st.sampled_from(SENTENCES),
    st.sampled_from(SPOILED),
    st.sampled_from(["refund", "delivery"]),
    st.sampled_from([None, None, *Split]),
    st.sampled_from(["", "", "", "", "Ann", "李"]),
)
SHARES = {"validation": 0.2, "test": 0.3}

Labelled = list[tuple[Record, str]]


def rows(found: Sequence[tuple[str, str]], given_as: Split | None = None, start: int = 0) -> Labelled:
    return [
        (Record(f"r{n}", f"k{n}", 1, text, {}, given_as), label)
        for n, (text, label) in enumerate(found, start=start)
    ]


def build(labelled: Labelled, known: dict[str, Split] | None = None, **options: object) -> Built:
    return build_rows(
        labelled,
        {record.id: cluster_name(record.text) for record, _ in labelled},
        known or {},
        Options.read(**options),  # type: ignore[arg-type]
        preparation=DEFAULT_STEPS,
        shares=SHARES,
    )


def crossings(labelled: Labelled, built: Built) -> list[str]:
    """What is in two splits although it is equal, nearly equal or of one author."""
    fields = {record.id: record.fields for record, _ in labelled}
    near = near_duplicate_components([prepare(row.text) for row in built.rows]).tolist()
    splits: defaultdict[str, set[Split]] = defaultdict(set)
    for row, component in zip(built.rows, near, strict=True):
        splits[f"near {component}"].add(row.split)
        splits[f"text {prepare(row.text)}"].add(row.split)
        splits[f"cluster {row.cluster}"].add(row.split)
        if fields[row.record].get("author"):
            splits[f"author {fields[row.record]['author']}"].add(row.split)
    return [what for what, found in splits.items() if len(found) > 1]


@settings(max_examples=30)
@given(st.lists(st.lists(ROW, max_size=15), min_size=1, max_size=3), st.booleans())
def test_nothing_crosses_nothing_moves_and_nothing_is_lost_over_several_imports(
    imports: list[list[tuple[str, object, str, Split | None, str]]], by_author: bool
) -> None:
    labelled: Labelled = []
    known: dict[str, Split] = {}
    tested: set[str] = set()
    options = {"group": "author"} if by_author else {}
    for part in imports:
        for text, spoil, label, given_as, author in part:
            number = f"{len(labelled):03}"
            fields = {"author": author} if by_author else {}
            labelled.append((Record(number, number, 1, spoil(text), fields, given_as), label))  # type: ignore[operator]
        if by_author and not any(record.fields["author"] for record, _ in labelled):
            continue
        built = build(labelled, known, **options)
        assert crossings(labelled, built) == []
        assert len(built.rows) + sum(built.statistics["left_out"].values()) == len(labelled)
        places = {cluster_name(row.text): row.split for row in built.rows}
        assert all(places[name] is known[name] for name in places.keys() & known.keys())
        assert known.keys().isdisjoint(built.new_splits)
        known |= built.new_splits
        assert not tested & {name for name, split in places.items() if split is not Split.TEST}
        tested |= {name for name, split in places.items() if split is Split.TEST}
        again = build(labelled, known, **options)
        assert again.rows == built.rows
        assert again.new_splits == {}


def test_what_stays_out_is_counted_and_said() -> None:
    test = rows([(text, "a") for text in SENTENCES[:3]], Split.TEST)
    train = rows([(text + " thanks", "a") for text in SENTENCES[:2]], Split.TRAIN, start=10)
    free = rows([(SENTENCES[2].lower(), "b"), *((text, "b") for text in SENTENCES[3:])], start=20)
    built = build(test + train + free)
    assert built.statistics["left_out"] == {"given-elsewhere": 2, "not-given": 1}
    assert {row.text for row in built.rows if row.split is Split.TEST} == set(SENTENCES[:3])
    said = " ".join(built.statistics["problems"])
    assert "2 rows stay out: you gave them to one split" in said
    assert "1 rows stay out: they belong with texts of a split that you gave" in said
    assert built.statistics["near_duplicates"] == 6


def test_a_text_that_was_known_elsewhere_than_its_group_stays_out() -> None:
    labelled = rows([(SENTENCES[0], "a"), (SENTENCES[0] + " thanks", "a"), (SENTENCES[1], "b")])
    known = {cluster_name(labelled[0][0].text): Split.TRAIN, cluster_name(labelled[1][0].text): Split.TEST}
    built = build(labelled, known)
    assert built.statistics["left_out"] == {"known-elsewhere": 1}
    assert "1 rows stay out: they were in one split before" in " ".join(built.statistics["problems"])
    assert {row.text: row.split for row in built.rows}[SENTENCES[0] + " thanks"] is Split.TEST


def test_capped_rows_are_counted_and_keep_their_split() -> None:
    labelled = rows([(f"{text} {n * 'no '}", "ab"[n % 2]) for n, text in enumerate(SENTENCES)])
    whole, capped = build(labelled), build(labelled, cap=1)
    assert capped.new_splits == whole.new_splits
    assert capped.statistics["left_out"]["capped"] == len(whole.rows) - len(capped.rows) > 0
    assert [row for row in whole.rows if row.split is not Split.TRAIN] == [
        row for row in capped.rows if row.split is not Split.TRAIN
    ]
    assert capped.statistics["label_splits"]["a"]["train"] == 1


def test_augmented_rows_are_training_rows_of_their_parents_cluster() -> None:
    labelled = rows([(text, "ab"[n % 2]) for n, text in enumerate(SENTENCES)])
    plain, built = build(labelled), build(labelled, augment=["typos=2", "delete"])
    made = [row for row in built.rows if row.parent]
    by_record = {row.record: row for row in plain.rows}
    assert [row for row in built.rows if not row.parent] == plain.rows
    assert len(made) == built.statistics["augmented"]["rows"] >= 8
    for row in made:
        parent = by_record[str(row.parent)]
        assert (row.split, row.label, row.cluster) == (Split.TRAIN, parent.label, parent.cluster)
        assert row.text != parent.text
    assert len({row.record for row in built.rows}) == len(built.rows)
    assert built.statistics["rows"] == len(plain.rows)
    assert built.statistics["labels"] == plain.statistics["labels"]


def test_options_need_their_columns_and_times() -> None:
    labelled = rows([("a", "x"), ("b", "y")])
    with pytest.raises(DataError, match="None of the 2 labelled texts has a time"):
        build(labelled, by_time=True)
    with pytest.raises(DataError, match="'author'"):
        build(labelled, group="author")


def test_rows_without_a_time_are_counted() -> None:
    labelled = rows([(text, "a") for text in SENTENCES])
    labelled[0] = (Record("r0", "k0", 1, SENTENCES[0], {}, None, "2030-01-01"), "a")
    said = build(labelled, by_time=True).statistics["problems"]
    assert any("7 of 8 rows have no time" in sentence for sentence in said)
