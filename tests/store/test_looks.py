from __future__ import annotations

from pathlib import Path

from headway.store import Store
from headway.store.looks import list_looks
from headway.store.runs import add_look


def test_looks_at_some_data_are_listed_the_oldest_first(tmp_path: Path) -> None:
    store = Store.create(tmp_path / "项目")
    for data, model, accuracy in (("test:1", "意图@1", 0.5), ("test:2", "b@1", 0.6), ("test:1", "b@2", 0.7)):
        add_look(store, data, model, {"accuracy": accuracy})
    found = list_looks(store, "test:1")
    assert [(look.model, look.metrics["accuracy"]) for look in found] == [("意图@1", 0.5), ("b@2", 0.7)]
    assert found[0].at < found[1].at
    assert list_looks(store, "test:3") == []
    store.close()
