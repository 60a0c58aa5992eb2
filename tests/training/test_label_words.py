from __future__ import annotations

import json
from pathlib import Path

import pytest

from headway.errors import DataError, UsageError
from headway.training.label_words import as_words, label_texts


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("card_arrival", "card arrival"),
        ("cardArrival", "card arrival"),
        ("Card  payment/fee-charged", "card payment fee charged"),
        ("VIP", "VIP"),
        ("退款-申请", "退款 申请"),
        ("体育", "体育"),
        ("7", "7"),
        ("__", "__"),
    ],
)
def test_a_name_becomes_words(name: str, words: str) -> None:
    assert as_words(name) == words


def test_a_description_stands_for_a_name(tmp_path: Path) -> None:
    path = tmp_path / "labels.json"
    path.write_text(json.dumps({"refund": "客户要求退款"}, ensure_ascii=False), "utf-8-sig")
    assert label_texts(["refund", "late_parcel"], str(path)) == ["客户要求退款", "late parcel"]


def test_everything_wrong_with_descriptions_is_named_at_once(tmp_path: Path) -> None:
    path = tmp_path / "labels.json"
    path.write_text(json.dumps({"refnud": "money back", "parcel": " ", "other": 3}), "utf-8")
    with pytest.raises(UsageError, match="refnud") as wrong:
        label_texts(["refund", "parcel", "other"], str(path))
    for part in ("'parcel' is ' '", "'other' is 3", "refund, parcel, other"):
        assert part in str(wrong.value)


@pytest.mark.parametrize("content", [None, "{", "[1]", b"\xff\xfe\x00"])
def test_a_file_that_cannot_be_used_is_refused(tmp_path: Path, content: str | bytes | None) -> None:
    path = tmp_path / "labels.json"
    if content is not None:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(DataError, match=r"labels\.json"):
        label_texts(["refund"], str(path))
