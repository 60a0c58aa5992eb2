from __future__ import annotations

import pytest
from tokenizers import Tokenizer

from headway.models.unigram import build_tokenizer

PIECES = [
    ("<s>", 0.0), ("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), ("▁", -4.0), ("▁good", -5.0), ("▁day", -5.0),
    ("你好", -5.0), ("世界", -5.0), ("好", -9.0), ("～", -6.0), ("~", -6.0), ("!", -6.0), ("A", -6.0),
    ("<mask>", 0.0),
]  # fmt: skip


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return build_tokenizer(PIECES)


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("good day", ["▁good", "▁day"]),
        ("good   \t day", ["▁good", "▁day"]),
        ("你好世界", ["▁", "你好", "世界"]),
        ("你好 世界！", ["▁", "你好", "▁", "世界", "!"]),
        ("Ａ～~", ["▁", "A", "～", "~"]),
        ("你ж", ["▁", "<unk>"]),
        ("好<mask>", ["▁", "好", "<mask>"]),
        ("", []),
    ],
)
def test_tokens(tokenizer: Tokenizer, text: str, tokens: list[str]) -> None:
    encoding = tokenizer.encode(text)
    assert [token if token in dict(PIECES) else "<unk>" for token in encoding.tokens] == [
        "<s>",
        *tokens,
        "</s>",
    ]


def test_ids_are_places_in_the_list(tokenizer: Tokenizer) -> None:
    assert tokenizer.get_vocab_size() == len(PIECES)
    assert [tokenizer.token_to_id(piece) for piece, _ in PIECES] == list(range(len(PIECES)))


def test_a_pair_of_texts_is_joined_as_in_xlm_roberta(tokenizer: Tokenizer) -> None:
    tokens = tokenizer.encode("good", "day").tokens
    assert tokens == ["<s>", "▁good", "</s>", "</s>", "▁day", "</s>"]


def test_decoding_gives_the_text_back(tokenizer: Tokenizer) -> None:
    assert tokenizer.decode(tokenizer.encode("good day").ids) == "good day"
    assert tokenizer.decode(tokenizer.encode("你好世界").ids) == "你好世界"
