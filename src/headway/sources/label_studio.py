"""Label Studio: its JSON export, one task with all its annotations, and JSON-MIN, one annotation a record."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any, BinaryIO

from headway.sources.exports import Span, expect, expect_list, from_utf16, make_span, read_objects, spans_text
from headway.sources.json_values import as_fields, as_text
from headway.sources.rows import BadRow, GivenLabel, Reading, Row

#: labels by the question they answer, which is the name of a tag in the tool's configuration
_Answers = dict[str, list[GivenLabel]]


def read_label_studio(file: BinaryIO, reading: Reading) -> Iterator[Row | BadRow]:
    """The rows of an export, with the labels of every annotator; skipped annotations are left out.

    Where a task answers several questions, none of them is the label: each is a column, with the answer of
    the last annotator.
    """
    yield from read_objects(file, reading, _row)


def _row(line: int, record: dict[str, Any]) -> Row:
    answers: _Answers = defaultdict(list)
    spans: list[Span] = []
    if isinstance(record.get("data"), dict):
        fields = as_fields(record["data"])
        for name in ("id", "annotation_id"):
            if name in record and name not in fields:
                fields[name] = as_text(record[name])
        text = _annotated_text(record["data"])
        # Before version 1.0 annotations were called completions.
        given = record.get("annotations", record.get("completions"))
        for annotation in expect_list(given, dict, "the annotations"):
            if not annotation.get("was_cancelled"):
                _add_results(text, annotation, answers, spans)
    elif "annotator" in record:
        fields, text = _add_simple(record, answers, spans)
    else:
        raise ValueError("there is neither 'data' nor 'annotator', so it is no task of Label Studio")
    if spans:
        fields["spans"] = spans_text(spans)
    if len(answers) == 1:
        return Row(line, fields, tuple(*answers.values()))
    return Row(line, {**fields, **{name: labels[-1].label for name, labels in answers.items()}})


def _annotated_text(data: dict[str, Any]) -> str:
    """The text that offsets point into: "text", or else the longest there is."""
    texts = [value for value in data.values() if isinstance(value, str)]
    return data["text"] if isinstance(data.get("text"), str) else max(texts, key=len, default="")


def _add_results(text: str, annotation: dict[str, Any], answers: _Answers, spans: list[Span]) -> None:
    author = _author(annotation.get("completed_by"))
    time = annotation.get("updated_at") or annotation.get("created_at")
    for result in expect_list(annotation.get("result"), dict, "the results"):
        value = result.get("value")
        # Relations between spans have no value; a choice with a start says more about a span.
        if not isinstance(value, dict) or ("start" in value and "labels" not in value):
            continue
        if "labels" in value:
            spans.extend(_spans(text, value))
            continue
        question = str(result.get("from_name", "label"))
        answers[question] += [GivenLabel(label, author, time and str(time)) for label in _choices(value)]
        if not answers[question]:
            del answers[question]


def _add_simple(record: dict[str, Any], answers: _Answers, spans: list[Span]) -> tuple[dict[str, str], str]:
    """The columns and the text of a JSON-MIN record; its answers stand between its id and its annotator."""
    names = list(record)
    first = names.index("id") + 1 if "id" in names else 0
    questions = names[first : names.index("annotator")] if "id" in names else []
    data = {name: value for name, value in record.items() if name not in questions}
    text = _annotated_text(data)
    author, time = _author(record["annotator"]), record.get("updated_at") or record.get("created_at")
    for name in questions:
        value = record[name]
        if isinstance(value, list) and value and all(isinstance(one, dict) for one in value):
            spans += [span for one in value if "labels" in one for span in _spans(text, one)]
            others = [one for one in value if not one.keys() & {"labels", "start"}]
            choices = [label for one in others for label in _choices(one)]
        else:
            choices = _choices(value if isinstance(value, dict) else {"choices": value})
        if choices:
            answers[name] = [GivenLabel(label, author, time and str(time)) for label in choices]
    return as_fields(data), text


def _choices(value: dict[str, Any]) -> list[str]:
    """The labels of an answer: choices, paths in a taxonomy, or a number of stars."""
    if "choices" in value:
        choices = value["choices"]
        return expect_list([str(choices)] if isinstance(choices, (str, int)) else choices, str, "the choices")
    if "taxonomy" in value:
        return [
            "/".join(expect_list(path, str, "a path"))
            for path in expect_list(value["taxonomy"], list, "the paths")
        ]
    return [as_text(value["rating"])] if "rating" in value else []


def _spans(text: str, value: dict[str, Any]) -> Iterator[Span]:
    """A span for each of its labels.

    Offsets are code points, but UTF-16 units in exports of versions before 1.5: the text that the tool gives
    with a span tells which. https://github.com/HumanSignal/label-studio/issues/1347
    """
    start, end = value.get("start"), value.get("end")
    surface = value.get("text")
    if isinstance(surface, str):
        surface = surface.replace("\\n", "\n")
        first, last = expect(start, int, "the start of a span"), expect(end, int, "the end of a span")
        if text[first:last].replace("\\n", "\n") == surface:
            surface = None
        else:
            start, end = from_utf16(text, first), from_utf16(text, last)
    for label in expect_list(value["labels"], str, "the labels of a span"):
        yield make_span(text, start, end, label, surface if isinstance(surface, str) else None)


def _author(value: Any) -> str | None:
    """Who annotated: an e-mail address where the file has it, else a number."""
    if isinstance(value, dict):
        value = value.get("email") or value.get("username") or value.get("id")
    return None if value is None else str(value)
