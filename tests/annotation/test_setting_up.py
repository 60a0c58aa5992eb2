from __future__ import annotations

from typing import Any

import pytest

from headway.annotation.labels import guideline_of, names_in_use
from headway.annotation.schemas import Setup
from headway.annotation.setting_up import set_up
from headway.errors import CheckFailedError, UsageError
from tests.annotated import TASK
from tests.annotation.conftest import MakeDesk
from tests.annotation.queueing import LABELS, Desk


def settle(desk: Desk, **values: Any) -> dict[str, int]:
    return set_up(desk.store, TASK, desk.person(f"Lead {len(values)}"), Setup(**values))


def test_labels_guidelines_and_queue_are_set_at_once(make_desk: MakeDesk) -> None:
    desk = make_desk("一", "two")
    filled = settle(desk, labels=["退款", "other"], overlap=3, guideline="规范 one", seen=list(LABELS))
    assert (filled["items"], filled["labels_left"]) == (2, 6)
    assert names_in_use(desk.store, TASK) == ["退款", "other"]
    found = guideline_of(desk.store, TASK)
    assert found is not None
    assert found.text == "规范 one"


@pytest.mark.parametrize(
    "values",
    [
        {"labels": ["a", "a"]},
        {"labels": ["退款", "other"], "guideline": "x" * 100_001},
        {"labels": ["退款", "other"], "overlap": 2},
    ],
)
def test_where_anything_is_refused_nothing_is_changed(make_desk: MakeDesk, values: dict[str, Any]) -> None:
    desk = make_desk("一", "two")
    user = desk.person("Ann")
    with desk.store.writing() as connection:
        connection.exec_driver_sql("UPDATE items SET assigned_to = ?", (user.id,))
    with pytest.raises(UsageError):
        settle(desk, **{"guideline": "new", **values})
    assert names_in_use(desk.store, TASK) == list(LABELS)
    assert guideline_of(desk.store, TASK) is None


def test_labels_that_another_lead_set_meanwhile_are_not_retired_unseen(make_desk: MakeDesk) -> None:
    desk = make_desk("一", "two")
    settle(desk, labels=[*LABELS, "发票"])
    with pytest.raises(CheckFailedError, match="changed the labels meanwhile"):
        settle(desk, labels=["a", "b"], seen=list(LABELS))
    assert names_in_use(desk.store, TASK) == [*LABELS, "发票"]
