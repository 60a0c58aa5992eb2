"""Ways to write a text slightly otherwise in both languages: slips of the hand, words, sounds, synonyms."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from random import Random

from headway.errors import DataError
from headway.store.files import machine_errors

#: Gives a text written otherwise, or the same text where the way has nothing to change in it.
Rewrite = Callable[[str, Random], str]

_HAN = "\u3400-\u4dbf\u4e00-\u9fff"
_HAN_CHARACTER = re.compile(f"[{_HAN}]")
# A word of letters and digits, or two Chinese characters, for most Chinese words have two.
_WORD = re.compile(f"[{_HAN}]{{1,2}}|(?:[^\\W{_HAN}]|(?<=\\w)['’-](?=\\w))+")
_CHARACTERS_A_SLIP = 20
_ROWS_OF_KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
# Rarer characters are hardly what an input method would offer first.
_FREQUENT = 3_000


def typos(text: str, random: Random) -> str:
    """Swap two neighbouring characters, drop one or double one; once for every twenty characters."""
    characters = list(text)
    for _ in range(max(1, len(text) // _CHARACTERS_A_SLIP)):
        places = [n for n, character in enumerate(characters) if character.isalnum()]
        if not places:
            break
        place = random.choice(places)
        slip = random.choice(("swap", "drop", "double"))
        if slip == "swap" and place + 1 < len(characters):
            characters[place : place + 2] = characters[place + 1], characters[place]
        elif slip == "drop" and len(places) > 1:
            del characters[place]
        else:
            characters.insert(place, characters[place])
    return "".join(characters)


def swap(text: str, random: Random) -> str:
    """Swap two neighbouring words; a Chinese text is cut into pairs of characters."""
    words = list(_WORD.finditer(text))
    if len(words) < 2:
        return text
    place = random.randrange(len(words) - 1)
    first, second = words[place], words[place + 1]
    between = text[first.end() : second.start()]
    return text[: first.start()] + second.group() + between + first.group() + text[second.end() :]


def delete(text: str, random: Random) -> str:
    """Leave out one word, or one pair of Chinese characters, of three and more."""
    words = list(_WORD.finditer(text))
    if len(words) < 3:
        return text
    gone = random.choice(words)
    return " ".join((text[: gone.start()] + text[gone.end() :]).split(" "))


def keyboard(text: str, random: Random) -> str:
    """Put a neighbouring key of the QWERTY keyboard in a Latin letter's place; once for twenty letters."""
    characters = list(text)
    places = [n for n, character in enumerate(characters) if character.lower() in _NEIGHBOURS]
    for place in random.sample(places, min(len(places), max(1, len(places) // _CHARACTERS_A_SLIP))):
        key = random.choice(_NEIGHBOURS[characters[place].lower()])
        characters[place] = key.upper() if characters[place].isupper() else key
    return "".join(characters)


def homophones(texts: Iterable[str]) -> Rewrite:
    """Put a character of the same sound, whatever its tone, in a Chinese character's place.

    The characters are the frequent ones of the texts themselves.
    """
    from pypinyin import Style, pinyin  # noqa: PLC0415 - slow to load, and seldom asked for

    counts = Counter(character for text in texts for character in _HAN_CHARACTER.findall(text))
    of_sound: defaultdict[str, list[str]] = defaultdict(list)
    for character, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:_FREQUENT]:
        of_sound[pinyin(character, style=Style.NORMAL)[0][0]].append(character)
    others = {
        one: [other for other in alike if other != one]
        for alike in of_sound.values()
        if len(alike) > 1
        for one in alike
    }

    def rewrite(text: str, random: Random) -> str:
        characters = list(text)
        places = [n for n, character in enumerate(characters) if character in others]
        for place in random.sample(places, min(len(places), max(1, len(places) // _CHARACTERS_A_SLIP))):
            characters[place] = random.choice(others[characters[place]])
        return "".join(characters)

    return rewrite


def synonyms(groups: Sequence[Sequence[str]]) -> Rewrite:
    """Put a synonym in a word's place; of words that overlap the longest at each place counts."""
    of_word: defaultdict[str, list[str]] = defaultdict(list)
    for group in groups:
        for word in group:
            of_word[word.lower()] += [other for other in group if other.lower() != word.lower()]
    longest = max(map(len, of_word), default=0)

    def rewrite(text: str, random: Random) -> str:
        found = list(_occurrences(text, of_word, longest))
        if not found:
            return text
        start, end = random.choice(found)
        return text[:start] + random.choice(of_word[text[start:end].lower()]) + text[end:]

    return rewrite


def _occurrences(text: str, words: Mapping[str, object], longest: int) -> Iterable[tuple[int, int]]:
    start = 0
    while start < len(text):
        for end in range(min(len(text), start + longest), start, -1):
            if text[start:end].lower() in words and _whole(text, start) and _whole(text, end):
                yield start, end
                start = end - 1
                break
        start += 1


def _whole(text: str, place: int) -> bool:
    """Whether a word may begin or end here: not within a run of Latin letters and digits."""
    return not (0 < place < len(text) and _is_latin(text[place - 1]) and _is_latin(text[place]))


def _is_latin(character: str) -> bool:
    return character.isalnum() and not _HAN_CHARACTER.match(character)


def read_synonyms(path: Path) -> tuple[tuple[str, ...], ...]:
    """The groups of a file: one a line, its words separated by tabs or commas.

    Raises `DataError` where the file is missing, is not UTF-8 or has lines with fewer than two words.
    """
    with machine_errors(f"reading {path}"):
        if not path.is_file():
            raise DataError(f"There is no file {path}.", next_step="Name a text file with --synonyms FILE.")
        data = path.read_bytes()
    try:
        lines = data.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise DataError(
            f"{path} is not UTF-8: byte {error.start + 1} cannot be read.",
            next_step="Save the file as UTF-8.",
        ) from error
    groups = [
        (number, tuple(dict.fromkeys(word.strip() for word in re.split("[\t,，]", line) if word.strip())))
        for number, line in enumerate(lines, start=1)
        if line.strip()
    ]
    wrong = [number for number, words in groups if len(words) < 2]
    if wrong or not groups:
        shown = ", ".join(map(str, wrong[:10])) + (f" and {len(wrong) - 10} more" if len(wrong) > 10 else "")
        raise DataError(
            f"{path} has lines with fewer than two different words: {shown}."
            if wrong
            else f"{path} holds no synonyms.",
            next_step="Write one group a line, its words separated by tabs or commas: refund, money back",
        )
    return tuple(words for _, words in groups)


def _neighbours() -> dict[str, str]:
    """Key → the keys beside it in its row and next to it in the rows above and below."""
    # Each row stands about half a key to the right of the one above it.
    places = {
        key: (2 * column + row, row)
        for row, keys in enumerate(_ROWS_OF_KEYS)
        for column, key in enumerate(keys)
    }
    return {
        key: "".join(
            other
            for other, (left, line) in places.items()
            if other != key and abs(left - x) <= (2 if line == y else 1) and abs(line - y) <= 1
        )
        for key, (x, y) in places.items()
    }


_NEIGHBOURS = _neighbours()
