"""Times as people write them, as they are stored."""

from __future__ import annotations

import re
from datetime import UTC, datetime, tzinfo

from headway.records import timestamp

#: 2018年5月11日, 2018/5/11 and 2018-5-11, with or without a time of day behind it
_DATE = re.compile(
    r"(\d{4})\s*[年/.-]\s*(\d{1,2})\s*[月/.-]\s*(\d{1,2})\s*日?"
    r"(?:[\sT]*(\d{1,2})\s*[:：时点]\s*(\d{1,2})(?:\s*[:：分]\s*(\d{1,2}))?\s*[分秒]?)?"
)


def parse_time(value: str, timezone: tzinfo = UTC) -> str:
    """The UTC time of an ISO 8601 time or a date such as 2018年5月11日; without a zone it is in `timezone`.

    Raises `ValueError` for anything else.
    """
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        match = _DATE.fullmatch(value)
        if match is None:
            raise
        moment = datetime(*(int(part or 0) for part in match.groups()))  # type: ignore[arg-type]
    try:
        return timestamp(moment if moment.tzinfo else moment.replace(tzinfo=timezone))
    except OverflowError as error:
        raise ValueError(str(error)) from error
