"""What can be set for recipes that train an encoder by gradient descent."""

from __future__ import annotations

from dataclasses import dataclass, field

from headway.training.hooks import HEADS, LOSSES, is_own
from headway.training.search_space import choice, linear_range, log_range

_MONITORS = ("accuracy", "macro_f1", "log_loss")
#: how the learning rate can fall
SCHEDULES = ("linear", "cosine", "constant")
_CHOICES = {
    "schedule": SCHEDULES,
    "class_weights": ("none", "balanced"),
    "bf16": ("auto", "yes", "no"),
    "monitor": _MONITORS,
}


@dataclass(frozen=True)
class NeuralSettings:
    """What can be set with --set, and is the same for all of them."""

    #: passes over the training rows
    epochs: int = field(default=4, metadata=linear_range(2, 8))
    #: rows that make one step together, whatever fits into memory at once
    batch_size: int = field(default=32, metadata=choice(16, 32, 64))
    #: rate of AdamW at its highest
    learning_rate: float = field(default=2e-4, metadata=log_range(1e-5, 1e-3))
    #: the head's rate is the learning rate times this
    head_factor: float = 10.0
    #: each layer learns at the rate of the layer above times this
    layer_decay: float = field(default=1.0, metadata=linear_range(0.7, 1.0))
    #: share of the steps in which the rate rises
    warmup: float = 0.1
    #: how the rate falls after that: linear, cosine or constant
    schedule: str = "linear"
    weight_decay: float = 0.01
    #: rate of every dropout of the encoder
    dropout: float = field(default=0.1, metadata=linear_range(0.0, 0.3))
    #: gradients longer than this are shortened; 0 = never
    max_grad_norm: float = 1.0
    #: cross_entropy, focal, or one of your own as module:function
    loss: str = "cross_entropy"
    label_smoothing: float = 0.0
    #: none, or balanced: rare labels count more
    class_weights: str = "none"
    #: linear, mlp, or one of your own as module:function
    head: str = "linear"
    #: pull of the weights towards their pretrained values
    l2_pretrained: float = 0.0
    #: epochs without a better validation figure after which training stops; 0 = never
    patience: int = 2
    #: the validation figure that says which epoch was best: accuracy, macro_f1 or log_loss
    monitor: str = "accuracy"
    #: tokens computed at once; less needs less memory and gives the same result
    max_tokens: int = 4_096
    #: tokens read of a text; 0 = as many as the base model reads
    max_length: int = 0
    #: matrix products in bfloat16: auto = where this machine is faster so
    bf16: str = "auto"
    #: compute again what the gradient needs instead of keeping it: less memory, a third more time
    gradient_checkpointing: bool = False
    #: steps between checkpoints, and one after each epoch; 0 = one a minute after an epoch, else every two
    checkpoint_steps: int = 0

    def __post_init__(self) -> None:
        problems = [
            f"{name}={getattr(self, name)!r} is none of {', '.join(choices)}"
            for name, choices in _CHOICES.items()
            if getattr(self, name) not in choices
        ]
        for name, table in (("head", HEADS), ("loss", LOSSES)):
            given = getattr(self, name)
            if not is_own(given) and given not in table:
                problems.append(f"{name}={given!r} is none of {', '.join(table)}, nor a module:function")
        positive = ("epochs", "batch_size", "learning_rate", "head_factor", "layer_decay", "max_tokens")
        problems += [f"{name} has to be positive" for name in positive if not getattr(self, name) > 0]
        least = ("weight_decay", "max_grad_norm", "l2_pretrained", "patience", "max_length")
        problems += [f"{name} has to be 0 or more" for name in least if not getattr(self, name) >= 0]
        shares = ("warmup", "dropout", "label_smoothing")
        problems += [
            f"{name} has to be from 0 to less than 1" for name in shares if not 0 <= getattr(self, name) < 1
        ]
        if not self.layer_decay <= 1:
            problems.append("layer_decay has to be at most 1")
        if problems:
            raise ValueError("; ".join(problems))
