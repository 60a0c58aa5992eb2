"""Telephone numbers: of China, of North America, of Britain, and of any country with its code."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from headway.text.contexts import Span, announced_by, before, is_amount, is_joined, is_letter, is_of_a_thing

_EXTENSION = r"(?:(?:,? ?(?:转|ext\.?|x) ?| ?-)[0-9]{1,5}(?![0-9-]))?"
_CHINA = r"(?:\(?(?:\+|00)86\)?[ -]{0,2}|\(86\) ?|86[ -]?)?"
#: the ranges in use, after the numbering plan of China
_RANGE = "(?:13[0-9]|14[014-9]|15[0-35-9]|16[2567]|17[0-8]|18[0-9]|19[0-35-9])"
_AREA = "(?:10|2[0-57-9]|3[1-9][0-9]|4[1-8][0-9]|5[1-9][0-9]|6[36][0-9]|7[0-9]{2}|8[1-9][0-9]|9[0-9]{2})"
_LINE = rf"[2-8](?:[0-9]{{6,7}}|[0-9]{{2,3}}[ -][0-9]{{4}})(?![0-9]){_EXTENSION}"

#: all together, 3-4-4, 4-3-4 (India's free numbers aside), 3-8, 5-6 or 7-4
_MOBILE = (
    rf"{_CHINA}{_RANGE}(?:[0-9]{{8}}|([ .-])[0-9]{{4}}\1[0-9]{{4}}"
    r"|(?<!18[06])[0-9]([ .-])[0-9]{3}\2[0-9]{4}"
    r"|[ -][0-9]{8}|[0-9]{2}[ -][0-9]{6}|[0-9]{4}[ -][0-9]{4})(?![0-9])"
)
_LANDLINE = (
    rf"(?:\(?(?:\+|00)86\)?[ -]{{0,2}}\(?0?{_AREA}\)?[ -]{{0,2}}|\(0{_AREA}\) ?-?|0{_AREA}[ -]{{1,2}}){_LINE}"
)
_RUNNING_LANDLINE = rf"0{_AREA}{_LINE}"
_BRITAIN = (
    r"(?:07[1-57-9][0-9]{2}[ -]?[0-9]{3}[ -]?[0-9]{3}|\(?02[0-9]\)?[ -][0-9]{4}[ -]?[0-9]{4}"
    r"|\(?01[0-9]1\)?[ -][0-9]{3}[ -]?[0-9]{4}|\(?01[2-9][0-9]{3}\)?[ -][0-9]{5,6})(?![0-9])"
)
_AMERICA = (
    r"(?:\+?1[ .-]?)?(?:\([2-9][0-9]{2}\)[ .-]?|[2-9][0-9]{2}[ .-])[2-9][0-9]{2}[ .-][0-9]{4}(?![0-9])"
    r"(?:,? ?(?:ext\.?|x) ?[0-9]{1,5}(?![0-9]))?"
)
_RUNNING_AMERICA = r"1?[2-9][0-9]{2}[2-9][0-9]{6}(?![0-9])"
_ABROAD = r"(?:\(?\+ ?|00 ?(?=[1-9][0-9]{0,2}[ .-]))[1-9](?:[ .()/-]{0,3}[0-9]){6,14}(?![0-9])"

#: words that announce a number of any telephone, and words that announce a landline's
_WORD = announced_by(
    "电话|手机|座机|固话|致电|拨打|来电|传真|联系方式|联系",
    "tel|telephone|phone|mobile|cell|cellphone|fax|call|text|ring|dial|whatsapp|contact|reach|number|wechat|vx|wx|mob|ph",
)
_WORD_FOR_LINES = announced_by("电话|座机|固话|致电|拨打|传真", "tel|telephone|phone|fax|landline")

_GROUP_BEFORE = re.compile("(?<![0-9])[0-9]{1,5} $")

#: free to the caller: the numbers of companies, never of a person
_FREE = frozenset(["800", "888", "877", "866", "855", "844", "833", "822"])
_COUNTRIES = re.compile(
    "7|2[07]|3[0123469]|4[013456789]|5[1-8]|6[0-6]|8[124]|9[0-58]|2[1234569][0-9]|3[578][0-9]|42[013]|5[09][0-9]|"
    "6[789][0-9]|85[02356]|88[06]|96[0-8]|97[0-7]|99[2-8]"
)


def find_phones(text: str) -> Iterator[Span]:
    """Spans of telephone numbers in a folded text, companies' toll-free numbers aside."""
    for pattern, is_right in _RULES:
        for match in pattern.finditer(text):
            start, end = match.span()
            # A bracket that is not closed stands around the whole number.
            start += text[start] == "(" and ")" not in match[0]
            if is_right(text, match) and not _is_something_else(text, start, end):
                yield "phone", start, end


def _is_something_else(text: str, start: int, end: int) -> bool:
    if (
        text[max(0, start - 1) : start] == "#"
        or _is_last_group(text, start, end)
        or is_joined(text, start, end)
        or is_of_a_thing(text, start)
        or is_amount(text, start, end)
    ):
        return True
    return is_letter(text, end) or (is_letter(text, start - 1) and not _is_led_by_word(text, start))


def _is_led_by_word(text: str, start: int) -> bool:
    """Whether the letters that touch a number are a word for telephones: `tel138…`, not `model AB138…`."""
    led = _WORD.search(before(text, start))
    return led is not None and not is_of_a_thing(text, start - len(led[0]))


def _is_last_group(text: str, start: int, end: int) -> bool:
    """Whether groups of digits come before: `6217 0038 2022 0962` holds no telephone number."""
    return " " in text[start:end] and _GROUP_BEFORE.search(text[max(0, start - 7) : start]) is not None


def _by_form(_text: str, _match: re.Match[str]) -> bool:
    return True


def _by_word(text: str, match: re.Match[str]) -> bool:
    return _WORD.search(before(text, match.start())) is not None


def _by_word_for_lines(text: str, match: re.Match[str]) -> bool:
    return _WORD_FOR_LINES.search(before(text, match.start())) is not None


def _is_american(_text: str, match: re.Match[str]) -> bool:
    digits = _digits(match[0])
    return _is_american_number(digits[digits.startswith("1") :])


def _is_american_by_word(text: str, match: re.Match[str]) -> bool:
    return _by_word(text, match) and _is_american(text, match)


def _is_abroad(_text: str, match: re.Match[str]) -> bool:
    digits = _digits(match[0]).removeprefix("00")
    if digits.startswith("1"):
        return len(digits) == 11 and _is_american_number(digits[1:])
    fewest = 8 if "+" in match[0] else 9
    return fewest <= len(digits) <= 15 and _COUNTRIES.match(digits) is not None


def _is_american_number(digits: str) -> bool:
    """Whether ten digits can be dialled in North America: no area code N9X, N00 or N11, no exchange N11."""
    area, exchange = digits[:3], digits[3:6]
    return area not in _FREE and area[1:] not in ("00", "11") and area[1] != "9" and exchange[1:] != "11"


def _digits(value: str) -> str:
    return re.sub("[^0-9]", "", value)


_Check = Callable[[str, "re.Match[str]"], bool]
_RULES: tuple[tuple[re.Pattern[str], _Check], ...] = tuple(
    (re.compile(rf"(?<![0-9]){form}", re.IGNORECASE), check)
    for form, check in (
        (_MOBILE, _by_form),
        (_LANDLINE, _by_form),
        (_RUNNING_LANDLINE, _by_word),
        (_LINE, _by_word_for_lines),
        (_BRITAIN, _by_form),
        (_AMERICA, _is_american),
        (_RUNNING_AMERICA, _is_american_by_word),
        (_ABROAD, _is_abroad),
    )
)
