from __future__ import annotations

import pytest

from headway.annotation.encoding import need_prepared, prepare
from headway.annotation.examples import read_examples
from headway.annotation.labels import set_labels
from headway.annotation.review import decide
from tests.annotated import TASK, annotate
from tests.annotation.conftest import MakeDesk
from tests.annotation.queueing import LABELS, Desk
from tests.projects import tiny_base


@pytest.fixture
def desk(make_desk: MakeDesk, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    desk = make_desk("我要退款", "where is it", "坏了", "refund me")
    prepare(desk.store, TASK, str(tiny_base(tmp_path_factory.getbasetemp())), "fp32")
    return desk


def test_texts_come_in_the_order_in_which_they_were_labelled_with_what_people_agree_on(desk: Desk) -> None:
    ann, lead = desk.person("Ann"), desk.person("Lead")
    desk.say(ann, desk.records[2], "other")
    desk.clock.pass_minutes(1)
    annotate(desk.store, "我要退款", [("import:old.csv", "退款"), ("rule:refund", "other")])
    desk.clock.pass_minutes(1)
    decide(desk.store, desk.writer, TASK, lead, desk.records[2], "delivery")
    annotate(desk.store, "refund me", [("model:probe", "退款")])
    found = read_examples(desk.store, TASK, need_prepared(desk.store, TASK))
    assert found is not None
    assert found.texts == ("坏了", "我要退款")
    assert found.records == (desk.records[2], desk.records[0])
    assert [found.names[label] for label in found.labels] == ["delivery", "退款"]
    assert found.names == LABELS
    assert found.vectors.shape == (2, found.label_vectors.shape[1])
    assert len(found.label_vectors) == 3


def test_without_a_label_in_use_there_is_nothing(desk: Desk) -> None:
    embedder = need_prepared(desk.store, TASK)
    assert read_examples(desk.store, TASK, embedder) is None
    desk.say(desk.person("Ann"), desk.records[0], "other")
    set_labels(desk.store, TASK, ["退款", "delivery"])
    assert read_examples(desk.store, TASK, embedder) is None
