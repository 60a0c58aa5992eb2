"""What stands around a number or a name: words that say whose or what it is."""

from __future__ import annotations

import re

#: kind, start and end of what may be personal data
Span = tuple[str, int, int]

#: as many characters before a place as can speak of what stands there
_REACH = 28

_THINGS = (
    "order|invoice|tracking|parcel|package|shipment|waybill|serial|ticket|case|claim|batch|lot|part|model|item|"
    "product|sku|ref|reference|receipt|confirmation|transaction|booking|rma|barcode|isbn|imei|upc|ean|sn|build|"
    "timestamp|error|bug|issue|revision|article|asin|订单|运单|快递|物流|单据|工单|发票|流水|交易|批次|产品|商品|"
    "设备|机器|合同|案件|投诉|受理|参考|追踪|包裹|条码|条形码|序列|货|型|款|编|批|单|错误|时间戳|货品|库存|证券|股票|"
    "基金|房源|职位|邮政编码"
)
_OF_A_THING = re.compile(
    rf"(?<![A-Za-z])(?:{_THINGS})[ _-]?(?:编?号码?|代?码|numbers?|num|no\.?|nr\.?|id|code)?"
    r" ?(?:is|was|是|为)?[ :=#\"'(\[]{0,3}$",
    re.IGNORECASE,
)
_MONEY_BEFORE = re.compile(r"(?:[$€£¥￥]|rmb|usd|cny|eur|hkd|金额|总额|价格?) ?[:是为]? ?$", re.IGNORECASE)
_MONEY_AFTER = re.compile(
    r"(?:\.[0-9]{1,2})? ?(?:元|块|万|亿|美元|欧元|英镑|港币|rmb|usd|cny|eur|dollars|euros|yuan|[%$€£¥￥])",
    re.IGNORECASE,
)
_JOINED_BEFORE = re.compile(r"[0-9][-._:]$")
_JOINED_AFTER = re.compile(r"[-._][0-9]")

#: what links a word to the number it announces: `phone number is: `, `护照号码为：`
_LINKS = (
    r"(?: ?(?:号码?|编号|尾号|numbers?|num|no\.?|nr\.?|id|is|was|me|us|him|her|them|back|at|on|to|our|my)"
    r"){0,6} ?(?:是|为|：)?[^0-9A-Za-z\u4e00-\u9fff]{0,3}$"
)


def announced_by(chinese: str, english: str) -> re.Pattern[str]:
    """Matches in what stands before a number where one of these words announces it; parted by `|`."""
    return re.compile(rf"(?:{chinese}|(?<![A-Za-z])(?:{english})){_LINKS}", re.IGNORECASE)


def before(text: str, start: int, reach: int = _REACH) -> str:
    """What stands before a place in the text, as far as it can speak of what stands there."""
    return text[max(0, start - reach) : start]


def is_of_a_thing(text: str, start: int) -> bool:
    """Whether what starts here is called the number of an order, a product or another thing."""
    return _OF_A_THING.search(before(text, start)) is not None


def is_amount(text: str, start: int, end: int) -> bool:
    """Whether a number stands with a currency or a per cent sign."""
    return _MONEY_BEFORE.search(before(text, start)) is not None or _MONEY_AFTER.match(text, end) is not None


def is_joined(text: str, start: int, end: int) -> bool:
    """Whether a number goes on beyond its ends, as a part of a version, a decimal or a longer code does."""
    return _JOINED_BEFORE.search(text[max(0, start - 2) : start]) is not None or (
        _JOINED_AFTER.match(text, end) is not None
    )


def is_letter(text: str, place: int) -> bool:
    """Whether an ASCII letter stands at a place, which may lie outside the text."""
    return 0 <= place < len(text) and text[place].isascii() and text[place].isalpha()
