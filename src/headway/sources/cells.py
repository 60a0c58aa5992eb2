"""A typed value, as workbooks and parquet files hold them, as the text of a field."""

from __future__ import annotations

import base64
import json
import math
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

#: beyond this a float no longer holds every whole number
_EXACT = 2**53


def cell_text(value: Any) -> str:
    """The text of a value.

    Whole numbers stand without ".0", for spreadsheets know no others; dates and times in ISO 8601, in UTC
    where they name a zone; bytes that are no UTF-8 in base64; lists and the like as JSON. Raises `ValueError`
    or `OverflowError` for a time that cannot be written so.
    """
    if isinstance(value, (list, tuple, dict)):
        return json.dumps(value, ensure_ascii=False, default=cell_text)
    return "" if value is None else _scalar_text(value)


def _scalar_text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (float, Decimal, timedelta)):
        return _number_text(value)
    if isinstance(value, datetime) and value.tzinfo:
        return value.astimezone(UTC).isoformat()
    if isinstance(value, (date, time)):
        return value.isoformat()
    return _bytes_text(value) if isinstance(value, bytes) else str(value)


def _number_text(value: float | Decimal | timedelta) -> str:
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, timedelta):
        sign, length = ("-", -value) if value < timedelta() else ("", value)
        minutes, seconds = divmod(length.days * 86_400 + length.seconds, 60)
        part = f".{length.microseconds:06}".rstrip("0") if length.microseconds else ""
        return f"{sign}{minutes // 60}:{minutes % 60:02}:{seconds:02}{part}"
    if math.isnan(value):
        return ""
    return str(int(value)) if value.is_integer() and abs(value) < _EXACT else repr(value)


def _bytes_text(value: bytes) -> str:
    """Older writers mark text as bytes: what is UTF-8 is taken for text."""
    try:
        return value.decode()
    except UnicodeDecodeError:
        return base64.b64encode(value).decode("ascii")
