"""Numbers of cards and papers: payment cards, resident IDs, passports, permits, credit codes, plates."""

from __future__ import annotations

import re
from collections.abc import Iterator

from headway.text.contexts import Span, announced_by, before, is_amount, is_joined, is_of_a_thing
from headway.text.identifiers import (
    is_card,
    is_credit_code,
    is_old_resident_id,
    is_residence_permit,
    is_resident_id,
)

_ENDS = "(?![0-9A-Za-z])"
#: all together, in fours, or as American Express, Diners Club and UnionPay print theirs
_CARD = re.compile(
    r"(?<![0-9A-Za-z])(?:[1-9][0-9]{12,18}|[1-9][0-9]{3}(?:([ -])[0-9]{4}(?:\1[0-9]{4}){2}(?:\1[0-9]{1,3})?"
    rf"|([ -])[0-9]{{6}}\2[0-9]{{4,5}}|([ -])[0-9]{{4}}\3[0-9]{{4}}\3[0-9]{{4}})"
    rf"|[1-9][0-9]{{5}}[ -][0-9]{{13}}){_ENDS}"
)
_CARD_WORD = re.compile(r"(?:卡号|银行卡|信用卡|储蓄卡|借记卡|账号|帐号|card)[^0-9]{0,12}$", re.IGNORECASE)
_RESIDENT_ID = re.compile(rf"(?<![0-9A-Za-z])[1-8][0-9]{{5}}([ -]?)[12][0-9]{{7}}\1[0-9]{{3}}[0-9Xx]{_ENDS}")
_OLD_RESIDENT_ID = re.compile(rf"(?<![0-9A-Za-z])[1-6][0-9]{{14}}{_ENDS}")
_CREDIT_CODE = re.compile(rf"(?<![0-9A-Za-z])[0-9AaNnYy][0-9A-Za-z][0-9]{{6}}[0-9A-Za-z]{{10}}{_ENDS}")
_PLATE = re.compile(
    r"(?:[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼])[A-HJ-NP-Za-hj-np-z][ ·.•-]?"
    rf"(?:[A-HJ-NP-Z0-9]{{4}}[A-HJ-NP-Z0-9挂学警港澳]|[A-HJK][A-HJ-NP-Z0-9][0-9]{{4}}|[0-9]{{5}}[A-HJK]){_ENDS}",
    re.IGNORECASE,
)
#: the character of a province at the end of another word: newest, a cloud
_PROVINCE_IN_WORD = re.compile("(?:[最全崭创更重刷清]新|(?:阿里|腾讯|华为|百度|公有|私有|混合|上|多)云)$")
#: what makes a plate the name of a product
_MODEL = ("型", "款", "系列")

_CHINESE_PASSPORT = re.compile(
    rf"(?<![0-9A-Za-z])E(?:[0-9]{{8}}|[A-HJ-NP-Z][0-9]{{7}}){_ENDS}", re.IGNORECASE
)
#: seven to eleven letters and digits, five digits at least: what countries number passports and permits with
_PAPER = re.compile(rf"(?<![0-9A-Za-z])(?=(?:[A-Za-z]{{0,3}}[0-9]){{5}})[A-Za-z0-9]{{7,11}}{_ENDS}")
_PERMIT = re.compile("[HM](?:[0-9]{8}|[0-9]{10})|[0-9]{8}|[CWLT](?:[0-9]{8}|[A-Z][0-9]{7})", re.IGNORECASE)
_E_PASSPORT = re.compile("[Ee][0-9A-Za-z][0-9]{7}")
_PAPER_WORDS = ("护照", "通行证", "回乡证", "台胞证", "港澳证", "passport", "permit", "home return", "mtp")

_PASSPORT_WORD = announced_by("护照", "passport")
_PERMIT_WORD = announced_by("通行证|回乡证|台胞证|港澳证", "permit|home return card|mtp")
_PASSPORT_AFTER = re.compile(r"[ ,(]{0,2}(?:is|was|是|为)?[^0-9]{0,12}(?:passport|护照)", re.IGNORECASE)
_CARD_WORD = announced_by("卡号|银行卡|信用卡|储蓄卡|借记卡|账号|帐号|卡", "card|visa|account|acct")
_ID_WORD = announced_by("身份证|证件", "ID|identity card|id card")


def find_documents(text: str) -> Iterator[Span]:
    """Spans of document numbers in a folded text with at least seven digits."""
    yield from _find_cards(text)
    yield from _find_resident_ids(text)
    for match in _CREDIT_CODE.finditer(text):
        if is_credit_code(match[0]):
            yield "credit_code", *match.span()


def find_plates(text: str) -> Iterator[Span]:
    """Spans of number plates of China in a folded text."""
    for match in _PLATE.finditer(text):
        serial = re.sub("[^A-Z0-9]", "", match[0][2:].upper())
        letters = sum(character.isalpha() for character in serial)
        start = match.start()
        in_word = _PROVINCE_IN_WORD.search(text[max(0, start - 3) : start + 1])
        if letters <= 2 and not in_word and not text.startswith(_MODEL, match.end()):
            yield "plate", *match.span()


def _find_cards(text: str) -> Iterator[Span]:
    for match in _CARD.finditer(text):
        start, end = match.span()
        digits = re.sub("[ -]", "", match[0])
        if not is_card(digits) or is_joined(text, start, end) or is_of_a_thing(text, start):
            continue
        if is_amount(text, start, end) or _goes_on(text, start, end):
            continue
        # Thirteen digits that pass are an EAN more often than one of the cards of old.
        if len(digits) > 14 or _CARD_WORD.search(before(text, start)):
            yield "card", start, end


def _goes_on(text: str, start: int, end: int) -> bool:
    """Whether groups of digits stand before or after: a longer number than a card's."""
    return re.search("[0-9][ -]$", text[max(0, start - 2) : start]) is not None or (
        re.match("[ -][0-9]{2}", text[end : end + 3]) is not None
    )


def _find_resident_ids(text: str) -> Iterator[Span]:
    for match in _RESIDENT_ID.finditer(text):
        value = re.sub("[ -]", "", match[0])
        if is_resident_id(value):
            yield "resident_id", *match.span()
        elif is_residence_permit(value):
            yield "permit", *match.span()
    for match in _OLD_RESIDENT_ID.finditer(text):
        if is_old_resident_id(match[0]) and _ID_WORD.search(before(text, match.start())):
            yield "resident_id", *match.span()


def has_papers(text: str) -> bool:
    """Whether it is worth while to look for passports and permits: quick, and true where one is found."""
    if _E_PASSPORT.search(text):
        return True
    lower = text.lower()
    for word in _PAPER_WORDS:  # noqa: SIM110 - `any` with a generator takes three times as long
        if word in lower:
            return True
    return False


def find_papers(text: str) -> Iterator[Span]:
    """Spans of passports and permits; but for the E passports of China, only where a word announces them."""
    for match in _CHINESE_PASSPORT.finditer(text):
        if not is_of_a_thing(text, match.start()) and not is_joined(text, *match.span()):
            yield "passport", *match.span()
    for match in _PAPER.finditer(text):
        start, end = match.span()
        words = before(text, start)
        if _PERMIT_WORD.search(words) and _PERMIT.fullmatch(match[0]):
            yield "permit", start, end
        elif _PASSPORT_WORD.search(words) or _PASSPORT_AFTER.match(text, end):
            yield "passport", start, end
