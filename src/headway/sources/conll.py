"""CoNLL: a token and its tag a line, a blank line after each sentence; the tags are BIO, BIOES or IO."""

from __future__ import annotations

import itertools
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from headway.sources.exports import Span, spans_text
from headway.sources.rows import BadRow, Line, Reading, Row, bad, read_lines

#: lines of one sentence
LONGEST_SENTENCE = 10_000
#: sentences from which it is told how many columns there are
_LOOKED_AT = 100
_TAG = re.compile(r"O|([BIESLMU])[-_](.+)")
#: Chinese, Japanese and full-width characters, between which no space is written
_UNSPACED = re.compile(r"[\u2e80-\u30ff\u31c0-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]")


def read_conll(file: BinaryIO, reading: Reading) -> Iterator[Row | BadRow]:
    """The sentences: columns "text", "tokens" as JSON, and "spans".

    The token is the first column, or the second where the first is the number of the token; the tag is the
    last. A sentence with a line of more or fewer columns than the others is bad.
    """
    sentences = _sentences(read_lines(file, reading.encoding))
    first = list(itertools.islice(sentences, _LOOKED_AT))
    widths = Counter(len(_columns(line)) for sentence in first for line in sentence)
    width = max(2, widths.most_common(1)[0][0]) if widths else 2
    for sentence in itertools.chain(first, sentences):
        yield _row(sentence, width)


def _sentences(lines: Iterable[Line]) -> Iterator[list[Line]]:
    """The lines of each sentence, without blank ones, marks of documents and comments before it."""
    sentence: list[Line] = []
    for line in lines:
        # A byte order mark may stand anywhere where files were put together.
        blank = not line.text.strip().strip("\ufeff")
        if sentence and (blank or len(sentence) >= LONGEST_SENTENCE):
            yield sentence
            sentence = []
        if not blank and (sentence or not _is_comment(line.text)):
            sentence.append(line)
    if sentence:
        yield sentence


def _is_comment(text: str) -> bool:
    """Whether a line before a sentence is none of its tokens; "#" may be one, and then has a tag."""
    return text.startswith("-DOCSTART-") or (
        text.startswith("#") and not _TAG.fullmatch(text.rsplit(maxsplit=1)[-1])
    )


def _columns(line: Line) -> list[str]:
    columns = line.text.split("\t") if "\t" in line.text else line.text.split()
    return [column.strip() for column in columns]


def _row(lines: list[Line], width: int) -> Row | BadRow:
    tokens, tags = [], []
    for number, line in enumerate(lines, start=1):
        columns = _columns(line)
        problem = line.problem
        if len(columns) != width or not columns[-1]:
            problem = problem or f"{len(columns)} columns where the others have {width}"
        if width > 2 and len(columns) > 1 and columns[0] == str(number):
            del columns[0]
        if not columns[0]:
            problem = problem or "no token"
        if problem:
            raw = "".join(one.text for one in lines)
            return bad(lines[0].number, f"line {line.number}, in a sentence: {problem}", raw)
        tokens.append(columns[0])
        tags.append(columns[-1])
    text, starts = _join(tokens)
    spans = [
        Span(starts[first], starts[last] + len(tokens[last]), label) for first, last, label in _entities(tags)
    ]
    fields = {"text": text, "tokens": json.dumps(tokens, ensure_ascii=False), "spans": spans_text(spans)}
    return Row(lines[0].number, fields)


def _join(tokens: list[str]) -> tuple[str, list[int]]:
    """The text of the tokens and where each begins: spaces between words, none beside a Chinese character.

    Where every token is one character and some are Chinese, the tokens are characters and no space is put.
    """
    characters = all(len(token) == 1 for token in tokens) and any(map(_UNSPACED.match, tokens))
    text, starts = "", []
    for token in tokens:
        if text and not (characters or _UNSPACED.match(text[-1]) or _UNSPACED.match(token[0])):
            text += " "
        starts.append(len(text))
        text += token
    return text, starts


def _entities(tags: list[str]) -> Iterator[tuple[int, int, str]]:
    """First and last token of each entity and its label.

    An inside tag without a beginning begins an entity, as in CoNLL's own evaluation. A tag without a prefix
    is a label of its own (IO).
    """
    first, current = 0, ""
    for place, tag in enumerate([*tags, "O"]):
        prefix, label = _parts(tag)
        if current and (prefix in "OBSU" or label != current):
            yield first, place - 1, current
            current = ""
        if label and not current:
            first, current = place, label
        if current and prefix in "ESLU":
            yield first, place, current
            current = ""


def _parts(tag: str) -> tuple[str, str]:
    """Prefix and label: ("O", "") outside, ("B", "PER"), ("I", "PER") for a tag without a prefix."""
    if tag in {"_", "-"}:
        return "O", ""
    match = _TAG.fullmatch(tag)
    if match is None:
        return "I", tag
    return match[1] or "O", match[2] or ""
