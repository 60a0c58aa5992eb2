"""A tokenizer of the XLM-RoBERTa kind, built from pieces and their scores."""

from __future__ import annotations

from collections.abc import Sequence

from tokenizers import AddedToken, Regex, Tokenizer, decoders, normalizers, pre_tokenizers, processors
from tokenizers.models import Unigram

_SPECIAL = ("<s>", "<pad>", "</s>", "<unk>", "<mask>")
# SentencePiece's nmt_nfkc is NFKC but for the full-width tilde, which steps aside as a noncharacter.
_TILDE, _ASIDE = "～", "\ufdd0"


def build_tokenizer(pieces: Sequence[tuple[str, float]]) -> Tokenizer:
    """A tokenizer giving `<s>` text `</s>`; `pieces` start with `<s>`, `<pad>`, `</s>`, `<unk>`.

    The method is the unigram model of Kudo (2018), https://arxiv.org/abs/1804.10959, with the
    normalisation of SentencePiece's nmt_nfkc.
    """
    tokenizer = Tokenizer(Unigram(list(pieces), unk_id=3, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.Nmt(),
            normalizers.Replace(_TILDE, _ASIDE),
            normalizers.NFKC(),
            normalizers.Replace(_ASIDE, _TILDE),
            normalizers.Replace(Regex(" {2,}"), " "),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always")
    tokenizer.decoder = decoders.Metaspace(prepend_scheme="always")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>",
        pair="<s> $A </s> </s> $B </s>",
        special_tokens=[("<s>", 0), ("</s>", 2)],
    )
    tokenizer.add_special_tokens([AddedToken(token, normalized=False, special=True) for token in _SPECIAL])
    return tokenizer
