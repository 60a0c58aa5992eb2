from __future__ import annotations

from headway.cleaning.kept import report_path
from headway.store import Store


def test_a_page_lies_among_the_reports_whatever_the_task_is_called(store: Store) -> None:
    names = ["intents", "意图", "意" * 200, "意" * 201, "../intents", "a/b", "a b", "a_b", "A_B"]
    paths = [report_path(store, name) for name in names]
    assert len({str(path).casefold() for path in paths}) == len(names)
    for path in paths:
        assert path.parent == store.project / "reports"
        assert len(path.name.encode()) < 255
    assert paths[1].name.startswith("clean-意图-")
