"""Pages: takes data, templates and words, gives self-contained HTML files in both languages, with charts."""

from headway.pages.shell import environment, render_page
from headway.pages.words import LANGUAGES, Language

__all__ = ["LANGUAGES", "Language", "environment", "render_page"]
