"""Which of a row's labels are new, and who gave them when.

A label in a column is new where the newest label that any file gave the text is another one. A label that a
row brings along is its author's: with a time, it is new unless that author gave it at that time; without,
where that author's newest is another one, or, of several in a row, where that author never gave it. So a
file that is read twice adds nothing. The time it brings is the time of the label, so that a correction made
here later stays the newest; a time in the future is not believed.
"""

from __future__ import annotations

from collections.abc import Iterator

from headway.sources.items import Item
from headway.store.records import FileLabel


def new_labels(item: Item, known: list[FileLabel], source: str, now: str) -> Iterator[FileLabel]:
    """The labels of a row that are not among the known ones of its text, which stand in the order of time."""
    file = f"import:{source}"
    if item.label is not None:
        if not known or known[-1].label != item.label:
            yield FileLabel(item.label, file, now)
        return
    newest = {one.author: one for one in known}
    authors = [given.author for given in item.labels]
    for given in item.labels:
        author = f"{file}/{given.author}" if given.author else file
        if given.time and given.time <= now:
            found = FileLabel(given.label, author, given.time)
            if found not in known:
                yield found
        elif authors.count(given.author) > 1:
            if not any(one.author == author and one.label == given.label for one in known):
                yield FileLabel(given.label, author, now)
        elif author not in newest or newest[author].label != given.label:
            yield FileLabel(given.label, author, now)
