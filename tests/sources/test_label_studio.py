from __future__ import annotations

import io
import json
from typing import Any

import pytest

from headway.sources.label_studio import read_label_studio
from headway.sources.rows import BadRow, GivenLabel, Reading, Row

WHEN = "2021-03-09T22:16:08.728378Z"


def read(*tasks: Any, indent: int | None = None) -> list[Row | BadRow]:
    content = json.dumps(tasks, ensure_ascii=False, indent=indent)
    return list(read_label_studio(io.BytesIO(content.encode()), Reading()))


def labels_of(row: Row | BadRow) -> tuple[GivenLabel, ...]:
    assert isinstance(row, Row), row
    return row.labels


def choice(label: str | list[str], question: str = "sentiment") -> dict[str, Any]:
    choices = [label] if isinstance(label, str) else label
    return {"from_name": question, "to_name": "text", "type": "choices", "value": {"choices": choices}}


def span(start: Any, end: Any, surface: str | None, *labels: str) -> dict[str, Any]:
    value = {"start": start, "end": end, "labels": list(labels)} | ({"text": surface} if surface else {})
    return {"from_name": "label", "to_name": "text", "type": "labels", "value": value}


def annotation(*results: Any, by: Any = 1, **more: Any) -> dict[str, Any]:
    return {"id": 9, "completed_by": by, "result": list(results), "updated_at": WHEN, **more}


def task(text: str, *annotations: Any) -> dict[str, Any]:
    return {
        "id": 5,
        "data": {"text": text, "shop": "北京"},
        "annotations": list(annotations),
        "predictions": [],
    }


@pytest.mark.parametrize("indent", [None, 2])
def test_every_annotator_gives_a_label_of_their_own(indent: int | None) -> None:
    (row,) = read(
        task(
            "我要退款",
            annotation(choice("good")),
            annotation(choice("bad"), by={"id": 2, "email": "anna@example.org"}),
            annotation(choice("worse"), by=3, was_cancelled=True),
        ),
        indent=indent,
    )
    assert row == Row(
        row.line,
        {"text": "我要退款", "shop": "北京", "id": "5"},
        (GivenLabel("good", "1", WHEN), GivenLabel("bad", "anna@example.org", WHEN)),
    )


def test_several_choices_stars_and_paths() -> None:
    rating = {"from_name": "stars", "type": "rating", "value": {"rating": 4}}
    path = {"from_name": "topic", "type": "taxonomy", "value": {"taxonomy": [["Goods", "Shoes"], ["Price"]]}}
    first, second, third, last = read(
        task("a", annotation(choice(["x", "y"]))),
        task("b", annotation(rating)),
        task("c", annotation(path)),
        task("d"),
    )
    assert [label.label for label in labels_of(first)] == ["x", "y"]
    assert [label.label for label in labels_of(second)] == ["4"]
    assert [label.label for label in labels_of(third)] == ["Goods/Shoes", "Price"]
    assert labels_of(last) == ()


def test_of_several_questions_none_is_the_label_and_each_is_a_column() -> None:
    (row,) = read(task("a", annotation(choice("good")), annotation(choice("bad"), choice("shoes", "topic"))))
    assert labels_of(row) == ()
    assert isinstance(row, Row)
    assert (row.fields["sentiment"], row.fields["topic"]) == ("bad", "shoes")


TEXT = "😀 在 Paris\n和 London"


def test_offsets_are_code_points_or_utf16_units_as_the_text_of_the_span_tells() -> None:
    expected = [{"start": 4, "end": 9, "label": "LOC"}]
    for given in (span(4, 9, "Paris", "LOC"), span(5, 10, "Paris", "LOC"), span(4, 9, None, "LOC")):
        (row,) = read(task(TEXT, annotation(given)))
        assert isinstance(row, Row), row
        assert json.loads(row.fields["spans"]) == expected
    (row,) = read(task(TEXT, annotation(span(4, 11, "Paris\\n和", "LOC"))))
    assert isinstance(row, Row)
    assert json.loads(row.fields["spans"])[0]["end"] == 11


def test_spans_with_labels_beside_them() -> None:
    per_region = {"from_name": "kind", "value": {"start": 4, "end": 9, "text": "Paris", "choices": ["city"]}}
    relation = {"type": "relation", "from_id": "a", "to_id": "b"}
    (row,) = read(
        task(TEXT, annotation(span(4, 9, "Paris", "LOC", "CITY"), per_region, relation, choice("good")))
    )
    assert [label.label for label in labels_of(row)] == ["good"]
    assert isinstance(row, Row)
    assert [one["label"] for one in json.loads(row.fields["spans"])] == ["LOC", "CITY"]


def test_the_small_export_has_one_annotation_a_record() -> None:
    record = {
        "text": TEXT,
        "shop": "北京",
        "id": 5,
        "sentiment": "good",
        "label": [{"start": 4, "end": 9, "text": "Paris", "labels": ["LOC"]}],
        "annotator": 1,
        "annotation_id": 7,
        "created_at": "2021-03-09T22:00:00Z",
        "updated_at": WHEN,
        "lead_time": 1.5,
    }
    (row, several) = read(record, {**record, "sentiment": {"choices": ["a", "b"]}, "label": []})
    assert isinstance(row, Row)
    assert labels_of(row) == (GivenLabel("good", "1", WHEN),)
    assert json.loads(row.fields["spans"]) == [{"start": 4, "end": 9, "label": "LOC"}]
    assert row.fields["shop"] == "北京"
    assert "sentiment" not in row.fields
    assert [label.label for label in labels_of(several)] == ["a", "b"]


def test_exports_of_old_versions() -> None:
    old = {
        "id": 1,
        "data": {"reviewText": "好"},
        "completions": [{"result": [choice("good")], "created_at": 1609789589}],
    }
    (row,) = read(old)
    assert labels_of(row) == (GivenLabel("good", None, "1609789589"),)


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        (task(TEXT, annotation(span(0, 5, "Paris", "LOC"))), "not 'Paris'"),
        (task(TEXT, annotation(span(40, 50, None, "LOC"))), "outside the text"),
        (task(TEXT, annotation(span(-5, 2, "x", "LOC"))), "negative"),
        (task(TEXT, annotation(span("/div[1]", "/div[2]", "x", "LOC"))), "should be int"),
        (task("a", annotation({"value": {"choices": [1]}})), "should be str"),
        (task("a", "annotation"), "should be dict"),
        ({"data": {"text": "a"}, "annotations": {"a": 1}}, "should be list"),
        ({"text": "a"}, "no task of Label Studio"),
        (7, "should be dict"),
    ],
)
def test_what_is_no_task_is_told(broken: Any, reason: str) -> None:
    bad_row, good = read(broken, task("退款", annotation(choice("good"))))
    assert isinstance(bad_row, BadRow)
    assert reason in bad_row.reason
    assert isinstance(good, Row)
