"""What each operation that torch's profiler saw belongs to: matrix products, attention, the optimiser, ….

Parts of the network are marked as they run. On the way back, an operation belongs to what its gradient is of:
the profiler gives both the same sequence number.
"""

from __future__ import annotations

import contextlib
import importlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

_MARK = "headway::"
#: module, name in it, and the part that runs below it
_MARKED = (
    ("headway.models.packed", "embed", "embedding"),
    ("headway.models.packed", "run_layer", "layer"),
    ("headway.models.packed", "_attend", "attention"),
    ("headway.models.packed", "pool", "pooling_and_head"),
    ("headway.training.optimizer:Optimizer", "clip", "optimizer"),
    ("headway.training.optimizer:Optimizer", "step", "optimizer"),
    ("headway.training.optimizer:Optimizer", "_step_rows", "embedding_rows"),
)
_BACKWARD = "autograd::engine::evaluate_function: "
_PRODUCTS = ("aten::linear", "aten::addmm", "aten::mm", "_Dense")
#: outside of any mark these look rows of the word table up; all else there is between pooling and loss
_LOOKING_UP = ("index", "unique", "empty", "gather", "embedding", "zeros", "arange", "detach")
PARTS = (
    "matrix_forward",
    "matrix_backward",
    "attention",
    "activation",
    "normalisation",
    "dropout_and_sums",
    "embedding",
    "pooling_and_head",
    "optimizer",
    "embedding_rows",
)


@contextlib.contextmanager
def marked() -> Iterator[None]:
    """Within the block, the parts of our network and optimiser tell the profiler when they run."""
    from torch.profiler import record_function

    def marking(function: Any, part: str) -> Any:
        def run(*given: Any, **named: Any) -> Any:
            with record_function(_MARK + part):
                return function(*given, **named)

        return run

    before = []
    for place, name, part in _MARKED:
        module, _, inner = place.partition(":")
        owner: Any = importlib.import_module(module)
        owner = getattr(owner, inner) if inner else owner
        before.append((owner, name, getattr(owner, name)))
        setattr(owner, name, marking(getattr(owner, name), part))
    try:
        yield
    finally:
        for owner, name, function in before:
            setattr(owner, name, function)


def milliseconds(events: Iterable[Any], steps: int) -> dict[str, float]:
    """Milliseconds of each part in one step, from the profiler's events of so many."""
    seen = sorted(events, key=lambda event: event.time_range.start)
    # The operation that makes a node is the last to be given its number.
    made_by = {
        event.sequence_nr: event for event in seen if event.sequence_nr >= 0 and _node_of(event) is None
    }
    found: dict[str, float] = defaultdict(float)
    for event in seen:
        # What a mark takes itself is Python between operations.
        if not event.name.startswith(_MARK):
            found[_part(event, made_by)] += event.self_cpu_time_total / 1_000 / steps
    return {part: found[part] for part in PARTS}


def _part(event: Any, made_by: dict[int, Any]) -> str:
    node = _node_of(event)
    if node is None:
        return _forward_part(event, "matrix_forward")
    forward = made_by.get(node.sequence_nr)
    # A node without an operation takes a gradient to where the optimiser finds it.
    return "optimizer" if forward is None else _forward_part(forward, "matrix_backward")


def _forward_part(event: Any, products: str) -> str:
    names = [each.name for each in _upwards(event)]
    mark = next((name.removeprefix(_MARK) for name in names if name.startswith(_MARK)), "")
    if mark in {"optimizer", "embedding_rows"}:
        return mark
    for words, part in ((_PRODUCTS, products), (("gelu",), "activation"), (("layer_norm",), "normalisation")):
        if any(name.endswith(words) for name in names):
            return part
    if mark:
        return "dropout_and_sums" if mark == "layer" else mark
    return "embedding" if any(word in event.name for word in _LOOKING_UP) else "pooling_and_head"


def _node_of(event: Any) -> Any | None:
    return next((each for each in _upwards(event) if each.name.startswith(_BACKWARD)), None)


def _upwards(event: Any) -> Iterator[Any]:
    while event is not None:
        yield event
        event = event.cpu_parent
