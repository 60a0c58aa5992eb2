"""How much memory a training will need, said before it begins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from torch import nn

from headway.errors import MachineError
from headway.models.encoder import Encoder

_FLOAT = 4
# Of each learned weight: its gradient, two moments of AdamW, the best epoch's copy.
_COPIES = 4
# What a layer keeps of each token for its gradient, in widths: its input, query, key, value, context, two
# normalised sums and their inputs; counted by hand, and compared with what was measured in the tests.
_KEPT_WIDTHS = 12
# Of the inner matrix: before and after the activation, and its gradient.
_KEPT_INNER = 3
_LEAST_TOKENS = 64


def predicted_bytes(
    encoder: Encoder, learned: Mapping[str, nn.Parameter], longest: int, max_tokens: int, recompute: bool
) -> int:
    """Bytes that training takes above the loaded model: gradients, moments, and what a step keeps."""
    config = encoder.transformer.config
    inner = int(getattr(config, "intermediate_size", 4 * encoder.width))
    heads = int(getattr(config, "num_attention_heads", 12))
    a_token = _KEPT_WIDTHS * encoder.width + _KEPT_INNER * inner + 3 * heads * min(longest, max_tokens)
    layers = 2 if recompute else encoder.n_layers + 1
    weights = sum(one.numel() for one in learned.values()) * _COPIES
    return _FLOAT * int(weights + a_token * max(max_tokens, longest) * layers)


def tokens_that_fit(
    encoder: Encoder,
    learned: Mapping[str, nn.Parameter],
    ids: Sequence[Sequence[int]],
    max_tokens: int,
    *,
    recompute: bool = False,
    available: int | None = None,
) -> int:
    """`max_tokens`, or as much less as the machine's free memory asks for; the result is the same.

    `available` is in bytes; by default what the machine says is free. Raises `MachineError` before anything
    is trained where not even one text fits.
    """
    free = free_bytes() if available is None else available
    longest = max(map(len, ids))
    tokens = max_tokens
    while True:
        needed = predicted_bytes(encoder, learned, longest, tokens, recompute)
        if free is None or needed <= free:
            return tokens
        if tokens <= max(longest, _LEAST_TOKENS):
            raise MachineError(
                f"Training needs about {needed / 1e9:.1f} GB of memory and {free / 1e9:.1f} GB are free.",
                next_step="Set max_length lower or gradient_checkpointing=yes, take the recipe lora, or a "
                "smaller base.",
            )
        tokens //= 2


def free_bytes() -> int | None:
    """What the machine can still give, in bytes; None where it does not say."""
    try:
        lines = Path("/proc/meminfo").read_text("ascii").splitlines()
    except OSError:
        return None
    found = next((line for line in lines if line.startswith("MemAvailable:")), None)
    return None if found is None else int(found.split()[1]) * 1024
