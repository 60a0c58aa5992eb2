from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headway.text.unicode import is_unicode


@given(st.text())
def test_what_can_be_written_is_unicode(text: str) -> None:
    assert is_unicode(text)


@given(st.text(), st.text(alphabet=st.characters(categories=["Cs"]), min_size=1, max_size=1), st.text())
def test_half_of_a_surrogate_pair_is_not(before: str, half: str, after: str) -> None:
    assert not is_unicode(before + half + after)


@pytest.mark.parametrize(
    ("written", "expected"),
    [(r'"\ud83d"', False), (r'"\ud83d\ude00 退款"', True), ('""', True), (r'"\u0000"', True)],
)
def test_texts_from_json_are_told_apart(written: str, expected: bool) -> None:
    assert is_unicode(json.loads(written)) is expected
