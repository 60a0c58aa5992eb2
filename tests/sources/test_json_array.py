from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headway.errors import DataError
from headway.sources import json_array
from headway.sources.files import source_files
from headway.sources.json_array import read_json
from headway.sources.rows import BadRow, Reading, Row

TEXTS = st.text(alphabet=st.sampled_from([*'a退款"\\{}[],: \n', "😀"]), max_size=6)
RECORDS = st.lists(
    st.fixed_dictionaries(
        {"text": TEXTS, "tags": st.lists(st.dictionaries(TEXTS, TEXTS, max_size=2), max_size=2)}
    ),
    min_size=2,
    max_size=5,
)


def read(content: str | bytes, encoding: str = "utf-8") -> list[Row | BadRow]:
    data = content if isinstance(content, bytes) else content.encode()
    return list(read_json(io.BytesIO(data), Reading(encoding=encoding)))


def texts(content: str | bytes) -> list[str]:
    return [row.fields.get("text", "") for row in read(content) if isinstance(row, Row)]


def broken(content: str | bytes) -> list[tuple[int, str]]:
    return [(row.line, row.reason) for row in read(content) if isinstance(row, BadRow)]


@given(RECORDS, st.sampled_from([None, 1, 4]), st.booleans())
def test_all_layouts_give_the_same_records(
    records: list[dict[str, Any]], indent: int | None, escaped: bool
) -> None:
    def dump(value: Any) -> str:
        return json.dumps(value, ensure_ascii=escaped, indent=indent)

    keyed = {str(number): record for number, record in enumerate(records)}
    one_after_another = "\n".join(map(dump, records))
    for content in (dump(records), one_after_another, dump({"version": 1, "data": records}), dump(keyed)):
        rows = read(content)
        assert all(isinstance(row, Row) for row in rows), rows
        assert [json.loads(row.fields["tags"]) for row in rows if isinstance(row, Row)] == [
            record["tags"] for record in records
        ]
        assert texts(content) == [record["text"] for record in records]


def test_lines_are_where_objects_begin() -> None:
    content = '\ufeff[\r\n  {\r\n    "text": "退款"\r\n  },\r\n\r\n  {"text": "b"}, {"text": "c"}]\r\n'
    assert [row.line for row in read(content)] == [2, 6, 6]
    keyed = '{\n "7": {"text": "a"},\n\n "9": {"text": "b"}\n}\n'
    assert read(keyed) == [Row(2, {"key": "7", "text": "a"}), Row(4, {"key": "9", "text": "b"})]


def test_values_that_are_no_text_are_kept_as_json() -> None:
    (row,) = read('[{"text": "a", "n": 1.50, "none": null, "deep": {"名": [true]}}]')
    assert row == Row(1, {"text": "a", "n": "1.5", "none": "", "deep": '{"名": [true]}'})


def test_one_object_is_one_record_unless_it_holds_records() -> None:
    assert read('{"text": "a", "tags": ["x"]}') == [Row(1, {"text": "a", "tags": '["x"]'})]
    assert texts('{"info": {"n": 2}, "data": [{"text": "a"}, {"text": "b"}], "more": [1]}') == ["a", "b"]
    assert texts('{"whatever": [{"text": "a"}, {"text": "b"}]}') == ["a", "b"]
    assert texts('{"text": "a", "spans": [{"start": 0}]}') == ["a"]
    assert read('{"1": {"key": "own"}}') == [
        BadRow(1, "the record under '1' has a column 'key' of its own", '"1": {"key": "own"}')
    ]


PRETTY = json.dumps([{"text": letter, "in": [{"text": "inner"}]} for letter in "abcd"], indent=2)


@pytest.mark.parametrize(
    "content",
    [
        PRETTY.replace('"b",', '"b"'),
        PRETTY.replace('"b",', '"b",,'),
        PRETTY.replace('"b",', '"b'),
        PRETTY.replace('"text": "b"', '"text: "b"'),
        PRETTY.replace('"b"', "b"),
        PRETTY.replace('"text": "b",', '"text": "b", "text": "x",'),
        '[{"text":"a"},{"text":"b" "x"},{"text":"c"},{"text":"d"}]',
        '[{"text":"a"},{"text":"b},{"text":"c"},{"text":"d"}]',
        '{"text":"a"}\n{"text":"b"\n{"text":"c"}\n{"text":"d"}\n',
        '{"text":"a"}\n{"text":"b}\n{"text":"c"}\n{"text":"d"}\n',
        '{"text":"a"}\nnothing like b\n{"text":"c"}\n{"text":"d"}\n',
        '{\n"text":"a"\n}\n{\n"text":"b",\n}\n{\n"text":"c"\n}\n{\n"text":"d"\n}',
        '{"1":{"text":"a"},"2":{"text":b},"3":{"text":"c"},"4":{"text":"d"}}',
        '{"data":[{"text":"a"},{"text":b},{"text":"c"},{"text":"d"}]}',
    ],
)
def test_a_broken_object_costs_itself_only(content: str) -> None:
    assert texts(content) == ["a", "c", "d"]
    assert all("b" in row.raw for row in read(content) if isinstance(row, BadRow))
    assert broken(content)


def test_the_reason_names_the_line_of_the_error() -> None:
    content = '{\n"text": "a"\n}\n{\n"text": "退款"\n"label": 1\n}\n'
    assert broken(content) == [(4, "not valid JSON: Expecting ',' delimiter in line 6")]
    assert "stands there more than once" in broken('[{"a": 1, "a": 2}]')[0][1]


@pytest.mark.parametrize("cut", range(1, 60, 7))
def test_of_a_truncated_file_what_is_whole_is_kept(cut: int) -> None:
    records = [{"text": letter} for letter in "abcdefgh"]
    keyed = json.dumps(dict(enumerate(records)), indent=1)
    for content in (json.dumps(records), json.dumps(records, indent=1), json.dumps({"data": records}), keyed):
        rows = read(content[:-cut])
        whole = [row for row in rows if isinstance(row, Row) and "text" in row.fields]
        assert [row.fields["text"] for row in whole] == list("abcdefgh")[: len(whole)]
        rest = content[:-cut].split('"text": ')
        assert len(whole) >= len(rest) - 2
        assert len(rows) - len(whole) <= 1


def test_nesting_that_is_too_deep_is_refused_in_words() -> None:
    for deep in ("[" * 10_000 + "]" * 10_000, '{"a":' * 10_000 + "1" + "}" * 10_000):
        for content in (
            deep,
            f'[{{"text":"a"}},{deep},{{"text":"z"}}]',
            f'{{"text":"a"}}\n{deep}\n{{"text":"z"}}\n',
        ):
            rows = read(content)
            assert all("nested too deeply" in row.reason for row in rows if isinstance(row, BadRow))
            if content is not deep:
                assert texts(content) == ["a", "z"]
    for depth in range(900, 1_010):
        (row,) = read('[{"text": ' + "[" * depth + "]" * depth + "}]")
        assert isinstance(row, Row) or "nested too deeply" in row.reason


def test_what_is_no_object_is_told() -> None:
    assert broken('["a", 1, null]') == [
        (1, "a JSON object was expected, not str"),
        (1, "a JSON object was expected, not int"),
        (1, "a JSON object was expected, not NoneType"),
    ]
    assert broken("text,label\na,b\n") == [(1, "not valid JSON: Expecting value in line 1")]
    assert broken('[{"text": "a"}]\nand more') == [(2, "not valid JSON: Expecting value in line 2")]
    assert read("") == read("[]") == read(" \n") == []


def test_bytes_in_another_encoding_cost_their_object_only() -> None:
    content = (
        '[{"text": "好"},\n {"text": "'.encode() + "退款".encode("gbk") + '"},\n {"text": "的"}]'.encode()
    )
    assert texts(content) == ["好", "的"]
    assert broken(content) == [(2, "byte 0xcd is not UTF-8")]
    assert read('[{"text": "退款"}]'.encode("gb18030"), "gb18030") == [Row(1, {"text": "退款"})]
    assert read('[{"text": "退款"}]'.encode("utf-16"), "utf-16") == [Row(1, {"text": "退款"})]


def test_a_long_list_takes_the_memory_of_its_window(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_array, "LARGEST_VALUE", 1_000_000)
    records = ",".join(f'{{"text": "{n} {"退" * 1_000}"}}' for n in range(3_000))
    assert len(texts(f"[{records}]")) == 3_000
    with pytest.raises(DataError, match="more than 1,000,000 characters") as caught:
        read(f'{{"data": [{records}]}}')
    assert "JSON Lines" in str(caught.value.next_step)


def test_a_quote_that_never_closes_costs_its_record_only() -> None:
    records = ",".join(f'{{"text":"{n}"}}' for n in range(50_000))
    rows = read('[{"text":"never closed},' + records + "]")
    assert len(rows) >= 50_000
    assert texts('[{"text":"never closed},' + records + "]")[-1] == "49999"


def test_blanks_after_many_brackets_take_no_longer_than_other_text() -> None:
    assert texts('[{"text":"a"},' + "[" * 10_000 + "]" * 10_000 + " " * 1_000_000 + ':{},{"text":"z"}]') == [
        "a",
        "z",
    ]


@given(st.binary(max_size=60))
def test_any_bytes_give_rows_or_reasons(data: bytes) -> None:
    assert all(isinstance(row, Row) or row.reason for row in read(b'[{"a": 1},' + data))
    assert all(isinstance(row, Row) or row.reason for row in read(data))


@pytest.mark.parametrize(
    ("name", "rows", "columns"),
    [
        ("cluener_zh/test.json", 1_345, {"id", "text"}),
        ("fewclue_zh/tnews/test_public.json", 2_010, {"sentence", "label_desc"}),
        ("lewidi_multiannotator_en/LeWiDi_2-2023/ConvAbuse_dataset/ConvAbuse_dev.json", 812, {"key", "text"}),
        (
            "lewidi_multiannotator_en/LeWiDi_2-2023/HS-Brexit_dataset/HS-Brexit_dev.json",
            168,
            {"key", "annotators"},
        ),
        ("stocknet_en/tweet/preprocessed/FB/2014-04-20", 11, {"text", "created_at"}),
        ("crosswoz_zh/val.json.zip", 500, {"key", "messages"}),
    ],
)
def test_real_files(shared: Path, name: str, rows: int, columns: set[str]) -> None:
    (found,) = source_files(shared / "data" / name)
    with found.open() as file:
        read_rows = list(read_json(file, Reading()))
    assert len(read_rows) == rows
    assert all(isinstance(row, Row) and columns <= row.fields.keys() for row in read_rows)
