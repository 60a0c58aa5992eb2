"""Raw texts to token ids, exactly as the manifest says: preparation, prefix, maximum length."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tokenizers import Encoding, Tokenizer

from headway.errors import ModelError, UsageError
from headway.registry.manifest import Manifest
from headway.text import prepare

_UNKNOWN_TOKENS = ("[UNK]", "<unk>")
_NO_TOKEN = -1
# What follows this many characters for each token allowed is looked at only if it could still be read:
# a text of a million characters then costs milliseconds instead of seconds.
_CHARACTERS_PER_TOKEN = 32


@dataclass(frozen=True)
class TokenStatistics:
    """How well a tokenizer suits some texts."""

    #: texts counted
    n: int
    #: share of tokens the vocabulary does not know
    unknown_rate: float
    #: share of texts longer than the maximum length, so that their ends are not read
    truncation_rate: float
    #: mean number of tokens a text, special ones included, after truncation
    mean_tokens: float


def check_texts(texts: Sequence[str]) -> None:
    """Raise `UsageError` naming the first thing that is not a string, or a lone string."""
    if isinstance(texts, str):
        raise UsageError("A list of texts was expected, not a single text.", next_step='Give ["the text"].')
    for index, text in enumerate(texts):
        if not isinstance(text, str):
            raise UsageError(f"Text number {index} is of type {type(text).__name__}; a string was expected.")


def prepare_texts(texts: Sequence[str], manifest: Manifest) -> list[str]:
    """Apply the manifest's preparation and prefix. Raises `UsageError` for what is not a text."""
    check_texts(texts)
    return [manifest.prefix + prepare(text, manifest.preparation) for text in texts]


class TextTokenizer:
    """The tokenizer of an artefact. Raises `ModelError` where tokenizer.json cannot be read."""

    def __init__(self, path: Path, max_length: int, prefix: str = "") -> None:
        try:
            self._tokenizer = Tokenizer.from_file(str(path))
        except Exception as error:  # tokenizers raises nothing more precise
            raise ModelError(f"tokenizers cannot read {path}: {error}.") from error
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self._max_length = max_length
        self._window = max_length * _CHARACTERS_PER_TOKEN
        if max_length:
            self._tokenizer.enable_truncation(max_length)
        ids = (self._tokenizer.token_to_id(token) for token in _UNKNOWN_TOKENS)
        self._unknown = next((id_ for id_ in ids if id_ is not None), _NO_TOKEN)
        self._prefix_tokens = len(self._tokenizer.encode(prefix, add_special_tokens=False).ids)

    def encode(self, prepared: Sequence[str]) -> list[list[int]]:
        """Token ids of prepared texts, special tokens included; never an empty list."""
        # A tokenizer without special tokens gives nothing for an empty text, and nothing cannot be pooled.
        return [encoding.ids or [0] for encoding in self._encodings(prepared)]

    def truncated(self, prepared: Sequence[str]) -> list[bool]:
        """For each prepared text, whether its end lies beyond the maximum length and is not read."""
        room = self._max_length - self._tokenizer.num_special_tokens_to_add(is_pair=False)
        cut = [False] * len(prepared)
        if not self._max_length:
            return cut
        # A token is at least one byte, so a short text needs no second look.
        long = [index for index, text in enumerate(prepared) if len(text.encode()) > room]
        for index, encoding in zip(long, self._encodings([prepared[i] for i in long]), strict=True):
            cut[index] = bool(encoding.overflowing)
        return cut

    def statistics(self, prepared: Sequence[str]) -> TokenStatistics:
        """Unknown-token rate (special tokens and prefix not counted), truncation rate, mean length."""
        encodings = self._encodings(prepared)
        lengths = sum(len(encoding.ids) for encoding in encodings)
        special = sum(sum(encoding.special_tokens_mask) for encoding in encodings)
        counted = lengths - special - self._prefix_tokens * len(encodings)
        unknown = sum(encoding.ids.count(self._unknown) for encoding in encodings)
        cut = sum(bool(encoding.overflowing) for encoding in encodings)
        n = len(encodings)
        return TokenStatistics(n, unknown / max(counted, 1), cut / max(n, 1), lengths / max(n, 1))

    def _encodings(self, prepared: Sequence[str]) -> list[Encoding]:
        if not self._window or all(len(text) <= self._window for text in prepared):
            return self._encode_whole(prepared)
        encodings = self._encode_whole([text[: self._window] for text in prepared])
        for index, text in enumerate(prepared):
            # Where the window was cut anyway, its tokens are those of the whole text.
            if len(text) > self._window and not encodings[index].overflowing:
                encodings[index] = self._encode_whole([text])[0]
        return encodings

    def _encode_whole(self, prepared: Sequence[str]) -> list[Encoding]:
        encodings: list[Encoding] = self._tokenizer.encode_batch_fast(list(prepared))
        return encodings
