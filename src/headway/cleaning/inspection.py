"""What each raw text holds: dirt, personal data, a language. Many texts are shared out among processes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass

from headway.child_processes import module_command, same_modules
from headway.text.language import language_of
from headway.text.personal_data import find
from headway.text.repair import find_dirt

#: with fewer texts than this a second process takes longer to start than it saves
MANY = 50_000
_CHUNK = 5_000
_MOST_HELPERS = 3


@dataclass(frozen=True)
class Inspection:
    """What was found in some texts, which are named by their position."""

    #: kind of dirt → the texts that have it
    dirt: dict[str, list[int]]
    #: language of each text
    languages: list[str]
    #: kind of personal data → the texts that hold it
    personal: dict[str, list[int]]


Inspect = Callable[[Sequence[str]], Inspection]


def inspect_texts(texts: Sequence[str]) -> Inspection:
    """Look at each text in turn."""
    dirt: defaultdict[str, list[int]] = defaultdict(list)
    personal: defaultdict[str, list[int]] = defaultdict(list)
    for n, text in enumerate(texts):
        for kind in find_dirt(text):
            dirt[kind].append(n)
        for kind in {finding.kind for finding in find(text)}:
            personal[kind].append(n)
    return Inspection(dict(dirt), [language_of(text) for text in texts], dict(personal))


def inspect_many(
    texts: Sequence[str],
    advance: Callable[[int], None] = lambda _done: None,
    *,
    helpers: int | None = None,
) -> Inspection:
    """The same for any number of texts, in this process and, where they are many, in some beside it.

    `advance` is called with the number of texts looked at. `helpers` is how many processes help; by default
    as many as there are further cores, up to three.
    """
    if helpers is None:
        helpers = min((os.cpu_count() or 1) - 1, _MOST_HELPERS) if len(texts) >= MANY else 0
    parts: dict[int, Inspection] = {}
    starts, lock = iter(range(0, len(texts), _CHUNK)), threading.Lock()

    def work(inspect: Inspect) -> None:
        while True:
            with lock:
                start = next(starts, None)
            if start is None:
                return
            parts[start] = inspect(texts[start : start + _CHUNK])
            advance(min(len(parts) * _CHUNK, len(texts)))

    with ExitStack() as stack, ThreadPoolExecutor(max(helpers, 1)) as pool:
        helping = [pool.submit(work, stack.enter_context(_helper())) for _ in range(helpers)]
        work(inspect_texts)
        for one in helping:
            one.result()
    return _join(parts)


def _join(parts: dict[int, Inspection]) -> Inspection:
    whole = Inspection({}, [], {})
    for start, part in sorted(parts.items()):
        whole.languages.extend(part.languages)
        for found, there in ((part.dirt, whole.dirt), (part.personal, whole.personal)):
            for kind, positions in found.items():
                there.setdefault(kind, []).extend(start + position for position in positions)
    return whole


@contextmanager
def _helper() -> Iterator[Inspect]:
    """A process that looks at texts. One that fails is done without: its texts are looked at here."""
    # Not multiprocessing: that would run a user's script a second time where it has no main guard.
    process = subprocess.Popen(  # noqa: S603 - our own module
        module_command("headway.cleaning.inspection"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        encoding="ascii",
        env=same_modules(),
    )

    def inspect(texts: Sequence[str]) -> Inspection:
        try:
            process.stdin.write(json.dumps(texts) + "\n")  # type: ignore[union-attr]
            process.stdin.flush()  # type: ignore[union-attr]
            return Inspection(**json.loads(process.stdout.readline()))  # type: ignore[union-attr]
        except (OSError, ValueError):
            return inspect_texts(texts)

    try:
        yield inspect
    finally:
        process.kill()
        process.communicate()


def _serve() -> None:
    """Answer each line of texts with a line of what they hold, until there is no more."""
    for line in sys.stdin:
        sys.stdout.write(json.dumps(asdict(inspect_texts(json.loads(line)))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    _serve()
