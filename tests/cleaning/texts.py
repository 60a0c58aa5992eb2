"""Texts and labels put into a store, or into a table, without a file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import insert

from headway.cleaning.table import Table, numbered
from headway.ids import new_id
from headway.store import Store, schema
from headway.store.tasks import add_task

TASK = "意图"

#: a text and its label, None where it has none
Row = tuple[str, str | None]

ATTACK = '<script>alert("偷")</script>'
LONG = "我上周三在你们店里买的蓝色水壶到现在还没有送到，请帮我查一下快递到哪里了"

ROWS: list[Row] = [
    *((f"我要退掉第{n}件商品，请告诉我怎么办理", "退款") for n in range(12)),
    *((f"where is parcel number {n} of mine", "delivery") for n in range(12)),
    ("I donâ€™t want it &amp; ＡＢＣ\u200b", "Delivery"),
    ("請問這個時候發貨嗎", "delivery"),
    ("Où est mon colis, s'il vous plaît?", "delivery"),
    (LONG, "delivery"),
    (LONG + "！！", "delivery"),
    (LONG + "？？", "退款"),
    ("退款", "退款"),
    ("退款", "delivery"),
    ("退", None),
    ("哈哈哈哈", None),
    ("电话13800138000", None),
    (ATTACK, ATTACK),
]


def add_rows(
    store: Store, rows: Sequence[Row], *, source: str = "a.csv", split: str | None = None, revision: int = 1
) -> list[str]:
    """Add rows as one complete import; returns the ids of their records."""
    add_task(store, TASK, "text-classification")
    made, ids = new_id(), [new_id() for _ in rows]
    texts: list[dict[str, Any]] = [
        {
            "id": record,
            "key": f"{source}:{n}",
            "revision": revision,
            "text": text,
            "fields": {},
            "split": split,
            "time": None,
            "import": made,
        }
        for n, (record, (text, _)) in enumerate(zip(ids, rows, strict=True))
    ]
    labels = [
        {
            "id": new_id(),
            "task": TASK,
            "record": record,
            "label": label,
            "author": f"import:{source}",
            "created_at": store.now(),
            "import": made,
        }
        for record, (_, label) in zip(ids, rows, strict=True)
        if label is not None
    ]
    with store.writing() as connection:
        values = {"id": made, "source": source, "state": "complete", "started_at": store.now(), "counts": {}}
        connection.execute(insert(schema.imports).values(values))
        if texts:
            connection.execute(insert(schema.records), texts)
        if labels:
            connection.execute(insert(schema.annotations), labels)
    return ids


def table_of(rows: Sequence[Row]) -> Table:
    """The table of rows whose texts are prepared already."""
    text, texts = numbered(text for text, _ in rows)
    label, labels = numbered(label for _, label in rows)
    return Table(texts, text, labels, label)
