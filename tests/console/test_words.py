from __future__ import annotations

import re
from importlib.resources import files

from headway.console.words import WORDS
from headway.web.words import SHARED, joined


def test_every_word_of_the_templates_is_there_in_both_languages() -> None:
    known = joined(SHARED, WORDS)
    used = {
        key
        for room in ("web", "console")
        for template in files(f"headway.{room}").joinpath("templates").iterdir()
        for key in re.findall(r"\bt\('([\w.-]+)'\s*[,)]", template.read_text("utf-8"))
    }
    assert len(used) > 10
    assert used <= known["en"].keys() == known["zh"].keys()


def test_no_word_is_left_over() -> None:
    pages = "".join(
        file.read_text("utf-8")
        for room in ("web", "console")
        for file in files(f"headway.{room}").joinpath("templates").iterdir()
    )
    unused = [key for key in WORDS["en"] if f"'{key}'" not in pages and not key.startswith("nav.")]
    assert unused == []
