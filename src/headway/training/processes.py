"""Threads of a training, and several processes that train one model.

Each process computes a part of every batch, and gradients are summed. They are started by `torchrun`, which
says in the environment how many there are; alone, nothing changes.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from torch import Tensor, distributed

from headway.inference.sessions import thread_count


@dataclass(frozen=True)
class World:
    """The processes of one training."""

    rank: int = 0
    size: int = 1

    @property
    def is_first(self) -> bool:
        """Whether this process is the one that writes and speaks."""
        return self.rank == 0

    def share(self, rows: Sequence[int]) -> Sequence[int]:
        """The rows of a batch that this process computes."""
        return rows[self.rank :: self.size]

    def sum(self, tensors: Sequence[Tensor]) -> None:
        """Add up each tensor over all processes, in place: one message for all of them."""
        if self.size == 1 or not tensors:
            return
        flat = torch.cat([tensor.reshape(-1) for tensor in tensors])
        distributed.all_reduce(flat)
        for tensor, part in zip(tensors, flat.split([tensor.numel() for tensor in tensors]), strict=True):
            tensor.copy_(part.view_as(tensor))


@contextmanager
def our_threads() -> Iterator[None]:
    """Let torch compute with as many threads as all of Headway does, and as many as before afterwards."""
    before = torch.get_num_threads()
    torch.set_num_threads(thread_count())
    try:
        yield
    finally:
        torch.set_num_threads(before)


def join_world() -> World:
    """The processes torchrun started this one among; one alone where there are no others."""
    size = int(os.environ.get("WORLD_SIZE", "1"))
    if size == 1:
        return World()
    if not distributed.is_initialized():
        distributed.init_process_group("gloo")
    return World(distributed.get_rank(), size)
