from __future__ import annotations

import re
from importlib.resources import files

from headway.annotation.queue import REFUSALS
from headway.annotation.words import WORDS as ANNOTATION_WORDS
from headway.console.data_words import WORDS as DATA_WORDS
from headway.console.model_words import WORDS as MODEL_WORDS
from headway.console.service_words import WORDS as SERVICE_WORDS
from headway.console.words import WORDS
from headway.web.words import SHARED, joined

ROOMS = ("web", "annotation", "console")
ALL = (WORDS, DATA_WORDS, MODEL_WORDS, SERVICE_WORDS, ANNOTATION_WORDS)


def test_every_word_of_the_templates_is_there_in_both_languages() -> None:
    known = joined(SHARED, *ALL)
    used = {
        key
        for room in ROOMS
        for template in files(f"headway.{room}").joinpath("templates").iterdir()
        for key in re.findall(r"\bt\('([\w.-]+)'\s*[,)]", template.read_text("utf-8"))
    }
    assert len(used) > 10
    assert used <= known["en"].keys() == known["zh"].keys()


def test_no_word_is_left_over() -> None:
    pages = "".join(
        file.read_text("utf-8")
        for room in ROOMS
        for file in files(f"headway.{room}").joinpath("templates").iterdir()
    )
    unused = [key for words in ALL for key in words["en"] if f"'{key}'" not in pages]
    # Those of the navigation and of actions are put together; those of a script have a test of their own.
    together = ("nav.", "annotate.", "jobs.", "models.action.", "runs.state.")
    assert [key for key in unused if not key.startswith(together)] == []


def test_a_script_has_the_words_it_uses_and_no_others() -> None:
    scripts = files("headway.annotation").joinpath("static")
    code = "".join(scripts.joinpath(name).read_text("utf-8") for name in ("annotate.js", "key_dialog.js"))
    used = set(re.findall(r"\bwords\.(\w+)", code)) | set(REFUSALS)
    known = {key.removeprefix("annotate.js.") for key in ANNOTATION_WORDS["en"] if ".js." in key}
    assert used == known
