"""Personal texts, and where below a folder they stand."""

from __future__ import annotations

import html
import io
import json
from pathlib import Path

import pyarrow.parquet as pq

ZH = "张三丰的手机号是13912345678，请尽快把退款打到我的账户，谢谢你们的帮助"
EN = 'Please call Zhang Sanfeng ("Sam") at zhang.sf@example.com about the refund of order 771 <today>'
REVISED = "李四光改了留言：地址是解放路一百零八号三单元，请重新发货到这里来"
PERSONAL = (ZH, EN, REVISED)


def holders(folder: Path, text: str) -> list[str]:
    """The files below a folder whose bytes hold a text: as it is, escaped for JSON or HTML, or as Parquet."""
    needles = {text, json.dumps(text)[1:-1], json.dumps(json.dumps(text)[1:-1])[1:-1], html.escape(text)}
    found = []
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            data = path.read_bytes()
            if data.startswith(b"PAR1"):
                data = json.dumps(pq.read_table(io.BytesIO(data)).to_pylist(), ensure_ascii=False).encode()
            if any(needle.encode() in data for needle in needles):
                found.append(path.relative_to(folder).as_posix())
    return found
