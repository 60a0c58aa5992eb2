"""What the machine refuses, told to who is signed in: a service tells strangers nothing of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from headway.errors import CheckFailedError, CorruptArtifactError, ProjectBusyError


@contextmanager
def told(model: str) -> Iterator[None]:
    """Turn a damaged file of a model, and a project that is busy, into refusals that say so (409)."""
    try:
        yield
    except CorruptArtifactError as error:
        raise CheckFailedError(
            f"A file of {model} is not the one that was written; nothing was changed.",
            next_step=f"`headway models export {model}` names the file. Restore the project from a backup, "
            "or train again.",
        ) from error
    except ProjectBusyError as error:
        raise CheckFailedError(error.message, next_step=error.next_step) from error
