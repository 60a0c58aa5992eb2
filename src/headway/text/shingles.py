"""Character shingles of many texts at once: what near-duplicates are told by, in Chinese and English alike.

Texts are folded first: case, accents, full width and traditional forms are evened out, and all that is no
letter or digit is left out. A Chinese character says about as much as a word of three letters, so a shingle
that begins with one has two characters, and any other has three.
"""

from __future__ import annotations

import functools
import unicodedata
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

_HAN = (range(0x3400, 0xA000), range(0x20000, 0x323B0))
# Odd constants of 64 bits that mix well (the multipliers of xxHash, Y. Collet).
_MULTIPLIERS = tuple(np.uint64(n) for n in (0x9E3779B185EBCA87, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9))


Shingles = tuple[NDArray[np.uint32], NDArray[np.int64]]


def shingle_hashes(texts: Sequence[str]) -> Shingles:
    """The shingles of each text as hashes, with repetitions, and how many each text has.

    The hashes of all texts stand in one row, uint32, one for each letter or digit; counts are int64 [n].
    """
    hashes, owners = _hashes(texts)
    return hashes.astype(np.uint32), np.bincount(owners.astype(np.int64), minlength=len(texts))


def shingle_sets(texts: Sequence[str]) -> Shingles:
    """The different shingles of each text as hashes, sorted within the text, and how many each text has."""
    hashes, owners = _hashes(texts)
    keys = np.sort(owners << np.uint64(32) | hashes)
    different = np.ones(len(keys), dtype=bool)
    different[1:] = keys[1:] != keys[:-1]
    keys = keys[different]
    counts = np.bincount((keys >> np.uint64(32)).astype(np.int64), minlength=len(texts))
    return keys.astype(np.uint32), counts


def _hashes(texts: Sequence[str]) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """A hash of 32 bits for the shingle that begins at each letter or digit, and the text it belongs to."""
    lengths = np.fromiter(map(len, texts), np.int64, len(texts))
    codes = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), np.uint32)
    folded = _folding()[codes]
    kept = folded != 0
    owners = np.repeat(np.arange(len(texts), dtype=np.uint64), lengths)[kept]
    first = folded[kept].astype(np.uint64)
    second, third = np.zeros_like(first), np.zeros_like(first)
    # Behind the end of a text stand zeros, which mark it.
    np.copyto(second[:-1], first[1:], where=owners[1:] == owners[:-1])
    np.copyto(third[:-2], first[2:], where=owners[2:] == owners[:-2])
    third[_is_han()[first]] = 0
    mixed = first * _MULTIPLIERS[0] ^ second * _MULTIPLIERS[1] ^ third * _MULTIPLIERS[2]
    mixed ^= mixed >> np.uint64(29)
    mixed *= _MULTIPLIERS[2]
    return mixed >> np.uint64(32), owners


@functools.cache
def _folding() -> NDArray[np.uint32]:
    """Code point → the one it counts as; 0 for what is no letter or digit."""
    from opencc import OpenCC  # noqa: PLC0415 - slow to load, and only duplicates need it

    folding = np.zeros(0x110000, dtype=np.uint32)
    han = [chr(code) for code in _HAN[0]]
    simplified = dict(zip(han, OpenCC("t2s").convert("\n".join(han)).split("\n"), strict=True))
    for code in range(0x10000):
        character = chr(code)
        plain = "".join(c for c in unicodedata.normalize("NFKD", character) if not unicodedata.combining(c))
        folded = plain.lower() if len(plain.lower()) == 1 else character.lower()
        folded = simplified.get(folded, folded)
        if len(folded) == 1 and folded.isalnum():
            folding[code] = ord(folded)
    folding[_HAN[1].start : _HAN[1].stop] = _HAN[1]
    return folding


@functools.cache
def _is_han() -> NDArray[np.bool_]:
    han = np.zeros(0x110000, dtype=bool)
    for codes in _HAN:
        han[codes.start : codes.stop] = True
    return han
