"""What can be set for the recipe `fewshot`, and what it gives."""

from __future__ import annotations

from dataclasses import dataclass, field

from headway.training.fine_tuned import FineTuned
from headway.training.search_space import linear_range, log_range

_LABEL_TEXTS = ("auto", "yes", "no")
_BF16 = ("auto", "yes", "no")


@dataclass(frozen=True)
class FewShotSettings:
    """What can be set with --set."""

    #: steps of contrastive training; 0 = the encoder stays as it is
    steps: int = 20
    #: texts compared with one another in a step
    batch_size: int = 128
    #: rate of AdamW at its highest
    learning_rate: float = field(default=1e-4, metadata=log_range(2e-5, 5e-4))
    #: similarities are divided by this before the softmax
    temperature: float = field(default=0.1, metadata=log_range(0.03, 0.3))
    #: so many of the highest layers learn; 0 = the upper half
    layers: int = 0
    #: how far the published weights lie from the pretrained (0) towards the tuned ones (1)
    mix: float = field(default=0.5, metadata=linear_range(0.25, 1.0))
    #: parts of the rows that are held out in turn to judge the tuning; 0 = it is not judged
    folds: int = 2
    #: rows of each label that are tuned on and judged by; the head learns from all
    rows_per_label: int = 32
    #: the labels' names count as examples: auto = as held-out rows bear out, yes, no
    label_texts: str = "auto"
    #: a JSON file of labels and descriptions, which then stand for their names
    descriptions: str = ""
    #: inverse strength of the head's L2 penalty
    c: float = 30.0
    #: steps of the head's solver
    max_iterations: int = 100
    #: tokens read of a text; 0 = as many as the base model reads
    max_length: int = 0
    #: tokens of a step, which then compares fewer texts
    max_tokens: int = 4_096
    #: matrix products in bfloat16: auto = where this machine is faster so
    bf16: str = "auto"

    def __post_init__(self) -> None:
        problems = [
            f"{name}={getattr(self, name)!r} is none of {', '.join(known)}"
            for name, known in (("label_texts", _LABEL_TEXTS), ("bf16", _BF16))
            if getattr(self, name) not in known
        ]
        positive = ("learning_rate", "temperature", "c", "max_iterations", "max_tokens")
        problems += [f"{name} has to be positive" for name in positive if not getattr(self, name) > 0]
        least = ("steps", "layers", "max_length")
        problems += [f"{name} has to be 0 or more" for name in least if getattr(self, name) < 0]
        pairs = ("batch_size", "rows_per_label")
        problems += [f"{name} has to be 2 or more" for name in pairs if getattr(self, name) < 2]
        if self.folds < 0 or self.folds == 1:
            problems.append("folds has to be 0, or 2 or more")
        if not 0 < self.mix <= 1:
            problems.append("mix has to be more than 0 and at most 1")
        if problems:
            raise ValueError("; ".join(problems))


@dataclass(frozen=True)
class FittedFewShot(FineTuned):
    """A tuned encoder with a head, and what held-out rows said of label texts and tuning."""

    #: `tuned`: whether the encoder was; `frozen_log_loss` and `tuned_log_loss` of held-out rows, where that
    #: was judged; `label_text_weight`: how many examples the text of a label counts as, where there are any
    findings: dict[str, float] = field(default_factory=dict)
