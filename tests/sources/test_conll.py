from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headway.sources.conll import LONGEST_SENTENCE, read_conll
from headway.sources.rows import BadRow, Reading, Row


def read(content: str | bytes, encoding: str = "utf-8") -> list[Row | BadRow]:
    data = content if isinstance(content, bytes) else content.encode()
    return list(read_conll(io.BytesIO(data), Reading(encoding=encoding)))


def surfaces(row: Row | BadRow) -> list[tuple[str, str]]:
    """(label, what the text holds there) of each span."""
    assert isinstance(row, Row), row
    spans = json.loads(row.fields["spans"] or "[]")
    return [(span["label"], row.fields["text"][span["start"] : span["end"]]) for span in spans]


def test_words_are_joined_with_spaces_and_tokens_kept_exactly() -> None:
    first, second = read(
        "Empire\tB-location\nState\tI-location\n=\tO\nESB\tB-location\n\t\n😀\tO\nParis\tB-loc\n"
    )
    assert isinstance(first, Row)
    assert first.line == 1
    assert first.fields["text"] == "Empire State = ESB"
    assert json.loads(first.fields["tokens"]) == ["Empire", "State", "=", "ESB"]
    assert surfaces(first) == [("location", "Empire State"), ("location", "ESB")]
    assert second.line == 6
    assert surfaces(second) == [("loc", "Paris")]


def test_chinese_characters_are_joined_without_spaces() -> None:
    characters = "".join(
        f"{one} {tag}\n" for one, tag in zip("浙商CSOL银行", ["B-ORG"] + ["I-ORG"] * 7, strict=True)
    )
    (row,) = read(characters)
    assert surfaces(row) == [("ORG", "浙商CSOL银行")]
    (row,) = read("我 O\n在 O\nNew B-LOC\nYork I-LOC\n工作 O\n")
    assert isinstance(row, Row)
    assert row.fields["text"] == "我在New York工作"
    assert surfaces(row) == [("LOC", "New York")]


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ("B-A I-A B-A", [("A", "a b"), ("A", "c")]),
        ("B-A E-A S-B", [("A", "a b"), ("B", "c")]),
        ("B-A L-A U-B", [("A", "a b"), ("B", "c")]),
        ("I-A I-A I-B", [("A", "a b"), ("B", "c")]),
        ("ORG ORG O", [("ORG", "a b")]),
        ("O I-A B-B", [("A", "b"), ("B", "c")]),
        ("S-A S-A O", [("A", "a"), ("A", "b")]),
        ("B_A I_A _", [("A", "a b")]),
    ],
)
def test_the_schemes_of_tags(tags: str, expected: list[tuple[str, str]]) -> None:
    lines = [f"{token} {tag}" for token, tag in zip("abc", tags.split(), strict=True)]
    (row,) = read("\n".join(lines))
    assert surfaces(row) == expected


def test_further_columns_documents_and_comments() -> None:
    first, second = read(
        "-DOCSTART- -X- -X- O\n\nEU NNP B-NP B-ORG\nrejects VBZ B-VP O\n\n# sent_id = 2\n银 NN B-NP O\n"
    )
    assert surfaces(first) == [("ORG", "EU")]
    assert isinstance(second, Row)
    assert (second.line, second.fields["text"]) == (7, "银")


def test_numbers_of_tokens_are_left_out_and_tokens_that_are_numbers_kept() -> None:
    (row,) = read("#\thttp://example.org [2009]\n1\tSchartau\tB-PER\n2\tsagte\tO\n3\t2\tO\n")
    assert surfaces(row) == [("PER", "Schartau")]
    assert isinstance(row, Row)
    assert json.loads(row.fields["tokens"]) == ["Schartau", "sagte", "2"]
    (row,) = read("# O\n1 B-N\n")
    assert isinstance(row, Row)
    assert json.loads(row.fields["tokens"]) == ["#", "1"]


def test_a_broken_line_costs_its_sentence_only() -> None:
    first, broken, last = read(b"a\tO\n\nb\tO\nno tag here\xff\nc\tO\n\nd\tO\n")
    assert isinstance(broken, BadRow)
    assert broken.line == 3
    assert broken.reason.startswith("line 4, in a sentence: byte 0xff")
    assert "is not UTF-8" in broken.reason
    assert broken.raw.startswith("b\tO")
    assert (first.line, last.line) == (1, 7)
    (alone,) = read("token\n")
    assert isinstance(alone, BadRow)
    assert alone.reason == "line 1, in a sentence: 1 columns where the others have 2"
    rows = read('a\tO\n\n{"text": "x", "label": "退款"}\n\n\tO\n\nb\tO\n')
    assert [type(row) for row in rows] == [Row, BadRow, BadRow, Row]


def test_other_encodings_and_marks_in_the_middle() -> None:
    (row,) = read(
        "银 B-A\n行 I-A\n\n\ufeff\n".encode("gb18030").replace("\ufeff".encode("gb18030"), b""), "gb18030"
    )
    assert surfaces(row) == [("A", "银行")]
    assert len(read("a O\n\ufeff\nb O\n")) == 2


def test_a_file_without_blank_lines_is_cut_and_all_of_it_read() -> None:
    rows = read("a O\n" * (LONGEST_SENTENCE + 5))
    tokens = [json.loads(row.fields["tokens"]) for row in rows if isinstance(row, Row)]
    assert [len(one) for one in tokens] == [LONGEST_SENTENCE, 5]


@given(
    st.lists(
        st.lists(
            st.tuples(st.sampled_from(["a", "退", "款", "😀", "x1"]), st.sampled_from("OBI")), min_size=1
        )
    )
)
def test_every_token_stands_in_the_text_in_its_order(sentences: list[list[tuple[str, str]]]) -> None:
    content = "\n\n".join("\n".join(f"{token}\t{tag}" for token, tag in one) for one in sentences)
    rows = read(content)
    assert len(rows) == len(sentences)
    for row, sentence in zip(rows, sentences, strict=True):
        assert isinstance(row, Row)
        assert row.fields["text"].replace(" ", "") == "".join(token for token, _tag in sentence)


@pytest.mark.parametrize(
    ("name", "sentences", "entities"),
    [
        ("wnut17train.conll", 3_394, 1_975),
        # One of its entities begins with an inside tag.
        ("emerging.dev.conll", 1_009, 835 + 1),
        ("emerging.test.annotated", 1_287, 1_079),
    ],
)
def test_wnut17(shared: Path, name: str, sentences: int, entities: int) -> None:
    with (shared / "data" / "wnut17_en" / name).open("rb") as file:
        rows = list(read_conll(file, Reading()))
    assert len(rows) == sentences
    assert sum(len(surfaces(row)) for row in rows) == entities
