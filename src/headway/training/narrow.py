"""Whether bfloat16 pays on this machine."""

from __future__ import annotations

import torch

# Of x86 only: what bfloat16 brings on other processors was not measured.
_INSTRUCTIONS = ("avx512_bf16", "amx_bf16")


def use_bf16(setting: str) -> bool:
    """Whether matrix products are to be computed in bfloat16: as was said, or where it is faster (auto)."""
    return setting == "yes" or (setting == "auto" and has_bf16())


def has_bf16() -> bool:
    """Whether the processor computes in bfloat16; where it does not, that is emulated, and very slow.

    It is not timed: what else runs on the machine would decide which weights a training ends with.
    """
    instructions = torch.cpu.get_capabilities()
    return any(instructions.get(name) for name in _INSTRUCTIONS)
