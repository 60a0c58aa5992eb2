from __future__ import annotations

from pathlib import Path

import pytest
from starlette.exceptions import HTTPException

from headway.web.standalone import standalone_page


def test_a_page_may_show_itself_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text("<p>报告</p>", "utf-8")
    answer = standalone_page(tmp_path / "a.html")
    assert bytes(answer.body).decode() == "<p>报告</p>"
    rules = answer.headers["content-security-policy"].split("; ")
    assert {"sandbox", "default-src 'none'", "form-action 'none'", "frame-ancestors 'none'"} <= set(rules)
    assert not any(rule.startswith(("script-src", "connect-src", "sandbox ")) for rule in rules)


def test_a_page_that_is_not_there_is_not_found(tmp_path: Path) -> None:
    for path in (tmp_path / "a.html", tmp_path):
        with pytest.raises(HTTPException) as refused:
            standalone_page(path)
        assert refused.value.status_code == 404
