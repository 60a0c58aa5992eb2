"""How many steps of a training fit into the time that is left."""

from __future__ import annotations

# Share of the time left that may be planned for; saving takes some, and no step takes as long as the last.
_USED = 0.92
# A way there without a way back, beside a whole step.
_FORWARD_SHARE = 1 / 3


def steps_that_fit(
    seconds_left: float, step_seconds: float, *, done: int, total: int, per_epoch: int, held_out_steps: float
) -> int:
    """Steps in all, at least those that are done, at most `total`.

    Each epoch, the last one even if it is cut short, ends with measuring the held-out rows, which are as many
    as in `held_out_steps` training steps; what is published is measured on them once more.
    """
    left = _USED * max(seconds_left, 0.0)
    measuring = held_out_steps * step_seconds * _FORWARD_SHARE
    for epochs in range(-(-total // per_epoch), 0, -1):
        fit = done + int((left - (epochs + 1) * measuring) / max(step_seconds, 1e-6))
        if fit > (epochs - 1) * per_epoch:
            return max(done, min(fit, epochs * per_epoch, total))
    return done
