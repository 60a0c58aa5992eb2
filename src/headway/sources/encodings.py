"""Which encoding a text file is in: told by its byte order mark, else by what all of it decodes as.

UTF-8 where most characters beyond ASCII are valid UTF-8; else Windows-1252 or GB18030 where it reads like
Western or Chinese text; else what charset-normalizer finds. In a file of several encodings the one of most
characters is taken, and the other lines go to quarantine: they would turn into nonsense.
"""

from __future__ import annotations

import codecs
import itertools
import re
from collections.abc import Callable
from typing import BinaryIO, Literal, get_args

from headway.errors import UsageError
from headway.sources.rows import read_lines

#: what files in Chinese and English come in; `--encoding` takes any other that Python knows, too
Encoding = Literal[
    "utf-8", "gb18030", "big5", "cp950", "big5hkscs", "cp1252", "latin-1", "utf-16-le", "utf-16-be"
]
ENCODINGS: tuple[Encoding, ...] = get_args(Encoding)
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CHUNK = 1 << 20
_HEAD = 1 << 16
#: So much is shown to charset-normalizer, and looked at for what kind of text it is.
_SAMPLE = 200_000
_PREVIEW, _LONGEST_PREVIEWED = 60, 1_000
_ASCII = bytes(range(32, 127))

# A run of characters beyond ASCII, with the Latin letters that it touches.
_RUN = re.compile("(?P<before>[A-Za-z]?)(?P<run>[^\\x00-\\x7f]+)(?P<after>[A-Za-z]?)")


def require_encoding(name: str) -> str:
    """The name, where Python knows a text encoding of it. Raises `UsageError` for any other."""
    try:
        "".encode(name)
        b"".decode(name)
    except (LookupError, ValueError, UnicodeError) as error:
        raise UsageError(
            f"There is no text encoding {name!r}.", next_step="Use a name such as utf-8, gb18030 or cp1252."
        ) from error
    return name


def find_encoding(opened: Callable[[], BinaryIO]) -> tuple[str, str]:
    """The encoding of a file and, in words, how it was told.

    `opened` opens the file at its beginning; it is read through, twice where it is not UTF-8.
    """
    with opened() as file:
        head = file.read(_HEAD)
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return encoding, "by its byte order mark"
    wide = _without_mark(head)
    if wide:
        return wide, "by its zero bytes"
    if _is_utf8(opened):
        return "utf-8", "all of it"
    valid, wrong, sample = _weigh(opened)
    found = None if valid and 2 * valid >= wrong else _find_legacy(sample)
    return found or ("utf-8", f"but for {wrong:,} places, whose lines go to quarantine")


def preview(opened: Callable[[], BinaryIO], encoding: str) -> str:
    """The first line that holds more than ASCII, or the first, shortened: what the file reads like."""
    first = ""
    with opened() as file:
        for line in itertools.islice(read_lines(file, encoding), 2_000):
            # A control character could do things to the terminal that this is shown on.
            shown = "".join(one if one.isprintable() else " " for one in line.text[:_LONGEST_PREVIEWED])
            text = " ".join(shown.split())
            first = first or text
            if not text.isascii() and line.problem is None:
                first = text
                break
    return first if len(first) <= _PREVIEW else first[:_PREVIEW] + "…"


def _find_legacy(sample: bytes) -> tuple[str, str] | None:
    """The encoding of lines that are not UTF-8, where one is likely."""
    as_chinese = sample.decode("gb18030", "replace")
    if _is_western(as_chinese):
        encoding = "latin-1" if re.search(rb"[\x81\x8d\x8f\x90\x9d]", sample) else "cp1252"
        return encoding, "it is not UTF-8, and reads like Western text"
    if _is_everyday_chinese(as_chinese):
        return "gb18030", "it is not UTF-8, and reads like Chinese"
    from charset_normalizer import from_bytes  # noqa: PLC0415 - slow to load, and few files need it

    best = from_bytes(sample).best()
    if best is None or _ASCII.decode(best.encoding, "replace") != _ASCII.decode("ascii"):
        # Nothing is likely, or something in which the lines of the file that are ASCII would read otherwise.
        return None
    return best.encoding, "the most likely one"


def _without_mark(head: bytes) -> str | None:
    """UTF-16 without a byte order mark: its ASCII characters, line ends at least, are half zero bytes."""
    odd, even = head[1::2].count(0), head[0::2].count(0)
    if odd + even < max(4, len(head) // 100):
        return None
    if 4 * (odd + even) < len(head) and _begins_as_utf8(head):
        # Zero bytes among text: were it UTF-16, half of its bytes would be zero, or it would not be UTF-8.
        return None
    encoding = "utf-16-le" if odd > even else "utf-16-be"
    text = head[: len(head) // 2 * 2].decode(encoding, "replace")
    decodes = text.count("\ufffd") <= 1 + len(text) // 1_000
    # Some Chinese characters, 一 among them, have a zero byte of their own, at the other place.
    is_wide = 4 * min(odd, even) <= odd + even and decodes and "\n" in text
    return encoding if is_wide else None


def _begins_as_utf8(head: bytes) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")("strict").decode(head)
    except UnicodeDecodeError:
        return False
    return True


def _is_utf8(opened: Callable[[], BinaryIO]) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")("strict")
    with opened() as file:
        try:
            while data := file.read(_CHUNK):
                decoder.decode(data)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def _weigh(opened: Callable[[], BinaryIO]) -> tuple[int, int, bytes]:
    """What speaks for UTF-8 and what against it, and the first lines that are not UTF-8.

    For it: characters beyond ASCII in lines that are valid, and in others those from U+0800 on, for what is
    valid in Chinese of another encoding by chance is nearly always below. Against it: the places that cannot
    be decoded, of which a Chinese character of another encoding makes about two.
    """
    valid = wrong = size = 0
    sample = []
    with opened() as file:
        while line := file.readline(_SAMPLE):
            if line.isascii():
                continue
            try:
                text = line.decode("utf-8")
                valid += len(text) - len(text.encode("ascii", "ignore"))
            except UnicodeDecodeError:
                text = line.decode("utf-8", "replace")
                valid += sum(character >= "\u0800" and character != "\ufffd" for character in text)
                wrong += text.count("\ufffd")
                if size < _SAMPLE:
                    sample.append(line)
                    size += len(line)
    return valid, wrong, b"".join(sample)


def _is_western(text: str) -> bool:
    """Whether what was read as GB18030 is Western text: characters stand singly among Latin letters."""
    runs = [match.groupdict() for match in _RUN.finditer(text)]
    single = sum(len(run["run"]) == 1 and bool(run["before"] or run["after"]) for run in runs)
    return 2 * single > len(runs)


def _is_everyday_chinese(text: str) -> bool:
    """Whether nearly all decodes, to characters that are nearly all in GB2312: other encodings scatter.

    The last character of a file that was cut off is forgiven.
    """
    beyond = "".join(character for character in text if not character.isascii())
    wrong = beyond.count("\ufffd")
    everyday = len(beyond.encode("gb2312", "ignore")) // 2
    return wrong <= 1 + len(beyond) // 100 and everyday >= 0.9 * (len(beyond) - wrong)
