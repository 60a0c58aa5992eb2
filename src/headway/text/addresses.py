"""Postal addresses with a street or an estate and a number, in Chinese and in English."""

from __future__ import annotations

import re
from collections.abc import Iterator

from headway.text.contexts import Span

_HAN = "[\u4e00-\u9fff]"
_NUMERALS = "0-9〇零一二三四五六七八九十百"
#: `12号`, `3弄5号`: not line 3, not number 5 of the month, not a size
_HOUSE = rf"[{_NUMERALS}]{{1,5}}(?:-[0-9]{{1,4}})?[甲乙丙丁]?(?:弄|支弄|号(?![线码召文令机段]|楼梯|地(?!下)))"
_INSIDE = (
    rf"(?: ?[A-Za-z{_NUMERALS}]{{1,5}}(?:-[0-9]{{1,4}}){{0,2}}"
    r"(?:号楼|号院|支弄|弄|号|栋|幢|座|楼|层|单元|门|室|房|户)"
    rf"| ?[\u4e00-\u9fff]{{2,8}}(?:小区|花园|公寓|大厦|广场|家园|中心|大楼|新村|公馆|宿舍|国际|院)|院|楼)"
)
_ROOM = r"(?:[- ]?[A-Za-z]?[0-9]{3,4}(?:室|房)?(?![0-9A-Za-z.年月日元号人米个万件:-]))?"
_STREET = re.compile(
    rf"(?P<street>{_HAN}(?P<kind>大道|大街|路|街|道|胡同|巷|里|村|镇))(?:[东南西北中]段|[东南西北中](?!{_HAN})|[一二三四五六]段)?"
    rf" ?{_HOUSE}{_INSIDE}{{0,6}}{_ROOM}"
)
_ESTATE = re.compile(
    rf"(?P<street>{_HAN}(?P<kind>小区|花园|公寓|大厦|广场|苑|家园|新村|社区|公馆|新城|国际|宿舍|[府城庭湾轩园村]))(?:[一二三四五六]期|[东南西北A-Z]区)?"
    rf" ?[A-Za-z{_NUMERALS}]{{1,4}}(?:号楼|[栋幢座])(?: ?[{_NUMERALS}]{{1,3}}单元)?"
    rf"(?: ?[{_NUMERALS}]{{1,3}}[层楼])? ?-?[A-Za-z]?[0-9]{{1,4}}(?:室|房|号|户|(?![0-9A-Za-z元个]))"
)
#: words with the characters of streets and no street
_NO_STREETS = re.compile(
    "(?:[国省县乡]道|[线电套思网出马铁回走问退迷一上半陌绝通支管销门知想说写声]路|[知味频渠轨通难报人]道|[这那哪家城心手夜公里店]里|逛街)$"
)

_PLACES = re.compile(
    "(?:中国)?(?:北京|上海|天津|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|广西|海南|四川|贵州|"
    "云南|陕西|甘肃|青海|内蒙古|宁夏|新疆|西藏|香港|澳门|台湾|台北|广州|深圳|杭州|南京|成都|武汉|西安|苏州|郑州|长沙|青岛|大连|宁波|"
    "厦门|沈阳|哈尔滨|长春|济南|合肥|福州|南昌|昆明|贵阳|南宁|石家庄|太原|兰州|无锡|东莞|佛山|珠海|温州|常州|烟台|洛阳|海口|三亚)"
)
#: what leads to an address; the last before it ends
_LEADS = re.compile(
    "(?:住址|地址|寄往|送往|位于|坐落|家住|[在到是为至寄送住回了的请把并接找离距])(?:改成|改为|换成|是|为|在|到|至|:)?"
)
_LONGEST_LEAD = 30
_HAN_AT_END = re.compile(f"{_HAN}{{0,{_LONGEST_LEAD}}}$")
_UNITS = re.compile("[省市区县镇乡州旗]|街道|新区")
_SUFFIX = (
    "Street|St|Road|Rd|Avenue|Ave|Boulevard|Blvd|Lane|Ln|Drive|Dr|Court|Ct|Place|Pl|Square|Sq|Terrace|Crescent|Close|Way|"
    "Parkway|Pkwy|Highway|Hwy|Gardens|Mews|Grove|Circle|Cir|Trail|Row|Hill|Quay|Walk"
)
_UNIT = r"(?:,? (?:Apt|Apartment|Suite|Ste|Unit|Flat|Floor|Fl|Room|Rm|#)\.? ?#?[0-9A-Za-z-]{1,6})?"
_POSTCODE = "[A-Z]{1,2}[0-9][0-9A-Z]? [0-9][A-Z]{2}"
#: a capital that begins a clause, not the name of a town
_SENTENCE = (
    "(?:I|We|You|He|She|It|They|My|The|This|That|Please|Thanks|Thank|But|And|Or|So|Call|Can|Could|Mon|Tues|"
    "Wednes|Thurs|Fri|Satur|Sun)(?:day)?(?![a-z])"
)
#: state and ZIP code, a postcode, or a town alone
_TOWN = (
    r"(?:,? [A-Z][a-z]{1,20}(?:[ -][A-Z][a-z]{1,20}){0,2},? "
    rf"(?:[A-Z]{{2}} [0-9]{{5}}(?:-[0-9]{{4}})?|{_POSTCODE}"
    rf"|[A-Z]{{2}}(?![A-Za-z]))|,? {_POSTCODE}"
    rf"|, (?!{_SENTENCE})[A-Z][a-z]{{2,20}}(?: [A-Z][a-z]{{1,20}})?(?![A-Za-z]))?"
)
_ENGLISH = re.compile(
    r"(?<![0-9A-Za-z.,:$€£#-])(?:(?:Flat|Apt|Unit|Suite) [0-9A-Z]{1,4},? )?"
    r"[1-9][0-9]{0,4}[A-Za-z]?(?:[-/][0-9]{1,4})? (?:[NSEW]{1,2}\.? |North |South |East |West )?"
    r"(?:(?:[A-Z][a-z’']{1,20}|St\.|[0-9]{1,3}(?:st|nd|rd|th)) ){1,3}"
    rf"(?:{_SUFFIX})(?![A-Za-z])(?:\.(?=,| [A-Z#]))?(?: [NSEW]{{1,2}}(?![A-Za-z]))?{_UNIT}{_TOWN}"
)
_BOX = re.compile(rf"(?<![A-Za-z])P\.? ?O\.? ?Box [0-9]{{1,6}}{_TOWN}")
#: a number that counts ways and drives, and streets that are none: `top 10 Best Way`
_COUNTED = re.compile(
    r"(?<![A-Za-z])(?:top|the|best|only|first|last|about|over|under|than|nearly|these|those|all) $",
    re.IGNORECASE,
)
_QUALITY = re.compile(
    r"[0-9]{1,5} (?:Best|Easy|Great|Good|Free|Long|Simple|Star|Way|Door|Day|Hour|Minute|Year|Mile|Lane|Speed|"
    r"Wheel)s? "
)
#: what may follow an address; another small word is about the street, as in `3 Wall Street banks`
_GOES_ON = re.compile(
    r"(?! ?[a-z])| (?:in|is|and|at|to|on|near|for|by|with|please|or|from|was|the|since|has|not|because|which|"
    r"instead|as|today|if|but|after|before|until|next|now|so|then|will|can|my|i|we|it|that|where|when)\b"
)


def find_chinese_addresses(text: str) -> Iterator[Span]:
    """Spans of addresses in China in a folded text, from the largest unit on that is named."""
    for pattern in (_STREET, _ESTATE):
        for match in pattern.finditer(text):
            start = _chinese_start(text, match.start())
            name = text[start : match.start()] + match["street"]
            stem = _UNITS.split(name[: -len(match["kind"])])[-1] + match["kind"]
            if len(stem) > 2 and not _NO_STREETS.search(stem):
                yield "address", start, match.end()


def find_western_addresses(text: str) -> Iterator[Span]:
    """Spans of addresses that begin with the number of the house, and of post-office boxes."""
    for pattern in (_ENGLISH, _BOX):
        for match in pattern.finditer(text):
            is_counted = _COUNTED.search(text[max(0, match.start() - 12) : match.start()]) or _QUALITY.match(
                match[0]
            )
            if not is_counted and _GOES_ON.match(text, match.end()):
                yield "address", *match.span()


def _chinese_start(text: str, place: int) -> int:
    """Where the address begins whose street's last character but one stands at a place."""
    first = max(0, place - _LONGEST_LEAD)
    run = _HAN_AT_END.search(text[first:place])
    first = place - len(run[0]) if run else place
    leads = [lead.end() for lead in _LEADS.finditer(text, first, place)]
    first = leads[-1] if leads else first
    known = _PLACES.search(text, first, place)
    if known:
        return known.start()
    # Without a word that leads to it, no more than a short name is sure to belong to the address.
    return first if leads or place - first <= 6 else place - 1
